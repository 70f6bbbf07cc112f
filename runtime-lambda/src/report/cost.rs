//! What the run costs in AWS.

use serde::Serialize;

use super::facts::Facts;
use super::tries::Try;
use crate::cost::estimate;

/// An estimate, without the warehouse.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Cost {
    /// Dollars of the United States.
    pub dollars: f64,
    /// The Region whose prices these are.
    pub region: String,
    /// The day of the prices.
    pub date: String,
}

/// What its tries have cost so far; none where the plan has no prices.
pub fn cost(facts: &Facts<'_>, tries: &[Try<'_>]) -> Option<Cost> {
    let tries = tries.iter();
    let tries = tries.map(|one| (one.step, one.seconds().unwrap_or_default()));
    let dollars = estimate(facts.plan, facts.state.round, tries)?;
    let prices = facts.plan.prices.as_ref()?;
    Some(Cost {
        dollars,
        region: prices.region.clone(),
        date: prices.date.clone(),
    })
}
