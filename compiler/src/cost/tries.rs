//! What the tries of a run have used, as far as it can be known afterwards.
//!
//! Transitions and requests follow from the definitions, as before a run (`super::usage`), and from
//! how long each try took. What the warehouse has charged is known by the minute. It is shared out
//! among the tries that ran in that minute, by how long each of them did.

use jiff::Timestamp;
use runtime_lambda::cost::{questions, whole};
use runtime_lambda::plan::{Completion, Plan};

use super::{OBJECTS_OF_A_STEP, Prices, SECONDS_AN_ACTION};
use crate::machines::RunBounds;
use crate::pipeline::Architecture;

/// A try of a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Try {
    /// Name of the step.
    pub step: String,
    /// When it started, by the manifest of its round.
    pub started: Timestamp,
    /// When it ended, by the manifest of its round.
    pub ended: Timestamp,
}

/// What the warehouse charged in an interval (AWS page: `SYS_SERVERLESS_USAGE`).
#[derive(Debug, Clone, PartialEq)]
pub struct Charge {
    /// Begin of the interval.
    pub from: Timestamp,
    /// When the interval ends.
    pub to: Timestamp,
    /// RPU-seconds that were charged in the interval.
    pub rpu_seconds: f64,
}

/// What a step, or the run beside its steps, has used.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Used {
    /// How often it was tried.
    pub tries: u64,
    /// How long all its tries took, in seconds.
    pub seconds: f64,
    /// State transitions of its executions.
    pub transitions: u64,
    /// Requests to the Lambda.
    pub requests: u64,
    /// Objects that it wrote to S3.
    pub writes: u64,
    /// Its share of what the warehouse charged, in RPU-seconds.
    pub rpu_seconds: f64,
}

impl Used {
    /// Seconds of the Lambda, each times its memory in GiB.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "counts of one run")]
    pub fn gb_seconds(&self, memory_mib: u32) -> f64 {
        self.requests as f64 * SECONDS_AN_ACTION * f64::from(memory_mib) / 1_024.0
    }

    /// Dollars beside the warehouse.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "counts of one run")]
    pub fn dollars(&self, prices: &Prices, architecture: Architecture, memory_mib: u32) -> f64 {
        let a_gb_second = match architecture {
            Architecture::X86_64 => prices.lambda_gb_second.x86_64,
            Architecture::Arm64 => prices.lambda_gb_second.arm64,
        };
        self.transitions as f64 * prices.state_transition
            + self.requests as f64 * (prices.lambda_request + prices.s3_read)
            + self.gb_seconds(memory_mib) * a_gb_second
            + self.writes as f64 * prices.s3_write
    }

    /// Adds up this and another one.
    pub fn add(&mut self, other: &Self) {
        self.tries += other.tries;
        self.seconds += other.seconds;
        self.transitions += other.transitions;
        self.requests += other.requests;
        self.writes += other.writes;
        self.rpu_seconds += other.rpu_seconds;
    }
}

/// What each step has used, in the order of its first try. Beside it is what the run itself has:
/// its lanes, its rounds, and what the warehouse charged while none of its tries ran.
#[must_use]
pub fn used(
    plan: &Plan,
    bounds: &RunBounds,
    rounds: u32,
    tries: &[Try],
    charges: &[Charge],
) -> (Vec<(String, Used)>, Used) {
    let mut steps: Vec<(String, Used)> = Vec::new();
    let mut own = Used {
        transitions: bounds.transitions_of_rounds(rounds.into()),
        // `create_run`, `report` and `notify`; in each round the last turn of each lane, and `close_round`.
        requests: 3 + u64::from(rounds) * (bounds.lanes() + 1),
        ..Used::default()
    };
    own.writes = own.requests;
    for one in tries {
        let used = of_try(plan, bounds, one);
        match steps.iter_mut().find(|(name, _)| *name == one.step) {
            Some((_, known)) => known.add(&used),
            None => steps.push((one.step.clone(), used)),
        }
    }
    for charge in charges {
        let shares = tries.iter().map(|one| overlap(one, charge));
        let all: f64 = shares.clone().sum();
        if all <= 0.0 {
            own.rpu_seconds += charge.rpu_seconds;
            continue;
        }
        for (one, share) in tries.iter().zip(shares) {
            if let Some((_, used)) = steps.iter_mut().find(|(name, _)| *name == one.step) {
                used.rpu_seconds += charge.rpu_seconds * share / all;
            }
        }
    }
    (steps, own)
}

fn of_try(plan: &Plan, bounds: &RunBounds, one: &Try) -> Used {
    let seconds = one.ended.duration_since(one.started).as_secs_f64();
    let questions = questions(plan, &one.step, whole(seconds));
    let mut used = at_once(plan, bounds);
    used.seconds = seconds;
    used.transitions += questions * bounds.transitions_a_question.max(1);
    used.requests += questions;
    used.writes += questions;
    used
}

/// A try whose statement needs no question.
pub(super) fn at_once(plan: &Plan, bounds: &RunBounds) -> Used {
    let told = plan.completion == Completion::Event;
    let requests = if told { 4 } else { 3 };
    Used {
        tries: 1,
        transitions: bounds.transitions_a_step(),
        requests,
        writes: requests + OBJECTS_OF_A_STEP,
        ..Used::default()
    }
}

/// For how many seconds of the interval a try ran.
fn overlap(one: &Try, charge: &Charge) -> f64 {
    let from = one.started.max(charge.from);
    let to = one.ended.min(charge.to);
    to.duration_since(from).as_secs_f64().max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_767_225_600 + second).unwrap()
    }

    fn tried(step: &str, from: i64, to: i64) -> Try {
        Try {
            step: step.to_owned(),
            started: at(from),
            ended: at(to),
        }
    }

    /// The page of a run adds up parts that the plan prices; `sfc cost` counts and prices the sum.
    #[test]
    fn a_page_and_the_verb_come_to_the_same() {
        let prices = Prices::published().unwrap();
        let lambda = (Architecture::Arm64, 256);
        for completion in ["poll", "event"] {
            let mut plan = plan(completion);
            plan.prices = Some(super::super::parts(&plan, lambda.0, lambda.1, &prices));
            let tries = [
                tried("a", 0, 1_000),
                tried("b", 0, 3),
                tried("a", 2_000, 2_007),
            ];
            let (steps, mut all) = used(&plan, &RunBounds::of(&plan), 3, &tries, &[]);
            for (_, used) in &steps {
                all.add(used);
            }
            let counted = tries.iter().map(|one| {
                let took = one.ended.duration_since(one.started);
                (one.step.as_str(), took.as_secs_f64())
            });
            let page = runtime_lambda::cost::estimate(&plan, 3, counted).unwrap();
            let verb = all.dollars(&prices, lambda.0, lambda.1);
            assert!((page - verb).abs() < 1e-7, "{completion}: {page} {verb}");
            assert!(page > 0.0005, "{page}");
        }
    }

    fn plan(completion: &str) -> Plan {
        serde_json::from_value(serde_json::json!({
            "format": 1, "pipeline": "demo", "completion": completion,
            "warehouse": { "workgroup": "w", "database": "dev" },
            "limits": { "run_seconds": 3600, "rounds": 2, "lanes": 2 },
            "report_template": "t",
            "steps": [{ "name": "a", "after": [], "script": "0", "limit_seconds": 3600 }],
        }))
        .unwrap()
    }

    #[test]
    fn what_was_charged_is_shared_out_by_time() {
        let plan: Plan = serde_json::from_value(serde_json::json!({
            "format": 1, "pipeline": "demo",
            "warehouse": { "workgroup": "w", "database": "dev" },
            "limits": { "run_seconds": 3600, "rounds": 2, "lanes": 2 },
            "report_template": "t", "steps": [],
        }))
        .unwrap();
        let bounds = RunBounds::of(&plan);
        let tries = [
            tried("a", 0, 30),
            tried("b", 0, 10),
            tried("a", 60, 90),
            tried("c", 70, 80),
        ];
        let charge = |from: i64, rpu_seconds: f64| Charge {
            from: at(from),
            to: at(from + 60),
            rpu_seconds,
        };
        let charges = [charge(0, 400.0), charge(60, 80.0), charge(120, 8.0)];
        let (steps, own) = used(&plan, &bounds, 2, &tries, &charges);
        let shares: Vec<_> = steps
            .iter()
            .map(|(name, used)| (name.as_str(), used.tries, used.rpu_seconds.round()))
            .collect();
        assert_eq!(shares, [("a", 2, 360.0), ("b", 1, 100.0), ("c", 1, 20.0)]);
        assert!((own.rpu_seconds - 8.0).abs() < 1e-9);
        let all: f64 = steps.iter().map(|(_, used)| used.rpu_seconds).sum();
        assert!((all + own.rpu_seconds - 488.0).abs() < 1e-9);
    }
}
