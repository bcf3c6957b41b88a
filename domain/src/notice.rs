//! Notices (文书): what a station puts in writing about a case, as plain values that become a `Sheet` to print or show.
//! Four notices and the result sheet: accepted 受理, supplement 一次性告知, not accepted 不予受理, concluded 办结, 办理结果单.
//! Invariants: a citizen ID number is masked here and nowhere shown whole; whatever goes against a person says why and
//! where to turn. Periods are working days, dates local. Sources: 行政许可法 32 (notices on acceptance), 行政复议法 20 and
//! 行政诉讼法 46 (where to turn), 村民委员会组织法 36 (a committee's decision); a public service follows them by analogy.

mod concluded;
mod intake;
mod remedy;
mod sheet;

use chrono::NaiveDate;

use crate::people::{CitizenId, CreditCode};

pub use concluded::{Concluded, Outcome, ResultSheet, Way};
pub use intake::{Accepted, Asked, NotAccepted, Supplement, SupplementTime};
pub use remedy::Remedy;
pub use sheet::{Block, Marking, Row, Sheet, chinese_date, yuan};

/// By what a party is told from others of its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PartyNumber {
    Citizen(CitizenId),
    Organisation(CreditCode),
    Unknown,
}

/// Whom a case is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Party {
    pub name: String,
    pub number: PartyNumber,
}

impl Party {
    fn rows(&self) -> Vec<Row> {
        let number = match &self.number {
            PartyNumber::Citizen(number) => Some(Row::new("公民身份号码", number.masked())),
            PartyNumber::Organisation(code) => Some(Row::new("统一社会信用代码", code.to_string())),
            PartyNumber::Unknown => None,
        };
        [Some(Row::new("申请人", self.name.clone())), number].into_iter().flatten().collect()
    }
}

/// What every notice says about its case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matter {
    pub case_number: String,
    pub item_name: String,
    pub party: Party,
    pub applied_on: NaiveDate,
    /// The station that handles the case at this point, and signs.
    pub station: String,
    pub station_phone: Option<String>,
    /// The day of the notice.
    pub dated: NaiveDate,
    pub marking: Marking,
}

impl Matter {
    fn rows(&self) -> Vec<Row> {
        let mut rows = self.party.rows();
        rows.push(Row::new("办理事项", self.item_name.clone()));
        rows.push(Row::new("申请日期", chinese_date(self.applied_on)));
        rows
    }

    fn sheet(&self, title: &str, blocks: Vec<Block>) -> Sheet {
        Sheet {
            title: title.to_owned(),
            number: Some(format!("办件编号：{}", self.case_number)),
            addressee: Some(format!("{}：", self.party.name)),
            blocks,
            issuer: self.station.clone(),
            date: self.dated,
            check_caption: "扫码查看办理进度".to_owned(),
            footer: self.footer(),
            marking: self.marking,
        }
    }

    fn footer(&self) -> Vec<String> {
        let phone = self.station_phone.as_ref().map(|phone| format!("咨询电话：{phone}（{}）", self.station));
        let seal = "本文书由便民服务系统生成，系统留痕不等同于国家电子印章；需要盖章的，请到窗口加盖。".to_owned();
        phone.into_iter().chain([seal]).collect()
    }
}

#[cfg(test)]
mod tests;
