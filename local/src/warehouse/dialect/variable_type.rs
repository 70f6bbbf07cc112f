//! Types of a procedure's variables.
//!
//! A value is kept as the engine's text of it. Where a statement names the variable, a parameter with
//! a cast to its type stands there. So no value is ever a piece of SQL.

use redshift_sql::tree::{self, CastForm, DataType};

use super::fragment::{TokenTree, write};
use super::types::TextLimit;
use super::{Refusal, cast, types};

/// The type of a variable.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct VariableType {
    /// The engine's name of it.
    pub(crate) engine: String,
    /// What a value is cast to. It has no limit: the limit is looked at afterwards, as a text that
    /// is too long is an error and not cut.
    pub(super) cast: DataType,
    /// Limit of a text in bytes; none of other types.
    limit: Option<TextLimit>,
}

impl VariableType {
    /// The type that somebody wrote.
    pub(crate) fn of(kind: &DataType) -> Result<Self, Refusal> {
        if matches!(kind, DataType::RefCursor) {
            return Ok(Self::text());
        }
        let engine = types::of(kind)?;
        let cast = match kind {
            DataType::VarChar(_) => DataType::Text,
            DataType::Char(_) => DataType::BpChar,
            kind => kind.clone(),
        };
        Ok(Self {
            engine: engine.name,
            cast,
            limit: engine.length,
        })
    }

    /// A text without a limit of its own.
    pub(crate) fn text() -> Self {
        Self {
            engine: "varchar".to_owned(),
            cast: DataType::Text,
            limit: None,
        }
    }

    pub(crate) fn boolean() -> Self {
        Self::plain("boolean", DataType::Boolean)
    }

    pub(crate) fn integer() -> Self {
        Self::plain("integer", DataType::Integer)
    }

    fn plain(engine: &str, cast: DataType) -> Self {
        Self {
            engine: engine.to_owned(),
            cast,
            limit: None,
        }
    }

    /// The type of a column of a result, as the engine names it.
    pub(crate) fn of_engine(name: &str) -> Self {
        let cast = match name {
            "BOOLEAN" => DataType::Boolean,
            "TINYINT" | "UTINYINT" | "SMALLINT" => DataType::SmallInt,
            "USMALLINT" | "INTEGER" => DataType::Integer,
            "UINTEGER" | "BIGINT" | "HUGEINT" => DataType::BigInt,
            "FLOAT" => DataType::Real,
            "DOUBLE" => DataType::Double,
            "DATE" => DataType::Date,
            "TIME" => DataType::Time,
            "TIME WITH TIME ZONE" => DataType::TimeTz,
            "TIMESTAMP" | "TIMESTAMP_S" | "TIMESTAMP_MS" | "TIMESTAMP_NS" => DataType::Timestamp,
            "TIMESTAMP WITH TIME ZONE" => DataType::TimestampTz,
            "INTERVAL" => DataType::Interval(None),
            "JSON" => DataType::Super,
            "BLOB" => DataType::VarByte(tree::Length::Default),
            other => match digits(other) {
                Some((precision, scale)) => DataType::Decimal { precision, scale },
                None => return Self::text(),
            },
        };
        match Self::of(&cast) {
            Ok(kind) => Self {
                limit: None,
                ..kind
            },
            Err(_) => Self::text(),
        }
    }

    /// The type of a column of a table, whose text may have a limit.
    pub(crate) fn of_column(name: &str, bytes: Option<u32>, blank_padded: bool) -> Self {
        let limit = bytes.map(|bytes| TextLimit {
            bytes,
            blank_padded,
            explicit: true,
        });
        Self {
            limit,
            ..Self::of_engine(name)
        }
    }

    /// Without its limit: an argument's length does not count (AWS page: `SHOW PROCEDURE` shows
    /// `character varying` for an argument of `varchar(256)`).
    pub(crate) fn without_limit(self) -> Self {
        Self {
            limit: None,
            ..self
        }
    }

    /// Whether one may step into its values.
    pub(crate) fn has_fields(&self) -> bool {
        self.cast == DataType::Super
    }

    pub(crate) fn is_boolean(&self) -> bool {
        self.cast == DataType::Boolean
    }

    /// A value as a variable of this type holds it. Blanks that are too many are dropped; any other
    /// text that is too long is an error, as in an INSERT.
    ///
    /// In a `varchar(3)`, `ab` with two blanks keeps one of them; `abcd` is an error.
    pub(crate) fn fitted(&self, value: String) -> Result<String, Refusal> {
        let Some(limit) = self.limit else {
            return Ok(value);
        };
        let most = limit.bytes as usize;
        let kept = if limit.blank_padded {
            value.trim_end_matches(' ')
        } else if value.len() > most {
            let end = value.trim_end_matches(' ').len().max(most);
            value.get(..end).unwrap_or(&value)
        } else {
            &value
        };
        if kept.len() > most {
            let kind = if limit.blank_padded {
                "character"
            } else {
                "character varying"
            };
            return Err(Refusal::Value(format!(
                "value too long for type {kind}({})",
                limit.bytes
            )));
        }
        Ok(kept.to_owned())
    }

    /// A column of a query, cast to this type, as text.
    pub(crate) fn of_column_text(&self, column: &str) -> Result<String, Refusal> {
        let kind = types::of(&self.cast)?;
        let nodes = cast::written(vec![TokenTree::quoted(column)], kind, CastForm::Cast)?;
        let text = [
            TokenTree::Round(nodes),
            TokenTree::symbol("::"),
            TokenTree::word("varchar"),
        ];
        Ok(write(&text, &mut Vec::new()))
    }
}

/// Precision and scale of `DECIMAL(18,2)`.
fn digits(name: &str) -> Option<(u8, u8)> {
    let inner = name.strip_prefix("DECIMAL(")?.strip_suffix(')')?;
    let (precision, scale) = inner.split_once(',')?;
    Some((precision.trim().parse().ok()?, scale.trim().parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_is_too_long_is_an_error_and_blanks_are_dropped() {
        let kind = VariableType::of(&DataType::VarChar(tree::Length::Bytes(3))).unwrap();
        assert_eq!(kind.fitted("abc".to_owned()).unwrap(), "abc");
        assert_eq!(kind.fitted("abc  ".to_owned()).unwrap(), "abc");
        assert_eq!(kind.fitted("ab  ".to_owned()).unwrap(), "ab ");
        let refused = kind.fitted("abcd".to_owned()).unwrap_err().to_string();
        assert_eq!(refused, "value too long for type character varying(3)");
        // Two letters of two bytes each.
        assert!(kind.fitted("éé".to_owned()).is_err());
    }

    #[test]
    fn the_engine_s_types_are_redshift_s() {
        for (name, engine) in [
            ("FLOAT", "real"),
            ("DOUBLE", "double"),
            ("HUGEINT", "bigint"),
            ("DECIMAL(18,2)", "decimal(18,2)"),
            ("VARCHAR", "varchar"),
            ("JSON", "json"),
        ] {
            assert_eq!(VariableType::of_engine(name).engine, engine, "{name}");
        }
    }
}
