//! `sfc diff`: what a deploy would change, without changing it.

use std::collections::BTreeMap;
use std::path::Path;

use runtime_lambda::ids::Hash;
use runtime_lambda::keys;
use runtime_lambda::plan::{Plan, Script};
use serde_json::{Value, json};

use super::Account;
use super::deploy::change_set::{self, Review};
use super::deploy::{PreparedDeployment, changeable, kind_for, prepare, reviewed, warehouse};
use crate::aws::{Aws, ChangeSetKind};
use crate::commands::rows;
use crate::commands::session::{self, EarlyEnd, KnownPipeline};
use crate::compile::{Compiled, Overrides};
use crate::cost::{Prices, usage};
use crate::deploy::change::ChangeSet;
use crate::deploy::deployment::Deployment;
use crate::deploy::review::{self, Destroying, Proposal, StepDifferences};
use crate::deploy::stack::DeployedStack;
use crate::diagnostic::{Code, Diagnostic};
use crate::exit::Exit;
use crate::machines::RunBounds;
use crate::printer::Printer;
use crate::stack::{MOST_BYTES_INLINE, PLAN_OUTPUT};

/// Seconds that each statement is taken to last, for the cost of a run.
const A_STATEMENT: u64 = 60;

/// How the changes are printed.
#[derive(Debug, Clone, Copy, clap::Args)]
pub struct DiffForm {
    /// Prints one JSON document.
    #[arg(long)]
    json: bool,
    /// Prints a comment for a pull request: steps and what follows them, SQL that destroys, permissions,
    /// cost.
    #[arg(long, conflicts_with = "json")]
    markdown: bool,
}

/// Shows what deploying the pipeline at `path` would change.
#[must_use]
pub fn diff(
    path: &Path,
    environment: Option<&str>,
    account: &Account,
    lambda_package: Option<&Path>,
    form: DiffForm,
    printer: &Printer,
) -> Exit {
    let (project, compiled) =
        match crate::commands::compiled(path, environment, Overrides::default(), printer) {
            Ok(compiled) => compiled,
            Err(exit) => return exit,
        };
    session::block_on(printer, async {
        let known = KnownPipeline::of(&project)?;
        let aws = account.connect(&known).await?;
        let prepared = match prepare(project, compiled, lambda_package, printer) {
            Ok(prepared) => prepared.in_partition_of(&aws)?,
            Err(exit) => return Ok(exit),
        };
        compare(&aws, &prepared, form, printer).await
    })
}

async fn compare(
    aws: &Aws,
    prepared: &PreparedDeployment,
    form: DiffForm,
    printer: &Printer,
) -> Result<Exit, EarlyEnd> {
    let deployment = &prepared.deployment;
    let found = aws.stack(&deployment.stack);
    let found = warehouse::beside(found, aws, prepared, printer).await?;
    if let Some(stack) = &found {
        changeable(stack, &deployment.pipeline)?;
    }
    let bucket = Deployment::artifacts_bucket(&aws.account, &aws.region);
    if deployment.template.len() > MOST_BYTES_INLINE
        && !matches!(aws.bucket_exists(&bucket).await, Ok(true))
    {
        return Err(EarlyEnd::with(
            Exit::Trouble,
            Diagnostic::error(
                Code::NotDeployed,
                format!("the template is long and there is no bucket `{bucket}` yet to give it by"),
            )
            .help("`sfc deploy` makes the bucket, and shows what it would do before it does it"),
        ));
    }
    let kind = kind_for(found.as_ref());
    let reviewed = reviewed(deployment, found.as_ref());
    match change_set::review(aws, deployment, kind, &bucket).await? {
        Review::Empty if form.json => {
            printer.data(&document(
                aws,
                deployment,
                (kind, &reviewed),
                &ChangeSet::default(),
            ));
            Ok(Exit::Success)
        }
        Review::Empty if form.markdown => {
            let nothing = ChangeSet::default();
            let comment = comment(aws, prepared, kind, nothing, found.as_ref()).await?;
            printer.data(&comment);
            Ok(Exit::Success)
        }
        Review::Empty => {
            printer.note("nothing to change: the stack is as the pipeline says");
            Ok(Exit::Success)
        }
        Review::Changes(made, changes) => {
            change_set::discard(aws, &made).await;
            if form.json {
                printer.data(&document(aws, deployment, (kind, &reviewed), &changes));
            } else if form.markdown {
                printer.data(&comment(aws, prepared, kind, changes, found.as_ref()).await?);
            } else {
                change_set::show(aws, deployment, (kind, &reviewed), &changes, printer);
            }
            Ok(Exit::Changes)
        }
    }
}

/// The changes as JSON.
fn document(
    aws: &Aws,
    deployment: &Deployment,
    (kind, reviewed): (ChangeSetKind, &str),
    changes: &ChangeSet,
) -> String {
    let changes = changes.changes.iter().map(|change| {
        let (_, action) = change.action.words();
        json!({
            "action": action,
            "logical_id": change.logical_id,
            "physical_id": change.physical_id,
            "type": change.kind,
            "properties": change.properties,
            "retained": change.retained,
            "permissions": change.is_about_permissions(),
        })
    });
    rows::json_text(&rows::document(json!({
        "pipeline": deployment.pipeline,
        "stack": deployment.stack,
        "account": aws.account,
        "region": aws.region,
        "creates": kind == ChangeSetKind::Create,
        "deployment": reviewed,
        "changes": changes.collect::<Vec<_>>(),
    })))
}

/// The changes as a comment.
async fn comment(
    aws: &Aws,
    prepared: &PreparedDeployment,
    kind: ChangeSetKind,
    changes: ChangeSet,
    found: Option<&DeployedStack>,
) -> Result<String, EarlyEnd> {
    let (deployment, compiled) = (&prepared.deployment, &prepared.compiled);
    // A stack that is only being looked at has nothing yet.
    let deployed = Deployed::of(aws, found.filter(|_| kind == ChangeSetKind::Update)).await?;
    let steps = StepDifferences::between(deployed.plan.as_ref(), &compiled.plan);
    let cost = |plan: &Plan| {
        let stack = &compiled.pipeline.stack;
        let usage = usage(plan, &RunBounds::of(plan), stack.memory_mib, A_STATEMENT);
        let parts = usage.dollars(&Prices::published().ok()?, stack.architecture);
        Some(parts.iter().map(|(_, dollars)| dollars).sum())
    };
    let template = serde_json::from_str(&deployment.template).unwrap_or_default();
    Ok(review::markdown(&Proposal {
        stack: deployment.stack.clone(),
        account: aws.account.clone(),
        region: aws.region.clone(),
        creates: kind == ChangeSetKind::Create,
        knows_deployed: deployed.plan.is_some(),
        deployment: change_set::short(&reviewed(deployment, found)).to_owned(),
        changes,
        destroying: deployed.destroying(aws, compiled, &steps).await?,
        steps,
        permissions: review::permissions(&deployed.template, &template),
        dollars_a_run: cost(&compiled.plan),
        dollars_a_run_before: deployed.plan.as_ref().and_then(cost),
    }))
}

/// What runs in AWS now, as far as it can be read.
struct Deployed {
    bucket: String,
    /// The plan of its runs; `None` where there is none, or another release of sfc wrote it.
    plan: Option<Plan>,
    template: Value,
}

impl Deployed {
    async fn of(aws: &Aws, found: Option<&DeployedStack>) -> Result<Self, EarlyEnd> {
        let bucket = Deployment::artifacts_bucket(&aws.account, &aws.region);
        let hash = found.and_then(|stack| stack.outputs.get(PLAN_OUTPUT));
        let plan = match hash {
            Some(hash) => {
                let hash = Hash::from(hash.as_str());
                aws.object(&bucket, &keys::plan(&hash)).await?
            }
            None => None,
        };
        let template = match found {
            Some(stack) => serde_json::from_str(&aws.template(&stack.id).await?).ok(),
            None => None,
        };
        Ok(Self {
            bucket,
            plan: plan.and_then(|bytes| serde_json::from_slice(&bytes).ok()),
            template: template.unwrap_or_default(),
        })
    }

    /// Statements of new and changed steps that destroy, without those that run already.
    async fn destroying(
        &self,
        aws: &Aws,
        compiled: &Compiled,
        steps: &StepDifferences,
    ) -> Result<Vec<Destroying>, EarlyEnd> {
        let before: BTreeMap<&str, &Hash> = self
            .plan
            .iter()
            .flat_map(|plan| &plan.steps)
            .map(|step| (step.name.as_str(), &step.script))
            .collect();
        let is_changed = |name: &str| steps.changed.iter().any(|(changed, _)| changed == name);
        let mut found = Vec::new();
        for step in &compiled.plan.steps {
            let is_added = steps.added.iter().any(|added| added == step.name.as_str());
            if !is_added && !is_changed(&step.name) {
                continue;
            }
            let read = |bytes: &[u8]| serde_json::from_slice::<Script>(bytes).ok();
            let Some(script) = compiled.scripts.get(&step.script).and_then(|now| read(now)) else {
                continue;
            };
            let deployed = match before.get(step.name.as_str()) {
                Some(hash) => aws.object(&self.bucket, &keys::script(hash)).await?,
                None => None,
            };
            let deployed = deployed.and_then(|bytes| read(&bytes));
            found.extend(review::destroying(&step.name, deployed.as_ref(), &script));
        }
        Ok(found)
    }
}
