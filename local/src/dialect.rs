//! Redshift's dialect, turned into what the embedded engine runs: one statement at a time, without a
//! look at any database.
//!
//! What the engine understands the same way goes through as it is. What it understands differently
//! is rewritten, what has no meaning on a laptop (distribution, compression, permissions) is left
//! out, and what cannot be had is refused with a reason: nothing is silently wrong.
//!
//! The passes work on tokens, not on a syntax tree: a statement that none of them knows reaches the
//! engine as it was written, and the engine has the last word on it.

mod alter;
mod classify;
mod copy;
mod dates;
mod decode;
mod explain;
mod expression;
mod format;
mod functions;
mod growth;
mod lexer;
mod load;
mod operand;
mod pattern;
mod procedure;
mod select;
mod settings;
mod statement;
mod strangers;
mod table;
mod tree;
mod types;
mod unload;

pub(crate) use classify::translate;
pub(crate) use copy::{Copy, DEFAULT_NULL, Format, Pattern};
pub(crate) use expression::SYSTEM_TABLES;
pub(crate) use lexer::words;
pub(crate) use load::Location;
pub(crate) use procedure::{Argument, Procedure, body_statements, parameter_name};
pub(crate) use statement::{Column, Sql, Statement};
pub(crate) use table::definitions;
pub(crate) use tree::{quote_name, quote_text};
pub(crate) use unload::{Unload, UnloadFormat};

use std::collections::BTreeSet;

use tree::Node;

/// What a translation may know beside the statement.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Context<'a> {
    /// Values of the parameters, by name.
    pub(crate) parameters: &'a [(String, String)],
    /// Name of the database, which statements may put in front of a schema.
    pub(crate) database: &'a str,
    /// Names of the system tables that somebody gave.
    pub(crate) system_tables: &'a BTreeSet<String>,
    /// A number that no other statement has, for names that must not exist yet.
    pub(crate) fresh: u64,
}

impl Context<'_> {
    fn is_database(&self, node: &Node) -> bool {
        node.as_name()
            .is_some_and(|name| name.eq_ignore_ascii_case(self.database))
    }

    /// The type of the number that a parameter's value reads as.
    fn number_type(&self, parameter: &str) -> Option<&'static str> {
        let (_, value) = self
            .parameters
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case(parameter))?;
        let value = value.trim();
        if value.parse::<i64>().is_ok() {
            Some("bigint")
        } else if value.parse::<f64>().is_ok_and(f64::is_finite) {
            Some(if value.contains(['e', 'E']) {
                "double"
            } else {
                "decimal(38,10)"
            })
        } else {
            None
        }
    }
}

/// Names of the parameters that a statement mentions; none if it cannot be cut into tokens.
pub(crate) fn mentioned(sql: &str) -> Vec<String> {
    let tokens = lexer::tokens(sql).unwrap_or_default();
    let parameters = tokens
        .into_iter()
        .filter(|token| token.kind == lexer::Kind::Parameter);
    parameters.map(|token| token.text).collect()
}

/// Why a statement is not run.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refusal {
    /// Something is opened and not closed.
    #[error("syntax error: {0} has no end")]
    Unterminated(&'static str),
    /// A bracket without its counterpart.
    #[error("syntax error: brackets do not match")]
    Unbalanced,
    /// Deeper than any statement that a person writes.
    #[error("brackets are nested too deeply")]
    TooDeep,
    /// More than one statement where one is expected.
    #[error("only one statement can be executed at a time")]
    SeveralStatements,
    /// The statement does not have the shape that Redshift asks for.
    #[error("syntax error: {0}")]
    Syntax(String),
    /// A value that does not fit its type.
    #[error("{0}")]
    Value(String),
    /// The engine has it, Redshift does not.
    #[error("Redshift has no function or table `{0}` that a query may read")]
    Stranger(String),
    /// Redshift has it, the embedded warehouse does not.
    #[error("the embedded warehouse does not support {0}")]
    Unsupported(String),
}

impl Refusal {
    fn syntax(message: impl Into<String>) -> Self {
        Self::Syntax(message.into())
    }
}
