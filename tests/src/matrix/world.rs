//! What is asked for: for each cell a case that is open, one whose papers are to be brought, and one that was served, each with its
//! work, delivery, file and document; and the same of nothing, for what never was.

use std::collections::HashMap;

use reqwest::Method;
use serde_json::{Value, json};

use super::cast::{CITIZEN_ID, Cast, Kind, NAME, lives_in};
use super::requests;
use crate::refusals::vocabulary::{AT_ONCE, DECIDED, NOBODYS, act, id_of};
use crate::support::client::Api;
use crate::support::pass::Door;
use crate::support::people::DEMO_PASSWORD;
use crate::support::stand::Stand;
use crate::walk::form;

pub const VILLAGE: &str = "511499101203";
const NEXT_VILLAGE: &str = "511499101204";
/// Villagers of the two villages, nobody's relatives.
const NEIGHBOUR: &str = "wang-dama";
const FAR_NEIGHBOUR: &str = "wu-xiuying";

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Side {
    Own,
    Other,
}

/// Where the thing is, and whose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Cell {
    pub station: Side,
    pub person: Side,
}

impl Cell {
    pub const ALL: [Cell; 4] = [
        Cell { station: Side::Own, person: Side::Own },
        Cell { station: Side::Own, person: Side::Other },
        Cell { station: Side::Other, person: Side::Own },
        Cell { station: Side::Other, person: Side::Other },
    ];

    fn village(self) -> &'static str {
        match self.station {
            Side::Own => VILLAGE,
            Side::Other => NEXT_VILLAGE,
        }
    }
}

#[derive(Clone, Debug)]
pub struct Things {
    pub village: String,
    pub station: String,
    /// Waits to be accepted.
    pub open_case: String,
    pub work_item: String,
    /// Somebody called the supervisor for it.
    pub alert: String,
    pub upload: String,
    pub carried_case: String,
    pub delivery: String,
    pub served_case: String,
    pub document: String,
    pub account: String,
    /// Entered at the station; given by the person.
    pub mandate: String,
    /// Entered at the station; overtaken by another, so that nobody's number changes.
    pub correction: String,
    /// The person's citizen ID number.
    pub number: String,
    /// Entered at the station for the person.
    pub copy: String,
    /// Asked at the station by the person, who has an open case.
    pub erasure: String,
    /// After the person's bad review of the served case.
    pub rectification: String,
    /// A sign of farming at the station.
    pub farming: String,
    /// The station has to call or visit the person.
    pub errand: String,
    /// Where the station is.
    pub place: Value,
    /// Taken by the person at the station, and given back.
    pub ticket: String,
    /// Booked by the person at the station, and cancelled.
    pub appointment: String,
}

pub struct World {
    sandbox: Api,
    things: HashMap<Cell, Things>,
    own_account: String,
    /// The token in a certificate's QR code.
    pub check_token: String,
    /// What a station's poster has in it.
    pub scene: String,
    pub order_for_oneself: Value,
    orders_at_the_counter: HashMap<String, Value>,
}

impl World {
    pub async fn set_up(stand: &Stand, cast: &Cast) -> World {
        let accounts = Accounts::open(cast.api(Kind::SecurityAdmin)).await;
        // Whom WeChat may bring nothing gets no short message either.
        stand.sandbox().post("/__sandbox/sms/mood", json!({ "mood": "blocked" })).await.ok();
        let (mut things, mut check_token) = (HashMap::new(), String::new());
        for cell in Cell::ALL {
            let owner = owner(stand, cast, cell).await;
            let prepared = prepare(stand, &owner, cell.village(), &mut check_token).await;
            let mandate = mandate(stand, cell).await;
            let number = number_of(&owner).await;
            let copy = at_counter(stand, cell, ("/api/v1/people/copies", &number)).await;
            let erasure = at_counter(stand, cell, ("/api/v1/people/erasures", &number)).await;
            let errand = errand(stand, cell, &prepared.served_case).await;
            let rectification = bad_review(stand, &owner, &prepared.served_case).await;
            let (ticket, appointment) = visit(&owner, &prepared).await;
            let account = accounts.others.clone();
            let own = Things { account, mandate, number, copy, erasure, rectification, errand, ticket, appointment, ..prepared };
            things.insert(cell, own);
        }
        for station in [Side::Own, Side::Other] {
            let farming = farming(stand, cast, Cell { station, person: Side::Other }).await;
            for (_, things) in things.iter_mut().filter(|(cell, _)| cell.station == station) {
                things.farming.clone_from(&farming);
            }
        }
        for (cell, ethnicity) in Cell::ALL.into_iter().zip(["彝族", "藏族", "羌族", "苗族"]) {
            let correction = correction(stand, cell, ethnicity).await;
            things.entry(cell).and_modify(|things| things.correction = correction);
        }
        let villager = cast.api(Kind::Villager);
        lives_in(villager, VILLAGE).await;
        let mut orders_at_the_counter = HashMap::new();
        for village in [VILLAGE, NEXT_VILLAGE] {
            let somebody = json!({ "kind": "person", "name": "应征青年", "citizen_id": requests::SOMEBODY });
            orders_at_the_counter.insert(village.to_owned(), order(&stand.anyone(), DECIDED, "nearby", village, somebody).await);
        }
        let order_for_oneself = order(villager, DECIDED, "nearby", VILLAGE, json!({ "kind": "myself" })).await;
        let poster = format!("/api/v1/stations/{VILLAGE}-01/mini-code");
        let scene = cast.api(Kind::Supervisor).get(&poster).await.expect(200).header("x-scene").to_owned();
        World { sandbox: stand.sandbox(), scene, things, own_account: accounts.own, check_token, order_for_oneself, orders_at_the_counter }
    }

    pub fn things(&self, cell: Cell, kind: Kind) -> Things {
        let things = self.things[&cell].clone();
        match (kind, cell.person) {
            (Kind::SecurityAdmin, Side::Own) => Things { account: self.own_account.clone(), ..things },
            _others => things,
        }
    }

    /// Of the form of the real ones, at a station that is there.
    pub fn never(&self, kind: Kind) -> Things {
        let nothing = || NOBODYS.to_owned();
        Things {
            open_case: nothing(),
            work_item: nothing(),
            alert: nothing(),
            upload: nothing(),
            carried_case: nothing(),
            delivery: nothing(),
            served_case: nothing(),
            document: nothing(),
            account: nothing(),
            mandate: nothing(),
            correction: nothing(),
            copy: nothing(),
            erasure: nothing(),
            rectification: nothing(),
            farming: nothing(),
            errand: nothing(),
            ticket: nothing(),
            appointment: nothing(),
            ..self.things(Cell::ALL[3], kind)
        }
    }

    /// A login code of WeChat, good for one use.
    pub async fn wechat_code(&self, phone: &str) -> Value {
        self.sandbox.post("/__sandbox/login", json!({ "user": phone })).await.expect(200).value()["code"].clone()
    }

    pub fn order_at_the_counter(&self, things: &Things) -> Value {
        self.orders_at_the_counter[&things.village].clone()
    }
}

/// The security administrator's own account, and one that nobody uses.
struct Accounts {
    own: String,
    others: String,
}

impl Accounts {
    async fn open(security: &Api) -> Accounts {
        let own = security.get("/api/v1/staff?q=anquan").await.expect(200).value();
        let body = json!({ "login": "nobody.uses.it", "name": "应征青年", "citizen_id": requests::SOMEBODY, "grants": [] });
        let others = security.post("/api/v1/staff", body).await.expect(201).value();
        Accounts { own: id_of(&own["items"][0]), others: id_of(&others) }
    }
}

/// Who submits. A profile says where somebody lives, so 李强 moves.
async fn owner(stand: &Stand, cast: &Cast, cell: Cell) -> Api {
    match (cell.person, cell.station) {
        (Side::Own, _) => {
            lives_in(cast.api(Kind::Villager), cell.village()).await;
            cast.api(Kind::Villager).clone()
        }
        (Side::Other, Side::Own) => stand.villager(NEIGHBOUR).await,
        (Side::Other, Side::Other) => stand.villager(FAR_NEIGHBOUR).await,
    }
}

async fn prepare(stand: &Stand, owner: &Api, village: &str, check_token: &mut String) -> Things {
    let upload = id_of(&owner.upload("/api/v1/uploads", "photo.png", "image/png", form::PHOTO.to_vec()).await.expect(201).value());
    let (open_case, _) = submit(owner, DECIDED, "nearby", village, Some(&upload)).await;
    let (carried_case, _) = submit(owner, AT_ONCE, "express", village, None).await;
    let (served_case, accepting) = submit(owner, AT_ONCE, "nearby", village, None).await;
    let handler = handler(stand, &accepting).await;
    act(&handler, &served_case, json!({ "kind": "serve_at_once", "verdict": { "kind": "granted" } })).await.expect(200);
    let served = owner.get(&format!("/api/v1/cases/{served_case}")).await.expect(200).value();
    let check_url = served["certificate"]["check_url"].as_str().expect("a certificate");
    *check_token = check_url.rsplit('/').next().expect("a token").to_owned();
    let opened = owner.get(&format!("/api/v1/cases/{open_case}")).await.expect(200).value();
    let desk = self::handler(stand, opened["accepting"]["code"].as_str().expect("a station")).await;
    let place = owner.get(&format!("/api/v1/stations/{village}-01")).await.expect(200).value();
    let work_item = crate::refusals::vocabulary::work_on(&desk, &open_case).await;
    let alert = called(stand, &desk, (&open_case, &work_item)).await;
    let legs = owner.get(&format!("/api/v1/cases/{carried_case}/delivery")).await.expect(200).value();
    Things {
        village: village.to_owned(),
        station: format!("{village}-01"),
        work_item,
        alert,
        open_case,
        upload,
        carried_case,
        delivery: legs[0]["delivery"].as_str().expect("a delivery").to_owned(),
        document: id_of(&served["documents"][0]),
        served_case,
        account: String::new(),
        mandate: String::new(),
        correction: String::new(),
        number: String::new(),
        copy: String::new(),
        erasure: String::new(),
        rectification: String::new(),
        farming: String::new(),
        errand: String::new(),
        place: json!({ "lat": place["lat"], "lng": place["lng"] }),
        ticket: String::new(),
        appointment: String::new(),
    }
}

/// Of a paper that waits for the person, whom no message reaches: the one who asks allows WeChat nothing, another has no phone.
async fn errand(stand: &Stand, cell: Cell, served_case: &str) -> String {
    let village = cell.village();
    let clerk = handler(stand, &format!("{village}-01")).await;
    let case = match cell.person {
        Side::Own => served_case.to_owned(),
        Side::Other => {
            let (name, citizen_id) = requests::WITHOUT_PHONE;
            let subject = json!({ "kind": "person", "name": name, "citizen_id": citizen_id });
            let order = order(&stand.anyone(), AT_ONCE, "nearby", village, subject).await;
            let case = id_of(&clerk.post("/api/v1/cases", order).await.expect(201).value()["cases"][0]);
            let seen = clerk.get(&format!("/api/v1/cases/{case}")).await.expect(200).value();
            let desk = handler(stand, seen["accepting"]["code"].as_str().expect("a station")).await;
            act(&desk, &case, json!({ "kind": "serve_at_once", "verdict": { "kind": "granted" } })).await.expect(200);
            case
        }
    };
    stand.run_jobs().await;
    for station in [format!("{village}-01"), format!("{village}-11")] {
        let desk = handler(stand, &station).await;
        let errands = desk.all(&format!("/api/v1/errands?station={station}")).await;
        if let Some(errand) = errands.iter().find(|errand| errand["case"] == json!(case)) {
            return id_of(errand);
        }
    }
    panic!("no errand of {case}, {cell:?}")
}

/// The person gives what they were served with a bad review; whoever looks after the station finds what follows.
async fn bad_review(stand: &Stand, owner: &Api, served_case: &str) -> String {
    let seen = owner.get(&format!("/api/v1/cases/{served_case}")).await.expect(200).value();
    let accepting = seen["accepting"]["code"].as_str().expect("a station");
    hand_over(stand, owner, served_case).await;
    owner.post(&format!("/api/v1/cases/{served_case}/evaluation"), json!({ "level": "dissatisfied" })).await.expect(201);
    let list = format!("/api/v1/rectifications?station={accepting}");
    let supervisor = stand.staff("duban").await;
    let mut found = supervisor.all(&list).await.into_iter();
    let of_case = async |id: String| {
        let whole = supervisor.get(&format!("/api/v1/rectifications/{id}")).await.expect(200).value();
        (whole["case"] == served_case).then_some(id)
    };
    loop {
        let line = found.next().expect("the rectification of the case");
        if let Some(id) = of_case(id_of(&line)).await {
            return id;
        }
    }
}

/// By who sits where the result waits.
async fn hand_over(stand: &Stand, owner: &Api, case: &str) {
    let seen = owner.get(&format!("/api/v1/cases/{case}")).await.expect(200).value();
    let desk = handler(stand, seen["station"]["code"].as_str().expect("a station")).await;
    act(&desk, case, json!({ "kind": "hand_over", "to": { "kind": "subject" } })).await.expect(200);
}

/// A villager praises the station with the device that its staff sign in with.
async fn farming(stand: &Stand, cast: &Cast, cell: Cell) -> String {
    const DEVICE: &str = "matrix-device-of-a-station";
    let owner = owner(stand, cast, cell).await;
    let (case, accepting) = submit(&owner, AT_ONCE, "nearby", cell.village(), None).await;
    let handler = handler(stand, &accepting).await;
    act(&handler, &case, json!({ "kind": "serve_at_once", "verdict": { "kind": "granted" } })).await.expect(200);
    hand_over(stand, &owner, &case).await;
    // A code lets in once.
    stand.pass_a_minute().await;
    let code = Door::demo_code(&stand.anyone(), "duban").await;
    let credentials = json!({ "login": "duban", "password": DEMO_PASSWORD, "code": code });
    let sign_in = stand.anyone().ask(Method::POST, "/api/v1/sessions/staff").header("X-Device", DEVICE).json(credentials);
    let token = sign_in.send().await.expect(201).value()["token"].as_str().expect("a token").to_owned();
    let review = owner.ask(Method::POST, &format!("/api/v1/cases/{case}/evaluation")).header("X-Device", DEVICE);
    review.json(json!({ "level": "very_satisfied" })).send().await.expect(201);
    stand.run_jobs().await;
    let supervisor = stand.anyone().with_token(&token);
    let found = supervisor.get(&format!("/api/v1/reviews/farming?station={accepting}")).await.expect(200).value();
    id_of(&found["items"][0])
}

/// A number taken and given back, and a slot booked and cancelled: one person has them at both stations.
async fn visit(owner: &Api, things: &Things) -> (String, String) {
    let station = &things.station;
    let take = json!({ "kind": "certificate", "place": things.place });
    let ticket = id_of(&owner.post(&format!("/api/v1/stations/{station}/tickets"), take).await.expect(201).value());
    owner.post(&format!("/api/v1/tickets/{ticket}/leave"), json!({})).await.expect(200);
    let book = json!({ "station": station, "item": DECIDED, "begin": requests::SLOT });
    let appointment = id_of(&owner.post("/api/v1/appointments", book).await.expect(201).value());
    owner.post(&format!("/api/v1/appointments/{appointment}/cancel"), json!({})).await.expect(200);
    (ticket, appointment)
}

/// The clerk of the desk calls the supervisor; the item goes back to its pool.
async fn called(stand: &Stand, desk: &Api, (case, work_item): (&str, &str)) -> String {
    let claimed = desk.post(&format!("/api/v1/work-items/{work_item}/claim"), json!({})).await.expect(200).value();
    let call = json!({ "lease": claimed["lease"]["number"], "reason": "材料真伪拿不准" });
    desk.post(&format!("/api/v1/work-items/{work_item}/escalate"), call).await.expect(200);
    let alerts = stand.staff("duban").await.all("/api/v1/alerts").await;
    let alert = alerts.iter().find(|alert| alert["case"]["id"] == json!(case) && alert["cause"] == "escalated");
    id_of(alert.unwrap_or_else(|| panic!("no alert of {case} in {alerts:#?}")))
}

/// A mandate that the station's clerk enters from a signed paper.
async fn mandate(stand: &Stand, cell: Cell) -> String {
    let station = format!("{}-01", cell.village());
    let clerk = handler(stand, &station).await;
    let scan = scan(&clerk, "委托书.png").await;
    let grantor = match cell.person {
        Side::Own => json!({ "name": NAME, "citizen_id": CITIZEN_ID }),
        Side::Other => json!({ "name": "无手机老人", "citizen_id": "511499194403151237" }),
    };
    let body = json!({
        "grantor": grantor, "holder": requests::somebody(), "scope": { "items": [requests::DELEGABLE] }, "until": "2026-12-31",
        "witnessing": { "kind": "on_paper", "scan": scan }, "station": station,
    });
    id_of(&clerk.post("/api/v1/mandates", body).await.expect(201).value())
}

/// A changed number that waits for an approver, of somebody whose ethnicity was put right since.
async fn correction(stand: &Stand, cell: Cell, ethnicity: &str) -> String {
    let station = format!("{}-01", cell.village());
    let clerk = handler(stand, &station).await;
    let (name, number) = requests::WITHOUT_PHONE;
    let mut entered = Vec::new();
    for (citizen_id, ethnicity) in [(requests::FREE_NUMBER, None), (number, Some(ethnicity))] {
        let mut body = json!({
            "known_as": number, "name": name, "citizen_id": citizen_id, "station": station, "scan": scan(&clerk, "身份证.png").await,
        });
        if let Some(ethnicity) = ethnicity {
            body["ethnicity"] = json!(ethnicity);
        }
        entered.push(id_of(&clerk.post("/api/v1/people/corrections", body).await.expect(201).value()));
    }
    entered.swap_remove(0)
}

/// As their own copy tells it.
async fn number_of(owner: &Api) -> String {
    let copy = owner.get("/api/v1/me/data").await.expect(200).value();
    copy["parts"][0]["rows"][0]["values"]["公民身份号码"].as_str().expect("a number").to_owned()
}

/// What the person asks about their data at the station's counter.
async fn at_counter(stand: &Stand, cell: Cell, (path, number): (&str, &str)) -> String {
    let station = format!("{}-01", cell.village());
    let clerk = handler(stand, &station).await;
    let scan = scan(&clerk, "身份证.png").await;
    let body = json!({ "citizen_id": number, "station": station, "shown": "identity_card", "scan": scan });
    id_of(&clerk.post(path, body).await.expect(201).value())
}

/// A paper that staff hand in.
pub async fn scan(by: &Api, name: &str) -> String {
    id_of(&by.upload("/api/v1/uploads", name, "image/png", form::PHOTO.to_vec()).await.expect(201).value())
}

/// A clerk of the demo at that station.
async fn handler(stand: &Stand, station: &str) -> Api {
    let login = match station {
        "511499101203-01" => "cunwu".to_owned(),
        "511499101203-11" => "dianyuan".to_owned(),
        village if village.ends_with("-01") => format!("{village}.2"),
        point => format!("{point}.1"),
    };
    stand.staff(&login).await
}

/// Submits for oneself: the case, and the station that took it in.
async fn submit(owner: &Api, item: &str, mode: &str, village: &str, upload: Option<&str>) -> (String, String) {
    let mut order = order(owner, item, mode, village, json!({ "kind": "myself" })).await;
    if let Some(upload) = upload {
        let listed = owner.get(&format!("/api/v1/items/{item}")).await.expect(200).value();
        order["matters"][0]["materials"] = json!([{ "material": listed["materials"][0]["name"], "upload": upload }]);
    }
    let case = id_of(&owner.post("/api/v1/cases", order).await.expect(201).value()["cases"][0]);
    let seen = owner.get(&format!("/api/v1/cases/{case}")).await.expect(200).value();
    (case, seen["accepting"]["code"].as_str().expect("a station").to_owned())
}

async fn order(asking: &Api, item: &str, mode: &str, village: &str, subject: Value) -> Value {
    let ask = json!({ "items": [item], "registered": village, "residence": village });
    let plans = asking.post("/api/v1/plans", &ask).await.expect(200).value();
    let plan = plans["plans"].as_array().expect("plans").iter().find(|plan| plan["mode"] == mode).expect("a plan in that mode");
    let schema = asking.get(&format!("/api/v1/items/{item}/form")).await.expect(200).value();
    let matter = json!({ "item": item, "answers": form::filled(&schema, "applicant") });
    json!({ "ask": ask, "chosen": plan["chosen"], "subject": subject, "matters": [matter] })
}
