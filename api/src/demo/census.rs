//! Invents people: a number gives the same name, citizen ID number, phone and household every time.
//! Invariants: the citizen ID numbers are well-formed, begin with a county code that is assigned to nobody, and are all different.

use chrono::NaiveDate;
use domain::ids::{DistrictCode, DivisionCode, PersonId};
use domain::people::{CitizenId, Gender, HouseholdNumber, Person};
use uuid::{Builder, Uuid};

const SURNAMES: &[&str] = &[
    "王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴", "徐", "孙", "胡", "朱", "高", "林", "何", "郭", "马", "罗", "梁", "宋",
    "郑", "谢", "韩", "唐", "冯", "于", "董", "萧", "程",
];
const MEN: &[&str] = &[
    "建国", "志强", "伟", "军", "勇", "磊", "洋", "海涛", "明", "德福", "国平", "永康", "文斌", "大山", "立新", "俊杰", "小龙", "天佑",
    "家和",
];
const WOMEN: &[&str] =
    &["秀英", "桂兰", "敏", "静", "丽", "艳", "芳", "玉梅", "小红", "晓燕", "春花", "雪梅", "慧", "婷婷", "思雨", "佳怡", "淑珍"];
/// 2026-01-01 in Beijing, in milliseconds: when everybody of the demo was made.
const MADE_AT_MILLIS: u64 = 1_767_196_800_000;
const CHECK_CHARACTERS: &str = "0123456789X";

/// Counts the people, so that no two are alike.
#[derive(Debug, Default)]
pub struct Census {
    count: u32,
}

impl Census {
    /// The next person of working age, at home in `home`; a household of their own.
    pub fn adult(&mut self, home: &DivisionCode, address: String) -> Person {
        let number = self.count;
        let gender = if number.is_multiple_of(3) { Gender::Female } else { Gender::Male };
        let name = name(number, gender);
        self.person(&name, (birth_date(number), gender), home, address)
    }

    /// A certain person.
    pub fn person(&mut self, name: &str, (born, gender): (NaiveDate, Gender), home: &DivisionCode, address: String) -> Person {
        let number = self.next();
        Person {
            name: Some(name.to_owned()),
            citizen_id: citizen_id(&home.district(), born, gender, number),
            phone: format!("1990000{number:04}").parse().ok(),
            ethnicity: Some("汉族".to_owned()),
            registered: Some(home.clone()),
            residence: Some(home.clone()),
            address: Some(address),
            household: household(home, number),
            demo: true,
            ..Person::unknown(PersonId::new(id('p', number)))
        }
    }

    fn next(&mut self) -> u32 {
        self.count += 1;
        self.count - 1
    }
}

/// An id that is the same every time: `letter` keeps the ids of persons and accounts apart.
pub fn id(letter: char, number: u32) -> Uuid {
    let [a, b, c, d] = number.to_be_bytes();
    let [.., kind] = u32::from(letter).to_be_bytes();
    Builder::from_unix_timestamp_millis(MADE_AT_MILLIS, &[0, 0, 0, 0, 0, kind, a, b, c, d]).into_uuid()
}

fn name(number: u32, gender: Gender) -> String {
    let given = match gender {
        Gender::Male => MEN,
        Gender::Female => WOMEN,
    };
    format!("{}{}", nth(SURNAMES, number), nth(given, number / 2))
}

fn nth<'a>(names: &[&'a str], number: u32) -> &'a str {
    let at = usize::try_from(number).unwrap_or_default();
    names.iter().copied().cycle().nth(at % names.len().max(1)).unwrap_or_default()
}

/// From 1966 to 2000.
fn birth_date(number: u32) -> NaiveDate {
    let year = 1966 + i32::try_from(number * 11 % 35).unwrap_or_default();
    NaiveDate::from_ymd_opt(year, 1 + number * 5 % 12, 1 + number * 11 % 28).unwrap_or_default()
}

/// The sequence is odd for a man; its check character is the one that fits.
fn citizen_id(place: &DistrictCode, born: NaiveDate, gender: Gender, number: u32) -> Option<CitizenId> {
    let odd = match gender {
        Gender::Male => 1,
        Gender::Female => 0,
    };
    let body = format!("{place}{}{:03}", born.format("%Y%m%d"), (number * 2 + odd) % 1000);
    CHECK_CHARACTERS.chars().find_map(|check| format!("{body}{check}").parse().ok())
}

fn household(home: &DivisionCode, number: u32) -> Option<HouseholdNumber> {
    format!("{home}{number:05}").parse().ok()
}
