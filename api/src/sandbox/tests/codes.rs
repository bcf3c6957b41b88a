//! Login codes, phone codes, session keys, what a phone encrypts.

use futures_util::future::join_all;
use infra::wechat::{LoginError, PhoneError, Session};

use super::*;

#[tokio::test]
async fn a_phone_signs_in_and_is_the_same_user_each_time() {
    let bench = bench().await;
    let (first, again, other) = (bench.openid("wang-fang").await, bench.openid("wang-fang").await, bench.openid("li-qiang").await);
    assert_eq!(first, again);
    assert_ne!(first, other);
    assert_eq!(first.as_str().len(), 28);
}

#[tokio::test]
async fn a_login_code_works_once_and_for_five_minutes() {
    let bench = bench().await;
    let code = bench.code("wang-fang").await;
    assert!(bench.wechat.code2session(&code).await.is_ok());
    let elsewhere = client(&bench.base_url, "sandbox-secret", Shared::in_process());
    assert!(matches!(elsewhere.code2session(&code).await, Err(LoginError::CodeInvalid)));

    let old = bench.code("wang-fang").await;
    bench.pass(TimeDelta::minutes(5)).await;
    assert!(matches!(bench.wechat.code2session(&old).await, Err(LoginError::CodeInvalid)));
    for noise in ["", "never-minted", "验证码"] {
        assert!(matches!(bench.wechat.code2session(noise).await, Err(LoginError::CodeInvalid)), "{noise}");
    }
}

#[tokio::test]
async fn a_code_that_is_sent_again_gives_the_same_session_and_costs_no_call() {
    let bench = bench().await;
    let code = bench.code("wang-fang").await;
    let first = bench.wechat.code2session(&code).await.unwrap();
    let other_instance = client(&bench.base_url, "sandbox-secret", bench.shared.clone());
    let again = other_instance.code2session(&code).await.unwrap();
    use secrecy::ExposeSecret;
    assert_eq!((again.openid, again.session_key.expose_secret()), (first.openid, first.session_key.expose_secret()));
    assert_eq!(bench.calls("/sns/jscode2session").await, 1);
}

#[tokio::test]
async fn a_code_that_is_sent_many_times_at_once_is_asked_about_once() {
    let bench = bench().await;
    let (good, bad) = (bench.code("wang-fang").await, "never-minted");
    let other_instance = client(&bench.base_url, "sandbox-secret", bench.shared.clone());
    let asked = (0..40).map(|n| if n % 2 == 0 { bench.wechat.code2session(&good) } else { other_instance.code2session(&good) });
    assert!(join_all(asked).await.iter().all(Result::is_ok));
    let asked = join_all((0..20).map(|_| bench.wechat.code2session(bad))).await;
    assert!(asked.iter().all(|asked| matches!(asked, Err(LoginError::CodeInvalid))));
    assert_eq!(bench.calls("/sns/jscode2session").await, 2);
}

#[tokio::test]
async fn many_that_wait_for_one_code_share_its_failure_and_send_it_no_second_time() {
    let bench = bench().await;
    let code = bench.code("wang-fang").await;
    bench.mishaps(json!({ "seed": 1, "per_mille": 1000, "kinds": ["bad_gateway"], "paths": ["/sns/jscode2session"] })).await;
    let asked = join_all((0..20).map(|_| bench.wechat.code2session(&code))).await;
    assert!(asked.iter().all(|asked| matches!(asked, Err(LoginError::Unavailable(_)))));
    assert_eq!(bench.calls("/sns/jscode2session").await, 1);
}

#[tokio::test]
async fn nothing_of_a_session_or_a_token_lies_readable_in_what_instances_share() {
    use secrecy::ExposeSecret;
    use sha2::{Digest, Sha256};
    let bench = bench().await;
    let code = bench.code("wang-fang").await;
    let session = bench.wechat.code2session(&code).await.unwrap();
    bench.accept("wang-fang", TEMPLATE, 1).await;
    bench.send(&session.openid, &progress()).await.unwrap();
    let appid = SandboxSettings::demo().appid;
    let code_key = format!("wechat.code.{appid}.{}", hex::encode(Sha256::digest(&code)));
    let kept = [bench.shared.get(&code_key).await.unwrap(), bench.shared.get(&format!("wechat.token.{appid}")).await.unwrap()];
    for kept in kept {
        assert!(!kept.contains(session.openid.as_str()) && !kept.contains(session.session_key.expose_secret()));
        assert!(!kept.contains("openid") && !kept.contains("token"), "{kept}");
    }
}

#[tokio::test]
async fn a_wrong_secret_is_a_fault_of_configuration_and_does_not_cost_the_code() {
    let bench = bench().await;
    let code = bench.code("wang-fang").await;
    let mistaken = client(&bench.base_url, "not-the-secret", Shared::in_process());
    let Err(LoginError::Misconfigured(refusal)) = mistaken.code2session(&code).await else { panic!("accepted") };
    assert_eq!((refusal.errcode, refusal.rid.is_some()), (40125, true));
    assert!(bench.wechat.code2session(&code).await.is_ok());
}

#[tokio::test]
async fn a_user_who_signs_in_too_often_or_is_a_risk_is_told_apart() {
    let bench = bench().await;
    for _ in 0..100 {
        bench.openid("wang-fang").await;
    }
    let code = bench.code("wang-fang").await;
    assert!(matches!(bench.wechat.code2session(&code).await, Err(LoginError::TooOften)));
    assert!(bench.wechat.code2session(&bench.code("li-qiang").await).await.is_ok(), "another user's quota is their own");
    bench.post("/__sandbox/risk", json!({ "user": "li-qiang", "is_high_risk": true })).await;
    assert!(matches!(bench.wechat.code2session(&bench.code("li-qiang").await).await, Err(LoginError::Blocked)));
}

#[tokio::test]
async fn a_phone_code_gives_the_number_once_whether_its_country_is_a_number_or_a_text() {
    let bench = bench().await;
    let openid = bench.openid("wang-fang").await;
    for with_openid in [Some(&openid), None] {
        let code = bench.phone_code("wang-fang").await;
        let phone = bench.wechat.phone_number(&code, with_openid, bench.now()).await.unwrap();
        assert_eq!((phone.country_code.as_str(), phone.number.as_str()), ("86", "13800138000"));
        assert!(matches!(bench.wechat.phone_number(&code, with_openid, bench.now()).await, Err(PhoneError::CodeInvalid)));
    }
    let others = bench.phone_code("li-qiang").await;
    assert!(matches!(bench.wechat.phone_number(&others, Some(&openid), bench.now()).await, Err(PhoneError::CodeInvalid)));
}

#[tokio::test]
async fn login_codes_and_phone_codes_do_not_stand_for_each_other() {
    let bench = bench().await;
    let (login, phone) = (bench.code("wang-fang").await, bench.phone_code("wang-fang").await);
    assert!(matches!(bench.wechat.phone_number(&login, None, bench.now()).await, Err(PhoneError::CodeInvalid)));
    assert!(matches!(bench.wechat.code2session(&phone).await, Err(LoginError::CodeInvalid)));
    assert!(bench.wechat.phone_number(&phone, None, bench.now()).await.is_ok(), "it was not used");
}

#[tokio::test]
async fn a_number_from_a_clock_far_from_ours_is_not_believed() {
    let bench = bench().await;
    let code = bench.phone_code("wang-fang").await;
    let far = bench.now() - TimeDelta::minutes(6);
    assert!(matches!(bench.wechat.phone_number(&code, None, far).await, Err(PhoneError::NotForUs)));
}

async fn session(bench: &Bench) -> Session {
    bench.wechat.code2session(&bench.code("wang-fang").await).await.unwrap()
}

#[tokio::test]
async fn a_session_key_holds_until_the_next_login_that_brings_another() {
    let bench = bench_with(SandboxSettings { session_key_every: 2, ..SandboxSettings::demo() }).await;
    let (first, second) = (session(&bench).await, session(&bench).await);
    assert!(bench.wechat.session_holds(&first, bench.now()).await.unwrap(), "the second login brought no other key");
    let third = session(&bench).await;
    assert!(!bench.wechat.session_holds(&first, bench.now()).await.unwrap());
    assert!(!bench.wechat.session_holds(&second, bench.now()).await.unwrap());
    assert!(bench.wechat.session_holds(&third, bench.now()).await.unwrap());
}

#[tokio::test]
async fn a_session_key_that_is_reset_is_void_and_the_new_one_holds() {
    let bench = bench().await;
    let old = session(&bench).await;
    let new = bench.wechat.reset_session_key(&old, bench.now()).await.unwrap().unwrap();
    assert!(!bench.wechat.session_holds(&old, bench.now()).await.unwrap());
    assert!(bench.wechat.session_holds(&new, bench.now()).await.unwrap());
    assert!(bench.wechat.reset_session_key(&old, bench.now()).await.unwrap().is_none());
}

#[tokio::test]
async fn what_a_phone_encrypts_opens_with_the_current_key_alone() {
    let bench = bench().await;
    let old = session(&bench).await;
    let current = session(&bench).await;
    let given = bench.post("/__sandbox/encrypted", json!({ "user": "wang-fang", "data": { "purePhoneNumber": "13800138000" } })).await;
    let (data, iv) = (given["encryptedData"].as_str().unwrap(), given["iv"].as_str().unwrap());
    let opened: Value = bench.wechat.decrypt(&current, (data, iv), bench.now()).unwrap();
    assert_eq!(opened["purePhoneNumber"], "13800138000");
    assert!(bench.wechat.decrypt::<Value>(&old, (data, iv), bench.now()).is_err());
    assert!(bench.wechat.decrypt::<Value>(&current, (data, iv), bench.now() + TimeDelta::minutes(6)).is_err());
}
