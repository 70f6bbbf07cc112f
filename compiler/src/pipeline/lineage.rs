//! What the SQL of each step reads and writes: once by column, as `redshift_sql::lineage` has it. A
//! second time it is summed up by table, for those who look at the order of the steps. `sql` reads
//! it, statement by statement.

use std::collections::HashMap;

use redshift_sql::lineage::{self, Dataset, How, ScriptPlace};
use runtime_lambda::plan::When;

use super::resolver::Resolver;
use super::{topological, when};
use crate::source::Span;

/// What a script reads and writes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ScriptLineage {
    /// Tables and files read: each once, where it is first named.
    pub reads: Vec<TableUse>,
    /// Tables and files written, in whatever way: filled, changed, created, emptied or dropped; each
    /// once.
    pub writes: Vec<TableUse>,
    /// Names of the tables that are made and end with the session.
    pub temporary: Vec<TableUse>,
    /// All of it, column by column.
    pub columns: lineage::Lineage,
}

/// A table, or files outside of the warehouse, and where a script first names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableUse {
    /// Its name in lower case, with its schema unless that is `public`; `s3://…` of files.
    pub name: String,
    /// Its place in the script; where the procedure is called, if one uses it.
    pub span: Span,
    /// Whether it is files outside of the warehouse.
    pub files: bool,
    /// Whether all that the script does to it is to empty or drop it.
    pub removed: bool,
    /// Whether it adds, changes or deletes rows.
    pub rows: bool,
    /// Whether it makes the table unless it is there already.
    pub ensured: bool,
    /// What the script first does to the table as a whole, and where.
    pub shape: Option<(TableChange, Span)>,
    /// Where the spec asks for it, if a check of the step uses it and the script does not. The
    /// script has no place of it then.
    pub checked: Option<Span>,
}

/// What is done to a table as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TableChange {
    /// CREATE, without IF NOT EXISTS.
    Creates,
    /// DROP: afterwards there is no such table.
    Drops,
    /// TRUNCATE: the table is there, and empty.
    Truncates,
}

impl TableChange {
    /// Whether there is a table afterwards that may not have been there before.
    pub fn makes(self) -> bool {
        self == Self::Creates
    }
}

/// Indices of the steps, in an order in which they may run. What a deploy makes is there for every run,
/// and what a destroy drops is gone behind all. Steps on a cycle are left out.
pub(super) fn order(resolver: &Resolver<'_>, after: &[Vec<usize>]) -> Vec<usize> {
    let mut order = topological::order(after.iter().map(Vec::as_slice));
    order.sort_by_key(|place| {
        let (_, step) = resolver.step(*place);
        match when::when(step.when) {
            When::Deploy => 0,
            When::Run => 1,
            When::Destroy => 2,
        }
    });
    order
}

impl ScriptLineage {
    /// Sums up by table what is known by column. `checked` is what only the step's checks read, and where the
    /// spec says so.
    pub(super) fn of(
        mut columns: lineage::Lineage,
        checked: Vec<(lineage::DatasetRead, Span)>,
    ) -> Self {
        let mut reads = Uses::default();
        let mut writes = Uses::default();
        let mut temporary = Uses::default();
        for read in &columns.reads {
            reads.at(&read.dataset, &read.place);
        }
        for (read, span) in checked {
            reads.at(&read.dataset, &read.place).checked = Some(span);
            columns.reads.push(read);
        }
        for write in &columns.writes {
            let table = writes.at(&write.dataset, &write.place);
            table.add(write.how, span(&write.place));
        }
        for table in &columns.temporary {
            temporary.at(&Dataset::Table(table.name.clone()), &table.place);
        }
        Self {
            reads: reads.all,
            writes: writes.all,
            temporary: temporary.all,
            columns,
        }
    }
}

/// Uses in the order of the text, each table once.
#[derive(Default)]
struct Uses {
    all: Vec<TableUse>,
    known: HashMap<String, usize>,
}

impl Uses {
    fn at(&mut self, dataset: &Dataset, place: &ScriptPlace) -> &mut TableUse {
        let name = dataset.name();
        let next = self.all.len();
        let index = match self.known.get(name) {
            Some(index) => *index,
            None => {
                self.known.insert(name.to_owned(), next);
                next
            }
        };
        if index == next {
            self.all.push(TableUse {
                name: name.to_owned(),
                span: span(place),
                files: matches!(dataset, Dataset::Files(_)),
                removed: true,
                rows: false,
                ensured: false,
                shape: None,
                checked: None,
            });
        }
        let last = self.all.len() - 1;
        #[expect(
            clippy::indexing_slicing,
            reason = "an index of this list, or its last"
        )]
        &mut self.all[index.min(last)]
    }
}

impl TableUse {
    /// Adds another thing that is done to the table.
    fn add(&mut self, how: How, span: Span) {
        let shape = match how {
            How::Create | How::CreateView | How::Rename => Some(TableChange::Creates),
            How::Drop | How::RenameAway => Some(TableChange::Drops),
            How::Truncate => Some(TableChange::Truncates),
            _ => None,
        };
        match shape {
            Some(shape) => {
                self.shape.get_or_insert((shape, span));
            }
            None if how == How::CreateIfMissing => self.ensured = true,
            None => self.rows = true,
        }
        self.removed &=
            how == How::Empty || matches!(shape, Some(TableChange::Drops | TableChange::Truncates));
    }
}

/// Whether files that are written to one place are among those that are read from another. Both are
/// what the names of objects begin with.
///
/// UNLOAD to `s3://b/out/` writes `s3://b/out/0000_part_00`, to `s3://b/out/day_` it writes
/// `s3://b/out/day_0000_part_00`.
#[must_use]
pub fn meets(read: &str, written: &str) -> bool {
    if written.starts_with(read) {
        return true;
    }
    read.strip_prefix(written).is_some_and(|rest| {
        written.ends_with('/')
            || rest.starts_with('/')
            || rest.starts_with(|c: char| c.is_ascii_digit())
            || rest.starts_with("manifest")
    })
}

fn span(place: &ScriptPlace) -> Span {
    Span::new(place.span.start as usize, place.span.end as usize)
}

#[cfg(test)]
mod tests {
    use super::meets;

    #[test]
    fn files_meet_where_one_place_holds_the_other() {
        for (read, written) in [
            ("s3://b/out/", "s3://b/out/"),
            ("s3://b/", "s3://b/out/day_"),
            ("s3://b/out/0000_part_00", "s3://b/out/"),
            ("s3://b/out/day_0001_part_00", "s3://b/out/day_"),
            ("s3://b/out/manifest", "s3://b/out/"),
        ] {
            assert!(meets(read, written), "{read} {written}");
        }
        for (read, written) in [
            ("s3://b/out_other/", "s3://b/out"),
            ("s3://b/in/", "s3://b/out/"),
            ("s3://a/out/", "s3://b/out/"),
        ] {
            assert!(!meets(read, written), "{read} {written}");
        }
    }
}
