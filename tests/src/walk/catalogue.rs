//! The catalogue's own files, read as JSON: the test trusts nothing that the server says of them.

use std::sync::Arc;

use serde_json::Value;

const FILES: [&str; 3] = [
    include_str!("../../../infra/data/catalogue/town_services.json"),
    include_str!("../../../infra/data/catalogue/village_proxy.json"),
    include_str!("../../../infra/data/catalogue/certificates.json"),
];

#[derive(Clone)]
pub struct Item(pub Arc<Value>);

pub fn items() -> Vec<Item> {
    let files = FILES.iter().map(|file| serde_json::from_str::<Vec<Value>>(file).expect("a list of items"));
    files.flatten().map(|item| Item(Arc::new(item))).collect()
}

impl Item {
    pub fn word(&self, key: &str) -> &str {
        self.0[key].as_str().unwrap_or_else(|| panic!("{} has no {key}", self.0["code"]))
    }

    pub fn code(&self) -> &str {
        self.word("code")
    }

    pub fn is_certificate(&self) -> bool {
        self.code().starts_with('C')
    }

    pub fn is_instant(&self) -> bool {
        self.word("handling") == "instant"
    }

    pub fn modes(&self) -> Vec<String> {
        self.words("modes")
    }

    pub fn words(&self, key: &str) -> Vec<String> {
        let words = self.0[key].as_array().expect("a list").iter();
        words.map(|word| word.as_str().expect("a word").to_owned()).collect()
    }

    pub fn has_paper(&self) -> bool {
        matches!(self.0["result"]["form"].as_str(), Some("paper" | "both"))
    }

    pub fn has_publicity(&self) -> bool {
        !self.0["publicity"].is_null()
    }

    /// The matter that a village clerk names where an item covers several.
    pub fn matter_to_name(&self) -> Option<&str> {
        let several = self.0["forwards_to"]["also"].as_array().is_some_and(|also| !also.is_empty());
        self.0["forwards_to"]["town_service"].as_str().filter(|_| several)
    }

    /// Asked for by an organisation's letter, and given to that body alone.
    pub fn is_by_letter(&self) -> bool {
        matches!(self.code(), "C053" | "C054")
    }
}
