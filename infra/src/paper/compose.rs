//! Composing a sheet into pages, as a Chinese official letter is laid out: centred title, number at the right, first
//! lines indented by two characters, issuer and date at the bottom right, small print at the end.
//! A sheet is set large if it then takes no more pages than set smaller.

use domain::notice::{Block, Marking, Row, Sheet, chinese_date};

use super::PaperError;
use super::fonts::Fonts;
use super::page::{BOTTOM, FOLIO, Ink, LEFT, MEASURE, Mark, Page, RIGHT, TOP};
use super::qr::Code;
use super::typeset::{Align, SetLine, Style, Typesetter, Weight};

/// Sizes of type.
#[derive(Clone, Copy)]
struct Sizes {
    title: f32,
    body: f32,
    table: f32,
    leading: f32,
}

const LARGE: Sizes = Sizes { title: 24.0, body: 16.0, table: 14.0, leading: 1.8 };
const CLOSE: Sizes = Sizes { title: 22.0, body: 14.0, table: 12.0, leading: 1.6 };
const SMALL: f32 = 9.5;
const NUMBER: f32 = 12.0;
const QR_SIDE: f32 = 96.0;
const RULE: f32 = 0.6;
/// Between a table's rule and its text.
const PADDING: f32 = 6.0;
/// The label column holds the longest label, 统一社会信用代码.
const LABEL_CHARACTERS: f32 = 8.5;

pub(super) fn compose(fonts: &Fonts, sheet: &Sheet, code: Option<&Code>) -> Result<Vec<Page>, PaperError> {
    let large = Composer::compose(fonts, LARGE, sheet, code)?;
    if large.len() == 1 {
        return Ok(large);
    }
    let close = Composer::compose(fonts, CLOSE, sheet, code)?;
    Ok(if close.len() < large.len() { close } else { large })
}

struct Composer<'a> {
    typesetter: Typesetter<'a>,
    sizes: Sizes,
    finished: Vec<Page>,
    page: Page,
    /// The top of what comes next.
    y: f32,
}

impl<'a> Composer<'a> {
    fn compose(fonts: &'a Fonts, sizes: Sizes, sheet: &Sheet, code: Option<&Code>) -> Result<Vec<Page>, PaperError> {
        let mut composer = Self { typesetter: Typesetter::new(fonts), sizes, finished: Vec::new(), page: Page::default(), y: TOP };
        composer.opening(sheet)?;
        for block in &sheet.blocks {
            composer.block(block)?;
        }
        composer.closing(sheet, code)?;
        composer.finished.push(std::mem::take(&mut composer.page));
        composer.folios(sheet)?;
        composer.markings(sheet.marking)?;
        Ok(composer.finished)
    }

    fn opening(&mut self, sheet: &Sheet) -> Result<(), PaperError> {
        let title = Style { weight: Weight::Bold, size: self.sizes.title, leading: 1.5, align: Align::Centre, indent: 0.0 };
        self.lines(&sheet.title, title)?;
        self.y += self.sizes.body * 0.5;
        if let Some(number) = &sheet.number {
            self.lines(number, Style { align: Align::End, ..plain(NUMBER, 1.5) })?;
        }
        self.y += self.sizes.body * 0.8;
        if let Some(addressee) = &sheet.addressee {
            self.lines(addressee, plain(self.sizes.body, self.sizes.leading))?;
        }
        Ok(())
    }

    fn block(&mut self, block: &Block) -> Result<(), PaperError> {
        let body = Style { align: Align::Even, indent: 2.0, ..plain(self.sizes.body, self.sizes.leading) };
        match block {
            Block::Paragraph(text) => self.lines(text, body),
            Block::List(entries) => {
                (1..).zip(entries).try_for_each(|(number, entry): (u32, &String)| self.lines(&format!("{number}．{entry}"), body))
            }
            Block::Table(rows) => self.table(rows),
        }
    }

    fn lines(&mut self, text: &str, style: Style) -> Result<(), PaperError> {
        let lines = self.typesetter.set(text, style, MEASURE)?;
        if text.ends_with('：') && lines.len() == 1 && self.room() < 3.0 * style.size * style.leading {
            self.turn();
        }
        let mut rest = lines.as_slice();
        while !rest.is_empty() {
            let (now, later) = rest.split_at(self.take(rest));
            for line in now {
                self.put_text(LEFT, self.y, line.clone(), Ink::Black);
                self.y += line.height;
            }
            rest = later;
            if !rest.is_empty() {
                self.turn();
            }
        }
        Ok(())
    }

    /// How many of `lines` go on this page: no single line is left behind or carried over while there is a choice.
    fn take(&self, lines: &[SetLine]) -> usize {
        let fit = count_fitting(lines, self.room());
        if fit >= lines.len() {
            return lines.len();
        }
        let take = fit.min(lines.len().saturating_sub(2));
        match (take, self.y > TOP) {
            (0 | 1, true) => 0,
            (0 | 1, false) => fit.max(1),
            (take, _) => take,
        }
    }

    fn room(&self) -> f32 {
        BOTTOM - self.y
    }

    fn turn(&mut self) {
        self.finished.push(std::mem::take(&mut self.page));
        self.y = TOP;
    }

    /// Puts a line whose top is at `y`, within a measure that begins at `x`.
    fn put_text(&mut self, x: f32, y: f32, line: SetLine, ink: Ink) {
        self.page.marks.push(Mark::Text { x: x + line.x, y: y + line.baseline, line, ink });
    }

    fn bar(&mut self, x: f32, y: f32, width: f32, height: f32) {
        self.page.marks.push(Mark::Bar { x, y, width, height });
    }

    fn table(&mut self, rows: &[Row]) -> Result<(), PaperError> {
        self.y += PADDING;
        for row in rows {
            self.row(row)?;
        }
        self.y += PADDING;
        Ok(())
    }

    /// A row longer than the page goes on over it: each part is boxed, the label stands in the first.
    fn row(&mut self, row: &Row) -> Result<(), PaperError> {
        let style = plain(self.sizes.table, 1.4);
        let column = LABEL_CHARACTERS * self.sizes.table + 2.0 * PADDING;
        let mut label = self.typesetter.set(&row.label, style, column - 2.0 * PADDING)?;
        let value = self.typesetter.set(&row.value, Style { align: Align::Even, ..style }, MEASURE - column - 2.0 * PADDING)?;
        let mut value = value.as_slice();
        loop {
            let needed = if value.len() >= label.len() { value } else { label.as_slice() };
            let fit = count_fitting(needed, self.room() - 2.0 * PADDING);
            if fit < needed.len() && (fit < 4 || needed.len() - fit < 2) && self.y > TOP {
                self.turn();
                continue;
            }
            let take = fit.clamp(1, needed.len().max(1));
            let (now, later) = value.split_at(take.min(value.len()));
            self.boxed(std::mem::take(&mut label), now, column);
            value = later;
            if value.is_empty() {
                return Ok(());
            }
            self.turn();
        }
    }

    /// One row of a table; its upper rule lies on the lower rule of the row above.
    fn boxed(&mut self, label: Vec<SetLine>, value: &[SetLine], column: f32) {
        let top = self.y;
        let height = total_height(&label).max(total_height(value)) + 2.0 * PADDING;
        for (x, lines) in [(LEFT, label), (LEFT + column, value.to_vec())] {
            let mut y = top + (height - total_height(&lines)) / 2.0;
            for line in lines {
                let line_height = line.height;
                self.put_text(x + PADDING, y, line, Ink::Black);
                y += line_height;
            }
        }
        for y in [top, top + height] {
            self.bar(LEFT, y, MEASURE + RULE, RULE);
        }
        for x in [LEFT, LEFT + column, RIGHT] {
            self.bar(x, top, RULE, height);
        }
        self.y += height;
    }

    /// Signature, QR code and small print stay together.
    fn closing(&mut self, sheet: &Sheet, code: Option<&Code>) -> Result<(), PaperError> {
        let footer = self.footer_lines(&sheet.footer)?;
        let signature = self.signature(sheet, code)?;
        let code_height = if code.is_some() { QR_SIDE + 3.0 * SMALL * 1.4 } else { 0.0 };
        let gap = self.sizes.body * 1.5;
        let footer_height = total_height(&footer) + PADDING;
        let height = gap + total_height(&signature).max(code_height) + gap / 2.0 + footer_height;
        if self.room() < height {
            self.turn();
        }
        self.y += gap;
        let top = self.y + (code_height - total_height(&signature)).max(0.0) / 2.0;
        if let Some(code) = code {
            self.code(code, &sheet.check_caption)?;
        }
        self.stack(signature_left(code), top, signature, Ink::Black);
        self.bar(LEFT, BOTTOM - footer_height, MEASURE, RULE);
        self.stack(LEFT, BOTTOM - footer_height + PADDING, footer, Ink::Grey);
        Ok(())
    }

    fn stack(&mut self, x: f32, top: f32, lines: Vec<SetLine>, ink: Ink) {
        let mut y = top;
        for line in lines {
            let height = line.height;
            self.put_text(x, y, line, ink);
            y += height;
        }
    }

    fn footer_lines(&mut self, footer: &[String]) -> Result<Vec<SetLine>, PaperError> {
        self.typesetter.set(&footer.join("\n"), plain(SMALL, 1.5), MEASURE)
    }

    fn signature(&mut self, sheet: &Sheet, code: Option<&Code>) -> Result<Vec<SetLine>, PaperError> {
        let style = Style { align: Align::Centre, ..plain(self.sizes.body, self.sizes.leading) };
        let text = format!("{}\n{}", sheet.issuer, chinese_date(sheet.date));
        self.typesetter.set(&text, style, RIGHT - signature_left(code))
    }

    /// The code at the left, its caption and address below, for those who type.
    fn code(&mut self, code: &Code, caption: &str) -> Result<(), PaperError> {
        self.page.marks.push(Mark::Qr { x: LEFT, y: self.y, side: QR_SIDE, code: code.clone() });
        let text = format!("{caption}\n{}", code.address);
        let lines = self.typesetter.set(&text, plain(SMALL, 1.4), signature_left(Some(code)) - LEFT - PADDING)?;
        self.stack(LEFT, self.y + QR_SIDE, lines, Ink::Grey);
        Ok(())
    }

    /// Pages that belong together say so; a single page needs no number.
    fn folios(&mut self, sheet: &Sheet) -> Result<(), PaperError> {
        let total = self.finished.len();
        if total < 2 {
            return Ok(());
        }
        let number = sheet.number.as_deref().unwrap_or(&sheet.title);
        for (at, page) in self.finished.iter_mut().enumerate() {
            let text = format!("{number}　第{}页　共{total}页", at + 1);
            for line in self.typesetter.set(&text, Style { align: Align::Centre, ..plain(SMALL, 1.4) }, MEASURE)? {
                page.marks.push(Mark::Text { x: LEFT + line.x, y: FOLIO, line, ink: Ink::Grey });
            }
        }
        Ok(())
    }

    fn markings(&mut self, marking: Marking) -> Result<(), PaperError> {
        match marking {
            Marking::Live => Ok(()),
            Marking::Demo => self.mark_demo(),
        }
    }

    fn mark_demo(&mut self) -> Result<(), PaperError> {
        let large = self.typesetter.set("演示", Style { weight: Weight::Bold, ..plain(200.0, 1.0) }, f32::MAX)?;
        let note = self.typesetter.set("演示数据，不具有任何效力", Style { align: Align::End, ..plain(NUMBER, 1.4) }, MEASURE)?;
        for page in &mut self.finished {
            let written = note.iter().map(|line| Mark::Text { x: LEFT + line.x, y: TOP * 0.6, line: line.clone(), ink: Ink::Red });
            let drawn = large.iter().map(|line| Mark::Watermark { line: line.clone() });
            page.marks.splice(0..0, drawn.chain(written));
        }
        Ok(())
    }
}

fn plain(size: f32, leading: f32) -> Style {
    Style { weight: Weight::Regular, size, leading, align: Align::Start, indent: 0.0 }
}

/// Beside a code the signature has the right two thirds, otherwise the right half.
fn signature_left(code: Option<&Code>) -> f32 {
    match code {
        Some(_) => LEFT + MEASURE * 0.45,
        None => LEFT + MEASURE * 0.4,
    }
}

fn total_height(lines: &[SetLine]) -> f32 {
    lines.iter().map(|line| line.height).sum()
}

fn count_fitting(lines: &[SetLine], room: f32) -> usize {
    lines
        .iter()
        .scan(0.0, |height, line| {
            *height += line.height;
            Some(*height)
        })
        .take_while(|height| *height <= room)
        .count()
}
