//! Pipelines that are simulated: compiled as `sfc build` does.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use asl::definition::{State, StateMachine};
use runtime_lambda::plan::Completion;
use sfc::compile::{Compiled, Overrides, compile};
use sfc::machines::{Machine, names};
use sfc::project::Project;
use simulate::Subject;

/// What each of the twenty steps comes after, by their numbers.
const AFTER: [&[usize]; 20] = [
    &[],
    &[0],
    &[],
    &[0, 2],
    &[0],
    &[3],
    &[3],
    &[],
    &[2],
    &[6],
    &[5],
    &[6, 5],
    &[10],
    &[8, 12],
    &[],
    &[],
    &[11],
    &[12],
    &[14],
    &[17],
];

/// The plan that the machines of `release/` name.
const PLAN_OF_THEN: &str = "822d8466cce580c6949209a1be87bbf2e51c8854ac99ab28f2a53cbb30667d93";

fn compile_folder(folder: &Path) -> Compiled {
    let project = Project::open(folder).unwrap();
    let outcome = compile(&project.spec, &project, Overrides::default());
    outcome
        .value
        .unwrap_or_else(|| panic!("{:?}", outcome.diagnostics))
}

/// Steps that come after each other as `after` says; every other one returns rows.
fn steps(settings: &str, after: &[&[usize]]) -> Arc<Subject> {
    sfc::commands::pipeline::simulate::subject(&compiled_steps(settings, after)).unwrap()
}

fn compiled_steps(settings: &str, after: &[&[usize]]) -> Compiled {
    let folder = tempfile::tempdir().unwrap();
    let mut spec =
        format!("name: sim\nwarehouse: {{ workgroup: w, database: dev }}\n{settings}steps:\n");
    for (number, after) in after.iter().enumerate() {
        let names: Vec<String> = after.iter().map(|number| format!("s{number:02}")).collect();
        let names = names.join(", ");
        spec.push_str(&format!(
            "  s{number:02}: {{ sql: s{number:02}.sql, after: [{names}] }}\n"
        ));
        let sql = match number % 2 {
            0 => format!("create table t{number} as select {number} as id"),
            _ => format!("select {number} as id"),
        };
        fs::write(folder.path().join(format!("s{number:02}.sql")), sql).unwrap();
    }
    fs::write(folder.path().join("pipeline.yaml"), spec).unwrap();
    compile_folder(folder.path())
}

/// Twenty steps on four lanes, with three rounds.
pub fn twenty(completion: &str) -> Arc<Subject> {
    let settings = format!(
        "completion: {completion}\nlimits: {{ step: 10m, run: 2h, rounds: 3, lanes: 4 }}\n"
    );
    steps(&settings, &AFTER)
}

/// As many steps on forty lanes, each after the one 200 places before it.
pub fn wide(count: usize) -> Arc<Subject> {
    const ROW: usize = 200;
    let after: Vec<Vec<usize>> = (0..count)
        .map(|step| step.checked_sub(ROW).into_iter().collect())
        .collect();
    let after: Vec<&[usize]> = after.iter().map(Vec::as_slice).collect();
    let settings = "completion: event\nlimits: { step: 1h, run: 24h, rounds: 1, lanes: 40 }\n";
    steps(settings, &after)
}

/// Three steps on one lane, one after the other.
pub fn one_lane(completion: &str) -> Arc<Subject> {
    let settings = format!(
        "completion: {completion}\nlimits: {{ step: 10m, run: 1h, rounds: 1, lanes: 1 }}\n"
    );
    steps(&settings, &[&[], &[0], &[1]])
}

/// Five steps on two lanes, with two rounds.
pub fn five(completion: &str, more: &str) -> Arc<Subject> {
    let settings = format!(
        "completion: {completion}\nlimits: {{ step: 10m, run: 1h, rounds: 2, lanes: 2 }}\n{more}"
    );
    steps(&settings, AFTER.get(..5).unwrap())
}

/// Two steps that bind a secret, with two rounds.
pub fn with_a_secret(completion: &str) -> Arc<Subject> {
    const ARN: &str = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:partner-AbCdEf";
    let folder = tempfile::tempdir().unwrap();
    let spec = format!(
        "name: sim\nwarehouse: {{ workgroup: w, database: dev }}\ncompletion: {completion}\n\
         limits: {{ step: 10m, run: 1h, rounds: 2, lanes: 2 }}\n\
         parameters:\n  token: {{ type: string, secret: true, arn: \"{ARN}\" }}\n\
         steps:\n  one: {{ sql: one.sql }}\n  two: {{ sql: one.sql, after: one }}\n"
    );
    fs::write(folder.path().join("one.sql"), "select :token as t").unwrap();
    fs::write(folder.path().join("pipeline.yaml"), spec).unwrap();
    sfc::commands::pipeline::simulate::subject(&compile_folder(folder.path())).unwrap()
}

/// `five("event", "")` with the machines of an earlier version, whose stack is deployed anew with today's.
///
/// `release/` is what `sfc build` wrote then. Its lanes know of one statement a round, and of no `again`.
pub fn from_an_earlier_version() -> Arc<Subject> {
    let compiled = compiled_steps(
        "completion: event\nlimits: { step: 10m, run: 1h, rounds: 2, lanes: 2 }\n",
        AFTER.get(..5).unwrap(),
    );
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/promises/release");
    let older: Vec<(String, StateMachine)> = Machine::ALL
        .into_iter()
        // There were no backfills then.
        .filter(|machine| *machine != Machine::Backfill)
        .map(|machine| {
            let file = folder.join(format!("{}.asl.json", machine.suffix()));
            let text = fs::read_to_string(file).unwrap();
            let text = text.replace(PLAN_OF_THEN, &compiled.plan_hash);
            (arn(machine), serde_json::from_str(&text).unwrap())
        })
        .collect();
    of(&compiled, &older, &todays(&compiled))
}

/// `five("poll", "")` with a mistake: no state of a step tries anything again.
pub fn without_retries() -> Arc<Subject> {
    let compiled = compiled_steps(
        "completion: poll\nlimits: { step: 10m, run: 1h, rounds: 2, lanes: 2 }\n",
        AFTER.get(..5).unwrap(),
    );
    let mut machines = todays(&compiled);
    for (arn, machine) in &mut machines {
        if arn.ends_with("-query") {
            for state in machine.states.values_mut() {
                if let State::Task(task) = state {
                    task.retry = None;
                }
            }
        }
    }
    of(&compiled, &machines, &machines)
}

fn arn(machine: Machine) -> String {
    let name = machine.name("sim");
    format!("arn:aws:states:us-east-1:000000000000:stateMachine:{name}")
}

fn todays(compiled: &Compiled) -> Vec<(String, StateMachine)> {
    compiled
        .machines
        .definitions
        .iter()
        .map(|(machine, definition)| (arn(*machine), definition.machine.clone()))
        .collect()
}

fn of(
    compiled: &Compiled,
    own: &[(String, StateMachine)],
    newer: &[(String, StateMachine)],
) -> Arc<Subject> {
    let artifacts = sfc::bundle::artifacts(compiled)
        .map(|(key, bytes)| (key, bytes.to_vec()))
        .collect();
    Subject::new(
        compiled.plan.clone(),
        own,
        newer,
        (arn(Machine::Run), arn(Machine::Report)),
        names::function("sim"),
        artifacts,
    )
    .unwrap()
}

/// Every folder of `specs/`, by its name, learning the ends of statements in this way.
pub fn examples(completion: Completion) -> Vec<(String, Arc<Subject>)> {
    let specs = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../specs");
    let mut folders: Vec<PathBuf> = fs::read_dir(specs)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    folders.sort();
    folders
        .into_iter()
        .map(|folder| {
            let name = folder.file_name().unwrap().to_string_lossy().into_owned();
            let mut compiled = compile_folder(&folder);
            compiled.plan.completion = completion;
            (
                name,
                sfc::commands::pipeline::simulate::subject(&compiled).unwrap(),
            )
        })
        .collect()
}

/// Every example in both modes, with its share of so many seeds. A run of four steps gets as many
/// as take the time of one of forty.
pub fn shares(seeds: u64) -> Vec<(String, Arc<Subject>, u64)> {
    let mut all = Vec::new();
    for completion in [Completion::Event, Completion::Poll] {
        for (name, subject) in examples(completion) {
            let weight = 1_000 / u64::try_from(subject.step_names().count()).unwrap();
            all.push((format!("{name}, {completion:?}"), subject, weight));
        }
    }
    all.push(("a secret, Event".to_owned(), with_a_secret("event"), 400));
    let weights: u64 = all.iter().map(|(_, _, weight)| weight).sum();
    for (_, _, share) in &mut all {
        *share = (seeds * *share).div_ceil(weights);
    }
    all
}
