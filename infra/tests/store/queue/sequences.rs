//! Whatever clerks do one after another, the real queue answers as the model does, on both databases.

mod helping;

use std::collections::BTreeMap;

use chrono::Duration;
use domain::case::Stage;
use domain::catalogue::Topic;
use domain::ids::WorkItemId;
use domain::queue::{Bond, ClaimError, Kept, Lane, LeaseError, ParkError, Sharing, WorkItem};
use domain::time::Timestamp;
use infra::store::{Closing, StoreError};
use proptest::prelude::*;
use proptest::test_runner::{Config, FileFailurePersistence, TestRunner};

use super::model::{self, Answer, Clerk, Item, Keeping, Model};
use super::{LEASE, account, claimant, moment, work_item};
use crate::databases::{Bench, now, on_each};

const KEEP: Duration = Duration::hours(1);
const CLERKS: u8 = 4;

/// What happens. `at` picks one of the items there are. Somebody with nothing to do draws what another station shares, or relieves one that
/// has too much to do; with `Lapse` the job gives back what time has given back.
#[derive(Debug, Clone)]
enum Step {
    Submit(Submitted),
    ClaimNext { clerk: u8 },
    Claim { clerk: u8, at: usize },
    Extend { clerk: u8, at: usize },
    Release { clerk: u8, at: usize },
    Transfer { clerk: u8, at: usize, to: u8 },
    Park { clerk: u8, at: usize, minutes: i64 },
    Escalate { clerk: u8, at: usize },
    Complete { clerk: u8, at: usize },
    CompleteAndNext { clerk: u8, at: usize },
    Assign { at: usize, to: u8 },
    Draw { clerk: u8 },
    Relieve { clerk: u8, station: u8 },
    Lapse,
    Pass { minutes: i64 },
}

#[derive(Debug, Clone)]
struct Submitted {
    station: u8,
    lane: Lane,
    due_in: Duration,
    topic: Topic,
    kept_for: Option<u8>,
    stage: Stage,
    sharing: Sharing,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let (clerk, at) = (0..CLERKS, 0usize..40);
    let lane = prop::sample::select(vec![Lane::Special, Lane::Urgent, Lane::Normal]);
    let on = || (0..CLERKS, 0usize..40);
    let topic = prop::sample::select(vec![Topic::CivilAffairs, Topic::Tax]);
    let stage = prop::bool::weighted(0.15).prop_map(|hand_over| if hand_over { Stage::HandOver } else { Stage::Accept });
    let sharing = prop::sample::select(vec![Sharing::Own, Sharing::District]);
    let submit = (0u8..3, lane, (0i64..120).prop_map(Duration::hours), topic, prop::option::weighted(0.2, 0..CLERKS), stage, sharing);
    let step = prop_oneof![
        6 => submit.prop_map(|(station, lane, due_in, topic, kept_for, stage, sharing)| {
            Step::Submit(Submitted { station, lane, due_in, topic, kept_for, stage, sharing })
        }),
        6 => clerk.clone().prop_map(|clerk| Step::ClaimNext { clerk }),
        2 => on().prop_map(|(clerk, at)| Step::Claim { clerk, at }),
        2 => on().prop_map(|(clerk, at)| Step::Extend { clerk, at }),
        2 => on().prop_map(|(clerk, at)| Step::Release { clerk, at }),
        2 => (on(), 0..CLERKS).prop_map(|((clerk, at), to)| Step::Transfer { clerk, at, to }),
        2 => (on(), -10i64..3000).prop_map(|((clerk, at), minutes)| Step::Park { clerk, at, minutes }),
        1 => on().prop_map(|(clerk, at)| Step::Escalate { clerk, at }),
        3 => on().prop_map(|(clerk, at)| Step::Complete { clerk, at }),
        3 => on().prop_map(|(clerk, at)| Step::CompleteAndNext { clerk, at }),
        1 => (at, clerk).prop_map(|(at, to)| Step::Assign { at, to }),
        3 => (0..CLERKS).prop_map(|clerk| Step::Draw { clerk }),
        3 => (0..CLERKS, 0u8..3).prop_map(|(clerk, station)| Step::Relieve { clerk, station }),
        2 => Just(Step::Lapse),
        4 => (1i64..50).prop_map(|minutes| Step::Pass { minutes }),
    ];
    prop::collection::vec(step, 1..80)
}

/// The real queue, and what each clerk remembers of it.
struct Real {
    bench: Bench,
    items: Vec<WorkItemId>,
    clerks: Vec<Clerk>,
    /// The last claim of each clerk on each item.
    claims: BTreeMap<(u8, usize), u32>,
    now: Timestamp,
}

fn clerks() -> Vec<Clerk> {
    let clerk =
        |number, stations: &[u8], topics: &[Topic]| Clerk { number, stations: stations.to_vec(), topics: topics.iter().copied().collect() };
    vec![clerk(0, &[0], &[]), clerk(1, &[0, 1], &[]), clerk(2, &[0, 1, 2], &[Topic::Tax]), clerk(3, &[2], &[Topic::CivilAffairs])]
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_done_the_queue_answers_as_its_model_does() {
    on_each(async |bench| {
        let steps = steps();
        let saved = FileFailurePersistence::Direct("tests/store/queue/sequences.proptest-regressions");
        let config = Config { cases: 60, failure_persistence: Some(Box::new(saved)), ..Config::default() };
        let handle = tokio::runtime::Handle::current();
        tokio::task::block_in_place(|| {
            let run = |steps: Vec<Step>| handle.block_on(run(bench.clone(), steps));
            TestRunner::new(config).run(&steps, run).unwrap_or_else(|failure| panic!("{failure}"));
        });
    })
    .await;
}

async fn run(bench: Bench, steps: Vec<Step>) -> Result<(), TestCaseError> {
    // What earlier runs left lies at the same stations: each run has a district of its own.
    let bench = bench.in_district_of_its_own().await;
    let (mut model, mut real) =
        (Model::default(), Real { bench, items: Vec::new(), clerks: clerks(), claims: BTreeMap::new(), now: now() });
    for step in steps {
        real.agrees(&mut model, &step).await?;
        real.looks_like(&model).await?;
    }
    Ok(())
}

impl Real {
    async fn agrees(&mut self, model: &mut Model, step: &Step) -> Result<(), TestCaseError> {
        match step {
            Step::Pass { minutes } => self.now += Duration::minutes(*minutes),
            Step::Submit(submitted) => self.submit(model, submitted.clone()).await,
            Step::ClaimNext { clerk } => {
                let clerk = self.clerks[usize::from(*clerk)].clone();
                let expected = model.claim_next(&clerk, self.now);
                let claimed = self.claim_next(&clerk).await;
                prop_assert_eq!(self.remember(&clerk, claimed), expected);
            }
            Step::Claim { clerk, at } => {
                let (clerk, Some(at)) = (self.clerks[usize::from(*clerk)].clone(), self.pick(*at)) else { return Ok(()) };
                let expected = model.claim(at, &clerk, self.now);
                let answer = self.claim(at, &clerk).await;
                prop_assert_eq!(answer, expected);
            }
            Step::CompleteAndNext { clerk, at } => {
                let (clerk, Some(at)) = (self.clerks[usize::from(*clerk)].clone(), self.pick(*at)) else { return Ok(()) };
                let by = (clerk.number, self.claim_of(clerk.number, at));
                let closed = model.as_holder(at, by, self.now, model::close) == Answer::Done;
                let expected = if closed { model.claim_next(&clerk, self.now) } else { None };
                let (closed_really, claimed) = self.complete_and_next(at, &clerk).await;
                prop_assert_eq!((closed_really, self.remember(&clerk, claimed)), (closed, expected));
            }
            Step::Assign { at, to } => {
                let to = *to;
                let Some(at) = self.pick(*at) else { return Ok(()) };
                let expected = model::assign(&mut model.items[at], to, self.now, KEEP);
                let now = self.now;
                let answer = self.change(at, move |item| item.assign(account(to), now + KEEP).map_err(answer_to_claim)).await;
                prop_assert_eq!(answer, expected);
            }
            Step::Draw { clerk } => {
                let clerk = self.clerks[usize::from(*clerk)].clone();
                let expected = model.draw(&clerk, self.now);
                let drawn = self.draw(&clerk).await;
                prop_assert_eq!(self.remember(&clerk, drawn), expected);
            }
            Step::Relieve { clerk, station } => {
                let clerk = self.clerks[usize::from(*clerk)].clone();
                if clerk.stations.contains(station) {
                    return Ok(());
                }
                let expected = model.relieve(&clerk, *station, self.now);
                let taken = self.relieve(&clerk, *station).await;
                prop_assert_eq!(self.remember(&clerk, taken), expected);
            }
            Step::Lapse => {
                model.lapse(self.now);
                self.lapse().await;
            }
            Step::Extend { clerk, at }
            | Step::Release { clerk, at }
            | Step::Transfer { clerk, at, .. }
            | Step::Park { clerk, at, .. }
            | Step::Escalate { clerk, at }
            | Step::Complete { clerk, at } => {
                let Some(at) = self.pick(*at) else { return Ok(()) };
                let expected = self.expected(model, at, *clerk, step);
                let answer = self.act(at, *clerk, step.clone()).await;
                prop_assert_eq!(answer, expected);
            }
        }
        Ok(())
    }

    fn pick(&self, at: usize) -> Option<usize> {
        (!self.items.is_empty()).then(|| at % self.items.len())
    }

    fn claim_of(&self, clerk: u8, at: usize) -> u32 {
        self.claims.get(&(clerk, at)).copied().unwrap_or_default()
    }

    async fn submit(&mut self, model: &mut Model, submitted: Submitted) {
        let Submitted { station, lane, due_in, topic, kept_for, stage, sharing } = submitted;
        let number = u128::try_from(self.items.len()).unwrap() + 1;
        let (due_at, kept_until) = (self.now + due_in, self.now + KEEP);
        let kept = kept_for.map(|clerk| Kept { clerk: account(clerk), until: kept_until, bond: Bond::Preferred });
        let item = work_item(number, station, lane, Duration::zero());
        let item = WorkItem { stage, topic, sharing, arrived_at: self.now, due_at, rank_at: lane.rank_at(due_at), kept, ..item };
        self.items.push(item.id);
        self.bench.write(move |tx| Box::pin(async move { tx.add_work_item(&item).await })).await.unwrap();
        model.items.push(Item {
            station,
            topic,
            lane,
            up_to_others: stage == Stage::HandOver,
            shared: sharing == Sharing::District,
            arrived: self.now,
            due: due_at,
            from: self.now,
            kept: kept_for.map(|clerk| (clerk, kept_until, Keeping::FromTheNextCall)),
            held: None,
            claims: 0,
            open: true,
        });
    }

    async fn claim_next(&self, clerk: &Clerk) -> Option<WorkItem> {
        let (claimant, moment) = (claimant(clerk.number, &clerk.stations, clerk.topics.clone()), moment(self.now));
        self.bench.write(move |tx| Box::pin(async move { tx.claim_next(&claimant, moment).await })).await.unwrap()
    }

    async fn complete_and_next(&self, at: usize, clerk: &Clerk) -> (bool, Option<WorkItem>) {
        let closing = Closing { id: self.items[at], holder: account(clerk.number), fence: self.claim_of(clerk.number, at) };
        let (claimant, moment) = (claimant(clerk.number, &clerk.stations, clerk.topics.clone()), moment(self.now));
        let next =
            self.bench.write(move |tx| Box::pin(async move { tx.close_and_claim_next(closing, &claimant, moment).await })).await.unwrap();
        (next.closed, next.claimed)
    }

    fn remember(&mut self, clerk: &Clerk, claimed: Option<WorkItem>) -> Option<(usize, u32)> {
        let claimed = claimed?;
        let at = self.items.iter().position(|id| *id == claimed.id).unwrap();
        self.claims.insert((clerk.number, at), claimed.fence);
        Some((at, claimed.fence))
    }

    async fn claim(&mut self, at: usize, clerk: &Clerk) -> Answer {
        let (by, now) = (account(clerk.number), self.now);
        let answer = self.change(at, move |item| item.claim(by, now, LEASE).map_err(answer_to_claim)).await;
        if answer == Answer::Done {
            let claims = self.bench.view().work_item(self.items[at]).await.unwrap().unwrap().fence;
            self.claims.insert((clerk.number, at), claims);
        }
        answer
    }

    fn expected(&self, model: &mut Model, at: usize, clerk: u8, step: &Step) -> Answer {
        let now = self.now;
        model.as_holder(at, (clerk, self.claim_of(clerk, at)), now, |item| match step {
            Step::Extend { .. } => model::extend(item, clerk, now),
            Step::Transfer { to, .. } => model::give_back(item, Some((*to, now + KEEP, Keeping::FromTheNextCall))),
            Step::Park { minutes, .. } => model::park(item, clerk, now, now + Duration::minutes(*minutes), KEEP),
            Step::Escalate { .. } => model::escalate(item),
            Step::Complete { .. } => model::close(item),
            Step::Release { .. } => model::give_back(item, None),
            Step::Submit(_) | Step::ClaimNext { .. } | Step::Claim { .. } => unreachable!("not a holder's"),
            Step::Draw { .. } | Step::Relieve { .. } | Step::Lapse => unreachable!("not a holder's"),
            Step::CompleteAndNext { .. } | Step::Assign { .. } | Step::Pass { .. } => unreachable!("not a holder's"),
        })
    }

    async fn act(&self, at: usize, clerk: u8, step: Step) -> Answer {
        let (by, fence, now) = (account(clerk), self.claim_of(clerk, at), self.now);
        self.change(at, move |item| {
            let lease = |result: Result<WorkItem, LeaseError>| result.map_err(answer_to_holder);
            match step {
                Step::Extend { .. } => lease(item.extend(by, fence, now, LEASE)),
                Step::Transfer { to, .. } => lease(item.transfer(by, fence, account(to), now, now + KEEP)),
                Step::Park { minutes, .. } => {
                    let until = now + Duration::minutes(minutes);
                    item.park(by, fence, now, (until, until + KEEP)).map_err(answer_to_park)
                }
                Step::Escalate { .. } => lease(item.escalate(by, fence, now)),
                Step::Complete { .. } => lease(item.complete(by, fence, now)),
                Step::Release { .. } => lease(item.release(by, fence, now)),
                Step::Submit(_) | Step::ClaimNext { .. } | Step::Claim { .. } => unreachable!("not a holder's"),
                Step::Draw { .. } | Step::Relieve { .. } | Step::Lapse => unreachable!("not a holder's"),
                Step::CompleteAndNext { .. } | Step::Assign { .. } | Step::Pass { .. } => unreachable!("not a holder's"),
            }
        })
        .await
    }

    async fn change(&self, at: usize, change: impl FnOnce(WorkItem) -> Result<WorkItem, Answer> + Send + 'static) -> Answer {
        let (id, now) = (self.items[at], self.now);
        let unit = self.bench.write(move |tx| {
            Box::pin(async move {
                let read = tx.work_item(id).await?.unwrap();
                match tx.change_work_item(read, now, |item| change(item).map_err(Refused::By)).await {
                    Ok(_) => Ok(Answer::Done),
                    Err(Refused::By(answer)) => Ok(answer),
                    Err(Refused::Store(error)) => Err(error),
                }
            })
        });
        unit.await.unwrap()
    }

    /// What waits and what is held, in its order.
    async fn looks_like(&self, model: &Model) -> Result<(), TestCaseError> {
        let view = self.bench.view();
        for clerk in &self.clerks {
            let pools = claimant(clerk.number, &clerk.stations, clerk.topics.clone()).pools;
            let waiting = view.claimable(&pools, self.now, None, 100).await.unwrap();
            prop_assert_eq!(self.places(&waiting), model.waiting(clerk, self.now));
            let held = view.held_by(account(clerk.number), self.now).await.unwrap();
            prop_assert_eq!(self.places(&held), model.held(clerk, self.now));
        }
        Ok(())
    }

    fn places(&self, items: &[WorkItem]) -> Vec<usize> {
        items.iter().map(|item| self.items.iter().position(|id| *id == item.id).unwrap()).collect()
    }
}

enum Refused {
    By(Answer),
    Store(StoreError),
}

impl From<StoreError> for Refused {
    fn from(error: StoreError) -> Self {
        Refused::Store(error)
    }
}

fn answer_to_holder(error: LeaseError) -> Answer {
    match error {
        LeaseError::NotHeld => Answer::NotHeld,
        LeaseError::Another => Answer::Another,
        LeaseError::LostLease => Answer::LostLease,
    }
}

fn answer_to_park(error: ParkError) -> Answer {
    match error {
        ParkError::Lease(error) => answer_to_holder(error),
        ParkError::NotLater => Answer::NotLater,
        ParkError::PastDue(_) => Answer::PastDue,
    }
}

fn answer_to_claim(error: ClaimError) -> Answer {
    match error {
        ClaimError::Leased => Answer::Another,
        ClaimError::Done => Answer::Closed,
        ClaimError::TooEarly(_) => Answer::TooEarly,
        ClaimError::Assigned(_) => Answer::Assigned,
    }
}
