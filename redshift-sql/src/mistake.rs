//! What is wrong with a script, and where.

use crate::Span;

/// The kinds of mistakes, for whoever gives each a code of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MistakeKind {
    /// Something is opened and never closed: a comment, a literal, a quoted name, a body.
    Unclosed,
    /// The text is not what the grammar asks for at this place.
    Syntax,
    /// Brackets or blocks are nested deeper than [`crate::MAX_DEPTH`].
    TooDeep,
    /// Another database has it, Redshift refuses it.
    NotRedshift,
    /// Redshift had it once and has ended it.
    Ended,
    /// Redshift has no function of that name.
    UnknownFunction,
    /// A function is called with arguments that none of its signatures takes.
    Arguments,
    /// Redshift has no type of that name.
    UnknownType,
    /// A table, view or procedure is not there.
    UnknownTable,
    /// A column is not there.
    UnknownColumn,
    /// A name may mean several columns.
    Ambiguous,
    /// The number of columns or values does not fit.
    ColumnCount,
    /// Types that cannot be compared, assigned or computed with.
    Types,
}

/// A mistake of a script, before it has a code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// What kind it is.
    pub kind: MistakeKind,
    /// The bytes to underline.
    pub span: Span,
    /// One sentence in lower case, the user's words in backticks.
    pub sentence: String,
    /// What to do about it.
    pub help: Option<String>,
}

impl Mistake {
    /// A mistake without advice.
    pub fn new(kind: MistakeKind, span: Span, sentence: impl Into<String>) -> Self {
        Self {
            kind,
            span,
            sentence: sentence.into(),
            help: None,
        }
    }

    /// Says what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}
