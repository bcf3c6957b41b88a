use std::collections::BTreeSet;
use std::sync::LazyLock;

use proptest::prelude::*;
use proptest::sample::{SizeRange, subsequence};
use serde_json::json;

use super::*;
use crate::catalogue::form::tests::answer_to;
use crate::catalogue::reference;

static ITEMS: LazyLock<Vec<Item>> = LazyLock::new(reference::items);

fn items(codes: &[&str]) -> Vec<&'static Item> {
    codes.iter().map(|code| ITEMS.iter().find(|item| item.code.as_str() == *code).unwrap()).collect()
}

/// By their names, the items that use each answer.
fn asked_by(form: &JointForm<'_>, name: &str) -> Vec<String> {
    let schema = form.schema();
    let asked_by = schema["properties"][name]["x-asked-by"].as_array().cloned().unwrap_or_default();
    asked_by.iter().map(|asked| asked["item"].as_str().unwrap().to_owned()).collect()
}

fn filled(form: &JointForm<'_>) -> Answers {
    let schema = form.schema();
    schema["properties"].as_object().unwrap().iter().map(|(name, schema)| (name.clone(), answer_to(schema))).collect()
}

#[test]
fn a_newborn_is_named_once_whatever_each_form_calls_it() {
    let items = items(&["T084", "T012", "T054"]);
    let form = JointForm::of(&items);
    assert_eq!(asked_by(&form, "child_name"), ["T084", "T054"]);
    assert_eq!(asked_by(&form, "child_birth"), ["T084", "T054"]);
    let name = &form.schema()["properties"]["child_name"];
    assert_eq!(name["title"], "新生儿姓名／婴幼儿姓名");
    assert_eq!(name["x-asked-by"][1]["label"], "婴幼儿姓名");
    let spread = form.spread(&Map::from_iter([("child_name".to_owned(), json!("小满"))])).unwrap();
    assert_eq!(
        spread,
        [json!({"child_name": "小满"}), json!({}), json!({"child_name": "小满"})].map(|answers| answers.as_object().unwrap().clone())
    );
}

#[test]
fn what_only_sounds_alike_is_asked_apart() {
    // A day of work begins in one, a building in the other; each asks for an account of its own kind.
    let items = items(&["T075", "V053", "T034", "V024"]);
    let form = JointForm::of(&items);
    assert_eq!(asked_by(&form, "start_date"), ["T075"]);
    assert_eq!(asked_by(&form, "V053.start_date"), ["V053"]);
    assert_eq!((asked_by(&form, "bank_account"), asked_by(&form, "V024.bank_account")), (vec!["T034".to_owned()], vec!["V024".to_owned()]));
    assert_eq!((form.name_of(1, "start_date"), form.name_of(1, "no_such_key")), (Some("V053.start_date"), None));
}

#[test]
fn what_one_item_needs_is_needed_of_all() {
    // The craftsman may be left out at T074, and not at V053.
    let items = items(&["T074", "V053"]);
    let form = JointForm::of(&items);
    assert_eq!(asked_by(&form, "craftsman"), ["T074", "V053"]);
    assert!(form.schema()["required"].as_array().unwrap().contains(&json!("craftsman")));
}

#[test]
fn what_the_station_fills_in_is_each_items_own() {
    let items = items(&["C015", "C016", "C017", "C018"]);
    for asked in items.iter().flat_map(|item| item.station_fields()) {
        let form = JointForm::of(&items);
        let places: Vec<usize> = (0..items.len()).filter(|place| items[*place].fields.iter().any(|field| field.key == asked.key)).collect();
        let names: BTreeSet<&str> = places.iter().filter_map(|place| form.name_of(*place, &asked.key)).collect();
        assert_eq!(names.len(), places.len(), "{}", asked.key);
    }
}

#[test]
fn an_answer_to_what_nobody_asks_is_a_fault() {
    let items = items(&["T084", "T012"]);
    let faults = JointForm::of(&items).spread(&Map::from_iter([("no_such_thing".to_owned(), json!(1))])).unwrap_err();
    assert_eq!(faults.iter().map(|fault| (fault.field.as_str(), fault.code())).collect::<Vec<_>>(), [("no_such_thing", "unknown_field")]);
}

#[test]
fn every_key_of_one_fact_is_asked_by_several_items() {
    for key in FACTS {
        let asking = ITEMS.iter().filter(|item| item.field(key).is_some()).count();
        assert!(asking > 1, "{key}");
    }
}

proptest! {
    #[test]
    fn a_joint_form_that_is_filled_in_fills_in_each_form(items in subsequence(ITEMS.iter().collect::<Vec<_>>(), SizeRange::from(1..=10))) {
        let form = JointForm::of(&items);
        for (item, answers) in items.iter().zip(form.spread(&filled(&form)).unwrap()) {
            prop_assert!(item.check_answers(&answers, FilledBy::Applicant).is_ok(), "{}", item.code);
            prop_assert_eq!(answers.len(), item.fields.len());
        }
    }

    #[test]
    fn every_field_is_asked_by_one_question_and_no_question_asks_an_item_twice(
        items in subsequence(ITEMS.iter().collect::<Vec<_>>(), SizeRange::from(1..=10)),
    ) {
        let form = JointForm::of(&items);
        let names: BTreeSet<&str> = form.questions.iter().map(|question| question.name.as_str()).collect();
        prop_assert_eq!(names.len(), form.questions.len());
        for (place, item) in items.iter().enumerate() {
            for field in &item.fields {
                let asking = form.questions.iter().flat_map(|question| &question.asked);
                prop_assert_eq!(asking.filter(|asked| asked.place == place && asked.field.key == field.key).count(), 1);
            }
        }
        for question in &form.questions {
            let places: BTreeSet<usize> = question.asked.iter().map(|asked| asked.place).collect();
            prop_assert_eq!(places.len(), question.asked.len());
        }
    }

    #[test]
    fn one_item_alone_is_asked_as_its_own_form_asks(item in prop::sample::select(ITEMS.iter().collect::<Vec<_>>())) {
        let form = JointForm::of(&[item]).schema();
        prop_assert_eq!((&form["x-order"], &form["required"]), (&item.form_schema()["x-order"], &item.form_schema()["required"]));
    }
}
