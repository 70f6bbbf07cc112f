//! Reads of tables that another step writes without being ordered before.

use std::collections::HashMap;

use runtime_lambda::plan::When;

use super::reach::{StepReachability, has_bit, set_bit};
use super::resolver::Resolver;
use super::scripts::{self, Scripted};
use super::when;
use crate::diagnostic::{Code, Diagnostic};
use crate::pipeline::{TableUse, meets};

/// Warns about each table that a step reads although a step that writes it may run at the same time
/// or later.
///
/// A step that comes later and only empties or drops the table is no reason for a warning. Neither is
/// a step that comes later where another writer comes before, or where the reader writes the table
/// itself.
#[expect(
    clippy::expect_used,
    reason = "what makes a read doubtful is one of the steps that write the table"
)]
pub(super) fn check(
    resolver: &mut Resolver<'_>,
    after: &[Vec<usize>],
    scripts: &[Option<Scripted>],
) {
    // Steps of different kinds of runs never meet, so no `after` could order them.
    let document = resolver.document;
    let steps = document.spec.steps.values();
    let whens: Vec<When> = steps.map(|step| when::when(step.when)).collect();
    let mut writers: HashMap<(&str, When), Vec<(usize, &TableUse)>> = HashMap::new();
    for (index, (script, when)) in scripts.iter().zip(&whens).enumerate() {
        for write in script.iter().flat_map(|script| &script.lineage.writes) {
            let of_table = writers.entry((&write.name, *when)).or_default();
            of_table.push((index, write));
        }
    }
    let mut order: Option<StepReachability> = None;
    let unloaded: Vec<(&str, When)> = writers
        .iter()
        .filter(|(_, of_place)| of_place.iter().any(|(_, write)| write.files))
        .map(|(place, _)| *place)
        .collect();
    for (place, of_place) in files(&unloaded, &writers, scripts, &whens) {
        writers.insert(place, of_place);
    }
    let mut sets: HashMap<(&str, When), Writers> = HashMap::new();
    let steps = scripts.iter().zip(&whens).zip(after);
    for (reader, ((script, when), direct)) in steps.enumerate() {
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
            let order = order.get_or_insert_with(|| StepReachability::of(after));
            let wrong = if writers.len() <= FEW {
                Writers::new(order.words(), writers).wrong(order, reader)
            } else {
                let set = sets
                    .entry(table)
                    .or_insert_with(|| Writers::new(order.words(), writers));
                set.wrong(order, reader)
            };
            let Some((writer, later)) = wrong else {
                continue;
            };
            let write = writers.iter().find(|(index, _)| *index == writer);
            let (_, write) = write.expect("a step that does not write the table makes it doubtful");
            report(resolver, scripts, (reader, read), (writer, write), later);
        }
    }
}

/// The steps that write files which are read from a place: those that write to it, above it or below.
fn files<'a>(
    unloaded: &[(&'a str, When)],
    writers: &HashMap<(&'a str, When), Vec<(usize, &'a TableUse)>>,
    scripts: &'a [Option<Scripted>],
    whens: &[When],
) -> HashMap<(&'a str, When), Vec<(usize, &'a TableUse)>> {
    let mut found = HashMap::new();
    if unloaded.is_empty() {
        return found;
    }
    for (script, when) in scripts.iter().zip(whens) {
        let reads = script.iter().flat_map(|script| &script.lineage.reads);
        for read in reads.filter(|read| read.files) {
            found.entry((read.name.as_str(), *when)).or_insert_with(|| {
                let mut of_place: Vec<(usize, &TableUse)> = unloaded
                    .iter()
                    .filter(|(place, other)| other == when && meets(&read.name, place))
                    .filter_map(|place| writers.get(place))
                    .flatten()
                    .copied()
                    .collect();
                of_place.sort_by_key(|(writer, _)| *writer);
                of_place
            });
        }
    }
    found.retain(|_, of_place| !of_place.is_empty());
    found
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

    /// The first writer that makes a read doubtful, and whether it comes later.
    fn wrong(&self, order: &StepReachability, reader: usize) -> Option<(usize, bool)> {
        let (before, behind) = (order.before(reader), order.behind(reader));
        let mut some_before = false;
        let unordered = self.all.iter().zip(before).zip(behind);
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
        if some_before || has_bit(&self.filling, reader) {
            return None;
        }
        let mut later = self.filling.iter().zip(behind).enumerate();
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
    let (read_file, read_span) = scripts::of_step(scripts, reader).place(&document.file, read);
    let read_words = match read.checked {
        Some(_) => "read by this check",
        None => "read here",
    };
    let write_file = &scripts::of_step(scripts, writer).file;
    let ((reader, _), (writer, _)) = (resolver.step(reader), resolver.step(writer));
    let table = &read.name;
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
            .at(read_file, read_span, read_words)
            .also(write_file, write.span, "written here")
            .also(
                &document.file,
                document.key_at(&["steps", reader]),
                "the step that reads",
            )
            .help(help),
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_writer_is_wrong_where_nothing_orders_it_before() {
        let order = StepReachability::of(&[vec![], vec![0], vec![1], vec![0], vec![2, 3]]);
        let wrong = |reader: usize, all: u64, filling: u64| {
            let writers = Writers {
                all: vec![all],
                filling: vec![filling],
            };
            writers.wrong(&order, reader)
        };
        assert_eq!(wrong(4, 0b11111, 0b11111), None);
        assert_eq!(wrong(2, 0b1001, 0b1001), Some((3, false)));
        assert_eq!(wrong(1, 0b100, 0b100), Some((2, true)));
        assert_eq!(wrong(1, 0b101, 0b101), None);
        assert_eq!(wrong(1, 0b100, 0), None);
        assert_eq!(wrong(1, 0b110, 0b110), None);
    }
}
