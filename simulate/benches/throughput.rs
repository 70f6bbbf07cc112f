//! How many seeds a second go through a pipeline of twenty steps, and, with `--examples`, what as many
//! seeds of every example find.
//!
//! ```text
//! cargo bench -p simulate                                        a figure, in some seconds
//! cargo bench -p simulate -- --runs 1000000 --first 1 --examples  every example, in both modes
//! cargo bench -p simulate -- --runs 10000 --examples flights      those with this name
//! ```

#[path = "../tests/promises/pipelines.rs"]
#[expect(
    dead_code,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a benchmark may stop"
)]
mod pipelines;

use std::sync::Arc;

use simulate::{Campaign, Conditions, Subject};

/// As the program has it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Seeds, if nobody says how many.
const RUNS: u64 = 20_000;

fn main() {
    let given: Vec<String> = std::env::args().collect();
    let number = |name: &str| {
        let at = given.iter().position(|argument| argument == name)?;
        given.get(at + 1)?.parse::<u64>().ok()
    };
    let runs = number("--runs").unwrap_or(RUNS);
    let first = number("--first").unwrap_or(1);
    let at = given.iter().position(|argument| argument == "--examples");
    let wanted = at.map(|at| match given.get(at + 1) {
        Some(name) if !name.starts_with("--") => name.as_str(),
        _ => "",
    });
    let subjects: Vec<(String, Arc<Subject>, u64)> = match wanted {
        Some(wanted) => {
            let examples = pipelines::shares(runs).into_iter();
            examples
                .filter(|(name, _, _)| name.contains(wanted))
                .collect()
        }
        None => ["event", "poll"]
            .map(|mode| {
                (
                    format!("twenty steps, {mode}"),
                    pipelines::twenty(mode),
                    runs / 2,
                )
            })
            .into(),
    };
    let mut broken = 0;
    for (name, subject, share) in &subjects {
        let campaign = Campaign {
            first,
            runs: *share,
            threads: std::thread::available_parallelism().map_or(1, usize::from),
            conditions: Conditions::default(),
        };
        let summary = campaign.run(subject, |_| {});
        say(&format!(
            "{name}: seeds {first} to {}, {:.1} s, {:.0} a second, {} faults, {} broken",
            first + share - 1,
            summary.took.as_secs_f64(),
            summary.rate(),
            summary.fired.values().sum::<u64>(),
            summary.broken
        ));
        for found in &summary.findings {
            say(&format!(
                "  {} seeds, the first is {}: {} ({})",
                found.seeds, found.first, found.how, found.example
            ));
        }
        broken += summary.broken;
    }
    std::process::exit(i32::from(broken > 0));
}

#[expect(clippy::print_stdout, reason = "the figures are what it is for")]
fn say(line: &str) {
    println!("{line}");
}
