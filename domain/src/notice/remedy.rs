//! Where somebody may turn against a decision. Sources: 行政复议法 20 (sixty days), 行政诉讼法 46 (six months),
//! 村民委员会组织法 36 and 民法典 265 (a committee's decision).

/// Against whom, and so by which way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Remedy {
    /// An organ of government decided: review within 60 days, the court within six months.
    Review {
        /// The organ that reviews, e.g. `南部新区管理委员会`.
        reviewer: String,
    },
    /// A village committee decided: the town may order it to do its duty, the court may annul what harms rights.
    Village { town: String },
    /// A body outside this system decided, and its own paper says more.
    Outside { body: String },
}

impl Remedy {
    pub fn sentence(&self) -> String {
        match self {
            Remedy::Review { reviewer } => format!(
                "如不服本决定，可以自收到本文书之日起六十日内向{reviewer}申请行政复议，也可以自收到之日起六个月内依法向人民法院提起行政诉讼。"
            ),
            Remedy::Village { town } => format!(
                "如有异议，可以向村（居）民委员会申请复核，或者向{town}反映，由其依法处理；认为决定侵害合法权益的，可以依法请求人民法院予以撤销。"
            ),
            Remedy::Outside { body } => format!("本决定由{body}作出，救济途径以其出具的决定文书为准，也可以向{body}咨询。"),
        }
    }
}
