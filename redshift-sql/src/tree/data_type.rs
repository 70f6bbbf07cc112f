//! Types as they are written (AWS page: `Data types`).

use super::{Name, ObjectName};
use crate::Span;

/// A type and its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TypeName {
    pub span: Span,
    pub kind: DataType,
}

/// The types of Redshift.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DataType {
    /// `smallint`, `int2`
    SmallInt,
    /// `integer`, `int`, `int4`
    Integer,
    /// `bigint`, `int8`
    BigInt,
    /// `decimal(precision, scale)`, `numeric`; (18, 0) where it does not say.
    Decimal {
        /// Digits in all, 1 to 38.
        precision: u8,
        /// Digits behind the point, 0 to 37.
        scale: u8,
    },
    /// `real`, `float4`
    Real,
    /// `double precision`, `float8`, `float`
    Double,
    /// `boolean`, `bool`
    Boolean,
    /// `char(n)`, `character(n)`, `nchar(n)`; bytes.
    Char(u32),
    /// `bpchar`: blank-padded, 256 bytes.
    BpChar,
    /// `varchar(n)`, `nvarchar(n)`, `character varying(n)`; bytes. `max` is 65,535 (16,777,216 in
    /// newer releases); 256 where it does not say.
    VarChar(Length),
    /// `text`: the same as `varchar(256)`.
    Text,
    Date,
    /// `time`, `time without time zone`
    Time,
    /// `timetz`, `time with time zone`
    TimeTz,
    /// `timestamp`, `timestamp without time zone`
    Timestamp,
    /// `timestamptz`, `timestamp with time zone`
    TimestampTz,
    /// `interval year to month`, `interval day to second`
    Interval(Option<IntervalFields>),
    Super,
    /// `varbyte(n)`, `varbinary(n)`, `binary varying(n)`
    VarByte(Length),
    Geometry,
    Geography,
    HllSketch,
    /// `oid`, `regclass`, `name`, `xid` and the others of the catalog.
    Catalog(Name),
    /// `refcursor`, which only variables and arguments of procedures have.
    RefCursor,
    /// `record`, which only variables of procedures have.
    Record,
    /// `anyelement`, of a Python function.
    AnyElement,
    /// `table.column%type`
    OfColumn(ObjectName),
    /// `table%rowtype`
    RowOf(ObjectName),
    /// `array<type>`, `struct<…>`, `map<…>` of an external table, as written.
    Nested(Box<str>),
    /// `{{name}}`: an insertion, so the type is not known before a run.
    Inserted,
}

/// How long a text may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Length {
    /// It does not say.
    Default,
    /// So many bytes, as `varchar(20)` says.
    Bytes(u32),
    Max,
}

/// Which fields an interval has, and how many digits of a second.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IntervalFields {
    /// The largest field that it has.
    pub from: IntervalField,
    /// The smallest, if there are several.
    pub to: Option<IntervalField>,
    /// Digits of a second, 0 to 6.
    pub precision: Option<u8>,
}

/// A field of an interval.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum IntervalField {
    Year,
    Month,
    Day,
    Hour,
    Minute,
    Second,
}
