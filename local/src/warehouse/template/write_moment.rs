//! TO_CHAR of a date or a time, by a template.

use jiff::Zoned;

use super::moment::{DAYS, MONTHS, MomentPart, MomentPiece};
use super::roman::roman;

/// Writes a moment by a template: `FMMonth DDth` gives `March 01st`.
pub(crate) fn write(pieces: &[MomentPiece], moment: &Zoned) -> String {
    let mut text = String::new();
    for piece in pieces {
        match piece {
            MomentPiece::Literal(sign) => text.push(*sign),
            MomentPiece::Part {
                part,
                written,
                fill,
                ordinal,
            } => {
                let value = self::part(*part, written, *fill, moment);
                text.push_str(&value);
                if let Some(upper) = ordinal {
                    text.push_str(self::ordinal(&value, *upper));
                }
            }
        }
    }
    text
}

fn part(part: MomentPart, written: &str, fill: bool, moment: &Zoned) -> String {
    let date = moment.date();
    let year = i32::from(date.year());
    let day_of_year = || i32::from(date.day_of_year());
    let hour = i32::from(moment.hour());
    let from_sunday = i32::from(date.weekday().to_sunday_zero_offset());
    let from_monday = i32::from(date.weekday().to_monday_one_offset());
    let number = |value: i32, width: usize| {
        if fill {
            value.to_string()
        } else {
            format!("{value:0width$}")
        }
    };
    // The last digits of a year are written as they are.
    let last = |year: i32, digits: u8| match digits {
        4 => number(year, 4),
        3 => number(year % 1000, 3),
        2 => number(year % 100, 2),
        _ => number(year % 10, 1),
    };
    let name = |name: &str, width: usize| {
        let name = cased(name, written);
        if fill {
            name
        } else {
            format!("{name:<width$}")
        }
    };
    let in_list = |list: &[&'static str], at: i32| {
        let at = usize::try_from(at).unwrap_or_default();
        list.get(at).copied().unwrap_or_default()
    };
    let month = || in_list(&MONTHS, i32::from(date.month()) - 1);
    let weekday = || in_list(&DAYS, from_sunday);
    let short = |name: &str| name.get(..3).unwrap_or_default().to_owned();
    let iso = || date.iso_week_date();
    let microseconds = moment.subsec_nanosecond() / 1000;
    match part {
        MomentPart::Era => marked(["AD", "BC"], usize::from(year <= 0), written),
        MomentPart::Half => marked(["AM", "PM"], usize::from(hour >= 12), written),
        MomentPart::Century => number((year + 99).div_euclid(100), 2),
        MomentPart::Year(digits) => last(year, digits),
        MomentPart::YearWithComma => format!("{},{:03}", year / 1000, year % 1000),
        MomentPart::IsoYear(digits) => last(iso().year().into(), digits),
        MomentPart::Quarter => ((i32::from(date.month()) + 2) / 3).to_string(),
        MomentPart::MonthName => name(month(), 9),
        MomentPart::MonthShort => name(&short(month()), 3),
        MomentPart::Month => number(date.month().into(), 2),
        MomentPart::RomanMonth => {
            let month = u32::try_from(date.month()).ok().and_then(roman);
            name(&month.unwrap_or_default(), 4)
        }
        MomentPart::WeekOfMonth => ((i32::from(date.day()) - 1) / 7 + 1).to_string(),
        MomentPart::WeekOfYear => number((day_of_year() - 1) / 7 + 1, 2),
        MomentPart::IsoWeek => number(iso().week().into(), 2),
        MomentPart::DayName => name(weekday(), 9),
        MomentPart::DayShort => name(&short(weekday()), 3),
        MomentPart::DayOfYear => number(day_of_year(), 3),
        MomentPart::IsoDayOfYear => number((i32::from(iso().week()) - 1) * 7 + from_monday, 3),
        MomentPart::Day => number(date.day().into(), 2),
        MomentPart::DayOfWeek => (from_sunday + 1).to_string(),
        MomentPart::IsoDayOfWeek => from_monday.to_string(),
        MomentPart::Julian => julian(moment).to_string(),
        MomentPart::Hour => number(hour, 2),
        MomentPart::HalfHour => number(if hour % 12 == 0 { 12 } else { hour % 12 }, 2),
        MomentPart::Minute => number(moment.minute().into(), 2),
        MomentPart::Second => number(moment.second().into(), 2),
        MomentPart::Millisecond => format!("{:03}", microseconds / 1000),
        MomentPart::Microsecond => format!("{microseconds:06}"),
        MomentPart::SecondOfDay => {
            let minutes = hour * 60 + i32::from(moment.minute());
            (minutes * 60 + i32::from(moment.second())).to_string()
        }
        MomentPart::Zone => {
            let zone = moment.strftime("%Z").to_string();
            if written == "tz" {
                zone.to_lowercase()
            } else {
                zone
            }
        }
        MomentPart::Offset => offset(moment.offset().seconds()),
    }
}

/// The number of a day (AWS page: `Datetime format strings`, `J`).
fn julian(moment: &Zoned) -> i64 {
    let epoch = jiff::civil::date(1970, 1, 1);
    let days = moment.date() - epoch;
    2_440_588 + i64::from(days.get_days())
}

/// The offset of a zone as text: `+05:30`, `-08`.
fn offset(seconds: i32) -> String {
    let sign = if seconds < 0 { '-' } else { '+' };
    let minutes = seconds.abs() / 60;
    match minutes % 60 {
        0 => format!("{sign}{:02}", minutes / 60),
        rest => format!("{sign}{:02}:{rest:02}", minutes / 60),
    }
}

/// `AM` in the way that the template writes one: with points, in small letters.
fn marked(names: [&str; 2], at: usize, written: &str) -> String {
    let name = names.get(at).copied().unwrap_or_default();
    let name = if written.contains('.') {
        name.chars().flat_map(|letter| [letter, '.']).collect()
    } else {
        name.to_owned()
    };
    if written.starts_with(|first: char| first.is_ascii_lowercase()) {
        name.to_lowercase()
    } else {
        name
    }
}

/// A name in the case in which the template writes it.
fn cased(name: &str, written: &str) -> String {
    let mut letters = written.chars();
    let (first, second) = (letters.next(), letters.next());
    match (first, second) {
        (Some(first), Some(second)) if first.is_uppercase() && second.is_lowercase() => {
            name.to_owned()
        }
        (Some(first), _) if first.is_uppercase() => name.to_uppercase(),
        _ => name.to_lowercase(),
    }
}

/// `st`, `nd`, `rd` and `th` behind a number.
fn ordinal(number: &str, upper: bool) -> &'static str {
    let mut digits = number.bytes().rev();
    let (ones, tens) = (digits.next(), digits.next());
    let text = match (tens, ones) {
        (Some(b'1'), _) => ["th", "TH"],
        (_, Some(b'1')) => ["st", "ST"],
        (_, Some(b'2')) => ["nd", "ND"],
        (_, Some(b'3')) => ["rd", "RD"],
        _ => ["th", "TH"],
    };
    let [small, capital] = text;
    if upper { capital } else { small }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use jiff::tz::TimeZone;

    use super::super::moment::parse;
    use super::write;

    #[test]
    fn moments_by_their_templates() {
        let moment = date(2009, 12, 31).at(23, 15, 59, 325_143_000);
        let moment = moment.to_zoned(TimeZone::UTC).unwrap();
        for (template, expected) in [
            (
                "MONTH-DY-DD-YYYY HH12:MIPM",
                "DECEMBER -THU-31-2009 11:15PM",
            ),
            ("FMMonth DDth, YYYY", "December 31st, 2009"),
            ("Day, month", "Thursday , december "),
            ("Dy dy DY Mon mon", "Thu thu THU Dec dec"),
            ("DDD IDDD J Q", "365 368 2455197 4"),
            ("D ID W WW IW IYYY IYY IY I", "5 4 5 53 53 2009 009 09 9"),
            ("YYYY YYY YY Y Y,YYY CC", "2009 009 09 9 2,009 21"),
            (
                "HH HH12 HH24 MI SS MS US SSSS",
                "11 11 23 15 59 325 325143 83759",
            ),
            ("am A.M. a.m. PM BC A.D. ad", "pm P.M. p.m. PM AD A.D. ad"),
            ("RM rm FMRM|", "XII  xii  XII|"),
            ("TZ tz OF", "UTC utc +00"),
            ("FMMM FMDD FMHH12 FMQ", "12 31 11 4"),
            ("\"day\" DD \\\"", "day 31 \""),
            ("DDTH MIth", "31ST 15th"),
            ("x.-/: ,", "x.-/: ,"),
        ] {
            assert_eq!(
                write(&parse(template).unwrap(), &moment),
                expected,
                "{template}"
            );
        }
        let berlin = date(2009, 7, 1)
            .at(9, 5, 7, 0)
            .in_tz("Asia/Kolkata")
            .unwrap();
        let written = write(&parse("HH24 FMHH24 TZ OF FMDDD Month|").unwrap(), &berlin);
        assert_eq!(written, "09 9 IST +05:30 182 July     |");
    }
}
