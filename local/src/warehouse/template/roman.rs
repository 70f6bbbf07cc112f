//! Roman numerals.

const DIGITS: [(u32, &str); 13] = [
    (1000, "M"),
    (900, "CM"),
    (500, "D"),
    (400, "CD"),
    (100, "C"),
    (90, "XC"),
    (50, "L"),
    (40, "XL"),
    (10, "X"),
    (9, "IX"),
    (5, "V"),
    (4, "IV"),
    (1, "I"),
];

/// A number from 1 to 3999.
pub(super) fn roman(number: u32) -> Option<String> {
    if !(1..=3999).contains(&number) {
        return None;
    }
    let mut rest = number;
    let mut text = String::new();
    for (value, digit) in DIGITS {
        while rest >= value {
            text.push_str(digit);
            rest -= value;
        }
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::roman;

    #[test]
    fn numerals() {
        for (number, text) in [
            (1, "I"),
            (4, "IV"),
            (125, "CXXV"),
            (619, "DCXIX"),
            (3999, "MMMCMXCIX"),
        ] {
            assert_eq!(roman(number).as_deref(), Some(text));
        }
        assert_eq!(roman(0), None);
        assert_eq!(roman(4000), None);
    }
}
