//! `sfc test --record STEP`: a test from the last local run, which passes at once.
//!
//! What is given are rows of the tables that the step needs, as the local warehouse has them now.
//! It takes a few of each, which belong together by what the step joins, or by their keys. What is
//! expected is what the step does with them.

mod objects;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use local::warehouse::{EmbeddedWarehouse, Options};
use runtime_lambda::plan::Batch;
use runtime_lambda::state::{GlobalState, StepState, StepStatus};

use super::verdict::TestEnd;
use super::warehouse::OwnWarehouse;
use super::{files, reports, sources_of, unwritable, workers};
use crate::commands::laptop::folders::{Folders, isolation};
use crate::commands::laptop::opened;
use crate::commands::runs::Runs;
use crate::commands::session::{EarlyEnd, command_line};
use crate::compile::Compiled;
use crate::diagnostic::{Code, Diagnostics, Nearest};
use crate::exit::Exit;
use crate::pipeline::{Step, StepSql};
use crate::project::Project;
use crate::source::{self, SourceFile};
use crate::testing::{self, Case, Edit, FoundRows, KeptKeys, Needed, Recorded, apply};

/// Runs that are looked at for one that finished the step.
const LOOKED_AT: usize = 50;

/// Most rows of a table that are expected one by one.
const EXPECTED: usize = 50;

/// How long the rows of a table may take.
const PATIENCE: Duration = Duration::from_secs(120);

/// What a test is recorded from.
pub(super) struct From<'a> {
    pub project: &'a Project,
    pub compiled: &'a Compiled,
    pub folders: &'a Folders,
    pub runs: &'a Runs,
}

/// A test that was written.
pub(super) struct WrittenTest {
    /// The path of its file.
    path: String,
    /// Whether the file was not there before.
    is_new: bool,
    /// Whether all that it expects is empty.
    is_empty: bool,
}

impl std::fmt::Display for WrittenTest {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.is_new {
            true => write!(formatter, "wrote {}", self.path)?,
            false => write!(formatter, "{} is this test already", self.path)?,
        }
        if self.is_empty {
            formatter.write_str(
                ", which shows nothing yet: all that it expects is empty; \
                 write rows under `given:`, then `sfc test --update` writes what the step makes of them",
            )?;
        }
        Ok(())
    }
}

/// Writes the test of this step, unless a file says it already.
///
/// # Errors
/// No run has finished the step, or a test of it cannot pass.
pub(super) fn record(from: &From<'_>, name: &str) -> Result<WrittenTest, EarlyEnd> {
    let (index, step, sql) = step(from.compiled, name)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .map_err(|error| trouble(&error.to_string()))?;
    let (state, of_step) = runtime.block_on(last_run(from.runs, name))?;
    let objects = objects::of_step(sql, &state.parameters, from.folders);
    let mut keys = KeptKeys::new(&sql.lineage.columns.equalities);
    for object in &objects {
        if let Some(rows) = &object.rows {
            keys.keep(object.table.as_deref(), rows);
        }
    }
    let needed = testing::needed(
        from.compiled,
        &sources_of(from.project),
        from.project,
        index,
    );
    let given = runtime.block_on(rows(from, needed, &testing::changed(sql), keys))?;
    drop(runtime);
    let mut recorded = Recorded {
        step,
        run: &state.run,
        parameters: parameters(from.compiled, sql, &state),
        now: of_step.started,
        objects: objects
            .into_iter()
            .map(|object| (object.address, object.text))
            .collect(),
        given,
        has_result: of_step.has_result,
        own_expect: true,
    };
    let path = free(from.project, name);
    let mut passed = passing(from, &recorded, &path);
    if passed.is_err() {
        // A few rows may not be what the step expects of all of them.
        recorded.own_expect = false;
        passed = passing(from, &recorded, &path);
    }
    if passed.is_err() && !recorded.objects.is_empty() {
        // Files may be of a kind that has no lines.
        recorded.objects.clear();
        passed = passing(from, &recorded, &path);
    }
    let (text, is_empty) = passed.map_err(|mut why| {
        why.push(
            command_line(
                Code::RecordFails,
                format!("no test of `{name}` from the last run passes"),
            )
            .help("write the test by hand; `sfc schema --tests` prints what it may say"),
        );
        EarlyEnd {
            exit: Exit::BadInput,
            diagnostics: why,
        }
    })?;
    let mut files = files::read(from.project).into_iter().flatten();
    if let Some(same) = files.find(|file| file.text() == text) {
        return Ok(WrittenTest {
            path: same.path().to_owned(),
            is_new: false,
            is_empty,
        });
    }
    let file = from.project.folder.join(&path);
    let written = file
        .parent()
        .map_or(Ok(()), std::fs::create_dir_all)
        .and_then(|()| std::fs::write(&file, text));
    let shown = file.display().to_string();
    written.map_err(|error| EarlyEnd::with(Exit::Trouble, unwritable(&shown, &error)))?;
    Ok(WrittenTest {
        path: shown,
        is_new: true,
        is_empty,
    })
}

/// The step of this name, which must be SQL.
fn step<'a>(
    compiled: &'a Compiled,
    name: &str,
) -> Result<(usize, &'a Step, &'a StepSql), EarlyEnd> {
    let steps = &compiled.pipeline.steps;
    let found = steps.iter().position(|step| step.name == name);
    let Some((index, step)) = found.and_then(|index| Some((index, steps.get(index)?))) else {
        let names = steps.iter().map(|step| step.name.as_str());
        let near = Nearest::default().suggest(name, names);
        return Err(EarlyEnd::with(
            Exit::BadInput,
            command_line(Code::RecordNothing, format!("there is no step `{name}`"))
                .help(near.unwrap_or_else(|| "`sfc plan` lists the steps".to_owned())),
        ));
    };
    match step.sql() {
        Some(sql) => Ok((index, step, sql)),
        None => Err(EarlyEnd::with(
            Exit::BadInput,
            command_line(
                Code::RecordNothing,
                format!("the step `{name}` has no SQL that runs here"),
            )
            .help("a job has a test of SQL if `local` names a file that stands in for it"),
        )),
    }
}

/// The last local run that finished the step.
async fn last_run(runs: &Runs, name: &str) -> Result<(GlobalState, StepState), EarlyEnd> {
    for brief in runs.latest(LOOKED_AT).await? {
        let Some(state) = runs.state(&brief.run).await? else {
            continue;
        };
        let of_step = state.step(name).cloned();
        let finished =
            of_step.filter(|step| step.status == StepStatus::Finished && step.kept_from.is_none());
        if let Some(of_step) = finished {
            return Ok((state, of_step));
        }
    }
    Err(EarlyEnd::with(
        Exit::BadInput,
        command_line(
            Code::RecordNothing,
            format!("no run on this machine has finished the step `{name}`"),
        )
        .help("run the pipeline first: `sfc run`"),
    ))
}

/// A few rows of each table, and none of those that the step writes: they hold already what it did.
async fn rows(
    from: &From<'_>,
    needed: Vec<Needed>,
    written: &[String],
    mut keys: KeptKeys<'_>,
) -> Result<Vec<(Needed, FoundRows)>, EarlyEnd> {
    let home = &from.folders.home;
    let _held = opened::hold_soon(home)
        .map_err(|error| trouble(&error.to_string()))?
        .ok_or_else(|| trouble("a run uses the local warehouse"))?;
    let place = &from.compiled.plan.warehouse;
    let options = Options {
        buckets: from.folders.buckets.clone(),
        system_tables: from.folders.system_tables.clone(),
        isolation: isolation(from.compiled),
        ..Options::default().database(&place.database)
    };
    let warehouse = EmbeddedWarehouse::open(home.join("warehouse.duckdb"), options)
        .map_err(|failure| trouble(&failure.to_string()))?;
    let own = OwnWarehouse::new(Arc::new(warehouse), place)
        .map_err(|error| trouble(&error.to_string()))?;
    let mut all = Vec::with_capacity(needed.len());
    for table in needed {
        let none = format!("select * from {} limit 0", testing::quoted(&table.name));
        let none = read(&own, none).await?;
        if !written.contains(&table.name) {
            keys.open(&table.name, none.columns.clone());
        }
        all.push((table, none));
    }
    while let Some(name) = keys.next_table().map(str::to_owned) {
        let kept = some(&own, keys.queries(&name)).await?;
        keys.keep(Some(&name), &kept);
        if let Some((_, found)) = all.iter_mut().find(|(table, _)| table.name == name) {
            *found = kept;
        }
    }
    Ok(all)
}

/// What the first of these queries that finds something returns, or the last one.
async fn some(own: &OwnWarehouse<'_>, queries: Vec<String>) -> Result<FoundRows, EarlyEnd> {
    let mut found = FoundRows::default();
    for query in queries {
        found = read(own, query).await?;
        if !found.rows.is_empty() {
            break;
        }
    }
    Ok(found)
}

async fn read(own: &OwnWarehouse<'_>, sql: String) -> Result<FoundRows, EarlyEnd> {
    let ended = own
        .run(vec![sql], Batch::AutoCommit, Vec::new(), PATIENCE)
        .await
        .map_err(|error| trouble(&error.to_string()))?;
    if !ended.is_finished() {
        return Err(trouble(&ended.error()));
    }
    own.result(&ended, 1)
        .await
        .map_err(|error| trouble(&error.to_string()))
}

fn trouble(why: &str) -> EarlyEnd {
    EarlyEnd::with(
        Exit::BadInput,
        command_line(
            Code::RecordNothing,
            format!("the local warehouse cannot be read: {why}"),
        )
        .help("run the pipeline again: `sfc run`"),
    )
}

/// Values of the parameters that the step's SQL uses, where they are not the defaults.
fn parameters(compiled: &Compiled, sql: &StepSql, state: &GlobalState) -> Vec<(String, String)> {
    let mut all: Vec<(String, String)> = Vec::new();
    for statement in sql.script.sent() {
        let inserted = statement.insertions.iter().map(|one| &one.parameter);
        for name in statement.parameters.iter().chain(inserted) {
            let is_secret = compiled
                .plan
                .parameters
                .get(name)
                .is_some_and(|parameter| parameter.secret.is_some());
            let is_known = all.iter().any(|(known, _)| known == name);
            if let Some(value) = state.parameters.get(name)
                && !is_known
                && !is_secret
            {
                all.push((name.clone(), value.clone()));
            }
        }
    }
    all
}

/// A path below the pipeline's folder at which there is no file yet.
fn free(project: &Project, name: &str) -> String {
    let path = |number: usize| match number {
        1 => format!("{}/{name}.yaml", testing::FOLDER),
        number => format!("{}/{name}_{number}.yaml", testing::FOLDER),
    };
    let is_taken = |path: &String| PathBuf::from(&project.folder).join(path).exists();
    (1..1_000)
        .map(path)
        .find(|path| !is_taken(path))
        .unwrap_or_else(|| path(1_000))
}

/// The text of a test that passes, and whether all that it expects is empty.
fn passing(
    from: &From<'_>,
    recorded: &Recorded<'_>,
    path: &str,
) -> Result<(String, bool), Diagnostics> {
    let mut text = testing::recorded(recorded);
    let mut ran = outcome(from, path, &text)?;
    if !ran.edits.is_empty() {
        text = apply(&text, ran.edits.into_iter().map(bounded).collect());
        ran = outcome(from, path, &text)?;
    }
    match ran.problems.has_errors() {
        true => Err(ran.problems),
        false => Ok((text, ran.is_empty)),
    }
}

/// Many rows as their number.
fn bounded(edit: Edit) -> Edit {
    let lines = edit.text.lines();
    let rows = lines.filter(|line| line.trim_start().starts_with("- {"));
    let rows = rows.count();
    if rows <= EXPECTED {
        return edit;
    }
    Edit {
        span: edit.span,
        text: format!(" {{ count: {rows} }}"),
    }
}

/// What became of a test that ran.
struct Outcome {
    /// What would make it pass.
    edits: Vec<Edit>,
    /// What is wrong with it.
    problems: Diagnostics,
    /// Whether all that it expects is empty.
    is_empty: bool,
}

/// Runs the test that a text says.
fn outcome(from: &From<'_>, path: &str, text: &str) -> Result<Outcome, Diagnostics> {
    let shown = source::beside(from.project.spec.path(), path);
    let file = SourceFile::new(shown, text.as_bytes().to_vec());
    let loaded = testing::load(&file);
    let Some(tests) = loaded.value else {
        return Err(loaded.diagnostics);
    };
    let sources = sources_of(from.project);
    let all = |_: &str, _: Option<&str>, _: &SourceFile| true;
    let cases = testing::cases(from.compiled, &sources, from.project, &[tests], &all);
    let told = |_: &Case, _: &super::verdict::TestVerdict| {};
    let verdicts = workers::run(from.compiled, from.folders, &cases, false, &told);
    let mut edits = Vec::new();
    let mut problems = Diagnostics::new();
    for (case, verdict) in cases.iter().zip(&verdicts) {
        if let TestEnd::Failed(failures) = &verdict.end {
            let of_rows = failures.iter().filter_map(|failure| failure.edits.clone());
            edits.extend(of_rows.flatten());
        }
        for problem in reports::problems(case, verdict) {
            problems.push(problem);
        }
    }
    let mut expected = cases
        .iter()
        .flat_map(|case| case.tables.iter().chain(&case.result));
    let is_empty = expected.all(|expected| {
        expected.rows.as_ref().is_none_or(Vec::is_empty)
            && expected.count.is_none_or(|(count, _)| count == 0)
    });
    Ok(Outcome {
        edits,
        problems,
        is_empty,
    })
}
