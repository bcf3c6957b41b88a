//! The next step of one piece of news.

use serde::{Deserialize, Serialize};

use super::{Channel, QuietHours, Weight};
use crate::time::Timestamp;

/// How it stands with the news on one way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TryState {
    /// It is to be sent, perhaps again; an errand waits to be run.
    Waiting,
    /// Whoever carries it took it; whether it arrived isn't known.
    HandedOver,
    /// It arrived: the carrier's receipt, or the clerk, says so.
    Delivered,
    /// It did not go this way.
    Failed,
    /// It may or may not have been taken, or have arrived: nobody will know.
    Unknown,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Tried {
    pub channel: Channel,
    pub state: TryState,
}

/// What the person can receive now. An errand reaches everybody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Reach {
    /// Their account at WeChat is known, and they allow it a message.
    pub wechat: bool,
    /// They have a phone that takes short messages.
    pub sms: bool,
}

impl Reach {
    fn has(self, channel: Channel) -> bool {
        match channel {
            Channel::Wechat => self.wechat,
            Channel::Sms => self.sms,
            Channel::Errand => true,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Next {
    Send(Channel),
    /// It is quiet until then.
    WaitUntil(Timestamp),
    /// The carrier's receipt, or the clerk, will say.
    Await(Channel),
    /// Nothing more is sent.
    Over(Ending),
}

/// What came of a piece of news beside the list of messages, in which it stands anyway.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Ending {
    Told(Channel),
    Perhaps(Channel),
    ListAlone,
}

/// What is to be done for news of a weight, from what was tried; at most one way is under way at a time. A message that may have been
/// taken is not sent that way again: whom it matters for is told another way.
pub fn next(weight: Weight, reach: Reach, tried: &[Tried], quiet: QuietHours, now: Timestamp) -> Next {
    let mut perhaps = None;
    for channel in weight.ways().iter().copied() {
        match tried.iter().find(|tried| tried.channel == channel).map(|tried| tried.state) {
            Some(TryState::Delivered) => return Next::Over(Ending::Told(channel)),
            Some(TryState::HandedOver) => return handed_over(channel),
            Some(TryState::Waiting) if channel == Channel::Errand => return Next::Await(channel),
            Some(TryState::Waiting) => return when_it_may_ring(channel, quiet, now),
            Some(TryState::Unknown) => perhaps = Some(channel),
            Some(TryState::Failed) => {}
            None if reach.has(channel) => return when_it_may_ring(channel, quiet, now),
            None => {}
        }
    }
    Next::Over(perhaps.map_or(Ending::ListAlone, Ending::Perhaps))
}

/// Whether news of a weight go another way where `channel` fails.
pub fn goes_another_way(weight: Weight, reach: Reach, channel: Channel) -> bool {
    weight.ways().iter().skip_while(|way| **way != channel).skip(1).any(|way| reach.has(*way))
}

/// WeChat's word that it took a message is all that it may ever say.
fn handed_over(channel: Channel) -> Next {
    match channel {
        Channel::Wechat => Next::Over(Ending::Told(channel)),
        Channel::Sms | Channel::Errand => Next::Await(channel),
    }
}

fn when_it_may_ring(channel: Channel, quiet: QuietHours, now: Timestamp) -> Next {
    quiet.over_at(now).map_or(Next::Send(channel), Next::WaitUntil)
}
