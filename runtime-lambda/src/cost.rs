//! What a run costs in AWS beside the warehouse: an estimate from how often, and for how long, its steps were
//! tried.
//!
//! The compiler knows prices and definitions, and writes into the plan what each part of a run costs. Whoever
//! tells of a run counts the parts.

use crate::heartbeats::passed;
use crate::pauses::questions_within;
use crate::plan::{Completion, Plan};

/// Dollars that the unit of [`RunPrices`](crate::plan::RunPrices) is: a billionth.
const UNIT: f64 = 1e-9;

/// How often a try of a step that takes so many seconds asks about its statement.
#[must_use]
pub fn questions(plan: &Plan, step: &str, seconds: u64) -> u64 {
    if plan.completion == Completion::Poll {
        return questions_within(seconds);
    }
    let step = plan.steps.iter().find(|planned| planned.name == step);
    step.map_or(0, |step| {
        passed(step.limit_seconds, plan.most_asks(), seconds)
    })
}

/// Dollars that a run with these tries, step and seconds, has cost; none where the plan has no prices.
#[must_use]
pub fn estimate<'a>(
    plan: &Plan,
    rounds: u32,
    tries: impl Iterator<Item = (&'a str, f64)>,
) -> Option<f64> {
    let prices = plan.prices.as_ref()?;
    let further = u64::from(rounds.saturating_sub(1));
    let mut units = prices
        .run
        .saturating_add(prices.round.saturating_mul(further));
    for (step, seconds) in tries {
        let asked = questions(plan, step, whole(seconds));
        let asking = prices.question.saturating_mul(asked);
        units = units.saturating_add(prices.step).saturating_add(asking);
    }
    #[expect(clippy::cast_precision_loss, reason = "few dollars")]
    let dollars = units as f64 * UNIT;
    Some(dollars)
}

/// Whole seconds, begun ones included.
#[must_use]
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "whole seconds of a step, which are few and not negative"
)]
pub fn whole(seconds: f64) -> u64 {
    seconds.max(0.0).ceil() as u64
}
