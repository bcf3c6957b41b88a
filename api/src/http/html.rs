//! Pages: plain HTML in large type, with its styles in itself. Every text that comes from data goes through `escaped`.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_SECURITY_POLICY, ContentType};

/// A page under a content security policy of its own; no search engine keeps it.
pub fn html(status: StatusCode, policy: &str, page: String) -> HttpResponse {
    let mut response = HttpResponse::build(status);
    response.insert_header((CONTENT_SECURITY_POLICY, policy)).insert_header(("X-Robots-Tag", "noindex"));
    response.content_type(ContentType::html()).body(page)
}

pub fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            other => safe.push(other),
        }
    }
    safe
}
