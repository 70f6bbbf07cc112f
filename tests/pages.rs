//! The pages of two real pipelines, by a clock of their own: what `tests/browser` compares with its pictures.

#[path = "../runtime-lambda/tests/page/fixture.rs"]
#[expect(
    dead_code,
    reason = "half of it makes plans, and these come from the compiler"
)]
mod fixture;

use std::path::Path;
use std::sync::Arc;

use runtime_lambda::plan::{Plan, Script};
use serde_json::{Value, json};

use crate::program::Folder;
use fixture::{Run, run};

/// A run of an example in which everything goes well, with the scripts of its steps.
fn run_of(example: &str) -> Run {
    let folder = Folder::copy_of(&format!("specs/{example}"));
    let built = folder.sfc(&["build", ".", "--out", "bundle"]);
    assert_eq!(built.code, Some(0), "{built:?}");
    let plan: Plan = serde_json::from_str(&folder.read("bundle/plan.json")).unwrap();
    let seconds = |step: &str| step.bytes().map(|byte| f64::from(byte % 9) * 0.05).sum();
    let mut done = run(plan, seconds, |_, _| None);
    for step in &done.plan.steps {
        let name = format!("bundle/scripts/{}-{}.json", step.name, &step.script[..12]);
        if folder.path().join(&name).is_file() {
            let script: Script = serde_json::from_str(&folder.read(Path::new(&name))).unwrap();
            done.scripts.insert(step.name.clone(), Arc::new(script));
        }
    }
    assert!(!done.scripts.is_empty(), "{example} has scripts");
    done
}

fn text(text: &str) -> Value {
    json!({ "stringValue": text })
}

fn number(number: i64) -> Value {
    json!({ "longValue": number })
}

#[test]
fn the_page_of_the_flights_can_be_looked_at() {
    let mut flights = run_of("flights");
    let airlines = [
        ("HA", "Hawaiian Airlines Inc.", 342, "17.8"),
        ("UA", "United Air Lines Inc.", 58_665, "21.3"),
        ("EV", "ExpressJet Airlines Inc.", 54_173, "32.1"),
    ];
    let rows = airlines.iter().zip(1..);
    let rows: Vec<Value> = rows
        .map(|((carrier, airline, flights, delayed), place)| {
            json!([
                number(place),
                text(carrier),
                text(airline),
                number(*flights),
                text(delayed)
            ])
        })
        .collect();
    let columns = [
        ("place", "int8"),
        ("carrier", "varchar"),
        ("airline", "varchar"),
        ("flights", "int8"),
        ("delayed_percent", "numeric"),
    ];
    flights.result("punctuality", &columns, &rows);
    let html = flights.html("flights");
    assert!(html.contains("ExpressJet Airlines Inc."), "{html}");
    assert!(html.len() <= 120 * 1024, "{} bytes", html.len());
}

#[test]
fn the_page_of_a_review_with_signals_can_be_looked_at() {
    let mut review = run_of("redshift-review");
    let nodes = [
        ("node", "int4"),
        ("capacity_gb", "int8"),
        ("used_gb", "int8"),
        ("used_percent", "numeric"),
    ];
    let full = json!([number(0), number(64), number(58), text("90.6")]);
    let empty = json!([number(1), number(64), number(12), text("18.7")]);
    review.result("nodes", &nodes, &[full, empty]);
    let tables = [
        ("relation", "varchar"),
        ("size_mb", "int8"),
        ("tbl_rows", "int8"),
    ];
    let unread = json!([
        text("public.orders_2019"),
        number(8_192),
        number(71_000_000)
    ]);
    review.result("unused_tables", &tables, &[unread]);
    review.state.steps["nodes"].signals = vec![1];
    review.state.steps["unused_tables"].signals = vec![1];
    let html = review.html("review");
    assert!(html.contains("disks are nearly full"), "{html}");
    assert!(html.contains("large tables that nobody reads"), "{html}");
}
