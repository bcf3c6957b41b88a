//! What a finished case gave: its file is there, and a certificate says every answer that its template names.

use std::io::Write;
use std::process::{Command, Stdio};

use serde_json::{Map, Value};

use super::case::ok;
use super::catalogue::Item;
use crate::support::client::Api;

pub async fn judge(
    item: &Item,
    seen: &Value,
    reader: &Api,
    answers: &Map<String, Value>,
    of_station: &Map<String, Value>,
) -> Result<(), String> {
    let documents = seen["documents"].as_array().expect("documents");
    if item.0["result"]["form"] == "none" {
        return if documents.is_empty() { Ok(()) } else { Err("a result that gives nothing gave a file".to_owned()) };
    }
    let document = documents.first().ok_or("no file")?["id"].as_str().expect("an id");
    let case = seen["id"].as_str().expect("an id");
    let pdf = ok(reader.get(&format!("/api/v1/cases/{case}/documents/{document}")).await)?;
    if !pdf.bytes().starts_with(b"%PDF") {
        return Err("the file is no PDF".to_owned());
    }
    if item.is_certificate() {
        certificate_says_all(item, &text_of(pdf.bytes()), answers, of_station)?;
    }
    Ok(())
}

fn certificate_says_all(item: &Item, text: &str, answers: &Map<String, Value>, of_station: &Map<String, Value>) -> Result<(), String> {
    let fields = item.0["fields"].as_array().expect("fields");
    for field in fields {
        let key = field["key"].as_str().expect("a key");
        if !item.word("template").contains(&format!("{{{key}}}")) {
            continue;
        }
        let answer = answers.get(key).or_else(|| of_station.get(key)).ok_or_else(|| format!("no answer to {key}"))?;
        let written = written(field["type"].as_str().expect("a type"), answer);
        if !text.contains(&written) {
            return Err(format!("the paper doesn't say {key} = {written}: {text}"));
        }
    }
    Ok(())
}

/// As a Chinese document writes it, without blanks.
fn written(r#type: &str, answer: &Value) -> String {
    match r#type {
        "date" => "2026年8月9日".to_owned(),
        "money" => "1234.50".to_owned(),
        "bool" => "是".to_owned(),
        "number" => answer.to_string(),
        _text => answer.as_str().expect("a text").split_whitespace().collect(),
    }
}

/// The text of a PDF without blanks, by `pdftotext`.
pub fn text_of(pdf: &[u8]) -> String {
    let mut reader = Command::new("pdftotext")
        .args(["-raw", "-", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("pdftotext is installed");
    reader.stdin.take().expect("piped").write_all(pdf).expect("pdftotext reads");
    let output = reader.wait_with_output().expect("pdftotext ends");
    String::from_utf8_lossy(&output.stdout).split_whitespace().collect()
}
