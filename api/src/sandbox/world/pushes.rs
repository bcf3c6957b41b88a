//! What WeChat is going to tell by itself, and when.

use std::collections::VecDeque;

use domain::time::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use super::messages::Delivery;
use super::{Checked, Outgoing, PhoneName, World};

const PUSHES_KEPT: usize = 10_000;

#[derive(Default)]
pub(super) struct Pushes(VecDeque<Push>);

#[derive(Debug, Clone, PartialEq)]
pub(in crate::sandbox) struct Push {
    pub what: What,
    pub due: Timestamp,
    /// More than once: as WeChat does where it did not see the answer.
    pub times: u8,
}

#[derive(Debug, Clone, PartialEq)]
pub(in crate::sandbox) enum What {
    Event(Value),
    /// Of a file that is fetched when it is told.
    Verdict(Checked),
}

/// What is wrong with a push, for who wants to see it refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::sandbox) enum Flaw {
    WrongSignature,
    OldTimestamp,
    WrongAppid,
    /// Encrypted for somebody else, and signed as it should be.
    WrongKey,
}

impl World {
    pub(in crate::sandbox) fn push(&mut self, push: Push) {
        self.pushes.0.push_back(push);
        if self.pushes.0.len() > PUSHES_KEPT {
            self.pushes.0.pop_front();
        }
    }

    /// Takes what is due out.
    pub(in crate::sandbox) fn due(&mut self, now: Timestamp) -> Vec<Push> {
        let (due, later): (Vec<Push>, Vec<Push>) = self.pushes.0.drain(..).partition(|push| push.due <= now);
        self.pushes.0 = later.into();
        due
    }

    pub(super) fn tell_of_sent(&mut self, message: &Outgoing, (msgid, delivery): (u64, Delivery), now: Timestamp) {
        let (code, status) = match delivery {
            Delivery::Arrived => ("0", "success"),
            Delivery::Lost => ("1", "failed"),
        };
        let list = json!({ "TemplateId": message.template_id, "MsgID": msgid.to_string(), "ErrorCode": code, "ErrorStatus": status });
        self.tell(&message.touser, "subscribe_msg_sent_event", vec![list], now);
    }

    /// What the user answered when asked about these templates.
    pub(in crate::sandbox) fn tell_of_answers(&mut self, user: &PhoneName, answers: &[(String, &'static str)], now: Timestamp) {
        let told = |(id, answer): &(String, &str)| json!({ "TemplateId": id, "SubscribeStatusString": answer, "PopupScene": "0" });
        let openid = self.openid_of(user);
        self.tell(&openid, "subscribe_msg_popup_event", answers.iter().map(told).collect(), now);
    }

    pub(in crate::sandbox) fn tell_of_turning_off(&mut self, user: &PhoneName, template_ids: &[String], now: Timestamp) {
        let told = |id: &String| json!({ "TemplateId": id, "SubscribeStatusString": "reject" });
        let openid = self.openid_of(user);
        self.tell(&openid, "subscribe_msg_change_event", template_ids.iter().map(told).collect(), now);
    }

    /// A list of one goes without its list.
    fn tell(&mut self, openid: &str, event: &str, mut list: Vec<Value>, now: Timestamp) {
        let list = if list.len() == 1 { list.remove(0) } else { Value::Array(list) };
        let told = json!({
            "ToUserName": "gh_sandbox", "FromUserName": openid, "CreateTime": now.timestamp(), "MsgType": "event", "Event": event,
            "List": list
        });
        self.push(Push { what: What::Event(told), due: now, times: 1 });
    }
}
