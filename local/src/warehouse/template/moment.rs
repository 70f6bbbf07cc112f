//! Templates of dates and times: `YYYY-MM-DD HH24:MI:SS`, `FMMonth DDth, YYYY`.

/// Names of the months.
pub(super) const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// Names of the days of a week.
pub(super) const DAYS: [&str; 7] = [
    "Sunday",
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
];

/// A part of a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MomentPart {
    /// `AD` or `B.C.`: before or after Christ.
    Era,
    /// `AM` or `P.M.`: the half of the day.
    Half,
    /// `CC`: the century, two digits.
    Century,
    /// `YYYY`, `Y`: so many digits.
    Year(u8),
    /// `Y,YYY`: the year, its thousands apart.
    YearWithComma,
    /// `IYYY` to `I`: so many last digits of the ISO year.
    IsoYear(u8),
    /// `Q`: the quarter, 1 to 4.
    Quarter,
    /// `MONTH`: the month's name, filled to nine characters.
    MonthName,
    /// `MON`: three letters of the month's name.
    MonthShort,
    /// `MM`: the month, 01 to 12.
    Month,
    /// `RM`: the month in Roman digits, filled to four characters.
    RomanMonth,
    /// `W`: the week of the month, 1 to 5; the first begins on its first day.
    WeekOfMonth,
    /// `WW`: the week of the year, 01 to 53; the first begins on its first day.
    WeekOfYear,
    /// `IW`: the ISO week, 01 to 53.
    IsoWeek,
    /// `DAY`: the day's name, filled to nine characters.
    DayName,
    /// `DY`: three letters of the day's name.
    DayShort,
    /// `DDD`: the day of the year, 001 to 366.
    DayOfYear,
    /// `IDDD`: the day of the ISO year, 001 to 371.
    IsoDayOfYear,
    /// `DD`: the day of the month, 01 to 31.
    Day,
    /// `D`: the day of the week, 1 is Sunday.
    DayOfWeek,
    /// `ID`: the day of the week, 1 is Monday.
    IsoDayOfWeek,
    /// `J`: days since 24 November 4714 before Christ.
    Julian,
    /// `HH24`: the hour, 00 to 23.
    Hour,
    /// `HH` or `HH12`: the hour, 01 to 12.
    HalfHour,
    /// `MI`: the minute, 00 to 59.
    Minute,
    /// `SS`: the second, 00 to 59.
    Second,
    /// `MS`: the millisecond, three digits.
    Millisecond,
    /// `US`: the microsecond, six digits.
    Microsecond,
    /// `SSSS`: seconds since midnight.
    SecondOfDay,
    /// `TZ`: short name of the zone.
    Zone,
    /// `OF`: the zone's offset, such as `+05:30`.
    Offset,
}

/// A piece of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum MomentPiece {
    Part {
        part: MomentPart,
        /// As it is written, for the case of its letters.
        written: String,
        /// `FM` stands in front of it.
        fill: bool,
        /// `TH` stands behind it; `true` in upper case.
        ordinal: Option<bool>,
    },
    Literal(char),
}

/// Keywords; a longer one comes before its beginning.
const KEYWORDS: &[(&str, MomentPart)] = &[
    ("MONTH", MomentPart::MonthName),
    ("Y,YYY", MomentPart::YearWithComma),
    ("A.D.", MomentPart::Era),
    ("A.M.", MomentPart::Half),
    ("B.C.", MomentPart::Era),
    ("HH12", MomentPart::HalfHour),
    ("HH24", MomentPart::Hour),
    ("IDDD", MomentPart::IsoDayOfYear),
    ("IYYY", MomentPart::IsoYear(4)),
    ("P.M.", MomentPart::Half),
    ("SSSS", MomentPart::SecondOfDay),
    ("YYYY", MomentPart::Year(4)),
    ("DAY", MomentPart::DayName),
    ("DDD", MomentPart::DayOfYear),
    ("IYY", MomentPart::IsoYear(3)),
    ("MON", MomentPart::MonthShort),
    ("YYY", MomentPart::Year(3)),
    ("AD", MomentPart::Era),
    ("AM", MomentPart::Half),
    ("BC", MomentPart::Era),
    ("CC", MomentPart::Century),
    ("DD", MomentPart::Day),
    ("DY", MomentPart::DayShort),
    ("HH", MomentPart::HalfHour),
    ("ID", MomentPart::IsoDayOfWeek),
    ("IW", MomentPart::IsoWeek),
    ("IY", MomentPart::IsoYear(2)),
    ("MI", MomentPart::Minute),
    ("MM", MomentPart::Month),
    ("MS", MomentPart::Millisecond),
    ("OF", MomentPart::Offset),
    ("PM", MomentPart::Half),
    ("RM", MomentPart::RomanMonth),
    ("SS", MomentPart::Second),
    ("TZ", MomentPart::Zone),
    ("US", MomentPart::Microsecond),
    ("WW", MomentPart::WeekOfYear),
    ("YY", MomentPart::Year(2)),
    ("D", MomentPart::DayOfWeek),
    ("I", MomentPart::IsoYear(1)),
    ("J", MomentPart::Julian),
    ("Q", MomentPart::Quarter),
    ("W", MomentPart::WeekOfMonth),
    ("Y", MomentPart::Year(1)),
];

/// Reads a template; what is wrong with it as a sentence.
pub(crate) fn parse(template: &str) -> Result<Vec<MomentPiece>, String> {
    let mut pieces = Vec::new();
    let mut rest = template;
    let mut fill = false;
    while let Some(first) = rest.chars().next() {
        if let Some(quoted) = rest.strip_prefix('"') {
            let (text, behind) = super::literal(quoted)?;
            pieces.extend(text.chars().map(MomentPiece::Literal));
            rest = behind;
            continue;
        }
        let starts = |keyword: &str| {
            let start = rest.get(..keyword.len());
            start.is_some_and(|start| start.eq_ignore_ascii_case(keyword))
        };
        if starts("FM") {
            fill = true;
            rest = rest.get(2..).unwrap_or_default();
            continue;
        }
        // `FX` makes reading exact, which it is.
        if starts("FX") {
            rest = rest.get(2..).unwrap_or_default();
            continue;
        }
        let Some((keyword, part)) = KEYWORDS.iter().find(|(keyword, _)| starts(keyword)) else {
            let escaped = rest.get(1..).and_then(|behind| behind.chars().next());
            let sign = match escaped {
                Some(quote @ '"') if first == '\\' => quote,
                _ => first,
            };
            let length = if sign == first { first.len_utf8() } else { 2 };
            pieces.push(MomentPiece::Literal(sign));
            rest = rest.get(length..).unwrap_or_default();
            continue;
        };
        let (written, behind) = rest.split_at_checked(keyword.len()).unwrap_or((rest, ""));
        let suffix = behind
            .get(..2)
            .filter(|suffix| suffix.eq_ignore_ascii_case("th"));
        pieces.push(MomentPiece::Part {
            part: *part,
            written: written.to_owned(),
            fill: std::mem::take(&mut fill),
            ordinal: suffix.map(|suffix| suffix == "TH"),
        });
        rest = match suffix {
            Some(_) => behind.get(2..).unwrap_or_default(),
            None => behind,
        };
    }
    Ok(pieces)
}
