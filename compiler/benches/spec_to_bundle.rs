//! From a spec on a disk to a bundle on a disk: 1,000 and 10,000 steps, each with a script of its
//! own. It measures `sfc build` as a whole process, too: of ten steps and, against another program
//! that the variable `SFC_OTHER` names, of 1,000. It also says how large templates are.
//!
//! `cargo bench -p sfc --bench spec_to_bundle`. `TMPDIR` on a memory file system leaves the disk
//! out of it. Some file systems are slow to make files where many were removed a moment ago.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a benchmark is its output"
)]

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use sfc::bundle::bundle;
use sfc::compile::{Overrides, compile};
use sfc::package::{Architecture, Package};
use sfc::project::Project;

/// A DAG in layers of 50: each step comes after two of the layer before and reads their tables.
fn write_pipeline(folder: &Path, steps: usize) {
    let mut spec = String::from(
        "name: bench\nwarehouse: { workgroup: w, database: dev }\nparameters:\n  day: { type: date, default: 2026-01-01 }\nsteps:\n",
    );
    fs::create_dir_all(folder.join("sql")).unwrap();
    for step in 0..steps {
        let before: Vec<usize> = if step < 50 {
            Vec::new()
        } else {
            let layer = (step / 50 - 1) * 50;
            vec![layer + step % 50, layer + (step * 7 + 3) % 50]
        };
        let after: Vec<String> = before.iter().map(|step| format!("step_{step}")).collect();
        writeln!(
            spec,
            "  step_{step}:\n    sql: sql/step_{step}.sql\n    after: [{}]\n    limit: 10m",
            after.join(", ")
        )
        .unwrap();
        let mut sql = format!(
            "-- step {step}\ndelete from mart.table_{step} where day = :day;\ninsert into mart.table_{step}\nselect a.id, count(*) as n\nfrom stage.events as a\n"
        );
        for step in before {
            writeln!(
                sql,
                "join mart.table_{step} as t{step} on t{step}.id = a.id"
            )
            .unwrap();
        }
        sql.push_str("where a.day = cast(:day as date)\ngroup by a.id;\n");
        fs::write(folder.join(format!("sql/step_{step}.sql")), sql).unwrap();
    }
    fs::write(folder.join("pipeline.yaml"), spec).unwrap();
}

/// Times a first build: the folder of the bundle is new. The older ones stay until the end, because
/// some file systems are slow to use again what was freed a moment ago.
fn once(folder: &Path, number: usize) -> (Duration, Duration) {
    let start = Instant::now();
    let project = Project::open(folder).unwrap();
    let outcome = compile(&project.spec, &project, Overrides::default());
    assert!(!outcome.diagnostics.has_errors());
    let package = Package {
        bytes: vec![0; 4_000_000],
        sha256: "0".repeat(64),
        architecture: Architecture::X86_64,
    };
    let bundle = bundle(&outcome.value.unwrap(), &package);
    let compiled = start.elapsed();
    sfc::commands::pipeline::build::write(&bundle, &folder.join(format!("bundle-{number}")))
        .unwrap();
    (compiled, start.elapsed())
}

/// Median and least time of `sfc build` as a whole process: of so many runs by each program, in turn.
fn processes<const N: usize>(
    steps: usize,
    runs: usize,
    programs: [&Path; N],
) -> [[Duration; 2]; N] {
    let folder = tempfile::tempdir().unwrap();
    write_pipeline(folder.path(), steps);
    let mut times: [Vec<Duration>; N] = std::array::from_fn(|_| Vec::new());
    for _ in 0..runs {
        for (program, times) in programs.iter().zip(&mut times) {
            let start = Instant::now();
            let status = Command::new(program)
                .args(["build", "."])
                .current_dir(folder.path())
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .status()
                .unwrap();
            assert!(status.success());
            times.push(start.elapsed());
        }
    }
    times.map(|mut times| {
        times.sort();
        [
            times.get(runs / 2).copied().unwrap(),
            times.first().copied().unwrap(),
        ]
    })
}

/// Bytes and resources of the template of so many steps.
fn template(steps: usize) -> (usize, usize) {
    let folder = tempfile::tempdir().unwrap();
    write_pipeline(folder.path(), steps);
    let project = Project::open(folder.path()).unwrap();
    let stack = compile(&project.spec, &project, Overrides::default())
        .value
        .unwrap()
        .stack;
    (stack.json.len(), stack.resources)
}

fn main() {
    let sfc = Path::new(env!("CARGO_BIN_EXE_sfc"));
    let seconds = |times: [Duration; 2]| times.map(|time| time.as_secs_f64());
    // At most 30 ms.
    let [times] = processes(10, 100, [sfc]);
    let [median, least] = seconds(times);
    println!(
        "`sfc build` of 10 steps as a process: median {:.1} ms, least {:.1} ms",
        median * 1e3,
        least * 1e3
    );
    if let Some(other) = std::env::var_os("SFC_OTHER") {
        let [times, others] = processes(1_000, 41, [sfc, Path::new(&other)]);
        let ([median, least], [other_median, other_least]) = (seconds(times), seconds(others));
        println!(
            "`sfc build` of 1000 steps as a process: median {:.1} ms, {:.2} times the other program's; least {:.1} ms, {:.2} times",
            median * 1e3,
            median / other_median,
            least * 1e3,
            least / other_least
        );
    }
    for steps in [10, 200] {
        let (bytes, resources) = template(steps);
        println!("template of {steps:>3} steps: {bytes} bytes, {resources} resources");
    }
    let mut least = Vec::new();
    for steps in [1_000, 10_000] {
        let folder = tempfile::tempdir().unwrap();
        write_pipeline(folder.path(), steps);
        let (compiled, whole) = (0..5)
            .map(|number| once(folder.path(), number))
            .min_by_key(|(_, whole)| *whole)
            .unwrap();
        println!(
            "{steps:>6} steps: spec to bundle on disk {:>7.1} ms, of which files read and compiled {:>7.1} ms",
            whole.as_secs_f64() * 1e3,
            compiled.as_secs_f64() * 1e3
        );
        least.push((compiled.as_secs_f64(), whole.as_secs_f64()));
    }
    if let [(small, small_whole), (large, large_whole)] = least.as_slice() {
        // n log n from 1,000 to 10,000 is a factor of 13.3.
        println!(
            "growth for ten times the steps: {:.1} times, without writing {:.1} times",
            large_whole / small_whole,
            large / small
        );
    }
}
