//! The catalogue and its versions.

use domain::catalogue::{CatalogueFiles, Item, Prohibited, load};
use infra::store::SeedCount;

use crate::databases::{Bench, now, on_each};

const FILES: CatalogueFiles<'static> = CatalogueFiles {
    town_services: include_str!("../../data/catalogue/town_services.json"),
    village_proxy: include_str!("../../data/catalogue/village_proxy.json"),
    certificates: include_str!("../../data/catalogue/certificates.json"),
    prohibited_certificates: include_str!("../../data/catalogue/prohibited_certificates.json"),
};

fn files() -> (Vec<Item>, Vec<Prohibited>) {
    load(&FILES).unwrap()
}

async fn seed(bench: &Bench, items: Vec<Item>) -> SeedCount {
    bench.write(move |tx| Box::pin(async move { tx.seed_items(&items, now()).await })).await.unwrap()
}

fn with_another_note(mut items: Vec<Item>) -> Vec<Item> {
    items[0].note.push_str("（节假日顺延）");
    items
}

#[tokio::test(flavor = "multi_thread")]
async fn every_item_is_read_as_it_was_seeded() {
    on_each(async |bench| {
        let (items, _) = files();
        assert_eq!(seed(&bench, items.clone()).await, SeedCount { added: items.len(), ..SeedCount::default() });
        let catalogue = bench.view().catalogue().await.unwrap();
        assert!(catalogue.items().map(|listed| (&listed.item, listed.version)).eq(items.iter().map(|item| (item, 1))));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn seeding_twice_makes_no_version() {
    on_each(async |bench| {
        let (items, _) = files();
        seed(&bench, items.clone()).await;
        assert_eq!(seed(&bench, items.clone()).await, SeedCount { unchanged: items.len(), ..SeedCount::default() });
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edited_item_becomes_version_2_and_version_1_stays_for_running_cases() {
    on_each(async |bench| {
        let (items, _) = files();
        seed(&bench, items.clone()).await;
        let edited = with_another_note(items.clone());
        let count = SeedCount { added: 0, changed: 1, unchanged: items.len() - 1 };
        assert_eq!(seed(&bench, edited.clone()).await, count);
        let code = &items[0].code;
        let current = bench.view().catalogue().await.unwrap().item(code).cloned().unwrap();
        assert_eq!((current.version, &current.item), (2, &edited[0]));
        let first = bench.view().item_version(code, 1).await.unwrap().unwrap();
        assert_eq!((first.version, &first.item), (1, &items[0]));
        assert_eq!(bench.view().item_version(code, 3).await.unwrap(), None);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_was_seen_before_doesnt_undo_a_later_edit() {
    on_each(async |bench| {
        let (items, _) = files();
        seed(&bench, items.clone()).await;
        seed(&bench, with_another_note(items.clone())).await;
        assert_eq!(seed(&bench, items.clone()).await.changed, 0);
        assert_eq!(bench.view().catalogue().await.unwrap().item(&items[0].code).unwrap().version, 2);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn instances_that_start_at_once_seed_once() {
    on_each(async |bench| {
        let counts = bench.write_many(4, |tx, _| Box::pin(async move { tx.seed_items(&files().0, now()).await })).await;
        let added: usize = counts.into_iter().map(|count| count.unwrap().added).sum();
        assert_eq!(added, files().0.len());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn prohibited_certificates_are_those_of_the_last_seeding() {
    on_each(async |bench| {
        let (_, mut prohibited) = files();
        let seed = |entries: Vec<Prohibited>| bench.write(move |tx| Box::pin(async move { tx.seed_prohibited(&entries).await }));
        seed(prohibited.clone()).await.unwrap();
        prohibited.pop();
        seed(prohibited.clone()).await.unwrap();
        prohibited.sort_by(|a, b| a.name.cmp(&b.name));
        assert_eq!(bench.view().prohibited().await.unwrap(), prohibited);
    })
    .await;
}
