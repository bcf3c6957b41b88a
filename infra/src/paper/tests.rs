use chrono::NaiveDate;
use domain::notice::{Block, Marking, Row};

use super::*;

fn sheet() -> Sheet {
    Sheet {
        title: "宅基地使用情况证明".to_owned(),
        number: Some("编号：511499101203-C013-2026-00007-Z".to_owned()),
        addressee: None,
        blocks: vec![Block::Paragraph("兹证明𠮷龘㐂户使用宅基地一处。特此证明。".to_owned())],
        issuer: "马灯镇向阳村村民委员会".to_owned(),
        date: NaiveDate::from_ymd_opt(2026, 9, 14).unwrap(),
        check_caption: "扫码查验本证明的真伪和状态".to_owned(),
        footer: vec!["纸质件加盖出具单位印章后使用。".to_owned()],
        marking: Marking::Live,
    }
}

fn long(entries: usize) -> Sheet {
    let entry = "居民户口簿：缺少户主页和本人页，请提供原件或者清晰的扫描件，扫描件须四角完整、字迹可辨。";
    Sheet { blocks: vec![Block::List(vec![entry.to_owned(); entries])], ..sheet() }
}

/// The fonts are read once for all tests.
fn press() -> &'static Press {
    static PRESS: OnceLock<Press> = OnceLock::new();
    PRESS.get_or_init(|| Press::new(FontFiles::default()))
}

fn pages(sheet: &Sheet) -> Vec<page::Page> {
    compose::compose(press().fonts().unwrap(), sheet, None).unwrap()
}

/// The text of the pages' marks, in the order in which they are drawn.
fn text(pages: &[page::Page]) -> String {
    let marks = pages.iter().flat_map(|page| &page.marks);
    marks
        .flat_map(|mark| match mark {
            page::Mark::Text { line, .. } => line.glyphs.iter().map(|glyph| &line.text[glyph.text_range.clone()]).collect::<Vec<_>>(),
            page::Mark::Bar { .. } | page::Mark::Qr { .. } | page::Mark::Watermark { .. } => vec![],
        })
        .collect()
}

#[test]
fn a_sheet_becomes_a_pdf_and_the_same_sheet_the_same_bytes() {
    let make = || press().sheet(&sheet(), Some("https://example.cn/check/511499101203-C013-2026-00007-Z")).unwrap();
    let pdf = make();
    assert!(pdf.starts_with(b"%PDF-") && pdf.ends_with(b"%%EOF"));
    assert_eq!(pdf, make());
    assert_eq!(
        pdf,
        Press::new(FontFiles::default()).sheet(&sheet(), Some("https://example.cn/check/511499101203-C013-2026-00007-Z")).unwrap()
    );
}

#[test]
fn the_text_is_drawn_in_reading_order_with_rare_characters() {
    let drawn = text(&pages(&sheet()));
    let expected =
        "宅基地使用情况证明编号：511499101203-C013-2026-00007-Z兹证明𠮷龘㐂户使用宅基地一处。特此证明。马灯镇向阳村村民委员会2026年9月14日";
    assert!(drawn.starts_with(expected), "{drawn}");
}

#[test]
fn a_long_sheet_takes_numbered_pages_and_loses_no_text() {
    let pages = pages(&long(30));
    let drawn = text(&pages);
    assert!(pages.len() >= 2);
    assert!(drawn.contains(&format!("第2页　共{}页", pages.len())));
    assert!((1..=30).all(|number| drawn.contains(&format!("{number}．居民户口簿"))));
    assert_eq!(drawn.matches("字迹可辨").count(), 30);
}

#[test]
fn every_line_lies_within_the_margins() {
    for page in pages(&long(40)) {
        for mark in page.marks {
            if let page::Mark::Text { x, y, line, .. } = mark {
                let end = x + line.width;
                assert!(x >= page::LEFT - 0.1 && end <= page::RIGHT + 0.1, "{x} to {end} of {}", line.text);
                assert!((page::TOP..=page::FOLIO + 0.1).contains(&y), "{y}");
            }
        }
    }
}

#[test]
fn a_table_row_longer_than_a_page_goes_on_over_it() {
    let value = "四至界线清楚，经相邻各户现场指界签字确认，无权属争议。".repeat(150);
    let pages = pages(&Sheet { blocks: vec![Block::Table(vec![Row::new("四至", value)])], ..sheet() });
    assert!(pages.len() >= 3, "{}", pages.len());
    assert_eq!(text(&pages).matches("争议").count(), 150);
}

#[test]
fn a_row_without_a_value_still_has_its_label() {
    let pages = pages(&Sheet { blocks: vec![Block::Table(vec![Row::new("备注", "")])], ..sheet() });
    assert!(text(&pages).contains("备注"));
}

#[test]
fn demo_data_is_marked_on_every_page() {
    let pages = pages(&Sheet { marking: Marking::Demo, ..long(30) });
    for page in &pages {
        assert!(page.marks.iter().any(|mark| matches!(mark, page::Mark::Watermark { .. })));
        assert!(text(std::slice::from_ref(page)).contains("演示数据，不具有任何效力"));
    }
    assert!(!text(&self::pages(&long(1))).contains("演示"));
}

#[test]
fn a_character_that_the_fonts_lack_stops_the_document_and_is_named() {
    let body = Block::Paragraph("姓名\u{10fffd}，又\u{10fffd}".to_owned());
    let error = press().sheet(&Sheet { blocks: vec![body], ..sheet() }, None).unwrap_err();
    assert!(matches!(&error, PaperError::NoShape(characters) if characters == "\u{10fffd}"), "{error}");
}

#[test]
fn characters_that_share_a_glyph_all_stay_in_the_text() {
    let body = Block::Paragraph("甲——乙……丙 office".to_owned());
    assert!(text(&pages(&Sheet { blocks: vec![body], ..sheet() })).contains("甲——乙……丙 office"));
}

#[test]
fn no_line_divides_a_number_at_its_hyphen() {
    let body = Block::Paragraph("合同编号为HT-A-2026-B-0007的合同，".repeat(30));
    for page in pages(&Sheet { blocks: vec![body], ..sheet() }) {
        assert!(page.marks.iter().all(|mark| !text(&[page::Page { marks: vec![mark.clone()] }]).ends_with('-')));
    }
}

#[test]
fn control_characters_leave_no_trace() {
    let body = Block::Paragraph("甲\u{7}乙\t丙\u{fe0f}".to_owned());
    assert!(text(&pages(&Sheet { blocks: vec![body], ..sheet() })).contains("甲乙 丙"));
}

#[test]
fn a_missing_font_is_named_with_the_package_that_brings_it() {
    let files = FontFiles { regular: "/nowhere/Regular.ttc".into(), ..FontFiles::default() };
    let press = Press::new(files);
    let messages = [press.check().unwrap_err().to_string(), press.sheet(&sheet(), None).unwrap_err().to_string()];
    for message in messages {
        assert!(message.contains("/nowhere/Regular.ttc") && message.contains("fonts-noto-cjk"), "{message}");
    }
}

#[test]
fn a_file_that_is_no_font_is_named() {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), "no font").unwrap();
    let files = FontFiles { bold: file.path().to_owned(), ..FontFiles::default() };
    assert!(matches!(Press::new(files).sheet(&sheet(), None), Err(PaperError::NotAFont { .. })));
}

#[test]
fn an_address_too_long_for_a_code_is_refused() {
    assert!(matches!(press().sheet(&sheet(), Some(&"x".repeat(4000))), Err(PaperError::Qr(_))));
}
