//! A pipeline in the artifacts' bucket, and the variables of a function that runs it.

use runtime_lambda::ids::Hash;
use runtime_lambda::keys;
use runtime_lambda::plan::{
    Batch, Completion, Connection, FORMAT, Limits, Overlap, Parameter, ParameterType, Plan, Script,
    Statement, Step, Warehouse, When,
};

pub const ACCOUNT: &str = "111122223333";
pub const DATA: &str = "data-bucket";
pub const ARTIFACTS: &str = "artifacts-bucket";
pub const TOPIC: &str = "arn:aws:sns:eu-central-1:111122223333:sales";

/// Objects of the pipeline by key, and the hash of its plan.
pub struct Artifacts {
    pub plan: Hash,
    pub objects: Vec<(String, Vec<u8>)>,
}

/// A pipeline whose steps come one after the other; a step is its name and its statements.
pub fn artifacts(steps: &[(&str, &[&str])]) -> Artifacts {
    let template = b"<h1>{{pipeline}} {{status}}</h1>".to_vec();
    let mut objects = vec![(
        keys::template(&keys::sha256(&template).into()),
        template.clone(),
    )];
    let mut planned: Vec<Step> = Vec::new();
    for (name, statements) in steps {
        let script = Script {
            statements: statements
                .iter()
                .map(|sql| Statement {
                    sql: (*sql).to_owned(),
                    parameters: if sql.contains(":since") {
                        vec!["since".to_owned()]
                    } else {
                        vec![]
                    },
                    ..Statement::default()
                })
                .collect(),
            batch: Batch::AutoCommit,
            file: String::new(),
            checks: Vec::new(),
        };
        let script = serde_json::to_vec(&script).unwrap();
        let hash = Hash::from(keys::sha256(&script));
        objects.push((keys::script(&hash), script));
        planned.push(Step {
            name: (*name).into(),
            after: planned
                .last()
                .map(|step| step.name.clone())
                .into_iter()
                .collect(),
            script: hash,
            limit_seconds: 600,
            fresh_seconds: None,
            retry: runtime_lambda::plan::Retry::default(),
            job: None,
            tags: Vec::new(),
            when: When::Run,
            expect: None,
            signals: Vec::new(),
            checks: Vec::new(),
        });
    }
    let plan = Plan {
        format: FORMAT,
        pipeline: "sales".to_owned(),
        description: None,
        warehouse: Warehouse {
            database: "dev".to_owned(),
            connection: Connection::Workgroup("analytics".to_owned()),
        },
        limits: Limits {
            run_seconds: 1_000_000_000,
            rounds: 2,
            lanes: 1,
        },
        parameters: [(
            "since".to_owned(),
            Parameter {
                kind: ParameterType::Date,
                default: Some("2026-01-01".to_owned()),
                nullable: false,
                secret: None,
            },
        )]
        .into_iter()
        .collect(),
        completion: Completion::Poll,
        overlap: Overlap::Allow,
        expect_by: None,
        topics: Vec::new(),
        mails: Vec::new(),
        rsql: None,
        report_template: keys::sha256(&template).into(),
        report: runtime_lambda::plan::ReportStyle::default(),
        picture: None,
        prices: None,
        steps: planned,
    };
    let plan = serde_json::to_vec(&plan).unwrap();
    let hash = Hash::from(keys::sha256(&plan));
    objects.push((keys::plan(&hash), plan));
    Artifacts {
        plan: hash,
        objects,
    }
}

/// Two steps: a batch without a result, then rows of more than one page.
pub fn two_steps() -> Artifacts {
    artifacts(&[
        ("load", &["create table t", "insert into t"]),
        ("revenue", &["select where day > :since rows 10"]),
    ])
}

/// The variables of a function that finds every service at `url`.
pub fn variables_at(url: &str) -> Vec<(String, String)> {
    [
        ("AWS_REGION", "eu-central-1"),
        ("AWS_DEFAULT_REGION", "eu-central-1"),
        ("AWS_ACCESS_KEY_ID", "test"),
        ("AWS_SECRET_ACCESS_KEY", "hidden-key"),
        ("AWS_SESSION_TOKEN", "hidden-session"),
        ("AWS_ENDPOINT_URL", url),
        ("SFC_ACCOUNT", ACCOUNT),
        ("SFC_DATA_BUCKET", DATA),
        ("SFC_ARTIFACTS_BUCKET", ARTIFACTS),
        ("SFC_TOPIC_ARN", TOPIC),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .to_vec()
}
