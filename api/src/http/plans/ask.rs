//! What a person asks, and the plan that they choose, as they cross the edge in both directions.
//! Limits: 10 items, 40 licences of 100 characters. What is left out has the meaning that `domain::routing` gives it.

use std::collections::BTreeSet;

use chrono::{DateTime, FixedOffset};
use domain::district::Place;
use domain::ids::{DistrictCode, DivisionCode, ItemCode, StationCode};
use domain::routing::{Agent, Ask, MatterLies, Needs, Seen, Whereabouts};
use serde::{Deserialize, Deserializer, Serialize, de::Error};
use utoipa::ToSchema;

use crate::http::body::{self, Text};
use crate::http::instant;
use crate::http::words::{Access, AgentKind, Authorisation, Carriage, Ground, Mobility, Mode, Preference};

/// Some items, for a person as they are now.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AskBody {
    #[serde(deserialize_with = "body::list::<_, _, 1, 10>")]
    #[schema(value_type = Vec<String>, min_items = 1, max_items = 10, example = json!(["C001"]))]
    items: Vec<ItemCode>,
    /// Where the person is registered (户籍). Default: what the profile says.
    #[schema(value_type = Option<String>, example = "511499101203", pattern = "^[0-9]{12}$")]
    registered: Option<DivisionCode>,
    /// Where the person lives. Default: what the profile says.
    #[schema(value_type = Option<String>, example = "511499101203", pattern = "^[0-9]{12}$")]
    residence: Option<DivisionCode>,
    /// Default: `registered`.
    matter: Option<MatterLiesBody>,
    /// Default: `home`.
    whereabouts: Option<WhereaboutsBody>,
    needs: Option<NeedsBody>,
    agent: Option<AgentBody>,
    /// What a courier is wanted for. Default: `both`.
    carriage: Option<Carriage>,
    /// Default: `soonest`.
    preference: Option<Preference>,
    /// Names of materials that a stored electronic licence covers: they needn't be brought.
    #[serde(default, deserialize_with = "licences")]
    #[schema(max_items = 40)]
    licences: BTreeSet<String>,
}

/// In whose line the matter is decided: where the person is registered, where they live, or where the land lies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MatterLiesBody {
    Registered,
    Residence,
    /// The division where the land lies.
    #[schema(value_type = String)]
    Land(DivisionCode),
}

/// Where the person is now.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum WhereaboutsBody {
    Home,
    /// Somewhere else in the district.
    Here(PlaceBody),
    /// Outside the district.
    Elsewhere {
        #[schema(value_type = Option<String>, pattern = "^[0-9]{6}$")]
        district: Option<DistrictCode>,
        place: Option<PlaceBody>,
    },
}

/// WGS-84 degrees.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PlaceBody {
    #[serde(deserialize_with = "degrees::<_, 90>")]
    #[schema(minimum = -90, maximum = 90)]
    lat: f64,
    #[serde(deserialize_with = "degrees::<_, 180>")]
    #[schema(minimum = -180, maximum = 180)]
    lng: f64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NeedsBody {
    /// Default: `leaves_home`.
    mobility: Option<Mobility>,
    /// Default: `any`.
    access: Option<Access>,
    ground: Option<Ground>,
}

/// Who acts for the person, inside the district (代办人).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AgentBody {
    who: AgentKind,
    /// The strongest mandate that the agent can show.
    mandate: Authorisation,
}

/// A plan as the person saw it: sent back unchanged with the submission.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChosenBody {
    mode: Mode,
    /// The accepting stations, in the order of the items.
    #[serde(deserialize_with = "body::list::<_, _, 1, 10>")]
    #[schema(value_type = Vec<String>, min_items = 1, max_items = 10, example = json!(["511499101203-01"]))]
    stations: Vec<StationCode>,
    trips: u32,
    #[serde(deserialize_with = "instant::read")]
    latest: DateTime<FixedOffset>,
}

fn licences<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BTreeSet<String>, D::Error> {
    let names: Vec<Text<100>> = body::list::<_, _, 0, 40>(deserializer)?;
    Ok(names.into_iter().map(Text::into_string).collect())
}

fn degrees<'de, D: Deserializer<'de>, const MAX: i16>(deserializer: D) -> Result<f64, D::Error> {
    let degrees = f64::deserialize(deserializer)?;
    if degrees.abs() <= f64::from(MAX) { Ok(degrees) } else { Err(D::Error::custom("not on earth")) }
}

impl From<AskBody> for Ask {
    fn from(body: AskBody) -> Self {
        Self {
            items: body.items,
            registered: body.registered,
            residence: body.residence,
            matter: body.matter.map(MatterLies::from).unwrap_or_default(),
            whereabouts: body.whereabouts.map(Whereabouts::from).unwrap_or_default(),
            needs: body.needs.map(Needs::from).unwrap_or_default(),
            agent: body.agent.map(Agent::from),
            carriage: body.carriage.map(Into::into).unwrap_or_default(),
            preference: body.preference.map(Into::into).unwrap_or_default(),
            licences: body.licences,
            barred_stations: BTreeSet::new(),
        }
    }
}

impl From<Ask> for AskBody {
    fn from(ask: Ask) -> Self {
        Self {
            items: ask.items,
            registered: ask.registered,
            residence: ask.residence,
            matter: Some(ask.matter.into()),
            whereabouts: Some(ask.whereabouts.into()),
            needs: Some(ask.needs.into()),
            agent: ask.agent.map(AgentBody::from),
            carriage: Some(ask.carriage.into()),
            preference: Some(ask.preference.into()),
            licences: ask.licences,
        }
    }
}

impl From<MatterLiesBody> for MatterLies {
    fn from(body: MatterLiesBody) -> Self {
        match body {
            MatterLiesBody::Registered => Self::Registered,
            MatterLiesBody::Residence => Self::Residence,
            MatterLiesBody::Land(division) => Self::Land(division),
        }
    }
}

impl From<MatterLies> for MatterLiesBody {
    fn from(matter: MatterLies) -> Self {
        match matter {
            MatterLies::Registered => Self::Registered,
            MatterLies::Residence => Self::Residence,
            MatterLies::Land(division) => Self::Land(division),
        }
    }
}

impl From<WhereaboutsBody> for Whereabouts {
    fn from(body: WhereaboutsBody) -> Self {
        match body {
            WhereaboutsBody::Home => Self::Home,
            WhereaboutsBody::Here(place) => Self::Here(place.into()),
            WhereaboutsBody::Elsewhere { district, place } => Self::Elsewhere { district, place: place.map(Place::from) },
        }
    }
}

impl From<Whereabouts> for WhereaboutsBody {
    fn from(whereabouts: Whereabouts) -> Self {
        match whereabouts {
            Whereabouts::Home => Self::Home,
            Whereabouts::Here(place) => Self::Here(place.into()),
            Whereabouts::Elsewhere { district, place } => Self::Elsewhere { district, place: place.map(PlaceBody::from) },
        }
    }
}

impl From<PlaceBody> for Place {
    fn from(PlaceBody { lat, lng }: PlaceBody) -> Self {
        Self { lat, lng }
    }
}

impl From<Place> for PlaceBody {
    fn from(Place { lat, lng }: Place) -> Self {
        Self { lat, lng }
    }
}

impl From<NeedsBody> for Needs {
    fn from(body: NeedsBody) -> Self {
        Self {
            mobility: body.mobility.map(Into::into).unwrap_or_default(),
            access: body.access.map(Into::into).unwrap_or_default(),
            ground: body.ground.map(Into::into),
        }
    }
}

impl From<Needs> for NeedsBody {
    fn from(needs: Needs) -> Self {
        Self { mobility: Some(needs.mobility.into()), access: Some(needs.access.into()), ground: needs.ground.map(Into::into) }
    }
}

impl From<AgentBody> for Agent {
    fn from(AgentBody { who, mandate }: AgentBody) -> Self {
        Self { who: who.into(), mandate: mandate.into() }
    }
}

impl From<Agent> for AgentBody {
    fn from(Agent { who, mandate }: Agent) -> Self {
        Self { who: who.into(), mandate: mandate.into() }
    }
}

impl From<ChosenBody> for Seen {
    fn from(body: ChosenBody) -> Self {
        Self { mode: body.mode.into(), stations: body.stations, trips: body.trips, latest: body.latest.to_utc() }
    }
}

impl From<Seen> for ChosenBody {
    fn from(seen: Seen) -> Self {
        Self { mode: seen.mode.into(), stations: seen.stations, trips: seen.trips, latest: instant::shown(seen.latest) }
    }
}

#[cfg(test)]
mod tests {
    use domain::routing::{AgentKind, Ground, Mobility};
    use serde_json::{Value, json};

    use super::*;
    use crate::http::body::{BodyFault, ShapeFault, parse};

    fn read(ask: &Value) -> Result<AskBody, BodyFault> {
        parse(ask.to_string().as_bytes())
    }

    fn fault(ask: Value) -> (String, ShapeFault) {
        match read(&ask).unwrap_err() {
            BodyFault::Shape { field, fault } => (field, fault),
            other => panic!("{other:?}"),
        }
    }

    fn everything() -> Value {
        json!({
            "items": ["T001", "C001"], "registered": "511499101203", "residence": "511499101204",
            "matter": {"land": "511499101205"}, "whereabouts": {"elsewhere": {"district": "511402", "place": {"lat": 30.1, "lng": 103.8}}},
            "needs": {"mobility": "cannot_leave_home", "access": "step_free", "ground": "disabled"},
            "agent": {"who": "family", "mandate": "notarised"}, "carriage": "fetch", "preference": "nearest", "licences": ["居民身份证"]
        })
    }

    #[test]
    fn an_ask_comes_back_from_the_domain_as_it_went_in() {
        let body = read(&everything()).unwrap();
        assert_eq!(AskBody::from(Ask::from(body.clone())), body);
        assert_eq!(serde_json::to_value(&body).unwrap(), everything());
        let ask = Ask::from(body);
        assert_eq!(ask.needs.ground, Some(Ground::Disabled));
        assert_eq!(ask.needs.mobility, Mobility::CannotLeaveHome);
        assert_eq!(ask.agent.map(|agent| agent.who), Some(AgentKind::Family));
    }

    #[test]
    fn an_ask_needs_no_more_than_an_item() {
        let ask = Ask::from(read(&json!({"items": ["C001"]})).unwrap());
        let expected: Ask = serde_json::from_value(json!({"items": ["C001"]})).unwrap();
        assert_eq!(ask, expected);
    }

    #[test]
    fn each_limit_names_its_field() {
        assert_eq!(fault(json!({"items": []})), ("items".into(), ShapeFault::TooFew { entries_min: 1 }));
        assert_eq!(fault(json!({"items": vec!["C001"; 11]})), ("items".into(), ShapeFault::TooMany { entries_max: 10 }));
        assert_eq!(fault(json!({"items": ["X001"]})), ("items[0]".into(), ShapeFault::BadValue));
        let licences: Vec<String> = (0..41).map(|n| n.to_string()).collect();
        assert_eq!(fault(json!({"items": ["C001"], "licences": licences})), ("licences".into(), ShapeFault::TooMany { entries_max: 40 }));
        let long = json!({"items": ["C001"], "licences": ["证".repeat(101)]});
        assert_eq!(fault(long), ("licences[0]".into(), ShapeFault::TooLong { chars_max: 100 }));
        let off = json!({"items": ["C001"], "whereabouts": {"here": {"lat": 91, "lng": 0}}});
        assert_eq!(fault(off), ("whereabouts.here.lat".into(), ShapeFault::BadValue));
        assert_eq!(fault(json!({"items": ["C001"], "mode": "nearby"})), ("mode".into(), ShapeFault::UnknownField));
    }

    #[test]
    fn a_chosen_plan_is_what_was_seen() {
        let sent = json!({"mode": "nearby", "stations": ["511499101203-01"], "trips": 0, "latest": "2026-09-14T09:45:00.000001+08:00"});
        let body: ChosenBody = parse(sent.to_string().as_bytes()).unwrap();
        let seen = Seen::from(body.clone());
        assert_eq!(seen.latest.to_rfc3339(), "2026-09-14T01:45:00.000001+00:00");
        assert_eq!(ChosenBody::from(seen), body);
        assert_eq!(serde_json::to_value(body).unwrap(), sent);
    }
}
