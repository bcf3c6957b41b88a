//! Setting text: a paragraph and a width in, lines of placed glyphs out.
//! Lines break by the rules for Chinese (no closing mark at a start, no opening one at an end) and are filled evenly:
//! the rest of a line goes between its characters, but not into numbers and words of Latin letters.

use std::borrow::Cow;
use std::sync::Arc;

use krilla::text::{GlyphId, KrillaGlyph};
use parley::layout::{Alignment, BreakReason, Cluster, Layout, Line};
use parley::style::{FontFamily, FontFamilyName, LineHeight, OverflowWrap, StyleProperty};
use parley::{FontContext, LayoutContext, LineBreakContext};

use super::PaperError;
use super::fonts::{Face, Fonts};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Weight {
    Regular,
    Bold,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Align {
    Start,
    Centre,
    End,
    /// Filled lines; the last one at the start.
    Even,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Style {
    pub weight: Weight,
    pub size: f32,
    /// From baseline to baseline, as a multiple of the size.
    pub leading: f32,
    pub align: Align,
    /// Of the first line, as a multiple of the size.
    pub indent: f32,
}

/// A line of glyphs; where it lies on the page is the composer's business.
#[derive(Debug, Clone)]
pub(super) struct SetLine {
    pub text: Arc<str>,
    pub glyphs: Vec<KrillaGlyph>,
    pub weight: Weight,
    pub size: f32,
    /// From the left edge of the measure to the first glyph.
    pub x: f32,
    /// From the top of the line to its baseline.
    pub baseline: f32,
    pub height: f32,
    /// Of the glyphs together.
    pub width: f32,
}

pub(super) struct Typesetter<'a> {
    fonts: &'a Fonts,
    context: FontContext,
    layouts: LayoutContext<()>,
}

/// How much of the size may be put between two characters of an uneven line: more looks torn.
const STRETCH_MAX: f32 = 0.25;

impl<'a> Typesetter<'a> {
    pub fn new(fonts: &'a Fonts) -> Self {
        Self { fonts, context: fonts.context(), layouts: LayoutContext::new() }
    }

    /// Sets `text` into lines of at most `width`. A line break in the text begins a new paragraph.
    pub fn set(&mut self, text: &str, style: Style, width: f32) -> Result<Vec<SetLine>, PaperError> {
        let mut lines = Vec::new();
        for paragraph in text.lines().map(printable) {
            lines.extend(self.set_paragraph(&paragraph, style, width)?);
        }
        Ok(lines)
    }

    fn set_paragraph(&mut self, text: &str, style: Style, width: f32) -> Result<Vec<SetLine>, PaperError> {
        let layout = self.layout(text, style, width);
        let text: Arc<str> = text.into();
        let lines: Vec<SetLine> = layout.lines().map(|line| set_line(&line, &text, style, width)).collect();
        match missing(&lines) {
            missing if missing.is_empty() => Ok(lines),
            missing => Err(PaperError::NoShape(missing)),
        }
    }

    fn layout(&mut self, text: &str, style: Style, width: f32) -> Layout<()> {
        let face = face(self.fonts, style.weight);
        let mut builder = self.layouts.ranged_builder(&mut self.context, text, 1.0, false);
        builder.push_default(StyleProperty::FontFamily(FontFamily::Single(FontFamilyName::Named(Cow::Borrowed(&face.family)))));
        builder.push_default(StyleProperty::FontWeight(face.weight));
        builder.push_default(StyleProperty::FontSize(style.size));
        builder.push_default(StyleProperty::LineHeight(LineHeight::FontSizeRelative(style.leading)));
        builder.push_default(StyleProperty::OverflowWrap(OverflowWrap::Anywhere));
        builder.set_line_break_override(Some(&keep_numbers_whole));
        let mut layout = builder.build(text);
        layout.set_text_indent(style.indent * style.size, Default::default());
        layout.break_all_lines(Some(width));
        layout.align(parley_alignment(style.align), Default::default());
        layout
    }
}

pub(super) fn face(fonts: &Fonts, weight: Weight) -> &Face {
    match weight {
        Weight::Regular => &fonts.regular,
        Weight::Bold => &fonts.bold,
    }
}

fn parley_alignment(align: Align) -> Alignment {
    match align {
        Align::Start | Align::Even => Alignment::Start,
        Align::Centre => Alignment::Center,
        Align::End => Alignment::End,
    }
}

/// No line ends with the hyphen of a number: it would be read, and extracted, as a word divided for the line.
fn keep_numbers_whole(place: LineBreakContext) -> Option<bool> {
    (place.before == '-').then_some(false)
}

/// Without characters that have no place on paper: controls, and the marks that choose an emoji's looks.
fn printable(line: &str) -> String {
    line.chars().map(|c| if c == '\t' { ' ' } else { c }).filter(|c| !c.is_control() && !matches!(c, '\u{fe00}'..='\u{fe0f}')).collect()
}

fn set_line(line: &Line<'_, ()>, text: &Arc<str>, style: Style, width: f32) -> SetLine {
    let metrics = line.metrics();
    let mut glyphs = line_glyphs(line, style.size);
    let ends_by_itself = matches!(line.break_reason(), BreakReason::None | BreakReason::Explicit);
    if style.align == Align::Even && !ends_by_itself {
        fill_evenly(&mut glyphs, text, width - metrics.indent, style.size);
    }
    SetLine {
        text: Arc::clone(text),
        width: glyphs.iter().map(|glyph| glyph.x_advance * style.size).sum(),
        glyphs,
        weight: style.weight,
        size: style.size,
        x: metrics.offset,
        baseline: metrics.baseline - metrics.block_min_coord,
        height: metrics.line_height,
    }
}

fn line_glyphs(line: &Line<'_, ()>, size: f32) -> Vec<KrillaGlyph> {
    let mut glyphs: Vec<KrillaGlyph> = Vec::new();
    for run in line.runs() {
        for cluster in run.visual_clusters() {
            match glyphs.last_mut() {
                // The two characters of —— are one glyph, which stands for both when the text is extracted.
                Some(ligature) if cluster.is_ligature_continuation() => ligature.text_range.end = cluster.text_range().end,
                Some(_) | None => glyphs.extend(cluster_glyphs(&cluster, size)),
            }
        }
    }
    glyphs
}

fn cluster_glyphs(cluster: &Cluster<'_, ()>, size: f32) -> impl Iterator<Item = KrillaGlyph> {
    let range = cluster.text_range();
    cluster.glyphs().map(move |glyph| {
        KrillaGlyph::new(GlyphId::new(glyph.id), glyph.advance / size, glyph.x / size, glyph.y / size, 0.0, range.clone(), None)
    })
}

/// Spreads what is left of `width` over the gaps between characters. White space at the end hangs out and is dropped.
fn fill_evenly(glyphs: &mut Vec<KrillaGlyph>, text: &str, width: f32, size: f32) {
    while glyphs.last().is_some_and(|glyph| shape(glyph, text).trim().is_empty()) {
        glyphs.pop();
    }
    let gaps: Vec<usize> = glyphs
        .windows(2)
        .enumerate()
        .filter(|(_, pair)| pair.iter().any(|glyph| !shape(glyph, text).is_ascii()))
        .map(|(at, _)| at)
        .collect();
    let free = width / size - glyphs.iter().map(|glyph| glyph.x_advance).sum::<f32>();
    let stretch = free / u16::try_from(gaps.len()).map_or(f32::MAX, f32::from);
    if !(0.0..=STRETCH_MAX).contains(&stretch) {
        return;
    }
    for at in gaps {
        if let Some(glyph) = glyphs.get_mut(at) {
            glyph.x_advance += stretch;
        }
    }
}

fn shape<'t>(glyph: &KrillaGlyph, text: &'t str) -> &'t str {
    text.get(glyph.text_range.clone()).unwrap_or_default()
}

/// The characters for which the font has no glyph, each once.
fn missing(lines: &[SetLine]) -> String {
    let mut missing = String::new();
    for line in lines {
        for glyph in line.glyphs.iter().filter(|glyph| glyph.glyph_id.to_u32() == 0) {
            let character = shape(glyph, &line.text);
            if !missing.contains(character) {
                missing.push_str(character);
            }
        }
    }
    missing
}
