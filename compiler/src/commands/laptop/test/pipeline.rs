//! A test of the whole pipeline: a local run over what is given, and how it ended.

use std::collections::{BTreeSet, HashMap};
use std::path::Path;
use std::sync::Arc;

use indexmap::IndexMap;
use jiff::Timestamp;
use local::run::EndedRun;
use local::run::faults::{FaultyWarehouse, StepFaults};
use local::run::jobs::Scripts;
use local::run::secrets::GivenSecrets;
use local::warehouse::EmbeddedWarehouse;
use local::warehouse::branches::StatementBranch;
use runtime_lambda::parameters;
use runtime_lambda::ports::{Ports, Warehouse};
use runtime_lambda::state::{GlobalState, RunStatus, StepStatus};
use serde_json::json;

use super::objects::objects;
use super::reached::{StepReach, branches, expectations};
use super::step::{give, tables, unchanged};
use super::verdict::{BrokenTest, TestFailure};
use super::warehouse::OwnWarehouse;
use crate::commands::laptop::opened::deployment;
use crate::commands::laptop::run::to_its_end;
use crate::commands::laptop::stand_ins::{StandIns, scripts};
use crate::compile::Compiled;
use crate::pipeline::StepSql;
use crate::testing::{Case, StepFault, WantedEnd};

/// The limit of a step of which a try is slow.
const SLOW_SECONDS: u64 = 2;

/// Runs the test in `own`, where nothing is yet.
///
/// # Errors
/// What is given cannot be put there, or the run does not take place.
pub(super) async fn run(
    own: &OwnWarehouse<'_>,
    compiled: &Compiled,
    case: &Case,
    reached: &mut Vec<StepReach>,
) -> Result<Vec<TestFailure>, BrokenTest> {
    give(own, case).await?;
    let temporary = tempfile::Builder::new().prefix("sfc-test-").tempdir()?;
    let home = temporary.path().canonicalize()?.join("run");
    let ran = ended(compiled, case, &own.warehouse, (&home, &case.faults)).await?;
    let Some(state) = &ran.state else {
        return Ok(vec![not_started(case, ran)]);
    };
    *reached = of_steps(compiled, case, state, &own.warehouse.taken());
    let mut failures = of_state(case, state);
    failures.extend(of_mail(compiled, case, state, &home)?);
    let steps = compiled.pipeline.steps.iter();
    let ran = steps.filter_map(|step| Some((state.step(&step.name)?.ended?, step.sql()?)));
    let mut ran: Vec<(Timestamp, &StepSql)> = ran.collect();
    ran.sort_by_key(|(ended, _)| *ended);
    let scripts: Vec<&StepSql> = ran.into_iter().map(|(_, sql)| sql).collect();
    let (before, wrong) = tables(own, case, &scripts).await?;
    failures.extend(wrong);
    failures.extend(objects(own, case, false).await?);
    if case.twice && failures.is_empty() {
        let again = ended(compiled, case, &own.warehouse, (&home, &IndexMap::new())).await?;
        let Some(state) = &again.state else {
            return Ok(vec![not_started(case, again)]);
        };
        if state.status != RunStatus::Finished {
            let sentence = format!("the second run ended {}", state.status.name());
            return Ok(vec![
                TestFailure::new(sentence, case.span, "").note(errors(state)),
            ]);
        }
        failures.extend(unchanged(own, case, &before).await?);
    }
    Ok(failures)
}

fn not_started(case: &Case, ended: EndedRun) -> TestFailure {
    let error = ended.outcome.error.unwrap_or_default();
    let sentence = format!("the run did not start: {error}");
    let cause = ended.outcome.cause.unwrap_or_default();
    TestFailure::new(sentence, case.span, "").note(cause.to_string())
}

async fn ended(
    compiled: &Compiled,
    case: &Case,
    warehouse: &Arc<EmbeddedWarehouse>,
    (home, faults): (&Path, &IndexMap<String, StepFault>),
) -> Result<EndedRun, BrokenTest> {
    let trouble = |error: &dyn std::fmt::Display| BrokenTest::Trouble(error.to_string());
    let limited;
    let compiled = if faults.values().any(|fault| fault.slow > 0) {
        let is_slow = |step: &str| faults.get(step).is_some_and(|fault| fault.slow > 0);
        limited = compiled.with_limit(is_slow, SLOW_SECONDS);
        limited.as_ref().map_err(|error| trouble(error))?
    } else {
        compiled
    };
    let stand_ins = StandIns::over(home, Arc::clone(warehouse))
        .map_err(|(message, error)| BrokenTest::Trouble(format!("{message}: {error}")))?;
    stand_ins
        .publish(compiled)
        .await
        .map_err(|error| trouble(&error))?;
    let faulty = (!faults.is_empty()).then(|| {
        let faults = faults.iter().map(|(step, fault)| {
            let faults = StepFaults {
                fails: fault.fails,
                cancelled: fault.cancelled,
                slow: fault.slow,
            };
            (step.clone(), faults)
        });
        let faults: HashMap<String, StepFaults> = faults.collect();
        Arc::new(FaultyWarehouse::new(stand_ins.warehouse.clone(), faults))
    });
    let ports = Ports {
        warehouse: match &faulty {
            Some(faulty) => Arc::clone(faulty) as Arc<dyn Warehouse>,
            None => stand_ins.warehouse.clone(),
        },
        secrets: Arc::new(GivenSecrets::new(case.secrets.iter().cloned())),
        ..stand_ins.ports(stand_ins.bucket.clone())
    };
    let mut deployment = deployment(compiled).map_err(|error| trouble(&error))?;
    deployment.scripts = Some(Scripts {
        faults: faulty,
        ..scripts(compiled, stand_ins.warehouse.clone())
    });
    let input = json!({ "parameters": case.parameters });
    to_its_end(compiled, &deployment, ports, input, std::future::pending)
        .await
        .map_err(|error| trouble(&error))
}

/// What a run has reached of its steps. Of a step that failed, only its statements in front of the one
/// that failed; a job without SQL has none.
fn of_steps(
    compiled: &Compiled,
    case: &Case,
    state: &GlobalState,
    taken: &BTreeSet<StatementBranch>,
) -> Vec<StepReach> {
    let mut all = Vec::new();
    for (index, step) in compiled.pipeline.steps.iter().enumerate() {
        let Some(known) = state.step(&step.name) else {
            continue;
        };
        let sql = step.sql();
        let statements = sql.map_or(0, |sql| sql.script.statements.len());
        let place = known.error.as_ref().and_then(|error| error.place.as_ref());
        let (statements, is_judged) = match known.status {
            StepStatus::Finished => (statements, true),
            // A try that is to go wrong does not run the job.
            StepStatus::Failed if sql.is_none() && !case.faults.contains_key(&step.name) => {
                (0, false)
            }
            StepStatus::Failed => match place {
                Some(place) => (place.statement as usize, false),
                None => continue,
            },
            _ => continue,
        };
        let sent = sql.map(|sql| sent(sql, state)).unwrap_or_default();
        all.push(StepReach {
            step: index,
            statements,
            branches: branches(sent.iter().map(String::as_str), taken),
            expected: vec![is_judged; expectations(step)],
            signals: known.signals.iter().map(|rows| *rows > 0).collect(),
        });
    }
    all
}

/// The statements of a step as the run sent them.
fn sent(sql: &StepSql, state: &GlobalState) -> Vec<String> {
    let statements = sql.script.statements.iter();
    statements
        .map(|statement| {
            let sent = parameters::insert(statement, &state.parameters);
            sent.unwrap_or_else(|_| statement.sql.clone())
        })
        .collect()
}

/// What is not as expected of the mail about the run.
fn of_mail(
    compiled: &Compiled,
    case: &Case,
    state: &GlobalState,
    home: &Path,
) -> Result<Vec<TestFailure>, BrokenTest> {
    let Some((texts, span)) = &case.mail else {
        return Ok(Vec::new());
    };
    let finished = state.status == RunStatus::Finished;
    let tags = state.failed_tags(&compiled.plan);
    let mut people = compiled.pipeline.notify.iter();
    let mails = match people.any(|one| one.on.wants(&one.tags, finished, &tags)) {
        true => mails(&home.join("outbox"))?,
        false => Vec::new(),
    };
    if texts.is_empty() {
        return Ok(match mails.first() {
            Some(mail) => vec![
                TestFailure::new("somebody was told of the run".to_owned(), *span, "")
                    .note(mail.clone()),
            ],
            None => Vec::new(),
        });
    }
    if mails.is_empty() {
        let sentence = "nobody was told of the run".to_owned();
        return Ok(vec![TestFailure::new(sentence, *span, "")]);
    }
    let missing = texts
        .iter()
        .filter(|text| !mails.iter().any(|mail| mail.contains(text.as_str())));
    let failures = missing.map(|text| {
        TestFailure::new(format!("the mail has no `{text}`"), *span, "").note(mails.join("\n"))
    });
    Ok(failures.collect())
}

/// The texts of the mails in a folder, their subjects first.
fn mails(outbox: &Path) -> std::io::Result<Vec<String>> {
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(outbox)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "txt") {
            paths.push(path);
        }
    }
    paths.sort();
    paths.into_iter().map(std::fs::read_to_string).collect()
}

/// What is not as expected of the run itself.
fn of_state(case: &Case, state: &GlobalState) -> Vec<TestFailure> {
    let mut failures = Vec::new();
    let (expected, span) = case.status;
    let is = match expected {
        WantedEnd::Finished => state.status == RunStatus::Finished,
        WantedEnd::Failed => state.status == RunStatus::Failed,
    };
    if !is {
        let found = state.status.name();
        let sentence = format!("the run ended {found}, not {}", expected.word());
        failures
            .push(TestFailure::new(sentence, span, &format!("found {found}")).note(errors(state)));
    }
    if let Some((rounds, span)) = case.rounds
        && rounds != state.round
    {
        let had = state.round;
        let many = crate::commands::plural(u64::from(had));
        let sentence = format!("the run had {had} round{many}, not {rounds}");
        failures.push(TestFailure::new(sentence, span, &format!("found {had}")));
    }
    let ended = |step: &str| {
        let step = state
            .steps
            .get(step)
            .filter(|step| step.status == StepStatus::Finished);
        step.and_then(|step| step.ended)
    };
    for ((first, _), (second, span)) in case.order.iter().zip(case.order.iter().skip(1)) {
        let sentence = match (ended(first), ended(second)) {
            (Some(first), Some(second)) if first <= second => continue,
            (Some(_), Some(_)) => format!("`{second}` finished before `{first}`"),
            (None, _) => format!("`{first}` did not finish"),
            (_, None) => format!("`{second}` did not finish"),
        };
        failures.push(TestFailure::new(sentence, *span, ""));
    }
    if let [(only, span)] = case.order.as_slice()
        && ended(only).is_none()
    {
        failures.push(TestFailure::new(
            format!("`{only}` did not finish"),
            *span,
            "",
        ));
    }
    failures
}

/// What went wrong with each step, a line each.
fn errors(state: &GlobalState) -> String {
    let lines = state.steps.iter().filter_map(|(name, step)| {
        let error = step.error.as_ref()?;
        let place = error
            .place
            .as_ref()
            .map(|place| format!(" ({})", place.short()));
        Some(format!(
            "{name}: {}{}",
            error.message,
            place.unwrap_or_default()
        ))
    });
    lines.collect::<Vec<_>>().join("\n")
}
