//! Message templates, what users have allowed of them, and what their phones received.

use std::collections::BTreeMap;

use domain::template::{self, ValueFault};
use domain::time::Timestamp;
use serde_json::{Value, json};

use super::{PhoneName, Refused, World};
use crate::sandbox::refusal::Refusal;
use crate::sandbox::settings::{Consent, Template};

const MESSAGES_KEPT: usize = 500;
/// Every how manieth answer names the message.
const MSGID_EVERY: u64 = 3;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::sandbox) struct Received {
    pub template: Template,
    pub page: Option<String>,
    pub data: BTreeMap<String, String>,
    pub at: Timestamp,
}

/// What became of a message that was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Delivery {
    Arrived,
    /// WeChat took it, and tells later that it couldn't deliver it.
    Lost,
}

/// A message as a caller asks for it.
pub(in crate::sandbox) struct Outgoing {
    pub touser: String,
    pub template_id: String,
    pub page: Option<String>,
    pub data: BTreeMap<String, String>,
}

/// What a user allows of a template.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::sandbox) enum Credit {
    OneTime(u32),
    LongTerm(bool),
}

impl World {
    /// What `times` taps on 允许 give.
    pub(in crate::sandbox) fn accept(&mut self, user: &PhoneName, template_id: &str, times: u32) -> Result<Credit, Refused> {
        let consent = self.template(template_id).ok_or(Refused::UnknownTemplate)?.consent;
        let phone = self.phone(user)?;
        match consent {
            Consent::OneTime => {
                let credit = phone.credits.entry(template_id.to_owned()).or_default();
                *credit = credit.saturating_add(times);
                Ok(Credit::OneTime(*credit))
            }
            Consent::LongTerm => {
                phone.long_term.insert(template_id.to_owned());
                Ok(Credit::LongTerm(true))
            }
        }
    }

    /// A tap on 拒绝: what was allowed one by one before stays, and what was allowed for good does not.
    pub(in crate::sandbox) fn reject(&mut self, user: &PhoneName, template_id: &str) -> Result<Credit, Refused> {
        self.template(template_id).ok_or(Refused::UnknownTemplate)?;
        self.phone(user)?.long_term.remove(template_id);
        self.credit(user, template_id)
    }

    /// Messages of the template are turned off: what was allowed is void.
    pub(in crate::sandbox) fn turn_off(&mut self, user: &PhoneName, template_id: &str) -> Result<Credit, Refused> {
        self.template(template_id).ok_or(Refused::UnknownTemplate)?;
        let phone = self.phone(user)?;
        phone.credits.remove(template_id);
        phone.long_term.remove(template_id);
        self.credit(user, template_id)
    }

    pub(in crate::sandbox) fn credit(&self, user: &PhoneName, template_id: &str) -> Result<Credit, Refused> {
        let template = self.template(template_id).ok_or(Refused::UnknownTemplate)?;
        let phone = self.phones.get(user).ok_or(Refused::UnknownPhone)?;
        Ok(match template.consent {
            Consent::OneTime => Credit::OneTime(phone.credits.get(template_id).copied().unwrap_or_default()),
            Consent::LongTerm => Credit::LongTerm(phone.long_term.contains(template_id)),
        })
    }

    pub(in crate::sandbox) fn messages(&self, user: &PhoneName) -> Result<impl DoubleEndedIterator<Item = &Received>, Refused> {
        self.phones.get(user).map(|phone| phone.messages.iter()).ok_or(Refused::UnknownPhone)
    }

    /// Whether a message may set out to the user; another that is under way to them must arrive first.
    pub(in crate::sandbox) fn begin_to_send(&mut self, touser: &str) -> Result<(), Refusal> {
        if self.sending.insert(touser.to_owned()) { Ok(()) } else { Err(Refusal::Concurrent) }
    }

    pub(in crate::sandbox) fn end_to_send(&mut self, touser: &str) {
        self.sending.remove(touser);
    }

    /// Delivers the message and tells of it; WeChat's answer.
    pub(in crate::sandbox) fn send(&mut self, message: Outgoing, now: Timestamp) -> Result<Value, Refusal> {
        self.phone_of(&message.touser)?;
        let template = self.template(&message.template_id).ok_or(Refusal::UnknownTemplate)?.clone();
        if message.page.as_deref().is_some_and(|page| !self.is_page(page)) {
            return Err(Refusal::UnknownPage);
        }
        check_data(&template, &message.data)?;
        let delivery = self.deliver(&message, template, now)?;
        self.sent_count += 1;
        let msgid: u64 = 1_864_323_726_461_255_680 + self.sent_count;
        self.tell_of_sent(&message, (msgid, delivery), now);
        Ok(match self.sent_count % MSGID_EVERY {
            0 => json!({ "errcode": 0, "errmsg": "ok", "msgid": msgid }),
            _ => json!({ "errcode": 0, "errmsg": "ok" }),
        })
    }

    /// From now on messages to the user are lost on their way, or not any more.
    pub(in crate::sandbox) fn lose_messages(&mut self, user: &PhoneName, are_lost: bool) -> Result<(), Refused> {
        self.phone(user)?.loses_messages = are_lost;
        Ok(())
    }

    fn deliver(&mut self, message: &Outgoing, template: Template, now: Timestamp) -> Result<Delivery, Refusal> {
        let phone = self.phone_of_mut(&message.touser)?;
        match template.consent {
            Consent::OneTime => {
                let credit = phone.credits.get_mut(&template.id).filter(|credit| **credit > 0).ok_or(Refusal::NotAccepted)?;
                *credit -= 1;
            }
            Consent::LongTerm if !phone.long_term.contains(&template.id) => return Err(Refusal::NotAccepted),
            Consent::LongTerm => {}
        }
        if phone.loses_messages {
            return Ok(Delivery::Lost);
        }
        phone.messages.push_back(Received { template, page: message.page.clone(), data: message.data.clone(), at: now });
        if phone.messages.len() > MESSAGES_KEPT {
            phone.messages.pop_front();
        }
        Ok(Delivery::Arrived)
    }
}

/// All keys of the template, no other, each with a value of its kind.
fn check_data(template: &Template, data: &BTreeMap<String, String>) -> Result<(), Refusal> {
    let bad = |key: &str, fault| Refusal::BadValue { key: key.to_owned(), fault };
    for key in template.keys.keys() {
        let value = data.get(key).ok_or_else(|| bad(key, ValueFault::Empty))?;
        let choices = template.choices.get(key).map(Vec::as_slice);
        template::check(key, value, choices).map_err(|fault| bad(key, fault))?;
    }
    match data.keys().find(|key| !template.keys.contains_key(*key)) {
        Some(key) => Err(bad(key, ValueFault::Invalid)),
        None => Ok(()),
    }
}
