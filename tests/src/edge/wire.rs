//! A connection spoken to by hand, for what no HTTP client would do.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::stand::Stand;

/// Past it, the server doesn't end the connection at all.
const PATIENCE: Duration = Duration::from_secs(60);

pub struct Wire(TcpStream);

impl Wire {
    pub async fn to(stand: &Stand) -> Wire {
        let anyone = stand.anyone();
        let address = anyone.base_url().strip_prefix("http://").expect("plain HTTP");
        Wire(TcpStream::connect(address).await.expect("the server listens"))
    }

    /// Whether the server still listens.
    pub async fn say(&mut self, words: impl AsRef<[u8]>) -> bool {
        self.0.write_all(words.as_ref()).await.is_ok()
    }

    /// All that the server says until it ends the connection.
    pub async fn hear_out(&mut self) -> String {
        let mut heard = Vec::new();
        let ended = tokio::time::timeout(PATIENCE, self.0.read_to_end(&mut heard)).await;
        // A connection may also be torn down with what was said before still to be read.
        drop(ended.expect("the server ends the connection"));
        String::from_utf8_lossy(&heard).into_owned()
    }
}
