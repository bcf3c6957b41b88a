//! `audit verify`: whether the log is as it was written. It only reads, and nothing that is sealed, so an auditor needs no more
//! rights than that, and no master key.

use anyhow::{Context, bail, ensure};
use infra::store::{AuditHead, VaultSettings, Verdict};
use infra::vault::MasterKey;

use super::{Verify, open, print};

pub async fn verify(args: &Verify) -> anyhow::Result<()> {
    let (settings, data) = (args.place.load()?.settings, &args.place.data);
    let noted = args.noted.as_deref().map(head).transpose()?;
    ensure!(settings.database.url.is_some() || data.join("bianmin.db").is_file(), "there is no database in {}", data.display());
    let no_key = VaultSettings { master: MasterKey::generate(), algorithm: settings.vault.algorithm };
    let store = open::connect(&settings.database, data, no_key).await?;
    let verdict = store.read(&settings.district).verify_audit(noted.as_ref()).await.context("the audit log can't be read")?;
    match verdict {
        Verdict::Whole(AuditHead { seq: 0, .. }) => print("the audit log is whole: it has no entries yet"),
        Verdict::Whole(AuditHead { seq, hash }) => print(&format!("the audit log is whole: {seq} entries, head {seq}:{hash}")),
        Verdict::Broken { seq, flaw } => bail!("the audit log is broken at entry {seq}: {flaw}"),
    }
}

fn head(text: &str) -> anyhow::Result<AuditHead> {
    let (seq, hash) = text.split_once(':').context("--noted is written NUMBER:HASH")?;
    Ok(AuditHead { seq: seq.parse().context("--noted begins with the number of an entry")?, hash: hash.to_owned() })
}
