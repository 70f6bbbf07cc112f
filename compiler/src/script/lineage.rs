//! The tables that a script reads and writes.
//!
//! Good enough for a warning, not a grammar: what is not understood is left out.

use std::collections::{HashMap, HashSet};

use super::Insertion;
use super::relations::{Item, walk};
use super::tokens::Token;
use super::unload::Query;
use crate::source::Span;

/// What a script reads and writes: each table once, where it is first named.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lineage {
    /// Tables read.
    pub reads: Vec<TableUse>,
    /// Tables written, in whatever way: filled, changed, created, emptied or dropped.
    pub writes: Vec<TableUse>,
}

/// A table and where a script first names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableUse {
    /// Its name in lower case, with its schema unless that is `public`.
    pub name: String,
    /// Its place in the script.
    pub span: Span,
    /// Index of the statement.
    pub statement: usize,
    /// Whether all that the script does to it is to empty or drop it.
    pub removed: bool,
}

/// Gathers the uses of one script.
#[derive(Default)]
pub(super) struct Collector {
    reads: Vec<TableUse>,
    writes: Vec<TableUse>,
    read: HashSet<String>,
    written: HashMap<String, usize>,
    temporary: HashSet<String>,
    statement: usize,
}

impl Collector {
    pub fn read(&mut self, name: String, span: Span) {
        if self.read.insert(name.clone()) {
            self.reads.push(self.table_use(name, span, false));
        }
    }

    pub fn write(&mut self, name: String, span: Span, removed: bool) {
        if let Some(known) = self
            .written
            .get(&name)
            .and_then(|index| self.writes.get_mut(*index))
        {
            known.removed &= removed;
            return;
        }
        self.written.insert(name.clone(), self.writes.len());
        self.writes.push(self.table_use(name, span, removed));
    }

    /// The table is gone when the session ends, so it is nobody else's.
    pub fn temporary(&mut self, name: String) {
        self.temporary.insert(name);
    }

    fn table_use(&self, name: String, span: Span, removed: bool) -> TableUse {
        TableUse {
            name,
            span,
            statement: self.statement,
            removed,
        }
    }

    /// All uses but those of temporary tables.
    pub fn finish(mut self) -> Lineage {
        let lasts = |table: &TableUse| {
            !table.name.starts_with('#') && !self.temporary.contains(&table.name)
        };
        self.reads.retain(lasts);
        self.writes.retain(lasts);
        Lineage {
            reads: self.reads,
            writes: self.writes,
        }
    }
}

/// Adds what one statement reads and writes.
pub(super) fn collect(
    text: &str,
    tokens: &[Token],
    query: Option<&Query>,
    insertions: &[Insertion],
    tables: &mut Collector,
) {
    walk(&Item::all(text, tokens, insertions), tables);
    if let Some(query) = query {
        // Insertions in the query keep their braces there, so they are found anew.
        let inside = super::insertion::find(&query.text, &query.tokens, None, &mut Vec::new());
        let mut nested = Collector::default();
        walk(&Item::all(&query.text, &query.tokens, &inside), &mut nested);
        for read in nested.reads {
            tables.read(read.name, query.origin(read.span));
        }
    }
    tables.statement += 1;
}
