//! Clients that take their time: each is cut off by a limit of its own, here of a second.

use super::wire::Wire;
use crate::support::people::Role;
use crate::support::stand::Stand;

async fn stand_of_a_second() -> Stand {
    let second =
        ["LIMITS__BODY_SECS", "LIMITS__REQUEST_HEAD_SECS", "LIMITS__KEEP_ALIVE_SECS", "LIMITS__DISCONNECT_SECS", "UPLOADS__RECEIVE_SECS"];
    let settings = second.map(|name| format!("BIANMIN__{name}"));
    Stand::with(&settings.each_ref().map(|name| (name.as_str(), "1"))).await
}

fn head(path: &str, token: &str, more: &str) -> String {
    format!("POST {path} HTTP/1.1\r\nHost: here\r\nAuthorization: Bearer {token}\r\nIdempotency-Key: k\r\n{more}\r\n\r\n")
}

#[tokio::test]
async fn a_body_that_dribbles_in_is_cut_off_with_an_answer() {
    let stand = stand_of_a_second().await;
    let villager = stand.someone(Role::Villager).await;
    for length in ["Content-Length: 100", "Transfer-Encoding: chunked"] {
        let mut wire = Wire::to(&stand).await;
        let more = format!("Content-Type: application/json\r\n{length}");
        wire.say(head("/api/v1/me/relatives", &villager.token(), &more)).await;
        wire.say(if length.starts_with('T') { "1\r\n{\r\n" } else { "{" }).await;
        let heard = wire.hear_out().await;
        assert!(heard.starts_with("HTTP/1.1 408") && heard.contains("\"body_too_slow\"") && heard.contains("connection: close"), "{heard}");
    }
}

#[tokio::test]
async fn a_file_that_dribbles_in_is_cut_off_with_an_answer() {
    let stand = stand_of_a_second().await;
    let villager = stand.someone(Role::Villager).await;
    let mut wire = Wire::to(&stand).await;
    let form = "Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 5000";
    wire.say(head("/api/v1/uploads", &villager.token(), form)).await;
    wire.say("--b\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\n%PDF-1.7\n").await;
    let heard = wire.hear_out().await;
    assert!(heard.starts_with("HTTP/1.1 408") && heard.contains("\"body_too_slow\""), "{heard}");
}

#[tokio::test]
async fn a_head_that_never_ends_and_a_connection_that_rests_are_closed() {
    let stand = stand_of_a_second().await;
    let mut never_ends = Wire::to(&stand).await;
    never_ends.say("GET /livez HTTP/1.1\r\nHost: here\r\nX-Note: ").await;
    assert!(never_ends.hear_out().await.starts_with("HTTP/1.1 408"));
    let mut rests = Wire::to(&stand).await;
    rests.say("GET /livez HTTP/1.1\r\nHost: here\r\n\r\n").await;
    assert!(rests.hear_out().await.starts_with("HTTP/1.1 200"));
}

#[tokio::test]
async fn a_body_that_nobody_asked_for_holds_no_connection() {
    let stand = stand_of_a_second().await;
    let mut wire = Wire::to(&stand).await;
    wire.say("POST /no-such-thing HTTP/1.1\r\nHost: here\r\nContent-Length: 100\r\n\r\n{").await;
    let heard = wire.hear_out().await;
    assert!(heard.starts_with("HTTP/1.1 404"), "{heard}");
}
