//! The language of signatures.
//!
//! `(text, integer, text?) -> varchar`: a text, a whole number and perhaps another text make a
//! VARCHAR. `any...` stands for any number of arguments, none included. Behind the arrow stands a
//! type or the name of a rule, such as `first`: the type of the first argument.

use std::fmt;

use crate::types::{MAX_VARBYTE, MAX_VARCHAR, Type, aggregate_average, aggregate_sum, common_type};

/// One way to call a function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    /// What it takes at each place.
    pub parameters: Vec<FunctionParameter>,
    /// Type of its result, or the rule for it.
    pub returns: Returns,
}

/// What a function takes at one place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FunctionParameter {
    /// Types that may stand at the place.
    pub accepts: Accepts,
    /// Whether it may be left out.
    pub optional: bool,
    /// Whether any number may stand here.
    pub repeats: bool,
}

/// The type of a parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "the others are called as Redshift's types")]
pub enum Accepts {
    /// A value of any type.
    Any,
    /// A number of any type.
    Number,
    /// A number without digits behind the point.
    Integer,
    /// CHAR or VARCHAR of any length.
    Text,
    /// A text or VARBYTE.
    Bytes,
    Boolean,
    Date,
    Timestamp,
    TimestampTz,
    /// DATE, TIMESTAMP or TIMESTAMPTZ.
    Moment,
    Time,
    TimeTz,
    /// An interval of either kind.
    Interval,
    /// A part of a date, such as `day`.
    DatePart,
    Super,
    VarByte,
    Geometry,
    Geography,
    /// HLLSKETCH: a sketch that counts distinct values.
    Sketch,
}

/// The type of a result, or the rule that tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Returns {
    /// Always this type, whatever the arguments.
    Type(Type),
    /// Nobody knows before it runs.
    Unknown,
    /// That of the first argument.
    First,
    /// A VARCHAR as long as the first argument.
    Text,
    /// The common type of all arguments.
    Common,
    /// The common type of all arguments but the first.
    Rest,
    /// The common type of DECODE's results.
    Decoded,
    /// The type of SUM over the argument's.
    Sum,
    /// The type of AVG over the argument's.
    Average,
    /// Rows: the function stands in FROM.
    Rows,
}

const PARAMETERS: &[(&str, Accepts)] = &[
    ("any", Accepts::Any),
    ("number", Accepts::Number),
    ("integer", Accepts::Integer),
    ("text", Accepts::Text),
    ("bytes", Accepts::Bytes),
    ("boolean", Accepts::Boolean),
    ("date", Accepts::Date),
    ("timestamp", Accepts::Timestamp),
    ("timestamptz", Accepts::TimestampTz),
    ("moment", Accepts::Moment),
    ("time", Accepts::Time),
    ("timetz", Accepts::TimeTz),
    ("interval", Accepts::Interval),
    ("datepart", Accepts::DatePart),
    ("super", Accepts::Super),
    ("varbyte", Accepts::VarByte),
    ("geometry", Accepts::Geometry),
    ("geography", Accepts::Geography),
    ("hllsketch", Accepts::Sketch),
];

/// A DECIMAL without precision and scale (AWS page: `Numeric types`).
const DECIMAL: Type = Type::Decimal(18, 0);

const RESULTS: &[(&str, Returns)] = &[
    ("unknown", Returns::Unknown),
    ("first", Returns::First),
    ("text", Returns::Text),
    ("common", Returns::Common),
    ("rest", Returns::Rest),
    ("decoded", Returns::Decoded),
    ("sum", Returns::Sum),
    ("average", Returns::Average),
    ("rows", Returns::Rows),
    ("smallint", Returns::Type(Type::SmallInt)),
    ("integer", Returns::Type(Type::Integer)),
    ("bigint", Returns::Type(Type::BigInt)),
    ("numeric", Returns::Type(DECIMAL)),
    ("real", Returns::Type(Type::Real)),
    ("double", Returns::Type(Type::Double)),
    ("boolean", Returns::Type(Type::Boolean)),
    ("char(4)", Returns::Type(Type::Char(4))),
    ("char(8)", Returns::Type(Type::Char(8))),
    ("varchar", Returns::Type(Type::VarChar(MAX_VARCHAR))),
    ("varchar(32)", Returns::Type(Type::VarChar(32))),
    ("varchar(40)", Returns::Type(Type::VarChar(40))),
    ("varchar(128)", Returns::Type(Type::VarChar(128))),
    ("date", Returns::Type(Type::Date)),
    ("time", Returns::Type(Type::Time)),
    ("timetz", Returns::Type(Type::TimeTz)),
    ("timestamp", Returns::Type(Type::Timestamp)),
    ("timestamptz", Returns::Type(Type::TimestampTz)),
    ("super", Returns::Type(Type::Super)),
    ("varbyte", Returns::Type(Type::VarByte(MAX_VARBYTE))),
    ("geometry", Returns::Type(Type::Geometry)),
    ("geography", Returns::Type(Type::Geography)),
    ("hllsketch", Returns::Type(Type::HllSketch)),
];

impl Signature {
    /// Reads a signature; none if it is not of the language.
    pub(super) fn read(text: &str) -> Option<Self> {
        let (parameters, returns) = text.split_once(" -> ")?;
        let parameters = parameters.strip_prefix('(')?.strip_suffix(')')?;
        let parameters = if parameters.is_empty() {
            Vec::new()
        } else {
            parameters
                .split(", ")
                .map(FunctionParameter::read)
                .collect::<Option<Vec<_>>>()?
        };
        // What may be left out stands behind what must be there.
        if parameters.is_sorted_by_key(|one| one.optional || one.repeats) {
            let returns = named(RESULTS, returns)?;
            Some(Self {
                parameters,
                returns,
            })
        } else {
            None
        }
    }

    /// Whether it takes so many arguments.
    pub fn takes_number(&self, arguments: usize) -> bool {
        let least = self
            .parameters
            .iter()
            .filter(|parameter| !parameter.optional && !parameter.repeats)
            .count();
        let repeats = self.parameters.iter().any(|parameter| parameter.repeats);
        arguments >= least && (repeats || arguments <= self.parameters.len())
    }

    /// Whether it takes arguments of these types. A type that nobody knows agrees with everything.
    pub fn takes(&self, arguments: &[Type]) -> bool {
        if !self.takes_number(arguments.len()) {
            return false;
        }
        let last = self.parameters.last();
        arguments.iter().enumerate().all(|(at, kind)| {
            self.parameters
                .get(at)
                .or(last)
                .is_none_or(|parameter| parameter.accepts.takes(*kind))
        })
    }

    /// The first argument whose type Redshift certainly refuses.
    pub(super) fn refused(&self, arguments: &[Type]) -> Option<usize> {
        let last = self.parameters.last();
        arguments.iter().enumerate().position(|(at, kind)| {
            let parameter = self.parameters.get(at).or(last);
            parameter.is_some_and(|parameter| parameter.accepts.refuses(*kind))
        })
    }

    /// The type of its result for arguments of these types.
    pub(super) fn result(&self, arguments: &[Type]) -> Option<Type> {
        let first = arguments.first().copied();
        match self.returns {
            Returns::Type(kind) => Some(kind),
            Returns::Unknown | Returns::Rows => None,
            Returns::First => first,
            Returns::Text => match first? {
                Type::Char(length) | Type::VarChar(length) => Some(Type::VarChar(length)),
                bytes @ Type::VarByte(_) => Some(bytes),
                _ => None,
            },
            Returns::Common => common_of(arguments.iter().copied()),
            Returns::Rest => common_of(arguments.iter().copied().skip(1)),
            Returns::Decoded => {
                let count = arguments.len();
                let result = |at: usize| at >= 2 && (at.is_multiple_of(2) || at + 1 == count);
                common_of(
                    arguments
                        .iter()
                        .enumerate()
                        .filter(|(at, _)| result(*at))
                        .map(|(_, kind)| *kind),
                )
            }
            Returns::Sum => first.map(aggregate_sum),
            Returns::Average => first.map(aggregate_average),
        }
    }
}

fn common_of(mut kinds: impl Iterator<Item = Type>) -> Option<Type> {
    let first = kinds.next()?;
    kinds.try_fold(first, common_type)
}

impl FunctionParameter {
    fn read(text: &str) -> Option<Self> {
        let (name, optional, repeats) = if let Some(name) = text.strip_suffix("...") {
            (name, false, true)
        } else if let Some(name) = text.strip_suffix('?') {
            (name, true, false)
        } else {
            (text, false, false)
        };
        Some(Self {
            accepts: named(PARAMETERS, name)?,
            optional,
            repeats,
        })
    }
}

fn named<T: Copy>(names: &[(&str, T)], name: &str) -> Option<T> {
    names
        .iter()
        .find(|(known, _)| *known == name)
        .map(|(_, value)| *value)
}

impl Accepts {
    /// Whether a value of a type may stand here without a cast. A type that nobody knows may.
    pub fn takes(self, kind: Type) -> bool {
        if kind.is_open() {
            return true;
        }
        match self {
            Self::Any => true,
            Self::Number => kind.is_numeric(),
            Self::Integer => kind.is_integer(),
            Self::Text => kind.is_text(),
            Self::Bytes => kind.is_text() || matches!(kind, Type::VarByte(_)),
            Self::Boolean => kind == Type::Boolean,
            Self::Date => kind == Type::Date,
            Self::Timestamp => kind == Type::Timestamp,
            Self::TimestampTz => kind == Type::TimestampTz,
            Self::Moment => kind.is_date(),
            Self::Time => kind == Type::Time,
            Self::TimeTz => kind == Type::TimeTz,
            Self::Interval => kind.is_interval(),
            Self::DatePart => kind.is_text(),
            Self::Super => false,
            Self::VarByte => matches!(kind, Type::VarByte(_)),
            Self::Geometry => kind == Type::Geometry,
            Self::Geography => kind == Type::Geography,
            Self::Sketch => kind == Type::HllSketch,
        }
    }

    /// Whether Redshift certainly refuses a value of a type here (AWS page: `Type compatibility and
    /// conversion`: neither is converted to the other without a cast).
    fn refuses(self, kind: Type) -> bool {
        match self {
            Self::Number | Self::Integer => {
                kind.is_date() || kind.is_time() || matches!(kind, Type::VarByte(_))
            }
            Self::Date | Self::Timestamp | Self::TimestampTz | Self::Moment => {
                kind.is_numeric() || kind == Type::Boolean
            }
            Self::Boolean => kind.is_date() || kind.is_time(),
            _ => false,
        }
    }

    fn name(self) -> &'static str {
        PARAMETERS
            .iter()
            .find(|(_, accepts)| *accepts == self)
            .map_or("any", |(name, _)| name)
    }
}

impl fmt::Display for Signature {
    /// `(text, integer [, text])`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(")?;
        for (at, parameter) in self.parameters.iter().enumerate() {
            let name = parameter.accepts.name();
            let comma = if at == 0 { "" } else { ", " };
            match (parameter.optional, parameter.repeats) {
                (true, _) if at == 0 => write!(f, "[{name}]")?,
                (true, _) => write!(f, " [, {name}]")?,
                (_, true) => write!(f, "{comma}{name}, …")?,
                _ => write!(f, "{comma}{name}")?,
            }
        }
        f.write_str(")")
    }
}
