//! Mini-program codes for paper: a station's poster, a case's slip; and what a scanned one opens. A code is drawn once for a thing and an
//! edition of the mini program, outside of any transaction, and kept.

use domain::audit::{On, Thing};
use domain::ids::{CaseId, StationCode};
use domain::people::Staff;
use domain::policy::{Act, Actor, Denied, Object, may};
use domain::scene::Target;
use infra::store::{KeptPicture, KeptScene, StoreError};
use infra::wechat::{BadMiniCode, CallError, MiniCode, Scene};
use tracing::warn;

use super::App;
use super::cases::{ReadError, let_read};

#[derive(Debug, thiserror::Error)]
pub enum MiniCodeError {
    #[error("no account at WeChat is set up")]
    NoWechat,
    #[error("there is no such station")]
    NoSuchStation,
    #[error(transparent)]
    Denied(#[from] Denied),
    #[error(transparent)]
    Case(#[from] ReadError),
    #[error("the code can't be asked for")]
    Code(#[from] BadMiniCode),
    #[error("wechat doesn't draw the code")]
    Wechat(#[source] CallError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

#[derive(Debug, thiserror::Error)]
pub enum SceneError {
    #[error("it opens nothing")]
    Nothing,
    /// To whoever asks there is none.
    #[error("it opens what isn't theirs")]
    Hidden(On),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A code, drawn.
pub struct Drawn {
    pub scene: Scene,
    /// JPEG or PNG.
    pub picture: Vec<u8>,
}

impl App {
    /// What hangs in a station, for who works there or watches over it.
    pub async fn station_mini_code(&self, staff: &Staff, station: &StationCode) -> Result<Drawn, MiniCodeError> {
        self.map().station(station).ok_or(MiniCodeError::NoSuchStation)?;
        may(Actor::Staff(staff), Act::ShowStationMiniCode, &Object::Station(station))?;
        self.mini_code(Target::Station(station.clone())).await
    }

    /// What stands on the slip of a case, for the desk that gives it to its person.
    pub async fn case_mini_code(&self, staff: &Staff, id: CaseId) -> Result<Drawn, MiniCodeError> {
        let case = self.store.read(self.district()).case(id).await?.ok_or(ReadError::NotFound)?;
        let_read((Actor::Staff(staff), Act::ShowCaseMiniCode), &case)?;
        self.mini_code(Target::Case(id)).await
    }

    async fn mini_code(&self, target: Target) -> Result<Drawn, MiniCodeError> {
        let wechat = self.wechat.as_ref().ok_or(MiniCodeError::NoWechat)?;
        let edition = wechat.edition();
        let KeptScene { scene, picture } = self.scene_for(&target).await?;
        if let Some(kept) = picture.filter(|kept| kept.edition == edition) {
            return Ok(Drawn { scene, picture: kept.bytes });
        }
        let drawn = wechat.mini_code(&MiniCode::new(scene.clone(), Some(target.page()))?, self.clock.now()).await;
        let drawn = drawn.map_err(|error| {
            warn!(error = &error as &dyn std::error::Error, "wechat doesn't draw a mini-program code");
            MiniCodeError::Wechat(error)
        })?;
        let kept = KeptPicture { edition: edition.to_owned(), bytes: drawn.bytes().to_vec() };
        let (picture, of) = (kept.bytes.clone(), scene.clone());
        self.store.write(self.district(), move |tx| Box::pin(async move { tx.keep_mini_code(&of, &kept).await })).await?;
        Ok(Drawn { scene, picture })
    }

    async fn scene_for(&self, target: &Target) -> Result<KeptScene, StoreError> {
        if let Some(kept) = self.store.read(self.district()).scene_of(target).await? {
            return Ok(kept);
        }
        let (target, new, now) = (target.clone(), Scene::random(), self.clock.now());
        self.store.write(self.district(), move |tx| Box::pin(async move { tx.begin_scene(&target, &new, now).await })).await
    }

    /// What a scanned code opens. A case is told to who may see it alone; to others it opens nothing, as one that was made up.
    pub async fn opened_by(&self, actor: Actor<'_>, scene: &str) -> Result<Target, SceneError> {
        let scene: Scene = scene.parse().map_err(|_no_scene| SceneError::Nothing)?;
        let view = self.store.read(self.district());
        match view.opened_by(&scene).await?.ok_or(SceneError::Nothing)? {
            Target::Station(station) if self.map().station(&station).is_some() => Ok(Target::Station(station)),
            Target::Station(_gone) => Err(SceneError::Nothing),
            Target::Case(id) => {
                let case = view.case(id).await?.ok_or(SceneError::Nothing)?;
                let may_see = may(actor, Act::ShowCase, &Object::Case(&case));
                may_see.map_err(|_whatever_the_reason| SceneError::Hidden(super::cases::on(&case, Thing::Case)))?;
                Ok(Target::Case(id))
            }
        }
    }
}
