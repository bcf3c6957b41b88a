//! What goes on without anybody asking: news go out, deadlines act and are reckoned again, alerts are raised, cases are planned again when
//! facts change and booked slots called off, work rises, bad reviews are followed up and their words looked through, proposals lapse, halls end their day, those who watch are told, refusals are logged, what was kept
//! long enough is erased, memory is cleared, snapshots are renewed.
//! Invariants: each job may run twice, on several instances at once, and break off anywhere: what is true stands in the database,
//! and each step is one unit of work that sees whether it is still wanted. Within a process a job runs once at a time.
//! Units: real time between runs, the application's clock within them. Errors: logged once, here; the next run tries again.

mod alerts;
mod deadlines;
mod errands;
mod floor;
mod keys;
mod lapses;
mod live;
mod outbox;
mod proposals;
mod prune;
mod reckoning;
mod reference;
mod replan;
mod retention;
mod reviews;
mod rising;
mod slots;
#[cfg(test)]
mod tests;
mod traffic;
mod words;

use std::collections::BTreeSet;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use infra::shared::Subscription;
use infra::store::{Store, StoreError};
use tokio::sync::{Mutex, watch};
use tokio::task::JoinSet;
use tracing::error;

use crate::app::audit::Ripe;
use crate::app::live::UPDATES_WAITING;
use crate::app::reviews::WORDS_WRITTEN;
use crate::app::rights::retention::Erased;
use crate::app::{App, KEYS_CHANGED, REFERENCE_CHANGED, STAFF_CHANGED, TOKEN_KEYS_CHANGED};

pub use deadlines::Passed;
pub use floor::LeftOver;
pub use keys::Walked;
pub use live::begin as begin_to_pass_on;
pub use outbox::{NEWS_WAITING, Sent};
pub use reviews::Followed;

const RISE_PERIOD: Duration = Duration::from_secs(60);
/// Deadlines here are days.
const REVIEWS_PERIOD: Duration = Duration::from_secs(600);
/// What was refused since is lost in a crash.
const REFUSALS_PERIOD: Duration = Duration::from_secs(1);
/// WeChat may not have been there.
const WORDS_PERIOD: Duration = Duration::from_secs(60);
const PROPOSALS_PERIOD: Duration = Duration::from_secs(600);
/// Whom nobody called is told in working days.
const ERRANDS_PERIOD: Duration = Duration::from_secs(600);
/// What is under way to WeChat takes seconds.
const SENDINGS_PERIOD: Duration = Duration::from_secs(300);
const FLOOR_PERIOD: Duration = Duration::from_secs(60);
const PRUNE_PERIOD: Duration = Duration::from_secs(3600);
const RETENTION_PERIOD: Duration = Duration::from_secs(3600);
/// A wake-up may be lost: then this is how long an instance goes on with old reference data.
const REFERENCE_PERIOD: Duration = Duration::from_secs(300);
/// As long for who works where: the command line reaches nobody without Redis.
const MANNING_PERIOD: Duration = Duration::from_secs(60);
/// Without Redis nobody is woken by the command line, and this is how long new keys wait.
const KEYS_PERIOD: Duration = Duration::from_secs(15);

/// When a job runs again.
#[derive(Debug, Clone, Copy)]
enum Pace {
    Every(Duration),
    /// When the channel is notified, and after a time that a lost wake-up may cost.
    WhenWoken(&'static str, Duration),
    /// When something was told to those who watch, and some more of it has come together.
    WhenTold(Duration),
}

/// Of each job, who runs it now: the next waits, and then finds the work done.
#[derive(Debug, Default)]
pub struct Turns {
    pub reloading: Mutex<()>,
    outbox: Mutex<()>,
    deadlines: Mutex<()>,
    errands: Mutex<()>,
    alerts: Mutex<()>,
    reckoning: Mutex<()>,
    rising: Mutex<()>,
    floor: Mutex<()>,
    retention: Mutex<()>,
    replanning: Mutex<()>,
    calling_off: Mutex<()>,
    reviews: Mutex<()>,
    words: Mutex<()>,
    proposals: Mutex<()>,
    /// With the files that no row named at the run before.
    sweeping: Mutex<BTreeSet<String>>,
}

/// The jobs at work, until they are stopped.
pub struct Running {
    stop: watch::Sender<()>,
    tasks: JoinSet<()>,
}

impl Running {
    /// Lets each job end what it is doing.
    pub async fn stop(mut self) {
        drop(self.stop);
        while let Some(ended) = self.tasks.join_next().await {
            if let Err(broken) = ended {
                error!(error = &broken as &dyn std::error::Error, "a job broke off");
            }
        }
    }
}

/// What a run of all that is due has done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Done {
    pub passed: Passed,
    pub reckoned: u32,
    pub alerted: u32,
    pub replanned: u32,
    /// Booked slots that their stations can't keep.
    pub called_off: u32,
    pub risen: u32,
    pub reviews: Followed,
    /// What no second person settled in its time.
    pub proposals: u32,
    pub floor: LeftOver,
    pub sent: Sent,
    /// Errands of which a supervisor was told that nobody touched them.
    pub reminded: u32,
    pub erased: Erased,
}

/// Starts the jobs. Must be called within the async runtime.
pub fn start(app: &Arc<App>) -> Running {
    let (stop, stopped) = watch::channel(());
    let ending = stopped.clone();
    let mut jobs = Jobs { app: Arc::clone(app), stopped, tasks: JoinSet::new() };
    let settings = &app.settings;
    let poll = Duration::from_secs(settings.outbox.poll_secs.max(1));
    let sweep = Duration::from_secs(settings.queue.sweep_secs.max(1));
    jobs.run("outbox", Pace::WhenWoken(NEWS_WAITING, poll), |app| async move { outbox::send_waiting(&app).await.map(|_| ()) });
    jobs.run("sendings", Pace::Every(SENDINGS_PERIOD), |app| async move { outbox::free_stuck(&app).await.map(|_| ()) });
    jobs.run("errands", Pace::Every(ERRANDS_PERIOD), |app| async move { errands::remind(&app).await.map(|_| ()) });
    let look = Duration::from_secs(settings.live.poll_secs.max(1));
    jobs.run("announce", Pace::WhenTold(live::GATHER), |app| async move {
        live::announce(&app).await;
        Ok(())
    });
    jobs.run("live", Pace::WhenWoken(UPDATES_WAITING, look), |app| async move { live::pass_on(&app).await });
    jobs.run("deadlines", Pace::Every(sweep), |app| async move { deadlines::act_on_passed(&app).await.map(|_| ()) });
    jobs.run("lapses", Pace::Every(sweep), |app| async move { lapses::give_back(&app).await });
    jobs.run("alerts", Pace::Every(sweep), |app| async move { alerts::look_after(&app).await.map(|_| ()) });
    jobs.run("rising", Pace::Every(RISE_PERIOD), |app| async move { rising::rise(&app).await.map(|_| ()) });
    jobs.run("reviews", Pace::Every(REVIEWS_PERIOD), |app| async move { reviews::follow(&app).await.map(|_| ()) });
    jobs.run("words", Pace::WhenWoken(WORDS_WRITTEN, WORDS_PERIOD), |app| async move { words::look_through(&app).await.map(|_| ()) });
    jobs.run("proposals", Pace::Every(PROPOSALS_PERIOD), |app| async move { proposals::lapse(&app).await.map(|_| ()) });
    jobs.run("floor", Pace::Every(FLOOR_PERIOD), |app| async move { floor::end_what_is_over(&app).await.map(|_| ()) });
    jobs.run("refusals", Pace::Every(REFUSALS_PERIOD), |app| async move { app.write_refusals(Ripe::Due).await });
    jobs.run("retention", Pace::Every(RETENTION_PERIOD), |app| async move { retention::erase(&app).await.map(|_| ()) });
    jobs.run("sweep", Pace::Every(RETENTION_PERIOD), |app| async move { retention::sweep(&app).await });
    jobs.run("prune", Pace::Every(PRUNE_PERIOD), |app| async move { prune::forget_acts(&app).await });
    jobs.run("sessions", Pace::Every(PRUNE_PERIOD), |app| async move { prune::forget_sessions(&app).await });
    jobs.run("codes", Pace::Every(PRUNE_PERIOD), |app| async move { prune::forget_codes(&app).await });
    jobs.run("pushes", Pace::Every(PRUNE_PERIOD), |app| async move { prune::forget_pushes(&app).await });
    jobs.run("updates", Pace::Every(PRUNE_PERIOD), |app| async move { prune::forget_updates(&app).await });
    jobs.run("reference", Pace::WhenWoken(REFERENCE_CHANGED, REFERENCE_PERIOD), |app| async move { reference::reload(&app).await });
    jobs.run("replan", Pace::WhenWoken(REFERENCE_CHANGED, REFERENCE_PERIOD), |app| async move { replan::replan(&app).await.map(|_| ()) });
    jobs.run("slots", Pace::WhenWoken(REFERENCE_CHANGED, REFERENCE_PERIOD), |app| async move {
        slots::call_off_what_cannot_be_kept(&app).await.map(|_| ())
    });
    jobs.run(
        "reckoning",
        Pace::WhenWoken(REFERENCE_CHANGED, REFERENCE_PERIOD),
        |app| async move { reckoning::reckon(&app).await.map(|_| ()) },
    );
    jobs.run("manning", Pace::WhenWoken(STAFF_CHANGED, MANNING_PERIOD), |app| async move { app.renew_manning().await });
    jobs.run("traffic", Pace::Every(traffic::PERIOD), |app| async move { traffic::renew(&app).await });
    jobs.run("token keys", Pace::WhenWoken(TOKEN_KEYS_CHANGED, KEYS_PERIOD), |app| async move { app.look_after_token_keys().await });
    jobs.run("keys", Pace::WhenWoken(KEYS_CHANGED, KEYS_PERIOD), move |app| {
        let ending = ending.clone();
        async move { keys::take_up(&app, &ending).await }
    });
    Running { stop, tasks: jobs.tasks }
}

/// Runs once what is due, for whoever moved a demo's clock and doesn't want to wait.
pub async fn run_now(app: &App) -> Result<Done, StoreError> {
    let passed = deadlines::act_on_passed(app).await?;
    let reckoned = reckoning::reckon(app).await?;
    let replanned = replan::replan(app).await?;
    let called_off = slots::call_off_what_cannot_be_kept(app).await?;
    lapses::give_back(app).await?;
    let risen = rising::rise(app).await?;
    let reviews = reviews::follow(app).await?;
    words::look_through(app).await?;
    let proposals = proposals::lapse(app).await?;
    let floor = floor::end_what_is_over(app).await?;
    let alerted = alerts::look_after(app).await?;
    let reminded = errands::remind(app).await?;
    outbox::free_stuck(app).await?;
    let sent = outbox::send_waiting(app).await?;
    prune::forget_acts(app).await?;
    prune::forget_updates(app).await?;
    prune::forget_sessions(app).await?;
    prune::forget_codes(app).await?;
    prune::forget_pushes(app).await?;
    app.look_after_token_keys().await?;
    app.renew_manning().await?;
    traffic::count(app).await?;
    let erased = retention::erase(app).await?;
    Ok(Done { passed, reckoned, alerted, replanned, called_off, risen, reviews, proposals, floor, sent, reminded, erased })
}

/// Lets all news that wait stand in people's lists, and rings nobody's phone: what a demo's past was about is over.
pub async fn settle_news(app: &App) -> Result<u64, StoreError> {
    app.store.write(app.district(), |tx| Box::pin(async move { tx.settle_all_news().await })).await
}

struct Jobs {
    app: Arc<App>,
    stopped: watch::Receiver<()>,
    tasks: JoinSet<()>,
}

impl Jobs {
    /// Runs `job` at once, and again at its pace.
    fn run<F, Fut>(&mut self, name: &'static str, pace: Pace, job: F)
    where
        F: Fn(Arc<App>) -> Fut + Send + 'static,
        Fut: Future<Output = Result<(), StoreError>> + Send,
    {
        let (app, mut stopped) = (Arc::clone(&self.app), self.stopped.clone());
        let mut wake = match pace {
            Pace::Every(period) => Wake::After(period),
            Pace::WhenWoken(channel, period) => Wake::Called(app.shared.subscribe(channel), period),
            Pace::WhenTold(gather) => Wake::Told(app.store.clone(), gather),
        };
        self.tasks.spawn(async move {
            loop {
                if let Err(cause) = job(Arc::clone(&app)).await {
                    error!(job = name, error = &cause as &dyn std::error::Error, "the job {name} failed; it runs again");
                }
                tokio::select! {
                    _gone = stopped.changed() => return,
                    () = wake.up() => {}
                }
            }
        });
    }
}

/// What a job waits for.
enum Wake {
    After(Duration),
    Called(Subscription, Duration),
    Told(Store, Duration),
}

impl Wake {
    async fn up(&mut self) {
        match self {
            Wake::After(period) => tokio::time::sleep(*period).await,
            Wake::Called(subscription, period) => {
                // What nobody called about is looked for after a time.
                let _called_or_time = tokio::time::timeout(*period, subscription.woken()).await;
            }
            Wake::Told(store, gather) => {
                store.told().await;
                tokio::time::sleep(*gather).await;
            }
        }
    }
}
