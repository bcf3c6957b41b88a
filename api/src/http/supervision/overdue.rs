//! The month's list of what was past its promise, as JSON and as a table for a spreadsheet.

use actix_web::http::header;
use actix_web::web::{Data, Json as Answer, Query};
use actix_web::{HttpResponse, get};
use chrono::{DateTime, FixedOffset, NaiveDate};
use domain::audit::{Deed, Entry, On, Thing, Who};
use domain::ids::{AlertId, StationCode};
use domain::policy::{Act, Actor, Object, may};
use domain::supervision::Month;
use infra::store::OverdueTotal;
use serde::{Deserialize, Deserializer, Serialize, de::Error};
use utoipa::{IntoParams, ToSchema};

use super::WatchedCase;
use super::alerts::case_of;
use super::csv::Table;
use crate::app::supervision::{OverdueLine, Watch, all_overdue, overdue_filter, overdue_lines};
use crate::app::{App, Grounds};
use crate::http::auth::StaffMember;
use crate::http::cases::view::StationRef;
use crate::http::instant::shown;
use crate::http::page::{BadCursor, Cursor, Limit, Page};
use crate::http::problem::Problem;
use crate::wording;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct OverdueQuery {
    /// By the district's wall clock.
    #[serde(deserialize_with = "month")]
    #[param(value_type = String, pattern = "^2[01][0-9]{2}-(0[1-9]|1[0-2])$", example = "2026-09")]
    month: Month,
    #[param(value_type = Option<String>, example = "511499101203-01")]
    station: Option<StationCode>,
    #[serde(default)]
    #[param(inline)]
    limit: Limit,
    #[param(inline)]
    cursor: Option<Cursor>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct OverdueTableQuery {
    /// By the district's wall clock.
    #[serde(deserialize_with = "month")]
    #[param(value_type = String, pattern = "^2[01][0-9]{2}-(0[1-9]|1[0-2])$", example = "2026-09")]
    month: Month,
    #[param(value_type = Option<String>, example = "511499101203-01")]
    station: Option<StationCode>,
}

fn month<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Month, D::Error> {
    String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
}

#[derive(Debug, Serialize, ToSchema)]
pub struct OverdueView {
    case: WatchedCase,
    /// At whose desk it stood when the promise ran out.
    station: StationRef,
    /// The last day of the promise.
    due_on: Option<NaiveDate>,
    /// Working days after it, by the end of the case, of the month, or by now, whichever came first.
    working_days_late: u32,
    /// `completed`, `rejected`, `withdrawn`, `not_accepted` or `lapsed`.
    outcome: Option<String>,
    #[schema(example = "未办结")]
    ended: &'static str,
    ended_at: Option<DateTime<FixedOffset>>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct OverdueTotalView {
    station: StationRef,
    cases: u64,
    /// How many of them still are.
    open: u64,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct OverdueList {
    #[serde(flatten)]
    page: Page<OverdueView>,
    /// By station, over all pages.
    totals: Vec<OverdueTotalView>,
}

/// The cases that were past their promise at some time of a month, at the stations that the caller watches over.
#[utoipa::path(
    tag = "supervision", operation_id = "list_overdue", params(OverdueQuery),
    responses((status = 200, body = OverdueList))
)]
#[get("/supervision/overdue")]
pub async fn list_overdue(
    app: Data<App>,
    StaffMember(staff): StaffMember,
    query: Query<OverdueQuery>,
) -> Result<Answer<OverdueList>, Problem> {
    may(Actor::Staff(&staff), Act::ListOverdue, &Object::Own)?;
    let (grounds, store) = (app.grounds(), app.store.read(app.district()));
    let filter = overdue_filter(Watch::of(&staff), query.station.clone(), query.month);
    let after = query.cursor.as_ref().map(Cursor::key).transpose()?;
    let after = after.map(|key| key.parse::<AlertId>()).transpose().map_err(|_| BadCursor)?;
    let lines = overdue_lines(&store, &grounds, &filter, (after, query.limit.into())).await?;
    let totals = store.overdue_totals(&filter).await?;
    let full = lines.len() >= query.limit.get();
    let next = lines.last().filter(|_| full).map(|last| last.alert.id.to_string());
    let items = lines.iter().map(|line| view(line, &grounds)).collect();
    let page = Page::cut(items, totals.iter().map(|total| total.cases).sum(), next.as_deref());
    let total =
        |total: &OverdueTotal| OverdueTotalView { station: StationRef::of(&total.station, &grounds), cases: total.cases, open: total.open };
    Ok(Answer(OverdueList { page, totals: totals.iter().map(total).collect() }))
}

fn view(line: &OverdueLine, grounds: &Grounds) -> OverdueView {
    OverdueView {
        case: case_of(&line.alert, grounds),
        station: StationRef::of(&line.alert.station, grounds),
        due_on: line.alert.due_on,
        working_days_late: line.days_late,
        outcome: line.outcome.clone(),
        ended: wording::overdue_ended(line.outcome.as_deref(), line.alert.ended_at.is_some()),
        ended_at: line.alert.ended_at.map(shown),
    }
}

/// The same as a table: comma-separated, in UTF-8 with a byte order mark, the sums by station at its end. That it was taken out is noted.
#[utoipa::path(
    tag = "supervision", operation_id = "export_overdue", params(OverdueTableQuery),
    responses((status = 200, body = String, content_type = "text/csv"))
)]
#[get("/supervision/overdue/table")]
pub async fn export_overdue(
    app: Data<App>,
    StaffMember(staff): StaffMember,
    query: Query<OverdueTableQuery>,
) -> Result<HttpResponse, Problem> {
    may(Actor::Staff(&staff), Act::ExportOverdue, &Object::Own)?;
    let (grounds, store) = (app.grounds(), app.store.read(app.district()));
    let filter = overdue_filter(Watch::of(&staff), query.station.clone(), query.month);
    let table = table(&all_overdue(&store, &grounds, &filter).await?, &store.overdue_totals(&filter).await?, &grounds);
    let taken = Entry::done(grounds.now, Who::staff(&staff, None), Deed::Export, On::of(Thing::Nothing));
    app.store.write(app.district(), move |tx| Box::pin(async move { tx.audit(&taken).await })).await?;
    let name = format!("attachment; filename=\"overdue-{}.csv\"", query.month);
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header((header::CONTENT_DISPOSITION, name))
        .body(table.into_bytes()))
}

fn table(lines: &[OverdueLine], totals: &[OverdueTotal], grounds: &Grounds) -> Table {
    let mut table =
        Table::headed(&["办件编号", "事项编码", "事项名称", "站点编码", "站点名称", "承诺办结日", "超期工作日数", "办理情况", "办结时间"]);
    for line in lines {
        let view = view(line, grounds);
        let ended_at = view.ended_at.map(|at| at.format("%Y-%m-%d %H:%M").to_string());
        table.row(&[
            view.case.number.as_deref().unwrap_or_default(),
            view.case.item.as_deref().unwrap_or_default(),
            &view.case.item_name,
            line.alert.station.as_str(),
            view.station.name(),
            &view.due_on.map(|day| day.to_string()).unwrap_or_default(),
            &view.working_days_late.to_string(),
            view.ended,
            &ended_at.unwrap_or_default(),
        ]);
    }
    table.row(&[]);
    table.row(&["合计", "", "", "站点编码", "站点名称", "超期件数", "其中未办结"]);
    for total in totals {
        let station = StationRef::of(&total.station, grounds);
        table.row(&["", "", "", total.station.as_str(), station.name(), &total.cases.to_string(), &total.open.to_string()]);
    }
    let all = |count: fn(&OverdueTotal) -> u64| totals.iter().map(count).sum::<u64>().to_string();
    table.row(&["", "", "", "", "全部", &all(|total| total.cases), &all(|total| total.open)]);
    table
}
