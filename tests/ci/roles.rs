//! `ci-roles.yaml`, held against `cfn-lint` and `parliament`: no action is a pattern, a plan changes nothing, and
//! every role is bound to whom it is for.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use serde_json::{Value, json};

use super::{Repository, SMALL, SYSTEMS, large};
use crate::guardrails;
use crate::peers::Peers;
use crate::program::checkout;

/// Bytes without blanks that the policies of a role may have (AWS page: "IAM and AWS STS quotas").
const LONGEST_POLICY: usize = 10_240;

/// One with all parts and no guardrails.
fn unguarded() -> String {
    guardrails::spec("unguarded", "alarms: true").replace("dashboard: false, ", "")
}

fn specs() -> [(&'static str, String); 3] {
    [
        ("small", SMALL.to_owned()),
        ("large", large()),
        ("unguarded", unguarded()),
    ]
}

/// What parliament says of a role that makes roles, buckets and their policies, whatever the role is.
/// The code, a part of the detail, and why it stays.
const OF_A_ROLE_THAT_DEPLOYS: [(&str, &str, &str); 6] = [
    (
        "RESOURCE_MISMATCH",
        "redshift-data:ListDatabases",
        "parliament wants a cluster and a workgroup for redshift-data:ListDatabases; a warehouse is one of them",
    ),
    (
        "RESOURCE_MISMATCH",
        "states:ListExecutions",
        "parliament wants a state machine and a map run for states:ListExecutions; the API takes one of them",
    ),
    (
        "RESOURCE_POLICY_PRIVILEGE_ESCALATION",
        "arn:aws:s3:::",
        "whoever makes a bucket's policy may allow itself more",
    ),
    (
        "MISMATCHED_TYPE_BUT_USABLE",
        "StringEquals",
        "AWS's own examples compare iam:PermissionsBoundary by StringEquals",
    ),
    ("PERMISSIONS_MANAGEMENT_ACTIONS", "", "a deploy makes roles"),
    (
        "PRIVILEGE_ESCALATION",
        "",
        "whoever makes roles without a boundary may make any; `stack.permissions_boundary` bounds them",
    ),
];

#[test]
fn peers_take_the_roles_and_no_action_is_a_pattern() {
    let Some(peers) = Peers::get() else { return };
    let mut repositories = Vec::new();
    for (_, spec) in specs() {
        for system in SYSTEMS {
            let repository = Repository::new(&spec);
            repository.ci(system, &[]);
            repositories.push(repository);
        }
    }
    let paths: Vec<PathBuf> = repositories
        .iter()
        .map(|repository| repository.path().join("etl/sales/ci-roles.yaml"))
        .collect();
    let found = peers.cfn_lint(&paths);
    assert!(found.is_empty(), "{found:#?}");

    let read = peers
        .python()
        .arg(checkout().join("tests/peers/ci_roles.py"))
        .args(&paths)
        .output()
        .unwrap();
    assert!(read.status.success(), "{read:?}");
    let roles: BTreeMap<String, Value> = serde_json::from_slice(&read.stdout).unwrap();
    assert_eq!(roles.len(), 2 * paths.len());
    let mut policies = serde_json::Map::new();
    for (name, role) in &roles {
        let bytes = role["policy"].to_string().len();
        assert!(bytes <= LONGEST_POLICY, "{name}: {bytes}");
        for statement in role["policy"]["Statement"].as_array().unwrap() {
            let sid = statement["Sid"].as_str().unwrap();
            for action in statement["Action"].as_array().unwrap() {
                assert!(!action.as_str().unwrap().contains('*'), "{name}: {action}");
            }
            let is_anywhere = statement["Resource"] == "*";
            assert_eq!(
                is_anywhere,
                sid == "NoResourceLevelPermission",
                "{name}: {sid}"
            );
        }
        // A build hands nothing on, as no other takes anything from it.
        for statement in role["policy"]["Statement"].as_array().unwrap() {
            if statement["Sid"] == "Sources" {
                assert_eq!(
                    statement["Action"],
                    json!(["s3:GetObject", "s3:GetObjectVersion"]),
                    "{name}"
                );
            }
        }
        // A plan must not be able to change anything.
        if name.ends_with("PlanRole") {
            let text = role["policy"].to_string();
            for forbidden in [
                "ExecuteChangeSet",
                "DeleteStack",
                "iam:",
                "lambda:",
                "states:",
                "/stacks/",
            ] {
                assert!(!text.contains(forbidden), "{name}: {forbidden}");
            }
        }
        policies.insert(name.clone(), role["policy"].clone());
    }
    let mut findings = peers.parliament(&Value::Object(policies));
    findings.retain(|finding| {
        !OF_A_ROLE_THAT_DEPLOYS
            .iter()
            .any(|(code, detail, _)| *code == finding.code && finding.detail.contains(detail))
    });
    println!(
        "parliament: {} roles, {} findings",
        roles.len(),
        findings.len()
    );
    assert!(findings.is_empty(), "{findings:#?}");
}

#[test]
fn subjects_and_bounds_are_bound() {
    let Some(peers) = Peers::get() else { return };
    let roles = |repository: &Repository| -> BTreeMap<String, Value> {
        let path = repository.path().join("etl/sales/ci-roles.yaml");
        let read = peers
            .python()
            .arg(checkout().join("tests/peers/ci_roles.py"))
            .arg(&path)
            .output()
            .unwrap();
        let roles: BTreeMap<String, Value> = serde_json::from_slice(&read.stdout).unwrap();
        let short =
            |(name, role): (String, Value)| (name.rsplit('/').next().unwrap().to_owned(), role);
        roles.into_iter().map(short).collect()
    };
    let repository = Repository::new(&large());
    repository.ci("github", &["--environment", "live"]);
    let both = roles(&repository);
    let issuer = "token.actions.githubusercontent.com";
    assert_eq!(
        both["DeployRole"]["trust"]["Statement"][0]["Condition"],
        json!({ "StringEquals": {
            format!("{issuer}:aud"): "sts.amazonaws.com",
            format!("{issuer}:sub"): ["repo:acme/etl:environment:live"],
        } })
    );
    assert_eq!(
        both["PlanRole"]["trust"]["Statement"][0]["Condition"]["StringEquals"]
            [format!("{issuer}:sub")],
        json!([
            "repo:acme/etl:pull_request",
            "repo:acme/etl:ref:refs/heads/main"
        ])
    );
    let statements = both["DeployRole"]["policy"]["Statement"]
        .as_array()
        .unwrap();
    let statement = |sid: &str| statements.iter().find(|one| one["Sid"] == sid).unwrap();
    // Roles come with the spec's boundary or not at all.
    let bounded = statement("BoundedRole");
    assert_eq!(
        bounded["Condition"]["StringEquals"]["iam:PermissionsBoundary"],
        json!(["arn:aws:iam::111122223333:policy/boundary"])
    );
    let unbounded: BTreeSet<&str> = statement("Role")["Action"]
        .as_array()
        .unwrap()
        .iter()
        .map(|action| action.as_str().unwrap())
        .collect();
    for action in [
        "iam:CreateRole",
        "iam:PutRolePolicy",
        "iam:AttachRolePolicy",
    ] {
        assert!(!unbounded.contains(action), "{action}");
    }
    let passed = statement("PassRole");
    assert_eq!(
        passed["Resource"],
        json!(["arn:aws:iam::111122223333:role/data/data-large-*"])
    );
    assert_eq!(
        passed["Condition"]["StringEquals"]["iam:PassedToService"],
        json!([
            "ecs-tasks.amazonaws.com",
            "events.amazonaws.com",
            "lambda.amazonaws.com",
            "scheduler.amazonaws.com",
            "states.amazonaws.com"
        ])
    );
    assert!(
        statement("Key")["Resource"][0]
            .as_str()
            .unwrap()
            .contains(":key/")
    );
    assert_eq!(
        statement("KeyOfServices")["Condition"],
        json!({ "Bool": { "kms:GrantIsForAWSResource": "true" } })
    );

    // A repository whose tokens have ids.
    let repository = Repository::new(SMALL);
    repository.ci("github", &["--repository", "acme@12/etl@34"]);
    assert_eq!(
        roles(&repository)["DeployRole"]["trust"]["Statement"][0]["Condition"]["StringEquals"]
            [format!("{issuer}:sub")],
        json!(["repo:acme@12/etl@34:environment:production"])
    );

    let repository = Repository::new(SMALL);
    repository.ci(
        "gitlab",
        &[
            "--server",
            "https://gitlab.example.com/",
            "--repository",
            "group/sub/etl",
        ],
    );
    let both = roles(&repository);
    assert_eq!(
        both["PlanRole"]["trust"]["Statement"][0]["Condition"],
        json!({
            "StringEquals": { "gitlab.example.com:aud": "sts.amazonaws.com" },
            "StringLike": { "gitlab.example.com:sub": ["project_path:group/sub/etl:ref_type:branch:ref:*"] },
        })
    );
    assert_eq!(
        both["DeployRole"]["trust"]["Statement"][0]["Condition"]["StringEquals"]["gitlab.example.com:sub"],
        json!(["project_path:group/sub/etl:ref_type:branch:ref:main"])
    );
}
