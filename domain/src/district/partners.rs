//! Stations of other districts that take some of our items in for people who are there (异地可办).

use std::collections::BTreeSet;
use std::sync::Arc;

use rstar::RTree;
use rstar::primitives::GeomWithData;
use serde::{Deserialize, Serialize};

use super::{Opening, Place};
use crate::ids::{DistrictCode, ItemCode, StationCode};

/// A partner station; a district may have several.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Partner {
    /// Its district is that of the code.
    pub code: StationCode,
    /// The district's name.
    pub name: String,
    /// The counter's.
    pub station_name: String,
    pub place: Place,
    pub items: Arc<BTreeSet<ItemCode>>,
    /// Empty: those of the settings for partners.
    pub hours: Arc<[Opening]>,
}

/// What is wrong with partner stations.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadPartner {
    #[error("partner station {0} stands twice")]
    Twice(StationCode),
    #[error("partner station {0} has opening hours that end before they begin, or on no weekday")]
    BadHours(StationCode),
}

/// All partner stations, by code and by place. The districts of a country share one of these.
#[derive(Debug, Clone)]
pub struct Partners {
    by_code: Vec<Partner>,
    by_place: RTree<GeomWithData<[f64; 3], u32>>,
}

impl Partners {
    /// The partners with the index over them.
    pub fn new(mut partners: Vec<Partner>) -> Result<Self, BadPartner> {
        partners.sort_by(|a, b| a.code.cmp(&b.code));
        if let Some(twice) = partners.iter().zip(partners.iter().skip(1)).find(|(a, b)| a.code == b.code) {
            return Err(BadPartner::Twice(twice.0.code.clone()));
        }
        if let Some(bad) = partners.iter().find(|partner| !partner.hours.iter().all(Opening::is_valid)) {
            return Err(BadPartner::BadHours(bad.code.clone()));
        }
        let places = (0..).zip(&partners).map(|(at, partner)| GeomWithData::new(partner.place.direction().0, at)).collect();
        Ok(Self { by_place: RTree::bulk_load(places), by_code: partners })
    }

    /// All, by code.
    pub fn iter(&self) -> impl Iterator<Item = &Partner> {
        self.by_code.iter()
    }

    pub fn get(&self, code: &StationCode) -> Option<&Partner> {
        let at = self.by_code.binary_search_by(|partner| partner.code.cmp(code)).ok()?;
        self.by_code.get(at)
    }

    /// Those of a district, by code.
    pub fn of_district(&self, district: &DistrictCode) -> &[Partner] {
        let from = self.by_code.partition_point(|partner| partner.code.district() < *district);
        let to = self.by_code.partition_point(|partner| partner.code.district() <= *district);
        self.by_code.get(from..to).unwrap_or_default()
    }

    /// Those within `km` of `place` on the air line.
    pub fn within(&self, place: Place, km: f64) -> impl Iterator<Item = &Partner> {
        let reach = super::Direction::chord2_of(km);
        let near = self.by_place.locate_within_distance(place.direction().0, reach);
        near.filter_map(|spot| self.by_code.get(usize::try_from(spot.data).unwrap_or(usize::MAX)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn partner(code: &str, hours: &[(&[u8], &str, &str)]) -> Partner {
        let opening = |(days, open, close): &(&[u8], &str, &str)| Opening {
            days: days.to_vec(),
            open: open.parse().unwrap(),
            close: close.parse().unwrap(),
        };
        Partner {
            code: code.parse().unwrap(),
            name: "演示·海湾区".to_owned(),
            station_name: "海湾区政务服务中心".to_owned(),
            place: Place { lat: 22.3, lng: 113.5 },
            items: Arc::default(),
            hours: hours.iter().map(opening).collect(),
        }
    }

    #[test]
    fn a_partner_whose_hours_end_before_they_begin_or_name_no_weekday_is_refused() {
        let whole: (&[u8], &str, &str) = (&[1, 2, 3], "09:00:00", "17:00:00");
        let code = "440499000000-01";
        for bad in [(&[1, 2][..], "17:00:00", "09:00:00"), (&[][..], "09:00:00", "17:00:00"), (&[8][..], "09:00:00", "17:00:00")] {
            let refused = Partners::new(vec![partner("440499000000-02", &[whole]), partner(code, &[whole, bad])]);
            assert_eq!(refused.err(), Some(BadPartner::BadHours(code.parse().unwrap())), "{bad:?}");
        }
        assert!(Partners::new(vec![partner(code, &[whole]), partner("440499000000-02", &[])]).is_ok());
    }

    #[test]
    fn a_partner_that_stands_twice_is_refused() {
        let code = "440499000000-01";
        let refused = Partners::new(vec![partner(code, &[]), partner(code, &[])]);
        assert_eq!(refused.err(), Some(BadPartner::Twice(code.parse().unwrap())));
    }
}
