//! Numbers in SUPER values: exact where they are decimals, doubles where they have an exponent.

use strum::EnumString;

/// Most digits of a DECIMAL (AWS page: `Numeric types`).
const MAX_DIGITS: u32 = 38;

/// The guide prints one quotient, from which no rule for its digits follows. It does not tell whole numbers from
/// decimals of scale 0, so that 7 / 2 may be 3 or 3.5000.
const QUOTIENT: &str = "a quotient of SUPER values that are decimals, or of whole numbers that leaves a rest: cast \
                        both sides, such as `…::decimal(18,4)` or `…::int`";

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

    /// The result of an operator between two numbers; none of an operator that numbers do not have. What is
    /// too large is an error (AWS page: `Operators and functions` of semistructured data, "Arithmetic
    /// operators": "overflows still cause query errors").
    pub(super) fn combined(self, operator: &str, other: Self) -> Result<Option<Self>, String> {
        let zero = other.reduced().is_some_and(|(digits, _)| digits == 0);
        if zero && matches!(operator, "/" | "%") {
            return Err("Divide by zero".to_owned());
        }
        match (self.decimal(), other.decimal()) {
            (Some(one), Some(other)) => exact(one, operator, other),
            // Beside a double the other number is one, too.
            _ => approximate(self.as_double(), operator, other.as_double()),
        }
    }

    /// The number as SUM adds it up. Why not, where a `decimal(38,10)` would lose digits of it.
    pub(super) fn summand(self) -> Result<String, String> {
        const WHOLE: i32 = 28;
        const BEHIND: i32 = 10;
        let fits = |(digits, power): (i128, i32)| {
            let length = i32::try_from(digits.unsigned_abs().to_string().len());
            power >= -BEHIND && length.is_ok_and(|length| length + power <= WHOLE)
        };
        match self {
            Self::Decimal { .. } if self.reduced().is_some_and(fits) => Ok(self.write()),
            _ => Err(unsupported(&format!(
                "SUM of the SUPER value {}, which is no decimal of at most {WHOLE} digits before the \
                 point and {BEHIND} behind it: cast the values, such as `…::float8`",
                self.write()
            ))),
        }
    }
}

/// The result of an operator between two decimals, each of them digits and a scale.
fn exact(
    (a, s): (i128, u32),
    operator: &str,
    (b, t): (i128, u32),
) -> Result<Option<Number>, String> {
    let scale = s.max(t);
    let aligned = || {
        let widened = |digits: i128, by: u32| digits.checked_mul(10_i128.checked_pow(by)?);
        Some((widened(a, scale - s)?, widened(b, scale - t)?))
    };
    let (digits, scale) = match operator {
        "+" => (aligned().and_then(|(a, b)| a.checked_add(b)), scale),
        "-" => (aligned().and_then(|(a, b)| a.checked_sub(b)), scale),
        "%" => (aligned().and_then(|(a, b)| a.checked_rem(b)), scale),
        "*" => (a.checked_mul(b), s + t),
        "/" if scale == 0 && a.checked_rem(b) == Some(0) => (a.checked_div(b), 0),
        "/" => return Err(unsupported(QUOTIENT)),
        _ => return Ok(None),
    };
    let most = 10_u128.pow(MAX_DIGITS);
    match digits {
        Some(digits) if scale <= MAX_DIGITS && digits.unsigned_abs() < most => {
            Ok(Some(Number::Decimal { digits, scale }))
        }
        _ => Err("Numeric data overflow (result precision)".to_owned()),
    }
}

/// The result of an operator between two doubles.
fn approximate(a: f64, operator: &str, b: f64) -> Result<Option<Number>, String> {
    let result = match operator {
        "+" => a + b,
        "-" => a - b,
        "*" => a * b,
        "/" => a / b,
        "%" => a % b,
        _ => return Ok(None),
    };
    if result.is_finite() {
        Ok(Some(Number::Double(result)))
    } else {
        Err("value out of range: overflow".to_owned())
    }
}

fn unsupported(why: &str) -> String {
    format!("the embedded warehouse does not support {why}")
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
        assert_eq!(of("6", "/", "-2").unwrap().as_deref(), Some("-3"));
        assert_eq!(of("7", "%", "2.5").unwrap().as_deref(), Some("2.0"));
        assert_eq!(of("1e1", "*", "2").unwrap().as_deref(), Some("20"));
        assert_eq!(of("7", "/", "2e0").unwrap().as_deref(), Some("3.5"));
        assert_eq!(of("7", "||", "2"), Ok(None));
    }

    #[test]
    fn operators_that_have_no_result_are_errors() {
        let most = "9".repeat(38);
        let least = format!("0.{}1", "0".repeat(19));
        for (a, operator, b, why) in [
            ("7", "/", "0", "Divide by zero"),
            ("7", "%", "0.00", "Divide by zero"),
            ("7", "/", "2", "leaves a rest"),
            ("7.5", "/", "2", "a quotient of SUPER values"),
            (most.as_str(), "+", "1", "Numeric data overflow"),
            (most.as_str(), "+", "0.5", "Numeric data overflow"),
            (most.as_str(), "*", "-2", "Numeric data overflow"),
            (least.as_str(), "*", least.as_str(), "Numeric data overflow"),
            ("1e308", "*", "10", "out of range"),
        ] {
            let found = Number::read(a)
                .unwrap()
                .combined(operator, Number::read(b).unwrap());
            let error = found.unwrap_err();
            assert!(error.contains(why), "{a} {operator} {b}: {error}");
        }
    }

    #[test]
    fn a_summand_keeps_its_digits() {
        let of = |text: &str| Number::read(text).unwrap().summand();
        let most = "9".repeat(28);
        let more = "9".repeat(29);
        for text in ["0", "2.50", "-0.0000000001", "1.00000000000", most.as_str()] {
            assert_eq!(of(text).as_deref(), Ok(text));
        }
        for text in ["0.00000000001", "1e3", "1e300", more.as_str()] {
            let error = of(text).unwrap_err();
            assert!(error.contains("does not support SUM"), "{text}: {error}");
        }
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
