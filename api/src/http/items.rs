//! The catalogue: lists and searches items, shows one whole, and its form as JSON Schema.

use actix_web::get;
use actix_web::web::{Data, Json, Path, Query};
use domain::catalogue::{Filter, Item, Listed};
use domain::ids::ItemCode;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::page::{Cursor, Limit, Page};
use super::problem::Problem;
use super::words::{
    Audience, Authorisation, Authority, DayUnit, FieldType, FilledBy, Handling, InPerson, ItemKind, Level, LifeEvent, MaterialForm, Mode,
    ResultForm, Sensitive, Topic, Verification,
};
use crate::app::App;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ItemsQuery {
    #[param(inline)]
    kind: Option<ItemKind>,
    #[param(inline)]
    topic: Option<Topic>,
    /// A name, an everyday word, pinyin or initials; a typo is forgiven.
    #[param(max_length = 100)]
    q: Option<String>,
    #[serde(default)]
    #[param(inline)]
    limit: Limit,
    #[param(inline)]
    cursor: Option<Cursor>,
}

/// As much of an item as a list needs.
#[derive(Debug, Serialize, ToSchema)]
pub struct ItemSummary {
    #[schema(value_type = String, example = "T001")]
    code: ItemCode,
    version: u32,
    kind: ItemKind,
    name: String,
    topic: Topic,
    department: String,
    audience: Vec<Audience>,
    handling: Handling,
    promised_working_days: u16,
    fee_fen: i64,
    modes: Vec<Mode>,
}

/// A certificate that a village must not issue, and where to go instead.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProhibitedView {
    name: String,
    why: String,
    go_to: String,
    instead: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ItemsPage {
    items: Vec<ItemSummary>,
    total: u64,
    next_cursor: Option<String>,
    /// What was asked for, where nobody may issue it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    prohibited: Vec<ProhibitedView>,
}

/// Lists items by code; with `q`, the best match first.
#[utoipa::path(
    tag = "catalogue", operation_id = "list_items", params(ItemsQuery),
    responses((status = 200, body = ItemsPage))
)]
#[get("/items")]
pub async fn list(app: Data<App>, query: Query<ItemsQuery>) -> Result<Json<ItemsPage>, Problem> {
    let query = query.into_inner();
    let filter = Filter { kind: query.kind.map(Into::into), topic: query.topic.map(Into::into) };
    let found = app.catalogue().search.search(query.q.as_deref().unwrap_or_default(), filter);
    let page = Page::of(&found.items, |listed| listed.item.code.to_string(), query.cursor.as_ref(), query.limit, |listed| summary(listed))?;
    let prohibited = found.prohibited.into_iter().map(|p| ProhibitedView {
        name: p.name.clone(),
        why: p.why.clone(),
        go_to: p.go_to.clone(),
        instead: p.instead.clone(),
    });
    Ok(Json(ItemsPage { items: page.items, total: page.total, next_cursor: page.next_cursor, prohibited: prohibited.collect() }))
}

/// One item, whole.
#[utoipa::path(
    tag = "catalogue", operation_id = "show_item", params(("code" = String, Path, example = "T001")),
    responses((status = 200, body = ItemView))
)]
#[get("/items/{code}")]
pub async fn show(app: Data<App>, code: Path<ItemCode>) -> Result<Json<ItemView>, Problem> {
    let listed = app.item(&code)?;
    let touched = app.catalogue().catalogue.sensitive(&listed.item);
    Ok(Json(ItemView::of(&listed, touched.into_iter().map(Sensitive::from).collect())))
}

/// The item's form as JSON Schema (2020-12).
#[utoipa::path(
    tag = "catalogue", operation_id = "show_form", params(("code" = String, Path, example = "T001")),
    responses((status = 200, body = serde_json::Value))
)]
#[get("/items/{code}/form")]
pub async fn form(app: Data<App>, code: Path<ItemCode>) -> Result<Json<serde_json::Value>, Problem> {
    Ok(Json(app.item(&code)?.item.form_schema()))
}

fn summary(listed: &Listed) -> ItemSummary {
    let item = &listed.item;
    ItemSummary {
        code: item.code.clone(),
        version: listed.version,
        kind: item.kind().into(),
        name: item.name.clone(),
        topic: item.topic.into(),
        department: item.department.clone(),
        audience: words(&item.audience),
        handling: item.handling.into(),
        promised_working_days: item.promised_working_days,
        fee_fen: item.fee_fen,
        modes: words(&item.modes),
    }
}

fn words<D: Copy, W: From<D>>(domain: &[D]) -> Vec<W> {
    domain.iter().copied().map(W::from).collect()
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ItemView {
    #[serde(flatten)]
    summary: ItemSummary,
    name_en: String,
    aliases: Vec<String>,
    statutory_working_days: Option<u16>,
    levels: Vec<Level>,
    decided_at: Authority,
    in_person: InPerson,
    trips: u8,
    proxy: ProxyView,
    /// The kinds of sensitive data that every case of it touches: each has to be agreed to first. A child's own case touches `child`
    /// whatever the item, and choosing from a list to be disabled touches `disability`.
    sensitive: Vec<Sensitive>,
    materials: Vec<MaterialView>,
    fields: Vec<FieldView>,
    steps: Vec<String>,
    publicity: Option<PublicityView>,
    #[schema(value_type = Vec<String>)]
    after: Vec<ItemCode>,
    result: ResultView,
    legal_basis: Vec<String>,
    life_events: Vec<LifeEvent>,
    note: String,
    /// Of a village proxy service alone.
    forwards_to: Option<ForwardingView>,
    /// Of a certificate alone.
    certificate: Option<CertificateView>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ProxyView {
    allowed: bool,
    authorisation: Authorisation,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct MaterialView {
    name: String,
    form: MaterialForm,
    required: bool,
    reusable: bool,
    from: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct FieldView {
    key: String,
    label: String,
    r#type: FieldType,
    required: bool,
    options: Vec<String>,
    filled_by: FilledBy,
    hint: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct PublicityView {
    days: u16,
    unit: DayUnit,
    counts: bool,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ResultView {
    name: String,
    form: ResultForm,
    deliverable: bool,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ForwardingView {
    level: Authority,
    department: String,
    #[schema(value_type = Option<String>)]
    town_service: Option<ItemCode>,
    #[schema(value_type = Vec<String>)]
    also: Vec<ItemCode>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct CertificateView {
    issuer: String,
    valid_days: Option<u16>,
    purpose: String,
    verification: Verification,
    template: String,
}

impl ItemView {
    fn of(listed: &Listed, sensitive: Vec<Sensitive>) -> Self {
        let item = &listed.item;
        Self {
            summary: summary(listed),
            name_en: item.name_en.clone(),
            aliases: item.aliases.clone(),
            statutory_working_days: item.statutory_working_days,
            levels: words(&item.levels),
            decided_at: item.decided_at.into(),
            in_person: item.in_person.into(),
            trips: item.trips,
            proxy: ProxyView { allowed: item.proxy.allowed, authorisation: item.proxy.authorisation.into() },
            sensitive,
            materials: materials(item),
            fields: fields(item),
            steps: item.steps.clone(),
            publicity: item.publicity.map(|p| PublicityView { days: p.days, unit: p.unit.into(), counts: p.counts }),
            after: item.after.clone(),
            result: ResultView { name: item.result.name.clone(), form: item.result.form.into(), deliverable: item.result.deliverable },
            legal_basis: item.legal_basis.clone(),
            life_events: words(&item.life_events),
            note: item.note.clone(),
            forwards_to: forwards_to(item),
            certificate: certificate(item),
        }
    }
}

fn materials(item: &Item) -> Vec<MaterialView> {
    let view = |m: &domain::catalogue::Material| MaterialView {
        name: m.name.clone(),
        form: m.form.into(),
        required: m.required,
        reusable: m.reusable,
        from: m.from.clone(),
    };
    item.materials.iter().map(view).collect()
}

fn fields(item: &Item) -> Vec<FieldView> {
    let view = |f: &domain::catalogue::Field| FieldView {
        key: f.key.clone(),
        label: f.label.clone(),
        r#type: f.r#type.into(),
        required: f.required,
        options: f.options.clone(),
        filled_by: f.filled_by.into(),
        hint: f.hint.clone(),
    };
    item.fields.iter().map(view).collect()
}

fn forwards_to(item: &Item) -> Option<ForwardingView> {
    item.forwarding().map(|forwarding| ForwardingView {
        level: forwarding.level.into(),
        department: forwarding.department.clone(),
        town_service: forwarding.town_service.clone(),
        also: forwarding.also.clone(),
    })
}

fn certificate(item: &Item) -> Option<CertificateView> {
    item.certificate().map(|terms| CertificateView {
        issuer: terms.issuer.clone(),
        valid_days: terms.valid_days,
        purpose: terms.purpose.clone(),
        verification: terms.verification.into(),
        template: terms.template.clone(),
    })
}
