//! What runs cost, by the plan and the prices that come with sfc.

#![allow(clippy::unwrap_used, reason = "a test may stop")]

use sfc::compile::{Compiled, Overrides, compile};
use sfc::cost::{Prices, Usage, runs_a_month, usage};
use sfc::pipeline::Architecture;
use sfc::project::Project;

/// Thirty steps, each with these of the steps before it.
fn thirty(settings: &str, after: impl Fn(usize) -> Vec<usize>) -> Compiled {
    let folder = tempfile::tempdir().unwrap();
    let mut spec =
        format!("name: cost\nwarehouse: {{ workgroup: w, database: dev }}\n{settings}steps:\n");
    for step in 0..30 {
        let after: Vec<String> = after(step).iter().map(|one| format!("s{one}")).collect();
        let after = after.join(", ");
        spec.push_str(&format!(
            "  s{step}: {{ sql: one.sql, after: [{after}] }}\n"
        ));
    }
    std::fs::write(folder.path().join("one.sql"), "select 1 as one").unwrap();
    std::fs::write(folder.path().join("pipeline.yaml"), spec).unwrap();
    let project = Project::open(folder.path()).unwrap();
    compile(&project.spec, &project, Overrides::default())
        .value
        .unwrap()
}

fn of(compiled: &Compiled, seconds: u64) -> (Usage, f64) {
    let memory = compiled.pipeline.stack.memory_mib;
    let usage = usage(&compiled.plan, &compiled.machines.bounds, memory, seconds);
    let dollars = usage.dollars(&Prices::published().unwrap(), Architecture::X86_64);
    (usage, dollars.iter().map(|(_, dollars)| dollars).sum())
}

type Shape = fn(usize) -> Vec<usize>;

const CHAIN: Shape = |step| step.checked_sub(1).into_iter().collect();
const WIDE: Shape = |_| Vec::new();
const FAN: Shape = |step| if step == 0 { Vec::new() } else { vec![0] };
const LADDER: Shape = |step| step.checked_sub(3).into_iter().collect();

#[test]
fn a_run_of_thirty_steps_of_ten_minutes_costs_at_most_a_cent() {
    for (name, shape) in [
        ("chain", CHAIN),
        ("wide", WIDE),
        ("fan", FAN),
        ("ladder", LADDER),
    ] {
        let compiled = thirty("", shape);
        let (usage, dollars) = of(&compiled, 600);
        println!("{name}: ${dollars:.4}, {usage:?}");
        assert!(dollars <= 0.01, "{name}: ${dollars}");
        assert_eq!(usage.asking, 30, "one heartbeat passes in ten minutes");
    }
}

#[test]
fn questions_are_dearer_than_events() {
    let events = of(&thirty("", WIDE), 3_600);
    let questions = of(&thirty("completion: poll\n", WIDE), 3_600);
    assert!(questions.1 > 3.0 * events.1, "{questions:?} {events:?}");
    assert!(questions.0.asking > 30 * 3 * 30);
}

#[test]
fn lanes_wait_where_little_can_run_at_the_same_time() {
    let (chain, _) = of(&thirty("", CHAIN), 600);
    assert_eq!(chain.seconds, 30 * 600);
    let (one_lane, _) = of(&thirty("limits: { lanes: 1 }\n", CHAIN), 600);
    assert_eq!((one_lane.seconds, one_lane.waiting), (30 * 600, 0));
    assert!(chain.waiting > 0);
    let (wide, _) = of(&thirty("limits: { lanes: 4 }\n", WIDE), 600);
    assert_eq!(wide.seconds, 8 * 600);
}

#[test]
fn schedules_say_how_many_runs_a_month_has() {
    let daily = thirty("triggers: [{ schedule: \"cron(0 5 * * ? *)\" }]\n", WIDE);
    assert_eq!(runs_a_month(&daily.pipeline).map(f64::round), Some(30.0));
    assert_eq!(runs_a_month(&thirty("", WIDE).pipeline), None);
}
