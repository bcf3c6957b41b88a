//! The catalogue's four files.

use std::path::Path;

use domain::catalogue::{CatalogueFiles, Item, ItemKind, PROHIBITED_FILE, Prohibited, load};

use super::BadReference;

const EMBEDDED: CatalogueFiles<'static> = CatalogueFiles {
    town_services: include_str!("../../data/catalogue/town_services.json"),
    village_proxy: include_str!("../../data/catalogue/village_proxy.json"),
    certificates: include_str!("../../data/catalogue/certificates.json"),
    prohibited_certificates: include_str!("../../data/catalogue/prohibited_certificates.json"),
};

/// The project's own catalogue: items by code, and the certificates that no village may issue.
pub fn catalogue() -> Result<(Vec<Item>, Vec<Prohibited>), BadReference> {
    Ok(load(&EMBEDDED)?)
}

/// A catalogue from a folder with the same four files.
pub fn catalogue_from(folder: &Path) -> Result<(Vec<Item>, Vec<Prohibited>), BadReference> {
    let read = |name: &str| {
        let path = folder.join(name);
        std::fs::read_to_string(&path).map_err(|source| BadReference::Unreadable { path, source })
    };
    let [town_services, village_proxy, certificates] = ItemKind::ALL.map(|kind| read(kind.file()));
    let files = CatalogueFiles {
        town_services: &town_services?,
        village_proxy: &village_proxy?,
        certificates: &certificates?,
        prohibited_certificates: &read(PROHIBITED_FILE)?,
    };
    Ok(load(&files)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder_with(broken: impl Fn(&str) -> String) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("town_services.json"), broken(EMBEDDED.town_services)).unwrap();
        std::fs::write(folder.path().join("village_proxy.json"), EMBEDDED.village_proxy).unwrap();
        std::fs::write(folder.path().join("certificates.json"), EMBEDDED.certificates).unwrap();
        std::fs::write(folder.path().join(PROHIBITED_FILE), EMBEDDED.prohibited_certificates).unwrap();
        folder
    }

    #[test]
    fn a_folder_with_the_same_files_holds_the_same_catalogue() {
        let folder = folder_with(str::to_owned);
        assert_eq!(catalogue_from(folder.path()).unwrap(), catalogue().unwrap());
    }

    #[test]
    fn a_broken_file_in_the_folder_is_named_with_item_and_key() {
        let folder = folder_with(|text| text.replacen("\"commitment\"", "\"someday\"", 1));
        let message = catalogue_from(folder.path()).unwrap_err().to_string();
        assert!(message.contains("town_services.json: T001: handling"), "{message}");
    }

    #[test]
    fn a_file_that_is_not_there_is_named() {
        let folder = folder_with(str::to_owned);
        std::fs::remove_file(folder.path().join("certificates.json")).unwrap();
        let message = catalogue_from(folder.path()).unwrap_err().to_string();
        assert!(message.contains("certificates.json"), "{message}");
    }
}
