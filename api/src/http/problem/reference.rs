//! The catalogue, the district and the calendar.

use domain::calendar::BadYear;

use super::{FieldFault, Problem};
use crate::app::{EditStationError, LoadYearError, NoSuchItem, PartnerError, ReferenceError};
use crate::http::etag::IfMatchFault;

impl From<NoSuchItem> for Problem {
    fn from(_: NoSuchItem) -> Self {
        Problem::not_found("item_not_found", "没有这个事项，请重新搜索")
    }
}

impl Problem {
    pub fn no_such_station() -> Self {
        Problem::not_found("station_not_found", "没有这个站点，请重新选择")
    }
}

impl From<ReferenceError> for Problem {
    fn from(error: ReferenceError) -> Self {
        match error {
            ReferenceError::Store(error) => error.into(),
            ReferenceError::District(_) | ReferenceError::Snapshot(_) => Problem::internal(&error),
        }
    }
}

impl From<EditStationError> for Problem {
    fn from(error: EditStationError) -> Self {
        match error {
            EditStationError::NoSuchStation => Problem::no_such_station(),
            EditStationError::Denied(denied) => denied.into(),
            EditStationError::BadHours => Problem::unprocessable("hours_invalid", "开放时间应晚于开始、早于结束，并至少选一天，请更正")
                .with_errors(vec![FieldFault::new("hours", "hours_invalid", "时间或星期不对")]),
            EditStationError::BadFacts => {
                let detail = "临时停办、公告和人员离岗的结束时间都应晚于开始时间，请更正";
                Problem::unprocessable("facts_invalid", detail)
            }
            EditStationError::AddedAndRemoved(item) => {
                Problem::unprocessable("item_added_and_removed", format!("{item} 不能同时增加和取消，请更正"))
                    .with_errors(vec![FieldFault::new("added", "item_added_and_removed", "与取消的事项重复")])
            }
            EditStationError::Item(NoSuchItem(item)) => {
                Problem::unprocessable("item_not_found", format!("没有事项 {item}，请更正后再提交"))
            }
            EditStationError::Stale => IfMatchFault::Stale.into(),
            EditStationError::Reference(error) => error.into(),
            EditStationError::Store(error) => error.into(),
        }
    }
}

impl From<PartnerError> for Problem {
    fn from(error: PartnerError) -> Self {
        match error {
            PartnerError::NotFound => Problem::not_found("partner_not_found", "没有这个合作站点，请重新选择"),
            PartnerError::Denied(denied) => denied.into(),
            PartnerError::Taken => Problem::conflict("partner_there_already", "这个合作站点已经有了，请改用修改"),
            PartnerError::Stale => IfMatchFault::Stale.into(),
            PartnerError::OwnDistrict => Problem::unprocessable("partner_in_own_district", "合作站点应在其他区县，请核对站点编码"),
            PartnerError::BadHours => Problem::unprocessable("hours_invalid", "开放时间应晚于开始、早于结束，并至少选一天，请更正")
                .with_errors(vec![FieldFault::new("hours", "hours_invalid", "时间或星期不对")]),
            PartnerError::Item(NoSuchItem(item)) => Problem::unprocessable("item_not_found", format!("没有事项 {item}，请更正后再提交")),
            PartnerError::Reference(error) => error.into(),
            PartnerError::Store(error) => error.into(),
        }
    }
}

impl From<LoadYearError> for Problem {
    fn from(error: LoadYearError) -> Self {
        match error {
            LoadYearError::Denied(denied) => denied.into(),
            LoadYearError::Year(bad) => bad_year(&bad),
            LoadYearError::Stale => IfMatchFault::Stale.into(),
            LoadYearError::Reference(error) => error.into(),
            LoadYearError::Store(error) => error.into(),
        }
    }
}

fn bad_year(bad: &BadYear) -> Problem {
    let (field, code, detail) = match bad {
        BadYear::OtherYear(day, year) => ("", "day_of_another_year", format!("{day} 不在 {year} 年，请更正后再提交")),
        BadYear::Both(day) => ("make_up_workdays", "holiday_and_workday", format!("{day} 不能既放假又调休上班，请更正后再提交")),
        BadYear::NotAWeekend(day) => ("make_up_workdays", "not_a_weekend", format!("{day} 不是周六或周日，不能作为调休上班日，请更正")),
    };
    Problem::unprocessable(code, detail.clone()).with_errors(vec![FieldFault::new(field, code, detail)])
}
