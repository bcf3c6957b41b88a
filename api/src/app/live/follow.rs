//! One who watches, from their coming in to their leaving. They are told of everything after where they begin, in order, each once:
//! what was told meanwhile is read from the store, what comes then is heard from the hub, and whoever can't keep up with the hub
//! reads from the store again.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use domain::live::{Sequence, Topic, Update};
use infra::store::StoreError;
use tokio::sync::{broadcast, mpsc};
use tokio::time::{Instant, MissedTickBehavior, interval_at};

use super::Admitted;
use crate::app::App;

/// Frames that wait for a slow line.
const WAITING_MAX: usize = 64;
/// A line that takes nothing for so long is dead.
const SEND_MAX: Duration = Duration::from_secs(60);
const PAGE: u64 = 500;
/// Who has missed more asks for everything anew.
const PAGES_MAX: usize = 10;

/// What somebody who watches is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Frame {
    /// It begins: they are told of everything after this.
    Hello(Sequence),
    Update(Update),
    /// Something was missed for good: they ask for everything anew, and are told of everything after this.
    Reset(Sequence),
    /// They have been told of everything until here.
    Alive(Sequence),
    /// It ends.
    Bye(Bye),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bye {
    /// They may not watch this any more.
    NotAllowed,
    /// A new ticket is needed.
    TimeIsUp,
    /// The service stops; another instance, or this one after its start, goes on.
    Stopping,
    /// Too many watch as the same person, or from the same address: the newest stays.
    Replaced,
}

/// Why it ends with nothing more to say.
enum Gone {
    /// Nobody takes what is sent.
    Line,
    /// They may not watch any more, and were told.
    ShownOut,
    Store(StoreError),
}

impl From<StoreError> for Gone {
    fn from(error: StoreError) -> Self {
        Gone::Store(error)
    }
}

/// Begins to tell, from `after` on, or from now. Dropping the receiver ends it.
pub fn follow(app: Arc<App>, admitted: Admitted, after: Option<Sequence>) -> mpsc::Receiver<Frame> {
    let (out, frames) = mpsc::channel(WAITING_MAX);
    tokio::spawn(async move {
        let topics = admitted.topics.iter().cloned().collect();
        let at = after.unwrap_or(Sequence { position: 0, nth: 0 });
        let follower = Follower { app, admitted, topics, at, asked_at: Instant::now(), out };
        if let Err(Gone::Store(error)) = follower.run(after).await {
            tracing::warn!(error = &error as &dyn std::error::Error, "a stream of updates breaks off");
        }
    });
    frames
}

struct Follower {
    app: Arc<App>,
    admitted: Admitted,
    topics: BTreeSet<Topic>,
    /// They have been told of everything until here.
    at: Sequence,
    /// When they were last known to be allowed to watch.
    asked_at: Instant,
    out: mpsc::Sender<Frame>,
}

impl Follower {
    async fn run(mut self, after: Option<Sequence>) -> Result<(), Gone> {
        // Before anything is read: what comes in between is heard twice rather than never.
        let Some(mut heard) = self.app.live.listen() else { return self.send(Frame::Bye(Bye::Stopping)).await };
        self.begin(after).await?;
        let (started, period) = (Instant::now(), self.app.settings.live.heartbeat());
        let mut heartbeat = interval_at(started + period, period);
        heartbeat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                () = self.out.closed() => return Ok(()),
                () = self.admitted.seat.taken_by_another() => return self.send(Frame::Bye(Bye::Replaced)).await,
                update = heard.recv() => match update {
                    Ok(update) => self.tell(update).await?,
                    Err(broadcast::error::RecvError::Lagged(_)) => self.catch_up().await?,
                    Err(broadcast::error::RecvError::Closed) => return self.send(Frame::Bye(Bye::Stopping)).await,
                },
                _ = heartbeat.tick() => {
                    self.ask_again().await?;
                    if started.elapsed() >= self.app.settings.live.stream_max() {
                        return self.send(Frame::Bye(Bye::TimeIsUp)).await;
                    }
                    self.send(Frame::Alive(self.at)).await?;
                }
            }
        }
    }

    async fn begin(&mut self, after: Option<Sequence>) -> Result<(), Gone> {
        let view = self.app.store.read(self.app.district());
        match after {
            Some(after) if view.keeps_updates_after(after).await? => {
                self.send(Frame::Hello(after)).await?;
                self.catch_up().await
            }
            Some(_too_old) => self.reset().await,
            None => {
                self.at = view.newest_update().await?;
                self.send(Frame::Hello(self.at)).await
            }
        }
    }

    /// Reads what the store has after where they are.
    async fn catch_up(&mut self) -> Result<(), Gone> {
        for _ in 0..PAGES_MAX {
            let batch = self.app.store.read(self.app.district()).updates_after(self.at, Some(&self.topics), PAGE).await?;
            let read = batch.updates.len();
            for update in batch.updates {
                self.tell(update).await?;
            }
            if u64::try_from(read).unwrap_or(u64::MAX) < PAGE {
                return Ok(());
            }
        }
        self.reset().await
    }

    async fn reset(&mut self) -> Result<(), Gone> {
        self.at = self.app.store.read(self.app.district()).newest_update().await?;
        self.send(Frame::Reset(self.at)).await
    }

    /// Tells of an update that they don't know and that is about what they watch.
    async fn tell(&mut self, update: Update) -> Result<(), Gone> {
        if update.sequence <= self.at {
            return Ok(());
        }
        self.at = update.sequence;
        if !self.topics.contains(&update.change.topic) {
            return Ok(());
        }
        if self.asked_at.elapsed() >= self.app.settings.live.ask_again() {
            self.ask_again().await?;
        }
        self.send(Frame::Update(update)).await
    }

    /// Shows them out where they may not watch any more.
    async fn ask_again(&mut self) -> Result<(), Gone> {
        if !self.app.may_still_watch(self.admitted.watcher, &self.admitted.topics).await? {
            self.send(Frame::Bye(Bye::NotAllowed)).await?;
            return Err(Gone::ShownOut);
        }
        self.asked_at = Instant::now();
        Ok(())
    }

    async fn send(&self, frame: Frame) -> Result<(), Gone> {
        self.out.send_timeout(frame, SEND_MAX).await.map_err(|_| Gone::Line)
    }
}
