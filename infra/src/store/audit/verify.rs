//! Walks the chain and names the first entry that doesn't fit.
//!
//! What it finds: any column changed, an entry taken out or put in, entries swapped, the end cut off. What it can't find by itself:
//! a chain that somebody with the rights of the database's owner wrote anew from some entry on, with its head. Against that, the
//! head is told, to be noted somewhere else; `noted` is such a note from earlier.

use std::fmt;

use sea_orm::sea_query::{Alias, Asterisk, Order, Query};
use sea_orm::{ConnectionTrait, FromQueryResult, QueryResult, entity::prelude::*};

use super::super::{StoreError, View};
use super::row::{Column, Entity, Model};

const ROWS_AT_ONCE: u64 = 1000;

/// The last entry of a chain: its number and its hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditHead {
    pub seq: u64,
    pub hash: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    Whole(AuditHead),
    Broken {
        /// The first bad entry.
        seq: u64,
        flaw: Flaw,
    },
}

/// What is wrong with an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flaw {
    Missing,
    Unreadable,
    HashDiffers,
    PrevDiffers,
    /// There are entries, and no head that names the last.
    NoHead,
    /// The head names it with another hash.
    HeadDiffers,
    /// The head ends before it.
    BeyondHead,
    /// It was noted with another hash.
    NotAsNoted,
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Flaw::Missing => "it is missing",
            Flaw::Unreadable => "a column of it can't be read",
            Flaw::HashDiffers => "its hash doesn't fit what it holds",
            Flaw::PrevDiffers => "it doesn't follow the entry before it",
            Flaw::NoHead => "the head of the chain is missing",
            Flaw::HeadDiffers => "the head of the chain names it with another hash",
            Flaw::BeyondHead => "the head of the chain ends before it",
            Flaw::NotAsNoted => "it was noted with another hash",
        })
    }
}

/// How far the walk came.
struct Walk {
    seq: i64,
    hash: String,
}

impl View {
    /// Whether the whole log of the district is as it was written. `noted` is a head that was told earlier.
    pub async fn verify_audit(&self, noted: Option<&AuditHead>) -> Result<Verdict, StoreError> {
        let mut walk = Walk { seq: 0, hash: String::new() };
        loop {
            if let Some(broken) = self.walk_on(&mut walk, noted).await? {
                return Ok(broken);
            }
            // Read after the rows: meanwhile the log may have gone on, and then the walk does.
            let head = self.head().await?;
            match head {
                None if walk.seq == 0 => return Ok(Verdict::Whole(walk.head())),
                None => return Ok(broken(walk.seq, Flaw::NoHead)),
                Some(head) if head.seq < walk.seq => return Ok(broken(head.seq + 1, Flaw::BeyondHead)),
                Some(head) if head.seq == walk.seq && head.hash == walk.hash => return Ok(walk.end(noted)),
                Some(head) if head.seq == walk.seq => return Ok(broken(walk.seq, Flaw::HeadDiffers)),
                Some(_) if self.rows_after(walk.seq).await?.is_empty() => return Ok(broken(walk.seq + 1, Flaw::Missing)),
                Some(_) => {}
            }
        }
    }

    /// Walks to the last row there is.
    async fn walk_on(&self, walk: &mut Walk, noted: Option<&AuditHead>) -> Result<Option<Verdict>, StoreError> {
        loop {
            let rows = self.rows_after(walk.seq).await?;
            if rows.is_empty() {
                return Ok(None);
            }
            for row in &rows {
                if let Err((seq, flaw)) = walk.step(row, noted) {
                    return Ok(Some(broken(seq, flaw)));
                }
            }
        }
    }

    /// As they stand, not yet read as rows: a value of the wrong kind is a flaw of its row, not a failure of the whole.
    async fn rows_after(&self, seq: i64) -> Result<Vec<QueryResult>, StoreError> {
        let select = Query::select()
            .column(Asterisk)
            .expr_as(Column::Seq.into_expr(), Alias::new("place"))
            .from(Entity)
            .and_where(Column::District.eq(self.district().as_str()))
            .and_where(Column::Seq.gt(seq))
            .order_by(Column::Seq, Order::Asc)
            .limit(ROWS_AT_ONCE)
            .to_owned();
        Ok(self.db().query_all(&select).await?)
    }
}

impl Walk {
    fn step(&mut self, row: &QueryResult, noted: Option<&AuditHead>) -> Result<(), (i64, Flaw)> {
        let due = self.seq + 1;
        let place: i64 = row.try_get("", "place").map_err(|_| (due, Flaw::Unreadable))?;
        if place != due {
            return Err((due, Flaw::Missing));
        }
        let row = Model::from_query_result(row, "").map_err(|_| (due, Flaw::Unreadable))?;
        if row.prev != self.hash {
            return Err((due, Flaw::PrevDiffers));
        }
        if !row.fits_its_hash() {
            return Err((due, Flaw::HashDiffers));
        }
        if noted.is_some_and(|noted| number(due) == noted.seq && row.hash != noted.hash) {
            return Err((due, Flaw::NotAsNoted));
        }
        *self = Walk { seq: due, hash: row.hash };
        Ok(())
    }

    fn head(&self) -> AuditHead {
        AuditHead { seq: number(self.seq), hash: self.hash.clone() }
    }

    /// A log that ends before what was noted of it was cut off.
    fn end(&self, noted: Option<&AuditHead>) -> Verdict {
        match noted {
            Some(noted) if noted.seq > number(self.seq) => broken(self.seq + 1, Flaw::Missing),
            Some(_) | None => Verdict::Whole(self.head()),
        }
    }
}

fn broken(seq: i64, flaw: Flaw) -> Verdict {
    Verdict::Broken { seq: number(seq), flaw }
}

fn number(seq: i64) -> u64 {
    u64::try_from(seq).unwrap_or_default()
}
