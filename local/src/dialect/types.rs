//! Redshift's types in the engine's words.

use super::Refusal;
use super::tree::Node;

/// A type as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Type {
    /// The engine's name.
    pub(super) name: String,
    /// Redshift's short name of it, which is also the name of a column that holds a cast.
    pub(super) short: &'static str,
    /// Most bytes of a text, and whether blanks at its end do not count.
    pub(super) length: Option<Length>,
    /// Number of nodes it took.
    pub(super) nodes: usize,
}

/// The limit of a text's length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Length {
    pub(super) bytes: u32,
    /// `CHAR(n)`: blanks at the end do not count.
    pub(super) blank_padded: bool,
    /// Whether the type said so; a cast to plain VARCHAR cuts nothing.
    pub(super) explicit: bool,
}

impl Length {
    /// The check that holds a column to it.
    pub(super) fn check(self, column: &str) -> String {
        let column = super::quote_name(column);
        let bytes = self.bytes;
        if self.blank_padded {
            format!("check (strlen(rtrim({column})) <= {bytes} and {column} = rtrim({column}))")
        } else {
            format!("check (strlen({column}) <= {bytes})")
        }
    }
}

/// Most bytes of a VARCHAR.
const LONGEST: u32 = 65_535;

/// Reads the type that these nodes begin with; `None` if they do not begin with one.
pub(super) fn read(nodes: &[Node]) -> Result<Option<Type>, Refusal> {
    let Some(first) = nodes.first().and_then(Node::as_word) else {
        return Ok(None);
    };
    let mut taken = 1;
    let next = |taken: usize| nodes.get(taken);
    let simple = |name: &str, short: &'static str, nodes: usize| {
        Ok(Some(Type {
            name: name.to_owned(),
            short,
            length: None,
            nodes,
        }))
    };
    match first {
        "smallint" | "int2" => simple("smallint", "int2", 1),
        "int" | "integer" | "int4" => simple("integer", "int4", 1),
        "bigint" | "int8" => simple("bigint", "int8", 1),
        "real" | "float4" => simple("real", "float4", 1),
        "float8" => simple("double", "float8", 1),
        "double" => {
            let both = next(1).is_some_and(|n| n.is_word("precision"));
            simple("double", "float8", if both { 2 } else { 1 })
        }
        "float" => match next(1).and_then(Node::as_round) {
            Some(inner) => {
                let digits = inner.first().and_then(Node::as_number).unwrap_or("53");
                if digits.parse::<u8>().is_ok_and(|digits| digits < 25) {
                    simple("real", "float4", 2)
                } else {
                    simple("double", "float8", 2)
                }
            }
            None => simple("double", "float8", 1),
        },
        "bool" | "boolean" => simple("boolean", "bool", 1),
        "date" => simple("date", "date", 1),
        "super" => simple("json", "super", 1),
        "varbyte" | "varbinary" => {
            let sized = next(1).is_some_and(|n| n.as_round().is_some());
            simple("blob", "varbyte", if sized { 2 } else { 1 })
        }
        "timestamptz" => simple("timestamptz", "timestamptz", 1),
        "timetz" => simple("timetz", "timetz", 1),
        "timestamp" | "time" => {
            if next(taken).is_some_and(|n| n.as_round().is_some()) {
                taken += 1;
            }
            let zone = |word: &str| {
                next(taken).is_some_and(|n| n.is_word(word))
                    && next(taken + 1).is_some_and(|n| n.is_word("time"))
                    && next(taken + 2).is_some_and(|n| n.is_word("zone"))
            };
            match (first, zone("with"), zone("without")) {
                ("timestamp", true, _) => simple("timestamptz", "timestamptz", taken + 3),
                ("timestamp", _, true) => simple("timestamp", "timestamp", taken + 3),
                ("timestamp", ..) => simple("timestamp", "timestamp", taken),
                (_, true, _) => simple("timetz", "timetz", taken + 3),
                (_, _, true) => simple("time", "time", taken + 3),
                _ => simple("time", "time", taken),
            }
        }
        "interval" => simple("interval", "interval", 1),
        "numeric" | "decimal" => decimal(next(1)),
        "varchar" | "nvarchar" | "text" | "char" | "nchar" | "bpchar" | "character" => {
            text(first, nodes)
        }
        "geometry" | "geography" | "hllsketch" => {
            Err(Refusal::Unsupported(format!("the type {first}")))
        }
        _ => Ok(None),
    }
}

fn decimal(digits: Option<&Node>) -> Result<Option<Type>, Refusal> {
    let Some(inner) = digits.and_then(Node::as_round) else {
        return Ok(Some(Type {
            name: "decimal(18,0)".to_owned(),
            short: "numeric",
            length: None,
            nodes: 1,
        }));
    };
    let numbers: Vec<&str> = inner.iter().filter_map(Node::as_number).collect();
    let name = match numbers.as_slice() {
        [precision] => format!("decimal({precision},0)"),
        [precision, scale] => format!("decimal({precision},{scale})"),
        _ => {
            return Err(Refusal::Syntax(
                "NUMERIC takes a precision and a scale".to_owned(),
            ));
        }
    };
    Ok(Some(Type {
        name,
        short: "numeric",
        length: None,
        nodes: 2,
    }))
}

fn text(first: &str, nodes: &[Node]) -> Result<Option<Type>, Refusal> {
    let varying = nodes.get(1).is_some_and(|n| n.is_word("varying"));
    let mut taken = if varying { 2 } else { 1 };
    let blank_padded = matches!(first, "char" | "nchar" | "bpchar" | "character") && !varying;
    let mut bytes = match first {
        "bpchar" => 256,
        _ if blank_padded => 1,
        _ => 256,
    };
    let mut explicit = blank_padded && first != "bpchar";
    if let Some(inner) = nodes.get(taken).and_then(Node::as_round) {
        taken += 1;
        explicit = first != "text";
        bytes = match inner {
            [node] if node.is_word("max") => LONGEST,
            [node] => node
                .as_number()
                .and_then(|number| number.parse().ok())
                .filter(|bytes| (1..=LONGEST).contains(bytes))
                .ok_or_else(|| Refusal::Syntax(format!("length of {first} is 1 to {LONGEST}")))?,
            _ => return Err(Refusal::Syntax(format!("{first} takes one length"))),
        };
    }
    Ok(Some(Type {
        name: "varchar".to_owned(),
        short: if blank_padded { "bpchar" } else { "varchar" },
        length: Some(Length {
            bytes,
            blank_padded,
            explicit,
        }),
        nodes: taken,
    }))
}
