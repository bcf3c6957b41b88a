//! What others may see of names and numbers.

/// The surname alone: `张*`, `欧**`.
pub fn name(name: &str) -> String {
    name.chars().enumerate().map(|(at, letter)| if at == 0 { letter } else { '*' }).collect()
}

/// The first three and last four digits: `138****5678`.
pub fn phone(phone: &str) -> String {
    let len = phone.chars().count();
    phone.chars().enumerate().map(|(at, digit)| if at < 3 || at + 4 >= len { digit } else { '*' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_shows_its_surname_and_a_phone_its_ends() {
        assert_eq!((name("张小明"), name("李")), ("张**".to_owned(), "李".to_owned()));
        assert_eq!(phone("13800005678"), "138****5678");
    }
}
