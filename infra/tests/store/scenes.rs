//! Scenes of mini-program codes: one a thing, and its picture kept.

use domain::ids::CaseId;
use domain::scene::Target;
use infra::store::KeptPicture;
use infra::wechat::Scene;
use uuid::Uuid;

use crate::databases::{Bench, now, on_each};

fn station() -> Target {
    Target::Station("511499101203-01".parse().unwrap())
}

async fn begin(bench: &Bench, target: Target) -> Scene {
    let kept = bench.write(move |tx| Box::pin(async move { tx.begin_scene(&target, &Scene::random(), now()).await })).await;
    kept.unwrap().scene
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thing_has_one_scene_however_many_ask_for_it_at_once() {
    on_each(async |bench| {
        let begun = bench.write_many(12, |tx, _| Box::pin(async move { tx.begin_scene(&station(), &Scene::random(), now()).await })).await;
        let scenes: Vec<_> = begun.into_iter().map(|kept| kept.unwrap().scene).collect();
        assert!(scenes.iter().all(|scene| *scene == scenes[0]), "{scenes:?}");
        assert_eq!(bench.view().opened_by(&scenes[0]).await.unwrap(), Some(station()));
        let case = Target::Case(CaseId::new(Uuid::from_u128(7)));
        let other = begin(&bench, case.clone()).await;
        assert_eq!((bench.view().opened_by(&other).await.unwrap(), other == scenes[0]), (Some(case), false));
        assert_eq!(bench.view().opened_by(&Scene::random()).await.unwrap(), None);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn its_picture_is_kept_with_the_edition_that_it_opens() {
    on_each(async |bench| {
        let scene = begin(&bench, station()).await;
        assert_eq!(bench.view().scene_of(&station()).await.unwrap().unwrap().picture, None);
        for edition in ["trial", "release"] {
            let (of, drawn) = (scene.clone(), KeptPicture { edition: edition.to_owned(), bytes: edition.as_bytes().to_vec() });
            let kept = drawn.clone();
            bench.write(move |tx| Box::pin(async move { tx.keep_mini_code(&of, &kept).await })).await.unwrap();
            assert_eq!(bench.view().scene_of(&station()).await.unwrap().unwrap().picture, Some(drawn));
        }
    })
    .await;
}
