//! A pipeline's whole life over HTTP. It is deployed into the stand-in for AWS, run there by the
//! real Lambda on `sfc serve` as its Redshift, updated, stopped and deleted. What it returns is
//! what a local run returns.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::aws::{Served, StandIn, bootstrap, checkout, files};
use crate::pipeline::{ended, sfc};

/// A query that takes far longer than any test.
const SLOW: &str = "with recursive r(n) as (select 1 union all select n + 1 from r where n < 2000000000) select count(*) from r where :least > 0";

fn pipeline() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let files = [
        (
            "pipeline.yaml",
            "name: shop\ncompletion: poll\nwarehouse: { workgroup: analytics, database: dev }\nparameters:\n  least: { type: integer, default: 2 }\nlimits: { step: 2m, run: 10m, rounds: 2, lanes: 2 }\nstack: { architecture: x86_64, dashboard: false }\nsteps:\n  tables: { sql: tables.sql }\n  fill: { sql: fill.sql, after: tables }\n  sums: { sql: sums.sql, after: fill }\n  count: { sql: count.sql, after: fill }\n  make: { sql: make.sql, when: deploy }\n  drop: { sql: drop.sql, when: destroy }\n",
        ),
        (
            "make.sql",
            "create table if not exists deployed (n integer)",
        ),
        ("drop.sql", "drop table deployed"),
        (
            "tables.sql",
            "drop table if exists orders;\ncreate table orders (id integer, country varchar(2), amount decimal(10,2))",
        ),
        (
            "fill.sql",
            "insert into orders values (1, 'DE', 10.50), (2, 'DE', 20.00), (3, 'FR', 7.25), (4, 'NL', null)",
        ),
        (
            "sums.sql",
            "select country, sum(amount) as revenue, count(*) as orders from orders group by country order by country",
        ),
        (
            "count.sql",
            "select count(*) as n from orders where id >= :least",
        ),
    ];
    for (path, text) in files {
        fs::write(folder.path().join(path), text).unwrap();
    }
    folder
}

#[test]
fn a_pipeline_lives_its_whole_life() {
    if !checkout().join("../shared/aws-stand-in/up").exists() {
        println!("skipped: there is no stand-in for AWS beside the checkout");
        return;
    }
    let folder = pipeline();
    let path = folder.path();

    // What a local run returns is what all is held against.
    let local = ended(sfc(path, &["run", "."]));
    assert_eq!(local.code, Some(0), "{local:?}");
    let local = ended(sfc(path, &["results", "last", "--local", "--to", "local"]));
    assert_eq!(local.code, Some(0), "{local:?}");

    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = free.local_addr().unwrap().port();
    drop(free);
    let served = Served::start(path, &format!("http://127.0.0.1:{port}"));
    let aws = StandIn::start(port, &served.url, &bootstrap());

    let deployed = aws.run(path, &["deploy", "--yes"]);
    assert_eq!(deployed.code, Some(0), "{deployed:?}");
    assert!(
        deployed.stdout.contains("RunStateMachineArn"),
        "{deployed:?}"
    );
    // CloudFormation has run the step that is for it, and nobody else has.
    assert!(deployed.stderr.contains("StackRuns"), "{deployed:?}");
    let made = aws.run(path, &["status", "last"]);
    assert!(made.stdout.contains("make"), "{made:?}");
    assert!(
        made.stdout.contains("FINISHED: 1 of 1 steps finished"),
        "{made:?}"
    );
    let again = aws.run(path, &["deploy", "--yes"]);
    assert_eq!(again.code, Some(0), "{again:?}");
    assert!(again.stderr.contains("nothing to change"), "{again:?}");

    let watched = aws.run(path, &["start", "--watch"]);
    assert_eq!(watched.code, Some(0), "{watched:?}\n{}", aws.lambda_logs());
    assert!(
        watched.stdout.contains("FINISHED: 4 of 4 steps finished"),
        "{watched:?}"
    );
    let fetched = aws.run(path, &["results", "last", "--to", "aws"]);
    assert_eq!(fetched.code, Some(0), "{fetched:?}");
    assert_eq!(files(&path.join("aws")), files(&path.join("local")));
    assert_eq!(files(&path.join("aws")).len(), 4);

    // An update: seen, made, and what it does. From here on events tell of statements' ends.
    let spec = fs::read_to_string(path.join("pipeline.yaml")).unwrap();
    fs::write(
        path.join("pipeline.yaml"),
        spec.replace("completion: poll", "completion: event"),
    )
    .unwrap();
    fs::write(path.join("count.sql"), "select 7 as n where :least > 0").unwrap();
    let diff = aws.run(path, &["diff"]);
    assert_eq!(diff.code, Some(4), "{diff:?}");
    let updated = aws.run(path, &["deploy", "--yes"]);
    assert_eq!(updated.code, Some(0), "{updated:?}");
    let watched = aws.run(path, &["start", "--watch", "--param", "least=3"]);
    assert_eq!(watched.code, Some(0), "{watched:?}\n{}", aws.lambda_logs());
    let fetched = aws.run(path, &["results", "last", "count", "--to", "updated"]);
    assert_eq!(fetched.code, Some(0), "{fetched:?}");
    assert_eq!(files(&path.join("updated"))["count.csv"], "n\n7\n");

    // A run that somebody stops; its statement does not go on.
    fs::write(path.join("count.sql"), SLOW).unwrap();
    let hot = aws.run(path, &["deploy", "--hot"]);
    assert_eq!(hot.code, Some(0), "{hot:?}");
    let started = aws.run(path, &["start"]);
    assert_eq!(started.code, Some(0), "{started:?}");
    let run = started.stdout.trim().to_owned();
    let begun = Instant::now();
    loop {
        let status = aws.run(path, &["status", &run]);
        let running = status
            .stdout
            .lines()
            .any(|line| line.starts_with("count") && line.contains("RUNNING"));
        if running {
            break;
        }
        assert!(
            begun.elapsed() < Duration::from_secs(120),
            "{status:?}\n{}",
            aws.lambda_logs()
        );
        std::thread::sleep(Duration::from_millis(300));
    }
    let stopped = aws.run(path, &["stop", &run]);
    assert_eq!(stopped.code, Some(0), "{stopped:?}\n{}", aws.lambda_logs());
    assert!(stopped.stdout.contains("STOPPED"), "{stopped:?}");
    let logs = aws.run(path, &["logs", &run]);
    assert_eq!(logs.code, Some(0), "{logs:?}");

    // Healed and resumed: the other steps are kept.
    fs::write(path.join("count.sql"), "select 7 as n where :least > 0").unwrap();
    let healed = aws.run(path, &["deploy", "--yes"]);
    assert_eq!(healed.code, Some(0), "{healed:?}");
    assert!(
        healed.stderr.contains("is as the pipeline says again"),
        "{healed:?}"
    );
    let resumed = aws.run(path, &["resume", &run, "--json"]);
    assert_eq!(resumed.code, Some(0), "{resumed:?}\n{}", aws.lambda_logs());
    let last = resumed.stdout.lines().last().unwrap_or_default();
    assert!(last.contains(r#""event":"run_ended""#), "{resumed:?}");
    let status = aws.run(path, &["status", "last"]);
    assert_eq!(status.stdout.matches("kept from").count(), 3, "{status:?}");
    let fetched = aws.run(path, &["results", "last", "--to", "resumed"]);
    assert_eq!(fetched.code, Some(0), "{fetched:?}");
    assert_eq!(
        files(&path.join("resumed"))["sums.csv"],
        files(&path.join("local"))["sums.csv"]
    );

    let destroyed = aws.run(path, &["destroy", "--yes"]);
    assert_eq!(
        destroyed.code,
        Some(0),
        "{destroyed:?}\n{}",
        aws.lambda_logs()
    );
    assert!(
        destroyed.stdout.contains("stays: DataBucket"),
        "{destroyed:?}"
    );
    assert!(
        destroyed
            .stderr
            .contains("the steps with `when: destroy` run first"),
        "{destroyed:?}"
    );
    let gone = aws.run(path, &["status"]);
    assert_eq!(gone.code, Some(2), "{gone:?}");

    steps_of_the_stack_decide(&aws, path);
}

/// The table that a deploy made is gone with the stack, and a step that fails takes back what it is for.
fn steps_of_the_stack_decide(aws: &StandIn, path: &Path) {
    let is_run_for = |sql: &str| fs::write(path.join("make.sql"), sql).unwrap();
    // Works only if the table is not there.
    is_run_for("create table deployed (n integer)");
    let deployed = aws.run(path, &["deploy", "--yes"]);
    assert_eq!(
        deployed.code,
        Some(0),
        "{deployed:?}\n{}",
        aws.lambda_logs()
    );

    // Now it is.
    is_run_for("create table deployed (n integer, m integer)");
    let update = aws.run(path, &["deploy", "--yes"]);
    assert_eq!(update.code, Some(3), "{update:?}\n{}", aws.lambda_logs());
    assert!(update.stderr.contains("error[SFC0912]"), "{update:?}");
    assert!(
        update.stderr.contains("`StackRuns` could not be deployed"),
        "{update:?}"
    );
    assert!(update.stderr.contains("step `make` failed: "), "{update:?}");
    assert!(
        update
            .stderr
            .contains("make: { sql: make.sql, when: deploy }"),
        "the line of the spec: {update:?}"
    );
    let destroyed = aws.run(path, &["destroy", "--yes"]);
    assert_eq!(
        destroyed.code,
        Some(0),
        "{destroyed:?}\n{}",
        aws.lambda_logs()
    );

    is_run_for("select * from nothing_like_it");
    let creation = aws.run(path, &["deploy", "--yes"]);
    assert_eq!(
        creation.code,
        Some(3),
        "{creation:?}\n{}",
        aws.lambda_logs()
    );
    assert!(
        creation.stderr.contains("step `make` failed: "),
        "{creation:?}"
    );
    assert!(creation.stderr.contains("nothing_like_it"), "{creation:?}");
    let logs = aws.lambda_logs();
    assert!(logs.contains("answer_stack"), "{logs}");
    assert!(!logs.contains("ResponseURL"), "{logs}");
}
