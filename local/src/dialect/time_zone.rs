//! The setting `timezone` (AWS page: `timezone`).
//!
//! A zone is named by its region or by its distance from UTC: `America/New_York`, `-8:00`, `-8`,
//! `interval '-8 hours'`. The engine knows regions; of distances it knows whole hours, as `Etc/GMT+8`.

use super::Refusal;

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
pub(crate) fn engine(shown: &str) -> Result<String, Refusal> {
    let Some(minutes) = distance(shown) else {
        return Ok(shown.to_owned());
    };
    let hours = minutes / 60;
    if minutes % 60 != 0 || !(-12..=14).contains(&hours) {
        return Err(Refusal::Unsupported(format!(
            "the time zone {shown}: name a region, such as Asia/Kolkata"
        )));
    }
    // The names of these regions count to the west.
    Ok(match hours {
        0 => "UTC".to_owned(),
        hours if hours < 0 => format!("Etc/GMT+{}", -hours),
        hours => format!("Etc/GMT-{hours}"),
    })
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
            ("PST", Some("PST")),
        ] {
            assert_eq!(engine(shown).ok().as_deref(), expected, "{shown}");
        }
    }
}
