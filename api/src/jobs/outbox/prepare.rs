//! The first unit: what is the next step of a piece of news. What is about to leave is noted before it leaves, so that whoever comes
//! after a crash knows that it may have left.

use chrono::Duration;
use domain::channel::{Channel, Ending, ErrandRules, Next, Reach, TryState, goes_another_way, next};
use domain::people::Phone;
use domain::time::Timestamp;
use infra::store::{Begun, Claimed, News, StoreError, Template, Try, Tx};
use infra::wechat::{Openid, SubscribeMessage};

use super::Fate;
use crate::app::news::{Words, open_errand, words};
use crate::app::{App, Grounds};
use crate::settings::{Outbox, WechatTemplates};

/// After which somebody is looked at again to whom another message is under way from another instance.
const ANOTHER_FIRST: Duration = Duration::seconds(5);

/// What this deployment can send by, and its rules.
pub(super) struct Ways {
    /// None without an account at WeChat.
    templates: Option<WechatTemplates>,
    sms: bool,
    outbox: Outbox,
    errands: ErrandRules,
}

impl Ways {
    pub fn of(app: &App) -> Self {
        Self {
            templates: app.wechat.as_ref().map(|_| app.settings.wechat.templates.clone()),
            sms: app.sms.is_some(),
            outbox: app.settings.outbox.clone(),
            errands: app.settings.errands.clone(),
        }
    }

    /// The template by which WeChat brings news.
    pub fn template(&self) -> Option<Template<'_>> {
        self.templates.as_ref().and_then(WechatTemplates::of_progress)
    }
}

/// What is to be done outside of the unit.
pub(super) enum Step {
    Wechat {
        to: Openid,
        message: SubscribeMessage,
        /// Whether the news go another way where this one fails.
        other_way: bool,
    },
    Sms {
        to: Phone,
        text: String,
    },
    /// The gateway is asked what became of its message.
    Ask,
}

pub(super) enum Prepared {
    Settled(Fate),
    /// With the try as it was noted.
    Step(Try, Step),
}

/// Whom the news are for, as far as carriers have to know.
struct Receiver {
    openid: Option<Openid>,
    phone: Option<Phone>,
    allows: bool,
}

impl Receiver {
    async fn of(tx: &Tx, ways: &Ways, news: &News) -> Result<Self, StoreError> {
        let (openid, allows) = match ways.template() {
            Some(template) => (tx.openid_of(news.to).await?, tx.credit(news.to, template).await?.allows()),
            None => (None, false),
        };
        let phone = if ways.sms { tx.person(news.to).await?.and_then(|person| person.phone) } else { None };
        Ok(Self { openid, phone: phone.filter(Phone::is_mobile), allows })
    }

    fn reach(&self) -> Reach {
        Reach { wechat: self.openid.is_some() && self.allows, sms: self.phone.is_some() }
    }
}

pub(super) async fn prepare(tx: &Tx, ways: &Ways, grounds: &Grounds, claimed: &Claimed) -> Result<Prepared, StoreError> {
    if !tx.holds_news(claimed).await? {
        return Ok(Prepared::Settled(Fate::Lost));
    }
    let news = &claimed.news;
    let tries = recovered(tx, grounds.now, news).await?;
    // What the news are about is gone: there is nothing to tell.
    let Some(words) = words(tx, grounds, &news.about).await? else { return over(tx, news, Ending::ListAlone).await };
    let receiver = Receiver::of(tx, ways, news).await?;
    let tried: Vec<_> = tries.iter().map(Try::tried).collect();
    let quiet = ways.outbox.quiet_hours;
    let kept = |channel| tries.iter().find(|kept| kept.channel == channel).cloned().unwrap_or_else(|| Try::new(channel, grounds.now));
    match next(news.about.weight(), receiver.reach(), &tried, quiet, grounds.now) {
        Next::Over(ending) => over(tx, news, ending).await,
        Next::WaitUntil(until) => put_off(tx, news, until).await,
        Next::Await(Channel::Sms) => ask(tx, ways, news, (kept(Channel::Sms), grounds.now)).await,
        // Whoever runs the errand says how it ended.
        Next::Await(channel @ (Channel::Errand | Channel::Wechat)) => over(tx, news, Ending::Told(channel)).await,
        Next::Send(Channel::Errand) => errand(tx, ways, grounds, news).await,
        Next::Send(Channel::Wechat) => by_wechat(tx, ways, (news, words), (kept(Channel::Wechat), receiver), grounds.now).await,
        Next::Send(Channel::Sms) => by_sms(tx, (news, words), (kept(Channel::Sms), receiver), grounds.now).await,
    }
}

/// The tries so far. What was under way under an earlier claim may have been taken by WeChat; a short message is sent again, as the same.
async fn recovered(tx: &Tx, now: Timestamp, news: &News) -> Result<Vec<Try>, StoreError> {
    let mut tries = tx.tries(news.id).await?;
    for broken in tries.iter_mut().filter(|kept| kept.begun_at.is_some()) {
        broken.begun_at = None;
        if broken.channel == Channel::Wechat {
            tx.end_sending(news.to, news.id).await?;
        }
        if broken.channel == Channel::Wechat && broken.state == TryState::Waiting {
            (broken.state, broken.error, broken.changed_at) = (TryState::Unknown, Some("broke_off".to_owned()), now);
        }
        tx.save_try(news, broken).await?;
    }
    Ok(tries)
}

async fn over(tx: &Tx, news: &News, ending: Ending) -> Result<Prepared, StoreError> {
    tx.settle_news(news.id).await?;
    Ok(Prepared::Settled(Fate::Over(ending)))
}

async fn put_off(tx: &Tx, news: &News, until: Timestamp) -> Result<Prepared, StoreError> {
    tx.put_news_back(news.id, until).await?;
    Ok(Prepared::Settled(Fate::PutOff))
}

/// From a while after it was taken on.
async fn ask(tx: &Tx, ways: &Ways, news: &News, (kept, now): (Try, Timestamp)) -> Result<Prepared, StoreError> {
    let from = kept.changed_at + Duration::minutes(ways.outbox.receipt_minutes.into());
    if now < from { put_off(tx, news, from).await } else { Ok(Prepared::Step(kept, Step::Ask)) }
}

async fn errand(tx: &Tx, ways: &Ways, grounds: &Grounds, news: &News) -> Result<Prepared, StoreError> {
    if open_errand(tx, grounds, &ways.errands, news).await?.is_none() {
        return over(tx, news, Ending::ListAlone).await;
    }
    tx.save_try(news, &Try::new(Channel::Errand, grounds.now)).await?;
    over(tx, news, Ending::Told(Channel::Errand)).await
}

async fn by_wechat(
    tx: &Tx,
    ways: &Ways,
    (news, words): (&News, Words),
    (kept, receiver): (Try, Receiver),
    now: Timestamp,
) -> Result<Prepared, StoreError> {
    let other_way = goes_another_way(news.about.weight(), receiver.reach(), Channel::Wechat);
    let (Some(to), Some((templates, template))) = (receiver.openid, ways.templates.as_ref().zip(ways.template())) else {
        return failed(tx, news, kept, "no_account", now).await;
    };
    match tx.begin_to_send(news.to, template, news.id, now).await? {
        Begun::AnotherFirst => put_off(tx, news, now + ANOTHER_FIRST).await,
        Begun::NotAllowed => failed(tx, news, kept, "not_allowed", now).await,
        Begun::Reserved => {
            let message = words.message(template.id.to_owned(), templates);
            Ok(Prepared::Step(begun(tx, news, kept, now).await?, Step::Wechat { to, message, other_way }))
        }
    }
}

async fn by_sms(tx: &Tx, (news, words): (&News, Words), (kept, receiver): (Try, Receiver), now: Timestamp) -> Result<Prepared, StoreError> {
    let Some(to) = receiver.phone else { return failed(tx, news, kept, "no_phone", now).await };
    Ok(Prepared::Step(begun(tx, news, kept, now).await?, Step::Sms { to, text: words.short_message() }))
}

async fn begun(tx: &Tx, news: &News, kept: Try, now: Timestamp) -> Result<Try, StoreError> {
    let begun = Try { begun_at: Some(now), attempts: kept.attempts.saturating_add(1), ..kept };
    tx.save_try(news, &begun).await?;
    Ok(begun)
}

/// What was to be sent again can't be any more.
async fn failed(tx: &Tx, news: &News, kept: Try, error: &str, now: Timestamp) -> Result<Prepared, StoreError> {
    let failed = Try { state: TryState::Failed, error: Some(error.to_owned()), changed_at: now, ..kept };
    tx.save_try(news, &failed).await?;
    tx.put_news_back(news.id, now).await?;
    Ok(Prepared::Settled(Fate::GoesOn))
}
