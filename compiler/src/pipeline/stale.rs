//! Reads of tables that another step writes without being ordered before.

use std::collections::HashMap;

use runtime_lambda::plan::When;

use super::around;
use super::resolve::Resolver;
use super::scripts::Scripted;
use crate::diagnostic::{Code, Diagnostic};
use crate::script::TableUse;

/// Warns about each table that a step reads although a step that writes it may run at the same time
/// or later.
///
/// A step that comes later and only empties or drops the table is no reason for a warning, nor is
/// one that comes later where another writer comes before or the reader writes the table itself.
pub(super) fn check(
    resolver: &mut Resolver<'_>,
    after: &[Vec<usize>],
    scripts: &[Option<Scripted>],
) {
    // Steps of different kinds of runs never meet, so no `after` could order them.
    let document = resolver.document;
    let steps = document.spec.steps.values();
    let whens: Vec<When> = steps.map(|step| around::when(step.when)).collect();
    let mut writers: HashMap<(&str, When), Vec<(usize, &TableUse)>> = HashMap::new();
    for (index, (script, when)) in scripts.iter().zip(&whens).enumerate() {
        for write in script.iter().flat_map(|script| &script.lineage.writes) {
            let of_table = writers.entry((&write.name, *when)).or_default();
            of_table.push((index, write));
        }
    }
    let mut order: Option<Order> = None;
    let mut sets: HashMap<(&str, When), Writers> = HashMap::new();
    for (reader, (script, when)) in scripts.iter().zip(&whens).enumerate() {
        let direct = after.get(reader).map_or(&[][..], Vec::as_slice);
        for read in script.iter().flat_map(|script| &script.lineage.reads) {
            let table = (read.name.as_str(), *when);
            let Some(writers) = writers.get(&table) else {
                continue;
            };
            let near =
                |(writer, _): &(usize, &TableUse)| *writer == reader || direct.contains(writer);
            if writers.len() <= FEW && writers.iter().all(near) {
                continue;
            }
            let order = order.get_or_insert_with(|| Order::of(after));
            let wrong = if writers.len() <= FEW {
                order.wrong(reader, &Writers::new(order.words(), writers))
            } else {
                let set = sets
                    .entry(table)
                    .or_insert_with(|| Writers::new(order.words(), writers));
                order.wrong(reader, set)
            };
            let Some((writer, later)) = wrong else {
                continue;
            };
            if let Some((_, write)) = writers.iter().find(|(index, _)| *index == writer) {
                report(resolver, scripts, (reader, read), (writer, write), later);
            }
        }
    }
}

/// Tables of more writers than this keep their sets of writers.
const FEW: usize = 8;

/// The steps that write a table, as bits.
struct Writers {
    all: Vec<u64>,
    /// Those that do more than to empty or drop it.
    filling: Vec<u64>,
}

impl Writers {
    fn new(words: usize, writers: &[(usize, &TableUse)]) -> Self {
        let mut all = vec![0; words];
        let mut filling = vec![0; words];
        for (writer, write) in writers {
            set_bit(&mut all, *writer);
            if !write.removed {
                set_bit(&mut filling, *writer);
            }
        }
        Self { all, filling }
    }
}

/// What comes before and what comes after each step.
struct Order {
    before: Closure,
    behind: Closure,
}

impl Order {
    fn of(after: &[Vec<usize>]) -> Self {
        let mut followers = vec![Vec::new(); after.len()];
        for (step, befores) in after.iter().enumerate() {
            for before in befores {
                if let Some(followers) = followers.get_mut(*before) {
                    followers.push(step);
                }
            }
        }
        Self {
            before: Closure::of(after),
            behind: Closure::of(&followers),
        }
    }

    fn words(&self) -> usize {
        self.before.words
    }

    /// The first writer that makes a read doubtful, and whether it comes later.
    fn wrong(&self, reader: usize, writers: &Writers) -> Option<(usize, bool)> {
        let (before, behind) = (self.before.row(reader), self.behind.row(reader));
        let mut some_before = false;
        let unordered = writers.all.iter().zip(before).zip(behind);
        for (word, ((writers, before), behind)) in unordered.enumerate() {
            let mut open = writers & !before & !behind;
            if word == reader / 64 {
                open &= !(1 << (reader % 64));
            }
            if open != 0 {
                return Some((word * 64 + open.trailing_zeros() as usize, false));
            }
            some_before |= writers & before != 0;
        }
        // What a step has made or filled itself, it does not wait for.
        if some_before || has_bit(&writers.filling, reader) {
            return None;
        }
        let mut later = writers.filling.iter().zip(behind).enumerate();
        later.find_map(|(word, (writers, behind))| {
            let later = writers & behind;
            (later != 0).then(|| (word * 64 + later.trailing_zeros() as usize, true))
        })
    }
}

fn report(
    resolver: &mut Resolver<'_>,
    scripts: &[Option<Scripted>],
    (reader, read): (usize, &TableUse),
    (writer, write): (usize, &TableUse),
    later: bool,
) {
    let document = resolver.document;
    let name = |index: usize| {
        let step = document.spec.steps.get_index(index);
        step.map_or("", |(name, _)| name.as_str())
    };
    let file = |index: usize| {
        scripts
            .get(index)
            .and_then(Option::as_ref)
            .map(|script| &script.file)
    };
    let (Some(read_file), Some(write_file)) = (file(reader), file(writer)) else {
        return;
    };
    let (reader, writer, table) = (name(reader), name(writer), &read.name);
    let sentence = format!(
        "step `{reader}` reads `{table}`, which step `{writer}` writes, without coming after it"
    );
    let help = if later {
        format!("step `{writer}` comes after `{reader}`: is it the wrong way round?")
    } else {
        format!("add `{writer}` to `after` of `{reader}`")
    };
    resolver.push(
        Diagnostic::warning(Code::ReadWithoutAfter, sentence)
            .at(read_file, read.span, "read here")
            .also(write_file, write.span, "written here")
            .also(
                &document.file,
                document.key_at(&["steps", reader]),
                "the step that reads",
            )
            .help(help),
    );
}

/// All that can be reached from each step, as one row of bits a step.
struct Closure {
    words: usize,
    bits: Vec<u64>,
}

impl Closure {
    /// `edges` must have no cycle.
    fn of(edges: &[Vec<usize>]) -> Self {
        let words = edges.len().div_ceil(64);
        let mut closure = Self {
            words,
            bits: vec![0; words * edges.len()],
        };
        let mut done = vec![false; edges.len()];
        for root in 0..edges.len() {
            let mut path = vec![root];
            while let Some(&step) = path.last() {
                if done.get(step).copied().unwrap_or(true) {
                    path.pop();
                    continue;
                }
                let nexts = edges.get(step).map_or(&[][..], Vec::as_slice);
                let depth = path.len();
                path.extend(
                    nexts
                        .iter()
                        .filter(|next| !done.get(**next).copied().unwrap_or(true)),
                );
                if path.len() > depth {
                    continue;
                }
                let mut row = closure.row(step).to_vec();
                for next in nexts {
                    for (word, other) in row.iter_mut().zip(closure.row(*next)) {
                        *word |= other;
                    }
                    set_bit(&mut row, *next);
                }
                if let Some(place) = closure.bits.get_mut(step * words..(step + 1) * words) {
                    place.copy_from_slice(&row);
                }
                if let Some(done) = done.get_mut(step) {
                    *done = true;
                }
                path.pop();
            }
        }
        closure
    }

    fn row(&self, step: usize) -> &[u64] {
        self.bits
            .get(step * self.words..(step + 1) * self.words)
            .unwrap_or_default()
    }
}

fn has_bit(row: &[u64], index: usize) -> bool {
    row.get(index / 64)
        .is_some_and(|word| word >> (index % 64) & 1 == 1)
}

fn set_bit(row: &mut [u64], index: usize) {
    if let Some(word) = row.get_mut(index / 64) {
        *word |= 1 << (index % 64);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_reaches_through_other_steps() {
        let order = Order::of(&[vec![], vec![0], vec![1], vec![0], vec![2, 3]]);
        assert_eq!(order.before.row(4), [0b1111]);
        assert_eq!(order.before.row(3), [0b1]);
        assert_eq!(order.behind.row(1), [0b10100]);
        let writers = |all: u64, filling: u64| Writers {
            all: vec![all],
            filling: vec![filling],
        };
        assert_eq!(order.wrong(4, &writers(0b11111, 0b11111)), None);
        assert_eq!(order.wrong(2, &writers(0b1001, 0b1001)), Some((3, false)));
        assert_eq!(order.wrong(1, &writers(0b100, 0b100)), Some((2, true)));
        assert_eq!(order.wrong(1, &writers(0b101, 0b101)), None);
        assert_eq!(order.wrong(1, &writers(0b100, 0)), None);
        assert_eq!(order.wrong(1, &writers(0b110, 0b110)), None);
    }
}
