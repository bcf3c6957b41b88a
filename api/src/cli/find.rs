//! `find`: where texts stand. It tells places and numbers, never what stands there.

use anyhow::{Context, ensure};
use infra::objects::Objects;

use super::open::{self, Wanted};
use super::{Find, print};
use crate::app::unnamed_files;

pub async fn find(args: &Find) -> anyhow::Result<()> {
    let texts = std::fs::read_to_string(&args.texts).with_context(|| format!("{} can't be read", args.texts.display()))?;
    let texts: Vec<String> = texts.lines().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect();
    ensure!(!texts.is_empty(), "{} holds no text", args.texts.display());
    let (settings, data) = (args.place.load()?.settings, &args.place.data);
    let store = open::open_store(&settings, data, Wanted::Live).await?;
    let objects = Objects::local(&data.join("objects"), store.keys(&settings.district))?;
    let view = store.read(&settings.district);
    let unnamed = unnamed_files(&view, &objects).await?;
    let found = view.find_texts(&texts).await?;
    for (column, rows) in &found {
        print(&format!("{column}: in {rows} rows"))?;
    }
    for file in &unnamed {
        print(&format!("file {file}: no row names it"))?;
    }
    if found.is_empty() && unnamed.is_empty() { print("they stand nowhere, and every file is named by a row") } else { Ok(()) }
}
