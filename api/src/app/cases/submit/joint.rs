//! What was filled in once for all matters of an order (一次填写，多处使用), put to each matter that asks for it.
//! A file belongs to one case, for its people alone: where several matters name one, each gets a file of its own.

use std::collections::BTreeSet;
use std::sync::Arc;

use domain::catalogue::{AnswerFault, Answers, Field, FieldType, Item, JointForm, Listed};
use domain::ids::UploadId;
use infra::store::{Upload, View};
use serde_json::Value;

use super::SubmitError;
use crate::app::cases::files::FileError;
use crate::app::cases::order::{AnswerPlace, Joint, Order, OrderedMatter, Submitter};
use crate::app::{App, Grounds};

impl App {
    /// The order with everything in its place, for [`super::submit`]. Files are copied here, before the transaction, since that takes long.
    pub async fn spread(&self, grounds: &Grounds, by: &Submitter, order: Order) -> Result<Order, SubmitError> {
        let listed: Vec<Arc<Listed>> = order.matters.iter().map(|matter| listed(grounds, matter)).collect::<Result<_, _>>()?;
        let items: Vec<&Item> = listed.iter().map(|listed| &listed.item).collect();
        let mut order = Order { joint: Joint::default(), matters: spread(order.joint, order.matters, &items)?, ..order };
        let view = self.store.read(self.district());
        let (mut taken, mut bytes) = (BTreeSet::new(), 0);
        for (matter, item) in order.matters.iter_mut().zip(&items) {
            let named = uploads(matter, item);
            for upload in named.intersection(&taken) {
                if let Some(copy) = self.copy(&view, by, *upload, &mut bytes).await? {
                    replace(matter, item, (*upload, copy.id));
                    order.copies.push(copy);
                }
            }
            taken.extend(named);
        }
        Ok(order)
    }

    /// A file with the same content; none where the upload isn't theirs to hand in, which is refused when the case is to take it.
    async fn copy(&self, view: &View, by: &Submitter, id: UploadId, bytes: &mut u64) -> Result<Option<Upload>, SubmitError> {
        let upload = view.upload(id).await?.filter(|upload| upload.person == by.person() && upload.owner.is_none());
        let Some(upload) = upload else { return Ok(None) };
        *bytes += upload.file.size;
        let bytes_max = u64::try_from(self.settings.uploads.receiving_bytes_max).unwrap_or(u64::MAX);
        if *bytes > bytes_max {
            Err(FileError::TooMuch.into())
        } else {
            Ok(Some(self.copy_upload(&upload).await.map_err(FileError::from)?))
        }
    }
}

fn listed(grounds: &Grounds, matter: &OrderedMatter) -> Result<Arc<Listed>, SubmitError> {
    grounds.catalogue.catalogue.item(&matter.item).cloned().ok_or_else(|| SubmitError::NoSuchItem(matter.item.clone()))
}

fn spread(joint: Joint, matters: Vec<OrderedMatter>, items: &[&Item]) -> Result<Vec<OrderedMatter>, SubmitError> {
    let asks = |name: &str| items.iter().any(|item| item.materials.iter().any(|material| material.name == name));
    if let Some(unasked) = joint.materials.iter().find(|handed_in| !asks(&handed_in.material)) {
        return Err(SubmitError::MaterialUnasked(unasked.material.clone()));
    }
    let form = JointForm::of(items);
    let answers = form.spread(&joint.answers).map_err(unknown)?;
    let is_filled_in = !joint.answers.is_empty();
    let matters = matters.into_iter().zip(items).zip(answers).enumerate();
    let matters = matters.map(|(place, ((mut matter, item), answers))| {
        if is_filled_in {
            let own = |field: &&Field| matter.answers.contains_key(&field.key);
            let jointly = item.fields.iter().filter(|field| !own(field));
            let named = jointly.filter_map(|field| Some((field.key.clone(), form.name_of(place, &field.key)?.to_owned())));
            matter.asked_jointly = named.collect();
        }
        complete(&mut matter.answers, answers);
        let wanted = joint.materials.iter().filter(|handed_in| wants(&matter, item, &handed_in.material)).cloned().collect::<Vec<_>>();
        matter.materials.extend(wanted);
        matter
    });
    Ok(matters.collect())
}

fn unknown(faults: Vec<AnswerFault>) -> SubmitError {
    SubmitError::Answers(faults.into_iter().map(|fault| (AnswerPlace::Joint, fault)).collect())
}

fn complete(own: &mut Answers, joint: Answers) {
    for (key, answer) in joint {
        own.entry(key).or_insert(answer);
    }
}

fn wants(matter: &OrderedMatter, item: &Item, material: &str) -> bool {
    let has_own = matter.materials.iter().any(|handed_in| handed_in.material == material);
    !has_own && item.materials.iter().any(|asked| asked.name == material)
}

fn file_fields(item: &Item) -> impl Iterator<Item = &Field> {
    item.fields.iter().filter(|field| field.r#type == FieldType::File)
}

fn uploads(matter: &OrderedMatter, item: &Item) -> BTreeSet<UploadId> {
    let answered = file_fields(item).filter_map(|field| matter.answers.get(&field.key)?.as_str()?.parse().ok());
    matter.materials.iter().map(|handed_in| handed_in.upload).chain(answered).collect()
}

fn replace(matter: &mut OrderedMatter, item: &Item, (upload, by): (UploadId, UploadId)) {
    for handed_in in matter.materials.iter_mut().filter(|handed_in| handed_in.upload == upload) {
        handed_in.upload = by;
    }
    for field in file_fields(item) {
        if let Some(answer) = matter.answers.get_mut(&field.key)
            && answer.as_str().and_then(|id| id.parse::<UploadId>().ok()) == Some(upload)
        {
            *answer = Value::from(by.to_string());
        }
    }
}
