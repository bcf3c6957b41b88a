//! Which WeChat it is: the account's own, the sandbox of a demo, or none.

use std::sync::Arc;

use anyhow::Context;
use infra::shared::Shared;
use infra::wechat::{Wechat, WechatSettings};

use crate::clock::{Clock, ClockKind};
use crate::sandbox::{self, SandboxSettings};
use crate::settings;

const WECHAT: &str = "https://api.weixin.qq.com";

/// The client for the account that is set up; in a demo without one, for a sandbox that is started here.
pub async fn connect(wechat: &settings::Wechat, clock: &Arc<Clock>, shared: &Shared) -> anyhow::Result<Option<Wechat>> {
    let app = match (&wechat.secret, clock.kind()) {
        (Some(secret), _) => {
            let base_url = wechat.base_url.clone().unwrap_or_else(|| WECHAT.to_owned());
            Some((base_url, wechat.appid.clone(), secret.clone()))
        }
        (None, ClockKind::Demo) => {
            let demo = SandboxSettings::demo();
            let (appid, secret) = (demo.appid.clone(), demo.secret.clone());
            let clock = Arc::clone(clock);
            let running = sandbox::start(wechat.sandbox_listen, demo, move || clock.now()).await?;
            super::print(&format!("no WeChat account is set up: a sandbox stands in for it at {}/sandbox", running.base_url))?;
            Some((running.base_url, appid, secret))
        }
        (None, ClockKind::Real) => None,
    };
    app.map(|(base_url, appid, secret)| client(wechat, base_url, appid, secret, shared)).transpose()
}

fn client(
    wechat: &settings::Wechat,
    base_url: String,
    appid: String,
    secret: secrecy::SecretString,
    shared: &Shared,
) -> anyhow::Result<Wechat> {
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
