//! What good specs come to.

use insta::assert_snapshot;
use runtime_lambda::plan::{Connection, Quoting};

use crate::folder::{Folder, spec, steps};

const FLIGHTS: &str = include_str!("flights.yaml");

fn flights() -> Folder {
    spec(FLIGHTS)
        .with("sql/create_tables.sql", "create table if not exists flights (day date, delay int);\ncreate table if not exists daily (day date, late bigint);\n")
        .with("sql/load_flights.sql", "-- all of one year\ncopy flights from 's3://nyc-flights/{{year}}/' iam_role default csv;\n")
        .with("sql/daily.sql", "insert into {{schema}}.daily\nselect day, sum(case when delay > :delay_minutes then 1 else 0 end)\nfrom flights where day >= :from_day group by day;\n")
        .with("sql/check.sql", "select count(*) as orphans, 0.9 as share, null as gap from daily;\n")
}

#[test]
fn the_example_of_the_manual() {
    let (compiled, diagnostics) = flights().compile();
    assert!(diagnostics.is_empty(), "{diagnostics:?}");
    let (pipeline, plan) = compiled.unwrap();
    assert_eq!(pipeline.local.buckets["nyc-flights"], "data");
    assert_eq!(
        pipeline.steps[1].description.as_deref(),
        Some("Loads a year.")
    );
    assert_snapshot!("flights_plan", String::from_utf8(plan.bytes).unwrap());
    let mut scripts = String::new();
    for step in &plan.plan.steps {
        let script = String::from_utf8(plan.scripts[&step.script].clone()).unwrap();
        scripts.push_str(&format!("{}\n{script}", step.name));
    }
    assert_snapshot!("flights_scripts", scripts);
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let bytes = || {
        let (_, plan) = flights().compile().0.unwrap();
        (plan.hash, plan.bytes, plan.scripts)
    };
    assert_eq!(bytes(), bytes());
}

#[test]
fn json_is_a_spec_as_well() {
    let json = r#"{
	"name": "flights", "description": "a \"quoted\" \u00e9 / \/ text",
	"warehouse": { "cluster": { "identifier": "main", "db_user": "etl" }, "database": "dev" },
	"steps": { "a": { "sql": "a.sql", "after": [] }, "b": { "sql": "a.sql", "after": ["a"], "limit": null } }
}"#;
    let (compiled, diagnostics) = spec(json).with("a.sql", "select 1").compile();
    assert!(diagnostics.is_empty(), "{diagnostics:?}");
    let (pipeline, plan) = compiled.unwrap();
    assert_eq!(pipeline.description.unwrap(), "a \"quoted\" é / / text");
    assert_eq!(
        plan.plan.warehouse.connection,
        Connection::Cluster {
            identifier: "main".into(),
            db_user: Some("etl".into())
        }
    );
    assert_eq!(plan.scripts.len(), 1);
}

#[test]
fn defaults_are_filled_in() {
    let (compiled, _) = steps("steps:\n  a: { sql: a.sql }\n").compile();
    let (pipeline, plan) = compiled.unwrap();
    let limits = pipeline.limits;
    assert_eq!((limits.step_seconds, limits.run_seconds), (3_600, 43_200));
    assert_eq!((limits.rounds, limits.lanes), (3, 4));
    assert_eq!(plan.plan.steps[0].limit_seconds, 3_600);
    let (compiled, diagnostics) =
        steps("limits: { run: 10m }\nsteps:\n  a: { sql: a.sql }\n").compile();
    assert!(diagnostics.is_empty());
    assert_eq!(compiled.unwrap().0.limits.step_seconds, 600);
}

#[test]
fn steps_stand_in_a_stable_topological_order() {
    let text = "steps:
  z: { sql: a.sql, after: [m, b] }
  m: { sql: a.sql }
  y: { sql: a.sql, after: m }
  b: { sql: a.sql }
  a: { sql: a.sql, after: z }
";
    let (_, plan) = steps(text).compile().0.unwrap();
    let names: Vec<&str> = plan
        .plan
        .steps
        .iter()
        .map(|step| step.name.as_str())
        .collect();
    assert_eq!(names, ["m", "y", "b", "z", "a"]);
}

#[test]
fn anchors_and_texts_as_written() {
    let text = "parameters:
  version: { type: string, default: 1.10 }
  flag: { type: boolean, default: True }
steps:
  a: &common { sql: v.sql, limit: 5m }
  b: *common
";
    let (compiled, diagnostics) = steps(text)
        .with("v.sql", "select :version, :flag")
        .compile();
    assert!(diagnostics.is_empty(), "{diagnostics:?}");
    let (pipeline, plan) = compiled.unwrap();
    assert_eq!(
        plan.plan.parameters["version"].default.as_deref(),
        Some("1.10")
    );
    assert_eq!(
        plan.plan.parameters["flag"].default.as_deref(),
        Some("true")
    );
    assert_eq!(pipeline.steps[1].limit_seconds, 300);
}

#[test]
fn insertions_know_how_they_are_quoted() {
    let text = "parameters: { n: { type: identifier, default: t } }\nsteps:\n  a: { sql: s.sql }\n";
    let sql = "-- {{n}} é\nunload ('select * from {{n}} where a = ''{{n}}'' -- {{n}}\n and b = \\'{{ n }}\\'')\nto 's3://b/{{n}}/{{ n }}' -- {{n}}\niam_role default;";
    let (compiled, diagnostics) = steps(text).with("s.sql", sql).compile();
    assert!(diagnostics.is_empty(), "{diagnostics:?}");
    let (pipeline, _) = compiled.unwrap();
    let statement = &pipeline.steps[0].sql().unwrap().script.statements[0];
    let found: Vec<(&str, Quoting)> = statement
        .insertions
        .iter()
        .map(|one| (&statement.sql[one.start..one.end], one.quoting))
        .collect();
    assert_eq!(
        found,
        [
            ("{{n}}", Quoting::Identifier),
            ("{{n}}", Quoting::NestedLiteral),
            ("{{ n }}", Quoting::NestedLiteral),
            ("{{n}}", Quoting::Literal),
            ("{{ n }}", Quoting::Literal),
        ]
    );
}
