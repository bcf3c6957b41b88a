use chrono::TimeZone;
use uuid::Uuid;

use super::*;

fn at(minutes: i64) -> Timestamp {
    chrono::Utc.with_ymd_and_hms(2026, 9, 14, 1, 30, 0).unwrap() + Duration::minutes(minutes)
}

fn rules() -> SessionRules {
    SessionRules {
        staff: Span { at_rest: Duration::minutes(30), in_all: Duration::hours(12) },
        villager: Span { at_rest: Duration::days(30), in_all: Duration::days(180) },
        repeat: Duration::seconds(60),
    }
}

fn of_staff() -> Session {
    let holder = Holder::Staff {
        account: AccountId::new(Uuid::from_u128(1)),
        person: PersonId::new(Uuid::from_u128(2)),
        password: 1,
        door: StaffDoor::Own,
    };
    Session::begin(SessionId::new(Uuid::from_u128(3)), holder, None, &rules(), at(0))
}

fn of_villager() -> Session {
    let holder = Holder::Villager { person: PersonId::new(Uuid::from_u128(2)) };
    Session::begin(SessionId::new(Uuid::from_u128(3)), holder, Some(Device::Android), &rules(), at(0))
}

fn token(digest: &str, parent: Option<&str>) -> RefreshToken {
    let parent = parent.map(str::to_owned);
    RefreshToken { digest: digest.into(), session: SessionId::new(Uuid::from_u128(3)), parent, issued_at: at(0), used: None }
}

fn used(digest: &str, minute: i64, key: Option<&str>) -> RefreshToken {
    RefreshToken { used: Some(Use { at: at(minute), key: key.map(str::to_owned) }), ..token(digest, None) }
}

/// Comes with `shown` in a session whose unused token is `unused`.
fn come(shown: &RefreshToken, unused: &RefreshToken, key: Option<&str>, now: Timestamp) -> Option<End> {
    match of_staff().refresh(shown, Some(unused), key, (&rules(), now)) {
        Refreshed::GoesOn(_) => None,
        Refreshed::Over(session) => session.over(now),
    }
}

#[test]
fn a_refresh_carries_a_session_on_and_never_past_its_whole_time() {
    let mut session = of_staff();
    let mut minute = 0;
    while minute < 11 * 60 + 59 {
        minute += 14;
        session = match session.refresh(&token("a", None), None, None, (&rules(), at(minute))) {
            Refreshed::GoesOn(session) => session,
            Refreshed::Over(session) => {
                assert_eq!((minute, session.ended), (12 * 60 + 8, Some((at(minute), End::TimeIsUp))));
                return;
            }
        };
        assert_eq!(session.rests_until, at(minute + 30).min(at(12 * 60)));
        assert_eq!(session.signed_in_at, at(0), "however often it is refreshed");
    }
    assert_eq!(session.over(at(12 * 60)), Some(End::TimeIsUp));
}

#[test]
fn a_session_at_rest_for_too_long_is_over() {
    assert_eq!((of_staff().over(at(29)), of_staff().over(at(30))), (None, Some(End::AtRest)));
    let days = |days: i64| at(days * 24 * 60);
    assert_eq!((of_villager().over(days(29)), of_villager().over(days(30))), (None, Some(End::AtRest)));
    assert_eq!(come(&token("a", None), &token("a", None), None, at(30)), Some(End::AtRest));
}

#[test]
fn a_token_that_was_used_ends_the_session_for_owner_and_thief() {
    let live = token("b", Some("a"));
    assert_eq!(come(&used("a", 0, None), &live, None, at(1)), Some(End::Reused));
    assert_eq!(come(&used("a", 0, Some("k")), &live, None, at(0)), Some(End::Reused));
    assert_eq!(come(&used("a", 0, Some("k")), &live, Some("other"), at(0)), Some(End::Reused));
    assert_eq!(come(&used("a", 0, None), &live, Some("k"), at(0)), Some(End::Reused));
}

#[test]
fn the_same_refresh_may_come_again_soon_while_nobody_used_what_it_gave() {
    let shown = used("a", 0, Some("k"));
    assert_eq!(come(&shown, &token("b", Some("a")), Some("k"), at(0) + Duration::seconds(59)), None);
    assert_eq!(come(&shown, &token("b", Some("a")), Some("k"), at(1)), Some(End::Reused), "too late");
    assert_eq!(come(&shown, &token("c", Some("b")), Some("k"), at(0)), Some(End::Reused), "what it gave was used");
}

#[test]
fn an_end_is_for_good_and_keeps_its_first_reason() {
    let ended = of_staff().end(End::SignedOut, at(1)).end(End::Reused, at(2));
    assert_eq!(ended.ended, Some((at(1), End::SignedOut)));
    let again = ended.refresh(&token("a", None), None, None, (&rules(), at(3)));
    assert!(matches!(again, Refreshed::Over(session) if session.over(at(3)) == Some(End::SignedOut)));
}
