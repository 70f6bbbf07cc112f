//! Where data comes from: over the pipelines of `specs/`, and over small ones.

#![allow(clippy::unwrap_used, reason = "tests may stop")]

use std::path::{Path, PathBuf};

use insta::assert_snapshot;
use redshift_sql::lineage::Dataset;
use serde_json::{Value, json};
use sfc::compile::{Compiled, Overrides, compile};
use sfc::diagnostic::Code;
use sfc::lineage::{Direction, Labels, LineageGraph, find, mermaid, open_lineage, tree};
use sfc::pipeline::Pipeline;
use sfc::project::Project;

use crate::folder::{Folder, steps};

fn specs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../specs")
}

fn compiled(name: &str) -> Compiled {
    let project = Project::open_for(&specs().join(name), None).unwrap();
    let outcome = compile(&project.spec, &project, Overrides::default());
    outcome.value.unwrap()
}

fn labels() -> Labels {
    Labels {
        namespace: None,
        event_time: "1970-01-01T00:00:00Z".to_owned(),
    }
}

/// The tree of a name; without one, of all.
fn shown(pipeline: &Pipeline, name: &str, direction: Direction) -> String {
    let graph = LineageGraph::of(pipeline);
    let asked = (!name.is_empty()).then(|| find(&graph, name).unwrap());
    tree(&graph, asked.as_ref(), direction)
}

fn pipeline(folder: &Folder) -> Pipeline {
    let (compiled, diagnostics) = folder.compile();
    assert!(!diagnostics.has_errors(), "{diagnostics:?}");
    compiled.unwrap().0
}

#[test]
fn trees_of_a_pipeline() {
    let compiled = compiled("taxi-unload");
    let pipeline = &compiled.pipeline;
    assert_snapshot!("tree", shown(pipeline, "", Direction::Upstream));
    assert_snapshot!(
        "tree_of_files",
        shown(pipeline, "s3://taxi-lake/volume/", Direction::Upstream)
    );
    assert_snapshot!(
        "tree_of_a_column",
        shown(pipeline, "taxi.daily_volume.revenue", Direction::Upstream)
    );
    assert_snapshot!(
        "tree_downstream",
        format!(
            "{}\n{}",
            shown(pipeline, "taxi.trip.total", Direction::Downstream),
            shown(pipeline, "taxi.trip", Direction::Downstream)
        )
    );
}

#[test]
fn flowcharts_of_a_pipeline() {
    let compiled = compiled("taxi-unload");
    let graph = LineageGraph::of(&compiled.pipeline);
    let column = find(&graph, "taxi.daily_volume.pickup_day").unwrap();
    assert_snapshot!(
        "mermaid",
        format!(
            "{}\n{}",
            mermaid(&graph, None, Direction::Upstream),
            mermaid(&graph, Some(&column), Direction::Upstream)
        )
    );
}

#[test]
fn events_of_a_pipeline() {
    let compiled = compiled("taxi-unload");
    let graph = LineageGraph::of(&compiled.pipeline);
    let events = || open_lineage(&graph, None, Direction::Upstream, &labels());
    assert_eq!(events().to_string(), events().to_string());
    let text = format!("{:#}", events());
    let version = format!("urn:sfc:{}", env!("CARGO_PKG_VERSION"));
    assert_snapshot!("openlineage", text.replace(&version, "urn:sfc:VERSION"));
    // Of one table only the steps that write it, and those that bring data on the way to it.
    let node = find(&graph, "taxi.daily_volume").unwrap();
    let events = open_lineage(&graph, Some(&node), Direction::Upstream, &labels());
    let names: Vec<&str> = events
        .as_array()
        .unwrap()
        .iter()
        .map(|event| event["job"]["name"].as_str().unwrap())
        .collect();
    assert_eq!(
        names,
        [
            "taxi-unload.create_view",
            "taxi-unload.drop_objects",
            "taxi-unload.load"
        ]
    );
}

/// What OpenLineage's schema asks of a JobEvent, and of the facet `columnLineage`.
fn schema() -> Value {
    let facet = |more: Value| {
        json!({ "allOf": [more, {
            "type": "object",
            "required": ["_producer", "_schemaURL"],
            "properties": {
                "_producer": { "type": "string", "format": "uri" },
                "_schemaURL": { "type": "string", "format": "uri" },
            },
        }] })
    };
    let input = json!({
        "type": "object",
        "required": ["namespace", "name", "field"],
        "properties": {
            "namespace": { "type": "string" },
            "name": { "type": "string" },
            "field": { "type": "string" },
            "transformations": { "type": "array", "items": {
                "type": "object",
                "required": ["type"],
                "properties": {
                    "type": { "enum": ["DIRECT", "INDIRECT"] },
                    "subtype": { "type": "string" },
                    "description": { "type": "string" },
                    "masking": { "type": "boolean" },
                },
                "additionalProperties": true,
            } },
        },
    });
    let lineage = facet(json!({
        "type": "object",
        "required": ["fields"],
        "properties": {
            "fields": { "type": "object", "additionalProperties": {
                "type": "object",
                "required": ["inputFields"],
                "properties": { "inputFields": { "type": "array", "items": input } },
            } },
            "dataset": { "type": "array", "items": input },
        },
    }));
    let job_type = facet(json!({
        "type": "object",
        "required": ["processingType", "integration"],
        "properties": {
            "processingType": { "type": "string" },
            "integration": { "type": "string" },
            "jobType": { "type": "string" },
        },
    }));
    let dataset = json!({
        "type": "object",
        "required": ["namespace", "name"],
        "properties": {
            "namespace": { "type": "string" },
            "name": { "type": "string", "minLength": 1 },
            "facets": { "type": "object", "properties": { "columnLineage": lineage } },
        },
    });
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "array",
        "items": {
            "type": "object",
            "required": ["eventTime", "producer", "schemaURL", "job"],
            // A JobEvent has no run.
            "not": { "required": ["run"] },
            "properties": {
                "eventTime": { "type": "string", "format": "date-time" },
                "producer": { "type": "string", "format": "uri" },
                "schemaURL": { "const": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/JobEvent" },
                "job": {
                    "type": "object",
                    "required": ["namespace", "name"],
                    "properties": {
                        "namespace": { "type": "string" },
                        "name": { "type": "string" },
                        "facets": { "type": "object", "properties": { "jobType": job_type } },
                    },
                },
                "inputs": { "type": "array", "items": dataset },
                "outputs": { "type": "array", "items": dataset },
            },
        },
    })
}

#[test]
fn every_pipeline_has_lineage_in_every_format() {
    let validator = jsonschema::options()
        .should_validate_formats(true)
        .build(&schema())
        .unwrap();
    let mut seen = 0;
    for folder in std::fs::read_dir(specs()).unwrap() {
        let path = folder.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        let compiled = compiled(name);
        let graph = LineageGraph::of(&compiled.pipeline);
        assert!(!tree(&graph, None, Direction::Upstream).is_empty());
        let all = open_lineage(&graph, None, Direction::Upstream, &labels());
        assert!(validator.is_valid(&all), "{name}: {all:#}");
        let datasets: Vec<&Dataset> = graph.datasets().collect();
        for dataset in datasets {
            let columns = graph.columns(dataset);
            let names = columns.map(|column| format!("{}.{column}", dataset.name()));
            for name in names.chain([dataset.name().to_owned()]) {
                let node = find(&graph, &name).unwrap();
                assert_eq!(node.text(), name);
                for direction in [Direction::Upstream, Direction::Downstream] {
                    let shown = tree(&graph, Some(&node), direction);
                    assert!(shown.lines().count() > 1, "{shown}");
                    let chart = mermaid(&graph, Some(&node), direction);
                    assert!(chart.starts_with("flowchart LR\n    "), "{chart}");
                }
                seen += 1;
            }
        }
    }
    assert!(seen > 200, "{seen}");
}

#[test]
fn names_that_nobody_knows_get_the_nearest() {
    let compiled = compiled("taxi-unload");
    let graph = LineageGraph::of(&compiled.pipeline);
    let help = |name: &str| {
        let diagnostic = find(&graph, name).unwrap_err();
        assert_eq!(diagnostic.code, Code::LineageUnknown);
        format!("{}: {}", diagnostic.message, diagnostic.help.unwrap())
    };
    assert_snapshot!(
        ["taxi.trp", "taxi.trip.totl", "taxi.daily_volme.revenue", "nothing"]
            .map(help)
            .join("\n"),
        @r"
    no step reads or writes a table `taxi.trp`: did you mean `taxi.trip`?
    no step reads or writes a column `totl` of `taxi.trip`: did you mean `total`?
    no step reads or writes a table `taxi.daily_volme.revenue`: did you mean `taxi.daily_volume.revenue`?
    no step reads or writes a table `nothing`: `sfc lineage` without a name shows all that is written
    "
    );
}

#[test]
fn what_nobody_can_tell_is_said() {
    let folder = steps("steps:\n  a: { sql: a.sql }\n")
        .with(
            "a.sql",
            "create procedure p(t varchar) as $$ begin execute 'delete from ' || t; end $$ language plpgsql;
call p('x');
call elsewhere.q();
insert into t select * from u;",
        );
    assert_snapshot!(shown(&pipeline(&folder), "", Direction::Upstream), @r"
    t
    └── inserted from u (step a, a.sql:4)

    not known:
      step a through p, a.sql:2 makes a statement while it runs
      step a, a.sql:3 calls the procedure elsewhere.q, which no step makes
    ");
}

#[test]
fn what_only_a_check_reads_has_no_place_in_the_script() {
    let folder = steps(
        "steps:
  load:
    sql: load.sql
    expect: { relationships: { customer: crm.customers.id } }
",
    )
    .with(
        "load.sql",
        "create table orders (id int, customer int);\ninsert into orders select 1, 1;",
    );
    let text = shown(&pipeline(&folder), "crm.customers", Direction::Downstream);
    assert!(text.contains("read (a check of step load)"), "{text}");
    assert!(!text.contains("load.sql"), "{text}");
}

#[test]
fn order_is_seen_through_procedures_and_files() {
    assert_snapshot!(
        "order_through_procedures_and_files",
        steps(
            "steps:
  make: { sql: make.sql }
  fill: { sql: fill.sql, after: make }
  read: { sql: read.sql, after: make }
  export: { sql: export.sql, after: fill }
  import: { sql: import.sql, after: make }
  other: { sql: other.sql, after: make }
"
        )
        .with(
            "make.sql",
            "create table orders (id int);
create procedure fill_orders() as $$ begin insert into orders select 1; end $$ language plpgsql;",
        )
        .with("fill.sql", "call fill_orders();")
        .with("read.sql", "select id from orders;")
        .with(
            "export.sql",
            "unload ('select id from orders') to 's3://lake/orders/' iam_role default;",
        )
        .with(
            "import.sql",
            "copy staged from 's3://lake/' iam_role default;",
        )
        .with(
            "other.sql",
            "copy others from 's3://lake/others/' iam_role default;",
        )
        .shown()
    );
}
