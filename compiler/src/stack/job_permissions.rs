//! What a machine may do for steps that are jobs. Its tasks take the names of what they call from the
//! plan, so the permissions do, too.

use runtime_lambda::plan::Job;

use super::intrinsic::{Text, arn, escaped, reference};
use super::names;
use super::policy::PolicyStatement;
use crate::machines::Machine;
use crate::pipeline::{JobQueue, Pipeline};

/// The permissions for a task of this resource; none if it is no job's.
pub fn of(resource: &str, pipeline: &Pipeline) -> Option<Vec<PolicyStatement>> {
    let jobs: Vec<&Job> = pipeline
        .steps
        .iter()
        .filter_map(|step| step.job())
        .collect();
    match resource {
        "batch:submitJob.sync" => Some(batch(pipeline)),
        "glue:startJobRun.sync" => {
            let names = all(&jobs, |job| match job {
                Job::GlueJob { name, .. } => Some(arn("glue", &any(&format!("job/{name}")))),
                _ => None,
            });
            Some(vec![PolicyStatement::allow(
                Some("GlueJobs"),
                &[
                    "glue:StartJobRun",
                    "glue:GetJobRun",
                    "glue:GetJobRuns",
                    "glue:BatchStopJobRun",
                ],
                names,
            )])
        }
        "aws-sdk:glue:startCrawler" => Some(vec![PolicyStatement::allow(
            Some("StartCrawlers"),
            &["glue:StartCrawler"],
            crawlers(&jobs),
        )]),
        "aws-sdk:glue:getCrawler" => Some(vec![PolicyStatement::allow(
            Some("LookAtCrawlers"),
            &["glue:GetCrawler"],
            crawlers(&jobs),
        )]),
        "aws-sdk:glue:stopCrawler" => Some(vec![PolicyStatement::allow(
            Some("StopCrawlers"),
            &["glue:StopCrawler"],
            crawlers(&jobs),
        )]),
        "lambda:invoke" => {
            let functions = all(&jobs, |job| match job {
                Job::Lambda { function, .. } => Some(named_or_arn(function, "lambda", "function:")),
                _ => None,
            });
            Some(vec![PolicyStatement::allow(
                Some("Functions"),
                &["lambda:InvokeFunction"],
                functions,
            )])
        }
        "states:startExecution.sync:2" => Some(executions(&jobs)),
        _ => None,
    }
}

/// AWS page: "IAM policies for nested Step Functions calls". The managed rule is the caller's to add.
fn executions(jobs: &[&Job]) -> Vec<PolicyStatement> {
    let machines = |of: fn(&str) -> String| {
        all(jobs, |job| match job {
            Job::StateMachine { arn, .. } => Some(of(arn).into()),
            _ => None,
        })
    };
    vec![
        PolicyStatement::allow(
            Some("StateMachines"),
            &["states:StartExecution"],
            machines(wildcards),
        ),
        PolicyStatement::allow(
            Some("AwaitStateMachines"),
            &["states:DescribeExecution", "states:StopExecution"],
            machines(of_machine),
        ),
    ]
}

/// Executions that the Lambda stops: those that run jobs, and those that are jobs. A crawl is stopped by its name.
pub fn stopped(pipeline: &Pipeline) -> Vec<Text> {
    let jobs: Vec<&Job> = pipeline
        .steps
        .iter()
        .filter_map(|step| step.job())
        .filter(|job| !matches!(job, Job::GlueCrawler { .. }))
        .collect();
    if jobs.is_empty() {
        return Vec::new();
    }
    let own = names::executions_arn(Machine::Query, &pipeline.name);
    let others = all(&jobs, |job| match job {
        Job::StateMachine { arn, .. } => Some(of_machine(arn).into()),
        _ => None,
    });
    std::iter::once(own).chain(others).collect()
}

/// Every execution of the state machine with this ARN.
fn of_machine(arn: &str) -> String {
    format!(
        "{}:*",
        wildcards(arn).replace(":stateMachine:", ":execution:")
    )
}

/// AWS page: "IAM policies for calling AWS Batch".
fn batch(pipeline: &Pipeline) -> Vec<PolicyStatement> {
    let Some(rsql) = &pipeline.rsql else {
        return Vec::new();
    };
    let queue = match &rsql.queue {
        JobQueue::Existing(name) => named_or_arn(name, "batch", "job-queue/"),
        JobQueue::Made(_) => reference(names::RSQL_QUEUE),
    };
    let name = rsql.definition_name(&pipeline.name);
    // A name without a revision is the newest one; a job is submitted under either spelling.
    let definitions = if name.starts_with("arn:") || name.contains(':') {
        vec![name]
    } else {
        vec![format!("{name}:*"), name]
    };
    let resources = definitions
        .iter()
        .map(|definition| named_or_arn(definition, "batch", "job-definition/"));
    vec![
        PolicyStatement::allow(
            Some("SubmitJobs"),
            &["batch:SubmitJob"],
            std::iter::once(queue).chain(resources).collect(),
        ),
        PolicyStatement::allow(
            Some("JobArnsHaveAnIdThatIsNotKnown"),
            &["batch:TerminateJob"],
            vec![arn("batch", "job/*")],
        ),
        PolicyStatement::allow_without_resource("DescribeJobs", &["batch:DescribeJobs"]),
        PolicyStatement::allow(
            Some("ManagedRuleOfJobs"),
            &["events:PutTargets", "events:PutRule", "events:DescribeRule"],
            vec![arn("events", "rule/StepFunctionsGetEventsForBatchJobsRule")],
        ),
    ]
}

fn crawlers(jobs: &[&Job]) -> Vec<Text> {
    all(jobs, |job| match job {
        Job::GlueCrawler { name } => Some(arn("glue", &any(&format!("crawler/{name}")))),
        _ => None,
    })
}

fn all(jobs: &[&Job], text: impl Fn(&Job) -> Option<Text>) -> Vec<Text> {
    let mut texts: Vec<Text> = Vec::new();
    for job in jobs {
        if let Some(text) = text(job).filter(|text| !texts.contains(text)) {
            texts.push(text);
        }
    }
    texts
}

fn named_or_arn(name: &str, service: &str, prefix: &str) -> Text {
    if name.starts_with("arn:") {
        wildcards(name).into()
    } else {
        arn(service, &any(&format!("{prefix}{name}")))
    }
}

fn any(resource: &str) -> String {
    escaped(&wildcards(resource))
}

/// `text` with a wildcard for each `{{parameter}}`: its value is a run's.
#[must_use]
pub fn wildcards(text: &str) -> String {
    let mut parts = text.split("{{");
    let mut wild = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        wild.push('*');
        wild.push_str(part.split_once("}}").map_or("", |(_, rest)| rest));
    }
    wild
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_in_names_are_wildcards() {
        assert_eq!(wildcards("load-{{day}}-{{n}}"), "load-*-*");
        assert_eq!(
            named_or_arn("arn:aws:lambda:r:a:function:f", "lambda", "function:"),
            "arn:aws:lambda:r:a:function:f".into()
        );
        assert_eq!(
            named_or_arn("f", "lambda", "function:"),
            arn("lambda", "function:f")
        );
    }
}
