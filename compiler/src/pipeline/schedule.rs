//! Schedules of triggers, held against what EventBridge takes (AWS page: "Schedule types in EventBridge
//! Scheduler"). Rules without a time zone take the same expressions.

use croner::parser::{CronParser, Seconds, Year};
use jiff::tz::TimeZoneDatabase;

use super::resolve::Resolver;
use crate::diagnostic::{Code, Diagnostic};

/// Years that an expression may name.
const YEARS: std::ops::RangeInclusive<u32> = 1970..=2199;

/// Reports a schedule that is none, and a time zone that nobody knows.
pub(super) fn check(
    resolver: &mut Resolver<'_>,
    index: &str,
    expression: &str,
    timezone: Option<&str>,
) {
    let document = resolver.document;
    let place = |field| document.at(&["triggers", index, field]);
    if let Err(why) = schedule(expression) {
        let mut diagnostic = Diagnostic::error(
            Code::TriggerSchedule,
            format!("`{expression}` is no schedule"),
        )
        .at(&document.file, place("schedule"), "");
        if let Some(why) = why {
            diagnostic = diagnostic.note(why);
        }
        resolver.push(diagnostic.help("write `rate(1 day)`, or `cron(0 5 * * ? *)`: minutes, hours, day of the month, month, day of the week, year, one of the two days a `?`"));
    }
    let zones = TimeZoneDatabase::bundled();
    if let Some(timezone) = timezone.filter(|name| zones.get(name).is_err()) {
        let names: Vec<String> = zones.available().map(|name| name.to_string()).collect();
        let help = resolver
            .nearest
            .suggest(timezone, names.iter().map(String::as_str))
            .unwrap_or_else(|| {
                "write one of the IANA database, such as `Europe/Berlin`".to_owned()
            });
        let sentence = format!("there is no time zone `{timezone}`");
        resolver.push(
            Diagnostic::error(Code::TriggerSchedule, sentence)
                .at(&document.file, place("timezone"), "")
                .help(help),
        );
    }
}

/// Whether this is a schedule; if not, perhaps why.
fn schedule(expression: &str) -> Result<(), Option<String>> {
    let inside = |kind: &str| {
        expression
            .strip_prefix(kind)?
            .strip_prefix('(')?
            .strip_suffix(')')
    };
    match (inside("cron"), inside("rate")) {
        (Some(fields), _) => cron(fields).map_err(Some),
        (None, Some(rate)) if is_rate(rate) => Ok(()),
        _ => Err(None),
    }
}

fn is_rate(rate: &str) -> bool {
    let words: Vec<&str> = rate.split_whitespace().collect();
    let [number, unit] = words.as_slice() else {
        return false;
    };
    let one = *number == "1";
    number.parse::<u32>().is_ok_and(|number| number > 0)
        && match *unit {
            "minute" | "hour" | "day" => one,
            "minutes" | "hours" | "days" => !one,
            _ => false,
        }
}

fn cron(expression: &str) -> Result<(), String> {
    let fields: Vec<&str> = expression.split_whitespace().collect();
    let [_, _, day, _, weekday, year] = fields.as_slice() else {
        return Err(format!("it has {} fields in place of six", fields.len()));
    };
    if (*day == "?") == (*weekday == "?") {
        return Err("one of the two days must be `?`, and only one".to_owned());
    }
    let strange = year
        .split(|separator: char| !separator.is_ascii_digit())
        .filter_map(|year| year.parse::<u32>().ok())
        .find(|year| *year > 99 && !YEARS.contains(year));
    if let Some(year) = strange {
        return Err(format!("{year} is not between 1970 and 2199"));
    }
    if let Some(foreign) = expression.chars().find(|one| matches!(one, '@' | '+')) {
        return Err(format!("`{foreign}` means nothing here"));
    }
    if fields
        .iter()
        .flat_map(|field| field.split(','))
        .any(|item| item.starts_with('/'))
    {
        return Err("a step needs something to start from, such as `0/15`".to_owned());
    }
    // Days of the week count from Sunday, which is 1. The parser knows years only beside seconds, and
    // calls sloppy what AWS's pages show: `0/15`.
    CronParser::builder()
        .seconds(Seconds::Required)
        .year(Year::Required)
        .alternative_weekdays(true)
        .sloppy_ranges(true)
        .build()
        .parse(&format!("0 {expression}"))
        .map(|_| ())
        .map_err(|error| one_line(&error.to_string()))
}

/// The parser's words, without what they say of the parser.
fn one_line(text: &str) -> String {
    let text = text.trim_start_matches("Component error: ");
    let mut characters = text.chars();
    let start = characters.next().map(|first| first.to_ascii_lowercase());
    let sentence: String = start.into_iter().chain(characters).collect();
    sentence.trim_end_matches('.').replace('\n', " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_aws_pages_show_is_taken() {
        for expression in [
            "rate(1 minute)",
            "rate(5 minutes)",
            "rate(1 day)",
            "cron(0 10 * * ? *)",
            "cron(15 12 * * ? *)",
            "cron(0 18 ? * MON-FRI *)",
            "cron(0 8 1 * ? *)",
            "cron(0/15 * * * ? *)",
            "cron(0/10 * ? * MON-FRI *)",
            "cron(0/5 8-17 ? * MON-FRI *)",
            "cron(15 10 ? * 6L 2022-2023)",
            "cron(0 9 ? * 2#1 *)",
            "cron(0 0 L * ? *)",
            "cron(0 12 15W * ? *)",
            "cron(0 6 ? JAN,JUL SUN *)",
            "cron(0 6 ? * 7 2026)",
        ] {
            assert_eq!(schedule(expression), Ok(()), "{expression}");
        }
    }

    #[test]
    fn what_is_no_schedule_is_refused() {
        for expression in [
            "0 5 * * *",
            "rate(1 days)",
            "rate(2 day)",
            "rate(0 minutes)",
            "rate(1 week)",
            "cron(0 5 * * ?)",
            "cron(0 5 * * * *)",
            "cron(0 5 ? * ? *)",
            "cron(60 5 * * ? *)",
            "cron(0 24 * * ? *)",
            "cron(0 5 32 * ? *)",
            "cron(0 5 * 13 ? *)",
            "cron(0 5 ? * 0 *)",
            "cron(0 5 ? * 8 *)",
            "cron(0 5 ? * +2 *)",
            "cron(/15 5 * * ? *)",
            "cron(0 5 ? * MUN *)",
            "cron(0 5 * * ? 1969)",
            "cron(0 5 * * ? 2200)",
            "cron(a b c d ? e)",
        ] {
            assert!(schedule(expression).is_err(), "{expression}");
        }
    }
}
