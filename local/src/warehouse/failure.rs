//! Why a statement failed, in the words that Redshift uses where scripts and people look for them.

use super::words::redshift_words;
use crate::warehouse::dialect;

/// Why a statement did not end well.
#[derive(Debug, thiserror::Error)]
pub(super) enum StatementFailure {
    /// The engine's error, in Redshift's words.
    #[error("ERROR: {0}")]
    Engine(String),
    /// Another transaction was first: the transaction can be tried again.
    #[error("ERROR: {0}")]
    Conflict(String),
    /// Transactions that cannot be put into an order.
    #[error("ERROR: {0}")]
    Serialization(String),
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
    Numbered(usize, Box<StatementFailure>),
    /// RAISE EXCEPTION, and what PL/pgSQL itself raises.
    #[error("ERROR: {message}")]
    Raised {
        /// The text that RAISE gave: SQLERRM to a handler.
        message: String,
        /// The code that a handler sees as SQLSTATE.
        code: String,
    },
    /// A statement in the body of a procedure.
    #[error("{failure}\nCONTEXT: {}", .context.join("\n"))]
    InProcedure {
        failure: Box<StatementFailure>,
        /// Where, from the innermost statement outwards.
        context: Vec<String>,
        /// How deep the call is that has said so last.
        calls: usize,
    },
    /// A file could not be read or written.
    #[error("ERROR: {0}")]
    Io(#[from] std::io::Error),
}

impl StatementFailure {
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

impl From<duckdb::Error> for StatementFailure {
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
        ("missing FROM-clause entry", "", "42P01"),
        ("column reference", "is ambiguous", "42702"),
        ("column \"", "specified more than once", "42701"),
        ("table name \"", "specified more than once", "42712"),
        ("must appear in the GROUP BY", "", "42803"),
        ("aggregate", "not allowed in", "42803"),
        ("operator does not exist", "", "42883"),
        ("field value out of range", "", "22008"),
        ("out of range", "", "22003"),
        ("invalid argument for power", "", "2201F"),
        ("Numeric data overflow", "", "22003"),
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
        ("Serializable isolation violation", "", "40001"),
        ("does not support", "", "0A000"),
    ];
    known
        .iter()
        .find(|(one, other, _)| message.contains(one) && message.contains(other))
        .map_or("XX000", |(_, _, code)| code)
}
