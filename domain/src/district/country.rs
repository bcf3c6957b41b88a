//! The districts of a country as one snapshot: each its own map, with the partners and the sets that they have in common held once.

use std::sync::Arc;

use super::DistrictMap;
use crate::ids::DistrictCode;

/// By district code. A change to one district is a new country that shares all the others.
#[derive(Debug, Clone, Default)]
pub struct Country {
    districts: Vec<Arc<DistrictMap>>,
}

impl Country {
    pub fn new(districts: impl IntoIterator<Item = DistrictMap>) -> Self {
        let mut districts: Vec<_> = districts.into_iter().map(Arc::new).collect();
        districts.sort_by(|a, b| a.code.cmp(&b.code));
        Self { districts }
    }

    pub fn district(&self, code: &DistrictCode) -> Option<&DistrictMap> {
        let at = self.districts.binary_search_by(|district| district.code.cmp(code)).ok()?;
        self.districts.get(at).map(AsRef::as_ref)
    }

    /// The country with `district` as it is now.
    pub fn with(&self, district: DistrictMap) -> Self {
        let mut districts = self.districts.clone();
        let at = districts.binary_search_by(|other| other.code.cmp(&district.code));
        match at {
            Ok(at) => districts.splice(at..=at, [Arc::new(district)]).for_each(drop),
            Err(at) => districts.insert(at, Arc::new(district)),
        }
        Self { districts }
    }

    pub fn districts(&self) -> impl Iterator<Item = &DistrictMap> {
        self.districts.iter().map(AsRef::as_ref)
    }
}
