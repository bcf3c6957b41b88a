//! Numbers, slots and windows of a hall.

use domain::floor::{AppointmentRefusal, BadStationRules, BadWindow, BookingRefusal, OutOfReach, TicketRefusal};
use domain::time::{Timestamp, local};
use infra::store::StoreError;

use super::{FieldFault, Problem};
use crate::app::floor::FloorError;
use crate::http::etag::IfMatchFault;

impl From<FloorError> for Problem {
    fn from(error: FloorError) -> Self {
        match error {
            FloorError::NoSuchStation => Problem::no_such_station(),
            FloorError::NoSuchTicket => Problem::not_found("ticket_not_found", "没有这个排队号，请刷新后再看"),
            FloorError::NoSuchAppointment => Problem::not_found("appointment_not_found", "没有这个预约，请刷新后再看"),
            FloorError::NoSuchItem => Problem::unprocessable("item_not_found", "目录里没有这个事项，请重新选择"),
            FloorError::NoSuchCase => Problem::conflict("case_not_found", "没有这个办件，或不在您的窗口办理，请核对后再填"),
            FloorError::Denied(denied) => denied.into(),
            FloorError::Reach(refusal) => refusal.into(),
            FloorError::WhereFrom => Problem::unprocessable("place_missing", "请允许获取位置后再报到，或到窗口由工作人员报到")
                .with_errors(vec![FieldFault::new("place", "missing_field", "缺少位置")]),
            FloorError::HasANumber => Problem::conflict("ticket_there_already", "您已有一个排队号，办完或退号后才能再取"),
            FloorError::NameDiffers => Problem::unprocessable("name_differs", "姓名与该身份号码登记的不一致，请核对后重新录入"),
            FloorError::Ticket(refusal) => refusal.into(),
            FloorError::Booking(refusal) => refusal.into(),
            FloorError::BookedAlready => Problem::conflict("booked_already", "您当天已预约过这个事项，请先取消原来的预约"),
            FloorError::Appointment(refusal) => refusal.into(),
            FloorError::Window(bad) => bad.into(),
            FloorError::WindowTaken => Problem::conflict("window_taken", "该窗口已有人，或您已在别的窗口，请先关闭原来的窗口"),
            FloorError::NoWindow => Problem::conflict("window_not_open", "您还没有在本站开窗，请先开窗再叫号"),
            FloorError::NobodySits => Problem::conflict("window_closed", "该窗口现在没有开，请刷新后再看"),
            FloorError::WindowBusy => Problem::conflict("window_busy", "窗口上还有没办完的号，请先办结或过号"),
            FloorError::NothingWaits => Problem::conflict("nothing_waits", "当前没有人排队，也没有可认领的待办"),
            FloorError::Rules(bad) => bad.into(),
            FloorError::StaleRules => IfMatchFault::Stale.into(),
            FloorError::Work(error) => error.into(),
            FloorError::Store(StoreError::Stale) => Problem::conflict("ticket_changed", "情况刚有变化，请刷新后再操作"),
            FloorError::Store(error) => error.into(),
        }
    }
}

impl From<OutOfReach> for Problem {
    fn from(refusal: OutOfReach) -> Self {
        match refusal {
            OutOfReach::TooFar(metres) => {
                Problem::conflict("out_of_reach", format!("距站点{metres}米以内才能用手机取号或报到，请到站点附近再试，也可以预约"))
            }
            OutOfReach::Closed => Problem::conflict("station_closed", "站点现在不开门，请在开放时间取号，也可以预约"),
            OutOfReach::TooLate => Problem::conflict("too_late_today", "今天剩余时间已排满，请预约其他时间"),
        }
    }
}

impl From<TicketRefusal> for Problem {
    fn from(refusal: TicketRefusal) -> Self {
        match refusal {
            TicketRefusal::NotWaiting => Problem::conflict("ticket_not_waiting", "该号已被叫过，请刷新后再看"),
            TicketRefusal::NotCalled => Problem::conflict("ticket_not_called", "该号现在没有被叫到，请先叫号"),
            TicketRefusal::NotServing => Problem::conflict("ticket_not_served", "该号还没有开始办理，请先开始办理"),
            TicketRefusal::Anothers => Problem::conflict("ticket_of_colleague", "该号是同事叫的，请由同事处理"),
            TicketRefusal::RecallsUsedUp => Problem::conflict("recalls_used_up", "已叫满次数，请办理或过号"),
            TicketRefusal::RecallFirst => Problem::conflict("recall_first", "请再叫一次；仍不应答才能过号"),
            TicketRefusal::BeingServed => Problem::conflict("ticket_being_served", "正在办理，不能退号"),
            TicketRefusal::ThatFarForward => Problem::conflict("ticket_that_far_forward", "该号已经排在这么前面，不用再提前"),
            TicketRefusal::Over => Problem::conflict("ticket_over", "该号已经结束，需要时请重新取号"),
        }
    }
}

impl From<BookingRefusal> for Problem {
    fn from(refusal: BookingRefusal) -> Self {
        match refusal {
            BookingRefusal::NotAccepted => Problem::conflict("item_not_accepted", "该站点不受理这个事项，请换一个站点"),
            BookingRefusal::TooFarAhead(last) => Problem::conflict("slot_too_far_ahead", format!("最远可以预约到{last}，请重新选择")),
            BookingRefusal::Begun => Problem::conflict("slot_begun", "该时段已经开始，请选择以后的时段"),
            BookingRefusal::NoSuchSlot => Problem::conflict("slot_not_found", "没有这个可预约的时段，请刷新后重新选择"),
            BookingRefusal::Full => Problem::conflict("slot_full", "该时段已约满，请换一个时段"),
            BookingRefusal::TooMany => Problem::conflict("too_many_booked", "您的预约已达上限，请先办理或取消已有预约"),
        }
    }
}

impl From<AppointmentRefusal> for Problem {
    fn from(refusal: AppointmentRefusal) -> Self {
        match refusal {
            AppointmentRefusal::Begun => Problem::conflict("slot_begun", "预约时段已经开始，不能取消"),
            AppointmentRefusal::TooEarly(from) => Problem::conflict("arrived_too_early", format!("{}起才能报到，请稍候", clock(from))),
            AppointmentRefusal::TooLate(until) => {
                Problem::conflict("arrived_too_late", format!("预约只保留到{}，请现场取号", clock(until)))
            }
            AppointmentRefusal::StillKept => Problem::conflict("slot_still_kept", "预约仍在保留时间内"),
            AppointmentRefusal::Over => Problem::conflict("appointment_over", "该预约已经报到、取消或过期"),
        }
    }
}

fn clock(at: Timestamp) -> String {
    local(at).format("%H:%M").to_string()
}

impl From<BadWindow> for Problem {
    fn from(bad: BadWindow) -> Self {
        match bad {
            BadWindow::NoSuchWindow(windows) => Problem::unprocessable("window_not_found", format!("本站有{windows}个窗口，请核对窗口号"))
                .with_errors(vec![FieldFault::new("number", "window_not_found", "没有这个窗口")]),
            BadWindow::ServesNothing => Problem::unprocessable("window_serves_nothing", "请至少选择一类业务")
                .with_errors(vec![FieldFault::new("serves", "window_serves_nothing", "没有选择业务")]),
        }
    }
}

impl From<BadStationRules> for Problem {
    fn from(bad: BadStationRules) -> Self {
        let (field, code, detail) = match bad {
            BadStationRules::EmptyTurn => ("policy", "empty_turn", "轮流叫号时每一方至少一个，请更正"),
            BadStationRules::Window(BadWindow::NoSuchWindow(_)) => ("windows", "window_not_found", "本站没有这个窗口，请核对窗口号"),
            BadStationRules::Window(BadWindow::ServesNothing) => ("windows", "window_serves_nothing", "每个窗口请至少选择一类业务"),
            BadStationRules::WindowTwice => ("windows", "window_twice", "同一个窗口只能设置一次，请更正"),
            BadStationRules::QuotaTwice => ("quotas", "quota_twice", "同一类业务同一小时只能有一个限额，请更正"),
            BadStationRules::NoSuchHour => ("quotas", "no_such_hour", "小时应在0到23之间，请更正"),
        };
        Problem::unprocessable(code, detail).with_errors(vec![FieldFault::new(field, code, detail)])
    }
}
