//! Whether the warehouse is there, asked beside other calls and before anything is changed: a run that
//! finds none fails step by step.

use std::time::Duration;

use futures_util::future::join;
use runtime_lambda::plan::{Connection, Warehouse};

use super::PreparedDeployment;
use crate::aws::{Aws, AwsFailure, Presence};
use crate::commands::session::EarlyEnd;
use crate::diagnostic::{Code, Diagnostic};
use crate::exit::Exit;
use crate::pipeline_yaml;
use crate::printer::Printer;

/// How long is waited for an answer. A workgroup that nobody has used for a while takes its time.
const PATIENCE: Duration = Duration::from_secs(10);

/// Does `call`, and looks for the warehouse meanwhile.
///
/// # Errors
/// The call failed, or there is no such warehouse.
pub async fn beside<T>(
    call: impl Future<Output = Result<T, AwsFailure>>,
    aws: &Aws,
    prepared: &PreparedDeployment,
    printer: &Printer,
) -> Result<T, EarlyEnd> {
    let warehouse = &prepared.compiled.plan.warehouse;
    let asked = tokio::time::timeout(PATIENCE, aws.warehouse(warehouse));
    let (answer, presence) = join(call, asked).await;
    let answer = answer?;
    let why = match presence {
        Ok(Presence::There) => return Ok(answer),
        Ok(Presence::Missing(sentence)) => return Err(missing(aws, prepared, &sentence)),
        Ok(Presence::Unknown(failure)) => why(&failure),
        Err(_) => format!("there was no answer within {} s", PATIENCE.as_secs()),
    };
    printer.note(&format!(
        "whether {} is there is not checked: {why}",
        name(warehouse)
    ));
    Ok(answer)
}

fn why(failure: &AwsFailure) -> String {
    match failure {
        AwsFailure::Denied { action, .. } => format!("there is no permission for `{action}`"),
        failure if failure.is_unknown_call() => "this endpoint does not know how to".to_owned(),
        failure => failure.to_string(),
    }
}

fn name(warehouse: &Warehouse) -> String {
    let cluster = |name: &str| format!("the cluster `{name}`");
    let workgroup = |name: &str| format!("the workgroup `{name}`");
    match &warehouse.connection {
        Connection::Cluster { identifier, .. }
        | Connection::Secret {
            cluster: Some(identifier),
            ..
        } => cluster(identifier),
        Connection::Workgroup(name)
        | Connection::Secret {
            workgroup: Some(name),
            ..
        } => workgroup(name),
        Connection::Secret { .. } => "the secret's warehouse".to_owned(),
    }
}

fn missing(aws: &Aws, prepared: &PreparedDeployment, sentence: &str) -> EarlyEnd {
    let warehouse = &prepared.compiled.plan.warehouse;
    let mut diagnostic = Diagnostic::error(
        Code::WarehouseMissing,
        format!(
            "{} is not there in the Region {} of account {}",
            name(warehouse),
            aws.region,
            aws.account
        ),
    );
    let loaded = pipeline_yaml::load(&prepared.project.spec);
    if let Some(document) = loaded.value
        && let Some(place) = document.root().get("warehouse")
    {
        diagnostic = diagnostic.at(&document.file, place.shown(), "named here");
    }
    EarlyEnd::with(
        Exit::Trouble,
        diagnostic
            .note(format!("the Redshift Data API says: {sentence}"))
            .note("nothing was changed")
            .help("give the Region that it is in with `--region`, or another account's `--profile`; otherwise mend its name"),
    )
}
