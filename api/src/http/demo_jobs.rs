//! The demo's jobs, run at once: whoever moved the clock need not wait for the next run. The route exists in a demo only.

use actix_web::post;
use actix_web::web::{Data, Json as Answer};
use serde::Serialize;
use utoipa::ToSchema;

use super::problem::Problem;
use crate::app::App;
use crate::jobs::{self, Done};

/// What was done just now.
#[derive(Debug, Serialize, ToSchema)]
pub struct JobsDone {
    /// Cases that ended because a supplement wasn't given in time.
    lapsed: u32,
    /// Cases accepted because no notice was given in time.
    accepted_by_silence: u32,
    /// Cases whose promise ends on another day since the calendar changed.
    reckoned: u32,
    /// Cases whose alerts were looked after.
    alerted: u32,
    /// Cases that have another plan since the facts changed.
    replanned: u32,
    /// Booked slots that their stations can't keep.
    called_off: u32,
    /// Steps that rose to the station above.
    risen: u32,
    /// What a supervisor was told is overdue of what follows bad reviews.
    rectifications_overdue: u32,
    /// Corrections and erasures that lapsed since no second person settled them.
    proposals_lapsed: u32,
    /// New signs that reviews were made up.
    farming_found: u32,
    /// What the halls left over when they closed.
    floor: FloorDone,
    /// Errands of which a supervisor was told that nobody touched them.
    errands_untouched: u32,
    news: NewsDone,
    erased: ErasedDone,
}

/// What was kept as long as it has to be.
#[derive(Debug, Serialize, ToSchema)]
pub struct ErasedDone {
    case_files: u32,
    mandate_documents: u64,
    /// Who was entered at a counter, and is named by nothing any more.
    people: u32,
    loose_uploads: u32,
    news: u64,
    /// Numbers taken in halls and booked slots.
    visits: u64,
    /// Files taken out of the object store.
    files: u32,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct FloorDone {
    /// Numbers that ended because their hall had closed.
    tickets: u32,
    windows: u32,
    /// Slots that nobody came to.
    missed: u32,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct NewsDone {
    through_wechat: u32,
    /// With a receipt.
    through_sms: u32,
    /// A clerk calls or visits.
    errands: u32,
    /// It may have been taken; nobody will know.
    unsure: u32,
    /// In the person's list of messages alone.
    listed: u32,
    /// Put off: until the morning, until a receipt comes, or after a passing fault.
    put_off: u32,
}

impl From<Done> for JobsDone {
    fn from(done: Done) -> Self {
        let (sent, erased) = (done.sent, done.erased);
        Self {
            lapsed: done.passed.lapsed,
            accepted_by_silence: done.passed.accepted_by_silence,
            reckoned: done.reckoned,
            alerted: done.alerted,
            replanned: done.replanned,
            called_off: done.called_off,
            risen: done.risen,
            rectifications_overdue: done.reviews.overdue,
            proposals_lapsed: done.proposals,
            farming_found: done.reviews.farming,
            floor: FloorDone { tickets: done.floor.tickets, windows: done.floor.windows, missed: done.floor.missed },
            errands_untouched: done.reminded,
            news: NewsDone {
                through_wechat: sent.through_wechat,
                through_sms: sent.through_sms,
                errands: sent.errands,
                unsure: sent.unsure,
                listed: sent.listed,
                put_off: sent.put_off,
            },
            erased: ErasedDone {
                case_files: erased.case_files,
                mandate_documents: erased.mandate_documents,
                people: erased.people,
                loose_uploads: erased.loose_uploads,
                news: erased.news,
                visits: erased.visits,
                files: erased.files,
            },
        }
    }
}

/// Runs what is due by the demo's clock: deadlines, rising work, news, erasures.
#[utoipa::path(tag = "demo", operation_id = "run_demo_jobs", responses((status = 200, body = JobsDone)))]
#[post("/demo/jobs")]
pub async fn run(app: Data<App>) -> Result<Answer<JobsDone>, Problem> {
    Ok(Answer(jobs::run_now(&app).await?.into()))
}
