//! Filling a certificate's template: `{placeholders}` are keys of the holder's profile or of the item's form.
//! Values come out as a Chinese document writes them; money, kept in fen, is written in yuan without the unit.

use chrono::NaiveDate;
use serde_json::{Map, Number, Value};

use crate::catalogue::{Field, FieldType};
use crate::notice::{chinese_date, yuan};
use crate::people::{CitizenId, Gender};

/// The person that a certificate speaks of, as far as templates name them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Holder {
    pub name: Option<String>,
    pub id_number: Option<CitizenId>,
    pub gender: Option<Gender>,
    /// With 族, as in 汉族.
    pub ethnicity: Option<String>,
    pub birth_date: Option<NaiveDate>,
    /// Its town and its own name, as the document is to call it.
    pub village: Option<String>,
    pub address: Option<String>,
}

/// A place of a template that nothing fills yet.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("nothing fills {{{placeholder}}}")]
pub struct Unfilled {
    pub placeholder: String,
    /// What the form calls it, in Chinese.
    pub label: String,
}

/// `template` with every placeholder filled, or all those that aren't, each named once and in order.
/// What a value holds is never read as a placeholder again.
pub fn fill(template: &str, fields: &[Field], holder: &Holder, answers: &Map<String, Value>) -> Result<String, Vec<Unfilled>> {
    let mut text = String::new();
    let mut unfilled: Vec<Unfilled> = Vec::new();
    for part in parts(template) {
        match part {
            Part::Plain(plain) => text.push_str(plain),
            Part::Place(key) => match value(key, fields, holder, answers) {
                Some(value) => text.push_str(&value),
                None if unfilled.iter().any(|place| place.placeholder == key) => {}
                None => unfilled.push(Unfilled { placeholder: key.to_owned(), label: label(key, fields) }),
            },
        }
    }
    if unfilled.is_empty() { Ok(text) } else { Err(unfilled) }
}

enum Part<'a> {
    Plain(&'a str),
    Place(&'a str),
}

/// A brace that opens or closes nothing stays as it is.
fn parts(template: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut rest = template;
    while let Some((before, key, after)) = next_place(rest) {
        parts.extend([Part::Plain(before), Part::Place(key)]);
        rest = after;
    }
    parts.push(Part::Plain(rest));
    parts
}

fn next_place(text: &str) -> Option<(&str, &str, &str)> {
    let (before, from_key) = text.split_once('{')?;
    let (key, after) = from_key.split_once('}')?;
    Some((before, key, after))
}

fn value(key: &str, fields: &[Field], holder: &Holder, answers: &Map<String, Value>) -> Option<String> {
    match fields.iter().find(|field| field.key == key) {
        Some(field) => answer(field.r#type, answers.get(key)?),
        None => profile(key, holder),
    }
}

fn profile(key: &str, holder: &Holder) -> Option<String> {
    match key {
        "name" => one_line(holder.name.as_deref()?),
        "id_number" => holder.id_number.as_ref().map(|number| number.as_str().to_owned()),
        "gender" => holder.gender.map(|gender| gender_word(gender).to_owned()),
        "ethnicity" => one_line(holder.ethnicity.as_deref()?),
        "birth_date" => holder.birth_date.map(chinese_date),
        "village" => one_line(holder.village.as_deref()?),
        "address" => one_line(holder.address.as_deref()?),
        _ => None,
    }
}

/// None also for a value that isn't of the field's type: it would make a false document.
fn answer(kind: FieldType, value: &Value) -> Option<String> {
    match kind {
        FieldType::Date => value.as_str()?.parse::<NaiveDate>().ok().map(chinese_date),
        FieldType::Money => value.as_i64().map(yuan),
        FieldType::Number => value.as_number().map(plain_number),
        FieldType::Bool => value.as_bool().map(|answer| if answer { "是" } else { "否" }.to_owned()),
        FieldType::Text
        | FieldType::Textarea
        | FieldType::Select
        | FieldType::IdNumber
        | FieldType::Phone
        | FieldType::Address
        | FieldType::BankCard => one_line(value.as_str()?),
        FieldType::File => None,
    }
}

/// 12 for 12.0: the form doesn't tell them apart, and a document writes the short one.
fn plain_number(number: &Number) -> String {
    match number.as_f64() {
        Some(value) if number.is_f64() => value.to_string(),
        Some(_) | None => number.to_string(),
    }
}

/// A template is one sentence after another: line breaks inside a value become spaces. None if nothing is left.
fn one_line(text: &str) -> Option<String> {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    (!line.is_empty()).then_some(line)
}

fn gender_word(gender: Gender) -> &'static str {
    match gender {
        Gender::Male => "男",
        Gender::Female => "女",
    }
}

fn label(key: &str, fields: &[Field]) -> String {
    let own = fields.iter().find(|field| field.key == key).map(|field| field.label.as_str());
    own.unwrap_or(match key {
        "name" => "姓名",
        "id_number" => "公民身份号码",
        "gender" => "性别",
        "ethnicity" => "民族",
        "birth_date" => "出生日期",
        "village" => "所在村（社区）",
        "address" => "住址",
        other => other,
    })
    .to_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::catalogue::FilledBy;

    fn field(key: &str, r#type: FieldType) -> Field {
        Field {
            key: key.to_owned(),
            label: format!("{key}的名称"),
            r#type,
            required: true,
            options: vec![],
            filled_by: FilledBy::Applicant,
            hint: String::new(),
        }
    }

    fn holder() -> Holder {
        Holder {
            name: Some("𠮷龘㐂".to_owned()),
            id_number: Some("11010519491231002X".parse().unwrap()),
            gender: Some(Gender::Female),
            ethnicity: Some("汉族".to_owned()),
            birth_date: NaiveDate::from_ymd_opt(1949, 12, 31),
            village: Some("马灯镇向阳村".to_owned()),
            address: None,
        }
    }

    fn filled(template: &str, fields: &[Field], answers: Value) -> Result<String, Vec<Unfilled>> {
        fill(template, fields, &holder(), answers.as_object().unwrap())
    }

    #[test]
    fn the_holder_fills_the_profile_keys() {
        let template = "{name}，{gender}，{ethnicity}，{birth_date}出生，号码{id_number}，住{village}";
        let text = filled(template, &[], json!({})).unwrap();
        assert_eq!(text, "𠮷龘㐂，女，汉族，1949年12月31日出生，号码11010519491231002X，住马灯镇向阳村");
    }

    #[test]
    fn answers_are_written_as_a_chinese_document_writes_them() {
        let fields = [
            field("paid_date", FieldType::Date),
            field("amount", FieldType::Money),
            field("area", FieldType::Number),
            field("rooms", FieldType::Number),
            field("agreed", FieldType::Bool),
            field("facts", FieldType::Textarea),
        ];
        let answers = json!({
            "paid_date": "2026-09-04", "amount": 123_450, "area": 3.5, "rooms": 4.0, "agreed": false, "facts": "先\n后 "
        });
        let text = filled("{paid_date}|{amount}元|{area}亩|{rooms}间|{agreed}|{facts}", &fields, answers).unwrap();
        assert_eq!(text, "2026年9月4日|1234.50元|3.5亩|4间|否|先 后");
    }

    #[test]
    fn every_unfilled_placeholder_is_named_once_with_its_label() {
        let fields = [field("use_for", FieldType::Select), field("area", FieldType::Number), field("until", FieldType::Date)];
        let answers = json!({"use_for": "  ", "until": "2026-02-30"});
        let unfilled = filled("{name}{address}{use_for}{area}{area}{until}{nonsense}", &fields, answers).unwrap_err();
        let named: Vec<_> = unfilled.iter().map(|place| (place.placeholder.as_str(), place.label.as_str())).collect();
        assert_eq!(
            named,
            [("address", "住址"), ("use_for", "use_for的名称"), ("area", "area的名称"), ("until", "until的名称"), ("nonsense", "nonsense")]
        );
    }

    #[test]
    fn a_form_field_comes_before_a_profile_key_of_the_same_name() {
        assert_eq!(filled("{address}", &[field("address", FieldType::Address)], json!({"address": "东街1号"})).unwrap(), "东街1号");
    }

    #[test]
    fn a_value_is_never_read_as_a_placeholder() {
        let fields = [field("asset_name", FieldType::Text)];
        assert_eq!(filled("{asset_name}", &fields, json!({"asset_name": "{id_number}"})).unwrap(), "{id_number}");
    }

    proptest! {
        #[test]
        fn what_is_issued_holds_every_answer(before in "[^{}]{0,10}", value in "[^\\s\\pC]{1,20}", after in "[^{}]{0,10}") {
            let text = filled(&format!("{before}{{key}}{after}"), &[field("key", FieldType::Text)], json!({"key": value})).unwrap();
            prop_assert_eq!(text, format!("{before}{value}{after}"));
        }

        #[test]
        fn any_template_is_either_filled_or_its_gaps_are_named(template in "[a-z{}，]{0,40}") {
            match filled(&template, &[], json!({})) {
                Ok(_) => {}
                Err(unfilled) => prop_assert!(!unfilled.is_empty()),
            }
        }
    }
}
