//! What the tests reach: steps, statements, branches, what steps expect, and signals.

use std::collections::BTreeMap;

use comfy_table::{Table, presets};
use local::warehouse::branches::{StatementBranch, Way, forks};
use runtime_lambda::place::beginning;
use runtime_lambda::plan::Statement;
use serde_json::{Value, json};

use super::reached::{StepReach, expectations};
use super::verdict::TestVerdict;
use crate::compile::Compiled;
use crate::pipeline::Step;

/// Places that are named as not reached.
const NAMED: usize = 20;

/// What all tests have reached of a step.
struct Covered<'a> {
    step: &'a Step,
    tests: usize,
    statements: Vec<bool>,
    branches: Vec<bool>,
    /// Where each branch stands, and what it is.
    places: Vec<String>,
    expected: Vec<bool>,
    signals: Vec<bool>,
}

fn add(all: &mut [bool], some: impl Iterator<Item = bool>) {
    for (known, now) in all.iter_mut().zip(some) {
        *known |= now;
    }
}

fn covered<'a>(compiled: &'a Compiled, verdicts: &[TestVerdict]) -> Vec<Covered<'a>> {
    let mut by_step: BTreeMap<usize, Vec<&StepReach>> = BTreeMap::new();
    for reached in verdicts.iter().flat_map(|verdict| &verdict.reached) {
        by_step.entry(reached.step).or_default().push(reached);
    }
    let steps = compiled.pipeline.steps.iter().enumerate();
    steps
        .map(|(index, step)| {
            let reached = by_step.remove(&index).unwrap_or_default();
            // Of a job without SQL, such as RSQL, only its runs and what is expected of it are known.
            let sql = step.sql();
            let path = sql.map(|sql| sql.path.as_str()).unwrap_or_default();
            let statements = sql
                .map(|sql| sql.script.statements.as_slice())
                .unwrap_or_default();
            let count = statements.len();
            let ways = ways(path, statements);
            // A procedure may be called in the test of another step.
            let branches = ways.iter().map(|(_, branch, in_procedure)| {
                let mut taken = verdicts.iter().map(|verdict| &verdict.taken);
                *in_procedure && taken.any(|taken| taken.contains(branch))
            });
            let mut covered = Covered {
                step,
                tests: reached.len(),
                statements: vec![false; count],
                branches: branches.collect(),
                places: ways.into_iter().map(|(place, _, _)| place).collect(),
                expected: vec![false; expectations(step)],
                signals: vec![false; step.signals.len()],
            };
            for one in reached {
                let statements = (0..count).map(|number| number < one.statements);
                add(&mut covered.statements, statements);
                add(&mut covered.branches, one.branches.iter().copied());
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
    let statements = statements.filter(|(_, reached)| !**reached);
    let statements =
        statements.map(|(statement, _)| place(&sql.path, statement, beginning(&statement.sql)));
    let branches = covered.places.iter().zip(&covered.branches);
    let branches = branches.filter(|(_, taken)| !**taken);
    statements
        .chain(branches.map(|(place, _)| place.clone()))
        .collect()
}

/// `sql/load.sql:12`, the line of a byte of a statement.
fn place(path: &str, statement: &Statement, offset: usize) -> String {
    let before = statement.sql.get(..offset).unwrap_or_default();
    let lines = u32::try_from(before.matches('\n').count()).unwrap_or(0);
    format!("{path}:{}", statement.line + lines)
}

/// Each branch of a script: where it stands and what it is, as the warehouse knows it, and whether it is in
/// a procedure.
fn ways(path: &str, statements: &[Statement]) -> Vec<(String, StatementBranch, bool)> {
    let of_statement = |statement: &'_ Statement| {
        let forks = forks(&statement.sql).into_iter();
        let all = forks.flat_map(|fork| {
            let ways = fork.ways.iter().zip(fork.branches());
            let ways = ways.map(|(way, branch)| {
                let place = place(path, statement, way.offset);
                let place = format!("{place}, {}", what(&statement.sql, way));
                (place, branch, fork.in_procedure)
            });
            ways.collect::<Vec<_>>()
        });
        all.collect::<Vec<_>>()
    };
    statements.iter().flat_map(of_statement).collect()
}

/// Most characters of a branch that are shown.
const SHOWN: usize = 60;

/// A branch in a few words: its first line.
fn what(sql: &str, way: &Way) -> String {
    let rest = sql.get(way.offset..way.end).unwrap_or_default();
    let line = rest.lines().next().unwrap_or_default().trim_end();
    let mut text: String = line.chars().take(SHOWN).collect();
    if text.len() < line.len() {
        text.push('…');
    }
    match way.implied {
        true => format!("where no condition holds: `{text}`"),
        false => format!("branch `{text}`"),
    }
}

/// Coverage as a table for people: a line for each step.
pub(super) fn table(compiled: &Compiled, verdicts: &[TestVerdict]) -> String {
    let all = covered(compiled, verdicts);
    let mut table = Table::new();
    table.load_preset(presets::NOTHING).set_header([
        "step",
        "runs",
        "statements",
        "branches",
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
            share(&one.branches),
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
        sum(&|one| one.branches.clone()),
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

/// Coverage as JSON: for each step what was reached, of how much.
pub(super) fn json(compiled: &Compiled, verdicts: &[TestVerdict]) -> Value {
    let of = |all: &[bool]| json!({ "reached": count(all), "all": all.len() });
    let steps = covered(compiled, verdicts).into_iter().map(|one| {
        json!({
            "step": one.step.name,
            "runs": one.tests,
            "statements": of(&one.statements),
            "branches": of(&one.branches),
            "expect": of(&one.expected),
            "signals": of(&one.signals),
            "not_reached": unreached(&one),
        })
    });
    Value::Array(steps.collect())
}
