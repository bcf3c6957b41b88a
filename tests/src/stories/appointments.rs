//! Booked slots: booking, cancelling, coming and not coming; places are never given twice.

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};

use super::facts::edit;
use super::hall::{FAR_CLERK, Hall, SUPERVISOR, VILLAGE_CLERK};
use super::story::word;

const PHONES: [&str; 4] = ["wang-dama", "zhang-wei", "he-xia", "wu-xiuying"];
/// The village's one window has a place an hour where nobody has set another quota.
const AT_TEN: &str = "2026-09-14T10:00:00+08:00";
const AT_TWO: &str = "2026-09-14T14:00:00+08:00";

#[tokio::test]
async fn who_comes_in_time_to_what_they_booked_goes_before_those_who_walked_in() {
    let hall = Hall::in_the_village().await;
    let (zhang, clerk) = (hall.story.villager("zhang-wei").await, hall.story.staff(VILLAGE_CLERK).await);
    let today = hall.slots(&zhang, "2026-09-14").await;
    assert_eq!((&today[0]["begin"], &today[0]["left"]), (&json!(AT_TEN), &json!(1)), "what has begun isn't offered");
    let booked = hall.book(&zhang, AT_TEN).await.expect(201).value();
    assert_eq!((&booked["state"], &booked["arrive_from"]), (&json!("booked"), &json!("2026-09-14T09:30:00+08:00")));
    assert_eq!(hall.slots(&zhang, "2026-09-14").await[0]["left"], json!(0));
    for _ in 0..2 {
        hall.walk_in(&clerk, "certificate").await;
    }
    hall.story.stand.at("2026-09-14T09:50:00+08:00").await;
    hall.arrive(&zhang, &booked, 900.0).await.problem(409, "out_of_reach");
    hall.arrived(&zhang, &booked).await.problem(422, "place_missing");
    let ticket = hall.arrive(&zhang, &booked, 30.0).await.expect(201).value();
    assert_eq!((&ticket["number"], &ticket["ahead"], &ticket["appointment"]), (&json!("B003"), &json!(0), &booked["id"]));
    let own = zhang.get("/api/v1/me/appointments").await.expect(200).value();
    assert_eq!((&own["items"][0]["state"], &own["items"][0]["ticket"]), (&json!("arrived"), &ticket["id"]));
    hall.arrive(&zhang, &booked, 30.0).await.problem(409, "appointment_over");
    hall.cancel(&zhang, &booked).await.problem(409, "appointment_over");
}

#[tokio::test]
async fn one_comes_neither_too_early_nor_too_late_and_a_clerk_says_so_for_who_has_no_phone_with_them() {
    let hall = Hall::in_the_village().await;
    let (zhang, clerk) = (hall.story.villager("zhang-wei").await, hall.story.staff(VILLAGE_CLERK).await);
    let booked = hall.book(&zhang, "2026-09-14T11:00:00+08:00").await.expect(201).value();
    hall.arrive(&zhang, &booked, 0.0).await.problem(409, "arrived_too_early");
    hall.story.stand.at("2026-09-14T11:10:00+08:00").await;
    hall.arrived(&hall.story.staff(FAR_CLERK).await, &booked).await.problem(404, "appointment_not_found");
    assert_eq!(hall.arrived(&clerk, &booked).await.expect(201).value()["state"], json!("waiting"));
    let wang = hall.story.villager("wang-dama").await;
    let later = hall.book(&wang, AT_TWO).await.expect(201).value();
    hall.story.stand.at("2026-09-14T14:16:00+08:00").await;
    hall.arrive(&hall.story.stand.villager("wang-dama").await, &later, 0.0).await.problem(409, "arrived_too_late");
}

#[tokio::test]
async fn however_many_book_a_slot_at_once_it_is_given_to_as_many_as_it_has_places() {
    let hall = Hall::in_the_village().await;
    hall.set(json!({ "quotas": [{ "kind": "certificate", "hour": 14, "places_per_window": 2 }] })).await.expect(200);
    let mut people = Vec::new();
    for phone in PHONES {
        people.push(hall.story.villager(phone).await);
    }
    let answers = join_all(people.iter().map(|villager| hall.book(villager, AT_TWO))).await;
    assert_eq!(answers.iter().filter(|answer| answer.status() == 201).count(), 2);
    for refused in answers.iter().filter(|answer| answer.status() != 201) {
        refused.problem(409, "slot_full");
    }
    let taken = answers.iter().position(|answer| answer.status() == 201).expect("somebody has a place");
    let left_out = answers.iter().position(|answer| answer.status() != 201).expect("somebody has none");
    hall.cancel(&people[taken], &answers[taken].value()).await.expect(200);
    hall.book(&people[left_out], AT_TWO).await.expect(201);
}

#[tokio::test]
async fn quotas_and_closures_say_what_may_be_booked() {
    let hall = Hall::in_the_village().await;
    let anyone = hall.story.stand.anyone();
    hall.set(json!({ "quotas": [{ "kind": "certificate", "hour": 9, "places_per_window": 0 }] })).await.expect(200);
    let begins = |slots: &[Value]| slots.iter().map(|slot| word(slot, "begin")[11..16].to_owned()).collect::<Vec<_>>();
    let tuesday = hall.slots(&anyone, "2026-09-15").await;
    assert_eq!(begins(&tuesday), ["08:30", "10:00", "11:00", "14:00", "15:00", "16:00", "17:00"]);
    assert_eq!(hall.slots(&anyone, "2026-09-19").await, Vec::<Value>::new(), "a Saturday");
    assert_eq!(hall.slots(&anyone, "2026-09-29").await, Vec::<Value>::new(), "too far ahead");
    let (supervisor, station) = (hall.story.staff(SUPERVISOR).await, format!("/api/v1/stations/{}", hall.station));
    let seen = supervisor.get(&station).await.expect(200);
    let closure = json!({ "closures": [{ "from": "2026-09-15", "to": "2026-09-15", "cause": "outage" }] });
    supervisor.ask(Method::PATCH, &station).if_match(seen.etag()).json(closure).send().await.expect(200);
    assert_eq!(hall.slots(&anyone, "2026-09-15").await, Vec::<Value>::new());
    let zhang = hall.story.villager("zhang-wei").await;
    hall.book(&zhang, "2026-09-15T10:00:00+08:00").await.problem(409, "slot_not_found");
    hall.book(&zhang, "2026-09-14T09:00:00+08:00").await.problem(409, "slot_begun");
    hall.book(&zhang, "2026-10-14T10:00:00+08:00").await.problem(409, "slot_too_far_ahead");
}

#[tokio::test]
async fn one_books_an_item_once_a_day_and_no_more_than_three_slots() {
    let hall = Hall::in_the_village().await;
    let zhang = hall.story.villager("zhang-wei").await;
    hall.book(&zhang, AT_TEN).await.expect(201);
    hall.book(&zhang, AT_TWO).await.problem(409, "booked_already");
    for day in ["2026-09-15", "2026-09-16"] {
        hall.book(&zhang, &format!("{day}T10:00:00+08:00")).await.expect(201);
    }
    hall.book(&zhang, "2026-09-17T10:00:00+08:00").await.problem(409, "too_many_booked");
    let own = zhang.get("/api/v1/me/appointments?limit=2").await.expect(200).value();
    assert_eq!((own["items"].as_array().map(Vec::len), &own["total"]), (Some(2), &json!(3)));
}

#[tokio::test]
async fn what_a_station_cannot_keep_is_called_off_and_its_person_told_to_book_another_and_nobody_missed_it() {
    let hall = Hall::in_the_village().await;
    let (zhang, wang) = (hall.story.villager("zhang-wei").await, hall.story.villager("wang-dama").await);
    let closed = hall.book(&zhang, "2026-09-15T10:00:00+08:00").await.expect(201).value();
    let kept = hall.book(&wang, "2026-09-16T10:00:00+08:00").await.expect(201).value();
    let closure = json!({ "closures": [{ "from": "2026-09-15", "to": "2026-09-15", "cause": "outage" }] });
    edit(&hall.story, SUPERVISOR, hall.station, closure).await;
    hall.story.stand.run_jobs().await;

    let own = zhang.get("/api/v1/me/appointments").await.expect(200).value();
    let seen = &own["items"][0];
    assert_eq!((&seen["id"], &seen["state"], &seen["called_off"]), (&closed["id"], &json!("cancelled"), &json!("closed")));
    assert_eq!(seen["called_off_hint"], json!("该时段站点停办，请另约时间或站点"));
    let told = zhang.get("/api/v1/me/messages").await.expect(200).value();
    let news = &told["items"][0];
    assert_eq!((&news["appointment"], &news["progress"]), (&closed["id"], &json!("预约已取消")), "{told:#}");
    assert_eq!(news["hint"], json!("9月15日10:00停办，请另约时间"));
    let others = wang.get("/api/v1/me/appointments").await.expect(200).value();
    assert_eq!((&others["items"][0]["id"], &others["items"][0]["state"]), (&kept["id"], &json!("booked")));
    // The place is free for another day, and the day for another slot of theirs.
    hall.book(&zhang, "2026-09-17T10:00:00+08:00").await.expect(201);

    hall.story.at("2026-09-15T11:00:00+08:00").await;
    let own = hall.story.villager("zhang-wei").await.get("/api/v1/me/appointments").await.expect(200).value();
    let states: Vec<_> = own["items"].as_array().expect("slots").iter().map(|slot| slot["state"].clone()).collect();
    assert_eq!(states, [json!("booked"), json!("cancelled")], "nobody missed it");
}

#[tokio::test]
async fn where_no_window_serves_such_matters_any_more_what_was_booked_is_called_off_and_fewer_places_call_nothing_off() {
    let hall = Hall::in_the_village().await;
    let zhang = hall.story.villager("zhang-wei").await;
    hall.book(&zhang, "2026-09-15T10:00:00+08:00").await.expect(201);
    hall.set(json!({ "quotas": [{ "kind": "certificate", "hour": 10, "places_per_window": 0 }] })).await.expect(200);
    hall.story.stand.run_jobs().await;
    let state = async || zhang.get("/api/v1/me/appointments").await.expect(200).value()["items"][0].clone();
    assert_eq!(state().await["state"], json!("booked"));
    hall.set(json!({ "windows": [{ "number": 1, "serves": ["town_service"] }] })).await.expect(200);
    hall.story.stand.run_jobs().await;
    assert_eq!((&state().await["state"], &state().await["called_off"]), (&json!("cancelled"), &json!("no_window")));
}

#[tokio::test]
async fn who_does_not_come_is_noted_and_who_can_not_come_cancels_before() {
    let hall = Hall::in_the_village().await;
    let (zhang, wang) = (hall.story.villager("zhang-wei").await, hall.story.villager("wang-dama").await);
    let missed = hall.book(&zhang, AT_TEN).await.expect(201).value();
    hall.cancel(&wang, &missed).await.problem(404, "appointment_not_found");
    let cancelled = hall.book(&wang, AT_TWO).await.expect(201).value();
    assert_eq!(hall.cancel(&wang, &cancelled).await.expect(200).value()["state"], json!("cancelled"));
    hall.story.stand.at("2026-09-14T10:05:00+08:00").await;
    hall.cancel(&zhang, &missed).await.problem(409, "slot_begun");
    hall.story.at("2026-09-14T10:16:00+08:00").await;
    let zhang = hall.story.villager("zhang-wei").await;
    let own = zhang.get("/api/v1/me/appointments").await.expect(200).value();
    assert_eq!(own["items"][0]["state"], json!("no_show"));
    hall.arrive(&zhang, &missed, 0.0).await.problem(409, "appointment_over");
}
