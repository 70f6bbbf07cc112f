//! What binding gives.

use std::rc::Rc;

use smol_str::SmolStr;

use super::Derivation;
use crate::Span;
use crate::types::Type;

/// Stands for columns whose names nobody knows: all that are not listed, or one of them.
pub const ANY_COLUMN: &str = "*";

/// A column of a table that a value comes from, and how.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceColumn {
    /// The table as the catalog keeps it.
    pub table: SmolStr,
    /// The column; [`ANY_COLUMN`] where nobody knows which.
    pub column: SmolStr,
    /// What lies between the column and the value.
    pub derivation: Derivation,
}

/// A column that a statement writes.
#[derive(Debug, Clone)]
pub struct ColumnFlow {
    /// The column; [`ANY_COLUMN`] where the columns of the table are not known.
    pub column: SmolStr,
    /// Where its values come from.
    pub sources: Rc<[SourceColumn]>,
}

/// A type, and where the value comes from.
#[derive(Debug, Clone)]
pub struct Typed {
    /// Type of the expression, as far as it is known.
    pub kind: Type,
    /// Columns that it is computed from, sorted.
    pub sources: Rc<[SourceColumn]>,
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
            sources: derived(
                &merged(parts.iter().map(|part| &part.sources)),
                Derivation::Transformation,
            ),
        }
    }

    /// The same value behind a further step.
    pub fn derived(self, derivation: Derivation) -> Self {
        Self {
            sources: derived(&self.sources, derivation),
            ..self
        }
    }
}

/// Sources behind a further step.
pub(super) fn derived(sources: &Rc<[SourceColumn]>, derivation: Derivation) -> Rc<[SourceColumn]> {
    let changes = |source: &SourceColumn| derivation.after(source.derivation) != source.derivation;
    if !sources.iter().any(changes) {
        return Rc::clone(sources);
    }
    let mut all: Vec<SourceColumn> = sources
        .iter()
        .map(|source| SourceColumn {
            derivation: derivation.after(source.derivation),
            ..source.clone()
        })
        .collect();
    all.sort_unstable();
    all.dedup();
    Rc::from(all)
}

/// Sources of several values, each once.
pub(super) fn merged<'s>(
    parts: impl Iterator<Item = &'s Rc<[SourceColumn]>>,
) -> Rc<[SourceColumn]> {
    let mut parts = parts.filter(|sources| !sources.is_empty());
    let Some(first) = parts.next() else {
        return super::nowhere();
    };
    let mut all: Option<Vec<SourceColumn>> = None;
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
    /// Type of the column, as far as it is known.
    pub kind: Type,
    /// Where its values come from.
    pub sources: Rc<[SourceColumn]>,
    /// Where it stands in the text.
    pub span: Span,
}

/// The columns of a result.
#[derive(Debug, Clone, Default)]
pub struct ResultColumns {
    /// Those that are known, in order.
    pub columns: Vec<OutputColumn>,
    /// Whether there may be others, of a star over an unknown table.
    pub open: bool,
    /// The tables that those others come from, as far as they are known.
    pub rest: Rc<[SmolStr]>,
}

/// Names of two lists, each once.
pub(super) fn joined(one: &Rc<[SmolStr]>, other: &Rc<[SmolStr]>) -> Rc<[SmolStr]> {
    if other.is_empty() || Rc::ptr_eq(one, other) {
        return Rc::clone(one);
    }
    let mut all = one.to_vec();
    all.extend(other.iter().filter(|name| !one.contains(name)).cloned());
    Rc::from(all)
}

/// A table that a statement reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableRead {
    /// The table as the catalog keeps it.
    pub name: SmolStr,
    /// Where it is named.
    pub span: Span,
}
