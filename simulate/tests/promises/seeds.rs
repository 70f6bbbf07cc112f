//! Every example in both modes, on as many seeds as there is time for: the same ones each time, and others.

use std::collections::BTreeSet;
use std::time::{SystemTime, UNIX_EPOCH};

use runtime_lambda::plan::Completion;
use simulate::{Campaign, Conditions, FaultKind, simulate};

use crate::pipelines;

/// Seeds that are the same each time, over all examples and modes.
const FIXED: u64 = 20_000;

/// Seeds that are others each time.
const FRESH: u64 = 5_000;

/// Seeds that broke a promise once, of the examples, of twenty steps, and of five that are skipped.
const FOUND: [(&str, Completion, u64); 24] = [
    ("sales-etl", Completion::Event, 503_232),
    ("toll-events", Completion::Event, 508_637),
    ("toll-events", Completion::Event, 521_606),
    ("rsql-merge", Completion::Event, 537_493),
    ("rsql-merge", Completion::Event, 3_045_433),
    ("flights", Completion::Event, 502_914),
    ("flights", Completion::Event, 514_820),
    ("redshift-review", Completion::Event, 10_019_196),
    ("sales-etl", Completion::Event, 10_020_632),
    ("taxi-unload", Completion::Event, 20_041_700),
    ("rsql-merge", Completion::Event, 10_030_239),
    ("toll-events", Completion::Event, 20_006_875),
    ("twenty", Completion::Poll, 207),
    ("twenty", Completion::Poll, 329),
    ("flights", Completion::Event, 69),
    ("redshift-review", Completion::Event, 220),
    ("taxi-unload", Completion::Event, 117),
    ("taxi-unload", Completion::Poll, 191),
    ("skip", Completion::Poll, 1_042),
    ("flights", Completion::Event, 40_001_111),
    ("toll-events", Completion::Event, 40_000_302),
    ("toll-events", Completion::Event, 40_004_339),
    ("taxi-unload", Completion::Event, 40_004_328),
    ("taxi-unload", Completion::Event, 1_796_822_716),
];

#[test]
fn what_a_seed_has_found_once_stays_mended() {
    for completion in [Completion::Event, Completion::Poll] {
        let mode = match completion {
            Completion::Event => "event",
            Completion::Poll => "poll",
        };
        let others = [
            ("twenty".to_owned(), pipelines::twenty(mode)),
            ("skip".to_owned(), pipelines::five(mode, "overlap: skip\n")),
        ];
        let examples = pipelines::examples(completion).into_iter();
        for (name, subject) in examples.chain(others) {
            let found = FOUND
                .iter()
                .filter(|(example, mode, _)| (*example, *mode) == (name.as_str(), completion));
            for (_, _, seed) in found {
                let broken = simulate(&subject, *seed, &Conditions::default()).broken;
                assert!(broken.is_empty(), "{name}, seed {seed}: {broken:?}");
            }
        }
    }
}

#[test]
fn every_example_keeps_every_promise_on_fixed_and_on_fresh_seeds() {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    // Far from the fixed ones, and short enough to be typed.
    let fresh = 1_000_000 + now.as_secs();
    let (mut runs, mut broken) = (0, Vec::new());
    let mut happened: BTreeSet<FaultKind> = BTreeSet::new();
    let begun = std::time::Instant::now();
    for (first, seeds) in [(1, FIXED), (fresh, FRESH)] {
        for (name, subject, share) in pipelines::shares(seeds) {
            let campaign = Campaign {
                first,
                runs: share,
                threads: 2,
                conditions: Conditions::default(),
            };
            let summary = campaign.run(&subject, |_| {});
            println!(
                "simulated {name}: seeds {first} to {}, {:.0} a second, {} faults, {} broken",
                first + share - 1,
                summary.rate(),
                summary.fired.values().sum::<u64>(),
                summary.broken
            );
            runs += summary.runs;
            happened.extend(summary.fired.keys());
            for found in &summary.findings {
                println!(
                    "found by seed {}: {} ({})",
                    found.first, found.how, found.example
                );
            }
            if summary.broken > 0 {
                broken.push((name, summary.findings));
            }
        }
    }
    println!(
        "simulated {runs} runs in {:.0} s",
        begun.elapsed().as_secs_f64()
    );
    assert!(broken.is_empty(), "{broken:#?}");
    let dead: Vec<&str> = FaultKind::ALL
        .iter()
        .filter(|kind| !happened.contains(kind))
        .map(|kind| kind.name())
        .collect();
    assert!(dead.is_empty(), "these never happen: {dead:?}");
}
