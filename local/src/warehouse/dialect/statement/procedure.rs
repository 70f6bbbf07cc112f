//! A procedure or function, as statements make and name it.

/// A procedure as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct KeptProcedure {
    /// Its name, quoted, with its schema where it is given.
    pub(crate) name: String,
    /// The types of what goes in, by their short names: `int4,varchar`.
    pub(crate) signature: String,
    /// The whole CREATE PROCEDURE.
    pub(crate) text: String,
    /// Whether it says OR REPLACE.
    pub(crate) replace: bool,
}

/// A procedure that is dropped or gets another name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NamedProcedure {
    /// The name in the engine's dialect, quoted.
    pub(crate) name: String,
    /// The types of what goes in; none where there are no brackets.
    pub(crate) signature: Option<String>,
}
