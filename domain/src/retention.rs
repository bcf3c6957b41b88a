//! How long personal data are kept (保存期限), and whether somebody may have theirs erased now.
//!
//! What the law makes us keep outweighs an erasure; it is then kept, and nothing else is done with it (个人信息保护法 19, 47).
//! Units: whole years and calendar days, local time. Sources: 机关文件材料归档范围和文书档案保管期限规定 (国家档案局令第8号: 10 or 30
//! years, or for good); a certificate's check page answers as long as the certificate says that it is valid.

use chrono::{Months, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::time::{Timestamp, local_date};

/// How long a district keeps what it has to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// Whole years after the day on which a case ended.
    pub case_years: u16,
}

/// To which day a thing is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum KeptUntil {
    Day(NaiveDate),
    /// For good.
    Ever,
}

/// How long a certificate says that it is valid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Validity {
    /// There is no certificate.
    None,
    /// With its last day.
    Until(NaiveDate),
    /// It doesn't expire.
    Ever,
}

/// The last day on which the file of a case is kept that ended at `ended`.
pub fn case_file_kept_until(ended: Timestamp, certificate: Validity, terms: Terms) -> KeptUntil {
    let months = Months::new(u32::from(terms.case_years) * 12);
    let term = local_date(ended).checked_add_months(months).map_or(KeptUntil::Ever, KeptUntil::Day);
    match certificate {
        Validity::None => term,
        Validity::Until(last) => term.max(KeptUntil::Day(last)),
        Validity::Ever => KeptUntil::Ever,
    }
}

impl KeptUntil {
    pub fn is_over(self, today: NaiveDate) -> bool {
        match self {
            KeptUntil::Day(last) => last < today,
            KeptUntil::Ever => false,
        }
    }
}

/// Why nothing of a person can be erased yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum StillNeeded {
    /// Cases that they have part in aren't at their end.
    #[error("a case of theirs isn't at its end")]
    OpenCase,
    /// Their account as staff is open: who holds an office answers for it.
    #[error("they hold an account as staff")]
    Account,
}

/// Whether a person's data may be erased now, as far as no case's file needs them.
pub fn may_erase(cases_ended_at: impl IntoIterator<Item = Option<Timestamp>>, holds_account: bool) -> Result<(), StillNeeded> {
    if cases_ended_at.into_iter().any(|ended| ended.is_none()) {
        return Err(StillNeeded::OpenCase);
    }
    if holds_account { Err(StillNeeded::Account) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use chrono::{TimeZone, Utc};
    use proptest::prelude::*;

    use super::*;

    const TERMS: Terms = Terms { case_years: 10 };

    fn day(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).unwrap()
    }

    fn noon(date: NaiveDate) -> Timestamp {
        Utc.from_utc_datetime(&date.and_hms_opt(4, 0, 0).unwrap())
    }

    #[test]
    fn a_file_is_kept_for_the_whole_of_its_last_day() {
        let kept = case_file_kept_until(noon(day(2026, 7, 1)), Validity::None, TERMS);
        assert_eq!(kept, KeptUntil::Day(day(2036, 7, 1)));
        assert!(!kept.is_over(day(2036, 7, 1)) && kept.is_over(day(2036, 7, 2)));
    }

    #[test]
    fn the_day_is_the_local_one() {
        let late = Utc.with_ymd_and_hms(2026, 6, 30, 16, 30, 0).unwrap();
        assert_eq!(case_file_kept_until(late, Validity::None, TERMS), KeptUntil::Day(day(2036, 7, 1)));
    }

    #[test]
    fn the_twenty_ninth_of_february_ends_with_the_month() {
        let terms = Terms { case_years: 1 };
        assert_eq!(case_file_kept_until(noon(day(2028, 2, 29)), Validity::None, terms), KeptUntil::Day(day(2029, 2, 28)));
    }

    #[test]
    fn a_certificate_that_does_not_expire_is_kept_for_good() {
        assert_eq!(case_file_kept_until(noon(day(2026, 7, 1)), Validity::Ever, TERMS), KeptUntil::Ever);
        assert!(!KeptUntil::Ever.is_over(NaiveDate::MAX));
    }

    #[test]
    fn who_has_an_open_case_or_an_office_waits() {
        let ended = Some(noon(day(2026, 7, 1)));
        assert_eq!(may_erase([ended, ended], false), Ok(()));
        assert_eq!(may_erase([], false), Ok(()));
        assert_eq!(may_erase([ended, None], true), Err(StillNeeded::OpenCase));
        assert_eq!(may_erase([ended], true), Err(StillNeeded::Account));
    }

    proptest! {
        #[test]
        fn a_file_is_kept_as_long_as_the_term_and_the_certificate_say(
            ended in 0i64..4_000_000_000, years in 0u16..100, valid_days in 0u64..40_000,
        ) {
            let ended = Timestamp::from_timestamp(ended, 0).unwrap();
            let (terms, last) = (Terms { case_years: years }, local_date(ended) + chrono::Days::new(valid_days));
            let bare = case_file_kept_until(ended, Validity::None, terms);
            let kept = case_file_kept_until(ended, Validity::Until(last), terms);
            prop_assert!(kept >= bare && kept >= KeptUntil::Day(last));
            prop_assert!(kept == bare || kept == KeptUntil::Day(last));
            let longer = Terms { case_years: years + 1 };
            prop_assert!(case_file_kept_until(ended, Validity::None, longer) > bare);
        }
    }
}
