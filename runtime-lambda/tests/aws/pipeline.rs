//! A pipeline in the artifacts' bucket, and a run of it driven as its machines drive it.

use runtime_lambda::keys;
use runtime_lambda::plan::{
    Batch, Connection, FORMAT, Limits, Parameter, ParameterType, Plan, Script, Statement, Step,
    Warehouse,
};
use serde_json::{Value, json};

use crate::lambda::{Answer, Lambda};
use crate::peer::Peer;

pub const DATA: &str = "data-bucket";
pub const ARTIFACTS: &str = "artifacts-bucket";
pub const TOPIC: &str = "arn:aws:sns:eu-central-1:111122223333:sales";

/// Objects of the pipeline by key, and the hash of its plan.
pub struct Artifacts {
    pub plan: String,
    pub objects: Vec<(String, Vec<u8>)>,
}

/// A pipeline whose steps come one after the other; a step is its name and its statements.
pub fn artifacts(steps: &[(&str, &[&str])]) -> Artifacts {
    let template = b"<h1>{{pipeline}} {{status}}</h1>".to_vec();
    let mut objects = vec![(keys::template(&keys::sha256(&template)), template.clone())];
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
                    insertions: vec![],
                })
                .collect(),
            batch: Batch::AutoCommit,
        };
        let script = serde_json::to_vec(&script).unwrap();
        let hash = keys::sha256(&script);
        objects.push((keys::script(&hash), script));
        planned.push(Step {
            name: (*name).to_owned(),
            after: planned
                .last()
                .map(|step| step.name.clone())
                .into_iter()
                .collect(),
            script: hash,
            limit_seconds: 600,
            expect: None,
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
            },
        )]
        .into_iter()
        .collect(),
        report_template: keys::sha256(&template),
        steps: planned,
    };
    let plan = serde_json::to_vec(&plan).unwrap();
    let hash = keys::sha256(&plan);
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

/// The variables of a function that finds everything at `peer`.
pub fn variables(peer: &Peer) -> Vec<(String, String)> {
    variables_at(&peer.url())
}

pub fn variables_at(url: &str) -> Vec<(String, String)> {
    [
        ("AWS_REGION", "eu-central-1"),
        ("AWS_ACCESS_KEY_ID", "test"),
        ("AWS_SECRET_ACCESS_KEY", "hidden-key"),
        ("AWS_SESSION_TOKEN", "hidden-session"),
        ("AWS_ENDPOINT_URL", url),
        ("SFC_DATA_BUCKET", DATA),
        ("SFC_ARTIFACTS_BUCKET", ARTIFACTS),
        ("SFC_TOPIC_ARN", TOPIC),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .to_vec()
}

/// Who gives an event to a function and brings back what it says.
pub trait Deliver {
    async fn deliver(&mut self, event: &Value) -> Answer;
}

impl Deliver for Lambda {
    async fn deliver(&mut self, event: &Value) -> Answer {
        self.invoke(event).await
    }
}

/// Drives a run as its machines do, on one lane and for one round. What fails is told apart from
/// what is to be tried again by its name, as a Retry does. Returns the run's id.
pub async fn drive(function: &mut impl Deliver, plan: &str) -> String {
    let created = again(
        function,
        &json!({
            "action": "create_run",
            "pipeline": "sales",
            "plan": plan,
            "execution": "arn:aws:states:eu-central-1:111122223333:execution:sales-retry:1",
            "started": "2026-11-21T05:00:00Z",
            "input": {},
        }),
    )
    .await
    .unwrap();
    let run = created["run"].as_str().unwrap().to_owned();
    for turn in 1.. {
        let next = again(
            function,
            &json!({
                "action": "next_step", "pipeline": "sales", "run": run, "round": 1, "lane": 0,
                "turn": turn, "turns_left": 100,
            }),
        )
        .await
        .unwrap();
        if next["next"] != "run" {
            break;
        }
        let of = |action: &str| {
            json!({
                "action": action, "pipeline": "sales", "run": run, "step": next["step"], "round": 1,
            })
        };
        let mut status = again(function, &of("submit")).await;
        while matches!(&status, Ok(answer) if answer["status"] == "RUNNING") {
            status = again(function, &of("await")).await;
        }
        if status.is_ok() {
            status = again(function, &of("collect")).await;
        }
        if let Err((error, _)) = status {
            let mut stop = of("stop");
            stop["error"] = json!(error);
            stop["call"] = json!(1);
            again(function, &stop).await.unwrap();
        }
    }
    let of_run =
        |action: &str| json!({ "action": action, "pipeline": "sales", "run": run, "round": 1 });
    for action in ["close_round", "report", "notify"] {
        again(function, &of_run(action)).await.unwrap();
    }
    run
}

/// Delivers an event until it is neither throttled nor without an answer.
async fn again(function: &mut impl Deliver, event: &Value) -> Answer {
    let mut answer = function.deliver(event).await;
    for _ in 0..8 {
        match &answer {
            Err((error, _)) if error == "Sfc.Throttled" || error == "Sfc.Unavailable" => {
                answer = function.deliver(event).await;
            }
            _ => break,
        }
    }
    answer
}

/// What must hold after a run of [`two_steps`], however it went: promises 1, 3 and 5 of the design.
pub fn assert_kept(peer: &Peer, run: &str, after: &str) {
    {
        let world = peer.world();
        let mut tokens: Vec<_> = world.statements.iter().map(|s| s.token.clone()).collect();
        tokens.sort();
        tokens.dedup();
        assert_eq!(tokens.len(), 2, "statements by token, {after}");
        let running = world.statements.iter().any(|s| s.is_running());
        assert!(!running, "a statement is running, {after}");
        // At least once; told apart by its key where it went out twice.
        assert!(!world.published.is_empty(), "nobody was told, {after}");
    }
    let read = |key: String| {
        peer.object(DATA, &key)
            .unwrap_or_else(|| panic!("no `{key}`, {after}"))
    };
    assert_complete(
        &read(keys::state("sales", run)),
        &read(keys::result_json("sales", run, "revenue")),
        &read(keys::result_csv("sales", run, "revenue")),
        after,
    );
    read(keys::manifest("sales", run, 1));
    read(keys::report("sales", run));
}

/// Every step FINISHED, and all ten rows in JSON and in CSV.
pub fn assert_complete(state: &[u8], json: &[u8], csv: &[u8], after: &str) {
    let state: Value = serde_json::from_slice(state).unwrap();
    assert_eq!(state["status"], "FINISHED", "{after}: {state:#}");
    let result: Value = serde_json::from_slice(json).unwrap();
    let numbers: Vec<u64> = result["Records"]
        .as_array()
        .unwrap()
        .iter()
        .map(|record| record[0]["longValue"].as_u64().unwrap())
        .collect();
    assert_eq!(numbers, (0..10).collect::<Vec<_>>(), "{after}");
    let csv = std::str::from_utf8(csv).unwrap();
    assert_eq!(csv.lines().count(), 11, "{after}: {csv}");
    assert_eq!(csv.lines().last(), Some("9,row 9,"), "{after}");
}
