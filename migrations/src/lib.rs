//! The tables, one file a step, the same on SQLite and PostgreSQL. The district is the first column of every key.
//! Instants are UTC; days are the district's; money is in fen.

mod m01_catalogue;
mod m02_district;
mod m03_people;
mod m04_cases;
mod m05_work_items;
mod m06_papers;
mod m07_deliveries;
mod m08_outbox;
mod m09_vault;
mod m10_audit;
mod m12_mandates;
mod m13_consents;
mod m14_corrections;
mod m15_counter_requests;
mod m16_live;
mod m17_floor;
mod m18_alerts;
mod m19_rectifications;
mod m20_sessions;
mod m21_second_factor;
mod m22_real_name;
mod m23_wechat;
mod m24_review_words;
mod m25_map_revision;
mod m27_work_that_stands;
mod m28_assigned_work;
mod m29_calendar_times;
mod m30_called_off;
mod tables;

pub use sea_orm_migration::MigratorTrait;
use sea_orm_migration::prelude::*;

pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m01_catalogue::Migration),
            Box::new(m02_district::Migration),
            Box::new(m03_people::Migration),
            Box::new(m04_cases::Migration),
            Box::new(m05_work_items::Migration),
            Box::new(m06_papers::Migration),
            Box::new(m07_deliveries::Migration),
            Box::new(m08_outbox::Migration),
            Box::new(m09_vault::Migration),
            Box::new(m10_audit::Migration),
            Box::new(m12_mandates::Migration),
            Box::new(m13_consents::Migration),
            Box::new(m14_corrections::Migration),
            Box::new(m15_counter_requests::Migration),
            Box::new(m16_live::Migration),
            Box::new(m17_floor::Migration),
            Box::new(m18_alerts::Migration),
            Box::new(m19_rectifications::Migration),
            Box::new(m20_sessions::Migration),
            Box::new(m21_second_factor::Migration),
            Box::new(m22_real_name::Migration),
            Box::new(m23_wechat::Migration),
            Box::new(m24_review_words::Migration),
            Box::new(m25_map_revision::Migration),
            Box::new(m27_work_that_stands::Migration),
            Box::new(m28_assigned_work::Migration),
            Box::new(m29_calendar_times::Migration),
            Box::new(m30_called_off::Migration),
        ]
    }
}
