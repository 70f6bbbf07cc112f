//! Reads of tables that another step writes without being ordered before.

use std::collections::{BTreeMap, HashMap};

use super::resolve::Resolver;
use super::scripts::Scripted;
use crate::diagnostic::{Code, Diagnostic};
use crate::script::TableUse;

/// Warns about each table that a step reads although a step that writes it may run at the same time
/// or later.
///
/// A step that comes later and only empties or drops the table is no reason for a warning, nor is
/// one that comes later where another writer comes before.
pub(super) fn check(
    resolver: &mut Resolver<'_>,
    after: &[Vec<usize>],
    scripts: &[Option<Scripted>],
) {
    let mut writers: HashMap<&str, Vec<(usize, &TableUse)>> = HashMap::new();
    for (index, script) in scripts.iter().enumerate() {
        for write in script.iter().flat_map(|script| &script.lineage.writes) {
            writers.entry(&write.name).or_default().push((index, write));
        }
    }
    let mut ancestors: Option<Ancestors> = None;
    let mut sets: BTreeMap<&str, Vec<u64>> = BTreeMap::new();
    for (reader, script) in scripts.iter().enumerate() {
        let direct = after.get(reader).map_or(&[][..], Vec::as_slice);
        for read in script.iter().flat_map(|script| &script.lineage.reads) {
            let Some(writers) = writers.get(read.name.as_str()) else {
                continue;
            };
            let near =
                |(writer, _): &(usize, &TableUse)| *writer == reader || direct.contains(writer);
            if writers.len() <= 8 && writers.iter().all(near) {
                continue;
            }
            let ancestors = ancestors.get_or_insert_with(|| Ancestors::of(after));
            let set = sets
                .entry(&read.name)
                .or_insert_with(|| ancestors.set(writers.iter().map(|(writer, _)| *writer)));
            let before = ancestors.row(reader);
            let some_before = set
                .iter()
                .zip(before)
                .any(|(set, before)| set & before != 0);
            let open: Vec<u64> = set
                .iter()
                .zip(before)
                .map(|(set, before)| set & !before)
                .collect();
            let wrong = members(&open)
                .filter(|writer| *writer != reader)
                .find_map(|writer| {
                    let at = writers
                        .binary_search_by_key(&writer, |(index, _)| *index)
                        .ok()?;
                    let (_, write) = writers.get(at)?;
                    let later = ancestors.has(writer, reader);
                    (!later || !(write.removed || some_before)).then_some((writer, *write, later))
                });
            if let Some((writer, write, later)) = wrong {
                report(resolver, scripts, (reader, read), (writer, write), later);
            }
        }
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

/// All that each step comes after, directly or not, as one row of bits a step.
struct Ancestors {
    words: usize,
    bits: Vec<u64>,
}

impl Ancestors {
    /// `after` must have no cycle.
    fn of(after: &[Vec<usize>]) -> Self {
        let words = after.len().div_ceil(64);
        let mut ancestors = Self {
            words,
            bits: vec![0; words * after.len()],
        };
        let mut done = vec![false; after.len()];
        for root in 0..after.len() {
            let mut path = vec![root];
            while let Some(&step) = path.last() {
                if done.get(step).copied().unwrap_or(true) {
                    path.pop();
                    continue;
                }
                let befores = after.get(step).map_or(&[][..], Vec::as_slice);
                let depth = path.len();
                path.extend(
                    befores
                        .iter()
                        .filter(|before| !done.get(**before).copied().unwrap_or(true)),
                );
                if path.len() > depth {
                    continue;
                }
                let mut row = ancestors.row(step).to_vec();
                for before in befores {
                    for (word, other) in row.iter_mut().zip(ancestors.row(*before)) {
                        *word |= other;
                    }
                    set_bit(&mut row, *before);
                }
                if let Some(place) = ancestors.bits.get_mut(step * words..(step + 1) * words) {
                    place.copy_from_slice(&row);
                }
                if let Some(done) = done.get_mut(step) {
                    *done = true;
                }
                path.pop();
            }
        }
        ancestors
    }

    fn row(&self, step: usize) -> &[u64] {
        self.bits
            .get(step * self.words..(step + 1) * self.words)
            .unwrap_or_default()
    }

    /// Whether `step` comes after `other`.
    fn has(&self, step: usize, other: usize) -> bool {
        self.row(step)
            .get(other / 64)
            .is_some_and(|word| word >> (other % 64) & 1 == 1)
    }

    fn set(&self, steps: impl Iterator<Item = usize>) -> Vec<u64> {
        let mut set = vec![0; self.words];
        for step in steps {
            set_bit(&mut set, step);
        }
        set
    }
}

fn set_bit(row: &mut [u64], index: usize) {
    if let Some(word) = row.get_mut(index / 64) {
        *word |= 1 << (index % 64);
    }
}

fn members(set: &[u64]) -> impl Iterator<Item = usize> {
    set.iter().enumerate().flat_map(|(index, word)| {
        let mut rest = *word;
        std::iter::from_fn(move || {
            (rest != 0).then(|| {
                let bit = rest.trailing_zeros() as usize;
                rest &= rest - 1;
                index * 64 + bit
            })
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ancestors_reach_through_other_steps() {
        let ancestors = Ancestors::of(&[vec![], vec![0], vec![1], vec![0], vec![2, 3]]);
        assert!(ancestors.has(4, 0) && ancestors.has(4, 1) && ancestors.has(2, 0));
        assert!(!ancestors.has(3, 1) && !ancestors.has(0, 0));
        assert_eq!(members(ancestors.row(4)).collect::<Vec<_>>(), [0, 1, 2, 3]);
    }
}
