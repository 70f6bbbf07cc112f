//! What a task's `Resource` may name ("Integrating services with Step Functions"): functions,
//! activities, and the services with an integration of their own. Each service has its actions and
//! the ways in which they can be called.

/// How a task calls an integration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IntegrationPattern {
    /// The answer of the call is the result.
    RequestResponse,
    /// `.sync`, `.sync:2`: the end of a job is the result.
    RunJob,
    /// `.waitForTaskToken`: a token brings the result.
    Callback,
}

/// What a resource turns out to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TaskResource {
    /// A function, by its own ARN.
    Function,
    /// An activity, by its ARN.
    Activity,
    /// An integration that exists.
    Integration(IntegrationPattern),
    /// Step Functions has no such resource.
    Unrecognized,
    /// A service that is not in the table below: nobody here can tell.
    Unheard,
}

use IntegrationPattern::{Callback, RequestResponse, RunJob};

/// The patterns beside [`RequestResponse`], which every action has.
type Action = (&'static str, &'static [IntegrationPattern]);

const PLAIN: &[IntegrationPattern] = &[];
const JOB: &[IntegrationPattern] = &[RunJob];
const CALLBACK: &[IntegrationPattern] = &[Callback];
const BOTH: &[IntegrationPattern] = &[RunJob, Callback];

/// The services with an integration of their own, from the pages under
/// "Integrating optimized services with Step Functions".
const SERVICES: &[(&str, &[Action])] = &[
    ("apigateway", &[("invoke", CALLBACK)]),
    (
        "athena",
        &[
            ("startQueryExecution", JOB),
            ("stopQueryExecution", PLAIN),
            ("getQueryExecution", PLAIN),
            ("getQueryResults", PLAIN),
        ],
    ),
    ("batch", &[("submitJob", JOB)]),
    (
        "bedrock",
        &[
            ("invokeModel", CALLBACK),
            ("createModelCustomizationJob", BOTH),
        ],
    ),
    (
        "codebuild",
        &[
            ("startBuild", JOB),
            ("stopBuild", PLAIN),
            ("batchDeleteBuilds", PLAIN),
            ("batchGetReports", PLAIN),
            ("startBuildBatch", JOB),
            ("stopBuildBatch", PLAIN),
            ("retryBuildBatch", JOB),
            ("deleteBuildBatch", PLAIN),
        ],
    ),
    ("databrew", &[("startJobRun", JOB)]),
    (
        "dynamodb",
        &[
            ("getItem", PLAIN),
            ("putItem", PLAIN),
            ("deleteItem", PLAIN),
            ("updateItem", PLAIN),
        ],
    ),
    ("ecs", &[("runTask", BOTH)]),
    (
        "eks",
        &[
            ("call", CALLBACK),
            ("runJob", BOTH),
            ("createCluster", BOTH),
            ("deleteCluster", BOTH),
            ("createNodegroup", BOTH),
            ("deleteNodegroup", BOTH),
            ("createFargateProfile", BOTH),
            ("deleteFargateProfile", BOTH),
        ],
    ),
    (
        "elasticmapreduce",
        &[
            ("createCluster", JOB),
            ("setClusterTerminationProtection", PLAIN),
            ("terminateCluster", JOB),
            ("addStep", JOB),
            ("cancelStep", PLAIN),
            ("modifyInstanceFleetByName", PLAIN),
            ("modifyInstanceGroupByName", PLAIN),
        ],
    ),
    (
        "emr-containers",
        &[
            ("createVirtualCluster", PLAIN),
            ("deleteVirtualCluster", JOB),
            ("startJobRun", JOB),
        ],
    ),
    (
        "emr-serverless",
        &[
            ("createApplication", JOB),
            ("startApplication", JOB),
            ("stopApplication", JOB),
            ("deleteApplication", JOB),
            ("startJobRun", JOB),
            ("cancelJobRun", JOB),
        ],
    ),
    ("events", &[("putEvents", CALLBACK)]),
    ("glue", &[("startJobRun", JOB)]),
    ("http", &[("invoke", PLAIN)]),
    ("lambda", &[("invoke", CALLBACK)]),
    ("mediaconvert", &[("createJob", JOB)]),
    (
        "sagemaker",
        &[
            ("createEndpoint", PLAIN),
            ("createEndpointConfig", PLAIN),
            ("createHyperParameterTuningJob", JOB),
            ("createLabelingJob", JOB),
            ("createModel", PLAIN),
            ("createProcessingJob", JOB),
            ("createTrainingJob", JOB),
            ("createTransformJob", JOB),
            ("updateEndpoint", PLAIN),
        ],
    ),
    ("sns", &[("publish", CALLBACK)]),
    ("sqs", &[("sendMessage", CALLBACK)]),
    ("states", &[("startExecution", BOTH)]),
];

/// What a resource is.
pub fn recognize(resource: &str) -> TaskResource {
    let parts: Vec<&str> = resource.splitn(6, ':').collect();
    let [arn, partition, service, region, account, rest] = parts.as_slice() else {
        return TaskResource::Unrecognized;
    };
    if *arn != "arn" || partition.is_empty() {
        return TaskResource::Unrecognized;
    }
    let named = |kind: &str| {
        rest.strip_prefix(kind)
            .is_some_and(|name| !name.is_empty())
            .then_some(())
    };
    match *service {
        "lambda" if named("function:").is_some() => TaskResource::Function,
        "states" if named("activity:").is_some() => TaskResource::Activity,
        "states" if region.is_empty() && account.is_empty() => integration(rest),
        _ => TaskResource::Unrecognized,
    }
}

fn integration(rest: &str) -> TaskResource {
    let (rest, pattern) = if let Some(rest) = rest.strip_suffix(".waitForTaskToken") {
        (rest, Callback)
    } else if let Some(rest) = rest
        .strip_suffix(".sync")
        .or_else(|| rest.strip_suffix(".sync:2"))
    {
        (rest, RunJob)
    } else {
        (rest, RequestResponse)
    };
    let Some((service, action)) = rest.split_once(':') else {
        return TaskResource::Unrecognized;
    };
    if service == "aws-sdk" {
        // The SDK integrations have no jobs, and thousands of actions.
        let good = action.split_once(':').is_some_and(|(service, action)| {
            !service.is_empty() && action.starts_with(|first: char| first.is_ascii_lowercase())
        });
        return match (good, pattern) {
            (true, RequestResponse | Callback) => TaskResource::Integration(pattern),
            _ => TaskResource::Unrecognized,
        };
    }
    let Some((_, actions)) = SERVICES.iter().find(|(known, _)| *known == service) else {
        return TaskResource::Unheard;
    };
    let exists = actions.iter().any(|(known, patterns)| {
        *known == action && (pattern == RequestResponse || patterns.contains(&pattern))
    });
    if exists {
        TaskResource::Integration(pattern)
    } else {
        TaskResource::Unrecognized
    }
}

#[cfg(test)]
mod tests {
    use super::{IntegrationPattern, TaskResource, recognize};

    #[test]
    fn integrations_have_their_actions_and_patterns() {
        for (resource, expected) in [
            (
                "arn:aws:states:::lambda:invoke",
                TaskResource::Integration(IntegrationPattern::RequestResponse),
            ),
            (
                "arn:aws-cn:states:::lambda:invoke.waitForTaskToken",
                TaskResource::Integration(IntegrationPattern::Callback),
            ),
            (
                "arn:aws:states:::states:startExecution.sync:2",
                TaskResource::Integration(IntegrationPattern::RunJob),
            ),
            (
                "arn:aws:states:::aws-sdk:glue:startCrawler",
                TaskResource::Integration(IntegrationPattern::RequestResponse),
            ),
            (
                "arn:aws:lambda:eu-west-1:000000000000:function:f",
                TaskResource::Function,
            ),
            (
                "arn:aws:states:eu-west-1:000000000000:activity:a",
                TaskResource::Activity,
            ),
            (
                "arn:aws:states:::dynamodb:query",
                TaskResource::Unrecognized,
            ),
            (
                "arn:aws:states:::lambda:invoke.sync",
                TaskResource::Unrecognized,
            ),
            (
                "arn:aws:states:::aws-sdk:glue:startJobRun.sync",
                TaskResource::Unrecognized,
            ),
            ("arn:aws:states:::sqs", TaskResource::Unrecognized),
            ("arn:aws:s3:::bucket", TaskResource::Unrecognized),
            ("lambda", TaskResource::Unrecognized),
            (
                "arn:aws:states:::braket:createQuantumTask",
                TaskResource::Unheard,
            ),
        ] {
            assert_eq!(recognize(resource), expected, "{resource}");
        }
    }
}
