//! Tables that two steps write, neither of which comes after the other.

use std::collections::HashMap;

use runtime_lambda::plan::When;

use super::reach::{Order, set_bit};
use super::resolver::Resolver;
use super::scripts::Scripted;
use super::when;
use crate::diagnostic::{Code, Diagnostic};
use crate::pipeline::{Shape, TableUse};
use crate::source::Span;

/// Reports each step that writes a table although another step, above it in the spec, may write it
/// before, after or at the same time.
///
/// It is an error where one of them makes, drops or empties the table as a whole, because then the
/// rows of the other one may be lost. Two steps that only make sure that a table is there are no
/// matter. Steps of different kinds of runs never meet.
pub(super) fn check(
    resolver: &mut Resolver<'_>,
    after: &[Vec<usize>],
    scripts: &[Option<Scripted>],
) {
    let steps = resolver.document.spec.steps.values();
    let whens: Vec<When> = steps.map(|step| when::when(step.when)).collect();
    let mut tables: Vec<Vec<(usize, &TableUse)>> = Vec::new();
    let mut known: HashMap<(&str, When), usize> = HashMap::new();
    for (index, (script, when)) in scripts.iter().zip(&whens).enumerate() {
        let writes = script.iter().flat_map(|script| &script.lineage.writes);
        // Two that unload to one place add their own files.
        for write in writes.filter(|write| !write.files) {
            let table = *known.entry((&write.name, *when)).or_insert(tables.len());
            if table == tables.len() {
                tables.push(Vec::new());
            }
            if let Some(writers) = tables.get_mut(table) {
                writers.push((index, write));
            }
        }
    }
    let mut order: Option<Order> = None;
    for writers in tables.iter().filter(|writers| writers.len() > 1) {
        let order = order.get_or_insert_with(|| Order::of(after));
        let sets = Sets::of(order.words(), writers);
        for (later, write) in writers {
            let Some((earlier, code)) = sets.conflict(order, *later, write) else {
                continue;
            };
            if let Some(other) = writers.iter().find(|(index, _)| *index == earlier) {
                report(resolver, scripts, *other, (*later, write), code);
            }
        }
    }
}

/// The steps that write a table, as bits, by what they do.
struct Sets {
    all: Vec<u64>,
    shaping: Vec<u64>,
    rows: Vec<u64>,
    ensuring: Vec<u64>,
}

impl Sets {
    fn of(words: usize, writers: &[(usize, &TableUse)]) -> Self {
        let set = |of: &dyn Fn(&TableUse) -> bool| {
            let mut bits = vec![0; words];
            for (step, _) in writers.iter().filter(|(_, write)| of(write)) {
                set_bit(&mut bits, *step);
            }
            bits
        };
        Self {
            all: set(&|_| true),
            shaping: set(&|write| write.shape.is_some()),
            rows: set(&|write| write.rows),
            ensuring: set(&|write| write.ensured),
        }
    }

    /// The first step above this one with which it is in conflict, and what to call that.
    fn conflict(&self, order: &Order, step: usize, write: &TableUse) -> Option<(usize, Code)> {
        let open = |wanted: &dyn Fn(usize) -> u64| {
            let rows = order.before(step).iter().zip(order.behind(step));
            rows.enumerate().find_map(|(word, (before, behind))| {
                let above = match word.cmp(&(step / 64)) {
                    std::cmp::Ordering::Less => u64::MAX,
                    std::cmp::Ordering::Equal => (1 << (step % 64)) - 1,
                    std::cmp::Ordering::Greater => 0,
                };
                let open = wanted(word) & !before & !behind & above;
                (open != 0).then(|| word * 64 + open.trailing_zeros() as usize)
            })
        };
        let at = |set: &[u64], word: usize| set.get(word).copied().unwrap_or(0);
        let lost = open(&|word| {
            if write.shape.is_some() {
                return at(&self.all, word);
            }
            let mut wanted = at(&self.shaping, word);
            // Whoever fills a table relies on the one that makes it.
            if !write.ensured && write.rows {
                wanted |= at(&self.ensuring, word);
            } else if write.ensured {
                wanted |= at(&self.rows, word) & !at(&self.ensuring, word);
            }
            wanted
        });
        if let Some(lost) = lost {
            return Some((lost, Code::UnorderedTable));
        }
        let beside = write.rows.then(|| open(&|word| at(&self.rows, word)))??;
        Some((beside, Code::UnorderedWrites))
    }
}

fn report(
    resolver: &mut Resolver<'_>,
    scripts: &[Option<Scripted>],
    one: (usize, &TableUse),
    other: (usize, &TableUse),
    code: Code,
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
    let whole = |(_, write): (usize, &TableUse)| {
        let made = write.ensured.then_some((Shape::Creates, write.span));
        write.shape.or(made)
    };
    // The one that does something to the table as a whole comes first in the sentence.
    let ((first, shaping), (second, plain)) = if code == Code::UnorderedTable
        && (one.1.shape.is_none() && other.1.shape.is_some() || whole(one).is_none())
    {
        (other, one)
    } else {
        (one, other)
    };
    let (Some(first_file), Some(second_file)) = (file(first), file(second)) else {
        return;
    };
    let (first, second, table) = (name(first), name(second), &shaping.name);
    let (does, span): (&str, Span) = match whole((0, shaping)) {
        Some((Shape::Creates, span)) => ("creates", span),
        Some((Shape::Drops, span)) => ("drops", span),
        Some((Shape::Truncates, span)) => ("truncates", span),
        None => ("writes", shaping.span),
    };
    let diagnostic = if code == Code::UnorderedTable {
        let sentence = format!(
            "step `{first}` {does} `{table}`, which step `{second}` writes, and neither comes after the other"
        );
        Diagnostic::error(code, sentence)
            .at(first_file, span, format!("{does} it"))
            .also(second_file, plain.span, "written here")
            .note(format!(
                "whatever `{second}` has written may be lost, and every step still be FINISHED"
            ))
    } else {
        let sentence = format!(
            "steps `{first}` and `{second}` both write `{table}`, and neither comes after the other"
        );
        Diagnostic::warning(code, sentence)
            .at(second_file, plain.span, "written here")
            .also(first_file, shaping.span, "and here")
            .note("each may miss the rows that the other one changes; and Redshift fails one of two that meet")
    };
    resolver.push(
        diagnostic
            .also(
                &document.file,
                document.key_at(&["steps", second]),
                "in no order",
            )
            .help(format!(
                "add `{first}` to `after` of `{second}`, or the other way round"
            )),
    );
}
