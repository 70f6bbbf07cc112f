//! A test of one step: its script runs as `sfc run` sends it, in a warehouse of its own.

use std::time::Duration;

use runtime_lambda::ActionError;
use runtime_lambda::checks::judge;
use runtime_lambda::expectation::ExpectationJudge;
use runtime_lambda::parameters;
use runtime_lambda::place::beginning;
use runtime_lambda::plan::{Script, Severity};
use runtime_lambda::ports::WarehouseError;
use runtime_lambda::signals::SignalCounter;

use super::objects::objects;
use super::reached::{StepReach, branches, expectations};
use super::verdict::{BrokenTest, TestFailure};
use super::warehouse::{EndedExecution, OwnWarehouse};
use crate::compile::Compiled;
use crate::pipeline::{Step, StepSql};
use crate::source::{SourceFile, Span};
use crate::testing::{Case, Edit, FoundRows, compare};

/// Runs the test in `own`, where nothing is yet.
///
/// # Errors
/// What is given cannot be put there, or the warehouse does not play along.
pub(super) async fn run(
    own: &OwnWarehouse<'_>,
    compiled: &Compiled,
    case: &Case,
    (index, step): (usize, &Step),
    reached: &mut Vec<StepReach>,
) -> Result<Vec<TestFailure>, BrokenTest> {
    give(own, case).await?;
    let Some(sql) = step.sql() else {
        return Ok(Vec::new());
    };
    let mut here = StepReach {
        step: index,
        ..StepReach::default()
    };
    let end = once(own, compiled, case, (step, sql), &mut here).await?;
    let mut failures: Vec<TestFailure> = of_statements(case, (step, sql), &here)
        .into_iter()
        .collect();
    reached.push(here);
    let result = match (end, &case.error) {
        (Ok(result), None) => result,
        (Ok(_), Some((text, span))) => {
            let sentence = format!("the step finished, but should fail with `{text}`");
            failures.push(TestFailure::new(sentence, *span, ""));
            return Ok(failures);
        }
        (Err(error), Some((text, span))) => {
            if !error.message.contains(text.as_str()) {
                let sentence = format!("the step failed with another error than `{text}`");
                failures.push(
                    TestFailure::new(sentence, *span, "")
                        .note(error.message)
                        .of_sql(error.place),
                );
            }
            failures.extend(tables(own, case, &[sql]).await?.1);
            failures.extend(objects(own, case, false).await?);
            return Ok(failures);
        }
        (Err(error), None) => {
            let sentence = format!("the step `{}` failed: {}", step.name, error.message);
            failures.push(TestFailure::new(sentence, case.span, "").of_sql(error.place));
            return Ok(failures);
        }
    };
    if let Some(expected) = &case.result {
        match &result {
            Some((found, statement)) => {
                let wrong = TestFailure::of_rows(case, expected, found, "the result");
                let of = place(sql, *statement);
                failures.extend(wrong.map(|wrong| wrong.beside(of, "it is this statement's")));
            }
            None => failures.push(TestFailure::new(
                "the step has no result".to_owned(),
                expected.span,
                "",
            )),
        }
    }
    let (before, wrong) = tables(own, case, &[sql]).await?;
    failures.extend(wrong);
    failures.extend(objects(own, case, false).await?);
    if case.twice && failures.is_empty() {
        failures.extend(again(own, compiled, case, (step, sql), &before).await?);
    }
    Ok(failures)
}

/// What is not as expected of the number of statements that the step reached.
fn of_statements(
    case: &Case,
    (step, sql): (&Step, &StepSql),
    here: &StepReach,
) -> Option<TestFailure> {
    let (expected, span) = case.statements?;
    let found = here.statements;
    if found as u64 == expected {
        return None;
    }
    let all = sql.script.statements.len();
    let sentence = format!(
        "`{}` reached {found} of its {all} statements, not {expected}",
        step.name
    );
    let edit = Edit {
        span,
        text: found.to_string(),
    };
    Some(TestFailure {
        edits: Some(vec![edit]),
        ..TestFailure::new(sentence, span, &format!("found {found}"))
    })
}

/// Puts there what is given.
///
/// # Errors
/// A statement that does so fails.
pub(super) async fn give(own: &OwnWarehouse<'_>, case: &Case) -> Result<(), BrokenTest> {
    let statements: Vec<&str> = case.setup.iter().map(|setup| setup.sql.as_str()).collect();
    let Some((index, error)) = own.all(&statements).await? else {
        return Ok(());
    };
    let setup = case.setup.get(index);
    let span = setup
        .map(|setup| setup.span)
        .filter(|span| *span != Span::default());
    let table = setup.map(|setup| setup.table.clone()).unwrap_or_default();
    let statement = setup.map(|setup| setup.sql.clone()).unwrap_or_default();
    Err(BrokenTest::Given {
        table,
        span: span.unwrap_or(case.span),
        error,
        statement,
    })
}

/// What a step failed with.
struct Error {
    message: String,
    place: Option<(std::sync::Arc<SourceFile>, Span)>,
}

/// A result, and the index of its statement.
type OfStatement = (FoundRows, usize);

/// Runs the step to its end: its result, or what it failed with.
async fn once(
    own: &OwnWarehouse<'_>,
    compiled: &Compiled,
    case: &Case,
    (step, sql): (&Step, &StepSql),
    reached: &mut StepReach,
) -> Result<Result<Option<OfStatement>, Error>, BrokenTest> {
    // Where the step's own expectations do not count, its checks are not sent.
    let script = Script {
        checks: match case.own_expect {
            true => sql.script.checks.clone(),
            false => Vec::new(),
        },
        ..Script::clone(&sql.script)
    };
    let filled = parameters::filled(&script, &compiled.plan, &case.parameters, &case.secrets);
    let (statements, bound) = match filled {
        Ok(filled) => filled,
        Err(ActionError::InvalidParameter(sentence)) => {
            return Err(BrokenTest::Parameter(sentence));
        }
        Err(error) => return Err(BrokenTest::Trouble(error.to_string())),
    };
    let limit = Duration::from_secs(step.limit_seconds);
    let sent: Vec<String> = statements
        .iter()
        .take(script.statements.len())
        .cloned()
        .collect();
    let ended = own.run(statements, sql.script.batch, bound, limit).await?;
    let taken = own.warehouse.taken();
    reached.branches = branches(sent.iter().map(String::as_str), &taken);
    let begun = ended.view.parts.iter().take(script.statements.len());
    reached.statements = begun.filter(|part| part.query > 0).count();
    if !ended.is_finished() {
        return Ok(Err(Error {
            message: ended.error(),
            place: place(sql, ended.failed().unwrap_or(0)),
        }));
    }
    let statements = script.statements.len();
    let result = last_result(own, &ended, statements).await?;
    let found = result.as_ref().map(|(found, _)| found);
    reached.expected = vec![case.own_expect; expectations(step)];
    reached.signals = seen(step, found);
    if let Some(expectation) = step.expect.as_ref().filter(|_| case.own_expect) {
        let violation = match found {
            None => Some("expected a result, but the last statement returned no rows".to_owned()),
            Some(found) => {
                let mut check = ExpectationJudge::new(expectation, &found.columns);
                found.rows.iter().for_each(|row| check.row(row));
                check.finish()
            }
        };
        if let Some(violation) = violation {
            let message = ActionError::ExpectationFailed(violation).to_string();
            return Ok(Err(Error {
                message,
                place: None,
            }));
        }
    }
    if case.own_expect
        && let Some(violation) = broken_checks(own, &ended, step, statements).await?
    {
        let message = ActionError::ExpectationFailed(violation).to_string();
        return Ok(Err(Error {
            message,
            place: None,
        }));
    }
    Ok(Ok(result))
}

/// Whether each of a step's signals is seen in its result.
fn seen(step: &Step, result: Option<&FoundRows>) -> Vec<bool> {
    let Some(found) = result else {
        return Vec::new();
    };
    let mut watch = SignalCounter::new(&step.signals, &found.columns);
    found.rows.iter().for_each(|row| watch.row(row));
    let (rows, _) = watch.finish();
    rows.into_iter().map(|rows| rows > 0).collect()
}

/// What the critical checks that are broken say. There is no earlier run to compare with.
async fn broken_checks(
    own: &OwnWarehouse<'_>,
    ended: &EndedExecution,
    step: &Step,
    statements: usize,
) -> Result<Option<String>, WarehouseError> {
    let mut violations: Vec<String> = Vec::new();
    for (index, check) in step.checks.iter().enumerate() {
        if check.severity != Severity::Critical {
            continue;
        }
        let found = own.result(ended, statements + index + 1).await?;
        let Some(judged) = judge((index, check), &found.columns, &found.rows, None) else {
            let expected = &check.expected;
            let why = format!("the check that expects {expected} has counted nothing");
            return Err(WarehouseError::Refused(why));
        };
        violations.extend(judged.state.broken);
    }
    Ok((!violations.is_empty()).then(|| violations.join("; ")))
}

/// The result of the last of the step's own statements that has one.
async fn last_result(
    own: &OwnWarehouse<'_>,
    ended: &EndedExecution,
    statements: usize,
) -> Result<Option<OfStatement>, WarehouseError> {
    let parts = ended.view.parts.get(..statements).unwrap_or_default();
    let last = parts.iter().rposition(|part| part.result_bytes.is_some());
    match last {
        Some(index) => Ok(Some((own.result(ended, index + 1).await?, index))),
        None => Ok(None),
    }
}

/// The line on which a statement's first word stands, from there on, in the step's file.
fn place(sql: &StepSql, statement: usize) -> Option<(std::sync::Arc<SourceFile>, Span)> {
    let statement = sql.script.statements.get(statement)?;
    let line = usize::try_from(statement.line)
        .ok()
        .filter(|line| *line > 0)?;
    let start = sql.file.line_start(line);
    let rest = sql.file.text().get(start..)?;
    let column = usize::try_from(statement.column)
        .unwrap_or(1)
        .saturating_sub(1);
    let offset = rest
        .char_indices()
        .nth(column)
        .map_or(0, |(offset, _)| offset);
    // Comments in front of it belong to its text.
    let start = start + offset + beginning(&statement.sql);
    let first = sql
        .file
        .text()
        .get(start..)?
        .lines()
        .next()
        .unwrap_or_default()
        .trim_end();
    Some((
        std::sync::Arc::clone(&sql.file),
        Span::new(start, start + first.len()),
    ))
}

/// Where the last of these scripts that writes a table last does so. A procedure does it where it is called.
fn last_write(table: &str, scripts: &[&StepSql]) -> Option<(std::sync::Arc<SourceFile>, Span)> {
    scripts.iter().rev().find_map(|sql| {
        let writes = &sql.lineage.columns.writes;
        let last = writes
            .iter()
            .rev()
            .find(|write| write.dataset.name() == table)?;
        let span = last.place.span;
        let span = Span::new(span.start as usize, span.end as usize);
        Some((std::sync::Arc::clone(&sql.file), span))
    })
}

/// What the tables that are expected hold, and what is wrong with them; `scripts` are those that ran, in
/// their order.
pub(super) async fn tables(
    own: &OwnWarehouse<'_>,
    case: &Case,
    scripts: &[&StepSql],
) -> Result<(Vec<FoundRows>, Vec<TestFailure>), BrokenTest> {
    let names: Vec<&str> = case
        .tables
        .iter()
        .map(|expected| expected.name.as_str())
        .collect();
    let mut all = Vec::new();
    let mut failures = Vec::new();
    for (expected, found) in case.tables.iter().zip(own.tables(&names).await?) {
        match found {
            Ok(found) => {
                let what = format!("`{}`", expected.name);
                let wrong = TestFailure::of_rows(case, expected, &found, &what);
                let of = last_write(&expected.name, scripts);
                failures.extend(wrong.map(|wrong| wrong.beside(of, "this writes it last")));
                all.push(found);
            }
            Err(error) => {
                let sentence = format!("`{}` cannot be read", expected.name);
                failures.push(TestFailure::new(sentence, expected.span, "").note(error));
            }
        }
    }
    Ok((all, failures))
}

/// Runs the step once more: the same tables must be as they were.
async fn again(
    own: &OwnWarehouse<'_>,
    compiled: &Compiled,
    case: &Case,
    (step, sql): (&Step, &StepSql),
    before: &[FoundRows],
) -> Result<Vec<TestFailure>, BrokenTest> {
    let mut reached = StepReach::default();
    if let Err(error) = once(own, compiled, case, (step, sql), &mut reached).await? {
        let sentence = format!(
            "the second run of `{}` failed: {}",
            step.name, error.message
        );
        return Ok(vec![
            TestFailure::new(sentence, case.span, "").of_sql(error.place),
        ]);
    }
    unchanged(own, case, before).await
}

/// What is not as it was `before` of the tables that are expected, and not as expected of objects.
pub(super) async fn unchanged(
    own: &OwnWarehouse<'_>,
    case: &Case,
    before: &[FoundRows],
) -> Result<Vec<TestFailure>, BrokenTest> {
    let names: Vec<&str> = case
        .tables
        .iter()
        .map(|expected| expected.name.as_str())
        .collect();
    let mut failures = Vec::new();
    for ((expected, before), after) in case
        .tables
        .iter()
        .zip(before)
        .zip(own.tables(&names).await?)
    {
        let what = format!("a second run changes `{}`: it", expected.name);
        match after {
            Ok(after) => {
                let expected = before.as_expected(expected);
                failures.extend(compare(&expected, &after, &what).map(TestFailure::from));
            }
            Err(error) => failures.push(TestFailure::new(what, expected.span, "").note(error)),
        }
    }
    // What the first run left was as expected.
    let of_objects = objects(own, case, true).await?;
    failures.extend(of_objects.into_iter().map(|failure| TestFailure {
        edits: None,
        ..failure
    }));
    Ok(failures)
}
