//! Places on the earth, and how far apart they are.

use serde::{Deserialize, Serialize};

const EARTH_RADIUS_KM: f64 = 6371.0088;

/// A point on the earth, WGS-84 degrees.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Place {
    pub lat: f64,
    pub lng: f64,
}

impl Place {
    /// Great-circle distance in kilometres (mean earth radius).
    pub fn distance_km(self, other: Place) -> f64 {
        self.direction().distance_km(other.direction())
    }

    pub(crate) fn direction(self) -> Direction {
        let (lat, lng) = (self.lat.to_radians(), self.lng.to_radians());
        Direction([lat.cos() * lng.cos(), lat.cos() * lng.sin(), lat.sin()])
    }
}

/// A place as seen from the middle of the earth, a vector of length 1: the chord between two of them grows with their distance,
/// so that the nearest is found without an angle.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Direction(pub [f64; 3]);

impl Direction {
    pub fn distance_km(self, other: Direction) -> f64 {
        2.0 * EARTH_RADIUS_KM * (self.chord2(other).sqrt() / 2.0).min(1.0).asin()
    }

    /// The square of the chord to `other`.
    pub fn chord2(self, other: Direction) -> f64 {
        let ([a, b, c], [x, y, z]) = (self.0, other.0);
        (a - x) * (a - x) + (b - y) * (b - y) + (c - z) * (c - z)
    }

    /// The square of the chord that spans `km` on the ground.
    pub fn chord2_of(km: f64) -> f64 {
        Self::chord_of(km) * Self::chord_of(km)
    }

    /// The chord that spans `km` on the ground.
    pub fn chord_of(km: f64) -> f64 {
        2.0 * (km / (2.0 * EARTH_RADIUS_KM)).clamp(0.0, std::f64::consts::FRAC_PI_2).sin()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_degree_of_latitude_is_about_a_hundred_and_eleven_kilometres() {
        let distance = Place { lat: 30.0, lng: 104.0 }.distance_km(Place { lat: 31.0, lng: 104.0 });
        assert!((distance - 111.2).abs() < 0.1, "{distance}");
    }

    #[test]
    fn a_chord_and_its_distance_say_the_same() {
        let chord2 = Place { lat: 30.0, lng: 104.0 }.direction().chord2(Place { lat: 30.0, lng: 104.5 }.direction());
        let km = Place { lat: 30.0, lng: 104.0 }.distance_km(Place { lat: 30.0, lng: 104.5 });
        assert!((Direction::chord2_of(km) - chord2).abs() < 1e-12);
    }
}
