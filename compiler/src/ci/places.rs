//! The ARNs under which the resources of a template are, or will be, as `Fn::Sub` fills them in. A resource
//! with a name of its own has that; all others are named by CloudFormation, after their stack.

use std::collections::BTreeSet;

use serde_json::Value;

/// How many characters of a stack's name CloudFormation surely keeps in the names that it makes: some
/// services allow 64 characters for all of it.
const KEPT: usize = 20;

/// How the ARNs of a type are made.
struct Place {
    /// The type, such as `AWS::SQS::Queue`.
    kind: &'static str,
    /// Service, Region and account, as in an ARN.
    service: &'static str,
    /// What follows; `{path}` and `{name}` are filled in.
    resource: &'static str,
    /// What may follow the name: revisions, streams.
    behind: &'static [&'static str],
    /// The property that has the name, if the resource has one of its own.
    property: &'static str,
    /// Names that CloudFormation makes.
    made: Made,
}

/// What a name begins with that CloudFormation makes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Made {
    /// The name begins with the stack's name.
    OfStack,
    /// The stack's name and the logical id, in lower case. Buckets of others may begin with
    /// the stack's name.
    InLowerCase,
    /// The stack's name or the logical id, as the type's handler wants it.
    OrByLogicalId,
}

const HERE: &str = "${AWS::Region}:${AWS::AccountId}";
const NOWHERE: &str = ":";
const ACCOUNT: &str = ":${AWS::AccountId}";

macro_rules! place {
    ($kind:literal, $service:literal, $where:expr, $resource:literal, $behind:expr, $property:literal, $made:ident) => {
        (
            Place {
                kind: $kind,
                service: $service,
                resource: $resource,
                behind: $behind,
                property: $property,
                made: Made::$made,
            },
            $where,
        )
    };
}

/// Every type that has ARNs (AWS page: "Service Authorization Reference").
#[rustfmt::skip]
const PLACES: &[(Place, &str)] = &[
    place!("AWS::Batch::ComputeEnvironment", "batch", HERE, "compute-environment/{name}", &[""], "ComputeEnvironmentName", OrByLogicalId),
    place!("AWS::Batch::JobDefinition", "batch", HERE, "job-definition/{name}", &["", ":*"], "JobDefinitionName", OrByLogicalId),
    place!("AWS::Batch::JobQueue", "batch", HERE, "job-queue/{name}", &[""], "JobQueueName", OrByLogicalId),
    place!("AWS::CloudWatch::Alarm", "cloudwatch", HERE, "alarm:{name}", &[""], "AlarmName", OfStack),
    place!("AWS::CloudWatch::Dashboard", "cloudwatch", ACCOUNT, "dashboard/{name}", &[""], "DashboardName", OrByLogicalId),
    place!("AWS::Events::Rule", "events", HERE, "rule/{name}", &[""], "Name", OfStack),
    place!("AWS::IAM::ManagedPolicy", "iam", ACCOUNT, "policy{path}{name}", &[""], "ManagedPolicyName", OfStack),
    place!("AWS::IAM::Role", "iam", ACCOUNT, "role{path}{name}", &[""], "RoleName", OfStack),
    place!("AWS::Lambda::Function", "lambda", HERE, "function:{name}", &[""], "FunctionName", OfStack),
    place!("AWS::Logs::LogGroup", "logs", HERE, "log-group:{name}", &["", ":*"], "LogGroupName", OfStack),
    place!("AWS::S3::Bucket", "s3", NOWHERE, "{name}", &[""], "BucketName", InLowerCase),
    place!("AWS::SNS::Topic", "sns", HERE, "{name}", &[""], "TopicName", OfStack),
    place!("AWS::SQS::Queue", "sqs", HERE, "{name}", &[""], "QueueName", OfStack),
    place!("AWS::Scheduler::Schedule", "scheduler", HERE, "schedule/default/{name}", &[""], "Name", OrByLogicalId),
    place!("AWS::StepFunctions::StateMachine", "states", HERE, "stateMachine:{name}", &[""], "StateMachineName", OfStack),
];

/// The ARNs of the resources of `kind` in `template`, whose stack is called `stack`: patterns where
/// CloudFormation makes the names. `common` is what names must have in common to become one pattern.
pub fn arns(template: &Value, kind: &str, stack: &str, common: &str) -> Vec<String> {
    let Some((place, region)) = PLACES.iter().find(|(place, _)| place.kind == kind) else {
        return Vec::new();
    };
    let mut names: BTreeSet<(String, String)> = BTreeSet::new();
    for (logical_id, resource) in resources(template) {
        if resource.get("Type").and_then(Value::as_str) != Some(kind) {
            continue;
        }
        let property = |name: &str| {
            let properties = resource.get("Properties")?;
            properties.get(name).and_then(Value::as_str)
        };
        let path = property("Path").unwrap_or("/").to_owned();
        match property(place.property) {
            Some(name) => {
                names.insert((path, name.replace("${", "${!")));
            }
            None => {
                for name in place.made.patterns(stack, logical_id) {
                    names.insert((path.clone(), name));
                }
            }
        }
    }
    let names = in_few(names, common);
    let names = names.iter().flat_map(|(path, name)| {
        let resource = place.resource.replace("{path}", path);
        let resource = resource.replace("{name}", name);
        place.behind.iter().map(move |behind| {
            format!(
                "arn:${{AWS::Partition}}:{}:{region}:{resource}{behind}",
                place.service
            )
        })
    });
    names.collect()
}

/// The resources of a template, by logical id.
pub fn resources(template: &Value) -> impl Iterator<Item = (&str, &Value)> {
    let all = template.get("Resources").and_then(Value::as_object);
    all.into_iter()
        .flatten()
        .map(|(logical_id, resource)| (logical_id.as_str(), resource))
}

impl Made {
    fn patterns(self, stack: &str, logical_id: &str) -> Vec<String> {
        let of_stack = match stack.get(..KEPT) {
            Some(kept) if stack.len() > KEPT => format!("{kept}*"),
            _ => format!("{stack}-*"),
        };
        match self {
            Self::OfStack => vec![of_stack],
            Self::InLowerCase if stack.len() <= KEPT => {
                let all = match logical_id.get(..KEPT) {
                    Some(kept) if logical_id.len() > KEPT => format!("{stack}-{kept}*"),
                    _ => format!("{stack}-{logical_id}-*"),
                };
                vec![all.to_lowercase()]
            }
            Self::InLowerCase => vec![of_stack.to_lowercase()],
            Self::OrByLogicalId => vec![of_stack, format!("{logical_id}-*")],
        }
    }
}

/// Three names or more become one pattern if what they begin with names the pipeline, so that a policy
/// stays within IAM's size.
fn in_few(names: BTreeSet<(String, String)>, common: &str) -> BTreeSet<(String, String)> {
    let Some((path, first)) = names.first().cloned() else {
        return names;
    };
    let shared = names.iter().fold(first, |shared, (_, name)| {
        let same = shared.chars().zip(name.chars());
        same.take_while(|(one, other)| one == other)
            .map(|(one, _)| one)
            .collect()
    });
    let is_one_path = names.iter().all(|(other, _)| *other == path);
    let Some(end) = shared.rfind(['-', '/']) else {
        return names;
    };
    let prefix: String = shared.chars().take(end + 1).collect();
    if names.len() < 3 || !is_one_path || !prefix.contains(common) || prefix.contains('*') {
        return names;
    }
    BTreeSet::from([(path, format!("{prefix}*"))])
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::ci::actions;

    fn of(kind: &str, resources: &[Value], stack: &str) -> Vec<String> {
        let resources: serde_json::Map<_, _> = (1..)
            .zip(resources)
            .map(|(number, properties): (u32, _)| {
                let resource = json!({ "Type": kind, "Properties": properties });
                (format!("Thing{number}"), resource)
            })
            .collect();
        let template = json!({ "Resources": resources });
        let arns = arns(&template, kind, stack, "demo");
        let arns = arns
            .iter()
            .map(|arn| arn.replace("arn:${AWS::Partition}:", ""));
        arns.map(|arn| arn.replace("${AWS::Region}:${AWS::AccountId}", "…"))
            .collect()
    }

    #[test]
    fn every_type_that_actions_are_allowed_on_has_a_place() {
        for row in actions::TABLE {
            for kind in row.on {
                assert!(
                    PLACES.iter().any(|(place, _)| place.kind == *kind),
                    "{kind}"
                );
            }
        }
    }

    #[test]
    fn a_resource_has_its_name_or_its_stacks() {
        assert_eq!(
            of("AWS::SQS::Queue", &[json!({})], "demo"),
            ["sqs:…:demo-*"]
        );
        assert_eq!(
            of(
                "AWS::Lambda::Function",
                &[json!({ "FunctionName": "demo" })],
                "demo"
            ),
            ["lambda:…:function:demo"]
        );
        assert_eq!(
            of("AWS::S3::Bucket", &[json!({})], "Demo"),
            ["s3:::demo-thing1-*"]
        );
        assert_eq!(
            of("AWS::Batch::ComputeEnvironment", &[json!({})], "demo"),
            [
                "batch:…:compute-environment/Thing1-*",
                "batch:…:compute-environment/demo-*"
            ]
        );
        assert_eq!(
            of(
                "AWS::Logs::LogGroup",
                &[json!({ "LogGroupName": "/aws/x" })],
                "demo"
            ),
            ["logs:…:log-group:/aws/x", "logs:…:log-group:/aws/x:*"]
        );
    }

    #[test]
    fn a_path_and_many_names_of_one_pipeline_are_one_pattern() {
        let role = |name: &str| json!({ "RoleName": name, "Path": "/data/" });
        assert_eq!(
            of(
                "AWS::IAM::Role",
                &[role("x-demo-a"), role("x-demo-b"), role("x-demo-query")],
                "demo"
            ),
            ["iam::${AWS::AccountId}:role/data/x-demo-*"]
        );
        // Nothing that other pipelines may be called, too.
        assert_eq!(
            of(
                "AWS::IAM::Role",
                &[role("a-1"), role("a-2"), role("a-3")],
                "demo"
            )
            .len(),
            3
        );
    }

    #[test]
    fn a_long_name_of_a_stack_is_cut_as_cloudformation_may_cut_it() {
        assert_eq!(
            of(
                "AWS::SQS::Queue",
                &[json!({})],
                "a-pipeline-with-a-long-name"
            ),
            ["sqs:…:a-pipeline-with-a-lo*"]
        );
        assert_eq!(
            of(
                "AWS::S3::Bucket",
                &[json!({})],
                "a-pipeline-with-a-long-name"
            ),
            ["s3:::a-pipeline-with-a-lo*"]
        );
    }
}
