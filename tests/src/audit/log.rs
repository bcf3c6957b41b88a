//! What is in the log, and what isn't.

use reqwest::Method;
use serde_json::{Value, json};

use super::{expect_nothing_personal, log};
use crate::refusals::vocabulary::{AT_ONCE, DECIDED, NOBODYS, STATION, file, work_on};
use crate::support::people::Role;
use crate::support::stand::{START, Stand};

async fn sign_in(stand: &Stand, login: &str, password: &str) -> u16 {
    stand.anyone().post("/api/v1/sessions/staff", json!({ "login": login, "password": password })).await.status()
}

#[tokio::test]
async fn who_signed_in_and_who_was_refused_is_there_without_what_was_typed() {
    let stand = Stand::start().await;
    let villager = stand.villager("wang-dama").await;
    stand.staff("cunwu").await;
    assert_eq!(sign_in(&stand, "cunwu", "wrong").await, 401);
    assert_eq!(sign_in(&stand, "my-secret-password", "x").await, 401);
    let entries = log(&stand, "&deed=sign_in").await;
    let me = villager.get("/api/v1/me").await.expect(200).value()["id"].clone();
    assert!(
        entries
            .iter()
            .any(|entry| entry["by"] == json!({ "kind": "person", "account": null, "person": me, "role": null, "station": null }))
    );
    let refused: Vec<&Value> = entries.iter().filter(|entry| !entry["refusal"].is_null()).collect();
    let of = |kind: &str| *refused.iter().find(|entry| entry["on"]["kind"] == kind).unwrap_or_else(|| panic!("{kind}: {refused:#?}"));
    let account = &of("account")["on"]["id"];
    assert!(entries.iter().any(|entry| entry["by"]["account"] == *account && entry["refusal"].is_null()), "the clerk signed in");
    for refusal in [of("account"), of("nothing")] {
        assert_eq!(refusal["by"]["kind"], "nobody");
        assert_eq!(refusal["refusal"], json!({ "operation": "sign_in_staff", "problem": "credentials_wrong", "times": 1 }));
    }
    assert!(!json!(entries).to_string().contains("my-secret-password"));
    expect_nothing_personal(&entries);
}

#[tokio::test]
async fn what_is_refused_is_there_with_the_operation_and_the_problem_and_equal_ones_are_counted() {
    let stand = Stand::start().await;
    let courier = stand.staff("kuaidi").await;
    for _ in 0..5 {
        stand.anyone().get("/api/v1/me").await.problem(401, "token_missing");
    }
    stand.anyone().with_token("eyJhbGciOiJub25lIn0.e30.").get("/api/v1/cases").await.problem(401, "token_invalid");
    courier.get(&format!("/api/v1/cases?station={STATION}")).await.problem(403, "role_missing");
    stand.staff("cunwu").await.get(&format!("/api/v1/cases/{NOBODYS}")).await.problem(404, "case_not_found");
    let entries = log(&stand, "&deed=request").await;
    let of = |operation: &str| entries.iter().filter(|entry| entry["refusal"]["operation"] == operation).collect::<Vec<_>>();
    let times: Vec<_> = of("show_profile").iter().map(|entry| entry["refusal"]["times"].as_u64().unwrap()).collect();
    assert_eq!(times.iter().sum::<u64>(), 5, "{times:?}");
    assert!(times.len() <= 3, "equal ones are folded: {times:?}");
    let listed = of("list_cases");
    assert_eq!(listed.iter().map(|entry| &entry["refusal"]["problem"]).collect::<Vec<_>>(), ["role_missing", "token_invalid"]);
    assert_eq!((&listed[0]["by"]["kind"], &listed[1]["by"]["kind"]), (&json!("staff"), &json!("nobody")));
    assert!(of("show_case").is_empty(), "what isn't there was hidden from nobody");
    expect_nothing_personal(&entries);
}

#[tokio::test]
async fn a_stop_loses_no_refusal() {
    let mut stand = Stand::start().await;
    for _ in 0..4 {
        stand.anyone().get("/api/v1/me").await.problem(401, "token_missing");
    }
    stand.stop_and_restart();
    let entries = log(&stand, "&deed=request").await;
    let times: u64 = entries.iter().map(|entry| entry["refusal"]["times"].as_u64().unwrap()).sum();
    assert_eq!(times, 4, "{entries:#?}");
}

#[tokio::test]
async fn what_was_hidden_is_named_in_the_log_and_nowhere_else() {
    let stand = Stand::start().await;
    let (owner, other, clerk) = (stand.villager("wang-dama").await, stand.villager("li-daye").await, stand.staff("cunwu").await);
    let case = file(&owner, DECIDED, "nearby").await;
    let work_item = work_on(&clerk, &case).await;
    let elsewhere = stand.staff("511499101204-01.2").await;
    other.get(&format!("/api/v1/cases/{case}/form")).await.problem(404, "case_not_found");
    elsewhere.post(&format!("/api/v1/work-items/{work_item}/claim"), json!({})).await.problem(404, "work_item_not_found");
    let me = owner.get("/api/v1/me").await.expect(200).value()["id"].clone();
    let entries = log(&stand, &format!("&person={}", me.as_str().unwrap())).await;
    let hidden: Vec<_> = entries.iter().map(|entry| (&entry["refusal"]["operation"], &entry["on"]["kind"], &entry["on"]["case"])).collect();
    let case = json!(case);
    assert!(hidden.contains(&(&json!("show_case_form"), &json!("case"), &case)), "{hidden:?}");
    assert!(hidden.contains(&(&json!("claim_work_item"), &json!("work_item"), &case)), "{hidden:?}");
    assert!(owner.all("/api/v1/me/lookups").await.is_empty(), "they saw nothing");
    expect_nothing_personal(&entries);
}

#[tokio::test]
async fn administrative_changes_are_there_and_refused_ones_changed_nothing() {
    let stand = Stand::start().await;
    let (supervisor, admin, anyone) = (stand.staff("duban").await, stand.someone(Role::SystemAdmin).await, stand.anyone());
    let path = format!("/api/v1/stations/{STATION}");
    let seen = anyone.get(&path).await.expect(200).etag().to_owned();
    let edit = json!({ "hours": [{ "days": [1], "open": "08:30", "close": "17:00" }] });
    supervisor.ask(Method::PATCH, &path).if_match(&seen).json(&edit).send().await.expect(200);
    supervisor.ask(Method::PATCH, &path).if_match(&seen).json(&edit).send().await.problem(412, "stale");
    let seen = anyone.get("/api/v1/calendar/2027").await.expect(200).etag().to_owned();
    let year = json!({ "holidays": ["2027-01-01"], "make_up_workdays": [] });
    admin.ask(Method::PUT, "/api/v1/calendar/2027").if_match(&seen).json(year).send().await.expect(200);

    let edited = log(&stand, "&deed=station_edit").await;
    assert_eq!(edited.len(), 1);
    assert_eq!((&edited[0]["on"]["kind"], &edited[0]["on"]["id"]), (&json!("station"), &json!(STATION)));
    assert_eq!((&edited[0]["by"]["role"], &edited[0]["by"]["station"]), (&json!("supervisor"), &json!(STATION)));
    let loaded = log(&stand, "&deed=year_load").await;
    let by_staff: Vec<_> = loaded.iter().filter(|entry| entry["by"]["kind"] == "staff").map(|entry| &entry["on"]["id"]).collect();
    assert_eq!(by_staff, [&json!("2027")]);
    let moved = log(&stand, "&deed=clock_move").await;
    assert_eq!((&moved[0]["on"]["kind"], &moved[0]["by"]["kind"]), (&json!("clock"), &json!("nobody")));
}

#[tokio::test]
async fn what_the_command_line_loads_is_there_and_a_year_that_was_there_is_not_loaded_again() {
    let stand = Stand::start().await;
    let by_the_system = async |deed: &str| {
        let entries = log(&stand, &format!("&deed={deed}")).await;
        assert!(entries.iter().all(|entry| entry["by"]["kind"] == "system"), "{entries:#?}");
        entries.iter().map(|entry| entry["on"].clone()).collect::<Vec<_>>()
    };
    let (catalogue, years) = (by_the_system("catalogue_load").await, by_the_system("year_load").await);
    assert_eq!((catalogue.len(), &catalogue[0]["kind"]), (1, &json!("catalogue")));
    assert!(years.iter().any(|year| (&year["kind"], &year["id"]) == (&json!("year"), &json!("2026"))), "{years:?}");
    stand.run_program(&["seed", "--demo"]).expect("the catalogue is loaded again");
    assert_eq!(by_the_system("catalogue_load").await.len(), 2);
    assert_eq!(by_the_system("year_load").await, years);
}

#[tokio::test]
async fn the_log_is_read_page_by_page_by_actor_and_time_and_by_who_audits_alone() {
    let stand = Stand::start().await;
    let owner = stand.villager("wang-dama").await;
    file(&owner, AT_ONCE, "nearby").await;
    for role in Role::ALL.into_iter().filter(|role| *role != Role::AuditAdmin) {
        let expected = if role == Role::Villager { "staff_only" } else { "role_missing" };
        stand.someone(role).await.get("/api/v1/audit").await.problem(403, expected);
    }
    stand.anyone().get("/api/v1/audit").await.problem(401, "token_missing");
    let admin = stand.someone(Role::AuditAdmin).await;
    let numbers = |entries: &[Value]| entries.iter().map(|entry| entry["number"].as_u64().unwrap()).collect::<Vec<_>>();
    let until = "&to=2026-09-15T00:00:00Z";
    let (small, large) =
        (admin.all(&format!("/api/v1/audit?limit=2{until}")).await, admin.all(&format!("/api/v1/audit?limit=100{until}")).await);
    assert_eq!(numbers(&small), numbers(&large));
    assert!(numbers(&small).is_sorted_by(|a, b| a > b) && small.len() > 6);
    let me = owner.get("/api/v1/me").await.expect(200).value()["id"].clone();
    let own = log(&stand, &format!("&actor={}", me.as_str().unwrap())).await;
    assert!(own.iter().all(|entry| entry["by"]["person"] == me) && !own.is_empty());
    let (early, late) = ("&to=2026-09-14T01:00:00Z", "&from=2026-09-14T01:00:00Z");
    assert!(log(&stand, early).await.iter().all(|entry| entry["at"].as_str().unwrap() < START));
    assert!(log(&stand, late).await.iter().all(|entry| entry["at"].as_str().unwrap() >= START));
    admin.get("/api/v1/audit?from=yesterday").await.problem(400, "query_malformed");
    admin.get("/api/v1/audit?cursor=bm9uZQ").await.problem(400, "cursor_malformed");
}

#[tokio::test]
async fn a_consent_given_and_one_withdrawn_are_there() {
    let stand = Stand::start().await;
    let owner = stand.villager("wang-dama").await;
    let given = owner.post("/api/v1/consents", json!({ "kind": "health", "text_version": 1 })).await.expect(201).value()["id"].clone();
    owner.post("/api/v1/consents/withdrawals", json!({ "kind": "health" })).await.expect(200);
    let me = owner.get("/api/v1/me").await.expect(200).value()["id"].clone();
    for deed in ["consent_given", "consent_withdrawn"] {
        let entries = log(&stand, &format!("&deed={deed}")).await;
        assert_eq!((entries.len(), &entries[0]["by"]["person"], &entries[0]["on"]["person"]), (1, &me, &me), "{entries:#?}");
        assert_eq!((&entries[0]["on"]["kind"], &entries[0]["on"]["id"]), (&json!("consent"), &given));
        expect_nothing_personal(&entries);
    }
}

#[tokio::test]
async fn a_mandate_given_and_one_revoked_are_there() {
    let stand = Stand::start().await;
    let owner = stand.villager("wang-dama").await;
    let holder = json!({ "name": super::NAME, "citizen_id": super::CITIZEN_ID });
    let mandate = json!({ "holder": holder, "scope": { "items": [DECIDED] }, "until": "2026-12-31", "witnessing": { "kind": "in_app" } });
    let given = owner.post("/api/v1/mandates", mandate).await.expect(201).value()["id"].clone();
    owner.post(&format!("/api/v1/mandates/{}/revoke", given.as_str().unwrap()), json!({})).await.expect(200);
    let me = owner.get("/api/v1/me").await.expect(200).value()["id"].clone();
    for deed in ["mandate_given", "mandate_revoked"] {
        let entries = log(&stand, &format!("&deed={deed}")).await;
        assert_eq!((entries.len(), &entries[0]["by"]["person"], &entries[0]["on"]["person"]), (1, &me, &me), "{entries:#?}");
        assert_eq!((&entries[0]["on"]["kind"], &entries[0]["on"]["id"]), (&json!("mandate"), &given));
        expect_nothing_personal(&entries);
    }
}
