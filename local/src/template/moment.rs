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
pub(crate) enum Part {
    /// `AD`, `B.C.`
    Era,
    /// `AM`, `P.M.`
    Half,
    /// `CC`
    Century,
    /// `YYYY`, `Y`: so many digits.
    Year(u8),
    /// `Y,YYY`
    YearWithComma,
    /// `IYYY`, `I`
    IsoYear(u8),
    /// `Q`
    Quarter,
    /// `MONTH`
    MonthName,
    /// `MON`
    MonthShort,
    /// `MM`
    Month,
    /// `RM`
    RomanMonth,
    /// `W`
    WeekOfMonth,
    /// `WW`
    WeekOfYear,
    /// `IW`
    IsoWeek,
    /// `DAY`
    DayName,
    /// `DY`
    DayShort,
    /// `DDD`
    DayOfYear,
    /// `IDDD`
    IsoDayOfYear,
    /// `DD`
    Day,
    /// `D`
    DayOfWeek,
    /// `ID`
    IsoDayOfWeek,
    /// `J`
    Julian,
    /// `HH24`
    Hour,
    /// `HH`, `HH12`
    HalfHour,
    /// `MI`
    Minute,
    /// `SS`
    Second,
    /// `MS`
    Millisecond,
    /// `US`
    Microsecond,
    /// `SSSS`
    SecondOfDay,
    /// `TZ`
    Zone,
    /// `OF`
    Offset,
}

/// A piece of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Piece {
    Part {
        part: Part,
        /// As it is written, for the case of its letters.
        written: String,
        /// `FM` stands in front of it.
        fill: bool,
        /// `TH` stands behind it; `true` in upper case.
        ordinal: Option<bool>,
    },
    Literal(char),
}

/// Keywords, longest first.
const KEYWORDS: &[(&str, Part)] = &[
    ("MONTH", Part::MonthName),
    ("Y,YYY", Part::YearWithComma),
    ("A.D.", Part::Era),
    ("A.M.", Part::Half),
    ("B.C.", Part::Era),
    ("HH12", Part::HalfHour),
    ("HH24", Part::Hour),
    ("IDDD", Part::IsoDayOfYear),
    ("IYYY", Part::IsoYear(4)),
    ("P.M.", Part::Half),
    ("SSSS", Part::SecondOfDay),
    ("YYYY", Part::Year(4)),
    ("DAY", Part::DayName),
    ("DDD", Part::DayOfYear),
    ("IYY", Part::IsoYear(3)),
    ("MON", Part::MonthShort),
    ("YYY", Part::Year(3)),
    ("AD", Part::Era),
    ("AM", Part::Half),
    ("BC", Part::Era),
    ("CC", Part::Century),
    ("DD", Part::Day),
    ("DY", Part::DayShort),
    ("HH", Part::HalfHour),
    ("ID", Part::IsoDayOfWeek),
    ("IW", Part::IsoWeek),
    ("IY", Part::IsoYear(2)),
    ("MI", Part::Minute),
    ("MM", Part::Month),
    ("MS", Part::Millisecond),
    ("OF", Part::Offset),
    ("PM", Part::Half),
    ("RM", Part::RomanMonth),
    ("SS", Part::Second),
    ("TZ", Part::Zone),
    ("US", Part::Microsecond),
    ("WW", Part::WeekOfYear),
    ("YY", Part::Year(2)),
    ("D", Part::DayOfWeek),
    ("I", Part::IsoYear(1)),
    ("J", Part::Julian),
    ("Q", Part::Quarter),
    ("W", Part::WeekOfMonth),
    ("Y", Part::Year(1)),
];

/// Reads a template; what is wrong with it as a sentence.
pub(crate) fn parse(template: &str) -> Result<Vec<Piece>, String> {
    let mut pieces = Vec::new();
    let mut rest = template;
    let mut fill = false;
    while let Some(first) = rest.chars().next() {
        if let Some(quoted) = rest.strip_prefix('"') {
            let (text, behind) = super::literal(quoted)?;
            pieces.extend(text.chars().map(Piece::Literal));
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
            pieces.push(Piece::Literal(sign));
            rest = rest.get(length..).unwrap_or_default();
            continue;
        };
        let (written, behind) = rest.split_at_checked(keyword.len()).unwrap_or((rest, ""));
        let suffix = behind
            .get(..2)
            .filter(|suffix| suffix.eq_ignore_ascii_case("th"));
        pieces.push(Piece::Part {
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
