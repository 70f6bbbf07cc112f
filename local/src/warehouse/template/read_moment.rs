//! TO_DATE and TO_TIMESTAMP: a moment that a template describes.
//!
//! Unless they are strict, what is out of its range goes on into the next larger part. The 31st of
//! June is the first of July (AWS pages: `TO_DATE function`, `TO_TIMESTAMP function`).

use jiff::civil::{Date, DateTime};
use jiff::{SignedDuration, Span};

use super::moment::{DAYS, MONTHS, MomentPart, MomentPiece};

/// What a text says of a moment.
#[derive(Debug, Default)]
struct Said {
    year: Option<i64>,
    /// Whether `BC` was read.
    before_christ: bool,
    century: Option<i64>,
    month: Option<i64>,
    day: Option<i64>,
    day_of_year: Option<i64>,
    julian: Option<i64>,
    iso_year: Option<i64>,
    iso_week: Option<i64>,
    iso_day: Option<i64>,
    hour: i64,
    /// Half of the day: `PM` is true; none where the text says neither.
    half: Option<bool>,
    minute: i64,
    second: i64,
    microsecond: i64,
    second_of_day: Option<i64>,
}

/// The parts of a template that only TO_CHAR knows.
pub(crate) fn unreadable(pieces: &[MomentPiece]) -> Option<&str> {
    pieces.iter().find_map(|piece| match piece {
        MomentPiece::Part {
            part: MomentPart::Zone | MomentPart::Offset,
            written,
            ..
        } => Some(written.as_str()),
        _ => None,
    })
}

/// Reads a text by a template: `2026-03-01` by `YYYY-MM-DD`. `strict` refuses what is out of its range.
pub(crate) fn read(pieces: &[MomentPiece], text: &str, strict: bool) -> Result<DateTime, String> {
    let mut said = Said::default();
    let mut rest = text;
    let mut pieces = pieces.iter().peekable();
    while let Some(piece) = pieces.next() {
        if rest.is_empty() {
            break;
        }
        match piece {
            MomentPiece::Literal(sign) => {
                let blank = sign.is_whitespace();
                let mut signs = rest.chars();
                signs.next();
                rest = signs.as_str();
                // A blank of the template stands for all that are there.
                if blank {
                    rest = rest.trim_start();
                }
            }
            MomentPiece::Part {
                part,
                written,
                ordinal,
                ..
            } => {
                // Where no digit follows in the template, a number may have any length.
                let open = !matches!(pieces.peek(), Some(MomentPiece::Part { part, .. }) if begins_with_digit(*part));
                rest = said.part(*part, written, open, rest.trim_start())?;
                if ordinal.is_some() {
                    rest = rest.get(2..).unwrap_or_default();
                }
            }
        }
    }
    said.moment(strict, text)
}

/// Whether a part is a number, whose digits would run on from those in front of it.
fn begins_with_digit(part: MomentPart) -> bool {
    !matches!(
        part,
        MomentPart::Era
            | MomentPart::Half
            | MomentPart::MonthName
            | MomentPart::MonthShort
            | MomentPart::RomanMonth
            | MomentPart::DayName
            | MomentPart::DayShort
    )
}

impl Said {
    fn part<'t>(
        &mut self,
        part: MomentPart,
        written: &str,
        open: bool,
        text: &'t str,
    ) -> Result<&'t str, String> {
        let wrong = || format!("invalid value \"{text}\" for \"{written}\"");
        let name = |names: &[&str], short: bool| {
            let starts = |name: &str| {
                let start = text.get(..name.len());
                start.is_some_and(|start| start.eq_ignore_ascii_case(name))
            };
            let found = names.iter().enumerate().find_map(|(at, name)| {
                let short_name = name.get(..3).unwrap_or_default();
                if !short && starts(name) {
                    Some((at, name.len()))
                } else {
                    starts(short_name).then_some((at, 3))
                }
            });
            let (at, length) = found.ok_or_else(wrong)?;
            Ok::<_, String>((at, text.get(length..).unwrap_or_default()))
        };
        let number = |digits: usize| {
            let signed = usize::from(text.starts_with(['-', '+']));
            let most = if open { usize::MAX } else { digits + signed };
            let length = text
                .bytes()
                .enumerate()
                .take_while(|(at, byte)| byte.is_ascii_digit() || *at < signed)
                .count()
                .min(most);
            let (number, rest) = text.split_at_checked(length).ok_or_else(wrong)?;
            let value: i64 = number.parse().map_err(|_| wrong())?;
            Ok::<_, String>((value, number.len(), rest))
        };
        let place = |said: &mut Option<i64>, digits: usize| {
            let (value, _, rest) = number(digits)?;
            *said = Some(value);
            Ok(rest)
        };
        match part {
            MomentPart::Era | MomentPart::Half => {
                let length = if written.contains('.') { 4 } else { 2 };
                let mark = text.get(..length).ok_or_else(wrong)?;
                match mark.replace('.', "").to_ascii_uppercase().as_str() {
                    "AD" if part == MomentPart::Era => self.before_christ = false,
                    "BC" if part == MomentPart::Era => self.before_christ = true,
                    "AM" if part == MomentPart::Half => self.half = Some(false),
                    "PM" if part == MomentPart::Half => self.half = Some(true),
                    _ => return Err(wrong()),
                }
                Ok(text.get(length..).unwrap_or_default())
            }
            MomentPart::Century => place(&mut self.century, 2),
            MomentPart::Year(digits) | MomentPart::IsoYear(digits) => {
                let (value, length, rest) = number(digits.into())?;
                // `98` is 1998, `123` is 2123 (PostgreSQL: `formatting.c`).
                let year = match digits {
                    4 => value,
                    3 if length <= 3 => value + if value >= 100 { 1000 } else { 2000 },
                    2 if length <= 2 => value + if value < 70 { 2000 } else { 1900 },
                    1 if length <= 1 => value + 2000,
                    _ => value,
                };
                let year = Some(year);
                match part {
                    MomentPart::Year(_) => self.year = year,
                    _ => self.iso_year = year,
                }
                Ok(rest)
            }
            MomentPart::YearWithComma => {
                let (thousands, behind) = text.split_once(',').ok_or_else(wrong)?;
                let digits = behind.get(..3).ok_or_else(wrong)?;
                let both = format!("{thousands}{digits}");
                self.year = Some(both.parse().map_err(|_| wrong())?);
                Ok(behind.get(3..).unwrap_or_default())
            }
            MomentPart::MonthName | MomentPart::MonthShort => {
                let (at, rest) = name(&MONTHS, part == MomentPart::MonthShort)?;
                self.month = i64::try_from(at + 1).ok();
                Ok(rest)
            }
            MomentPart::DayName | MomentPart::DayShort => {
                Ok(name(&DAYS, part == MomentPart::DayShort)?.1)
            }
            MomentPart::RomanMonth => {
                let length = text
                    .bytes()
                    .take_while(|byte| matches!(byte.to_ascii_uppercase(), b'I' | b'V' | b'X'))
                    .count();
                let (numeral, rest) = text.split_at_checked(length).ok_or_else(wrong)?;
                let numeral = numeral.to_ascii_uppercase();
                let month = (1..=12)
                    .find(|month| super::roman::roman(*month).as_deref() == Some(numeral.as_str()));
                self.month = Some(month.ok_or_else(wrong)?.into());
                Ok(rest)
            }
            MomentPart::Month => place(&mut self.month, 2),
            MomentPart::Day => place(&mut self.day, 2),
            MomentPart::DayOfYear => place(&mut self.day_of_year, 3),
            MomentPart::Julian => place(&mut self.julian, 7),
            MomentPart::IsoWeek => place(&mut self.iso_week, 2),
            MomentPart::IsoDayOfWeek => place(&mut self.iso_day, 1),
            MomentPart::WeekOfYear => {
                let (week, _, rest) = number(2)?;
                self.day_of_year = Some((week - 1) * 7 + 1);
                Ok(rest)
            }
            MomentPart::WeekOfMonth => {
                let (week, _, rest) = number(1)?;
                self.day = Some((week - 1) * 7 + 1);
                Ok(rest)
            }
            // They say nothing that the others do not.
            MomentPart::Quarter | MomentPart::DayOfWeek => Ok(number(1)?.2),
            MomentPart::IsoDayOfYear => {
                let (day, _, rest) = number(3)?;
                self.iso_week = Some((day - 1) / 7 + 1);
                self.iso_day = Some((day - 1) % 7 + 1);
                Ok(rest)
            }
            MomentPart::Hour | MomentPart::HalfHour => {
                let (hour, _, rest) = number(2)?;
                self.hour = hour;
                Ok(rest)
            }
            MomentPart::Minute => {
                let (minute, _, rest) = number(2)?;
                self.minute = minute;
                Ok(rest)
            }
            MomentPart::Second => {
                let (second, _, rest) = number(2)?;
                self.second = second;
                Ok(rest)
            }
            MomentPart::Millisecond | MomentPart::Microsecond => {
                // `.5` is half a second.
                let digits: u32 = if part == MomentPart::Millisecond {
                    3
                } else {
                    6
                };
                let (value, length, rest) = number(usize::try_from(digits).unwrap_or_default())?;
                let length = u32::try_from(length).unwrap_or(digits).min(6);
                self.microsecond = value * 10_i64.pow(6 - length);
                Ok(rest)
            }
            MomentPart::SecondOfDay => place(&mut self.second_of_day, 5),
            MomentPart::Zone | MomentPart::Offset => Err(format!("\"{written}\" cannot be read")),
        }
    }

    fn moment(&self, strict: bool, text: &str) -> Result<DateTime, String> {
        let out_of_range = || format!("date/time field value out of range: {text}");
        if strict {
            let within =
                |value: Option<i64>, to: i64| value.is_none_or(|value| (1..=to).contains(&value));
            let of_day = (0..24).contains(&self.hour)
                && (0..60).contains(&self.minute)
                && (0..60).contains(&self.second);
            if !within(self.month, 12)
                || !within(self.day, 31)
                || !within(self.day_of_year, 366)
                || !of_day
            {
                return Err(out_of_range());
            }
        }
        let date = self.date().ok_or_else(out_of_range)?;
        if strict
            && let Some(day) = self.day
            && i64::from(date.day()) != day
        {
            return Err(out_of_range());
        }
        let hour = match self.half {
            None => self.hour,
            Some(_) if !(1..=12).contains(&self.hour) => {
                return Err("hour of AM/PM must be between 1 and 12".to_owned());
            }
            Some(afternoon) => self.hour % 12 + if afternoon { 12 } else { 0 },
        };
        let seconds = self
            .second_of_day
            .unwrap_or(hour * 3600 + self.minute * 60 + self.second);
        let start = date.at(0, 0, 0, 0);
        start
            .checked_add(SignedDuration::from_secs(seconds))
            .and_then(|moment| moment.checked_add(SignedDuration::from_micros(self.microsecond)))
            .map_err(|_| out_of_range())
    }

    fn date(&self) -> Option<Date> {
        if let Some(julian) = self.julian {
            let epoch = Date::new(1970, 1, 1).ok()?;
            return epoch
                .checked_add(Span::new().try_days(julian - 2_440_588).ok()?)
                .ok();
        }
        if let (Some(year), Some(week)) = (self.iso_year.or(self.year), self.iso_week) {
            // The fourth of January is in the first week.
            let fourth = Date::new(year.try_into().ok()?, 1, 4).ok()?;
            let monday = i64::from(fourth.weekday().to_monday_zero_offset());
            let days = (week - 1) * 7 + self.iso_day.unwrap_or(1) - 1 - monday;
            return fourth.checked_add(Span::new().try_days(days).ok()?).ok();
        }
        let year = self.year.or(self.iso_year);
        let year = match (year, self.century) {
            (Some(year), _) => year,
            (None, Some(century)) => (century - 1) * 100 + 1,
            (None, None) => return None,
        };
        let year = if self.before_christ { 1 - year } else { year };
        let (months, days) = match self.day_of_year {
            Some(day) if self.month.is_none() => (0, day - 1),
            _ => (self.month.unwrap_or(1) - 1, self.day.unwrap_or(1) - 1),
        };
        let first = Date::new(year.try_into().ok()?, 1, 1).ok()?;
        let month = first
            .checked_add(Span::new().try_months(months).ok()?)
            .ok()?;
        month.checked_add(Span::new().try_days(days).ok()?).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::super::moment::parse;
    use super::read;

    fn written(text: &str, template: &str, strict: bool) -> Result<String, String> {
        read(&parse(template).unwrap(), text, strict)
            .map(|moment| moment.to_string().replace('T', " "))
    }

    #[test]
    fn moments_by_their_templates() {
        for (text, template, expected) in [
            ("02 Oct 2001", "DD Mon YYYY", "2001-10-02 00:00:00"),
            ("20010631", "YYYYMMDD", "2001-07-01 00:00:00"),
            (
                "2011-12-18 24:38:15",
                "YYYY-MM-DD HH24:MI:SS",
                "2011-12-19 00:38:15",
            ),
            ("2011-12-18", "YYYY-MM-DD HH24:MI:SS", "2011-12-18 00:00:00"),
            ("January 8, 1999", "Month DD, YYYY", "1999-01-08 00:00:00"),
            ("1/5/99", "MM/DD/YY", "1999-01-05 00:00:00"),
            ("010569", "MMDDYY", "2069-01-05 00:00:00"),
            ("2009 365", "YYYY DDD", "2009-12-31 00:00:00"),
            ("2455197", "J", "2009-12-31 00:00:00"),
            ("2009-W53-4", "IYYY-\"W\"IW-ID", "2009-12-31 00:00:00"),
            ("5th March 2020", "DDth Month YYYY", "2020-03-05 00:00:00"),
            (
                "2020-03-05 11:07 PM",
                "YYYY-MM-DD HH12:MI PM",
                "2020-03-05 23:07:00",
            ),
            (
                "2020-03-05 12:07 a.m.",
                "YYYY-MM-DD HH:MI A.M.",
                "2020-03-05 00:07:00",
            ),
            ("20200305102030", "YYYYMMDDHH24MISS", "2020-03-05 10:20:30"),
            (
                "2020-03-05 10:20:30.5",
                "YYYY-MM-DD HH24:MI:SS.MS",
                "2020-03-05 10:20:30.5",
            ),
            (
                "10:20:30.123456 2020",
                "HH24:MI:SS.US YYYY",
                "2020-01-01 10:20:30.123456",
            ),
            ("IV 2020", "RM YYYY", "2020-04-01 00:00:00"),
            ("2,020", "Y,YYY", "2020-01-01 00:00:00"),
            ("2020-3-5", "YYYY-MM-DD", "2020-03-05 00:00:00"),
        ] {
            assert_eq!(
                written(text, template, false).as_deref(),
                Ok(expected),
                "{text}"
            );
        }
    }

    #[test]
    fn strictly_no_part_is_out_of_its_range() {
        for (text, template) in [
            ("20010631", "YYYYMMDD"),
            ("20011301", "YYYYMMDD"),
            ("2011-12-18 24:38:15", "YYYY-MM-DD HH24:MI:SS"),
        ] {
            let error = written(text, template, true).unwrap_err();
            assert!(error.contains("out of range"), "{error}");
            assert!(written(text, template, false).is_ok(), "{text}");
        }
        assert!(written("abc", "YYYY-MM-DD", false).is_err());
        assert!(written("2020-Foo-01", "YYYY-Mon-DD", false).is_err());
        assert!(written("13 PM 2020", "HH12 PM YYYY", false).is_err());
    }
}
