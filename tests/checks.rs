//! Checks of tables in `expect`. What breaks them is told on the terminal, kept beside the results,
//! and shown on the page. Only critical ones fail their step.

use std::fs;

use serde_json::Value;

use crate::program::Folder;

const SPEC: &str = "name: shop
warehouse: { workgroup: analytics, database: dev }
parameters: { day: { type: date, default: 2026-03-01 } }
steps:
  customers:
    sql: sql/customers.sql
    expect: { unique: id, not_null: [id, name], row_count: 2 }
  orders:
    sql: sql/orders.sql
    after: customers
    expect:
      unique: [{ columns: [id, day], severity: warning }]
      not_null: { column: customer, severity: info }
      accepted_values: { status: { values: [open, \"it's\"], severity: warning } }
      relationships: { customer: { to: customers.id, severity: warning } }
      freshness: { loaded: 26h, day: { within: 1d, severity: info } }
      row_count: { min: 1, of_last_run: 60% }
      no_rows: { sql: checks/of_day.sql, severity: warning }
";

const FILES: [(&str, &str); 3] = [
    (
        "sql/customers.sql",
        "drop table if exists customers;
create table customers (id int, name varchar(20));
insert into customers values (1, 'a'), (2, 'b');",
    ),
    (
        "sql/orders.sql",
        "drop table if exists orders;
create table orders (id int, day date, customer int, status varchar(10), loaded timestamp, more super);
insert into orders values
  (1, '2026-01-01', 1, 'open', getdate(), null),
  (1, '2026-01-01', 2, 'it''s', getdate(), null),
  (2, :day, 3, 'paid', getdate(), null),
  (3, '2026-01-01', null, 'paid', getdate(), json_parse('{\"a\": 1}'));
select count(*) as orders from orders;",
    ),
    (
        "checks/of_day.sql",
        "-- Orders of the day.
select id, day from orders where day = :day order by id -- the end",
    ),
];

fn folder(spec: &str) -> Folder {
    Folder::new(spec, &FILES)
}

/// The document that a key of the last run ends with.
fn document(folder: &Folder, name: &str) -> Option<Value> {
    let runs = fs::read_dir(folder.path().join(".sfc/bucket/shop")).unwrap();
    let mut runs: Vec<_> = runs
        .map(|run| run.unwrap().path())
        .filter(|run| run.join("state.json").exists())
        .collect();
    runs.sort();
    let bytes = fs::read(runs.last().unwrap().join(name)).ok()?;
    serde_json::from_slice(&bytes).ok()
}

#[test]
fn checks_that_are_not_critical_are_told_with_the_rows_that_break_them() {
    let folder = folder(SPEC);
    let ended = folder.sfc(&["run"]);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    let said = format!("{}{}", ended.stdout, ended.stderr);
    for sentence in [
        "expected `id` and `day` of `orders` to be unique together, but 2 rows break it, such as id = 1, day = 2026-01-01, times = 2",
        "expected `customer` of `orders` never to be NULL, but 1 row breaks it, such as id = 3",
        "expected `status` of `orders` to be one of 'open', 'it''s', but 2 rows break it, such as status = paid, times = 2",
        "expected each `customer` of `orders` to stand in `id` of `customers`, but 1 row breaks it, such as customer = 3",
        "expected the newest `day` of `orders` to be at most 1d old, but 1 row breaks it, such as newest = 2026-03-01",
        "expected no row from `checks/of_day.sql`, but 1 row breaks it, such as id = 2, day = 2026-03-01",
    ] {
        assert!(said.contains(sentence), "{sentence}\n{said}");
    }
    // The step's own result is what it was.
    let state = document(&folder, "state.json").unwrap();
    let orders = &state["steps"]["orders"];
    assert_eq!(orders["rows"], 1);
    assert_eq!(orders["has_result"], true);
    assert_eq!(orders["checks"][6], serde_json::json!({ "counted": 4 }));
    let result = document(&folder, "results/orders.json").unwrap();
    assert_eq!(result["ColumnMetadata"][0]["name"], "orders");
    let kept = document(&folder, "checks/orders.json").unwrap();
    let broken = kept["broken"].as_array().unwrap();
    assert_eq!(broken.len(), 6);
    assert_eq!(broken[1]["columns"].as_array().unwrap().len(), 6);
    assert!(document(&folder, "checks/customers.json").is_none());
    let page = folder.sfc(&["status", "--local"]);
    assert_eq!(page.code, Some(0), "{page:?}");
}

#[test]
fn a_critical_check_fails_its_step_and_the_page_shows_the_rows() {
    let spec = SPEC.replace("severity: info }", "severity: critical }");
    let spec = spec.replacen(", severity: warning }]", " }]", 1);
    let folder = folder(&spec);
    let ended = folder.sfc(&["run"]);
    assert_eq!(ended.code, Some(1), "{ended:?}");
    let state = document(&folder, "state.json").unwrap();
    let error = &state["steps"]["orders"]["error"];
    assert_eq!(error["error"], "Sfc.ExpectationFailed");
    let message = error["message"].as_str().unwrap();
    assert!(
        message.starts_with("expected `id` and `day` of `orders` to be unique together"),
        "{message}"
    );
    assert!(
        message.contains("; expected `customer` of `orders` never"),
        "{message}"
    );
    let runs = fs::read_dir(folder.path().join(".sfc/bucket/shop")).unwrap();
    let pages: Vec<String> = runs
        .filter_map(|run| fs::read_to_string(run.unwrap().path().join("report/index.html")).ok())
        .collect();
    let page = pages.concat();
    assert!(page.contains("to be unique together"), "{page}");
    assert!(
        page.contains("<th scope=\"col\" class=\"n\">times"),
        "{page}"
    );
}

#[test]
fn a_number_of_rows_is_compared_with_the_last_run_whose_step_finished() {
    let folder = folder(SPEC);
    assert_eq!(folder.sfc(&["run"]).code, Some(0));
    let fewer = FILES[1].1.replace(
        "  (3, '2026-01-01', null, 'paid', getdate(), json_parse('{\"a\": 1}'));",
        "",
    );
    let fewer = fewer.replace("  (2, :day, 3, 'paid', getdate(), null),\n", "");
    let fewer = fewer.replace("'it''s', getdate(), null),", "'it''s', getdate(), null);");
    folder.write("sql/orders.sql", &fewer);
    // Half of four is not 60 %. It stays so, because what failed is nothing to compare with.
    for _ in 0..2 {
        let ended = folder.sfc(&["run"]);
        assert_eq!(ended.code, Some(1), "{ended:?}");
        let state = document(&folder, "state.json").unwrap();
        let message = state["steps"]["orders"]["error"]["message"]
            .as_str()
            .unwrap();
        assert_eq!(
            message,
            "expected the right number of rows in `orders`, but it has 2 (50.0 %), and 4 in the last run"
        );
    }
    folder.write("pipeline.yaml", &SPEC.replace("60%", "50%"));
    assert_eq!(folder.sfc(&["run"]).code, Some(0));
}

#[test]
fn what_a_check_asks_is_part_of_a_steps_tests() {
    let folder = folder(SPEC);
    let test = |extra: &str| {
        format!(
            "tests:
  customers:
    step: customers
    {extra}
    expect: {{ tables: {{ customers: {{ count: 2 }} }} }}
"
        )
    };
    folder.write("tests/customers.yaml", &test(""));
    let ended = folder.sfc(&["test"]);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    let twice = FILES[0].1.replace("(2, 'b')", "(1, null)");
    folder.write("sql/customers.sql", &twice);
    let ended = folder.sfc(&["test"]);
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(
        ended
            .stderr
            .contains("expected `id` of `customers` to be unique, but 2 rows break it")
            && ended
                .stderr
                .contains("expected `name` of `customers` never to be NULL"),
        "{ended:?}"
    );
    folder.write("tests/customers.yaml", &test("step_expect: ignored"));
    let ended = folder.sfc(&["test"]);
    assert_eq!(ended.code, Some(0), "{ended:?}");
}

#[test]
fn a_plan_says_how_many_queries_the_checks_are() {
    let folder = folder(SPEC);
    let ended = folder.sfc(&["plan"]);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(
        ended.stdout.contains("1      customers  1h     4 queries"),
        "{ended:?}"
    );
    assert!(
        ended
            .stdout
            .contains("2      orders     1h     8 queries  customers"),
        "{ended:?}"
    );
}
