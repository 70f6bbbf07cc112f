//! What the tests reach: steps, statements, what steps expect, and signals.

use std::collections::BTreeMap;

use comfy_table::{Table, presets};
use serde_json::{Value, json};

use super::verdict::Verdict;
use crate::compile::Compiled;
use crate::pipeline::Step;

/// Statements that are named as not reached.
const NAMED: usize = 20;

/// What one run of a step in a test has reached.
#[derive(Debug, Clone, Default)]
pub(super) struct Reached {
    /// Index of the step.
    pub step: usize,
    /// How many of its statements were run, from the first on.
    pub statements: usize,
    /// Whether each thing that it expects was held against rows: first of the result, then each check.
    pub expected: Vec<bool>,
    /// Whether each of its signals was seen.
    pub signals: Vec<bool>,
}

/// What all tests have reached of a step.
struct Covered<'a> {
    step: &'a Step,
    tests: usize,
    statements: Vec<bool>,
    expected: Vec<bool>,
    signals: Vec<bool>,
}

/// What a step expects, one for the result and one for each check.
pub(super) fn expectations(step: &Step) -> usize {
    usize::from(step.expect.is_some()) + step.checks.len()
}

fn add(all: &mut [bool], some: impl Iterator<Item = bool>) {
    for (known, now) in all.iter_mut().zip(some) {
        *known |= now;
    }
}

fn covered<'a>(compiled: &'a Compiled, verdicts: &[Verdict]) -> Vec<Covered<'a>> {
    let mut by_step: BTreeMap<usize, Vec<&Reached>> = BTreeMap::new();
    for reached in verdicts.iter().flat_map(|verdict| &verdict.reached) {
        by_step.entry(reached.step).or_default().push(reached);
    }
    let steps = compiled.pipeline.steps.iter().enumerate();
    let steps = steps.filter_map(|(index, step)| Some((index, step, step.sql()?)));
    steps
        .map(|(index, step, sql)| {
            let reached = by_step.remove(&index).unwrap_or_default();
            let count = sql.script.statements.len();
            let mut covered = Covered {
                step,
                tests: reached.len(),
                statements: vec![false; count],
                expected: vec![false; expectations(step)],
                signals: vec![false; step.signals.len()],
            };
            for one in reached {
                let statements = (0..count).map(|number| number < one.statements);
                add(&mut covered.statements, statements);
                add(&mut covered.expected, one.expected.iter().copied());
                add(&mut covered.signals, one.signals.iter().copied());
            }
            covered
        })
        .collect()
}

/// How many of some things are so.
fn count(all: &[bool]) -> usize {
    all.iter().filter(|is| **is).count()
}

/// `3/4`, or nothing of nothing.
fn share(all: &[bool]) -> String {
    match all.len() {
        0 => String::new(),
        length => format!("{}/{length}", count(all)),
    }
}

/// The places of statements that no test has reached: `sql/load.sql:12`.
fn unreached(covered: &Covered<'_>) -> Vec<String> {
    let Some(sql) = covered.step.sql() else {
        return Vec::new();
    };
    let statements = sql.script.statements.iter().zip(&covered.statements);
    statements
        .filter(|(_, reached)| !**reached)
        .map(|(statement, _)| {
            let blank = statement.sql.len() - statement.sql.trim_start().len();
            let blank = statement.sql.get(..blank).unwrap_or_default();
            let lines = u32::try_from(blank.matches('\n').count()).unwrap_or(0);
            format!("{}:{}", sql.path, statement.line + lines)
        })
        .collect()
}

/// Coverage for people.
pub(super) fn table(compiled: &Compiled, verdicts: &[Verdict]) -> String {
    let all = covered(compiled, verdicts);
    let mut table = Table::new();
    table.load_preset(presets::NOTHING).set_header([
        "step",
        "runs",
        "statements",
        "expect",
        "signals seen",
    ]);
    for column in table.column_iter_mut() {
        column.set_padding((0, 2));
    }
    for one in &all {
        table.add_row([
            one.step.name.clone(),
            one.tests.to_string(),
            share(&one.statements),
            share(&one.expected),
            share(&one.signals),
        ]);
    }
    let sum = |of: &dyn Fn(&Covered<'_>) -> Vec<bool>| {
        let together: Vec<bool> = all.iter().flat_map(of).collect();
        share(&together)
    };
    let tested: Vec<bool> = all.iter().map(|one| one.tests > 0).collect();
    table.add_row([
        format!("{} steps", share(&tested)),
        String::new(),
        sum(&|one| one.statements.clone()),
        sum(&|one| one.expected.clone()),
        sum(&|one| one.signals.clone()),
    ]);
    let lines: Vec<String> = table
        .lines()
        .map(|line| line.trim_end().to_owned())
        .collect();
    let mut text = format!("\n{}\n", lines.join("\n"));
    let open: Vec<String> = all.iter().flat_map(unreached).collect();
    for place in open.iter().take(NAMED) {
        text.push_str(&format!("not reached: {place}\n"));
    }
    if open.len() > NAMED {
        let more = open.len() - NAMED;
        text.push_str(&format!("not reached: {more} more\n"));
    }
    text
}

/// Coverage for programs.
pub(super) fn json(compiled: &Compiled, verdicts: &[Verdict]) -> Value {
    let of = |all: &[bool]| json!({ "reached": count(all), "all": all.len() });
    let steps = covered(compiled, verdicts).into_iter().map(|one| {
        json!({
            "step": one.step.name,
            "runs": one.tests,
            "statements": of(&one.statements),
            "expect": of(&one.expected),
            "signals": of(&one.signals),
            "not_reached": unreached(&one),
        })
    });
    Value::Array(steps.collect())
}
