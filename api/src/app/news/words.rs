//! News in words: of WeChat's template, each value within what WeChat allows, none empty; of a short message; and for a clerk who tells
//! them.

use std::collections::BTreeMap;

use domain::floor::AppointmentState;
use domain::ids::{AppointmentId, CaseId, ConsentId, CorrectionId, ErrandId, MandateId, RequestId};
use domain::time::{Timestamp, end_of};
use domain::{case, channel, consent, correction, counter_request, floor, mandate};
use infra::store::{About, StoreError, View};
use infra::wechat::SubscribeMessage;

use crate::app::Grounds;
use crate::settings::WechatTemplates;
use crate::wording::SEALED_MATTER;
use crate::wording::sms::short_message;
use crate::wording::tidings::{
    appointment_hint, appointment_progress, consent_hint, consent_progress, correction_hint, correction_progress, errand_hint,
    errand_progress, hint, mandate_hint, mandate_progress, progress, request_hint, request_progress, thing, time,
};

/// What the notice opens, with the id.
const CASE_PAGE: &str = "pages/case/detail";
const MANDATE_PAGE: &str = "pages/mandate/detail";
const PROFILE_PAGE: &str = "pages/me/profile";
const CONSENTS_PAGE: &str = "pages/me/consents";
const MANDATE_NAME: &str = "请人代办的委托";
const CORRECTION_NAME: &str = "身份信息更正";
const REQUEST_NAME: &str = "个人信息查阅和删除";
const CONSENT_NAME: &str = "使用个人信息的同意";
/// Not for what: it may be a sealed matter.
const APPOINTMENT_NAME: &str = "到站点办事的预约";
const APPOINTMENTS_PAGE: &str = "pages/me/appointments";
const ERRAND_NAME: &str = "电话或上门告知";
const ERRANDS_PAGE: &str = "pages/staff/errands";
/// What stands in WeChat's template where there is no number.
const NO_NUMBER: &str = "--";

pub struct Words {
    page: String,
    /// Only a case has one.
    pub number: Option<String>,
    pub item: String,
    pub progress: &'static str,
    at: Timestamp,
    pub hint: String,
}

impl Words {
    pub fn message(self, template_id: String, keys: &WechatTemplates) -> SubscribeMessage {
        let data = BTreeMap::from([
            (keys.number_key.clone(), self.number.unwrap_or_else(|| NO_NUMBER.to_owned())),
            (keys.item_key.clone(), thing(&self.item)),
            (keys.progress_key.clone(), self.progress.to_owned()),
            (keys.at_key.clone(), time(self.at)),
            (keys.hint_key.clone(), thing(&self.hint)),
        ]);
        SubscribeMessage { template_id, page: Some(self.page), data }
    }

    pub fn short_message(&self) -> String {
        short_message(self.number.as_deref(), &self.item, (self.progress, &self.hint))
    }
}

/// None where what the news are about is gone.
pub async fn words(view: &View, grounds: &Grounds, about: &About) -> Result<Option<Words>, StoreError> {
    match about {
        About::Case { case, tidings } => of_case(view, grounds, *case, tidings).await,
        About::Mandate { mandate, tidings } => of_mandate(view, *mandate, *tidings).await,
        About::Correction { correction, tidings } => of_correction(view, grounds, *correction, *tidings).await,
        About::Consent { consent, tidings } => of_consent(view, *consent, *tidings).await,
        About::Request { request, tidings } => of_request(view, grounds, *request, *tidings).await,
        About::Errand { errand, tidings } => of_errand(view, *errand, *tidings).await,
        About::Appointment { appointment, tidings } => of_appointment(view, *appointment, *tidings).await,
    }
}

async fn of_case(view: &View, grounds: &Grounds, case: CaseId, tidings: &case::Tidings) -> Result<Option<Words>, StoreError> {
    let Some(file) = view.case_file(case).await? else { return Ok(None) };
    let item = match file.case.is_sealed() {
        true => SEALED_MATTER.to_owned(),
        false => grounds.item_at(view, &file.case.item, file.case.item_version).await?.item.name.clone(),
    };
    let station = tidings.station().and_then(|code| grounds.map.station(code)).map(|station| station.name.as_str());
    Ok(Some(Words {
        page: format!("{CASE_PAGE}?id={}", case.as_uuid()),
        number: Some(file.case.number.to_string()),
        item,
        progress: progress(tidings),
        at: file.record.last().map_or(file.submitted_at, |recorded| recorded.at),
        hint: hint(tidings, station),
    }))
}

async fn of_mandate(view: &View, id: MandateId, tidings: mandate::Tidings) -> Result<Option<Words>, StoreError> {
    let Some(mandate) = view.mandate(id).await? else { return Ok(None) };
    Ok(Some(Words {
        page: format!("{MANDATE_PAGE}?id={}", id.as_uuid()),
        number: None,
        item: MANDATE_NAME.to_owned(),
        progress: mandate_progress(tidings),
        at: mandate.revoked.as_ref().map_or(mandate.given_at, |end| end.at),
        hint: mandate_hint(tidings).to_owned(),
    }))
}

async fn of_correction(
    view: &View,
    grounds: &Grounds,
    id: CorrectionId,
    tidings: correction::Tidings,
) -> Result<Option<Words>, StoreError> {
    let Some(correction) = view.correction(id).await? else { return Ok(None) };
    let at = match tidings {
        correction::Tidings::Proposed => correction.at,
        correction::Tidings::Corrected | correction::Tidings::Refused { .. } => {
            correction.settled.as_ref().map_or(correction.at, |settled| settled.at)
        }
        correction::Tidings::Lapsed | correction::Tidings::EnteredLapsed => end_of(grounds.second_word.last_day(correction.at)),
    };
    Ok(Some(Words {
        page: PROFILE_PAGE.to_owned(),
        number: None,
        item: CORRECTION_NAME.to_owned(),
        progress: correction_progress(tidings),
        at,
        hint: correction_hint(tidings).to_owned(),
    }))
}

async fn of_consent(view: &View, id: ConsentId, tidings: consent::Tidings) -> Result<Option<Words>, StoreError> {
    let Some(consent) = view.consent(id).await? else { return Ok(None) };
    let ended = consent.ended.as_ref().filter(|_| tidings == consent::Tidings::WithdrawnInYourName);
    Ok(Some(Words {
        page: CONSENTS_PAGE.to_owned(),
        number: None,
        item: CONSENT_NAME.to_owned(),
        progress: consent_progress(tidings),
        at: ended.map_or(consent.given_at, |ended| ended.at),
        hint: consent_hint(tidings).to_owned(),
    }))
}

async fn of_request(view: &View, grounds: &Grounds, id: RequestId, tidings: counter_request::Tidings) -> Result<Option<Words>, StoreError> {
    let Some(request) = view.counter_request(id).await? else { return Ok(None) };
    let at = match tidings {
        counter_request::Tidings::CopyMade | counter_request::Tidings::ErasureProposed => request.at,
        counter_request::Tidings::ErasureRefused { .. } => request.settled.as_ref().map_or(request.at, |settled| settled.at),
        counter_request::Tidings::ErasureLapsed | counter_request::Tidings::EnteredLapsed => {
            end_of(grounds.second_word.last_day(request.at))
        }
    };
    Ok(Some(Words {
        page: PROFILE_PAGE.to_owned(),
        number: None,
        item: REQUEST_NAME.to_owned(),
        progress: request_progress(tidings),
        at,
        hint: request_hint(tidings).to_owned(),
    }))
}

async fn of_errand(view: &View, id: ErrandId, tidings: channel::Tidings) -> Result<Option<Words>, StoreError> {
    let Some(errand) = view.errand(id).await? else { return Ok(None) };
    Ok(Some(Words {
        page: ERRANDS_PAGE.to_owned(),
        number: None,
        item: ERRAND_NAME.to_owned(),
        progress: errand_progress(tidings),
        at: errand.ended_at.unwrap_or(errand.opened_at),
        hint: errand_hint(tidings).to_owned(),
    }))
}

async fn of_appointment(view: &View, id: AppointmentId, tidings: floor::Tidings) -> Result<Option<Words>, StoreError> {
    let Some(appointment) = view.appointment(id).await? else { return Ok(None) };
    let at = match appointment.state {
        AppointmentState::CalledOff { at, .. } => at,
        AppointmentState::Booked
        | AppointmentState::Arrived { .. }
        | AppointmentState::Cancelled { .. }
        | AppointmentState::NoShow { .. } => appointment.booked_at,
    };
    Ok(Some(Words {
        page: APPOINTMENTS_PAGE.to_owned(),
        number: None,
        item: APPOINTMENT_NAME.to_owned(),
        progress: appointment_progress(tidings),
        at,
        hint: appointment_hint(tidings),
    }))
}
