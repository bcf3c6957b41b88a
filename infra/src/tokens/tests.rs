use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeZone;
use jsonwebtoken::EncodingKey;
use secrecy::ExposeSecret;
use serde_json::{Value, json};

use super::*;

fn noon() -> Timestamp {
    chrono::Utc.with_ymd_and_hms(2026, 9, 1, 4, 0, 0).unwrap()
}

fn minutes(minutes: i64) -> Duration {
    Duration::minutes(minutes)
}

fn key(number: u32, signs_from: Timestamp) -> TokenKey {
    TokenKey { number, pair: Arc::new(Pair::generate().unwrap()), signs_from, retires_at: None }
}

fn with(set: Vec<TokenKey>) -> TokenKeys {
    let keys = TokenKeys::new(TokenSettings { issuer: "bianmin".into(), audience: "bianmin-api".into(), lifetime: minutes(15) });
    keys.take_up(Keyset::new(set));
    keys
}

fn keys() -> TokenKeys {
    with(vec![key(1, noon())])
}

fn current(keys: &TokenKeys) -> Arc<Pair> {
    Arc::clone(&keys.known().signing(noon()).unwrap().pair)
}

fn villager() -> Holder {
    let session = SessionId::new(Uuid::from_u128(8));
    Holder { subject: Uuid::from_u128(7), kind: Kind::Villager, district: "511499".parse().unwrap(), session }
}

fn issue(keys: &TokenKeys, now: Timestamp) -> Issued {
    keys.issue(villager(), noon() + minutes(600), now).unwrap()
}

fn token(keys: &TokenKeys) -> String {
    issue(keys, noon()).token.expose_secret().to_owned()
}

fn wire(keys: &TokenKeys) -> Wire {
    keys.wire(&villager(), noon().timestamp(), noon().timestamp() + 60)
}

/// A token of ours with its claims changed by `change`, signed by our own key.
fn signed_with(keys: &TokenKeys, change: impl FnOnce(&mut Value)) -> String {
    let (mut claims, pair) = (serde_json::to_value(wire(keys)).unwrap(), current(keys));
    change(&mut claims);
    jsonwebtoken::encode(&header(&pair.kid), &claims, &pair.signing).unwrap()
}

fn refused(keys: &TokenKeys, token: &str) -> TokenError {
    keys.verify(token, noon()).unwrap_err()
}

#[test]
fn what_was_issued_is_what_is_verified() {
    let keys = keys();
    let issued = issue(&keys, noon() + Duration::milliseconds(5));
    assert_eq!(keys.verify(issued.token.expose_secret(), noon()).unwrap(), issued.claims);
    assert_eq!(issued.claims.expires_at, noon() + minutes(15));
}

#[test]
fn a_token_without_algorithm_is_refused() {
    let keys = keys();
    let header = URL_SAFE_NO_PAD.encode(json!({"alg": "none", "typ": "JWT", "kid": current(&keys).kid}).to_string());
    let body = token(&keys).split('.').nth(1).unwrap().to_owned();
    assert!(matches!(refused(&keys, &format!("{header}.{body}.")), TokenError::OtherAlgorithm | TokenError::Malformed));
}

#[test]
fn a_token_signed_with_our_public_key_as_a_shared_secret_is_refused() {
    let keys = keys();
    let pair = current(&keys);
    let header = Header { alg: Algorithm::HS256, ..header(&pair.kid) };
    let public = pair.verifying.try_get_as_bytes().unwrap();
    let forged = jsonwebtoken::encode(&header, &wire(&keys), &EncodingKey::from_secret(public)).unwrap();
    assert_eq!(refused(&keys, &forged), TokenError::OtherAlgorithm);
}

#[test]
fn a_token_of_another_key_is_refused_whatever_key_it_names() {
    let (ours, theirs) = (keys(), keys());
    assert_eq!(refused(&ours, &token(&theirs)), TokenError::UnknownKey);
    let forged = jsonwebtoken::encode(&header(&current(&ours).kid), &wire(&ours), &current(&theirs).signing).unwrap();
    assert_eq!(refused(&ours, &forged), TokenError::BadSignature);
}

#[test]
fn a_changed_claim_breaks_the_signature() {
    let keys = keys();
    let own = token(&keys);
    let other = signed_with(&keys, |claims| claims["kind"] = json!("staff"));
    let (own, other): (Vec<_>, Vec<_>) = (own.split('.').collect(), other.split('.').collect());
    assert_eq!(refused(&keys, &[own[0], other[1], own[2]].join(".")), TokenError::BadSignature);
}

#[test]
fn another_issuer_or_audience_is_refused() {
    let keys = keys();
    assert_eq!(refused(&keys, &signed_with(&keys, |claims| claims["iss"] = json!("elsewhere"))), TokenError::OtherIssuer);
    assert_eq!(refused(&keys, &signed_with(&keys, |claims| claims["aud"] = json!("bianmin-refresh"))), TokenError::OtherAudience);
}

#[test]
fn a_missing_or_unknown_claim_value_is_refused() {
    let keys = keys();
    for claim in ["iss", "aud", "sub", "kind", "district", "sid", "iat", "exp", "jti"] {
        let without = signed_with(&keys, |claims| drop(claims.as_object_mut().unwrap().remove(claim)));
        assert_eq!(refused(&keys, &without), TokenError::Malformed, "{claim}");
    }
    assert_eq!(refused(&keys, &signed_with(&keys, |claims| claims["kind"] = json!("root"))), TokenError::Malformed);
    assert_eq!(refused(&keys, &signed_with(&keys, |claims| claims["exp"] = json!(i64::MAX))), TokenError::Malformed);
}

#[test]
fn another_type_of_token_of_ours_is_refused() {
    let keys = keys();
    let pair = current(&keys);
    for typ in [Some("JWT".to_owned()), Some("rt+jwt".to_owned()), None] {
        let other = Header { typ, ..header(&pair.kid) };
        let token = jsonwebtoken::encode(&other, &wire(&keys), &pair.signing).unwrap();
        assert_eq!(refused(&keys, &token), TokenError::OtherKind);
    }
}

#[test]
fn a_token_holds_from_its_issue_until_just_before_its_end_by_the_given_clock() {
    let keys = keys();
    let token = token(&keys);
    let end = noon() + minutes(15);
    assert!(keys.verify(&token, end - Duration::seconds(1)).is_ok());
    assert_eq!(keys.verify(&token, end), Err(TokenError::Expired));
    assert!(keys.verify(&token, noon() - Duration::seconds(SKEW_SECS)).is_ok());
    assert_eq!(keys.verify(&token, noon() - Duration::seconds(SKEW_SECS + 1)), Err(TokenError::NotYetValid));
}

#[test]
fn a_token_does_not_outlive_its_session() {
    let keys = keys();
    let issued = keys.issue(villager(), noon() + minutes(4), noon()).unwrap();
    assert_eq!(issued.claims.expires_at, noon() + minutes(4));
}

#[test]
fn noise_is_refused_as_noise() {
    let keys = keys();
    for noise in ["", "a.b.c", "....", "令牌"] {
        assert_eq!(refused(&keys, noise), TokenError::Malformed, "{noise}");
    }
    let nameless = Header { kid: Some("../etc".into()), ..header("") };
    let token = jsonwebtoken::encode(&nameless, &wire(&keys), &current(&keys).signing).unwrap();
    assert_eq!(refused(&keys, &token), TokenError::Malformed, "no key is called so, and none is looked for");
}

#[test]
fn a_key_is_published_before_it_signs_and_verifies_until_what_it_signed_has_run_out() {
    let (old, new) = (key(1, noon()), key(2, noon() + minutes(10)));
    let retires_at = Some(noon() + minutes(35));
    let keys = with(vec![TokenKey { retires_at, ..old.clone() }, new.clone()]);
    let set = keys.known();
    let signs = |minute: i64| set.signing(noon() + minutes(minute)).unwrap().number;
    assert_eq!((signs(-5), signs(0), signs(9), signs(10), signs(99)), (1, 1, 1, 2, 2));
    let published = |minute: i64| set.published(noon() + minutes(minute)).map(|key| key.number).collect::<Vec<_>>();
    assert_eq!((published(0), published(34), published(35)), (vec![1, 2], vec![1, 2], vec![2]));
    let last = keys.issue(villager(), noon() + minutes(600), noon() + minutes(9)).unwrap();
    assert!(keys.verify(last.token.expose_secret(), noon() + minutes(23)).is_ok());
    let forged = Header { ..header(old.kid()) };
    let long = Wire { exp: (noon() + minutes(600)).timestamp(), ..wire(&keys) };
    let token = jsonwebtoken::encode(&forged, &long, &old.pair.signing).unwrap();
    assert!(keys.verify(&token, noon() + minutes(34)).is_ok());
    assert_eq!(keys.verify(&token, noon() + minutes(35)), Err(TokenError::RetiredKey));
}

#[test]
fn the_next_key_is_due_by_age_and_made_once() {
    let set = Keyset::new(vec![key(1, noon())]);
    let age = Duration::days(30);
    assert!(!set.is_due(age, noon() + Duration::days(29)) && set.is_due(age, noon() + Duration::days(30)));
    let set = Keyset::new(vec![key(1, noon()), key(2, noon() + Duration::days(30) + minutes(10))]);
    assert!(!set.is_due(age, noon() + Duration::days(30)), "the next one waits already");
    assert!(Keyset::default().is_due(age, noon()), "there is none");
}

#[test]
fn junk_names_of_keys_cost_one_look_a_second() {
    let keys = keys();
    assert_eq!((keys.may_look(), keys.may_look(), keys.may_look()), (true, false, false));
}

#[test]
fn a_pair_is_the_same_from_its_seed_and_shows_none_of_it() {
    let pair = Pair::generate().unwrap();
    let again = Pair::of_seed(pair.seed.as_slice()).unwrap();
    assert_eq!((&again.kid, &again.x), (&pair.kid, &pair.x));
    assert!(!format!("{pair:?}").contains(&hex::encode(pair.seed.as_slice())));
    assert!(matches!(Pair::of_seed(b"short"), Err(KeyError::Malformed)));
}
