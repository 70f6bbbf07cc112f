//! What the two roles of a CI may do: one looks at what a deploy would change, one deploys. Actions come from
//! the types of resources that the pipeline's own template has, and from what sfc itself calls.

use std::collections::BTreeSet;

use runtime_lambda::ids::RunId;
use runtime_lambda::keys;
use runtime_lambda::plan::{Connection, Warehouse};
use serde_json::Value;

use super::actions::{self, BUCKET, ROLE};
use super::places::{self, resources};
use super::policy::{AllowStatement, Grouped};
use crate::machines::Machine;
use crate::stack::MOST_BYTES_INLINE;

/// What the permissions are read off.
#[derive(Debug, Clone, Copy)]
pub struct Deployed<'a> {
    /// Name of the pipeline.
    pub pipeline: &'a str,
    /// Name of its stack.
    pub stack: &'a str,
    /// Its template, as it is written.
    pub template: &'a str,
    /// The warehouse that a deploy asks whether it is there.
    pub warehouse: &'a Warehouse,
    /// ARN of the key that encrypts what the stack has.
    pub kms_key: Option<&'a str>,
    /// Whether its Lambda is in a VPC.
    pub has_network: bool,
}

/// The bucket of `sfc deploy`, which all pipelines of an account and Region share.
const ARTIFACTS: &str = "arn:${AWS::Partition}:s3:::sfc-artifacts-${AWS::AccountId}-${AWS::Region}";

/// Roles bounded by a policy: who may do this without the condition could take the bound away.
const BOUNDED: [&str; 3] = [
    "iam:AttachRolePolicy",
    "iam:CreateRole",
    "iam:PutRolePolicy",
];

/// What the role may do that plans: `sfc diff`, which makes a change set and deletes it.
#[must_use]
pub fn of_plan(deployed: &Deployed<'_>) -> Vec<AllowStatement> {
    let mut statements = vec![
        AllowStatement::new(
            "ChangeSets",
            [
                "cloudformation:CreateChangeSet",
                "cloudformation:DeleteChangeSet",
                "cloudformation:DescribeChangeSet",
                "cloudformation:DescribeStacks",
                "cloudformation:GetTemplate",
                "cloudformation:ListChangeSets",
                "cloudformation:TagResource",
            ],
            vec![deployed.stack_arn()],
        )
        .because("It executes no change set, and deletes no stack."),
        AllowStatement::new(
            "Deployed",
            ["s3:GetObject"],
            vec![
                format!("{ARTIFACTS}/plans/*"),
                format!("{ARTIFACTS}/scripts/*"),
            ],
        ),
        AllowStatement::new(
            "WhatIsNotThere",
            ["s3:ListBucket"],
            vec![ARTIFACTS.to_owned()],
        ),
    ];
    if deployed.template.len() > MOST_BYTES_INLINE {
        statements.push(
            AllowStatement::new(
                "LongTemplate",
                ["s3:GetObject", "s3:PutObject"],
                vec![format!("{ARTIFACTS}/reviews/*")],
            )
            .because("CloudFormation reads a template of more than 51,200 bytes from the bucket. No deploy reads these."),
        );
    }
    statements.push(warehouse(deployed.warehouse));
    statements
}

/// What the role may do that deploys: `sfc deploy`, for which CloudFormation acts with its permissions.
#[must_use]
pub fn of_deploy(deployed: &Deployed<'_>) -> Vec<AllowStatement> {
    let template: Value = serde_json::from_str(deployed.template).unwrap_or_default();
    let kinds: BTreeSet<&str> = resources(&template)
        .filter_map(|(_, resource)| resource.get("Type")?.as_str())
        .collect();
    let mut statements = of_sfc(deployed);
    statements.extend(runs(deployed, &template));
    let mut grouped = Grouped::default();
    let mut anywhere = BTreeSet::from(["states:ValidateStateMachineDefinition"]);
    for row in kinds.iter().filter_map(|kind| actions::of(kind)) {
        let on = |kind: &&str| places::arns(&template, kind, deployed.stack, deployed.pipeline);
        let arns: Vec<String> = row.on.iter().flat_map(on).collect();
        // A policy of a bucket that is there already is on nothing of the template.
        if !arns.is_empty() {
            let first = row.on.first().copied().unwrap_or(row.kind);
            grouped.add(
                first.rsplit("::").next().unwrap_or(first),
                row.actions,
                arns,
            );
        }
        anywhere.extend(row.anywhere);
    }
    let mut of_resources = grouped.statements();
    bound(&mut of_resources, &template);
    statements.extend(of_resources);
    statements.push(pass_roles(deployed, &template));
    if kinds.contains("AWS::Batch::ComputeEnvironment") {
        statements.push(
            AllowStatement::new(
                "BatchsOwnRole",
                ["iam:CreateServiceLinkedRole"],
                vec!["arn:${AWS::Partition}:iam::${AWS::AccountId}:role/aws-service-role/batch.amazonaws.com/AWSServiceRoleForBatch".to_owned()],
            )
            .when("iam:AWSServiceName", vec!["batch.amazonaws.com".to_owned()]),
        );
    }
    if let Some(key) = deployed.kms_key {
        statements.push(AllowStatement::new(
            "Key",
            ["kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey"],
            vec![key.to_owned()],
        ));
        statements.push(
            AllowStatement::new("KeyOfServices", ["kms:CreateGrant"], vec![key.to_owned()])
                .because("Only grants that a service of AWS makes for itself.")
                .only_if("kms:GrantIsForAWSResource"),
        );
    }
    if deployed.has_network {
        anywhere.extend([
            "ec2:DescribeSecurityGroups",
            "ec2:DescribeSubnets",
            "ec2:DescribeVpcs",
        ]);
    }
    statements.push(AllowStatement::everywhere(
        "NoResourceLevelPermission",
        anywhere,
    ));
    statements
}

/// What `sfc deploy` calls itself: the stack, the artifacts' bucket, the warehouse's name. The machines' and
/// the Lambda's rows have what it compares and mends afterwards.
fn of_sfc(deployed: &Deployed<'_>) -> Vec<AllowStatement> {
    vec![
        AllowStatement::new(
            "Stack",
            [
                "cloudformation:CreateChangeSet",
                "cloudformation:DeleteChangeSet",
                "cloudformation:DeleteStack",
                "cloudformation:DescribeChangeSet",
                "cloudformation:DescribeStackEvents",
                "cloudformation:DescribeStacks",
                "cloudformation:ExecuteChangeSet",
                "cloudformation:ListChangeSets",
                "cloudformation:ListStackResources",
                "cloudformation:TagResource",
                "cloudformation:UntagResource",
            ],
            vec![deployed.stack_arn()],
        )
        .because("It deletes a stack that a first deploy left without resources."),
        AllowStatement::new(
            "ArtifactsBucket",
            [
                "s3:CreateBucket",
                "s3:GetBucketPolicy",
                "s3:GetBucketPublicAccessBlock",
                "s3:GetBucketVersioning",
                "s3:ListBucket",
                "s3:PutBucketPolicy",
                "s3:PutBucketPublicAccessBlock",
                "s3:PutBucketVersioning",
                "s3:PutEncryptionConfiguration",
            ],
            vec![ARTIFACTS.to_owned()],
        ),
        AllowStatement::new(
            "Artifacts",
            ["s3:GetObject", "s3:PutObject"],
            vec![format!("{ARTIFACTS}/*")],
        ),
        warehouse(deployed.warehouse),
    ]
}

/// Looking for runs that need what a deploy takes away. Of a data bucket that is there already the template does
/// not tell: then every run that goes on counts.
fn runs(deployed: &Deployed<'_>, template: &Value) -> Vec<AllowStatement> {
    let machine = format!(
        "arn:${{AWS::Partition}}:states:${{AWS::Region}}:${{AWS::AccountId}}:stateMachine:{}",
        Machine::Run.name(deployed.pipeline)
    );
    let key = keys::state(deployed.pipeline, &RunId::from("*"));
    let buckets = places::arns(template, BUCKET, deployed.stack, deployed.pipeline);
    let states: Vec<String> = buckets
        .iter()
        .map(|bucket| format!("{bucket}/{key}"))
        .collect();
    let mut statements = vec![
        AllowStatement::new("Runs", ["states:ListExecutions"], vec![machine])
            .because("Whether a run goes on that needs what a deploy takes away."),
    ];
    if !states.is_empty() {
        statements.push(AllowStatement::new(
            "StatesOfRuns",
            ["s3:GetObject"],
            states,
        ));
    }
    statements
}

impl Deployed<'_> {
    fn stack_arn(&self) -> String {
        format!(
            "arn:${{AWS::Partition}}:cloudformation:${{AWS::Region}}:${{AWS::AccountId}}:stack/{}/*",
            self.stack
        )
    }
}

/// Asking whether the warehouse is there. Nothing is read in it: the role gets no credentials of it. A
/// workgroup's ARN has an id that only the account knows.
fn warehouse(warehouse: &Warehouse) -> AllowStatement {
    let here = "${AWS::Region}:${AWS::AccountId}";
    let cluster = |name: &str| format!("arn:${{AWS::Partition}}:redshift:{here}:cluster:{name}");
    let workgroup = || format!("arn:${{AWS::Partition}}:redshift-serverless:{here}:workgroup/*");
    let arns = match &warehouse.connection {
        Connection::Cluster { identifier, .. }
        | Connection::Secret {
            cluster: Some(identifier),
            ..
        } => vec![cluster(identifier)],
        Connection::Workgroup(_)
        | Connection::Secret {
            workgroup: Some(_), ..
        } => vec![workgroup()],
        Connection::Secret { .. } => vec![cluster("*"), workgroup()],
    };
    AllowStatement::new("Warehouse", ["redshift-data:ListDatabases"], arns).because(
        "Only whether it is there: sfc notes that it cannot tell where this does not suffice.",
    )
}

/// Where the template bounds its roles, the role that deploys may make bounded roles alone.
fn bound(statements: &mut Vec<AllowStatement>, template: &Value) {
    let boundaries: BTreeSet<String> = resources(template)
        .filter_map(|(_, resource)| {
            let properties = resource.get("Properties")?;
            properties.get("PermissionsBoundary")?.as_str()
        })
        .map(str::to_owned)
        .collect();
    if boundaries.is_empty() {
        return;
    }
    let is_of_roles = |statement: &AllowStatement| statement.actions.contains("iam:CreateRole");
    let Some(position) = statements.iter().position(is_of_roles) else {
        return;
    };
    let mut bounded = None;
    if let Some(roles) = statements.get_mut(position) {
        roles.actions.retain(|action| !BOUNDED.contains(action));
        let actions = BOUNDED
            .into_iter()
            .chain(["iam:PutRolePermissionsBoundary"]);
        bounded = Some(
            AllowStatement::new("BoundedRole", actions, roles.resources.clone())
                .because("Only with the boundary of the spec.")
                .when("iam:PermissionsBoundary", boundaries.into_iter().collect()),
        );
    }
    statements.extend(bounded);
}

/// Handing the stack's roles to the services that take them, and to no other.
fn pass_roles(deployed: &Deployed<'_>, template: &Value) -> AllowStatement {
    let mut services = BTreeSet::new();
    for (_, resource) in resources(template) {
        let statements = resource.pointer("/Properties/AssumeRolePolicyDocument/Statement");
        for statement in statements.and_then(Value::as_array).into_iter().flatten() {
            let service = statement.pointer("/Principal/Service");
            services.extend(service.and_then(Value::as_str).map(str::to_owned));
        }
    }
    let roles = places::arns(template, ROLE, deployed.stack, deployed.pipeline);
    AllowStatement::new("PassRole", ["iam:PassRole"], roles)
        .when("iam:PassedToService", services.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ci::actions::{FUNCTION, STATE_MACHINE};

    #[test]
    fn the_rows_have_what_sfc_calls_after_a_deploy() {
        let has = |kind: &str, action: &str| {
            actions::of(kind).is_some_and(|row| row.actions.contains(&action))
        };
        assert!(has(FUNCTION, "lambda:GetFunctionConfiguration"));
        assert!(has(FUNCTION, "lambda:UpdateFunctionCode"));
        assert!(has(STATE_MACHINE, "states:DescribeStateMachine"));
        assert!(has(STATE_MACHINE, "states:UpdateStateMachine"));
    }

    #[cfg(feature = "aws")]
    #[test]
    fn the_bucket_is_that_of_deploy() {
        use crate::deploy::deployment::Deployment;
        let name = Deployment::artifacts_bucket("${AWS::AccountId}", "${AWS::Region}");
        assert_eq!(ARTIFACTS, format!("arn:${{AWS::Partition}}:s3:::{name}"));
    }
}
