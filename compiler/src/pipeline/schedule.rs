//! Schedules of triggers, held against what EventBridge takes (AWS page: "Schedule types in EventBridge
//! Scheduler"). Rules without a time zone take the same expressions.

mod gap;
mod often;

pub use often::runs_a_month;

use croner::Cron;
use croner::parser::{CronParser, Seconds, Year};
use jiff::tz::{TimeZone, TimeZoneDatabase};

use super::resolver::Resolver;
use crate::diagnostic::{Code, Diagnostic};

/// Years that an expression may name.
const YEARS: std::ops::RangeInclusive<u32> = 1970..=2199;

/// Reports a schedule that is none, a time zone that nobody knows, and moments that never come.
pub(super) fn check(
    resolver: &mut Resolver<'_>,
    index: &str,
    expression: &str,
    timezone: Option<&str>,
) {
    let document = resolver.document;
    let place = |field| document.at(&["triggers", index, field]);
    let cron = schedule(expression);
    if let Err(why) = &cron {
        let mut diagnostic = Diagnostic::error(
            Code::TriggerSchedule,
            format!("`{expression}` is no schedule"),
        )
        .at(&document.file, place("schedule"), "");
        if let Some(why) = why {
            diagnostic = diagnostic.note(why.as_str());
        }
        resolver.push(diagnostic.help(match of_unix(expression) {
            Some(meant) => format!(
                "write `{meant}`: AWS's cron has a year, and one of the two days is a `?`"
            ),
            None => "write `rate(1 day)`, or `cron(0 5 * * ? *)`: minutes, hours, day of the month, month, day of the week, year, one of the two days a `?`".to_owned(),
        }));
    }
    let zones = TimeZoneDatabase::bundled();
    if let Ok(Some(cron)) = &cron {
        let zone = timezone.and_then(|name| zones.get(name).ok());
        moments(resolver, index, (expression, cron), zone.as_ref());
    }
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

/// Reports a schedule that runs never, or not in each night that it names.
fn moments(
    resolver: &mut Resolver<'_>,
    index: &str,
    (expression, cron): (&str, &Cron),
    zone: Option<&TimeZone>,
) {
    let document = resolver.document;
    let place = document.at(&["triggers", index, "schedule"]);
    if gap::never(cron) {
        let sentence = format!("`{expression}` never runs: there is no such day");
        resolver.push(
            Diagnostic::error(Code::ScheduleNever, sentence)
                .at(&document.file, place, "")
                .help("name a day that comes, such as `L` for the last day of each month"),
        );
        return;
    }
    if let Some(gap) = zone.and_then(|zone| gap::skipped(cron, zone)) {
        let (from, to) = (gap.start.strftime("%H:%M"), gap.end.strftime("%H:%M"));
        let date = gap.start.date();
        let sentence = format!(
            "`{expression}` is skipped when daylight saving time begins: from {from} to {to} there is no time"
        );
        resolver.push(
            Diagnostic::warning(Code::ScheduleGap, sentence)
                .at(&document.file, place, "")
                .also(
                    &document.file,
                    document.at(&["triggers", index, "timezone"]),
                    format!("for example, {from} on {date} does not exist here"),
                )
                .help(format!(
                    "choose a time before {from} or from {to} on, or a `timezone` without daylight saving time, such as `UTC`"
                )),
        );
    } else if let Some(day) = rare_day(expression) {
        let sentence = format!("`{expression}` does not run in months without a day {day}");
        resolver.push(
            Diagnostic::warning(Code::ScheduleGap, sentence)
                .at(&document.file, place, "")
                .help("write `L` for the last day of each month"),
        );
    }
}

/// The day of the month, if it is one that some months do not have and all months are meant.
fn rare_day(expression: &str) -> Option<u32> {
    let inside = expression.strip_prefix("cron(")?.strip_suffix(')')?;
    let mut fields = inside.split_whitespace().skip(2);
    let day = fields.next()?.parse().ok().filter(|day| *day > 28)?;
    (fields.next()? == "*").then_some(day)
}

/// The moments of a schedule, none for a rate; if it is none, perhaps why.
fn schedule(expression: &str) -> Result<Option<Cron>, Option<String>> {
    let inside = |kind: &str| {
        expression
            .strip_prefix(kind)?
            .strip_prefix('(')?
            .strip_suffix(')')
    };
    match (inside("cron"), inside("rate")) {
        (Some(fields), _) => cron(fields).map(Some).map_err(Some),
        (None, Some(rate)) if is_rate(rate) => Ok(None),
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

/// The schedule that somebody means who writes the five fields of Unix's cron, with `cron(…)`
/// around them or without. `None` where AWS has no such schedule, or it is something else.
fn of_unix(expression: &str) -> Option<String> {
    let inside = expression
        .strip_prefix("cron(")
        .and_then(|rest| rest.strip_suffix(')'));
    let fields: Vec<&str> = inside.unwrap_or(expression).split_whitespace().collect();
    let [minute, hour, day, month, weekday] = fields.as_slice() else {
        return None;
    };
    // `*/15` is `0/15`; days and months begin with 1.
    let step = |field: &str, first: u32| match field.strip_prefix("*/") {
        Some(every) => format!("{first}/{every}"),
        None => field.to_owned(),
    };
    let (day, weekday) = match (*day, *weekday) {
        (day, "*" | "?") => (step(day, 1), "?".to_owned()),
        ("*" | "?", weekday) => ("?".to_owned(), weekday_of_unix(weekday)?),
        // Unix means either of the two days, which no expression of AWS says.
        _ => return None,
    };
    let meant = format!(
        "cron({} {} {day} {} {weekday} *)",
        step(minute, 0),
        step(hour, 0),
        step(month, 1)
    );
    schedule(&meant).is_ok().then_some(meant)
}

/// Days of the week count from Sunday: from 0, or 7, in Unix, from 1 in AWS.
fn weekday_of_unix(field: &str) -> Option<String> {
    let day = |text: &str| match text.parse::<u32>() {
        Ok(number @ 0..=7) => Some((number % 7 + 1).to_string()),
        Ok(_) => None,
        Err(_) => Some(text.to_uppercase()),
    };
    let ranges = field.split(',').map(|range| {
        let ends: Option<Vec<String>> = range.split('-').map(day).collect();
        ends.map(|ends| ends.join("-"))
    });
    let ranges: Option<Vec<String>> = ranges.collect();
    Some(ranges?.join(","))
}

fn cron(expression: &str) -> Result<Cron, String> {
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
    fn the_five_fields_of_unix_are_told_as_aws_writes_them() {
        for (unix, meant) in [
            ("0 4 * * *", Some("cron(0 4 * * ? *)")),
            ("cron(*/15 * * * *)", Some("cron(0/15 * * * ? *)")),
            ("30 6 * * 1-5", Some("cron(30 6 ? * 2-6 *)")),
            ("30 6 * * 0,sat", Some("cron(30 6 ? * 1,SAT *)")),
            ("0 0 1 */3 *", Some("cron(0 0 1 1/3 ? *)")),
            ("0 0 13 * 5", None),
            ("0 0 * * 9", None),
            ("every day at five o'clock", None),
            ("rate(1 day)", None),
        ] {
            assert_eq!(of_unix(unix).as_deref(), meant, "{unix}");
        }
    }

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
            let cron = schedule(expression).unwrap();
            assert!(
                !cron.is_some_and(|cron| gap::never(&cron)) || expression.contains("2022"),
                "{expression}"
            );
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

    #[test]
    fn times_that_a_clock_skips() {
        let skipped = |expression: &str, zone: &str| {
            let cron = schedule(expression).unwrap().unwrap();
            let zone = TimeZoneDatabase::bundled().get(zone).unwrap();
            gap::skipped(&cron, &zone).map(|gap| gap.start.to_string())
        };
        assert_eq!(
            skipped("cron(30 2 * * ? *)", "Europe/Berlin").as_deref(),
            Some("2026-03-29T02:00:00")
        );
        assert_eq!(
            skipped("cron(0 2,14 ? * SUN *)", "America/New_York").as_deref(),
            Some("2026-03-08T02:00:00")
        );
        // Half an hour is skipped.
        assert!(skipped("cron(15 2 * * ? *)", "Australia/Lord_Howe").is_some());
        assert!(skipped("cron(45 2 * * ? *)", "Australia/Lord_Howe").is_none());
        for (expression, zone) in [
            ("cron(30 3 * * ? *)", "Europe/Berlin"),
            ("cron(30 2 * * ? *)", "UTC"),
            ("cron(30 2 * * ? *)", "Asia/Tokyo"),
            ("cron(0 * * * ? *)", "Europe/Berlin"),
            ("cron(0/15 * * * ? *)", "Europe/Berlin"),
            ("cron(30 2 ? * MON *)", "Europe/Berlin"),
            ("cron(30 2 1 1 ? *)", "Europe/Berlin"),
        ] {
            assert_eq!(skipped(expression, zone), None, "{expression} {zone}");
        }
    }

    #[test]
    fn days_that_never_come() {
        let never = |expression: &str| gap::never(&schedule(expression).unwrap().unwrap());
        assert!(never("cron(0 6 31 2 ? *)"));
        assert!(never("cron(0 6 31 4,6,9,11 ? *)"));
        assert!(never("cron(0 6 1 1 ? 2020)"));
        assert!(!never("cron(0 6 29 2 ? *)"));
        assert!(!never("cron(0 6 ? * 6#5 *)"));
        assert!(!never("cron(0 6 1 1 ? 2199)"));
    }
}
