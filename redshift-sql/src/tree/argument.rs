//! What procedures, functions and cursors take and give.

use super::{Name, TypeName};
use crate::Span;

/// `name in type`, in whatever order name and mode are written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Argument {
    pub span: Span,
    /// The name; none where it is known by its position only: `$1`.
    pub name: Option<Name>,
    /// Whether it goes in or out.
    pub mode: ArgumentMode,
    pub data_type: TypeName,
}

/// Whether an argument goes in or out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum ArgumentMode {
    /// `in`, and where it does not say.
    #[default]
    In,
    Out,
    InOut,
}
