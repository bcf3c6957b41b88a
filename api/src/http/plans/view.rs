//! Plans as people read them: every value with its word, every reason with its sentence.

use chrono::{DateTime, FixedOffset};
use domain::ids::{DistrictCode, DivisionCode, ItemCode, StationCode};
use domain::routing::{self, Answer, Desk, Impossible, Plan, PlannedMatter, Spot, Step};
use serde::Serialize;
use utoipa::ToSchema;

use super::ask::{AgentBody, ChosenBody};
use crate::app::Grounds;
use crate::http::instant::shown;
use crate::http::words::{
    Authorisation, CourierLeg, Doer, Drawback, Evidence, Ground, HandIn, MaterialForm, Merit, Mode, Reason, StepKind,
};
use crate::wording;

#[derive(Debug, Serialize, ToSchema)]
pub struct PlansView {
    /// Best first.
    #[schema(max_items = 6)]
    plans: Vec<PlanView>,
    /// Every mode without a plan.
    impossible: Vec<ImpossibleView>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ImpossibleView {
    mode: Mode,
    mode_name: &'static str,
    reason: Reason,
    /// What stands against it, and what to do instead where there is something.
    sentence: &'static str,
    /// The item at fault; none where the reason is the whole ask's.
    #[schema(value_type = Option<String>)]
    item: Option<ItemCode>,
    item_name: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct PlanView {
    mode: Mode,
    mode_name: &'static str,
    /// In the order asked.
    matters: Vec<PlannedMatterView>,
    /// The timeline, by begin.
    steps: Vec<PlanStepView>,
    /// Journeys of the person (跑腿次数).
    trips: u32,
    /// The person's journeys, there and back, on the road.
    distance_m: u32,
    fee_fen: i64,
    /// The longest wait at a counter.
    wait_min: u32,
    /// One window: the promise for all items together.
    joint_working_days: Option<u16>,
    /// When the person holds the result, as things look now.
    expected: DateTime<FixedOffset>,
    /// When the person holds the result at the latest.
    latest: DateTime<FixedOffset>,
    /// The finish rests on a year whose holidays aren't published yet.
    provisional: bool,
    /// What to have at hand.
    papers: Vec<PlanPaperView>,
    pros: Vec<MeritView>,
    cons: Vec<DrawbackView>,
    /// What a submission sends back to choose this plan.
    chosen: ChosenBody,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct PlannedMatterView {
    #[schema(value_type = String, example = "C001")]
    item: ItemCode,
    version: u32,
    name: String,
    /// The item asked for, where this one stands in for it at one window.
    #[schema(value_type = Option<String>)]
    taken_for: Option<ItemCode>,
    accepting: PlanStationView,
    deciding: DecidingView,
    /// The division whose line handles the matter after acceptance.
    #[schema(value_type = String)]
    line_of: DivisionCode,
    hand_in: HandIn,
    /// How the matter reaches the station.
    hand_in_sentence: &'static str,
    /// Where a paper is collected that may not be carried.
    collect_at: Option<PlanStationView>,
    agent: Option<AgentBody>,
    /// The other district whose counter meets the person.
    partner: Option<PartnerView>,
    /// What a courier carries.
    courier: Vec<CourierLeg>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct PlanStationView {
    #[schema(value_type = String, example = "511499101203-01")]
    code: StationCode,
    name: String,
    /// None for a station that was removed since.
    place: Option<PlanPlaceView>,
}

/// WGS-84 degrees.
#[derive(Debug, Serialize, ToSchema)]
pub struct PlanPlaceView {
    lat: f64,
    lng: f64,
}

/// Who decides: a station, or a body outside to which one forwards.
#[derive(Debug, Serialize, ToSchema)]
#[serde(tag = "by", rename_all = "snake_case")]
pub enum DecidingView {
    Station { station: PlanStationView },
    Outside { name: String, via: PlanStationView },
}

#[derive(Debug, Serialize, ToSchema)]
pub struct PartnerView {
    #[schema(value_type = String)]
    district: DistrictCode,
    name: String,
    station_name: String,
    place: Option<PlanPlaceView>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct PlanStepView {
    kind: StepKind,
    sentence: String,
    /// The item it is for.
    #[schema(value_type = String, example = "C001")]
    item: ItemCode,
    who: Doer,
    who_name: &'static str,
    /// The station where it happens, or to which a journey leads.
    #[schema(value_type = Option<String>)]
    station: Option<StationCode>,
    from: DateTime<FixedOffset>,
    to: DateTime<FixedOffset>,
}

/// A paper to have at hand.
#[derive(Debug, Serialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum PlanPaperView {
    Material {
        /// The item that asks for it.
        #[schema(value_type = String)]
        item: ItemCode,
        name: String,
        form: MaterialForm,
        form_name: &'static str,
    },
    Mandate {
        authorisation: Authorisation,
        name: &'static str,
    },
    /// One of these shows the ground for special handling.
    OneOf {
        evidence: Vec<EvidenceView>,
    },
}

#[derive(Debug, Serialize, ToSchema)]
pub struct EvidenceView {
    code: Evidence,
    name: &'static str,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct MeritView {
    code: Merit,
    sentence: &'static str,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct DrawbackView {
    code: Drawback,
    sentence: &'static str,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct GroundsView {
    items: Vec<GroundView>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct GroundView {
    code: Ground,
    name: &'static str,
    /// One of these must be shown.
    evidence: Vec<EvidenceView>,
}

/// An answer of the engine, with the names that stand in the snapshot it was made from.
pub fn plans_view(answer: &Answer, grounds: &Grounds) -> PlansView {
    let names = Names(grounds);
    PlansView {
        plans: answer.plans.iter().map(|plan| names.plan(plan)).collect(),
        impossible: answer.impossible.iter().map(|mode| names.impossible(mode)).collect(),
    }
}

pub fn grounds_view(grounds: &routing::Grounds) -> GroundsView {
    let view = |(ground, papers): (routing::Ground, &[routing::Evidence])| GroundView {
        code: ground.into(),
        name: wording::ground(ground),
        evidence: evidence(papers),
    };
    GroundsView { items: grounds.iter().map(view).collect() }
}

fn evidence(papers: &[routing::Evidence]) -> Vec<EvidenceView> {
    papers.iter().map(|paper| EvidenceView { code: (*paper).into(), name: wording::evidence(*paper) }).collect()
}

/// Looks up what codes stand for.
struct Names<'a>(&'a Grounds);

impl Names<'_> {
    fn plan(&self, plan: &Plan) -> PlanView {
        let merit = |merit: &routing::Merit| MeritView { code: (*merit).into(), sentence: wording::merit(*merit) };
        let drawback = |drawback: &routing::Drawback| DrawbackView { code: (*drawback).into(), sentence: wording::drawback(*drawback) };
        PlanView {
            mode: plan.mode.into(),
            mode_name: wording::mode(plan.mode),
            matters: plan.matters.iter().map(|matter| self.matter(matter)).collect(),
            steps: plan.steps.iter().map(|step| self.step(plan, step)).collect(),
            trips: plan.trips,
            distance_m: plan.distance_m,
            fee_fen: plan.fee_fen,
            wait_min: plan.wait_min,
            joint_working_days: plan.joint_working_days,
            expected: shown(plan.expected),
            latest: shown(plan.latest),
            provisional: plan.provisional,
            papers: plan.papers.iter().map(paper).collect(),
            pros: plan.pros.iter().map(merit).collect(),
            cons: plan.cons.iter().map(drawback).collect(),
            chosen: plan.seen().into(),
        }
    }

    fn impossible(&self, impossible: &Impossible) -> ImpossibleView {
        ImpossibleView {
            mode: impossible.mode.into(),
            mode_name: wording::mode(impossible.mode),
            reason: impossible.reason.into(),
            sentence: wording::reason(impossible.reason),
            item: impossible.item.clone(),
            item_name: impossible.item.as_ref().map(|code| self.item(code)),
        }
    }

    fn matter(&self, matter: &PlannedMatter) -> PlannedMatterView {
        PlannedMatterView {
            item: matter.item.clone(),
            version: matter.version,
            name: self.item(&matter.item),
            taken_for: matter.taken_for.clone(),
            accepting: self.station(&matter.accepting),
            deciding: self.deciding(matter),
            line_of: matter.line_of.clone(),
            hand_in: matter.hand_in.into(),
            hand_in_sentence: wording::hand_in(matter.hand_in),
            collect_at: matter.collect_at.as_ref().map(|code| self.station(code)),
            agent: matter.agent.map(AgentBody::from),
            partner: matter.partner.as_ref().map(|code| self.partner(code)),
            courier: matter.legs.iter().copied().map(CourierLeg::from).collect(),
        }
    }

    fn deciding(&self, matter: &PlannedMatter) -> DecidingView {
        match &matter.deciding {
            Desk::Station(code) => DecidingView::Station { station: self.station(code) },
            Desk::Outside { via } => DecidingView::Outside { name: self.outside_body(&matter.item), via: self.station(via) },
        }
    }

    fn step(&self, plan: &Plan, step: &Step) -> PlanStepView {
        let spot = destination(plan, step).unwrap_or(&step.r#where);
        let place = match spot {
            Spot::Station(code) => Some(self.station(code).name),
            Spot::Partner(code) => Some(self.partner(code).station_name),
            Spot::Outside => Some(self.outside_body(&step.item)),
            Spot::WithPerson | Spot::OnTheWay => None,
        };
        let station = match spot {
            Spot::Station(code) => Some(code.clone()),
            Spot::Partner(_) | Spot::Outside | Spot::WithPerson | Spot::OnTheWay => None,
        };
        PlanStepView {
            kind: step.kind.into(),
            sentence: wording::step(step.kind, step.who, place.as_deref()),
            item: step.item.clone(),
            who: step.who.into(),
            who_name: wording::doer(step.who),
            station,
            from: shown(step.from),
            to: shown(step.to),
        }
    }

    fn item(&self, code: &ItemCode) -> String {
        let listed = self.0.catalogue.catalogue.item(code);
        listed.map_or_else(|| code.to_string(), |listed| listed.item.name.clone())
    }

    fn outside_body(&self, code: &ItemCode) -> String {
        let listed = self.0.catalogue.catalogue.item(code);
        let forwarding = listed.and_then(|listed| listed.item.forwarding());
        forwarding.map_or_else(|| wording::OUTSIDE_BODY.to_owned(), |forwarding| forwarding.department.clone())
    }

    fn station(&self, code: &StationCode) -> PlanStationView {
        let station = self.0.map.station(code);
        PlanStationView {
            code: code.clone(),
            name: station.map_or_else(|| code.to_string(), |station| station.name.clone()),
            place: station.map(|station| station.place.into()),
        }
    }

    fn partner(&self, code: &StationCode) -> PartnerView {
        let partner = self.0.map.partner(code);
        PartnerView {
            district: code.district(),
            name: partner.map_or_else(|| code.to_string(), |partner| partner.name.clone()),
            station_name: partner.map_or_else(|| code.to_string(), |partner| partner.station_name.clone()),
            place: partner.map(|partner| partner.place.into()),
        }
    }
}

impl From<domain::district::Place> for PlanPlaceView {
    fn from(place: domain::district::Place) -> Self {
        Self { lat: place.lat, lng: place.lng }
    }
}

/// Where a journey leads: to the sitting that follows it.
fn destination<'p>(plan: &'p Plan, journey: &Step) -> Option<&'p Spot> {
    if journey.kind != routing::StepKind::Travel {
        return None;
    }
    let is_sitting = |kind| matches!(kind, routing::StepKind::Meet | routing::StepKind::Accept | routing::StepKind::Collect);
    let next = plan.steps.iter().find(|step| is_sitting(step.kind) && step.item == journey.item && step.from >= journey.to);
    next.map(|step| &step.r#where)
}

fn paper(paper: &routing::Paper) -> PlanPaperView {
    match paper {
        routing::Paper::Material { item, name, form } => PlanPaperView::Material {
            item: item.clone(),
            name: name.clone(),
            form: (*form).into(),
            form_name: wording::material_form(*form),
        },
        routing::Paper::Mandate(authorisation) => {
            PlanPaperView::Mandate { authorisation: (*authorisation).into(), name: wording::mandate(*authorisation) }
        }
        routing::Paper::OneOf(papers) => PlanPaperView::OneOf { evidence: evidence(papers) },
    }
}
