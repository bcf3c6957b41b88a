//! Content safety: a list of words in the place of judgement.

use chrono::TimeDelta;
use domain::time::Timestamp;
use infra::wechat::Suggest;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Push, What, World, random_hex};
use crate::sandbox::refusal::Refusal;
use crate::sandbox::settings::Word;

const SEEN_WITHIN: TimeDelta = TimeDelta::hours(2);
/// WeChat promises a verdict within half an hour: this is after it.
const LATE: TimeDelta = TimeDelta::minutes(45);
const PASSED_LABEL: i64 = 100;
const NOT_FETCHED: i64 = -1008;

/// What becomes of the verdict on a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::sandbox) enum MediaFate {
    #[default]
    Once,
    Lost,
    Late,
    Twice,
}

/// A check of a file, under way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::sandbox) struct Checked {
    pub openid: String,
    pub trace_id: String,
    pub url: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::sandbox) struct Verdict {
    pub suggest: Suggest,
    pub label: i64,
}

impl World {
    pub(in crate::sandbox) fn check_text(&self, openid: &str, text: &str, now: Timestamp) -> Result<Value, Refusal> {
        self.check_seen(openid, now)?;
        let verdict = self.judge(text);
        let suggest = verdict.suggest;
        Ok(json!({
            "errcode": 0, "errmsg": "ok", "trace_id": trace_id(),
            "result": { "suggest": suggest, "label": verdict.label },
            "detail": [
                { "strategy": "content_model", "errcode": 0, "suggest": suggest, "label": verdict.label, "prob": 90 },
                { "strategy": "keyword", "errcode": 0 }
            ]
        }))
    }

    /// The verdict comes later, as this world's fate has it.
    pub(in crate::sandbox) fn check_media(&mut self, openid: &str, url: &str, now: Timestamp) -> Result<Value, Refusal> {
        self.check_seen(openid, now)?;
        let checked = Checked { openid: openid.to_owned(), trace_id: trace_id(), url: url.to_owned() };
        let answer = json!({ "errcode": 0, "errmsg": "ok", "trace_id": checked.trace_id });
        let soon = now + TimeDelta::seconds(self.settings.media_verdict_after_secs);
        let verdict = |due, times| Push { what: What::Verdict(checked.clone()), due, times };
        match self.media_fate {
            MediaFate::Once => self.push(verdict(soon, 1)),
            MediaFate::Twice => self.push(verdict(soon, 2)),
            MediaFate::Late => self.push(verdict(now + LATE, 1)),
            MediaFate::Lost => {}
        }
        Ok(answer)
    }

    /// The worst that any word says.
    pub(in crate::sandbox) fn judge(&self, text: &str) -> Verdict {
        let found = self.settings.words.iter().filter(|word| text.contains(&word.text));
        let worst = found.max_by_key(|word| word.suggest);
        worst.map_or(Verdict { suggest: Suggest::Pass, label: PASSED_LABEL }, |word: &Word| Verdict {
            suggest: word.suggest,
            label: word.label,
        })
    }

    fn check_seen(&self, openid: &str, now: Timestamp) -> Result<(), Refusal> {
        let phone = self.phone_of(openid).map_err(|_| Refusal::OtherAppsUser)?;
        match phone.last_login {
            Some(at) if now - at <= SEEN_WITHIN => Ok(()),
            _ => Err(Refusal::NotSeenLately),
        }
    }
}

impl Checked {
    /// The push that tells of it; none where the file could not be fetched. Its label is a text here.
    pub(in crate::sandbox) fn told(&self, appid: &str, verdict: Option<Verdict>, now: Timestamp) -> Value {
        let mut told = json!({
            "ToUserName": "gh_sandbox", "FromUserName": self.openid, "CreateTime": now.timestamp(), "MsgType": "event",
            "Event": "wxa_media_check", "appid": appid, "trace_id": self.trace_id, "version": 2, "detail": []
        });
        match verdict {
            Some(verdict) => {
                told["result"] = json!({ "suggest": verdict.suggest, "label": verdict.label.to_string() });
                told["detail"] =
                    json!([{ "strategy": "content_model", "errcode": 0, "suggest": verdict.suggest, "label": verdict.label, "prob": 90 }]);
                told["errcode"] = json!(0);
            }
            None => told["errcode"] = json!(NOT_FETCHED),
        }
        told
    }
}

fn trace_id() -> String {
    format!("sandbox-{}", random_hex::<12>())
}
