//! What people may ask of us about their own data: a copy, an erasure.

use std::collections::{BTreeMap, BTreeSet};

use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_DISPOSITION, ContentDisposition, DispositionParam, DispositionType};
use actix_web::web::Data;
use actix_web::{HttpResponse, get, post};
use chrono::{DateTime, FixedOffset, NaiveDate};
use domain::audit::Who;
use domain::retention::KeptUntil;
use infra::register::{Copy, PERSONAL};
use infra::store::{Owner, PersonalRow, StoredFile};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::auth::FreshVillager;
use super::cases::view::item_name;
use super::idempotency::{PlainAct, once};
use super::instant::shown;
use super::problem::Problem;
use crate::app::rights::copy::OwnData;
use crate::app::rights::erasure::{KeptFile, erase_person};
use crate::app::{App, Grounds};
use crate::wording::register as wording;

/// All that is kept of a person.
#[derive(Debug, Serialize, ToSchema)]
pub struct OwnDataView {
    pub(super) at: DateTime<FixedOffset>,
    /// A table each, in Chinese; what is empty is left out.
    pub(super) parts: Vec<PartView>,
    /// To be fetched one by one.
    pub(super) files: Vec<FileView>,
    /// What is kept and not given, and why.
    pub(super) withheld: Vec<WithheldView>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct PartView {
    #[schema(example = "个人资料")]
    pub(super) name: &'static str,
    /// What is kept in it, for what and how long.
    pub(super) columns: Vec<ColumnView>,
    pub(super) rows: Vec<RowView>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ColumnView {
    #[schema(example = "电话")]
    pub(super) name: &'static str,
    pub(super) kept: &'static str,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct RowView {
    /// The number of the case that it belongs to.
    pub(super) case: Option<String>,
    /// By the columns' names.
    #[schema(value_type = Object)]
    pub(super) values: BTreeMap<&'static str, Value>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct FileView {
    #[schema(example = "居民身份证")]
    pub(super) name: Option<String>,
    pub(super) case: Option<String>,
    pub(super) media_type: String,
    /// Bytes.
    pub(super) size: u64,
    pub(super) at: DateTime<FixedOffset>,
    /// Where it is, for who is signed in.
    pub(super) path: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct WithheldView {
    #[schema(example = "证明")]
    pub(super) part: &'static str,
    pub(super) why: &'static str,
}

/// What was erased, and what stays for now.
#[derive(Debug, Serialize, ToSchema)]
pub struct ErasureView {
    /// Cases whose files the law makes us keep.
    kept: Vec<KeptView>,
    /// In a sentence.
    detail: &'static str,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct KeptView {
    number: String,
    item: String,
    item_name: String,
    /// The last day on which its file is kept; none where its certificate doesn't expire.
    until: Option<NaiveDate>,
}

/// A copy of all that is kept of the villager, who has just signed in.
#[utoipa::path(tag = "me", operation_id = "copy_own_data", responses((status = 200, body = OwnDataView)))]
#[get("/me/data")]
pub async fn copy(app: Data<App>, me: FreshVillager) -> Result<HttpResponse, Problem> {
    let own = app.own_data(me.person).await?;
    let as_file = ContentDisposition {
        disposition: DispositionType::Attachment,
        parameters: vec![DispositionParam::Filename("bianmin-my-data.json".to_owned())],
    };
    Ok(HttpResponse::Ok().insert_header((CONTENT_DISPOSITION, as_file)).json(data_view(own, shown(app.clock.now()))))
}

/// Erases the data of the villager, who has just signed in, and closes the way in; what the law makes us keep is named.
#[utoipa::path(
    tag = "me", operation_id = "erase_own_data", params(("Idempotency-Key" = String, Header)), responses((status = 200, body = ErasureView))
)]
#[post("/me/erasure")]
pub async fn erase(app: Data<App>, me: FreshVillager, act: PlainAct) -> Result<HttpResponse, Problem> {
    let grounds = app.grounds();
    let done = once(&app, &act.once, StatusCode::OK, move |tx| {
        Box::pin(async move {
            erase_person(tx, &grounds, me.person, (Who::Person { person: me.person }, None))
                .await
                .map(|kept| ErasureView::of(kept, &grounds))
        })
    });
    let answer = done.await?;
    // What is done is done: the job settles it too.
    if let Err(error) = app.store.settle_erasure().await {
        tracing::error!(error = &error as &dyn std::error::Error, "an erasure isn't settled yet");
    }
    Ok(answer)
}

/// The copy as it is printed at a counter: without what may tell of the person's reviews, which may name who prints it.
pub(super) fn data_view_at_the_counter(own: OwnData, at: DateTime<FixedOffset>) -> OwnDataView {
    let mut own = own;
    own.rows.retain(|row| !TELLING_OF_REVIEWS.contains(&row.table) && !is_news_of_a_review(row));
    let mut view = data_view(own, at);
    let why = "涉及评价的内容受保护，不在窗口打印，请用手机登录后查看";
    let parts = ["evaluations", "outbox", "idempotency_keys", "audit_log"];
    view.withheld.extend(parts.map(|table| WithheldView { part: wording::table(table), why }));
    view
}

/// The tables that tell what somebody thinks of a clerk, or may: an answer to a repetition is the review itself, and a purpose is free words.
const TELLING_OF_REVIEWS: [&str; 6] =
    ["evaluations", "rectification_steps", "rectification_replies", "farming", "idempotency_keys", "audit_log"];

/// `domain::case::Tidings::Review`, as the store keeps it.
fn is_news_of_a_review(row: &PersonalRow) -> bool {
    row.table == "outbox" && row.values.iter().any(|(_, value)| value["kind"] == "review")
}

/// The copy in words.
pub(super) fn data_view(own: OwnData, at: DateTime<FixedOffset>) -> OwnDataView {
    let uploads = own.uploads.iter().map(|upload| {
        let case = match upload.owner {
            Some(Owner::Case(case)) => own.number_of(case),
            Some(Owner::Mandate(_) | Owner::Correction(_) | Owner::Consent(_) | Owner::Request(_)) | None => None,
        };
        file(&upload.file, upload.material.clone(), case, format!("/api/v1/uploads/{}", upload.id))
    });
    let documents = own.documents.iter().map(|document| {
        let path = format!("/api/v1/cases/{}/documents/{}", document.case, document.id);
        file(&document.file, Some(document.name.clone()), own.number_of(document.case), path)
    });
    OwnDataView { at, files: uploads.chain(documents).collect(), parts: parts(&own), withheld: withheld() }
}

fn file(stored: &StoredFile, name: Option<String>, case: Option<String>, path: String) -> FileView {
    FileView { name, case, media_type: stored.media_type.clone(), size: stored.size, at: shown(stored.at), path }
}

fn parts(own: &OwnData) -> Vec<PartView> {
    let mut parts: Vec<PartView> = Vec::new();
    for table in own.rows.chunk_by(|one, next| one.table == next.table) {
        let Some(first) = table.first() else { continue };
        let given = PERSONAL.iter().filter(|entry| entry.column.table == first.table && !matches!(entry.copy, Copy::Withheld(_)));
        let columns = given.map(|entry| ColumnView {
            name: wording::column(entry.column.table, entry.column.column),
            kept: wording::retention(entry.retention),
        });
        let rows: Vec<_> = table.iter().filter(|row| !is_internal(row)).map(|row| row_view(row, own)).collect();
        if !rows.is_empty() {
            parts.push(PartView { name: wording::table(first.table), columns: columns.collect(), rows });
        }
    }
    parts
}

/// What staff found and wrote for each other: it may speak of neighbours and of those who objected (个人信息保护法 18, 35).
fn is_internal(row: &PersonalRow) -> bool {
    row.table == "notes" && row.values.iter().any(|(_, value)| value["kind"] == "text")
}

fn row_view(row: &PersonalRow, own: &OwnData) -> RowView {
    let values = row.values.iter().map(|(entry, value)| (wording::column(entry.column.table, entry.column.column), value.clone()));
    RowView { case: row.case.and_then(|case| own.number_of(case)), values: values.collect() }
}

fn withheld() -> Vec<WithheldView> {
    let register = PERSONAL.iter().filter_map(|entry| match entry.copy {
        Copy::Withheld(why) => Some((wording::table(entry.column.table), wording::withheld(why))),
        Copy::Text | Copy::Json => None,
    });
    let notes = (wording::table("notes"), "工作人员的内部核查记录可能涉及他人，需要时请到经办站点申请查阅");
    let each: BTreeSet<_> = register.chain([notes]).collect();
    each.into_iter().map(|(part, why)| WithheldView { part, why }).collect()
}

impl ErasureView {
    pub(super) fn of(kept: Vec<KeptFile>, grounds: &Grounds) -> Self {
        let detail = if kept.is_empty() {
            "您的信息已删除，登录已失效"
        } else {
            "您的联系方式等信息已删除，登录已失效。下列办件的档案依法还要保存，到期后自动删除，其间不作他用"
        };
        let kept = kept.into_iter().map(|file| KeptView {
            item_name: item_name(&file.case.item, grounds),
            number: file.case.number,
            item: file.case.item,
            until: match file.until {
                KeptUntil::Day(last) => Some(last),
                KeptUntil::Ever => None,
            },
        });
        Self { kept: kept.collect(), detail }
    }
}
