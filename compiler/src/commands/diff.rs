//! `sfc diff`: what a deploy would change, without changing it.

use std::path::Path;

use serde_json::json;

use super::deploy::change_set::{self, Review};
use super::deploy::{Prepared, changeable, kind_for, prepare, warehouse};
use super::rows;
use super::session::{self, Account, Known, Stop};
use crate::aws::{Aws, Kind};
use crate::deploy::change::ChangeSet;
use crate::deploy::deployment::Deployment;
use crate::diagnostic::{Code, Diagnostic};
use crate::exit::Exit;
use crate::printer::Printer;
use crate::stack::MOST_BYTES_INLINE;

/// Shows what deploying the pipeline at `path` would change.
#[must_use]
pub fn diff(
    path: &Path,
    environment: Option<&str>,
    account: &Account,
    lambda_package: Option<&Path>,
    as_json: bool,
    printer: &Printer,
) -> Exit {
    let prepared = match prepare(path, environment, lambda_package, printer) {
        Ok(prepared) => prepared,
        Err(exit) => return exit,
    };
    session::block_on(printer, async {
        let known = Known::of(&prepared.project)?;
        let aws = account.connect(&known).await?;
        let prepared = prepared.in_partition_of(&aws)?;
        compare(&aws, &prepared, as_json, printer).await
    })
}

async fn compare(
    aws: &Aws,
    prepared: &Prepared,
    as_json: bool,
    printer: &Printer,
) -> Result<Exit, Stop> {
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
        return Err(Stop::with(
            Exit::Trouble,
            Diagnostic::error(
                Code::NotDeployed,
                format!("the template is long and there is no bucket `{bucket}` yet to give it by"),
            )
            .help("`sfc deploy` makes the bucket, and shows what it would do before it does it"),
        ));
    }
    let kind = kind_for(found.as_ref());
    match change_set::create(aws, deployment, kind, &bucket, |_| {}).await? {
        Review::Empty if as_json => {
            printer.data(&document(aws, deployment, kind, &ChangeSet::default()));
            Ok(Exit::Success)
        }
        Review::Empty => {
            printer.note("nothing to change: the stack is as the pipeline says");
            Ok(Exit::Success)
        }
        Review::Changes(made, changes) => {
            change_set::discard(aws, &made).await;
            match as_json {
                true => printer.data(&document(aws, deployment, kind, &changes)),
                false => change_set::show(aws, deployment, kind, &changes, printer),
            }
            Ok(Exit::Changes)
        }
    }
}

/// The changes as JSON.
fn document(aws: &Aws, deployment: &Deployment, kind: Kind, changes: &ChangeSet) -> String {
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
        "creates": kind == Kind::Create,
        "deployment": deployment.hash(),
        "changes": changes.collect::<Vec<_>>(),
    })))
}
