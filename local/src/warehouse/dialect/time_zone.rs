//! Time zones (AWS pages: `timezone`, `CONVERT_TIMEZONE function`).
//!
//! A zone is named by its region, by an abbreviation, or by its distance. An abbreviation is a
//! fixed distance from UTC whatever the season. Examples: `America/New_York`, `PST`, `-8:00`, `-8`,
//! `interval '-8 hours'`, and `UTC+8` as POSIX counts, to the west. The engine knows regions; of
//! distances it knows whole hours, as `Etc/GMT+8`. Its own abbreviations change with the season, or
//! mean another zone.

use super::Refusal;

/// Abbreviations and their hours to the east of UTC (PostgreSQL 8.0's manual, "Date/Time Key Words").
const ABBREVIATIONS: &[(&str, i32)] = &[
    ("adt", -3),
    ("aedt", 11),
    ("aest", 10),
    ("akdt", -8),
    ("akst", -9),
    ("art", -3),
    ("ast", -4),
    ("awst", 8),
    ("brt", -3),
    ("bst", 1),
    ("cat", 2),
    ("cdt", -5),
    ("cest", 2),
    ("cet", 1),
    ("clt", -4),
    ("cot", -5),
    ("cst", -6),
    ("eat", 3),
    ("edt", -4),
    ("eest", 3),
    ("eet", 2),
    ("est", -5),
    ("gmt", 0),
    ("hkt", 8),
    ("hst", -10),
    ("jst", 9),
    ("kst", 9),
    ("mdt", -6),
    ("mest", 2),
    ("met", 1),
    ("msk", 3),
    ("mst", -7),
    ("nzdt", 13),
    ("nzst", 12),
    ("pdt", -7),
    ("pet", -5),
    ("pht", 8),
    ("pkt", 5),
    ("pst", -8),
    ("sast", 2),
    ("sgt", 8),
    ("ut", 0),
    ("utc", 0),
    ("uyt", -3),
    ("west", 1),
    ("wet", 0),
    ("wib", 7),
    ("z", 0),
    ("zulu", 0),
];

/// Abbreviations that are no whole number of hours, or that several zones have: a region says more.
const UNCLEAR: &[(&str, &str)] = &[
    ("acdt", "Australia/Adelaide"),
    ("acst", "Australia/Darwin"),
    ("ist", "Asia/Kolkata"),
    ("ndt", "America/St_Johns"),
    ("nst", "America/St_Johns"),
    ("npt", "Asia/Kathmandu"),
];

/// A zone as SHOW shows it.
pub(super) fn read(given: &str) -> Result<String, Refusal> {
    let given = given.trim();
    if given.is_empty() {
        return Err(Refusal::Value(
            "invalid value for parameter \"timezone\": \"\"".to_owned(),
        ));
    }
    engine(given)?;
    Ok(given.to_owned())
}

/// A zone as the engine names it.
///
/// `PST` and `-8:00` become `Etc/GMT+8`, `Europe/Berlin` stays, `5.5` is refused.
pub(crate) fn engine(shown: &str) -> Result<String, Refusal> {
    let lower = shown.trim().to_ascii_lowercase();
    if let Some(hours) = hours(&lower) {
        return Ok(region(hours));
    }
    if let Some((_, region)) = UNCLEAR.iter().find(|(name, _)| *name == lower) {
        return Err(Refusal::Unsupported(format!(
            "the time zone {shown}: name a region, such as {region}"
        )));
    }
    let minutes = match (distance(&lower), posix(&lower)) {
        (Some(east), _) => east,
        (None, Some(west)) => -west,
        (None, None) => return Ok(shown.to_owned()),
    };
    let hours = minutes / 60;
    if minutes % 60 != 0 || !(-12..=14).contains(&hours) {
        return Err(Refusal::Unsupported(format!(
            "the time zone {shown}: name a region, such as Asia/Kolkata"
        )));
    }
    Ok(region(hours))
}

/// The hours to the east of UTC that an abbreviation stands for.
pub(super) fn hours(abbreviation: &str) -> Option<i32> {
    let found = ABBREVIATIONS
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case(abbreviation));
    found.map(|(_, hours)| *hours)
}

/// The region that is always so many hours to the east of UTC. The names of these regions count to the west.
fn region(hours: i32) -> String {
    match hours {
        0 => "UTC".to_owned(),
        hours if hours < 0 => format!("Etc/GMT+{}", -hours),
        hours => format!("Etc/GMT-{hours}"),
    }
}

/// Minutes to the west of UTC: of `utc+8`, `est5`.
fn posix(lower: &str) -> Option<i32> {
    let at = lower.find(|sign: char| !sign.is_ascii_alphabetic())?;
    let (name, rest) = lower.split_at_checked(at)?;
    let is_distance = rest
        .bytes()
        .all(|byte| byte.is_ascii_digit() || matches!(byte, b'+' | b'-' | b':'));
    (name.len() >= 3 && is_distance)
        .then(|| distance(rest))
        .flatten()
}

/// Minutes to the east of UTC: of `-8:00`, `-8`, `-8 hours`.
fn distance(shown: &str) -> Option<i32> {
    let text = shown.trim().to_ascii_lowercase();
    let text = text
        .strip_suffix("hours")
        .or_else(|| text.strip_suffix("hour"))
        .unwrap_or(&text)
        .trim();
    let (sign, rest) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    let mut parts = rest.split(':');
    let hours = parts.next()?;
    if hours.is_empty() {
        return None;
    }
    let minutes: i32 = match parts.next() {
        Some(minutes) => minutes.parse().ok().filter(|one| (0..60).contains(one))?,
        None => 0,
    };
    if parts.next().is_some_and(|seconds| seconds != "00") {
        return None;
    }
    // `5.5` is five hours and a half.
    let hours: f64 = hours
        .parse()
        .ok()
        .filter(|one| (0.0..100.0).contains(one))?;
    #[expect(
        clippy::cast_possible_truncation,
        reason = "less than a hundred hours, in minutes"
    )]
    let whole = (hours * 60.0).round() as i32;
    Some(sign * (whole + minutes))
}

#[cfg(test)]
mod tests {
    use super::engine;

    #[test]
    fn distances_are_regions_that_count_to_the_west() {
        for (shown, expected) in [
            ("America/New_York", Some("America/New_York")),
            ("-8:00", Some("Etc/GMT+8")),
            ("-8", Some("Etc/GMT+8")),
            ("+2", Some("Etc/GMT-2")),
            ("-8 hours", Some("Etc/GMT+8")),
            ("0", Some("UTC")),
            ("5.5", None),
            ("20", None),
            ("PST", Some("Etc/GMT+8")),
            ("bst", Some("Etc/GMT-1")),
            ("IST", None),
            ("utc", Some("UTC")),
            ("UTC+8", Some("Etc/GMT+8")),
            ("GMT-2", Some("Etc/GMT-2")),
            ("EST5", Some("Etc/GMT+5")),
            ("EST5EDT", Some("EST5EDT")),
            ("Etc/GMT+8", Some("Etc/GMT+8")),
            ("Europe/Berlin", Some("Europe/Berlin")),
        ] {
            assert_eq!(engine(shown).ok().as_deref(), expected, "{shown}");
        }
    }
}
