//! What the names of a procedure's body stand for.

use redshift_sql::tree::Name;

use super::fragment::TokenTree;

/// What the names of a body stand for.
pub(crate) trait BodyNames: std::fmt::Debug {
    /// What the first of these names stand for, and how many of them; none: it is no variable.
    ///
    /// # Errors
    /// It is a variable, and what is asked of it does not exist.
    fn named(&self, parts: &[Name]) -> Result<Option<(Placeholder, usize)>, String>;

    /// What `$1` and so on stand for.
    fn at(&self, number: u32) -> Option<Placeholder>;
}

/// A parameter that stands for a variable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Placeholder {
    /// No parameter of a script has such a name.
    pub(crate) parameter: String,
    /// Type that the value is cast to, in the engine's words.
    pub(crate) kind: String,
}

impl Placeholder {
    /// A parameter with its cast, such as `($1::integer)`.
    pub(super) fn node(self) -> TokenTree {
        TokenTree::Round(vec![
            TokenTree::parameter(&self.parameter),
            TokenTree::symbol("::"),
            TokenTree::Ready(self.kind),
        ])
    }
}
