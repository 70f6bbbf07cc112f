//! Files of tests: what they come to, and all that can be wrong with them.

use sfc::testing::Case;

use crate::folder::{Folder, steps};

const SETUP: &str = "create table crm.customers (id int identity, name varchar(80) not null, born date);
create view crm.adults as select * from crm.customers where born < '2008-01-01';
create or replace procedure crm.clean() as $$ begin delete from crm.customers where name = ''; end; $$ language plpgsql;";

fn with(sql: &str, tests: &str) -> Folder {
    steps("steps:\n  setup: { sql: sql/setup.sql }\n  load: { sql: sql/load.sql, after: setup }\n")
        .with("sql/setup.sql", SETUP)
        .with("sql/load.sql", sql)
        .with("tests/load.yaml", tests)
}

/// The statements that put there what a test gives.
fn setup(case: &Case) -> Vec<&str> {
    case.setup.iter().map(|setup| setup.sql.as_str()).collect()
}

const LOAD: &str = "insert into crm.customers (name) select name from incoming;";

#[test]
fn a_given_table_is_made_by_the_statement_that_declares_it() {
    let tests = "tests:
  one:
    step: load
    given:
      incoming: [{ name: Ada, at: 2026-03-01, n: 1, share: 0.25, ok: true, tags: [a] }]
      crm.customers: [{ name: O'Hara }]
    expect: { tables: { crm.customers: { count: 2 } } }
";
    let (cases, found) = with(LOAD, tests).tests();
    assert!(found.is_empty(), "{found:?}");
    let [case] = cases.as_slice() else {
        panic!("{cases:?}")
    };
    assert_eq!(
        setup(case),
        [
            "create schema if not exists \"crm\"",
            "create table \"incoming\" (\"name\" varchar(65535), \"at\" date, \"n\" bigint, \"share\" decimal(38, 2), \"ok\" boolean, \"tags\" super)",
            "insert into \"incoming\" (\"name\", \"at\", \"n\", \"share\", \"ok\", \"tags\") values ('Ada', '2026-03-01', 1, 0.25, true, json_parse('[\"a\"]'))",
            "create table crm.customers (id int identity, name varchar(80) not null, born date)",
            "insert into \"crm\".\"customers\" (\"name\", \"born\") values ('O''Hara', null)",
        ]
    );
}

#[test]
fn views_and_procedures_of_earlier_steps_are_made_where_they_are_used() {
    let tests = "tests:
  one:
    step: load
    given: { crm.customers: [] }
    expect: { result: [] }
";
    let (cases, found) = with("call crm.clean(); select name from crm.adults;", tests).tests();
    assert!(found.is_empty(), "{found:?}");
    let made = setup(&cases[0]);
    assert!(
        made.iter()
            .any(|sql| sql.starts_with("create view crm.adults")),
        "{made:?}"
    );
    assert!(
        made.iter().any(|sql| sql.contains("procedure crm.clean()")),
        "{made:?}"
    );
    let (_, found) = with(
        "select name from crm.adults;",
        "tests:\n  one: { step: load, expect: { result: [] } }\n",
    )
    .tests();
    let messages: Vec<&str> = found.iter().map(|one| one.message.as_str()).collect();
    assert_eq!(
        messages,
        ["the step `load` needs `crm.customers`, which the test does not give"]
    );
}

#[test]
fn mistakes_have_their_places() {
    let tests = "tests:
  unknown names:
    step: laod
    parameters: { dya: 2026-03-01 }
    expect: { tables: { crm.customers: [] } }
  what is absent:
    step: load
    given:
      incoming: [{ name: Ada }]
    expect: { tables: { crm.customers: [{ nmae: Ada }] } }
  columns:
    step: load
    given:
      incoming: []
      crm.customers:
        - { id: 1, name: Ada }
        - { id: 2, nmae: Bo }
    expect:
      tables:
        crm.customers: { key: id, rows: [{ id: 1 }, { id: 1 }] }
  values:
    step: load
    now: noon
    seed: 2
    given:
      incoming: { csv: tests/missing.csv }
      crm.customers: { rows: [], sql: select 1 }
    expect: { rounds: 2, error: \" \" }
  nothing:
    step: load
    given: { incoming: [{ name: A }], crm.customers: [] }
    expect: {}
";
    insta::assert_snapshot!(with(LOAD, tests).tests_shown());
}

#[test]
fn mistakes_about_objects_have_their_places() {
    let tests = "tests:
  objects:
    step: load
    given: { incoming: [{ name: A }], crm.customers: [] }
    expect:
      objects:
        lake/out/: { absent: true }
        s3://lake/: { absent: true }
        s3://../out/: { absent: true }
        s3://lake/both/: { absent: true, count: 1 }
        s3://lake/unknown/: { count: 1 }
        s3://lake/columns/:
          types: { id: int }
          rows: [{ id: 1, nmae: Ada }]
";
    let (_, found) = with(LOAD, tests).tests();
    let mut found: Vec<&str> = found.iter().map(|one| one.message.as_str()).collect();
    found.sort_unstable();
    assert_eq!(
        found,
        [
            "`lake/out/` is no address of objects",
            "`s3://../out/` is no address of objects",
            "`s3://lake/` is no address of objects",
            "`s3://lake/both/` cannot be absent and have rows",
            "`s3://lake/columns/` has no column `nmae`",
            "nobody knows the columns of `s3://lake/unknown/`",
        ]
    );
}

#[test]
fn a_wrong_shape_is_said_as_that_of_a_spec() {
    let tests = "tests:
  one:
    stpe: load
    given: { incoming: 7 }
    expect: { tables: { crm.customers: { in_odrer: [] } }, error: [a] }
    twice: sometimes
";
    insta::assert_snapshot!(with(LOAD, tests).tests_shown());
}
