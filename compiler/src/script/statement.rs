//! One statement of a script.

use super::split::StatementPiece;
use super::transaction::Control;
use super::words::{Keywords, Words};
use super::{Insertion, ParameterUse, results, transaction};
use crate::source::Span;

/// A statement, its places counted in the script.
#[derive(Debug, Clone)]
pub struct Statement {
    /// Its place, comments in front of it included, the semicolon not.
    pub span: Span,
    /// Named parameters that it binds, in order, with repetitions.
    pub parameters: Vec<ParameterUse>,
    /// Places where text is inserted, in order.
    pub insertions: Vec<Insertion>,
    /// What it does to its transaction and session.
    pub kind: StatementFacts,
}

/// What a statement is, as far as the compiler asks. Each is none or its words.
#[derive(Debug, Clone, Default)]
pub struct StatementFacts {
    /// It begins or ends a transaction.
    pub control: Option<Control>,
    /// Redshift refuses it in a transaction with others.
    pub alone: Option<Keywords>,
    /// It commits what stands before it.
    pub commits: Option<Keywords>,
    /// It returns rows to whoever sent it.
    pub returns: Option<Keywords>,
    /// It only changes its session.
    pub of_session: Option<Keywords>,
}

impl StatementFacts {
    pub(super) fn of(text: &str, piece: &StatementPiece<'_>) -> Self {
        let (kind, words) = (&piece.tree.kind, Words::of(text, piece));
        Self {
            control: transaction::control(kind, words),
            alone: transaction::must_stand_alone(kind, words),
            commits: transaction::commits(kind, words),
            returns: results::returns(kind, words),
            of_session: results::of_session(kind, words),
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// What the only statement of a text is.
    pub(in crate::script) fn kind(sql: &str) -> StatementFacts {
        let parsed = redshift_sql::parse(sql);
        assert_eq!(parsed.mistakes, [], "{sql}");
        let pieces: Vec<_> = crate::script::split::pieces(sql, &parsed).collect();
        assert_eq!(pieces.len(), 1, "{sql}");
        StatementFacts::of(sql, &pieces[0])
    }
}
