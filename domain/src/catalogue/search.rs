//! Finding an item as a villager asks for it: by name, by what people call it, by pinyin or initials, with a wrong character,
//! in a whole sentence. One immutable index beside the catalogue it was built from, swapped with it.
//! Every reading of a character with several counts (重 is zhong and chong), so that no list of exceptions is needed.
//! Order: rank, then how close, then code. The same query always gives the same order.

mod key;
mod pinyin;
mod rank;

use std::sync::Arc;

use self::key::{Key, Query};
use self::rank::Score;
use crate::catalogue::{Catalogue, ItemKind, Listed, Prohibited, Topic};

/// How many prohibited certificates an answer names: "证明" alone means none of them in particular.
const PROHIBITED_SHOWN_MAX: usize = 3;

/// Which items are wanted; none means all.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Filter {
    pub kind: Option<ItemKind>,
    pub topic: Option<Topic>,
}

/// What a query finds, best first. A query of nothing finds all items, by code.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found {
    pub items: Vec<Arc<Listed>>,
    /// Certificates asked for that no village may issue, with where to go instead.
    pub prohibited: Vec<Arc<Prohibited>>,
}

#[derive(Debug, Clone, Default)]
pub struct SearchIndex {
    items: Vec<(Arc<Listed>, Vec<Key>)>,
    prohibited: Vec<(Arc<Prohibited>, Vec<Key>)>,
}

impl SearchIndex {
    pub fn build(catalogue: &Catalogue, prohibited: &[Prohibited]) -> Self {
        let items = catalogue.items().map(|listed| (Arc::clone(listed), Key::all(&listed.item.name, &listed.item.aliases)));
        let prohibited = prohibited.iter().map(|entry| (Arc::new(entry.clone()), Key::all(&entry.name, &entry.aliases)));
        Self { items: items.collect(), prohibited: prohibited.collect() }
    }

    pub fn search(&self, query: &str, filter: Filter) -> Found {
        let query = Query::new(query);
        if query.is_empty() {
            let items = self.items.iter().map(|(listed, _)| listed).filter(|listed| filter.takes(listed)).cloned();
            return Found { items: items.collect(), prohibited: Vec::new() };
        }
        let strict = self.matching(&query, filter, rank::strict);
        let found = if strict.is_certain() { strict } else { self.matching(&query, filter, rank::strict_or_forgiving) };
        found.in_order()
    }

    fn matching(&self, query: &Query, filter: Filter, score: fn(&Query, &Key) -> Option<Score>) -> Scored<'_> {
        let best = |keys: &[Key]| keys.iter().filter_map(|key| score(query, key)).min();
        let items = self.items.iter().filter(|(listed, _)| filter.takes(listed));
        let prohibited = self.prohibited.iter().filter(|_| filter.takes_prohibited());
        Scored {
            items: items.filter_map(|(listed, keys)| Some((best(keys)?, listed))).collect(),
            prohibited: prohibited.filter_map(|(entry, keys)| Some((best(keys)?, entry))).collect(),
        }
    }
}

/// What matches, by code still, each with its score.
struct Scored<'a> {
    items: Vec<(Score, &'a Arc<Listed>)>,
    prohibited: Vec<(Score, &'a Arc<Prohibited>)>,
}

impl Scored<'_> {
    fn is_certain(&self) -> bool {
        let scores = self.items.iter().map(|(score, _)| score).chain(self.prohibited.iter().map(|(score, _)| score));
        scores.min().is_some_and(Score::is_certain)
    }

    fn in_order(self) -> Found {
        let mut prohibited = in_order(self.prohibited);
        prohibited.truncate(PROHIBITED_SHOWN_MAX);
        Found { items: in_order(self.items), prohibited }
    }
}

/// By score; those of one score keep the order of the catalogue.
fn in_order<T>(mut scored: Vec<(Score, &Arc<T>)>) -> Vec<Arc<T>> {
    scored.sort_by_key(|(score, _)| *score);
    scored.into_iter().map(|(_, found)| Arc::clone(found)).collect()
}

impl Filter {
    fn takes(self, listed: &Listed) -> bool {
        self.kind.is_none_or(|kind| kind == listed.item.kind()) && self.topic.is_none_or(|topic| topic == listed.item.topic)
    }

    /// A prohibited certificate has no topic; who looks for services only isn't asking for one.
    fn takes_prohibited(self) -> bool {
        self.topic.is_none() && self.kind.is_none_or(|kind| kind == ItemKind::Certificate)
    }
}

#[cfg(test)]
mod tests;
