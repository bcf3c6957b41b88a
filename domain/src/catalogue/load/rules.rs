//! What must hold inside one item, beyond the form of its values. Source: the README of the reference catalogue.

use std::collections::BTreeSet;
use std::fmt::Debug;

use crate::catalogue::fault::{KeyFault, Why};
use crate::catalogue::{
    Authority, CertificateTerms, Field, FieldType, FilledBy, Forwarding, Handling, Item, MaterialForm, Mode, PROFILE_KEYS, Particulars,
};

const ALIASES_MAX: usize = 5;
const STEPS_MIN: usize = 2;
/// Who issues a village certificate, as the data name it.
const VILLAGE_COMMITTEE: &str = "village_committee";

/// Collects what doesn't hold.
#[derive(Default)]
struct Faults(Vec<KeyFault>);

impl Faults {
    fn want(&mut self, holds: bool, key: impl Into<String>, why: Why) {
        if !holds {
            self.0.push(KeyFault::new(key, why));
        }
    }

    fn want_text(&mut self, text: &str, key: impl Into<String>) {
        self.want(!text.trim().is_empty(), key, Why::Empty);
    }

    fn want_texts(&mut self, texts: &[String], key: &str) {
        self.want(!texts.is_empty() && texts.iter().all(|text| !text.trim().is_empty()), key, Why::Empty);
        self.want_no_twins(texts, key);
    }

    fn want_some<T: Ord + Debug>(&mut self, values: &[T], key: &str) {
        self.want(!values.is_empty(), key, Why::Empty);
        self.want_no_twins(values, key);
    }

    fn want_no_twins<T: Ord + Debug>(&mut self, values: &[T], key: &str) {
        let mut seen = BTreeSet::new();
        let twins = values.iter().filter(|value| !seen.insert(*value));
        self.0.extend(twins.map(|twin| KeyFault::new(key, Why::Twice(format!("{twin:?}")))));
    }
}

/// All that doesn't hold inside `item`.
pub(super) fn check(item: &Item) -> Vec<KeyFault> {
    let mut faults = Faults::default();
    check_words(item, &mut faults);
    check_periods(item, &mut faults);
    check_ways(item, &mut faults);
    check_materials(item, &mut faults);
    check_fields(&item.fields, &mut faults);
    check_result(item, &mut faults);
    match &item.particulars {
        Particulars::TownService => {}
        Particulars::VillageProxy(forwarding) => check_forwarding(forwarding, &mut faults),
        Particulars::Certificate(terms) => check_certificate(terms, &item.fields, &mut faults),
    }
    faults.0
}

fn check_words(item: &Item, faults: &mut Faults) {
    let is_chinese = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
    faults.want(item.name.chars().any(is_chinese), "name", Why::NotChinese);
    faults.want_text(&item.name_en, "name_en");
    faults.want_texts(&item.aliases, "aliases");
    faults.want(item.aliases.len() <= ALIASES_MAX, "aliases", Why::TooMany(ALIASES_MAX));
    faults.want_text(&item.department, "department");
    faults.want(item.steps.len() >= STEPS_MIN, "steps", Why::TooFew(STEPS_MIN));
    faults.want_texts(&item.legal_basis, "legal_basis");
    faults.want_no_twins(&item.life_events, "life_events");
    faults.want_no_twins(&item.after, "after");
    faults.want(!item.after.contains(&item.code), "after", Why::Circle);
}

fn check_periods(item: &Item, faults: &mut Faults) {
    let promised = item.promised_working_days;
    faults.want(item.statutory_working_days.is_none_or(|limit| promised <= limit), "promised_working_days", Why::OverStatutoryLimit);
    faults.want((item.handling == Handling::Instant) == (promised == 0), "promised_working_days", Why::InstantMeansNoDays);
    if let Some(publicity) = item.publicity {
        faults.want(publicity.days > 0, "publicity.days", Why::Empty);
        faults.want(item.handling == Handling::Commitment, "publicity", Why::PublicityOnInstant);
    }
}

fn check_ways(item: &Item, faults: &mut Faults) {
    faults.want_some(&item.audience, "audience");
    faults.want_some(&item.modes, "modes");
    faults.want_some(&item.levels, "levels");
    faults.want(item.trips <= 1, "trips", Why::NotATrip);
    let carries_papers = item.materials.iter().any(|material| match material.form {
        MaterialForm::Original | MaterialForm::Copy | MaterialForm::Form => true,
        MaterialForm::Electronic => false,
    });
    let express = item.modes.contains(&Mode::Express);
    faults.want(!express || item.result.deliverable || carries_papers, "modes", Why::NothingToCarry);
}

fn check_materials(item: &Item, faults: &mut Faults) {
    faults.want(!item.materials.is_empty(), "materials", Why::Empty);
    for (index, material) in item.materials.iter().enumerate() {
        faults.want_text(&material.name, format!("materials[{index}].name"));
    }
}

fn check_fields(fields: &[Field], faults: &mut Faults) {
    let mut keys = BTreeSet::new();
    for (index, field) in fields.iter().enumerate() {
        let path = |key: &str| format!("fields[{index}].{key}");
        faults.want(is_snake_case(&field.key), path("key"), Why::NotAKey);
        faults.want(keys.insert(&field.key), path("key"), Why::Twice(field.key.clone()));
        faults.want_text(&field.label, path("label"));
        faults.want(field.filled_by == FilledBy::Applicant || !field.required, path("required"), Why::StationFieldRequired);
        faults.want((field.r#type == FieldType::Select) != field.options.is_empty(), path("options"), Why::OptionsOfSelectAlone);
        faults.want_no_twins(&field.options, &path("options"));
    }
}

fn is_snake_case(key: &str) -> bool {
    let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
    key.starts_with(|c: char| c.is_ascii_lowercase()) && key.bytes().all(allowed)
}

fn check_result(item: &Item, faults: &mut Faults) {
    faults.want_text(&item.result.name, "result.name");
    faults.want(!item.result.deliverable || item.result.form.has_paper(), "result.deliverable", Why::OnlyPaperIsCarried);
}

fn check_forwarding(forwarding: &Forwarding, faults: &mut Faults) {
    let forwards_up = match forwarding.level {
        Authority::Town | Authority::District | Authority::City => true,
        Authority::Village | Authority::Province => false,
    };
    faults.want(forwards_up, "forwards_to.level", Why::ForwardsNowhere);
    faults.want_text(&forwarding.department, "forwards_to.department");
    faults.want_no_twins(&forwarding.also, "forwards_to.also");
}

fn check_certificate(terms: &CertificateTerms, fields: &[Field], faults: &mut Faults) {
    faults.want(terms.issuer == VILLAGE_COMMITTEE, "issuer", Why::OtherIssuer);
    faults.want(terms.valid_days != Some(0), "valid_days", Why::Empty);
    faults.want_text(&terms.purpose, "purpose");
    faults.want(terms.placeholders().next().is_some(), "template", Why::NoPlaceholder);
    let known = |name: &str| PROFILE_KEYS.contains(&name) || fields.iter().any(|field| field.key == name);
    let unknown: BTreeSet<&str> = terms.placeholders().filter(|name| !known(name)).collect();
    faults.0.extend(unknown.into_iter().map(|name| KeyFault::new("template", Why::NoSuchPlaceholder(name.to_owned()))));
}
