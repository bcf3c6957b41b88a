//! Villagers with a phone in the WeChat sandbox, and who else belongs to them: each stands for somebody whom the service must get right.
//! Their phones are known by name; the sandbox gives out login codes for them.

use chrono::NaiveDate;
use domain::district::DistrictMap;
use domain::ids::{DivisionCode, PersonId};
use domain::people::{Gender, Kinship, Person, Relative};
use infra::wechat::Openid;

use super::census::Census;
use super::{Cast, DemoError, partners};
use crate::sandbox::SandboxSettings;

/// A villager's phone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Phone {
    /// What the sandbox calls it.
    pub name: &'static str,
    pub owner: &'static str,
    /// Who they are, in Chinese.
    pub story: &'static str,
}

/// Where the tour plays: 平桥村 of 柳河镇.
const TOUR: &str = "511499101203";
const NEXT_VILLAGE: &str = "511499101204";
const TOWN_COMMUNITY: &str = "511499001001";

const fn phone(name: &'static str, owner: &'static str, story: &'static str) -> Phone {
    Phone { name, owner, story }
}

pub const PHONES: [Phone; 13] = [
    phone("wang-dama", "王桂芳", "平桥村村民，67 岁，独居"),
    phone("li-daye", "李德福", "平桥村村民，82 岁（高龄，可特需特办）"),
    phone("zhang-wei", "张伟", "平桥村四口之家的户主"),
    phone("liu-fang", "刘芳", "张伟的妻子，同一户"),
    phone("zhao-min", "赵敏", "平桥村村民，孕晚期（可特需特办）"),
    phone("sun-jun", "孙军", "高渡村村民，肢体二级残疾（可特需特办）"),
    phone("zhou-peng", "周鹏", "户籍在云岭区（演示），现住平桥村"),
    phone("feng-lan", "冯兰", "户籍在平桥村，在云岭区（演示）务工，可异地办理"),
    phone("he-xia", "何霞", "平桥村村务员 cunwu 的配偶，同一户：该村务员不能办理其办件"),
    phone("cunzhang-jia", "某建军", "平桥村村主任 cunzhang 的弟弟：村主任不能办理其办件"),
    phone("wu-xiuying", "吴秀英", "高渡村村民"),
    phone("zheng-hao", "郑浩", "永碾社区居民"),
    phone("chen-yu", "陈宇", "永碾社区居民，大学生"),
];

struct Entry {
    phone: &'static str,
    born: (i32, u32, u32),
    gender: Gender,
    home: &'static str,
    address: &'static str,
}

const fn entry(phone: &'static str, born: (i32, u32, u32), gender: Gender, home: &'static str, address: &'static str) -> Entry {
    Entry { phone, born, gender, home, address }
}

const ENTRIES: [Entry; 12] = [
    entry("wang-dama", (1959, 3, 8), Gender::Female, TOUR, "平桥村3组12号"),
    entry("li-daye", (1944, 5, 20), Gender::Male, TOUR, "平桥村1组7号"),
    entry("zhang-wei", (1988, 10, 2), Gender::Male, TOUR, "平桥村5组21号"),
    entry("liu-fang", (1989, 7, 16), Gender::Female, TOUR, "平桥村5组21号"),
    entry("zhao-min", (1996, 1, 25), Gender::Female, TOUR, "平桥村2组3号"),
    entry("sun-jun", (1975, 12, 1), Gender::Male, NEXT_VILLAGE, "高渡村4组9号"),
    entry("zhou-peng", (1991, 4, 11), Gender::Male, TOUR, "平桥村6组30号"),
    entry("feng-lan", (1993, 9, 5), Gender::Female, TOUR, "平桥村3组15号"),
    entry("he-xia", (1984, 6, 18), Gender::Female, TOUR, "平桥村2组8号"),
    entry("wu-xiuying", (1967, 2, 14), Gender::Female, NEXT_VILLAGE, "高渡村1组2号"),
    entry("zheng-hao", (1979, 8, 30), Gender::Male, TOWN_COMMUNITY, "永碾社区6栋2单元301"),
    entry("chen-yu", (2006, 11, 9), Gender::Male, TOWN_COMMUNITY, "永碾社区2栋1单元502"),
];

pub(super) fn add(cast: &mut Cast, census: &mut Census, map: &DistrictMap) -> Result<(), DemoError> {
    for entry in &ENTRIES {
        let name = PHONES.iter().find(|phone| phone.name == entry.phone).map_or("", |phone| phone.owner);
        let person = person(census, map, (name, entry.born, entry.gender), (entry.home, entry.address))?;
        cast.people.push((person, Some(openid(entry.phone)?)));
    }
    add_family_of_four(cast, census, map)?;
    move_between_districts(cast)?;
    marry_the_clerk(cast)?;
    add_brother_of_the_head(cast, census, map)
}

fn person(
    census: &mut Census,
    map: &DistrictMap,
    (name, (year, month, day), gender): (&str, (i32, u32, u32), Gender),
    (home, address): (&str, &str),
) -> Result<Person, DemoError> {
    let home: DivisionCode = parsed(home)?;
    if map.division(&home).is_none() {
        return Err(DemoError::Missing(home.to_string()));
    }
    let born = NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default();
    Ok(census.person(name, (born, gender), &home, address.to_owned()))
}

/// 张伟 and 刘芳 have two children, without phones.
fn add_family_of_four(cast: &mut Cast, census: &mut Census, map: &DistrictMap) -> Result<(), DemoError> {
    let (father, household) = {
        let father = find(cast, "张伟")?;
        (father.id, father.household.clone())
    };
    let mother = find(cast, "刘芳")?;
    mother.household.clone_from(&household);
    let mother = mother.id;
    cast.relatives.push((father, Relative { person: mother, kinship: Kinship::Spouse }));
    for (name, born, gender) in [("张子轩", (2012, 5, 6), Gender::Male), ("张雨桐", (2016, 9, 23), Gender::Female)] {
        let child = person(census, map, (name, born, gender), (TOUR, "平桥村5组21号"))?;
        cast.relatives.push((father, Relative { person: child.id, kinship: Kinship::Child }));
        cast.people.push((Person { household: household.clone(), phone: None, ..child }, None));
    }
    Ok(())
}

/// 周鹏 is registered in the partner district and lives here; 冯兰 the other way round.
fn move_between_districts(cast: &mut Cast) -> Result<(), DemoError> {
    let elsewhere: DivisionCode = parsed(&format!("{}001001", partners::NEAR))?;
    find(cast, "周鹏")?.registered = Some(elsewhere.clone());
    let worker = find(cast, "冯兰")?;
    worker.residence = Some(elsewhere);
    worker.address = Some("云岭区（演示）务工地址".to_owned());
    Ok(())
}

/// 何霞 lives in one household with the village's clerk.
fn marry_the_clerk(cast: &mut Cast) -> Result<(), DemoError> {
    let clerk = who_logs_in_as(cast, "cunwu")?;
    let household = cast.people.iter().find(|(person, _)| person.id == clerk).and_then(|(person, _)| person.household.clone());
    let wife = find(cast, "何霞")?;
    wife.household = household;
    let wife = wife.id;
    cast.relatives.push((clerk, Relative { person: wife, kinship: Kinship::Spouse }));
    Ok(())
}

/// A brother of the village's head, with a household of his own: their tie is known because he recorded it.
fn add_brother_of_the_head(cast: &mut Cast, census: &mut Census, map: &DistrictMap) -> Result<(), DemoError> {
    let head = who_logs_in_as(cast, "cunzhang")?;
    let name = cast.people.iter().find(|(person, _)| person.id == head).and_then(|(person, _)| person.name.clone());
    let surname = name.iter().flat_map(|name| name.chars()).take(1);
    let name: String = surname.chain("建军".chars()).collect();
    let brother = person(census, map, (&name, (1982, 3, 30), Gender::Male), (TOUR, "平桥村4组18号"))?;
    cast.relatives.push((brother.id, Relative { person: head, kinship: Kinship::Sibling }));
    cast.people.push((brother, Some(openid("cunzhang-jia")?)));
    Ok(())
}

fn find<'a>(cast: &'a mut Cast, name: &str) -> Result<&'a mut Person, DemoError> {
    // Villagers came last, and staff may share a name with them.
    let found = cast.people.iter_mut().rev().map(|(person, _)| person).find(|person| person.name.as_deref() == Some(name));
    found.ok_or_else(|| DemoError::Missing(name.to_owned()))
}

fn who_logs_in_as(cast: &Cast, login: &str) -> Result<PersonId, DemoError> {
    let account = cast.accounts.iter().map(|(account, _)| account).find(|account| account.login == login);
    account.map(|account| account.person).ok_or_else(|| DemoError::Missing(login.to_owned()))
}

fn parsed(code: &str) -> Result<DivisionCode, DemoError> {
    code.parse().map_err(|_| DemoError::Missing(code.to_owned()))
}

/// As the sandbox gives it out for the phone.
fn openid(phone: &str) -> Result<Openid, DemoError> {
    SandboxSettings::demo().openid_of(phone).ok_or_else(|| DemoError::Missing(phone.to_owned()))
}
