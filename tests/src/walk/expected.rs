//! The stages that an item must go through, from its keys: written again here, after the design, without the server's code.

use super::catalogue::Item;
use super::desks::{OWN_TOWN_STATION, OWN_VILLAGE};

/// In order, for a case accepted at `accepting`.
pub fn stages(item: &Item, accepting: &str) -> Vec<&'static str> {
    let at_home = accepting.starts_with(OWN_VILLAGE);
    let mut stages = Vec::new();
    if item.is_instant() && (at_home || !item.is_certificate()) {
        stages.push("at_once");
    } else if item.is_certificate() {
        stages.push("accept");
        let visits = matches!(item.word("verification"), "household_visit" | "neighbours");
        stages.extend(inspection_and_notice(item, visits));
        stages.extend(["decide", "produce"]);
    } else if item.code().starts_with('T') {
        stages.extend(town_service(item, accepting));
    } else {
        stages.extend(["accept", "forward"]);
        if item.0["forwards_to"]["town_service"].is_null() {
            stages.push("record_answer");
        } else {
            assert_eq!(item.0["forwards_to"]["level"], "town", "{} is forwarded elsewhere", item.code());
            stages.extend(town_service(item, OWN_TOWN_STATION));
        }
    }
    if item.has_paper() {
        stages.push("hand_over");
    }
    stages
}

fn town_service(item: &Item, accepting: &str) -> Vec<&'static str> {
    let decided_at = item.word("decided_at");
    let mut stages = vec!["accept"];
    stages.extend(inspection_and_notice(item, false));
    if accepting != OWN_TOWN_STATION && decided_at != "town" {
        stages.push("review");
    }
    match decided_at {
        "village" | "town" | "district" => stages.extend(["decide", "produce"]),
        "city" | "province" => stages.extend(["forward", "record_answer"]),
        other => panic!("{} is decided at {other}", item.code()),
    }
    stages
}

fn inspection_and_notice(item: &Item, visits: bool) -> Vec<&'static str> {
    let mut stages = Vec::new();
    if visits || item.word("in_person") == "site_visit" {
        stages.push("inspect");
    }
    if item.has_publicity() {
        stages.push("publicise");
    }
    stages
}
