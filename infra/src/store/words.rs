//! Between columns and values: enums as the words that their serde names give, compound values as JSON.

use sea_orm::JsonValue;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::StoreError;

pub fn json<T: Serialize>(table: &'static str, value: &T) -> Result<JsonValue, StoreError> {
    serde_json::to_value(value).map_err(|error| StoreError::corrupt(table, error))
}

pub fn from_json<T: DeserializeOwned>(table: &'static str, value: JsonValue) -> Result<T, StoreError> {
    serde_json::from_value(value).map_err(|error| StoreError::corrupt(table, error))
}

/// The word of an enum without fields.
pub fn word<T: Serialize>(table: &'static str, value: &T) -> Result<String, StoreError> {
    match json(table, value)? {
        JsonValue::String(word) => Ok(word),
        other => Err(StoreError::corrupt(table, format!("{other} is no word"))),
    }
}

pub fn from_word<T: DeserializeOwned>(table: &'static str, word: String) -> Result<T, StoreError> {
    from_json(table, JsonValue::String(word))
}
