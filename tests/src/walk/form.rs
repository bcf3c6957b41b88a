//! Filling an item's form from the JSON Schema that the server serves, and nothing else.

use serde_json::{Map, Value, json};

/// Answers to every property that `filled_by` fills, the optional ones too.
pub fn filled(schema: &Value, filled_by: &str) -> Map<String, Value> {
    let properties = schema["properties"].as_object().expect("a form has properties");
    let own = properties.iter().filter(|(_, property)| property["x-filled-by"] == filled_by && property["x-type"] != "file");
    own.map(|(key, property)| (key.clone(), answer(key, property))).collect()
}

fn answer(key: &str, property: &Value) -> Value {
    if let Some(options) = property["enum"].as_array() {
        return options.last().expect("an option").clone();
    }
    match property["x-type"].as_str().expect("a type of field") {
        "text" | "textarea" => json!(words(key, property)),
        "address" => json!("平桥村3组12号"),
        "number" => json!(2026),
        "money" => json!(123_450),
        "date" => json!("2026-08-09"),
        "bool" => json!(true),
        "id_number" => json!("11010519491231002X"),
        "phone" => json!("13800138000"),
        "bank_card" => json!("6222021234567890128"),
        other => panic!("{key} is of type {other}"),
    }
}

/// A text that tells the fields of one form apart, within the longest that the form takes.
fn words(key: &str, property: &Value) -> String {
    let longest = usize::try_from(property["maxLength"].as_u64().expect("a text has a longest length")).expect("a length");
    format!("填写{key}").chars().take(longest).collect()
}
