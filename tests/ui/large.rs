//! What it takes to follow a run of 1,000 steps.

use std::fs::{self, File};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use runtime_lambda::ids::StepName;
use runtime_lambda::state::{GlobalState, RunStatus, StepStatus};

use super::client::Console;
use super::served;
use crate::program::{Folder, spec};

const STEPS: usize = 1_000;

/// Most percent of a core.
const PERCENT: f64 = 5.0;

/// Processor time of a process so far, in seconds (proc(5), `utime` and `stime`).
fn processor_seconds(console: &Console) -> f64 {
    let stat = fs::read_to_string(format!("/proc/{}/stat", console.child.id())).unwrap();
    let (_, fields) = stat.rsplit_once(')').unwrap();
    let fields: Vec<&str> = fields.split_whitespace().collect();
    let ticks: f64 = fields[11].parse::<f64>().unwrap() + fields[12].parse::<f64>().unwrap();
    ticks / 100.0
}

/// A run that goes on: each state has one step more that is FINISHED.
fn states(mut state: GlobalState) -> impl Iterator<Item = GlobalState> {
    state.status = RunStatus::Running;
    state.ended = None;
    state.notified = false;
    let names: Vec<StepName> = state.steps.keys().cloned().collect();
    for step in state.steps.values_mut() {
        step.status = StepStatus::Initial;
        step.error = None;
    }
    names.into_iter().map(move |name| {
        let now = jiff::Timestamp::now();
        let step = state.steps.get_mut(&name).unwrap();
        step.status = StepStatus::Finished;
        (step.round, step.lane) = (1, Some(1));
        (step.started, step.ended) = (Some(now), Some(now));
        state.clone()
    })
}

/// Writes a state as a run does: in one piece.
fn write(place: &PathBuf, state: &GlobalState) {
    let part = place.with_extension("part");
    fs::write(&part, serde_json::to_vec(state).unwrap()).unwrap();
    fs::rename(part, place).unwrap();
}

#[test]
fn following_a_large_run_takes_little_of_a_core() {
    let first = "  s0: { sql: fails.sql }\n".to_owned();
    let steps: String = (1..STEPS)
        .map(|number| format!("  s{number}: {{ sql: one.sql, after: s{} }}\n", number / 4))
        .collect();
    let folder = Folder::new(
        &spec("rounds: 1, lanes: 4", &(first + &steps)),
        &[
            ("one.sql", "select 1 as one"),
            ("fails.sql", "select 1/0 as x"),
        ],
    );
    assert_eq!(folder.sfc(&["run", "--quiet"]).code, Some(1));
    let place = folder.runs()[0].join("state.json");
    let mut states = states(folder.state());
    // Whoever runs a pipeline holds its folder.
    let lock = File::options()
        .append(true)
        .open(folder.path().join(".sfc/run.lock"))
        .unwrap();
    lock.lock().unwrap();
    write(&place, &states.next().unwrap());

    let console = served(&folder);
    let list = console.page("/");
    let (_, behind) = list.split_once("<td><a href=\"").unwrap();
    let page = behind.split_once('"').unwrap().0;
    let text = console.page(page);
    let mut events = console.events(&text);
    let is_over = AtomicBool::new(false);
    let (took, passed) = std::thread::scope(|scope| {
        scope.spawn(|| {
            // Two states a second, until enough was seen.
            while !is_over.load(Ordering::Relaxed) {
                write(&place, &states.next().unwrap());
                std::thread::sleep(Duration::from_millis(500));
            }
        });
        events.wait();
        // From one page to the next.
        let (began, before) = (Instant::now(), processor_seconds(&console));
        console.page(page);
        events.wait();
        let took = processor_seconds(&console) - before;
        is_over.store(true, Ordering::Relaxed);
        (took, began.elapsed().as_secs_f64())
    });
    let percent = took / passed * 100.0;
    println!("following {STEPS} steps: {took:.2} s of a core in {passed:.1} s, {percent:.1} %");
    assert!(percent <= PERCENT, "{took} s of a core in {passed} s");
}
