//! Why a case is handled as it is: every way that was looked at when it got the plan that it has, and why it lost.

use actix_web::get;
use actix_web::web::{Data, Json as Answer, Path};
use chrono::{DateTime, FixedOffset};
use domain::ids::{CaseId, ItemCode, StationCode};
use domain::policy::Act;
use domain::routing::{self, Candidate, Decision, Fate, Inputs, Outcome, Plan};
use serde::Serialize;
use utoipa::ToSchema;

use super::lists::dossier;
use super::view::StationRef;
use crate::app::cases::decision::decision;
use crate::app::{App, Grounds};
use crate::http::auth::Caller;
use crate::http::instant::shown;
use crate::http::plans::{PlansView, plans_view};
use crate::http::problem::Problem;
use crate::http::words::{Mode, Reason};
use crate::wording;

#[derive(Debug, Serialize, ToSchema)]
pub struct DecisionView {
    /// When it was decided: all that follows is as things were then.
    at: DateTime<FixedOffset>,
    /// What the person chose.
    chosen: ChosenView,
    answer: PlansView,
    /// In the order of the modes, the items and the stations.
    candidates: Vec<CandidateView>,
}

/// The way that a case goes.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChosenView {
    mode: Mode,
    mode_name: &'static str,
    /// The accepting stations, one an item, in the order asked.
    stations: Vec<StationRef>,
}

/// One way that was looked at.
#[derive(Debug, Serialize, ToSchema)]
pub struct CandidateView {
    mode: Mode,
    mode_name: &'static str,
    /// None: all that was asked, at one window.
    #[schema(value_type = Option<String>)]
    item: Option<ItemCode>,
    station: StationRef,
    /// The partner station at which the person would be met.
    partner: Option<PartnerRef>,
    /// What it would have cost; none where it was impossible.
    figures: Option<FiguresView>,
    /// Why it was impossible.
    reason: Option<Reason>,
    /// What became of it, in a sentence.
    sentence: String,
}

/// A counter in another district.
#[derive(Debug, Serialize, ToSchema)]
pub struct PartnerRef {
    code: String,
    name: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct FiguresView {
    trips: u32,
    expected: DateTime<FixedOffset>,
    distance_m: u32,
    fee_fen: i64,
    wait_min: u32,
}

/// Why a case is handled as it is.
#[utoipa::path(
    tag = "cases", operation_id = "show_case_decision", params(("id" = uuid::Uuid, Path)), responses((status = 200, body = DecisionView))
)]
#[get("/cases/{id}/decision")]
pub async fn show_decision(app: Data<App>, caller: Caller, id: Path<CaseId>) -> Result<Answer<DecisionView>, Problem> {
    let grounds = app.grounds();
    let file = dossier(&app, &grounds, (&caller, Act::ShowCaseDecision), *id).await?.file;
    let (inputs, decided) = decision(&app.store.read(app.district()), &grounds, file.case.id).await?;
    Ok(Answer(view((&file.plan, &inputs), &decided, &grounds)))
}

fn view((plan, inputs): (&Plan, &Inputs), decided: &Decision, grounds: &Grounds) -> DecisionView {
    DecisionView {
        at: shown(inputs.now),
        chosen: ChosenView {
            mode: plan.mode.into(),
            mode_name: wording::mode(plan.mode),
            stations: plan.stations().map(|station| StationRef::of(station, grounds)).collect(),
        },
        answer: plans_view(&decided.answer, grounds),
        candidates: decided.candidates.iter().map(|candidate| candidate_view(candidate, grounds)).collect(),
    }
}

fn candidate_view(candidate: &Candidate, grounds: &Grounds) -> CandidateView {
    let (figures, reason) = match &candidate.outcome {
        Outcome::Planned { figures, .. } => (Some(FiguresView::from(figures)), None),
        Outcome::Impossible { reason } => (None, Some((*reason).into())),
    };
    CandidateView {
        mode: candidate.mode.into(),
        mode_name: wording::mode(candidate.mode),
        item: candidate.item.clone(),
        station: StationRef::of(&candidate.station, grounds),
        partner: candidate.partner.as_ref().map(|code| PartnerRef { code: code.to_string(), name: partner_name(code, grounds) }),
        figures,
        reason,
        sentence: sentence(&candidate.outcome, grounds),
    }
}

/// What the partner station is called; its code where it is none any more.
pub fn partner_name(code: &StationCode, grounds: &Grounds) -> String {
    grounds.map.partner(code).map_or_else(|| code.to_string(), |partner| partner.station_name.clone())
}

/// What became of a way, in a sentence.
pub fn sentence(outcome: &Outcome, grounds: &Grounds) -> String {
    match outcome {
        Outcome::Impossible { reason } => wording::reason(*reason).to_owned(),
        Outcome::Planned { fate: Fate::Lost { mode, to, by }, .. } => {
            let station = grounds.map.station(to).map_or_else(|| to.to_string(), |station| station.name.clone());
            wording::lost(*mode, &station, *by)
        }
        Outcome::Planned { fate: Fate::Best, .. } => "最优方案".to_owned(),
        Outcome::Planned { fate: Fate::Shown, .. } => "列为备选方案".to_owned(),
        Outcome::Planned { fate: Fate::Part, .. } => "计入分别办理的方案".to_owned(),
        Outcome::Planned { fate: Fate::Alone, .. } => "同办的其他事项在这种方式下办不了".to_owned(),
    }
}

impl From<&routing::Figures> for FiguresView {
    fn from(figures: &routing::Figures) -> Self {
        Self {
            trips: figures.trips,
            expected: shown(figures.expected),
            distance_m: figures.distance_m,
            fee_fen: figures.fee_fen,
            wait_min: figures.wait_min,
        }
    }
}
