use super::*;

fn day(month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, month, day).unwrap()
}

fn matter() -> Matter {
    Matter {
        case_number: "511499-20260914-00042-2".to_owned(),
        item_name: "最低生活保障申请".to_owned(),
        party: Party { name: "张三".to_owned(), number: PartyNumber::Citizen("11010519491231002X".parse().unwrap()) },
        applied_on: day(9, 14),
        station: "马灯镇便民服务中心".to_owned(),
        station_phone: Some("028-0000000".to_owned()),
        dated: day(9, 15),
        marking: Marking::Live,
    }
}

fn town() -> Remedy {
    Remedy::Village { town: "马灯镇人民政府".to_owned() }
}

fn granted(way: Way) -> Concluded {
    let outcome = Outcome::Granted { result: "低保证".to_owned(), way };
    Concluded { concluded_on: day(10, 8), decided_by: "区民政局".to_owned(), outcome }
}

fn concluded(outcome: Outcome) -> Sheet {
    Concluded { concluded_on: day(10, 8), decided_by: "区民政局".to_owned(), outcome }.sheet(&matter())
}

/// Everything that a reader sees of the sheet's middle.
fn text(sheet: &Sheet) -> String {
    sheet
        .blocks
        .iter()
        .map(|block| match block {
            Block::Paragraph(text) => text.clone(),
            Block::List(entries) => entries.join("\n"),
            Block::Table(rows) => rows.iter().map(|row| format!("{} {}", row.label, row.value)).collect::<Vec<_>>().join("\n"),
        })
        .collect::<Vec<_>>()
        .join("\n")
}

fn accepted() -> Accepted {
    Accepted { accepted_on: day(9, 15), promise: Some((20, day(10, 20))), fee_fen: 0, received: vec!["居民身份证".to_owned()] }
}

fn supplement(time: SupplementTime) -> Supplement {
    let asked = ["居民户口簿", "收入证明"].map(|what| Asked { what: what.to_owned(), requirement: "缺少，请提供原件".to_owned() });
    Supplement { asked: asked.into(), until: day(9, 29), time }
}

#[test]
fn every_notice_names_case_item_person_station_and_day() {
    let remedy = town();
    let sheets = [
        accepted().sheet(&matter()),
        supplement(SupplementTime::BeforeAcceptance).sheet(&matter()),
        NotAccepted { reason: "不属于本站职责".to_owned(), go_to: None, remedy }.sheet(&matter()),
        granted(Way::Courier).sheet(&matter()),
        ResultSheet {
            result: "低保证".to_owned(),
            decided_on: day(10, 8),
            decided_by: "区民政局".to_owned(),
            content: None,
            particulars: vec![],
        }
        .sheet(&matter()),
    ];
    let titles = ["受理通知书", "一次性告知书", "不予受理通知书", "办结通知书", "办理结果单"];
    for (sheet, title) in sheets.iter().zip(titles) {
        assert_eq!(sheet.title, title);
        assert_eq!(sheet.number.as_deref(), Some("办件编号：511499-20260914-00042-2"));
        assert_eq!(sheet.addressee.as_deref(), Some("张三："));
        assert_eq!((sheet.issuer.as_str(), sheet.date), ("马灯镇便民服务中心", day(9, 15)));
        assert!(text(sheet).contains("办理事项 最低生活保障申请") && text(sheet).contains("申请日期 2026年9月14日"));
    }
}

#[test]
fn a_citizen_id_number_is_never_shown_whole() {
    let shown = text(&accepted().sheet(&matter()));
    assert!(shown.contains("公民身份号码 110*************2X") && !shown.contains("11010519491231002X"), "{shown}");
}

#[test]
fn an_organisation_shows_its_credit_code() {
    let party = Party { name: "向阳合作社".to_owned(), number: PartyNumber::Organisation("91110000600037341L".parse().unwrap()) };
    let shown = text(&accepted().sheet(&Matter { party, ..matter() }));
    assert!(shown.contains("统一社会信用代码 91110000600037341L"));
}

#[test]
fn an_acceptance_says_the_promise_its_last_day_the_fee_and_what_was_received() {
    let shown = text(&accepted().sheet(&matter()));
    assert!(shown.contains("20个工作日内办结") && shown.contains("不迟于2026年10月20日"));
    assert!(shown.contains("收费 不收费") && shown.contains("居民身份证"));
    let shown = text(&Accepted { promise: None, fee_fen: 1_050, received: vec![], ..accepted() }.sheet(&matter()));
    assert!(shown.contains("即办件") && shown.contains("收费 10.50元") && !shown.contains("已收到的材料"));
}

#[test]
fn a_supplement_lists_everything_with_the_last_day_and_the_consequence() {
    let shown = text(&supplement(SupplementTime::BeforeAcceptance).sheet(&matter()));
    assert!(shown.contains("居民户口簿：缺少，请提供原件。\n收入证明：缺少，请提供原件。"));
    assert!(shown.contains("请于2026年9月29日前（含当日）补正") && shown.contains("逾期未补正的，本次申请终止"));
    assert!(shown.contains("补正齐全之日起受理"));
    assert!(text(&supplement(SupplementTime::AfterAcceptance).sheet(&matter())).contains("不计入承诺时限"));
}

#[test]
fn a_refusal_says_why_where_to_go_instead_and_where_to_turn() {
    let refusal = NotAccepted {
        reason: "婚姻登记不由村委会证明".to_owned(), go_to: Some("婚姻登记机关".to_owned()), remedy: town()
    };
    let shown = text(&refusal.sheet(&matter()));
    assert!(
        shown.contains("理由：婚姻登记不由村委会证明") && shown.contains("请向婚姻登记机关提出") && shown.contains("马灯镇人民政府反映")
    );
}

#[test]
fn a_conclusion_says_the_result_and_how_it_comes() {
    let collect = Way::Collect { station: "向阳村便民服务站".to_owned() };
    for (way, words) in [(collect, "到向阳村便民服务站领取"), (Way::Courier, "送达"), (Way::Electronic, "下载"), (Way::Nothing, "无需领取")]
    {
        let shown = text(&granted(way).sheet(&matter()));
        assert!(shown.contains("结果为“低保证”") && shown.contains(words), "{shown}");
    }
}

#[test]
fn a_rejection_says_reason_basis_and_remedy() {
    let remedy = Remedy::Review { reviewer: "区人民政府".to_owned() };
    let rejected =
        Outcome::Rejected {
            reason: "家庭收入超过标准。".to_owned(), basis: Some("《社会救助暂行办法》第九条".to_owned()), remedy
        };
    let shown = text(&concluded(rejected));
    assert!(shown.contains("不予办理。理由：家庭收入超过标准。") && shown.contains("依据：《社会救助暂行办法》第九条"));
    assert!(shown.contains("六十日内向区人民政府申请行政复议") && shown.contains("六个月内"));
}

#[test]
fn the_other_ends_say_that_the_person_may_apply_again() {
    for outcome in [Outcome::Withdrawn, Outcome::Lapsed { until: day(9, 29) }] {
        assert!(text(&concluded(outcome)).contains("重新申请"));
    }
}
