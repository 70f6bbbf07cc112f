//! What really runs, compared with what the deployment says. `--hot` changes it past CloudFormation, and
//! every deploy brings it back. CloudFormation itself changes only what differs between two templates
//! and never looks at what is there.

use std::time::Duration;

use super::stranded::{self, TakenAway};
use super::{PreparedDeployment, artifacts, changeable};
use crate::aws::Aws;
use crate::commands::account::output;
use crate::commands::session::EarlyEnd;
use crate::deploy::code_hash::code_sha256;
use crate::deploy::definitions;
use crate::deploy::stack::{DeployedStack, StackStanding};
use crate::diagnostic::{Code, Diagnostic};
use crate::exit::Exit;
use crate::printer::Printer;

/// How often a function is asked whether its update is over, and how long in between.
const UPDATE_LOOKS: (u32, Duration) = (240, Duration::from_millis(500));

/// Carries out `sfc deploy --hot`: definitions and code are changed without CloudFormation.
pub async fn hot(
    aws: &Aws,
    prepared: &PreparedDeployment,
    found: Option<DeployedStack>,
    waits: bool,
    printer: &Printer,
) -> Result<Exit, EarlyEnd> {
    let deployment = &prepared.deployment;
    let Some(stack) = found.filter(|stack| {
        !matches!(
            stack.standing(),
            StackStanding::Absent | StackStanding::Review
        )
    }) else {
        return Err(EarlyEnd::with(
            Exit::BadInput,
            Diagnostic::error(
                Code::NotDeployed,
                format!(
                    "there is no stack `{}` to change in place",
                    deployment.stack
                ),
            )
            .help("the first deploy is one without `--hot`"),
        ));
    };
    changeable(&stack, &deployment.pipeline)?;
    let mut taken = TakenAway::by(aws, prepared, Some(&stack), printer).await?;
    stranded::cleared(taken.as_mut(), waits, printer).await?;
    let bucket = artifacts::bucket(aws, printer).await?;
    artifacts::upload(aws, &bucket, deployment, printer).await?;
    super::validate(aws, prepared, printer).await?;
    let changed = apply(aws, prepared, &stack, &bucket).await?;
    if changed.is_empty() {
        printer.note("nothing to change: code and definitions are as the pipeline says");
        return Ok(Exit::Success);
    }
    for what in &changed {
        printer.data(&format!("changed {what}\n"));
    }
    printer.note(&format!(
        "the stack `{}` has drifted: CloudFormation does not know of this; `sfc deploy` without `--hot` brings them together",
        stack.name
    ));
    Ok(Exit::Success)
}

/// Brings back what is not as the stack says, after the stack is as the pipeline says. Returns whether
/// there was anything.
pub async fn heal(
    aws: &Aws,
    prepared: &PreparedDeployment,
    stack: &DeployedStack,
    printer: &Printer,
) -> Result<bool, EarlyEnd> {
    let bucket = crate::deploy::deployment::Deployment::artifacts_bucket(&aws.account, &aws.region);
    let changed = apply(aws, prepared, stack, &bucket).await?;
    for what in &changed {
        printer.note(&format!(
            "had drifted, and is as the pipeline says again: {what}"
        ));
    }
    Ok(!changed.is_empty())
}

/// Makes code and definitions what the deployment says; returns what was not.
async fn apply(
    aws: &Aws,
    prepared: &PreparedDeployment,
    stack: &DeployedStack,
    bucket: &str,
) -> Result<Vec<String>, EarlyEnd> {
    let mut changed = Vec::new();
    let function = output(stack, "FunctionName")?;
    let package = &prepared.deployment.package;
    if aws.function_code(function).await?.sha256 != code_sha256(package) {
        aws.update_function_code(
            function,
            bucket,
            &package.key(),
            package.architecture.name(),
        )
        .await?;
        wait(aws, function).await?;
        changed.push(format!("the code of `{function}`"));
    }
    for (machine, definition) in &prepared.compiled.machines.definitions {
        let machine_arn = output(stack, definitions::output(*machine))?;
        let live = aws.definition(machine_arn).await?;
        if !definitions::are_same(&live, &definition.json) {
            aws.update_definition(machine_arn, &definition.json).await?;
            changed.push(format!(
                "the definition of `{}`",
                machine.name(&prepared.deployment.pipeline)
            ));
        }
    }
    Ok(changed)
}

async fn wait(aws: &Aws, function: &str) -> Result<(), EarlyEnd> {
    for _ in 0..UPDATE_LOOKS.0 {
        if !aws.function_code(function).await?.updating {
            return Ok(());
        }
        tokio::time::sleep(UPDATE_LOOKS.1).await;
    }
    Ok(())
}
