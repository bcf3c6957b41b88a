//! How the items of a case were handed on, put aside, escalated and assigned.

use actix_web::get;
use actix_web::web::{Data, Json as Answer, Path};
use chrono::{DateTime, FixedOffset};
use domain::ids::CaseId;
use domain::policy::Act;
use domain::queue::Moved;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::lists::dossier;
use crate::app::App;
use crate::app::supervision::{MoveLine, moves, receiver};
use crate::http::auth::Caller;
use crate::http::instant::shown;
use crate::http::problem::Problem;
use crate::wording;

#[derive(Debug, Serialize, ToSchema)]
pub struct MoveView {
    work_item: Uuid,
    at: DateTime<FixedOffset>,
    /// `transferred`, `parked`, `escalated` or `assigned`.
    kind: &'static str,
    #[schema(example = "转交同事")]
    name: &'static str,
    by: Uuid,
    by_name: Option<String>,
    /// Whom it was given to.
    to: Option<Uuid>,
    to_name: Option<String>,
    /// Until when it was put aside.
    until: Option<DateTime<FixedOffset>>,
    reason: Option<String>,
}

/// How the work on a case was handed on, put aside, escalated and assigned, by whom and why, in order: for those who work on it or watch it.
#[utoipa::path(
    tag = "supervision", operation_id = "list_case_moves", params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = Vec<MoveView>))
)]
#[get("/cases/{id}/moves")]
pub async fn list_moves(app: Data<App>, caller: Caller, id: Path<CaseId>) -> Result<Answer<Vec<MoveView>>, Problem> {
    let grounds = app.grounds();
    dossier(&app, &grounds, (&caller, Act::ListCaseMoves), *id).await?;
    let moves = moves(&app.store.read(app.district()), *id).await?;
    Ok(Answer(moves.into_iter().map(view).collect()))
}

fn view(MoveLine { moved, by, to, reason }: MoveLine) -> MoveView {
    let (kind, name) = wording::moved(&moved.moved);
    MoveView {
        work_item: moved.work_item.as_uuid(),
        at: shown(moved.at),
        kind,
        name,
        by: moved.by.as_uuid(),
        by_name: by,
        to: receiver(&moved.moved).map(|to| to.as_uuid()),
        to_name: to,
        until: match moved.moved {
            Moved::Parked { until } => Some(shown(until)),
            Moved::Transferred { .. } | Moved::Escalated | Moved::Assigned { .. } => None,
        },
        reason,
    }
}
