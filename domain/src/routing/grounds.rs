//! The grounds for special handling (特需特办) and the evidence that each takes. Which grounds a district honours is data.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ground {
    EightyAndOver,
    Disabled,
    BedriddenOrInHospital,
    LatePregnancy,
    BereavedWithinTheWeek,
    /// Not being able to leave home, for whatever cause.
    CannotLeaveHome,
}

impl Ground {
    pub const ALL: [Ground; 6] = [
        Ground::EightyAndOver,
        Ground::Disabled,
        Ground::BedriddenOrInHospital,
        Ground::LatePregnancy,
        Ground::BereavedWithinTheWeek,
        Ground::CannotLeaveHome,
    ];
}

/// A paper that shows a ground; any one of a ground's papers will do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Evidence {
    /// 居民身份证
    IdCard,
    /// 残疾人证
    DisabilityCard,
    /// 住院证明或诊断证明
    HospitalStatement,
    /// 孕产妇保健手册
    MaternityRecord,
    /// 死亡证明
    DeathCertificate,
    /// 村（社区）网格员核实
    GridWorkerStatement,
}

/// The grounds that a district honours, each with the papers of which one must be shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Grounds(BTreeMap<Ground, Vec<Evidence>>);

impl Grounds {
    pub fn new(terms: impl IntoIterator<Item = (Ground, Vec<Evidence>)>) -> Self {
        Self(terms.into_iter().collect())
    }

    /// What shows `ground`; none where the district doesn't honour it.
    pub fn evidence(&self, ground: Ground) -> Option<&[Evidence]> {
        self.0.get(&ground).map(Vec::as_slice)
    }

    pub fn iter(&self) -> impl Iterator<Item = (Ground, &[Evidence])> {
        self.0.iter().map(|(ground, evidence)| (*ground, evidence.as_slice()))
    }
}

impl Default for Grounds {
    fn default() -> Self {
        Self::new([
            (Ground::EightyAndOver, vec![Evidence::IdCard]),
            (Ground::Disabled, vec![Evidence::DisabilityCard]),
            (Ground::BedriddenOrInHospital, vec![Evidence::HospitalStatement, Evidence::GridWorkerStatement]),
            (Ground::LatePregnancy, vec![Evidence::MaternityRecord, Evidence::HospitalStatement]),
            (Ground::BereavedWithinTheWeek, vec![Evidence::DeathCertificate, Evidence::GridWorkerStatement]),
            (Ground::CannotLeaveHome, vec![Evidence::GridWorkerStatement, Evidence::HospitalStatement, Evidence::DisabilityCard]),
        ])
    }
}
