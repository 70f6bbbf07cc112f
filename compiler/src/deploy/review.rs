//! What a deploy would change, as the people who review it want to know it: steps and what follows them, SQL
//! that destroys, permissions, cost. Pure: `sfc diff --markdown` reads what is deployed and gives it here.

mod destroys;
mod markdown;
mod permissions;
mod steps;

pub use destroys::{Destroying, destroying};
pub use markdown::markdown;
pub use permissions::{Permissions, permissions};
pub use steps::StepDifferences;

use super::change::ChangeSet;

/// What is proposed to be deployed.
#[derive(Debug, Clone)]
pub struct Proposal {
    /// Name of the stack.
    pub stack: String,
    /// Id of the account.
    pub account: String,
    /// Region of the stack, such as `eu-central-1`.
    pub region: String,
    /// Whether there is no such stack yet.
    pub creates: bool,
    /// Whether the deployed plan could be read.
    pub knows_deployed: bool,
    /// The digits of the deployment's hash that people are shown.
    pub deployment: String,
    /// What becomes of the resources.
    pub changes: ChangeSet,
    /// What becomes of the steps.
    pub steps: StepDifferences,
    /// Statements that destroy and are not deployed yet.
    pub destroying: Vec<Destroying>,
    /// What becomes of permissions.
    pub permissions: Vec<Permissions>,
    /// Dollars that a run costs then, without the warehouse.
    pub dollars_a_run: Option<f64>,
    /// Dollars that a run costs now.
    pub dollars_a_run_before: Option<f64>,
}
