//! Runs that a deploy would strand: they go on, and a step that is not FINISHED in them needs what the deploy takes
//! away. While there is one, a deploy changes nothing: it refuses, or waits.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use runtime_lambda::ids::{Hash, RunId};
use runtime_lambda::keys;
use runtime_lambda::plan::Plan;
use runtime_lambda::state::GlobalState;
use serde::de::DeserializeOwned;

use super::{PreparedDeployment, follow};
use crate::aws::{Aws, AwsFailure};
use crate::commands::session::EarlyEnd;
use crate::deploy::change::{ChangeSet, ResourceAction};
use crate::deploy::definitions;
use crate::deploy::deployment::Deployment;
use crate::deploy::needs::{MetNeeds, Stranded};
use crate::deploy::stack::{DeployedStack, StackStanding};
use crate::diagnostic::{Code, Diagnostic};
use crate::execution::AwsExecution;
use crate::exit::Exit;
use crate::machines::Machine;
use crate::pipeline::DataBucket;
use crate::printer::Printer;
use crate::stack::{DATA_BUCKET, PLAN_OUTPUT};

/// First and longest pause between two looks at the runs, which may take hours.
const PAUSES: (Duration, Duration) = (Duration::from_millis(200), Duration::from_secs(10));

/// Looks at the runs that may fail one after the other while a deploy waits.
const MOST_FAILURES: u32 = 30;

/// Runs, and steps of a run, that are named in a message.
const MOST_NAMED: usize = 5;

/// What a deploy takes away from the runs of the stack that is there.
pub struct TakenAway<'a> {
    aws: &'a Aws,
    pipeline: &'a str,
    /// The stack before the deploy.
    stack: DeployedStack,
    artifacts: String,
    /// The plan of runs that begin before the deploy.
    deployed: Arc<Plan>,
    /// Plans by their hashes, as they were read.
    plans: BTreeMap<Hash, Arc<Plan>>,
    /// What there is for steps behind the deploy.
    given: MetNeeds,
    /// Whether runs before it and behind it have different data buckets.
    moves_data: bool,
}

impl<'a> TakenAway<'a> {
    /// Compares the stack that is there with what is to be deployed. None where no run can need anything that is
    /// taken away, or where nobody can tell, which is said.
    ///
    /// # Errors
    /// A call failed.
    pub async fn by(
        aws: &'a Aws,
        prepared: &'a PreparedDeployment,
        found: Option<&DeployedStack>,
        printer: &Printer,
    ) -> Result<Option<Self>, EarlyEnd> {
        let is_there = |stack: &&DeployedStack| {
            !matches!(
                stack.standing(),
                StackStanding::Absent | StackStanding::Review
            )
        };
        let Some(stack) = found.filter(is_there) else {
            return Ok(None);
        };
        let compiled = &prepared.compiled;
        let artifacts = Deployment::artifacts_bucket(&aws.account, &aws.region);
        let deployed = match stack.outputs.get(PLAN_OUTPUT) {
            Some(hash) => {
                let hash = Hash::from(hash.as_str());
                let plan: Option<Plan> = readable(aws, &artifacts, &keys::plan(&hash)).await?;
                plan.map(|plan| (hash, Arc::new(plan)))
            }
            None => None,
        };
        let Some((hash, deployed)) = deployed else {
            printer.note("whether runs that go on need what this deploy takes away is not checked: the deployed plan cannot be read");
            return Ok(None);
        };
        let moves_data = match &compiled.pipeline.stack.data {
            DataBucket::Existing(name) => data_bucket(stack) != Some(name.as_str()),
            // Only the change set tells whether the stack has made the one that is there.
            DataBucket::Made { .. } => false,
        };
        Ok(Some(Self {
            aws,
            pipeline: &prepared.deployment.pipeline,
            stack: stack.clone(),
            artifacts,
            plans: BTreeMap::from([(hash, Arc::clone(&deployed))]),
            deployed,
            given: MetNeeds::by(&compiled.plan),
            moves_data,
        }))
    }

    /// Learns from the change set whether the stack makes another data bucket.
    pub fn learn(&mut self, changes: &ChangeSet) {
        self.moves_data |= changes.changes.iter().any(|change| {
            change.logical_id == DATA_BUCKET
                && matches!(change.action, ResourceAction::Add | ResourceAction::Replace)
        });
    }

    /// Runs in the way by their ids, each with what it needs.
    async fn runs(&mut self) -> Result<BTreeMap<String, String>, AwsFailure> {
        let mut found = BTreeMap::new();
        if !self.moves_data && self.given.stranded(&self.deployed, None).is_empty() {
            return Ok(found);
        }
        let executions = running(self.aws, &self.stack, Machine::Run).await?;
        for execution in executions {
            let run = keys::run_id(&execution.arn, execution.started);
            if let Some(why) = self.why(&run).await? {
                found.insert(run.into(), why);
            }
        }
        Ok(found)
    }

    /// What a run needs that is taken away; none if there is nothing.
    async fn why(&mut self, run: &RunId) -> Result<Option<String>, AwsFailure> {
        if self.moves_data {
            let sentence = "its state lies in a bucket that later actions would not look into";
            return Ok(Some(sentence.to_owned()));
        }
        let state: Option<GlobalState> = match data_bucket(&self.stack) {
            Some(bucket) => readable(self.aws, bucket, &keys::state(self.pipeline, run)).await?,
            None => None,
        };
        let plan = match &state {
            Some(state) => self.plan(&state.plan).await?,
            None => None,
        };
        let stranded = match plan {
            Some(plan) => self.given.stranded(&plan, state.as_ref()),
            // It has not begun, or nobody can tell from here how far it has come.
            None => self.given.stranded(&self.deployed, None),
        };
        Ok((!stranded.is_empty()).then(|| steps(&stranded)))
    }

    /// The plan with this hash, if it can be read.
    async fn plan(&mut self, hash: &Hash) -> Result<Option<Arc<Plan>>, AwsFailure> {
        if let Some(plan) = self.plans.get(hash) {
            return Ok(Some(Arc::clone(plan)));
        }
        let read: Option<Plan> = readable(self.aws, &self.artifacts, &keys::plan(hash)).await?;
        let Some(plan) = read.map(Arc::new) else {
            return Ok(None);
        };
        self.plans.insert(hash.clone(), Arc::clone(&plan));
        Ok(Some(plan))
    }
}

/// Goes on once no run is in the way. Whether it has waited for one.
///
/// # Errors
/// A run is in the way, and nobody wants to wait; or a call failed.
pub async fn cleared(
    taken: Option<&mut TakenAway<'_>>,
    waits: bool,
    printer: &Printer,
) -> Result<bool, EarlyEnd> {
    let Some(taken) = taken else {
        return Ok(false);
    };
    let mut named = BTreeSet::new();
    let mut pause = PAUSES.0;
    let mut failures = 0;
    loop {
        match taken.runs().await {
            Ok(runs) if runs.is_empty() => break,
            Ok(runs) if !waits => return Err(refused(&runs)),
            Ok(runs) => {
                failures = 0;
                for (run, why) in runs {
                    if named.insert(run.clone()) {
                        printer.note(&format!("waiting for the run {run}: {why}"));
                    }
                }
            }
            Err(failure) if waits && failures < MOST_FAILURES && follow::may_pass(&failure) => {
                failures += 1;
            }
            Err(failure) => return Err(failure.into()),
        }
        tokio::time::sleep(pause).await;
        pause = (pause + PAUSES.0).min(PAUSES.1);
    }
    if named.is_empty() {
        return Ok(false);
    }
    printer.note("no run needs any more what this deploy takes away: going on");
    Ok(true)
}

/// Executions of one of a stack's machines that go on, the latest first.
///
/// # Errors
/// A call failed.
pub async fn running(
    aws: &Aws,
    stack: &DeployedStack,
    machine: Machine,
) -> Result<Vec<AwsExecution>, AwsFailure> {
    let Some(machine) = stack.outputs.get(definitions::output(machine)) else {
        return Ok(Vec::new());
    };
    match aws.running_executions(machine).await {
        // A stack that is broken may have lost it.
        Err(failure) if failure.code() == "StateMachineDoesNotExist" => Ok(Vec::new()),
        listed => listed,
    }
}

/// Name of the bucket that the runs of a stack write to.
fn data_bucket(stack: &DeployedStack) -> Option<&str> {
    stack.outputs.get("DataBucket").map(String::as_str)
}

/// What an object holds; none if it is not there, of another release of sfc, or not for whoever deploys.
async fn readable<T: DeserializeOwned>(
    aws: &Aws,
    bucket: &str,
    key: &str,
) -> Result<Option<T>, AwsFailure> {
    match aws.object(bucket, key).await {
        Ok(bytes) => Ok(bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok())),
        Err(AwsFailure::Denied { .. }) => Ok(None),
        Err(failure) if failure.code() == "NoSuchBucket" => Ok(None),
        Err(failure) => Err(failure),
    }
}

/// `` `load` is a `glue_job`, `copy` is a `glue_job` and 3 more steps ``
fn steps(stranded: &[Stranded]) -> String {
    let named = stranded.iter().take(MOST_NAMED);
    let text = named.map(ToString::to_string).collect::<Vec<_>>();
    let text = text.join(", ");
    match stranded.len().saturating_sub(MOST_NAMED) {
        0 => text,
        1 => format!("{text} and one more step"),
        more => format!("{text} and {more} more steps"),
    }
}

fn refused(runs: &BTreeMap<String, String>) -> EarlyEnd {
    let message = match runs.len() {
        1 => "a run goes on that needs what this deploy takes away".to_owned(),
        number => format!("{number} runs go on that need what this deploy takes away"),
    };
    let mut diagnostic = Diagnostic::error(Code::RunStranded, message);
    for (run, why) in runs.iter().take(MOST_NAMED) {
        diagnostic = diagnostic.note(format!("in the run `{run}`, {why}"));
    }
    if runs.len() > MOST_NAMED {
        diagnostic = diagnostic.note("`sfc status` lists the others");
    }
    EarlyEnd::with(
        Exit::BadInput,
        diagnostic.help(
            "nothing was changed; give `--wait` to deploy when they are over, or end a run with `sfc stop RUN`",
        ),
    )
}
