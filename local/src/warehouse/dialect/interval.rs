//! Interval literals (AWS pages: `Interval data types and literals`, `Examples of interval literals without
//! qualifier syntax`).
//!
//! In: `interval '1w, 1h'`, `interval '1-2' year to month`, `interval '1 2:03' day to second`. Out: the months,
//! days and microseconds of it: `(to_days(7) + to_microseconds(3600000000))`.

use redshift_sql::tree::{IntervalField, IntervalFields, IntervalLiteral};

use super::arithmetic::cast;
use super::fragment::TokenTree;
use super::{Refusal, calls, dates};

/// How long an interval is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Length {
    months: i64,
    days: i64,
    microseconds: i64,
}

/// A literal in the engine's words.
pub(super) fn written(literal: &IntervalLiteral) -> Result<Vec<TokenTree>, Refusal> {
    let length = read(&literal.text, literal.fields.as_ref()).ok_or_else(|| {
        let mut words = literal
            .text
            .split(|letter: char| !letter.is_ascii_alphabetic());
        let unknown = words
            .find(|word| !word.is_empty() && Unit::named(&word.to_ascii_lowercase()).is_none());
        Refusal::Value(match unknown {
            Some(unit) => format!("interval units \"{unit}\" not recognized"),
            None => format!(
                "invalid input syntax for type interval: \"{}\"",
                literal.text
            ),
        })
    })?;
    let length = match &literal.fields {
        Some(fields) => within(length, fields)?,
        None => length,
    };
    let parts = [
        ("to_months", length.months),
        ("to_days", length.days),
        ("to_microseconds", length.microseconds),
    ];
    let written: Vec<String> = parts
        .iter()
        .filter(|(_, count)| *count != 0)
        .map(|(function, count)| format!("{function}({count})"))
        .collect();
    Ok(vec![TokenTree::Ready(match written.as_slice() {
        [] => "to_days(0)".to_owned(),
        written => format!("({})", written.join(" + ")),
    })])
}

/// What a text is read for as an interval.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum IntervalOf {
    /// A type without fields: a number without a unit counts seconds.
    Any,
    /// A type with these fields.
    Fields(IntervalFields),
    /// A column, whose fields nobody knows: a number needs its unit.
    Column,
}

/// Fields of types, as [`IntervalOf::code`] writes them.
const FIELDS: [(char, IntervalField); 6] = [
    ('y', IntervalField::Year),
    ('m', IntervalField::Month),
    ('d', IntervalField::Day),
    ('h', IntervalField::Hour),
    ('i', IntervalField::Minute),
    ('s', IntervalField::Second),
];

impl IntervalOf {
    /// As a text for the function of the engine: `ds3` is `day to second (3)`.
    fn code(self) -> String {
        let letter = |field: IntervalField| {
            let mut all = FIELDS.iter();
            all.find(|(_, one)| *one == field)
                .map_or('s', |(letter, _)| *letter)
        };
        match self {
            Self::Any => "any".to_owned(),
            Self::Column => "column".to_owned(),
            Self::Fields(fields) => {
                let to = fields.to.map(letter);
                let digits = fields.precision.map(|digits| digits.to_string());
                let (to, digits) = (to.unwrap_or('.'), digits.unwrap_or_default());
                format!("{}{to}{digits}", letter(fields.from))
            }
        }
    }

    /// Reads what [`IntervalOf::code`] writes.
    pub(crate) fn read(code: &str) -> Option<Self> {
        match code {
            "any" => return Some(Self::Any),
            "column" => return Some(Self::Column),
            _ => {}
        }
        let field = |letter: char| {
            let mut all = FIELDS.iter();
            all.find(|(one, _)| *one == letter).map(|(_, field)| *field)
        };
        let mut letters = code.chars();
        let from = field(letters.next()?)?;
        let to = letters.next().and_then(field);
        let precision = letters.as_str().parse().ok();
        Some(Self::Fields(IntervalFields {
            from,
            to,
            precision,
        }))
    }
}

/// A text as an interval in the engine's own form: `14 months 3 days 1000000 microseconds`.
///
/// `1-2` becomes `14 months 0 days 0 microseconds`.
pub(crate) fn form(text: &str, of: IntervalOf) -> Result<String, Refusal> {
    let fields = match of {
        IntervalOf::Fields(fields) => Some(fields),
        IntervalOf::Any | IntervalOf::Column => None,
    };
    let number = text.trim().trim_start_matches(['-', '+']);
    let is_number = !number.is_empty()
        && number
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'.');
    if of == IntervalOf::Column && is_number {
        return Err(Refusal::Unsupported(format!(
            "the number `{text}` without a unit for a column of intervals: write its unit, such as \
             '{text} days'"
        )));
    }
    let length = read(text, fields.as_ref()).ok_or_else(|| {
        Refusal::Value(format!(
            "invalid input syntax for type interval: \"{text}\""
        ))
    })?;
    let Length {
        months,
        days,
        microseconds,
    } = match &fields {
        Some(fields) => within(length, fields)?,
        None => length,
    };
    Ok(format!(
        "{months} months {days} days {microseconds} microseconds"
    ))
}

/// A text that is cast to an interval, in the engine's words.
pub(super) fn of_text(nodes: Vec<TokenTree>, of: IntervalOf) -> Vec<TokenTree> {
    let form = calls::call(
        "redshift_interval_form",
        vec![cast(nodes, "varchar"), vec![TokenTree::text(of.code())]],
    );
    cast(form, "interval")
}

/// Millionths of a unit.
const WHOLE: i128 = 1_000_000;

/// A unit: months, days or microseconds of it.
#[derive(Debug, Clone, Copy)]
enum Unit {
    Months(i128),
    Days(i128),
    Microseconds(i128),
}

impl Unit {
    fn named(name: &str) -> Option<Self> {
        Some(match dates::named(name)? {
            "millennium" => Self::Months(12_000),
            "century" => Self::Months(1200),
            "decade" => Self::Months(120),
            "year" => Self::Months(12),
            "quarter" => Self::Months(3),
            "month" => Self::Months(1),
            "week" => Self::Days(7),
            "day" => Self::Days(1),
            "hour" => Self::Microseconds(3_600_000_000),
            "minute" => Self::Microseconds(60_000_000),
            "second" => Self::Microseconds(1_000_000),
            "millisecond" => Self::Microseconds(1000),
            "microsecond" => Self::Microseconds(1),
            _ => return None,
        })
    }

    fn of(field: IntervalField) -> Self {
        match field {
            IntervalField::Year => Self::Months(12),
            IntervalField::Month => Self::Months(1),
            IntervalField::Day => Self::Days(1),
            IntervalField::Hour => Self::Microseconds(3_600_000_000),
            IntervalField::Minute => Self::Microseconds(60_000_000),
            IntervalField::Second => Self::Microseconds(1_000_000),
        }
    }
}

impl Length {
    /// With so many millionths of a unit more. A part of a month is one of 30 days.
    fn add(&mut self, count: i128, unit: Unit) -> Option<()> {
        let (months, days, microseconds) = match unit {
            Unit::Months(months) => (count.checked_mul(months)?, 0, 0),
            Unit::Days(days) => (0, count.checked_mul(days)?, 0),
            Unit::Microseconds(each) => (0, 0, count.checked_mul(each)?),
        };
        let days = days + months % WHOLE * 30;
        let microseconds = microseconds / WHOLE + days % WHOLE * 86_400;
        self.months = self.months.checked_add((months / WHOLE).try_into().ok()?)?;
        self.days = self.days.checked_add((days / WHOLE).try_into().ok()?)?;
        self.microseconds = self
            .microseconds
            .checked_add(microseconds.try_into().ok()?)?;
        Some(())
    }
}

fn read(text: &str, fields: Option<&IntervalFields>) -> Option<Length> {
    let mut length = Length::default();
    let mut rest = text.trim();
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let sign = rest.starts_with(['-', '+']);
        let end = rest
            .char_indices()
            .find(|(at, sign_or_digit)| {
                !(sign_or_digit.is_ascii_digit()
                    || matches!(sign_or_digit, '.' | ':')
                    || *sign_or_digit == '-' && *at > 0
                    || sign && *at == 0)
            })
            .map_or(rest.len(), |(at, _)| at);
        let (number, behind) = rest.split_at_checked(end)?;
        let behind = behind.trim_start();
        let letters = behind
            .find(|letter: char| !letter.is_ascii_alphabetic())
            .unwrap_or(behind.len());
        let (name, behind) = behind.split_at_checked(letters)?;
        rest = behind.trim_start_matches([' ', ',', '\t', '\n']);
        let negative = number.starts_with('-');
        let unsigned = number.trim_start_matches(['-', '+']);
        let signed = |count: i128| if negative { -count } else { count };
        if unsigned.contains(':') {
            for (part, field) in times(unsigned, fields)? {
                length.add(signed(part), Unit::of(field))?;
            }
        } else if let Some((years, months)) = unsigned.split_once('-') {
            length.add(signed(millionths(years)?), Unit::Months(12))?;
            length.add(signed(millionths(months)?), Unit::Months(1))?;
        } else {
            let before_time = rest
                .split([' ', ','])
                .next()
                .is_some_and(|next| next.contains(':'));
            let unit = match (name, fields) {
                ("", _) if before_time => Unit::Days(1),
                ("", Some(fields)) => Unit::of(fields.to.unwrap_or(fields.from)),
                ("", None) => Unit::Microseconds(1_000_000),
                (name, _) => Unit::named(&name.to_ascii_lowercase())?,
            };
            length.add(signed(millionths(unsigned)?), unit)?;
        }
    }
    Some(length)
}

/// `10:20:30.5`. Two parts are hours and minutes, unless it is of minutes to seconds.
fn times(text: &str, fields: Option<&IntervalFields>) -> Option<Vec<(i128, IntervalField)>> {
    use IntervalField::{Hour, Minute, Second};
    let parts: Option<Vec<i128>> = text.split(':').map(millionths).collect();
    let of_minutes = fields.is_some_and(|fields| fields.from == Minute);
    Some(match parts?.as_slice() {
        [minutes, seconds] if of_minutes => vec![(*minutes, Minute), (*seconds, Second)],
        [hours, minutes] => vec![(*hours, Hour), (*minutes, Minute)],
        [hours, minutes, seconds] => {
            vec![(*hours, Hour), (*minutes, Minute), (*seconds, Second)]
        }
        _ => return None,
    })
}

/// Reads a number as millionths: `0.5` is 500000.
fn millionths(number: &str) -> Option<i128> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole)
        || !digits(fraction)
        || whole.is_empty() && fraction.is_empty()
        || whole.len() > 18
    {
        return None;
    }
    let six = format!("{fraction:0<6}");
    let whole: i128 = if whole.is_empty() {
        0
    } else {
        whole.parse().ok()?
    };
    Some(whole * WHOLE + six.get(..6)?.parse::<i128>().ok()?)
}

/// What the fields of an interval keep of a length: smaller parts are cut off.
fn within(length: Length, fields: &IntervalFields) -> Result<Length, Refusal> {
    let last = fields.to.unwrap_or(fields.from);
    let of_months = last <= IntervalField::Month;
    let other = if of_months {
        length.days != 0 || length.microseconds != 0
    } else {
        length.months != 0
    };
    if other {
        let (kind, part) = if of_months {
            ("Year To Month", "day-time")
        } else {
            ("Day To Second", "year-month")
        };
        return Err(Refusal::Value(format!(
            "Interval {kind} literal cannot contain {part} parts"
        )));
    }
    let cut = |count: i64, unit: i64| count - count % unit;
    let Length {
        months,
        days,
        microseconds,
    } = length;
    Ok(match last {
        IntervalField::Year => Length {
            months: cut(months, 12),
            ..length
        },
        IntervalField::Month => length,
        IntervalField::Day => Length {
            days,
            ..Length::default()
        },
        IntervalField::Hour => Length {
            microseconds: cut(microseconds, 3_600_000_000),
            ..length
        },
        IntervalField::Minute => Length {
            microseconds: cut(microseconds, 60_000_000),
            ..length
        },
        IntervalField::Second => {
            let digits = u32::from(fields.precision.unwrap_or(6).min(6));
            Length {
                microseconds: cut(microseconds, 10_i64.pow(6 - digits)),
                ..length
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use redshift_sql::tree::{IntervalField, IntervalFields};

    use super::{Length, read, within};

    #[test]
    fn literals_in_every_form() {
        for (text, months, days, microseconds) in [
            ("1 second", 0, 0, 1_000_000),
            ("3 hours, 35 minutes", 0, 0, 12_900_000_000),
            ("1w, 1h, 1m, 1s", 0, 7, 3_661_000_000),
            ("52 weeks", 0, 364, 0),
            ("0.5 days", 0, 0, 43_200_000_000),
            ("4 months", 4, 0, 0),
            ("1.5 months", 1, 15, 0),
            ("59", 0, 0, 59_000_000),
            ("-2 days 3 hours", 0, -2, 10_800_000_000),
            ("1 year 2 mons 3 d", 14, 3, 0),
            ("1 day 10:20:30.25", 0, 1, 37_230_250_000),
            ("1 10:20", 0, 1, 37_200_000_000),
            ("250 ms", 0, 0, 250_000),
        ] {
            let length = Length {
                months,
                days,
                microseconds,
            };
            assert_eq!(read(text, None), Some(length), "{text}");
        }
        for text in ["", "x", "1 parsec", "1:2:3:4", "99999999999999999999 years"] {
            assert_eq!(read(text, None), None, "{text}");
        }
    }

    #[test]
    fn a_text_is_read_for_its_type() {
        for (text, code, form) in [
            ("1-2", "any", Some("14 months 0 days 0 microseconds")),
            ("20", "m.", Some("20 months 0 days 0 microseconds")),
            (
                "12.3456",
                "s.2",
                Some("0 months 0 days 12340000 microseconds"),
            ),
            (
                "1 2:03:04",
                "dh",
                Some("0 months 1 days 7200000000 microseconds"),
            ),
            ("3 days", "column", Some("0 months 3 days 0 microseconds")),
            ("20", "column", None),
            ("x", "any", None),
        ] {
            let of = super::IntervalOf::read(code).unwrap();
            assert_eq!(of.code(), code);
            assert_eq!(super::form(text, of).ok().as_deref(), form, "{text}");
        }
    }

    #[test]
    fn fields_say_the_unit_and_cut() {
        use IntervalField::{Day, Hour, Minute, Month, Second, Year};
        for (text, from, to, months, days, microseconds) in [
            ("23", Month, None, 23, 0, 0),
            ("-2", Day, None, 0, -2, 0),
            ("1-2", Month, None, 14, 0, 0),
            ("1-2", Year, None, 12, 0, 0),
            ("1-2", Year, Some(Month), 14, 0, 0),
            (
                "13 day 1 hour 1 minute 1.123 seconds",
                Second,
                None,
                0,
                13,
                3_661_123_000,
            ),
            ("1 2:03:04.5", Day, Some(Second), 0, 1, 7_384_500_000),
            ("1 2:03:04.5", Day, Some(Hour), 0, 1, 7_200_000_000),
            ("10:20", Minute, Some(Second), 0, 0, 620_000_000),
            ("3", Day, Some(Hour), 0, 0, 10_800_000_000),
        ] {
            let fields = IntervalFields {
                from,
                to,
                precision: None,
            };
            let length = within(read(text, Some(&fields)).unwrap(), &fields).unwrap();
            assert_eq!(
                length,
                Length {
                    months,
                    days,
                    microseconds
                },
                "{text}"
            );
        }
        let fields = IntervalFields {
            from: Day,
            to: Some(Second),
            precision: None,
        };
        let both = read("1 year 1 day", Some(&fields)).unwrap();
        assert!(
            within(both, &fields)
                .unwrap_err()
                .to_string()
                .contains("year-month parts")
        );
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read_to_its_end(text in "[0-9a-zé:., +-]{0,24}") {
            let _ = read(&text, None);
        }
    }
}
