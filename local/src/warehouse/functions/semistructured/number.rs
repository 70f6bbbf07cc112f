//! Numbers in SUPER values: exact where they are decimals, doubles where they have an exponent.

use strum::EnumString;

/// Most digits of a DECIMAL (AWS page: `Numeric types`).
const MAX_DIGITS: u32 = 38;

/// A number as it was written.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Number {
    /// `digits` times ten to the power of minus `scale`.
    Decimal {
        digits: i128,
        scale: u32,
    },
    Double(f64),
}

/// Which whole number stands for another number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, EnumString)]
#[strum(serialize_all = "lowercase")]
pub(super) enum Way {
    Abs,
    Ceil,
    Floor,
    Round,
    Trunc,
}

impl Number {
    /// The number next to it that has so many digits behind the point, and none where a negative count cuts
    /// digits before it. `Abs` keeps all digits.
    pub(super) fn whole(self, way: Way, kept: i32) -> Option<Self> {
        match self {
            Self::Decimal { digits, scale } if way == Way::Abs => Some(Self::Decimal {
                digits: digits.checked_abs()?,
                scale,
            }),
            Self::Decimal { digits, scale } => {
                let cut = i32::try_from(scale).ok()?.checked_sub(kept)?;
                let Ok(cut) = u32::try_from(cut) else {
                    return Some(self);
                };
                // All digits are cut, and more.
                let Some(unit) = 10_i128.checked_pow(cut) else {
                    return Some(Self::Decimal {
                        digits: 0,
                        scale: 0,
                    });
                };
                let units = match way {
                    Way::Floor => digits.div_euclid(unit),
                    Way::Ceil => digits.checked_neg()?.div_euclid(unit).checked_neg()?,
                    Way::Round => digits.checked_add(unit / 2 * digits.signum())? / unit,
                    Way::Trunc | Way::Abs => digits / unit,
                };
                Some(match u32::try_from(kept) {
                    Ok(scale) => Self::Decimal {
                        digits: units,
                        scale,
                    },
                    Err(_) => Self::Decimal {
                        digits: units.checked_mul(10_i128.checked_pow(kept.unsigned_abs())?)?,
                        scale: 0,
                    },
                })
            }
            Self::Double(value) => {
                let unit = 10_f64.powi(kept);
                let scaled = value * unit;
                let whole = match way {
                    Way::Abs => return Some(Self::Double(value.abs())),
                    Way::Floor => scaled.floor(),
                    Way::Ceil => scaled.ceil(),
                    Way::Round => scaled.round(),
                    Way::Trunc => scaled.trunc(),
                };
                Some(Self::Double(whole / unit)).filter(|_| (whole / unit).is_finite())
            }
        }
    }

    /// Reads a number of JSON.
    pub(super) fn read(text: &str) -> Option<Self> {
        let double = || {
            text.parse()
                .ok()
                .filter(|x: &f64| x.is_finite())
                .map(Self::Double)
        };
        if text.contains(['e', 'E']) {
            return double();
        }
        let (whole, behind) = text.split_once('.').unwrap_or((text, ""));
        let joined = format!("{whole}{behind}");
        let scale = u32::try_from(behind.len()).ok()?;
        match joined.parse() {
            Ok(digits) if scale <= MAX_DIGITS => Some(Self::Decimal { digits, scale }),
            _ => double(),
        }
    }

    /// The number as JSON writes it.
    pub(super) fn write(self) -> String {
        match self {
            Self::Decimal { digits, scale: 0 } => digits.to_string(),
            Self::Decimal { digits, scale } => {
                let scale = scale as usize;
                let sign = if digits < 0 { "-" } else { "" };
                let text = format!("{:0>width$}", digits.unsigned_abs(), width = scale + 1);
                let (whole, behind) = text.split_at(text.len() - scale);
                format!("{sign}{whole}.{behind}")
            }
            Self::Double(value) => {
                let text = format!("{value:?}");
                text.strip_suffix(".0").map(str::to_owned).unwrap_or(text)
            }
        }
    }

    fn as_double(self) -> f64 {
        match self {
            // A double has no more digits than that.
            Self::Decimal { .. } => self.write().parse().unwrap_or(f64::NAN),
            Self::Double(value) => value,
        }
    }

    /// The whole number next to it, away from zero where two are as near; none if it has no room in 64
    /// bits.
    pub(super) fn rounded(self) -> Option<i64> {
        match self {
            Self::Decimal { digits, scale } => {
                let unit = 10_i128.checked_pow(scale)?;
                let half = unit / 2 * digits.signum();
                i64::try_from(digits.checked_add(half)? / unit).ok()
            }
            Self::Double(value) => {
                let rounded = value.round();
                // Every whole number of this range is a double.
                #[expect(clippy::cast_possible_truncation, reason = "the range is checked")]
                (rounded.abs() < 9.2e18).then_some(rounded as i64)
            }
        }
    }

    /// Whether it has no digits behind the point.
    pub(super) fn is_whole(self) -> bool {
        matches!(self, Self::Decimal { scale: 0, .. })
    }

    /// The digits and the power of ten of a number without zeros at its end: `0.12` is 12 and -2.
    fn reduced(self) -> Option<(i128, i32)> {
        let (mut digits, mut power) = match self {
            Self::Decimal { digits, scale } => (digits, -i32::try_from(scale).ok()?),
            Self::Double(value) => {
                let text = format!("{value:e}");
                let (mantissa, exponent) = text.split_once('e')?;
                let (whole, behind) = mantissa.split_once('.').unwrap_or((mantissa, ""));
                let exponent: i32 = exponent.parse().ok()?;
                let digits = format!("{whole}{behind}").parse().ok()?;
                (digits, exponent - i32::try_from(behind.len()).ok()?)
            }
        };
        while digits != 0 && digits % 10 == 0 {
            digits /= 10;
            power += 1;
        }
        Some(if digits == 0 { (0, 0) } else { (digits, power) })
    }

    /// A text that two numbers have in common where they are equal, and that orders them as they are.
    pub(super) fn key(self) -> Option<String> {
        let (digits, power) = self.reduced()?;
        let written = digits.unsigned_abs().to_string();
        // 0.12 and 0.0012 have the sizes 0 and -2.
        let size = power + i32::try_from(written.len()).ok()?;
        let shifted = |size: i32| format!("{:04}", size + 5000);
        Some(match digits.signum() {
            0 => "1".to_owned(),
            1 => format!("2{}{written} ", shifted(size)),
            _ => {
                let complement: String = written
                    .bytes()
                    .map(|digit| char::from(b'9' - (digit - b'0')))
                    .collect();
                format!("0{}{complement}~", shifted(-size))
            }
        })
    }

    /// Digits and scale; none of what is no decimal.
    fn decimal(self) -> Option<(i128, u32)> {
        match self {
            Self::Decimal { digits, scale } => Some((digits, scale)),
            _ => None,
        }
    }

    fn same_scale(self, other: Self) -> Option<(i128, i128, u32)> {
        let ((a, s), (b, t)) = (self.decimal()?, other.decimal()?);
        let scale = s.max(t);
        let widened = |digits: i128, by: u32| digits.checked_mul(10_i128.checked_pow(by)?);
        Some((widened(a, scale - s)?, widened(b, scale - t)?, scale))
    }

    fn product(self, other: Self) -> Option<Self> {
        let ((a, s), (b, t)) = (self.decimal()?, other.decimal()?);
        let digits = a.checked_mul(b)?;
        Some(Self::Decimal {
            digits,
            scale: s + t,
        })
    }

    /// The result of an operator between two numbers. Why not, where the rule of Redshift is not known.
    pub(super) fn combined(self, operator: &str, other: Self) -> Result<Option<Self>, String> {
        let exact = self.same_scale(other);
        let decimal =
            |digits: Option<i128>, scale| digits.map(|digits| Self::Decimal { digits, scale });
        let (a, b) = (self.as_double(), other.as_double());
        let double = |value: f64| value.is_finite().then_some(Self::Double(value));
        let zero = other.reduced().is_some_and(|(digits, _)| digits == 0);
        Ok(match (operator, exact) {
            ("/" | "%", _) if zero => return Err("Divide by zero".to_owned()),
            ("+", Some((a, b, scale))) => decimal(a.checked_add(b), scale),
            ("-", Some((a, b, scale))) => decimal(a.checked_sub(b), scale),
            ("%", Some((a, b, scale))) => decimal(a.checked_rem(b), scale),
            ("*", Some(_)) => self.product(other),
            ("/", Some((a, b, 0))) => decimal(a.checked_div(b), 0),
            ("/", Some(_)) => {
                return Err(
                    "a quotient of decimals in SUPER values: cast both sides, such as `…::decimal(18,4)`"
                        .to_owned(),
                );
            }
            ("+", None) => double(a + b),
            ("-", None) => double(a - b),
            ("*", None) => double(a * b),
            ("/", None) => double(a / b),
            ("%", None) => double(a % b),
            _ => None,
        })
    }
}

#[cfg(test)]
mod tests {
    use std::cmp::Ordering;

    use super::*;

    fn compared(one: &str, other: &str) -> Option<Ordering> {
        let key = |text| Number::read(text)?.key();
        Some(key(one)?.cmp(&key(other)?))
    }

    #[test]
    fn keys_order_numbers() {
        let numbers = [
            "-1e300",
            "-120",
            "-12.5",
            "-12",
            "-1.25",
            "-1.2",
            "-0.5",
            "-0.05",
            "0",
            "1e-10",
            "0.05",
            "0.5",
            "1",
            "1.2",
            "1.25",
            "3",
            "12",
            "120",
            "12345678901234567890123456789",
            "1e300",
        ];
        for pair in numbers.windows(2) {
            assert_eq!(compared(pair[0], pair[1]), Some(Ordering::Less), "{pair:?}");
        }
        for (one, other) in [
            ("3", "3.0"),
            ("3", "3e0"),
            ("0", "-0.00"),
            ("1200", "1.2e3"),
        ] {
            assert_eq!(compared(one, other), Some(Ordering::Equal), "{one} {other}");
        }
    }

    #[test]
    fn operators_are_exact_for_decimals() {
        let of = |a: &str, operator: &str, b: &str| {
            let found = Number::read(a)
                .unwrap()
                .combined(operator, Number::read(b).unwrap());
            found.map(|number| number.map(Number::write))
        };
        assert_eq!(of("0.1", "+", "0.2").unwrap().as_deref(), Some("0.3"));
        assert_eq!(of("3", "-", "4.50").unwrap().as_deref(), Some("-1.50"));
        assert_eq!(of("1.5", "*", "-0.5").unwrap().as_deref(), Some("-0.75"));
        assert_eq!(of("7", "/", "2").unwrap().as_deref(), Some("3"));
        assert_eq!(of("1e1", "*", "2").unwrap().as_deref(), Some("20"));
        assert!(of("7", "/", "0").is_err());
        assert!(of("7.5", "/", "2").is_err());
    }

    #[test]
    fn numbers_become_whole() {
        let of = |text: &str, way, kept| {
            let number = Number::read(text).unwrap().whole(way, kept);
            number.map(Number::write)
        };
        for (text, way, kept, expected) in [
            ("1389636795898.0500", Way::Floor, 0, "1389636795898"),
            ("1389636795898.0500", Way::Ceil, 0, "1389636795899"),
            ("1389636795898.0500", Way::Round, 0, "1389636795898"),
            ("-1.5", Way::Floor, 0, "-2"),
            ("-1.5", Way::Ceil, 0, "-1"),
            ("-1.5", Way::Round, 0, "-2"),
            ("-1.5", Way::Trunc, 0, "-1"),
            ("-1.50", Way::Abs, 0, "1.50"),
            ("1.2345", Way::Round, 2, "1.23"),
            ("1.2", Way::Round, 2, "1.2"),
            ("1250", Way::Round, -2, "1300"),
            ("7", Way::Trunc, -2, "0"),
            ("7", Way::Trunc, -60, "0"),
            ("2.5e0", Way::Round, 0, "3"),
        ] {
            assert_eq!(
                of(text, way, kept).as_deref(),
                Some(expected),
                "{text} {way:?}"
            );
        }
    }

    #[test]
    fn numbers_are_rounded_away_from_zero() {
        for (text, whole) in [("2.5", 2 + 1), ("-2.5", -3), ("2.4", 2), ("1e3", 1000)] {
            assert_eq!(Number::read(text).unwrap().rounded(), Some(whole));
        }
        assert_eq!(Number::read("1e30").unwrap().rounded(), None);
    }
}
