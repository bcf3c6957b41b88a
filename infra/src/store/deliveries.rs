//! Deliveries with their legs. A leg is saved at the version that was read, so that two couriers never have it.

use domain::delivery::{Delivery, Handover, HandoverCode, Leg, LegKind, LegState};
use domain::ids::{AccountId, CaseId, DeliveryId, StationCode};
use domain::live::{Change, Topic, What};
use domain::time::Timestamp;
use sea_orm::ActiveValue::Set;
use sea_orm::ExprTrait;
use sea_orm::{QueryOrder, QuerySelect, entity::prelude::*};

use super::sealed::Safe;
use super::words::{from_word, word};
use super::{StoreError, Tx, View};
use crate::vault::{Column as Sealed, RowId};

const TABLE: &str = "legs";
const GIVER_CODE: Sealed = Sealed::new(TABLE, "giver_code");
const TAKER_CODE: Sealed = Sealed::new(TABLE, "taker_code");

mod delivery_row {
    use sea_orm::entity::prelude::*;

    #[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "deliveries")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub district: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub case_id: Uuid,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

mod leg_row {
    use sea_orm::entity::prelude::*;

    #[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "legs")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub district: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub delivery: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub kind: String,
        pub state: String,
        pub station: String,
        pub courier: Option<Uuid>,
        pub giver_code: Option<Vec<u8>>,
        pub taker_code: Option<Vec<u8>>,
        pub giver_confirmed: Option<DateTimeUtc>,
        pub taker_confirmed: Option<DateTimeUtc>,
        pub wrong_tries: i32,
        pub version: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// A leg as it was read, with where it begins or ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptLeg {
    pub delivery: DeliveryId,
    pub case: CaseId,
    pub station: StationCode,
    pub leg: Leg,
    /// Opaque to whoever changes the leg.
    pub version: i64,
}

impl View {
    pub async fn delivery(&self, id: DeliveryId) -> Result<Vec<KeptLeg>, StoreError> {
        let row = self.deliveries().filter(delivery_row::Column::Id.eq(id.as_uuid())).one(&self.db()).await?;
        match row {
            Some(row) => self.legs_of(row).await,
            None => Ok(Vec::new()),
        }
    }

    /// The legs of a case's delivery; none where nothing is carried.
    pub async fn delivery_of(&self, case: CaseId) -> Result<Vec<KeptLeg>, StoreError> {
        let row = self.deliveries().filter(delivery_row::Column::CaseId.eq(case.as_uuid())).one(&self.db()).await?;
        match row {
            Some(row) => self.legs_of(row).await,
            None => Ok(Vec::new()),
        }
    }

    /// Legs that a courier of these stations may claim, and those that they have, oldest first.
    pub async fn legs_for_courier(&self, courier: AccountId, stations: &[StationCode], limit: u64) -> Result<Vec<KeptLeg>, StoreError> {
        let offered = leg_row::Column::State.eq("offered").and(leg_row::Column::Station.is_in(stations.iter().map(StationCode::as_str)));
        let own = leg_row::Column::Courier.eq(courier.as_uuid()).and(leg_row::Column::State.is_in(["claimed", "carried"]));
        let rows = self.legs().filter(offered.or(own)).order_by_asc(leg_row::Column::Delivery).limit(limit).all(&self.db()).await?;
        let ids = rows.iter().map(|row| row.delivery);
        let deliveries = self.deliveries().filter(delivery_row::Column::Id.is_in(ids)).all(&self.db()).await?;
        let case_of = |id| deliveries.iter().find(|delivery| delivery.id == id).map(|delivery| delivery.case_id);
        let rows: Vec<_> = rows.into_iter().filter_map(|row| case_of(row.delivery).map(|case| (row, CaseId::new(case)))).collect();
        self.opened(&rows, |safe, (row, case)| kept(safe, row, *case)).await
    }

    async fn legs_of(&self, delivery: delivery_row::Model) -> Result<Vec<KeptLeg>, StoreError> {
        let of_delivery = self.legs().filter(leg_row::Column::Delivery.eq(delivery.id));
        let rows = of_delivery.order_by_desc(leg_row::Column::Kind).all(&self.db()).await?;
        self.opened(&rows, |safe, row| kept(safe, row, CaseId::new(delivery.case_id))).await
    }

    fn deliveries(&self) -> Select<delivery_row::Entity> {
        self.of(delivery_row::Entity::find(), delivery_row::Column::District)
    }

    fn legs(&self) -> Select<leg_row::Entity> {
        self.of(leg_row::Entity::find(), leg_row::Column::District)
    }
}

impl Tx {
    /// `stations` are where the fetched papers go and where the result waits.
    pub async fn add_delivery(&self, delivery: &Delivery, station_of: impl Fn(LegKind) -> StationCode) -> Result<(), StoreError> {
        let row = delivery_row::ActiveModel {
            district: Set(self.district().to_string()),
            id: Set(delivery.id.as_uuid()),
            case_id: Set(delivery.case.as_uuid()),
        };
        delivery_row::Entity::insert(row).exec_without_returning(&self.db()).await?;
        let legs = delivery.legs.iter().map(|leg| self.leg_row(delivery.id, &station_of(leg.kind), leg, 0));
        let legs = legs.collect::<Result<Vec<_>, _>>()?;
        leg_row::Entity::insert_many(legs).exec_without_returning(&self.db()).await?;
        Ok(())
    }

    /// Forgets the delivery of a case, of which nothing was carried.
    pub async fn remove_delivery(&self, case: CaseId) -> Result<(), StoreError> {
        let Some(row) = self.deliveries().filter(delivery_row::Column::CaseId.eq(case.as_uuid())).one(&self.db()).await? else {
            return Ok(());
        };
        let legs = self.of(leg_row::Entity::delete_many(), leg_row::Column::District);
        legs.filter(leg_row::Column::Delivery.eq(row.id)).exec(&self.db()).await?;
        let own = self.of(delivery_row::Entity::delete_many(), delivery_row::Column::District);
        own.filter(delivery_row::Column::Id.eq(row.id)).exec(&self.db()).await?;
        Ok(())
    }

    /// Saves a leg that was read as `read`; `StoreError::Stale` where somebody saved it since.
    pub async fn save_leg(&self, read: &KeptLeg, leg: &Leg, now: Timestamp) -> Result<(), StoreError> {
        let saved = leg_row::Entity::update_many()
            .set(self.leg_row(read.delivery, &read.station, leg, read.version + 1)?)
            .filter(leg_row::Column::District.eq(self.district().as_str()))
            .filter(leg_row::Column::Delivery.eq(read.delivery.as_uuid()))
            .filter(leg_row::Column::Kind.eq(word(TABLE, &leg.kind)?))
            .filter(leg_row::Column::Version.eq(read.version))
            .exec(&self.db())
            .await?;
        if saved.rows_affected != 1 {
            return Err(StoreError::Stale);
        }
        self.tell(Change::new(Topic::Case(read.case), What::Changed, read.case), now);
        Ok(())
    }

    fn leg_row(&self, delivery: DeliveryId, station: &StationCode, leg: &Leg, version: i64) -> Result<leg_row::ActiveModel, StoreError> {
        let handover = match &leg.state {
            LegState::Claimed { pick_up: handover, .. } | LegState::Carried { drop_off: handover, .. } => Some(handover),
            LegState::Waiting | LegState::Offered | LegState::Delivered | LegState::Cancelled => None,
        };
        let kind = word(TABLE, &leg.kind)?;
        let (safe, row) = (self.safe(), row_id(delivery.as_uuid(), &kind));
        let code =
            |column, code: fn(&Handover) -> &HandoverCode| safe.seal_if_any(column, &row, handover.map(|handover| code(handover).as_str()));
        Ok(leg_row::ActiveModel {
            district: Set(self.district().to_string()),
            delivery: Set(delivery.as_uuid()),
            state: Set(state_word(&leg.state).to_owned()),
            station: Set(station.to_string()),
            courier: Set(leg.courier().map(|courier| courier.as_uuid())),
            giver_code: Set(code(GIVER_CODE, |handover| &handover.giver_code)?),
            taker_code: Set(code(TAKER_CODE, |handover| &handover.taker_code)?),
            kind: Set(kind),
            giver_confirmed: Set(handover.and_then(|handover| handover.giver_confirmed)),
            taker_confirmed: Set(handover.and_then(|handover| handover.taker_confirmed)),
            wrong_tries: Set(handover.map_or(0, |handover| i32::from(handover.wrong_tries))),
            version: Set(version),
        })
    }
}

fn state_word(state: &LegState) -> &'static str {
    match state {
        LegState::Waiting => "waiting",
        LegState::Offered => "offered",
        LegState::Claimed { .. } => "claimed",
        LegState::Carried { .. } => "carried",
        LegState::Delivered => "delivered",
        LegState::Cancelled => "cancelled",
    }
}

fn row_id(delivery: Uuid, kind: &str) -> RowId {
    RowId::new([&delivery.to_string(), kind])
}

fn kept(safe: &Safe<'_>, row: &leg_row::Model, case: CaseId) -> Result<KeptLeg, StoreError> {
    let (delivery, version) = (DeliveryId::new(row.delivery), row.version);
    let station = row.station.parse().map_err(|e| StoreError::corrupt(TABLE, e))?;
    let kind = from_word(TABLE, row.kind.clone())?;
    Ok(KeptLeg { delivery, case, station, leg: Leg { kind, state: leg_state(safe, row)? }, version })
}

fn leg_state(safe: &Safe<'_>, row: &leg_row::Model) -> Result<LegState, StoreError> {
    let id = row_id(row.delivery, &row.kind);
    let handover = match (&row.giver_code, &row.taker_code) {
        (Some(giver), Some(taker)) => Some(Handover {
            giver_code: HandoverCode::from_stored(safe.open(GIVER_CODE, &id, giver)?),
            taker_code: HandoverCode::from_stored(safe.open(TAKER_CODE, &id, taker)?),
            giver_confirmed: row.giver_confirmed,
            taker_confirmed: row.taker_confirmed,
            wrong_tries: u8::try_from(row.wrong_tries).map_err(|e| StoreError::corrupt(TABLE, e))?,
        }),
        (None, _) | (_, None) => None,
    };
    Ok(match (row.state.as_str(), row.courier.map(AccountId::new), handover) {
        ("waiting", ..) => LegState::Waiting,
        ("offered", ..) => LegState::Offered,
        ("claimed", Some(courier), Some(pick_up)) => LegState::Claimed { courier, pick_up },
        ("carried", Some(courier), Some(drop_off)) => LegState::Carried { courier, drop_off },
        ("delivered", ..) => LegState::Delivered,
        ("cancelled", ..) => LegState::Cancelled,
        (other, ..) => return Err(StoreError::corrupt(TABLE, format!("state {other:?}"))),
    })
}
