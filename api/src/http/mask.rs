//! What others may see of a name.

/// The surname alone: `张**`.
pub fn name(name: &str) -> String {
    name.chars().enumerate().map(|(at, letter)| if at == 0 { letter } else { '*' }).collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_name_shows_its_surname() {
        assert_eq!((super::name("张小明"), super::name("李")), ("张**".to_owned(), "李".to_owned()));
    }
}
