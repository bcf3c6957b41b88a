//! What people allow WeChat to bring them. WeChat's events and answers go into one ledger (`Tx::change_credit`). The phone tells too what came
//! of its dialog: that counts only where WeChat doesn't push (`pushes` says why).

use domain::channel::{Credit, CreditChange, CreditKind};
use domain::ids::PersonId;
use infra::store::{StoreError, Template, Tx, View};

use crate::app::App;
use crate::settings::WechatTemplates;

#[derive(Debug, thiserror::Error)]
pub enum SubscriptionError {
    #[error("no such template is used here")]
    NoSuchTemplate,
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What `wx.requestSubscribeMessage` answered for a template.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DialogOutcome {
    Accept,
    Reject,
    /// WeChat has taken the template from the account.
    Ban,
    /// WeChat shows one of several templates of the same name.
    Filter,
    AcceptWithAudio,
}

impl DialogOutcome {
    fn change(self) -> Option<CreditChange> {
        match self {
            Self::Accept | Self::AcceptWithAudio => Some(CreditChange::Accepted),
            Self::Reject => Some(CreditChange::Declined),
            Self::Ban | Self::Filter => None,
        }
    }
}

/// A template, with what somebody allows of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subscribed {
    pub template: String,
    pub credit: Credit,
}

impl Subscribed {
    /// Whether the client should ask for it at the next tap: one-time consents are gathered, a long-term one is asked for once.
    pub fn is_to_be_asked(&self) -> bool {
        match self.credit.kind {
            CreditKind::OneTime => true,
            CreditKind::LongTerm => !self.credit.allows(),
        }
    }
}

impl WechatTemplates {
    /// The template by which news of how things go are sent.
    pub fn of_progress(&self) -> Option<Template<'_>> {
        self.progress.as_deref().map(|id| Template { id, kind: self.progress_kind })
    }

    pub(super) fn known(&self, id: &str) -> Option<Template<'_>> {
        self.of_progress().filter(|template| template.id == id)
    }
}

/// The templates in use, with what the person allows of each.
pub async fn subscriptions(view: &View, templates: &WechatTemplates, person: PersonId) -> Result<Vec<Subscribed>, StoreError> {
    let Some(template) = templates.of_progress() else { return Ok(Vec::new()) };
    let credit = view.credit(person, template).await?;
    Ok(vec![Subscribed { template: template.id.to_owned(), credit }])
}

/// Who counts what people allow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CountedBy {
    /// WeChat pushes each answer.
    Pushes,
    Phone,
}

impl CountedBy {
    pub fn of(app: &App) -> Self {
        if app.pushes.is_some() { Self::Pushes } else { Self::Phone }
    }
}

/// Takes what came of the phone's dialog for one template; the ledger as it stands.
pub async fn note_dialog(
    tx: &Tx,
    (templates, counted_by): (&WechatTemplates, CountedBy),
    person: PersonId,
    (template, outcome): (&str, DialogOutcome),
) -> Result<Subscribed, SubscriptionError> {
    let template = templates.known(template).ok_or(SubscriptionError::NoSuchTemplate)?;
    let credit = match (counted_by, outcome.change()) {
        (CountedBy::Phone, Some(change)) => tx.change_credit(person, template, change).await?,
        (CountedBy::Phone, None) | (CountedBy::Pushes, _) => tx.credit(person, template).await?,
    };
    Ok(Subscribed { template: template.id.to_owned(), credit })
}
