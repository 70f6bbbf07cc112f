//! `--select` and `--exclude`: parts of a pipeline, run, drawn, tested, and told of as parts.

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};

use crate::program::{Ended, Folder, sfc, spec};

/// `a → b → c`, and `d`; each makes a table of its own, `c` and `d` return rows.
fn pipeline() -> Folder {
    Folder::new(
        &spec(
            "lanes: 2",
            "  a: { sql: a.sql, tags: [raw] }\n  b: { sql: b.sql, after: a }\n  c: { sql: c.sql, after: b, tags: [nightly] }\n  d: { sql: d.sql, tags: [nightly] }\n",
        ),
        &[
            (
                "a.sql",
                "drop table if exists a; create table a as select 1 as n",
            ),
            (
                "b.sql",
                "drop table if exists b; create table b as select n + 1 as n from a",
            ),
            ("c.sql", "select n from b"),
            ("d.sql", "select 7 as n"),
        ],
    )
}

/// Names of the steps of the last run.
fn ran(folder: &Folder) -> Vec<String> {
    let state = folder.state();
    state.steps.keys().map(ToString::to_string).collect()
}

fn run(folder: &Folder, arguments: &[&str]) -> Ended {
    let all: Vec<&str> = ["run"].iter().chain(arguments).copied().collect();
    let ended = folder.sfc(&all);
    assert_eq!(ended.code, Some(0), "{arguments:?}: {ended:?}");
    ended
}

#[test]
fn a_part_is_run_in_its_order_and_told_of_as_a_part() {
    let folder = pipeline();
    let whole = run(&folder, &[]);
    assert!(!whole.stdout.contains("not chosen"), "{}", whole.stdout);

    let part = run(&folder, &["-s", "a,+c", "--select", "c"]);
    assert!(
        part.stderr.contains("running 2 of 4 steps: a, c"),
        "{part:?}"
    );
    assert!(
        part.stdout
            .contains("FINISHED: 2 of 2 steps finished, 2 not chosen"),
        "{}",
        part.stdout
    );
    let state = folder.state();
    assert_eq!(ran(&folder), ["a", "c"]);
    assert_eq!(state.left_out, 2);
    // `b` was left out, and `c` still waited for what `b` waits for.
    assert!(
        state.steps["c"].started >= state.steps["a"].ended,
        "{state:?}"
    );
    let page = std::fs::read_to_string(folder.runs().pop().unwrap().join("report/index.html"));
    assert!(
        page.unwrap()
            .contains("only a part was run: 2 steps not chosen")
    );
    let messages = folder.messages();
    let told = messages
        .iter()
        .filter(|text| text.contains("part of the pipeline: 2 not chosen"));
    assert_eq!(told.count(), 1, "{messages:?}");
    let status = folder.sfc(&["status", "--local"]);
    assert!(status.stdout.contains("2/2 of 4"), "{}", status.stdout);
}

#[test]
fn what_changed_is_run_with_what_comes_after_it() {
    let folder = pipeline();
    let changed = ["--select", "state:modified+"];
    run(&folder, &changed);
    assert_eq!(ran(&folder), ["a", "b", "c", "d"], "nothing was run before");
    let nothing = run(&folder, &changed);
    assert!(nothing.stderr.contains("nothing to do"), "{nothing:?}");
    assert_eq!(folder.runs().len(), 1);

    folder.write(
        "b.sql",
        "drop table if exists b; create table b as select n + 2 as n from a",
    );
    run(&folder, &changed);
    assert_eq!(ran(&folder), ["b", "c"]);
    let rows = folder.sfc(&["results", "c", "--csv", "--local"]);
    assert_eq!(rows.stdout, "n\n3\n");
    assert!(run(&folder, &changed).stderr.contains("nothing to do"));

    // A step that failed is run again, and what could not start for it, though no text changes.
    folder.write("b.sql", "create table b as select n from gone");
    let failed = folder.sfc(&["run", "--select", "state:modified+"]);
    assert_eq!(failed.code, Some(1), "{failed:?}");
    let graph = folder.sfc(&["graph", "--select", "state:modified"]);
    assert!(
        graph.stdout.contains('b') && graph.stdout.contains('c'),
        "{}",
        graph.stdout
    );
    assert!(!graph.stdout.contains("\"d\""), "{}", graph.stdout);
}

#[test]
fn a_part_that_failed_is_resumed_as_that_part() {
    let folder = pipeline();
    run(&folder, &[]);
    folder.write("c.sql", "select n from gone");
    let failed = folder.sfc(&["run", "--exclude", "b", "--exclude", "d"]);
    assert_eq!(failed.code, Some(1), "{failed:?}");
    assert_eq!(ran(&folder), ["a", "c"]);
    folder.write("c.sql", "select n from b");
    let resumed = folder.sfc(&["resume", "last", "--local"]);
    assert_eq!(resumed.code, Some(0), "{resumed:?}");
    assert_eq!(ran(&folder), ["a", "c"]);
    let state = folder.state();
    assert_eq!(state.left_out, 2);
    assert!(state.steps["a"].kept_from.is_some(), "{state:?}");
}

#[test]
fn plan_graph_results_and_test_choose_alike() {
    let folder = pipeline();
    folder.write(
        "tests/t.yaml",
        "tests:\n  seven: { step: d, expect: { result: [{ n: 7 }] } }\n  two: { step: c, given: { b: [{ n: 2 }] }, expect: { result: [{ n: 2 }] } }\n",
    );
    run(&folder, &[]);
    let plan = folder.sfc(&["plan", "--select", "a c"]);
    assert!(
        plan.stdout.starts_with("demo: 2 of 4 steps in"),
        "{}",
        plan.stdout
    );
    let json = folder.sfc(&["plan", "--select", "a c", "--json"]);
    let json: serde_json::Value = serde_json::from_str(&json.stdout).unwrap();
    assert_eq!(json["steps"][1]["after"], serde_json::json!(["a"]));
    let results = folder.sfc(&["results", "--local", "--exclude", "+c"]);
    assert!(results.stdout.contains("d\n"), "{results:?}");
    assert!(!results.stdout.contains("c\n"), "{results:?}");
    let state = folder.sfc(&["results", "--local", "--select", "state:modified"]);
    assert_eq!(state.code, Some(2));
    assert!(state.stderr.contains("error[SFC0942]"), "{}", state.stderr);
    let tested = folder.sfc(&["test", "--select", "c"]);
    assert!(tested.stdout.contains("1 test passed"), "{tested:?}");
    let tested = folder.sfc(&["test", "--select", "tag:nightly"]);
    assert!(tested.stdout.contains("2 tests passed"), "{tested:?}");
    for verb in ["run", "plan", "graph", "test"] {
        let unknown = folder.sfc(&[verb, "--select", "tag:nightli"]);
        assert_eq!(unknown.code, Some(2), "{verb}: {unknown:?}");
        assert!(
            unknown.stderr.contains("error[SFC0941]") && unknown.stderr.contains("`nightly`"),
            "{verb}: {}",
            unknown.stderr
        );
        let wrong = folder.sfc(&[verb, "--exclude", "@a+"]);
        assert!(
            wrong.stderr.contains("error[SFC0940]"),
            "{verb}: {}",
            wrong.stderr
        );
    }
    assert_eq!(folder.runs().len(), 1);
}

#[test]
fn the_pipeline_is_named_in_both_ways() {
    let folder = pipeline();
    let place = folder.path().parent().unwrap();
    let name = folder.path().file_name().unwrap().to_str().unwrap();
    for arguments in [["plan", "-C", name], ["graph", "--pipeline", name]] {
        let ended: Ended = sfc(place, &arguments).output().unwrap().into();
        assert_eq!(ended.code, Some(0), "{ended:?}");
    }
    let two = folder.sfc(&["plan", ".", "-C", "elsewhere"]);
    assert_eq!(two.code, Some(2));
    assert!(two.stderr.contains("[SFC0945]"), "{}", two.stderr);
    assert_eq!(
        folder.sfc(&["plan", ".", "-C", "pipeline.yaml/.."]).code,
        Some(2)
    );
    assert_eq!(folder.sfc(&["plan", ".", "-C", "./"]).code, Some(0));
}

#[test]
fn each_save_runs_what_changed_until_ctrl_c() {
    let folder = pipeline();
    run(&folder, &[]);
    let mut child = sfc(folder.path(), &["run", "--watch"])
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let mut until = |word: &str| {
        let mut seen = lines.by_ref().map(Result::unwrap);
        seen.find(|line| line.contains(word))
            .unwrap_or_else(|| panic!("no `{word}`"))
    };
    until("nothing to do");
    until("waiting for the next save");
    folder.write(
        "b.sql",
        "drop table if exists b; create table b as select n + 5 as n from a",
    );
    assert_eq!(until("running"), "running 2 of 4 steps: b, c");
    until("waiting for the next save");
    assert_eq!(ran(&folder), ["b", "c"]);
    // A mistake ends nothing, and what means the same starts nothing.
    folder.write("d.sql", "selct 7");
    until("error[SFC");
    until("waiting for the next save");
    folder.write("notes.txt", "nothing of the pipeline");
    folder.write("d.sql", "select 8 as n");
    assert_eq!(until("running"), "running 1 of 4 steps: d");
    until("waiting for the next save");
    let id = child.id().to_string();
    assert!(
        Command::new("kill")
            .args(["-INT", &id])
            .status()
            .unwrap()
            .success()
    );
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert_eq!(folder.runs().len(), 3);
}
