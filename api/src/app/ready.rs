//! Whether this instance can do its work.

use std::path::PathBuf;

use infra::store::StoreError;

use super::App;

#[derive(Debug, thiserror::Error)]
pub enum NotReady {
    #[error("the database doesn't answer")]
    Store(#[from] StoreError),
    #[error("there is no font {0}; on Debian: apt-get install fonts-noto-cjk")]
    NoFont(PathBuf),
}

impl App {
    pub async fn ready(&self) -> Result<(), NotReady> {
        self.store.ping().await?;
        let fonts = [&self.settings.paper.font, &self.settings.paper.font_bold];
        match fonts.into_iter().find(|font| !font.is_file()) {
            Some(missing) => Err(NotReady::NoFont(missing.clone())),
            None => Ok(()),
        }
    }
}
