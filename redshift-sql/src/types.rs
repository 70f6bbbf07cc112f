//! Types of expressions, and how they are computed.
//!
//! Source: AWS pages `Data types`, `Computations with numeric values`, `Type compatibility and
//! conversion`.

mod arithmetic;
mod common_type;
mod compare;
mod named;

pub use arithmetic::{aggregate_average, aggregate_sum, arithmetic};
pub use common_type::common_type;
pub use compare::{Assignable, assignable, comparable};

use std::fmt;

use crate::tree::{DataType, IntervalField, Length};

/// The type of an expression.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "the others are called as Redshift's types")]
pub enum Type {
    /// Nobody knows; it agrees with everything.
    Unknown,
    /// The type of `null`.
    Null,
    /// A string literal without a type: it becomes what stands beside it.
    Literal,
    SmallInt,
    Integer,
    BigInt,
    /// `numeric(precision, scale)`, at most 38 digits.
    Decimal(u8, u8),
    Real,
    /// `double precision`, 64 bits.
    Double,
    Boolean,
    /// `character(n)`, a length in bytes.
    Char(u32),
    /// `character varying(n)`, in bytes
    VarChar(u32),
    Date,
    Time,
    /// `time with time zone`
    TimeTz,
    Timestamp,
    /// `timestamp with time zone`
    TimestampTz,
    /// `interval year to month`
    IntervalMonths,
    /// `interval day to second`
    IntervalSeconds,
    Super,
    /// `varbyte(n)`, a length in bytes.
    VarByte(u32),
    Geometry,
    Geography,
    HllSketch,
}

/// Longest VARCHAR (AWS page: `Character types`).
pub const MAX_VARCHAR: u32 = 65_535;

/// VARCHAR and TEXT without a length (AWS page: `Character types`).
pub const DEFAULT_VARCHAR: u32 = 256;

/// Longest CHAR (AWS page: `Character types`).
pub const MAX_CHAR: u32 = 4_096;

/// VARBYTE without a length (AWS page: `VARBYTE type`).
pub const DEFAULT_VARBYTE: u32 = 64_000;

/// Longest VARBYTE (AWS page: `VARBYTE type`).
pub const MAX_VARBYTE: u32 = 16_777_216;

impl Type {
    /// The type that was written.
    ///
    /// `varchar` is `character varying(256)`, `varchar(max)` is `character varying(65535)`.
    pub fn of(written: &DataType) -> Self {
        match written {
            DataType::SmallInt => Self::SmallInt,
            DataType::Integer => Self::Integer,
            DataType::BigInt => Self::BigInt,
            DataType::Decimal { precision, scale } => Self::Decimal(*precision, *scale),
            DataType::Real => Self::Real,
            DataType::Double => Self::Double,
            DataType::Boolean => Self::Boolean,
            DataType::Char(length) => Self::Char(*length),
            DataType::BpChar => Self::Char(DEFAULT_VARCHAR),
            DataType::VarChar(Length::Bytes(bytes)) => Self::VarChar(*bytes),
            DataType::VarChar(Length::Max) => Self::VarChar(MAX_VARCHAR),
            DataType::VarChar(Length::Default) | DataType::Text => Self::VarChar(DEFAULT_VARCHAR),
            DataType::Date => Self::Date,
            DataType::Time => Self::Time,
            DataType::TimeTz => Self::TimeTz,
            DataType::Timestamp => Self::Timestamp,
            DataType::TimestampTz => Self::TimestampTz,
            DataType::Interval(Some(fields)) if fields.from <= IntervalField::Month => {
                Self::IntervalMonths
            }
            DataType::Interval(_) => Self::IntervalSeconds,
            DataType::Super => Self::Super,
            DataType::VarByte(Length::Bytes(bytes)) => Self::VarByte(*bytes),
            DataType::VarByte(Length::Max) => Self::VarByte(MAX_VARBYTE),
            DataType::VarByte(Length::Default) => Self::VarByte(DEFAULT_VARBYTE),
            DataType::Geometry => Self::Geometry,
            DataType::Geography => Self::Geography,
            DataType::HllSketch => Self::HllSketch,
            DataType::Catalog(_)
            | DataType::RefCursor
            | DataType::Record
            | DataType::AnyElement
            | DataType::OfColumn(_)
            | DataType::RowOf(_)
            | DataType::Nested(_)
            | DataType::Inserted => Self::Unknown,
        }
    }

    /// Whether nothing is known of it.
    pub fn is_open(self) -> bool {
        matches!(
            self,
            Self::Unknown | Self::Null | Self::Literal | Self::Super
        )
    }

    /// Whether it is a number.
    pub fn is_numeric(self) -> bool {
        self.is_integer() || matches!(self, Self::Decimal(..) | Self::Real | Self::Double)
    }

    /// Whether it is a whole number.
    pub fn is_integer(self) -> bool {
        matches!(self, Self::SmallInt | Self::Integer | Self::BigInt)
    }

    /// Whether it is a text.
    pub fn is_text(self) -> bool {
        matches!(self, Self::Char(_) | Self::VarChar(_) | Self::Literal)
    }

    /// Whether it is a date with or without a time of day.
    pub fn is_date(self) -> bool {
        matches!(self, Self::Date | Self::Timestamp | Self::TimestampTz)
    }

    /// Whether it is a time of day.
    pub fn is_time(self) -> bool {
        matches!(self, Self::Time | Self::TimeTz)
    }

    /// Whether it is an interval.
    pub fn is_interval(self) -> bool {
        matches!(self, Self::IntervalMonths | Self::IntervalSeconds)
    }

    /// The number of digits and of those behind the point that an exact number counts with in
    /// computations (AWS page: `Computations with numeric values`). An INTEGER is DECIMAL(10, 0).
    pub fn as_decimal(self) -> Option<(u8, u8)> {
        match self {
            Self::SmallInt => Some((5, 0)),
            Self::Integer => Some((10, 0)),
            Self::BigInt => Some((19, 0)),
            Self::Decimal(precision, scale) => Some((precision, scale)),
            _ => None,
        }
    }
}

impl Type {
    /// Its name without lengths and digits, as messages have it: `numeric`, `character varying`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Null => "null",
            Self::Literal => "text",
            Self::SmallInt => "smallint",
            Self::Integer => "integer",
            Self::BigInt => "bigint",
            Self::Decimal(..) => "numeric",
            Self::Real => "real",
            Self::Double => "double precision",
            Self::Boolean => "boolean",
            Self::Char(_) => "character",
            Self::VarChar(_) => "character varying",
            Self::Date => "date",
            Self::Time => "time without time zone",
            Self::TimeTz => "time with time zone",
            Self::Timestamp => "timestamp without time zone",
            Self::TimestampTz => "timestamp with time zone",
            Self::IntervalMonths => "interval year to month",
            Self::IntervalSeconds => "interval day to second",
            Self::Super => "super",
            Self::VarByte(_) => "varbyte",
            Self::Geometry => "geometry",
            Self::Geography => "geography",
            Self::HllSketch => "hllsketch",
        }
    }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())?;
        match self {
            Self::Decimal(precision, scale) => write!(f, "({precision},{scale})"),
            Self::Char(length) | Self::VarChar(length) | Self::VarByte(length) => {
                write!(f, "({length})")
            }
            _ => Ok(()),
        }
    }
}
