//! Appeals: whom a bad review names, or the station, says that it is malicious or a mistake, and whoever looks after it decides.

use domain::evaluation::rectification::{Appellant, By, Command, Ground, Tidings, Turn, Verdict, turn_of};
use domain::ids::RectificationId;
use domain::people::Staff;
use domain::policy::Act;
use infra::store::Tx;

use super::news::{tell_or_raise, tell_reviewer};
use super::rectify::{Loaded, RectifyError, Told, actor, command, keep_note, load, rectification};
use crate::app::Grounds;

#[derive(Debug, Clone)]
pub struct NewAppeal {
    pub ground: Ground,
    pub words: String,
}

/// Enters an appeal: of who is named by the review, else of the station that rectifies.
pub async fn appeal(tx: &Tx, grounds: &Grounds, staff: &Staff, (id, new): (RectificationId, NewAppeal)) -> Result<Loaded, RectifyError> {
    let loaded = load(tx, (staff, Act::AppealReview), id).await?;
    let named = loaded.own.rectification.names(staff.person);
    let by = if named { Appellant::Named { person: staff.person } } else { Appellant::Station };
    let turn = turn_of(staff, &loaded.file.case, &loaded.own.rectification).unwrap_or(Turn::Station);
    let note = keep_note(tx, grounds, &loaded, staff, new.words).await?;
    let order = Command::Appeal { by, ground: new.ground, note };
    let loaded = command(tx, grounds, loaded, (By::Staff { person: staff.person, turn }, actor(staff)), order).await?;
    let (loaded, _told) = tell_or_raise(tx, grounds, loaded, Tidings::Appealed).await?;
    Ok(loaded)
}

/// Decides one. An accepted one takes the review out of the figures, and who wrote it is told.
pub async fn decide_appeal(
    tx: &Tx,
    grounds: &Grounds,
    staff: &Staff,
    (id, number): (RectificationId, u16),
    (verdict, reason): (Verdict, String),
) -> Result<Told, RectifyError> {
    let loaded = load(tx, (staff, Act::DecideAppeal), id).await?;
    let note = keep_note(tx, grounds, &loaded, staff, reason).await?;
    let by = (loaded.by(staff)?, actor(staff));
    let loaded = command(tx, grounds, loaded, by, Command::DecideAppeal { number, verdict, note }).await?;
    if verdict == Verdict::Accepted {
        tell_reviewer(tx, grounds, &loaded.file, &loaded.own.rectification, Tidings::Excluded).await?;
    }
    rectification(tx, staff, loaded).await
}
