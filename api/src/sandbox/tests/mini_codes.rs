//! Mini-program codes: what the picture says, and what is refused.

use infra::wechat::{Background, CallError, MiniCode, Picture, Scene};

use super::*;

/// What a scanner reads in the picture.
fn scanned(picture: &[u8], dark_on_nothing: bool) -> String {
    let picture = image::load_from_memory(picture).unwrap().to_rgba8();
    let (width, height) = (usize::try_from(picture.width()).unwrap(), usize::try_from(picture.height()).unwrap());
    let luma = |x: usize, y: usize| {
        let pixel = picture.get_pixel(u32::try_from(x).unwrap(), u32::try_from(y).unwrap());
        if dark_on_nothing && pixel.0[3] == 0 { 255 } else { pixel.0[0] }
    };
    let mut prepared = rqrr::PreparedImage::prepare_from_greyscale(width, height, luma);
    prepared.detect_grids()[0].decode().unwrap().1
}

#[tokio::test]
async fn a_code_opens_its_page_with_its_scene() {
    let bench = bench().await;
    let scene = Scene::random();
    let code = MiniCode::new(scene.clone(), Some("pages/case/detail")).unwrap();
    let Picture::Jpeg(jpeg) = bench.wechat.mini_code(&code, bench.now()).await.unwrap() else { panic!("not a JPEG") };
    assert_eq!(scanned(&jpeg, false), format!("pages/case/detail?scene={scene}"));
    let code = MiniCode::new("c=1,2".parse().unwrap(), None).unwrap().wide(600).unwrap().on(Background::Transparent);
    let Picture::Png(png) = bench.wechat.mini_code(&code, bench.now()).await.unwrap() else { panic!("not a PNG") };
    assert_eq!(scanned(&png, true), "pages/index/index?scene=c=1,2");
    assert_eq!(image::load_from_memory(&png).unwrap().width(), 600);
}

#[tokio::test]
async fn a_page_that_is_not_released_and_a_spent_minute_are_refused_as_json() {
    let bench = bench().await;
    let code = MiniCode::new(Scene::random(), Some("pages/not/released")).unwrap();
    assert!(matches!(bench.wechat.mini_code(&code, bench.now()).await, Err(CallError::Refused(refusal)) if refusal.errcode == 41030));
    bench.post("/__sandbox/quotas", json!({ "path": "/wxa/getwxacodeunlimit", "quota": { "per_minute": 0 } })).await;
    let code = MiniCode::new(Scene::random(), None).unwrap();
    assert!(matches!(bench.wechat.mini_code(&code, bench.now()).await, Err(CallError::Refused(refusal)) if refusal.errcode == 45009));
    bench.post("/__sandbox/quotas", json!({ "path": "/wxa/getwxacodeunlimit", "quota": {} })).await;
    assert!(matches!(bench.wechat.mini_code(&code, bench.now()).await, Err(CallError::Halted { .. })));
    bench.pass(TimeDelta::minutes(1)).await;
    assert!(bench.wechat.mini_code(&code, bench.now()).await.is_ok());
}
