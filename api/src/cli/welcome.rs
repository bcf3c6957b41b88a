//! What a demo says at its start: where to look, who is there, and how they sign in.

use std::net::SocketAddr;

use crate::app::App;
use crate::clock::ClockKind;
use crate::demo::{PASSWORD, PHONES, TOUR_COURIER, TOUR_LOGINS};

/// Nothing, where it isn't a demo.
pub fn print(app: &App, address: SocketAddr) -> anyhow::Result<()> {
    match app.clock.kind() {
        ClockKind::Demo => lines(address).iter().try_for_each(|line| super::print(line)),
        ClockKind::Real => Ok(()),
    }
}

fn lines(address: SocketAddr) -> Vec<String> {
    let mut lines = vec![
        "This is a demo: every person, case and paper in it is invented. WeChat is a sandbox of ours, not WeChat.".to_owned(),
        format!("Try the interface at http://{address}/api/docs/ ; its document is http://{address}/api/openapi.json"),
        format!("Staff sign in with the password {PASSWORD} and a code, which `bianmin demo-code LOGIN --data DIR` prints, or"),
        format!("  curl -H 'Content-Type: application/json' http://{address}/demo/codes -d '{{\"login\":\"cunwu\"}}'"),
    ];
    lines.extend(TOUR_LOGINS.iter().map(|tour| format!("  {:<14} {}", tour.login, tour.who)));
    let others = [
        (TOUR_COURIER, "柳河镇·快递员"),
        ("duban", "青禾区·督办"),
        ("guanli", "青禾区·系统管理员（站点、日历）"),
        ("anquan", "青禾区·安全管理员（账号、权限）"),
        ("shenji", "青禾区·审计管理员"),
        ("511499….n", "其余站点：站点编码加序号，如 511499101204-01.1"),
    ];
    lines.extend(others.map(|(login, who)| format!("  {login:<14} {who}")));
    lines
        .push("Villagers sign in with WeChat; the sandbox named above gives out a code: POST /__sandbox/login {\"user\":\"…\"}".to_owned());
    lines.extend(PHONES.iter().map(|phone| format!("  {:<14} {} {}", phone.name, phone.owner, phone.story)));
    lines.push("README.md has a tour of five minutes. Ctrl-C ends the demo; its data stay.".to_owned());
    lines
}
