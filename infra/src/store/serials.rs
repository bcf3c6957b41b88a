//! Counters behind the numbers that people read out. A serial counts from 1 within its key, and no two units get the same one;
//! that of a unit that is rolled back is given to the next. A number whose check character reads like a digit is passed over.

use chrono::NaiveDate;
use domain::case::CaseNumber;
use domain::certificate::CertificateNumber;
use domain::ids::{DivisionCode, ItemCode};
use sea_orm::ActiveValue::Set;
use sea_orm::ExprTrait;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, OnConflict};

use super::{StoreError, Tx};

mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "serials")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub district: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub key: String,
        pub last: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

use row::Column;

impl Tx {
    /// The next serial of `key`; the key stays locked to the unit's end, so take it late.
    pub async fn next_serial(&self, key: &str) -> Result<u32, StoreError> {
        let first = row::ActiveModel { district: Set(self.district().to_string()), key: Set(key.to_owned()), last: Set(1) };
        let next = OnConflict::columns([Column::District, Column::Key])
            .value(Column::Last, Expr::col((row::Entity, Column::Last)).add(1))
            .to_owned();
        let row = row::Entity::insert(first).on_conflict(next).exec_with_returning(&self.db()).await?;
        u32::try_from(row.last).map_err(|error| StoreError::corrupt("serials", error))
    }

    /// The number of the next case received on `day`, a local day.
    pub async fn next_case_number(&self, day: NaiveDate) -> Result<CaseNumber, StoreError> {
        loop {
            let serial = self.next_serial(&format!("case/{day}")).await?;
            let number = CaseNumber::new(self.district().clone(), day, serial);
            if number.reads_well() {
                return Ok(number);
            }
        }
    }

    pub async fn next_certificate_number(
        &self,
        division: &DivisionCode,
        item: &ItemCode,
        year: u16,
    ) -> Result<CertificateNumber, StoreError> {
        loop {
            let serial = self.next_serial(&format!("certificate/{division}/{item}/{year}")).await?;
            let number = CertificateNumber::new(division.clone(), item.clone(), year, serial);
            if number.reads_well() {
                return Ok(number);
            }
        }
    }
}
