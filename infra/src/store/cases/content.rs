//! What may be erased one day: what the applicant answered, and what staff noted.

use std::collections::{BTreeMap, BTreeSet};

use domain::case::Note;
use domain::catalogue::Answers;
use domain::ids::{AccountId, CaseId, NoteId};
use domain::time::Timestamp;
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Expr;

use super::rows::{answers_row, note_row};
use crate::store::sealed::Safe;
use crate::store::{StoreError, Tx, View};
use crate::vault::{Column as Sealed, RowId};

const ANSWERS: Sealed = Sealed::new("case_answers", "content");
const NOTE: Sealed = Sealed::new("notes", "content");

impl View {
    pub async fn answers(&self, case: CaseId) -> Result<Answers, StoreError> {
        let row = self.of(answers_row::Entity::find(), answers_row::Column::District);
        let row = row.filter(answers_row::Column::CaseId.eq(case.as_uuid())).one(&self.db()).await?;
        let answers = self.opened_one(row, |safe, row| safe.open_json(ANSWERS, &RowId::of(row.case_id), &row.content));
        Ok(answers.await?.unwrap_or_default())
    }

    pub async fn note(&self, id: NoteId) -> Result<Option<Note>, StoreError> {
        let row = self.of(note_row::Entity::find(), note_row::Column::District).filter(note_row::Column::Id.eq(id.as_uuid()));
        let row = row.one(&self.db()).await?;
        self.opened_one(row, |safe, row| safe.open_json(NOTE, &RowId::of(row.id), &row.content)).await
    }

    /// The words of these notes, where they are plain words and still there.
    pub async fn texts_of(&self, notes: &BTreeSet<NoteId>) -> Result<BTreeMap<NoteId, String>, StoreError> {
        let rows = self.of(note_row::Entity::find(), note_row::Column::District);
        let rows = rows.filter(note_row::Column::Id.is_in(notes.iter().map(|note| note.as_uuid()))).all(&self.db()).await?;
        let read = |safe: &Safe<'_>, row: &note_row::Model| {
            Ok((NoteId::new(row.id), safe.open_json::<Note>(NOTE, &RowId::of(row.id), &row.content)?))
        };
        let notes = self.opened(&rows, read).await?.into_iter();
        let texts = notes.filter_map(|(id, note)| match note {
            Note::Text { text } => Some((id, text)),
            Note::Supplement { .. } | Note::NotAccepted { .. } | Note::Refused { .. } => None,
        });
        Ok(texts.collect())
    }
}

impl Tx {
    pub(super) async fn insert_answers(&self, case: CaseId, answers: &Answers) -> Result<(), StoreError> {
        let row = answers_row::ActiveModel {
            district: Set(self.district().to_string()),
            case_id: Set(case.as_uuid()),
            content: Set(self.safe().seal_json(ANSWERS, &RowId::of(case.as_uuid()), answers)?),
        };
        answers_row::Entity::insert(row).exec_without_returning(&self.db()).await?;
        Ok(())
    }

    /// Puts what a station knows beside what the applicant answered.
    pub async fn save_answers(&self, case: CaseId, answers: &Answers) -> Result<(), StoreError> {
        answers_row::Entity::update_many()
            .col_expr(answers_row::Column::Content, Expr::value(self.safe().seal_json(ANSWERS, &RowId::of(case.as_uuid()), answers)?))
            .filter(answers_row::Column::District.eq(self.district().as_str()))
            .filter(answers_row::Column::CaseId.eq(case.as_uuid()))
            .exec(&self.db())
            .await?;
        Ok(())
    }

    pub async fn add_note(&self, id: NoteId, case: CaseId, author: AccountId, note: &Note, at: Timestamp) -> Result<(), StoreError> {
        let row = note_row::ActiveModel {
            district: Set(self.district().to_string()),
            id: Set(id.as_uuid()),
            case_id: Set(case.as_uuid()),
            author: Set(author.as_uuid()),
            content: Set(self.safe().seal_json(NOTE, &RowId::of(id.as_uuid()), note)?),
            at: Set(at),
        };
        note_row::Entity::insert(row).exec_without_returning(&self.db()).await?;
        Ok(())
    }
}
