//! The HTTP clients of this service, all made here: what holds for one holds for the next.

use std::time::Duration;

use reqwest::{Client, Url, redirect};

/// Gives up connecting after `connect`, and a whole call after `whole`.
pub(crate) fn client(connect: Duration, whole: Duration) -> reqwest::Result<Client> {
    let client = Client::builder().connect_timeout(connect.min(whole)).timeout(whole);
    // A redirect would carry secrets to wherever it points; and settings come from our configuration alone, not from the environment.
    client.redirect(redirect::Policy::none()).no_proxy().build()
}

/// Whether nobody listens on the way: https, or http on this machine.
pub(crate) fn is_safe(url: &str) -> bool {
    Url::parse(url).is_ok_and(|url| match url.scheme() {
        "https" => true,
        "http" => matches!(url.host_str(), Some("127.0.0.1" | "localhost" | "[::1]")),
        _ => false,
    })
}

/// An http or https URL without the slash at its end; else none.
pub(crate) fn base_url(text: &str) -> Option<String> {
    let url = Url::parse(text).ok()?;
    matches!(url.scheme(), "http" | "https").then(|| text.trim_end_matches('/').to_owned())
}
