//! What the Lambda may do: what the actions call, on what this pipeline has.

use std::collections::BTreeSet;

use runtime_lambda::plan::{Connection, Warehouse};

use super::bucket;
use super::database_user;
use super::intrinsic::{Text, arn, attribute, escaped, reference, substitution};
use super::names::{self, ARTIFACTS_BUCKET, FUNCTION_LOGS, TOPIC, UNDELIVERED};
use super::parts::StackPart;
use super::policy::{PolicyDocument, PolicyStatement, RoleProperties};
use super::template::StackTemplate;
use super::{custom_resource, job_permissions, xray};
use crate::machines::{self, Machine};
use crate::pipeline::{Pipeline, Recipient};

/// Adds the role that the Lambda runs as.
pub fn add(template: &mut StackTemplate, pipeline: &Pipeline) {
    let topics = pipeline
        .notify
        .iter()
        .filter_map(|notify| match &notify.recipient {
            Recipient::Topic(arn) => Some(arn.as_str().into()),
            Recipient::Email(_) | Recipient::Mail { .. } => None,
        });
    let mut permissions = vec![
        PolicyStatement::allow(
            Some("Logs"),
            &["logs:CreateLogStream", "logs:PutLogEvents"],
            vec![attribute(FUNCTION_LOGS, "Arn")],
        ),
        PolicyStatement::allow(
            Some("Runs"),
            &["s3:GetObject", "s3:PutObject", "s3:AbortMultipartUpload"],
            vec![bucket::objects(
                &pipeline.stack.data,
                &format!("{}/*", pipeline.name),
            )],
        ),
        // Without it, what is not there reads as forbidden (AWS page: `GetObject`).
        PolicyStatement::allow(
            Some("WhatIsNotThere"),
            &["s3:ListBucket"],
            vec![bucket::arn(&pipeline.stack.data)],
        ),
        PolicyStatement::allow(
            Some("Artifacts"),
            &["s3:GetObject"],
            ["plans", "scripts", "templates"]
                .map(|folder| {
                    substitution(format!(
                        "arn:${{AWS::Partition}}:s3:::${{{ARTIFACTS_BUCKET}}}/{folder}/*"
                    ))
                })
                .to_vec(),
        ),
        PolicyStatement::allow(
            Some("Notifications"),
            &["sns:Publish"],
            std::iter::once(reference(TOPIC)).chain(topics).collect(),
        ),
        PolicyStatement::allow(
            Some("Undelivered"),
            &["sqs:SendMessage"],
            vec![attribute(UNDELIVERED, "Arn")],
        ),
        PolicyStatement::allow_without_resource("SendTaskSuccess", &["states:SendTaskSuccess"]),
    ];
    if pipeline.has_crawlers() {
        permissions.push(PolicyStatement::allow(
            Some("StopCrawls"),
            &["states:StartExecution"],
            vec![names::state_machine_arn(
                Machine::QueryTimeout,
                &pipeline.name,
            )],
        ));
    }
    let stopped = job_permissions::stopped(pipeline);
    if !stopped.is_empty() {
        permissions.push(PolicyStatement::allow(
            Some("StopJobs"),
            &["states:StopExecution"],
            stopped,
        ));
    }
    if custom_resource::wanted(pipeline) {
        permissions.push(PolicyStatement::allow(
            Some("StackRuns"),
            &["states:StartExecution"],
            vec![names::state_machine_arn(Machine::Run, &pipeline.name)],
        ));
    }
    permissions.extend(warehouse(&pipeline.warehouse));
    permissions.extend(secrets(pipeline));
    permissions.extend(mails(pipeline));
    permissions.extend(super::key(&pipeline.stack));
    if pipeline.stack.vpc.is_some() {
        permissions.extend(network(&pipeline.name));
    }
    if pipeline.stack.tracing {
        permissions.push(xray());
    }
    let role = RoleProperties::new(
        format!("The Lambda of the pipeline {}", pipeline.name),
        PolicyDocument::lambda_trust(),
        permissions,
    );
    let role = database_user::with_roles(role, pipeline);
    template.add(StackPart::FunctionRole, role);
}

/// The values of secret parameters, of those secrets alone.
fn secrets(pipeline: &Pipeline) -> Option<PolicyStatement> {
    let mut arns: Vec<&str> = pipeline
        .parameters
        .values()
        .filter_map(|declared| declared.parameter.secret.as_deref())
        .collect();
    arns.sort_unstable();
    arns.dedup();
    (!arns.is_empty()).then(|| {
        PolicyStatement::allow(
            Some("SecretParameters"),
            &["secretsmanager:GetSecretValue"],
            arns.into_iter().map(Text::from).collect(),
        )
    })
}

/// Mails, from the senders that the spec names alone. Whether the address or its domain is the identity that
/// is verified, only the account knows (AWS page: "Controlling access to Amazon SES").
fn mails(pipeline: &Pipeline) -> Vec<PolicyStatement> {
    let senders = pipeline
        .notify
        .iter()
        .filter_map(|notify| match &notify.recipient {
            Recipient::Mail { from, .. } => Some(from.as_str()),
            Recipient::Email(_) | Recipient::Topic(_) => None,
        });
    let senders: BTreeSet<&str> = senders.collect();
    (1..)
        .zip(senders)
        .map(|(number, from): (u32, &str)| {
            let domain = from.rsplit_once('@').map_or(from, |(_, domain)| domain);
            let identity = |name: &str| arn("ses", &escaped(&format!("identity/{name}")));
            PolicyStatement::allow(
                Some(&format!("Mails{number}")),
                &["ses:SendEmail"],
                vec![identity(from), identity(domain)],
            )
            .when("StringEquals", "ses:FromAddress", from.into())
        })
        .collect()
}

/// Lambda itself makes the function's network interfaces, with the function's role. What runs in
/// the function may not (AWS page: "Giving Lambda functions access to resources in an Amazon VPC").
fn network(pipeline: &str) -> [PolicyStatement; 2] {
    const INTERFACES: [&str; 6] = [
        "ec2:AssignPrivateIpAddresses",
        "ec2:CreateNetworkInterface",
        "ec2:DeleteNetworkInterface",
        "ec2:DescribeNetworkInterfaces",
        "ec2:DescribeSubnets",
        "ec2:UnassignPrivateIpAddresses",
    ];
    let function = machines::names::function(pipeline);
    [
        PolicyStatement::allow(
            Some("LambdaTakesNoNarrowerNetworkPermission"),
            &INTERFACES,
            vec!["*".into()],
        ),
        PolicyStatement::deny("NotTheFunctionItself", &INTERFACES, vec!["*".into()]).when(
            "ArnEquals",
            "lambda:SourceFunctionArn",
            arn("lambda", &format!("function:{function}")),
        ),
    ]
}

/// Statements of the Redshift Data API, and how they reach the warehouse (AWS page: "Authorizing access
/// to the Amazon Redshift Data API").
fn warehouse(warehouse: &Warehouse) -> Vec<PolicyStatement> {
    const SUBMIT: [&str; 2] = [
        "redshift-data:ExecuteStatement",
        "redshift-data:BatchExecuteStatement",
    ];
    // The condition restricts to the Lambda's own statements what cannot be restricted otherwise.
    let own = PolicyStatement::allow_without_resource(
        "OwnStatement",
        &[
            "redshift-data:DescribeStatement",
            "redshift-data:GetStatementResult",
            "redshift-data:CancelStatement",
            "redshift-data:ListStatements",
        ],
    )
    .when(
        "StringEquals",
        "redshift-data:statement-owner-iam-userid",
        "${aws:userid}".into(),
    );
    let cluster = |identifier: &str| arn("redshift", &escaped(&format!("cluster:{identifier}")));
    let any_cluster = || arn("redshift", "cluster:*");
    let mut statements = match &warehouse.connection {
        Connection::Workgroup(_) => vec![PolicyStatement::allow(
            Some(ANY_WORKGROUP),
            &[
                "redshift-data:ExecuteStatement",
                "redshift-data:BatchExecuteStatement",
                "redshift-serverless:GetCredentials",
            ],
            vec![any_workgroup()],
        )],
        Connection::Cluster { identifier, .. } => vec![
            PolicyStatement::allow(Some("Submit"), &SUBMIT, vec![cluster(identifier)]),
            credentials(warehouse),
        ],
        Connection::Secret {
            cluster: of_cluster,
            workgroup,
            ..
        } => {
            let submit = match (of_cluster, workgroup) {
                (Some(identifier), _) => {
                    PolicyStatement::allow(Some("Submit"), &SUBMIT, vec![cluster(identifier)])
                }
                (None, Some(_)) => {
                    PolicyStatement::allow(Some(ANY_WORKGROUP), &SUBMIT, vec![any_workgroup()])
                }
                (None, None) => PolicyStatement::allow(
                    Some("OnlyTheSecretKnowsItsWarehouse"),
                    &SUBMIT,
                    vec![any_cluster(), any_workgroup()],
                ),
            };
            vec![submit, credentials(warehouse)]
        }
    };
    statements.push(own);
    statements
}

const ANY_WORKGROUP: &str = "WorkgroupArnsHaveAnIdThatIsNotKnown";

/// The ARN of a workgroup ends with its id, which its name does not tell.
pub fn any_workgroup() -> Text {
    arn("redshift-serverless", "workgroup/*")
}

/// How somebody gets the credentials that the warehouse is reached with.
pub fn credentials(warehouse: &Warehouse) -> PolicyStatement {
    match &warehouse.connection {
        Connection::Workgroup(_) => PolicyStatement::allow(
            Some(ANY_WORKGROUP),
            &["redshift-serverless:GetCredentials"],
            vec![any_workgroup()],
        ),
        Connection::Cluster {
            identifier,
            db_user,
        } => {
            let name = |kind: &str, name: &str| -> Text {
                arn("redshift", &escaped(&format!("{kind}:{identifier}/{name}")))
            };
            let database = name("dbname", &warehouse.database);
            match db_user {
                Some(user) => PolicyStatement::allow(
                    Some("Credentials"),
                    &["redshift:GetClusterCredentials"],
                    vec![name("dbuser", user), database],
                ),
                None => PolicyStatement::allow(
                    Some("Credentials"),
                    &["redshift:GetClusterCredentialsWithIAM"],
                    vec![database],
                ),
            }
        }
        Connection::Secret { arn: secret, .. } => PolicyStatement::allow(
            Some("Credentials"),
            &["secretsmanager:GetSecretValue"],
            vec![secret.as_str().into()],
        ),
    }
}
