//! The district's divisions, its stations, and the partner stations of other districts.
//! A seeding brings names and places up to date; the hours and the items of a station are its supervisor's, and stay.

use std::collections::BTreeSet;

use domain::district::{Division, Opening, Partner, Place, Station, StationFacts};
use domain::ids::{ItemCode, StationCode};
use sea_orm::ActiveValue::Set;
use sea_orm::ExprTrait;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ConnectionTrait, QueryOrder, QuerySelect, Statement};

use super::words::{from_json, from_word, json, word};
use super::{StoreError, Tx, View};

const DIVISIONS: &str = "divisions";
const STATIONS: &str = "stations";
const PARTNERS: &str = "partners";
/// Among the facts.
const MAP_REVISION: &str = "map.revision";

mod division_row {
    use sea_orm::entity::prelude::*;

    #[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "divisions")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub district: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub code: String,
        pub name: String,
        pub lat: f64,
        pub lng: f64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

mod station_row {
    use sea_orm::entity::prelude::*;

    #[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "stations")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub district: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub code: String,
        pub name: String,
        pub level: String,
        pub division: String,
        pub lat: f64,
        pub lng: f64,
        pub windows: i32,
        pub staff: i32,
        pub terminal: bool,
        pub accessible: bool,
        pub hours: Json,
        pub added: Json,
        pub removed: Json,
        pub facts: Json,
        pub version: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

mod partner_row {
    use sea_orm::entity::prelude::*;

    #[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "partners")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub district: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub code: String,
        pub name: String,
        pub station_name: String,
        pub lat: f64,
        pub lng: f64,
        pub items: Json,
        pub hours: Json,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

impl View {
    /// The name of the division that is the district as a whole.
    pub async fn district_name(&self) -> Result<String, StoreError> {
        use division_row::Column;
        let root = self.of(division_row::Entity::find(), Column::District).filter(Column::Code.eq(self.district().division().as_str()));
        let row = root.one(&self.db()).await?;
        row.map(|row| row.name).ok_or_else(|| StoreError::corrupt(DIVISIONS, "the district itself isn't there"))
    }

    /// By code, as all lists here.
    pub async fn divisions(&self) -> Result<Vec<Division>, StoreError> {
        use division_row::Column;
        let rows = self.of(division_row::Entity::find(), Column::District).order_by_asc(Column::Code).all(&self.db()).await?;
        rows.into_iter().map(division).collect()
    }

    pub async fn stations(&self) -> Result<Vec<Station>, StoreError> {
        use station_row::Column;
        let rows = self.of(station_row::Entity::find(), Column::District).order_by_asc(Column::Code).all(&self.db()).await?;
        rows.into_iter().map(station).collect()
    }

    pub async fn station(&self, code: &StationCode) -> Result<Option<Station>, StoreError> {
        self.select_station(code).one(&self.db()).await?.map(station).transpose()
    }

    fn select_station(&self, code: &StationCode) -> Select<station_row::Entity> {
        use station_row::Column;
        self.of(station_row::Entity::find(), Column::District).filter(Column::Code.eq(code.as_str()))
    }

    pub async fn partners(&self) -> Result<Vec<Partner>, StoreError> {
        use partner_row::Column;
        let rows = self.of(partner_row::Entity::find(), Column::District).order_by_asc(Column::Code).all(&self.db()).await?;
        rows.into_iter().map(partner).collect()
    }

    /// How often divisions, stations, partners or the calendar were changed: a later map has a higher revision.
    pub async fn map_revision(&self) -> Result<i64, StoreError> {
        let revision = self.fact(MAP_REVISION).await?;
        revision.map_or(Ok(0), |revision| revision.parse().map_err(|error| StoreError::corrupt("facts", error)))
    }
}

impl Tx {
    /// Counts a change of the map. Units that change it follow one another from here on, so that no two maps share a revision.
    pub(super) async fn map_is_changed(&self) -> Result<(), StoreError> {
        let count = "INSERT INTO facts (district, key, value) VALUES ($1, $2, '1') \
                     ON CONFLICT (district, key) DO UPDATE SET value = CAST(CAST(facts.value AS BIGINT) + 1 AS VARCHAR)";
        let values = [self.district().as_str().into(), MAP_REVISION.into()];
        self.db().execute_raw(Statement::from_sql_and_values(self.db().get_database_backend(), count, values)).await?;
        Ok(())
    }

    /// A station, for an edit: nobody else edits it before this unit ends.
    pub async fn station(&self, code: &StationCode) -> Result<Option<Station>, StoreError> {
        self.select_station(code).lock_exclusive().one(&self.db()).await?.map(station).transpose()
    }

    /// Saves a station as edited since this unit's [`Tx::station`]; `Stale` where it is gone.
    pub async fn save_station(&self, station: &Station) -> Result<(), StoreError> {
        use station_row::Column;
        let row = station_row::ActiveModel { version: sea_orm::ActiveValue::NotSet, ..self.station_row(station)? };
        let saved = self
            .of(station_row::Entity::update_many(), Column::District)
            .set(row)
            .col_expr(Column::Version, Expr::col(Column::Version).add(1))
            .filter(Column::Code.eq(station.code.as_str()))
            .exec(&self.db())
            .await?;
        if saved.rows_affected == 0 { Err(StoreError::Stale) } else { self.map_is_changed().await }
    }

    pub async fn seed_divisions(&self, divisions: &[Division]) -> Result<(), StoreError> {
        use division_row::Column;
        let rows = divisions.iter().map(|division| division_row::ActiveModel {
            district: Set(self.district().to_string()),
            code: Set(division.code.to_string()),
            name: Set(division.name.clone()),
            lat: Set(division.place.lat),
            lng: Set(division.place.lng),
        });
        let update =
            OnConflict::columns([Column::District, Column::Code]).update_columns([Column::Name, Column::Lat, Column::Lng]).to_owned();
        self.upsert(rows.collect(), update).await
    }

    pub async fn seed_stations(&self, stations: &[Station]) -> Result<(), StoreError> {
        use station_row::Column as C;
        let rows = stations.iter().map(|station| self.station_row(station)).collect::<Result<Vec<_>, _>>()?;
        let of_the_files = [C::Name, C::Level, C::Division, C::Lat, C::Lng, C::Windows, C::Staff, C::Terminal, C::Accessible];
        self.upsert(rows, OnConflict::columns([C::District, C::Code]).update_columns(of_the_files).to_owned()).await
    }

    pub async fn seed_partners(&self, partners: &[Partner]) -> Result<(), StoreError> {
        use partner_row::Column as C;
        let rows = partners.iter().map(|partner| {
            Ok(partner_row::ActiveModel {
                district: Set(self.district().to_string()),
                code: Set(partner.code.to_string()),
                name: Set(partner.name.clone()),
                station_name: Set(partner.station_name.clone()),
                lat: Set(partner.place.lat),
                lng: Set(partner.place.lng),
                items: Set(json(PARTNERS, &partner.items)?),
                hours: Set(json(PARTNERS, &partner.hours)?),
            })
        });
        let rows = rows.collect::<Result<Vec<_>, StoreError>>()?;
        let columns = [C::Name, C::StationName, C::Lat, C::Lng, C::Items, C::Hours];
        self.upsert(rows, OnConflict::columns([C::District, C::Code]).update_columns(columns).to_owned()).await
    }

    /// Adds a partner station, or saves it as it is now.
    pub async fn save_partner(&self, partner: &Partner) -> Result<(), StoreError> {
        self.seed_partners(std::slice::from_ref(partner)).await
    }

    /// Whether there was one.
    pub async fn remove_partner(&self, code: &StationCode) -> Result<bool, StoreError> {
        use partner_row::Column;
        let gone = self.of(partner_row::Entity::delete_many(), Column::District).filter(Column::Code.eq(code.as_str()));
        let was_there = gone.exec(&self.db()).await?.rows_affected > 0;
        if was_there {
            self.map_is_changed().await?;
        }
        Ok(was_there)
    }

    /// Writes rows of the map in portions that no database's limit of parameters refuses.
    async fn upsert<A: ActiveModelTrait>(&self, rows: Vec<A>, update: OnConflict) -> Result<(), StoreError> {
        const ROWS_AT_ONCE: usize = 500;
        for portion in rows.chunks(ROWS_AT_ONCE) {
            A::Entity::insert_many(portion.to_vec()).on_conflict(update.clone()).exec_without_returning(&self.db()).await?;
        }
        self.map_is_changed().await
    }

    fn station_row(&self, station: &Station) -> Result<station_row::ActiveModel, StoreError> {
        Ok(station_row::ActiveModel {
            district: Set(self.district().to_string()),
            code: Set(station.code.to_string()),
            name: Set(station.name.clone()),
            level: Set(word(STATIONS, &station.level)?),
            division: Set(station.division.to_string()),
            lat: Set(station.place.lat),
            lng: Set(station.place.lng),
            windows: Set(i32::from(station.windows)),
            staff: Set(i32::from(station.staff)),
            terminal: Set(station.terminal),
            accessible: Set(station.accessible),
            hours: Set(json(STATIONS, &station.hours)?),
            added: Set(json(STATIONS, &station.added)?),
            removed: Set(json(STATIONS, &station.removed)?),
            facts: Set(json(STATIONS, &station.facts)?),
            version: Set(1),
        })
    }
}

fn division(row: division_row::Model) -> Result<Division, StoreError> {
    let code = row.code.parse().map_err(|error| StoreError::corrupt(DIVISIONS, error))?;
    Ok(Division { code, name: row.name, place: Place { lat: row.lat, lng: row.lng } })
}

fn station(row: station_row::Model) -> Result<Station, StoreError> {
    let hours: Vec<Opening> = from_json(STATIONS, row.hours)?;
    let [added, removed]: [Result<BTreeSet<ItemCode>, _>; 2] = [row.added, row.removed].map(|items| from_json(STATIONS, items));
    let [windows, staff] = [row.windows, row.staff].map(|n| u16::try_from(n).map_err(|error| StoreError::corrupt(STATIONS, error)));
    Ok(Station {
        code: row.code.parse().map_err(|error| StoreError::corrupt(STATIONS, error))?,
        name: row.name,
        level: from_word(STATIONS, row.level)?,
        division: row.division.parse().map_err(|error| StoreError::corrupt(STATIONS, error))?,
        place: Place { lat: row.lat, lng: row.lng },
        windows: windows?,
        staff: staff?,
        terminal: row.terminal,
        accessible: row.accessible,
        hours: hours.into(),
        added: added?.into(),
        removed: removed?.into(),
        facts: from_json::<StationFacts>(STATIONS, row.facts)?.into(),
    })
}

fn partner(row: partner_row::Model) -> Result<Partner, StoreError> {
    Ok(Partner {
        code: row.code.parse().map_err(|error| StoreError::corrupt(PARTNERS, error))?,
        name: row.name,
        station_name: row.station_name,
        place: Place { lat: row.lat, lng: row.lng },
        items: from_json::<BTreeSet<ItemCode>>(PARTNERS, row.items)?.into(),
        hours: from_json::<Vec<Opening>>(PARTNERS, row.hours)?.into(),
    })
}
