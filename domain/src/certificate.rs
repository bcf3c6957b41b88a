//! Certificates (证明): an issued document with a number, a validity and a status.
//! Invariants: no certificate leaves with an empty place in its text; a `CertificateNumber` always fits its check character.
//! Validity runs in calendar days after the day of issue and ends with its last day, local time.
//! Errors: `Unfilled`, all at once, so that a clerk completes the form in one go. Source: the catalogue's README, `template`.

mod fill;
mod number;

use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::notice::{Block, Marking, Sheet, chinese_date};

pub use fill::{Holder, Unfilled, fill};
pub use number::{BadCertificateNumber, CertificateNumber};

/// What has become of a certificate since its issue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "is")]
pub enum Standing {
    AsIssued,
    Revoked {
        on: NaiveDate,
    },
    /// Replaced because it held a mistake.
    Corrected {
        on: NaiveDate,
        by: CertificateNumber,
    },
}

/// What a public check answers on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CertificateStatus {
    Valid,
    Expired,
    Revoked,
    Corrected,
}

/// The last day on which a certificate issued on `issued_on` is valid; none where it doesn't expire.
pub fn valid_until(issued_on: NaiveDate, valid_days: Option<u16>) -> Option<NaiveDate> {
    issued_on.checked_add_days(Days::new(u64::from(valid_days?)))
}

/// The status on the local day `on`. A withdrawal outweighs an expiry, and says nothing about the days before it.
pub fn status(valid_until: Option<NaiveDate>, standing: &Standing, on: NaiveDate) -> CertificateStatus {
    match standing {
        Standing::Revoked { on: since } if *since <= on => CertificateStatus::Revoked,
        Standing::Corrected { on: since, .. } if *since <= on => CertificateStatus::Corrected,
        Standing::AsIssued | Standing::Revoked { .. } | Standing::Corrected { .. } => match valid_until {
            Some(last) if last < on => CertificateStatus::Expired,
            Some(_) | None => CertificateStatus::Valid,
        },
    }
}

/// The body that asked for a certificate by letter (C053, C054) or that it is meant for: the answer to `asking_org`.
pub fn addressee(answers: &Map<String, Value>) -> Option<&str> {
    answers.get("asking_org").and_then(Value::as_str).map(str::trim).filter(|name| !name.is_empty())
}

/// A certificate as issued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    pub number: CertificateNumber,
    pub title: String,
    /// The template with every place filled.
    pub body: String,
    pub addressee: Option<String>,
    /// The committee in whose name it is issued, with its place name.
    pub issuer: String,
    pub issued_on: NaiveDate,
    pub valid_until: Option<NaiveDate>,
    pub marking: Marking,
}

impl Certificate {
    pub fn sheet(&self) -> Sheet {
        Sheet {
            title: self.title.clone(),
            number: Some(format!("编号：{}", self.number)),
            addressee: self.addressee.as_ref().map(|name| format!("{name}：")),
            blocks: vec![Block::Paragraph(self.body.clone()), Block::Paragraph(self.validity())],
            issuer: self.issuer.clone(),
            date: self.issued_on,
            check_caption: "扫码查验本证明的真伪和状态".to_owned(),
            footer: vec!["本证明由便民服务系统生成，系统留痕不等同于国家电子印章；纸质件加盖出具单位印章，涂改无效。".to_owned()],
            marking: self.marking,
        }
    }

    fn validity(&self) -> String {
        match self.valid_until {
            Some(last) => format!("有效期：自出具之日起至{}止。", chinese_date(last)),
            None => "有效期：长期有效，情况发生变化的以新出具的证明为准。".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn day(month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, month, day).unwrap()
    }

    fn number() -> CertificateNumber {
        CertificateNumber::new("511499101203".parse().unwrap(), "C001".parse().unwrap(), 2026, 7)
    }

    #[test]
    fn the_day_of_issue_is_not_counted_and_the_last_day_is_still_valid() {
        let last = valid_until(day(9, 14), Some(30));
        assert_eq!(last, Some(day(10, 14)));
        assert_eq!(status(last, &Standing::AsIssued, day(10, 14)), CertificateStatus::Valid);
        assert_eq!(status(last, &Standing::AsIssued, day(10, 15)), CertificateStatus::Expired);
    }

    #[test]
    fn a_certificate_without_a_period_never_expires() {
        assert_eq!(valid_until(day(9, 14), None), None);
        assert_eq!(status(None, &Standing::AsIssued, NaiveDate::MAX), CertificateStatus::Valid);
    }

    #[test]
    fn a_revocation_holds_from_its_day_and_outweighs_an_expiry() {
        let revoked = Standing::Revoked { on: day(10, 1) };
        assert_eq!(status(Some(day(10, 14)), &revoked, day(9, 30)), CertificateStatus::Valid);
        assert_eq!(status(Some(day(10, 14)), &revoked, day(10, 1)), CertificateStatus::Revoked);
        assert_eq!(status(Some(day(10, 14)), &revoked, day(12, 1)), CertificateStatus::Revoked);
        let corrected = Standing::Corrected { on: day(10, 1), by: number() };
        assert_eq!(status(None, &corrected, day(10, 2)), CertificateStatus::Corrected);
    }

    #[test]
    fn a_letter_from_a_body_is_answered_to_that_body() {
        let answers = json!({"asking_org": " 马灯镇人民武装部 ", "name": "x"});
        assert_eq!(addressee(answers.as_object().unwrap()), Some("马灯镇人民武装部"));
        assert_eq!(addressee(&Map::new()), None);
    }

    #[test]
    fn the_sheet_says_number_addressee_validity_and_issuer() {
        let certificate = Certificate {
            number: number(),
            title: "应征青年政治考核现实表现反馈".to_owned(),
            body: "兹证明……特此证明。".to_owned(),
            addressee: Some("马灯镇人民武装部".to_owned()),
            issuer: "马灯镇向阳村村民委员会".to_owned(),
            issued_on: day(9, 14),
            valid_until: Some(day(10, 14)),
            marking: Marking::Live,
        };
        let sheet = certificate.sheet();
        assert_eq!(sheet.number.as_deref(), Some(format!("编号：{}", number()).as_str()));
        assert_eq!(sheet.addressee.as_deref(), Some("马灯镇人民武装部："));
        assert!(sheet.blocks.contains(&Block::Paragraph("有效期：自出具之日起至2026年10月14日止。".to_owned())));
        assert_eq!((sheet.issuer.as_str(), sheet.date), ("马灯镇向阳村村民委员会", day(9, 14)));
    }
}
