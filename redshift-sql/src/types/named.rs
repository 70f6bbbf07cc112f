//! The type of a name as the catalog shows it: `character varying(256)`.

use super::Type;

impl Type {
    /// The type whose name this is, as [`std::fmt::Display`] writes it. `None` for a name that no
    /// column of a table can have.
    ///
    /// `numeric(8,2)` is a decimal of eight digits, two of them behind the point.
    pub fn named(name: &str) -> Option<Self> {
        let (word, numbers) = match name.split_once('(') {
            None => (name, ""),
            Some((word, rest)) => (word, rest.strip_suffix(')')?),
        };
        let length = || numbers.parse::<u32>().ok();
        Some(match word {
            "smallint" => Self::SmallInt,
            "integer" => Self::Integer,
            "bigint" => Self::BigInt,
            "numeric" => {
                let (precision, scale) = numbers.split_once(',')?;
                Self::Decimal(precision.parse().ok()?, scale.parse().ok()?)
            }
            "real" => Self::Real,
            "double precision" => Self::Double,
            "boolean" => Self::Boolean,
            "character" => Self::Char(length()?),
            "character varying" => Self::VarChar(length()?),
            "date" => Self::Date,
            "time without time zone" => Self::Time,
            "time with time zone" => Self::TimeTz,
            "timestamp without time zone" => Self::Timestamp,
            "timestamp with time zone" => Self::TimestampTz,
            "interval year to month" => Self::IntervalMonths,
            "interval day to second" => Self::IntervalSeconds,
            "super" => Self::Super,
            "varbyte" => Self::VarByte(length()?),
            "geometry" => Self::Geometry,
            "geography" => Self::Geography,
            "hllsketch" => Self::HllSketch,
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Type;

    #[test]
    fn a_type_is_read_as_it_is_written() {
        for kind in [
            Type::SmallInt,
            Type::Integer,
            Type::BigInt,
            Type::Decimal(18, 2),
            Type::Real,
            Type::Double,
            Type::Boolean,
            Type::Char(1),
            Type::VarChar(65_535),
            Type::Date,
            Type::Time,
            Type::TimeTz,
            Type::Timestamp,
            Type::TimestampTz,
            Type::IntervalMonths,
            Type::IntervalSeconds,
            Type::Super,
            Type::VarByte(64_000),
            Type::Geometry,
            Type::Geography,
            Type::HllSketch,
        ] {
            assert_eq!(Type::named(&kind.to_string()), Some(kind));
        }
        for other in [
            "unknown",
            "null",
            "text",
            "numeric",
            "character(",
            "character(x)",
        ] {
            assert_eq!(Type::named(other), None, "{other}");
        }
    }
}
