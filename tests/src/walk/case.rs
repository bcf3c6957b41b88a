//! One case on its way, by the hands of those whose turn it is.

use serde_json::{Map, Value, json};

use super::catalogue::Item;
use super::desks::{Desks, OWN_VILLAGE, PARTNER};
use super::{expected, form, paper};
use crate::support::client::{Answer, Api};

/// More stages than any procedure has.
const STEPS_MAX: usize = 20;
const ANOTHER_PERSON: &str = "511499200506151238";

pub struct Walk {
    item: Item,
    mode: String,
    on_the_way: Option<OnTheWay>,
}

/// Once it is submitted.
struct OnTheWay {
    case: String,
    accepting: String,
    answers: Map<String, Value>,
    station_answers: Map<String, Value>,
    walked: Vec<String>,
}

type Fault = String;

impl Walk {
    pub fn new(item: Item, mode: String) -> Walk {
        Walk { item, mode, on_the_way: None }
    }

    /// Goes on until the end (none is left), or until a notice has to hang its time.
    pub async fn go_on(mut self, desks: &Desks) -> Result<Option<Walk>, Fault> {
        let name = format!("{} {}", self.item.code(), self.mode);
        match self.try_to_go_on(desks).await {
            Ok(true) => Ok(None),
            Ok(false) => Ok(Some(self)),
            Err(fault) => Err(format!("{name}: {fault}")),
        }
    }

    async fn try_to_go_on(&mut self, desks: &Desks) -> Result<bool, Fault> {
        if self.on_the_way.is_none() {
            self.on_the_way = Some(self.submit(desks).await?);
        }
        for _ in 0..STEPS_MAX {
            let seen = self.look(desks).await?;
            match seen["state"].as_str() {
                Some("ended") => return self.judge_the_end(desks, &seen).await.map(|()| true),
                Some("awaiting_papers") => self.carry(desks, "fetch").await?,
                Some("publicising") if self.way().walked.last().is_some_and(|stage| stage == "hanging") => {
                    self.way_mut().walked.pop();
                    return Ok(false);
                }
                Some("publicising" | "open") => self.act(desks, &seen).await?,
                other => return Err(format!("it stands in {other:?}")),
            }
        }
        Err(format!("it doesn't end; walked {:?}", self.way().walked))
    }

    fn way(&self) -> &OnTheWay {
        self.on_the_way.as_ref().expect("submitted")
    }

    fn way_mut(&mut self) -> &mut OnTheWay {
        self.on_the_way.as_mut().expect("submitted")
    }

    async fn submit(&self, desks: &Desks) -> Result<OnTheWay, Fault> {
        let ask = self.ask();
        let plans = ok(desks.anyone().post("/api/v1/plans", &ask).await)?.value();
        let plan = plans["plans"].as_array().and_then(|plans| plans.iter().find(|plan| plan["mode"] == self.mode.as_str()));
        let plan = plan.ok_or_else(|| format!("no plan: {}", plans["impossible"]))?;
        let accepting = plan["chosen"]["stations"][0].as_str().expect("a station").to_owned();
        let schema = ok(desks.anyone().get(&format!("/api/v1/items/{}/form", self.item.code())).await)?.value();
        let submitter = self.submitter(desks, &accepting).await;
        let mut answers = form::filled(&schema, "applicant");
        for field in form::files(&schema) {
            answers.insert(field, self.upload(&submitter).await?);
        }
        let order = json!({
            "ask": ask, "chosen": plan["chosen"], "subject": self.subject(),
            "matters": [{ "item": self.item.code(), "answers": answers }]
        });
        let submitted = ok(submitter.submit(&order).await)?.value();
        let case = submitted["cases"][0]["id"].as_str().expect("an id").to_owned();
        let station_answers = form::filled(&schema, "station");
        Ok(OnTheWay { case, accepting, answers, station_answers, walked: Vec::new() })
    }

    async fn upload(&self, submitter: &Api) -> Result<Value, Fault> {
        let photo = form::PHOTO.to_vec();
        Ok(ok(submitter.upload("/api/v1/uploads", "photo.png", "image/png", photo).await)?.value()["id"].clone())
    }

    async fn submitter(&self, desks: &Desks, accepting: &str) -> Api {
        if self.item.is_by_letter() { desks.clerk(accepting).await } else { desks.villager().await }
    }

    fn ask(&self) -> Value {
        let mut ask = json!({ "items": [self.item.code()], "registered": OWN_VILLAGE, "residence": OWN_VILLAGE });
        match self.mode.as_str() {
            "remote" => ask["whereabouts"] = json!({ "elsewhere": { "district": PARTNER } }),
            "special" => ask["needs"] = json!({ "ground": "disabled" }),
            _anywhere => {}
        }
        ask
    }

    fn subject(&self) -> Value {
        let audience = self.item.words("audience");
        let for_whom = |kind: &str| audience.iter().any(|own| own == kind);
        if self.item.is_by_letter() && for_whom("person") {
            json!({ "kind": "person", "name": "应征青年", "citizen_id": ANOTHER_PERSON })
        } else if for_whom("person") {
            json!({ "kind": "myself" })
        } else if for_whom("household") {
            json!({ "kind": "my_household" })
        } else {
            json!({ "kind": "organisation", "credit_code": "91110000600037341L", "name": "来函单位" })
        }
    }

    fn is_for_organisation(&self) -> bool {
        self.subject()["kind"] == "organisation"
    }

    async fn look(&self, desks: &Desks) -> Result<Value, Fault> {
        let reader = self.submitter(desks, &self.way().accepting).await;
        Ok(ok(reader.get(&format!("/api/v1/cases/{}", self.way().case)).await)?.value())
    }

    /// Whoever sits at the desk claims the work and does it.
    async fn act(&mut self, desks: &Desks, seen: &Value) -> Result<(), Fault> {
        let stage = seen["stage"].as_str().ok_or("no stage")?.to_owned();
        let station = seen["station"]["code"].as_str().ok_or("no station")?.to_owned();
        let hand = if stage == "decide" { desks.approver(&station).await } else { desks.clerk(&station).await };
        if stage == "decide" && !self.item.is_instant() {
            self.expect_no_clerk_decides(desks, &station).await?;
        }
        if stage == "hand_over" && self.is_brought(desks).await? {
            self.walked(&stage);
            return self.carry(desks, "bring").await;
        }
        if stage_needs_fee(&stage) {
            self.pay_fee(&hand).await?;
        }
        let publicising = seen["state"] == "publicising";
        if publicising && self.work_item(&hand).await?.is_none() {
            return Err("a notice that hangs has no work item".to_owned());
        }
        self.claim_and_act(&hand, &stage, publicising).await
    }

    async fn claim_and_act(&mut self, hand: &Api, stage: &str, publicising: bool) -> Result<(), Fault> {
        let work_item = self.work_item(hand).await?.ok_or_else(|| format!("nothing is open at {stage}"))?;
        let claimed = hand.post(&format!("/api/v1/work-items/{work_item}/claim"), json!({})).await;
        if publicising && claimed.status() == 409 {
            claimed.problem(409, "too_early");
            self.walked("hanging");
            return Ok(());
        }
        let lease = ok(claimed)?.value()["lease"]["number"].clone();
        let acts = self.acts(stage, publicising);
        let answers = if needs_station_answers(stage) { json!(self.way().station_answers) } else { json!({}) };
        ok(hand.post(&format!("/api/v1/work-items/{work_item}/acts"), json!({ "lease": lease, "answers": answers, "act": acts })).await)?;
        if stage != "publicise" || publicising {
            self.walked(stage);
        }
        Ok(())
    }

    fn acts(&self, stage: &str, publicising: bool) -> Value {
        let granted = json!({ "kind": "granted" });
        let named = self.item.matter_to_name().filter(|_| self.way().walked.is_empty());
        match stage {
            "accept" => json!({ "kind": "accept", "matter": named }),
            "inspect" => json!({ "kind": "inspect", "finding": "as_stated" }),
            "publicise" if publicising => json!({ "kind": "close_publicity", "objections": "none" }),
            "publicise" => json!({ "kind": "open_publicity" }),
            "review" => json!({ "kind": "review", "opinion": "endorsed" }),
            "forward" => json!({ "kind": "forward" }),
            "record_answer" => json!({ "kind": "record_answer", "verdict": granted }),
            "decide" => json!({ "kind": "decide", "verdict": granted }),
            "at_once" => json!({ "kind": "serve_at_once", "verdict": granted }),
            "produce" => json!({ "kind": "produce" }),
            "hand_over" => json!({ "kind": "hand_over", "to": self.receiver() }),
            other => panic!("an unknown stage {other}"),
        }
    }

    fn receiver(&self) -> Value {
        let by_post = self.mode == "remote" && self.item.0["result"]["deliverable"] == true;
        if self.item.is_by_letter() || self.is_for_organisation() {
            json!({ "kind": "organisation" })
        } else if by_post {
            json!({ "kind": "post", "tracking_no": "EMS100000001CN" })
        } else {
            json!({ "kind": "subject" })
        }
    }

    /// Who decides is an approver, never the clerk of the same station.
    async fn expect_no_clerk_decides(&self, desks: &Desks, station: &str) -> Result<(), Fault> {
        let clerk = desks.clerk(station).await;
        let Some(work_item) = self.work_item(&clerk).await? else { return Ok(()) };
        let refused = clerk.post(&format!("/api/v1/work-items/{work_item}/claim"), json!({})).await;
        if refused.status() == 404 { Ok(()) } else { Err(format!("a clerk may decide: {refused}")) }
    }

    async fn work_item(&self, hand: &Api) -> Result<Option<String>, Fault> {
        let seen = ok(hand.get(&format!("/api/v1/cases/{}", self.way().case)).await)?.value();
        Ok(seen["work_item"].as_str().map(str::to_owned))
    }

    async fn pay_fee(&self, hand: &Api) -> Result<(), Fault> {
        let seen = ok(hand.get(&format!("/api/v1/cases/{}", self.way().case)).await)?.value();
        if seen["fee"].is_null() || !seen["fee"]["receipt_no"].is_null() {
            return Ok(());
        }
        let fee = json!({ "amount_fen": seen["fee"]["due_fen"], "receipt_no": "票据0001" });
        ok(hand.post(&format!("/api/v1/cases/{}/fee", self.way().case), fee).await).map(|_| ())
    }

    async fn is_brought(&self, desks: &Desks) -> Result<bool, Fault> {
        if self.mode != "express" {
            return Ok(false);
        }
        let legs = self.legs(desks).await?;
        Ok(legs.iter().any(|leg| leg["leg"] == "bring"))
    }

    async fn legs(&self, desks: &Desks) -> Result<Vec<Value>, Fault> {
        let (person, side) = self.person(desks).await;
        let legs = person.get(&format!("/api/v1/cases/{}/delivery{side}", self.way().case)).await;
        if legs.status() == 404 {
            return Ok(Vec::new());
        }
        Ok(ok(legs)?.json())
    }

    /// The person at their door, or the clerk on whose receipt their code stands.
    async fn person(&self, desks: &Desks) -> (Api, &'static str) {
        let person = self.submitter(desks, &self.way().accepting).await;
        (person, if self.item.is_by_letter() { "?for_whom=person" } else { "" })
    }

    /// A courier takes the leg; each side enters the other's code, at the pick-up and at the drop-off.
    async fn carry(&mut self, desks: &Desks, leg: &str) -> Result<(), Fault> {
        let seen = self.legs(desks).await?.into_iter().find(|seen| seen["leg"] == leg).ok_or_else(|| format!("no leg {leg}"))?;
        let station = seen["station"]["code"].as_str().ok_or("no station")?.to_owned();
        let delivery = seen["delivery"].as_str().ok_or("no delivery")?.to_owned();
        let courier = desks.courier(&station).await;
        ok(courier.post(&format!("/api/v1/deliveries/{delivery}/{leg}/claim"), json!({})).await)?;
        let (person, _) = self.person(desks).await;
        let person = Party { api: person, for_whom: if self.item.is_by_letter() { "person" } else { "station" } };
        let clerk = Party { api: desks.clerk(&station).await, for_whom: "station" };
        let courier = Party { api: courier, for_whom: "station" };
        let (from, to) = if leg == "fetch" { (&person, &clerk) } else { (&clerk, &person) };
        let path = format!("/api/v1/deliveries/{delivery}/{leg}/confirm");
        self.hand_over(leg, &path, (from, &courier)).await?;
        self.hand_over(leg, &path, (&courier, to)).await
    }

    async fn hand_over(&self, leg: &str, path: &str, (giver, taker): (&Party, &Party)) -> Result<(), Fault> {
        let (of_giver, of_taker) = (self.code(giver, leg).await?, self.code(taker, leg).await?);
        ok(giver.api.post(path, json!({ "code": of_taker, "for_whom": giver.for_whom })).await)?;
        let done = ok(taker.api.post(path, json!({ "code": of_giver, "for_whom": taker.for_whom })).await)?.value();
        let changed = matches!(done["progress"].as_str(), Some("picked_up" | "delivered"));
        if changed { Ok(()) } else { Err(format!("the handover stands at {}", done["progress"])) }
    }

    async fn code(&self, party: &Party, leg: &str) -> Result<Value, Fault> {
        let path = format!("/api/v1/cases/{}/delivery?for_whom={}", self.way().case, party.for_whom);
        let legs: Vec<Value> = ok(party.api.get(&path).await)?.json();
        let own = legs.into_iter().find(|own| own["leg"] == leg).ok_or("not their leg")?;
        Ok(own["my_code"].clone())
    }

    fn walked(&mut self, stage: &str) {
        self.way_mut().walked.push(stage.to_owned());
    }

    async fn judge_the_end(&self, desks: &Desks, seen: &Value) -> Result<(), Fault> {
        if seen["outcome"] != "completed" {
            return Err(format!("it ended as {}", seen["outcome"]));
        }
        let (walked, wanted) = (&self.way().walked, expected::stages(&self.item, &self.way().accepting));
        if *walked != wanted {
            return Err(format!("walked {walked:?}, wanted {wanted:?}"));
        }
        let steps: Vec<_> = seen["steps"].as_array().expect("steps").iter().filter_map(|step| step["stage"].as_str()).collect();
        if steps != wanted {
            return Err(format!("the case says {steps:?}, wanted {wanted:?}"));
        }
        let reader = self.submitter(desks, &self.way().accepting).await;
        paper::judge(&self.item, seen, &reader, &self.way().answers, &self.way().station_answers).await
    }
}

struct Party {
    api: Api,
    for_whom: &'static str,
}

fn stage_needs_fee(stage: &str) -> bool {
    matches!(stage, "produce" | "at_once" | "record_answer")
}

/// Where the paper is made, the station fills what it alone knows.
fn needs_station_answers(stage: &str) -> bool {
    matches!(stage, "produce" | "at_once" | "record_answer")
}

pub fn ok(answer: Answer) -> Result<Answer, Fault> {
    if (200..300).contains(&answer.status()) { Ok(answer) } else { Err(answer.to_string()) }
}
