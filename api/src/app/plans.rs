//! Planning: the engine's answer to an ask, on the district as it is now.

use domain::ids::PersonId;
use domain::people::Person;
use domain::routing::{Answer, Ask, plan};
use infra::store::StoreError;

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
        let person = match asking {
            Some(person) => self.store.read(self.district()).person(person).await?,
            None => None,
        };
        let ask = completed(ask, person.as_ref());
        let grounds = self.grounds();
        let on = grounds.clone();
        // Some milliseconds of pure computation: not on the threads that answer requests.
        let planned = tokio::task::spawn_blocking(move || plan(&on.map, &on.catalogue.catalogue, &on.load, &ask, on.now));
        Ok((planned.await.map_err(|_| PlanError::BrokeOff)?, grounds))
    }
}

/// The ask, with where the person is registered and lives, as far as it doesn't say.
fn completed(ask: Ask, person: Option<&Person>) -> Ask {
    let Some(person) = person else { return ask };
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
        let completed = completed(given, Some(&person));
        assert_eq!(completed.registered, Some("511499102201".parse().unwrap()));
        assert_eq!(completed.residence, person.residence);
    }

    #[test]
    fn of_whom_nothing_is_known_nothing_is_said() {
        let given = ask(serde_json::json!({"items": ["C001"]}));
        assert_eq!(completed(given.clone(), None), given);
    }
}
