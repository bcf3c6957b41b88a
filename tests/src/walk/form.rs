//! Filling an item's form from the JSON Schema that the server serves, and nothing else.

use serde_json::{Map, Value, json};

/// Answers to every property that `filled_by` fills, the optional ones too.
pub fn filled(schema: &Value, filled_by: &str) -> Map<String, Value> {
    let properties = schema["properties"].as_object().expect("a form has properties");
    let own = properties.iter().filter(|(_, property)| property["x-filled-by"] == filled_by && property["x-type"] != "file");
    own.map(|(key, property)| (key.clone(), answer(key, property))).collect()
}

/// The smallest PNG: one grey point.
pub const PHOTO: &[u8] = &[
    0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0x00, 0x00, 0x0d, 0x49, 0x48, 0x44, 0x52, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00,
    0x00, 0x01, 0x08, 0x00, 0x00, 0x00, 0x00, 0x3a, 0x7e, 0x9b, 0x55, 0x00, 0x00, 0x00, 0x0a, 0x49, 0x44, 0x41, 0x54, 0x78, 0x9c, 0x63,
    0x68, 0x00, 0x00, 0x00, 0x82, 0x00, 0x81, 0x77, 0xcd, 0x72, 0xb6, 0x00, 0x00, 0x00, 0x00, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60,
    0x82,
];

/// The fields that take a file.
pub fn files(schema: &Value) -> Vec<String> {
    let properties = schema["properties"].as_object().expect("a form has properties");
    let files = properties.iter().filter(|(_, property)| property["x-filled-by"] == "applicant" && property["x-type"] == "file");
    files.map(|(key, _)| key.clone()).collect()
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
