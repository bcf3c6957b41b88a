use super::*;

fn of_its_kind(key: &str, value: &str) -> Result<(), ValueFault> {
    check(key, value, None)
}

#[test]
fn each_kind_takes_what_wechat_shows_for_it() {
    let shown = [
        ("thing1", "城乡居民养老保险参保登记"),
        ("character_string2", "DB20261122-0007"),
        ("number3", "12.5"),
        ("letter4", "ABC"),
        ("symbol5", "!!"),
        ("time6", "2026年11月22日 15:01"),
        ("time6", "09:00~17:30"),
        ("time6", "2026-11-22 15:01:30"),
        ("date7", "2026-11-22"),
        ("date7", "2026/11/22 09:00"),
        ("date7", "2026年11月22日~2026年11月30日"),
        ("amount8", "¥5.00"),
        ("amount8", "5元"),
        ("phone_number9", "0766-66888866"),
        ("car_number10", "粤A8Z888挂"),
        ("name11", "张三"),
        ("name11", "Maria-Luisa Gonzalez"),
        ("phrase12", "办理中"),
        ("enum13", "已到达"),
    ];
    for (key, value) in shown {
        assert_eq!(of_its_kind(key, value), Ok(()), "{key} {value}");
    }
}

#[test]
fn each_kind_refuses_what_is_not_its_own() {
    let others = [
        ("thing1", "一二三四五六七八九十一二三四五六七八九十一"),
        ("thing1", "两行\n文字"),
        ("thing1", "两行\u{2028}文字"),
        ("character_string2", "川-0007"),
        ("character_string2", "123456789012345678901234567890123"),
        ("number3", "十二"),
        ("number3", "1e5"),
        ("number3", "-5"),
        ("number3", "123456789012345678901234567890.123"),
        ("letter4", "A1"),
        ("symbol5", "!!!!!!"),
        ("symbol5", "! !"),
        ("time6", "25:00"),
        ("time6", "2026-02-30 09:00"),
        ("date7", "2026-02-30"),
        ("date7", "2026-11-22~"),
        ("amount8", "12345678901"),
        ("amount8", "¥¥5"),
        ("amount8", "5元元"),
        ("phone_number9", "电话"),
        ("phone_number9", "138000000001380000"),
        ("car_number10", "粤A8Z888挂车辆"),
        ("car_number10", "粤A粤Z888"),
        ("name11", "一二三四五六七八九十一"),
        ("name11", "Maria-Luisa Gonzalez Y"),
        ("name11", "张三Maria-Lui"),
        ("name11", "张三2"),
        ("phrase12", "办理中ok"),
        ("phrase12", "已经办理完毕"),
    ];
    for (key, value) in others {
        assert_eq!(of_its_kind(key, value), Err(ValueFault::Invalid), "{key} {value}");
    }
}

#[test]
fn no_kind_takes_an_empty_value() {
    for key in ["thing1", "number1", "enum1", "phrase1"] {
        assert_eq!((of_its_kind(key, ""), of_its_kind(key, "　 ")), (Err(ValueFault::Empty), Err(ValueFault::Empty)), "{key}");
    }
}

#[test]
fn a_choice_is_one_of_the_template_s() {
    let choices = ["男".to_owned(), "女".to_owned()];
    assert_eq!(check("enum1", "女", Some(&choices)), Ok(()));
    assert_eq!(check("enum1", "其他", Some(&choices)), Err(ValueFault::Invalid));
    assert_eq!(check("thing1", "其他", Some(&choices)), Ok(()));
}

#[test]
fn a_key_is_a_kind_and_a_number() {
    for key in ["thing", "picture1", "1", ""] {
        assert_eq!((Kind::of(key), of_its_kind(key, "文字")), (None, Err(ValueFault::NoKind)), "{key}");
    }
}

#[test]
fn a_long_thing_is_cut_to_twenty_with_an_ellipsis_as_the_twentieth() {
    let twenty = "一二三四五六七八九十一二三四五六七八九十";
    assert_eq!(thing(twenty), twenty);
    let cut = thing(&format!("{twenty}一"));
    assert_eq!(cut, "一二三四五六七八九十一二三四五六七八九…");
    assert_eq!(of_its_kind("thing1", &cut), Ok(()));
    assert_eq!(thing("两行\n文字"), "两行 文字");
}

proptest::proptest! {
    #[test]
    fn whatever_is_cut_to_a_thing_is_one(text in ".*") {
        let cut = thing(&text);
        proptest::prop_assert!(cut.trim().is_empty() || of_its_kind("thing1", &cut) == Ok(()));
    }
}
