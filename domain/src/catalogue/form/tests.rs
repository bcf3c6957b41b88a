use std::sync::LazyLock;

use jsonschema::Validator;
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::values::checked_value;
use super::*;
use crate::catalogue::{Field, FieldType, FilledBy, Item, reference};

const CITIZEN_ID: &str = "11010519491231002X";
const BANK_CARD: &str = "6222021234567894";

fn item(code: &str) -> Item {
    reference::items().into_iter().find(|item| item.code.as_str() == code).unwrap()
}

fn field(r#type: FieldType) -> Field {
    let options = if r#type == FieldType::Select { vec!["甲".to_owned(), "乙".to_owned()] } else { vec![] };
    Field {
        key: "answer".into(),
        label: "答案".into(),
        r#type,
        required: true,
        options,
        filled_by: FilledBy::Applicant,
        hint: String::new(),
    }
}

static C004: LazyLock<Item> = LazyLock::new(|| item("C004"));

/// An item whose form asks one thing.
fn asking(r#type: FieldType) -> Item {
    Item { fields: vec![field(r#type)], ..C004.clone() }
}

/// What the check makes of one answer: its one form, or the code of its fault.
fn checked(r#type: FieldType, answer: Value) -> Result<Value, &'static str> {
    let fault = |flaw| AnswerFault { field: "answer".to_owned(), label: "答案".to_owned(), flaw };
    checked_value(&field(r#type), &answer).map_err(|flaw| fault(flaw).code())
}

/// The schema with its formats taught, as a client that knows them has it.
fn validator(item: &Item) -> Validator {
    let passes = |r#type| move |text: &str| checked_value(&field(r#type), &json!(text)).is_ok();
    jsonschema::draft202012::options()
        .should_validate_formats(true)
        .with_format("citizen-id", passes(FieldType::IdNumber))
        .with_format("bank-card", passes(FieldType::BankCard))
        .build(&item.form_schema())
        .unwrap()
}

/// A right answer, from the schema alone.
pub(super) fn answer_to(schema: &Value) -> Value {
    match (schema["type"].as_str().unwrap(), schema["format"].as_str(), schema.get("enum")) {
        (_, _, Some(options)) => options[0].clone(),
        ("string", Some("date"), _) => json!("2026-09-14"),
        ("string", Some("uuid"), _) => json!(Uuid::nil().to_string()),
        ("string", Some("citizen-id"), _) => json!(CITIZEN_ID),
        ("string", Some("bank-card"), _) => json!(BANK_CARD),
        ("string", _, _) if schema["x-type"] == "phone" => json!("13800138000"),
        ("string", _, _) => json!("向阳村三组"),
        ("boolean", _, _) => json!(true),
        ("number" | "integer", _, _) => json!(3),
        other => panic!("{other:?}"),
    }
}

fn filled(item: &Item) -> Answers {
    let schema = item.form_schema();
    schema["properties"].as_object().unwrap().iter().map(|(key, schema)| (key.clone(), answer_to(schema))).collect()
}

#[test]
fn every_form_filled_from_its_schema_is_valid_and_accepted() {
    for item in reference::items() {
        let answers = filled(&item);
        let validator = validator(&item);
        assert!(validator.is_valid(&Value::Object(answers.clone())), "{}", item.code);
        let checked = item.check_answers(&answers, FilledBy::Applicant).unwrap();
        assert_eq!(checked.as_map().len(), item.fields.len(), "{}", item.code);
    }
}

#[test]
fn every_form_is_content_with_its_required_fields_alone_and_with_nothing_less() {
    for item in reference::items() {
        let validator = validator(&item);
        let required: Vec<&str> = item.fields.iter().filter(|field| field.required).map(|field| field.key.as_str()).collect();
        let mut answers = filled(&item);
        answers.retain(|key, _| required.contains(&key.as_str()));
        assert!(validator.is_valid(&json!(answers)) && item.check_answers(&answers, FilledBy::Applicant).is_ok(), "{}", item.code);
        for key in required {
            let mut without = answers.clone();
            without.remove(key);
            let faults = item.check_answers(&without, FilledBy::Applicant).unwrap_err();
            assert!(!validator.is_valid(&json!(without)), "{} {key}", item.code);
            assert_eq!(faults.iter().map(|fault| (fault.field.as_str(), fault.code())).collect::<Vec<_>>(), [(key, "missing")]);
        }
    }
}

#[test]
fn every_mutation_of_every_field_is_judged_alike_by_schema_and_check() {
    for item in reference::items() {
        let (validator, right) = (validator(&item), filled(&item));
        for field in &item.fields {
            for wrong in mutations() {
                let mut answers = right.clone();
                answers.insert(field.key.clone(), wrong.clone());
                let checked = item.check_answers(&answers, FilledBy::Applicant);
                assert_eq!(validator.is_valid(&json!(answers)), checked.is_ok(), "{} {:?} {wrong}: {checked:?}", item.code, field);
                if let Err(faults) = checked {
                    assert!(matches!(&faults[..], [fault] if fault.field == field.key), "{faults:?}");
                }
            }
        }
    }
}

fn mutations() -> Vec<Value> {
    let texts = ["", " ", "没有这个选项", "2026-02-30", "1899-12-31", "11010519491231002Y", "6222021234567890", "1380013800", "\u{0}"];
    let others = [json!(null), json!([]), json!({}), json!(true), json!(-1), json!(-0.5), json!(3.5), json!(1e15), json!("x".repeat(2001))];
    texts.into_iter().map(Value::from).chain(others).collect()
}

#[test]
fn all_faults_come_at_once_each_with_its_field() {
    let item = item("T004");
    let answers = json!({"direction": "转到月球", "household_move_date": "昨天", "origin_paid_years": "三年", "shoe_size": 43});
    let faults = item.check_answers(answers.as_object().unwrap(), FilledBy::Applicant).unwrap_err();
    let found: Vec<_> = faults.iter().map(|fault| (fault.field.as_str(), fault.code())).collect();
    let expected = [
        ("shoe_size", "unknown_field"),
        ("direction", "not_an_option"),
        ("origin_area", "missing"),
        ("household_move_date", "bad_date"),
        ("origin_paid_years", "wrong_type"),
        ("receiving_pension", "missing"),
    ];
    assert_eq!(found, expected);
    assert_eq!(faults[2].message(), "请填写“原参保地”");
}

#[test]
fn the_applicant_may_leave_the_stations_fields_empty_and_the_station_fills_no_other() {
    let item = item("C002");
    let mut answers = filled(&item);
    let station: Answers = ["amount", "paid_date", "share_basis"].into_iter().filter_map(|key| answers.remove_entry(key)).collect();
    assert!(item.check_answers(&answers, FilledBy::Applicant).is_ok());
    assert_eq!(item.check_answers(&station, FilledBy::Station).unwrap().as_map(), &station);
    assert!(item.check_answers(&Map::new(), FilledBy::Station).is_ok());
    let faults = item.check_answers(&answers, FilledBy::Station).unwrap_err();
    assert!(faults.iter().all(|fault| fault.code() == "not_for_station"));
}

#[test]
fn answers_are_brought_into_one_form() {
    assert_eq!(checked(FieldType::IdNumber, json!("11010519491231002x")), Ok(json!(CITIZEN_ID)));
    assert_eq!(checked(FieldType::Text, json!("  向阳村 \u{3000}")), Ok(json!("向阳村")));
    assert_eq!(checked(FieldType::Number, json!(3.0)), Ok(json!(3)));
    assert_eq!(checked(FieldType::Money, json!(120000.0)), Ok(json!(120000)));
    assert_eq!(checked(FieldType::Number, json!(3.25)), Ok(json!(3.25)));
}

#[test]
fn phones_are_mobiles_or_landlines_of_the_mainland() {
    for phone in ["13800138000", "19912345678", "010-62345678", "01062345678", "0838-2345678", "02887654321", "0838-2345678-801"] {
        assert_eq!(checked(FieldType::Phone, json!(phone)), Ok(json!(phone)));
    }
    for wrong in ["12800138000", "1380013800", "+8613800138000", "62345678", "00-62345678", "0838-1345678", "1３800138000", "0838-2345678-"]
    {
        assert_eq!(checked(FieldType::Phone, json!(wrong)), Err("bad_phone"), "{wrong}");
    }
}

#[test]
fn bank_cards_have_12_to_19_digits_and_fit_luhn() {
    assert!(checked(FieldType::BankCard, json!(BANK_CARD)).is_ok());
    for wrong in ["6222021234567890", "00000000000", "00000000000000000000", "6222 0212 3456 7894"] {
        assert_eq!(checked(FieldType::BankCard, json!(wrong)), Err("bad_bank_card"), "{wrong}");
    }
}

#[test]
fn dates_are_real_days_of_this_and_the_last_century() {
    assert!(checked(FieldType::Date, json!("2024-02-29")).is_ok());
    for wrong in ["2026-02-29", "1899-12-31", "2100-01-01", "2026-9-1", "20260901", "2026-09-01T00:00:00"] {
        assert_eq!(checked(FieldType::Date, json!(wrong)), Err("bad_date"), "{wrong}");
    }
}

#[test]
fn text_has_a_length_in_characters_not_bytes() {
    assert!(checked(FieldType::Text, json!("村".repeat(TEXT_CHARS_MAX))).is_ok());
    assert_eq!(checked(FieldType::Text, json!("村".repeat(TEXT_CHARS_MAX + 1))), Err("too_long"));
    assert!(checked(FieldType::Textarea, json!("第一行\n第二行")).is_ok());
    assert_eq!(checked(FieldType::Text, json!("第一行\n第二行")), Err("control_character"));
    assert_eq!(checked(FieldType::Textarea, json!("\n \t")), Err("blank"));
}

#[test]
fn a_file_is_named_by_its_upload() {
    let id = "0197f3a0-0000-7000-8000-00000000000A";
    let answers = Map::from_iter([("answer".to_owned(), json!(id))]);
    let checked = asking(FieldType::File).check_answers(&answers, FilledBy::Applicant).unwrap();
    assert_eq!(checked.uploads(), [id.parse().unwrap()]);
    assert_eq!(super::tests::checked(FieldType::File, json!("照片.jpg")), Err("bad_upload"));
}

#[test]
fn the_schema_says_how_a_form_is_shown() {
    let schema = item("T004").form_schema();
    assert_eq!(schema["x-order"][0], "direction");
    assert_eq!(schema["additionalProperties"], json!(false));
    let receiving = &schema["properties"]["receiving_pension"];
    assert_eq!(receiving["description"], "已领取待遇的不转移关系");
    assert_eq!(
        (&receiving["x-filled-by"], &receiving["x-type"], &receiving["x-label"]),
        (&json!("applicant"), &json!("bool"), &json!("是否已领取待遇"))
    );
}

fn types() -> impl Strategy<Value = FieldType> {
    prop::sample::select(vec![
        FieldType::Text,
        FieldType::Textarea,
        FieldType::Number,
        FieldType::Money,
        FieldType::Date,
        FieldType::Bool,
        FieldType::Select,
        FieldType::IdNumber,
        FieldType::Phone,
        FieldType::Address,
        FieldType::BankCard,
        FieldType::File,
    ])
}

fn values() -> impl Strategy<Value = Value> {
    prop_oneof![
        any::<String>().prop_map(Value::from),
        "[ \t\n\u{3000}\u{feff}\u{a0}甲a]{0,6}".prop_map(Value::from),
        "[0-9-]{7,20}".prop_map(Value::from),
        "0[0-9]{1,3}-?[0-9]{6,9}(-[0-9]{0,7})?".prop_map(Value::from),
        "(19|20)[0-9]{2}-[01][0-9]-[0-3][0-9]".prop_map(Value::from),
        "[甲乙丙]{1,2}".prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        (-10.0..1e13).prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<bool>().prop_map(Value::from),
    ]
}

proptest! {
    #[test]
    fn schema_and_check_agree_on_any_answer(r#type in types(), value in values()) {
        let checked = checked(r#type, value.clone());
        prop_assert_eq!(validator(&asking(r#type)).is_valid(&json!({"answer": value})), checked.is_ok(), "{:?}", checked);
    }

    #[test]
    fn checking_again_changes_nothing(r#type in types(), value in values()) {
        if let Ok(once) = checked(r#type, value) {
            prop_assert_eq!(checked(r#type, once.clone()), Ok(once));
        }
    }
}
