//! The one form of several items that are handed in together (一件事一次填): what they ask alike is asked once and used in each.
//! Invariants: each field of each item is asked by exactly one question; the fields of one question are of different items and take the
//! same answers, so that an answer that fits one of them fits all.

use serde_json::{Map, Value, json};

use super::answers::{AnswerFault, Answers, unknown};
use super::schema::form_of;
use crate::catalogue::{Field, FilledBy, Item};

/// Keys that name the same fact whatever a form calls it (婴幼儿姓名, 新生儿姓名). All other fields are one question only where they are
/// called the same, too: `start_date` is a day of work here and of travel there. Where money goes isn't among them, since one form
/// asks for the account of a social security card and another for any.
const FACTS: [&str; 14] = [
    "child_name",
    "child_id",
    "child_birth",
    "child_gender",
    "child_ethnicity",
    "spouse_name",
    "spouse_id",
    "insured_name",
    "insured_id",
    "guardian_name",
    "guardian_id",
    "caregiver",
    "caregiver_phone",
    "mail_address",
];

/// What several items ask, each thing once.
#[derive(Debug, Clone)]
pub struct JointForm<'a> {
    items: usize,
    questions: Vec<Question<'a>>,
}

/// One thing that is asked, and where the answer is used.
#[derive(Debug, Clone)]
struct Question<'a> {
    /// By which it is answered: the key of its fields, with an item's code before it where several questions share that key.
    name: String,
    /// Never empty.
    asked: Vec<Asked<'a>>,
}

#[derive(Debug, Clone, Copy)]
struct Asked<'a> {
    /// Of the item in the order.
    place: usize,
    item: &'a Item,
    field: &'a Field,
}

impl<'a> JointForm<'a> {
    pub fn of(items: &[&'a Item]) -> Self {
        let asked = items.iter().enumerate().flat_map(|(place, item)| item.fields.iter().map(move |field| Asked { place, item, field }));
        let mut questions: Vec<Question<'a>> = Vec::new();
        for asked in asked {
            match questions.iter_mut().find(|question| question.is_asked_by(asked)) {
                Some(question) => question.asked.push(asked),
                None => {
                    let name = name(&questions, asked);
                    questions.push(Question { name, asked: vec![asked] });
                }
            }
        }
        Self { items: items.len(), questions }
    }

    /// The schema of the joint answers, as [`Item::form_schema`]; `x-asked-by` names the items that use an answer.
    pub fn schema(&self) -> Value {
        let properties = self.questions.iter().map(|question| (question.name.clone(), question.schema())).collect();
        let required = self.questions.iter().filter(|question| question.is_required()).map(|question| question.name.as_str()).collect();
        form_of("一次填写", properties, required, self.questions.iter().map(|question| question.name.as_str()).collect())
    }

    /// The answers of each item, in the order of the items. Errors: an answer to what nobody asks.
    pub fn spread(&self, answers: &Answers) -> Result<Vec<Answers>, Vec<AnswerFault>> {
        let faults: Vec<AnswerFault> = answers.keys().filter(|name| self.question(name).is_none()).map(|name| unknown(name)).collect();
        if !faults.is_empty() {
            return Err(faults);
        }
        let mut spread = vec![Answers::new(); self.items];
        for (question, answer) in self.questions.iter().filter_map(|question| Some((question, answers.get(&question.name)?))) {
            for asked in &question.asked {
                spread[asked.place].insert(asked.field.key.clone(), answer.clone());
            }
        }
        Ok(spread)
    }

    /// By which name the joint form asks what the item at this place asks under this key.
    pub fn name_of(&self, place: usize, key: &str) -> Option<&str> {
        let is_asked = |question: &&Question<'_>| question.asked.iter().any(|asked| asked.place == place && asked.field.key == key);
        self.questions.iter().find(is_asked).map(|question| question.name.as_str())
    }

    fn question(&self, name: &str) -> Option<&Question<'a>> {
        self.questions.iter().find(|question| question.name == name)
    }
}

impl Question<'_> {
    fn is_asked_by(&self, other: Asked<'_>) -> bool {
        self.asked.iter().all(|asked| asked.place != other.place && is_alike(asked.field, other.field))
    }

    fn is_required(&self) -> bool {
        self.asked.iter().any(|asked| asked.field.required)
    }

    fn schema(&self) -> Value {
        let labels = distinct(self.asked.iter().map(|asked| asked.field.label.as_str()));
        let hints = distinct(self.asked.iter().map(|asked| asked.field.hint.as_str()).filter(|hint| !hint.is_empty()));
        let asked_by = self.asked.iter().map(|asked| {
            let Asked { item, field, .. } = asked;
            json!({ "item": item.code, "item_name": item.name, "key": field.key, "label": field.label, "required": field.required })
        });
        let mut schema: Map<String, Value> = self.asked.first().map(|asked| asked.field.schema()).unwrap_or_default();
        schema.insert("title".to_owned(), json!(labels.join("／")));
        schema.insert("x-label".to_owned(), json!(labels.join("／")));
        schema.insert("x-asked-by".to_owned(), asked_by.collect());
        if !hints.is_empty() {
            schema.insert("description".to_owned(), json!(hints.join("；")));
        }
        Value::Object(schema)
    }
}

/// What the station fills in is its own at each item, such as the days of a notice.
fn is_alike(a: &Field, b: &Field) -> bool {
    let applicant = FilledBy::Applicant;
    let is_called_alike = a.label == b.label || FACTS.contains(&a.key.as_str());
    a.key == b.key
        && a.r#type == b.r#type
        && a.options == b.options
        && (a.filled_by, b.filled_by) == (applicant, applicant)
        && is_called_alike
}

/// The key alone, for whoever asks it first.
fn name(questions: &[Question<'_>], asked: Asked<'_>) -> String {
    let key = &asked.field.key;
    let is_taken = |name: &str| questions.iter().any(|question| question.name == name);
    if is_taken(key) { format!("{}.{key}", asked.item.code) } else { key.clone() }
}

fn distinct<'a>(words: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut distinct = Vec::new();
    for word in words {
        if !distinct.contains(&word) {
            distinct.push(word);
        }
    }
    distinct
}

#[cfg(test)]
mod tests;
