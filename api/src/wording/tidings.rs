//! News of a case, a booked slot, a mandate, a consent, a correction or a request at a counter as WeChat shows them: a phrase of at most five characters and a hint of at most twenty.

use chrono::{Datelike, NaiveDate};
use domain::case::{Changed, Tidings};
use domain::countersign::WhyRefused;
use domain::evaluation::rectification;
use domain::floor::CallOff;
use domain::supervision::Colour;
use domain::template::THING_CHARS_MAX;
use domain::time::{Timestamp, offset};
use domain::{channel, consent, correction, counter_request, floor, mandate};

pub use domain::template::thing;

/// How the case stands now, in Chinese characters alone.
pub fn progress(tidings: &Tidings) -> &'static str {
    match tidings {
        Tidings::Submitted => "已提交",
        Tidings::Accepted => "已受理",
        Tidings::NotAccepted => "不予受理",
        Tidings::SupplementAsked { .. } => "待补正",
        Tidings::Lapsed => "已终止",
        Tidings::Refused => "不予办理",
        Tidings::ReadyToCollect { .. } => "待领取",
        Tidings::ReadyToBring => "待送达",
        Tidings::Completed => "已办结",
        Tidings::Rerouted { .. } | Tidings::Replanned { .. } => "方案有变",
        Tidings::DueMoved { .. } => "时限有变",
        Tidings::Alert { colour: Colour::Yellow } => "黄牌预警",
        Tidings::Alert { colour: Colour::Red } => "红牌超期",
        Tidings::NobodyMayTake | Tidings::Escalated => "请督办",
        Tidings::Review { news } => review_progress(*news),
    }
}

/// What the person is to do, or may expect. `station` is the name of the one that the news name.
pub fn hint(tidings: &Tidings, station: Option<&str>) -> String {
    match tidings {
        Tidings::Submitted => "申请已收到，等待受理".to_owned(),
        Tidings::Accepted => "办理时限从今天起算".to_owned(),
        Tidings::NotAccepted => "原因和去处见不予受理通知书".to_owned(),
        Tidings::SupplementAsked { until } => format!("请在{}前补齐材料", day(*until)),
        Tidings::Lapsed => "逾期未补正，可重新申请".to_owned(),
        Tidings::Refused => "理由和救济途径见办件详情".to_owned(),
        Tidings::ReadyToCollect { .. } => match station.map(|name| format!("请到{name}领取结果")) {
            Some(text) if text.chars().count() <= THING_CHARS_MAX => text,
            Some(_) | None => "结果已出，领取地点见办件详情".to_owned(),
        },
        Tidings::ReadyToBring => "结果已出，等待快递员送达".to_owned(),
        Tidings::Completed => "请您对本次服务作出评价".to_owned(),
        Tidings::Replanned { changed: Changed::Station, latest: Some(latest) } => format!("站点临时停办，最晚{}办好", day(*latest)),
        Tidings::Replanned { changed: Changed::Station, latest: None } => "原站点办不了，请另选站点或来电".to_owned(),
        Tidings::Replanned { changed: Changed::Courier, latest: Some(latest) } => format!("快递员有变，最晚{}办好", day(*latest)),
        Tidings::Replanned { changed: Changed::Courier, latest: None } => "快递员有变，已另行安排".to_owned(),
        Tidings::Rerouted { .. } => match station.map(|name| format!("已改由{name}受理")) {
            Some(text) if text.chars().count() <= THING_CHARS_MAX => text,
            Some(_) | None => "已改由别的站点受理，详见办件".to_owned(),
        },
        Tidings::DueMoved { due } => format!("放假安排有变，最晚{}办好", day(*due)),
        Tidings::Alert { colour: Colour::Yellow } => "时限将到，请督促办理".to_owned(),
        Tidings::Alert { colour: Colour::Red } => "已超时限，请处理并登记措施".to_owned(),
        Tidings::NobodyMayTake => "条线内无人可办，请协调人员".to_owned(),
        Tidings::Escalated => "经办人上报，请协调办理".to_owned(),
        Tidings::Review { news } => review_hint(*news).to_owned(),
    }
}

/// What becomes of a bad review, in Chinese characters alone.
fn review_progress(news: rectification::Tidings) -> &'static str {
    match news {
        rectification::Tidings::Opened => "评价处理中",
        rectification::Tidings::Closed => "评价已答复",
        rectification::Tidings::Excluded => "评价已复核",
        rectification::Tidings::ContactOverdue
        | rectification::Tidings::ClosingOverdue
        | rectification::Tidings::NobodyThere
        | rectification::Tidings::Reopened
        | rectification::Tidings::Appealed => "请督办",
    }
}

fn review_hint(news: rectification::Tidings) -> &'static str {
    match news {
        rectification::Tidings::Opened => "将在1个工作日内与您联系",
        rectification::Tidings::Closed => "请查看答复，并评价整改是否满意",
        rectification::Tidings::Excluded => "复核后不计入，有异议请拨打12345",
        rectification::Tidings::ContactOverdue => "有差评超期未联系本人，请督促",
        rectification::Tidings::ClosingOverdue => "有差评整改超期，请督促",
        rectification::Tidings::NobodyThere => "站点无人可整改差评，请您办理",
        rectification::Tidings::Reopened => "本人对整改不满意，请您办理",
        rectification::Tidings::Appealed => "有差评申诉，请核实后决定",
    }
}

/// What became of a booked slot, in Chinese characters alone.
pub fn appointment_progress(tidings: floor::Tidings) -> &'static str {
    match tidings {
        floor::Tidings::CalledOff { .. } => "预约已取消",
    }
}

/// Which slot, why, and what to do: within a hint's length whatever the day.
pub fn appointment_hint(tidings: floor::Tidings) -> String {
    let floor::Tidings::CalledOff { begin, why } = tidings;
    let slot = begin.with_timezone(&offset()).format("%-m月%-d日%H:%M");
    match why {
        CallOff::Closed => format!("{slot}停办，请另约时间"),
        CallOff::NotTakenIn => format!("{slot}不办此事，请换站点"),
        CallOff::NoWindow => format!("{slot}无此窗口，请换站点"),
    }
}

/// How a mandate stands now, in Chinese characters alone.
pub fn mandate_progress(tidings: mandate::Tidings) -> &'static str {
    match tidings {
        mandate::Tidings::EnteredInYourName => "委托已登记",
        mandate::Tidings::EndedInYourName | mandate::Tidings::EndedByGrantor | mandate::Tidings::EndedByHolder => "委托已取消",
    }
}

/// What happened to the mandate, and what to do where it wasn't the person.
pub fn mandate_hint(tidings: mandate::Tidings) -> &'static str {
    match tidings {
        mandate::Tidings::EnteredInYourName => "站点记下别人替您办事，不是您说的请取消",
        mandate::Tidings::EndedInYourName => "站点记下您取消了委托，不是您说的请来电",
        mandate::Tidings::EndedByGrantor => "对方取消了委托，往后您不用替办了",
        mandate::Tidings::EndedByHolder => "替您办的人不办了，可另请人或自己办",
    }
}

/// What becomes of who the person is on record, in Chinese characters alone.
pub fn correction_progress(tidings: correction::Tidings) -> &'static str {
    match tidings {
        correction::Tidings::Proposed => "更正待确认",
        correction::Tidings::Corrected => "信息已更正",
        correction::Tidings::Refused { .. } => "更正未通过",
        correction::Tidings::Lapsed => "更正已过期",
        correction::Tidings::EnteredLapsed => "复核已过期",
    }
}

pub fn correction_hint(tidings: correction::Tidings) -> &'static str {
    match tidings {
        correction::Tidings::Proposed => "站点要改您的身份号码，不是您说的请来电",
        correction::Tidings::Corrected => "站点更正了您的身份信息，不是您说的请来电",
        correction::Tidings::Refused { why } => refused_hint(why),
        correction::Tidings::Lapsed => "逾期没有复核，信息未改，请带证件再来",
        correction::Tidings::EnteredLapsed => "您登记的更正逾期没有复核，未生效",
    }
}

/// What becomes of what was asked about the person's data at a counter, in Chinese characters alone.
pub fn request_progress(tidings: counter_request::Tidings) -> &'static str {
    match tidings {
        counter_request::Tidings::CopyMade => "已打印副本",
        counter_request::Tidings::ErasureProposed => "删除待确认",
        counter_request::Tidings::ErasureRefused { .. } => "删除未通过",
        counter_request::Tidings::ErasureLapsed => "删除已过期",
        counter_request::Tidings::EnteredLapsed => "复核已过期",
    }
}

pub fn request_hint(tidings: counter_request::Tidings) -> &'static str {
    match tidings {
        counter_request::Tidings::CopyMade => "站点打印了您的信息，不是您要的请来电",
        counter_request::Tidings::ErasureProposed => "站点要删除您的信息，不是您说的请来电",
        counter_request::Tidings::ErasureRefused { why } => refused_hint(why),
        counter_request::Tidings::ErasureLapsed => "逾期没有复核，信息未删，请带证件再来",
        counter_request::Tidings::EnteredLapsed => "您登记的删除逾期没有复核，未执行",
    }
}

fn refused_hint(why: WhyRefused) -> &'static str {
    match why {
        WhyRefused::OtherThanTheCard => "录入的与身份证不一致，请带证件再来",
        WhyRefused::Unreadable => "身份证扫描件看不清，请带证件再来",
        WhyRefused::NotTheirCard => "所用身份证不是您的，有疑问请来电",
        WhyRefused::NotAskedFor => "经核实您没有提出过，信息没有改动",
    }
}

/// How a consent stands now, in Chinese characters alone.
pub fn consent_progress(tidings: consent::Tidings) -> &'static str {
    match tidings {
        consent::Tidings::GivenInYourName => "同意已登记",
        consent::Tidings::WithdrawnInYourName => "同意已收回",
    }
}

pub fn consent_hint(tidings: consent::Tidings) -> &'static str {
    match tidings {
        consent::Tidings::GivenInYourName => "站点记下您同意了，不是您说的请收回",
        consent::Tidings::WithdrawnInYourName => "站点记下您收回同意，不是您说的请来电",
    }
}

/// What became of an errand of a station, in Chinese characters alone.
pub fn errand_progress(tidings: channel::Tidings) -> &'static str {
    match tidings {
        channel::Tidings::Untouched | channel::Tidings::NotReached => "请督办",
    }
}

pub fn errand_hint(tidings: channel::Tidings) -> &'static str {
    match tidings {
        channel::Tidings::Untouched => "有群众待电话或上门告知，请督促站点",
        channel::Tidings::NotReached => "站点多次联系不上群众，请协调",
    }
}

/// A `time`: `2026年9月14日 09:30`.
pub fn time(at: Timestamp) -> String {
    at.with_timezone(&offset()).format("%Y年%-m月%-d日 %H:%M").to_string()
}

fn day(date: NaiveDate) -> String {
    format!("{}月{}日", date.month(), date.day())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mandate_tidings() -> [mandate::Tidings; 4] {
        use mandate::Tidings;
        [Tidings::EnteredInYourName, Tidings::EndedInYourName, Tidings::EndedByGrantor, Tidings::EndedByHolder]
    }

    const WHY_REFUSED: [WhyRefused; 4] =
        [WhyRefused::OtherThanTheCard, WhyRefused::Unreadable, WhyRefused::NotTheirCard, WhyRefused::NotAskedFor];

    #[test]
    fn every_news_fits_into_wechats_template() {
        let until = NaiveDate::from_ymd_opt(2026, 12, 28).unwrap();
        let code = || "511499101000-01".parse().unwrap();
        let all = [
            Tidings::Submitted,
            Tidings::Accepted,
            Tidings::NotAccepted,
            Tidings::SupplementAsked { until },
            Tidings::Lapsed,
            Tidings::Refused,
            Tidings::ReadyToCollect { station: code() },
            Tidings::Rerouted { to: code(), latest: until },
            Tidings::ReadyToBring,
            Tidings::Completed,
            Tidings::Replanned { changed: Changed::Station, latest: Some(until) },
            Tidings::Replanned { changed: Changed::Station, latest: None },
            Tidings::Replanned { changed: Changed::Courier, latest: Some(until) },
            Tidings::Replanned { changed: Changed::Courier, latest: None },
            Tidings::Review { news: rectification::Tidings::Opened },
            Tidings::Review { news: rectification::Tidings::Closed },
            Tidings::Review { news: rectification::Tidings::Excluded },
            Tidings::Review { news: rectification::Tidings::ContactOverdue },
            Tidings::Review { news: rectification::Tidings::ClosingOverdue },
            Tidings::Review { news: rectification::Tidings::NobodyThere },
            Tidings::Review { news: rectification::Tidings::Reopened },
            Tidings::Review { news: rectification::Tidings::Appealed },
            Tidings::DueMoved { due: until },
            Tidings::Alert { colour: Colour::Yellow },
            Tidings::Alert { colour: Colour::Red },
        ];
        for tidings in mandate_tidings() {
            let (progress, hint) = (mandate_progress(tidings), mandate_hint(tidings));
            assert!((1..=5).contains(&progress.chars().count()) && (1..=20).contains(&hint.chars().count()), "{tidings:?}");
        }
        let refused = WHY_REFUSED.map(|why| correction::Tidings::Refused { why });
        let corrections = [correction::Tidings::Proposed, correction::Tidings::Corrected, correction::Tidings::Lapsed];
        let corrections = corrections.into_iter().chain([correction::Tidings::EnteredLapsed]).chain(refused);
        let consents = [consent::Tidings::GivenInYourName, consent::Tidings::WithdrawnInYourName];
        let corrections = corrections.map(|tidings| (correction_progress(tidings), correction_hint(tidings)));
        let consents = consents.map(|tidings| (consent_progress(tidings), consent_hint(tidings)));
        let requests = WHY_REFUSED.map(|why| counter_request::Tidings::ErasureRefused { why });
        let lapsed = [counter_request::Tidings::ErasureLapsed, counter_request::Tidings::EnteredLapsed];
        let begun = [counter_request::Tidings::CopyMade, counter_request::Tidings::ErasureProposed];
        let requests = begun.into_iter().chain(lapsed).chain(requests);
        let requests = requests.map(|tidings| (request_progress(tidings), request_hint(tidings)));
        let errands = [channel::Tidings::Untouched, channel::Tidings::NotReached];
        let errands = errands.map(|tidings| (errand_progress(tidings), errand_hint(tidings)));
        for (progress, hint) in corrections.chain(consents).chain(requests).chain(errands) {
            assert!((1..=5).contains(&progress.chars().count()) && (1..=20).contains(&hint.chars().count()), "{hint}");
        }
        for why in [CallOff::Closed, CallOff::NotTakenIn, CallOff::NoWindow] {
            let tidings = floor::Tidings::CalledOff { begin: "2026-12-28T02:00:00Z".parse().unwrap(), why };
            let (progress, hint) = (appointment_progress(tidings), appointment_hint(tidings));
            assert!(progress.chars().count() == 5 && (1..=20).contains(&hint.chars().count()), "{hint}");
            assert!(hint.starts_with("12月28日10:00"), "{hint}");
        }
        for tidings in all {
            assert!((1..=5).contains(&progress(&tidings).chars().count()), "{tidings:?}");
            for station in [None, Some("柳河镇便民服务中心"), Some("名字特别特别长的一个便民服务中心")] {
                assert!((1..=20).contains(&hint(&tidings, station).chars().count()), "{tidings:?} {station:?}");
            }
        }
    }

    #[test]
    fn a_time_is_local() {
        assert_eq!(time("2026-09-14T01:30:00Z".parse().unwrap()), "2026年9月14日 09:30");
    }
}
