//! Tables that two steps write, neither of which comes after the other.

use indexmap::IndexMap;
use runtime_lambda::plan::When;

use super::reach::{StepReachability, set_bit};
use super::resolver::Resolver;
use super::scripts::{self, Scripted};
use super::when;
use crate::diagnostic::{Code, Diagnostic};
use crate::pipeline::{TableChange, TableUse};
use crate::source::Span;

/// Reports each step that writes a table although another step, above it in the spec, may write it
/// before, after or at the same time.
///
/// Where one of them makes, drops or empties the table as a whole, it is an error. The rows of the
/// other one may be lost. Two steps that only make sure that a table is there are no matter. Steps
/// of different kinds of runs never meet.
#[expect(
    clippy::expect_used,
    reason = "a conflict is one of the steps that write the table"
)]
pub(super) fn check(
    resolver: &mut Resolver<'_>,
    after: &[Vec<usize>],
    scripts: &[Option<Scripted>],
) {
    let steps = resolver.document.spec.steps.values();
    let whens: Vec<When> = steps.map(|step| when::when(step.when)).collect();
    let mut tables: IndexMap<(&str, When), Vec<(usize, &TableUse)>> = IndexMap::new();
    for (index, (script, when)) in scripts.iter().zip(&whens).enumerate() {
        let writes = script.iter().flat_map(|script| &script.lineage.writes);
        // Two that unload to one place add their own files.
        for write in writes.filter(|write| !write.files) {
            let writers = tables.entry((write.name.as_str(), *when)).or_default();
            writers.push((index, write));
        }
    }
    let mut order: Option<StepReachability> = None;
    for writers in tables.values().filter(|writers| writers.len() > 1) {
        let order = order.get_or_insert_with(|| StepReachability::of(after));
        let sets = Sets::of(order.words(), writers);
        for (later, write) in writers {
            let Some((earlier, code)) = sets.conflict(order, *later, write) else {
                continue;
            };
            let other = writers.iter().find(|(index, _)| *index == earlier);
            let other = other.expect("a step that does not write the table is in conflict");
            report(resolver, scripts, *other, (*later, write), code);
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
    #[expect(clippy::indexing_slicing, reason = "all sets have as many words")]
    fn conflict(
        &self,
        order: &StepReachability,
        step: usize,
        write: &TableUse,
    ) -> Option<(usize, Code)> {
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
        let lost = open(&|word| {
            if write.shape.is_some() {
                return self.all[word];
            }
            let mut wanted = self.shaping[word];
            // Whoever fills a table relies on the one that makes it.
            if !write.ensured && write.rows {
                wanted |= self.ensuring[word];
            } else if write.ensured {
                wanted |= self.rows[word] & !self.ensuring[word];
            }
            wanted
        });
        if let Some(lost) = lost {
            return Some((lost, Code::UnorderedTable));
        }
        let beside = write.rows.then(|| open(&|word| self.rows[word]))??;
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
    let whole = |(_, write): (usize, &TableUse)| {
        let made = write.ensured.then_some((TableChange::Creates, write.span));
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
    let first_file = &scripts::of_step(scripts, first).file;
    let second_file = &scripts::of_step(scripts, second).file;
    let ((first, _), (second, _)) = (resolver.step(first), resolver.step(second));
    let table = &shaping.name;
    let (does, span): (&str, Span) = match whole((0, shaping)) {
        Some((TableChange::Creates, span)) => ("creates", span),
        Some((TableChange::Drops, span)) => ("drops", span),
        Some((TableChange::Truncates, span)) => ("truncates", span),
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
