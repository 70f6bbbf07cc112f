//! Texts that stand for a date or a moment, in every form that Redshift reads (AWS pages: `Date, time,
//! and timestamp literals`, `Using automatic recognition with DATEFORMAT and TIMEFORMAT`), as the engine
//! reads them.
//!
//! In: `12-31-2008`, `Jun 1, 2008`, `20081231 04:05 PM`. Out: `2008-12-31`, `2008-06-01`,
//! `2008-12-31 16:05:00`. What is none of them stays, and fails where it is read.

use jiff::civil::{Date, DateTime, Time};
use strum::EnumString;

use super::date_style::DateOrder;

pub(super) mod clock;
mod zone;

/// The months by the first three letters of their names.
const MONTHS: [&str; 12] = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
];

/// What a literal stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum MomentLiteral {
    /// `now`: the present day and time.
    Now,
    /// `today`, `tomorrow` and `yesterday`: days from today on.
    Today(i32),
    /// A date, a time of it if one was written, and the zone behind that as the engine reads it.
    At(Date, Option<Time>, Option<String>),
}

/// What a text is read as: behind a date a time does not count, and behind a moment a zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, EnumString)]
#[strum(ascii_case_insensitive, serialize_all = "lowercase")]
pub(crate) enum Reading {
    Date,
    Timestamp,
    #[strum(serialize = "timestamptz", serialize = "timestamp with time zone")]
    TimestampTz,
}

impl Reading {
    /// By a type's name in the engine; nothing where it holds no moments.
    pub(crate) fn of(kind: &str) -> Option<Self> {
        kind.parse().ok()
    }
}

impl MomentLiteral {
    /// As the engine reads it.
    pub(super) fn written(
        date: Date,
        time: Option<Time>,
        zone: Option<&str>,
        reading: Reading,
    ) -> String {
        let time = time.filter(|_| reading != Reading::Date);
        let zone = zone.filter(|_| reading == Reading::TimestampTz);
        // The engine counts years before Christ from 1.
        let (date, era) = if date.year() <= 0 {
            let year = 1 - date.year();
            let (month, day) = (date.month(), date.day());
            (format!("{year:04}-{month:02}-{day:02}"), " (BC)")
        } else {
            (date.to_string(), "")
        };
        match time {
            None => format!("{date}{era}"),
            Some(time) => format!("{date}{era} {time}{}", zone.unwrap_or_default()),
        }
    }
}

/// A text as the engine reads it, at the moment `now` in UTC. Nothing where it is one that the
/// engine reads as Redshift does, or nobody does.
///
/// `January 8, 1999` becomes `1999-01-08`; `1999-01-08` stays as it is, so that nothing is given.
pub(crate) fn normal(
    text: &str,
    order: DateOrder,
    now: DateTime,
    reading: Reading,
) -> Option<String> {
    Some(match read(text, order)? {
        MomentLiteral::Now => MomentLiteral::written(now.date(), Some(now.time()), None, reading),
        MomentLiteral::Today(days) => {
            let day = now.date().checked_add(jiff::Span::new().days(days)).ok()?;
            MomentLiteral::written(day, None, None, reading)
        }
        MomentLiteral::At(date, time, zone) => {
            MomentLiteral::written(date, time, zone.as_deref(), reading)
        }
    })
}

/// Why Redshift does not take a text as a moment, though the engine does: it has no infinite ones, and no year zero.
/// Nothing of any other text (PostgreSQL 8.0 has infinite timestamps; the page `Date, time, and timestamp literals` lists
/// none).
pub(crate) fn refused(text: &str) -> Option<String> {
    let trimmed = text.trim();
    let name = trimmed.strip_prefix(['-', '+']).unwrap_or(trimmed);
    if name.eq_ignore_ascii_case("infinity") {
        return Some(format!(
            "invalid input syntax for type timestamp: \"{trimmed}\": Redshift has no infinite dates"
        ));
    }
    trimmed
        .starts_with("0000-")
        .then(|| format!("date field value out of range: \"{trimmed}\""))
}

/// The moment that a text stands for; nothing where the engine reads it as Redshift does, or nobody does.
pub(super) fn read(text: &str, order: DateOrder) -> Option<MomentLiteral> {
    let given = text.trim();
    let text = given.to_ascii_lowercase();
    match text.as_str() {
        "now" => return Some(MomentLiteral::Now),
        "today" => return Some(MomentLiteral::Today(0)),
        "tomorrow" => return Some(MomentLiteral::Today(1)),
        "yesterday" => return Some(MomentLiteral::Today(-1)),
        _ => {}
    }
    if is_plain(&text) {
        return None;
    }
    let (rest, zone) = zone::behind(given);
    let text = rest.to_ascii_lowercase();
    let (date, time) = parted(&text)?;
    let time = match time.as_str() {
        "" => None,
        time => Some(time_of(time)?),
    };
    let date = match date.strip_suffix(" bc") {
        Some(text) => {
            let date = date_of(text, order)?;
            // A year of two digits is that year itself.
            let is_short = !text
                .split(|sign: char| !sign.is_ascii_digit())
                .any(|number| number.len() == 4);
            let year = if is_short {
                date.year() % 100
            } else {
                date.year()
            };
            Date::new(1 - year, date.month(), date.day()).ok()?
        }
        None => date_of(&date, order)?,
    };
    Some(MomentLiteral::At(date, time, zone))
}

/// `2008-12-31 04:05:06`: the engine reads it as Redshift does.
fn is_plain(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() >= 10
        && bytes.iter().enumerate().all(|(at, byte)| match at {
            4 | 7 => *byte == b'-',
            0..10 => byte.is_ascii_digit(),
            _ => byte.is_ascii_digit() || matches!(byte, b' ' | b't' | b':' | b'.'),
        })
}

/// The date and the time of a text, each without the other. The time is the word with a colon, with `am` or
/// `pm` behind it, or the six digits behind a date of digits. Names of week days say nothing.
fn parted(text: &str) -> Option<(String, String)> {
    let iso = text.get(..10).filter(|date| is_plain(date));
    let time = iso.and_then(|_| text.get(10..)?.strip_prefix('t'));
    if let (Some(date), Some(time)) = (iso, time) {
        return Some((date.to_owned(), time.to_owned()));
    }
    let words: Vec<&str> = text.split_whitespace().collect();
    let mut date: Vec<&str> = Vec::with_capacity(words.len());
    let mut time = String::new();
    for (at, word) in words.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|before| words.get(before));
        let is_compact = digits(word)
            && word.len() == 6
            && at == 1
            && before.is_some_and(|date| {
                date.len() >= 6
                    && date.starts_with(|first: char| first == 'j' || first.is_ascii_digit())
            });
        let is_half = matches!(*word, "am" | "pm") && !time.is_empty();
        if word.contains(':') || is_compact || is_half {
            if !time.is_empty() && !is_half {
                return None;
            }
            time.push_str(word);
        } else if at > 0 || !is_week_day(word) {
            date.push(word);
        }
    }
    Some((date.join(" "), time))
}

/// Whether a word is a day of the week: `thu` and `thursday,` are.
fn is_week_day(word: &str) -> bool {
    const DAYS: [&str; 7] = [
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
    ];
    let word = word.trim_end_matches([',', '.']);
    word.len() >= 3 && DAYS.iter().any(|day| day.starts_with(word))
}

fn digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn number(text: &str) -> Option<i16> {
    digits(text).then(|| text.parse().ok()).flatten()
}

fn date_of(text: &str, order: DateOrder) -> Option<Date> {
    if digits(text) {
        // `20081231`, `081231`
        let (year, rest) = match text.len() {
            8 => (text.get(..4)?, text.get(4..)?),
            6 => (text.get(..2)?, text.get(2..)?),
            _ => return None,
        };
        return made(
            year_of(year)?,
            number(rest.get(..2)?)?,
            number(rest.get(2..)?)?,
        );
    }
    // `J2451187`: the day of the Julian calendar.
    if let Some(julian) = text.strip_prefix('j')
        && digits(julian)
    {
        let days: i64 = julian.parse().ok()?;
        let epoch = Date::new(1970, 1, 1).ok()?;
        let span = jiff::Span::new().try_days(days - 2_440_588).ok()?;
        return epoch.checked_add(span).ok();
    }
    // `2008.366`: the day of a year.
    if let Some((year, day)) = text.split_once('.')
        && year.len() == 4
        && day.len() == 3
    {
        let first = Date::new(number(year)?, 1, 1).ok()?;
        let day = i64::from(number(day)?);
        let date = first.checked_add(jiff::Span::new().days(day - 1)).ok()?;
        return (date.year() == first.year() && day > 0).then_some(date);
    }
    let parts: Vec<&str> = text
        .split(['-', '/', '.', ',', ' '])
        .filter(|part| !part.is_empty())
        .collect();
    let [a, b, c] = parts.as_slice() else {
        return None;
    };
    if let Some(month) = month_of(a) {
        return made(year_of(c)?, month, number(b)?);
    }
    if let Some(month) = month_of(b) {
        return if a.len() == 4 {
            made(year_of(a)?, month, number(c)?)
        } else {
            made(year_of(c)?, month, number(a)?)
        };
    }
    match order {
        _ if a.len() == 4 => made(year_of(a)?, number(b)?, number(c)?),
        // `17.12.1997` is in the list of the page `Datetime types`.
        DateOrder::MonthDayYear if text.contains('.') && number(a)? > 12 => {
            made(year_of(c)?, number(b)?, number(a)?)
        }
        DateOrder::MonthDayYear => made(year_of(c)?, number(a)?, number(b)?),
        DateOrder::DayMonthYear => made(year_of(c)?, number(b)?, number(a)?),
        DateOrder::YearMonthDay => made(year_of(a)?, number(b)?, number(c)?),
    }
}

fn made(year: i16, month: i16, day: i16) -> Option<Date> {
    Date::new(year, month.try_into().ok()?, day.try_into().ok()?).ok()
}

/// Of two digits, those below 70 are in this century.
fn year_of(text: &str) -> Option<i16> {
    let year = number(text)?;
    match text.len() {
        4 => Some(year),
        2 if year < 70 => Some(2000 + year),
        2 => Some(1900 + year),
        _ => None,
    }
}

fn month_of(text: &str) -> Option<i16> {
    let start = text.get(..3)?;
    let index = MONTHS.iter().position(|month| *month == start)?;
    text.bytes()
        .all(|byte| byte.is_ascii_alphabetic())
        .then(|| i16::try_from(index + 1).ok())
        .flatten()
}

/// `04:05`, `04:05:06.789`, `040506`, with AM or PM.
fn time_of(text: &str) -> Option<Time> {
    let (text, half) = match (text.strip_suffix("am"), text.strip_suffix("pm")) {
        (Some(text), _) => (text.trim_end(), Some(0)),
        (_, Some(text)) => (text.trim_end(), Some(12)),
        _ => (text, None),
    };
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let parts: Vec<&str> = if whole.contains(':') {
        whole.split(':').collect()
    } else {
        [whole.get(..2)?, whole.get(2..4)?, whole.get(4..)?].to_vec()
    };
    let (hour, minute, second) = match parts.as_slice() {
        [hour, minute] => (number(hour)?, number(minute)?, 0),
        [hour, minute, second] => (number(hour)?, number(minute)?, number(second)?),
        _ => return None,
    };
    let hour = match half {
        Some(half) if (1..=12).contains(&hour) => hour % 12 + half,
        Some(_) => return None,
        None => hour,
    };
    let nanoseconds = if fraction.is_empty() {
        0
    } else {
        let nine = format!("{fraction:0<9}");
        digits(&nine)
            .then(|| nine.get(..9)?.parse::<i32>().ok())
            .flatten()?
    };
    Time::new(
        hour.try_into().ok()?,
        minute.try_into().ok()?,
        second.try_into().ok()?,
        nanoseconds,
    )
    .ok()
}

#[cfg(test)]
mod tests {
    use super::{DateOrder, MomentLiteral, Reading, read, refused};

    fn written(text: &str) -> Option<String> {
        in_order(text, DateOrder::default())
    }

    fn in_order(text: &str, order: DateOrder) -> Option<String> {
        match read(text, order)? {
            MomentLiteral::At(date, time, zone) => Some(MomentLiteral::written(
                date,
                time,
                zone.as_deref(),
                Reading::TimestampTz,
            )),
            other => Some(format!("{other:?}")),
        }
    }

    #[test]
    fn literals_in_every_form() {
        for (text, expected) in [
            ("January 8, 1999", "1999-01-08"),
            ("1/8/1999", "1999-01-08"),
            ("01/02/00", "2000-01-02"),
            ("2000-Jan-31", "2000-01-31"),
            ("Jan-31-2000", "2000-01-31"),
            ("31-Jan-2000", "2000-01-31"),
            ("20080215", "2008-02-15"),
            ("080215", "2008-02-15"),
            ("2008.366", "2008-12-31"),
            ("12-31-2008", "2008-12-31"),
            ("Jun 1,2008", "2008-06-01"),
            ("Jan 1, 2008 04:05:06.789", "2008-01-01 04:05:06.789"),
            ("20080215 040506", "2008-02-15 04:05:06"),
            ("1/18/2004 4:05 PM", "2004-01-18 16:05:00"),
            ("1/18/2004 12:05 am", "2004-01-18 00:05:00"),
            ("J2451187", "1999-01-08"),
            ("J2345678 04:05:06.789", "1710-02-23 04:05:06.789"),
            ("960108 040809", "1996-01-08 04:08:09"),
            ("Thu Jan 08 04:05:06 1996", "1996-01-08 04:05:06"),
            ("Thursday, January 8, 1999", "1999-01-08"),
            ("January 8, 99 BC", "0099-01-08 (BC)"),
            ("1996.008 04:05:06.789", "1996-01-08 04:05:06.789"),
            ("8-Jan-1999 16:05", "1999-01-08 16:05:00"),
            ("17 Dec 07:37:16 1997 PST", "1997-12-17 07:37:16-08:00"),
            (
                "12/17/1997 07:37:16.00 US/Pacific",
                "1997-12-17 07:37:16 US/Pacific",
            ),
            ("1997-12-17 07:37:16-08", "1997-12-17 07:37:16-08:00"),
            ("1997-12-17T07:37:16Z", "1997-12-17 07:37:16+00:00"),
            ("17.12.1997 07:37:16.00 +5:30", "1997-12-17 07:37:16+05:30"),
            ("2008-06-01 04:05 PM", "2008-06-01 16:05:00"),
            ("Today", "Today(0)"),
            ("now", "Now"),
        ] {
            assert_eq!(written(text).as_deref(), Some(expected), "{text}");
        }
        for text in [
            "2008-12-31",
            "2008-12-31 04:05:06",
            "31/31/2008",
            "2008.000",
            "2007.366",
            "",
            "x",
            "1/18/2004 13:05 pm",
            "é",
        ] {
            assert_eq!(written(text), None, "{text}");
        }
    }

    #[test]
    fn no_moment_is_infinite_or_in_the_year_zero() {
        for text in [
            "infinity",
            " -Infinity ",
            "+infinity",
            "0000-01-01",
            "0000-00-00 00:00:00",
        ] {
            assert!(refused(text).is_some(), "{text}");
        }
        for text in ["0001-01-01", "epoch", "inf", "", "é"] {
            assert_eq!(refused(text), None, "{text}");
        }
    }

    #[test]
    fn the_day_stands_where_the_session_says() {
        for (order, expected) in [
            (DateOrder::MonthDayYear, "2003-01-02"),
            (DateOrder::DayMonthYear, "2003-02-01"),
            (DateOrder::YearMonthDay, "2001-02-03"),
        ] {
            assert_eq!(in_order("01/02/03", order).as_deref(), Some(expected));
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read_to_its_end(text in "[0-9a-zA-Zé:/., -]{0,24}") {
            let _ = read(&text, DateOrder::DayMonthYear);
        }
    }
}
