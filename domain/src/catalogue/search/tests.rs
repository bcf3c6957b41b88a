use std::sync::LazyLock;
use std::time::Instant;

use proptest::prelude::*;

use super::*;
use crate::catalogue::reference;

static INDEX: LazyLock<SearchIndex> = LazyLock::new(|| SearchIndex::build(&reference::catalogue(), &reference::prohibited()));

fn found(query: &str) -> Vec<String> {
    INDEX.search(query, Filter::default()).items.iter().map(|listed| listed.item.code.to_string()).collect()
}

fn prohibited(query: &str) -> Vec<String> {
    INDEX.search(query, Filter::default()).prohibited.iter().map(|entry| entry.name.clone()).collect()
}

/// The first few found.
fn best(query: &str, count: usize) -> Vec<String> {
    found(query).into_iter().take(count).collect()
}

#[test]
fn dibao_is_found_by_its_short_name_its_pinyin_and_its_initials() {
    for query in ["低保", "dibao", "db", "DiBao", "ＤＢ", " 低 保 ", "dib"] {
        let best = best(query, 3);
        assert!(best.contains(&"T019".to_owned()) && best.contains(&"V014".to_owned()), "{query}: {best:?}");
    }
}

#[test]
fn a_name_comes_before_an_alias_and_an_alias_before_a_part() {
    assert_eq!(best("残疾人证申领", 1), ["T031"]);
    assert_eq!(best("残疾人证", 1), ["T031"]);
    assert_eq!(best("低保公示证明", 1), ["C039"]);
}

#[test]
fn an_alias_of_several_items_finds_them_all() {
    assert_eq!(best("护理补贴", 2), ["T028", "T035"]);
    assert_eq!(best("社保卡丢了", 2), ["T009", "V002"]);
}

#[test]
fn a_whole_sentence_is_understood() {
    for query in ["社保卡丢了", "我的社保卡丢了怎么办", "社保卡丢了，去哪里补？", "shebaokadiule"] {
        assert_eq!(best(query, 2), ["T009", "V002"], "{query}");
    }
    for query in ["请问怎么给小孩上户口", "我要办残疾证"] {
        assert!(!found(query).is_empty(), "{query}");
    }
}

#[test]
fn a_wrong_character_or_letter_is_forgiven() {
    for query in ["残疾正", "残疾政", "残急证", "残疾人正", "canjizheng", "cjz"] {
        let best = best(query, 6);
        assert!(best.contains(&"T031".to_owned()), "{query}: {best:?}");
    }
    for query in ["dibsao", "dibap", "抵保"] {
        let best = best(query, 6);
        assert!(best.contains(&"T019".to_owned()), "{query}: {best:?}");
    }
}

#[test]
fn a_prohibited_certificate_answers_where_to_go_instead() {
    assert_eq!(prohibited("婚姻证明"), ["婚姻状况证明"]);
    assert_eq!(prohibited("单身证明"), ["婚姻状况证明"]);
    assert_eq!(prohibited("hunyinzhuangkuang"), ["婚姻状况证明"]);
    assert_eq!(prohibited("我要开无犯罪记录证明"), ["无犯罪记录证明"]);
    assert_eq!(prohibited("低保"), Vec::<String>::new());
    assert_eq!(prohibited("证明").len(), PROHIBITED_SHOWN_MAX);
}

#[test]
fn a_kind_or_a_topic_narrows_what_is_found() {
    let of = |filter| INDEX.search("低保", filter);
    let villages = of(Filter { kind: Some(ItemKind::VillageProxy), topic: None });
    assert!(villages.items.iter().all(|listed| listed.item.kind() == ItemKind::VillageProxy) && !villages.items.is_empty());
    let veterans = of(Filter { kind: None, topic: Some(Topic::Veterans) });
    assert!(veterans.items.iter().all(|listed| listed.item.topic == Topic::Veterans));
    let services = INDEX.search("婚姻证明", Filter { kind: Some(ItemKind::TownService), topic: None });
    assert!(services.prohibited.is_empty());
}

#[test]
fn asking_nothing_finds_everything_by_code() {
    for query in ["", "  ", "？！"] {
        let codes = found(query);
        assert_eq!(codes.len(), 251);
        assert!(codes.is_sorted());
    }
}

#[test]
fn what_nobody_offers_finds_nothing() {
    assert_eq!(found("区块链元宇宙"), Vec::<String>::new());
    assert_eq!(found("qqqqqqq"), Vec::<String>::new());
}

#[test]
fn every_item_is_found_first_by_its_name_and_among_the_first_by_each_alias() {
    for listed in INDEX.items.iter().map(|(listed, _)| listed) {
        let code = listed.item.code.to_string();
        assert_eq!(best(&listed.item.name, 1), std::slice::from_ref(&code), "{}", listed.item.name);
        for alias in &listed.item.aliases {
            assert!(best(alias, 4).contains(&code), "{code} by {alias}: {:?}", best(alias, 4));
        }
    }
}

#[test]
fn every_item_is_found_by_the_pinyin_and_the_initials_of_its_name() {
    for (listed, keys) in &INDEX.items {
        let code = listed.item.code.to_string();
        let letters: String = keys[0].letters.iter().take(40).collect();
        assert!(found(&letters).contains(&code), "{code} by {letters}");
        let initials: String = keys[0].sounds.iter().filter_map(|sound| sound.first()?.chars().next()).collect();
        assert!(found(&initials).contains(&code), "{code} by {initials}");
    }
}

/// Prints what a search costs: `cargo test -p domain search -- --ignored --nocapture`.
#[test]
#[ignore = "a measurement"]
#[expect(clippy::disallowed_methods, reason = "a measurement reads a clock")]
fn what_a_search_costs() {
    for query in ["低保", "dibao", "db", "社保卡丢了", "残疾正", "我的社保卡丢了怎么办去哪里补", "区块链元宇宙", "shebaokaduile"]
    {
        let started = Instant::now();
        (0..100).for_each(|_| drop(INDEX.search(query, Filter::default())));
        println!("{query}: {} µs", started.elapsed().as_micros() / 100);
    }
}

proptest! {
    #[test]
    fn any_query_has_one_answer_with_no_item_twice(query in "\\PC{0,80}") {
        let codes = found(&query);
        prop_assert_eq!(&codes, &found(&query));
        let mut once = codes.clone();
        once.sort_unstable();
        once.dedup();
        prop_assert_eq!(once.len(), codes.len());
    }

    #[test]
    fn an_item_is_still_found_when_one_character_of_an_alias_is_wrong(item in 0usize..251, alias in any::<prop::sample::Index>(), at in any::<prop::sample::Index>()) {
        let (listed, _) = &INDEX.items[item];
        let mut asked: Vec<char> = alias.get(&listed.item.aliases).chars().collect();
        prop_assume!(asked.len() >= 4);
        let place = at.index(asked.len());
        asked[place] = '囧';
        let codes = found(&asked.iter().collect::<String>());
        prop_assert!(codes.contains(&listed.item.code.to_string()), "{} by {:?}: {:?}", listed.item.code, asked, codes);
    }
}
