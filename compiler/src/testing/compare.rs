//! Rows that were found, held against those that are expected.

use std::collections::{HashMap, HashSet};

use indexmap::IndexMap;
use runtime_lambda::ports::{Field, ResultColumn};

use super::case::{Expected, Matching};
use super::cells::{PlacedRow, PlacedValue, TestValue};
use super::difference::{RowChange, ShownRows};
use crate::source::Span;

/// Most pairs of rows that are tried, where no key tells rows apart.
const MOST_PAIRS: usize = 250_000;

/// What the warehouse gave.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FoundRows {
    /// Columns as the warehouse names them.
    pub columns: Vec<ResultColumn>,
    /// Rows in the order in which they came.
    pub rows: Vec<Vec<Field>>,
}

impl FoundRows {
    pub(super) fn position(&self, column: &str) -> Option<usize> {
        self.columns
            .iter()
            .position(|known| known.name.eq_ignore_ascii_case(column))
    }

    /// Its rows as those that are expected, all of them; keys and places are of `like`.
    #[must_use]
    pub fn as_expected(&self, like: &Expected) -> Expected {
        let rows = self.rows.iter().map(|row| {
            let cells = self.columns.iter().zip(row).map(|(column, field)| {
                let value = TestValue::of(field);
                (
                    column.name.to_lowercase(),
                    PlacedValue {
                        value,
                        span: like.span,
                        whole: like.span,
                    },
                )
            });
            PlacedRow {
                cells: cells.collect(),
                names: IndexMap::new(),
                span: like.span,
                whole: like.span,
            }
        });
        let mut rows: Vec<PlacedRow> = rows.collect();
        if let Some(first) = rows.first_mut() {
            first.names = self
                .columns
                .iter()
                .map(|column| (column.name.to_lowercase(), like.span))
                .collect();
        }
        Expected {
            rows: Some(rows),
            matching: Matching::All,
            count: Some((self.rows.len() as u64, like.span)),
            tolerance: None,
            ..like.clone()
        }
    }
}

/// What is not as expected.
#[derive(Debug, Clone, PartialEq)]
pub struct Mismatch {
    /// The place in the test's file.
    pub span: Span,
    /// What is to be said beside the place.
    pub label: String,
    /// What is wrong, in one sentence about `what`.
    pub sentence: String,
    /// The cells that differ.
    pub table: Option<String>,
}

/// What is expected and what was found, with the columns that are compared.
pub(super) struct Sides<'a> {
    pub expected: &'a Expected,
    pub found: &'a FoundRows,
    /// Names of the columns, and where the found rows have them.
    pub columns: Vec<(String, usize)>,
}

/// What differs; none if all is as expected. `what` is what messages call the rows.
#[must_use]
pub fn compare(expected: &Expected, found: &FoundRows, what: &str) -> Option<Mismatch> {
    if let Some((count, span)) = expected.count
        && count != found.rows.len() as u64
    {
        return Some(Mismatch {
            span,
            label: format!("found {}", found.rows.len()),
            sentence: format!("{what} has {}, not {count}", number(found.rows.len())),
            table: None,
        });
    }
    let rows = expected.rows.as_deref()?;
    let of = |mismatch: Box<Mismatch>| Mismatch {
        sentence: format!("{what} {}", mismatch.sentence),
        ..*mismatch
    };
    let sides = match Sides::new(expected, found) {
        Ok(sides) => sides,
        Err(mismatch) => return Some(of(mismatch)),
    };
    match sides.pairs(rows) {
        Ok(pairs) => sides.mismatch(rows, &pairs, what),
        Err(mismatch) => Some(of(mismatch)),
    }
}

/// Which expected row goes with which found one.
pub(super) struct Pairs {
    /// For each expected row the found one.
    pub of: Vec<Option<usize>>,
    /// Found rows that nobody expects.
    pub others: Vec<usize>,
}

impl<'a> Sides<'a> {
    /// A mismatch where what was found has not all columns.
    pub fn new(expected: &'a Expected, found: &'a FoundRows) -> Result<Self, Box<Mismatch>> {
        let mut columns: Vec<(String, usize)> = Vec::new();
        let named = expected.rows.iter().flatten().flat_map(|row| &row.names);
        let keys = expected.key.iter().map(|key| (key, expected.span));
        for (name, span) in keys.chain(named.map(|(name, span)| (name, *span))) {
            if columns.iter().any(|(known, _)| known == name) {
                continue;
            }
            let Some(index) = found.position(name) else {
                let there = found.columns.iter().map(|column| column.name.as_str());
                let there: Vec<&str> = there.collect();
                return Err(Box::new(Mismatch {
                    span,
                    label: format!("the columns are {}", there.join(", ")),
                    sentence: format!("has no column `{name}`"),
                    table: None,
                }));
            };
            columns.push((name.clone(), index));
        }
        // Where no row is expected, whoever looks wants to see all of those that are there.
        if columns.is_empty() {
            let all = found.columns.iter().enumerate();
            columns.extend(all.map(|(index, column)| (column.name.clone(), index)));
        }
        Ok(Self {
            expected,
            found,
            columns,
        })
    }

    /// Which expected row goes with which found one; a mismatch where the key does not tell.
    pub fn pairs(&self, rows: &[PlacedRow]) -> Result<Pairs, Box<Mismatch>> {
        Ok(match self.expected.matching {
            Matching::InOrder => self.in_order(rows),
            _ if !self.expected.key.is_empty() => self.by_key(rows)?,
            _ => self.nearest(rows),
        })
    }

    pub fn cell(&self, row: usize, column: usize) -> &Field {
        let row = self.found.rows.get(row);
        row.and_then(|row| row.get(column))
            .unwrap_or(&Field::IsNull(true))
    }

    pub fn same(&self, expected: &PlacedRow, row: usize, (name, index): &(String, usize)) -> bool {
        let type_name = self
            .found
            .columns
            .get(*index)
            .map_or("", |column| column.type_name.as_str());
        expected
            .value(name)
            .is(self.cell(row, *index), type_name, self.expected.tolerance)
    }

    fn equal_cells(&self, expected: &PlacedRow, row: usize) -> usize {
        self.columns
            .iter()
            .filter(|column| self.same(expected, row, column))
            .count()
    }

    fn in_order(&self, rows: &[PlacedRow]) -> Pairs {
        let there = self.found.rows.len();
        Pairs {
            of: (0..rows.len())
                .map(|index| Some(index).filter(|index| *index < there))
                .collect(),
            others: (rows.len()..there).collect(),
        }
    }

    fn by_key(&self, rows: &[PlacedRow]) -> Result<Pairs, Box<Mismatch>> {
        let keys: Vec<&(String, usize)> = self
            .columns
            .iter()
            .filter(|(name, _)| self.expected.key.contains(name))
            .collect();
        // Values compare by their types, so rows with the same key are looked for among those left.
        let mut left: Vec<usize> = (0..self.found.rows.len()).collect();
        let mut of = Vec::with_capacity(rows.len());
        let mut seen: HashMap<Vec<String>, usize> = HashMap::new();
        for row in 0..self.found.rows.len() {
            let values: Vec<String> = keys
                .iter()
                .map(|(_, index)| super::cells::text(self.cell(row, *index)))
                .collect();
            if seen.insert(values.clone(), row).is_some() {
                return Err(Box::new(Mismatch {
                    span: self.expected.span,
                    label: format!("the key is {}", self.expected.key.join(", ")),
                    sentence: format!("has two rows with the key {}", values.join(", ")),
                    table: None,
                }));
            }
        }
        for row in rows {
            let shown: Vec<String> = keys
                .iter()
                .map(|(name, _)| row.value(name).shown())
                .collect();
            let quick = seen.get(&shown).copied();
            let same = |found: &usize| keys.iter().all(|key| self.same(row, *found, key));
            let found = quick
                .filter(same)
                .or_else(|| left.iter().copied().find(same));
            if let Some(found) = found {
                left.retain(|other| *other != found);
            }
            of.push(found);
        }
        Ok(Pairs { of, others: left })
    }

    /// Equal rows go together; of those that are left, those that share most cells.
    fn nearest(&self, rows: &[PlacedRow]) -> Pairs {
        let all = self.columns.len();
        let mut free: Vec<usize> = (0..self.found.rows.len()).collect();
        let mut of: Vec<Option<usize>> = Vec::with_capacity(rows.len());
        for (index, row) in rows.iter().enumerate() {
            // Mostly rows come as they are written.
            let here = free
                .iter()
                .position(|found| *found == index)
                .filter(|_| self.equal_cells(row, index) == all);
            let at = here.or_else(|| {
                free.iter()
                    .position(|found| self.equal_cells(row, *found) == all)
            });
            of.push(at.map(|at| free.swap_remove(at)));
        }
        free.sort_unstable();
        let open: Vec<usize> = (0..of.len())
            .filter(|index| of.get(*index) == Some(&None))
            .collect();
        if open.len().saturating_mul(free.len()) <= MOST_PAIRS {
            let alone = open.len() == 1 && free.len() == 1;
            let mut scores: Vec<(usize, usize, usize)> = Vec::new();
            for index in &open {
                for found in &free {
                    let score = rows
                        .get(*index)
                        .map_or(0, |row| self.equal_cells(row, *found));
                    // At least half of a row is as expected, or there is no other one.
                    if alone || (score * 2 >= all && score > 0) {
                        scores.push((score, *index, *found));
                    }
                }
            }
            scores.sort_by(|one, other| {
                other
                    .0
                    .cmp(&one.0)
                    .then(one.1.cmp(&other.1))
                    .then(one.2.cmp(&other.2))
            });
            let mut taken: HashSet<usize> = HashSet::new();
            for (_, index, found) in scores {
                if let Some(slot) = of.get_mut(index).filter(|slot| slot.is_none())
                    && taken.insert(found)
                {
                    *slot = Some(found);
                }
            }
            free.retain(|found| !taken.contains(found));
        }
        Pairs { of, others: free }
    }

    pub fn mismatch(&self, rows: &[PlacedRow], pairs: &Pairs, what: &str) -> Option<Mismatch> {
        let mut changes = Vec::new();
        let mut first: Option<(Span, String)> = None;
        for (index, row) in rows.iter().enumerate() {
            match pairs.of.get(index).copied().flatten() {
                None => {
                    first.get_or_insert_with(|| (row.span, "no such row".to_owned()));
                    changes.push(RowChange::missing(index, row, &self.columns));
                }
                Some(found) => {
                    let wrong = self
                        .columns
                        .iter()
                        .find(|column| !self.same(row, found, column));
                    let Some((name, position)) = wrong else {
                        continue;
                    };
                    first.get_or_insert_with(|| {
                        let there = super::difference::shown(self.cell(found, *position));
                        (row.place(name), format!("found {there}"))
                    });
                    let differs = |column: &(String, usize)| !self.same(row, found, column);
                    changes.push(RowChange::changed(
                        index,
                        row,
                        self.found.rows.get(found),
                        &self.columns,
                        &differs,
                    ));
                }
            }
        }
        if self.expected.matching != Matching::Subset {
            for found in &pairs.others {
                first.get_or_insert_with(|| {
                    (self.expected.span, "a row that is not expected".to_owned())
                });
                changes.push(RowChange::unexpected(
                    *found,
                    self.found.rows.get(*found),
                    &self.columns,
                ));
            }
        }
        let (span, label) = first?;
        let difference = ShownRows {
            key: &self.expected.key,
            columns: &self.columns,
            numbered: self.expected.matching == Matching::InOrder,
        };
        Some(Mismatch {
            span,
            label,
            sentence: format!(
                "{what} is not as expected: {}",
                RowChange::counted(&changes)
            ),
            table: Some(difference.table(&changes)),
        })
    }
}

fn number(rows: usize) -> String {
    if rows == 1 {
        "1 row".to_owned()
    } else {
        format!("{rows} rows")
    }
}
