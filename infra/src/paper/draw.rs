//! Drawing pages as PDF. Nothing of it depends on the time or on chance.

use krilla::Document;
use krilla::color::rgb;
use krilla::geom::{PathBuilder, Point, Rect, Transform};
use krilla::metadata::Metadata;
use krilla::page::PageSettings;
use krilla::paint::Fill;
use krilla::surface::Surface;

use super::PaperError;
use super::fonts::Fonts;
use super::page::{HEIGHT, Ink, Mark, Page, WIDTH};
use super::qr::{Code, QUIET_MODULES};
use super::typeset::{SetLine, face};

const WATERMARK_DEGREES: f32 = -35.0;

pub(super) fn pdf(fonts: &Fonts, title: &str, pages: &[Page]) -> Result<Vec<u8>, PaperError> {
    let mut document = Document::new();
    for page in pages {
        let settings = PageSettings::from_wh(WIDTH, HEIGHT).unwrap_or_default();
        let mut sheet = document.start_page_with(settings);
        let mut surface = sheet.surface();
        for mark in &page.marks {
            draw(&mut surface, fonts, mark);
        }
        surface.finish();
        sheet.finish();
    }
    document.set_metadata(Metadata::new().title(title.to_owned()).language("zh-CN".to_owned()).creator("Bianmin 便民".to_owned()));
    document.finish().map_err(PaperError::Pdf)
}

fn draw(surface: &mut Surface<'_>, fonts: &Fonts, mark: &Mark) {
    match mark {
        Mark::Text { x, y, line, ink } => {
            surface.set_fill(Some(fill(ink_colour(*ink))));
            draw_line(surface, fonts, line, Point::from_xy(*x, *y), Drawn::AsText);
        }
        Mark::Bar { x, y, width, height } => draw_boxes(surface, Rect::from_xywh(*x, *y, *width, *height)),
        Mark::Qr { x, y, side, code } => draw_boxes(surface, qr_boxes(code, *x, *y, *side)),
        Mark::Watermark { line } => draw_watermark(surface, fonts, line),
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Drawn {
    AsText,
    AsShapes,
}

fn draw_line(surface: &mut Surface<'_>, fonts: &Fonts, line: &SetLine, start: Point, drawn: Drawn) {
    let font = face(fonts, line.weight).font.clone();
    surface.draw_glyphs(start, &line.glyphs, font, &line.text, line.size, drawn == Drawn::AsShapes);
}

fn draw_watermark(surface: &mut Surface<'_>, fonts: &Fonts, line: &SetLine) {
    let (x, y) = (WIDTH / 2.0, HEIGHT / 2.0);
    surface.push_transform(&Transform::from_rotate_at(WATERMARK_DEGREES, x, y));
    surface.set_fill(Some(fill(rgb::Color::new(236, 236, 236))));
    draw_line(surface, fonts, line, Point::from_xy(x - line.width / 2.0, y + line.size / 3.0), Drawn::AsShapes);
    surface.pop();
}

fn qr_boxes(code: &Code, x: f32, y: f32, side: f32) -> impl Iterator<Item = Rect> {
    let module = side / f32::from(code.side + 2 * QUIET_MODULES);
    let at = move |start: f32, index: u16| start + f32::from(index + QUIET_MODULES) * module;
    code.dark.iter().filter_map(move |(column, row)| Rect::from_xywh(at(x, *column), at(y, *row), module, module))
}

fn draw_boxes(surface: &mut Surface<'_>, boxes: impl IntoIterator<Item = Rect>) {
    let mut path = PathBuilder::new();
    for rect in boxes {
        path.push_rect(rect);
    }
    if let Some(path) = path.finish() {
        surface.set_fill(Some(fill(ink_colour(Ink::Black))));
        surface.draw_path(&path);
    }
}

fn fill(colour: rgb::Color) -> Fill {
    Fill { paint: colour.into(), ..Fill::default() }
}

fn ink_colour(ink: Ink) -> rgb::Color {
    match ink {
        Ink::Black => rgb::Color::new(0, 0, 0),
        Ink::Grey => rgb::Color::new(90, 90, 90),
        Ink::Red => rgb::Color::new(176, 32, 32),
    }
}
