//! `sfc run specs/flights` as a process, next to the same SQL sent to the same warehouse one statement
//! after the other, in the same session of measuring.
//!
//! `cargo bench -p sfc --bench flights`

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a benchmark is its output"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use local::folder::Within;
use local::warehouse::{EmbeddedWarehouse, Options};
use runtime_lambda::plan::Script;
use runtime_lambda::ports::{StatementStatus, Submission, Warehouse as _};
use sfc::compile::{Compiled, Overrides, compile};
use sfc::project::Project;

const ROUNDS: usize = 7;

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        if entry.file_name() == ".sfc" {
            continue;
        }
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// Every script in the plan's order, on a fresh database, each result read to its end.
fn one_after_the_other(folder: &Path, compiled: &Compiled) -> Duration {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    let buckets: BTreeMap<String, Within> = compiled
        .pipeline
        .local
        .buckets
        .iter()
        .map(|(bucket, path)| (bucket.clone(), folder.join(path).into()))
        .collect();
    let scripts: Vec<(String, Script)> = compiled
        .plan
        .steps
        .iter()
        .map(|step| {
            let script =
                serde_json::from_slice(compiled.scripts.get(&step.script).unwrap()).unwrap();
            (step.name.to_string(), script)
        })
        .collect();
    let start = Instant::now();
    runtime.block_on(async {
        let options = Options {
            buckets,
            ..Options::default()
        };
        let warehouse = EmbeddedWarehouse::open(folder.join("baseline.duckdb"), options).unwrap();
        for (name, script) in scripts {
            let mut parameters: Vec<(String, String)> = Vec::new();
            let mut statements = Vec::new();
            for statement in &script.statements {
                let mut sql = statement.sql.clone();
                for insertion in statement.insertions.iter().rev() {
                    let value = compiled
                        .plan
                        .parameters
                        .get(&insertion.parameter)
                        .unwrap()
                        .default
                        .clone()
                        .unwrap();
                    sql.replace_range(insertion.start..insertion.end, &value);
                }
                statements.push(sql);
                for parameter in &statement.parameters {
                    if !parameters.iter().any(|(known, _)| known == parameter) {
                        let value = compiled
                            .plan
                            .parameters
                            .get(parameter)
                            .unwrap()
                            .default
                            .clone()
                            .unwrap();
                        parameters.push((parameter.clone(), value));
                    }
                }
            }
            let execution = Submission {
                statement_name: name.clone(),
                client_token: name.clone(),
                statements,
                batch: script.batch,
                parameters,
                warehouse: compiled.plan.warehouse.clone(),
                with_event: false,
                continues: Vec::new(),
            };
            let ended = warehouse
                .execute(&execution, Duration::from_secs(600))
                .await
                .unwrap();
            if ended.status != StatementStatus::Finished {
                panic!("{name}: {:?}", ended.error);
            }
            if let Some(result) = ended.result_id {
                let mut next = None;
                loop {
                    let page = warehouse.result(&result, next.as_deref()).await.unwrap();
                    next = page.next_token;
                    if next.is_none() {
                        break;
                    }
                }
            }
        }
    });
    let took = start.elapsed();
    for leftover in ["baseline.duckdb", "baseline.duckdb.wal"] {
        let _ = fs::remove_file(folder.join(leftover));
    }
    let _ = fs::remove_dir_all(folder.join(".sfc"));
    took
}

/// The whole process, on a fresh database.
fn run(folder: &Path, lanes: &str) -> Duration {
    let start = Instant::now();
    let status = Command::new(env!("CARGO_BIN_EXE_sfc"))
        .args(["run", ".", "--lanes", lanes])
        .current_dir(folder)
        .stdout(Stdio::null())
        .status()
        .unwrap();
    let took = start.elapsed();
    assert!(status.success());
    fs::remove_dir_all(folder.join(".sfc")).unwrap();
    took
}

fn main() {
    let folder = tempfile::tempdir().unwrap();
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../specs/flights");
    copy(&source, folder.path());
    let project = Project::open(folder.path()).unwrap();
    let compiled = compile(&project.spec, &project, Overrides::default())
        .value
        .unwrap();

    let mut times = [Vec::new(), Vec::new(), Vec::new()];
    // Turn by turn, so that a noisy neighbour disturbs all three alike.
    for _ in 0..ROUNDS {
        let [baseline, one, four] = &mut times;
        baseline.push(one_after_the_other(folder.path(), &compiled));
        one.push(run(folder.path(), "1"));
        four.push(run(folder.path(), "4"));
    }
    let median = |times: &mut Vec<Duration>| {
        times.sort();
        times
            .get(times.len() / 2)
            .copied()
            .unwrap_or_default()
            .as_secs_f64()
    };
    let [baseline, one, four] = times.each_mut().map(median);
    println!("medians of {ROUNDS}, each on a fresh database:");
    println!("  the same SQL, one after the other   {baseline:.2} s");
    println!(
        "  sfc run, one lane                   {one:.2} s  {:.2} ×",
        one / baseline
    );
    println!(
        "  sfc run, four lanes                 {four:.2} s  {:.2} ×",
        four / baseline
    );
}
