//! Sessions and refresh tokens between their rows and the values of `domain::session`.

use domain::ids::{AccountId, DistrictCode, PersonId, SessionId};
use domain::session::{End, Holder, RefreshToken, Session, StaffDoor, Use};
use sea_orm::ActiveValue::Set;

use crate::store::StoreError;
use crate::store::words::{from_word, word};

const SESSIONS: &str = "sessions";
pub const VILLAGER: &str = "villager";
pub const STAFF: &str = "staff";

pub mod session {
    use sea_orm::entity::prelude::*;

    #[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "sessions")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub district: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub kind: String,
        pub person: Uuid,
        pub account: Option<Uuid>,
        pub password_number: Option<i32>,
        pub vouched: bool,
        pub device: Option<String>,
        pub signed_in_at: DateTimeUtc,
        pub refreshed_at: DateTimeUtc,
        pub rests_until: DateTimeUtc,
        pub ends_at: DateTimeUtc,
        pub ended_at: Option<DateTimeUtc>,
        pub end_why: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

pub mod refresh_token {
    use sea_orm::entity::prelude::*;

    #[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "refresh_tokens")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub district: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub digest: String,
        pub session: Uuid,
        pub parent: Option<String>,
        pub issued_at: DateTimeUtc,
        pub used_at: Option<DateTimeUtc>,
        pub used_key: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

pub fn row_of(district: &DistrictCode, session: &Session) -> Result<session::ActiveModel, StoreError> {
    let (kind, account, password) = match session.holder {
        Holder::Villager { .. } => (VILLAGER, None, None),
        Holder::Staff { account, password, .. } => (STAFF, Some(account.as_uuid()), Some(password)),
    };
    let vouched = matches!(session.holder, Holder::Staff { door: StaffDoor::Provider, .. });
    let password_number = password.map(i32::try_from).transpose().map_err(|error| StoreError::corrupt(SESSIONS, error))?;
    Ok(session::ActiveModel {
        district: Set(district.to_string()),
        id: Set(session.id.as_uuid()),
        kind: Set(kind.to_owned()),
        person: Set(session.holder.person().as_uuid()),
        account: Set(account),
        password_number: Set(password_number),
        vouched: Set(vouched),
        device: Set(session.device.map(|device| word(SESSIONS, &device)).transpose()?),
        signed_in_at: Set(session.signed_in_at),
        refreshed_at: Set(session.refreshed_at),
        rests_until: Set(session.rests_until),
        ends_at: Set(session.ends_at),
        ended_at: Set(session.ended.map(|(at, _)| at)),
        end_why: Set(session.ended.map(|(_, why)| word(SESSIONS, &why)).transpose()?),
    })
}

pub fn session_of(row: session::Model) -> Result<Session, StoreError> {
    let end_why: Option<End> = row.end_why.map(|word| from_word(SESSIONS, word)).transpose()?;
    let person = PersonId::new(row.person);
    let holder = match (row.kind.as_str(), row.account, row.password_number) {
        (VILLAGER, None, None) => Holder::Villager { person },
        (STAFF, Some(account), Some(password)) => {
            let password = u32::try_from(password).map_err(|error| StoreError::corrupt(SESSIONS, error))?;
            let door = if row.vouched { StaffDoor::Provider } else { StaffDoor::Own };
            Holder::Staff { account: AccountId::new(account), person, password, door }
        }
        (other, _, _) => return Err(StoreError::corrupt(SESSIONS, format!("{other:?} is no kind of session with such a holder"))),
    };
    Ok(Session {
        id: SessionId::new(row.id),
        holder,
        device: row.device.map(|word| from_word(SESSIONS, word)).transpose()?,
        signed_in_at: row.signed_in_at,
        refreshed_at: row.refreshed_at,
        rests_until: row.rests_until,
        ends_at: row.ends_at,
        ended: row.ended_at.zip(end_why),
    })
}

pub fn token_row(district: &DistrictCode, token: &RefreshToken) -> refresh_token::ActiveModel {
    refresh_token::ActiveModel {
        district: Set(district.to_string()),
        digest: Set(token.digest.clone()),
        session: Set(token.session.as_uuid()),
        parent: Set(token.parent.clone()),
        issued_at: Set(token.issued_at),
        used_at: Set(token.used.as_ref().map(|used| used.at)),
        used_key: Set(token.used.as_ref().and_then(|used| used.key.clone())),
    }
}

pub fn token_of(row: refresh_token::Model) -> RefreshToken {
    RefreshToken {
        digest: row.digest,
        session: SessionId::new(row.session),
        parent: row.parent,
        issued_at: row.issued_at,
        used: row.used_at.map(|at| Use { at, key: row.used_key }),
    }
}
