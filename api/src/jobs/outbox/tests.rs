//! What the answers of carriers mean.

use std::time::Duration as StdDuration;

use chrono::Duration;
use domain::channel::{CreditChange, TryState};
use domain::time::{Timestamp, instant};
use infra::sms;
use infra::wechat::{CallError, Duty, Refusal, SendError};

use super::carry::{Attempts, Report, back_off, of_receipt, of_sms, of_wechat};

const LONGEST: Duration = Duration::hours(6);

fn at(text: &str) -> Timestamp {
    instant(text.parse().unwrap())
}

fn now() -> Timestamp {
    at("2026-09-14T09:30:00")
}

fn attempts(done: u32) -> Attempts {
    Attempts { done, max: 3, other_way: false }
}

fn busy() -> SendError {
    SendError::TryLater { after: StdDuration::from_secs(60), cause: CallError::JustFailed }
}

fn refused(duty: Duty) -> Refusal {
    Refusal { errcode: 1, duty, rid: None, about: None }
}

fn known(report: &Report) -> (TryState, Option<&str>, Option<Timestamp>) {
    (report.state, report.error.as_deref(), report.go_on_at)
}

fn by_wechat(sent: Result<Option<String>, SendError>, done: u32) -> Report {
    of_wechat(sent, attempts(done), now())
}

#[test]
fn what_wechat_took_costs_a_consent_and_what_it_refused_for_good_costs_all() {
    assert_eq!(by_wechat(Ok(None), 1).credit, Some(CreditChange::Sent));
    for refused in [SendError::RefusedByUser, SendError::UnknownUser] {
        let report = by_wechat(Err(refused), 1);
        assert_eq!((report.state, report.credit), (TryState::Failed, Some(CreditChange::UsedUp)));
    }
}

#[test]
fn whatever_else_wechat_answers_leaves_the_ledger_as_it_is() {
    let others = [
        busy(),
        SendError::Open(CallError::Status(502)),
        SendError::QuotaSpent,
        SendError::BadMessage(refused(Duty::DropMessage)),
        SendError::Misconfigured(refused(Duty::MendTemplate)),
    ];
    for other in others {
        let told = other.to_string();
        assert_eq!(by_wechat(Err(other), 1).credit, None, "{told}");
    }
}

#[test]
fn a_passing_fault_is_tried_again_ever_later_and_then_given_up() {
    let after = |done| by_wechat(Err(busy()), done);
    assert_eq!(known(&after(1)), (TryState::Waiting, Some("try_later"), Some(now() + Duration::minutes(1))));
    assert_eq!(known(&after(2)), (TryState::Waiting, Some("try_later"), Some(now() + Duration::minutes(2))));
    assert_eq!(known(&after(3)), (TryState::Failed, Some("try_later"), None));
    assert_eq!(back_off(40), LONGEST);
    let in_a_moment = SendError::TryLater { after: StdDuration::from_secs(1), cause: CallError::JustFailed };
    assert_eq!(by_wechat(Err(in_a_moment), 1).go_on_at, Some(now() + Duration::seconds(1)), "as WeChat asks");
}

#[test]
fn what_wechat_may_have_taken_is_not_sent_to_it_again() {
    for cause in [CallError::Status(502), CallError::Unreadable] {
        assert_eq!(known(&by_wechat(Err(SendError::Open(cause)), 1)), (TryState::Unknown, Some("no_answer"), None));
    }
}

#[test]
fn a_spent_quota_waits_for_midnight_where_there_is_no_other_way() {
    assert_eq!(known(&by_wechat(Err(SendError::QuotaSpent), 1)), (TryState::Waiting, Some("quota_spent"), Some(at("2026-09-15T00:00:00"))));
    let other = Attempts { other_way: true, ..attempts(1) };
    assert_eq!(of_wechat(Err(SendError::QuotaSpent), other, now()).state, TryState::Failed);
}

fn by_gateway(sent: Result<sms::Taken, sms::SendError>, done: u32) -> Report {
    of_sms(sent, attempts(done), now())
}

#[test]
fn a_short_message_without_an_answer_is_sent_again_as_the_same_and_in_the_end_nobody_knows() {
    let silent = |done| by_gateway(Err(sms::SendError::TryLater(sms::CallError::Unreadable)), done);
    assert_eq!(known(&silent(1)), (TryState::Waiting, Some("try_later"), Some(now() + Duration::minutes(1))));
    assert_eq!(known(&silent(3)), (TryState::Unknown, Some("no_answer"), None));
}

#[test]
fn a_number_that_gets_no_messages_is_told_another_way() {
    let report = by_gateway(Err(sms::SendError::Refused(sms::Refused::BadNumber)), 1);
    assert_eq!(known(&report), (TryState::Failed, Some("bad_number"), None));
    let taken = by_gateway(Ok(sms::Taken { number: "7".into() }), 1);
    assert_eq!((taken.state, taken.number.as_deref()), (TryState::HandedOver, Some("7")));
}

#[test]
fn without_a_receipt_the_gateway_is_asked_again_until_nobody_will_know() {
    let receipt = |state| Ok(Some(sms::Receipt { id: "1".into(), state, code: None }));
    let last = now() + Duration::hours(1);
    let asked = |answer, at| of_receipt(answer, (last, Duration::minutes(30)), at);
    assert_eq!(asked(receipt(sms::ReceiptState::Delivered), now()).state, TryState::Delivered);
    assert_eq!(known(&asked(receipt(sms::ReceiptState::Sent), now())), (TryState::HandedOver, None, Some(now() + Duration::minutes(30))));
    assert_eq!(known(&asked(Err(sms::CallError::Unreadable), last)), (TryState::Unknown, Some("no_receipt"), None));
    assert_eq!(known(&asked(Ok(None), now())), (TryState::Unknown, Some("not_known_there"), None));
}
