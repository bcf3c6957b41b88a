//! What items say of each other: the items named are there, nothing waits for itself, no two of a kind share a name.

use std::collections::{BTreeMap, BTreeSet};

use crate::catalogue::fault::{Fault, Why};
use crate::catalogue::{Item, ItemKind};
use crate::ids::ItemCode;

/// The items that were read, and the codes of all that stand in the files: one that is broken in itself is still there.
pub(super) struct Together<'a> {
    items: BTreeMap<&'a ItemCode, &'a Item>,
    codes: &'a BTreeSet<ItemCode>,
}

impl<'a> Together<'a> {
    pub(super) fn new(items: impl IntoIterator<Item = &'a Item>, codes: &'a BTreeSet<ItemCode>) -> Self {
        Self { items: items.into_iter().map(|item| (&item.code, item)).collect(), codes }
    }

    pub(super) fn faults(&self) -> Vec<Fault> {
        let mut faults = Vec::new();
        let mut names = BTreeSet::new();
        for item in self.items.values() {
            if !names.insert((item.kind(), &item.name)) {
                faults.push(fault(item, "name", Why::Twice(item.name.clone())));
            }
            self.check_after(item, &mut faults);
            self.check_forwarding(item, &mut faults);
        }
        faults
    }

    fn check_after(&self, item: &Item, faults: &mut Vec<Fault>) {
        let absent = item.after.iter().filter(|code| !self.codes.contains(*code));
        faults.extend(absent.map(|code| fault(item, "after", Why::NoSuchItem(code.to_string()))));
        if self.waits_for_itself(item) {
            faults.push(fault(item, "after", Why::Circle));
        }
    }

    fn check_forwarding(&self, item: &Item, faults: &mut Vec<Fault>) {
        let Some(forwarding) = item.forwarding() else { return };
        let is_town_service = |code: &ItemCode| ItemKind::of(code) == ItemKind::TownService && self.codes.contains(code);
        if let Some(code) = forwarding.town_service.as_ref().filter(|code| !is_town_service(code)) {
            faults.push(fault(item, "forwards_to.town_service", Why::NoSuchTownService(code.to_string())));
        }
        let absent = forwarding.also.iter().filter(|code| !is_town_service(code));
        faults.extend(absent.map(|code| fault(item, "forwards_to.also", Why::NoSuchTownService(code.to_string()))));
        let town_service = forwarding.town_service.as_ref().and_then(|code| self.items.get(code));
        if let Some(unlike) = town_service.filter(|town_service| town_service.publicity != item.publicity) {
            faults.push(fault(item, "publicity", Why::PublicityUnlikeTownService(unlike.code.to_string())));
        }
    }

    /// A village item stands for its town service, and waits for what that waits for.
    fn waits_for_itself(&self, item: &Item) -> bool {
        let goal = matter(item);
        let (mut seen, mut open) = (BTreeSet::new(), self.before(item));
        while let Some(next) = open.pop() {
            if next == goal {
                return true;
            }
            if seen.insert(next) {
                open.extend(self.items.get(next).map(|item| self.before(item)).unwrap_or_default());
            }
        }
        false
    }

    fn before(&self, item: &'a Item) -> Vec<&'a ItemCode> {
        item.after.iter().map(|code| self.items.get(code).map_or(code, |item| matter(item))).collect()
    }
}

fn matter(item: &Item) -> &ItemCode {
    item.forwarding().and_then(|forwarding| forwarding.town_service.as_ref()).unwrap_or(&item.code)
}

fn fault(item: &Item, key: &str, why: Why) -> Fault {
    Fault { file: item.kind().file(), item: item.code.to_string(), key: key.to_owned(), why }
}
