//! Applying as people do: what has to be agreed to first is shown, agreed to, and then the application goes through.

use serde_json::{Value, json};

use super::client::{Answer, Api};

impl Api {
    /// Submits. What the service says is still to be agreed to, the person agrees to: themself, or before the clerk who enters it.
    pub async fn submit(&self, order: &Value) -> Answer {
        let answer = self.post("/api/v1/cases", order).await;
        if answer.status() != 409 || answer.value()["code"] != "consent_missing" {
            return answer;
        }
        for text in answer.value()["missing"].as_array().expect("texts") {
            self.post("/api/v1/consents", agreeing(text, order)).await.expect(201);
        }
        self.post("/api/v1/cases", order).await
    }
}

fn agreeing(text: &Value, order: &Value) -> Value {
    let mut consent = json!({ "kind": text["kind"], "text_version": text["text_version"] });
    let mut subject = order["subject"].clone();
    if matches!(subject["kind"].as_str(), Some("person" | "household_of")) {
        subject.as_object_mut().expect("an object").remove("kind");
        consent["person"] = subject;
        consent["station"] = order["chosen"]["stations"][0].clone();
        consent["heard"] = json!({ "kind": "told" });
    }
    consent
}
