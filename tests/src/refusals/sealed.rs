//! Aid, mediation, domestic violence, complaints: only who works at a desk of such a case opens it. Those who may take it find it
//! in their queue; no list of cases names it.

use super::vocabulary::{NOBODYS, expect_nothing_there, file, lists, own_acts, reads, who_takes_in};
use crate::support::stand::Stand;

/// Aid to the destitute, a mediation, the record of one, an opinion on village affairs.
const SEALED: [&str; 4] = ["T022", "T094", "C051", "T105"];

#[tokio::test]
async fn a_sealed_case_is_opened_at_its_desks_alone() {
    let stand = Stand::start().await;
    let owner = stand.villager("wang-dama").await;
    let outsiders = ["duban", "511499101204-01.2", "kuaidi", "guanli", "anquan", "shenji"];
    for item in SEALED {
        let case = file(&owner, item, "nearby").await;
        let seen = owner.get(&format!("/api/v1/cases/{case}")).await.expect(200).value();
        let desk = who_takes_in(&stand, &owner, &case).await;
        desk.get(&format!("/api/v1/cases/{case}")).await.expect(200);
        let list = format!("/api/v1/cases?station={}", seen["accepting"]["code"].as_str().unwrap());
        assert!(!lists(&desk, &list, &case).await, "{item}");
        assert!(lists(&desk, "/api/v1/work-items", &case).await, "{item} waits in the queue");
        let by_number = format!("{list}&number={}", seen["number"].as_str().unwrap());
        assert!(lists(&desk, &by_number, &case).await, "{item} is found by the number on the person's receipt");
        let all = |case: &str| reads(case).into_iter().chain(own_acts(case)).collect::<Vec<_>>();
        for outsider in outsiders {
            let outsider = stand.staff(outsider).await;
            expect_nothing_there(&outsider, &all(&case), &all(NOBODYS)).await;
            assert!(!lists(&outsider, &list, &case).await && !lists(&outsider, &by_number, &case).await, "{item}");
            assert!(!lists(&outsider, "/api/v1/work-items", &case).await, "{item}");
        }
    }
}

/// What makes `C052` more than sealed stays its own: of aid, the person hears how it goes.
#[tokio::test]
async fn of_a_sealed_case_its_person_is_told() {
    let stand = Stand::start().await;
    let owner = stand.villager("wang-dama").await;
    let case = file(&owner, "T022", "nearby").await;
    let desk = who_takes_in(&stand, &owner, &case).await;
    super::vocabulary::accept(&desk, &case).await;
    assert!(owner.all("/api/v1/me/messages").await.iter().any(|message| message["case"] == case.as_str()));
}
