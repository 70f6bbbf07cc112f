//! How a run in AWS is ended: by its execution, or by what sweeps where that is over.

use jiff::Timestamp;
use runtime_lambda::field;
use runtime_lambda::protocol::OverInput;
use serde_json::json;

use crate::aws::AwsFailure;
use crate::commands::account::output;
use crate::commands::runs::in_aws::InAws;
use crate::commands::runs::{Brief, Runs};
use crate::commands::session::EarlyEnd;
use crate::execution::AwsExecutionStatus;

/// Stops the execution; whether there is a state to wait for. Where it is over and its run is not, nobody has
/// swept: the rule's event was lost, and does not come again. So this starts what the rule would start.
pub async fn ask(there: &InAws, runs: &Runs, brief: &Brief) -> Result<bool, EarlyEnd> {
    let InAws { aws, stack, .. } = there;
    let execution = runs.execution(brief).await?;
    if let Some(execution) = execution.as_ref().filter(|one| one.is_running()) {
        let cause = format!("stopped by {}", aws.identity);
        match aws.stop_execution(&execution.arn, &cause).await {
            Ok(()) => {}
            // It has ended in the meantime.
            Err(AwsFailure::Refused { code, .. }) if code == "ExecutionDoesNotExist" => {}
            Err(failure) => return Err(failure.into()),
        }
        return Ok(runs.state(&brief.run).await?.is_some());
    }
    let state = runs.state(&brief.run).await?;
    // Step Functions forgets an execution after 90 days; the state knows enough of it.
    let (arn, started, status) = match (&execution, &state) {
        // It was skipped, and nobody is to hear of that.
        (Some(over), None) if over.status == AwsExecutionStatus::Succeeded => return Ok(false),
        // Of a run that died before it had a state, people hear by the sweep.
        (Some(over), _) => (over.arn.as_str(), over.started, over.status.name()),
        (None, Some(state)) => (
            state.execution.as_str(),
            state.started,
            AwsExecutionStatus::Aborted.name(),
        ),
        (None, None) => return Ok(false),
    };
    let input = json!({
        (field!(OverInput, execution)): arn,
        (field!(OverInput, started)): started.as_millisecond(),
        (field!(OverInput, status)): status,
    });
    let name = format!(
        "{}-sweep-{:x}",
        brief.run,
        Timestamp::now().as_millisecond()
    );
    let machine = output(stack, "ReportStateMachineArn")?;
    aws.start_execution(machine, &name, &input.to_string())
        .await?;
    Ok(state.is_some())
}
