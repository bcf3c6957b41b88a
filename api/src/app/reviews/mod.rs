//! Reviews (好差评) and what follows them: judging, rectifying, appealing, counting, and looking into what seems made up.

mod appeal;
mod farming;
mod figures;
mod judge;
mod named;
mod news;
mod own;
mod rectify;
mod words;

pub use appeal::{NewAppeal, appeal, decide_appeal};
pub use farming::{FarmingError, Looked, devices_before, farming_at, keep_signs, look_into, signs};
pub use figures::{FiguresError, Month, Shown, own_figures, public_figures, replies, station_figures};
pub use judge::{EvaluateError, judge_service};
pub use named::{NamingMe, naming_me};
pub use own::{OwnRectification, may_see_own_rectification, own_rectification, rate};
pub use rectify::{Closing, ContactMade, RectifyError, Told, close, record_contact, rectification, rectifications, tell_overdue};
pub use words::{WORDS_WRITTEN, check as check_words, look_at_words};
