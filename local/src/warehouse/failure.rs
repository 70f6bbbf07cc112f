//! Why a statement failed, in the words that Redshift uses where scripts and people look for them.

use crate::dialect;

/// Why a statement did not end well.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failure {
    /// The engine's error, in Redshift's words.
    #[error("ERROR: {0}")]
    Engine(String),
    /// Another transaction was first: the transaction can be tried again.
    #[error("ERROR: {0}")]
    Conflict(String),
    /// The dialect pass refused the statement.
    #[error("ERROR: {0}")]
    Dialect(#[from] dialect::Refusal),
    /// A statement that the warehouse itself carries out could not be carried out.
    #[error("ERROR: {0}")]
    Refused(String),
    /// Somebody asked for the statement to be cancelled.
    #[error("ERROR: Query cancelled on user's request")]
    Cancelled,
    /// A statement of a batch.
    #[error("Query #{0} failed with {1}")]
    Numbered(usize, Box<Failure>),
    /// RAISE EXCEPTION, and what PL/pgSQL itself raises.
    #[error("ERROR: {message}")]
    Raised {
        /// SQLERRM
        message: String,
        /// SQLSTATE
        code: String,
    },
    /// A statement in the body of a procedure.
    #[error("{failure}\nCONTEXT: {}", .context.join("\n"))]
    InProcedure {
        failure: Box<Failure>,
        /// Where, from the innermost statement outwards.
        context: Vec<String>,
        /// How deep the call is that has said so last.
        calls: usize,
    },
    /// A file could not be read or written.
    #[error("ERROR: {0}")]
    Io(#[from] std::io::Error),
}

impl Failure {
    /// Whether the engine was interrupted.
    pub(super) fn is_cancelled(&self) -> bool {
        match self {
            Self::Cancelled => true,
            Self::InProcedure { failure, .. } | Self::Numbered(_, failure) => {
                failure.is_cancelled()
            }
            _ => false,
        }
    }
}

impl From<duckdb::Error> for Failure {
    fn from(error: duckdb::Error) -> Self {
        let message = match error {
            duckdb::Error::DuckDBFailure(_, Some(message)) => message,
            other => other.to_string(),
        };
        if message.contains("INTERRUPT") || message.contains("Interrupted!") {
            return Self::Cancelled;
        }
        let conflict = (message.contains("TransactionContext Error")
            || message.contains("Transaction conflict"))
            && message.to_ascii_lowercase().contains("conflict")
            || message.contains("write-write conflict")
            || message.contains("Conflict on ");
        let words = redshift_words(&message);
        if conflict {
            Self::Conflict(words)
        } else {
            Self::Engine(words)
        }
    }
}

/// The SQLSTATE of a message (AWS page: "Amazon Redshift RSQL error codes"), which the Data API, and so
/// the warehouse, does not tell.
pub(crate) fn sqlstate(message: &str) -> &'static str {
    let known = [
        ("relation \"", "does not exist", "42P01"),
        ("column \"", "does not exist", "42703"),
        ("function ", "does not exist", "42883"),
        ("schema \"", "does not exist", "3F000"),
        ("Relation \"", "already exists", "42P07"),
        ("syntax error", "", "42601"),
        ("ivide by zero", "", "22012"),
        ("ivision by zero", "", "22012"),
        ("value too long", "", "22001"),
        ("invalid input syntax", "", "22P02"),
        ("null value in column", "", "23502"),
        ("cancelled on user's request", "", "57014"),
        ("does not support", "", "0A000"),
    ];
    known
        .iter()
        .find(|(one, other, _)| message.contains(one) && message.contains(other))
        .map_or("XX000", |(_, _, code)| code)
}

/// The engine's message in Redshift's words.
fn redshift_words(message: &str) -> String {
    let first = first_paragraph(message);
    if let Some(name) = between(&first, "Table with name ", " does not exist") {
        return no_relation(name);
    }
    if let Some(name) = between(&first, "View with name ", " does not exist") {
        return format!("relation \"{name}\" does not exist");
    }
    for kind in ["Table", "View"] {
        let start = format!("{kind} with name \"");
        if let Some(name) = between(&first, &start, "\" already exists") {
            return format!("Relation \"{name}\" already exists");
        }
    }
    if let Some(name) = between(&first, "Referenced column \"", "\" ") {
        return format!("column \"{name}\" does not exist");
    }
    if let Some(rest) = first.split_once(" does not have a column named \"") {
        let table = rest.0.rsplit('"').nth(1).unwrap_or_default();
        let column = rest.1.trim_end_matches('"');
        return format!("column \"{column}\" does not exist in {table}");
    }
    if let Some(rest) = first.split_once(" does not have a column with name \"") {
        let table = rest.0.rsplit('"').nth(1).unwrap_or_default();
        let column = rest.1.split('"').next().unwrap_or_default();
        return format!("column \"{column}\" of relation \"{table}\" does not exist");
    }
    if let Some(name) = between(&first, "Schema with name ", " does not exist") {
        return format!("schema \"{name}\" does not exist");
    }
    if let Some(name) = between(&first, "Function with name ", " does not exist") {
        return format!("function {name} does not exist");
    }
    if first.contains("CHECK constraint failed")
        && first.contains("strlen(")
        && let Some(length) = limit(&first)
    {
        let kind = if first.contains("rtrim(") {
            "character"
        } else {
            "character varying"
        };
        return format!("value too long for type {kind}({length})");
    }
    if let Some(column) = between(&first, "NOT NULL constraint failed: ", "") {
        let column = column.rsplit('.').next().unwrap_or(column);
        return format!("null value in column \"{column}\" violates not-null constraint");
    }
    if let Some(value) = between(&first, "Could not convert string '", "' to INT") {
        return format!("invalid input syntax for integer: \"{value}\"");
    }
    if let Some(near) = between(&first, "syntax error at or near ", "") {
        return format!("syntax error at or near {near}");
    }
    without_kind(&first).to_owned()
}

/// Beginnings of the names of Redshift's system tables and views (AWS page: "System tables and views
/// reference").
const SYSTEM_PREFIXES: [&str; 6] = ["stl_", "stv_", "svl_", "svv_", "svcs_", "sys_"];

/// A relation that is not there; of a system table, how to give it.
fn no_relation(name: &str) -> String {
    if SYSTEM_PREFIXES
        .iter()
        .any(|prefix| name.starts_with(prefix))
    {
        format!(
            "the embedded warehouse has no system table \"{name}\": give it one as `{name}.csv` in \
             the folder of `local.system_tables`"
        )
    } else {
        format!("relation \"{name}\" does not exist")
    }
}

/// Up to the hints and the extract of the statement, which is not the one its author wrote.
fn first_paragraph(message: &str) -> String {
    let mut lines = Vec::new();
    for line in message.lines() {
        if line.trim().is_empty() || line.starts_with("LINE ") || line.starts_with("Did you mean") {
            break;
        }
        lines.push(line.trim());
    }
    lines.join(" ")
}

/// Without `Binder Error: ` and the like in front.
fn without_kind(message: &str) -> &str {
    match message.split_once(" Error: ") {
        Some((kind, rest)) if kind.split(' ').count() <= 3 => rest.trim_end_matches('!'),
        _ => message,
    }
}

/// The number that a length is compared with in a CHECK.
fn limit(message: &str) -> Option<&str> {
    let (_, rest) = message.rsplit_once("<= ")?;
    let end = rest.find(|c: char| !c.is_ascii_digit())?;
    rest.get(..end).filter(|digits| !digits.is_empty())
}

/// What stands between two markers; to the end if the second is empty.
fn between<'a>(text: &'a str, start: &str, end: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(start)?;
    if end.is_empty() {
        return Some(rest);
    }
    rest.split_once(end).map(|(found, _)| found)
}
