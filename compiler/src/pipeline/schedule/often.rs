//! How often a schedule starts a run.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{ToSpan as _, Zoned};

/// Months of a year.
const MONTHS: f64 = 12.0;

/// Days of a year, as the years go.
const DAYS: f64 = 365.25;

/// The year whose moments are counted: it has the most usual number of days, and its first is a Friday.
const YEAR: i16 = 2027;

/// Runs a month, in the mean of a year; none for what is no schedule. A zone changes nothing that counts.
#[must_use]
pub fn runs_a_month(expression: &str) -> Option<f64> {
    match super::schedule(expression).ok()? {
        None => a_rate(expression),
        Some(cron) => {
            let first = |year: i16| -> Option<Zoned> {
                DateTime::new(year, 1, 1, 0, 0, 0, 0)
                    .and_then(|start| start.to_zoned(TimeZone::UTC))
                    .ok()
            };
            let end = first(YEAR + 1)?;
            let mut at = first(YEAR)?;
            let mut count = 0_u32;
            while let Ok(next) = cron.find_next_occurrence(&at, true) {
                if next >= end {
                    break;
                }
                count += 1;
                at = next.checked_add(1.minute()).ok()?;
            }
            Some(f64::from(count) / MONTHS)
        }
    }
}

fn a_rate(expression: &str) -> Option<f64> {
    let inside = expression.strip_prefix("rate(")?.strip_suffix(')')?;
    let (number, unit) = inside.trim().split_once(char::is_whitespace)?;
    let number: f64 = number.parse().ok()?;
    let a_day = match unit.trim().trim_end_matches('s') {
        "minute" => 1_440.0,
        "hour" => 24.0,
        _ => 1.0,
    };
    Some(a_day / number * DAYS / MONTHS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_day_each_weekday_each_quarter_of_an_hour() {
        let often = |expression| runs_a_month(expression).map(|runs| (runs * 12.0).round());
        assert_eq!(often("cron(0 5 * * ? *)"), Some(365.0));
        assert_eq!(often("cron(0 5 ? * MON-FRI *)"), Some(261.0));
        assert_eq!(often("cron(0/15 * * * ? *)"), Some(35_040.0));
        assert_eq!(often("cron(0 5 1 * ? *)"), Some(12.0));
        assert_eq!(often("rate(1 day)"), Some(365.0));
        assert_eq!(often("rate(2 hours)"), Some(4_383.0));
        assert_eq!(often("now"), None);
    }
}
