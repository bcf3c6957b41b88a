//! Mandates (委托): who may act for whom. Given in the app, or entered by a clerk from a paper or a document; revoked by either side.

use std::collections::BTreeSet;

use actix_web::http::StatusCode;
use actix_web::web::{Data, Json as Answer, Path, Query};
use actix_web::{HttpResponse, get, post};
use chrono::{DateTime, FixedOffset, NaiveDate};
use domain::ids::{CaseId, ItemCode, MandateId, StationCode, UploadId};
use domain::mandate::{MandateScope, RevokedHow, Side, Witnessing};
use domain::people::CitizenId;
use domain::policy::Actor;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::auth::{Caller, StaffMember, Villager};
use super::body::{self, Json};
use super::cases::view::{CaseLineView, StationRef, line_of_file};
use super::cases::{PersonBody, submitter};
use super::idempotency::{Act, once};
use super::instant::shown;
use super::page::{BadCursor, Cursor, Limit, Page};
use super::problem::Problem;
use super::words::{MandateSide, Topic};
use crate::app::cases::station_name;
use crate::app::mandates::{
    DoneUnder, EnteredEnd, KnownMandate, MandateError, NewMandate, all_known, done_under, give, mandate_for, mandates_at_the_counter,
    revoke,
};
use crate::app::{App, Grounds};
use crate::wording;

/// A mandate to be given. A villager gives their own in the app; a clerk names the grantor, the station and the document.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MandateBody {
    /// For clerks.
    grantor: Option<PersonBody>,
    holder: PersonBody,
    scope: ScopeBody,
    /// The last day on which it holds.
    until: NaiveDate,
    witnessing: WitnessingBody,
    /// For clerks: who saw it where the grantor can't sign.
    witness: Option<PersonBody>,
    /// For clerks: where it is entered.
    #[schema(value_type = Option<String>)]
    station: Option<StationCode>,
}

/// The items, and the topics with all their items, in which the holder may act.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ScopeBody {
    #[serde(default, deserialize_with = "body::set::<_, _, 60>")]
    #[schema(value_type = Vec<String>, max_items = 60)]
    items: BTreeSet<ItemCode>,
    #[serde(default, deserialize_with = "body::list::<_, _, 0, 30>")]
    #[schema(max_items = 30)]
    topics: Vec<Topic>,
}

/// How it was made sure that the grantor wants it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum WitnessingBody {
    InApp {},
    /// Said to a clerk, at the counter or by telephone: enough for items that ask for no authorisation.
    Told {},
    /// A signed paper, scanned.
    OnPaper {
        scan: Uuid,
    },
    /// A guardian's document.
    Guardian {
        document: Uuid,
    },
    Notarised {
        document: Uuid,
    },
}

/// The end of a mandate, as a clerk enters it; a villager sends nothing.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RevokeBody {
    entered: Option<EnteredEndBody>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EnteredEndBody {
    /// Which side asks for it.
    side: MandateSide,
    how: EnteredHow,
    #[schema(value_type = String)]
    station: StationCode,
}

#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EnteredHow {
    ByTelephone,
    AtStation,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SearchBody {
    /// GB 11643.
    #[schema(value_type = String, example = "11010519491231002X")]
    citizen_id: CitizenId,
    /// Where the clerk works who asks.
    #[schema(value_type = String)]
    station: StationCode,
}

#[derive(Debug, Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum WhichSide {
    #[default]
    Either,
    Given,
    Held,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct MandatesQuery {
    /// Default: `either`.
    #[serde(default)]
    #[param(inline)]
    side: WhichSide,
    #[serde(default)]
    #[param(inline)]
    limit: Limit,
    #[param(inline)]
    cursor: Option<Cursor>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ActsQuery {
    #[serde(default)]
    #[param(inline)]
    limit: Limit,
    #[param(inline)]
    cursor: Option<Cursor>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct MandateView {
    id: Uuid,
    grantor: PartyView,
    holder: PartyView,
    items: Vec<ScopeItemView>,
    topics: Vec<Topic>,
    until: NaiveDate,
    /// `in_app`, `told`, `on_paper`, `guardian` or `notarised`.
    witnessing: &'static str,
    /// A sentence on how it was witnessed.
    witnessed: &'static str,
    /// The scanned paper: `GET /uploads/{id}`.
    document: Option<Uuid>,
    witness: Option<PartyView>,
    given_at: DateTime<FixedOffset>,
    /// The station where a clerk entered it.
    entered_at: Option<StationRef>,
    /// Whether it still holds.
    live: bool,
    revoked: Option<RevokedView>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct PartyView {
    name: String,
    /// Masked.
    citizen_id: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ScopeItemView {
    code: String,
    name: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct RevokedView {
    at: DateTime<FixedOffset>,
    side: MandateSide,
    /// In a sentence.
    how: &'static str,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct MandatesView {
    items: Vec<MandateView>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct DoneUnderView {
    case: CaseLineView,
    acts: Vec<ActDoneView>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ActDoneView {
    at: DateTime<FixedOffset>,
    sentence: String,
}

/// Gives a mandate.
#[utoipa::path(
    tag = "mandates", operation_id = "give_mandate", request_body = MandateBody, params(("Idempotency-Key" = String, Header)),
    responses((status = 201, body = MandateView))
)]
#[post("/mandates")]
pub async fn give_one(app: Data<App>, caller: Caller, act: Act<MandateBody>) -> Result<HttpResponse, Problem> {
    if let Caller::Villager(grantor) = &caller {
        app.count_named(*grantor).await?;
    }
    let (by, new, grounds) = (submitter(caller), NewMandate::from(act.body), app.grounds());
    once(&app, &act.once, StatusCode::CREATED, move |tx| {
        Box::pin(async move { Ok::<_, MandateError>(view(&give(tx, &grounds, &by, new).await?, &grounds)) })
    })
    .await
}

/// The villager's mandates: those that they gave, and those that they hold.
#[utoipa::path(tag = "mandates", operation_id = "list_mandates", params(MandatesQuery), responses((status = 200, body = Page<MandateView>)))]
#[get("/mandates")]
pub async fn list(app: Data<App>, me: Villager, query: Query<MandatesQuery>) -> Result<Answer<Page<MandateView>>, Problem> {
    let (store, grounds) = (app.store.read(app.district()), app.grounds());
    let before = query.cursor.as_ref().map(Cursor::key).transpose()?;
    let before = before.map(|key| key.parse::<MandateId>()).transpose().map_err(|_| BadCursor)?;
    let (mandates, total) = store.mandates_of(me.person, query.side.one(), before, query.limit.into()).await?;
    let full = mandates.len() >= query.limit.get();
    let next = mandates.last().filter(|_| full).map(|last| last.id.to_string());
    let items = all_known(&store, mandates).await?.iter().map(|known| view(known, &grounds)).collect();
    Ok(Answer(Page::cut(items, total, next.as_deref())))
}

/// The mandates of a person at the counter or on the telephone, for a clerk.
#[utoipa::path(tag = "mandates", operation_id = "search_mandates", request_body = SearchBody, responses((status = 200, body = MandatesView)))]
#[post("/mandates/search")]
pub async fn search(app: Data<App>, staff: StaffMember, body: Json<SearchBody>) -> Result<Answer<MandatesView>, Problem> {
    let (store, grounds) = (app.store.read(app.district()), app.grounds());
    let found = mandates_at_the_counter(&store, &staff.0, &body.0.station, &body.0.citizen_id).await?;
    Ok(Answer(MandatesView { items: found.iter().map(|known| view(known, &grounds)).collect() }))
}

/// One mandate, for either side of it and for the station that entered it.
#[utoipa::path(
    tag = "mandates", operation_id = "show_mandate", params(("id" = uuid::Uuid, Path)), responses((status = 200, body = MandateView))
)]
#[get("/mandates/{id}")]
pub async fn show(app: Data<App>, caller: Caller, id: Path<MandateId>) -> Result<Answer<MandateView>, Problem> {
    let grounds = app.grounds();
    let known = mandate_for(&app.store.read(app.district()), caller.actor(grounds.today()), *id).await?;
    Ok(Answer(view(&known, &grounds)))
}

/// Ends a mandate at once. Either side may, at any time, in the app or through a clerk.
#[utoipa::path(
    tag = "mandates", operation_id = "revoke_mandate", request_body = RevokeBody,
    params(("id" = uuid::Uuid, Path), ("Idempotency-Key" = String, Header)), responses((status = 200, body = MandateView))
)]
#[post("/mandates/{id}/revoke")]
pub async fn revoke_one(app: Data<App>, caller: Caller, id: Path<MandateId>, act: Act<RevokeBody>) -> Result<HttpResponse, Problem> {
    let (by, end, grounds) = (submitter(caller), act.body.entered.map(EnteredEnd::from), app.grounds());
    once(&app, &act.once, StatusCode::OK, move |tx| {
        Box::pin(async move { Ok::<_, MandateError>(view(&revoke(tx, &grounds, &by, (*id, end)).await?, &grounds)) })
    })
    .await
}

/// What was done in the grantor's name under a mandate, by case, newest first.
#[utoipa::path(
    tag = "mandates", operation_id = "list_mandate_acts", params(("id" = uuid::Uuid, Path), ActsQuery),
    responses((status = 200, body = Page<DoneUnderView>))
)]
#[get("/mandates/{id}/acts")]
pub async fn acts(
    app: Data<App>,
    me: Villager,
    id: Path<MandateId>,
    query: Query<ActsQuery>,
) -> Result<Answer<Page<DoneUnderView>>, Problem> {
    let (store, grounds) = (app.store.read(app.district()), app.grounds());
    let before = query.cursor.as_ref().map(Cursor::key).transpose()?;
    let before = before.map(|key| key.parse::<CaseId>()).transpose().map_err(|_| BadCursor)?;
    let by = Actor::Villager(me.person, grounds.today());
    let (done, total) = done_under(&store, by, *id, (before, query.limit.into())).await?;
    let full = done.len() >= query.limit.get();
    let next = done.last().filter(|_| full).map(|last| last.file.case.id.to_string());
    Ok(Answer(Page::cut(done.iter().map(|done| done_view(done, &grounds)).collect(), total, next.as_deref())))
}

fn view(known: &KnownMandate, grounds: &Grounds) -> MandateView {
    let mandate = &known.mandate;
    let side = |person| if person == mandate.grantor { MandateSide::Grantor } else { MandateSide::Holder };
    let revoked = mandate.revoked.as_ref();
    MandateView {
        id: mandate.id.as_uuid(),
        grantor: party(&known.grantor),
        holder: party(&known.holder),
        items: mandate.scope.items.iter().map(|code| scope_item(code, grounds)).collect(),
        topics: mandate.scope.topics.iter().copied().map(Topic::from).collect(),
        until: mandate.until,
        witnessing: wording::witnessing(&mandate.witnessing).0,
        witnessed: wording::witnessing(&mandate.witnessing).1,
        document: mandate.witnessing.document().map(|document| document.as_uuid()),
        witness: known.witness.as_ref().map(party),
        given_at: shown(mandate.given_at),
        entered_at: mandate.entered_by.as_ref().map(|at| StationRef::of(&at.station, grounds)),
        live: mandate.is_live(grounds.today()),
        revoked: revoked.map(|end| RevokedView { at: shown(end.at), side: side(end.side), how: wording::revoked(end.how) }),
    }
}

fn party(person: &domain::people::Person) -> PartyView {
    PartyView { name: person.name.clone().unwrap_or_default(), citizen_id: person.citizen_id.as_ref().map(CitizenId::masked) }
}

fn scope_item(code: &ItemCode, grounds: &Grounds) -> ScopeItemView {
    let name = grounds.catalogue.catalogue.item(code).map_or_else(|| code.to_string(), |listed| listed.item.name.clone());
    ScopeItemView { code: code.to_string(), name }
}

fn done_view(done: &DoneUnder, grounds: &Grounds) -> DoneUnderView {
    let name = |code: &StationCode| station_name(grounds, code);
    let act = |recorded: &domain::case::Recorded| ActDoneView { at: shown(recorded.at), sentence: wording::said(&recorded.event, &name) };
    DoneUnderView { case: line_of_file(&done.file, grounds), acts: done.acts.iter().map(act).collect() }
}

impl From<MandateBody> for NewMandate {
    fn from(body: MandateBody) -> Self {
        Self {
            id: MandateId::new(Uuid::now_v7()),
            grantor: body.grantor.map(Into::into),
            holder: body.holder.into(),
            scope: MandateScope { items: body.scope.items, topics: body.scope.topics.into_iter().map(Into::into).collect() },
            until: body.until,
            witnessing: body.witnessing.into(),
            witness: body.witness.map(Into::into),
            station: body.station,
        }
    }
}

impl From<WitnessingBody> for Witnessing {
    fn from(body: WitnessingBody) -> Self {
        match body {
            WitnessingBody::InApp {} => Witnessing::InApp,
            WitnessingBody::Told {} => Witnessing::Told,
            WitnessingBody::OnPaper { scan } => Witnessing::OnPaper { scan: UploadId::new(scan) },
            WitnessingBody::Guardian { document } => Witnessing::Guardian { document: UploadId::new(document) },
            WitnessingBody::Notarised { document } => Witnessing::Notarised { document: UploadId::new(document) },
        }
    }
}

impl From<EnteredEndBody> for EnteredEnd {
    fn from(body: EnteredEndBody) -> Self {
        let how = match body.how {
            EnteredHow::ByTelephone => RevokedHow::ByTelephone,
            EnteredHow::AtStation => RevokedHow::AtStation,
        };
        Self { side: body.side.into(), how, station: body.station }
    }
}

impl WhichSide {
    fn one(self) -> Option<Side> {
        match self {
            WhichSide::Either => None,
            WhichSide::Given => Some(Side::Grantor),
            WhichSide::Held => Some(Side::Holder),
        }
    }
}
