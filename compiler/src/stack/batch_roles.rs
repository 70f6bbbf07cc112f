//! The roles of a job: the one with which Fargate starts its container, and the one that the container
//! has.

use runtime_lambda::plan::{Connection, Warehouse};

use super::database_user;
use super::function_role::{any_workgroup, credentials};
use super::intrinsic::{Text, attribute, escaped, substitution};
use super::names::{ARTIFACTS_BUCKET, RSQL_LOGS};
use super::parts::StackPart;
use super::policy::{PolicyDocument, PolicyStatement, RoleProperties};
use super::template::StackTemplate;
use crate::pipeline::Pipeline;

/// Where in the spec the roles come from: a job's definition.
pub const FROM_DEFINITION: &str = "/rsql/definition";

/// Logical ids of the roles.
pub struct BatchRoles {
    /// With it Fargate pulls the image and writes the log.
    pub execution: &'static str,
    /// With it the container reads its script and connects to the warehouse.
    pub job: &'static str,
}

/// Adds the roles of jobs with this image.
pub fn add(template: &mut StackTemplate, pipeline: &Pipeline, image: &str) -> BatchRoles {
    let roles = BatchRoles {
        execution: StackPart::RsqlExecutionRole.form(),
        job: StackPart::RsqlJobRole.form(),
    };
    // AWS page: "Amazon ECS task IAM role", "The confused deputy problem".
    let trust = || PolicyDocument::trust("ecs-tasks.amazonaws.com", None);
    let role = |what: &str, permissions| {
        let description = format!("{what} of the pipeline {}", pipeline.name);
        RoleProperties::new(description, trust(), permissions)
    };
    let mut add = |part: StackPart, role: RoleProperties| {
        template.add(part, role).comes_from(FROM_DEFINITION);
    };
    let execution = role("Starts RSQL jobs", execution(image));
    add(StackPart::RsqlExecutionRole, execution);
    let job = role("RSQL jobs", job(&pipeline.warehouse));
    add(
        StackPart::RsqlJobRole,
        database_user::with_roles(job, pipeline),
    );
    if let Some(user) = database_user::of_role(&pipeline.warehouse, roles.job) {
        template.output(
            database_user::RSQL_OUTPUT,
            "The database user of RSQL scripts",
            user,
        );
    }
    roles
}

/// AWS page: "Amazon ECS task execution IAM role".
fn execution(image: &str) -> Vec<PolicyStatement> {
    let mut statements = vec![PolicyStatement::allow(
        Some("Logs"),
        &["logs:CreateLogStream", "logs:PutLogEvents"],
        vec![attribute(RSQL_LOGS, "Arn")],
    )];
    // An image of a public registry needs no permission.
    if let Some(repository) = repository(image) {
        statements.push(PolicyStatement::allow(
            Some("Image"),
            &[
                "ecr:BatchCheckLayerAvailability",
                "ecr:BatchGetImage",
                "ecr:GetDownloadUrlForLayer",
            ],
            vec![repository],
        ));
        statements.push(PolicyStatement::allow_without_resource(
            "Registry",
            &["ecr:GetAuthorizationToken"],
        ));
    }
    statements
}

/// ARN of the repository of an image in Amazon ECR:
/// `<account>.dkr.ecr.<region>.amazonaws.com/<repository>`, then a tag or a digest (AWS page: "Amazon ECR
/// private registries").
fn repository(image: &str) -> Option<Text> {
    let (registry, rest) = image.split_once('/')?;
    let (account, domain) = registry.split_once(".dkr.ecr.")?;
    let (region, _) = domain.split_once(".amazonaws.com")?;
    let name = rest.split(['@', ':']).next()?;
    Some(substitution(format!(
        "arn:${{AWS::Partition}}:ecr:{}:{}:repository/{}",
        escaped(region),
        escaped(account),
        escaped(name)
    )))
}

/// The script, and what it takes to reach the warehouse: where it is, and credentials, as the Lambda
/// has them.
fn job(warehouse: &Warehouse) -> Vec<PolicyStatement> {
    let scripts = substitution(format!(
        "arn:${{AWS::Partition}}:s3:::${{{ARTIFACTS_BUCKET}}}/rsql/*"
    ));
    let mut statements = vec![
        PolicyStatement::allow(Some("Scripts"), &["s3:GetObject"], vec![scripts]),
        credentials(warehouse),
    ];
    let (cluster, workgroup) = match &warehouse.connection {
        Connection::Workgroup(_) => (false, true),
        Connection::Cluster { .. } => (true, false),
        Connection::Secret {
            cluster, workgroup, ..
        } => (cluster.is_some(), workgroup.is_some()),
    };
    if workgroup {
        statements.push(PolicyStatement::allow(
            Some("WhereAWorkgroupIs"),
            &["redshift-serverless:GetWorkgroup"],
            vec![any_workgroup()],
        ));
    }
    if cluster {
        statements.push(PolicyStatement::allow_without_resource(
            "WhereAClusterIs",
            &["redshift:DescribeClusters"],
        ));
    }
    statements
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_image_names_its_repository_if_it_is_in_a_private_registry() {
        let arn = |region: &str, name: &str| {
            Some(substitution(format!(
                "arn:${{AWS::Partition}}:ecr:{region}:111122223333:repository/{name}"
            )))
        };
        let private = "111122223333.dkr.ecr.eu-central-1.amazonaws.com";
        for suffix in ["", ":1", "@sha256:0123", ":1@sha256:0123"] {
            assert_eq!(
                repository(&format!("{private}/team/rsql{suffix}")),
                arn("eu-central-1", "team/rsql")
            );
        }
        assert_eq!(
            repository("111122223333.dkr.ecr.cn-north-1.amazonaws.com.cn/rsql"),
            arn("cn-north-1", "rsql")
        );
        for public in ["rsql", "public.ecr.aws/team/rsql:1", "localhost:5000/rsql"] {
            assert_eq!(repository(public), None, "{public}");
        }
    }
}
