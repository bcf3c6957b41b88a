//! The check as a page: plain HTML in large type that old phones show, without scripts, images or anything from elsewhere.
//! Every text that comes from data goes through `escaped`.

use chrono::NaiveDate;
use domain::certificate::CertificateStatus;
use domain::notice::chinese_date;
use domain::time::{Timestamp, local};

use crate::app::CheckedCertificate;
use crate::clock::ClockKind;
use crate::http::html::escaped;
use crate::wording;

const STYLE: &str = "body{margin:0 auto;padding:16px;max-width:640px;font:20px/1.6 sans-serif;color:#111;background:#fff}\
h1{font-size:24px;margin:0 0 12px}\
.status{margin:0 0 12px;padding:16px;border-radius:8px;font-size:48px;font-weight:bold;text-align:center;color:#fff}\
.good{background:#166534}.bad{background:#991b1b}\
table{width:100%;border-collapse:collapse}th,td{padding:8px 0;border-bottom:1px solid #ccc;text-align:left;vertical-align:top}\
th{width:6em;font-weight:normal;color:#444}td{word-wrap:break-word;word-break:break-all}\
.note{font-size:18px;color:#444}.demo{padding:8px;border:2px solid #92400e;color:#92400e}";

/// The colour behind the word; the word alone says it too.
#[derive(Debug, Clone, Copy)]
enum Tone {
    Good,
    Bad,
}

/// A certificate that there is.
pub fn found(checked: &CheckedCertificate, at: Timestamp, kind: ClockKind) -> String {
    let certificate = &checked.certificate;
    let rows = [
        ("证明名称", checked.name.clone()),
        ("证明编号", certificate.number.to_string()),
        ("出具单位", certificate.issuer.clone()),
        ("出具日期", chinese_date(certificate.issued_on)),
        ("有效期", validity(certificate.valid_until)),
        ("持证人", certificate.holder.clone()),
    ];
    let rows: String = rows.iter().map(|(label, value)| format!("<tr><th>{label}</th><td>{}</td></tr>", escaped(value))).collect();
    let advice = wording::certificate_advice(checked.status);
    let content = format!("<p>{advice}</p><table>{rows}</table>");
    document(tone(checked.status), wording::certificate_status(checked.status), &content, at, kind)
}

/// A token that no certificate has.
pub fn unknown(at: Timestamp, kind: ClockKind) -> String {
    let content = "<p>没有找到这份证明。请核对二维码是否完整，或联系出具证明的村（社区）。</p>";
    document(Tone::Bad, "查无此证", content, at, kind)
}

fn tone(status: CertificateStatus) -> Tone {
    match status {
        CertificateStatus::Valid => Tone::Good,
        CertificateStatus::Expired | CertificateStatus::Revoked | CertificateStatus::Corrected => Tone::Bad,
    }
}

fn validity(until: Option<NaiveDate>) -> String {
    until.map_or_else(|| "长期有效".to_owned(), |last| format!("至{}", chinese_date(last)))
}

fn document(tone: Tone, verdict: &str, content: &str, at: Timestamp, kind: ClockKind) -> String {
    let class = match tone {
        Tone::Good => "good",
        Tone::Bad => "bad",
    };
    let demo = match kind {
        ClockKind::Demo => "<p class=\"demo\">演示数据，不是真实的证明。</p>",
        ClockKind::Real => "",
    };
    let (date, time) = (chinese_date(local(at).date()), local(at).format("%H:%M"));
    format!(
        "<!DOCTYPE html><html lang=\"zh-CN\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><meta name=\"robots\" content=\"noindex\">\
         <title>证明查验：{verdict}</title><style>{STYLE}</style></head><body><h1>证明查验</h1>\
         <p class=\"status {class}\">{verdict}</p>{demo}{content}<p class=\"note\">查验时间：{date}{time}</p></body></html>"
    )
}

#[cfg(test)]
mod tests {
    use domain::certificate::{CertificateNumber, Standing};
    use domain::ids::{CaseId, DocumentId};
    use infra::store::IssuedCertificate;

    use super::*;

    fn checked(status: CertificateStatus, issuer: &str) -> CheckedCertificate {
        let day = |day| NaiveDate::from_ymd_opt(2026, 9, day).unwrap();
        let certificate = IssuedCertificate {
            number: CertificateNumber::new("511499101203".parse().unwrap(), "C001".parse().unwrap(), 2026, 7),
            case: CaseId::new(uuid::Uuid::nil()),
            document: DocumentId::new(uuid::Uuid::nil()),
            item: "C001".parse().unwrap(),
            issuer: issuer.to_owned(),
            issued_on: day(1),
            valid_until: Some(day(30)),
            standing: Standing::AsIssued,
            check_token: "0123456789abcdef0123456789abcdef".to_owned(),
            holder: "王**".to_owned(),
        };
        CheckedCertificate { certificate, name: "成员身份证明".to_owned(), status }
    }

    fn page(checked: &CheckedCertificate, kind: ClockKind) -> String {
        found(checked, "2026-09-14T01:30:00Z".parse().unwrap(), kind)
    }

    #[test]
    fn the_page_says_what_a_reader_of_the_paper_compares() {
        let checked = checked(CertificateStatus::Valid, "向阳村村民委员会");
        let page = page(&checked, ClockKind::Real);
        let number = checked.certificate.number.to_string();
        for shown in ["有效", "成员身份证明", &number, "向阳村村民委员会", "2026年9月1日", "至2026年9月30日", "王**", "2026年9月14日09:30"]
        {
            assert!(page.contains(shown), "{shown} is missing: {page}");
        }
        assert!(!page.contains(&checked.certificate.check_token) && !page.contains("演示"));
    }

    #[test]
    fn each_status_has_a_word_of_its_own_and_only_a_valid_one_is_green() {
        let words = [
            (CertificateStatus::Valid, "good\">有效<"),
            (CertificateStatus::Expired, "bad\">已过期<"),
            (CertificateStatus::Revoked, "bad\">已撤销<"),
            (CertificateStatus::Corrected, "bad\">已更正<"),
        ];
        for (status, word) in words {
            assert!(page(&checked(status, "村委会"), ClockKind::Real).contains(word), "{word}");
        }
    }

    #[test]
    fn what_comes_from_data_is_shown_and_never_run() {
        let page = page(&checked(CertificateStatus::Valid, "<script>alert('&')</script>"), ClockKind::Real);
        assert!(page.contains("&lt;script&gt;alert(&#39;&amp;&#39;)&lt;/script&gt;") && !page.contains("<script"));
    }

    #[test]
    fn a_demo_says_that_it_is_one() {
        assert!(page(&checked(CertificateStatus::Valid, "村委会"), ClockKind::Demo).contains("演示数据"));
    }
}
