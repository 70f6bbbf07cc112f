//! Serializable isolation as Redshift has it (AWS pages: `Serializable isolation`, `Troubleshooting
//! serializable isolation errors`), where [`Isolation::Redshift`] asks for it.
//!
//! For each transaction there is a set of tables that it read and one of those that it wrote. Of two
//! transactions that overlap, the one that read a table comes before the one that wrote it. Where both
//! wrote a table, the first to write comes before the other. A statement that closes a circle of this
//! order fails, and its transaction with it.
//!
//! Tables are looked for in each statement, also in those of procedures; not in subqueries of a
//! procedure's expressions.

mod touched;

use std::collections::{BTreeMap, BTreeSet};

use parking_lot::Mutex;

pub(super) use touched::{conflict, touch};

/// What happens to transactions that meet.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Isolation {
    /// One of two waits for the other and is tried again: no step fails by another.
    #[default]
    Retried,
    /// As in Redshift: what cannot be put into an order fails with error 1023.
    Redshift,
}

/// The transactions of a warehouse.
#[derive(Debug, Default)]
pub(super) struct Transactions {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    clock: u64,
    numbers: u64,
    all: Vec<Transaction>,
}

/// A transaction that is open, or was committed while another was.
#[derive(Debug)]
struct Transaction {
    number: u64,
    process: u64,
    /// When it first looked at a table.
    began: Option<u64>,
    committed: Option<u64>,
    reads: BTreeSet<String>,
    /// With the time of the first write.
    writes: BTreeMap<String, u64>,
}

impl Transaction {
    /// Whether this one comes before another in every order that has the same results.
    fn before(&self, other: &Self) -> bool {
        let (Some(began), Some(others)) = (self.began, other.began) else {
            return false;
        };
        let end = |one: &Self| one.committed.unwrap_or(u64::MAX);
        if end(other) < began {
            return false;
        }
        let over = end(self) < others;
        let reads_before = !over
            && self
                .reads
                .iter()
                .any(|table| other.writes.contains_key(table));
        let writes_before = self.writes.iter().any(|(table, first)| {
            let again = other.writes.get(table).is_some_and(|second| first < second);
            again || over && other.reads.contains(table)
        });
        reads_before || writes_before
    }
}

impl Transactions {
    /// A transaction begins; its number.
    pub(super) fn begin(&self, process: u64) -> u64 {
        let mut state = self.state.lock();
        state.numbers += 1;
        let number = state.numbers;
        state.all.push(Transaction {
            number,
            process,
            began: None,
            committed: None,
            reads: BTreeSet::new(),
            writes: BTreeMap::new(),
        });
        number
    }

    /// A transaction ends. One that is committed is remembered as long as another overlaps with it.
    pub(super) fn end(&self, number: u64, committed: bool) {
        let mut state = self.state.lock();
        state.clock += 1;
        let now = state.clock;
        if committed {
            let mut all = state.all.iter_mut();
            if let Some(ended) = all.find(|one| one.number == number) {
                ended.committed = Some(now);
            }
        } else {
            state.all.retain(|one| one.number != number);
        }
        let open = state.all.iter().filter(|one| one.committed.is_none());
        let oldest = open.map(|one| one.began.unwrap_or(now)).min();
        state.all.retain(|one| match (one.committed, oldest) {
            (None, _) => true,
            (Some(committed), Some(oldest)) => committed > oldest,
            (Some(_), None) => false,
        });
    }

    /// A statement looks at tables: the circle that it closes, if it does.
    fn touch(&self, number: u64, tables: &Tables) -> Option<Circle> {
        let mut state = self.state.lock();
        state.clock += 1;
        let now = state.clock;
        let own = state.all.iter_mut().find(|one| one.number == number)?;
        own.began.get_or_insert(now);
        own.reads.extend(tables.reads.iter().cloned());
        for table in &tables.writes {
            own.writes.entry(table.clone()).or_insert(now);
        }
        state.circle(number).map(|members| {
            let of = |member: &u64| state.all.iter().find(|one| one.number == *member);
            let other = members
                .iter()
                .filter_map(of)
                .find(|one| one.number != number);
            let table = other.and_then(|other| {
                let touched = tables.writes.iter().chain(&tables.reads);
                let mut shared = touched.filter(|table| {
                    other.writes.contains_key(*table) || other.reads.contains(*table)
                });
                shared.next().cloned()
            });
            Circle {
                table: table.unwrap_or_default(),
                process: other.map_or(0, |one| one.process),
                members,
            }
        })
    }
}

impl State {
    /// The transactions of a circle through one of them.
    fn circle(&self, number: u64) -> Option<Vec<u64>> {
        let start = self.all.iter().find(|one| one.number == number)?;
        let mut ways: Vec<Vec<&Transaction>> = vec![vec![start]];
        let mut seen: BTreeSet<u64> = BTreeSet::new();
        while let Some(way) = ways.pop() {
            let last = way.last()?;
            for next in &self.all {
                if next.number == last.number || !last.before(next) {
                    continue;
                }
                if next.number == number {
                    return Some(way.iter().map(|one| one.number).collect());
                }
                if seen.insert(next.number) {
                    let mut further = way.clone();
                    further.push(next);
                    ways.push(further);
                }
            }
        }
        None
    }
}

/// Transactions that cannot be put into an order.
#[derive(Debug, PartialEq, Eq)]
struct Circle {
    table: String,
    /// The process of another one.
    process: u64,
    members: Vec<u64>,
}

/// The tables of a statement: `schema.name`.
#[derive(Debug, Default)]
struct Tables {
    reads: BTreeSet<String>,
    writes: BTreeSet<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tables(reads: &[&str], writes: &[&str]) -> Tables {
        let set = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        Tables {
            reads: set(reads),
            writes: set(writes),
        }
    }

    #[test]
    fn two_that_read_what_the_other_writes_have_no_order() {
        let all = Transactions::default();
        let (one, other) = (all.begin(7), all.begin(8));
        assert_eq!(all.touch(one, &tables(&["s.a"], &[])), None);
        assert_eq!(all.touch(other, &tables(&[], &["s.a"])), None);
        assert_eq!(all.touch(one, &tables(&[], &["s.b"])), None);
        let circle = all.touch(other, &tables(&["s.b"], &[])).unwrap();
        assert_eq!(circle.table, "s.b");
        assert_eq!(circle.process, 7);
        assert_eq!(circle.members.len(), 2);
    }

    #[test]
    fn a_commit_in_between_does_not_hide_it() {
        let all = Transactions::default();
        let (one, other) = (all.begin(7), all.begin(8));
        all.touch(one, &tables(&["s.a"], &[]));
        all.touch(other, &tables(&["s.b"], &["s.a"]));
        all.end(other, true);
        assert!(all.touch(one, &tables(&[], &["s.b"])).is_some());
    }

    #[test]
    fn inserts_beside_each_other_have_an_order() {
        let all = Transactions::default();
        let (one, other) = (all.begin(7), all.begin(8));
        assert_eq!(all.touch(one, &tables(&[], &["s.a"])), None);
        assert_eq!(all.touch(other, &tables(&[], &["s.a"])), None);
    }

    #[test]
    fn one_behind_the_other_has_an_order() {
        let all = Transactions::default();
        let one = all.begin(7);
        all.touch(one, &tables(&["s.a"], &["s.b"]));
        all.end(one, true);
        let other = all.begin(8);
        assert_eq!(all.touch(other, &tables(&["s.b"], &["s.a"])), None);
        all.end(other, true);
        assert!(all.state.lock().all.is_empty());
    }

    #[test]
    fn what_was_rolled_back_does_not_count() {
        let all = Transactions::default();
        let (one, other) = (all.begin(7), all.begin(8));
        all.touch(one, &tables(&["s.a"], &[]));
        all.touch(other, &tables(&["s.b"], &["s.a"]));
        all.end(other, false);
        assert_eq!(all.touch(one, &tables(&[], &["s.b"])), None);
    }
}
