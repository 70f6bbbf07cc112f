//! Every example in both modes, on as many seeds as there is time for: the same ones each time, and others.

use std::time::{SystemTime, UNIX_EPOCH};

use runtime_lambda::plan::Completion;
use simulate::{Campaign, Conditions};

use crate::pipelines;

/// Seeds that are the same each time, over all examples and modes.
const FIXED: u64 = 20_000;

/// Seeds that are others each time. What they break is printed for whoever reads it, with the seed to tell it by;
/// it is no reason to refuse a change that has nothing to do with it.
const FRESH: u64 = 5_000;

#[test]
fn every_example_keeps_every_promise_on_fixed_seeds_and_fresh_ones_are_told() {
    let mut subjects = Vec::new();
    for completion in [Completion::Event, Completion::Poll] {
        for (name, subject) in pipelines::examples(completion) {
            subjects.push((format!("{name}, {completion:?}"), subject));
        }
    }
    // As many of a run of four steps as take the time of one of forty.
    let weights: Vec<u64> = subjects
        .iter()
        .map(|(_, subject)| 1_000 / u64::try_from(subject.step_names().count()).unwrap())
        .collect();
    let all: u64 = weights.iter().sum();
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    // Far from the fixed ones, and short enough to be typed.
    let fresh = 1_000_000 + now.as_secs();
    let (mut runs, mut broken) = (0, Vec::new());
    let begun = std::time::Instant::now();
    for ((name, subject), weight) in subjects.iter().zip(&weights) {
        let share = |runs: u64| (runs * weight).div_ceil(all);
        for (first, share) in [(1, share(FIXED)), (fresh, share(FRESH))] {
            let campaign = Campaign {
                first,
                runs: share,
                threads: 2,
                conditions: Conditions::default(),
            };
            let summary = campaign.run(subject, |_| {});
            println!(
                "simulated {name}: seeds {first} to {}, {:.0} a second, {} faults, {} broken",
                first + share - 1,
                summary.rate(),
                summary.fired.values().sum::<u64>(),
                summary.broken
            );
            runs += summary.runs;
            for found in &summary.findings {
                println!(
                    "found by seed {}: {} ({})",
                    found.first, found.how, found.example
                );
            }
            if summary.broken > 0 && first == 1 {
                broken.push((name.clone(), summary.findings));
            }
        }
    }
    println!(
        "simulated {runs} runs in {:.0} s",
        begun.elapsed().as_secs_f64()
    );
    assert!(broken.is_empty(), "{broken:#?}");
}
