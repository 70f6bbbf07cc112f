//! What binding gives.

use std::rc::Rc;

use smol_str::SmolStr;

use crate::Span;
use crate::types::Type;

/// A column of a table that a value comes from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Source {
    /// The table as the catalog keeps it.
    pub table: SmolStr,
    /// The column.
    pub column: SmolStr,
}

/// A type, and where the value comes from.
#[derive(Debug, Clone)]
pub struct Typed {
    /// The type.
    pub kind: Type,
    /// Columns that it is computed from, sorted.
    pub sources: Rc<[Source]>,
}

impl Typed {
    /// A value that comes from nowhere.
    pub fn of(kind: Type) -> Self {
        Self {
            kind,
            sources: super::nowhere(),
        }
    }

    /// A value of a type, computed from others.
    pub fn from(kind: Type, parts: &[Self]) -> Self {
        Self {
            kind,
            sources: merged(parts.iter().map(|part| &part.sources)),
        }
    }
}

/// Sources of several values, each once.
pub(super) fn merged<'s>(parts: impl Iterator<Item = &'s Rc<[Source]>>) -> Rc<[Source]> {
    let mut parts = parts.filter(|sources| !sources.is_empty());
    let Some(first) = parts.next() else {
        return super::nowhere();
    };
    let mut all: Option<Vec<Source>> = None;
    for part in parts {
        if Rc::ptr_eq(first, part) {
            continue;
        }
        all.get_or_insert_with(|| first.to_vec())
            .extend(part.iter().cloned());
    }
    match all {
        None => Rc::clone(first),
        Some(mut all) => {
            all.sort_unstable();
            all.dedup();
            Rc::from(all)
        }
    }
}

/// A column of a result.
#[derive(Debug, Clone)]
pub struct OutputColumn {
    /// Its name, where it has one that can be told.
    pub name: Option<SmolStr>,
    /// Its type.
    pub kind: Type,
    /// Where its values come from.
    pub sources: Rc<[Source]>,
    /// Where it stands in the text.
    pub span: Span,
}

/// The columns of a result.
#[derive(Debug, Clone, Default)]
pub struct Bound {
    /// Those that are known, in order.
    pub columns: Vec<OutputColumn>,
    /// Whether there may be others, of a star over an unknown table.
    pub open: bool,
}

/// A table that a statement reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableRead {
    /// The table as the catalog keeps it.
    pub name: SmolStr,
    /// Where it is named.
    pub span: Span,
}
