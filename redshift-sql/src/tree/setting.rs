//! Settings of a session (AWS pages: `SET`, `RESET`, `SET SESSION AUTHORIZATION`, `SET SESSION
//! CHARACTERISTICS`, `USE`).

use smol_str::SmolStr;

use super::{Begin, Expression, Name};
use crate::Span;

#[derive(Debug, Clone, PartialEq)]
pub enum Set {
    /// `set [session | local] name to value, …`
    Setting {
        /// `local`: until the end of the transaction.
        local: bool,
        /// The setting in lower case; `time zone` is `timezone`, `seed` is itself.
        name: SmolStr,
        /// Place of the name.
        name_span: Span,
        /// Values; empty for `default`.
        values: Vec<SettingValue>,
    },
    /// `set [session | local] session authorization { name | default }`
    Authorization {
        local: bool,
        /// The user; none for `default`.
        user: Option<SettingValue>,
    },
    /// `set session characteristics as transaction …`, `set transaction …`
    Characteristics {
        /// Whether it holds for all transactions of the session.
        session: bool,
        transaction: Begin,
    },
}

/// A value of a setting.
#[derive(Debug, Clone, PartialEq)]
pub enum SettingValue {
    /// A literal, a number, a parameter, an insertion or an interval.
    Literal(Expression),
    /// A word: `on`, `public`.
    Word(Name),
}

/// `reset name`, `reset all`, `reset session authorization`
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reset {
    /// A setting in lower case.
    Setting(SmolStr),
    All,
    Authorization,
}
