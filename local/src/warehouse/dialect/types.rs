//! Redshift's types in the engine's words.

use redshift_sql::tree::{self, DataType};

use super::Refusal;

/// A type in the engine's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct EngineType {
    /// Name in the engine, such as `varchar` or `decimal(8,2)`.
    pub(super) name: String,
    /// Redshift's short name of it, which is also the name of a column that holds a cast.
    pub(super) short: String,
    /// Most bytes of a text, and whether blanks at its end do not count.
    pub(super) length: Option<TextLimit>,
}

/// The limit of a text's length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TextLimit {
    pub(super) bytes: u32,
    /// `CHAR(n)`: blanks at the end do not count.
    pub(super) blank_padded: bool,
    /// Whether the type said so; a cast to plain VARCHAR cuts nothing.
    pub(super) explicit: bool,
}

impl TextLimit {
    /// The checks that hold a column to it. A CHAR holds single-byte characters only (AWS page: `Character
    /// types`).
    pub(super) fn check(self, column: &str) -> String {
        let column = super::quote_name(column);
        let bytes = self.bytes;
        if self.blank_padded {
            format!(
                "check (strlen(rtrim({column})) <= {bytes} and {column} = rtrim({column})) \
                 check (bit_length({column}) = 8 * length({column}))"
            )
        } else {
            format!("check (strlen({column}) <= {bytes})")
        }
    }
}

/// Most bytes of a CHAR (AWS page: `Character types`).
const LONGEST_CHAR: u32 = 4096;

/// Most bytes of a VARCHAR.
const LONGEST: u32 = 65_535;

/// The engine's type of a sketch.
pub(super) const SKETCH: &str = "ubigint[]";

/// The type in the engine's words.
pub(super) fn of(kind: &DataType) -> Result<EngineType, Refusal> {
    let (name, short) = match kind {
        DataType::SmallInt => ("smallint", "int2"),
        DataType::Integer => ("integer", "int4"),
        DataType::BigInt => ("bigint", "int8"),
        DataType::Decimal { precision, scale } => {
            return Ok(simple(&format!("decimal({precision},{scale})"), "numeric"));
        }
        DataType::Real => ("real", "float4"),
        DataType::Double => ("double", "float8"),
        DataType::Boolean => ("boolean", "bool"),
        DataType::Char(bytes) => return text("bpchar", *bytes, true),
        DataType::BpChar => return text("bpchar", 256, false),
        DataType::VarChar(length) => {
            return match length {
                tree::Length::Default => text("varchar", 256, false),
                tree::Length::Bytes(bytes) => text("varchar", *bytes, true),
                tree::Length::Max => text("varchar", LONGEST, true),
            };
        }
        DataType::Text => return text("varchar", 256, false),
        DataType::Date => ("date", "date"),
        DataType::Time => ("time", "time"),
        DataType::TimeTz => ("timetz", "timetz"),
        DataType::Timestamp => ("timestamp", "timestamp"),
        DataType::TimestampTz => ("timestamptz", "timestamptz"),
        DataType::Interval(_) => ("interval", "interval"),
        DataType::Super => ("json", "super"),
        DataType::VarByte(_) => ("blob", "varbyte"),
        DataType::Geometry => return Err(unsupported("geometry")),
        DataType::Geography => return Err(unsupported("geography")),
        DataType::HllSketch => (SKETCH, "hllsketch"),
        DataType::Catalog(name) => return of_catalog(&name.text),
        DataType::RefCursor => return Err(unsupported("refcursor")),
        DataType::Record => return Err(unsupported("record")),
        DataType::AnyElement => return Err(unsupported("anyelement")),
        DataType::OfColumn(_) => return Err(unsupported("of another column")),
        DataType::RowOf(_) => return Err(unsupported("of a table's rows")),
        DataType::Nested(written) => return Err(unsupported(written)),
        DataType::Inserted => return Err(Refusal::syntax("no type is inserted here")),
    };
    Ok(simple(name, short))
}

/// A type that only the catalog has. The privileges of `aclitem` are kept as they are written, alone and
/// in an array, and a relation or a function as its name.
fn of_catalog(short: &str) -> Result<EngineType, Refusal> {
    match short {
        "oid" => Ok(simple("bigint", short)),
        "name" | "regclass" | "regproc" | "regprocedure" | "aclitem" | "_aclitem" => {
            Ok(simple("varchar", short))
        }
        _ => Err(unsupported(short)),
    }
}

fn simple(name: &str, short: &str) -> EngineType {
    EngineType {
        name: name.to_owned(),
        short: short.to_owned(),
        length: None,
    }
}

fn text(short: &str, bytes: u32, explicit: bool) -> Result<EngineType, Refusal> {
    let (named, longest) = match short {
        "bpchar" => ("char", LONGEST_CHAR),
        other => (other, LONGEST),
    };
    if !(1..=longest).contains(&bytes) {
        return Err(Refusal::syntax(format!(
            "length of {named} is 1 to {longest}"
        )));
    }
    Ok(EngineType {
        length: Some(TextLimit {
            bytes,
            blank_padded: short == "bpchar",
            explicit,
        }),
        ..simple("varchar", short)
    })
}

fn unsupported(name: &str) -> Refusal {
    Refusal::Unsupported(format!("the type {name}"))
}
