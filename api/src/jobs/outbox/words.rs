//! News in the words of WeChat's template, each value within what WeChat allows, none empty.

use std::collections::BTreeMap;

use domain::ids::{CaseId, MandateId};
use domain::time::Timestamp;
use domain::{case, mandate};
use infra::store::{About, StoreError, View};
use infra::wechat::SubscribeMessage;

use crate::app::Grounds;
use crate::settings::WechatTemplates;
use crate::wording::SEALED_MATTER;
use crate::wording::tidings::{hint, mandate_hint, mandate_progress, progress, thing, time};

/// What the notice opens, with the id.
const CASE_PAGE: &str = "pages/case/detail";
const MANDATE_PAGE: &str = "pages/mandate/detail";
const MANDATE_NAME: &str = "请人代办的委托";
/// A mandate has no number.
const NO_NUMBER: &str = "--";

pub(super) struct Words {
    page: String,
    number: String,
    item: String,
    progress: &'static str,
    at: Timestamp,
    hint: String,
}

impl Words {
    pub fn message(self, template_id: String, keys: &WechatTemplates) -> SubscribeMessage {
        let data = BTreeMap::from([
            (keys.number_key.clone(), self.number),
            (keys.item_key.clone(), thing(&self.item)),
            (keys.progress_key.clone(), self.progress.to_owned()),
            (keys.at_key.clone(), time(self.at)),
            (keys.hint_key.clone(), thing(&self.hint)),
        ]);
        SubscribeMessage { template_id, page: Some(self.page), data }
    }
}

/// None where what the news are about is gone.
pub(super) async fn words(view: &View, grounds: &Grounds, about: &About) -> Result<Option<Words>, StoreError> {
    match about {
        About::Case { case, tidings } => of_case(view, grounds, *case, tidings).await,
        About::Mandate { mandate, tidings } => of_mandate(view, *mandate, *tidings).await,
    }
}

async fn of_case(view: &View, grounds: &Grounds, case: CaseId, tidings: &case::Tidings) -> Result<Option<Words>, StoreError> {
    let Some(file) = view.case_file(case).await? else { return Ok(None) };
    let item = match file.case.is_sealed() {
        true => SEALED_MATTER.to_owned(),
        false => grounds.item_at(view, &file.case.item, file.case.item_version).await?.item.name.clone(),
    };
    let collect_at = grounds.map.station(&file.case.route.collect_at).map(|station| station.name.as_str());
    Ok(Some(Words {
        page: format!("{CASE_PAGE}?id={}", case.as_uuid()),
        number: file.case.number.to_string(),
        item,
        progress: progress(tidings),
        at: file.record.last().map_or(file.submitted_at, |recorded| recorded.at),
        hint: hint(tidings, collect_at),
    }))
}

async fn of_mandate(view: &View, id: MandateId, tidings: mandate::Tidings) -> Result<Option<Words>, StoreError> {
    let Some(mandate) = view.mandate(id).await? else { return Ok(None) };
    Ok(Some(Words {
        page: format!("{MANDATE_PAGE}?id={}", id.as_uuid()),
        number: NO_NUMBER.to_owned(),
        item: MANDATE_NAME.to_owned(),
        progress: mandate_progress(tidings),
        at: mandate.revoked.as_ref().map_or(mandate.given_at, |end| end.at),
        hint: mandate_hint(tidings).to_owned(),
    }))
}
