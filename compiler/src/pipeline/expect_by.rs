//! `expect_by`: the time of day by which a run is to have finished.

use jiff::civil::Time;
use jiff::tz::TimeZoneDatabase;

use super::resolver::Resolver;
use crate::diagnostic::{Code, Diagnostic};

/// Days of the week as EventBridge names them, Monday first.
const DAYS: [&str; 7] = ["MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"];

/// When a run is to have finished.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExpectBy {
    /// As it was written.
    pub text: String,
    /// On which days: indices from Monday, rising, without repetition.
    days: Vec<usize>,
    time: Time,
    /// Name of the time zone.
    pub timezone: String,
}

/// A schedule by which it is looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LookSchedule {
    /// `cron(…)`, in the time zone.
    pub expression: String,
    /// Hours since the moment before it: a run that started within them counts.
    pub hours: u64,
}

impl ExpectBy {
    /// Its schedules: days that have as many days before them without one share theirs.
    ///
    /// Where clocks change in between, a window is an hour too long or too short. Runs do not start that
    /// near to the moment of the day before.
    #[must_use]
    pub fn schedules(&self) -> Vec<LookSchedule> {
        let mut schedules: Vec<(u64, Vec<&str>)> = Vec::new();
        for (at, day) in self.days.iter().enumerate() {
            let before = match at.checked_sub(1).and_then(|before| self.days.get(before)) {
                Some(before) => day - before,
                None => day + DAYS.len() - self.days.last().copied().unwrap_or(*day),
            };
            let hours = 24 * u64::try_from(before).unwrap_or(7);
            let Some(name) = DAYS.get(*day) else {
                continue;
            };
            match schedules.iter_mut().find(|known| known.0 == hours) {
                Some((_, names)) => names.push(name),
                None => schedules.push((hours, vec![name])),
            }
        }
        let (minute, hour) = (self.time.minute(), self.time.hour());
        schedules
            .into_iter()
            .map(|(hours, names)| LookSchedule {
                expression: if self.days.len() == DAYS.len() {
                    format!("cron({minute} {hour} * * ? *)")
                } else {
                    format!("cron({minute} {hour} ? * {} *)", names.join(","))
                },
                hours,
            })
            .collect()
    }
}

/// What is written, if it is a time.
pub(super) fn resolve(resolver: &mut Resolver<'_>) -> Option<ExpectBy> {
    let document = resolver.document;
    let text = document.spec.expect_by.as_deref()?;
    let wrong = match parse(text) {
        Ok(by) => {
            let zones = TimeZoneDatabase::bundled();
            if zones.get(&by.timezone).is_ok() {
                return Some(by);
            }
            let names: Vec<String> = zones.available().map(|name| name.to_string()).collect();
            let near = resolver
                .nearest
                .suggest(&by.timezone, names.iter().map(String::as_str));
            let sentence = format!("there is no time zone `{}`", by.timezone);
            let help = near.unwrap_or_else(|| {
                "write one of the IANA database, such as `Europe/Berlin`".to_owned()
            });
            Diagnostic::error(Code::ExpectBy, sentence).help(help)
        }
        Err(why) => Diagnostic::error(
            Code::ExpectBy,
            format!("`{text}` is no time of day in a zone"),
        )
        .note(why)
        .help("write `06:30 Europe/Berlin`, or with days in front `MON-FRI 06:30 Europe/Berlin`"),
    };
    resolver.push(wrong.at(&document.file, document.at(&["expect_by"]), ""));
    None
}

fn parse(text: &str) -> Result<ExpectBy, String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let (days, time, timezone) = match words.as_slice() {
        [time, timezone] => ((0..DAYS.len()).collect(), *time, *timezone),
        [days, time, timezone] => (self::days(days)?, *time, *timezone),
        _ => return Err("it has a time and a time zone, with a blank between them".to_owned()),
    };
    let parsed = time
        .split_once(':')
        .filter(|(hour, minute)| (1..=2).contains(&hour.len()) && minute.len() == 2)
        .and_then(|(hour, minute)| Some((hour.parse().ok()?, minute.parse().ok()?)))
        .and_then(|(hour, minute)| Time::new(hour, minute, 0, 0).ok())
        .ok_or_else(|| format!("`{time}` is no time between 00:00 and 23:59"))?;
    Ok(ExpectBy {
        text: text.to_owned(),
        days,
        time: parsed,
        timezone: timezone.to_owned(),
    })
}

/// `MON-FRI`, `MON,WED` and both of them together.
fn days(text: &str) -> Result<Vec<usize>, String> {
    let day = |name: &str| {
        DAYS.iter()
            .position(|known| known.eq_ignore_ascii_case(name))
            .ok_or_else(|| {
                format!("`{name}` is no day: they are MON, TUE, WED, THU, FRI, SAT, SUN")
            })
    };
    let mut found = [false; DAYS.len()];
    for part in text.split(',') {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let (mut at, last) = (day(first)?, day(last)?);
        loop {
            if let Some(found) = found.get_mut(at) {
                *found = true;
            }
            if at == last {
                break;
            }
            at = (at + 1) % DAYS.len();
        }
    }
    Ok((0..DAYS.len())
        .filter(|at| found.get(*at).copied().unwrap_or_default())
        .collect())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests may stop")]

    use super::*;

    fn schedules(text: &str) -> Vec<(String, u64)> {
        let schedules = parse(text).unwrap().schedules();
        let pair = |one: LookSchedule| (one.expression, one.hours);
        schedules.into_iter().map(pair).collect()
    }

    #[test]
    fn a_moment_looks_back_to_the_one_before_it() {
        let one = |expression: &str, hours| (expression.to_owned(), hours);
        assert_eq!(
            schedules("6:30 Europe/Berlin"),
            [one("cron(30 6 * * ? *)", 24)]
        );
        assert_eq!(
            schedules("MON-FRI 06:05 UTC"),
            [
                one("cron(5 6 ? * MON *)", 72),
                one("cron(5 6 ? * TUE,WED,THU,FRI *)", 24)
            ]
        );
        assert_eq!(
            schedules("sun 00:00 UTC"),
            [one("cron(0 0 ? * SUN *)", 168)]
        );
        assert_eq!(
            schedules("SAT-MON,WED 23:59 UTC"),
            [
                one("cron(59 23 ? * MON,SUN *)", 24),
                one("cron(59 23 ? * WED *)", 48),
                one("cron(59 23 ? * SAT *)", 72)
            ]
        );
    }

    #[test]
    fn what_is_no_time_says_why() {
        for (text, why) in [
            ("06:30", "a time zone"),
            ("24:00 UTC", "`24:00`"),
            ("6.30 UTC", "`6.30`"),
            ("MON-FRY 06:30 UTC", "`FRY`"),
            ("each day at 06:30 UTC", "a time zone"),
        ] {
            let found = parse(text).unwrap_err();
            assert!(found.contains(why), "{text}: {found}");
        }
    }
}
