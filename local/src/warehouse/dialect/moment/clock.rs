//! Texts that stand for a time of day (AWS pages: `Datetime types`, "TIME" and "TIMETZ", `Examples with datetime types`;
//! PostgreSQL 8.0: "Date/Time Input").
//!
//! In: `4:05 PM`, `191119`, `10:00+02`, `204119 UTC`. Out: `16:05:00`, `19:11:19`, `08:00:00+00`, `20:41:19+00`: a time
//! with a zone is kept in UTC.

use super::{digits, is_plain, zone};
use crate::warehouse::dialect::time_zone;

/// Microseconds of a day.
const DAY: i64 = 86_400_000_000;

/// A time of day as the engine reads it: with `+00` behind it where a zone was. Nothing where the text is none.
pub(crate) fn normal(text: &str) -> Option<String> {
    let (microseconds, east) = read(text)?;
    Some(match east {
        None => written(microseconds),
        Some(minutes) => {
            let moved = microseconds - i64::from(minutes) * 60_000_000;
            format!("{}+00", written(moved.rem_euclid(DAY)))
        }
    })
}

/// A time of day without its zone, which does not count. Nothing where the text is none.
pub(crate) fn local(text: &str) -> Option<String> {
    let (microseconds, _) = read(text)?;
    Some(written(microseconds))
}

/// Microseconds since midnight, and the minutes to the east of UTC where a zone is written.
fn read(text: &str) -> Option<(i64, Option<i32>)> {
    let (time, east) = parted(behind_date(text.trim()))?;
    let microseconds = microseconds(&time.trim().to_ascii_lowercase())?;
    Some((microseconds, east))
}

/// Behind a date that a text begins with, which does not count.
fn behind_date(text: &str) -> &str {
    let is_date = text.get(..10).is_some_and(is_plain);
    match text.get(10..) {
        Some(rest) if is_date && rest.starts_with([' ', 'T', 't']) => {
            rest.get(1..).unwrap_or_default().trim_start()
        }
        _ => text,
    }
}

/// A time without its zone, and the minutes to the east of UTC that the zone is.
fn parted(text: &str) -> Option<(&str, Option<i32>)> {
    if let (time, Some(distance)) = zone::behind(text) {
        return Some((time, Some(minutes(&distance)?)));
    }
    match text.rsplit_once(' ') {
        Some((time, word)) if !matches!(word.to_ascii_lowercase().as_str(), "am" | "pm") => {
            Some((time, Some(time_zone::hours(word)? * 60)))
        }
        _ => Some((text, None)),
    }
}

/// Of `+05:30`. What a region is, only the day tells.
fn minutes(distance: &str) -> Option<i32> {
    let (sign, rest) = match distance.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, distance.strip_prefix('+')?),
    };
    let (hours, minutes) = rest.split_once(':')?;
    let hours: i32 = hours.parse().ok()?;
    let minutes: i32 = minutes.parse().ok()?;
    Some(sign * (hours * 60 + minutes))
}

/// `04:05`, `4:05:06.789`, `040506`, with AM or PM; `24:00:00` is the end of a day.
fn microseconds(text: &str) -> Option<i64> {
    let (text, half) = match (text.strip_suffix("am"), text.strip_suffix("pm")) {
        (Some(text), _) => (text.trim_end(), Some(0)),
        (_, Some(text)) => (text.trim_end(), Some(12)),
        _ => (text, None),
    };
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let parts: Vec<&str> = if whole.contains(':') {
        whole.split(':').collect()
    } else if whole.len() == 6 {
        vec![whole.get(..2)?, whole.get(2..4)?, whole.get(4..)?]
    } else {
        return None;
    };
    let (hour, minute, second) = match parts.as_slice() {
        [hour, minute] if fraction.is_empty() => (number(hour)?, number(minute)?, 0),
        [hour, minute, second] => (number(hour)?, number(minute)?, number(second)?),
        _ => return None,
    };
    let hour = match half {
        Some(half) if (1..=12).contains(&hour) => hour % 12 + half,
        Some(_) => return None,
        None => hour,
    };
    if minute > 59 || second > 59 || !fraction.is_empty() && !digits(fraction) {
        return None;
    }
    let six: String = fraction.chars().chain("000000".chars()).take(6).collect();
    let fraction: i64 = six.parse().ok()?;
    let sum = ((hour * 60 + minute) * 60 + second) * 1_000_000 + fraction;
    (sum <= DAY).then_some(sum)
}

/// A number of one or two digits.
fn number(text: &str) -> Option<i64> {
    (matches!(text.len(), 1 | 2) && digits(text))
        .then(|| text.parse().ok())
        .flatten()
}

/// A time of day as text: `19:11:19`, `10:00:00.5`.
pub(crate) fn written(microseconds: i64) -> String {
    let (seconds, fraction) = (microseconds / 1_000_000, microseconds % 1_000_000);
    let time = format!(
        "{:02}:{:02}:{:02}",
        seconds / 3600,
        seconds / 60 % 60,
        seconds % 60
    );
    if fraction == 0 {
        return time;
    }
    let digits = format!("{fraction:06}");
    format!("{time}.{}", digits.trim_end_matches('0'))
}

#[cfg(test)]
mod tests {
    use super::{local, normal};

    #[test]
    fn times_in_every_form() {
        for (text, expected) in [
            ("10:00", "10:00:00"),
            ("04:05:06.789", "04:05:06.789"),
            ("4:05 PM", "16:05:00"),
            ("12:05 am", "00:05:00"),
            ("191119", "19:11:19"),
            ("24:00:00", "24:00:00"),
            ("10:00+02", "08:00:00+00"),
            ("10:00:00-08:30", "18:30:00+00"),
            ("01:00+02", "23:00:00+00"),
            ("20:41:19 UTC", "20:41:19+00"),
            ("204119 UTC", "20:41:19+00"),
            ("07:37:16 PST", "15:37:16+00"),
            ("07:37Z", "07:37:00+00"),
            (" 2003-04-12 04:05:06 ", "04:05:06"),
            ("10:00:00.1234567", "10:00:00.123456"),
        ] {
            assert_eq!(normal(text).as_deref(), Some(expected), "{text}");
        }
        for text in [
            "",
            "abc",
            "10",
            "1234",
            "25:00:00",
            "24:00:01",
            "10:60",
            "10:00:60",
            "13:05 PM",
            "2020-01-01",
            "10:00 US/Pacific",
            "10:00:00.x",
            "é",
        ] {
            assert_eq!(normal(text), None, "{text}");
        }
    }

    #[test]
    fn a_zone_behind_a_time_does_not_count() {
        assert_eq!(local("10:00+02").as_deref(), Some("10:00:00"));
        assert_eq!(local("191119").as_deref(), Some("19:11:19"));
        assert_eq!(local("2020-01-01"), None);
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read_to_its_end(text in "[0-9a-zA-Zé:/.,+ -]{0,24}") {
            let _ = normal(&text);
        }
    }
}
