//! What a company demands of a stack: `stack: { permissions_boundary, role_path, role_prefix, vpc, kms_key,
//! data: { bucket } }`, in one template that was reviewed, and in every resource that it is about.

use serde_json::{Value, json};

use crate::program::Folder;

const BOUNDARY: &str = "arn:aws:iam::111122223333:policy/boundary";
const KEY: &str = "arn:aws:kms:eu-central-1:111122223333:key/01234567-89ab-cdef-0123-456789abcdef";

/// All guardrails, for the inside of `stack: { … }`.
pub fn all() -> String {
    format!(
        "permissions_boundary: '{BOUNDARY}', role_path: /data/, role_prefix: data-, kms_key: '{KEY}', vpc: {{ subnets: [subnet-0123456789abcdef0, subnet-0123456789abcdef1], security_groups: [sg-0123456789abcdef0] }}"
    )
}

/// The guardrails of a company whose boundary, network, key and bucket are there, as
/// `peers/surroundings.py` prints them.
pub fn of_company(made: &Value) -> String {
    let list = |field: &str| made[field].to_string();
    format!(
        "permissions_boundary: {}, role_path: /data/, role_prefix: data-, kms_key: {}, vpc: {{ subnets: {}, security_groups: {} }}, data: {{ bucket: {} }}",
        list("boundary"),
        list("kms_key"),
        list("subnets"),
        list("security_groups"),
        list("bucket")
    )
}

/// A pipeline with a part of each kind, RSQL among them.
pub fn spec(name: &str, stack: &str) -> String {
    format!(
        "name: {name}
warehouse: {{ workgroup: analytics, database: dev }}
overlap: skip
triggers:
  - {{ schedule: rate(1 hour) }}
  - {{ schedule: 'cron(0 5 * * ? *)', timezone: Europe/Berlin }}
notify:
  - {{ email: team@example.com }}
  - {{ email: people@example.com, from: sfc@example.com }}
rsql:
  queue: {{ subnets: [subnet-0123456789abcdef0], security_groups: [sg-0123456789abcdef0] }}
  definition: {{ image: '111122223333.dkr.ecr.eu-central-1.amazonaws.com/rsql:1' }}
stack: {{ dashboard: false, {stack} }}
steps:
  one: {{ sql: one.sql }}
  three: {{ rsql: three.rsql, after: one }}
  made: {{ sql: one.sql, when: deploy }}
"
    )
}

fn built(spec: &str) -> (Folder, Value) {
    let folder = Folder::new(
        spec,
        &[("one.sql", "select 1 as one"), ("three.rsql", "\\exit 0")],
    );
    let ended = folder.sfc(&["build", ".", "--out", "bundle"]);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    let template = serde_json::from_str(&folder.read("bundle/template.json")).unwrap();
    (folder, template)
}

/// Properties of the resources of a type, by logical id.
fn of<'a>(template: &'a Value, kind: &str) -> Vec<(&'a str, &'a Value)> {
    template["Resources"]
        .as_object()
        .unwrap()
        .iter()
        .filter(|(_, resource)| resource["Type"] == kind)
        .map(|(id, resource)| (id.as_str(), &resource["Properties"]))
        .collect()
}

/// The statements of a role with this Sid.
fn statement<'a>(role: &'a Value, sid: &str) -> Option<&'a Value> {
    role["Policies"][0]["PolicyDocument"]["Statement"]
        .as_array()?
        .iter()
        .find(|statement| statement["Sid"] == sid)
}

#[test]
fn every_guardrail_is_in_every_resource_that_it_is_about() {
    let (folder, template) = built(&spec("guarded", &all()));
    let text = serde_json::to_string_pretty(&template).unwrap();
    insta::with_settings!({ snapshot_path => "snapshots/guardrails", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("template", text);
    });
    drop(folder);

    let roles = of(&template, "AWS::IAM::Role");
    let mut names: Vec<&str> = Vec::new();
    for (id, role) in &roles {
        assert_eq!(role["PermissionsBoundary"], BOUNDARY, "{id}");
        assert_eq!(role["Path"], "/data/", "{id}");
        names.push(role["RoleName"].as_str().unwrap());
    }
    names.sort_unstable();
    assert_eq!(
        names,
        [
            "data-guarded-backfill",
            "data-guarded-function",
            "data-guarded-query",
            "data-guarded-query-loop",
            "data-guarded-query-timeout",
            "data-guarded-report",
            "data-guarded-retry",
            "data-guarded-rsql-execution",
            "data-guarded-rsql-job",
            "data-guarded-sweep-rule",
            "data-guarded-trigger-rules",
            "data-guarded-trigger-schedules",
        ]
    );
    let policies = of(&template, "AWS::IAM::ManagedPolicy");
    assert_eq!(policies.len(), 1);
    assert_eq!(policies[0].1["Path"], "/data/");
    assert_eq!(
        policies[0].1["ManagedPolicyName"],
        "data-guarded-observability"
    );

    let logs = of(&template, "AWS::Logs::LogGroup");
    assert_eq!(logs.len(), 3);
    for (id, group) in logs {
        assert_eq!(group["KmsKeyId"], KEY, "{id}");
    }
    let encryption = &of(&template, "AWS::S3::Bucket")[0].1["BucketEncryption"];
    assert_eq!(
        encryption["ServerSideEncryptionConfiguration"][0],
        json!({
            "BucketKeyEnabled": true,
            "ServerSideEncryptionByDefault": { "KMSMasterKeyID": KEY, "SSEAlgorithm": "aws:kms" },
        })
    );
    let queue = of(&template, "AWS::SQS::Queue")[0].1;
    assert_eq!(queue["KmsMasterKeyId"], KEY);
    assert!(queue.get("SqsManagedSseEnabled").is_none());
    assert_eq!(of(&template, "AWS::SNS::Topic")[0].1["KmsMasterKeyId"], KEY);

    let function = of(&template, "AWS::Lambda::Function")[0].1;
    assert_eq!(function["KmsKeyArn"], KEY);
    assert_eq!(
        function["VpcConfig"],
        json!({
            "SecurityGroupIds": ["sg-0123456789abcdef0"],
            "SubnetIds": ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"],
        })
    );
    let role = |wanted: &str| roles.iter().find(|(id, _)| *id == wanted).unwrap().1;
    for uses in ["FunctionRole", "TriggerSchedulesRole"] {
        let key = statement(role(uses), "Key").unwrap();
        assert_eq!(key["Action"], json!(["kms:Decrypt", "kms:GenerateDataKey"]));
        assert_eq!(key["Resource"], KEY, "{uses}");
    }
    let own = statement(role("FunctionRole"), "NotTheFunctionItself").unwrap();
    assert_eq!(own["Effect"], "Deny");
}

#[test]
fn a_bucket_that_is_there_is_used_and_left_as_it_is() {
    let (_, template) = built(&spec("shared", "data: { bucket: team-data }"));
    assert!(of(&template, "AWS::S3::Bucket").is_empty());
    assert!(of(&template, "AWS::S3::BucketPolicy").is_empty());
    assert_eq!(template["Outputs"]["DataBucket"]["Value"], "team-data");
    let function = of(&template, "AWS::Lambda::Function")[0].1;
    let variables = &function["Environment"]["Variables"];
    assert_eq!(variables["SFC_DATA_BUCKET"], "team-data");
    let roles = of(&template, "AWS::IAM::Role");
    let role = roles
        .iter()
        .find(|(id, _)| *id == "FunctionRole")
        .unwrap()
        .1;
    assert_eq!(
        statement(role, "Runs").unwrap()["Resource"],
        json!({ "Fn::Sub": "arn:${AWS::Partition}:s3:::team-data/shared/*" })
    );
    assert_eq!(
        statement(role, "WhatIsNotThere").unwrap()["Resource"],
        json!({ "Fn::Sub": "arn:${AWS::Partition}:s3:::team-data" })
    );
}

#[test]
fn without_guardrails_nothing_is_named_or_bounded() {
    let (_, template) = built(&spec("free", "alarms: true"));
    let text = template.to_string();
    for word in [
        "RoleName",
        "ManagedPolicyName",
        "PermissionsBoundary",
        "Kms",
        "kms:",
        "VpcConfig",
        "ec2:",
        "\"Path\"",
    ] {
        assert!(!text.contains(word), "{word}");
    }
}

#[test]
fn roles_of_the_database_are_a_tag_of_those_who_connect_and_of_nobody_else() {
    let with_roles = "database: dev, roles: [etl_role, monitor]";
    let (_folder, template) =
        built(&spec("guarded", "tracing: false").replace("database: dev", with_roles));
    for (logical_id, resource) in template["Resources"].as_object().unwrap() {
        let connects = ["FunctionRole", "RsqlJobRole"].contains(&logical_id.as_str());
        let tags = if connects {
            json!([{ "Key": "RedshiftDbRoles", "Value": "etl_role:monitor" }])
        } else {
            Value::Null
        };
        if resource["Type"] == "AWS::IAM::Role" {
            assert_eq!(resource["Properties"]["Tags"], tags, "{logical_id}");
        }
    }
    let user = &template["Outputs"]["DatabaseUser"]["Value"];
    assert_eq!(*user, json!({ "Fn::Sub": "IAMR:${FunctionRole}" }));
}
