//! `sfc test` as a process: the tests of the examples, what a failure looks like, and what a test can say.

use std::fs;

use crate::program::{Ended, Folder};

/// What the program printed, without the time that it took.
fn shown(ended: &Ended) -> String {
    let stdout = ended
        .stdout
        .lines()
        .map(|line| match line.rsplit_once(", ") {
            Some((summary, took)) if took.ends_with(" s") => format!("{summary}, (time)"),
            _ => line.to_owned(),
        });
    let stdout: Vec<String> = stdout.collect();
    let code = ended.code.unwrap();
    format!(
        "exit {code}\n--- stdout\n{}\n--- stderr\n{}",
        stdout.join("\n"),
        ended.stderr
    )
}

#[test]
fn the_tests_of_the_examples_pass() {
    for (example, number) in [
        ("sales-etl", 11),
        ("flights", 3),
        ("taxi-unload", 4),
        ("toll-events", 5),
        ("rsql-merge", 3),
        ("redshift-review", 6),
    ] {
        let folder = Folder::copy_of(&format!("specs/{example}"));
        // To note the branches that are taken changes no result.
        for arguments in [&["test"][..], &["test", "--coverage"]] {
            let ended = folder.sfc(arguments);
            assert_eq!(ended.code, Some(0), "{example}: {ended:?}");
            let summary = format!("{number} tests passed, ");
            assert!(ended.stdout.contains(&summary), "{example}: {ended:?}");
        }
        // Nothing is left in the folder.
        assert!(!folder.path().join(".sfc").exists(), "{example}");
    }
}

#[test]
fn where_no_row_is_expected_those_that_are_there_are_shown_whole() {
    let folder = Folder::new(SPEC, &FILES);
    let test = "tests:
  none:
    step: totals
    given: { shop.orders: [{ customer: a, amount: 1.5, day: 2026-03-01 }], shop.totals: [] }
    expect: { tables: { shop.totals: [] } }
";
    folder.write("tests/none.yaml", test);
    let ended = folder.sfc(&["test"]);
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(ended.stderr.contains("customer  amount  seen"), "{ended:?}");
    assert!(
        ended.stderr.contains("a         1.50    2026-03-01"),
        "{ended:?}"
    );
}

const SPEC: &str = "name: orders
warehouse: { workgroup: analytics, database: dev }
sources: sources.sql
steps:
  totals: { sql: sql/totals.sql }
  clock: { sql: sql/clock.sql }
  copies: { sql: sql/copies.sql, after: totals }
";

const FILES: [(&str, &str); 4] = [
    (
        "sources.sql",
        "create table shop.orders (id int identity(1, 1), customer varchar(8) not null, amount decimal(8, 2), day date);
create table shop.totals (customer varchar(8) not null, amount decimal(12, 2), seen date);",
    ),
    (
        "sql/totals.sql",
        "merge into shop.totals
using (select customer, sum(amount) as amount, max(day) as seen from shop.orders group by customer) o
on totals.customer = o.customer
when matched then update set amount = o.amount, seen = o.seen
when not matched then insert (customer, amount, seen) values (o.customer, o.amount, o.seen);
select count(*) as customers from shop.totals;",
    ),
    (
        "sql/clock.sql",
        "create temp table moments as
select getdate() as a, sysdate as b, current_date as c, trunc(getdate()) as d, 'now'::timestamp as e, 'today'::date as f,
    dateadd(day, -1, current_date)::date as g;
select a, b, c, d, e, f, g, to_char(getdate(), 'HH24:MI') as h, random() as r from moments;",
    ),
    ("sql/copies.sql", "insert into shop.totals select customer, amount, day from shop.orders;"),
];

fn orders(tests: &str) -> Folder {
    let folder = Folder::new(SPEC, &FILES);
    folder.write("tests/orders.yaml", tests);
    folder
}

#[test]
fn a_failure_shows_the_cells_that_differ() {
    let folder = orders(
        "tests:
  totals by customer:
    step: totals
    given:
      shop.orders:
        - { customer: C1, amount: 10, day: 2026-03-01 }
        - { customer: C1, amount: 15, day: 2026-03-02 }
        - { customer: C2, amount: 1, day: 2026-03-02 }
      shop.totals: [{ customer: C1, amount: 3 }, { customer: C9, amount: 9 }]
    expect:
      tables:
        shop.totals:
          key: customer
          rows:
            - { customer: C1, amount: 30, seen: 2026-03-02 }
            - { customer: C2, amount: 1.00, seen: 2026-03-01 }
            - { customer: C3, amount: 7 }
      result:
        - { customers: 4 }
  without a key:
    step: totals
    given:
      shop.orders: [{ customer: ' C1', amount: 10 }]
      shop.totals: []
    expect:
      tables:
        shop.totals: [{ customer: C1, amount: 10.5 }]
  copies pile up:
    step: copies
    given:
      shop.orders: [{ customer: C1, amount: 10 }]
      shop.totals: []
    expect: { tables: { shop.totals: { key: customer, rows: [{ customer: C1 }] } } }
    twice: same
  a failing step:
    step: copies
    given:
      shop.orders: { types: { customer: varchar(40), amount: int, day: date }, rows: [{ customer: a name that is too long, amount: 1 }] }
      shop.totals: []
    expect: { tables: { shop.totals: [] } }
  an error that does not come:
    step: copies
    given: { shop.orders: [], shop.totals: [] }
    expect: { error: too long }
  rows that cannot be given:
    step: copies
    given: { shop.orders: [{ amount: 1 }], shop.totals: [] }
    expect: { tables: { shop.totals: [] } }
  what passes:
    step: copies
    given: { shop.orders: [], shop.totals: [] }
    expect: { tables: { shop.totals: [] } }
",
    );
    insta::assert_snapshot!(shown(&folder.sfc(&["test"])));
}

#[test]
fn a_test_says_moments_seeds_files_queries_and_tolerances() {
    let folder = orders(
        "tests:
  the clock stands still:
    step: clock
    now: 2026-03-01T23:30:15.250Z
    seed: 0.25
    expect:
      result:
        rows:
          - a: 2026-03-01 23:30:15
            b: 2026-03-01 23:30:15.25
            c: 2026-03-01
            d: 2026-03-01
            e: 2026-03-01 23:30:15.25
            f: 2026-03-01
            g: 2026-02-28
            h: '23:30'
            r: 0.21
        tolerance: 0.005
  rows of a file, keys that are given, a subset:
    step: totals
    given:
      shop.orders: { csv: tests/orders.csv }
      shop.totals: { sql: \"select 'C7', 7::decimal(12, 2), '2026-01-01'::date\" }
    expect:
      tables:
        shop.orders: { subset: [{ id: 71, customer: C1 }] }
        shop.totals: { csv: tests/totals.csv, key: customer }
  numbers of an identity that the rows give:
    step: copies
    given:
      shop.orders: [{ id: 5, customer: C1, amount: null }, { id: 6, customer: 'a,\"b\"', amount: -1.5 }]
      shop.totals: []
    expect:
      tables:
        shop.orders: [{ id: 6, customer: 'a,\"b\"', amount: -1.5 }, { id: 5, customer: C1, amount: null }]
        shop.totals: { count: 2 }
  a tolerance:
    step: totals
    given: { shop.orders: [{ customer: C1, amount: 1.01 }], shop.totals: [] }
    expect: { tables: { shop.totals: { rows: [{ customer: C1, amount: 1 }], tolerance: 0.02 } } }
",
    );
    folder.write(
        "tests/orders.csv",
        "id,customer,amount,day\n71,C1,10,2026-03-01\n72,C2,,\n",
    );
    folder.write(
        "tests/totals.csv",
        "customer,amount,seen\nC1,10.00,2026-03-01\nC2,,\nC7,7,2026-01-01\n",
    );
    let ended = folder.sfc(&["test"]);
    assert_eq!(ended.code, Some(0), "{}", shown(&ended));
    // The same again with other values: each of them is looked at.
    for (what, instead) in [
        ("b: 2026-03-01 23:30:15.25", "b: 2026-03-01 23:30:15"),
        ("e: 2026-03-01 23:30:15.25", "e: 2026-03-01 23:30:16"),
        ("r: 0.21", "r: 0.79"),
        ("{ id: 71, customer: C1 }", "{ id: 71, customer: C2 }"),
        ("{ id: 6, customer", "{ id: 7, customer"),
        ("tolerance: 0.02", "tolerance: 0.005"),
    ] {
        let text = folder.read("tests/orders.yaml");
        let at = text.rfind(what).unwrap();
        let other = format!("{}{instead}{}", &text[..at], &text[at + what.len()..]);
        folder.write("tests/orders.yaml", &other);
        let ended = folder.sfc(&["test"]);
        assert_eq!(ended.code, Some(1), "{what}: {}", shown(&ended));
        assert!(
            ended.stdout.contains("3 tests passed, 1 failed"),
            "{what}: {}",
            shown(&ended)
        );
        folder.write("tests/orders.yaml", &text);
    }
}

#[test]
fn what_is_wrong_with_a_test_is_bad_input() {
    let folder = orders(
        "tests:\n  one: { step: totals, given: { shop.totals: [] }, expect: { tables: { shop.totals: [] } } }\n",
    );
    let ended = folder.sfc(&["test", "--format", "json"]);
    assert_eq!(ended.code, Some(2), "{ended:?}");
    assert!(ended.stdout.contains("SFC1103"), "{ended:?}");
    let folder = Folder::new(SPEC, &FILES);
    let ended = folder.sfc(&["test"]);
    assert_eq!(ended.code, Some(2), "{ended:?}");
    assert!(ended.stderr.contains("SFC1109"), "{ended:?}");
}

const PASSES: &str = "tests:
  one:
    step: copies
    given: { shop.orders: [{ customer: C1, amount: 1 }], shop.totals: [] }
    expect: { tables: { shop.totals: [{ customer: C1, amount: 1 }] } }
  other:
    step: copies
    given: { shop.orders: [{ customer: C1, amount: 1 }], shop.totals: [] }
    expect:
      tables:
        shop.totals: # of the other
          - { customer: C1, amount: 1 } # stays
";

#[test]
fn an_update_writes_what_was_found_and_reports_are_for_machines() {
    let folder = orders(&PASSES.replace("amount: 1 } #", "amount: 3 } #"));
    let ended = folder.sfc(&["test", "--junit", "junit.xml", "--json"]);
    assert_eq!(ended.code, Some(1), "{ended:?}");
    let report: serde_json::Value = serde_json::from_str(&ended.stdout).unwrap();
    assert_eq!(
        (&report["passed"], &report["failed"]),
        (&1.into(), &1.into())
    );
    let problem = &report["tests"][1]["problems"][0];
    assert_eq!(
        (&problem["line"], &problem["code"]),
        (&12.into(), &"SFC1101".into())
    );
    let junit = fs::read_to_string(folder.path().join("junit.xml")).unwrap();
    assert!(
        junit.contains("tests=\"2\" failures=\"1\" errors=\"0\""),
        "{junit}"
    );
    assert!(
        junit.contains("<testcase classname=\"orders.copies\" name=\"one\""),
        "{junit}"
    );
    assert!(junit.contains("3 → 1.00"), "{junit}");

    let ended = folder.sfc(&["test", "--named", "one"]);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    let ended = folder.sfc(&["test", "--update"]);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert_eq!(
        folder.read("tests/orders.yaml"),
        PASSES.replace("amount: 1 } #", "amount: 1.00 } #")
    );
}

#[test]
fn a_new_pipeline_has_tests_that_pass() {
    let folder = Folder::new("", &[]);
    let ended = folder.sfc(&["init", "shop"]);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    let ended = folder.sfc(&["test", "shop"]);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(ended.stdout.contains("2 tests passed"), "{ended:?}");
}

#[test]
fn what_goes_wrong_with_tries_and_what_people_are_told_of_it() {
    let folder = orders(
        "tests:
  slow for good:
    faults: { totals: { slow: 9 } }
    given: { shop.orders: [], shop.totals: [] }
    expect: { status: FAILED, mail: [ran past its limit of 2 s, Sfc.TimeLimit] }
  cancelled once:
    faults: { totals: { cancelled: 1 } }
    given: { shop.orders: [], shop.totals: [] }
    expect: { rounds: 2, mail: [orders finished] }
  a mail that should not be:
    given: { shop.orders: [], shop.totals: [] }
    expect: { mail: [] }
  a mail that should say more:
    given: { shop.orders: [], shop.totals: [] }
    expect: { mail: [orders finished, nobody wrote this] }
",
    );
    let spec = folder.read("pipeline.yaml").replace(
        "steps:",
        "notify: [{ email: data@example.com }]\nlimits: { rounds: 2 }\nsteps:",
    );
    folder.write("pipeline.yaml", &spec);
    let ended = folder.sfc(&["test"]);
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(
        ended.stdout.contains("2 tests passed, 2 failed"),
        "{ended:?}"
    );
    for said in [
        "`a mail that should not be`: somebody was told of the run",
        "`a mail that should say more`: the mail has no `nobody wrote this`",
        "Subject: orders finished",
    ] {
        assert!(ended.stderr.contains(said), "{said}: {ended:?}");
    }
    folder.write(
        "tests/orders.yaml",
        "tests:\n  none:\n    faults: { totals: {} }\n    expect: { rounds: 1 }\n  one:\n    step: totals\n    \
         given: { shop.orders: [] }\n    expect: { mail: [] }\n",
    );
    insta::assert_snapshot!(shown(&folder.sfc(&["test"])));
}

#[test]
fn a_pipeline_that_runs_twice_changes_nothing_the_second_time() {
    let folder = orders(
        "tests:
  adds:
    given: { shop.orders: [{ customer: a, amount: 1, day: 2026-03-01 }], shop.totals: [] }
    expect: { tables: { shop.totals: { count: 2 } } }
    twice: same
  draws:
    seed: 0.5
    now: 2026-03-01T08:00:00Z
    given: { shop.orders: [], shop.totals: [] }
    expect: { tables: { shop.totals: [] } }
    twice: same
  fails:
    given: { shop.orders: [], shop.totals: [] }
    expect: { status: FAILED, tables: { shop.totals: [] } }
    twice: same
",
    );
    insta::assert_snapshot!(shown(&folder.sfc(&["test"])));
}

#[test]
fn a_table_that_is_not_there_hides_no_other_one() {
    let folder = orders(
        "tests:
  of a step:
    step: copies
    given: { shop.orders: [], shop.totals: [] }
    expect: { tables: { shop.orders: { count: 5 }, zzz: [], shop.totals: [] } }
  of the pipeline:
    given: { shop.orders: [], shop.totals: [] }
    expect: { tables: { shop.orders: { count: 5 }, zzz: [], shop.totals: [] } }
",
    );
    let ended = folder.sfc(&["test"]);
    assert_eq!(ended.code, Some(1), "{}", shown(&ended));
    for said in [
        "`shop.orders` has 0 rows, not 5",
        "`zzz` cannot be read",
        "zzz\" does not exist",
    ] {
        let times = ended.stderr.matches(said).count();
        assert_eq!(times, 2, "{said}: {}", shown(&ended));
    }
    assert!(!ended.stderr.contains("`shop.totals`"), "{ended:?}");
}

const ABSENT: &str = "tests:
  lacks a table: { step: totals, given: { shop.totals: [] }, expect: { result: [] } }
";

#[test]
fn what_is_wrong_with_one_test_stops_no_other_one() {
    let folder = orders(ABSENT);
    folder.write("tests/passes.yaml", PASSES);
    folder.write("tests/shape.yaml", "tests:\n  odd: { stp: clock }\n");
    // Nobody looks at tests that are not selected.
    for arguments in [&["--named", "other"][..], &["--select", "copies"]] {
        let ended = folder.sfc(&[&["test"], arguments].concat());
        assert_eq!(ended.code, Some(0), "{arguments:?}: {}", shown(&ended));
        assert!(ended.stdout.contains(" passed"), "{ended:?}");
        assert!(!ended.stderr.contains("error"), "{ended:?}");
    }
    let ended = folder.sfc(&["test", "--junit", "junit.xml", "--json"]);
    assert_eq!(ended.code, Some(2), "{ended:?}");
    let report: serde_json::Value = serde_json::from_str(&ended.stdout).unwrap();
    assert_eq!(
        (&report["passed"], &report["broken"]),
        (&2.into(), &2.into())
    );
    let absent = &report["tests"][0];
    assert_eq!(
        (&absent["name"], &absent["status"]),
        (&"lacks a table".into(), &"broken".into())
    );
    let problem = &absent["problems"][0];
    assert_eq!(
        (&problem["code"], &problem["line"]),
        (&"SFC1103".into(), &2.into())
    );
    let file = &report["tests"][3];
    assert_eq!(
        (&file["name"], &file["file"]),
        (&"the file".into(), &"tests/shape.yaml".into())
    );
    let junit = fs::read_to_string(folder.path().join("junit.xml")).unwrap();
    assert!(
        junit.contains("tests=\"4\" failures=\"0\" errors=\"2\""),
        "{junit}"
    );
    let ended = folder.sfc(&["test"]);
    assert_eq!(ended.code, Some(2), "{ended:?}");
    for said in [
        "  BROKEN  totals: lacks a table\n",
        "  BROKEN  the file\n",
        "2 tests passed, 2 could not run",
    ] {
        assert!(ended.stdout.contains(said), "{said}: {}", shown(&ended));
    }
    assert!(ended.stderr.contains("SFC1103"), "{ended:?}");
}

#[test]
fn files_of_tests_may_lie_in_folders() {
    let folder = Folder::new(SPEC, &FILES);
    folder.write("tests/b.yaml", PASSES);
    folder.write("tests/a/deep/er.yml", PASSES);
    folder.write("tests/.hidden/c.yaml", "no tests");
    folder.write("tests/.d.yaml", "no tests");
    folder.write("tests/a/rows.csv", "id\n1\n");
    let ended = folder.sfc(&["test"]);
    assert_eq!(ended.code, Some(0), "{}", shown(&ended));
    assert!(ended.stdout.contains("4 tests passed"), "{ended:?}");
    let order = ["tests/a/deep/er.yml\n", "tests/b.yaml\n"].map(|path| ended.stdout.find(path));
    assert!(order[0].is_some() && order[0] < order[1], "{ended:?}");
}

#[test]
fn a_run_that_ended_well_has_no_empty_note() {
    let folder = orders(
        "tests:\n  fails:\n    given: { shop.orders: [], shop.totals: [] }\n    expect: { status: FAILED }\n",
    );
    let ended = folder.sfc(&["test"]);
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(
        ended.stderr.contains("the run ended FINISHED, not FAILED"),
        "{ended:?}"
    );
    assert!(!ended.stderr.contains("= note:"), "{ended:?}");
}

#[test]
fn a_test_says_how_many_statements_are_reached() {
    let folder = orders(
        "tests:
  both:
    step: totals
    given: { shop.orders: [], shop.totals: [] }
    expect: { statements: 2 }
  stops at the first:
    step: copies
    given:
      shop.orders: { types: { customer: varchar(40), amount: int, day: date }, rows: [{ customer: a name that is too long, amount: 1 }] }
      shop.totals: []
    expect: { error: value too long, statements: 1 }
  too many:
    step: totals
    given: { shop.orders: [], shop.totals: [] }
    expect: { statements: 3 }
",
    );
    let ended = folder.sfc(&["test"]);
    assert_eq!(ended.code, Some(1), "{}", shown(&ended));
    assert!(
        ended.stdout.contains("2 tests passed, 1 failed"),
        "{}",
        shown(&ended)
    );
    assert!(
        ended
            .stderr
            .contains("`totals` reached 2 of its 2 statements, not 3"),
        "{ended:?}"
    );
    let ended = folder.sfc(&["test", "--update"]);
    assert_eq!(ended.code, Some(0), "{}", shown(&ended));
    folder.write(
        "tests/orders.yaml",
        "tests:\n  all:\n    given: { shop.orders: [], shop.totals: [] }\n    expect: { statements: 1 }\n",
    );
    let ended = folder.sfc(&["test"]);
    assert_eq!(ended.code, Some(2), "{ended:?}");
    assert!(ended.stderr.contains("SFC1105"), "{ended:?}");
}

/// Tests of statements behind comments: a result that is another one, and a statement that fails.
fn commented() -> Folder {
    let folder = orders(
        "tests:
  how many:
    step: totals
    given: { shop.orders: [] }
    expect: { result: [{ customers: 4 }] }
  too long:
    step: copies
    given:
      shop.orders: { types: { customer: varchar(40), amount: int, day: date }, rows: [{ customer: a name that is too long, amount: 1 }] }
      shop.totals: []
    expect: { tables: { shop.totals: [] } }
",
    );
    folder.write(
        "sql/totals.sql",
        "-- how many there are\nselect count(*) as customers from shop.orders;\n",
    );
    folder.write(
        "sql/copies.sql",
        "-- adds\n/* all of\nthem */ insert into shop.totals select customer, amount, day from shop.orders;\n",
    );
    folder.write("sql/clock.sql", "-- nobody tests it\n\nselect 1;\n");
    folder
}

#[test]
fn the_place_of_a_statement_is_its_first_word() {
    let ended = commented().sfc(&["test", "--coverage"]);
    assert_eq!(ended.code, Some(1), "{}", shown(&ended));
    for said in ["::: sql/totals.sql:2:1\n", "::: sql/copies.sql:3:9\n"] {
        assert!(ended.stderr.contains(said), "{said}: {}", shown(&ended));
    }
    assert!(
        ended.stdout.ends_with("not reached: sql/clock.sql:3\n"),
        "{}",
        shown(&ended)
    );
}

#[test]
fn reports_for_machines_have_the_line_of_the_sql() {
    let folder = commented();
    let ended = folder.sfc(&["test", "--junit", "junit.xml", "--json"]);
    assert_eq!(ended.code, Some(1), "{ended:?}");
    let report: serde_json::Value = serde_json::from_str(&ended.stdout).unwrap();
    let problem = &report["tests"][0]["problems"][0];
    assert_eq!(
        (&problem["file"], &problem["line"], &problem["column"]),
        (&"tests/orders.yaml".into(), &5.into(), &37.into())
    );
    assert_eq!(
        (&problem["text"], &problem["source"]),
        (
            &"found 0".into(),
            &"    expect: { result: [{ customers: 4 }] }".into()
        )
    );
    assert_eq!(
        problem["places"],
        serde_json::json!([{
            "file": "sql/totals.sql",
            "line": 2,
            "column": 1,
            "text": "it is this statement's",
            "source": "select count(*) as customers from shop.orders;",
        }])
    );
    let place = &report["tests"][1]["problems"][0]["places"][0];
    assert_eq!(
        (&place["file"], &place["line"], &place["column"]),
        (&"sql/copies.sql".into(), &3.into(), &9.into())
    );
    let junit = folder.read("junit.xml");
    for said in [
        ">tests/orders.yaml:5:37: found 0\n    expect: { result: [{ customers: 4 }] }\n",
        "\nsql/totals.sql:2:1: it is this statement's\n    select count(*) as customers from shop.orders;\n",
        "\nsql/copies.sql:3:9: this statement failed\n    them */ insert into",
    ] {
        assert!(junit.contains(said), "{said}: {junit}");
    }
    let github = folder.sfc(&["test", "--format", "github"]);
    for said in [
        "%0Asql/totals.sql:2:1: it is this statement's%0A    select count(*) as customers from shop.orders;",
        "%0Asql/copies.sql:3:9: this statement failed%0A    them */ insert into",
    ] {
        assert!(github.stdout.contains(said), "{said}: {}", github.stdout);
    }
}

#[test]
fn results_are_not_lost_with_the_file_of_junit() {
    let folder = orders(PASSES);
    let ended = folder.sfc(&["test", "--json", "--junit", "no/such/junit.xml"]);
    assert_eq!(ended.code, Some(3), "{ended:?}");
    let report: serde_json::Value = serde_json::from_str(&ended.stdout).unwrap();
    assert_eq!(report["tests"].as_array().unwrap().len(), 2);
    assert!(
        ended
            .stderr
            .contains("`no/such/junit.xml` cannot be written"),
        "{ended:?}"
    );
    let ended = folder.sfc(&["test", "--junit", "-"]);
    assert_eq!(ended.code, Some(2), "{ended:?}");
    assert!(ended.stderr.contains("name a file"), "{ended:?}");
    assert!(!folder.path().join("-").exists());
}

#[test]
fn a_run_of_one_round_had_one_round() {
    let folder = orders(
        "tests:\n  one:\n    given: { shop.orders: [], shop.totals: [] }\n    expect: { rounds: 2 }\n",
    );
    let ended = folder.sfc(&["test"]);
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(
        ended.stderr.contains("the run had 1 round, not 2"),
        "{ended:?}"
    );
}

#[test]
fn a_file_of_tests_is_not_taken_for_a_pipeline() {
    let folder = orders(PASSES);
    folder.write("tests/pipeline.yaml", PASSES);
    for (named, file) in [
        ("tests/orders.yaml", "tests/orders.yaml"),
        ("tests", "tests/pipeline.yaml"),
    ] {
        let ended = folder.sfc(&["test", named]);
        assert_eq!(ended.code, Some(2), "{named}: {ended:?}");
        let said = format!("SFC0101]: `{file}` is a file of tests, not a pipeline");
        assert!(ended.stderr.contains(&said), "{named}: {ended:?}");
        assert!(
            ended.stderr.contains("name the pipeline's folder"),
            "{named}: {ended:?}"
        );
    }
}
