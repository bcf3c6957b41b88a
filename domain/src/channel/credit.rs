//! The consents of one person to the messages of one template at WeChat (订阅消息). A one-time consent buys one message, without time
//! limit; a long-term one holds until it is taken back. WeChat counts too, and what it says in the end corrects this ledger.
//! Source: WeChat's documents on subscription messages.

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CreditKind {
    /// 一次性订阅.
    #[default]
    OneTime,
    /// 长期订阅, granted to some public services.
    LongTerm,
}

/// What is left of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Credit {
    pub kind: CreditKind,
    /// Messages that may be sent; of a long-term consent 1 while it holds.
    pub left: u32,
}

/// What happened to them: the phone tells it, WeChat answers it, or WeChat pushes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CreditChange {
    /// 允许 in the dialog.
    Accepted,
    /// 拒绝 in the dialog: of a one-time template no message that was bought before is lost.
    Declined,
    /// WeChat took a message.
    Sent,
    /// WeChat says that nothing is left (43101).
    UsedUp,
    /// Switched off in the mini-program's settings.
    SwitchedOff,
}

impl Credit {
    pub fn none(kind: CreditKind) -> Self {
        Self { kind, left: 0 }
    }

    pub fn allows(self) -> bool {
        self.left > 0
    }

    #[must_use]
    pub fn after(self, change: CreditChange) -> Self {
        let left = match (self.kind, change) {
            (CreditKind::OneTime, CreditChange::Accepted) => self.left.saturating_add(1),
            (CreditKind::OneTime, CreditChange::Sent) => self.left.saturating_sub(1),
            (CreditKind::OneTime, CreditChange::Declined) | (CreditKind::LongTerm, CreditChange::Sent) => self.left,
            (CreditKind::LongTerm, CreditChange::Accepted) => 1,
            (CreditKind::LongTerm, CreditChange::Declined) => 0,
            (CreditKind::OneTime | CreditKind::LongTerm, CreditChange::UsedUp | CreditChange::SwitchedOff) => 0,
        };
        Self { left, ..self }
    }
}
