//! Check characters by ISO 7064, MOD 37,36: one of 0-9A-Z after a text of 0-9A-Z, so that a mistyped number is noticed.
//! Catches every single wrong character and every swap of two neighbours that differ, but for the few pairs the hybrid
//! system can't tell. Hyphens are for reading and are not counted. Source: ISO/IEC 7064, hybrid systems.

const ALPHABET: &[u8; 36] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const MODULUS: usize = 36;

/// The check character of `text`; none where it holds anything but 0-9, A-Z and hyphens, or nothing at all.
pub fn of(text: &str) -> Option<char> {
    let product = product(text)?;
    let value = (MODULUS + 1 - product) % MODULUS;
    ALPHABET.get(value).copied().map(char::from)
}

/// Whether the last character of `text` is the check character of the rest.
pub fn fits(text: &str) -> bool {
    match text.char_indices().next_back() {
        Some((at, check)) => text.get(..at).and_then(of) == Some(check),
        None => false,
    }
}

/// Whether it may be taken for a digit by who reads it or hears it: O for 0, I for 1.
pub fn is_like_a_digit(check: char) -> bool {
    matches!(check, 'O' | 'I')
}

fn product(text: &str) -> Option<usize> {
    let mut counted = text.bytes().filter(|byte| *byte != b'-').peekable();
    counted.peek()?;
    counted.try_fold(MODULUS, |product, byte| {
        let value = ALPHABET.iter().position(|character| *character == byte)?;
        let sum = match (product + value) % MODULUS {
            0 => MODULUS,
            sum => sum,
        };
        Some(sum * 2 % (MODULUS + 1))
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_published_example_of_the_standard_fits() {
        // GRid A12425GABC1234002 has the check character M (GRid standard, which uses MOD 37,36).
        assert_eq!(of("A12425GABC1234002"), Some('M'));
        assert!(fits("A1-2425G-ABC1234002-M"));
    }

    #[test]
    fn a_text_outside_the_alphabet_has_no_check_character() {
        assert_eq!((of(""), of("-"), of("12a"), of("便民")), (None, None, None, None));
        assert!(!fits("") && !fits("A") && !fits("12便"));
    }

    proptest! {
        #[test]
        fn a_text_with_its_check_character_fits(text in "[0-9A-Z]{1,30}") {
            let check = of(&text).unwrap();
            prop_assert!(fits(&[text, check.to_string()].concat()));
        }

        #[test]
        fn one_wrong_character_is_always_noticed(text in "[0-9A-Z]{2,30}", at in any::<prop::sample::Index>(), wrong in "[0-9A-Z]") {
            let full = format!("{text}{}", of(&text).unwrap());
            let at = at.index(full.len());
            prop_assume!(full.get(at..=at) != Some(wrong.as_str()));
            let mut mistyped = full;
            mistyped.replace_range(at..=at, &wrong);
            prop_assert!(!fits(&mistyped));
        }
    }
}
