//! `sfc deploy`: the pipeline into an account, by a change set that somebody has seen.
//!
//! Anybody may interrupt a deploy at any moment and start it again. Uploads are named by their content, and a
//! change set that nobody executed does nothing. sfc knows a change under way by its token and follows it.

mod artifacts;
pub mod change_set;
pub mod follow;
mod leftover;
mod live;
pub mod stranded;
pub mod warehouse;

use std::path::Path;
use std::sync::Arc;

use parking_lot::Mutex;
use runtime_lambda::plan::When;

use self::change_set::{MadeChangeSet, Review};
use self::stranded::TakenAway;
use super::ask::ask;
use super::{Account, owned};
use crate::aws::{Aws, ChangeSetKind, Validation};
use crate::commands::pipeline::package::package;
use crate::commands::session::{self, EarlyEnd, KnownPipeline, command_line};
use crate::compile::{Compiled, Overrides, compile};
use crate::deploy::deployment::Deployment;
use crate::deploy::stack::{DeployedStack, StackStanding};
use crate::diagnostic::{Code, Diagnostic};
use crate::exit::Exit;
use crate::grants::{self, GrantRecipient};
use crate::machines::AwsPartition;
use crate::pipeline::Pipeline;
use crate::printer::Printer;
use crate::project::Project;
use crate::stack::{DATABASE_USER_OUTPUT, PLAN_OUTPUT};

/// How to deploy, as the command line says it.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Arguments {
    /// Does not ask before anything is changed.
    #[arg(short, long)]
    pub yes: bool,
    /// Refuses if this is not the hash that `sfc diff` has shown.
    #[arg(long, value_name = "HASH")]
    pub expect: Option<String>,
    /// Changes only the Lambda's code and the definitions, in place and at once; the next deploy without
    /// it brings the stack and them together again.
    #[arg(long)]
    pub hot: bool,
    /// Waits for runs that still need what this deploy takes away, such as a kind of step; without it,
    /// sfc refuses while there is one.
    #[arg(long)]
    pub wait: bool,
}

/// A deployment and where it comes from.
pub struct PreparedDeployment {
    /// The folder that the pipeline was read from.
    pub project: Project,
    /// What its spec compiled to.
    pub compiled: Compiled,
    /// What is to be there in the end.
    pub deployment: Deployment,
}

/// Deploys the pipeline at `path`.
#[must_use]
pub fn deploy(
    path: &Path,
    environment: Option<&str>,
    account: &Account,
    arguments: &Arguments,
    lambda_package: Option<&Path>,
    printer: &Printer,
) -> Exit {
    let (project, compiled) =
        match crate::commands::compiled(path, environment, Overrides::default(), printer) {
            Ok(compiled) => compiled,
            Err(exit) => return exit,
        };
    session::block_on(printer, async {
        let known = KnownPipeline::of(&project)?;
        let aws = account.connect_to_change(&known, printer).await?;
        // Packing the Lambda may take minutes: who has no account hears of that first.
        let prepared = match prepare(project, compiled, lambda_package, printer) {
            Ok(prepared) => prepared.in_partition_of(&aws)?,
            Err(exit) => return Ok(exit),
        };
        let left = DeployStage::default();
        tokio::select! {
            ended = deploy_to(&aws, &prepared, arguments, &left, printer) => ended,
            () = interrupted() => return Ok(left.settle(&aws, printer).await),
        }
    })
}

async fn interrupted() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}

/// Puts together what is to be deployed.
///
/// # Errors
/// There is no package of the Lambda, which has been said.
pub fn prepare(
    project: Project,
    compiled: Compiled,
    lambda_package: Option<&Path>,
    printer: &Printer,
) -> Result<PreparedDeployment, Exit> {
    let package = package(
        compiled.pipeline.stack.architecture,
        lambda_package,
        printer,
    )?;
    Ok(PreparedDeployment {
        deployment: Deployment::new(&compiled, package),
        project,
        compiled,
    })
}

impl PreparedDeployment {
    /// The same as it is written in the partition of this account.
    ///
    /// # Errors
    /// sfc does not know that partition.
    pub fn in_partition_of(self, aws: &Aws) -> Result<Self, EarlyEnd> {
        let unknown = || {
            EarlyEnd::with(
                Exit::BadInput,
                command_line(
                    Code::OtherAccount,
                    format!(
                        "`{}` is in a partition that sfc does not know",
                        aws.identity
                    ),
                )
                .help("deploy into an account of another partition, and report this one"),
            )
        };
        let partition = aws.partition().ok_or_else(unknown)?;
        if partition == AwsPartition::Aws {
            return Ok(self);
        }
        let overrides = Overrides {
            partition,
            ..Overrides::default()
        };
        let outcome = compile(&self.project.spec, &self.project, overrides);
        let Some(compiled) = outcome.value else {
            return Err(EarlyEnd {
                exit: Exit::BadInput,
                diagnostics: outcome.diagnostics,
            });
        };
        let package = self.deployment.package;
        Ok(Self {
            deployment: Deployment::new(&compiled, package),
            project: self.project,
            compiled,
        })
    }
}

/// What an interrupted deploy leaves behind, as far as it got.
#[derive(Debug, Clone, Default)]
pub struct DeployStage(Arc<Mutex<Stage>>);

#[derive(Debug, Clone, Default)]
enum Stage {
    #[default]
    Nothing,
    ChangeSet(MadeChangeSet),
    Executing(String),
}

impl DeployStage {
    fn is(&self, stage: Stage) {
        *self.0.lock() = stage;
    }

    /// Says what is left, and takes away what nobody needs.
    async fn settle(&self, aws: &Aws, printer: &Printer) -> Exit {
        let stage = self.0.lock().clone();
        match stage {
            Stage::Nothing => printer.note("interrupted: nothing was changed"),
            Stage::ChangeSet(made) => {
                change_set::discard(aws, &made).await;
                printer.note("interrupted: nothing was changed, the change set is deleted");
            }
            Stage::Executing(stack) => printer.note(&format!(
                "interrupted: CloudFormation goes on with the stack `{stack}`; `sfc deploy` again follows it"
            )),
        }
        Exit::Interrupted
    }
}

async fn deploy_to(
    aws: &Aws,
    prepared: &PreparedDeployment,
    arguments: &Arguments,
    left: &DeployStage,
    printer: &Printer,
) -> Result<Exit, EarlyEnd> {
    let deployment = &prepared.deployment;
    let found = aws.stack(&deployment.stack);
    if arguments.hot {
        let found = found.await?;
        expected(deployment, found.as_ref(), arguments.expect.as_deref())?;
        // What is tried in place is no deploy of its own: no steps are run for it.
        live::hot(aws, prepared, found, arguments.wait, printer).await?;
        return Ok(Exit::Success);
    }
    let found = warehouse::beside(found, aws, prepared, printer).await?;
    let mut found = settled(aws, prepared, found, left, printer).await?;
    expected(deployment, found.as_ref(), arguments.expect.as_deref())?;
    let mut taken = TakenAway::by(aws, prepared, found.as_ref(), printer).await?;
    if stranded::cleared(taken.as_mut(), arguments.wait, printer).await? {
        // Somebody else may have deployed while it waited.
        let now = aws.stack(&deployment.stack).await?;
        found = settled(aws, prepared, now, left, printer).await?;
        expected(deployment, found.as_ref(), arguments.expect.as_deref())?;
        taken = TakenAway::by(aws, prepared, found.as_ref(), printer).await?;
    }
    let bucket = artifacts::bucket(aws, printer).await?;
    artifacts::upload(aws, &bucket, deployment, printer).await?;
    validate(aws, prepared, printer).await?;

    let kind = kind_for(found.as_ref());
    let review = change_set::create(aws, deployment, kind, &bucket, |made| {
        left.is(Stage::ChangeSet(made.clone()));
    })
    .await?;
    let (made, changes) = match review {
        Review::Empty => {
            let healed = match &found {
                Some(stack) => live::heal(aws, prepared, stack, printer).await?,
                None => false,
            };
            if !healed {
                printer.note("nothing to change: the stack is as the pipeline says");
            }
            outputs(found.as_ref(), printer);
            return Ok(Exit::Success);
        }
        Review::Changes(made, changes) => (made, changes),
    };
    let reviewed = reviewed(deployment, found.as_ref());
    change_set::show(aws, deployment, (kind, &reviewed), &changes, printer);
    runs_of(prepared, printer);
    if let Err(early) = ask("Deploy this?", arguments.yes).await {
        change_set::discard(aws, &made).await;
        if early.diagnostics.is_empty() {
            printer.note("nothing was changed, the change set is deleted");
        }
        return Err(early);
    }
    // Others may have started since the first look.
    if let Some(taken) = &mut taken {
        taken.learn(&changes);
    }
    if let Err(early) = stranded::cleared(taken.as_mut(), arguments.wait, printer).await {
        change_set::discard(aws, &made).await;
        return Err(early);
    }
    let before = follow::last_event(aws, &made.stack).await?;
    left.is(Stage::Executing(deployment.stack.clone()));
    change_set::execute(aws, deployment, &made).await?;
    let ended = follow::to_its_end(aws, &made.stack, before, printer).await?;
    let stack = follow::judge(prepared, ended, aws, printer)?;
    live::heal(aws, prepared, &stack, printer).await?;
    printer.note(&format!(
        "deployed: the stack `{}` is {}",
        stack.name, stack.status
    ));
    database_user(found.as_ref(), &stack, &prepared.compiled.pipeline, printer);
    outputs(Some(&stack), printer);
    Ok(Exit::Success)
}

/// Says which steps the change runs, if there are any for it.
fn runs_of(prepared: &PreparedDeployment, printer: &Printer) {
    let plan = &prepared.compiled.plan;
    let steps = plan.steps.iter().filter(|step| step.when == When::Deploy);
    let names: Vec<String> = steps.map(|step| format!("`{}`", step.name)).collect();
    if !names.is_empty() {
        printer.note(&format!(
            "runs with it, unless the plan is the one that is deployed: {}; if one fails, all is taken back",
            names.join(", ")
        ));
    }
}

/// The hash of a deployment over the stack as it is now.
pub fn reviewed(deployment: &Deployment, found: Option<&DeployedStack>) -> String {
    let plan = found.and_then(|stack| stack.outputs.get(PLAN_OUTPUT));
    deployment.over(plan.map(String::as_str))
}

fn expected(
    deployment: &Deployment,
    found: Option<&DeployedStack>,
    hash: Option<&str>,
) -> Result<(), EarlyEnd> {
    let own = reviewed(deployment, found);
    match hash {
        Some(hash) if hash.len() < 8 || !own.starts_with(&hash.to_lowercase()) => {
            Err(EarlyEnd::with(
                Exit::BadInput,
                command_line(
                    Code::OtherDeployment,
                    format!("what would be deployed is not `{hash}`"),
                )
                .note(format!("it is `{}`", change_set::short(&own)))
                .help(
                    "the pipeline or what is deployed has changed since: look at `sfc diff` again",
                ),
            ))
        }
        _ => Ok(()),
    }
}

/// The kind of change set that a stack needs.
pub fn kind_for(found: Option<&DeployedStack>) -> ChangeSetKind {
    match found.map(DeployedStack::standing) {
        None | Some(StackStanding::Absent | StackStanding::Review) => ChangeSetKind::Create,
        _ => ChangeSetKind::Update,
    }
}

/// The stack once nothing changes it any more, if it can be changed.
async fn settled(
    aws: &Aws,
    prepared: &PreparedDeployment,
    found: Option<DeployedStack>,
    left: &DeployStage,
    printer: &Printer,
) -> Result<Option<DeployedStack>, EarlyEnd> {
    let Some(stack) = found else {
        return Ok(None);
    };
    if leftover::cleared(aws, &stack, &prepared.deployment.pipeline, printer).await? {
        return Ok(None);
    }
    match changeable(&stack, &prepared.deployment.pipeline) {
        Err(early) if stack.standing() == StackStanding::Busy => {
            if !follow::is_ours(aws, &stack, &prepared.deployment).await? {
                return Err(early);
            }
            printer.note(&format!(
                "this very deploy was interrupted and goes on: following the stack `{}`",
                stack.name
            ));
            left.is(Stage::Executing(stack.name.clone()));
            let ended = follow::to_its_end(aws, &stack.id, None, printer).await?;
            let stack = follow::judge(prepared, ended, aws, printer)?;
            left.is(Stage::Nothing);
            Ok(Some(stack))
        }
        Err(early) => Err(early),
        Ok(()) => Ok((stack.standing() != StackStanding::Absent).then_some(stack)),
    }
}

/// Refuses a stack that cannot be changed, and says what to do about it.
///
/// # Errors
/// It cannot.
pub fn changeable(stack: &DeployedStack, pipeline: &str) -> Result<(), EarlyEnd> {
    if stack.standing() == StackStanding::Absent {
        return Ok(());
    }
    owned(stack, pipeline)?;
    let (code, message, help) = match stack.standing() {
        StackStanding::Absent | StackStanding::Ready | StackStanding::Review => return Ok(()),
        StackStanding::Busy => (
            Code::StackBusy,
            format!("somebody else is changing the stack `{}`", stack.name),
            "wait until it is over, then look at `sfc diff` and deploy again; nothing was changed".to_owned(),
        ),
        StackStanding::Dead => (
            Code::StackBroken,
            format!("the stack `{}` is {} and can only be deleted", stack.name, stack.status),
            "`sfc destroy` deletes it, and keeps the data bucket as long as it has one; then deploy again".to_owned(),
        ),
        StackStanding::Stuck => (
            Code::StackBroken,
            format!("the stack `{}` is {} and waits for somebody to end its rollback", stack.name, stack.status),
            format!(
                "mend what the last events name, then `aws cloudformation continue-update-rollback --stack-name {}`, then deploy again",
                stack.name
            ),
        ),
    };
    let mut diagnostic = Diagnostic::error(code, message).help(help);
    diagnostic = diagnostic.note(format!("its status is {}", stack.status));
    if let Some(reason) = &stack.reason {
        diagnostic = diagnostic.note(reason);
    }
    Err(EarlyEnd::with(Exit::Trouble, diagnostic))
}

/// Asks Step Functions about the definitions before anything changes.
async fn validate(
    aws: &Aws,
    prepared: &PreparedDeployment,
    printer: &Printer,
) -> Result<(), EarlyEnd> {
    let pipeline = &prepared.deployment.pipeline;
    for (machine, definition) in &prepared.compiled.machines.definitions {
        match aws.validate_definition(&definition.json).await? {
            Validation::Good => {}
            Validation::Unknown => {
                printer
                    .note("the definitions are not validated: this endpoint does not know how to");
                return Ok(());
            }
            Validation::Bad(findings) => {
                let mut diagnostic = Diagnostic::error(
                    Code::DefinitionRefused,
                    format!(
                        "Step Functions does not take the definition of `{}`",
                        machine.name(pipeline)
                    ),
                );
                for finding in findings {
                    let place = finding.location.unwrap_or_default();
                    diagnostic = diagnostic
                        .note(format!("{}: {} {place}", finding.code, finding.message).trim_end());
                }
                return Err(EarlyEnd::with(
                    Exit::Trouble,
                    diagnostic.help("nothing was changed; this is a mistake of sfc: please report it together with the spec"),
                ));
            }
        }
    }
    Ok(())
}

/// Says whom the statements run as, where the stack has a user that it did not have before: nothing is granted
/// to that one yet.
fn database_user(
    before: Option<&DeployedStack>,
    stack: &DeployedStack,
    pipeline: &Pipeline,
    printer: &Printer,
) {
    let user = |stack: &DeployedStack| stack.outputs.get(DATABASE_USER_OUTPUT).cloned();
    let Some(now) = user(stack) else { return };
    match before.and_then(user) {
        Some(earlier) if earlier == now => return,
        Some(earlier) => printer.note(&format!(
            "statements now run as the database user `{now}`, no longer as `{earlier}`: tables that `{earlier}` owns need a new owner, and `{now}` needs these GRANTs, which `sfc grants` prints"
        )),
        None => printer.note(&format!(
            "statements run as the database user `{now}`, which needs these GRANTs; `sfc grants` prints them, too"
        )),
    }
    let grantee = match GrantRecipient::of(pipeline) {
        GrantRecipient::Placeholder(_) => GrantRecipient::User(now),
        known => known,
    };
    printer.note(&format!("\n{}", grants::script(pipeline, &grantee)));
}

/// What the stack says about itself, as data.
fn outputs(stack: Option<&DeployedStack>, printer: &Printer) {
    let Some(stack) = stack else { return };
    let width = stack.outputs.keys().map(String::len).max().unwrap_or(0);
    for (name, value) in &stack.outputs {
        printer.data(&format!("{name:<width$}  {value}\n"));
    }
}
