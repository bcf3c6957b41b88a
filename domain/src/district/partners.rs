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

/// All partner stations, by code and by place. The districts of a country share one of these.
#[derive(Debug, Clone)]
pub struct Partners {
    by_code: Vec<Partner>,
    by_place: RTree<GeomWithData<[f64; 3], u32>>,
}

impl Partners {
    /// The partners with the index over them, or a code that stands twice.
    pub fn new(mut partners: Vec<Partner>) -> Result<Self, StationCode> {
        partners.sort_by(|a, b| a.code.cmp(&b.code));
        if let Some(twice) = partners.iter().zip(partners.iter().skip(1)).find(|(a, b)| a.code == b.code) {
            return Err(twice.0.code.clone());
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
