//! The words of bad reviews are looked through, by WeChat's content check. Whoever can't be asked now is asked later; what was asked twice,
//! by two instances, is answered alike.

use domain::evaluation::words::Heard;
use infra::store::StoreError;

use crate::app::App;
use crate::app::reviews::check_words;

/// Looked through in one go.
const BATCH: u64 = 50;

/// Looks through what is due, and says how much that was. Where WeChat can't be reached the rest waits for the next run.
pub async fn look_through(app: &App) -> Result<u32, StoreError> {
    let _turn = app.turns.words.lock().await;
    let mut looked_through = 0;
    loop {
        let due = app.store.read(app.district()).words_to_check(app.clock.now(), BATCH).await?;
        if due.is_empty() {
            return Ok(looked_through);
        }
        for words in due {
            match check_words(app, words).await? {
                Heard::Unreachable => return Ok(looked_through),
                Heard::Pass | Heard::Review | Heard::Risky | Heard::NoVerdict => looked_through += 1,
            }
        }
    }
}
