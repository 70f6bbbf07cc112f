//! What a SQL script says, as far as the compiler needs to know: its statements and their parameters.
//!
//! Everything is read from tokens, never from a grammar: Redshift takes more than any parser knows,
//! and a script that Redshift takes must compile. Pure: text in, values out.

mod insertion;
mod names;
mod parameter;
mod pasted;
mod results;
mod split;
mod statement;
mod tokens;
mod transaction;
mod unload;
mod words;

use crate::source::Span;

pub use insertion::{Insertion, Misplaced};
pub use names::is_parameter as is_parameter_name;
pub use pasted::pasted;
pub use split::split;
pub use statement::{Kind, Statement};
pub use tokens::Unreadable;
pub use transaction::{Control, Role};
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
            && role(first) == Some(Role::Opens)
        {
            statements = rest;
        }
        if let [rest @ .., last] = statements
            && role(last) == Some(Role::Closes)
        {
            statements = rest;
        }
        statements
    }
}

/// A named parameter in a script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParameterUse {
    /// Its name.
    pub name: String,
    /// Its place in the script, the colon included.
    pub span: Span,
}

/// Takes a script apart.
pub fn analyse(text: &str) -> Result<Script, Unreadable> {
    let tokens = tokens::read(text)?;
    let mut misplaced = Vec::new();
    let mut statements = Vec::new();
    for piece in split::pieces(&tokens) {
        let query = unload::query(text, piece.tokens)?;
        let insertions = insertion::find(text, piece.tokens, query.as_ref(), &mut misplaced);
        statements.push(Statement {
            span: piece.span,
            parameters: parameter::find(piece.tokens),
            kind: Kind::of(piece.tokens),
            insertions,
        });
    }
    Ok(Script {
        statements,
        misplaced,
    })
}
