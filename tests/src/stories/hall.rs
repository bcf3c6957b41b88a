//! A hall and its day: who takes numbers and books there, and the clerks, and what they do.

use reqwest::Method;
use serde_json::{Value, json};

use super::story::{CERTIFICATE, Story, TOWN_STATION, VILLAGE_STATION, word};
use crate::support::client::{Answer, Api};
use crate::support::live::Watching;

/// Two clerks of the town's hall, and one of the village.
pub const TOWN_CLERK: &str = "zhenban";
pub const TOWN_COLLEAGUE: &str = "511499101000-01.4";
pub const VILLAGE_CLERK: &str = "cunwu";
/// A clerk of the next village.
pub const FAR_CLERK: &str = "511499101204-01.2";
/// Who watches over both halls.
pub const SUPERVISOR: &str = "duban";

pub struct Hall {
    pub story: Story,
    pub station: &'static str,
}

impl Hall {
    /// Of eight windows.
    pub async fn in_town() -> Hall {
        Hall { story: Story::begin().await, station: TOWN_STATION }
    }

    /// Of one window.
    pub async fn in_the_village() -> Hall {
        Hall { story: Story::begin().await, station: VILLAGE_STATION }
    }

    pub fn path(&self, rest: &str) -> String {
        format!("/api/v1/stations/{}/{rest}", self.station)
    }

    /// So many metres to the north of the station.
    pub async fn north(&self, metres: f64) -> Value {
        let station = self.story.stand.anyone().get(&format!("/api/v1/stations/{}", self.station)).await.expect(200).value();
        json!({ "lat": station["lat"].as_f64().unwrap() + metres / 111_195.0, "lng": station["lng"] })
    }

    pub async fn take(&self, villager: &Api, kind: &str) -> Answer {
        villager.post(&self.path("tickets"), json!({ "kind": kind, "place": self.north(20.0).await })).await
    }

    pub async fn walk_in(&self, clerk: &Api, kind: &str) -> Value {
        clerk.post(&self.path("walk-ins"), json!({ "kind": kind })).await.expect(201).value()
    }

    pub async fn favour(&self, clerk: &Api, ticket: &Value, priority: &str) -> Answer {
        clerk.post(&format!("/api/v1/tickets/{}/priority", word(ticket, "id")), json!({ "priority": priority })).await
    }

    pub async fn open(&self, clerk: &Api, number: u16) {
        clerk.post(&self.path("windows"), json!({ "number": number })).await.expect(201);
    }

    pub async fn next(&self, clerk: &Api) -> Answer {
        clerk.post(&self.path("next"), json!({})).await
    }

    pub async fn act(&self, clerk: &Api, ticket: &Value, act: Value) -> Answer {
        clerk.post(&format!("/api/v1/tickets/{}/acts", word(ticket, "id")), json!({ "act": act })).await
    }

    /// Calls the next number, serves it and lets it go.
    pub async fn serve_next(&self, clerk: &Api) -> String {
        let given = self.next(clerk).await.expect(200).value();
        if given["kind"] == "work_item" {
            return "online".to_owned();
        }
        self.act(clerk, &given["ticket"], json!({ "kind": "begin" })).await.expect(200);
        self.act(clerk, &given["ticket"], json!({ "kind": "finish" })).await.expect(200);
        word(&given["ticket"], "number")
    }

    /// As it hangs there.
    pub async fn board(&self) -> Value {
        self.story.stand.anyone().get(&self.path("hall")).await.expect(200).value()
    }

    /// As its staff see it.
    pub async fn floor(&self, staff: &Api) -> Value {
        staff.get(&self.path("floor")).await.expect(200).value()
    }

    /// The screen that hangs there, from now on.
    pub async fn watched(&self) -> Watching {
        let mut screen = Watching::events(&self.story.stand.anyone(), &[format!("hall:{}", self.station)], None).await;
        assert_eq!(screen.next().await["event"], "hello");
        screen
    }

    /// Its supervisor sets something.
    pub async fn set(&self, change: Value) -> Answer {
        let supervisor = self.story.staff(SUPERVISOR).await;
        let rules = self.path("floor-rules");
        let seen = supervisor.get(&rules).await.expect(200);
        supervisor.ask(Method::PATCH, &rules).if_match(seen.etag()).json(change).send().await
    }

    pub async fn slots(&self, api: &Api, day: &str) -> Vec<Value> {
        let slots = api.get(&self.path(&format!("slots?item={CERTIFICATE}&day={day}"))).await.expect(200).value();
        slots.as_array().expect("slots").clone()
    }

    pub async fn book(&self, villager: &Api, begin: &str) -> Answer {
        self.book_for(villager, CERTIFICATE, begin).await
    }

    pub async fn book_for(&self, villager: &Api, item: &str, begin: &str) -> Answer {
        villager.post("/api/v1/appointments", json!({ "station": self.station, "item": item, "begin": begin })).await
    }

    pub async fn book_at_counter(&self, clerk: &Api, person: Value, begin: &str) -> Answer {
        clerk.post(&self.path("appointments"), json!({ "person": person, "item": CERTIFICATE, "begin": begin })).await
    }

    /// From the phone, so many metres away.
    pub async fn arrive(&self, by: &Api, appointment: &Value, metres: f64) -> Answer {
        by.post(&of(appointment, "arrive"), json!({ "place": self.north(metres).await })).await
    }

    /// As a clerk sees them.
    pub async fn arrived(&self, clerk: &Api, appointment: &Value) -> Answer {
        clerk.post(&of(appointment, "arrive"), json!({})).await
    }

    pub async fn cancel(&self, by: &Api, appointment: &Value) -> Answer {
        by.post(&of(appointment, "cancel"), json!({})).await
    }

    /// The slots of a day as staff see them.
    pub async fn day(&self, staff: &Api, day: &str) -> Vec<Value> {
        let page = staff.get(&self.path(&format!("appointments?day={day}"))).await.expect(200).value();
        page["items"].as_array().expect("slots").clone()
    }
}

fn of(appointment: &Value, rest: &str) -> String {
    format!("/api/v1/appointments/{}/{rest}", word(appointment, "id"))
}
