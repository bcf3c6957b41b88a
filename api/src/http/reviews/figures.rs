//! Reviews in figures: for supervisors, for a staff member their own, and for everybody.

use actix_web::get;
use actix_web::web::{Data, Json as Answer, Query};
use chrono::NaiveDate;
use domain::evaluation::figures::Figures;
use domain::ids::{PersonId, ReplyId, StationCode};
use domain::time::local_date;
use infra::store::{By, Part};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::month::{MonthText, written};
use crate::app::App;
use crate::app::cases::station_name;
use crate::app::reviews;
use crate::http::auth::StaffMember;
use crate::http::cases::view::item_name;
use crate::http::page::{BadCursor, Cursor, Limit, Page};
use crate::http::problem::Problem;

/// Of a month, by when the cases ended. What nobody answered is counted apart, and is no praise.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReviewFigures {
    /// Cases that could be reviewed.
    ended: u64,
    /// Reviews that somebody gave, and that count.
    active: u64,
    very_satisfied: u64,
    satisfied: u64,
    fairly_satisfied: u64,
    dissatisfied: u64,
    very_dissatisfied: u64,
    /// Bad ones among the active, in thousandths.
    bad_per_mille: Option<u64>,
    /// Cases that nobody reviewed.
    silent: u64,
    /// Of those, what a local rule takes for praise; in none of the levels.
    praised_by_default: u64,
    /// Reviews that an appeal took out.
    excluded: u64,
    rectified_in_time: u64,
    rectified_late: u64,
    under_rectification: u64,
}

impl From<&Figures> for ReviewFigures {
    fn from(figures: &Figures) -> Self {
        let [very_satisfied, satisfied, fairly_satisfied, dissatisfied, very_dissatisfied] = figures.levels;
        Self {
            ended: figures.ended,
            active: figures.active(),
            very_satisfied,
            satisfied,
            fairly_satisfied,
            dissatisfied,
            very_dissatisfied,
            bad_per_mille: figures.bad_per_mille(),
            silent: figures.silent,
            praised_by_default: figures.praised_by_default,
            excluded: figures.excluded,
            rectified_in_time: figures.rectified_in_time,
            rectified_late: figures.rectified_late,
            under_rectification: figures.under_rectification,
        }
    }
}

/// The figures of one station, item or clerk.
#[derive(Debug, Serialize, ToSchema)]
pub struct FiguresOfPart {
    /// The station's or the item's code; none of a clerk.
    code: Option<String>,
    name: String,
    figures: ReviewFigures,
}

#[derive(Debug, Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FiguresBy {
    /// The stations of the division, as far as the caller watches them.
    #[default]
    Station,
    Item,
    Clerk,
}

impl From<FiguresBy> for By {
    fn from(by: FiguresBy) -> Self {
        match by {
            FiguresBy::Station => By::Station,
            FiguresBy::Item => By::Item,
            FiguresBy::Clerk => By::Clerk,
        }
    }
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct FiguresQuery {
    #[param(value_type = String, example = "511499101203-01")]
    station: StationCode,
    #[param(inline)]
    month: MonthText,
    #[serde(default)]
    #[param(inline)]
    by: FiguresBy,
    #[serde(default)]
    #[param(inline)]
    limit: Limit,
    #[param(inline)]
    cursor: Option<Cursor>,
}

/// A station's reviews in figures, by item or clerk, or those of all stations of its division; for who watches over them.
#[utoipa::path(
    tag = "reviews", operation_id = "show_figures", params(FiguresQuery), responses((status = 200, body = Page<FiguresOfPart>))
)]
#[get("/reviews/figures")]
pub async fn of_station(
    app: Data<App>,
    StaffMember(staff): StaffMember,
    query: Query<FiguresQuery>,
) -> Result<Answer<Page<FiguresOfPart>>, Problem> {
    let (view, grounds) = (app.store.read(app.district()), app.grounds());
    let which = (&query.station, query.by.into(), query.month.0);
    let parts: Vec<_> = reviews::station_figures(&view, &grounds, &staff, which).await?.into_iter().collect();
    let clerks: Vec<PersonId> =
        parts.iter().filter_map(|(part, _)| if let Part::Clerk(person) = part { Some(*person) } else { None }).collect();
    let people = view.people(clerks).await?;
    let part = |(part, figures): &(Part, Figures)| {
        let (code, name) = match part {
            Part::Station(station) => (Some(station.to_string()), station_name(&grounds, station)),
            Part::Item(item) => (Some(item.to_string()), item_name(item.as_str(), &grounds)),
            Part::Clerk(person) => (None, people.get(person).and_then(|person| person.name.clone()).unwrap_or_default()),
        };
        FiguresOfPart { code, name, figures: figures.into() }
    };
    Ok(Answer(Page::of(&parts, |(part, _)| key(part), query.cursor.as_ref(), query.limit, part)?))
}

fn key(part: &Part) -> String {
    match part {
        Part::Station(station) => station.to_string(),
        Part::Item(item) => item.to_string(),
        Part::Clerk(person) => person.to_string(),
    }
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct MonthQuery {
    #[param(inline)]
    month: MonthText,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct OwnFiguresView {
    #[schema(example = "2026-09")]
    month: String,
    /// None until a week after the month, and where somebody's own review could be read from them.
    figures: Option<ReviewFigures>,
}

/// The reviews of what the caller handled, in figures.
#[utoipa::path(
    tag = "reviews", operation_id = "show_own_figures", params(MonthQuery), responses((status = 200, body = OwnFiguresView))
)]
#[get("/me/reviews/figures")]
pub async fn own(app: Data<App>, StaffMember(staff): StaffMember, query: Query<MonthQuery>) -> Result<Answer<OwnFiguresView>, Problem> {
    let figures = reviews::own_figures(&app.store.read(app.district()), &app.grounds(), &staff, query.month.0).await?;
    Ok(Answer(OwnFiguresView { month: written(query.month.0.first_day()), figures: figures.as_ref().map(ReviewFigures::from) }))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PublicQuery {
    #[param(inline)]
    month: MonthText,
    #[serde(default)]
    #[param(inline)]
    limit: Limit,
    #[param(inline)]
    cursor: Option<Cursor>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct PublicFiguresView {
    #[schema(example = "2026-09")]
    month: String,
    /// Of the whole district; none until a week after the month, and where there are too few.
    district: Option<ReviewFigures>,
    /// The stations with so many reviews that nobody's own can be read from them.
    stations: Page<FiguresOfPart>,
}

/// What people say of the district's stations, in figures.
#[utoipa::path(
    tag = "reviews", operation_id = "show_public_figures", params(PublicQuery), responses((status = 200, body = PublicFiguresView))
)]
#[get("/reviews/published")]
pub async fn of_everybody(app: Data<App>, query: Query<PublicQuery>) -> Result<Answer<PublicFiguresView>, Problem> {
    let grounds = app.grounds();
    let shown = reviews::public_figures(&app.store.read(app.district()), &grounds, query.month.0).await?;
    let (whole, parts) = shown.map_or((None, Vec::new()), |(whole, parts)| (Some(whole), parts));
    let part = |(station, figures): &(StationCode, Figures)| FiguresOfPart {
        code: Some(station.to_string()),
        name: station_name(&grounds, station),
        figures: figures.into(),
    };
    Ok(Answer(PublicFiguresView {
        month: written(query.month.0.first_day()),
        district: whole.as_ref().map(ReviewFigures::from),
        stations: Page::of(&parts, |(station, _)| station.to_string(), query.cursor.as_ref(), query.limit, part)?,
    }))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RepliesQuery {
    #[param(value_type = String, example = "511499101203-01")]
    station: StationCode,
    #[param(inline)]
    month: MonthText,
    #[serde(default)]
    #[param(inline)]
    limit: Limit,
    #[param(inline)]
    cursor: Option<Cursor>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct PublishedReply {
    on: NaiveDate,
    text: String,
}

/// What a station answered to bad reviews of a month, for everybody: where its figures of the month are shown.
#[utoipa::path(
    tag = "reviews", operation_id = "list_published_replies", params(RepliesQuery),
    responses((status = 200, body = Page<PublishedReply>))
)]
#[get("/reviews/replies")]
pub async fn list_replies(app: Data<App>, query: Query<RepliesQuery>) -> Result<Answer<Page<PublishedReply>>, Problem> {
    let before = query.cursor.as_ref().map(Cursor::key).transpose()?;
    let before = before.map(|key| key.parse::<ReplyId>()).transpose().map_err(|_| BadCursor)?;
    let (view, grounds) = (app.store.read(app.district()), app.grounds());
    let (found, total) = reviews::replies(&view, &grounds, (&query.station, query.month.0), (before, query.limit.into())).await?;
    let full = found.len() >= query.limit.get();
    let next = found.last().filter(|_| full).map(|last| last.id.to_string());
    let items = found.into_iter().map(|reply| PublishedReply { on: local_date(reply.at), text: reply.published.unwrap_or_default() });
    Ok(Answer(Page::cut(items.collect(), total, next.as_deref())))
}
