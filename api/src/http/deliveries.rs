//! Carrying (代办递送): couriers claim legs; each handover is confirmed by both sides, each entering the code that the other shows.

use actix_web::web::{Data, Json as Answer, Path, Query};
use actix_web::{HttpResponse, get, http::StatusCode, post};
use chrono::NaiveDate;
use domain::delivery::{LegState, Party, Progress};
use domain::ids::{CaseId, DeliveryId};
use domain::policy;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::auth::{Caller, StaffMember};
use super::cases::WholeView;
use super::cases::view::{StationRef, item_name};
use super::idempotency::{Act, PlainAct, once};
use super::problem::Problem;
use super::words::LegKind;
use crate::app::deliveries::{Confirmed, Part, SeenLeg, claim_leg, confirm, courier_legs, give_leg_back, legs_of_case, renew_codes};
use crate::app::{App, Grounds};
use crate::wording;

/// Legs that a courier sees at once at most.
const LEGS_MAX: u64 = 200;

#[derive(Debug, Serialize, ToSchema)]
pub struct LegView {
    delivery: Uuid,
    leg: LegKind,
    /// `waiting`, `offered`, `claimed`, `carried`, `delivered` or `cancelled`.
    state: &'static str,
    /// Where the leg begins or ends beside the person.
    station: StationRef,
    case: CarriedCaseView,
    /// The code that the caller shows to the other side of the handover that is on.
    my_code: Option<String>,
    /// Whether the caller has entered what the other side showed.
    i_confirmed: Option<bool>,
}

/// The case whose papers are carried. Of a sealed one only its person reads what it is about: who carries the papers, or hands them over
/// at the station, needs to know that they are the right ones, by their number.
#[derive(Debug, Serialize, ToSchema)]
pub struct CarriedCaseView {
    id: Uuid,
    #[schema(example = "511499-20260914-00042-2")]
    number: String,
    /// None where the case is sealed.
    #[schema(example = "C001")]
    item: Option<String>,
    item_name: String,
    /// `awaiting_papers`, `open`, `supplementing`, `publicising`, `paused`, `on_the_way` or `ended`.
    state: String,
    due_on: Option<NaiveDate>,
}

impl CarriedCaseView {
    fn of(seen: &SeenLeg, grounds: &Grounds) -> Self {
        let hidden = seen.party != Party::Person && seen.file.case.is_sealed();
        let line = seen.file.line(&grounds.map.calendar, grounds.now);
        Self {
            id: line.id.as_uuid(),
            number: line.number,
            item_name: if hidden { wording::SEALED_PAPERS.to_owned() } else { item_name(&line.item, grounds) },
            item: (!hidden).then_some(line.item),
            state: line.state,
            due_on: line.due_on,
        }
    }
}

fn view(seen: &SeenLeg, grounds: &Grounds) -> LegView {
    let handover = seen.kept.leg.handover(seen.party);
    let confirmed = handover.map(|(handover, side)| match side {
        domain::delivery::Side::Giver => handover.giver_confirmed.is_some(),
        domain::delivery::Side::Taker => handover.taker_confirmed.is_some(),
    });
    LegView {
        delivery: seen.kept.delivery.as_uuid(),
        leg: seen.kept.leg.kind.into(),
        state: state(&seen.kept.leg.state),
        station: StationRef::of(&seen.kept.station, grounds),
        case: CarriedCaseView::of(seen, grounds),
        my_code: handover.map(|(handover, side)| handover.code_of(side).as_str().to_owned()),
        i_confirmed: confirmed,
    }
}

fn state(state: &LegState) -> &'static str {
    match state {
        LegState::Waiting => "waiting",
        LegState::Offered => "offered",
        LegState::Claimed { .. } => "claimed",
        LegState::Carried { .. } => "carried",
        LegState::Delivered => "delivered",
        LegState::Cancelled => "cancelled",
    }
}

/// For whom a clerk takes part: the station, or a person without a phone whose case was entered at the counter.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ForWhom {
    #[default]
    Station,
    Person,
}

fn part(caller: &Caller, for_whom: ForWhom, today: NaiveDate) -> Part<'_> {
    let for_whom = match for_whom {
        ForWhom::Station => policy::ForWhom::Station,
        ForWhom::Person => policy::ForWhom::Person,
    };
    Part { actor: caller.actor(today), for_whom }
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DeliveryQuery {
    /// For clerks. Default: `station`.
    #[serde(default)]
    #[param(inline)]
    for_whom: ForWhom,
}

/// What the courier may claim, and what they have.
#[utoipa::path(tag = "deliveries", operation_id = "list_legs", responses((status = 200, body = Vec<LegView>)))]
#[get("/deliveries")]
pub async fn list(app: Data<App>, StaffMember(courier): StaffMember) -> Result<Answer<Vec<LegView>>, Problem> {
    let grounds = app.grounds();
    let legs = courier_legs(&app.store.read(app.district()), &grounds, &courier, LEGS_MAX).await?;
    Ok(Answer(legs.iter().map(|leg| view(leg, &grounds)).collect()))
}

/// The legs of a case, for whoever gives or takes papers on them.
#[utoipa::path(
    tag = "deliveries", operation_id = "show_case_delivery", params(("id" = uuid::Uuid, Path), DeliveryQuery),
    responses((status = 200, body = Vec<LegView>))
)]
#[get("/cases/{id}/delivery")]
pub async fn of_case(
    app: Data<App>,
    caller: Caller,
    id: Path<CaseId>,
    query: Query<DeliveryQuery>,
) -> Result<Answer<Vec<LegView>>, Problem> {
    let grounds = app.grounds();
    let legs = legs_of_case(&app.store.read(app.district()), part(&caller, query.for_whom, grounds.today()), *id).await?;
    if legs.is_empty() {
        return Err(Problem::no_such_delivery());
    }
    Ok(Answer(legs.iter().map(|leg| view(leg, &grounds)).collect()))
}

type LegPath = Path<(DeliveryId, LegKind)>;

/// Claims a leg.
#[utoipa::path(
    tag = "deliveries", operation_id = "claim_leg",
    params(("delivery" = Uuid, Path), ("leg" = LegKind, Path), ("Idempotency-Key" = String, Header)),
    responses((status = 200, body = LegView))
)]
#[post("/deliveries/{delivery}/{leg}/claim")]
pub async fn claim(app: Data<App>, StaffMember(courier): StaffMember, path: LegPath, act: PlainAct) -> Result<HttpResponse, Problem> {
    let (grounds, (delivery, leg)) = (app.grounds(), path.into_inner());
    once(&app, &act.once, StatusCode::OK, move |tx| {
        Box::pin(async move {
            let seen = claim_leg(tx, grounds.now, &courier, delivery, leg.into()).await?;
            Ok::<_, Problem>(view(&seen, &grounds))
        })
    })
    .await
}

/// Gives a leg back before anything changed hands.
#[utoipa::path(
    tag = "deliveries", operation_id = "give_leg_back",
    params(("delivery" = Uuid, Path), ("leg" = LegKind, Path), ("Idempotency-Key" = String, Header)),
    responses((status = 200, body = LegView))
)]
#[post("/deliveries/{delivery}/{leg}/give-back")]
pub async fn give_back(app: Data<App>, StaffMember(courier): StaffMember, path: LegPath, act: PlainAct) -> Result<HttpResponse, Problem> {
    let (grounds, (delivery, leg)) = (app.grounds(), path.into_inner());
    once(&app, &act.once, StatusCode::OK, move |tx| {
        Box::pin(async move {
            let seen = give_leg_back(tx, &grounds, &courier, delivery, leg.into()).await?;
            Ok::<_, Problem>(view(&seen, &grounds))
        })
    })
    .await
}

/// Makes new codes for the handover that is on.
#[utoipa::path(
    tag = "deliveries", operation_id = "renew_leg_codes",
    params(("delivery" = Uuid, Path), ("leg" = LegKind, Path), ("Idempotency-Key" = String, Header)),
    responses((status = 200, body = LegView))
)]
#[post("/deliveries/{delivery}/{leg}/codes")]
pub async fn new_codes(app: Data<App>, StaffMember(courier): StaffMember, path: LegPath, act: PlainAct) -> Result<HttpResponse, Problem> {
    let (grounds, (delivery, leg)) = (app.grounds(), path.into_inner());
    once(&app, &act.once, StatusCode::OK, move |tx| {
        Box::pin(async move {
            let seen = renew_codes(tx, grounds.now, &courier, delivery, leg.into()).await?;
            Ok::<_, Problem>(view(&seen, &grounds))
        })
    })
    .await
}

/// Whom the caller fetches from or brings to: name, phone and address, while they have the leg. The audit log and the person's own list
/// have it, as for a delivery, before it is answered.
#[utoipa::path(
    tag = "deliveries", operation_id = "unmask_leg", params(("delivery" = Uuid, Path), ("leg" = LegKind, Path)),
    responses((status = 200, body = WholeView))
)]
#[post("/deliveries/{delivery}/{leg}/unmasked")]
pub async fn unmask(app: Data<App>, StaffMember(courier): StaffMember, path: LegPath) -> Result<Answer<WholeView>, Problem> {
    let (delivery, leg) = path.into_inner();
    Ok(Answer(app.see_receiver_whole(&courier, delivery, leg.into()).await?.into()))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConfirmBody {
    /// The six digits that the other side shows.
    #[schema(pattern = "^[0-9]{6}$", example = "042137")]
    code: String,
    /// For clerks. Default: `station`.
    #[serde(default)]
    for_whom: ForWhom,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ConfirmedView {
    /// `half_confirmed`, `picked_up` or `delivered`; `wrong_code` where the code didn't fit.
    progress: &'static str,
    /// After a wrong code.
    tries_left: Option<u8>,
    leg: LegView,
}

/// Confirms a handover with the code that the other side shows. A wrong code is answered, and counted.
#[utoipa::path(
    tag = "deliveries", operation_id = "confirm_handover", request_body = ConfirmBody,
    params(("delivery" = Uuid, Path), ("leg" = LegKind, Path), ("Idempotency-Key" = String, Header)),
    responses((status = 200, body = ConfirmedView))
)]
#[post("/deliveries/{delivery}/{leg}/confirm")]
pub async fn confirm_handover(app: Data<App>, caller: Caller, path: LegPath, act: Act<ConfirmBody>) -> Result<HttpResponse, Problem> {
    let (grounds, (delivery, leg), body) = (app.grounds(), path.into_inner(), act.body);
    once(&app, &act.once, StatusCode::OK, move |tx| {
        Box::pin(async move {
            let part = part(&caller, body.for_whom, grounds.today());
            let confirmed = confirm(tx, &grounds, part, (delivery, leg.into()), &body.code).await?;
            confirmed_view(&confirmed, &grounds)
        })
    })
    .await
}

fn confirmed_view(confirmed: &Confirmed, grounds: &Grounds) -> Result<ConfirmedView, Problem> {
    use domain::delivery::DeliveryRejection as Rejection;
    let (progress, tries_left) = match &confirmed.result {
        Ok(Progress::HalfConfirmed) => ("half_confirmed", None),
        Ok(Progress::PickedUp) => ("picked_up", None),
        Ok(Progress::Delivered) => ("delivered", None),
        Err(Rejection::WrongCode { left }) => ("wrong_code", Some(*left)),
        Err(other) => return Err(other.clone().into()),
    };
    Ok(ConfirmedView { progress, tries_left, leg: view(&confirmed.leg, grounds) })
}
