use std::os::unix::fs::PermissionsExt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeZone;
use secrecy::ExposeSecret;
use serde_json::{Value, json};

use super::*;

fn noon() -> Timestamp {
    chrono::Utc.with_ymd_and_hms(2026, 9, 1, 4, 0, 0).unwrap()
}

fn keys() -> TokenKeys {
    TokenKeys::from_pem(&key::generate(), TokenSettings::default()).unwrap()
}

fn villager() -> Holder {
    Holder { subject: Uuid::from_u128(7), kind: Kind::Villager, district: "511499".parse().unwrap(), password: None }
}

fn token(keys: &TokenKeys) -> String {
    keys.issue(villager(), noon()).unwrap().token.expose_secret().to_owned()
}

/// A token of ours with its claims changed by `change`, signed by our own key.
fn signed_with(keys: &TokenKeys, change: impl FnOnce(&mut Value)) -> String {
    let mut claims = serde_json::to_value(keys.wire(&villager(), noon().timestamp(), noon().timestamp() + 60)).unwrap();
    change(&mut claims);
    jsonwebtoken::encode(&keys.header, &claims, &keys.signing).unwrap()
}

fn refused(keys: &TokenKeys, token: &str) -> TokenError {
    keys.verify(token, noon()).unwrap_err()
}

#[test]
fn what_was_issued_is_what_is_verified() {
    let keys = keys();
    let issued = keys.issue(villager(), noon() + Duration::milliseconds(5)).unwrap();
    assert_eq!(keys.verify(issued.token.expose_secret(), noon()).unwrap(), issued.claims);
    assert_eq!(issued.claims.expires_at, noon() + Duration::hours(12));
}

#[test]
fn a_token_without_algorithm_is_refused() {
    let keys = keys();
    let header = URL_SAFE_NO_PAD.encode(json!({"alg": "none", "typ": "JWT", "kid": keys.header.kid}).to_string());
    let body = token(&keys).split('.').nth(1).unwrap().to_owned();
    assert!(matches!(refused(&keys, &format!("{header}.{body}.")), TokenError::OtherAlgorithm | TokenError::Malformed));
}

#[test]
fn a_token_signed_with_our_public_key_as_a_shared_secret_is_refused() {
    let keys = keys();
    let claims = keys.wire(&villager(), noon().timestamp(), noon().timestamp() + 60);
    let header = Header { kid: keys.header.kid.clone(), ..Header::new(Algorithm::HS256) };
    let public = keys.verifying.try_get_as_bytes().unwrap();
    let forged = jsonwebtoken::encode(&header, &claims, &EncodingKey::from_secret(public)).unwrap();
    assert_eq!(refused(&keys, &forged), TokenError::OtherAlgorithm);
}

#[test]
fn a_token_of_another_key_is_refused_whatever_key_it_names() {
    let (ours, theirs) = (keys(), keys());
    assert_eq!(refused(&ours, &token(&theirs)), TokenError::UnknownKey);
    let claims = ours.wire(&villager(), noon().timestamp(), noon().timestamp() + 60);
    let forged = jsonwebtoken::encode(&ours.header, &claims, &theirs.signing).unwrap();
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
    for claim in ["iss", "aud", "sub", "kind", "district", "iat", "exp", "jti"] {
        let without = signed_with(&keys, |claims| drop(claims.as_object_mut().unwrap().remove(claim)));
        assert_eq!(refused(&keys, &without), TokenError::Malformed, "{claim}");
    }
    assert_eq!(refused(&keys, &signed_with(&keys, |claims| claims["kind"] = json!("root"))), TokenError::Malformed);
    assert_eq!(refused(&keys, &signed_with(&keys, |claims| claims["exp"] = json!(i64::MAX))), TokenError::Malformed);
}

#[test]
fn a_villager_does_not_pass_for_staff() {
    let keys = keys();
    let claims = keys.verify(&token(&keys), noon()).unwrap();
    assert_eq!(claims.clone().of_kind(Kind::Staff), Err(TokenError::OtherKind));
    assert!(claims.of_kind(Kind::Villager).is_ok());
}

#[test]
fn a_token_holds_from_its_issue_until_just_before_its_end_by_the_given_clock() {
    let keys = keys();
    let token = token(&keys);
    let end = noon() + Duration::hours(12);
    assert!(keys.verify(&token, end - Duration::seconds(1)).is_ok());
    assert_eq!(keys.verify(&token, end), Err(TokenError::Expired));
    assert!(keys.verify(&token, noon() - Duration::seconds(SKEW_SECS)).is_ok());
    assert_eq!(keys.verify(&token, noon() - Duration::seconds(SKEW_SECS + 1)), Err(TokenError::NotYetValid));
}

#[test]
fn noise_is_refused_as_noise() {
    let keys = keys();
    for noise in ["", "a.b.c", "....", "令牌"] {
        assert_eq!(refused(&keys, noise), TokenError::Malformed, "{noise}");
    }
}

#[test]
fn the_key_is_made_once_for_its_owner_alone_and_found_again() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("keys");
    let first = TokenKeys::load_or_create(&folder, TokenSettings::default()).unwrap();
    let second = TokenKeys::load_or_create(&folder, TokenSettings::default()).unwrap();
    assert!(second.verify(&token(&first), noon()).is_ok());
    let mode = std::fs::metadata(folder.join("token.pem")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 1, "nothing is left aside");
}

#[test]
fn a_key_file_that_holds_no_key_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("token.pem"), "not a key").unwrap();
    assert!(matches!(TokenKeys::load_or_create(dir.path(), TokenSettings::default()), Err(KeyError::Malformed(_))));
}
