//! `sfc test --record` makes tests that pass, and `sfc test --coverage` says what tests reach.

use crate::program::Folder;

#[test]
fn each_step_of_an_example_is_recorded_and_its_test_passes_at_once() {
    let folder = Folder::copy_of("specs/sales-etl");
    let early = folder.sfc(&["test", "--record", "dim_item"]);
    assert_eq!(early.code, Some(2), "{early:?}");
    assert!(early.stderr.contains("SFC1110"), "{early:?}");
    assert_eq!(folder.sfc(&["run"]).code, Some(0));
    for step in [
        "setup",
        "dim_item",
        "dim_customer_address",
        "fact_store_sales",
        "validate",
    ] {
        let ended = folder.sfc(&["test", "--record", step]);
        assert_eq!(ended.code, Some(0), "{step}: {ended:?}");
        // The example has files of most of these names.
        let path = ended
            .stdout
            .trim()
            .strip_prefix("wrote ")
            .unwrap()
            .to_owned();
        assert!(folder.path().join(&path).exists(), "{path}");
    }
    let ended = folder.sfc(&["test", "--named", "as in run"]);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(ended.stdout.contains("5 tests passed"), "{ended:?}");
    // Few rows, which belong together: each sale has the version of its address.
    let fact = folder.read("tests/fact_store_sales_2.yaml");
    let rows = fact
        .lines()
        .filter(|line| line.trim_start().starts_with("- {"));
    assert!(rows.count() <= 40, "{fact}");
    assert!(
        fact.contains("        1001,1,I006,C008,A008,2,10.21\n"),
        "{fact}"
    );
    assert!(fact.contains("address_id: A008,"), "{fact}");
    assert!(!fact.contains("address_key: null"), "{fact}");
    // Of many rows, their number.
    let setup = folder.read("tests/setup.yaml");
    assert!(setup.contains("sales.date_dim: { count: 1095 }"), "{setup}");
    assert!(fact.contains("now: "), "{fact}");
    // The same run says nothing more.
    let again = folder.sfc(&["test", "--record", "fact_store_sales"]);
    assert_eq!(again.code, Some(0), "{again:?}");
    assert!(
        again
            .stdout
            .ends_with("tests/fact_store_sales_2.yaml is this test already\n"),
        "{again:?}"
    );
    assert!(!folder.path().join("tests/fact_store_sales_3.yaml").exists());
    // The day of the sales, which the step joins by a column of another name.
    let validate = folder.read("tests/validate.yaml");
    assert!(validate.contains("date_key: 20260301, day:"), "{validate}");
    assert!(!validate.contains("day: 2025"), "{validate}");
    assert!(
        validate
            .contains("without_item: 0, without_address: 0, without_customer: 0, without_day: 0,"),
        "{validate}"
    );
    let unknown = folder.sfc(&["test", "--record", "dim_itm"]);
    assert_eq!(unknown.code, Some(2), "{unknown:?}");
    assert!(
        unknown.stderr.contains("did you mean `dim_item`?"),
        "{unknown:?}"
    );
}

const SPEC: &str = "name: orders
warehouse: { workgroup: analytics, database: dev }
steps:
  raw: { sql: raw.sql }
  totals:
    sql: totals.sql
    after: raw
    expect: { rows: 1, table: totals, unique: customer }
    signals: [{ when: { customers: { min: 3 } }, signal: many customers }]
  dice: { sql: dice.sql, after: totals }
";

const FILES: [(&str, &str); 3] = [
    (
        "raw.sql",
        "create table if not exists orders (order_id int, customer varchar(20), amount decimal(8, 2), at timestamp);
insert into orders values (1, 'it''s: a', 1.5, '2026-01-01 10:00:00'), (2, 'b', null, null);",
    ),
    (
        "totals.sql",
        "drop table if exists totals;
create table totals as select customer, sum(amount) as amount, getdate() as made from orders group by customer;
select count(*) as customers from totals;",
    ),
    ("dice.sql", "create table if not exists dice (n float); insert into dice select random();"),
];

#[test]
fn values_of_all_kinds_are_recorded_and_what_changes_by_itself_is_refused() {
    let folder = Folder::new(SPEC, &FILES);
    assert_eq!(folder.sfc(&["run"]).code, Some(0));
    let ended = folder.sfc(&["test", "--record", "totals"]);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    let text = folder.read("tests/totals.yaml");
    for piece in [
        "      orders:\n        - { order_id: 1, customer: \"it's: a\", amount: 1.50, at: \"2026-01-01 10:00:00\" }",
        "        - { order_id: 2, customer: b }",
        "    now: 20",
    ] {
        assert!(text.contains(piece), "{piece}\n{text}");
    }
    assert!(text.contains("customers: 2"), "{text}");
    let ended = folder.sfc(&["test"]);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    let ended = folder.sfc(&["test", "--record", "dice"]);
    assert_eq!(ended.code, Some(2), "{ended:?}");
    assert!(ended.stderr.contains("SFC1111"), "{ended:?}");
    assert!(!folder.path().join("tests/dice.yaml").exists());
}

#[test]
fn what_a_step_writes_is_recorded_from_an_empty_table() {
    let spec = "name: shop\nwarehouse: { workgroup: analytics, database: dev }\nsteps:
  setup: { sql: setup.sql }\n  adds: { sql: adds.sql, after: setup }
  merges: { sql: merges.sql, after: adds }\n  raises: { sql: raises.sql, after: merges }\n";
    let files = [
        (
            "setup.sql",
            "create table if not exists orders (id int, customer varchar(8), amount int);
create table if not exists added (id int, amount int);
create table if not exists totals (customer varchar(8), amount int);
insert into orders values (1, 'a', 5), (2, 'a', 7), (3, 'b', 1);",
        ),
        ("adds.sql", "insert into added select id, amount from orders;"),
        (
            "merges.sql",
            "merge into totals using (select customer, sum(amount) as amount from orders group by customer) o
on totals.customer = o.customer
when matched then update set amount = o.amount
when not matched then insert (customer, amount) values (o.customer, o.amount);",
        ),
        ("raises.sql", "update totals set amount = amount + 1;"),
    ];
    let folder = Folder::new(spec, &files);
    assert_eq!(folder.sfc(&["run"]).code, Some(0));
    let recorded = |step: &str| {
        let ended = folder.sfc(&["test", "--record", step]);
        assert_eq!(ended.code, Some(0), "{ended:?}");
        (ended.stdout, folder.read(format!("tests/{step}.yaml")))
    };
    let (said, adds) = recorded("adds");
    assert!(said.ends_with("tests/adds.yaml\n"), "{said}");
    assert!(adds.contains("      added: []\n"), "{adds}");
    assert!(
        adds.contains("- { id: 1, customer: a, amount: 5 }"),
        "{adds}"
    );
    // Each row once: those of the run are not given.
    assert_eq!(adds.matches("{ id: 1, amount: 5 }").count(), 1, "{adds}");
    let (said, merges) = recorded("merges");
    assert!(said.ends_with("tests/merges.yaml\n"), "{said}");
    assert!(merges.contains("      totals: []\n"), "{merges}");
    assert_eq!(merges.matches("amount: 12 }").count(), 1, "{merges}");
    let (said, raises) = recorded("raises");
    assert!(
        said.contains("tests/raises.yaml, which shows nothing yet: "),
        "{said}"
    );
    assert!(raises.contains("      totals: []\n"), "{raises}");
    let ended = folder.sfc(&["test"]);
    assert_eq!(ended.code, Some(0), "{ended:?}");
}

#[test]
fn rows_are_recorded_that_the_step_joins() {
    let spec = "name: shop\nwarehouse: { workgroup: analytics, database: dev }\nsteps:
  setup: { sql: setup.sql }\n  spent: { sql: spent.sql, after: setup }\n";
    let files = [
        (
            "setup.sql",
            "create table if not exists customers (id int, name varchar(8));
create table if not exists orders (id int, customer_id int, amount int);
insert into customers values (1, 'a'), (2, 'b'), (3, 'c'), (4, 'd'), (5, 'e'), (6, 'f'), (7, 'g'), (8, 'h');
insert into orders values (1, 8, 5), (2, 7, 3), (3, 8, 1);",
        ),
        (
            "spent.sql",
            "drop table if exists spent;
create table spent as
with totals as (select customer_id as who, sum(amount) as total from orders group by customer_id)
select c.name, t.total from totals t join customers c on t.who = c.id;",
        ),
    ];
    let folder = Folder::new(spec, &files);
    assert_eq!(folder.sfc(&["run"]).code, Some(0));
    let ended = folder.sfc(&["test", "--record", "spent"]);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    let text = folder.read("tests/spent.yaml");
    for row in [
        "- { id: 7, name: g }",
        "- { id: 8, name: h }",
        "- { id: 3, customer_id: 8, amount: 1 }",
        "- { name: g, total: 3 }",
        "- { name: h, total: 6 }",
    ] {
        assert!(text.contains(row), "{row}\n{text}");
    }
    // No customer whose key is only that of an order.
    assert!(!text.contains("name: a }"), "{text}");
}

#[test]
fn coverage_counts_what_tests_reach() {
    let folder = Folder::new(SPEC, &FILES);
    folder.write(
        "tests/totals.yaml",
        "tests:
  two customers:
    step: totals
    given: { orders: [{ customer: a, amount: 1 }, { customer: b, amount: 2 }] }
    expect: { result: [{ customers: 2 }] }
",
    );
    let ended = folder.sfc(&["test", "--coverage"]);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    let shown = ended.stdout.split_once("\n\n").unwrap().1;
    assert_eq!(
        shown,
        "step       runs  statements  branches  expect  signals seen
raw        0     0/2
totals     1     3/3                   2/2     0/1
dice       0     0/2
1/3 steps        3/7                   2/2     0/1
not reached: raw.sql:1
not reached: raw.sql:2
not reached: dice.sql:1
not reached: dice.sql:1
"
    );
    folder.write(
        "tests/all.yaml",
        "tests:\n  all of it:\n    expect: { order: [raw, totals] }\n",
    );
    let ended = folder.sfc(&["test", "--coverage", "--json"]);
    let report: serde_json::Value = serde_json::from_str(&ended.stdout).unwrap();
    assert_eq!(report["coverage"][0]["statements"]["reached"], 2);
    assert_eq!(report["coverage"][1]["runs"], 2);
    assert_eq!(report["coverage"][1]["signals"]["reached"], 0);
    assert_eq!(report["coverage"][2]["not_reached"], serde_json::json!([]));
}

#[test]
fn coverage_counts_the_runs_of_jobs_without_sql() {
    let folder = Folder::copy_of("specs/rsql-merge");
    let ended = folder.sfc(&["test", "--coverage"]);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    let shown = ended.stdout.split_once("\n\n").unwrap().1;
    let lines = shown.lines().map(|line| {
        let words: Vec<&str> = line.split_whitespace().collect();
        words.join(" ")
    });
    // In one of the tests there are no customers: their script fails, and what is behind it does not run.
    assert_eq!(
        lines.collect::<Vec<_>>(),
        [
            "step runs statements branches expect signals seen",
            "load_customers 3",
            "merge_customers 2",
            "load_places 3",
            "merge_nations 3",
            "merge_regions 3",
            "vacuum_analyze 2",
            "6/6 steps",
        ]
    );
    let ended = folder.sfc(&["test", "--coverage", "--json"]);
    let report: serde_json::Value = serde_json::from_str(&ended.stdout).unwrap();
    let coverage = &report["coverage"];
    assert_eq!(coverage.as_array().map(Vec::len), Some(6));
    assert_eq!(
        (&coverage[1]["step"], &coverage[1]["runs"]),
        (&"merge_customers".into(), &2.into())
    );
    assert_eq!(
        coverage[1]["statements"],
        serde_json::json!({ "reached": 0, "all": 0 })
    );
}

const BRANCHES: [(&str, &str); 2] = [
    (
        "define.sql",
        "create or replace procedure grade(n int) as $$
begin
  if n > 10 then
    insert into log values ('many');
  elsif n > 5 then
    insert into log values (case when n = 7 then 'seven' else 'some' end);
  end if;
  for i in 1..n loop
    insert into log values ('round');
  end loop;
exception
  when others then
    raise info 'it failed';
end;
$$ language plpgsql;",
    ),
    (
        "load.sql",
        "create table if not exists log (what varchar(10));
create table sizes as
select case when amount > 100 then 'big'
            when amount > 10 then 'middle'
            else 'small' end as size, count(*) as orders
from orders
group by CASE when amount > 100 then 'big' when amount > 10 then 'middle' else 'small' end;
call grade(7);
select max(case size when 'big' then 1 when 'huge' then 2 end) from sizes;
select case when orders > 0 then 'some' else 'none' end, case when 1 = 1 then 'yes' else 'no' end from sizes;
select case when orders > 0 then 'some' else 'nobody' end from sizes where orders < 0;",
    ),
];

#[test]
fn coverage_names_the_branches_that_no_test_takes() {
    let spec = "name: sizes\nwarehouse: { workgroup: analytics, database: dev }\nsteps:
  define: { sql: define.sql }\n  load: { sql: load.sql, after: define }\n";
    let folder = Folder::new(spec, &BRANCHES);
    let test = |name: &str, amounts: &str| {
        let rows = amounts
            .split(' ')
            .map(|amount| format!("{{ amount: {amount} }}"));
        let rows = rows.collect::<Vec<_>>().join(", ");
        format!(
            "tests:\n  {name}:\n    step: load\n    given: {{ orders: [{rows}] }}\n    expect: {{ tables: {{ log: {{ count: 8 }} }} }}\n"
        )
    };
    folder.write("tests/big.yaml", &test("big and small", "5 200"));
    let ended = folder.sfc(&["test", "--coverage"]);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    let shown = ended.stdout.split_once("\n\n").unwrap().1;
    assert_eq!(
        shown,
        "step       runs  statements  branches  expect  signals seen
define     0     0/1         3/7
load       1     6/6         6/12
1/2 steps        6/7         9/19
not reached: define.sql:1
not reached: define.sql:3, branch `if n > 10 then`
not reached: define.sql:3, where no condition holds: `if n > 10 then`
not reached: define.sql:6, branch `else 'some'`
not reached: define.sql:12, branch `when others then`
not reached: load.sql:4, branch `when amount > 10 then 'middle'`
not reached: load.sql:9, branch `when 'huge' then 2`
not reached: load.sql:10, branch `else 'none'`
not reached: load.sql:10, branch `else 'no'`
not reached: load.sql:11, branch `when orders > 0 then 'some'`
not reached: load.sql:11, branch `else 'nobody'`
"
    );
    // What one test takes adds to what another one takes.
    folder.write("tests/middle.yaml", &test("middle", "50"));
    let ended = folder.sfc(&["test", "--coverage", "--json"]);
    let report: serde_json::Value = serde_json::from_str(&ended.stdout).unwrap();
    assert_eq!(
        report["coverage"][1]["branches"],
        serde_json::json!({ "reached": 7, "all": 12 })
    );
}
