//! What the types of the settings alone don't say.

use domain::template;
use infra::wechat::PushDoor;
use secrecy::ExposeSecret;

use super::Settings;
use super::wechat::WechatTemplates;

/// The shortest term for which a case file is kept (国家档案局令第8号).
const CASE_YEARS_MIN: u16 = 10;

/// A setting that can't be, and what it has to be.
type Fault = (&'static str, &'static str);

pub(super) fn check(settings: &Settings) -> Result<(), Fault> {
    sizes(settings)?;
    given_together(settings)?;
    if settings.token.staff_idle_minutes <= settings.token.access_minutes {
        return Err(("token.staff_idle_minutes", "must be more than token.access_minutes: who works refreshes that often"));
    }
    if settings.retention.case_years < CASE_YEARS_MIN {
        return Err(("retention.case_years", "must be at least 10: the shortest term of the archive rules"));
    }
    if settings.uploads.receiving_bytes_max < settings.uploads.file_bytes_max {
        return Err(("uploads.receiving_bytes_max", "must hold at least one file (uploads.file_bytes_max)"));
    }
    // What opens the database would quote a URL that it doesn't know.
    let is_postgres = |url: &str| url.starts_with("postgres://") || url.starts_with("postgresql://");
    if settings.database.url.as_ref().is_some_and(|url| !is_postgres(url.expose_secret())) {
        return Err(("database.url", "must begin with postgres:// (without it, SQLite is used)"));
    }
    Ok(())
}

fn given_together(settings: &Settings) -> Result<(), Fault> {
    if settings.wechat.secret.is_some() && settings.wechat.appid.is_empty() {
        return Err(("wechat.appid", "must be given together with wechat.secret"));
    }
    let wechat = &settings.wechat;
    if wechat.push_token.is_some() != wechat.push_key.is_some() {
        return Err(("wechat.push_key", "must be given together with wechat.push_token"));
    }
    if wechat.push_token.is_some() && wechat.secret.is_none() {
        return Err(("wechat.secret", "must be given together with wechat.push_token"));
    }
    if wechat.pushes().is_some_and(|pushes| PushDoor::new(&wechat.appid, &pushes).is_err()) {
        return Err(("wechat.push_key", "must be the EncodingAESKey: 43 characters of Base64"));
    }
    if settings.sms.base_url.is_some() != settings.sms.key.is_some() {
        return Err(("sms.key", "must be given together with sms.base_url"));
    }
    if settings.face.base_url.is_some() != settings.face.key.is_some() {
        return Err(("face.key", "must be given together with face.base_url"));
    }
    let oidc = &settings.oidc;
    for (key, given) in [("oidc.client_id", &oidc.client_id), ("oidc.redirect_uri", &oidc.redirect_uri)] {
        if oidc.issuer.is_some() == given.is_empty() {
            return Err((key, "must be given together with oidc.issuer"));
        }
    }
    template_values(&settings.wechat.templates)?;
    if settings.vault.master_key_file.is_some() && settings.vault.master_key.is_some() {
        return Err(("vault.master_key", "must not be given together with vault.master_key_file"));
    }
    Ok(())
}

/// What WeChat calls the values says which values it takes: no message would go out with a longer one, or one of another kind.
fn template_values(templates: &WechatTemplates) -> Result<(), Fault> {
    let values = [
        ("wechat.templates.number_key", &templates.number_key, "511499-20260914-00001-W"),
        ("wechat.templates.item_key", &templates.item_key, "二十个字二十个字二十个字二十个字二十个字"),
        ("wechat.templates.progress_key", &templates.progress_key, "等待受理"),
        ("wechat.templates.at_key", &templates.at_key, "2026年9月14日 09:30"),
        ("wechat.templates.hint_key", &templates.hint_key, "二十个字二十个字二十个字二十个字二十个字"),
    ];
    match values.into_iter().find(|(_, key, value)| template::check(key, value, None).is_err()) {
        Some((setting, _, _)) => Err((setting, "must be of a kind that takes what stands there: the default's, or a wider one")),
        None => Ok(()),
    }
}

fn sizes(settings: &Settings) -> Result<(), Fault> {
    let (limits, routing) = (&settings.limits, &settings.routing);
    if let Some((key, _)) = counts(settings).into_iter().find(|(_, value)| *value == 0) {
        return Err((key, "must be at least 1"));
    }
    let bytes = [
        ("limits.json_bytes_max", limits.json_bytes_max),
        ("limits.sign_in_bytes_max", limits.sign_in_bytes_max),
        ("limits.uri_bytes_max", limits.uri_bytes_max),
        ("limits.header_bytes_max", limits.header_bytes_max),
    ];
    if let Some((key, _)) = bytes.into_iter().find(|(_, value)| *value < 1024) {
        return Err((key, "must be at least 1024"));
    }
    let positive = [("routing.speed_kmh", routing.speed_kmh), ("routing.road_factor", routing.road_factor)];
    match positive.into_iter().find(|(_, value)| !value.is_finite() || *value <= 0.0) {
        Some((key, _)) => Err((key, "must be more than 0")),
        None => Ok(()),
    }
}

/// What can't be none.
fn counts(settings: &Settings) -> [(&'static str, u64); 38] {
    let size = |size: usize| u64::try_from(size).unwrap_or(u64::MAX);
    [
        ("database.connections_max", u64::from(settings.database.connections_max)),
        ("token.access_minutes", u64::from(settings.token.access_minutes)),
        ("token.fresh_minutes", u64::from(settings.token.fresh_minutes)),
        ("token.staff_hours", u64::from(settings.token.staff_hours)),
        ("token.villager_idle_days", u64::from(settings.token.villager_idle_days)),
        ("token.villager_days", u64::from(settings.token.villager_days)),
        ("token.key_days", u64::from(settings.token.key_days)),
        ("token.key_lead_minutes", u64::from(settings.token.key_lead_minutes)),
        ("retention.loose_upload_days", u64::from(settings.retention.loose_upload_days)),
        ("retention.news_days", u64::from(settings.retention.news_days)),
        ("retention.visit_days", u64::from(settings.retention.visit_days)),
        ("floor.booked_max", u64::from(settings.floor.booked_max)),
        ("floor.places_back", u64::from(settings.floor.places_back)),
        ("retention.unused_person_years", u64::from(settings.retention.unused_person_years)),
        ("queue.lease_minutes", u64::from(settings.queue.lease_minutes)),
        ("queue.sweep_secs", settings.queue.sweep_secs),
        ("wechat.timeout_secs", settings.wechat.timeout_secs),
        ("oidc.timeout_secs", settings.oidc.timeout_secs),
        ("sms.timeout_secs", settings.sms.timeout_secs),
        ("face.timeout_secs", settings.face.timeout_secs),
        ("identity.holds_days", u64::from(settings.identity.holds_days)),
        ("identity.sms_code_minutes", u64::from(settings.identity.sms_code_minutes)),
        ("identity.sms_code_tries", u64::from(settings.identity.sms_code_tries)),
        ("identity.code_minutes", u64::from(settings.identity.code_minutes)),
        ("outbox.batch", u64::from(settings.outbox.batch)),
        ("outbox.poll_secs", settings.outbox.poll_secs),
        ("errands.attempts_max", u64::from(settings.errands.attempts_max)),
        ("limits.idempotency_hours", u64::from(settings.limits.idempotency_hours)),
        ("limits.body_secs", settings.limits.body_secs),
        ("limits.request_head_secs", settings.limits.request_head_secs),
        ("limits.query_parameters_max", size(settings.limits.query_parameters_max)),
        ("limits.connections_max", size(settings.limits.connections_max)),
        ("rates.failed_sign_ins.free", u64::from(settings.rates.failed_sign_ins.free)),
        ("rates.failed_sign_ins.rest_minutes_max", u64::from(settings.rates.failed_sign_ins.rest_minutes_max)),
        ("rates.failed_sign_ins_anywhere.free", u64::from(settings.rates.failed_sign_ins_anywhere.free)),
        ("rates.failed_sign_ins_anywhere.rest_minutes_max", u64::from(settings.rates.failed_sign_ins_anywhere.rest_minutes_max)),
        ("uploads.receive_secs", settings.uploads.receive_secs),
        ("uploads.picture_points_max", settings.uploads.picture_points_max),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_whose_value_takes_no_such_words_is_named() {
        assert_eq!(template_values(&WechatTemplates::default()), Ok(()));
        let narrow = WechatTemplates { number_key: "number1".into(), ..WechatTemplates::default() };
        assert_eq!(template_values(&narrow).unwrap_err().0, "wechat.templates.number_key");
        let short = WechatTemplates { hint_key: "phrase5".into(), ..WechatTemplates::default() };
        assert_eq!(template_values(&short).unwrap_err().0, "wechat.templates.hint_key");
    }
}
