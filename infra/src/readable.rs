//! Secrets that people read out, copy from paper and type: made by chance, of letters and digits that nobody mistakes for others.

use rand::seq::IndexedRandom;

/// Without `0`, `o`, `1`, `i` and `l`; five bits each, nearly.
pub(crate) const LETTERS: &[u8; 31] = b"abcdefghjkmnpqrstuvwxyz23456789";

/// As many groups of as many letters, joined by hyphens.
pub(crate) fn groups(groups: usize, letters: usize) -> String {
    let mut chance = rand::rng();
    let mut group = || (0..letters).filter_map(|_| LETTERS.choose(&mut chance)).map(|letter| char::from(*letter)).collect::<String>();
    (0..groups).map(|_| group()).collect::<Vec<_>>().join("-")
}
