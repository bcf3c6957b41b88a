//! Deadlines that act by themselves: a supplement that wasn't given ends the case, and a notice that wasn't given in five working
//! days accepts it (行政许可法 32). Whether the day has come is decided by the rules; this only looks where it may have.

use domain::case::{By, Command, State};
use domain::ids::CaseId;
use domain::time::local_date;
use infra::store::StoreError;
use tracing::{error, info};

use crate::app::cases::{ActError, command};
use crate::app::{App, Grounds};

/// Cases looked at in one go.
const BATCH: u64 = 200;

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Passed {
    pub lapsed: u32,
    pub accepted_by_silence: u32,
}

enum Acted {
    Lapsed,
    AcceptedBySilence,
    /// Somebody else was faster.
    Nothing,
}

pub async fn act_on_passed(app: &App) -> Result<Passed, StoreError> {
    let _turn = app.turns.deadlines.lock().await;
    let mut passed = Passed::default();
    loop {
        let before = passed;
        let cases = app.store.read(app.district()).cases_waiting_before(local_date(app.clock.now()), BATCH).await?;
        for case in &cases {
            match act(app, *case).await? {
                Acted::Lapsed => passed.lapsed += 1,
                Acted::AcceptedBySilence => passed.accepted_by_silence += 1,
                Acted::Nothing => {}
            }
        }
        // A case that can't be moved must not be tried for ever.
        if passed == before || u64::try_from(cases.len()).is_ok_and(|found| found < BATCH) {
            return Ok(passed);
        }
    }
}

async fn act(app: &App, case: CaseId) -> Result<Acted, StoreError> {
    let grounds = app.grounds();
    let unit = app.store.write(app.district(), move |tx| Box::pin(async move { act_in_unit(tx, &grounds, case).await }));
    match unit.await {
        Ok(acted) => Ok(acted),
        Err(ActError::Store(StoreError::Stale | StoreError::Busy)) => Ok(Acted::Nothing),
        Err(ActError::Store(error)) => Err(error),
        Err(refused) => {
            error!(case.id = %case.as_uuid(), error = &refused as &dyn std::error::Error, "a passed deadline can't act on its case");
            Ok(Acted::Nothing)
        }
    }
}

async fn act_in_unit(tx: &infra::store::Tx, grounds: &Grounds, case: CaseId) -> Result<Acted, ActError> {
    let Some(file) = tx.case_file(case).await? else { return Ok(Acted::Nothing) };
    let (order, acted) = match &file.case.state {
        State::Supplementing { .. } => (Command::Lapse, Acted::Lapsed),
        State::Open { .. } if !file.case.is_accepted() => (Command::AcceptBySilence, Acted::AcceptedBySilence),
        State::Open { .. }
        | State::AwaitingPapers
        | State::Publicising { .. }
        | State::Paused { .. }
        | State::OnTheWay
        | State::Ended { .. } => return Ok(Acted::Nothing),
    };
    command(tx, grounds, case, By::System, order).await?;
    info!(case.id = %case.as_uuid(), "a passed deadline acted on case {}", file.case.number);
    Ok(acted)
}
