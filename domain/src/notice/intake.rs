//! Notices on what was handed in: accepted, to be supplemented, not accepted.

use chrono::NaiveDate;

use super::{Block, Matter, Remedy, Row, Sheet, chinese_date, yuan};

/// 受理通知书.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    pub accepted_on: NaiveDate,
    /// Working days of the promise and its last day; none where the case is decided at once.
    pub promise: Option<(u16, NaiveDate)>,
    pub fee_fen: i64,
    /// Names of the papers handed in.
    pub received: Vec<String>,
}

impl Accepted {
    pub fn sheet(&self, matter: &Matter) -> Sheet {
        let mut rows = matter.rows();
        rows.push(Row::new("受理日期", chinese_date(self.accepted_on)));
        rows.push(Row::new("收费", self.fee()));
        let mut blocks = vec![
            Block::Paragraph("您提出的下列申请，材料齐全、符合要求，现予受理：".to_owned()),
            Block::Table(rows),
            Block::Paragraph(self.time()),
        ];
        if !self.received.is_empty() {
            blocks.push(Block::Paragraph("已收到的材料：".to_owned()));
            blocks.push(Block::List(self.received.clone()));
        }
        matter.sheet("受理通知书", blocks)
    }

    fn fee(&self) -> String {
        match self.fee_fen {
            0 => "不收费".to_owned(),
            fen => format!("{}元", yuan(fen)),
        }
    }

    fn time(&self) -> String {
        match self.promise {
            Some((days, last)) => format!(
                "本件承诺自受理之日起{days}个工作日内办结（受理当日不计算在内），即不迟于{}。依法需要检验、鉴定、公示等另计时间的，将另行告知。",
                chinese_date(last)
            ),
            None => "本件为即办件，当场办结。".to_owned(),
        }
    }
}

/// One thing that is missing or wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// The material or the field of the form.
    pub what: String,
    /// What is wrong with it, or how it must be.
    pub requirement: String,
}

/// What the time of supplementing does to the promise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SupplementTime {
    /// The promise runs from acceptance, which waits for the supplement.
    BeforeAcceptance,
    /// The clock of the promise stands still.
    AfterAcceptance,
}

/// 一次性告知书: everything at once, by when, and what happens otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Supplement {
    pub asked: Vec<Asked>,
    /// The last day for giving it.
    pub until: NaiveDate,
    pub time: SupplementTime,
}

impl Supplement {
    pub fn sheet(&self, matter: &Matter) -> Sheet {
        let list =
            self.asked.iter().map(|asked| format!("{}：{}。", asked.what, asked.requirement.trim_end_matches(['。', '；']))).collect();
        let blocks = vec![
            Block::Paragraph(
                "您提出的下列申请，材料尚不齐全或者不符合要求。参照《中华人民共和国行政许可法》第三十二条，现将需要补正的全部内容一次告知：".to_owned(),
            ),
            Block::Table(matter.rows()),
            Block::Paragraph("需要补正的内容：".to_owned()),
            Block::List(list),
            Block::Paragraph(format!("请于{}前（含当日）补正，可以在线提交，也可以到{}提交。", chinese_date(self.until), matter.station)),
            Block::Paragraph(self.consequence().to_owned()),
        ];
        matter.sheet("一次性告知书", blocks)
    }

    fn consequence(&self) -> &'static str {
        match self.time {
            SupplementTime::BeforeAcceptance => {
                "补正齐全之日起受理并计算承诺时限。逾期未补正的，本次申请终止，不影响您准备好材料后重新申请。"
            }
            SupplementTime::AfterAcceptance => {
                "自发出本告知书起至补正齐全止的时间不计入承诺时限。逾期未补正的，本次申请终止，不影响您准备好材料后重新申请。"
            }
        }
    }
}

/// 不予受理通知书.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotAccepted {
    pub reason: String,
    /// The body or place that is right for it.
    pub go_to: Option<String>,
    pub remedy: Remedy,
}

impl NotAccepted {
    pub fn sheet(&self, matter: &Matter) -> Sheet {
        let mut blocks = vec![
            Block::Paragraph("您提出的下列申请，经审查，决定不予受理：".to_owned()),
            Block::Table(matter.rows()),
            Block::Paragraph(format!("不予受理的理由：{}", self.reason)),
        ];
        blocks.extend(self.go_to.as_ref().map(|place| Block::Paragraph(format!("办理去向：请向{place}提出。"))));
        blocks.push(Block::Paragraph(self.remedy.sentence()));
        matter.sheet("不予受理通知书", blocks)
    }
}
