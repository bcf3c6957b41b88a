//! The paper that an act gives: a certificate from its template, a result sheet, or a file that the clerk handed in. It is made
//! before the transaction, since printing takes long; what isn't kept in the end is a file that nobody refers to.

use std::sync::Arc;

use bytes::Bytes;
use chrono::Datelike;
use domain::case::{By, Command, Decision, Produced};
use domain::catalogue::{Answers, Item};
use domain::certificate::{Certificate, Standing, Unfilled, addressee, fill, valid_until};
use domain::ids::{DocumentId, UploadId};
use domain::notice::Sheet;
use domain::people::Staff;
use domain::policy;
use domain::time::local_date;
use infra::objects::{ObjectKey, Objects, PutError, Stored};
use infra::paper::PaperError;
use infra::store::{CaseFile, Document, IssuedCertificate, Owner, StoreError, StoredFile, Tx, View};

use super::act::{Act, ActError, ActOrder, Verdict};
use super::dossier::Dossier;
use super::files::FileError;
use super::record::judge;
use crate::app::queue::{Taken, work_item_for};
use crate::app::{App, Grounds};

/// A paper, stored but not yet part of its case.
#[derive(Debug, Clone)]
pub struct Printed {
    document: Document,
    certificate: Option<IssuedCertificate>,
    /// The clerk's file that it is.
    upload: Option<UploadId>,
}

#[derive(Debug, thiserror::Error)]
pub enum PrintError {
    #[error(transparent)]
    Act(#[from] ActError),
    #[error("{} places of the template are empty", .0.len())]
    Unfilled(Vec<Unfilled>),
    #[error("the page can't be printed")]
    Paper(#[from] PaperError),
    #[error("the printing broke off")]
    BrokeOff,
    #[error("the file can't be kept")]
    Put(#[from] PutError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Printed {
    pub fn produced(&self) -> Produced {
        Produced { document: self.document.id, sha256: self.document.file.sha256.clone() }
    }

    /// Makes it part of the case, in the transaction of the act that gives it.
    pub async fn keep(self, tx: &Tx, staff: &Staff, file: &CaseFile) -> Result<(), ActError> {
        tx.add_document(&self.document).await?;
        if let Some(certificate) = &self.certificate {
            tx.add_certificate(certificate).await?;
        }
        match self.upload {
            Some(upload) if !tx.bind_upload(upload, staff.person, Owner::Case(file.case.id), None).await? => {
                Err(FileError::NoSuchUpload.into())
            }
            Some(_) | None => Ok(()),
        }
    }
}

impl App {
    /// Prints what `order` gives; none where it gives nothing. An act that would be refused anyway is refused here.
    pub async fn print(&self, grounds: &Grounds, staff: &Staff, order: &ActOrder) -> Result<Option<Printed>, PrintError> {
        let Some(own_file) = order.act.gives() else { return Ok(None) };
        let view = self.store.read(self.district());
        let Taken { work_item, .. } =
            work_item_for(&view, (staff, policy::Act::ActOnWorkItem), order.work_item).await.map_err(ActError::from)?;
        work_item.holds(staff.account, order.fence, grounds.now).map_err(ActError::from)?;
        let dossier = Dossier::open(&view, grounds, work_item.case).await?.ok_or(ActError::NotFound)?;
        let item = &dossier.listed.item;
        if !gives_a_file(item) {
            return Ok(None);
        }
        let document = DocumentId::new(uuid::Uuid::now_v7());
        let trial = Produced { document, sha256: String::new() };
        judge(grounds, &dossier.file.case, item, By::Staff(staff), trial_command(&order.act, trial)).map_err(ActError::from)?;
        match (own_file, item.certificate()) {
            (Some(upload), None) => handed_in(&view, staff, &dossier, upload, document).await.map(Some),
            (None, None) => self.result_sheet(grounds, &dossier, document).await.map(Some),
            (_, Some(_)) => self.certificate(&view, grounds, &dossier, &order.answers, document).await.map(Some),
        }
    }

    async fn result_sheet(&self, grounds: &Grounds, dossier: &Dossier, document: DocumentId) -> Result<Printed, PrintError> {
        let sheet = dossier.result_sheet(grounds, self.marking());
        let name = format!("{}.pdf", dossier.listed.item.result.name);
        let file = self.press(sheet, None, document, grounds).await?;
        Ok(Printed { document: Document { id: document, case: dossier.file.case.id, name, file }, certificate: None, upload: None })
    }

    async fn certificate(
        &self,
        view: &View,
        grounds: &Grounds,
        dossier: &Dossier,
        station_answers: &Answers,
        document: DocumentId,
    ) -> Result<Printed, PrintError> {
        let item = &dossier.listed.item;
        let mut answers = view.answers(dossier.file.case.id).await?;
        answers.extend(station_answers.clone());
        let Some(terms) = item.certificate() else { return Err(ActError::NotFound.into()) };
        let body = fill(&terms.template, &item.fields, &dossier.holder(grounds), &answers).map_err(PrintError::Unfilled)?;
        let issued_on = local_date(grounds.now);
        let number = self.next_certificate_number(dossier, issued_on).await?;
        let issued = IssuedCertificate {
            number: number.clone(),
            case: dossier.file.case.id,
            document,
            item: item.code.clone(),
            issuer: dossier.committee(grounds),
            issued_on,
            valid_until: valid_until(issued_on, terms.valid_days),
            standing: Standing::AsIssued,
            check_token: random_token(),
            holder: dossier.masked_holder(),
        };
        let certificate = Certificate {
            number,
            title: item.result.name.clone(),
            body,
            addressee: addressee(&answers).map(str::to_owned),
            issuer: issued.issuer.clone(),
            issued_on,
            valid_until: issued.valid_until,
            marking: self.marking(),
        };
        let check_url = self.check_url(&issued.check_token);
        let file = self.press(certificate.sheet(), Some(check_url), document, grounds).await?;
        let document = Document { id: document, case: dossier.file.case.id, name: format!("{}.pdf", item.result.name), file };
        Ok(Printed { document, certificate: Some(issued), upload: None })
    }

    async fn next_certificate_number(
        &self,
        dossier: &Dossier,
        issued_on: chrono::NaiveDate,
    ) -> Result<domain::certificate::CertificateNumber, StoreError> {
        let (division, item) = (dossier.deciding_division(), dossier.listed.item.code.clone());
        let year = u16::try_from(issued_on.year()).map_err(|error| StoreError::corrupt("certificates", error))?;
        self.store.write(self.district(), move |tx| Box::pin(async move { tx.next_certificate_number(&division, &item, year).await })).await
    }

    /// Where anybody checks a certificate without signing in.
    pub fn check_url(&self, token: &str) -> String {
        let public_url = self.settings.public_url.as_deref().unwrap_or_default();
        format!("{}/c/{}/{token}", public_url.trim_end_matches('/'), self.district())
    }

    /// Draws a sheet as PDF.
    pub async fn draw(&self, sheet: Sheet, qr: Option<String>) -> Result<Vec<u8>, PrintError> {
        let press = Arc::clone(&self.press);
        let drawn = tokio::task::spawn_blocking(move || press.sheet(&sheet, qr.as_deref()));
        Ok(drawn.await.map_err(|_| PrintError::BrokeOff)??)
    }

    async fn press(&self, sheet: Sheet, qr: Option<String>, document: DocumentId, grounds: &Grounds) -> Result<StoredFile, PrintError> {
        let pdf = self.draw(sheet, qr).await?;
        let key = ObjectKey::document(self.district(), document);
        let stored = put(&self.objects, &key, pdf).await?;
        Ok(stored_file(&stored, &key, grounds))
    }
}

async fn put(objects: &Objects, key: &ObjectKey, pdf: Vec<u8>) -> Result<Stored, PutError> {
    objects.put_bytes(key, Bytes::from(pdf)).await
}

fn stored_file(stored: &Stored, key: &ObjectKey, grounds: &Grounds) -> StoredFile {
    let media_type = stored.media.as_str().to_owned();
    StoredFile { media_type, size: stored.size, sha256: stored.sha256.clone(), object_key: key.to_string(), at: grounds.now }
}

async fn handed_in(view: &View, staff: &Staff, dossier: &Dossier, upload: UploadId, document: DocumentId) -> Result<Printed, PrintError> {
    let found = view.upload(upload).await?.filter(|found| found.person == staff.person && found.owner.is_none());
    let found = found.ok_or(ActError::File(FileError::NoSuchUpload))?;
    let name = dossier.listed.item.result.name.clone();
    let document = Document { id: document, case: dossier.file.case.id, name, file: found.file };
    Ok(Printed { document, certificate: None, upload: Some(upload) })
}

fn gives_a_file(item: &Item) -> bool {
    item.result.form != domain::catalogue::ResultForm::None
}

/// The command that the act will come to, for a judgement before anything is printed.
fn trial_command(act: &Act, produced: Produced) -> Command {
    let granted = Decision::Granted;
    match act {
        Act::ServeAtOnce { verdict: Verdict::Granted, .. } => Command::ServeAtOnce { decision: granted, produced: Some(produced) },
        Act::RecordAnswer { verdict: Verdict::Granted, .. } => Command::RecordAnswer { decision: granted, produced: Some(produced) },
        _gives_a_paper => Command::Produce { produced },
    }
}

/// 128 random bits: not to be guessed.
fn random_token() -> String {
    hex::encode(rand::random::<[u8; 16]>())
}
