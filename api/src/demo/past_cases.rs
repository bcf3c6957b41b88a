//! Some days of past cases (往期办件), so that a demo's lists, queues and reviews aren't empty: invented villagers asked, clerks
//! handled, through the same use cases as ever, only with a clock set back to the day. What they say is demo like its people.
//! Invariants: made once, by whoever sets the fact first; the same cases every time; none is later than the demo's clock; their news
//! are in the lists of messages alone. A demo without a font has them too, but none with a printed certificate.
//! Units: working days before today, hours of the district's clock.

use chrono::{Days, Duration, NaiveDate, NaiveTime};
use domain::case::{Receiver, SupplementGround, Wanted, may_take};
use domain::catalogue::{Answers, Mode};
use domain::evaluation::Satisfaction;
use domain::ids::{CaseId, ItemCode, PersonId};
use domain::people::Staff;
use domain::routing::{Ask, Plan, plan};
use domain::time::{Timestamp, instant, local_date};
use infra::store::{StoreError, Tx, View};
use serde_json::json;

use crate::app::cases::{
    Act, ActError, ActOrder, Joint, Order, OrderedFor, OrderedMatter, PrintError, SubmitError, Submitter, Verdict, act, submit, withdraw,
};
use crate::app::queue::{TakeError, claim};
use crate::app::reviews::{EvaluateError, judge_service};
use crate::app::{App, Grounds};
use crate::jobs;
use crate::sandbox::SandboxSettings;

const FACT: &str = "demo_past_cases";
const DAYS: u64 = 10;
/// Printing takes longest of all.
const PRINTED_MAX: usize = 7;

/// Who asked, and for what: nobody of the tour's line, whose queues the tour finds empty.
const ASKED: [(&str, &str); 4] = [("sun-jun", COUNSEL), ("wu-xiuying", PRODUCE), ("chen-yu", COUNSEL), ("zheng-hao", COUNSEL)];
/// 社区推荐公民担任诉讼代理人证明.
const COUNSEL: &str = "C050";
/// 自产农产品产地来源证明.
const PRODUCE: &str = "C036";

/// How far a case came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Waits,
    Supplements,
    Accepted,
    Granted,
    Produced,
    Refused,
    NotAccepted,
    Withdrawn,
    Completed(Option<Satisfaction>),
}

/// The cases of each day, the oldest day first: what is old has ended, what is new waits.
const FATES: [[Fate; 4]; 10] = {
    use Fate::{Accepted, Completed, Granted, NotAccepted, Produced, Refused, Supplements, Waits, Withdrawn};
    [
        [Completed(Some(Satisfaction::VerySatisfied)), Refused, Withdrawn, NotAccepted],
        [Completed(Some(Satisfaction::Satisfied)), Refused, Withdrawn, NotAccepted],
        [Completed(Some(Satisfaction::Dissatisfied)), Withdrawn, NotAccepted, Refused],
        [Completed(None), Refused, NotAccepted, Withdrawn],
        [Completed(Some(Satisfaction::FairlySatisfied)), Withdrawn, Supplements, Refused],
        [Completed(Some(Satisfaction::VerySatisfied)), Supplements, NotAccepted, Refused],
        [Supplements, Granted, Refused, Withdrawn],
        [Granted, Accepted, Supplements, Accepted],
        [Accepted, Waits, Granted, Waits],
        [Waits, Accepted, Waits, Produced],
    ]
};

#[derive(Debug, thiserror::Error)]
pub enum PastError {
    #[error("the demo's past cases don't fit its data: {0} is missing")]
    Missing(String),
    #[error(transparent)]
    Submit(#[from] SubmitError),
    #[error(transparent)]
    Take(#[from] TakeError),
    #[error(transparent)]
    Act(#[from] ActError),
    #[error(transparent)]
    Print(#[from] PrintError),
    #[error(transparent)]
    Evaluate(#[from] EvaluateError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Whether somebody made them, or is about to.
pub async fn are_made(view: &View) -> Result<bool, StoreError> {
    Ok(view.fact(FACT).await?.is_some())
}

/// Makes them, once; says how many there are.
pub async fn add(app: &App) -> Result<usize, PastError> {
    if !app.store.write(app.district(), |tx| Box::pin(first(tx))).await? {
        return Ok(0);
    }
    let days = working_days_before(app, local_date(app.clock.now()));
    let mut past = Past { app, prints: prints(app), made: 0 };
    for (day, fates) in days.into_iter().zip(FATES) {
        for (hour, fate) in (9..).zip(fates) {
            past.case(at(day, hour), fate).await?;
        }
    }
    jobs::settle_news(app).await?;
    Ok(past.made)
}

/// Of two who come at once, one is first.
async fn first(tx: &Tx) -> Result<bool, StoreError> {
    let is_first = tx.fact(FACT).await?.is_none();
    tx.set_fact(FACT, "true").await?;
    Ok(is_first)
}

/// How many certificates may be printed.
fn prints(app: &App) -> usize {
    match app.press.check() {
        Ok(()) => PRINTED_MAX,
        Err(error) => {
            tracing::warn!(error = &error as &dyn std::error::Error, "the demo's past cases have no certificates: there is no font");
            0
        }
    }
}

fn working_days_before(app: &App, today: NaiveDate) -> Vec<NaiveDate> {
    let map = app.map();
    let before = (1..).map_while(|days| today.checked_sub_days(Days::new(days)));
    let mut days: Vec<_> = before.filter(|day| map.calendar.is_working_day(*day)).zip(0..DAYS).map(|(day, _)| day).collect();
    days.reverse();
    days
}

fn at(day: NaiveDate, hour: u32) -> Timestamp {
    instant(day.and_time(NaiveTime::from_hms_opt(hour, 10, 0).unwrap_or_default()))
}

/// The making of them, one after the other.
struct Past<'a> {
    app: &'a App,
    /// How many more may be printed.
    prints: usize,
    made: usize,
}

impl Past<'_> {
    async fn case(&mut self, began: Timestamp, fate: Fate) -> Result<(), PastError> {
        let (phone, item) = ASKED.iter().copied().cycle().nth(self.made).unwrap_or(("", ""));
        self.made += 1;
        let person = self.owner(phone).await?;
        let case = self.submit(began, person, item).await?;
        let fate = match fate {
            Fate::Completed(_) | Fate::Produced if self.prints == 0 => Fate::Granted,
            fate => fate,
        };
        for (hours, act) in (1..).zip(acts(fate)) {
            self.act(began + Duration::minutes(50 * hours), case, act).await?;
        }
        match fate {
            Fate::Withdrawn => self.withdraw(began + Duration::minutes(30), person, case).await,
            Fate::Completed(Some(level)) => self.judge(began + Duration::hours(6), person, case, level).await,
            Fate::Waits
            | Fate::Supplements
            | Fate::Accepted
            | Fate::Granted
            | Fate::Produced
            | Fate::Refused
            | Fate::NotAccepted
            | Fate::Completed(None) => Ok(()),
        }
    }

    fn grounds(&self, now: Timestamp) -> Grounds {
        Grounds { now, ..self.app.grounds() }
    }

    async fn owner(&self, phone: &str) -> Result<PersonId, PastError> {
        let missing = || PastError::Missing(phone.to_owned());
        let openid = SandboxSettings::demo().openid_of(phone).ok_or_else(missing)?;
        let found = self.app.store.read(self.app.district()).person_by_openid(&openid).await?;
        found.map(|person| person.id).ok_or_else(missing)
    }

    async fn submit(&self, now: Timestamp, person: PersonId, item: &str) -> Result<CaseId, PastError> {
        let (grounds, form, missing) = (self.grounds(now), item, || PastError::Missing(item.to_owned()));
        let item: ItemCode = item.parse().map_err(|_| missing())?;
        let profile = self.app.store.read(self.app.district()).person(person).await?.ok_or_else(missing)?;
        let ask = Ask { registered: profile.registered, residence: profile.residence, ..ask_for(item.clone()) };
        let offered = plan(&grounds.map, &grounds.catalogue.catalogue, &grounds.load, &ask, now);
        let chosen = offered.plans.iter().find(|plan| plan.mode == Mode::Nearby).map(Plan::seen).ok_or_else(missing)?;
        let matters = vec![OrderedMatter::new(item, answers(form), Vec::new())];
        let order = Order { ask, chosen, subject: OrderedFor::Myself, mandate: None, joint: Joint::default(), matters, copies: Vec::new() };
        let by = Submitter::Villager(person);
        let plan = self.app.plan_again(&grounds, &by, &order).await?;
        let unit =
            self.app.store.write(self.app.district(), move |tx| Box::pin(async move { submit(tx, &grounds, &by, order, plan).await }));
        unit.await?.cases.first().map(|file| file.case.id).ok_or_else(missing)
    }

    /// Whoever sits at the desk takes the work and does it.
    async fn act(&mut self, now: Timestamp, case: CaseId, what: Act) -> Result<(), PastError> {
        let (grounds, view) = (self.grounds(now), self.app.store.read(self.app.district()));
        let missing = || PastError::Missing("somebody who may take the work".to_owned());
        let work_item = view.open_work_item(case).await?.ok_or_else(missing)?.id;
        let staff = self.hand(case).await?.ok_or_else(missing)?;
        let (by, on) = (staff.clone(), grounds.clone());
        let claimed = self.app.store.write(self.app.district(), move |tx| Box::pin(async move { claim(tx, &on, &by, work_item).await }));
        let order = ActOrder { work_item, fence: claimed.await?.work_item.fence, answers: Answers::default(), act: what };
        let printed = self.app.print(&grounds, &staff, &order).await?;
        self.prints -= usize::from(printed.is_some()).min(self.prints);
        let acted = self
            .app
            .store
            .write(self.app.district(), move |tx| Box::pin(async move { act(tx, &grounds, &staff, order, printed, None).await }));
        acted.await?;
        Ok(())
    }

    /// The first at the desk of the open step who may take it.
    async fn hand(&self, case: CaseId) -> Result<Option<Staff>, PastError> {
        let view = self.app.store.read(self.app.district());
        let Some(file) = view.case_file(case).await? else { return Ok(None) };
        let Some((_, step)) = file.case.current() else { return Ok(None) };
        let present = view.staff_at(&step.desk.station).await?;
        // The last came last to the desk: the clerk before the head, so that the head is left to decide.
        Ok(present.into_iter().rev().find(|staff| may_take(staff, &file.case, step).is_ok()))
    }

    async fn withdraw(&self, now: Timestamp, person: PersonId, case: CaseId) -> Result<(), PastError> {
        let grounds = self.grounds(now);
        let unit = self.app.store.write(self.app.district(), move |tx| {
            Box::pin(async move { withdraw(tx, &grounds, &Submitter::Villager(person), case).await })
        });
        unit.await?;
        Ok(())
    }

    async fn judge(&self, now: Timestamp, person: PersonId, case: CaseId, level: Satisfaction) -> Result<(), PastError> {
        let grounds = self.grounds(now);
        let unit = self.app.store.write(self.app.district(), move |tx| {
            Box::pin(async move { judge_service(tx, &grounds, person, case, ((level, String::new()), None)).await })
        });
        unit.await?;
        Ok(())
    }
}

fn ask_for(item: ItemCode) -> Ask {
    Ask {
        items: vec![item],
        registered: None,
        residence: None,
        matter: Default::default(),
        whereabouts: Default::default(),
        needs: Default::default(),
        agent: None,
        carriage: Default::default(),
        preference: Default::default(),
        licences: Default::default(),
        barred_stations: Default::default(),
    }
}

/// What they wrote into the form.
fn answers(item: &str) -> Answers {
    let form = match item {
        PRODUCE => json!({
            "product": "红心柚", "location": "1组坡地", "scale": "6亩", "harvest_date": "2026-09-01", "quantity": 3000,
            "channel": "农贸市场自产自销区"
        }),
        _counsel => json!({
            "agent_name": "演示代理人", "agent_id": "11010519491231002X", "opponent": "演示公司", "cause": "劳务合同纠纷",
            "court": "演示区人民法院"
        }),
    };
    form.as_object().cloned().unwrap_or_default()
}

/// What staff did, in order.
fn acts(fate: Fate) -> Vec<Act> {
    let accept = || Act::Accept { matter: None };
    let granted = || Act::Decide { verdict: Verdict::Granted };
    match fate {
        Fate::Waits | Fate::Withdrawn => vec![],
        Fate::Supplements => {
            let wanted = vec![Wanted { what: "居民身份证".to_owned(), requirement: "照片模糊，请重新拍摄".to_owned() }];
            vec![Act::AskSupplement { wanted, ground: SupplementGround::FirstNotice }]
        }
        Fate::NotAccepted => {
            let (reason, go_to) = ("申请事项不属于本村范围".to_owned(), Some("户籍所在地的村（社区）".to_owned()));
            vec![Act::NotAccept { reason, go_to }]
        }
        Fate::Accepted => vec![accept()],
        Fate::Granted => vec![accept(), granted()],
        Fate::Refused => {
            let verdict = Verdict::Refused { reason: "经核实，申报情况与实际不符".to_owned(), basis: None };
            vec![accept(), Act::Decide { verdict }]
        }
        Fate::Produced => vec![accept(), granted(), Act::Produce { file: None }],
        Fate::Completed(_) => {
            vec![accept(), granted(), Act::Produce { file: None }, Act::HandOver { to: Receiver::Subject }]
        }
    }
}
