//! Reviews counted by the database, in one statement: by station, item or clerk, for the cases that ended in a time.

use domain::evaluation::Satisfaction;
use domain::evaluation::figures::{Answer, Silence, Tally};
use domain::evaluation::rectification::Timeliness;
use domain::ids::{ItemCode, PersonId, StationCode};
use domain::time::Timestamp;
use sea_orm::{ConnectionTrait, QueryResult, Statement, Value};
use uuid::Uuid;

use super::rectifications::{EXCLUDED, TABLE};
use crate::store::words::from_word;
use crate::store::{StoreError, View};

/// From the first instant up to, and without, the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    pub from: Timestamp,
    pub to: Timestamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    Station,
    Item,
    /// Each of those who handled a case counts it.
    Clerk,
}

/// What a figure is of.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    Station(StationCode),
    Item(ItemCode),
    Clerk(PersonId),
}

/// Which cases are counted, and how.
#[derive(Debug, Clone)]
pub struct Counted {
    pub by: By,
    pub period: Period,
    /// Those that a station took in.
    pub station: Option<StationCode>,
    /// Those that one person handled.
    pub clerk: Option<PersonId>,
    /// None that this person handled.
    pub not_by: Option<PersonId>,
    /// Not those of these items.
    pub not_of: Vec<ItemCode>,
    /// Silence about what ended before counts as praise, where a local rule says so.
    pub praised_before: Option<Timestamp>,
    /// What was reviewed since counts as silent; none where every review counts.
    pub reviewed_before: Option<Timestamp>,
}

struct Sql {
    text: String,
    values: Vec<Value>,
}

impl Sql {
    fn bind(&mut self, value: impl Into<Value>) -> String {
        self.values.push(value.into());
        format!("${}", self.values.len())
    }
}

impl View {
    pub async fn tallies(&self, counted: &Counted) -> Result<Vec<(Part, Tally)>, StoreError> {
        let Sql { text, values } = self.counting(counted);
        let statement = Statement::from_sql_and_values(self.db().get_database_backend(), text, values);
        self.db().query_all_raw(statement).await?.iter().map(|row| tally(row, counted.by)).collect()
    }

    fn counting(&self, counted: &Counted) -> Sql {
        let mut sql = Sql { text: String::new(), values: vec![self.district().as_str().into()] };
        let part = match counted.by {
            By::Station => "c.accepting",
            By::Item => "c.item",
            By::Clerk => "h.person",
        };
        let long = match counted.praised_before {
            Some(before) => format!("CASE WHEN c.ended_at < {} THEN 1 ELSE 0 END", sql.bind(before)),
            None => "0".to_owned(),
        };
        let handlers = match (counted.by, counted.clerk) {
            (By::Station | By::Item, None) => "",
            (By::Clerk, _) | (_, Some(_)) => "JOIN case_handlers h ON h.district = c.district AND h.case_id = c.id",
        };
        let known = match counted.reviewed_before {
            Some(before) => format!(" AND e.at < {}", sql.bind(before)),
            None => String::new(),
        };
        let (from, to) = (sql.bind(counted.period.from), sql.bind(counted.period.to));
        let mut which = String::new();
        if let Some(station) = &counted.station {
            which += &format!(" AND c.accepting = {}", sql.bind(station.as_str()));
        }
        if let Some(clerk) = counted.clerk {
            which += &format!(" AND h.person = {}", sql.bind(clerk.as_uuid()));
        }
        if let Some(person) = counted.not_by {
            let theirs = "SELECT 1 FROM case_handlers own WHERE own.district = c.district AND own.case_id = c.id AND own.person";
            which += &format!(" AND NOT EXISTS ({theirs} = {})", sql.bind(person.as_uuid()));
        }
        if !counted.not_of.is_empty() {
            let items: Vec<_> = counted.not_of.iter().map(|item| sql.bind(item.as_str())).collect();
            which += &format!(" AND c.item NOT IN ({})", items.join(", "));
        }
        sql.text = format!(
            "SELECT part, long_ago, level, state, timeliness, COUNT(*) AS cases FROM (\
             SELECT {part} AS part, {long} AS long_ago, e.level AS level, r.state AS state, r.timeliness AS timeliness \
             FROM cases c {handlers} \
             LEFT JOIN evaluations e ON e.district = c.district AND e.case_id = c.id{known} \
             LEFT JOIN rectifications r ON r.district = c.district AND r.case_id = c.id \
             WHERE c.district = $1 AND c.ended_at >= {from} AND c.ended_at < {to} AND c.outcome <> 'withdrawn'{which}) AS one \
             GROUP BY part, long_ago, level, state, timeliness"
        );
        sql
    }
}

fn tally(row: &QueryResult, by: By) -> Result<(Part, Tally), StoreError> {
    let part = match by {
        By::Station => Part::Station(code(row)?),
        By::Item => Part::Item(code(row)?),
        By::Clerk => Part::Clerk(PersonId::new(row.try_get::<Uuid>("", "part")?)),
    };
    let cases: i64 = row.try_get("", "cases")?;
    Ok((part, Tally { answer: answer(row)?, cases: u64::try_from(cases).unwrap_or_default() }))
}

fn code<T: std::str::FromStr<Err = domain::ids::BadCode>>(row: &QueryResult) -> Result<T, StoreError> {
    row.try_get::<String>("", "part")?.parse().map_err(|error| StoreError::corrupt("cases", error))
}

fn answer(row: &QueryResult) -> Result<Answer, StoreError> {
    let word = |column| row.try_get::<Option<String>>("", column);
    let level = word("level")?.map(|level| from_word::<Satisfaction>("evaluations", level)).transpose()?;
    let timeliness = word("timeliness")?.map(|timeliness| from_word::<Timeliness>(TABLE, timeliness)).transpose()?;
    Ok(match (level, word("state")?) {
        (None, _) if row.try_get::<i32>("", "long_ago")? == 1 => Answer::Silent(Silence::TakenForPraise),
        (None, _) => Answer::Silent(Silence::Short),
        (Some(_), Some(state)) if state == EXCLUDED => Answer::Excluded,
        (Some(level), Some(_)) => Answer::Bad(level, timeliness),
        (Some(level), None) => Answer::Reviewed(level),
    })
}
