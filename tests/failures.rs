//! Runs in which something goes wrong: the state tells the truth, the rest goes on.

use runtime_lambda::state::{RunStatus, StepStatus};

use crate::program::{Folder, SLOW, sfc, spec};

#[test]
fn a_failed_step_keeps_back_what_depends_on_it_and_nothing_else() {
    let folder = Folder::new(
        &spec(
            "rounds: 2, lanes: 2",
            "  missing: { sql: missing.sql }\n  behind: { sql: one.sql, after: missing }\n  beside: { sql: one.sql }\n",
        ),
        &[
            ("missing.sql", "select * from nowhere"),
            ("one.sql", "select 1 as one"),
        ],
    );
    let ended = folder.sfc(&["run", "."]);
    assert_eq!(ended.code, Some(1), "{ended:?}");
    let state = folder.state();
    assert_eq!(state.status, RunStatus::Failed);
    assert_eq!(state.round, 2);
    assert_eq!(state.steps["missing"].status, StepStatus::Failed);
    assert_eq!(state.steps["behind"].status, StepStatus::Skipped);
    assert_eq!(state.steps["beside"].status, StepStatus::Finished);
    // A FINISHED step is not run again.
    assert_eq!(state.steps["beside"].round, 1);
    assert_eq!(state.steps["missing"].round, 2);

    let error = state.steps["missing"].error.clone().unwrap();
    assert_eq!(error.error, "Sfc.StatementFailed");
    assert!(
        error
            .message
            .contains("relation \"nowhere\" does not exist"),
        "{error:?}"
    );
    for round in 1..=2 {
        let document = folder.document(&format!("errors/missing/round-{round}.json"));
        assert_eq!(document["error"], "Sfc.StatementFailed");
        let manifest = folder.document(&format!("manifests/round-{round}.json"));
        assert_eq!(manifest["failed"], 1);
    }
    let messages = folder.messages();
    assert_eq!(messages.len(), 1);
    assert!(
        messages[0].starts_with("Subject: demo failed"),
        "{}",
        messages[0]
    );
    assert!(
        messages[0].contains("missing FAILED")
            && messages[0].contains("Did not start for it: behind")
    );
}

#[test]
fn a_step_that_fails_once_finishes_in_the_second_round() {
    // The first try makes the table and fails afterwards; each script commits by statement.
    let folder = Folder::new(
        &spec(
            "rounds: 3, lanes: 1",
            "  flaky: { sql: flaky.sql, batch: auto_commit }\n  behind: { sql: one.sql, after: flaky }\n",
        ),
        &[
            (
                "flaky.sql",
                "create table if not exists tries (n int);\ninsert into tries values (1);\nselect 1 / (count(*) - 1) as fails_the_first_time from tries;",
            ),
            ("one.sql", "select 1 as one"),
        ],
    );
    let ended = folder.sfc(&["run", "."]);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    let state = folder.state();
    assert_eq!(state.status, RunStatus::Finished);
    assert_eq!(state.round, 2);
    assert_eq!(state.steps["flaky"].round, 2);
    assert!(state.steps["flaky"].error.is_none());
    assert_eq!(folder.document("manifests/round-1.json")["failed"], 1);
    assert_eq!(folder.document("manifests/round-2.json")["finished"], 2);
}

/// Fails with an error that passes, the first time.
const CONFLICT: &str = "create table if not exists tries (n int);
insert into tries values (1);
create or replace procedure meet() as $$
declare
    met int;
begin
    select count(*) into met from tries;
    if met = 1 then
        raise exception 'deadlock detected';
    end if;
end;
$$ language plpgsql;
call meet();";

#[test]
fn an_error_that_passes_is_tried_again_in_the_same_round() {
    for (retry, code, round, again) in [
        ("", 0, 1, 1),
        // It is for the rounds then.
        (", retry: { transient: 0 }", 0, 2, 0),
        (", retry: { transient: 0, rounds: false }", 1, 1, 0),
    ] {
        let step = format!("  meets: {{ sql: meets.sql, batch: auto_commit{retry} }}\n");
        let folder = Folder::new(
            &spec("rounds: 2, lanes: 1", &step),
            &[("meets.sql", CONFLICT)],
        );
        let ended = folder.sfc(&["run", "."]);
        assert_eq!(ended.code, Some(code), "{retry}: {ended:?}");
        let state = folder.state();
        assert_eq!(state.round, round, "{retry}");
        assert_eq!(state.steps["meets"].again, again, "{retry}");
    }
}

#[test]
fn an_error_that_cannot_heal_uses_up_no_rounds() {
    let steps = |retry: &str| {
        format!(
            "  check: {{ sql: one.sql, expect: {{ rows: 2 }}{retry} }}\n  flaky: {{ sql: flaky.sql, batch: auto_commit }}\n"
        )
    };
    let files = [
        ("one.sql", "select 1 as one"),
        (
            "flaky.sql",
            "create table if not exists tries (n int);\ninsert into tries values (1);\nselect 1 / (count(*) - 1) as fails_the_first_time from tries;",
        ),
    ];
    let folder = Folder::new(&spec("rounds: 3, lanes: 1", &steps("")), &files);
    assert_eq!(folder.sfc(&["run", "."]).code, Some(1));
    let state = folder.state();
    // The second round was for the other step only.
    assert_eq!((state.status, state.round), (RunStatus::Failed, 2));
    assert_eq!(state.steps["check"].round, 1);
    assert_eq!(state.steps["check"].status, StepStatus::Failed);
    assert_eq!(state.steps["flaky"].status, StepStatus::Finished);

    let again = steps(", retry: { rounds: true }");
    let folder = Folder::new(&spec("rounds: 3, lanes: 1", &again), &files);
    assert_eq!(folder.sfc(&["run", "."]).code, Some(1));
    assert_eq!(folder.state().steps["check"].round, 3);
}

#[test]
fn a_step_past_its_limit_is_stopped_and_says_so() {
    let folder = Folder::new(
        &spec(
            "rounds: 1, lanes: 2",
            "  slow: { sql: slow.sql, limit: 1s }\n  quick: { sql: one.sql }\n",
        ),
        &[("slow.sql", SLOW), ("one.sql", "select 1 as one")],
    );
    let ended = folder.sfc(&["run", "."]);
    assert_eq!(ended.code, Some(1), "{ended:?}");
    let state = folder.state();
    assert_eq!(state.steps["slow"].status, StepStatus::Failed);
    assert_eq!(state.steps["quick"].status, StepStatus::Finished);
    let error = state.steps["slow"].error.clone().unwrap();
    assert_eq!(error.error, "Sfc.TimeLimit");
    assert_eq!(error.message, "`slow` ran past its limit of 1 s");
}

#[test]
fn a_run_past_its_limit_is_over_and_leaves_terminal_statuses() {
    let folder = Folder::new(
        &spec(
            "run: 2s, step: 2s, rounds: 3, lanes: 1",
            "  slow: { sql: slow.sql }\n  behind: { sql: one.sql, after: slow }\n",
        ),
        &[("slow.sql", SLOW), ("one.sql", "select 1 as one")],
    );
    let ended = folder.sfc(&["run", "."]);
    assert_eq!(ended.code, Some(1), "{ended:?}");
    let state = folder.state();
    assert_eq!(state.status, RunStatus::TimedOut);
    assert_eq!(state.steps["slow"].status, StepStatus::Failed);
    assert_eq!(state.steps["behind"].status, StepStatus::Skipped);
    assert_eq!(folder.messages().len(), 1);
}

#[test]
fn a_result_that_is_not_as_expected_fails_its_step_and_is_kept() {
    let folder = Folder::new(
        &spec(
            "rounds: 1",
            "  check: { sql: check.sql, expect: { rows: 2, values: { n: { max: 1 } } } }\n",
        ),
        &[("check.sql", "select 1 as n union all select 7 order by n")],
    );
    let ended = folder.sfc(&["run", "."]);
    assert_eq!(ended.code, Some(1), "{ended:?}");
    let error = folder.state().steps["check"].error.clone().unwrap();
    assert_eq!(error.error, "Sfc.ExpectationFailed");
    assert_eq!(
        error.message,
        "expected `n` to be at most 1, but row 2 has `7`"
    );
    assert_eq!(folder.document("results/check.json")["TotalNumRows"], 2);
}

#[test]
fn all_rows_of_a_result_of_many_pages_are_in_json_and_csv() {
    let folder = Folder::new(
        &spec("rounds: 1", "  many: { sql: many.sql }\n"),
        &[(
            "many.sql",
            "with recursive r(n) as (select 1 union all select n + 1 from r where n < 12345) select n, 'row, number ' || n as text from r order by n",
        )],
    );
    let ended = folder.sfc(&["run", "."]);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    let json = folder.document("results/many.json");
    let records = json["Records"].as_array().unwrap();
    assert_eq!(
        (records.len(), &json["TotalNumRows"]),
        (12_345, &12_345.into())
    );
    assert_eq!(records[12_344][0]["longValue"], 12_345);
    let run = folder.runs().pop().unwrap();
    let csv = std::fs::read_to_string(run.join("results/many.csv")).unwrap();
    assert_eq!(csv.lines().count(), 12_346);
    assert_eq!(csv.lines().last(), Some("12345,\"row, number 12345\""));
}

#[test]
fn parameters_are_bound_and_checked() {
    let folder = Folder::new(
        "name: demo\nwarehouse: { workgroup: w, database: dev }\nparameters:\n  who: { type: string }\n  table: { type: identifier, default: people }\nsteps:\n  make: { sql: make.sql }\n  find: { sql: find.sql, after: make }\n",
        &[
            (
                "make.sql",
                "drop table if exists {{table}};\ncreate table {{table}} (name varchar(40));\ninsert into {{table}} values (:who)",
            ),
            ("find.sql", "select name from {{table}} where name = :who"),
        ],
    );
    let missing = folder.sfc(&["run", "."]);
    assert_eq!(missing.code, Some(2));
    assert!(
        missing
            .stderr
            .contains("the parameter `who` has no default"),
        "{}",
        missing.stderr
    );
    let wrong = folder.sfc(&["run", ".", "-p", "whom=x", "-p", "table=a b", "-p", "who=x"]);
    assert_eq!(wrong.code, Some(2));
    assert!(
        wrong.stderr.contains("did you mean `who`?"),
        "{}",
        wrong.stderr
    );
    assert!(
        wrong
            .stderr
            .contains("`a b` is no value of the parameter `table`"),
        "{}",
        wrong.stderr
    );

    let text = "Robert'); drop table people;--";
    let ended = folder.sfc(&["run", ".", "-p", &format!("who={text}")]);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    let result = folder.document("results/find.json");
    assert_eq!(result["Records"][0][0]["stringValue"], text);
}

/// A small file system, unmounted when dropped.
struct SmallDisk(std::path::PathBuf);

impl SmallDisk {
    fn mount(path: std::path::PathBuf, size: &str) -> Option<Self> {
        std::fs::create_dir_all(&path).unwrap();
        let mounted = std::process::Command::new("mount")
            .args(["-t", "tmpfs", "-o", &format!("size={size}"), "tmpfs"])
            .arg(&path)
            .output()
            .is_ok_and(|output| output.status.success());
        mounted.then_some(Self(path))
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = std::process::Command::new("umount")
            .arg("-l")
            .arg(&self.0)
            .status();
    }
}

#[test]
fn a_full_disk_ends_the_run_at_the_first_refusal_and_leaves_the_state_whole() {
    let folder = Folder::new(
        &spec(
            "rounds: 1, lanes: 1",
            "  large: { sql: large.sql }\n  small: { sql: one.sql }\n  behind: { sql: one.sql, after: large }\n",
        ),
        &[
            (
                "large.sql",
                "with recursive r(n) as (select 1 union all select n + 1 from r where n < 60000) select n, repeat('x', 200) as text from r",
            ),
            ("one.sql", "select 1 as one"),
        ],
    );
    let Some(_disk) = SmallDisk::mount(folder.path().join(".sfc"), "6m") else {
        println!("skipped: a full disk needs the right to mount a small one");
        return;
    };
    let ended = folder.sfc(&["run", "."]);
    assert_eq!(ended.code, Some(3), "{ended:?}");
    assert!(
        ended.stderr.contains("SFC0810") && ended.stderr.contains("No space left on device"),
        "{ended:?}"
    );
    // What was given back by the result that was not written is room for the state.
    let state = folder.state();
    assert_eq!(state.status, RunStatus::Stopped);
    assert_eq!(state.steps["behind"].status, StepStatus::Skipped);
    let error = state.steps["large"].error.clone().unwrap();
    // The warehouse has no room for the result.
    assert_eq!(error.error, "Sfc.StatementFailed");
    assert!(
        error.message.contains("No space left on device"),
        "{error:?}"
    );
    assert_eq!(folder.messages().len(), 1);
}

#[test]
fn two_runs_that_start_within_a_second_are_two() {
    let folder = Folder::new(
        &spec("rounds: 1", "  one: { sql: one.sql }\n"),
        &[("one.sql", "select 1 as one")],
    );
    for _ in 0..3 {
        assert_eq!(folder.sfc(&["run", "."]).code, Some(0));
    }
    assert_eq!(folder.runs().len(), 3);
}

#[test]
fn a_warehouse_that_another_run_is_using_is_said_to_be_in_use() {
    let folder = Folder::new(
        &spec("rounds: 1, step: 5s", "  slow: { sql: slow.sql }\n"),
        &[("slow.sql", SLOW)],
    );
    let mut first = crate::program::sfc(folder.path(), &["run", "."])
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    // The first line is printed when the run has its warehouse.
    let mut line = String::new();
    std::io::BufRead::read_line(
        &mut std::io::BufReader::new(first.stdout.take().unwrap()),
        &mut line,
    )
    .unwrap();
    let second = folder.sfc(&["run", "."]);
    assert_eq!(second.code, Some(3), "{second:?}");
    assert!(
        second.stderr.contains("error[SFC0802]"),
        "{}",
        second.stderr
    );
    let _ = first.kill();
    let _ = first.wait();
}

#[test]
fn a_run_whose_house_template_fails_has_the_usual_page() {
    let folder = Folder::new(
        &(spec("rounds: 1", "  one: { sql: bad.sql }\n")
            + "report: { template: house.html.hbs }\n"),
        &[
            ("bad.sql", "select id\nfrom elsewhere.orders"),
            (
                "house.html.hbs",
                "{{pipeline}}{{#each failures}}{{#each lines}}{{nothing_of_this_name number 2}}{{/each}}{{/each}}",
            ),
        ],
    );
    let run = folder.sfc(&["run"]);
    assert_eq!(run.code, Some(1), "{run:?}");
    let run = folder.runs().pop().unwrap();
    let page = std::fs::read_to_string(run.join("report/index.html")).unwrap();
    assert!(page.contains("own template failed: "), "{page}");
    assert!(page.contains("What failed"), "{page}");
    let history = folder.read(".sfc/bucket/demo/history.json");
    assert!(history.contains("\"FAILED\""), "{history}");
}

#[test]
fn whoever_started_a_run_is_told_without_variables_too() {
    let folder = Folder::new(
        &spec("rounds: 1", "  a: { sql: a.sql }\n"),
        &[("a.sql", "select 1 as n")],
    );
    let mut command = sfc(folder.path(), &["run", "."]);
    for variable in ["USER", "LOGNAME", "USERNAME"] {
        command.env_remove(variable);
    }
    assert!(command.output().unwrap().status.success());
    let state = folder.state();
    assert!(
        state.started_by.is_some_and(|name| !name.is_empty()),
        "nobody started it"
    );
}
