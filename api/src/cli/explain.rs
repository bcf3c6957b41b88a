//! `explain`: why a case is handled as it is, with every way that was looked at. It prints no name and no address.

use anyhow::{Context, bail};
use domain::routing::{Candidate, Outcome};
use domain::time::{Timestamp, local};
use infra::store::CaseFilter;

use super::open::{self, Wanted};
use super::{Explain, print};
use crate::app::Grounds;
use crate::app::cases::decision::decision;
use crate::http::cases::{partner_name, sentence};
use crate::wording;

pub async fn explain(args: &Explain) -> anyhow::Result<()> {
    let (settings, data) = (args.place.load()?.settings, &args.place.data);
    let store = open::open_store(&settings, data, Wanted::Live).await?;
    let app = open::open_alone(settings, data, store).await?;
    let (view, grounds) = (app.store.read(app.district()), app.grounds());
    let filter = CaseFilter { number: Some(args.case_no.clone()), ..CaseFilter::default() };
    let (found, _) = view.cases(&filter, 1).await?;
    let Some(case) = found.first() else { bail!("there is no case {}", args.case_no) };
    let (inputs, decided) = decision(&view, &grounds, case.id).await.context("the decision can't be made again")?;
    print(&format!("{}：{} 作出的方案，地图与设置 {}", case.number, shown(inputs.now), inputs.snapshot))?;
    let file = view.case_file(case.id).await?.context("the case is gone")?;
    let chosen: Vec<_> = file.plan.stations().map(|code| station_name(&grounds, code)).collect();
    print(&format!("所选 {} {}", wording::mode(file.plan.mode), chosen.join("、")))?;
    for plan in &decided.answer.plans {
        let stations: Vec<_> = plan.stations().map(|code| station_name(&grounds, code)).collect();
        let (mode, expected, latest) = (wording::mode(plan.mode), shown(plan.expected), shown(plan.latest));
        print(&format!(
            "方案 {mode} {}：跑 {} 次，{} 米，预计 {expected}，最晚 {latest}",
            stations.join("、"),
            plan.trips,
            plan.distance_m
        ))?;
    }
    for impossible in &decided.answer.impossible {
        print(&format!("不能 {}：{}", wording::mode(impossible.mode), wording::reason(impossible.reason)))?;
    }
    decided.candidates.iter().try_for_each(|candidate| print(&line(candidate, &grounds)))
}

fn line(candidate: &Candidate, grounds: &Grounds) -> String {
    let item = candidate.item.as_ref().map_or_else(|| "全部".to_owned(), ToString::to_string);
    let partner = candidate.partner.as_ref().map(|code| format!("（在{}核验）", partner_name(code, grounds))).unwrap_or_default();
    let what = format!("{} {item} {}{partner}", wording::mode(candidate.mode), station_name(grounds, &candidate.station));
    let became = sentence(&candidate.outcome, grounds);
    match &candidate.outcome {
        Outcome::Planned { figures, .. } => {
            let (trips, distance, expected) = (figures.trips, figures.distance_m, shown(figures.expected));
            format!("  {what}：跑 {trips} 次，{distance} 米，预计 {expected}；{became}")
        }
        Outcome::Impossible { .. } => format!("  {what}：{became}"),
    }
}

fn station_name(grounds: &Grounds, code: &domain::ids::StationCode) -> String {
    crate::app::cases::station_name(grounds, code)
}

fn shown(at: Timestamp) -> String {
    local(at).format("%Y-%m-%d %H:%M").to_string()
}
