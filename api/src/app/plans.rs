//! Planning: the engine's answer to an ask, on the district as it is now.

use domain::ids::PersonId;
use domain::people::Person;
use domain::routing::{Answer, Ask, plan};
use infra::store::{StoreError, View};

use super::{App, Grounds};

#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    #[error("planning broke off")]
    BrokeOff,
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl App {
    /// The plans for an ask, with the snapshot that they come from. The profile of `asking` says what the ask leaves out.
    pub async fn plans(&self, ask: Ask, asking: Option<PersonId>) -> Result<(Answer, Grounds), PlanError> {
        let grounds = self.grounds();
        let ask = match asking {
            Some(person) => {
                let view = self.store.read(self.district());
                of_person(&view, &grounds, ask, view.person(person).await?.as_ref()).await?
            }
            None => ask,
        };
        let on = grounds.clone();
        // Pure computation: not on the threads that answer requests.
        let planned = tokio::task::spawn_blocking(move || plan(&on.map, &on.catalogue.catalogue, &on.load, &ask, on.now));
        Ok((planned.await.map_err(|_| PlanError::BrokeOff)?, grounds))
    }
}

/// The ask as it is this person's: with where they are registered and live, as far as it doesn't say, and without the stations at which
/// only their own people work.
pub async fn of_person(view: &View, grounds: &Grounds, ask: Ask, person: Option<&Person>) -> Result<Ask, StoreError> {
    let Some(person) = person else { return Ok(ask) };
    let barred_stations = grounds.manning.only_by(&view.ties(person.id).await?);
    Ok(Ask { barred_stations, ..completed(ask, person) })
}

fn completed(ask: Ask, person: &Person) -> Ask {
    let registered = ask.registered.clone().or_else(|| person.registered.clone());
    let residence = ask.residence.clone().or_else(|| person.residence.clone());
    Ask { registered, residence, ..ask }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(fields: serde_json::Value) -> Ask {
        serde_json::from_value(fields).unwrap()
    }

    #[test]
    fn the_profile_says_what_the_ask_leaves_out_and_nothing_else() {
        let mut person = Person::unknown(PersonId::new(uuid::Uuid::nil()));
        person.registered = Some("511499101203".parse().unwrap());
        person.residence = Some("511499101204".parse().unwrap());
        let given = ask(serde_json::json!({"items": ["C001"], "registered": "511499102201"}));
        let completed = completed(given, &person);
        assert_eq!(completed.registered, Some("511499102201".parse().unwrap()));
        assert_eq!(completed.residence, person.residence);
    }
}
