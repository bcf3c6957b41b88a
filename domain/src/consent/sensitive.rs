//! Which kinds of sensitive data an item touches, read from what it asks for, so that an item which a district adds or edits is
//! covered without being listed. Errs towards asking: a paper that only some have to bring counts for everybody. A list from which one
//! may choose to be disabled touches that kind for whoever chooses it, not for everybody. What only the station fills in isn't looked at.
//! Source: 个人信息保护法 28 (medical health, specific identity, financial accounts, minors under fourteen), GB/T 43697 annex.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::catalogue::{Answers, Catalogue, Field, FieldType, FilledBy, Item};

/// A kind of sensitive personal data (敏感个人信息) that one agrees to by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sensitive {
    /// 健康信息
    Health,
    /// 残疾人身份信息
    Disability,
    /// 金融账户信息
    Account,
    /// 不满十四周岁未成年人的信息
    Child,
}

/// What tells of a kind in the name of a material or of a field.
struct Words {
    tell: &'static [&'static str],
    /// Phrases in which those words are about something else.
    but_not: &'static [&'static str],
}

/// Without insurance itself, animals, and the health cards of those who cook for others.
#[rustfmt::skip]
const HEALTH: Words = Words {
    tell: &[
        "诊断", "病历", "病史", "病情", "病症", "病种", "疾病", "重病", "慢性病", "就诊", "住院", "出院", "处方", "用药", "医疗", "康复", "伤残",
        "受伤", "外伤", "失能", "自理", "护理档次", "健康状况", "身体状况", "体检表", "体检报告", "预产期",
    ],
    but_not: &["医疗保险", "病死畜禽", "疫病", "免疫病种", "健康证明"],
};

const DISABILITY: Words = Words { tell: &["残疾", "重残", "评残"], but_not: &[] };

/// In the item's own name as well: `出生登记（新生儿入户）`.
const CHILD: Words = Words {
    tell: &["出生医学证明", "新生儿", "儿童", "孤儿", "婴", "未成年", "接种", "义务教育", "入学"],
    but_not: &["孤儿保障"],
};

/// Of somebody other than who applies: a pupil who asks for something of their own is as old as their number says.
const ANOTHER_S_CHILD: Words = Words { tell: &["学生", "子女姓名", "被监护人", "被代申领人"], but_not: &["在校学生"] };

/// Whose students are fifteen and over.
const FOR_OLDER_STUDENTS: [&str; 2] = ["职业教育", "助学贷款"];

impl Sensitive {
    pub const ALL: [Sensitive; 4] = [Sensitive::Health, Sensitive::Disability, Sensitive::Account, Sensitive::Child];
}

impl Words {
    fn are_in(&self, text: &str) -> bool {
        let text = self.but_not.iter().fold(without_conditions(text), |text, other| text.replace(other, "，"));
        self.tell.iter().any(|word| text.contains(word))
    }
}

impl Item {
    /// The kinds that the item's own papers and questions touch.
    pub fn sensitive(&self) -> BTreeSet<Sensitive> {
        Sensitive::ALL.into_iter().filter(|kind| self.touches(*kind)).collect()
    }

    /// The kinds that these answers tell of beyond that, by what was chosen from a list: `残疾人` among the kinds of people.
    pub fn sensitive_choices(&self, answers: &Answers) -> BTreeSet<Sensitive> {
        let lists = self.asked().filter(|field| field.r#type == FieldType::Select);
        let mut chosen = lists.filter_map(|field| answers.get(&field.key)?.as_str());
        chosen.any(|choice| DISABILITY.are_in(choice)).then_some(Sensitive::Disability).into_iter().collect()
    }

    fn touches(&self, kind: Sensitive) -> bool {
        match kind {
            Sensitive::Health => self.names(&HEALTH),
            Sensitive::Disability => self.names(&DISABILITY),
            Sensitive::Account => self.asked().any(|field| field.r#type == FieldType::BankCard),
            Sensitive::Child => {
                let older = FOR_OLDER_STUDENTS.iter().any(|students| self.name.contains(students));
                !older && (CHILD.are_in(&self.name) || self.names(&CHILD) || self.names(&ANOTHER_S_CHILD))
            }
        }
    }

    /// Whether one of its materials or of the applicant's fields is called by one of the words.
    fn names(&self, words: &Words) -> bool {
        let materials = self.materials.iter().map(|material| &material.name);
        materials.chain(self.asked().map(|field| &field.label)).any(|name| words.are_in(name))
    }

    fn asked(&self) -> impl Iterator<Item = &Field> {
        self.fields.iter().filter(|field| field.filled_by == FilledBy::Applicant)
    }
}

impl Catalogue {
    /// The kinds that every case of the item touches: its own, and those of the town service whose stages it goes through.
    pub fn sensitive(&self, item: &Item) -> BTreeSet<Sensitive> {
        let town_service = self.town_service_of(item).map(|listed| listed.item.sensitive());
        item.sensitive().into_iter().chain(town_service.into_iter().flatten()).collect()
    }
}

/// `居民身份证（未办证的未成年人提供户口簿）` is an identity card: the brackets say who brings it.
fn without_conditions(name: &str) -> String {
    let mut kept = String::new();
    for (at, part) in name.split('（').enumerate() {
        match part.split_once('）') {
            Some((condition, rest)) if at > 0 && condition.contains("提供") => kept.push_str(rest),
            _ => kept.push_str(part),
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::reference;

    /// Every item of the catalogue with the kinds that it touches, a line an item, to be read by people: what is added, edited or
    /// reworded shows there.
    const REVIEWED: &str = include_str!("reviewed.txt");

    fn line(catalogue: &Catalogue, item: &Item) -> String {
        let words = |kind: &Sensitive| match kind {
            Sensitive::Health => "健康",
            Sensitive::Disability => "残疾",
            Sensitive::Account => "账户",
            Sensitive::Child => "儿童",
        };
        let touched: Vec<_> = catalogue.sensitive(item).iter().map(words).collect();
        format!("{} {}：{}", item.code, item.name, if touched.is_empty() { "无".to_owned() } else { touched.join("、") })
    }

    #[test]
    fn the_catalogue_s_items_touch_what_was_reviewed() {
        let catalogue = reference::catalogue();
        let found: Vec<_> = catalogue.items().map(|listed| line(&catalogue, &listed.item)).collect();
        let reviewed: Vec<_> = REVIEWED.lines().collect();
        let new: Vec<_> = found.iter().filter(|line| !reviewed.contains(&line.as_str())).collect();
        let gone: Vec<_> = reviewed.iter().filter(|line| !found.iter().any(|found| found == *line)).collect();
        assert!(new.is_empty() && gone.is_empty(), "to be reviewed: {new:#?}; no longer so: {gone:#?}");
        assert_eq!(found, reviewed);
    }

    fn item(code: &str) -> Item {
        reference::items().into_iter().find(|item| item.code.as_str() == code).unwrap()
    }

    fn asking_for(material: &str) -> Item {
        let mut item = item("C050");
        item.materials[0].name = material.to_owned();
        item
    }

    #[test]
    fn an_item_that_asks_for_another_paper_touches_what_the_paper_tells() {
        let told = |material: &str| asking_for(material).sensitive().into_iter().collect::<Vec<_>>();
        assert_eq!(told("居民身份证"), []);
        assert_eq!(told("近期病历"), [Sensitive::Health]);
        assert_eq!(told("疾病、残疾等困难情形材料"), [Sensitive::Health, Sensitive::Disability]);
        assert_eq!(told("学生居民身份证"), [Sensitive::Child]);
    }

    #[test]
    fn animals_insurance_and_the_cooks_health_cards_are_nobody_s_health() {
        for material in ["病死畜禽照片（含耳标）", "疫病检测报告", "从业人员健康证明", "《基本医疗保险参保登记表》"]
        {
            assert!(asking_for(material).sensitive().is_empty(), "{material}");
        }
        assert!(!item("V044").sensitive().contains(&Sensitive::Health), "it asks for the disease that animals are immunised against");
    }

    #[test]
    fn a_bracket_that_says_who_brings_a_paper_says_nothing_of_what_it_is() {
        assert!(asking_for("监护人居民身份证（未成年人、残疾人提供）").sensitive().is_empty());
        assert_eq!(asking_for("困难材料（病历、学费等）").sensitive().into_iter().collect::<Vec<_>>(), [Sensitive::Health]);
    }

    #[test]
    fn choosing_to_be_disabled_from_a_list_tells_of_it_and_choosing_anything_else_does_not() {
        let chosen = |kind: &str| {
            let answers = serde_json::from_value(serde_json::json!({ "person_kind": kind, "skill": "照料残疾老人" })).unwrap();
            item("V030").sensitive_choices(&answers).into_iter().collect::<Vec<_>>()
        };
        assert!(item("V030").sensitive().is_empty());
        assert_eq!((chosen("残疾人"), chosen("一般劳动力")), (vec![Sensitive::Disability], vec![]));
    }

    #[test]
    fn a_village_item_touches_what_its_town_service_touches_too() {
        let (catalogue, pension) = (reference::catalogue(), item("V004"));
        assert!(!pension.sensitive().contains(&Sensitive::Account));
        assert!(catalogue.sensitive(&pension).contains(&Sensitive::Account), "the town's form asks for the account to be debited");
    }
}
