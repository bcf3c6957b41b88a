//! Who looked at a villager's data. The list says when, as what, at which station, in which case, what for and what was seen, and not
//! the name: whoever looked did it as an office, and answers for it there. In a village the name would let a dispute over a case
//! become one between neighbours; a complaint names the entry's number, by which the auditor finds the account.

use actix_web::get;
use actix_web::web::{Data, Json as Answer, Query};
use chrono::{DateTime, FixedOffset};
use domain::audit::{Deed, Entry};
use infra::store::Logged;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::audit::{number_before, page};
use super::auth::Villager;
use super::cases::view::StationRef;
use super::instant::shown;
use super::page::{Cursor, Limit, Page};
use super::problem::Problem;
use super::words::{Purpose, Role};
use crate::app::{App, Grounds};
use crate::wording;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct LookupsQuery {
    #[serde(default)]
    #[param(inline)]
    limit: Limit,
    #[param(inline)]
    cursor: Option<Cursor>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct LookupView {
    /// To be named in a complaint.
    number: u64,
    at: DateTime<FixedOffset>,
    role: Option<Role>,
    #[schema(example = "工作人员")]
    role_name: Option<&'static str>,
    station: Option<StationRef>,
    /// The case in which it was looked at.
    case: Option<Uuid>,
    /// Whether numbers, phone and address were shown whole.
    whole: bool,
    /// Whether it was corrected, by the identity card at the counter.
    corrected: bool,
    /// `case`, `form`, `notice`, `upload`, `document`, `delivery` or `person`.
    seen: &'static str,
    /// What was seen, in Chinese.
    #[schema(example = "表单内容")]
    seen_name: &'static str,
    /// What it was said to be for; where nothing was shown whole, nobody is asked.
    purpose: Option<Purpose>,
    #[schema(example = "核验身份")]
    purpose_name: Option<&'static str>,
    words: Option<String>,
}

/// Who looked at the villager's data, newest first.
#[utoipa::path(tag = "me", operation_id = "list_lookups", params(LookupsQuery), responses((status = 200, body = Page<LookupView>)))]
#[get("/me/lookups")]
pub async fn list(app: Data<App>, me: Villager, query: Query<LookupsQuery>) -> Result<Answer<Page<LookupView>>, Problem> {
    let grounds = app.grounds();
    let found = app.lookups(me.person, number_before(query.cursor.as_ref())?, query.limit.into()).await?;
    Ok(Answer(page(found, query.limit, |logged| view(logged, &grounds))))
}

fn view(logged: &Logged, grounds: &Grounds) -> LookupView {
    let Entry { at, by, deed, on, purpose, .. } = &logged.entry;
    let office = by.office();
    LookupView {
        number: logged.seq,
        at: shown(*at),
        role: office.map(|office| office.role.into()),
        role_name: office.map(|office| wording::role(office.role)),
        station: office.map(|office| StationRef::of(&office.station, grounds)),
        case: on.case.map(|case| case.as_uuid()),
        whole: *deed == Deed::UnmaskedRead,
        corrected: *deed == Deed::Correction,
        seen: on.thing.word(),
        seen_name: wording::seen(&on.thing),
        purpose: purpose.as_ref().map(|stated| stated.purpose().into()),
        purpose_name: purpose.as_ref().map(|stated| wording::purpose(stated.purpose())),
        words: purpose.as_ref().and_then(|stated| stated.words()).map(ToString::to_string),
    }
}
