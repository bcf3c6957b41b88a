//! Which WeChat it is: the account's own, the sandbox of a demo, or none; and the sandbox by itself.

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use anyhow::Context;
use infra::shared::Shared;
use infra::wechat::{PushDoor, PushSettings, Wechat, WechatSettings};
use secrecy::SecretString;

use super::serve::Stop;
use super::sms::RECEIPTS;
use crate::clock::{Clock, ClockKind};
use crate::demo::{self, CONSENTS_AT_START};
use crate::sandbox::{self, PushTarget, Running, SandboxError, SandboxSettings};
use crate::settings;

const WECHAT: &str = "https://api.weixin.qq.com";
/// Where WeChat pushes, below the service's own address.
const PUSHES: &str = "/callbacks/wechat";

/// The client for the account that is set up; in a demo without one, for a sandbox that is started here, and that pushes to `public_url`.
pub async fn connect(
    wechat: &mut settings::Wechat,
    (clock, shared): (&Arc<Clock>, &Shared),
    public_url: Option<&str>,
) -> anyhow::Result<Connected> {
    let (mut sms_sandbox, mut face_sandbox, mut pushes) = (None, None, wechat.pushes());
    let app = match (&wechat.secret, clock.kind()) {
        (Some(secret), _) => {
            let base_url = wechat.base_url.clone().unwrap_or_else(|| WECHAT.to_owned());
            Some((base_url, wechat.appid.clone(), secret.clone()))
        }
        (None, ClockKind::Demo) => {
            let sandbox = demo_sandbox(public_url);
            pushes = sandbox.push.as_ref().map(PushTarget::settings);
            let (appid, secret) = (sandbox.appid.clone(), sandbox.secret.clone());
            wechat.templates.progress = sandbox.templates.first().map(|template| template.id.clone());
            let running = start(wechat.sandbox_listen, &sandbox, clock).await?;
            super::print(&format!("no WeChat account is set up: a sandbox of ours stands in for it at {}/__sandbox", running.base_url))?;
            sms_sandbox = Some((format!("{}/sms", running.base_url), sandbox.sms_key));
            face_sandbox = Some((format!("{}/face", running.base_url), sandbox.face_key));
            Some((running.base_url, appid, secret))
        }
        (None, ClockKind::Real) => None,
    };
    let door = |appid: &str, pushes: &PushSettings| PushDoor::new(appid, pushes).context("WeChat's pushes can't be opened");
    let pushes = app.as_ref().zip(pushes).map(|((_, appid, _), pushes)| door(appid, &pushes)).transpose()?;
    let client = app.map(|(base_url, appid, secret)| client(wechat, base_url, appid, secret, shared)).transpose()?;
    Ok(Connected { wechat: client, pushes, sms_sandbox, face_sandbox })
}

/// The client, the door of its pushes, and where the sandbox that was started for it stands in for the gateway of short messages and for the
/// provider of face checks, with our keys there.
#[derive(Default)]
pub struct Connected {
    pub wechat: Option<Wechat>,
    pub pushes: Option<PushDoor>,
    pub sms_sandbox: Option<(String, SecretString)>,
    pub face_sandbox: Option<(String, SecretString)>,
}

/// `wechat-sandbox`: until it is told to stop, by the machine's clock.
pub async fn sandbox(args: &super::WechatSandbox) -> anyhow::Result<()> {
    let settings = match &args.config {
        Some(file) => read(file)?,
        None => demo_sandbox(None),
    };
    let clock = Arc::new(Clock::new(ClockKind::Real));
    let running = sandbox::start(args.listen, settings, move || clock.now()).await?;
    super::print(&format!("a sandbox of ours stands in for WeChat at {0}; see {0}/__sandbox", running.base_url))?;
    Stop::listen().context("signals can't be listened for")?.wait().await;
    running.stop().await;
    Ok(())
}

fn read(file: &Path) -> anyhow::Result<SandboxSettings> {
    let source = config::File::from(file).format(config::FileFormat::Toml).required(true);
    let read = config::Config::builder().add_source(source).build().and_then(config::Config::try_deserialize);
    read.with_context(|| format!("the sandbox's settings in {} can't be read", file.display()))
}

/// Knows the phones of the demo's villagers, who have allowed some messages; and the service, where it is at `public_url`.
fn demo_sandbox(public_url: Option<&str>) -> SandboxSettings {
    let phones = demo::PHONES.iter().map(|phone| phone.name.to_owned()).collect();
    let receipts_url = public_url.map(|url| format!("{url}{RECEIPTS}"));
    let push = public_url.map(|url| PushTarget::demo(format!("{url}{PUSHES}")));
    SandboxSettings { phones, consents_at_start: CONSENTS_AT_START, receipts_url, push, ..SandboxSettings::demo() }
}

/// Where the port is taken, by another demo perhaps, a free one does.
async fn start(listen: SocketAddr, sandbox: &SandboxSettings, clock: &Arc<Clock>) -> Result<Running, SandboxError> {
    let now = |clock: &Arc<Clock>| {
        let clock = Arc::clone(clock);
        move || clock.now()
    };
    match sandbox::start(listen, sandbox.clone(), now(clock)).await {
        Err(SandboxError::Listen { source, .. }) if source.kind() == ErrorKind::AddrInUse => {
            sandbox::start(SocketAddr::new(listen.ip(), 0), sandbox.clone(), now(clock)).await
        }
        started => started,
    }
}

fn client(wechat: &settings::Wechat, base_url: String, appid: String, secret: SecretString, shared: &Shared) -> anyhow::Result<Wechat> {
    let timeout_ms = wechat.timeout_secs.saturating_mul(1000);
    let settings = WechatSettings {
        base_url,
        appid,
        secret,
        miniprogram_state: wechat.miniprogram_state,
        connect_timeout_ms: timeout_ms.min(2_000),
        timeout_ms,
    };
    Wechat::new(settings, shared.clone()).context("the WeChat client can't be set up")
}
