//! The scenes of mini-program codes: each opens one thing, each thing has one, and its picture is kept, since WeChat draws only so many.
//! A scene is random, and says nothing of what it opens.

use domain::ids::{CaseId, StationCode};
use domain::scene::Target;
use domain::time::Timestamp;
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::EntityTrait;
use sea_orm::entity::prelude::*;

use super::{StoreError, Tx, View};
use crate::wechat::Scene;

const TABLE: &str = "scenes";

mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "scenes")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub district: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub scene: String,
        pub station: Option<String>,
        pub case_id: Option<Uuid>,
        pub edition: Option<String>,
        pub picture: Option<Vec<u8>>,
        pub at: DateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

use row::Column;

/// A scene, with its picture if WeChat has drawn it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptScene {
    pub scene: Scene,
    pub picture: Option<KeptPicture>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptPicture {
    /// Of the mini program, as WeChat calls it.
    pub edition: String,
    pub bytes: Vec<u8>,
}

impl View {
    /// The scene that opens this; none where nobody has asked for its code yet.
    pub async fn scene_of(&self, target: &Target) -> Result<Option<KeptScene>, StoreError> {
        let all = self.of(row::Entity::find(), Column::District);
        let found = match target {
            Target::Station(station) => all.filter(Column::Station.eq(station.as_str())),
            Target::Case(case) => all.filter(Column::CaseId.eq(case.as_uuid())),
        };
        found.one(&self.db()).await?.map(kept).transpose()
    }

    /// What a scene opens; none where it is none of ours.
    pub async fn opened_by(&self, scene: &Scene) -> Result<Option<Target>, StoreError> {
        let found = self.of(row::Entity::find(), Column::District).filter(Column::Scene.eq(scene.as_str()));
        found.one(&self.db()).await?.map(target).transpose()
    }
}

impl Tx {
    /// The scene that opens this: `new`, unless it has one already. Of two at once the second gets what the first began.
    pub async fn begin_scene(&self, target: &Target, new: &Scene, now: Timestamp) -> Result<KeptScene, StoreError> {
        let (station, case, turn) = match target {
            Target::Station(station) => (Some(station.to_string()), None, format!("scenes/{station}")),
            Target::Case(case) => (None, Some(case.as_uuid()), format!("scenes/{case}")),
        };
        self.take_turn(&turn).await?;
        if let Some(begun) = self.scene_of(target).await? {
            return Ok(begun);
        }
        let row = row::ActiveModel {
            district: Set(self.district().to_string()),
            scene: Set(new.to_string()),
            station: Set(station),
            case_id: Set(case),
            edition: NotSet,
            picture: NotSet,
            at: Set(now),
        };
        row::Entity::insert(row).exec_without_returning(&self.db()).await?;
        Ok(KeptScene { scene: new.clone(), picture: None })
    }

    /// Keeps the picture that WeChat drew.
    pub async fn keep_mini_code(&self, scene: &Scene, picture: &KeptPicture) -> Result<(), StoreError> {
        let drawn = self.of(row::Entity::update_many(), Column::District).filter(Column::Scene.eq(scene.as_str()));
        let change = row::ActiveModel {
            edition: Set(Some(picture.edition.clone())),
            picture: Set(Some(picture.bytes.clone())),
            ..Default::default()
        };
        drawn.set(change).exec(&self.db()).await?;
        Ok(())
    }
}

fn kept(row: row::Model) -> Result<KeptScene, StoreError> {
    let scene = row.scene.parse().map_err(|error: crate::wechat::BadMiniCode| StoreError::corrupt(TABLE, error))?;
    Ok(KeptScene { scene, picture: row.edition.zip(row.picture).map(|(edition, bytes)| KeptPicture { edition, bytes }) })
}

fn target(row: row::Model) -> Result<Target, StoreError> {
    let station = row.station.map(|code| code.parse::<StationCode>()).transpose();
    match (station.map_err(|error| StoreError::corrupt(TABLE, error))?, row.case_id) {
        (Some(station), None) => Ok(Target::Station(station)),
        (None, Some(case)) => Ok(Target::Case(CaseId::new(case))),
        (Some(_), Some(_)) | (None, None) => Err(StoreError::corrupt(TABLE, "a scene opens one thing")),
    }
}
