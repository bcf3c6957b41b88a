//! `keys tokens`: what access tokens are signed with, while the service runs or not. By the clock of the data folder, which a demo may
//! have moved.

use std::sync::Arc;

use anyhow::bail;
use infra::tokens::{Keyset, TokenKey};

use super::open::{self, Wanted};
use super::{DropKey, Place, TokenKeys, print};
use crate::app::{App, TOKEN_KEYS_CHANGED};
use domain::time::Timestamp;

pub async fn run(command: TokenKeys) -> anyhow::Result<()> {
    match command {
        TokenKeys::List(place) => list(&place).await,
        TokenKeys::Rotate(place) => rotate(&place).await,
        TokenKeys::Drop(DropKey { place, kid }) => drop_key(&place, &kid).await,
    }
}

async fn open(place: &Place) -> anyhow::Result<Arc<App>> {
    let settings = place.load()?.settings;
    let store = open::open_store(&settings, &place.data, Wanted::Live).await?;
    open::open_alone(settings, &place.data, store).await
}

async fn list(place: &Place) -> anyhow::Result<()> {
    let app = open(place).await?;
    let (keys, now) = (app.tokens.known(), app.clock.now());
    keys.keys().try_for_each(|key| print(&format!("{}: {}", key.kid(), state(&keys, key, now))))
}

fn state(keys: &Keyset, key: &TokenKey, now: Timestamp) -> String {
    let shown = |at: Timestamp| at.format("%Y-%m-%d %H:%M UTC").to_string();
    let until = key.retires_at.map(|at| format!(", retires {}", shown(at))).unwrap_or_default();
    if keys.signing(now).is_some_and(|signing| signing.number == key.number) {
        format!("signs since {}{until}", shown(key.signs_from))
    } else if key.signs_from > now {
        format!("published, signs from {}", shown(key.signs_from))
    } else {
        format!("verifies{until}")
    }
}

async fn rotate(place: &Place) -> anyhow::Result<()> {
    let app = open(place).await?;
    let key = app.rotate_token_keys(app.clock.now()).await?;
    tell_services(&app).await?;
    let from = key.signs_from.format("%Y-%m-%d %H:%M UTC");
    print(&format!("{}: published now, signs from {from}; the one before it verifies until all that it signed has run out", key.kid()))
}

async fn drop_key(place: &Place, kid: &str) -> anyhow::Result<()> {
    let app = open(place).await?;
    if !app.drop_token_key(kid, app.clock.now()).await? {
        bail!("there is no key {kid}; `bianmin keys tokens list` names them");
    }
    tell_services(&app).await?;
    print(&format!("{kid} is forgotten: what it signed holds no more, and whoever is signed in refreshes"))
}

/// Whoever isn't reached looks by itself, soon; a token of a key that was dropped is refused by all at once.
async fn tell_services(app: &App) -> anyhow::Result<()> {
    open::shared(&app.settings.redis)?.notify(TOKEN_KEYS_CHANGED).await;
    Ok(())
}
