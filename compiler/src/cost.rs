//! What a run uses of AWS, and what that costs: before it (`usage`) without the warehouse, and after it
//! (`used`), step by step.
//!
//! A run is taken in which nothing fails and each statement takes the same time. Its state
//! transitions follow from the definitions (`machines::bounds`), its course from the plan
//! (`lanes`), its requests from the actions. An action reads the run's state once and swaps it
//! once.

mod lanes;
mod prices;
mod tries;

pub use prices::{OfProcessor, Prices};
pub use tries::{Charge, Try, Used, used};

use runtime_lambda::actions::SUBMIT_WINDOW;
use runtime_lambda::heartbeats::passed;
use runtime_lambda::pauses::questions_within;
use runtime_lambda::plan::{Completion, Plan, RunPrices};

use crate::machines::RunBounds;
use crate::pipeline::{Architecture, Pipeline};

/// Seconds that an action takes in the Lambda, without those that it waits for a statement.
const SECONDS_AN_ACTION: f64 = 0.3;

/// Transitions of a lane that waits: `Await change`, `Next step`, `What is next?`.
const TRANSITIONS_A_WAIT: u64 = 3;

/// Actions of a run beside those of its steps and lanes: `create_run`, `close_round`, `report`, `notify`.
const ACTIONS_OF_A_RUN: u64 = 4;

/// Objects that a step writes beside the state: its result as JSON and CSV.
const OBJECTS_OF_A_STEP: u64 = 2;

/// What a run uses.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Usage {
    /// From the first statement's start to the last one's end, in seconds.
    pub seconds: u64,
    /// State transitions of all its executions.
    pub transitions: u64,
    /// Those of them that ask about statements, or wait for their events.
    pub asking: u64,
    /// Those of them that lanes spend because nothing is ready.
    pub waiting: u64,
    /// Requests to the Lambda.
    pub requests: u64,
    /// Seconds of the Lambda, each times its memory in GiB.
    pub gb_seconds: f64,
    /// Objects that are read from S3.
    pub reads: u64,
    /// Objects that are written to S3.
    pub writes: u64,
}

/// What a run of this plan uses if each statement takes so many seconds.
#[must_use]
pub fn usage(plan: &Plan, bounds: &RunBounds, memory_mib: u32, statement_seconds: u64) -> Usage {
    let course = lanes::course(plan, statement_seconds);
    let told = plan.completion == Completion::Event;
    let questions: u64 = plan
        .steps
        .iter()
        .filter(|step| step.when == runtime_lambda::plan::When::Run)
        .map(|step| {
            if told {
                passed(step.limit_seconds, plan.most_asks(), statement_seconds)
            } else {
                questions_within(statement_seconds.saturating_sub(SUBMIT_WINDOW.as_secs()))
            }
        })
        .sum();
    let asking = questions * bounds.transitions_a_question.max(1);
    let waiting = course.waits * TRANSITIONS_A_WAIT;
    // `next_step`, `submit`, `collect`; with events `resume`. A lane's last turn. A wait: `park`, `next_step`.
    let requests = course.steps * if told { 4 } else { 3 }
        + questions
        + course.lanes
        + course.waits * 2
        + ACTIONS_OF_A_RUN;
    let in_submit = if told {
        0
    } else {
        course.steps * statement_seconds.min(SUBMIT_WINDOW.as_secs())
    };
    #[expect(clippy::cast_precision_loss, reason = "counts of one run")]
    let seconds = requests as f64 * SECONDS_AN_ACTION + in_submit as f64;
    Usage {
        seconds: course.seconds,
        transitions: bounds.least_transitions + asking + waiting,
        asking,
        waiting,
        requests,
        gb_seconds: seconds * f64::from(memory_mib) / 1_024.0,
        reads: requests,
        writes: requests + course.steps * OBJECTS_OF_A_STEP,
    }
}

/// What the parts of a run of this plan cost, for its page: the same that [`used`] counts.
#[must_use]
pub fn parts(
    plan: &Plan,
    architecture: Architecture,
    memory_mib: u32,
    prices: &Prices,
) -> RunPrices {
    let bounds = RunBounds::of(plan);
    let priced = |used: &Used| used.dollars(prices, architecture, memory_mib);
    let of_rounds = |rounds| priced(&used(plan, &bounds, rounds, &[], &[]).1);
    let question = Used {
        transitions: bounds.transitions_a_question.max(1),
        requests: 1,
        writes: 1,
        ..Used::default()
    };
    RunPrices {
        region: prices.region.clone(),
        date: prices.date.clone(),
        run: units(of_rounds(1)),
        round: units(of_rounds(2) - of_rounds(1)),
        step: units(priced(&tries::at_once(plan, &bounds))),
        question: units(priced(&question)),
    }
}

/// Billionths of a dollar.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "less than a dollar, and not negative"
)]
fn units(dollars: f64) -> u64 {
    (dollars * 1e9).round() as u64
}

impl Usage {
    /// Dollars of each kind, the dearest first.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "counts of one run")]
    pub fn dollars(&self, prices: &Prices, architecture: Architecture) -> Vec<(&'static str, f64)> {
        let a_gb_second = match architecture {
            Architecture::X86_64 => prices.lambda_gb_second.x86_64,
            Architecture::Arm64 => prices.lambda_gb_second.arm64,
        };
        let mut all = vec![
            (
                "state transitions",
                self.transitions as f64 * prices.state_transition,
            ),
            (
                "Lambda",
                self.requests as f64 * prices.lambda_request + self.gb_seconds * a_gb_second,
            ),
            (
                "S3",
                self.writes as f64 * prices.s3_write + self.reads as f64 * prices.s3_read,
            ),
        ];
        all.sort_by(|(_, one), (_, other)| other.total_cmp(one));
        all
    }
}

/// Runs a month that the schedules of a pipeline start; nothing where it has none.
#[must_use]
pub fn runs_a_month(pipeline: &Pipeline) -> Option<f64> {
    let often: Vec<f64> = pipeline
        .triggers
        .iter()
        .filter_map(|trigger| match &trigger.start {
            crate::pipeline::TriggerKind::Schedule { expression, .. } => {
                crate::pipeline::runs_a_month(expression)
            }
            _ => None,
        })
        .collect();
    (!often.is_empty()).then(|| often.iter().sum())
}
