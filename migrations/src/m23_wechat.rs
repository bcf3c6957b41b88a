//! What WeChat pushed: its mark alone, so that a repetition is known, on whatever instance. And the scenes of mini-program codes, each with
//! what it opens and its picture.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use crate::tables::{create, index, table, unique};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let indexes = vec![index("wechat_pushes", &["at"]), unique("scenes", &["station"]), unique("scenes", &["case_id"])];
        create(manager, vec![wechat_pushes(), scenes()], indexes).await
    }
}

fn wechat_pushes() -> TableCreateStatement {
    table("wechat_pushes", vec![binary("mark"), timestamp_with_time_zone("at")], &["mark"])
}

fn scenes() -> TableCreateStatement {
    let columns = vec![
        string("scene"),
        // It opens one of these.
        string_null("station"),
        uuid_null("case_id"),
        // Which edition of the mini program the picture opens.
        string_null("edition"),
        binary_null("picture"),
        timestamp_with_time_zone("at"),
    ];
    table("scenes", columns, &["scene"])
}
