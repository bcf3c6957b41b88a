//! The operations of the served document.

use reqwest::Method;
use serde_json::Value;

use crate::support::client::Api;

pub struct Operation {
    pub id: String,
    pub method: Method,
    pub path: String,
    pub leaves: Vec<Leave>,
}

/// Whom its row names, and on which condition.
pub struct Leave {
    pub who: String,
    pub on: String,
}

pub async fn operations(anyone: &Api) -> Vec<Operation> {
    let document = anyone.get("/api/openapi.json").await.expect(200).value();
    let mut operations = Vec::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        let methods = item.as_object().expect("operations").iter().filter(|(_, operation)| operation["responses"].is_object());
        operations.extend(methods.map(|(method, operation)| read(path, method, operation)));
    }
    operations
}

fn read(path: &str, method: &str, operation: &Value) -> Operation {
    let word = |value: &Value| value.as_str().unwrap_or_else(|| panic!("{method} {path} has no operationId or x-who")).to_owned();
    let leaves = operation["x-who"].as_array().unwrap_or_else(|| panic!("{method} {path} has no x-who"));
    let leaves = leaves.iter().map(|leave| Leave { who: word(&leave["who"]), on: word(&leave["on"]) }).collect();
    Operation {
        id: word(&operation["operationId"]),
        method: method.to_uppercase().parse().expect("a method"),
        path: path.to_owned(),
        leaves,
    }
}
