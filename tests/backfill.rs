//! `sfc backfill`: a run a value, what is finished stays finished, and everybody sees how each value stands.

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};

use crate::program::{Folder, sfc};

/// Two steps: one writes the day it is run for into a table, the other fails where a file of the mapped
/// bucket says so.
fn pipeline() -> Folder {
    let folder = Folder::new(
        "name: demo\nwarehouse: { workgroup: w, database: dev }\nlimits: { rounds: 1 }\nparameters:\n  day: { type: date, default: 2020-01-01 }\n  shop: { type: integer, default: 1 }\nsteps:\n  tables: { sql: tables.sql, when: deploy }\n  fill: { sql: fill.sql }\n  check: { sql: check.sql, after: fill }\n",
        &[
            (
                "tables.sql",
                "create table if not exists days (day date, shop int); create table if not exists bad (day date)",
            ),
            (
                "fill.sql",
                "insert into days values (:day::date, :shop::int)",
            ),
            (
                "check.sql",
                "select 1 / (select case when count(*) > 0 then 0 else 1 end from bad where day = :day::date) as ok",
            ),
        ],
    );
    let ended = folder.sfc(&[
        "sql",
        "create table bad (day date); insert into bad values ('2026-01-03')",
    ]);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    folder
}

const RANGE: &str = "day=2026-01-01..2026-01-04";

fn days(folder: &Folder) -> String {
    let sql = "select day, count(*) as runs from days group by day order by day";
    folder.sfc(&["sql", sql, "--csv"]).stdout
}

#[test]
fn what_is_not_finished_is_run_again() {
    let folder = pipeline();
    let first = folder.sfc(&["backfill", "-p", RANGE, "--parallel", "2"]);
    assert_eq!(first.code, Some(1), "{first:?}");
    assert!(
        first
            .stdout
            .contains("2026-01  ✓✓✗✓\n✓ 3 finished   ✗ 1 failed\n"),
        "{first:?}"
    );
    let failed = first
        .stdout
        .lines()
        .find(|line| line.starts_with("2026-01-03  FAILED"));
    assert!(failed.unwrap().contains("  check: "), "{first:?}");
    assert!(
        first.stderr.contains("next: the same command again"),
        "{first:?}"
    );

    let healed = folder.sfc(&["sql", "delete from bad"]);
    assert_eq!(healed.code, Some(0), "{healed:?}");
    // A longer range adds to a shorter one.
    let second = folder.sfc(&["backfill", "-p", "day=2026-01-01..2026-01-05"]);
    assert_eq!(second.code, Some(0), "{second:?}");
    assert!(
        second
            .stdout
            .contains("2026-01  ✓✓✓✓✓\n✓ 3 finished before   ✓ 2 finished\n"),
        "{second:?}"
    );
    assert_eq!(
        days(&folder),
        "day,runs\n2026-01-01,1\n2026-01-02,1\n2026-01-03,2\n2026-01-04,1\n2026-01-05,1\n"
    );
    let runs = folder.runs().len();
    let third = folder.sfc(&["backfill", "-p", RANGE, "--json"]);
    assert_eq!(third.code, Some(0), "{third:?}");
    assert_eq!(folder.runs().len(), runs, "nothing was left to do");
    let document: serde_json::Value = serde_json::from_str(&third.stdout).unwrap();
    assert_eq!(document["version"], 1);
    assert_eq!(document["values"][3]["value"], "2026-01-04");
    assert_eq!(document["values"][3]["earlier"], true);

    // With another shop it is another backfill.
    let other = folder.sfc(&[
        "backfill",
        "-p",
        "day=2026-01-01,2026-01-02",
        "-p",
        "shop=2",
        "--select",
        "fill",
    ]);
    assert_eq!(other.code, Some(0), "{other:?}");
    assert_eq!(folder.state().left_out, 1);
    let again = folder.sfc(&[
        "backfill",
        "-p",
        "day=2026-01-01,2026-01-02",
        "-p",
        "shop=2",
        "--select",
        "fill",
        "--again",
    ]);
    assert!(again.stdout.contains("\n✓ 2 finished\n"), "{again:?}");
    assert!(days(&folder).starts_with("day,runs\n2026-01-01,3\n2026-01-02,3\n"));
}

#[test]
fn what_failed_may_end_it() {
    let folder = pipeline();
    let ended = folder.sfc(&[
        "backfill",
        "-p",
        "day=2026-01-02..2026-01-09",
        "--fail-fast",
    ]);
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(
        ended
            .stdout
            .contains("2026-01   ✓✗······\n✓ 1 finished   ✗ 1 failed   · 6 to do\n"),
        "{ended:?}"
    );
}

#[test]
fn runs_that_must_not_overlap_come_one_by_one() {
    let folder = pipeline();
    let spec = folder
        .read("pipeline.yaml")
        .replace("limits:", "overlap: skip\nlimits:");
    folder.write("pipeline.yaml", &spec);
    let ended = folder.sfc(&[
        "backfill",
        "-p",
        "day=2026-02-01..2026-02-04",
        "--parallel",
        "4",
    ]);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(ended.stderr.contains("one run at a time"), "{ended:?}");
}

#[test]
fn what_is_no_backfill_is_refused_before_anything_runs() {
    let folder = pipeline();
    for (arguments, code) in [
        (["-p", "day=2026-01-01", "-p", "shop=2"], "SFC0943"),
        (
            ["-p", "day=2026-01-02..2026-01-01", "-p", "shop=2"],
            "SFC0943",
        ),
        (["-p", RANGE, "-p", "shpo=2"], "SFC0801"),
        (["-p", RANGE, "--select", "fil"], "SFC0941"),
    ] {
        let all: Vec<&str> = ["backfill"].iter().chain(&arguments).copied().collect();
        let ended = folder.sfc(&all);
        assert_eq!(ended.code, Some(2), "{arguments:?}: {ended:?}");
        assert!(
            ended.stderr.contains(&format!("error[{code}]")),
            "{arguments:?}: {}",
            ended.stderr
        );
    }
    // What is of AWS alone.
    let watched = folder.sfc(&["backfill", "-p", RANGE, "--watch"]);
    assert_eq!(watched.code, Some(2), "{watched:?}");
    assert!(watched.stderr.contains("--aws"), "{watched:?}");
    assert!(!folder.path().join(".sfc/backfills").exists());
}

#[test]
fn ctrl_c_stops_what_runs_and_the_rest_is_done_later() {
    let slow = "with recursive r(n) as (select 1 union all select n + 1 from r where n < (select case when count(*) > 0 then 2000000000 else 2 end from slow where day < :day::date)) select count(*) from r";
    let folder = pipeline();
    folder.write("check.sql", slow);
    folder.write("tables.sql", "create table if not exists days (day date, shop int); create table if not exists slow (day date)");
    let made = folder.sfc(&[
        "sql",
        "create table slow (day date); insert into slow values ('2026-01-01')",
    ]);
    assert_eq!(made.code, Some(0), "{made:?}");
    let arguments = ["backfill", "-p", "day=2026-01-01..2026-01-03"];
    let mut child = sfc(folder.path(), &arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    assert!(lines.any(|line| line.unwrap().starts_with("2026-01-01  FINISHED")));
    let id = child.id().to_string();
    assert!(
        Command::new("kill")
            .args(["-INT", &id])
            .status()
            .unwrap()
            .success()
    );
    let rest: Vec<String> = lines.map(Result::unwrap).collect();
    assert_eq!(child.wait().unwrap().code(), Some(130), "{rest:?}");
    assert!(
        rest.iter().any(|line| line.starts_with("✓ 1 finished   ")),
        "{rest:?}"
    );

    let healed = folder.sfc(&["sql", "delete from slow"]);
    assert_eq!(healed.code, Some(0), "{healed:?}");
    let done = folder.sfc(&arguments);
    assert_eq!(done.code, Some(0), "{done:?}");
    assert!(
        done.stdout
            .contains("\n✓ 1 finished before   ✓ 2 finished\n"),
        "{done:?}"
    );
}
