//! TO_NUMBER: a number that a template describes.

use super::number::{Number, NumberPiece};

/// Reads a number; its decimal digits. The template says where its digits and signs may stand, and how many
/// digits it has.
pub(crate) fn read(template: &Number, text: &str) -> Result<String, String> {
    let mut rest = text.trim_end();
    let mut negative = false;
    let mut whole = String::new();
    let mut fraction = String::new();
    let mut behind_point = false;
    for piece in &template.pieces {
        let next = rest.chars().next();
        match piece {
            NumberPiece::Nine | NumberPiece::Zero | NumberPiece::Point => {
                if whole.is_empty() && fraction.is_empty() {
                    rest = rest.trim_start();
                    for (sign, is_negative) in [('-', true), ('+', false), ('<', true)] {
                        if let Some(behind) = rest.strip_prefix(sign) {
                            negative |= is_negative;
                            rest = behind;
                        }
                    }
                }
                let Some(first) = rest.chars().next() else {
                    break;
                };
                if *piece == NumberPiece::Point {
                    // A number may be shorter than its template, and have no point.
                    if let Some(behind) = rest.strip_prefix('.') {
                        behind_point = true;
                        rest = behind;
                    }
                } else if first.is_ascii_digit() {
                    let to = if behind_point {
                        &mut fraction
                    } else {
                        &mut whole
                    };
                    to.push(first);
                    rest = rest.get(1..).unwrap_or_default();
                }
            }
            NumberPiece::Group => rest = rest.strip_prefix(',').unwrap_or(rest),
            NumberPiece::Currency => rest = rest.trim_start().strip_prefix('$').unwrap_or(rest),
            NumberPiece::Minus | NumberPiece::Plus | NumberPiece::Sign => {
                if let Some(sign @ ('-' | '+')) = next {
                    negative |= sign == '-';
                    rest = rest.get(1..).unwrap_or_default();
                }
            }
            NumberPiece::Ordinal { .. } => {
                rest = rest.trim_start_matches(|letter: char| letter.is_ascii_alphabetic());
            }
            NumberPiece::Literal(' ') => rest = rest.strip_prefix(' ').unwrap_or(rest),
            NumberPiece::Literal(literal) => rest = rest.strip_prefix(*literal).unwrap_or(rest),
        }
    }
    // A sign behind the digits: `999S`, `999PR`.
    let rest = rest.trim();
    negative |= rest.starts_with('-');
    let ends = matches!(rest, "" | "-" | "+" | ">")
        || rest.starts_with(|sign: char| sign.is_ascii_digit() || sign == '.');
    if !ends || whole.is_empty() && fraction.is_empty() {
        return Err(format!("invalid input syntax for type numeric: \"{text}\""));
    }
    let sign = if negative { "-" } else { "" };
    let whole = if whole.is_empty() { "0" } else { &whole };
    let number = match fraction.as_str() {
        "" => format!("{sign}{whole}"),
        fraction => format!("{sign}{whole}.{fraction}"),
    };
    Ok(number)
}

#[cfg(test)]
mod tests {
    use super::super::number::Number;
    use super::read;

    #[test]
    fn numbers_by_their_templates() {
        for (text, template, expected) in [
            ("12,454.8-", "99G999D9S", "-12454.8"),
            ("$ 12,454.88", "L 99G999D99", "12454.88"),
            ("$ 2,012,454.88", "L 9,999,999.99", "2012454.88"),
            ("2,012,454.88", "9,999,999.99", "2012454.88"),
            ("-34,338,492", "99G999G999", "-34338492"),
            (
                "-34,338,492.654,878",
                "99G999G999D999G999",
                "-34338492.654878",
            ),
            ("<564646.654564>", "999999.999999PR", "-564646.654564"),
            ("0.00001-", "9.999999S", "-0.00001"),
            ("5.01-", "FM9.999999MI", "-5.01"),
            (" 4 4 4", "9 9 9", "444"),
            ("123", "999", "123"),
            ("12.34", "99.9", "12.3"),
            ("485", "9999", "485"),
            ("+7", "S9", "7"),
        ] {
            let template = Number::parse(template).unwrap();
            assert_eq!(read(&template, text).as_deref(), Ok(expected), "{text}");
        }
        let template = Number::parse("999").unwrap();
        assert!(read(&template, "abc").is_err());
        assert!(read(&template, "").is_err());
        assert!(read(&template, "12x").is_err());
    }
}
