//! The sandbox's pages: what the phone in somebody's hand would show.

use std::fmt::Write;

use actix_web::http::header::ContentType;
use actix_web::web::{Data, Path, ServiceConfig};
use actix_web::{HttpResponse, web};
use domain::time::{Timestamp, offset};

use super::Sandbox;
use super::world::{PhoneName, Received, Refused};

pub(super) fn routes(config: &mut ServiceConfig) {
    config.route("/__sandbox", web::get().to(index_page)).route("/__sandbox/phones/{user}", web::get().to(phone_page));
}

async fn index_page(sandbox: Data<Sandbox>) -> HttpResponse {
    let mut body = String::from("<h1>微信沙箱</h1><p>这里代替微信，只用于演示和测试。点开一部手机，看它收到的服务通知。</p><ul>");
    for (phone, count) in sandbox.world().phones() {
        write_to(&mut body, format_args!("<li><a href=\"/__sandbox/phones/{phone}\">{phone}</a>（{count} 条消息）</li>"));
    }
    page("微信沙箱", &(body + "</ul><p><a href=\"/__sandbox/sms\">手机收到的短信</a></p>"))
}

async fn phone_page(sandbox: Data<Sandbox>, phone: Path<String>) -> Result<HttpResponse, Refused> {
    let phone: PhoneName = phone.parse()?;
    let mut body = format!("<p><a href=\"/__sandbox\">全部手机</a></p><h1>{phone} 的服务通知</h1>");
    let world = sandbox.world();
    let mut messages = world.messages(&phone)?.rev().peekable();
    if messages.peek().is_none() {
        body.push_str("<p>还没有收到消息。</p>");
    }
    messages.for_each(|message| write_message(&mut body, message));
    Ok(page(&format!("{phone} 的服务通知"), &body))
}

fn write_message(body: &mut String, message: &Received) {
    write_to(body, format_args!("<section><h2>{}</h2><time>{}</time><dl>", escaped(&message.template.title), shown(message.at)));
    for (key, value) in &message.data {
        let label = message.template.keys.get(key).unwrap_or(key);
        write_to(body, format_args!("<dt>{}</dt><dd>{}</dd>", escaped(label), escaped(value)));
    }
    if let Some(page) = &message.page {
        write_to(body, format_args!("<dt>点开后进入</dt><dd>{}</dd>", escaped(page)));
    }
    body.push_str("</dl></section>");
}

/// Writing to a string cannot fail.
fn write_to(body: &mut String, text: std::fmt::Arguments<'_>) {
    body.write_fmt(text).ok();
}

pub(super) fn shown(at: Timestamp) -> impl std::fmt::Display {
    at.with_timezone(&offset()).format("%Y年%-m月%-d日 %H:%M")
}

pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}

const STYLE: &str = "body{max-width:28rem;margin:1rem auto;padding:0 1rem;font-family:sans-serif;background:#ededed}\
section{background:#fff;border-radius:.5rem;padding:1rem;margin:1rem 0}h2{margin:0;font-size:1.1rem}time{color:#888}\
dl{display:grid;grid-template-columns:auto 1fr;gap:.3rem 1rem;margin:.5rem 0 0}dt{color:#888}dd{margin:0}";

pub(super) fn page(title: &str, body: &str) -> HttpResponse {
    let html = format!(
        "<!doctype html><html lang=\"zh-CN\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <meta http-equiv=\"refresh\" content=\"5\"><title>{title}</title><style>{STYLE}</style>{body}</html>"
    );
    HttpResponse::Ok()
        .content_type(ContentType::html())
        .insert_header(("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'"))
        .body(html)
}
