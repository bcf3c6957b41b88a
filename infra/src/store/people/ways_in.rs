//! How a person comes in without WeChat, how they proved who they are, and where their ways in lead.
//! Invariants: a phone signs one person in; a proof brings the person to another version, so that a save of what was read before is
//! `Stale`; of ways in that move nothing stays behind.

use domain::ids::PersonId;
use domain::people::{Person, Phone, Proof};
use sea_orm::ActiveValue::Set;
use sea_orm::ExprTrait;
use sea_orm::entity::prelude::*;

use super::{Column, PERSONS, openid, parsed, person_row};
use crate::store::sealed::Safe;
use crate::store::words::word;
use crate::store::{StoreError, Tx, View};
use crate::vault::{Column as Sealed, RowId};

const SIGN_IN_PHONE: Sealed = Sealed::new(PERSONS, "sign_in_phone");

impl View {
    /// Who signs in with this number.
    pub async fn person_by_sign_in_phone(&self, phone: &Phone) -> Result<Option<Person>, StoreError> {
        self.one_person(Column::SignInPhoneIndex.eq(self.safe().index(SIGN_IN_PHONE, phone.as_str())?)).await
    }
}

impl Tx {
    /// Notes the phone with which a person signs in. `Taken` where it is somebody else's. The person is at another version then.
    pub async fn set_sign_in_phone(&self, person: PersonId, phone: &Phone) -> Result<(), StoreError> {
        let safe = self.safe();
        let row = person_row::ActiveModel {
            sign_in_phone: Set(Some(safe.seal(SIGN_IN_PHONE, &RowId::of(person.as_uuid()), phone.as_str())?)),
            sign_in_phone_index: Set(Some(safe.index(SIGN_IN_PHONE, phone.as_str())?)),
            ..Default::default()
        };
        self.change_row(person, row).await?;
        self.to_next_version(person).await
    }

    /// Notes that a person proved who they are. They are at another version then: what was read before is `Stale`, so that nobody who
    /// proved one name is saved under another.
    pub async fn set_proof(&self, person: PersonId, proof: Proof) -> Result<(), StoreError> {
        let row =
            person_row::ActiveModel { proof: Set(Some(word(PERSONS, &proof.kind)?)), proved_at: Set(Some(proof.at)), ..Default::default() };
        self.change_row(person, row).await?;
        self.to_next_version(person).await
    }

    async fn to_next_version(&self, person: PersonId) -> Result<(), StoreError> {
        let theirs = self.of(person_row::Entity::update_many(), Column::District).filter(Column::Id.eq(person.as_uuid()));
        theirs.col_expr(Column::Version, Expr::col(Column::Version).add(1)).exec(&self.db()).await?;
        Ok(())
    }

    /// Shuts a person's ways in: nobody signs in as them, until a way is given to them again.
    pub async fn shut_ways_in(&self, person: PersonId) -> Result<(), StoreError> {
        let row = person_row::ActiveModel {
            openid: Set(None),
            openid_index: Set(None),
            sign_in_phone: Set(None),
            sign_in_phone_index: Set(None),
            ..Default::default()
        };
        self.change_row(person, row).await
    }

    /// Gives a person's ways in to another, whose own of the same kind they replace.
    pub async fn move_ways_in(&self, from: PersonId, to: PersonId) -> Result<(), StoreError> {
        let row = self.persons().filter(Column::Id.eq(from.as_uuid())).one(&self.db()).await?;
        let ways = self.opened_one(row, |safe, row| Ok((openid(safe, row)?, sign_in_phone(safe, row)?))).await?;
        let Some((openid, phone)) = ways else { return Ok(()) };
        self.shut_ways_in(from).await?;
        if let Some(openid) = openid {
            self.set_openid(to, &openid).await?;
            self.move_credits(from, to).await?;
        }
        match phone {
            Some(phone) => self.set_sign_in_phone(to, &phone).await,
            None => Ok(()),
        }
    }
}

fn sign_in_phone(safe: &Safe<'_>, row: &person_row::Model) -> Result<Option<Phone>, StoreError> {
    parsed(safe.open_if_any(SIGN_IN_PHONE, &RowId::of(row.id), row.sign_in_phone.as_deref())?)
}
