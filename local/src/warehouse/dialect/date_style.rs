//! The setting `datestyle`: how dates are shown, and which number of a date is its day (AWS page:
//! `datestyle`; PostgreSQL 8.0: "Date/Time Output").
//!
//! `SQL, DMY` reads `05-02-2008` as the fifth of February, and shows it as `05/02/2008`. What the Data
//! API hands out is always ISO: its driver reads dates as dates. So the form shows in casts to texts.

use redshift_sql::types::Type;
use strum::IntoStaticStr;

use super::Refusal;
use super::calls::{call, own};
use super::fragment::TokenTree;

/// Which number of a date is its day.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, IntoStaticStr)]
pub(crate) enum DateOrder {
    #[default]
    #[strum(serialize = "MDY")]
    MonthDayYear,
    #[strum(serialize = "DMY")]
    DayMonthYear,
    #[strum(serialize = "YMD")]
    YearMonthDay,
}

impl DateOrder {
    /// The number that functions of the warehouse know it by.
    pub(crate) fn number(self) -> &'static str {
        match self {
            Self::MonthDayYear => "0",
            Self::DayMonthYear => "1",
            Self::YearMonthDay => "2",
        }
    }

    /// From the number that [`Self::number`] gives.
    pub(crate) fn numbered(number: i32) -> Self {
        match number {
            1 => Self::DayMonthYear,
            2 => Self::YearMonthDay,
            _ => Self::MonthDayYear,
        }
    }
}

/// How a date is shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, IntoStaticStr)]
enum Form {
    #[default]
    #[strum(serialize = "ISO")]
    Iso,
    #[strum(serialize = "SQL")]
    Sql,
    Postgres,
    German,
}

/// The value of `datestyle`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct DateStyle {
    form: Form,
    /// Which number of a date is its day.
    pub(crate) order: DateOrder,
}

impl DateStyle {
    /// The default `ISO, MDY`, for tests.
    #[cfg(test)]
    pub(crate) const ISO: Self = Self {
        form: Form::Iso,
        order: DateOrder::MonthDayYear,
    };

    /// Reads a value: one form, one order, or both.
    ///
    /// `German` is shown as `German, DMY`, `ymd` as `ISO, YMD`.
    pub(crate) fn read(given: &str) -> Result<Self, Refusal> {
        let mut style = Self::default();
        let mut ordered = false;
        for word in given.split(',').map(str::trim) {
            match word.to_ascii_lowercase().as_str() {
                "iso" => style.form = Form::Iso,
                "sql" => style.form = Form::Sql,
                "postgres" | "postgresql" => style.form = Form::Postgres,
                "german" => {
                    style.form = Form::German;
                    if !ordered {
                        style.order = DateOrder::DayMonthYear;
                    }
                }
                "mdy" | "us" | "noneuro" | "noneuropean" => style.order = DateOrder::MonthDayYear,
                "dmy" | "euro" | "european" => style.order = DateOrder::DayMonthYear,
                "ymd" => style.order = DateOrder::YearMonthDay,
                "default" => style = Self::default(),
                _ => {
                    return Err(Refusal::Value(format!(
                        "unrecognized \"datestyle\" key word: \"{word}\""
                    )));
                }
            }
            let order = ["mdy", "dmy", "ymd", "us", "euro", "european"];
            ordered |= order.iter().any(|one| word.eq_ignore_ascii_case(one));
        }
        Ok(style)
    }

    /// As SHOW shows it.
    pub(crate) fn shown(self) -> String {
        let (form, order): (&str, &str) = (self.form.into(), self.order.into());
        format!("{form}, {order}")
    }

    /// A date or a moment as a text; nothing where the engine writes it so, or for another type.
    pub(super) fn text(
        self,
        kind: Type,
        nodes: &[TokenTree],
    ) -> Result<Option<Vec<TokenTree>>, Refusal> {
        if self.form == Form::Iso {
            return Ok(None);
        }
        let day_first = self.order == DateOrder::DayMonthYear;
        let date = match (self.form, day_first) {
            (Form::German, _) => "%d.%m.%Y",
            (Form::Sql, true) => "%d/%m/%Y",
            (Form::Sql, false) => "%m/%d/%Y",
            (_, true) => "%d-%m-%Y",
            (_, false) => "%m-%d-%Y",
        };
        match kind {
            Type::Date => Ok(Some(call(
                "strftime",
                vec![nodes.to_vec(), vec![TokenTree::text(date)]],
            ))),
            Type::Timestamp => {
                // What stands in front of the fraction of a second, and what behind it.
                let formats = match (self.form, day_first) {
                    (Form::Postgres, true) => {
                        vec!["%a %d %b %H:%M:%S".to_owned(), " %Y".to_owned()]
                    }
                    (Form::Postgres, false) => {
                        vec!["%a %b %d %H:%M:%S".to_owned(), " %Y".to_owned()]
                    }
                    _ => vec![format!("{date} %H:%M:%S")],
                };
                let mut arguments = vec![nodes.to_vec()];
                arguments.extend(formats.into_iter().map(|one| vec![TokenTree::text(one)]));
                Ok(Some(own("styled_moment", arguments)))
            }
            Type::TimestampTz => Err(Refusal::Unsupported(format!(
                "a moment with its time zone as a text where datestyle is {}: write TO_CHAR",
                self.shown()
            ))),
            _ => Ok(None),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::DateStyle;

    #[test]
    fn forms_and_orders_are_read() {
        for (given, expected) in [
            ("SQL,DMY", Some("SQL, DMY")),
            ("iso", Some("ISO, MDY")),
            ("ymd", Some("ISO, YMD")),
            ("German", Some("German, DMY")),
            ("mdy, german", Some("German, MDY")),
            ("postgres, european", Some("Postgres, DMY")),
            ("nonsense", None),
        ] {
            let shown = DateStyle::read(given).ok().map(DateStyle::shown);
            assert_eq!(shown.as_deref(), expected, "{given}");
        }
    }
}
