//! The board as a page for a screen on the wall: large type, white on black. It draws itself from what it was sent, and again from
//! the board's JSON whenever the hall's stream of updates says so; nothing else is loaded, and no other script runs (the policy names
//! this one by its digest).

use std::sync::LazyLock;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use super::{CalledView, HallView};
use crate::clock::ClockKind;
use crate::http::html::escaped;

pub static POLICY: LazyLock<String> = LazyLock::new(|| {
    let digest = STANDARD.encode(Sha256::digest(SCRIPT));
    format!(
        "default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'; connect-src 'self'; base-uri 'none'; \
         form-action 'none'; frame-ancestors 'none'"
    )
});

const STYLE: &str = "body{margin:0;padding:2vw;font:3.2vw/1.4 sans-serif;color:#fff;background:#000}\
h1{font-size:3.6vw;margin:0 0 1vw}\
table{width:100%;border-collapse:collapse}th,td{padding:.6vw 0;border-bottom:2px solid #555;text-align:left}\
th{font-weight:normal;color:#ddd}td{font-size:5.4vw;font-weight:bold}\
.called td{color:#ffe14d}.note{color:#ddd}.demo{color:#ffe14d}";

/// Draws the rows of `called` and the sentence of `waits` anew, whenever the hall's stream says that something changed. A stream that
/// ends is opened again with a new ticket, from where it left off.
const SCRIPT: &str = "\
const station=document.body.dataset.station;\
const cell=(row,text)=>{const td=document.createElement('td');td.textContent=text;row.append(td)};\
const draw=board=>{\
const rows=board.called.map(c=>{const row=document.createElement('tr');if(!c.serving)row.className='called';\
cell(row,c.number);cell(row,c.window+'号窗口');cell(row,c.serving?'正在办理':'请到窗口');return row});\
document.getElementById('called').replaceChildren(...rows);\
const waits=board.waiting.map(w=>w.kind_name+' '+w.people+' 人').join('　');\
document.getElementById('waits').textContent='等候：'+waits+'　预计 '+board.wait_min+' 分钟';};\
const look=()=>fetch('/api/v1/stations/'+station+'/hall').then(a=>a.ok?a.json().then(draw):undefined).catch(()=>undefined);\
let last='';\
const later=()=>setTimeout(watch,3000);\
const watch=()=>fetch('/api/v1/live/tickets',{method:'POST',headers:{'Content-Type':'application/json'},\
body:JSON.stringify({topics:['hall:'+station]})}).then(a=>a.ok?a.json():Promise.reject()).then(given=>{\
const stream=new EventSource('/api/v1/live/events?ticket='+given.ticket+(last?'&after='+last:''));\
const on=(name,then)=>stream.addEventListener(name,event=>{last=event.lastEventId||last;then()});\
const again=()=>{stream.close();later()};\
on('hello',look);on('update',look);on('reset',look);on('alive',()=>{});on('bye',again);stream.onerror=again;\
}).catch(later);\
if(station)watch();";

pub fn of(board: &HallView, kind: ClockKind) -> String {
    let demo = match kind {
        ClockKind::Demo => "<p class=\"demo\">演示数据</p>",
        ClockKind::Real => "",
    };
    let rows: String = board.called.iter().map(row).collect();
    let waits: Vec<_> = board.waiting.iter().map(|waiting| format!("{} {} 人", waiting.kind_name, waiting.people)).collect();
    let name = escaped(&board.station.name);
    document(
        &format!("{name} 叫号"),
        &board.station.code,
        &format!(
            "<h1>{name}</h1>{demo}<table><thead><tr><th>号码</th><th>窗口</th><th>状态</th></tr></thead><tbody id=\"called\">{rows}</tbody></table>\
             <p class=\"note\" id=\"waits\">等候：{}　预计 {} 分钟</p><script>{SCRIPT}</script>",
            waits.join("　"),
            board.wait_min
        ),
    )
}

pub fn unknown() -> String {
    document("没有这个站点", "", "<h1>没有这个站点</h1><p>请核对网址中的站点编码。</p>")
}

fn row(called: &CalledView) -> String {
    let (class, state) = if called.serving { ("", "正在办理") } else { (" class=\"called\"", "请到窗口") };
    format!("<tr{class}><td>{}</td><td>{}号窗口</td><td>{state}</td></tr>", escaped(&called.number), called.window)
}

fn document(title: &str, station: &str, content: &str) -> String {
    format!(
        "<!DOCTYPE html><html lang=\"zh-CN\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><meta name=\"robots\" content=\"noindex\">\
         <title>{title}</title><style>{STYLE}</style></head><body data-station=\"{}\">{content}</body></html>",
        escaped(station)
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::cases::view::StationRef;

    fn board(name: &str) -> HallView {
        let called = |number: &str, window, serving| CalledView { number: number.to_owned(), window, serving };
        HallView {
            station: StationRef { code: "511499101203-01".into(), name: name.into() },
            open_now: true,
            called: vec![called("A023", 1, false), called("B004", 2, true)],
            waiting: Vec::new(),
            windows: 2,
            wait_min: 12,
        }
    }

    #[test]
    fn the_screen_shows_numbers_windows_and_the_wait() {
        let page = of(&board("平桥村便民服务站"), ClockKind::Real);
        for shown in ["A023", "1号窗口", "请到窗口", "B004", "正在办理", "预计 12 分钟", "data-station=\"511499101203-01\""]
        {
            assert!(page.contains(shown), "{shown}: {page}");
        }
        assert!(!page.contains("演示") && of(&board("平桥村"), ClockKind::Demo).contains("演示数据"));
    }

    #[test]
    fn the_policy_lets_this_script_run_and_no_other_and_no_name_becomes_one() {
        let page = of(&board("<script>alert(1)</script>"), ClockKind::Real);
        assert_eq!(page.matches("<script>").count(), 1);
        assert!(POLICY.contains("script-src 'sha256-") && !POLICY.contains("script-src 'unsafe-inline'"));
    }
}
