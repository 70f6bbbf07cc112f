//! Steps that are not SQL. On a laptop the SQL that stands in for them goes through the very states
//! that the jobs go through in AWS.

use runtime_lambda::state::{RunStatus, StepStatus};

use crate::program::{Folder, SLOW, spec};

const KINDS: &str = "  \
make: { sql: make.sql }
  rsql: { rsql: load.rsql, local: one.sql, after: make, tags: [rsql] }
  job: { glue_job: { name: transform, arguments: { day: '{{day}}' } }, local: one.sql, after: make }
  crawl: { glue_crawler: raw, local: one.sql, after: make }
  call: { lambda: { function: mail, payload: { day: ['{{day}}'] } }, local: one.sql, after: make }
  other: { state_machine: { arn: 'arn:aws:states:eu-central-1:111122223333:stateMachine:other', input: { day: '{{day}}' } }, local: one.sql, after: make }
  count: { sql: count.sql, after: [rsql, job, crawl, call, other] }
";

fn folder(completion: &str, steps: &str) -> Folder {
    let head = format!(
        "name: demo\ncompletion: {completion}\nparameters: {{ day: {{ type: date, default: 2026-01-01 }} }}\nrsql: {{ queue: etl, definition: rsql }}"
    );
    let text = spec("rounds: 1, lanes: 4", steps).replace("name: demo", &head);
    Folder::new(
        &text,
        &[
            (
                "make.sql",
                "drop table if exists t;\ncreate table t (n int)",
            ),
            ("one.sql", "insert into t values (1)"),
            ("count.sql", "select count(*) as n, :day as day from t"),
            ("load.rsql", "\\exit 0"),
            ("wrong.sql", "insert into nowhere values (1)"),
            ("slow.sql", SLOW),
        ],
    )
}

#[test]
fn every_kind_of_step_runs_beside_sql_by_polls_and_by_events() {
    for completion in ["poll", "event"] {
        let folder = folder(completion, KINDS);
        let ended = folder.sfc(&["run", "."]);
        assert_eq!(ended.code, Some(0), "{completion}: {ended:?}");
        let state = folder.state();
        assert_eq!(state.status, RunStatus::Finished);
        let count = folder.document("results/count.json");
        assert_eq!(count["Records"][0][0]["longValue"], 5);
        let job = folder.document("results/job.json");
        assert_eq!(job["output"]["JobRunState"], "SUCCEEDED");
        let rsql = folder.document("results/rsql.json");
        assert_eq!(rsql["output"]["ExitCode"], 0);
        let crawl = folder.document("results/crawl.json");
        assert_eq!(crawl["output"]["Status"], "SUCCEEDED");
        assert_eq!(folder.document("results/other.json")["output"]["rows"], 1);
        assert_eq!(folder.document("results/call.json")["output"]["rows"], 1);
    }
}

#[test]
fn a_job_that_fails_or_runs_too_long_is_recorded_like_sql_and_stopped() {
    let folder = folder(
        "poll",
        "  make: { sql: make.sql }\n  wrong: { glue_job: transform, local: wrong.sql, after: make }\n  \
         slow: { rsql: load.rsql, local: slow.sql, limit: 2s, after: make }\n  \
         other: { state_machine: 'arn:aws:states:eu-central-1:111122223333:stateMachine:other', local: wrong.sql, after: make }\n  \
         crawl: { glue_crawler: raw, local: wrong.sql, after: make }\n  \
         missing: { lambda: mail, after: make }\n  behind: { sql: count.sql, after: wrong }\n",
    );
    let ended = folder.sfc(&["run", "."]);
    assert_eq!(ended.code, Some(1), "{ended:?}");
    let state = folder.state();
    let error = |step: &str| {
        assert_eq!(state.steps[step].status, StepStatus::Failed, "{step}");
        state.steps[step].error.clone().unwrap()
    };
    assert_eq!(error("wrong").error, "Sfc.JobFailed");
    assert!(
        error("wrong")
            .message
            .contains("\"nowhere\" does not exist"),
        "{:?}",
        error("wrong")
    );
    assert_eq!(error("slow").error, "Sfc.TimeLimit");
    assert_eq!(error("other").error, "Sfc.JobFailed");
    assert_eq!(error("crawl").error, "Sfc.JobFailed");
    assert!(error("crawl").message.starts_with("Glue.CrawlFAILED: "));
    assert!(
        error("missing")
            .message
            .contains("no SQL stands in for `missing`"),
        "{:?}",
        error("missing")
    );
    assert_eq!(state.steps["behind"].status, StepStatus::Skipped);
    assert_eq!(
        folder.document("errors/wrong/round-1.json")["error"],
        "Sfc.JobFailed"
    );
}

#[test]
fn an_rsql_script_runs_with_the_runs_parameters_and_its_exit_code_counts() {
    let folder = folder(
        "poll",
        "  make: { sql: make.sql }\n  fill: { rsql: fill.rsql, after: make }\n  \
         exits: { rsql: exits.rsql, after: make }\n  count: { sql: count.sql, after: fill }\n",
    );
    folder.write("fill.rsql", "insert into t values (7);\n\\exit 0\n");
    folder.write(
        "exits.rsql",
        "select :'day';\n\\if :ACTIVITYCOUNT > 0\n\\exit 3\n\\endif\ninsert into t values (9);\n",
    );
    let ended = folder.sfc(&["run", "."]);
    assert_eq!(ended.code, Some(1), "{ended:?}");
    let state = folder.state();
    let count = folder.document("results/count.json");
    assert_eq!(count["Records"][0][0]["longValue"], 1);
    let error = state.steps["exits"].error.clone().unwrap();
    assert_eq!(error.error, "Sfc.JobFailed");
    assert!(error.message.contains("exited with 3"), "{error:?}");
}

#[test]
fn a_crawler_that_runs_already_is_awaited() {
    let folder = folder(
        "poll",
        "  make: { sql: make.sql }\n  first: { glue_crawler: raw, local: long.sql, after: make }\n  \
         second: { glue_crawler: raw, local: long.sql, after: make }\n  \
         count: { sql: count.sql, after: [first, second] }\n",
    );
    folder.write(
        "long.sql",
        "insert into t with recursive r(n) as (select 1 union all select n + 1 from r where n < 300000) select count(*) from r",
    );
    let ended = folder.sfc(&["run", "."]);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    // Whichever came second started nothing.
    let count = folder.document("results/count.json");
    assert_eq!(count["Records"][0][0]["longValue"], 1);
}

/// Steps that crawl, one that lets some time pass, and one that counts what crawls left.
fn crawls(steps: &str) -> Folder {
    let folder = folder("poll", steps);
    folder.write(
        "while.sql",
        "with recursive r(n) as (select 1 union all select n + 1 from r where n < 10000) select count(*) from r",
    );
    folder.write(
        "long.sql",
        "insert into t with recursive r(n) as (select 1 union all select n + 1 from r where n < 60000) select 1 from r where n = 1",
    );
    folder
}

#[test]
fn a_crawl_past_its_limit_is_stopped_and_the_crawler_is_free_again() {
    let folder = crawls(
        "  make: { sql: make.sql }\n  crawl: { glue_crawler: raw, local: slow.sql, limit: 2s, after: make }\n  \
         other: { glue_crawler: other, local: make.sql, after: make }\n  \
         another: { glue_crawler: other, local: make.sql, after: other }\n  \
         again: { glue_crawler: raw, local: one.sql, limit: 60s, after: another }\n  \
         count: { sql: count.sql, after: again }\n",
    );
    let ended = folder.sfc(&["run", "."]);
    assert_eq!(ended.code, Some(1), "{ended:?}");
    let state = folder.state();
    let crawl = &state.steps["crawl"];
    assert_eq!(crawl.error.clone().unwrap().error, "Sfc.TimeLimit");
    assert!(!crawl.crawling);
    // Each of the other crawls takes five seconds at the least. One that went on would have been awaited
    // in vain, and what stands in for `again` not have been run.
    assert!(state.steps["again"].started > crawl.ended, "{state:?}");
    let count = folder.document("results/count.json");
    assert_eq!(count["Records"][0][0]["longValue"], 1);
}

#[test]
fn a_crawl_that_was_running_already_is_awaited_within_the_limit_and_never_stopped() {
    let folder = crawls(
        "  make: { sql: make.sql }\n  owner: { glue_crawler: raw, local: long.sql, after: make }\n  \
         while: { sql: while.sql, after: make }\n  \
         guest: { glue_crawler: raw, local: one.sql, limit: 1s, after: while }\n  \
         count: { sql: count.sql, after: owner }\n",
    );
    let ended = folder.sfc(&["run", "."]);
    assert_eq!(ended.code, Some(1), "{ended:?}");
    let state = folder.state();
    let (owner, guest) = (&state.steps["owner"], &state.steps["guest"]);
    assert!(
        guest.started > owner.started && guest.ended < owner.ended,
        "{state:?}"
    );
    assert_eq!(guest.error.clone().unwrap().error, "Sfc.TimeLimit");
    assert_eq!(owner.status, StepStatus::Finished);
    let count = folder.document("results/count.json");
    assert_eq!(count["Records"][0][0]["longValue"], 1);
}

#[test]
fn what_a_deploy_makes_is_there_before_the_run_and_what_a_destroy_drops_stays() {
    let text = spec(
        "rounds: 1, lanes: 2",
        "  create: { sql: make.sql, when: deploy }\n  drop: { sql: drop.sql, when: destroy }\n  \
         fill: { sql: one.sql }\n  count: { sql: count.sql, after: fill }\n",
    );
    let folder = Folder::new(
        &text,
        &[
            ("make.sql", "create table if not exists t (n int)"),
            ("drop.sql", "drop table t"),
            ("one.sql", "insert into t values (1)"),
            ("count.sql", "select count(*) as n from t"),
        ],
    );
    for runs in [2, 4] {
        let ended = folder.sfc(&["run", "."]);
        assert_eq!(ended.code, Some(0), "{ended:?}");
        assert!(!ended.stderr.contains("SFC0308"), "{}", ended.stderr);
        assert_eq!(folder.runs().len(), runs);
    }
    // Each run has the steps of its own kind alone.
    let states: Vec<usize> = folder
        .runs()
        .iter()
        .map(|run| {
            let state: runtime_lambda::state::GlobalState =
                serde_json::from_slice(&std::fs::read(run.join("state.json")).unwrap()).unwrap();
            assert_eq!(state.status, RunStatus::Finished);
            assert!(!state.steps.contains_key("drop"));
            state.steps.len()
        })
        .collect();
    assert_eq!(states.iter().sum::<usize>(), 1 + 2 + 1 + 2);
}
