//! The one form of several matters (一次填写): what they ask alike is asked once.

use std::collections::BTreeSet;
use std::sync::Arc;

use actix_web::get;
use actix_web::web::{Data, Json, Query};
use domain::catalogue::{Item, JointForm, JointMaterial, Listed, joint_materials};
use domain::ids::{BadCode, ItemCode};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::problem::Problem;
use super::words::MaterialForm;
use crate::app::{App, NoSuchItem};

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct JointFormQuery {
    /// Codes of one to ten items with commas between them, in the order of the plan's matters.
    #[param(value_type = String, example = "T084,T012", pattern = "^[TVC][0-9]{3}(,[TVC][0-9]{3}){0,9}$")]
    items: Items,
}

/// One to ten items, each once.
#[derive(Debug, Deserialize)]
#[serde(try_from = "String")]
struct Items(Vec<ItemCode>);

impl TryFrom<String> for Items {
    type Error = BadCode;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let mut known = BTreeSet::new();
        let items: Vec<ItemCode> = text.split(',').map(str::parse).collect::<Result<_, _>>()?;
        Ok(Self(items.into_iter().filter(|item| known.insert(item.clone())).collect()))
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub struct JointFormView {
    /// JSON Schema (2020-12) of what a submission sends as `answers`. `x-asked-by` of a question names the items that use its answer.
    form: serde_json::Value,
    /// Each named once.
    materials: Vec<JointMaterialView>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct JointMaterialView {
    name: String,
    form: MaterialForm,
    required: bool,
    /// A stored electronic licence stands in for it at every item that asks for it.
    reusable: bool,
    from: String,
    #[schema(value_type = Vec<String>)]
    asked_by: Vec<ItemCode>,
}

/// The joint form of several items, and the materials that they ask for.
#[utoipa::path(
    tag = "catalogue", operation_id = "show_joint_form", params(JointFormQuery),
    responses((status = 200, body = JointFormView))
)]
#[get("/forms")]
pub async fn show(app: Data<App>, query: Query<JointFormQuery>) -> Result<Json<JointFormView>, Problem> {
    let listed: Vec<Arc<Listed>> = query.items.0.iter().map(|code| app.item(code).map_err(not_in_catalogue)).collect::<Result<_, _>>()?;
    let items: Vec<&Item> = listed.iter().map(|listed| &listed.item).collect();
    let materials = joint_materials(&items).into_iter().map(JointMaterialView::from).collect();
    Ok(Json(JointFormView { form: JointForm::of(&items).schema(), materials }))
}

/// The form itself is there: what is asked of it isn't.
fn not_in_catalogue(NoSuchItem(item): NoSuchItem) -> Problem {
    Problem::unprocessable("item_not_found", format!("目录里没有事项{item}，请重新搜索"))
}

impl From<JointMaterial<'_>> for JointMaterialView {
    fn from(material: JointMaterial<'_>) -> Self {
        Self {
            name: material.name.to_owned(),
            form: material.form.into(),
            required: material.required,
            reusable: material.reusable,
            from: material.from.to_owned(),
            asked_by: material.asked_by.iter().map(|item| item.code.clone()).collect(),
        }
    }
}
