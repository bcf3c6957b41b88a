//! A second instance beside a stand's server: another `bianmin serve` on the same database, Redis and files, as behind a load
//! balancer. What is said to the one must soon hold at the other, and a test asks it until it does: nothing tells when it has heard.

use std::time::{Duration, Instant};

use super::client::Api;
use super::server::Server;

/// How long one instance may take to hear of what another did, on a machine that is busy with other tests. Well below the minutes
/// after which it looks by itself: whoever passes in time was told.
const PATIENCE: Duration = Duration::from_secs(60);

pub struct Instance {
    server: Server,
}

impl Instance {
    pub(super) fn of(server: Server) -> Instance {
        Instance { server }
    }

    /// Somebody who hasn't signed in.
    pub fn anyone(&self) -> Api {
        Api::new(self.server.base_url())
    }

    /// The same person, asking here: a session of the one instance is one of the other's.
    pub fn hears(&self, who: &Api) -> Api {
        who.at(self.server.base_url())
    }

    /// Kills it without warning; the first goes on.
    pub fn crash(&mut self) {
        self.server.kill();
    }
}

/// Asks until what is answered is `wanted`; fails with the last answer.
pub async fn until<T: std::fmt::Debug>(mut ask: impl AsyncFnMut() -> T, wanted: impl Fn(&T) -> bool) -> T {
    let began = Instant::now();
    loop {
        let answer = ask().await;
        if wanted(&answer) {
            return answer;
        }
        assert!(began.elapsed() < PATIENCE, "not within {} s: {answer:?}", PATIENCE.as_secs());
    }
}
