//! Runs of the pipeline in the simulation, and what they gave the states of its machines.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::Arc;

use asl::interpreter::Observer;
use asl::test_state::{Visit, Visits};
use parking_lot::Mutex;
use simulate::{Conditions, Subject, simulate_before};

/// Most visits of one state that are kept of one kind.
const KEPT: usize = 24;

/// Visits by machine and state.
pub type Played = HashMap<(String, String), Vec<Visit>>;

/// Kept visits, and the hashes of all that were like no other.
#[derive(Default)]
struct Kept {
    visits: Played,
    known: HashSet<u64>,
    by_kind: HashMap<u64, usize>,
}

/// Plays a run without faults, and then `runs` with faults, each with its own seed: the same every time.
pub fn play(subject: &Arc<Subject>, runs: u64) -> Played {
    let kept = Arc::new(Mutex::new(Kept::default()));
    let taker = Arc::clone(&kept);
    let take = move |visit| {
        let mut kept = taker.lock();
        kept.take(visit);
    };
    let take = Arc::new(take);
    let fair = Conditions {
        only: Some(Vec::new()),
        ..Conditions::default()
    };
    let failing = Conditions {
        failing: subject
            .step_names()
            .map(|step| (step.to_owned(), 1))
            .collect(),
        ..Conditions::default()
    };
    let weathers = [(0, fair), (0, failing)]
        .into_iter()
        .chain((1..=runs).map(|seed| (seed, Conditions::default())));
    for (seed, conditions) in weathers {
        let take = Arc::clone(&take);
        let visits: Arc<dyn Observer> = Arc::new(Visits::new(move |visit| take(visit)));
        // How the run ends is no matter here.
        let _ = simulate_before(subject, seed, &conditions, Some(visits));
    }
    let mut kept = kept.lock();
    std::mem::take(&mut kept.visits)
}

impl Kept {
    fn take(&mut self, visit: Visit) {
        let place = (
            visit.execution.machine_name.to_string(),
            visit.state.to_string(),
        );
        let error = match &visit.outcome {
            Some(Err(error)) => error.error.clone(),
            _ => None,
        };
        let mut kind = DefaultHasher::new();
        (&place, visit.outcome.is_some(), error, visit.retries > 0).hash(&mut kind);
        let of_kind = self.by_kind.entry(kind.finish()).or_default();
        if *of_kind >= KEPT {
            return;
        }
        let mut content = DefaultHasher::new();
        (
            &place,
            visit.input.to_string(),
            serde_json::Value::Object(visit.variables.as_ref().clone()).to_string(),
            format!("{:?}", visit.outcome),
        )
            .hash(&mut content);
        if self.known.insert(content.finish()) {
            *of_kind += 1;
            self.visits.entry(place).or_default().push(visit);
        }
    }
}
