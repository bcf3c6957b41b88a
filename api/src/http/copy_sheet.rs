//! The copy of somebody's data as a paper: all that the copy in the app holds, in the same order.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use domain::notice::{Block, Marking, Row, Sheet};
use domain::people::Person;
use serde_json::Value;

use super::rights::{OwnDataView, PartView, RowView};
use crate::app::Grounds;
use crate::app::rights::copy::OwnData;
use crate::wording::register::{member, table};

/// How the form of each of somebody's cases, by its number, calls what is filled in.
pub struct Labels(BTreeMap<String, BTreeMap<String, String>>);

impl Labels {
    pub fn of(own: &OwnData, grounds: &Grounds) -> Self {
        let labels = own.cases.values().map(|case| {
            let listed = case.item.parse().ok().and_then(|item| grounds.catalogue.catalogue.item(&item));
            let fields = listed.iter().flat_map(|listed| &listed.item.fields);
            (case.number.clone(), fields.map(|field| (field.key.clone(), field.label.clone())).collect())
        });
        Self(labels.collect())
    }

    fn name(&self, row: &RowView, key: &str) -> String {
        let label = row.case.as_ref().and_then(|number| self.0.get(number)?.get(key));
        label.map_or_else(|| member(key).to_owned(), Clone::clone)
    }
}

/// The sheet for `person`, printed on a day at a station, by its name.
pub fn sheet((copy, labels): (&OwnDataView, &Labels), person: &Person, (station, date): (String, NaiveDate), marking: Marking) -> Sheet {
    let mut blocks: Vec<Block> = copy.parts.iter().flat_map(|of| part(of, labels)).collect();
    if !copy.files.is_empty() {
        let name = |file: &super::rights::FileView| file.name.clone().unwrap_or_else(|| file.media_type.clone());
        blocks.push(Block::Paragraph("存有下列文件，需要复印的请向窗口提出：".to_owned()));
        blocks.push(Block::List(copy.files.iter().map(|file| plain(&name(file))).collect()));
    }
    blocks.push(Block::Paragraph("下列内容不在副本中：".to_owned()));
    blocks.push(Block::List(copy.withheld.iter().map(|held| format!("{}：{}", held.part, held.why)).collect()));
    Sheet {
        title: "个人信息副本".to_owned(),
        number: None,
        addressee: person.name.as_ref().map(|name| format!("{name}：")),
        blocks,
        issuer: station,
        date,
        check_caption: String::new(),
        footer: vec!["依据《个人信息保护法》第四十五条，应您本人在窗口的申请打印。内含个人信息，请妥善保管。".to_owned()],
        marking,
    }
}

fn part(part: &PartView, labels: &Labels) -> Vec<Block> {
    let kept: Vec<_> = part.columns.iter().map(|column| format!("{}（{}）", column.name, column.kept)).collect();
    let heading = Block::Paragraph(format!("{}：{}", part.name, kept.join("；")));
    let is_form = part.name == table("case_answers");
    let rows = part.rows.iter().map(|row| {
        let name = |key: &str| if is_form { labels.name(row, key) } else { member(key).to_owned() };
        Block::Table(lines(row, &name))
    });
    [heading].into_iter().chain(rows).collect()
}

fn lines(row: &RowView, name: &impl Fn(&str) -> String) -> Vec<Row> {
    let case = row.case.iter().map(|number| Row::new("办件编号", number.clone()));
    case.chain(row.values.iter().map(|(column, value)| Row::new(column, plain(&words(value, name))))).collect()
}

/// A value in words: lists and members one after another, each by its name.
fn words(value: &Value, name: &impl Fn(&str) -> String) -> String {
    match value {
        Value::Null => "无".to_owned(),
        Value::Bool(true) => "是".to_owned(),
        Value::Bool(false) => "否".to_owned(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.clone(),
        Value::Array(values) => values.iter().map(|value| words(value, name)).collect::<Vec<_>>().join("；"),
        Value::Object(members) => {
            members.iter().map(|(key, value)| format!("{}：{}", name(key), words(value, name))).collect::<Vec<_>>().join("；")
        }
    }
}

/// On one line: no font has a shape for a control character.
fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn whatever_is_kept_can_be_read_on_one_line() {
        let value = json!({ "家庭": [{ "姓名": "张某" }, { "姓名": "李\n某" }], "同意": true, "备注": null });
        assert_eq!(plain(&words(&value, &str::to_owned)), "同意：是；备注：无；家庭：姓名：张某；姓名：李 某");
    }
}
