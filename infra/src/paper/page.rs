//! A page as marks at places, in reading order; and the measures of the paper.

use super::qr::Code;
use super::typeset::SetLine;

/// A4.
pub(super) const WIDTH: f32 = 595.28;
pub(super) const HEIGHT: f32 = 841.89;
/// 28 characters of 16 points, or 32 of 14: a line of whole characters needs no stretching.
pub(super) const MEASURE: f32 = 448.0;
pub(super) const LEFT: f32 = (WIDTH - MEASURE) / 2.0;
pub(super) const RIGHT: f32 = LEFT + MEASURE;
pub(super) const TOP: f32 = 80.0;
/// The last line may end here.
pub(super) const BOTTOM: f32 = HEIGHT - 72.0;
/// The baseline of page numbers.
pub(super) const FOLIO: f32 = HEIGHT - 44.0;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ink {
    Black,
    Grey,
    Red,
}

#[derive(Debug, Clone)]
pub(super) enum Mark {
    /// A line of text: the left end of its baseline.
    Text { x: f32, y: f32, line: SetLine, ink: Ink },
    /// A filled box.
    Bar { x: f32, y: f32, width: f32, height: f32 },
    /// With its quiet zone inside `side`.
    Qr { x: f32, y: f32, side: f32, code: Code },
    /// Pale letters across the page that are drawn, not written: they don't get into extracted text.
    Watermark { line: SetLine },
}

#[derive(Debug, Clone, Default)]
pub(super) struct Page {
    pub marks: Vec<Mark>,
}
