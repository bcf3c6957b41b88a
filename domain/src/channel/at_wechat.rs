//! Which message WeChat means when it tells what became of one. It names the user, the template and a number of its own, which its
//! answer to our call has only now and then: so the order tells, within the time in which WeChat tells such things. What WeChat may never
//! have had comes last: else its place would be taken from each message after it.
//! Source: WeChat's documents on subscription messages, and what developers report of them.

use chrono::Duration;

use crate::ids::MessageId;
use crate::time::Timestamp;

/// For so long a message is looked for: WeChat tells within seconds, and one of which it never told must not stand for a later one.
pub const TOLD_WITHIN: Duration = Duration::minutes(10);
/// WeChat's clock and ours, and that it tells whole seconds.
const CLOCKS: Duration = Duration::minutes(1);

/// A message that WeChat has, or may have, and of which it hasn't said what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AtWechat {
    pub news: MessageId,
    /// What WeChat called it when it took it, if it said so.
    pub number: Option<String>,
    pub left_at: Timestamp,
    pub doubt: Doubt,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doubt {
    /// WeChat took it, or is being asked to.
    None,
    /// Its answer got lost, or whoever sent it is gone.
    WhetherItWasTaken,
}

/// Whom WeChat means by its `number` of a message, told at `at`. `open`: what it has of the user and the template, in the order in
/// which it left.
pub fn meant_by_wechat<'a>(open: &'a [AtWechat], number: &str, at: Timestamp) -> Option<&'a AtWechat> {
    let named = open.iter().find(|message| message.number.as_deref() == Some(number));
    let in_time = |message: &&AtWechat| message.left_at <= at + CLOCKS && at <= message.left_at + TOLD_WITHIN;
    let unnamed = |doubt| open.iter().filter(move |message| message.number.is_none() && message.doubt == doubt).find(in_time);
    named.or_else(|| unnamed(Doubt::None)).or_else(|| unnamed(Doubt::WhetherItWasTaken))
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn at(secs: i64) -> Timestamp {
        Timestamp::from_timestamp(1_789_000_000 + secs, 0).unwrap()
    }

    fn message(id: u128, number: Option<&str>, left: i64) -> AtWechat {
        AtWechat { news: MessageId::new(Uuid::from_u128(id)), number: number.map(str::to_owned), left_at: at(left), doubt: Doubt::None }
    }

    fn meant(open: &[AtWechat], number: &str, told: i64) -> Option<u128> {
        meant_by_wechat(open, number, at(told)).map(|message| message.news.as_uuid().as_u128())
    }

    #[test]
    fn the_number_tells_where_there_is_one_and_else_the_order() {
        let open = [message(1, None, 0), message(2, Some("n2"), 1), message(3, None, 2)];
        assert_eq!(meant(&open, "n2", 3), Some(2));
        assert_eq!(meant(&open, "n9", 3), Some(1));
        assert_eq!(meant(&open[1..], "n9", 3), Some(3), "what has another number isn't it");
        assert_eq!(meant(&open[1..2], "n9", 3), None);
    }

    #[test]
    fn what_wechat_may_never_have_had_takes_no_other_s_place() {
        let lost = AtWechat { doubt: Doubt::WhetherItWasTaken, ..message(1, None, 0) };
        let open = [lost, message(2, None, 1)];
        assert_eq!((meant(&open, "n", 2), meant(&open[..1], "n", 2)), (Some(2), Some(1)));
    }

    #[test]
    fn what_left_long_ago_or_later_isn_t_meant() {
        let minutes = |minutes: i64| minutes * 60;
        let open = [message(1, None, 0), message(2, None, minutes(9))];
        assert_eq!(meant(&open, "n", minutes(10)), Some(1));
        assert_eq!(meant(&open, "n", minutes(11)), Some(2));
        assert_eq!(meant(&open, "n", minutes(20)), None);
        assert_eq!(meant(&open[1..], "n", minutes(7)), None, "it hadn't left");
        assert_eq!(meant(&open[1..], "n", minutes(8)), Some(2), "clocks differ");
    }
}
