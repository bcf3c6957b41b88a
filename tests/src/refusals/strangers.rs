//! Somebody else's case: for whoever has no part in it, it isn't there.

use reqwest::Method;
use serde_json::json;

use super::vocabulary::{
    AT_ONCE, Attempt, DECIDED, NOBODYS, STATION, accept, act, expect_nothing_there, file, id_of, lists, order, own_acts, reads,
    who_takes_in, work, work_on,
};
use crate::support::client::Api;
use crate::support::stand::Stand;

/// A clerk of the next village, of the same town.
const NEXT_CLERK: &str = "511499101204-01.2";
const CITIZEN_ID: &str = "511499200506151238";

async fn upload(owner: &Api) -> String {
    let photo = crate::walk::form::PHOTO.to_vec();
    id_of(&owner.upload("/api/v1/uploads", "photo.png", "image/png", photo).await.expect(201).value())
}

fn evaluation(case: &str) -> Attempt {
    Attempt::post(format!("/api/v1/cases/{case}/evaluation"), json!({ "level": "satisfied" }))
}

fn fee(case: &str) -> Attempt {
    Attempt::post(format!("/api/v1/cases/{case}/fee"), json!({ "amount_fen": 0, "receipt_no": "票0001" }))
}

#[tokio::test]
async fn another_villager_s_case_is_not_there() {
    let stand = Stand::start().await;
    let (owner, other) = (stand.villager("wang-dama").await, stand.villager("li-daye").await);
    let case = file(&owner, AT_ONCE, "express").await;
    let all = |case: &str| reads(case).into_iter().chain(own_acts(case)).chain([evaluation(case)]).collect::<Vec<_>>();
    expect_nothing_there(&other, &all(&case), &all(NOBODYS)).await;
    assert!(lists(&owner, "/api/v1/cases", &case).await && !lists(&other, "/api/v1/cases", &case).await);
    owner.get(&format!("/api/v1/cases/{case}/delivery")).await.expect(200);
}

#[tokio::test]
async fn another_villager_s_result_and_uploads_are_not_there() {
    let stand = Stand::start().await;
    let (owner, other) = (stand.villager("wang-dama").await, stand.villager("li-daye").await);
    let case = file(&owner, AT_ONCE, "nearby").await;
    let clerk = who_takes_in(&stand, &owner, &case).await;
    act(&clerk, &case, json!({ "kind": "serve_at_once", "verdict": { "kind": "granted" } })).await.expect(200);
    let seen = owner.get(&format!("/api/v1/cases/{case}")).await.expect(200).value();
    let document = id_of(&seen["documents"][0]);
    owner.get(&format!("/api/v1/cases/{case}/documents/{document}")).await.expect(200);
    let paths = |case: &str, document: &str| vec![Attempt::get(format!("/api/v1/cases/{case}/documents/{document}"))];
    expect_nothing_there(&other, &paths(&case, &document), &paths(NOBODYS, NOBODYS)).await;
    // Not through a case of one's own either.
    let own = file(&other, AT_ONCE, "nearby").await;
    expect_nothing_there(&other, &paths(&own, &document), &paths(&own, NOBODYS)).await;
    let loose = upload(&owner).await;
    let files = |id: &str| vec![Attempt::get(format!("/api/v1/uploads/{id}"))];
    expect_nothing_there(&other, &files(&loose), &files(NOBODYS)).await;
    expect_nothing_there(&clerk, &files(&loose), &files(NOBODYS)).await;
    owner.get(&format!("/api/v1/uploads/{loose}")).await.expect(200);
}

#[tokio::test]
async fn a_material_is_for_the_people_of_its_case_alone() {
    let stand = Stand::start().await;
    let (owner, clerk) = (stand.villager("wang-dama").await, stand.staff("cunwu").await);
    let photo = upload(&owner).await;
    let mut order = order(&owner, AT_ONCE, "nearby", json!({ "kind": "myself" })).await;
    order["matters"][0]["materials"] = json!([{ "material": "居民身份证", "upload": photo }]);
    owner.post("/api/v1/cases", order).await.expect(201);
    clerk.get(&format!("/api/v1/uploads/{photo}")).await.expect(200);
    let files = |id: &str| vec![Attempt::get(format!("/api/v1/uploads/{id}"))];
    for outsider in
        [stand.villager("li-daye").await, stand.staff(NEXT_CLERK).await, stand.staff("kuaidi").await, stand.staff("guanli").await]
    {
        expect_nothing_there(&outsider, &files(&photo), &files(NOBODYS)).await;
    }
}

#[tokio::test]
async fn a_clerk_of_another_station_finds_no_such_case_and_no_such_work() {
    let stand = Stand::start().await;
    let (owner, clerk, other) = (stand.villager("wang-dama").await, stand.staff("cunwu").await, stand.staff(NEXT_CLERK).await);
    let case = file(&owner, DECIDED, "nearby").await;
    let work_item = work_on(&clerk, &case).await;
    let of_case = |case: &str| reads(case).into_iter().chain(own_acts(case)).chain([fee(case)]).collect::<Vec<_>>();
    expect_nothing_there(&other, &of_case(&case), &of_case(NOBODYS)).await;
    expect_nothing_there(&other, &work(&work_item), &work(NOBODYS)).await;
    assert!(lists(&clerk, "/api/v1/work-items", &case).await && !lists(&other, "/api/v1/work-items", &case).await);
    other.get(&format!("/api/v1/cases?station={STATION}")).await.problem(403, "out_of_scope");
    other.get("/api/v1/cases").await.problem(403, "out_of_scope");
}

#[tokio::test]
async fn what_a_colleague_holds_is_theirs() {
    let stand = Stand::start().await;
    let (owner, clerk, colleague) = (stand.villager("wang-dama").await, stand.staff("cunwu").await, stand.staff("cunzhang").await);
    let case = file(&owner, DECIDED, "nearby").await;
    let work_item = work_on(&clerk, &case).await;
    super::vocabulary::claim(&clerk, &work_item).await.expect(200);
    for attempt in work(&work_item) {
        attempt.by(&colleague).await.problem(409, "work_item_leased");
    }
}

#[tokio::test]
async fn only_the_person_takes_their_case_back_or_judges_it() {
    let stand = Stand::start().await;
    let (owner, clerk) = (stand.villager("wang-dama").await, stand.staff("cunwu").await);
    let case = file(&owner, DECIDED, "nearby").await;
    evaluation(&case).by(&owner).await.problem(409, "not_ended");
    accept(&clerk, &case).await;
    assert!(days_left(&owner, &case).await.is_i64());
    owner.post(&format!("/api/v1/cases/{case}/supplement"), json!({})).await.problem(409, "not_at_this_stage");
    owner.post(&format!("/api/v1/cases/{case}/withdraw"), json!({})).await.expect(200);
    owner.post(&format!("/api/v1/cases/{case}/withdraw"), json!({})).await.problem(409, "case_ended");
    assert!(days_left(&owner, &case).await.is_null(), "nothing is promised any more");
    evaluation(&case).by(&owner).await.problem(409, "nothing_done");
}

/// A cursor is a place in a list, and opens no other list than one's own.
#[tokio::test]
async fn another_s_cursor_leads_into_one_s_own_list_alone() {
    let stand = Stand::start().await;
    let (owner, other) = (stand.villager("wang-dama").await, stand.villager("li-daye").await);
    let theirs = [file(&owner, AT_ONCE, "nearby").await, file(&owner, AT_ONCE, "nearby").await];
    let own = [file(&other, AT_ONCE, "nearby").await, file(&other, AT_ONCE, "nearby").await];
    stand.run_jobs().await;
    for (list, named) in [("/api/v1/cases", "id"), ("/api/v1/me/messages", "case")] {
        let of_owner = owner.get(&format!("{list}?limit=1")).await.expect(200).value();
        let Some(cursor) = of_owner["next_cursor"].as_str() else { continue };
        let page = other.get(&format!("{list}?cursor={cursor}")).await.expect(200).value();
        for entry in page["items"].as_array().unwrap() {
            let case = entry[named].as_str().unwrap();
            assert!(!theirs.contains(&case.to_owned()), "{list} names another's case");
        }
    }
    assert!(lists(&other, "/api/v1/cases", &own[0]).await);
    let (clerk, elsewhere) = (stand.staff("cunwu").await, stand.staff(NEXT_CLERK).await);
    let work = clerk.get("/api/v1/work-items?limit=1").await.expect(200).value();
    let cursor = work["next_cursor"].as_str().unwrap();
    let page = elsewhere.get(&format!("/api/v1/work-items?cursor={cursor}")).await.expect(200).value();
    let of_own_station = |item: &serde_json::Value| item["station"]["code"].as_str().unwrap().starts_with("511499101204");
    assert!(page["items"].as_array().unwrap().iter().all(of_own_station));
}

async fn days_left(owner: &Api, case: &str) -> serde_json::Value {
    owner.get(&format!("/api/v1/cases/{case}")).await.expect(200).value()["working_days_left"].clone()
}

#[tokio::test]
async fn numbers_and_names_of_others_go_out_masked() {
    let stand = Stand::start().await;
    let (owner, clerk) = (stand.villager("wang-dama").await, stand.staff("cunwu").await);
    let somebody = json!({ "kind": "person", "name": "应征青年", "citizen_id": CITIZEN_ID, "phone": "13800005678" });
    let order = order(&clerk, DECIDED, "nearby", somebody).await;
    let submitted = clerk.post("/api/v1/cases", order).await.expect(201);
    let case = id_of(&submitted.value()["cases"][0]);
    let record = json!({ "name": "应征青年", "citizen_id": CITIZEN_ID, "kinship": "child" });
    let mut answers = vec![submitted, owner.post("/api/v1/me/relatives", record).await.expect(201)];
    for path in [format!("/api/v1/cases/{case}"), format!("/api/v1/cases/{case}/history"), format!("/api/v1/cases?station={STATION}")] {
        answers.push(clerk.get(&path).await.expect(200));
    }
    for path in ["/api/v1/me", "/api/v1/me/relatives", "/api/v1/me/household"] {
        answers.push(owner.get(path).await.expect(200));
    }
    for answer in &answers {
        assert!(!answer.text().contains(CITIZEN_ID) && !answer.text().contains("13800005678"), "{answer}");
    }
    let number = |answer: serde_json::Value| answer.as_str().unwrap().to_owned();
    assert_eq!(number(answers[2].value()["subject"]["number"].clone()), "511*************38");
    assert!(number(owner.get("/api/v1/me").await.expect(200).value()["citizen_id"].clone()).contains("*************"));
}

/// A clerk records people without a phone; a number is theirs from then on.
#[tokio::test]
async fn nobody_takes_over_a_person_by_knowing_their_number_and_name() {
    let stand = Stand::start().await;
    let clerk = stand.staff("cunwu").await;
    let recorded = json!({ "kind": "person", "name": "应征青年", "citizen_id": CITIZEN_ID, "phone": "13800005678" });
    let order = order(&clerk, DECIDED, "nearby", recorded).await;
    let case = id_of(&clerk.post("/api/v1/cases", order).await.expect(201).value()["cases"][0]);

    let newcomer = stand.villager("xin-shou-ji").await;
    let seen = newcomer.get("/api/v1/me").await.expect(200).etag().to_owned();
    let claims = json!({ "name": "应征青年", "citizen_id": CITIZEN_ID, "phone": "13800005678" });
    newcomer.ask(Method::PUT, "/api/v1/me").if_match(&seen).json(claims).send().await.problem(409, "citizen_id_taken");
    assert!(newcomer.get("/api/v1/me").await.expect(200).value()["citizen_id"].is_null(), "nothing of it was saved");
    newcomer.get(&format!("/api/v1/cases/{case}")).await.problem(404, "case_not_found");
    assert!(!lists(&newcomer, "/api/v1/cases", &case).await);
}
