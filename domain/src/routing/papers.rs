//! The papers to have at hand: what the items require, minus what stored licences stand in for; asked once, used everywhere.

use super::Paper;
use super::context::Context;
use super::ways::Way;
use crate::catalogue::{Authorisation, Mode};

pub(super) fn to_bring(ctx: &Context<'_>, mode: Mode, ways: &[Way<'_>]) -> Vec<Paper> {
    let mut papers: Vec<Paper> = Vec::new();
    for paper in ways.iter().flat_map(|way| materials(ctx, way)) {
        if !papers.iter().any(|other| is_same(other, &paper)) {
            papers.push(paper);
        }
    }
    papers.extend(mandate(ctx, ways));
    papers.extend(evidence(ctx, mode));
    papers
}

fn materials(ctx: &Context<'_>, way: &Way<'_>) -> Vec<Paper> {
    let item = way.item();
    let needed = item.materials.iter().filter(|m| m.required && !(m.reusable && ctx.ask.licences.contains(&m.name)));
    needed.map(|m| Paper::Material { item: item.code.clone(), name: m.name.clone(), form: m.form }).collect()
}

fn is_same(a: &Paper, b: &Paper) -> bool {
    match (a, b) {
        (Paper::Material { name, form, .. }, Paper::Material { name: other, form: as_form, .. }) => name == other && form == as_form,
        (Paper::Mandate(a), Paper::Mandate(b)) => a == b,
        (Paper::OneOf(a), Paper::OneOf(b)) => a == b,
        (Paper::Material { .. } | Paper::Mandate(_) | Paper::OneOf(_), _) => false,
    }
}

/// The mandate that the agent shows, where one acts and any of the items asks for one.
fn mandate(ctx: &Context<'_>, ways: &[Way<'_>]) -> Option<Paper> {
    let asked = ways.iter().filter(|way| way.agent(ctx).is_some()).map(|way| way.item().proxy.authorisation);
    asked.max().filter(|mandate| *mandate != Authorisation::None).map(Paper::Mandate)
}

fn evidence(ctx: &Context<'_>, mode: Mode) -> Option<Paper> {
    let evidence = (mode == Mode::Special).then(|| ctx.ask.evidence(ctx.tuning)).flatten();
    evidence.map(|papers| Paper::OneOf(papers.to_vec()))
}
