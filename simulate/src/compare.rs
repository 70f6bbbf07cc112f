//! Promise 8: the same plan run on a laptop and in AWS goes through the same states with the same data. A seed is run
//! in both ways of calling the Lambda, and each step must end in the same way, with the same rows.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::conditions::Conditions;
use crate::delivery::Calling;
use crate::drive::{SeedOutcome, simulate};
use crate::faults::Fired;
use crate::promise::{BrokenPromise, Promise};
use crate::subject::Subject;

/// A seed in both ways.
#[derive(Debug)]
pub struct BothWays {
    /// Where a delivery outlives its caller, as in AWS.
    pub in_aws: SeedOutcome,
    /// As on a laptop.
    pub on_a_laptop: SeedOutcome,
    /// What differs, and what either way breaks by itself.
    pub broken: Vec<BrokenPromise>,
}

impl BothWays {
    /// Whether the same faults happened in both ways: some are of one of them only.
    #[must_use]
    pub fn is_fair(&self) -> bool {
        self.in_aws.fired == self.on_a_laptop.fired
    }
}

/// Runs a seed in both ways with these faults and no others. They should be of the machinery: whoever stops a run at
/// a moment finds other steps there in each way.
#[must_use]
pub fn compare(subject: &Arc<Subject>, seed: u64, forced: &[Fired]) -> BothWays {
    let run = |calling| {
        let conditions = Conditions {
            calling: Some(calling),
            forced: Some(forced.to_vec()),
            ..Conditions::default()
        };
        simulate(subject, seed, &conditions)
    };
    let (in_aws, on_a_laptop) = (run(Calling::Outlives), run(Calling::Aborts));
    let mut broken = in_aws.broken.clone();
    broken.extend(on_a_laptop.broken.iter().cloned());
    let mut compared = BothWays {
        in_aws,
        on_a_laptop,
        broken,
    };
    if compared.is_fair() {
        let differs = differences(&compared.in_aws, &compared.on_a_laptop);
        compared.broken.extend(differs);
    }
    compared
}

fn differences(in_aws: &SeedOutcome, on_a_laptop: &SeedOutcome) -> Vec<BrokenPromise> {
    let broken = |how: &'static str, of: String| BrokenPromise {
        promise: Promise::SameStates,
        how,
        of,
    };
    let mut differs = Vec::new();
    if in_aws.ends != on_a_laptop.ends {
        let of = format!("{:?} and {:?}", in_aws.ends, on_a_laptop.ends);
        differs.push(broken("a run ends otherwise on a laptop than in AWS", of));
    }
    for (there, here) in in_aws.steps.iter().zip(&on_a_laptop.steps) {
        let names: BTreeSet<&String> = there.keys().chain(here.keys()).collect();
        for name in names {
            let (there, here) = (there.get(name), here.get(name));
            if there != here {
                let of = format!("{name}: {there:?} and {here:?}");
                differs.push(broken("a step ends otherwise on a laptop than in AWS", of));
            }
        }
    }
    differs
}
