//! Several matters of one life event are filled in once (一件事一次填): what their forms ask alike is asked once and used in each.

use serde_json::{Map, Value, json};

use super::story::{Story, VILLAGE, word};
use crate::support::client::Api;
use crate::walk::form::{self, PHOTO};

/// A child is born (出生): entered in the family's register, insured, with a subsidy for its parent.
const BIRTH: [&str; 3] = ["T084", "T012", "T054"];
const BIRTH_PAPER: &str = "出生医学证明";

async fn joint(story: &Story, items: &[&str]) -> Value {
    story.stand.anyone().get(&format!("/api/v1/forms?items={}", items.join(","))).await.expect(200).value()
}

/// An order for one window, with the joint form of what that takes in.
struct Birth {
    order: Value,
    joint: Value,
    answers: Map<String, Value>,
}

impl Birth {
    async fn of(story: &Story) -> Birth {
        let ask = json!({ "items": BIRTH, "registered": VILLAGE, "residence": VILLAGE });
        let offered = story.stand.anyone().post("/api/v1/plans", &ask).await.expect(200).value();
        let plan = offered["plans"].as_array().expect("plans").iter().find(|plan| plan["mode"] == "one_window").expect("one window");
        let items: Vec<String> = plan["matters"].as_array().expect("matters").iter().map(|matter| word(matter, "item")).collect();
        let joint = joint(story, &items.iter().map(String::as_str).collect::<Vec<_>>()).await;
        let answers = form::filled(&joint["form"], "applicant");
        let matters: Vec<Value> = items.iter().map(|item| json!({ "item": item })).collect();
        let subject = json!({ "kind": "myself" });
        let order = json!({ "ask": ask, "chosen": plan["chosen"], "subject": subject, "answers": answers, "matters": matters });
        Birth { order, joint, answers }
    }

    fn birth_paper(&self) -> &Value {
        self.joint["materials"].as_array().expect("materials").iter().find(|material| material["name"] == BIRTH_PAPER).expect("a paper")
    }
}

/// What the case at this place of a submission has in its form.
async fn form_of(story: &Story, owner: &Api, line: &Value) -> Value {
    owner.get(&story.case(line).path("/form")).await.expect(200).value()
}

async fn photo(who: &Api) -> Value {
    who.upload("/api/v1/uploads", "paper.png", "image/png", PHOTO.to_vec()).await.expect(201).value()["id"].clone()
}

fn asked_by(material: &Value) -> usize {
    material["asked_by"].as_array().expect("items").len()
}

#[tokio::test]
async fn one_form_asks_each_thing_once_and_names_the_matters_that_use_it() {
    let story = Story::begin().await;
    let joint = joint(&story, &BIRTH).await;
    let name = &joint["form"]["properties"]["child_name"];
    let used_by: Vec<String> = name["x-asked-by"].as_array().expect("items").iter().map(|asked| word(asked, "item")).collect();
    assert_eq!(used_by, ["T084", "T054"], "{name:#}");
    let paper = joint["materials"].as_array().expect("materials").iter().find(|material| material["name"] == BIRTH_PAPER).expect("a paper");
    assert!(asked_by(paper) > 1, "{paper:#}");
    let anyone = story.stand.anyone();
    anyone.get("/api/v1/forms?items=T084,T999").await.problem(422, "item_not_found");
    anyone.get("/api/v1/forms?items=T084;T012").await.expect(400);
}

#[tokio::test]
async fn what_is_filled_in_once_stands_in_the_form_of_each_case() {
    let story = Story::begin().await;
    let owner = story.villager("zhang-wei").await;
    let birth = Birth::of(&story).await;
    let submitted = owner.submit(&birth.order).await.expect(201).value();
    for line in submitted["cases"].as_array().expect("cases") {
        let (seen, asked) = (form_of(&story, &owner, line).await, story.answers(&word(line, "item")).await);
        let keys = |answers: &Map<String, Value>| answers.keys().cloned().collect::<Vec<_>>();
        assert_eq!(keys(seen["answers"].as_object().expect("answers")), keys(&asked));
    }
}

#[tokio::test]
async fn each_matter_is_for_the_person_or_for_the_household_whichever_its_item_is_for() {
    let story = Story::begin().await;
    let owner = story.villager("zhang-wei").await;
    let birth = Birth::of(&story).await;
    let submitted = owner.submit(&birth.order).await.expect(201).value();
    let wife = story.villager("liu-fang").await;
    let own = wife.get("/api/v1/cases").await.expect(200).value();
    let hers: Vec<String> = own["items"].as_array().expect("cases").iter().map(|case| word(case, "item")).collect();
    assert_eq!(hers, ["T084"], "the register is the household's: {submitted:#}");
    let mut alone = story.order(&["T084"], "district", json!({ "kind": "myself" })).await;
    owner.submit(&alone).await.problem(422, "audience_differs");
    alone["subject"] = json!({ "kind": "my_household" });
    owner.submit(&alone).await.expect(201);
}

#[tokio::test]
async fn what_a_matter_answers_itself_goes_before_what_all_share() {
    let story = Story::begin().await;
    let owner = story.villager("zhang-wei").await;
    let mut birth = Birth::of(&story).await;
    birth.order["matters"][2]["answers"] = json!({ "child_name": "张小满" });
    let submitted = owner.submit(&birth.order).await.expect(201).value();
    let shared = form_of(&story, &owner, &submitted["cases"][0]).await["answers"]["child_name"].clone();
    let own = form_of(&story, &owner, &submitted["cases"][2]).await["answers"]["child_name"].clone();
    assert_eq!((&shared, &own), (&birth.answers["child_name"], &json!("张小满")));
}

#[tokio::test]
async fn a_fault_in_what_all_share_is_told_once_and_by_its_name() {
    let story = Story::begin().await;
    let owner = story.villager("zhang-wei").await;
    let mut birth = Birth::of(&story).await;
    birth.order["answers"].as_object_mut().expect("answers").remove("child_name");
    birth.order["answers"]["child_birth"] = json!("昨天");
    let refused = owner.post("/api/v1/cases", &birth.order).await;
    refused.problem(422, "answers_invalid");
    let faults = refused.value()["errors"].as_array().expect("errors").clone();
    let mut fields: Vec<String> = faults.iter().map(|fault| word(fault, "field")).collect();
    fields.sort_unstable();
    assert_eq!(fields, ["answers.child_birth", "answers.child_name"], "{faults:#?}");

    birth.order["answers"]["no_such_thing"] = json!(1);
    let refused = owner.post("/api/v1/cases", &birth.order).await;
    refused.problem(422, "answers_invalid");
    assert_eq!(refused.value()["errors"][0]["field"], "answers.no_such_thing");
    assert_eq!(owner.get("/api/v1/cases").await.expect(200).value()["total"], 0, "nothing was opened");
}

#[tokio::test]
async fn a_paper_is_handed_in_once_and_each_case_has_a_file_of_its_own() {
    let story = Story::begin().await;
    let owner = story.villager("zhang-wei").await;
    let mut birth = Birth::of(&story).await;
    birth.order["materials"] = json!([{ "material": BIRTH_PAPER, "upload": photo(&owner).await }]);
    let submitted = owner.submit(&birth.order).await.expect(201).value();
    let mut files = Vec::new();
    for line in submitted["cases"].as_array().expect("cases") {
        let seen = form_of(&story, &owner, line).await;
        let papers = seen["materials"].as_array().expect("materials").iter().filter(|material| material["material"] == BIRTH_PAPER);
        files.extend(papers.map(|paper| word(paper, "upload")));
    }
    let mut contents = Vec::new();
    for file in &files {
        contents.push(owner.get(&format!("/api/v1/uploads/{file}")).await.expect(200).bytes().to_vec());
    }
    contents.dedup();
    files.dedup();
    assert_eq!((files.len(), contents.len()), (asked_by(birth.birth_paper()), 1), "one for each that asks, with the same picture");
}

#[tokio::test]
async fn nobody_shares_what_another_person_uploaded_and_a_paper_that_nobody_asks_for_is_refused() {
    let story = Story::begin().await;
    let (owner, other) = (story.villager("zhang-wei").await, story.villager("wang-dama").await);
    let mut birth = Birth::of(&story).await;
    birth.order["materials"] = json!([{ "material": BIRTH_PAPER, "upload": photo(&other).await }]);
    owner.submit(&birth.order).await.problem(422, "upload_not_found");
    birth.order["materials"] = json!([{ "material": "无犯罪记录证明", "upload": photo(&owner).await }]);
    owner.submit(&birth.order).await.problem(422, "material_not_found");
    assert_eq!(owner.get("/api/v1/cases").await.expect(200).value()["total"], 0, "nothing was opened");
}

#[tokio::test]
async fn whoever_filled_in_the_form_that_one_window_took_before_is_shown_the_new_plan() {
    let story = Story::begin().await;
    let owner = story.villager("zhang-wei").await;
    let mut birth = Birth::of(&story).await;
    let taken = word(&birth.order["matters"][2], "item");
    let replaced = if taken == "T054" { "V035" } else { "T054" };
    birth.order["matters"][2] = json!({ "item": replaced });
    let refused = owner.submit(&birth.order).await;
    refused.problem(409, "plan_changed");
    assert!(refused.value()["plans"]["plans"].is_array(), "{refused}");
    birth.order["answers"] = json!({});
    birth.order["matters"][2] = json!({ "item": "T001" });
    owner.submit(&birth.order).await.problem(422, "matters_differ");
}
