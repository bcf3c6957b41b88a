//! Notices on how a case ended: the notice of conclusion and, for what isn't a certificate, the result sheet.

use chrono::NaiveDate;

use super::{Block, Matter, Remedy, Row, Sheet, chinese_date};

/// How a result reaches the person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Way {
    /// To be fetched at a station.
    Collect {
        station: String,
    },
    /// A courier brings it.
    Courier,
    Electronic,
    /// There is nothing to give: the entry in the register is the result.
    Nothing,
}

impl Way {
    fn words(&self) -> String {
        match self {
            Way::Collect { station } => format!("到{station}领取，请带本人有效身份证件"),
            Way::Courier => "由代办员送达，请凭交接码当面签收".to_owned(),
            Way::Electronic => "电子文件，可在办件详情中查看和下载".to_owned(),
            Way::Nothing => "无需领取，办理结果已登记".to_owned(),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    Granted {
        result: String,
        way: Way,
    },
    Rejected {
        reason: String,
        basis: Option<String>,
        remedy: Remedy,
    },
    Withdrawn,
    /// The supplement asked for wasn't given by its last day.
    Lapsed {
        until: NaiveDate,
    },
}

/// 办结通知书.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Concluded {
    pub concluded_on: NaiveDate,
    /// In whose name it was decided.
    pub decided_by: String,
    pub outcome: Outcome,
}

impl Concluded {
    pub fn sheet(&self, matter: &Matter) -> Sheet {
        let mut rows = matter.rows();
        rows.push(Row::new("办结日期", chinese_date(self.concluded_on)));
        rows.push(Row::new("决定单位", self.decided_by.clone()));
        let mut blocks = vec![Block::Paragraph("您提出的下列申请已经办结：".to_owned()), Block::Table(rows)];
        blocks.extend(self.outcome.sentences().into_iter().map(Block::Paragraph));
        matter.sheet("办结通知书", blocks)
    }
}

impl Outcome {
    fn sentences(&self) -> Vec<String> {
        match self {
            Outcome::Granted { result, way } => {
                vec![format!("办理结果：准予办理，结果为“{result}”。"), format!("取得方式：{}。", way.words()), evaluation()]
            }
            Outcome::Rejected { reason, basis, remedy } => {
                let basis = basis.as_ref().map(|basis| format!("依据：{basis}"));
                let decision = format!("办理结果：不予办理。理由：{reason}");
                [Some(decision), basis, Some(remedy.sentence())].into_iter().flatten().collect()
            }
            Outcome::Withdrawn => vec!["办理结果：您已撤回申请，本件终止，不影响您重新申请。".to_owned()],
            Outcome::Lapsed { until } => {
                vec![format!("办理结果：截至{}未收到需要补正的内容，本件终止。您准备好材料后可以重新申请。", chinese_date(*until))]
            }
        }
    }
}

fn evaluation() -> String {
    "请您对本次服务作出评价，评价自愿，不评价不视为满意。".to_owned()
}

/// 办理结果单: the result of an item that isn't a certificate and has no paper form of its own here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResultSheet {
    /// What the catalogue calls the result.
    pub result: String,
    pub decided_on: NaiveDate,
    pub decided_by: String,
    /// What was decided, in the words of whoever decided.
    pub content: Option<String>,
    /// Answers of the form that the result rests on.
    pub particulars: Vec<Row>,
}

impl ResultSheet {
    pub fn sheet(&self, matter: &Matter) -> Sheet {
        let mut rows = matter.rows();
        rows.extend(self.particulars.iter().cloned());
        rows.push(Row::new("结果名称", self.result.clone()));
        rows.push(Row::new("决定单位", self.decided_by.clone()));
        rows.push(Row::new("决定日期", chinese_date(self.decided_on)));
        let mut blocks = vec![Block::Paragraph("您申请的事项已经准予办理，结果如下：".to_owned()), Block::Table(rows)];
        blocks.extend(self.content.as_ref().map(|content| Block::Paragraph(format!("办理意见：{content}"))));
        blocks.push(Block::Paragraph("本结果单载明在本系统中的办理结果；法律、法规规定须另发证照的，以该证照为准。".to_owned()));
        matter.sheet("办理结果单", blocks)
    }
}
