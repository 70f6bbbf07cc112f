//! What the Data API says of a column beside its name and type: the numbers that Redshift's driver
//! reports for the type (AWS page: `ColumnMetadata`).

use duckdb::arrow::datatypes::{DataType, Field};

/// A column of a result or of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnDetail {
    /// Name of the column in the result.
    pub name: String,
    /// Redshift's name of the type.
    pub type_name: String,
    /// Digits of a number; characters of anything else.
    pub precision: u32,
    /// Digits behind the point.
    pub scale: u32,
    /// Whether it can be NULL.
    pub nullable: bool,
    /// Bytes of a text column of a table; 0 for a result.
    pub length: u32,
    /// Its default, in SQL.
    pub default: Option<String>,
    /// Schema of its table; empty for a result.
    pub schema: String,
    /// Its table; empty for a result.
    pub table: String,
}

/// Most bytes of a VARCHAR (AWS page: "Character types").
const LONGEST_TEXT: u32 = 65_535;

impl ColumnDetail {
    /// A column of a result.
    pub(super) fn of_result(field: &Field, type_name: &str) -> Self {
        let (precision, scale) = match field.data_type() {
            DataType::Decimal128(precision, scale) if type_name == "numeric" => {
                (u32::from(*precision), u32::try_from(*scale).unwrap_or(0))
            }
            _ => numbers(type_name),
        };
        Self {
            name: field.name().to_lowercase(),
            type_name: type_name.to_owned(),
            precision,
            scale,
            nullable: true,
            length: 0,
            default: None,
            schema: String::new(),
            table: String::new(),
        }
    }

    /// Whether it is a number with a sign.
    #[must_use]
    pub fn is_signed(&self) -> bool {
        matches!(
            self.type_name.as_str(),
            "int2" | "int4" | "int8" | "float4" | "float8" | "numeric"
        )
    }

    /// Whether upper and lower case differ in it.
    #[must_use]
    pub fn is_case_sensitive(&self) -> bool {
        matches!(self.type_name.as_str(), "varchar" | "bpchar" | "super")
    }
}

/// Precision and scale of a type.
pub(super) fn numbers(type_name: &str) -> (u32, u32) {
    match type_name {
        "bool" => (1, 0),
        "int2" => (5, 0),
        "int4" => (10, 0),
        "int8" => (19, 0),
        "float4" => (8, 8),
        "float8" => (17, 17),
        "numeric" => (38, 0),
        "date" => (13, 0),
        "time" => (15, 6),
        "timetz" => (21, 6),
        "timestamp" => (29, 6),
        "timestamptz" => (35, 6),
        _ => (LONGEST_TEXT, 0),
    }
}
