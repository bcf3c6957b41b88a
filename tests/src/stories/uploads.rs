//! Uploads: photos and PDFs of materials, taken by what they are, readable by the people of their case alone. (What is kept of a photo
//! is in `edge::uploads`.)

use serde_json::{Value, json};

use super::story::{CERTIFICATE, Case, Story, VILLAGE_STATION, ask_for, word};
use crate::support::client::{Answer, Api};
use crate::walk::form::PHOTO;

const PDF: &[u8] = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n";
const PROGRAM: &[u8] = b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0";
const TOO_LARGE: usize = 10 * 1024 * 1024 + 1;

async fn upload(who: &Api, content: &[u8]) -> Answer {
    // What the sender calls it counts for nothing.
    who.upload("/api/v1/uploads", "file.exe", "application/octet-stream", content.to_vec()).await
}

fn jpeg() -> Vec<u8> {
    let mut file = std::io::Cursor::new(Vec::new());
    image::DynamicImage::new_luma8(8, 8).write_to(&mut file, image::ImageFormat::Jpeg).expect("a photo");
    file.into_inner()
}

async fn hand_in<'a>(story: &'a Story, who: &Api, upload: &Value) -> Result<Case<'a>, Answer> {
    let mut order = story.order(&[CERTIFICATE], "nearby", json!({ "kind": "myself" })).await;
    order["matters"][0]["materials"] = json!([{ "material": "居民身份证", "upload": upload["id"] }]);
    let answer = who.post("/api/v1/cases", &order).await;
    if answer.status() == 201 { Ok(story.case(&answer.value()["cases"][0])) } else { Err(answer) }
}

#[tokio::test]
async fn a_file_is_taken_for_what_it_is_and_nothing_else_is_taken() {
    let story = Story::begin().await;
    let owner = story.villager("wang-dama").await;
    for (content, media_type) in [(PHOTO, "image/png"), (PDF, "application/pdf"), (&jpeg(), "image/jpeg")] {
        let taken = upload(&owner, content).await.expect(201).value();
        let back = owner.get(&format!("/api/v1/uploads/{}", taken["id"].as_str().expect("an id"))).await.expect(200);
        assert_eq!((&taken["media_type"], &taken["size"]), (&json!(media_type), &json!(back.bytes().len())));
        assert_eq!(back.header("content-type"), media_type);
    }
    for content in [PROGRAM, b"<html><script>", b"PK\x03\x04 an archive", b""] {
        upload(&owner, content).await.problem(415, "file_type_unknown");
    }
    let mut large = PHOTO.to_vec();
    large.resize(TOO_LARGE, 0);
    upload(&owner, &large).await.problem(413, "file_too_large");
}

#[tokio::test]
async fn a_file_of_a_case_is_read_by_the_people_of_that_case_alone() {
    let story = Story::begin().await;
    let (owner, stranger) = (story.villager("wang-dama").await, story.villager("wu-xiuying").await);
    let photo = upload(&owner, PHOTO).await.expect(201).value();
    let path = format!("/api/v1/uploads/{}", photo["id"].as_str().expect("an id"));
    let clerk = story.staff("cunwu").await;
    for other in [&stranger, &clerk] {
        other.get(&path).await.problem(404, "file_not_found");
    }
    assert_eq!(story.stand.anyone().get(&path).await.status(), 401);

    let own = owner.get(&path).await.expect(200);
    hand_in(&story, &owner, &photo).await.unwrap_or_else(|refused| panic!("{refused}"));
    for reader in [&owner, &clerk] {
        assert_eq!(reader.get(&path).await.expect(200).bytes(), own.bytes());
    }
    let elsewhere = story.staff("511499101204-01.2").await;
    for other in [&stranger, &elsewhere] {
        other.get(&path).await.problem(404, "file_not_found");
    }
}

#[tokio::test]
async fn nobody_hands_in_what_another_person_uploaded_and_nothing_is_handed_in_twice() {
    let story = Story::begin().await;
    let (owner, other) = (story.villager("wang-dama").await, story.villager("li-daye").await);
    let photo = upload(&owner, PHOTO).await.expect(201).value();
    let refused = hand_in(&story, &other, &photo).await.err().expect("it isn't theirs");
    refused.problem(422, "upload_not_found");
    assert_eq!(other.get("/api/v1/cases").await.expect(200).value()["total"], 0, "nothing was opened");
    hand_in(&story, &owner, &photo).await.unwrap_or_else(|refused| panic!("{refused}"));
    let refused = hand_in(&story, &owner, &photo).await.err().expect("it belongs to a case");
    refused.problem(422, "upload_not_found");
}

#[tokio::test]
async fn a_paper_that_the_item_does_not_ask_for_is_refused() {
    let story = Story::begin().await;
    let owner = story.villager("wang-dama").await;
    let photo = upload(&owner, PHOTO).await.expect(201).value();
    let mut order = story.order(&[CERTIFICATE], "nearby", json!({ "kind": "myself" })).await;
    order["matters"][0]["materials"] = json!([{ "material": "无犯罪记录证明", "upload": photo["id"] }]);
    owner.post("/api/v1/cases", &order).await.problem(422, "material_not_found");
}

#[tokio::test]
async fn a_file_that_replaces_an_answer_becomes_part_of_the_case_and_must_be_the_persons_own() {
    let story = Story::begin().await;
    let (owner, other) = (story.villager("wang-dama").await, story.villager("li-daye").await);
    let mut order = story.order(&["T017"], "nearby", json!({ "kind": "myself" })).await;
    order["matters"][0]["answers"]["record_file"] = upload(&owner, PHOTO).await.expect(201).value()["id"].clone();
    let case = story.open(&owner, &order).await;
    let station = word(&case.seen_by(&owner).await["accepting"], "code");
    let clerk = if station == VILLAGE_STATION { "cunwu" } else { "zhenban" };
    case.done_by(clerk, ask_for(&[("病历资料图片", "请重新拍照，原图不清楚")])).await;

    let theirs = upload(&other, PHOTO).await.expect(201).value()["id"].clone();
    let given = |file: &Value| json!({ "answers": { "record_file": file } });
    owner.post(&case.path("/supplement"), given(&theirs)).await.problem(422, "upload_not_found");
    let own = upload(&owner, PDF).await.expect(201).value()["id"].clone();
    owner.post(&case.path("/supplement"), given(&own)).await.expect(200);
    let seen = story.staff(clerk).await.get(&format!("/api/v1/uploads/{}", own.as_str().expect("an id"))).await.expect(200);
    assert_eq!(seen.bytes(), PDF);
}
