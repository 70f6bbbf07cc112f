//! Checks of tables: what is made of them, and what is wrong with them.

use insta::assert_snapshot;
use runtime_lambda::plan::{Asks, Severity};
use sfc::diagnostic::Code;

use crate::folder::{Folder, steps};

const LOAD: &str =
    "create table orders (id int, day date, customer int, status varchar(10), done boolean);
insert into orders select 1, '2026-01-01', 1, 'open', true;";

/// A pipeline whose step `load` makes `customers` first and then `orders`, of which `expect` says something.
fn folder(expect: &str) -> Folder {
    steps(&format!(
        "parameters: {{ day: {{ type: date, default: 2026-01-01 }} }}
steps:
  first: {{ sql: first.sql }}
  load:
    sql: load.sql
    after: first
    expect: {expect}
"
    ))
    .with(
        "first.sql",
        "create table crm.customers (id int, name varchar(8)); insert into crm.customers select 1, :day",
    )
    .with("load.sql", LOAD)
    .with("gaps.sql", "select id from orders where day > :day")
    .with("none.sql", "delete from orders")
    .with("two.sql", "select 1; select 2")
    .with("wrong.sql", "select idd from orders")
}

#[test]
fn each_check_is_a_query_of_the_script_and_a_sentence_of_the_plan() {
    let folder = folder(
        "{ unique: [id, [day, customer]], not_null: { column: id, severity: info }, accepted_values: { status: [open, paid] }, relationships: { customer: crm.customers.id }, freshness: { day: 26h }, row_count: { min: 1, of_last_run: { min: 50%, max: 150 % }, severity: warning }, no_rows: [gaps.sql], tables: { crm.customers: { unique: id } } }",
    );
    let (value, diagnostics) = folder.compile();
    assert!(diagnostics.iter().next().is_none(), "{}", folder.shown());
    let (pipeline, output) = value.unwrap();
    let step = &output.plan.steps[1];
    let script = pipeline.steps[1].sql().unwrap();
    assert_eq!(step.checks.len(), script.script.checks.len());
    let shown = step.checks.iter().zip(&script.script.checks);
    let shown: Vec<String> = shown
        .map(|(check, query)| format!("{:?} {}\n{}\n", check.severity, check.expected, query.sql))
        .collect();
    assert_snapshot!(shown.join("\n"));
    let count = &step.checks[6];
    assert_eq!(count.severity, Severity::Warning);
    let Asks::Count { rows, of_last_run } = &count.asks else {
        panic!("{count:?}");
    };
    assert_eq!((rows.min, rows.max), (Some(1.0), None));
    assert_eq!((of_last_run.min, of_last_run.max), (Some(0.5), Some(1.5)));
    // The file's parameter is bound, and nothing is expected of the result.
    let gaps = script.script.checks.last().unwrap();
    assert_eq!(gaps.parameters, ["day"]);
    assert_eq!(step.expect, None);
    // Who may read what a check reads needs it granted.
    let mut reads = script.lineage.reads.iter();
    assert!(reads.any(|read| read.name == "crm.customers"));
}

#[test]
fn what_is_wrong_with_checks() {
    assert_snapshot!(
        folder(
            "{ unique: [idd, [], [day, dya]], not_null: id, accepted_values: { status: [], id: [open] }, relationships: { customer: customers, id: crm.customers.idd, day: crm.custoners.day }, freshness: { done: 26h, day: soon }, row_count: { of_last_run: half }, no_rows: [none.sql, two.sql, wrong.sql, absent.sql], tables: { '{{a}}': { unique: id }, ordres: { unique: id }, crm.customers: {} } }"
        )
        .shown()
    );
}

#[test]
fn the_table_is_the_only_one_that_the_step_writes() {
    let codes = |expect: &str, load: &str| folder(expect).with("load.sql", load).codes();
    let two = "insert into a select 1 as id; insert into b select 2";
    assert_eq!(codes("{ unique: id }", two), [Code::CheckTable]);
    assert_eq!(codes("{ unique: id, table: b }", two), []);
    assert_eq!(
        codes("{ unique: id }", "select 1 as id"),
        [Code::CheckTable]
    );
    // Temporary tables end with the session, and what is only emptied holds nothing to check.
    let stage = "create temp table s (id int); insert into s select 1; truncate old; insert into a select id from s";
    let found = codes("{ unique: id }", stage);
    assert!(!found.contains(&Code::CheckTable), "{found:?}");
    assert_eq!(
        codes("{ table: a, tables: { b: { unique: id } } }", two),
        [Code::CheckValue]
    );
    assert_eq!(codes("{}", two), [Code::ImpossibleExpectation]);
}

#[test]
fn checks_are_sent_with_the_statements() {
    let many = "insert into orders select 1;\n".repeat(39);
    let codes = |expect: &str, load: &str| folder(expect).with("load.sql", load).codes();
    assert_eq!(codes("{ unique: id }", &many), []);
    let found = codes("{ unique: [id, day] }", &many);
    assert_eq!(found, [Code::TooManyStatements]);
    let found = codes("{ table: orders, unique: id }", "vacuum orders");
    assert_eq!(found, [Code::NotInTransaction]);
}

#[test]
fn a_table_that_another_step_writes_is_to_be_awaited() {
    let folder = folder("{ relationships: { customer: crm.customers.id } }");
    let spec = "name: p
warehouse: { workgroup: w, database: d }
parameters: { day: { type: date, default: 2026-01-01 } }
steps:
  first: { sql: first.sql }
  load: { sql: load.sql, expect: { relationships: { customer: crm.customers.id } } }
";
    assert_eq!(
        folder.with("pipeline.yaml", spec).codes(),
        [Code::ReadWithoutAfter]
    );
}

#[test]
fn what_a_check_reads_is_shown_where_the_spec_asks_for_it() {
    let spec = "name: p
warehouse: { workgroup: w, database: d }
parameters: { day: { type: date, default: 2026-01-01 } }
steps:
  first: { sql: first.sql }
  load:
    sql: load.sql
    expect:
      relationships:
        customer: crm.customers.id
";
    let shown = folder("{}").with("pipeline.yaml", spec).shown();
    for part in [
        "warning[SFC0308]: step `load` reads `crm.customers`",
        "--> flights/pipeline.yaml:10:9\n",
        "^^^^^^^^ read by this check\n",
        "flights/first.sql:1:",
    ] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    assert!(!shown.contains("load.sql:1:1"), "{shown}");

    // A query of a file is shown where the spec names the file.
    let spec = spec
        .replace("relationships:", "no_rows:")
        .replace("customer: crm.customers.id", "- strangers.sql");
    let shown = folder("{}")
        .with("pipeline.yaml", spec)
        .with("strangers.sql", "select id from crm.customers")
        .shown();
    for part in [
        "--> flights/pipeline.yaml:10:11\n",
        "^^^^^^^^^^^^^ read by this check\n",
    ] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
}
