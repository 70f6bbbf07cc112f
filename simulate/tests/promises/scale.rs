//! Many steps on many lanes: nobody gives up, and lanes do not wait for each other's writes.

use std::time::Duration;

use runtime_lambda::state::RunStatus;
use simulate::{Calling, Conditions, simulate};

use crate::pipelines;

/// How long each statement runs.
const STATEMENT: Duration = Duration::from_secs(5);

const LANES: u32 = 40;

/// Steps: `SFC_SCALE=10000` is the size that was asked for, and takes minutes.
fn steps() -> u32 {
    std::env::var("SFC_SCALE")
        .ok()
        .and_then(|steps| steps.parse().ok())
        .unwrap_or(400)
}

#[test]
fn an_action_of_a_step_reads_the_state_once_and_swaps_it_once() {
    let conditions = Conditions {
        only: Some(Vec::new()),
        calling: Some(Calling::Outlives),
        // Longer than a submission waits for its end.
        statement: Some(Duration::from_secs(60)),
        ..Conditions::default()
    };
    // One lane, so that nobody loses a race.
    for completion in ["poll", "event"] {
        let report = simulate(&pipelines::one_lane(completion), 1, &conditions);
        assert_eq!(report.ends, [Some(RunStatus::Finished)]);
        for action in ["next_step", "submit", "await", "collect"] {
            let Some(touched) = report.touched.get(action) else {
                assert_eq!((action, completion), ("await", "event"));
                continue;
            };
            assert!(
                touched.reads <= 1 && touched.writes <= 1,
                "{completion}, {action}: {touched:?}"
            );
        }
    }
}

#[test]
fn forty_lanes_take_at_most_half_as_long_again_as_their_statements() {
    let steps = steps();
    let subject = pipelines::wide(usize::try_from(steps).unwrap());
    let conditions = Conditions {
        only: Some(Vec::new()),
        calling: Some(Calling::Outlives),
        statement: Some(STATEMENT),
        ..Conditions::default()
    };
    let begun = std::time::Instant::now();
    let report = simulate(&subject, 1, &conditions);
    assert_eq!(report.ends, [Some(RunStatus::Finished)]);
    assert!(report.broken.is_empty(), "{:?}", report.broken);
    let ideal = STATEMENT * steps / LANES;
    let ratio = report.took.as_secs_f64() / ideal.as_secs_f64();
    println!(
        "{steps} steps on {LANES} lanes: {:.0} s, {ratio:.2} times the statements alone; simulated in {:.1} s",
        report.took.as_secs_f64(),
        begun.elapsed().as_secs_f64()
    );
    assert!(ratio <= 1.5, "{ratio}");
}
