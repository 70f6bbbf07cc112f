//! What a pipeline asks of a SQL script: its statements as they are sent, and the places of their
//! parameters. It also asks what a statement does to its transaction and its session.
//!
//! What SQL is, `redshift_sql` knows: this module cuts and scans nothing by itself. Pure: trees in,
//! values out.

mod insertion;
mod names;
mod parameter;
mod pasted;
mod results;
mod split;
mod statement;
mod transaction;
mod words;

use crate::source::Span;

pub use insertion::{Insertion, Misplaced};
pub use names::{is_parameter as is_parameter_name, quoted_name};
pub use pasted::pasted;
pub use results::may_return_rows;
pub use statement::{Statement, StatementFacts};
pub use transaction::{Control, TransactionRole};
pub use words::Keywords;

/// A script, taken apart.
#[derive(Debug, Clone, Default)]
pub struct Script {
    /// Its statements in order.
    pub statements: Vec<Statement>,
    /// `{{…}}` where nothing can be inserted.
    pub misplaced: Vec<Misplaced>,
}

impl Script {
    /// The statements as one transaction: BEGIN in front of all and COMMIT behind all say what a
    /// transaction is anyway, and are left out.
    pub fn as_transaction(&self) -> &[Statement] {
        let role = |statement: &Statement| statement.kind.control.as_ref().map(|one| one.role);
        let mut statements = self.statements.as_slice();
        if let [first, rest @ ..] = statements
            && role(first) == Some(TransactionRole::Opens)
        {
            statements = rest;
        }
        if let [rest @ .., last] = statements
            && role(last) == Some(TransactionRole::Closes)
        {
            statements = rest;
        }
        statements
    }
}

/// A named parameter in a script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParameterUse {
    /// Name without its colon.
    pub name: String,
    /// Its place in the script, the colon included.
    pub span: Span,
}

/// Takes a script apart; `parsed` is the tree of `text`.
///
/// Of a script with something that has no end ([`redshift_sql::Script::unread`]), only what stands in
/// front of it can be taken apart.
pub fn analyse(text: &str, parsed: &redshift_sql::Script) -> Script {
    let mut misplaced = Vec::new();
    let pieces = split::pieces(text, parsed);
    let statements = pieces.map(|piece| Statement {
        span: piece.span,
        parameters: parameter::find(text, piece.tokens),
        insertions: insertion::find(text, &piece, &mut misplaced),
        kind: StatementFacts::of(text, &piece),
    });
    Script {
        statements: statements.collect(),
        misplaced,
    }
}
