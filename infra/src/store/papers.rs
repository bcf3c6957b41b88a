//! Files of a case: what people handed in, what the system printed, and the certificates among it.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use domain::certificate::{CertificateNumber, Standing};
use domain::ids::{CaseId, ConsentId, CorrectionId, DocumentId, ItemCode, MandateId, PersonId, RequestId, UploadId};
use domain::time::Timestamp;
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::sea_query::{Query, SelectStatement};
use sea_orm::{Condition, ExprTrait, QueryOrder, QuerySelect, entity::prelude::*};

use super::sealed::Safe;
use super::words::{from_json, json};
use super::{StoreError, Tx, View};
use crate::vault::{Column as Sealed, RowId};

const CHECK_TOKEN: Sealed = Sealed::new("certificates", "check_token");

mod upload_row {
    use sea_orm::entity::prelude::*;

    #[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "uploads")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub district: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub person: Uuid,
        pub case_id: Option<Uuid>,
        pub mandate: Option<Uuid>,
        pub correction: Option<Uuid>,
        pub consent: Option<Uuid>,
        pub request: Option<Uuid>,
        pub material: Option<String>,
        pub media_type: String,
        pub size: i64,
        pub sha256: String,
        pub object_key: String,
        pub at: DateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

mod document_row {
    use sea_orm::entity::prelude::*;

    #[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "documents")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub district: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub case_id: Uuid,
        pub name: String,
        pub media_type: String,
        pub size: i64,
        pub sha256: String,
        pub object_key: String,
        pub at: DateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

mod certificate_row {
    use sea_orm::entity::prelude::*;

    #[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "certificates")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub district: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub number: String,
        pub case_id: Uuid,
        pub document: Uuid,
        pub item: String,
        pub issuer: String,
        pub issued_on: Date,
        pub valid_until: Option<Date>,
        pub standing: Json,
        pub check_token: Option<Vec<u8>>,
        pub check_token_index: Option<Vec<u8>>,
        pub holder: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// A stored file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredFile {
    pub media_type: String,
    pub size: u64,
    /// Hex.
    pub sha256: String,
    pub object_key: String,
    pub at: Timestamp,
}

/// What a file belongs to that somebody handed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owner {
    Case(CaseId),
    Mandate(MandateId),
    Correction(CorrectionId),
    Consent(ConsentId),
    Request(RequestId),
}

const OWNERS: [upload_row::Column; 5] = [
    upload_row::Column::CaseId,
    upload_row::Column::Mandate,
    upload_row::Column::Correction,
    upload_row::Column::Consent,
    upload_row::Column::Request,
];

impl Owner {
    fn column(self) -> (upload_row::Column, Uuid) {
        match self {
            Owner::Case(id) => (upload_row::Column::CaseId, id.as_uuid()),
            Owner::Mandate(id) => (upload_row::Column::Mandate, id.as_uuid()),
            Owner::Correction(id) => (upload_row::Column::Correction, id.as_uuid()),
            Owner::Consent(id) => (upload_row::Column::Consent, id.as_uuid()),
            Owner::Request(id) => (upload_row::Column::Request, id.as_uuid()),
        }
    }
}

/// A photo or PDF that somebody handed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upload {
    pub id: UploadId,
    /// Who handed it in: a villager, or the person of a staff account.
    pub person: PersonId,
    /// What it belongs to, if anything has taken it yet.
    pub owner: Option<Owner>,
    /// The material that it stands for; none for a file of the form or a result.
    pub material: Option<String>,
    pub file: StoredFile,
}

/// A paper that the system printed, or a result that a clerk handed in as a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    pub id: DocumentId,
    pub case: CaseId,
    pub name: String,
    pub file: StoredFile,
}

/// What a public check answers from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuedCertificate {
    pub number: CertificateNumber,
    pub case: CaseId,
    pub document: DocumentId,
    pub item: ItemCode,
    /// The committee in whose name it was issued.
    pub issuer: String,
    pub issued_on: NaiveDate,
    pub valid_until: Option<NaiveDate>,
    pub standing: Standing,
    /// Random: whoever has it has the paper.
    pub check_token: String,
    /// The holder's name, masked.
    pub holder: String,
}

impl View {
    pub async fn upload(&self, id: UploadId) -> Result<Option<Upload>, StoreError> {
        let found = self.uploads().filter(upload_row::Column::Id.eq(id.as_uuid())).one(&self.db()).await?;
        found.map(upload).transpose()
    }

    /// How many uploads of `person` belong to nothing yet.
    pub async fn loose_uploads(&self, person: PersonId) -> Result<u64, StoreError> {
        let loose = self.uploads().filter(upload_row::Column::Person.eq(person.as_uuid())).filter(is_loose());
        Ok(loose.count(&self.db()).await?)
    }

    pub async fn uploads_of(&self, case: CaseId) -> Result<Vec<Upload>, StoreError> {
        let of_case = self.uploads().filter(upload_row::Column::CaseId.eq(case.as_uuid()));
        let rows = of_case.order_by_asc(upload_row::Column::Id).all(&self.db()).await?;
        rows.into_iter().map(upload).collect()
    }

    pub async fn document(&self, id: DocumentId) -> Result<Option<Document>, StoreError> {
        let found = self.documents().filter(document_row::Column::Id.eq(id.as_uuid())).one(&self.db()).await?;
        found.map(document).transpose()
    }

    pub async fn documents_of(&self, case: CaseId) -> Result<Vec<Document>, StoreError> {
        let of_case = self.documents().filter(document_row::Column::CaseId.eq(case.as_uuid()));
        let rows = of_case.order_by_asc(document_row::Column::Id).all(&self.db()).await?;
        rows.into_iter().map(document).collect()
    }

    pub async fn certificate_by_token(&self, token: &str) -> Result<Option<IssuedCertificate>, StoreError> {
        let index = self.safe().index(CHECK_TOKEN, token)?;
        let found = self.certificates().filter(certificate_row::Column::CheckTokenIndex.eq(index)).one(&self.db()).await?;
        self.opened_one(found, certificate).await
    }

    pub async fn certificate_of(&self, case: CaseId) -> Result<Option<IssuedCertificate>, StoreError> {
        let found = self.certificates().filter(certificate_row::Column::CaseId.eq(case.as_uuid())).one(&self.db()).await?;
        self.opened_one(found, certificate).await
    }

    /// The next files of people after `after`, by id: each with where it lies.
    pub async fn uploads_after(&self, after: Option<UploadId>, limit: u64) -> Result<Vec<Upload>, StoreError> {
        let all = self.uploads();
        let rest = match after {
            Some(after) => all.filter(upload_row::Column::Id.gt(after.as_uuid())),
            None => all,
        };
        let rows = rest.order_by_asc(upload_row::Column::Id).limit(limit).all(&self.db()).await?;
        rows.into_iter().map(upload).collect()
    }

    pub async fn documents_after(&self, after: Option<DocumentId>, limit: u64) -> Result<Vec<Document>, StoreError> {
        let all = self.documents();
        let rest = match after {
            Some(after) => all.filter(document_row::Column::Id.gt(after.as_uuid())),
            None => all,
        };
        let rows = rest.order_by_asc(document_row::Column::Id).limit(limit).all(&self.db()).await?;
        rows.into_iter().map(document).collect()
    }

    /// Files that belong to a person: those of their own cases, those of mandates that they gave, scans behind corrections of who they
    /// are, their consents and what they asked at a counter, and those that they handed in for themself and no case has taken.
    pub async fn uploads_about(&self, person: PersonId) -> Result<Vec<Upload>, StoreError> {
        let own = is_loose().add(upload_row::Column::Person.eq(person.as_uuid()));
        let of_cases = upload_row::Column::CaseId.in_subquery(self.cases_of(person));
        let of_mandates = upload_row::Column::Mandate.in_subquery(self.mandates_given_by(person));
        let of_corrections = upload_row::Column::Correction.in_subquery(self.corrections_of(person));
        let of_consents = upload_row::Column::Consent.in_subquery(self.consents_about(person));
        let of_requests = upload_row::Column::Request.in_subquery(self.requests_about(person));
        let any = Condition::any().add(own).add(of_cases).add(of_mandates).add(of_corrections).add(of_consents).add(of_requests);
        let about = self.uploads().filter(any).order_by_asc(upload_row::Column::Id);
        about.all(&self.db()).await?.into_iter().map(upload).collect()
    }

    /// Papers that the system printed in a person's own cases, and results handed in as files.
    pub async fn documents_about(&self, person: PersonId) -> Result<Vec<Document>, StoreError> {
        let about = self.documents().filter(document_row::Column::CaseId.in_subquery(self.cases_of(person)));
        let rows = about.order_by_asc(document_row::Column::Id).all(&self.db()).await?;
        rows.into_iter().map(document).collect()
    }

    /// The days to which the certificate of each case is valid: none in it where it doesn't expire.
    pub async fn certificates_valid_until(&self, cases: &[CaseId]) -> Result<BTreeMap<CaseId, Option<NaiveDate>>, StoreError> {
        let ids = cases.iter().map(|case| case.as_uuid());
        let rows = self.certificates().filter(certificate_row::Column::CaseId.is_in(ids)).all(&self.db()).await?;
        Ok(rows.into_iter().map(|row| (CaseId::new(row.case_id), row.valid_until)).collect())
    }

    /// Ids of the cases whose certificate is valid on `today`, or was withdrawn before its last day.
    pub(super) fn cases_with_valid_certificates(&self, today: NaiveDate) -> SelectStatement {
        let valid = certificate_row::Column::ValidUntil.is_null().or(certificate_row::Column::ValidUntil.gte(today));
        Query::select()
            .column(certificate_row::Column::CaseId)
            .from(certificate_row::Entity)
            .and_where(certificate_row::Column::District.eq(self.district().as_str()))
            .and_where(valid)
            .to_owned()
    }

    /// Files handed in before `before` that still belong to nothing.
    pub async fn loose_uploads_before(&self, before: Timestamp, limit: u64) -> Result<Vec<UploadId>, StoreError> {
        let old = self.uploads().filter(is_loose()).filter(upload_row::Column::At.lt(before));
        let rows = old.order_by_asc(upload_row::Column::At).limit(limit).all(&self.db()).await?;
        Ok(rows.into_iter().map(|row| UploadId::new(row.id)).collect())
    }

    fn uploads(&self) -> Select<upload_row::Entity> {
        self.of(upload_row::Entity::find(), upload_row::Column::District)
    }

    fn documents(&self) -> Select<document_row::Entity> {
        self.of(document_row::Entity::find(), document_row::Column::District)
    }

    fn certificates(&self) -> Select<certificate_row::Entity> {
        self.of(certificate_row::Entity::find(), certificate_row::Column::District)
    }
}

impl Tx {
    /// It belongs to nothing yet; see [`Tx::bind_upload`].
    pub async fn add_upload(&self, upload: &Upload) -> Result<(), StoreError> {
        let row = upload_row::ActiveModel {
            district: Set(self.district().to_string()),
            id: Set(upload.id.as_uuid()),
            person: Set(upload.person.as_uuid()),
            case_id: NotSet,
            mandate: NotSet,
            correction: NotSet,
            consent: NotSet,
            request: NotSet,
            material: Set(upload.material.clone()),
            media_type: Set(upload.file.media_type.clone()),
            size: Set(stored_size(upload.file.size, "uploads")?),
            sha256: Set(upload.file.sha256.clone()),
            object_key: Set(upload.file.object_key.clone()),
            at: Set(upload.file.at),
        };
        upload_row::Entity::insert(row).exec_without_returning(&self.db()).await?;
        Ok(())
    }

    /// Puts an upload of `person` that belongs to nothing yet to `owner`, for a material of a case or none; whether there was one.
    pub async fn bind_upload(&self, id: UploadId, person: PersonId, owner: Owner, material: Option<&str>) -> Result<bool, StoreError> {
        let (column, owner) = owner.column();
        let bound = self
            .of(upload_row::Entity::update_many(), upload_row::Column::District)
            .col_expr(column, Expr::value(owner))
            .col_expr(upload_row::Column::Material, Expr::value(material))
            .filter(upload_row::Column::Id.eq(id.as_uuid()))
            .filter(upload_row::Column::Person.eq(person.as_uuid()))
            .filter(is_loose())
            .exec(&self.db())
            .await?;
        Ok(bound.rows_affected == 1)
    }

    pub async fn add_document(&self, document: &Document) -> Result<(), StoreError> {
        let row = document_row::ActiveModel {
            district: Set(self.district().to_string()),
            id: Set(document.id.as_uuid()),
            case_id: Set(document.case.as_uuid()),
            name: Set(document.name.clone()),
            media_type: Set(document.file.media_type.clone()),
            size: Set(stored_size(document.file.size, "documents")?),
            sha256: Set(document.file.sha256.clone()),
            object_key: Set(document.file.object_key.clone()),
            at: Set(document.file.at),
        };
        document_row::Entity::insert(row).exec_without_returning(&self.db()).await?;
        Ok(())
    }

    pub async fn add_certificate(&self, certificate: &IssuedCertificate) -> Result<(), StoreError> {
        let (safe, number) = (self.safe(), certificate.number.to_string());
        let row = certificate_row::ActiveModel {
            district: Set(self.district().to_string()),
            check_token: Set(Some(safe.seal(CHECK_TOKEN, &RowId::new([&number]), &certificate.check_token)?)),
            check_token_index: Set(Some(safe.index(CHECK_TOKEN, &certificate.check_token)?)),
            number: Set(number),
            case_id: Set(certificate.case.as_uuid()),
            document: Set(certificate.document.as_uuid()),
            item: Set(certificate.item.to_string()),
            issuer: Set(certificate.issuer.clone()),
            issued_on: Set(certificate.issued_on),
            valid_until: Set(certificate.valid_until),
            standing: Set(json("certificates", &certificate.standing)?),
            holder: Set(Some(certificate.holder.clone())),
        };
        certificate_row::Entity::insert(row).exec_without_returning(&self.db()).await?;
        Ok(())
    }
}

fn stored_size(size: u64, table: &'static str) -> Result<i64, StoreError> {
    i64::try_from(size).map_err(|e| StoreError::corrupt(table, e))
}

fn is_loose() -> Condition {
    OWNERS.iter().fold(Condition::all(), |loose, column| loose.add(column.is_null()))
}

fn upload(row: upload_row::Model) -> Result<Upload, StoreError> {
    let size = u64::try_from(row.size).map_err(|e| StoreError::corrupt("uploads", e))?;
    Ok(Upload {
        id: UploadId::new(row.id),
        person: PersonId::new(row.person),
        owner: owner(&row)?,
        material: row.material,
        file: StoredFile { media_type: row.media_type, size, sha256: row.sha256, object_key: row.object_key, at: row.at },
    })
}

fn owner(row: &upload_row::Model) -> Result<Option<Owner>, StoreError> {
    let owners = [
        row.case_id.map(|id| Owner::Case(CaseId::new(id))),
        row.mandate.map(|id| Owner::Mandate(MandateId::new(id))),
        row.correction.map(|id| Owner::Correction(CorrectionId::new(id))),
        row.consent.map(|id| Owner::Consent(ConsentId::new(id))),
        row.request.map(|id| Owner::Request(RequestId::new(id))),
    ];
    let mut owners = owners.into_iter().flatten();
    match (owners.next(), owners.next()) {
        (owner, None) => Ok(owner),
        (_, Some(_)) => Err(StoreError::corrupt("uploads", "a file belongs to one thing")),
    }
}

fn document(row: document_row::Model) -> Result<Document, StoreError> {
    let size = u64::try_from(row.size).map_err(|e| StoreError::corrupt("documents", e))?;
    Ok(Document {
        id: DocumentId::new(row.id),
        case: CaseId::new(row.case_id),
        name: row.name,
        file: StoredFile { media_type: row.media_type, size, sha256: row.sha256, object_key: row.object_key, at: row.at },
    })
}

fn certificate(safe: &Safe<'_>, row: &certificate_row::Model) -> Result<IssuedCertificate, StoreError> {
    let corrupt = |e: String| StoreError::corrupt("certificates", e);
    let (Some(check_token), Some(holder)) = (&row.check_token, &row.holder) else {
        return Err(corrupt("it is erased, and was asked for".to_owned()));
    };
    Ok(IssuedCertificate {
        number: row.number.parse().map_err(|e: domain::certificate::BadCertificateNumber| corrupt(e.to_string()))?,
        case: CaseId::new(row.case_id),
        document: DocumentId::new(row.document),
        item: row.item.parse().map_err(|e: domain::ids::BadCode| corrupt(e.to_string()))?,
        issuer: row.issuer.clone(),
        issued_on: row.issued_on,
        valid_until: row.valid_until,
        standing: from_json("certificates", row.standing.clone())?,
        check_token: safe.open(CHECK_TOKEN, &RowId::new([&row.number]), check_token)?,
        holder: holder.clone(),
    })
}
