//! The form as JSON Schema. Patterns keep to what every dialect of regular expressions reads alike.

use serde_json::{Map, Value, json};

use super::{MONEY_FEN_MAX, NUMBER_MAX, TEXT_CHARS_MAX, TEXTAREA_CHARS_MAX};
use crate::catalogue::{Field, FieldType, FilledBy, Item};

const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";
/// One line with something on it, without control characters.
const LINE: &str = r"^[^\u0000-\u001f\u007f-\u009f]*[^\s\u0000-\u001f\u007f-\u009f][^\u0000-\u001f\u007f-\u009f]*$";
/// The same with line breaks and tabs.
const LINES: &str = r"^([^\u0000-\u001f\u007f-\u009f]|[\t\n\r])*[^\s\u0000-\u001f\u007f-\u009f]([^\u0000-\u001f\u007f-\u009f]|[\t\n\r])*$";
const DATE: &str = "^(19|20)[0-9]{2}-[0-9]{2}-[0-9]{2}$";
const CITIZEN_ID: &str = "^[0-9]{17}[0-9Xx]$";
/// A mobile number, or a landline with its area code and perhaps an extension.
const PHONE: &str = "^(1[3-9][0-9]{9}|0[1-9][0-9]{1,2}-?[2-9][0-9]{6,7}(-[0-9]{1,6})?)$";
const BANK_CARD: &str = "^[0-9]{12,19}$";
const UPLOAD: &str = "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$";

impl Item {
    /// The schema of the answers that a submission carries. `x-order` is the order in which the form asks.
    pub fn form_schema(&self) -> Value {
        let properties = self.fields.iter().map(|field| (field.key.clone(), Value::Object(field.schema()))).collect();
        let required = self.fields.iter().filter(|field| field.required).map(|field| field.key.as_str()).collect();
        form_of(&self.name, properties, required, self.fields.iter().map(|field| field.key.as_str()).collect())
    }
}

pub(super) fn form_of(title: &str, properties: Map<String, Value>, required: Vec<&str>, order: Vec<&str>) -> Value {
    json!({
        "$schema": DIALECT,
        "title": title,
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": false,
        "x-order": order,
    })
}

impl Field {
    pub(super) fn schema(&self) -> Map<String, Value> {
        let mut schema = constraints(self.r#type, &self.options);
        let filled_by = match self.filled_by {
            FilledBy::Applicant => "applicant",
            FilledBy::Station => "station",
        };
        schema.extend([
            ("title".to_owned(), json!(self.label)),
            ("x-label".to_owned(), json!(self.label)),
            ("x-type".to_owned(), json!(self.r#type)),
            ("x-filled-by".to_owned(), json!(filled_by)),
        ]);
        if !self.hint.is_empty() {
            schema.insert("description".to_owned(), json!(self.hint));
        }
        schema
    }
}

fn constraints(r#type: FieldType, options: &[String]) -> Map<String, Value> {
    let schema = match r#type {
        FieldType::Text | FieldType::Address => json!({"type": "string", "maxLength": TEXT_CHARS_MAX, "pattern": LINE}),
        FieldType::Textarea => json!({"type": "string", "maxLength": TEXTAREA_CHARS_MAX, "pattern": LINES}),
        FieldType::Number => json!({"type": "number", "minimum": 0, "maximum": NUMBER_MAX}),
        FieldType::Money => json!({"type": "integer", "minimum": 0, "maximum": MONEY_FEN_MAX, "x-unit": "fen"}),
        FieldType::Date => json!({"type": "string", "format": "date", "pattern": DATE}),
        FieldType::Bool => json!({"type": "boolean"}),
        FieldType::Select => json!({"type": "string", "enum": options}),
        FieldType::IdNumber => json!({"type": "string", "format": "citizen-id", "pattern": CITIZEN_ID}),
        FieldType::Phone => json!({"type": "string", "pattern": PHONE}),
        FieldType::BankCard => json!({"type": "string", "format": "bank-card", "pattern": BANK_CARD}),
        FieldType::File => json!({"type": "string", "format": "uuid", "pattern": UPLOAD}),
    };
    match schema {
        Value::Object(schema) => schema,
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => Map::new(),
    }
}
