//! Who comes to a station, as its staff see and help them: the day's slots, booking for who calls, whom the law favours, and a window that
//! somebody left open.

use serde_json::{Value, json};

use super::hall::{FAR_CLERK, Hall, SUPERVISOR, TOWN_CLERK, TOWN_COLLEAGUE, VILLAGE_CLERK};
use super::story::{CERTIFICATE, TOWN_SERVICE, word};
use crate::support::people::Role;

const TODAY: &str = "2026-09-14";
const AT_TEN: &str = "2026-09-14T10:00:00+08:00";
const AT_ELEVEN: &str = "2026-09-14T11:00:00+08:00";
const AT_TWO: &str = "2026-09-14T14:00:00+08:00";
const HEAD: &str = "cunzhang";
/// Aid to the destitute, and the record of domestic violence.
const SEALED: &str = "T022";
const CONFIDENTIAL: &str = "C052";

fn old_man() -> Value {
    json!({ "name": "无手机老人", "citizen_id": "511499194403151237", "phone": "028-86543210" })
}

async fn noted(hall: &Hall, deed: &str) -> Vec<Value> {
    hall.story.stand.someone(Role::AuditAdmin).await.all(&format!("/api/v1/audit?limit=100&deed={deed}")).await
}

#[tokio::test]
async fn a_clerk_finds_who_comes_on_a_day_and_says_that_they_have_come() {
    let hall = Hall::in_the_village().await;
    let (zhang, wang, clerk) =
        (hall.story.villager("zhang-wei").await, hall.story.villager("wang-dama").await, hall.story.staff(VILLAGE_CLERK).await);
    let mut screen = hall.watched().await;
    hall.book(&wang, AT_ELEVEN).await.expect(201);
    assert_eq!(screen.update("changed").await["id"], json!(AT_ELEVEN), "which slot, and nothing of whom");
    let booked = hall.book(&zhang, AT_TEN).await.expect(201).value();
    let day = hall.day(&clerk, TODAY).await;
    let seen: Vec<_> = day.iter().map(|one| (&one["begin"], &one["name"], &one["item"], &one["state"])).collect();
    let (ten, eleven, item, state) = (json!(AT_TEN), json!(AT_ELEVEN), json!(CERTIFICATE), json!("booked"));
    let (zhang_wei, wang_guifang) = (json!("张伟"), json!("王桂芳"));
    assert_eq!(seen, [(&ten, &zhang_wei, &item, &state), (&eleven, &wang_guifang, &item, &state)], "in the order of the slots");
    let page = clerk.get(&hall.path(&format!("appointments?day={TODAY}&limit=1"))).await.expect(200).value();
    assert_eq!((page["items"].as_array().map(Vec::len), &page["total"]), (Some(1), &json!(2)));
    assert_eq!(clerk.all(&hall.path(&format!("appointments?day={TODAY}&limit=1"))).await, day);
    assert_eq!(hall.day(&clerk, "2026-09-15").await, Vec::<Value>::new());
    hall.story.stand.at("2026-09-14T09:55:00+08:00").await;
    let ticket = hall.arrived(&clerk, &day[0]).await.expect(201).value();
    let came = &hall.day(&clerk, TODAY).await[0];
    assert_eq!((&came["id"], &came["state"], &came["ticket"]), (&booked["id"], &json!("arrived"), &ticket["id"]));
}

#[tokio::test]
async fn of_a_sealed_matter_and_of_kin_a_clerk_sees_the_family_name_alone_and_of_a_confidential_one_nothing() {
    let hall = Hall::in_the_village().await;
    let sealed = hall.book_for(&hall.story.villager("zhang-wei").await, SEALED, AT_TEN).await.expect(201).value();
    hall.book_for(&hall.story.villager("wang-dama").await, CONFIDENTIAL, AT_TWO).await.expect(201);
    hall.book(&hall.story.villager("he-xia").await, AT_ELEVEN).await.expect(201);
    assert_eq!((&sealed["item"], &sealed["name"]), (&json!(SEALED), &json!(null)), "they know what they booked");
    let as_seen = async |login: &str| {
        let day = hall.day(&hall.story.staff(login).await, TODAY).await;
        day.iter().map(|one| (word(one, "name"), word(one, "kind"), one["item"].clone())).collect::<Vec<_>>()
    };
    let of = |name: &str, kind: &str, item: Value| (name.to_owned(), kind.to_owned(), item);
    let sealed_one = || of("张*", "town_service", json!(null));
    assert_eq!(as_seen(VILLAGE_CLERK).await, [sealed_one(), of("何*", "certificate", json!(null))], "she is his wife");
    assert_eq!(as_seen(HEAD).await, [sealed_one(), of("何霞", "certificate", json!(CERTIFICATE))]);
    assert_eq!(as_seen(SUPERVISOR).await, [sealed_one(), of("何*", "certificate", json!(CERTIFICATE))]);
    let clerk = hall.story.staff(HEAD).await;
    let cancelled = hall.cancel(&clerk, &sealed).await.expect(200).value();
    assert_eq!((&cancelled["item"], &cancelled["item_name"], &cancelled["name"]), (&json!(null), &json!("密件"), &json!("张*")));
}

#[tokio::test]
async fn a_clerk_books_for_who_calls_within_the_same_quotas_and_gives_the_slot_back_for_them() {
    let hall = Hall::in_the_village().await;
    let (zhang, clerk) = (hall.story.villager("zhang-wei").await, hall.story.staff(VILLAGE_CLERK).await);
    let booked = hall.book_at_counter(&clerk, old_man(), AT_TWO).await.expect(201).value();
    assert_eq!((&booked["name"], &booked["state"]), (&json!("无手机老人"), &json!("booked")));
    hall.book(&zhang, AT_TWO).await.problem(409, "slot_full");
    hall.book_at_counter(&clerk, old_man(), "2026-09-14T15:00:00+08:00").await.problem(409, "booked_already");
    let another = json!({ "name": "另一个人", "citizen_id": "511499194403151237" });
    hall.book_at_counter(&clerk, another, AT_TEN).await.problem(422, "name_differs");
    hall.cancel(&hall.story.staff(FAR_CLERK).await, &booked).await.problem(404, "appointment_not_found");
    hall.cancel(&hall.story.staff(SUPERVISOR).await, &booked).await.problem(403, "role_missing");
    assert_eq!(hall.cancel(&clerk, &booked).await.expect(200).value()["state"], json!("cancelled"));
    hall.book(&zhang, AT_TWO).await.expect(201);
    for deed in ["slot_booked", "slot_cancelled"] {
        let entries = noted(&hall, deed).await;
        assert_eq!(entries.len(), 1, "what somebody does for themself isn't noted");
        assert_eq!((&entries[0]["on"]["id"], &entries[0]["by"]["station"]), (&booked["id"], &json!(hall.station)));
        assert!(!entries[0].to_string().contains("无手机老人"));
    }
}

#[tokio::test]
async fn what_a_clerk_booked_for_somebody_is_theirs() {
    let hall = Hall::in_the_village().await;
    let (zhang, clerk) = (hall.story.villager("zhang-wei").await, hall.story.staff(VILLAGE_CLERK).await);
    let own = zhang.get("/api/v1/me/data").await.expect(200).value();
    let number = own["parts"][0]["rows"][0]["values"]["公民身份号码"].clone();
    let booked = hall.book_at_counter(&clerk, json!({ "name": "张伟", "citizen_id": number }), AT_TEN).await.expect(201).value();
    let listed = zhang.get("/api/v1/me/appointments").await.expect(200).value();
    assert_eq!(listed["items"][0]["id"], booked["id"]);
    hall.cancel(&zhang, &booked).await.expect(200);
}

#[tokio::test]
async fn the_days_slots_are_for_the_stations_staff_and_booking_for_others_for_its_clerks() {
    let hall = Hall::in_the_village().await;
    let (zhang, far, supervisor) =
        (hall.story.villager("zhang-wei").await, hall.story.staff(FAR_CLERK).await, hall.story.staff(SUPERVISOR).await);
    let day = hall.path(&format!("appointments?day={TODAY}"));
    hall.story.stand.anyone().get(&day).await.problem(401, "token_missing");
    zhang.get(&day).await.problem(403, "staff_only");
    far.get(&day).await.problem(403, "out_of_scope");
    hall.story.staff("kuaidi").await.get(&day).await.problem(403, "role_missing");
    hall.book_at_counter(&zhang, old_man(), AT_TEN).await.problem(403, "staff_only");
    hall.book_at_counter(&far, old_man(), AT_TEN).await.problem(403, "out_of_scope");
    hall.book_at_counter(&supervisor, old_man(), AT_TEN).await.problem(403, "role_missing");
    assert_eq!(hall.day(&supervisor, TODAY).await, Vec::<Value>::new());
}

#[tokio::test]
async fn a_number_taken_by_phone_goes_to_where_it_would_have_stood_once_a_clerk_sees_why() {
    let hall = Hall::in_town().await;
    let (clerk, far) = (hall.story.staff(TOWN_CLERK).await, hall.story.staff(FAR_CLERK).await);
    hall.walk_in(&clerk, "town_service").await;
    hall.story.stand.at("2026-09-14T09:45:00+08:00").await;
    hall.walk_in(&clerk, "town_service").await;
    hall.story.stand.at("2026-09-14T09:50:00+08:00").await;
    let zhang = hall.story.stand.villager("zhang-wei").await;
    let taken = hall.take(&zhang, "town_service").await.expect(201).value();
    assert_eq!((&taken["number"], &taken["ahead"]), (&json!("A003"), &json!(2)));
    hall.favour(&zhang, &taken, "pregnant").await.problem(403, "staff_only");
    hall.favour(&far, &taken, "pregnant").await.problem(404, "ticket_not_found");
    hall.favour(&hall.story.staff(SUPERVISOR).await, &taken, "pregnant").await.problem(403, "role_missing");
    hall.favour(&clerk, &taken, "none").await.problem(409, "ticket_that_far_forward");
    let mut screen = hall.watched().await;
    hall.story.stand.at("2026-09-14T10:05:00+08:00").await;
    let clerk = hall.story.stand.staff(TOWN_CLERK).await;
    let forward = hall.favour(&clerk, &taken, "pregnant").await.expect(200).value();
    assert_eq!((&forward["ahead"], &forward["state"]), (&json!(0), &json!("waiting")), "counted from when it was taken");
    assert_eq!(screen.update("changed").await["id"], json!("A003"));
    hall.favour(&clerk, &taken, "soldier").await.problem(409, "ticket_that_far_forward");
    hall.open(&clerk, 1).await;
    let mut called = Vec::new();
    for _ in 0..3 {
        called.push(hall.serve_next(&clerk).await);
    }
    assert_eq!(called, ["A003", "A001", "A002"]);
    hall.favour(&clerk, &taken, "elderly").await.problem(409, "ticket_over");
    let entries = noted(&hall, "ticket_favoured").await;
    assert_eq!((entries.len(), &entries[0]["on"]["id"], &entries[0]["by"]["role"]), (1, &taken["id"], &json!("clerk")));
    assert!(!format!("{forward}{entries:?}").contains("pregnant"), "why somebody goes first is kept nowhere");
}

#[tokio::test]
async fn a_supervisor_frees_windows_left_open_and_nobody_who_was_called_there_is_lost() {
    let hall = Hall::in_town().await;
    let (clerk, colleague, supervisor) =
        (hall.story.staff(TOWN_CLERK).await, hall.story.staff(TOWN_COLLEAGUE).await, hall.story.staff(SUPERVISOR).await);
    let first = hall.walk_in(&clerk, "town_service").await;
    let second = hall.walk_in(&clerk, "town_service").await;
    for (sitter, number) in [(&clerk, 1), (&colleague, 2)] {
        hall.open(sitter, number).await;
        hall.next(sitter).await.expect(200);
    }
    hall.act(&clerk, &first, json!({ "kind": "begin" })).await.expect(200);
    let free = |number: u16| hall.path(&format!("windows/{number}/close"));
    colleague.post(&free(1), json!({})).await.problem(403, "role_missing");
    hall.story.villager("zhang-wei").await.post(&free(1), json!({})).await.problem(403, "staff_only");
    supervisor.post(&free(3), json!({})).await.problem(409, "window_closed");
    let mut screen = hall.watched().await;
    let freed = supervisor.post(&free(1), json!({})).await.expect(200).value();
    assert_eq!((&freed["number"], freed["clerk_name"].is_string()), (&json!(1), true));
    assert_eq!(screen.update("closed").await["id"], "A001", "who was being served is served");
    assert_eq!(screen.update("closed").await["id"], "1");
    supervisor.post(&free(2), json!({})).await.expect(200);
    assert_eq!(screen.update("returned").await["id"], "A002");
    supervisor.post(&free(2), json!({})).await.problem(409, "window_closed");
    hall.next(&clerk).await.problem(409, "window_not_open");
    hall.act(&colleague, &second, json!({ "kind": "begin" })).await.problem(409, "ticket_not_called");
    let seen = hall.board().await;
    assert_eq!((&seen["windows"], &seen["called"], &seen["waiting"][0]["people"]), (&json!(0), &json!([]), &json!(1)));
    hall.open(&colleague, 1).await;
    assert_eq!(hall.serve_next(&colleague).await, "A002");
    let entries = noted(&hall, "window_freed").await;
    let by: Vec<_> = entries.iter().map(|entry| (&entry["by"]["role"], &entry["on"]["kind"])).collect();
    assert_eq!(by, vec![(&json!("supervisor"), &json!("window")); 2]);
}

#[tokio::test]
async fn who_was_called_to_a_window_that_its_clerk_closes_goes_back_to_where_they_stood() {
    let hall = Hall::in_town().await;
    let clerk = hall.story.staff(TOWN_CLERK).await;
    hall.walk_in(&clerk, "town_service").await;
    hall.walk_in(&clerk, "town_service").await;
    hall.open(&clerk, 1).await;
    hall.next(&clerk).await.expect(200);
    clerk.post(&hall.path("windows/close"), json!({})).await.expect(200);
    let waiting = hall.floor(&clerk).await["waiting"].clone();
    assert_eq!((&waiting[0]["number"], &waiting[1]["number"]), (&json!("A001"), &json!("A002")));
    hall.open(&clerk, 2).await;
    assert_eq!(hall.serve_next(&clerk).await, "A001");
}

#[tokio::test]
async fn places_go_by_the_windows_that_are_meant_for_a_kind_and_by_hour() {
    let hall = Hall::in_town().await;
    let clerk = hall.story.staff(TOWN_CLERK).await;
    let places_at_ten = async || {
        let slots = clerk.get(&hall.path(&format!("slots?item={TOWN_SERVICE}&day={TODAY}"))).await.expect(200).value();
        slots.as_array().expect("slots").iter().find(|slot| slot["begin"] == AT_TEN).map(|slot| slot["places"].clone())
    };
    assert_eq!(places_at_ten().await, Some(json!(8)), "one at each of its windows");
    let for_certificates = |number: u16| json!({ "number": number, "serves": ["certificate"] });
    hall.set(json!({ "windows": [for_certificates(9)] })).await.problem(422, "window_not_found");
    hall.set(json!({ "windows": [for_certificates(1), for_certificates(1)] })).await.problem(422, "window_twice");
    let set = hall.set(json!({ "windows": [for_certificates(1), for_certificates(2)] })).await.expect(200).value();
    assert_eq!(set["windows"][1], for_certificates(2));
    assert_eq!(places_at_ten().await, Some(json!(6)));
    hall.set(json!({ "quotas": [{ "kind": "town_service", "hour": 10, "places_per_window": 2 }] })).await.expect(200);
    assert_eq!(places_at_ten().await, Some(json!(12)));
    let opened = clerk.post(&hall.path("windows"), json!({ "number": 2 })).await.expect(201).value();
    assert_eq!(opened["serves"], json!(["certificate"]), "as it is meant, where the clerk doesn't say otherwise");
}
