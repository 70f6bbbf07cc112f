//! A backfill in the stand-in for AWS. One execution runs the values, one failure does not stop the
//! others, and started again it runs what is not finished.

use std::fs;

use tempfile::TempDir;

use crate::aws::{Account, Deployed};

const RANGE: &str = "day=2026-01-01..2026-01-04";

/// A step that fails on the days of a table.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let files = [
        (
            "pipeline.yaml",
            "name: filled\nwarehouse: { workgroup: analytics, database: dev }\nparameters:\n  day: { type: date, default: 2020-01-01 }\n  shop: { type: integer, default: 1 }\nlimits: { step: 2m, run: 10m, rounds: 1, lanes: 1 }\nstack: { architecture: x86_64, dashboard: false }\nsteps:\n  tables: { sql: tables.sql, when: deploy }\n  fill: { sql: fill.sql }\n  check: { sql: check.sql, after: fill }\n",
        ),
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
    ];
    for (path, text) in files {
        fs::write(folder.path().join(path), text).unwrap();
    }
    folder
}

#[test]
fn one_execution_runs_all_values_and_goes_on_with_what_failed() {
    let folder = folder();
    let Some(account) = Account::of(folder.path()) else {
        return;
    };
    let pipeline = Deployed::new(&account.aws, folder.path(), "filled");
    let sql = |text: &str| {
        let ended = pipeline.sfc(&["sql", "--aws", text, "--csv"]);
        assert_eq!(ended.code, Some(0), "{ended:?}");
        ended.stdout
    };
    sql("insert into bad values ('2026-01-02')");
    let backfill = |arguments: &[&str]| {
        pipeline.sfc(
            &[
                &["backfill", "--aws", "-p", RANGE, "-p", "shop=7"],
                arguments,
            ]
            .concat(),
        )
    };
    let logs = || account.aws.lambda_logs();

    let first = backfill(&["--parallel", "2", "--watch"]);
    assert_eq!(first.code, Some(1), "{first:?}\n{}", logs());
    assert!(
        first
            .stdout
            .contains("2026-01  ✓✗✓✓\n✓ 3 finished   ✗ 1 failed\n"),
        "{first:?}"
    );
    let mut lines = first.stdout.lines();
    let failed = lines.find(|line| line.starts_with("2026-01-02  FAILED"));
    assert!(failed.unwrap().contains("  check: "), "{first:?}");
    let runs = pipeline.runs();
    assert_eq!(runs.len(), 5, "with that of the deploy: {runs:?}");

    sql("delete from bad");
    let second = backfill(&["--watch"]);
    assert_eq!(second.code, Some(0), "{second:?}\n{}", logs());
    assert!(second.stderr.contains("for 1 value"), "{second:?}");
    assert!(
        second
            .stdout
            .contains("2026-01  ✓✓✓✓\n✓ 3 finished before   ✓ 1 finished\n"),
        "{second:?}"
    );
    assert_eq!(
        sql("select day, count(*) as runs, max(shop) as shop from days group by day order by day"),
        "day,runs,shop\n2026-01-01,1,7\n2026-01-02,2,7\n2026-01-03,1,7\n2026-01-04,1,7\n"
    );
    let third = backfill(&[]);
    assert_eq!(third.code, Some(0), "{third:?}");
    assert!(third.stdout.contains("✓ 4 finished before\n"), "{third:?}");
    assert_eq!(pipeline.runs().len(), 6);
    pipeline.destroy();
}
