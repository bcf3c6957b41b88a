//! The texts that people agree to before sensitive data of theirs are handled, in every version there ever was.
//! Invariants: a text that stands here is never changed, since somebody may have agreed to it; a better one is added with the next
//! number, and everybody is asked anew. No sentence over 30 characters, at most two in a paragraph, so that it can be read aloud.
//! Source: 个人信息保护法 17 (what has to be told), 29 and 30 (why it is needed, what it may do to one), 31 (children).

use domain::consent::{Ending, Said, Sensitive, Spoken, TextVersion};
use domain::ids::{PersonId, StationCode};

/// One text, a paragraph for each thing that has to be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConsentText {
    pub kind: Sensitive,
    pub version: TextVersion,
    pub title: &'static str,
    /// Who agrees.
    pub who: &'static str,
    /// Which data.
    pub what: &'static str,
    /// What for, and that it can't be done without.
    pub purpose: &'static str,
    /// What it could do to one.
    pub effect: &'static str,
    /// Who handles it, and whom to ask.
    pub handler: &'static str,
    /// Who sees it.
    pub seen_by: &'static str,
    /// How long it is kept.
    pub kept: &'static str,
    /// What becomes of one who doesn't agree.
    pub otherwise: &'static str,
    /// How it is withdrawn, and what that does.
    pub withdrawal: &'static str,
}

impl ConsentText {
    pub fn paragraphs(&self) -> [&'static str; 10] {
        [self.title, self.who, self.what, self.purpose, self.effect, self.handler, self.seen_by, self.kept, self.otherwise, self.withdrawal]
    }
}

const BY_ONESELF: &str = "由您本人或您的监护人同意。替您办事的人，不能替您同意。";
const HANDLER: &str = "由给您办事的便民站点保管和使用。有疑问，打站点的电话，或到站点问。";
const KEPT: &str = "和办件一起存，加密存放。存到规定的年限，到期删掉。";
const OTHERWISE: &str = "不同意，要用到它的事就办不了。别的事照样办，不受影响。";
const WITHDRAWAL: &str = "随时可以收回，在手机上、到任何站点都行。收回后，没定的件停办，定了的和办过的照旧。";

/// By kind, then by version.
pub static CONSENT_TEXTS: &[ConsentText] = &[
    ConsentText {
        kind: Sensitive::Health,
        version: TextVersion(1),
        title: "同意使用健康信息",
        who: BY_ONESELF,
        what: "有些事要看病历、诊断、看病花费、身体状况。您办这样的事时才用，别的不问。",
        purpose: "用来核对您符不符合条件，少了它就没法定。不作别的用。",
        effect: "健康信息传出去，可能让您难堪、被人区别对待。所以只给该看的人看。",
        handler: HANDLER,
        seen_by: "办这件事的站点和审批部门的人能看。谁看过都有记录，您随时能查。",
        kept: KEPT,
        otherwise: OTHERWISE,
        withdrawal: WITHDRAWAL,
    },
    ConsentText {
        kind: Sensitive::Disability,
        version: TextVersion(1),
        title: "同意使用残疾人身份信息",
        who: BY_ONESELF,
        what: "有些事要看残疾人证、残疾类别和等级。您办这样的事时才用，别的不问。",
        purpose: "用来核对您能享受哪些补贴和服务，少了它就没法定。不作别的用。",
        effect: "这类信息传出去，可能让您被人区别对待。所以只给该看的人看。",
        handler: HANDLER,
        seen_by: "办这件事的站点和审批部门的人能看。谁看过都有记录，您随时能查。",
        kept: KEPT,
        otherwise: OTHERWISE,
        withdrawal: WITHDRAWAL,
    },
    ConsentText {
        kind: Sensitive::Account,
        version: TextVersion(1),
        title: "同意使用银行账户信息",
        who: BY_ONESELF,
        what: "有些事要填银行卡号或社保卡账号。不问密码，不问验证码。",
        purpose: "用来给您打补贴、报销款，或代扣您要交的钱。少了它钱到不了，不作别的用。",
        effect: "卡号传出去，可能被骗子拿来行骗。所以平时只露最后四位。",
        handler: HANDLER,
        seen_by: "办这件事的站点、审批和发钱的部门能看。谁看过都有记录，您随时能查。",
        kept: KEPT,
        otherwise: OTHERWISE,
        withdrawal: WITHDRAWAL,
    },
    ConsentText {
        kind: Sensitive::Child,
        version: TextVersion(1),
        title: "同意使用不满14岁孩子的信息",
        who: "孩子自己不能同意，由父母或别的监护人同意。您给自己办的事里写到孩子，由您同意。",
        what: "有些事要写孩子的姓名、身份证号、出生和上学情况。您办这样的事时才用，别的不问。",
        purpose: "用来给孩子或家里办这件事，少了它就没法定。不作别的用。",
        effect: "孩子的信息传出去，可能给孩子带来危险。所以只给该看的人看。",
        handler: HANDLER,
        seen_by: "办这件事的站点和审批部门的人能看。谁看过都有记录，您随时能查。",
        kept: KEPT,
        otherwise: OTHERWISE,
        withdrawal: WITHDRAWAL,
    },
];

/// The version of a kind's text that stands now.
pub fn current_text(kind: Sensitive) -> TextVersion {
    CONSENT_TEXTS.iter().filter(|text| text.kind == kind).map(|text| text.version).max().unwrap_or(TextVersion(1))
}

pub fn sensitive(kind: Sensitive) -> &'static str {
    match kind {
        Sensitive::Health => "健康信息",
        Sensitive::Disability => "残疾人身份信息",
        Sensitive::Account => "银行账户信息",
        Sensitive::Child => "不满14岁孩子的信息",
    }
}

/// How somebody agreed about `person`'s data.
pub fn agreed(said: &Said, person: PersonId, station: &dyn Fn(&StationCode) -> String) -> String {
    format!("{}同意", how(said, person, station))
}

/// How a consent about `person`'s data ended.
pub fn ended(why: Ending, said: &Said, person: PersonId, station: &dyn Fn(&StationCode) -> String) -> String {
    match why {
        Ending::Withdrawn => format!("{}收回", how(said, person, station)),
        Ending::Renewed => format!("{}同意了新的说明", how(said, person, station)),
    }
}

fn how(said: &Said, person: PersonId, station: &dyn Fn(&StationCode) -> String) -> String {
    let who = if said.by == person { "本人" } else { "监护人" };
    let Some(entered) = &said.entered else { return format!("{who}在手机上") };
    let place = station(&entered.at.station);
    match entered.how {
        Spoken::Told { witness: None } => format!("{who}在{place}当面"),
        Spoken::Told { witness: Some(_) } => format!("{who}在{place}有见证人当面"),
        Spoken::OnPaper { .. } => format!("{who}在{place}签字"),
    }
}

#[cfg(test)]
mod tests {
    use sha2::{Digest, Sha256};

    use super::*;

    /// A text that somebody may have agreed to is never changed: a new version is added, and its digest here.
    const DIGESTS: [(Sensitive, u32, &str); 4] = [
        (Sensitive::Health, 1, "f2964197f5422d228485da93f1257f2a9dcaabdb766f020aba233da419f5f82e"),
        (Sensitive::Disability, 1, "367bc86d62a57c9dbc40e61239773b2f7fbc97f7613965e7483468e69427591d"),
        (Sensitive::Account, 1, "d814b42e3ea6bfc558584867147935845b90addd018d1f422f1ce0e12b346d19"),
        (Sensitive::Child, 1, "72be18eea2acecefc146d8eb3c6edb48394624e93184f4c118131ab070131972"),
    ];

    #[test]
    fn no_text_that_was_ever_shown_has_changed() {
        let digest = |text: &ConsentText| hex::encode(Sha256::digest(text.paragraphs().join("\n")));
        let found: Vec<_> = CONSENT_TEXTS.iter().map(|text| (text.kind, text.version.0, digest(text))).collect();
        assert_eq!(found, DIGESTS.map(|(kind, version, digest)| (kind, version, digest.to_owned())));
    }

    #[test]
    fn every_kind_has_its_texts_numbered_from_one_without_gaps() {
        for kind in Sensitive::ALL {
            let versions: Vec<_> = CONSENT_TEXTS.iter().filter(|text| text.kind == kind).map(|text| text.version.0).collect();
            assert_eq!(versions, (1..=current_text(kind).0).collect::<Vec<_>>(), "{kind:?}");
        }
    }

    #[test]
    fn every_text_can_be_read_aloud() {
        for text in CONSENT_TEXTS {
            for paragraph in text.paragraphs() {
                let sentences: Vec<_> = paragraph.split('。').filter(|sentence| !sentence.is_empty()).collect();
                assert!(sentences.len() <= 2 && !paragraph.contains('！'), "{paragraph}");
                assert!(sentences.iter().all(|sentence| sentence.chars().count() <= 30), "{paragraph}");
            }
        }
    }
}
