//! The materials of several items that are handed in together, each named once.

use super::{Item, Material, MaterialForm};

/// One material that some of the items ask for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JointMaterial<'a> {
    pub name: &'a str,
    pub form: MaterialForm,
    /// One of the items does without it at no time.
    pub required: bool,
    /// A stored electronic licence stands in for it at every item.
    pub reusable: bool,
    pub from: &'a str,
    pub asked_by: Vec<&'a Item>,
}

/// In the order in which the items ask. One name in two forms is two materials: a copy isn't its original.
pub fn joint_materials<'a>(items: &[&'a Item]) -> Vec<JointMaterial<'a>> {
    let mut joint: Vec<JointMaterial<'a>> = Vec::new();
    for (item, material) in items.iter().flat_map(|item| item.materials.iter().map(move |material| (*item, material))) {
        match joint.iter_mut().find(|known| known.is(material)) {
            Some(known) => known.is_asked_by(item, material),
            None => joint.push(JointMaterial {
                name: &material.name,
                form: material.form,
                required: material.required,
                reusable: material.reusable,
                from: &material.from,
                asked_by: vec![item],
            }),
        }
    }
    joint
}

impl<'a> JointMaterial<'a> {
    fn is(&self, material: &Material) -> bool {
        self.name == material.name && self.form == material.form
    }

    fn is_asked_by(&mut self, item: &'a Item, material: &Material) {
        self.required |= material.required;
        self.reusable &= material.reusable;
        self.asked_by.push(item);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::reference;

    #[test]
    fn each_material_is_named_once_with_all_that_ask_for_it() {
        let all = reference::items();
        let items: Vec<&Item> =
            ["T084", "T012", "T054"].iter().filter_map(|code| all.iter().find(|item| item.code.as_str() == *code)).collect();
        let joint = joint_materials(&items);
        let named: Vec<(&str, MaterialForm)> = joint.iter().map(|material| (material.name, material.form)).collect();
        for (place, material) in named.iter().enumerate() {
            assert!(!named[..place].contains(material), "{material:?} twice");
        }
        let asked: usize = joint.iter().map(|material| material.asked_by.len()).sum();
        assert_eq!(asked, items.iter().map(|item| item.materials.len()).sum::<usize>());
        assert!(joint.iter().any(|material| material.asked_by.len() > 1), "{named:?}");
    }

    #[test]
    fn what_one_item_requires_or_keeps_no_licence_of_holds_for_all() {
        let all = reference::items();
        let material = |required, reusable| Material {
            name: "居民户口簿".to_owned(),
            form: MaterialForm::Original,
            required,
            reusable,
            from: "公安机关".to_owned(),
        };
        let [one, two] =
            [material(false, true), material(true, false)].map(|material| Item { materials: vec![material], ..all[0].clone() });
        let joint = joint_materials(&[&one, &two]);
        assert_eq!(joint.iter().map(|material| (material.required, material.reusable)).collect::<Vec<_>>(), [(true, false)]);
    }
}
