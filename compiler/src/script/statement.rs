//! One statement of a script.

use super::tokens::Token;
use super::transaction::Control;
use super::words::Keywords;
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
    /// What it is.
    pub kind: Kind,
}

/// What a statement is, as far as the compiler asks. Each is none or its words.
#[derive(Debug, Clone, Default)]
pub struct Kind {
    /// It begins or ends a transaction.
    pub control: Option<Control>,
    /// Redshift refuses it in a transaction with others.
    pub alone: Option<Keywords>,
    /// It commits what stands before it.
    pub commits: Option<Keywords>,
    /// It returns rows.
    pub returns: Option<Keywords>,
    /// It only changes its session.
    pub of_session: Option<Keywords>,
}

impl Kind {
    pub(super) fn of(tokens: &[Token]) -> Self {
        Self {
            control: transaction::control(tokens),
            alone: transaction::must_stand_alone(tokens),
            commits: transaction::commits(tokens),
            returns: results::returns(tokens),
            of_session: results::of_session(tokens),
        }
    }
}
