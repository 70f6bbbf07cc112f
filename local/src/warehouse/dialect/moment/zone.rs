//! The zone behind a moment: `07:37:16-08`, `07:37:16 PST`, `07:37:16 US/Pacific` (AWS page: `Datetime types`,
//! "TIMESTAMPTZ").

use crate::warehouse::dialect::time_zone;

/// A text without the zone behind its time, and the zone as the engine reads it behind one.
pub(super) fn behind(text: &str) -> (&str, Option<String>) {
    let found = distance(text).or_else(|| name(text));
    found.map_or((text, None), |(rest, zone)| (rest, Some(zone)))
}

/// `-08`, `+05:30`, `+0530`, `z`
fn distance(text: &str) -> Option<(&str, String)> {
    if let Some(rest) = text.strip_suffix(['Z', 'z'])
        && rest.contains(':')
        && rest.ends_with(|last: char| last.is_ascii_digit())
    {
        return Some((rest, "+00:00".to_owned()));
    }
    let at = text.rfind(['+', '-'])?;
    let (rest, signed) = text.split_at_checked(at)?;
    let (sign, digits) = signed.split_at_checked(1)?;
    let time = rest.trim_end();
    let (hours, minutes) = match digits.split_once(':') {
        Some(parts) => parts,
        None if digits.len() == 4 => digits.split_at_checked(2)?,
        None => (digits, "0"),
    };
    let number = |text: &str, most: u8| {
        let is_number = matches!(text.len(), 1 | 2) && text.bytes().all(|b| b.is_ascii_digit());
        text.parse()
            .ok()
            .filter(|one: &u8| is_number && *one <= most)
    };
    let (hours, minutes) = (number(hours, 15)?, number(minutes, 59)?);
    let last = time.split_whitespace().next_back()?;
    let is_behind_time = last.contains(':') && last.ends_with(|sign: char| sign.is_ascii_digit());
    is_behind_time.then(|| (time, format!("{sign}{hours:02}:{minutes:02}")))
}

/// A zone by its name at the end of a text, and what stands before it: `PST`, `US/Pacific`.
fn name(text: &str) -> Option<(&str, String)> {
    let (rest, word) = text.rsplit_once(' ')?;
    let rest = rest.trim_end();
    if !rest.contains(':') {
        return None;
    }
    if let Some(hours) = time_zone::hours(word) {
        return Some((rest, format!("{hours:+03}:00")));
    }
    let is_region =
        word.contains('/') && word.starts_with(|first: char| first.is_ascii_alphabetic());
    is_region.then(|| (rest, format!(" {word}")))
}
