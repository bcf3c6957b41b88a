//! Separate consent (单独同意): the texts that people agree to, a person's own consents, agreeing and withdrawing.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Json as Answer, Query};
use actix_web::{HttpResponse, get, post};
use chrono::{DateTime, FixedOffset};
use domain::consent::{Consent, Ended, Ending, Said, Spoken, TextVersion};
use domain::ids::{ConsentId, MandateId, StationCode, UploadId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::auth::{Caller, Villager};
use super::cases::view::{CaseLineView, line_of_file};
use super::cases::{PersonBody, submitter};
use super::idempotency::{Act, once};
use super::instant::shown;
use super::page::{BadCursor, Cursor, Limit, Page};
use super::problem::Problem;
use super::words::Sensitive;
use crate::app::cases::station_name;
use crate::app::consents::{self as app, About, Affected, ConsentError, KnownConsent, Withdrawn, consents_of, give, withdraw};
use crate::app::{App, Grounds};
use crate::wording::{self, CONSENT_TEXTS, ConsentText, current_text};

#[derive(Debug, Serialize, ToSchema)]
pub struct ConsentTextsView {
    items: Vec<ConsentTextView>,
}

/// A text that people agree to, a paragraph for each thing that it has to tell. What was agreed to never changes.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConsentTextView {
    kind: Sensitive,
    kind_name: &'static str,
    version: u32,
    /// Whether it is the one that is agreed to now.
    current: bool,
    title: &'static str,
    who: &'static str,
    what: &'static str,
    purpose: &'static str,
    effect: &'static str,
    handler: &'static str,
    seen_by: &'static str,
    kept: &'static str,
    /// What becomes of one who doesn't agree.
    otherwise: &'static str,
    withdrawal: &'static str,
}

/// Agreeing to one text. A villager agrees for themself, or for a ward; a clerk enters what somebody said or signed before them.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConsentBody {
    kind: Sensitive,
    /// The version of the text that was shown.
    #[schema(minimum = 1, example = 1)]
    text_version: u32,
    /// For clerks: who is before them.
    person: Option<PersonBody>,
    /// The guardian's mandate, where a guardian speaks: always for somebody under fourteen.
    mandate: Option<Uuid>,
    /// For clerks: where it is entered.
    #[schema(value_type = Option<String>)]
    station: Option<StationCode>,
    /// For clerks: how it was said.
    heard: Option<HeardBody>,
}

/// How somebody before a clerk said it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum HeardBody {
    /// By word of mouth, after the text was read to them.
    Told {
        /// Who else heard it: neither the person nor the clerk.
        #[serde(default)]
        witness: Option<PersonBody>,
    },
    /// On a signed paper: the clerk's upload of it.
    OnPaper { scan: Uuid },
}

/// Withdrawing the consent of one kind; who may is as with agreeing.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConsentEndBody {
    kind: Sensitive,
    /// For clerks: who is before them.
    person: Option<PersonBody>,
    /// The guardian's mandate, where a guardian speaks.
    mandate: Option<Uuid>,
    /// For clerks: where it is entered.
    #[schema(value_type = Option<String>)]
    station: Option<StationCode>,
    /// For clerks: how it was said.
    heard: Option<HeardBody>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ConsentsQuery {
    #[serde(default)]
    #[param(inline)]
    limit: Limit,
    #[param(inline)]
    cursor: Option<Cursor>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ConsentView {
    id: Uuid,
    kind: Sensitive,
    kind_name: &'static str,
    text_version: u32,
    given_at: DateTime<FixedOffset>,
    /// Who agreed, where and how, in a sentence.
    given: String,
    #[schema(example = "told")]
    heard: Heard,
    /// The signed paper: `GET /uploads/{id}`.
    document: Option<Uuid>,
    /// Whether it serves for a new case: it is live, and no newer text stands.
    serves: bool,
    ended: Option<ConsentEndView>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ConsentEndView {
    at: DateTime<FixedOffset>,
    /// Withdrawn; else replaced by a consent to a newer text.
    withdrawn: bool,
    /// Who ended it, where and how, in a sentence.
    how: String,
    heard: Heard,
    document: Option<Uuid>,
}

/// How it was said: in the app, or to a clerk, by word of mouth or on a signed paper.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Heard {
    InApp,
    Told,
    OnPaper,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct OwnConsentView {
    #[serde(flatten)]
    consent: ConsentView,
    /// The open cases that rest on it.
    cases: Vec<CaseLineView>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ConsentWithdrawnView {
    #[serde(flatten)]
    consent: ConsentView,
    /// The cases that ended with it, as far as the caller may read them.
    cases_ended: Vec<CaseLineView>,
    /// How many others ended.
    others_ended: usize,
    /// Those that were decided already, and go on.
    cases_going_on: Vec<CaseLineView>,
    others_going_on: usize,
}

/// The texts that people agree to, in every version.
#[utoipa::path(tag = "consents", operation_id = "list_consent_texts", responses((status = 200, body = ConsentTextsView)))]
#[get("/consent-texts")]
pub async fn texts() -> Answer<ConsentTextsView> {
    Answer(ConsentTextsView { items: CONSENT_TEXTS.iter().map(ConsentTextView::from).collect() })
}

/// What the villager agreed to, newest first, with the open cases that rest on it.
#[utoipa::path(
    tag = "consents", operation_id = "list_consents", params(ConsentsQuery),
    responses((status = 200, body = Page<OwnConsentView>))
)]
#[get("/me/consents")]
pub async fn list(app: Data<App>, me: Villager, query: Query<ConsentsQuery>) -> Result<Answer<Page<OwnConsentView>>, Problem> {
    let (store, grounds) = (app.store.read(app.district()), app.grounds());
    let before = query.cursor.as_ref().map(Cursor::key).transpose()?;
    let before = before.map(|key| key.parse::<ConsentId>()).transpose().map_err(|_| BadCursor)?;
    let (known, total) = consents_of(&store, &grounds, me.person, (before, query.limit.into())).await?;
    let full = known.len() >= query.limit.get();
    let next = known.last().filter(|_| full).map(|last| last.consent.id.to_string());
    Ok(Answer(Page::cut(known.iter().map(|known| own(known, &grounds)).collect(), total, next.as_deref())))
}

/// Agrees to a text. Agreeing to the same text again changes nothing.
#[utoipa::path(
    tag = "consents", operation_id = "give_consent", request_body = ConsentBody, params(("Idempotency-Key" = String, Header)),
    responses((status = 201, body = ConsentView))
)]
#[post("/consents")]
pub async fn give_one(app: Data<App>, caller: Caller, act: Act<ConsentBody>) -> Result<HttpResponse, Problem> {
    let ConsentBody { kind, text_version, person, mandate, station, heard } = act.body;
    let (by, agreed, grounds) = (submitter(caller), (kind.into(), TextVersion(text_version)), app.grounds());
    let about = about((person, mandate), (station, heard));
    once(&app, &act.once, StatusCode::CREATED, move |tx| {
        Box::pin(async move { Ok::<_, ConsentError>(view(&give(tx, &grounds, &by, about, agreed).await?, &grounds)) })
    })
    .await
}

/// Withdraws a consent. The open cases that rest on it end, as far as they aren't decided; what was done stands.
#[utoipa::path(
    tag = "consents", operation_id = "withdraw_consent", request_body = ConsentEndBody,
    params(("Idempotency-Key" = String, Header)), responses((status = 200, body = ConsentWithdrawnView))
)]
#[post("/consents/withdrawals")]
pub async fn withdraw_one(app: Data<App>, caller: Caller, act: Act<ConsentEndBody>) -> Result<HttpResponse, Problem> {
    let ConsentEndBody { kind, person, mandate, station, heard } = act.body;
    let (by, grounds, about) = (submitter(caller), app.grounds(), about((person, mandate), (station, heard)));
    once(&app, &act.once, StatusCode::OK, move |tx| {
        Box::pin(async move { Ok::<_, ConsentError>(ended(&withdraw(tx, &grounds, &by, about, kind.into()).await?, &grounds)) })
    })
    .await
}

fn about((person, mandate): (Option<PersonBody>, Option<Uuid>), (station, heard): (Option<StationCode>, Option<HeardBody>)) -> About {
    About { person: person.map(Into::into), mandate: mandate.map(MandateId::new), station, heard: heard.map(Into::into) }
}

fn view(consent: &Consent, grounds: &Grounds) -> ConsentView {
    let name = |code: &StationCode| station_name(grounds, code);
    ConsentView {
        id: consent.id.as_uuid(),
        kind: consent.kind.into(),
        kind_name: wording::sensitive(consent.kind),
        text_version: consent.text.0,
        given_at: shown(consent.given_at),
        given: wording::agreed(&consent.given, consent.person, &name),
        heard: Heard::of(&consent.given),
        document: consent.given.scan().map(|scan| scan.as_uuid()),
        serves: consent.serves(current_text(consent.kind)),
        ended: consent.ended.as_ref().map(|Ended { at, why, said }| ConsentEndView {
            at: shown(*at),
            withdrawn: *why == Ending::Withdrawn,
            how: wording::ended(*why, said, consent.person, &name),
            heard: Heard::of(said),
            document: said.scan().map(|scan| scan.as_uuid()),
        }),
    }
}

fn own(known: &KnownConsent, grounds: &Grounds) -> OwnConsentView {
    let cases = known.cases.iter().map(|file| line_of_file(file, grounds)).collect();
    OwnConsentView { consent: view(&known.consent, grounds), cases }
}

fn ended(withdrawn: &Withdrawn, grounds: &Grounds) -> ConsentWithdrawnView {
    let lines = |affected: &Affected| affected.shown.iter().map(|file| line_of_file(file, grounds)).collect();
    ConsentWithdrawnView {
        consent: view(&withdrawn.consent, grounds),
        cases_ended: lines(&withdrawn.ended),
        others_ended: withdrawn.ended.others,
        cases_going_on: lines(&withdrawn.going_on),
        others_going_on: withdrawn.going_on.others,
    }
}

impl Heard {
    fn of(said: &Said) -> Self {
        match said.entered.as_ref().map(|entered| entered.how) {
            None => Self::InApp,
            Some(Spoken::Told { .. }) => Self::Told,
            Some(Spoken::OnPaper { .. }) => Self::OnPaper,
        }
    }
}

impl From<HeardBody> for app::Heard {
    fn from(body: HeardBody) -> Self {
        match body {
            HeardBody::Told { witness } => Self::Told { witness: witness.map(Into::into) },
            HeardBody::OnPaper { scan } => Self::OnPaper { scan: UploadId::new(scan) },
        }
    }
}

impl From<&ConsentText> for ConsentTextView {
    fn from(text: &ConsentText) -> Self {
        Self {
            kind: text.kind.into(),
            kind_name: wording::sensitive(text.kind),
            version: text.version.0,
            current: text.version == current_text(text.kind),
            title: text.title,
            who: text.who,
            what: text.what,
            purpose: text.purpose,
            effect: text.effect,
            handler: text.handler,
            seen_by: text.seen_by,
            kept: text.kept,
            otherwise: text.otherwise,
            withdrawal: text.withdrawal,
        }
    }
}
