//! What a page tells of a run.

use jiff::SignedDuration;
use runtime_lambda::report::{Facts, Page, page};
use runtime_lambda::state::{RunStatus, StepStatus};
use serde_json::{Value, json};

use crate::fixture::{error, plan, run, step};
use crate::runs;

fn value(page: &Page) -> Value {
    serde_json::to_value(page).unwrap()
}

#[test]
fn the_critical_path_goes_back_from_the_last_end() {
    let page = value(&runs::finished().page());
    let critical = &page["timeline"]["critical"];
    let path: Vec<&str> = critical["path"]
        .as_array()
        .unwrap()
        .iter()
        .map(|link| link["step"].as_str().unwrap())
        .collect();
    assert_eq!(
        path,
        [
            "create_stage",
            "load_orders",
            "clean_orders",
            "revenue",
            "check_revenue",
            "publish"
        ]
    );
    assert_eq!(critical["longest"], "clean_orders");
    assert_eq!(critical["idle_lanes"], 2);
}

#[test]
fn a_step_that_waited_for_a_lane_has_the_step_before_it_in_its_lane_on_its_path() {
    let steps = vec![step("a", &[]), step("b", &[]), step("c", &[])];
    let page = value(&run(plan("p", 1, 1, steps), |_| 2.0, |_, _| None).page());
    let path = &page["timeline"]["critical"]["path"];
    let why: Vec<&str> = path
        .as_array()
        .unwrap()
        .iter()
        .map(|link| link["waited_for"].as_str().unwrap())
        .collect();
    assert_eq!(why, ["start", "lane", "lane"]);
}

#[test]
fn tries_of_earlier_rounds_are_in_the_timeline_and_on_the_path() {
    let steps = vec![step("a", &[]), step("b", &["a"])];
    let fails = |name: &str, round: u32| {
        (name == "a" && round == 1).then(|| error("Sfc.StatementFailed", "ERROR: once"))
    };
    let page = value(&run(plan("p", 2, 2, steps), |_| 2.0, fails).page());
    let bars = page["timeline"]["lanes"][0]["bars"].as_array().unwrap();
    assert_eq!(
        (&bars[0]["status"], &bars[0]["round"]),
        (&"FAILED".into(), &1.into())
    );
    assert_eq!(page["timeline"]["rounds"][0]["round"], 2);
    let path = &page["timeline"]["critical"]["path"];
    assert_eq!(path[0]["round"], 1);
    assert_eq!(path[1]["waited_for"], "round");
    let tries = page["details"][0]["tries"].as_array().unwrap();
    assert_eq!(tries[0]["message"], "ERROR: once");
    assert_eq!(tries[1]["status"], "FINISHED");
}

#[test]
fn a_failure_has_its_line_its_rounds_and_whom_it_holds_back() {
    let page = value(&runs::failed().page());
    let failure = &page["failures"][0];
    assert_eq!(failure["step"], "clean_orders");
    let marked: Vec<&Value> = failure["lines"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|line| line["is_marked"] == true)
        .collect();
    assert_eq!(marked.len(), 1);
    assert!(marked[0]["text"].as_str().unwrap().contains("custmer_id"));
    assert_eq!(failure["rounds"].as_array().unwrap().len(), 1);
    assert_eq!(failure["command"], "sfc resume 20261125T094528Z-6286ebb6");
    let dim = &page["failures"][1];
    assert_eq!(dim["rounds"].as_array().unwrap().len(), 2);
    assert_eq!(
        failure["holds_back"],
        serde_json::json!(["revenue", "check_revenue", "publish"])
    );
}

#[test]
fn a_failed_expectation_shows_all_conditions_and_the_rows_that_break_them() {
    let page = value(&runs::failed().page());
    let conditions = page["failures"][1]["conditions"].as_array().unwrap();
    let verdicts: Vec<(&str, &Value)> = conditions
        .iter()
        .map(|condition| {
            (
                condition["condition"].as_str().unwrap(),
                &condition["holds"],
            )
        })
        .collect();
    assert_eq!(
        verdicts,
        [
            ("the number of rows is at least 1", &Value::Bool(true)),
            ("`share` is at least 0.5", &Value::Bool(false)),
            ("`country` is `DE`", &Value::Bool(true)),
        ]
    );
    let broken: Vec<&Value> = conditions[1]["table"]["records"]
        .as_array()
        .unwrap()
        .iter()
        .map(|record| &record["number"])
        .collect();
    assert_eq!(broken, [2, 3]);
}

#[test]
fn signals_come_by_severity_and_their_rows_are_marked() {
    let page = value(&runs::with_signals().page());
    let severities: Vec<&str> = page["signals"]
        .as_array()
        .unwrap()
        .iter()
        .map(|signal| signal["severity"].as_str().unwrap())
        .collect();
    assert_eq!(severities, ["critical", "warning", "info"]);
    assert_eq!(page["counts"]["critical"], 1);
    let nodes = &page["details"][0]["result"]["records"];
    assert_eq!(nodes[0]["raises"], "critical");
    assert_eq!(nodes[1]["raises"], Value::Null);
    assert_eq!(
        page["signals"][0]["condition"],
        "`used_percent` is at least 80"
    );
}

#[test]
fn the_time_is_compared_with_the_runs_before() {
    let run = runs::finished();
    let page = value(&run.page());
    assert_eq!(page["comparison"]["runs"], 12);
    let slow = page["steps"]
        .as_array()
        .unwrap()
        .iter()
        .find(|step| step["name"] == "clean_orders")
        .unwrap();
    assert_eq!(slow["trend"]["is_outlier"], true);
    assert_eq!(slow["trend"]["difference_percent"], 113);
    // The run itself is added once, however often its report is written.
    let after = run.history.with(&run.facts()).unwrap();
    assert_eq!(after.runs.len(), 13);
    assert_eq!(after.with(&run.facts()), None);
    assert_eq!(after.before(&run.state.run), run.history);
}

#[test]
fn the_history_holds_thirty_runs() {
    let mut run = runs::finished();
    for n in 0..40 {
        run.state.run = format!("run-{n}").into();
        run.history = run.history.with(&run.facts()).unwrap();
    }
    assert_eq!(run.history.runs.len(), 30);
    assert_eq!(run.history.runs[29].run, "run-39");
    assert!(run.history.steps.values().all(|times| times.len() == 30));
}

#[test]
fn a_small_result_is_in_the_page_and_a_large_one_says_how_to_get_it() {
    let page = value(&runs::finished().page());
    let of = |name: &str| {
        let details = page["details"].as_array().unwrap();
        details.iter().find(|one| one["step"] == name).unwrap()["result"].clone()
    };
    let csv = of("load_orders")["csv_data"].as_str().unwrap().to_owned();
    assert_eq!(
        csv,
        "data:text/csv;charset=utf-8,orders,days%0A336776,365%0A"
    );
    assert_eq!(of("revenue")["shown"], 25);
    assert_eq!(of("revenue")["rows"], 40);
    assert_eq!(of("revenue")["is_cut"], true);
}

#[test]
fn a_run_that_goes_on_shows_what_is_running_until_now() {
    let steps = vec![step("a", &[]), step("b", &["a"]), step("c", &["b"])];
    let mut run = run(plan("p", 1, 1, steps), |_| 2.0, |_, _| None);
    run.state.status = RunStatus::Running;
    run.state.ended = None;
    for (name, status) in [("b", StepStatus::Running), ("c", StepStatus::Initial)] {
        let step = run.state.steps.get_mut(name).unwrap();
        step.status = status;
        step.ended = None;
    }
    let c = run.state.steps.get_mut("c").unwrap();
    (c.round, c.lane, c.started) = (0, None, None);
    let now = run.state.steps["b"].started.unwrap() + SignedDuration::from_secs(5);
    let facts = Facts {
        now: Some(now),
        manifests: &[],
        ..run.facts()
    };
    let page = value(&page(&facts));
    let bars = page["timeline"]["lanes"][0]["bars"].as_array().unwrap();
    assert_eq!(
        (bars.len(), &bars[1]["status"], &bars[1]["seconds"]),
        (2, &json!("RUNNING"), &json!(5.0))
    );
    // Nobody knows yet which steps decide when it ends.
    assert!(page["timeline"]["critical"].is_null());
    assert_eq!(page["steps"][1]["seconds"], 5.0);
    assert!(page["steps"][2]["seconds"].is_null());
    assert!(page["ended"].is_null() && page["seconds"].as_f64() > Some(5.0));
    assert!(page["failures"].as_array().unwrap().is_empty());
}

#[test]
fn a_step_that_two_failures_hold_back_names_both() {
    let fails = |name: &str, _| {
        (name == "load_orders" || name == "load_customers")
            .then(|| error("Sfc.StatementFailed", "ERROR: Divide by zero"))
    };
    let steps = vec![
        step("load_orders", &[]),
        step("load_customers", &[]),
        step("revenue", &["load_orders", "load_customers"]),
        step("publish", &["revenue"]),
    ];
    let page = run(plan("sales", 2, 1, steps), |_| 1.0, fails).page();
    for held in ["revenue", "publish"] {
        let line = page.steps.iter().find(|step| step.name == held).unwrap();
        assert_eq!(line.culprits, ["load_orders", "load_customers"]);
    }
    for failure in &page.failures {
        assert_eq!(failure.holds_back, ["revenue", "publish"]);
    }
}
