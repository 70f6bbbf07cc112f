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
    /// Names of the tables that are made and end with the session.
    pub temporary: Vec<TableUse>,
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
    /// Whether it adds, changes or deletes rows.
    pub rows: bool,
    /// Whether it makes the table unless it is there already.
    pub ensured: bool,
    /// What the script first does to the table as a whole, and where.
    pub shape: Option<(Shape, Span)>,
}

/// What is done to a table as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// CREATE, without IF NOT EXISTS.
    Creates,
    /// DROP.
    Drops,
    /// TRUNCATE.
    Truncates,
}

impl Shape {
    /// Whether there is a table afterwards that may not have been there before.
    pub fn makes(self) -> bool {
        self == Self::Creates
    }
}

/// How a statement writes a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Write {
    /// It adds, changes or deletes rows.
    Rows,
    /// It moves all rows to another table.
    Moves,
    /// It makes the table unless it is there.
    Ensures,
    /// It does something to the table as a whole.
    Shapes(Shape),
}

impl Write {
    fn removes(self) -> bool {
        matches!(
            self,
            Self::Moves | Self::Shapes(Shape::Drops | Shape::Truncates)
        )
    }
}

/// Gathers the uses of one script.
#[derive(Default)]
pub(super) struct Collector {
    reads: Vec<TableUse>,
    writes: Vec<TableUse>,
    read: HashSet<String>,
    written: HashMap<String, usize>,
    temporary: Vec<TableUse>,
    statement: usize,
}

impl Collector {
    pub fn read(&mut self, name: String, span: Span) {
        if self.read.insert(name.clone()) {
            self.reads.push(self.table_use(name, span));
        }
    }

    pub fn write(&mut self, name: String, span: Span, write: Write) {
        let index = match self.written.get(&name) {
            Some(index) => *index,
            None => {
                self.written.insert(name.clone(), self.writes.len());
                let mut fresh = self.table_use(name, span);
                fresh.removed = true;
                self.writes.push(fresh);
                self.writes.len() - 1
            }
        };
        let Some(table) = self.writes.get_mut(index) else {
            return;
        };
        table.removed &= write.removes();
        match write {
            Write::Rows | Write::Moves => table.rows = true,
            Write::Ensures => table.ensured = true,
            Write::Shapes(shape) => {
                table.shape.get_or_insert((shape, span));
            }
        }
    }

    /// The table is gone when the session ends, so it is nobody else's.
    pub fn temporary(&mut self, name: String, span: Span) {
        if !self.is_temporary(&name) {
            self.temporary.push(self.table_use(name, span));
        }
    }

    fn is_temporary(&self, name: &str) -> bool {
        self.temporary.iter().any(|table| table.name == name)
    }

    fn table_use(&self, name: String, span: Span) -> TableUse {
        TableUse {
            name,
            span,
            statement: self.statement,
            removed: false,
            rows: false,
            ensured: false,
            shape: None,
        }
    }

    /// All uses but those of temporary tables.
    pub fn finish(self) -> Lineage {
        let own: HashSet<&str> = self.temporary.iter().map(|one| one.name.as_str()).collect();
        let lasts = |table: &TableUse| !own.contains(table.name.as_str());
        let mut reads = self.reads;
        let mut writes = self.writes;
        reads.retain(lasts);
        writes.retain(lasts);
        Lineage {
            reads,
            writes,
            temporary: self.temporary,
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
