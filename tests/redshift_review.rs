//! `specs/redshift-review`: results row by row, the order by configuration alone, signals, and queries
//! that fail.

use runtime_lambda::state::{GlobalState, RunStatus, StepStatus};

use crate::program::{Folder, SLOW};

fn review() -> Folder {
    Folder::copy_of("specs/redshift-review")
}

/// A query more: a file and a line.
fn add(folder: &Folder, name: &str, line: &str, sql: &str) {
    let spec = folder.read("pipeline.yaml");
    let line = format!("  {name}: {{ sql: queries/{name}.sql, after: nodes{line} }}\n");
    let (before, after) = spec.split_once("  schemas:").unwrap();
    folder.write("pipeline.yaml", &format!("{before}{line}  schemas:{after}"));
    folder.write(&format!("queries/{name}.sql"), sql);
}

fn result(folder: &Folder, step: &str) -> String {
    let run = folder.runs().pop().unwrap();
    std::fs::read_to_string(run.join(format!("results/{step}.csv"))).unwrap()
}

/// Whether two steps were ever running at the same time.
fn overlap(state: &GlobalState) -> bool {
    let steps: Vec<_> = state.steps.values().collect();
    steps.iter().enumerate().any(|(index, one)| {
        steps[index + 1..]
            .iter()
            .any(|other| one.started < other.ended && other.started < one.ended)
    })
}

#[test]
fn every_query_has_its_result_and_the_figures_are_those_of_the_fixtures() {
    let folder = review();
    let ended = folder.sfc(&["run", "."]);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    let state = folder.state();
    assert_eq!(state.status, RunStatus::Finished);
    assert_eq!(state.steps.len(), 27);
    for (name, step) in &state.steps {
        assert!(step.has_result, "{name}");
        let document = folder.document(&format!("results/{name}.json"));
        assert_eq!(
            document["Records"].as_array().unwrap().len() as u64,
            step.rows.unwrap()
        );
    }
    // Computed by hand from the files in system_tables/.
    assert_eq!(
        result(&folder, "nodes"),
        "node,capacity_gb,used_gb,used_percent\n0,186,160,85.9\n1,186,90,48.3\n"
    );
    assert_eq!(
        result(&folder, "wlm_queues"),
        "service_class,queue,queries,mean_wait_s,longest_wait_s,mean_run_s,waiting_percent\n\
         6,loads,2,15.0,30.0,135.0,10.0\n\
         7,reports,3,50.0,80.0,30.0,62.5\n\
         14,Short query queue,1,0.0,0.0,0.5,0.0\n"
    );
    assert_eq!(
        result(&folder, "table_alerts"),
        "relation,event,solution,queries,last_seen\n\
         orders,Very selective query filter,\"Review the choice of sort key to enable range restricted scans, or run the VACUUM command\",3,2026-03-01 09:10:02\n\
         orders_raw,Missing query planner statistics,Run the ANALYZE command,2,2026-03-02 10:00:02\n"
    );
    assert_eq!(
        result(&folder, "unused_tables"),
        "relation,size_mb,tbl_rows\narchive.orders_2019,6144,30000000\nstaging.clicks_raw,2048,9500000\n"
    );
    assert_eq!(
        result(&folder, "commit_queue"),
        "day,commits,queued,longest_queue,longest_wait_s\n2026-03-01,2,1,2,4.5\n2026-03-02,2,1,7,12.3\n"
    );
    assert_eq!(
        result(&folder, "view_refreshes"),
        "view_name,refreshes,failed,from_scratch,total_s\n\
         sales.orders_by_region,2,0,0,1.8\nstaging.clicks_by_hour,2,1,1,21.0\n"
    );
    assert_eq!(
        result(&folder, "disk_spill"),
        "query,starts_with,steps_on_disk,largest_step_mb\n\
         5003,\"select c.name, sum(o.amount) from sales.orders o join sales.customers c on c.cus\",2,640\n\
         5002,select sum(amount) from sales.orders where order_date = '2026-02-28',1,96\n"
    );
    assert_eq!(
        result(&folder, "connections"),
        "user_name,connections,failures,hosts\nadmin,0,6,1\nloads,1,0,1\nreports,2,0,2\n"
    );
}

#[test]
fn signals_stand_in_the_report_and_in_the_mail_for_people_and_for_machines() {
    let folder = review();
    assert_eq!(folder.sfc(&["run", "."]).code, Some(0));
    let state = folder.state();
    assert_eq!(state.steps["table_health"].signals, [1, 2]);
    assert_eq!(state.steps["load_errors"].signals, [3]);
    assert_eq!(state.steps["concurrency_scaling"].signals, [1]);
    assert!(state.steps["schemas"].signals.is_empty());

    let mail = folder.messages().pop().unwrap();
    assert!(
        mail.contains(
            "table_health: statistics are old (2 rows)\n  Run ANALYZE on them after each load.\n"
        ),
        "{mail}"
    );
    let run = folder.runs().pop().unwrap();
    let page = std::fs::read_to_string(run.join("report/index.html")).unwrap();
    let article = page
        .split("<article")
        .find(|article| article.contains("tables are badly sorted"))
        .unwrap();
    assert!(
        article.contains("1 row where <code>unsorted_percent</code> is at least 20"),
        "{article}"
    );
    assert!(
        article.contains("Run VACUUM SORT ONLY on them"),
        "{article}"
    );

    let outbox = folder.path().join(".sfc/outbox");
    let machine = std::fs::read_dir(outbox)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| {
            path.extension()
                .is_some_and(|extension| extension == "json")
        })
        .unwrap();
    let machine: serde_json::Value =
        serde_json::from_slice(&std::fs::read(machine).unwrap()).unwrap();
    let text = machine.to_string();
    assert!(
        text.contains("\"signal\":\"refreshes of materialized views fail\""),
        "{text}"
    );
}

#[test]
fn a_healthy_cluster_has_nothing_to_point_at() {
    let folder = review();
    folder.write(
        "system_tables/stl_load_errors.csv",
        folder
            .read("system_tables/stl_load_errors.csv")
            .lines()
            .next()
            .unwrap(),
    );
    assert_eq!(folder.sfc(&["run", "."]).code, Some(0));
    let state = folder.state();
    assert_eq!(state.steps["load_errors"].signals, [0]);
    assert!(
        !folder
            .messages()
            .pop()
            .unwrap()
            .contains("COPY refuses rows")
    );
}

#[test]
fn serial_parallel_and_mixed_order_are_configuration() {
    let folder = review();
    let run = |lanes: Option<&str>| {
        let mut arguments = vec!["run", "."];
        arguments.extend(lanes.iter().flat_map(|lanes| ["--lanes", lanes]));
        let ended = folder.sfc(&arguments);
        assert_eq!(ended.code, Some(0), "{ended:?}");
        folder.state()
    };
    let lanes = |state: &GlobalState| {
        state
            .steps
            .values()
            .filter_map(|step| step.lane)
            .collect::<std::collections::BTreeSet<_>>()
            .len()
    };
    let results = |folder: &Folder| result(folder, "top_queries") + &result(folder, "wlm_hours");
    let serial = run(Some("1"));
    let serial_results = results(&folder);
    assert_eq!(lanes(&serial), 1);
    assert!(!overlap(&serial), "one after the other");
    let mixed = run(None);
    assert!((2..=4).contains(&lanes(&mixed)), "{}", lanes(&mixed));
    assert!(overlap(&mixed));
    assert!(mixed.steps["disk_spill"].started >= mixed.steps["top_queries"].ended);
    assert_eq!(results(&folder), serial_results);

    // All at once: no `after`, and a lane for each.
    let spec = folder.read("pipeline.yaml");
    let flat: String = spec
        .lines()
        .filter(|line| !line.trim_start().starts_with("after: "))
        .map(|line| {
            let line = [
                "nodes",
                "wlm_configuration",
                "top_queries",
                "disk_spill",
                "broadcasts",
            ]
            .iter()
            .fold(line.to_owned(), |line, step| {
                line.replace(&format!(", after: {step}"), "")
            });
            line.replace("lanes: 4", "lanes: 27") + "\n"
        })
        .collect();
    folder.write("pipeline.yaml", &flat);
    let parallel = run(None);
    assert!(lanes(&parallel) > 4, "{}", lanes(&parallel));
    assert_eq!(results(&folder), serial_results);
}

#[test]
fn a_query_more_is_a_file_and_a_line() {
    let folder = review();
    add(
        &folder,
        "users",
        "",
        "select count(distinct userid) as users from stl_query where userid > 1",
    );
    assert_eq!(folder.sfc(&["run", "."]).code, Some(0));
    assert_eq!(folder.state().steps.len(), 28);
    assert_eq!(result(&folder, "users"), "users\n2\n");
}

#[test]
fn a_query_that_fails_twice_and_then_works_is_three_rounds_and_a_success() {
    let folder = review();
    add(
        &folder,
        "flaky",
        ", batch: auto_commit",
        "create table if not exists tries (n int);\ninsert into tries values (1);\nselect 1 / (case when count(*) < 3 then 0 else 1 end) as worked from tries;",
    );
    let ended = folder.sfc(&["run", "."]);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    let state = folder.state();
    assert_eq!((state.status, state.round), (RunStatus::Finished, 3));
    assert_eq!(state.steps["flaky"].round, 3);
    assert_eq!(state.steps["schemas"].round, 1);
    for (round, failed) in [(1, 1), (2, 1), (3, 0)] {
        let manifest = folder.document(&format!("manifests/round-{round}.json"));
        assert_eq!(manifest["failed"], failed, "round {round}");
    }
    for round in 1..=2 {
        let error = folder.document(&format!("errors/flaky/round-{round}.json"));
        assert_eq!(error["error"], "Sfc.StatementFailed");
    }
    let messages = folder.messages();
    assert_eq!(messages.len(), 1);
    assert!(
        messages[0].starts_with("Subject: redshift-review finished"),
        "{}",
        messages[0]
    );
}

#[test]
fn queries_that_never_work_are_in_the_mail_by_name_and_the_others_have_their_results() {
    let folder = review();
    // No file stands for this system table, and Redshift has none of that name.
    add(&folder, "spectrum", "", "select count(*) from svl_nothing");
    add(&folder, "endless", ", limit: 1s", SLOW);
    let ended = folder.sfc(&["run", "."]);
    assert_eq!(ended.code, Some(1), "{ended:?}");
    let state = folder.state();
    assert_eq!((state.status, state.round), (RunStatus::Failed, 3));
    let finished = state
        .steps
        .values()
        .filter(|step| step.status == StepStatus::Finished);
    assert_eq!(finished.count(), 27);
    for round in 1..=3 {
        assert_eq!(
            folder.document(&format!("manifests/round-{round}.json"))["failed"],
            2
        );
        let error = folder.document(&format!("errors/endless/round-{round}.json"));
        assert_eq!(error["message"], "`endless` ran past its limit of 1 s");
    }
    let error = state.steps["spectrum"].error.clone().unwrap();
    assert_eq!(
        error.message,
        "ERROR: the embedded warehouse has no system table \"svl_nothing\": give it one as \
         `svl_nothing.csv` in the folder of `local.system_tables`"
    );
    let mail = folder.messages().pop().unwrap();
    assert!(
        mail.starts_with("Subject: redshift-review failed"),
        "{mail}"
    );
    assert!(
        mail.contains("spectrum FAILED (Sfc.StatementFailed)"),
        "{mail}"
    );
    assert!(mail.contains("endless FAILED (Sfc.TimeLimit)"), "{mail}");
}

#[test]
fn a_signal_about_a_column_that_is_not_there_warns_and_fails_nothing() {
    let folder = review();
    add(
        &folder,
        "silent",
        ", signals: [{ when: { sice: { min: 1 } }, signal: large }]",
        "select max(size) as size from svv_table_info",
    );
    let ended = folder.sfc(&["run", "."]);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    let state = folder.state();
    let sentence = "a signal asks about the column `sice`, but the result has none";
    assert_eq!(state.steps["silent"].unseen.as_deref(), Some(sentence));
    assert_eq!(state.steps["silent"].signals, [0]);
    let told = format!("warning   silent: {sentence} (it could not be looked for)\n");
    assert!(ended.stdout.contains(&told), "{}", ended.stdout);
    let mail = folder.messages().pop().unwrap();
    assert!(mail.contains(sentence), "{mail}");
}

#[test]
fn files_that_cannot_be_system_tables_are_named() {
    let folder = review();
    folder.write("system_tables/stv_slices.csv", "node integer,slice\n0,0\n");
    let ended = folder.sfc(&["run", "."]);
    assert_eq!(ended.code, Some(3), "{ended:?}");
    assert!(
        ended.stderr.contains("stv_slices.csv")
            && ended
                .stderr
                .contains("some columns have a type and some have none"),
        "{}",
        ended.stderr
    );
}

#[test]
fn exports_without_types_work_as_well() {
    let folder = review();
    folder.write(
        "system_tables/stv_slices.csv",
        "node,slice,localslice,type\n0,0,0,D\n0,1,1,C\n",
    );
    assert_eq!(folder.sfc(&["run", "."]).code, Some(0));
    assert!(result(&folder, "copy_performance").contains("5005,1,1100000,150.0,1\n"));
}
