//! Pipelines that are simulated: compiled as `sfc build` does.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sfc::compile::{Overrides, compile};
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

/// The pipeline in this folder.
fn compiled(folder: &Path) -> Arc<Subject> {
    let project = Project::open(folder).unwrap();
    let outcome = compile(&project.spec, &project, Overrides::default());
    let compiled = outcome
        .value
        .unwrap_or_else(|| panic!("{:?}", outcome.diagnostics));
    sfc::commands::simulate::subject(&compiled).unwrap()
}

/// Steps that come after each other as `after` says; every other one returns rows.
fn steps(settings: &str, after: &[&[usize]]) -> Arc<Subject> {
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
    compiled(folder.path())
}

/// Twenty steps on four lanes, with three rounds.
pub fn twenty(completion: &str) -> Arc<Subject> {
    let settings = format!(
        "completion: {completion}\nlimits: {{ step: 10m, run: 2h, rounds: 3, lanes: 4 }}\n"
    );
    steps(&settings, &AFTER)
}

/// Five steps on two lanes, with two rounds.
pub fn five(completion: &str, more: &str) -> Arc<Subject> {
    let settings = format!(
        "completion: {completion}\nlimits: {{ step: 10m, run: 1h, rounds: 2, lanes: 2 }}\n{more}"
    );
    steps(&settings, AFTER.get(..5).unwrap())
}

/// Every folder of `specs/`, by its name.
pub fn examples() -> Vec<(String, Arc<Subject>)> {
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
            (name, compiled(&folder))
        })
        .collect()
}
