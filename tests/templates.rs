//! Templates, held against peers that nobody here wrote: `cfn-lint`, `parliament`, `asl-validator`, and
//! a stand-in for AWS that makes a stack of one.

#![expect(
    clippy::panic,
    clippy::print_stdout,
    reason = "what a test cannot do, it fails with, or says that it was skipped"
)]

mod stand_in;

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_json::{Map, Value, json};

use crate::golden::environments;
use crate::guardrails;
use crate::peers::{Peers, only_false_alarms};
use crate::program::{Folder, checkout};

/// Machines and their logical ids.
const MACHINES: [(&str, &str); 6] = [
    ("query", "QueryStateMachine"),
    ("query-timeout", "QueryTimeoutStateMachine"),
    ("query-loop", "QueryLoopStateMachine"),
    ("retry", "RetryStateMachine"),
    ("report", "ReportStateMachine"),
    ("backfill", "BackfillStateMachine"),
];

const STEPS: &str =
    "steps:\n  one: { sql: one.sql, tags: [finance] }\n  two: { sql: one.sql, after: one }\n";

/// Triggers of all kinds, and people who hear of runs.
const AROUND: &str = "parameters:
  day: { type: date, default: 2026-01-01 }
  object: { type: string, default: none }
triggers:
  - { schedule: rate(1 hour), parameters: { object: '<every hour>' } }
  - { schedule: 'cron(0 5 * * ? *)', timezone: Europe/Berlin }
  - { s3: { bucket: incoming, prefix: toll/, suffix: .csv }, parameters: { object: $.detail.object.key } }
  - { event: { source: [my.app], detail-type: [Ready] }, parameters: { day: $.detail.day, object: '<event>' } }
  - { deploy: true }
notify:
  - { email: team@example.com }
  - { email: ops@example.com, on: failure }
  - { email: boss@example.com, on: success }
  - { email: tax@example.com, tags: [finance] }
  - { email: audit@example.com, on: failure, tags: [finance] }
  - { topic: 'arn:aws:sns:eu-central-1:111122223333:ops', on: failure }
";

/// A step of each kind that needs nothing made.
const JOBS: &str = "  job: { glue_job: load }
  crawl: { glue_crawler: landing }
  call: { lambda: publish }
  other: { state_machine: 'arn:aws:states:eu-central-1:111122223333:stateMachine:other' }
";

const MADE_QUEUE: &str =
    "queue: { subnets: [subnet-0123456789abcdef0], security_groups: [sg-0123456789abcdef0] }";

/// The spec with a step of RSQL.
fn with_rsql(spec: String) -> String {
    format!("{spec}  three: {{ rsql: three.rsql, after: two }}\n")
}

/// Specs that differ in what stands in their templates, by name.
fn variants() -> Vec<(&'static str, String)> {
    let long = "p".repeat(66);
    let of = |name: &str, warehouse: &str, rest: &str| {
        format!(
            "name: {name}\ndescription: \"${{AWS::NoValue}} ist 'günstig' & <gut>\"\nwarehouse: {{ {warehouse}, database: dev }}\n{rest}{STEPS}"
        )
    };
    let secret = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:redshift-AbCdEf";
    vec![
        ("cluster", of("cluster", "cluster: main", "")),
        (
            "db-user",
            of(
                "db-user",
                "cluster: { identifier: main, db_user: etl }",
                "completion: poll\n",
            ),
        ),
        ("secret", of("secret", &format!("secret: \"{secret}\""), "")),
        (
            "secret-of-cluster",
            of(
                "secret-of-cluster",
                &format!("secret: {{ arn: \"{secret}\", cluster: main }}"),
                "",
            ),
        ),
        (
            "secret-of-workgroup",
            of(
                "secret-of-workgroup",
                &format!("secret: {{ arn: \"{secret}\", workgroup: main }}"),
                "",
            ),
        ),
        (
            "everything-off",
            of(
                "everything_off",
                "workgroup: w",
                "stack: { architecture: x86_64, memory: 10240, log_retention_days: 1, tracing: false, dashboard: false, alarms: false, data: { expire_days: 90, retain: false }, tags: { team: data } }\n",
            ),
        ),
        ("around", of("around", "cluster: main", AROUND)),
        (
            "made-queue",
            with_rsql(of(
                "made_queue",
                "cluster: { identifier: main, db_user: etl }",
                &format!(
                    "rsql: {{ {MADE_QUEUE}, definition: 'arn:aws:batch:eu-central-1:111122223333:job-definition/rsql:7' }}\n"
                ),
            )),
        ),
        (
            "made-definition",
            with_rsql(of(
                "made_definition",
                &format!("secret: {{ arn: \"{secret}\", cluster: main }}"),
                "rsql: { queue: etl, definition: { image: 'public.ecr.aws/team/rsql:1', vcpus: 4, storage: 40, assign_public_ip: true, architecture: arm64 } }\n",
            )),
        ),
        (
            "made-both",
            with_rsql(of(
                &"p".repeat(65),
                "cluster: { identifier: main, db_user: etl }",
                &format!(
                    "rsql: {{ {MADE_QUEUE}, definition: {{ image: '111122223333.dkr.ecr.eu-central-1.amazonaws.com/team/rsql@sha256:{}' }} }}\nstack: {{ log_retention_days: 7 }}\n",
                    "0".repeat(64)
                ),
            )),
        ),
        (
            "for-the-stack",
            format!(
                "{}  made: {{ sql: one.sql, when: deploy }}\n  gone: {{ sql: one.sql, when: destroy }}\n",
                of(
                    "for-the-stack",
                    "workgroup: w",
                    &format!("overlap: skip\n{AROUND}")
                )
            ),
        ),
        ("long", of(&long, "workgroup: w", "completion: poll\n")),
        ("guarded", guardrails::spec("guarded", &guardrails::all())),
        (
            "guarded-bucket",
            guardrails::spec(
                "guarded-bucket",
                &format!("{}, data: {{ bucket: team-data }}", guardrails::all()),
            ),
        ),
        ("everything", everything(1)),
    ]
}

/// Everything at once, in so many steps and some: the largest template there is, but for triggers and
/// people.
fn everything(steps: usize) -> String {
    let steps: String = (0..steps)
        .map(|number| format!("  step_number_{number}: {{ sql: one.sql }}\n"))
        .collect();
    with_rsql(format!(
        "name: {}\nwarehouse: {{ workgroup: w, database: dev }}\ncompletion: event\noverlap: queue\nlimits: {{ lanes: 40, rounds: 10 }}\nrsql: {{ {MADE_QUEUE}, definition: {{ image: '111122223333.dkr.ecr.eu-central-1.amazonaws.com/rsql:1' }} }}\n{AROUND}{STEPS}{JOBS}{steps}  made: {{ sql: one.sql, when: deploy }}\n  gone: {{ sql: one.sql, when: destroy }}\n",
        "p".repeat(66)
    ))
}

/// A folder with a pipeline and what `sfc build` has written there.
struct Built {
    name: String,
    folder: Folder,
    environment: Option<String>,
}

impl Built {
    fn template(&self) -> Value {
        serde_json::from_str(&self.folder.read("bundle/template.json")).unwrap()
    }

    fn template_path(&self) -> PathBuf {
        self.folder.path().join("bundle/template.json")
    }
}

/// A script that uses what the spec declares.
fn sql_of(spec: &str) -> &'static str {
    if spec.contains("object:") {
        "select :day as day, :object as object"
    } else {
        "select 1 as one"
    }
}

/// Every folder of `specs/` and every variant, built.
fn all() -> Vec<Built> {
    let examples = std::fs::read_dir(checkout().join("specs")).unwrap();
    let examples = examples.flat_map(|entry| {
        let example = entry.unwrap().file_name().into_string().unwrap();
        let environments = environments(&example).into_iter().map(Some);
        let all: Vec<Built> = std::iter::once(None)
            .chain(environments)
            .map(|environment| Built {
                name: match &environment {
                    Some(environment) => format!("{example}-{environment}"),
                    None => example.clone(),
                },
                folder: Folder::copy_of(&format!("specs/{example}")),
                environment,
            })
            .collect();
        all
    });
    let variants = variants().into_iter().map(|(name, spec)| Built {
        name: name.to_owned(),
        folder: Folder::new(
            &spec,
            &[("one.sql", sql_of(&spec)), ("three.rsql", "\\exit 0")],
        ),
        environment: None,
    });
    let all: Vec<Built> = examples.chain(variants).collect();
    for built in &all {
        let mut arguments = vec!["build", ".", "--out", "bundle"];
        if let Some(environment) = &built.environment {
            arguments.extend(["--env", environment]);
        }
        let ended = built.folder.sfc(&arguments);
        assert_eq!(ended.code, Some(0), "{}: {ended:?}", built.name);
    }
    all
}

/// What CloudFormation would make of a value, in one account and Region.
fn filled_in(value: &Value) -> Value {
    match value {
        Value::Object(fields) => match fields.iter().next() {
            Some((key, Value::String(name))) if key == "Ref" => json!(referred(name)),
            Some((key, Value::Array(path))) if key == "Fn::GetAtt" => {
                json!(referred(path.first().unwrap().as_str().unwrap()))
            }
            Some((key, Value::String(text))) if key == "Fn::Sub" => json!(substituted(text)),
            _ => Value::Object(
                fields
                    .iter()
                    .map(|(key, value)| (key.clone(), filled_in(value)))
                    .collect::<Map<_, _>>(),
            ),
        },
        Value::Array(items) => items.iter().map(filled_in).collect(),
        other => other.clone(),
    }
}

fn substituted(text: &str) -> String {
    let mut parts = text.split("${");
    let mut filled = parts.next().unwrap().to_owned();
    for part in parts {
        let (name, rest) = part.split_once('}').unwrap();
        match name.strip_prefix('!') {
            Some(literal) => filled.push_str(&format!("${{{literal}}}")),
            None => filled.push_str(&referred(name.split('.').next().unwrap())),
        }
        filled.push_str(rest);
    }
    filled
}

fn referred(name: &str) -> String {
    let service = |service: &str, resource: &str| {
        format!("arn:aws:{service}:eu-central-1:111122223333:{resource}")
    };
    match name {
        "AWS::Partition" => "aws".to_owned(),
        "AWS::Region" => "eu-central-1".to_owned(),
        "AWS::AccountId" => "111122223333".to_owned(),
        "ArtifactsBucket" => "sfc-artifacts-111122223333-eu-central-1".to_owned(),
        "LambdaPackage" => "lambda/0-arm64.zip".to_owned(),
        "DataBucket" => "arn:aws:s3:::data".to_owned(),
        "Topic" => service("sns", "topic"),
        "Undelivered" => service("sqs", "undelivered"),
        "Function" => service("lambda", "function:actions"),
        "RsqlQueue" => service("batch", "job-queue/made"),
        "RsqlDefinition" => service("batch", "job-definition/made:1"),
        "FunctionLogs" | "StateMachineLogs" | "RsqlLogs" => {
            service("logs", &format!("log-group:{name}:*"))
        }
        machine if machine.ends_with("StateMachine") => {
            service("states", &format!("stateMachine:{machine}"))
        }
        other => panic!("`{other}` is not known"),
    }
}

#[test]
fn cfn_lint_takes_every_template() {
    let Some(peers) = Peers::get() else { return };
    let all = all();
    let templates: Vec<PathBuf> = all.iter().map(Built::template_path).collect();
    let findings = peers.cfn_lint(&templates);
    println!(
        "cfn-lint: {} templates, {} findings",
        templates.len(),
        findings.len()
    );
    only_false_alarms("cfn-lint", &findings);
}

#[test]
fn cfn_lint_finds_what_is_wrong() {
    let Some(peers) = Peers::get() else { return };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("template.json");
    let wrong = json!({
        "AWSTemplateFormatVersion": "2010-09-09",
        "Resources": { "Queue": { "Type": "AWS::SQS::Queue", "Properties": { "Delay": 1, "KmsMasterKeyId": { "Ref": "Nothing" } } } },
    });
    std::fs::write(&path, wrong.to_string()).unwrap();
    let findings = peers.cfn_lint(&[path]);
    assert!(findings.len() >= 2, "{findings:?}");
}

#[test]
fn parliament_takes_every_policy() {
    let Some(peers) = Peers::get() else { return };
    let mut policies = Map::new();
    for built in all() {
        for (name, resource) in built.template()["Resources"].as_object().unwrap() {
            let properties = &resource["Properties"];
            let key = |part: &str| format!("{}/{name}{part}", built.name);
            for policy in properties["Policies"].as_array().into_iter().flatten() {
                policies.insert(key(""), filled_in(&policy["PolicyDocument"]));
            }
            for document in ["PolicyDocument", "AssumeRolePolicyDocument"] {
                if let Some(policy) = properties.get(document) {
                    policies.insert(key(&format!("/{document}")), filled_in(policy));
                }
            }
        }
    }
    let count = policies.len();
    // One that is wrong, so that it is seen that something is looked for.
    policies.insert(
        "wrong".to_owned(),
        json!({ "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Action": "s3:GetObjects", "Resource": "*" }] }),
    );
    let mut findings = peers.parliament(&Value::Object(policies));
    assert!(findings.iter().any(|finding| finding.about == "wrong"));
    findings.retain(|finding| finding.about != "wrong");
    println!("parliament: {count} policies, {} findings", findings.len());
    only_false_alarms("parliament", &findings);
}

#[test]
fn definitions_in_templates_are_those_of_the_bundle_and_asl_validator_takes_them() {
    let all = all();
    let mut paths = Vec::new();
    for built in &all {
        let template = built.template();
        for (machine, logical_id) in MACHINES {
            let properties = &template["Resources"][logical_id]["Properties"];
            let text = match properties["DefinitionString"].as_str() {
                Some(inlined) => inlined.to_owned(),
                None => {
                    let place = &properties["DefinitionS3Location"];
                    assert_eq!(place["Bucket"], json!({ "Ref": "ArtifactsBucket" }));
                    let key = place["Key"].as_str().unwrap();
                    built.folder.read(format!("bundle/artifacts/{key}"))
                }
            };
            let inlined: Value = serde_json::from_str(&text).unwrap();
            let expected = built
                .folder
                .read(format!("bundle/definitions/{machine}.asl.json"));
            let expected: Value = serde_json::from_str(&expected).unwrap();
            assert_eq!(inlined, expected, "{} {machine}", built.name);
            let path = built.folder.path().join(format!("{machine}.asl.json"));
            std::fs::write(&path, inlined.to_string()).unwrap();
            paths.push(path);
        }
    }
    let Some(peers) = Peers::get() else { return };
    let taken = peers.asl_validator(&paths);
    assert!(taken.status.success(), "{taken:?}");
    println!("asl-validator: {} definitions are valid", paths.len());

    let wrong = all[0].folder.path().join("wrong.asl.json");
    std::fs::write(&wrong, r#"{"StartAt":"A","States":{"A":{"Type":"Pass"}}}"#).unwrap();
    assert!(!peers.asl_validator(&[wrong]).status.success());
}

/// What a role of a template allows: resources by action.
fn allowed(template: &Value, role: &str) -> BTreeMap<String, Value> {
    let policies = &template["Resources"][role]["Properties"]["Policies"];
    let statements = policies[0]["PolicyDocument"]["Statement"]
        .as_array()
        .unwrap();
    statements
        .iter()
        .flat_map(|statement| {
            let actions = match &statement["Action"] {
                Value::Array(actions) => actions.clone(),
                one => vec![one.clone()],
            };
            let resource = filled_in(&statement["Resource"]);
            actions
                .into_iter()
                .map(move |action| (action.as_str().unwrap().to_owned(), resource.clone()))
        })
        .collect()
}

#[test]
fn a_role_has_what_its_principal_calls_and_no_more() {
    let all = all();
    let template = all
        .iter()
        .find(|built| built.name == "db-user")
        .unwrap()
        .template();
    let allowed = |role: &str| allowed(&template, role);
    let states = |resource: &str| format!("arn:aws:states:eu-central-1:111122223333:{resource}");

    let lane = allowed("QueryLoopStateMachineRole");
    assert_eq!(
        lane["states:StartExecution"],
        json!([
            states("stateMachine:db-user-query"),
            states("stateMachine:db-user-query-timeout"),
            states("stateMachine:db-user-query-loop"),
        ])
    );
    assert_eq!(
        lane["states:StopExecution"],
        json!([
            states("execution:db-user-query:*"),
            states("execution:db-user-query-timeout:*"),
            states("execution:db-user-query-loop:*"),
        ])
    );
    let step = allowed("QueryStateMachineRole");
    assert_eq!(step["lambda:InvokeFunction"], json!(referred("Function")));
    assert!(!step.contains_key("states:StartExecution"));
    let function = allowed("FunctionRole");
    assert_eq!(
        function["redshift:GetClusterCredentials"],
        json!([
            "arn:aws:redshift:eu-central-1:111122223333:dbuser:main/etl",
            "arn:aws:redshift:eu-central-1:111122223333:dbname:main/dev",
        ])
    );
    assert_eq!(
        function["redshift-data:ExecuteStatement"],
        json!("arn:aws:redshift:eu-central-1:111122223333:cluster:main")
    );
    assert!(!function.contains_key("secretsmanager:GetSecretValue"));
    assert!(!function.contains_key("redshift-serverless:GetCredentials"));

    // What may be done with everything says why.
    for built in &all {
        for (name, resource) in built.template()["Resources"].as_object().unwrap() {
            let properties = &resource["Properties"];
            let policies = properties["Policies"].as_array().into_iter().flatten();
            let documents = policies
                .map(|policy| &policy["PolicyDocument"])
                .chain(properties.get("PolicyDocument"));
            for statement in
                documents.flat_map(|document| document["Statement"].as_array().unwrap())
            {
                if statement["Resource"] == "*" && statement["Effect"] == "Allow" {
                    let sid = statement["Sid"].as_str().unwrap();
                    assert!(
                        sid.ends_with("HasNoResourceLevelPermission")
                            || sid == "LambdaTakesNoNarrowerNetworkPermission",
                        "{name}: {sid}"
                    );
                }
            }
        }
    }
}

#[test]
fn a_job_reads_its_scripts_and_connects_as_the_lambda_does_and_no_more() {
    let all = all();
    let actions =
        |allowed: &BTreeMap<String, Value>| -> Vec<String> { allowed.keys().cloned().collect() };
    let arn = |service: &str, resource: &str| {
        format!("arn:aws:{service}:eu-central-1:111122223333:{resource}")
    };
    // Credentials, and where the warehouse is.
    for (name, credentials, place) in [
        (
            "rsql-merge-prod",
            "redshift-serverless:GetCredentials",
            "redshift-serverless:GetWorkgroup",
        ),
        (
            "made-both",
            "redshift:GetClusterCredentials",
            "redshift:DescribeClusters",
        ),
        (
            "made-definition",
            "secretsmanager:GetSecretValue",
            "redshift:DescribeClusters",
        ),
    ] {
        let built = all.iter().find(|built| built.name == name).unwrap();
        let template = built.template();
        let job = allowed(&template, "RsqlJobRole");
        let mut expected = vec![place, credentials, "s3:GetObject"];
        expected.sort_unstable();
        assert_eq!(actions(&job), expected, "{name}");
        assert_eq!(
            job[credentials],
            allowed(&template, "FunctionRole")[credentials]
        );
        assert_eq!(
            job["s3:GetObject"],
            json!("arn:aws:s3:::sfc-artifacts-111122223333-eu-central-1/rsql/*")
        );
        let execution = allowed(&template, "RsqlExecutionRole");
        assert_eq!(execution["logs:PutLogEvents"], json!(referred("RsqlLogs")));
        let image = execution.get("ecr:BatchGetImage").cloned();
        let repository = match name {
            "rsql-merge-prod" => Some(json!(arn("ecr", "repository/rsql"))),
            "made-both" => Some(json!(arn("ecr", "repository/team/rsql"))),
            _ => None,
        };
        assert_eq!(image, repository, "{name}");
        assert_eq!(
            execution.contains_key("ecr:GetAuthorizationToken"),
            repository.is_some()
        );
    }
    let submit = |name: &str| {
        let built = all.iter().find(|built| built.name == name).unwrap();
        allowed(&built.template(), "QueryStateMachineRole")["batch:SubmitJob"].clone()
    };
    assert_eq!(
        submit("rsql-merge-prod"),
        json!([
            referred("RsqlQueue"),
            arn("batch", "job-definition/rsql-merge-prod-rsql:*"),
            arn("batch", "job-definition/rsql-merge-prod-rsql"),
        ])
    );
    assert_eq!(
        submit("rsql-merge"),
        json!([
            arn("batch", "job-queue/etl"),
            arn("batch", "job-definition/rsql:*"),
            arn("batch", "job-definition/rsql"),
        ])
    );
    assert_eq!(
        submit("made-queue"),
        json!([referred("RsqlQueue"), arn("batch", "job-definition/rsql:7"),])
    );
}

#[test]
fn what_a_run_needs_is_there_before_the_stacks_own_runs_and_longer() {
    let all = all();
    let of = |name: &str| {
        all.iter()
            .find(|built| built.name == name)
            .unwrap()
            .template()
    };
    let template = of("for-the-stack");
    let resources = template["Resources"].as_object().unwrap();
    let runs = &resources["StackRuns"];
    let mut before: Vec<&str> = runs["DependsOn"]
        .as_array()
        .unwrap()
        .iter()
        .map(|name| name.as_str().unwrap())
        .collect();
    before.extend(["Function", "RetryStateMachine"]);
    for (name, resource) in resources {
        let kind = resource["Type"].as_str().unwrap();
        let is_trigger = matches!(kind, "AWS::Events::Rule" | "AWS::Scheduler::Schedule")
            && name.starts_with("Trigger");
        let is_looking_on = kind.starts_with("AWS::CloudWatch::") || name.starts_with("Trigger");
        assert_eq!(
            before.contains(&name.as_str()),
            !is_looking_on && name != "StackRuns",
            "{name}"
        );
        // Nothing is triggered before the steps of a deploy are over, and nothing during a destroy.
        if is_trigger {
            assert_eq!(resource["DependsOn"], json!(["StackRuns"]), "{name}");
        }
    }
    let properties = &runs["Properties"];
    assert_eq!(properties["Steps"], json!(["deploy", "destroy"]));
    assert_eq!(properties["Triggers"].as_array().unwrap().len(), 1);
    assert!(properties["ServiceTimeout"].as_u64().unwrap() <= 3_600);
    // Only whoever wants it has it, and what it may.
    let plain = of("cluster");
    assert!(plain["Resources"]["StackRuns"].is_null());
    assert!(plain["Resources"]["AnswerRule"].is_null());
    assert!(!plain.to_string().contains("\"StackRuns\""));
    assert!(of("around")["Resources"]["AnswerRule"].is_null());
    assert!(of("around")["Resources"]["StackRuns"].is_object());
}

/// Most bytes of a template that is sent with the call (AWS page: "CloudFormation quotas").
const MOST_BYTES_INLINE: usize = 51_200;

#[test]
fn a_template_does_not_grow_with_the_steps_and_fits_into_the_call() {
    let size = |steps: usize| {
        let spec = everything(steps);
        let folder = Folder::new(
            &spec,
            &[("one.sql", sql_of(&spec)), ("three.rsql", "\\exit 0\n")],
        );
        let ended = folder.sfc(&["build", ".", "--out", "bundle"]);
        assert_eq!(ended.code, Some(0), "{ended:?}");
        folder.read("bundle/template.json").len()
    };
    let (few, many) = (size(1), size(190));
    println!("template of 10 steps of all kinds: {few} bytes, of 199 steps: {many} bytes");
    assert_eq!(few, many);
    assert!(many <= MOST_BYTES_INLINE, "{many}");
}

#[test]
fn the_same_pipeline_gives_the_same_template() {
    let folder = Folder::copy_of("specs/flights");
    let template = |out: &str| {
        assert_eq!(folder.sfc(&["build", ".", "--out", out]).code, Some(0));
        folder.read(format!("{out}/template.json"))
    };
    assert_eq!(template("first"), template("second"));
}
