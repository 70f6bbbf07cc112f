//! What CREATE FUNCTION comes down to.

/// A function as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct KeptFunction {
    /// Its name, quoted, with its schema where it is given.
    pub(crate) name: String,
    /// The types of its arguments by their short names, as the signature of a procedure has them.
    pub(crate) signature: String,
    /// The types of its arguments as the catalog shows them.
    pub(crate) shown: Vec<String>,
    /// The type that it gives as the catalog shows it.
    pub(crate) returns: String,
    /// `v`, `s` or `i`.
    pub(crate) volatility: char,
    /// The whole CREATE FUNCTION.
    pub(crate) text: String,
    /// Whether it says OR REPLACE.
    pub(crate) replace: bool,
    /// The engine's types of its arguments.
    pub(crate) kinds: Vec<String>,
    /// What it computes, in the engine's dialect, over its arguments by their names in the macro.
    pub(crate) body: String,
}
