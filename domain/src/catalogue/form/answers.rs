//! Answers to an item's form, checked and brought into their one form.

use serde_json::{Map, Value};

use super::values::checked_value;
use crate::catalogue::{Field, FieldType, FilledBy, Item};
use crate::ids::UploadId;

/// Answers by field key, as the edge reads them.
pub type Answers = Map<String, Value>;

/// Answers that fit the item's form: text without spaces around it, a citizen ID with a capital X, whole numbers as integers.
/// Checking them again changes nothing.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CheckedAnswers {
    answers: Answers,
    uploads: Vec<UploadId>,
}

impl CheckedAnswers {
    pub fn as_map(&self) -> &Answers {
        &self.answers
    }

    pub fn into_map(self) -> Answers {
        self.answers
    }

    /// The files that the answers name: the caller checks whose they are.
    pub fn uploads(&self) -> &[UploadId] {
        &self.uploads
    }
}

/// What is wrong with one answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnswerFlaw {
    UnknownField,
    /// The station fills fields of its own alone.
    NotForStation,
    Missing,
    WrongType(FieldType),
    Blank,
    TooLong {
        chars_max: usize,
    },
    ControlCharacter,
    NotAnOption,
    BadCitizenId,
    BadPhone,
    BadBankCard,
    BadDate,
    OutOfRange,
    BadUpload,
}

/// A fault of one answer, with its field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerFault {
    pub field: String,
    /// What the form calls the field; its key where the form doesn't have it.
    pub label: String,
    pub flaw: AnswerFlaw,
}

impl AnswerFault {
    /// Stable, for programs.
    pub fn code(&self) -> &'static str {
        match self.flaw {
            AnswerFlaw::UnknownField => "unknown_field",
            AnswerFlaw::NotForStation => "not_for_station",
            AnswerFlaw::Missing => "missing",
            AnswerFlaw::WrongType(_) => "wrong_type",
            AnswerFlaw::Blank => "blank",
            AnswerFlaw::TooLong { .. } => "too_long",
            AnswerFlaw::ControlCharacter => "control_character",
            AnswerFlaw::NotAnOption => "not_an_option",
            AnswerFlaw::BadCitizenId => "bad_citizen_id",
            AnswerFlaw::BadPhone => "bad_phone",
            AnswerFlaw::BadBankCard => "bad_bank_card",
            AnswerFlaw::BadDate => "bad_date",
            AnswerFlaw::OutOfRange => "out_of_range",
            AnswerFlaw::BadUpload => "bad_upload",
        }
    }

    /// For the person who filled the form: what to do.
    pub fn message(&self) -> String {
        let label = &self.label;
        match self.flaw {
            AnswerFlaw::UnknownField => format!("表单里没有“{label}”这一项，请删除后重新提交"),
            AnswerFlaw::NotForStation => format!("“{label}”由申请人填写，窗口不能代填"),
            AnswerFlaw::Missing | AnswerFlaw::Blank => format!("请填写“{label}”"),
            AnswerFlaw::WrongType(r#type) => format!("“{label}”{}", asked_for(r#type)),
            AnswerFlaw::TooLong { chars_max } => format!("“{label}”最多{chars_max}个字，请精简后再填"),
            AnswerFlaw::ControlCharacter => format!("“{label}”含有无法显示的字符，请重新输入"),
            AnswerFlaw::NotAnOption => format!("“{label}”请从给出的选项中选择一项"),
            AnswerFlaw::BadCitizenId => format!("“{label}”不是有效的公民身份号码，请逐位核对18位号码"),
            AnswerFlaw::BadPhone => format!("“{label}”请填11位手机号，或带区号的固定电话"),
            AnswerFlaw::BadBankCard => format!("“{label}”不是有效的银行卡号，请对照卡面逐位核对"),
            AnswerFlaw::BadDate => format!("“{label}”请按“年-月-日”填写真实日期，如2026-09-14"),
            AnswerFlaw::OutOfRange => format!("“{label}”超出了可填的范围，请核对后重填"),
            AnswerFlaw::BadUpload => format!("“{label}”请先上传文件，再提交"),
        }
    }
}

fn asked_for(r#type: FieldType) -> &'static str {
    match r#type {
        FieldType::Number => "请填数字",
        FieldType::Money => "请填金额，以分为单位的整数",
        FieldType::Bool => "请选择是或否",
        FieldType::Date => "请填日期",
        FieldType::File => "请上传文件",
        FieldType::Text
        | FieldType::Textarea
        | FieldType::Select
        | FieldType::IdNumber
        | FieldType::Phone
        | FieldType::Address
        | FieldType::BankCard => "请填文字",
    }
}

impl Item {
    /// Checks answers to the item's form. From the applicant every required field must be there, and the station's may;
    /// the station fills in its own fields alone, as far as it knows them by now.
    pub fn check_answers(&self, answers: &Answers, by: FilledBy) -> Result<CheckedAnswers, Vec<AnswerFault>> {
        let mut checked = CheckedAnswers::default();
        let mut faults: Vec<AnswerFault> = answers.keys().filter(|key| self.field(key).is_none()).map(|key| unknown(key)).collect();
        for field in &self.fields {
            match check_field(field, answers.get(&field.key), by) {
                Ok(None) => {}
                Ok(Some(answer)) => checked.take(field, answer),
                Err(flaw) => faults.push(AnswerFault { field: field.key.clone(), label: field.label.clone(), flaw }),
            }
        }
        if faults.is_empty() { Ok(checked) } else { Err(faults) }
    }

    /// The form's field of this key.
    pub fn field(&self, key: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.key == key)
    }
}

impl CheckedAnswers {
    fn take(&mut self, field: &Field, answer: Value) {
        if field.r#type == FieldType::File {
            self.uploads.extend(answer.as_str().and_then(|id| id.parse::<UploadId>().ok()));
        }
        self.answers.insert(field.key.clone(), answer);
    }
}

pub(super) fn unknown(key: &str) -> AnswerFault {
    const SHOWN_CHARS_MAX: usize = 40;
    let key: String = key.chars().take(SHOWN_CHARS_MAX).collect();
    AnswerFault { label: key.clone(), field: key, flaw: AnswerFlaw::UnknownField }
}

fn check_field(field: &Field, answer: Option<&Value>, by: FilledBy) -> Result<Option<Value>, AnswerFlaw> {
    match (by, field.filled_by, answer) {
        (FilledBy::Station, FilledBy::Applicant, Some(_)) => Err(AnswerFlaw::NotForStation),
        (FilledBy::Applicant, FilledBy::Applicant, None) if field.required => Err(AnswerFlaw::Missing),
        (FilledBy::Applicant | FilledBy::Station, FilledBy::Applicant | FilledBy::Station, None) => Ok(None),
        (FilledBy::Applicant, FilledBy::Applicant | FilledBy::Station, Some(answer))
        | (FilledBy::Station, FilledBy::Station, Some(answer)) => checked_value(field, answer).map(Some),
    }
}
