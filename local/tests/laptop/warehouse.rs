//! The embedded warehouse behaves as the Redshift Data API does.

use std::time::{Duration, Instant};

use local::warehouse::{EmbeddedWarehouse, Options};
use runtime_lambda::plan::Batch;
use runtime_lambda::ports::{
    Field, StatementDescription, StatementStatus, Warehouse, WarehouseError,
};

use crate::harness::execution;

const LONG: Duration = Duration::from_secs(60);

async fn run(warehouse: &EmbeddedWarehouse, statements: &[&str]) -> StatementDescription {
    static NEXT: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
    let token = NEXT
        .fetch_add(1, std::sync::atomic::Ordering::SeqCst)
        .to_string();
    warehouse
        .execute(&execution(&token, statements, Batch::Transaction), LONG)
        .await
        .unwrap()
}

fn open() -> EmbeddedWarehouse {
    EmbeddedWarehouse::in_memory(Options::default()).unwrap()
}

#[tokio::test]
async fn a_query_ends_finished_with_its_rows() {
    let warehouse = open();
    let description = run(
        &warehouse,
        &["select 1 as a, 'x' as b, null as c, 1.50::numeric(10,2) as d, true as e, 0.5::float as f"],
    )
    .await;
    assert_eq!(description.status, StatementStatus::Finished);
    assert_eq!(description.rows, Some(1));
    let page = warehouse
        .result(&description.result_id.unwrap(), None)
        .await
        .unwrap();
    assert_eq!(page.total_rows, 1);
    assert_eq!(
        page.records[0],
        [
            Field::LongValue(1),
            Field::StringValue("x".to_owned()),
            Field::IsNull(true),
            Field::StringValue("1.50".to_owned()),
            Field::BooleanValue(true),
            Field::DoubleValue(0.5),
        ]
    );
    let types: Vec<_> = page.columns.iter().map(|c| c.type_name.as_str()).collect();
    assert_eq!(types[0], "int4");
    assert_eq!(types[3], "numeric");
    assert_eq!(types[5], "float8");
}

#[tokio::test]
async fn pages_hold_a_thousand_rows_and_spill() {
    let options = Options {
        result_memory: 1024,
        ..Options::default()
    };
    let warehouse = EmbeddedWarehouse::in_memory(options).unwrap();
    let description = run(
        &warehouse,
        &["select n from generate_series(0, 2499) as g(n)"],
    )
    .await;
    let id = description.result_id.unwrap();
    let mut token = None;
    let mut sizes = Vec::new();
    let last = loop {
        let page = warehouse.result(&id, token.as_deref()).await.unwrap();
        assert_eq!(page.total_rows, 2500);
        sizes.push(page.records.len());
        token = page.next_token;
        if token.is_none() {
            break page.records.last().unwrap()[0].clone();
        }
    };
    assert_eq!(sizes, [1000, 1000, 500]);
    assert_eq!(last, Field::LongValue(2499));
}

#[tokio::test]
async fn the_same_token_is_the_same_statement() {
    let warehouse = open();
    let once = execution("t", &["create table once (id int)"], Batch::Transaction);
    let first = warehouse.execute(&once, LONG).await.unwrap();
    let second = warehouse.execute(&once, LONG).await.unwrap();
    assert_eq!(first.id, second.id);
    assert_eq!(second.status, StatementStatus::Finished);
    assert_eq!(warehouse.find("name-t").await.unwrap(), [first.id]);
    assert!(warehouse.find("other").await.unwrap().is_empty());
}

#[tokio::test]
async fn a_failed_batch_leaves_nothing() {
    let warehouse = open();
    run(&warehouse, &["create table t (id int)"]).await;
    let failed = run(
        &warehouse,
        &["insert into t values (1)", "select 1/0", "commit"],
    )
    .await;
    assert_eq!(failed.status, StatementStatus::Failed);
    assert_eq!(
        failed.error.as_deref(),
        Some("Query #2 failed with ERROR: Divide by zero")
    );
    let count = run(&warehouse, &["select count(*) from t"]).await;
    let page = warehouse
        .result(&count.result_id.unwrap(), None)
        .await
        .unwrap();
    assert_eq!(page.records, [[Field::LongValue(0)]]);
}

#[tokio::test]
async fn statements_that_commit_by_themselves_stay() {
    let warehouse = open();
    let statements = [
        "create table t (id int)",
        "insert into t values (1)",
        "select nothing",
    ];
    let failed = warehouse
        .execute(&execution("a", &statements, Batch::AutoCommit), LONG)
        .await
        .unwrap();
    assert_eq!(failed.status, StatementStatus::Failed);
    let rows = run(&warehouse, &["select id from t"]).await;
    assert_eq!(rows.rows, Some(1));
}

#[tokio::test]
async fn errors_speak_redshift() {
    let warehouse = open();
    run(
        &warehouse,
        &["create table t (id int not null, v varchar(3))"],
    )
    .await;
    for (statement, error) in [
        (
            "select * from missing",
            "ERROR: relation \"missing\" does not exist",
        ),
        (
            "select missing from t",
            "ERROR: column \"missing\" does not exist",
        ),
        (
            "select t.missing from t",
            "ERROR: column \"missing\" does not exist in t",
        ),
        (
            "insert into t values (1, 'long')",
            "ERROR: value too long for type character varying(3)",
        ),
        (
            "insert into t values (null, 'a')",
            "ERROR: null value in column \"id\" violates not-null constraint",
        ),
        (
            "create table t (id int)",
            "ERROR: Relation \"t\" already exists",
        ),
    ] {
        let failed = run(&warehouse, &[statement]).await;
        let found = failed.error.unwrap_or_default();
        assert!(found.starts_with(error), "{statement}: {found}");
    }
}

#[tokio::test]
async fn a_long_statement_is_described_cancelled_and_rolled_back() {
    let warehouse = open();
    let slow = "insert into t select count(*) from generate_series(1, 1000000) a(n), generate_series(1, 1000000) b(n) where a.n + b.n = 7";
    let submitted = warehouse
        .execute(
            &execution(
                "slow",
                &["create table t (n bigint)", slow],
                Batch::Transaction,
            ),
            Duration::from_millis(100),
        )
        .await
        .unwrap();
    assert!(!submitted.status.is_terminal());
    let waiting = Instant::now();
    let described = warehouse
        .describe(&submitted.id, Duration::from_millis(100))
        .await
        .unwrap();
    assert!(!described.status.is_terminal());
    assert!(waiting.elapsed() >= Duration::from_millis(100));
    warehouse.cancel(&submitted.id).await.unwrap();
    let ended = warehouse.describe(&submitted.id, LONG).await.unwrap();
    assert_eq!(ended.status, StatementStatus::Aborted);
    let gone = run(&warehouse, &["select * from t"]).await;
    assert_eq!(gone.status, StatementStatus::Failed);
}

#[tokio::test]
async fn parameters_are_bound_and_coerced() {
    let warehouse = open();
    run(
        &warehouse,
        &[
            "create table t (id int, d date, v varchar(20), n numeric(10,2), b bool)",
            "insert into t values (1, '2024-01-01', 'it''s', 1.50, true), (2, '2024-02-01', ':id', 2, false)",
        ],
    )
    .await;
    let count = async |statement: &str, parameters: &[(&str, &str)]| {
        let mut query = execution(statement, &[statement], Batch::Transaction);
        query.parameters = parameters
            .iter()
            .map(|&(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        let description = warehouse.execute(&query, LONG).await.unwrap();
        assert_eq!(description.error, None, "{statement}");
        description.rows.unwrap()
    };
    assert_eq!(
        count("select 1 from t where id = :id", &[("id", "2")]).await,
        1
    );
    assert_eq!(
        count("select 1 from t where id = :id + 1", &[("id", "1")]).await,
        1
    );
    assert_eq!(
        count("select 1 from t where d >= :d", &[("d", "2024-01-15")]).await,
        1
    );
    assert_eq!(
        count(
            "select 1 from t where d >= :d::date",
            &[("d", "2024-01-15")]
        )
        .await,
        1
    );
    assert_eq!(
        count(
            "select 1 from t where d = dateadd(day, 1, :d::date)",
            &[("d", "2023-12-31")]
        )
        .await,
        1
    );
    assert_eq!(
        count(
            "select 1 from t where d = dateadd(day, :n, :d)",
            &[("d", "2023-12-31"), ("n", "1")]
        )
        .await,
        1
    );
    assert_eq!(
        count("select 1 from t where v = :v", &[("v", "it's")]).await,
        1
    );
    assert_eq!(
        count(
            "select 1 from t where v = ':id' and id = :id",
            &[("id", "2")]
        )
        .await,
        1
    );
    assert_eq!(
        count(
            "select 1 from t where n > :n and b = :b",
            &[("n", "1.4"), ("b", "true")]
        )
        .await,
        1
    );
    assert_eq!(
        count(
            "select 1 from t where id in (:a, :b)",
            &[("a", "1"), ("b", "2")]
        )
        .await,
        2
    );
    assert_eq!(
        count(
            "select 1 from t where date_trunc('month', d) = date_trunc('month', :d::date)",
            &[("d", "2024-02-20")]
        )
        .await,
        1
    );
    assert_eq!(
        count(
            "insert into t (id, d, v) values (:id, :d, :v)",
            &[
                ("id", "3"),
                ("d", "2024-03-01"),
                ("v", "'; drop table t; --")
            ]
        )
        .await,
        1
    );
    assert_eq!(
        count(
            "update t set n = :n where id = :id",
            &[("n", "7.25"), ("id", "3")]
        )
        .await,
        1
    );
    assert_eq!(
        count("delete from t where id = :id", &[("id", "3")]).await,
        1
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn conflicting_transactions_wait_for_each_other() {
    let warehouse = std::sync::Arc::new(open());
    run(
        &warehouse,
        &[
            "create table t (id int, n int)",
            "insert into t values (1, 0)",
        ],
    )
    .await;
    let mut tasks = Vec::new();
    for lane in 0..4 {
        let warehouse = std::sync::Arc::clone(&warehouse);
        tasks.push(tokio::spawn(async move {
            for turn in 0..10 {
                let update = execution(
                    &format!("{lane}-{turn}"),
                    &["update t set n = n + 1 where id = 1", "select n from t"],
                    Batch::Transaction,
                );
                let ended = warehouse.execute(&update, LONG).await.unwrap();
                assert_eq!(ended.error, None);
            }
        }));
    }
    for task in tasks {
        task.await.unwrap();
    }
    let total = run(&warehouse, &["select n from t"]).await;
    let page = warehouse
        .result(&total.result_id.unwrap(), None)
        .await
        .unwrap();
    assert_eq!(page.records, [[Field::LongValue(40)]]);
}

#[tokio::test]
async fn what_was_never_started_is_refused() {
    let warehouse = open();
    assert!(matches!(
        warehouse.describe("nobody", Duration::ZERO).await,
        Err(WarehouseError::NoSuchStatement(_))
    ));
    let changed = run(&warehouse, &["create table t (id int)"]).await;
    assert_eq!(changed.result_id, None);
    assert!(warehouse.result(&changed.id, None).await.is_err());
}

#[tokio::test]
async fn a_file_has_one_owner_and_keeps_its_tables() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("warehouse.duckdb");
    let warehouse = EmbeddedWarehouse::open(&path, Options::default()).unwrap();
    run(
        &warehouse,
        &[
            "create table kept (id int)",
            "insert into kept values (1), (2)",
        ],
    )
    .await;
    assert!(matches!(
        EmbeddedWarehouse::open(&path, Options::default()),
        Err(local::warehouse::OpenFailure::InUse { .. })
    ));
    drop(warehouse);
    let warehouse = EmbeddedWarehouse::open(&path, Options::default()).unwrap();
    let rows = run(&warehouse, &["select * from kept"]).await;
    assert_eq!(rows.rows, Some(2));
}

#[tokio::test]
async fn a_schema_may_be_called_like_the_database_or_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let warehouse = EmbeddedWarehouse::open(
        folder.path().join("sales.duckdb"),
        Options::default().database("sales"),
    )
    .unwrap();
    let made = run(
        &warehouse,
        &[
            "create schema sales",
            "create table sales.t (id int)",
            "insert into sales.sales.t values (1)",
            "select * from sales.t",
        ],
    )
    .await;
    assert_eq!(made.error, None);
    assert_eq!(made.rows, Some(1));
}

#[tokio::test]
async fn a_conflict_with_nobody_ends() {
    let warehouse = open();
    let changed = run(
        &warehouse,
        &[
            "create table t (id int)",
            "insert into t values (1)",
            "alter table t add column v varchar(3)",
            "update t set v = 'a'",
            "alter table t alter column v type varchar(5)",
            "update t set v = 'abcde', id = 2",
            "delete from t where id = 2",
            "select * from t",
        ],
    )
    .await;
    assert!(changed.status.is_terminal());
    assert_eq!(changed.error, None);
}

#[tokio::test]
async fn temporary_tables_end_with_their_session() {
    let warehouse = open();
    assert_eq!(
        run(
            &warehouse,
            &["create table #t (id int)", "select * from #t"]
        )
        .await
        .error,
        None
    );
    assert_eq!(
        run(
            &warehouse,
            &["create table #t (id int)", "select * from #t"]
        )
        .await
        .error,
        None
    );
    assert!(run(&warehouse, &["select * from #t"]).await.error.is_some());
}

#[tokio::test]
async fn the_last_result_of_a_batch_is_named() {
    let warehouse = open();
    let batch = run(
        &warehouse,
        &[
            "select 1 as a",
            "create table t (id int)",
            "select 2 as b",
            "insert into t values (1), (2)",
        ],
    )
    .await;
    assert_eq!(batch.rows, Some(2));
    let id = batch.result_id.unwrap();
    assert!(id.ends_with(":3"), "{id}");
    let page = warehouse.result(&id, None).await.unwrap();
    assert_eq!(page.columns[0].name, "b");
    let first = warehouse
        .result(&format!("{}:1", batch.id), None)
        .await
        .unwrap();
    assert_eq!(first.records, [[Field::LongValue(1)]]);
}

#[tokio::test]
async fn sums_and_json_have_redshift_s_types() {
    let warehouse = open();
    let description = run(
        &warehouse,
        &["select sum(1) as s, count(*) as c, json_parse('{}') as j, getdate() as g, current_date as d, 'x'::char(3) as v, 1::real as r, current_timestamp as z"],
    )
    .await;
    let page = warehouse
        .result(&description.result_id.unwrap(), None)
        .await
        .unwrap();
    let types: Vec<_> = page.columns.iter().map(|c| c.type_name.as_str()).collect();
    assert_eq!(
        types,
        [
            "int8",
            "int8",
            "super",
            "timestamp",
            "date",
            "varchar",
            "float4",
            "timestamptz"
        ]
    );
    assert_eq!(page.records[0][0], Field::LongValue(1));
}

#[tokio::test(flavor = "multi_thread")]
async fn tables_made_at_the_same_time_do_not_disturb_each_other() {
    let warehouse = std::sync::Arc::new(open());
    let mut tasks = Vec::new();
    for lane in 0..4 {
        let warehouse = std::sync::Arc::clone(&warehouse);
        tasks.push(tokio::spawn(async move {
            for turn in 0..5 {
                let sql = [
                    "create schema if not exists stage".to_owned(),
                    format!("drop table if exists stage.t{lane}"),
                    format!("create table stage.t{lane} (id int identity(1,1), v varchar(10))"),
                    format!("insert into stage.t{lane} (v) values ('a'), ('b')"),
                    "drop table if exists stage.shared".to_owned(),
                    "create table stage.shared (id int)".to_owned(),
                ];
                let statements: Vec<&str> = sql.iter().map(String::as_str).collect();
                for batch in [Batch::Transaction, Batch::AutoCommit] {
                    let token = format!("{lane}-{turn}-{batch:?}");
                    let ended = warehouse
                        .execute(&execution(&token, &statements, batch), LONG)
                        .await
                        .unwrap();
                    // Between two statements that commit by themselves, another may make the table.
                    let raced = ended
                        .error
                        .as_deref()
                        .is_some_and(|e| e.contains("already exists"));
                    assert!(
                        ended.error.is_none() || raced && batch == Batch::AutoCommit,
                        "{:?}",
                        ended.error
                    );
                }
            }
        }));
    }
    for task in tasks {
        task.await.unwrap();
    }
}

/// The number of rows of a table.
async fn rows_of(warehouse: &EmbeddedWarehouse, table: &str) -> String {
    let counted = run(
        warehouse,
        &[&format!("select count(*)::varchar from {table}")],
    )
    .await;
    assert_eq!(counted.status, StatementStatus::Finished);
    let page = warehouse
        .result(&counted.result_id.unwrap(), None)
        .await
        .unwrap();
    format!("{:?}", page.records[0][0])
}

#[tokio::test]
async fn truncate_commits_what_stands_before_it() {
    let warehouse = open();
    let made = run(
        &warehouse,
        &[
            "create table stock (id int)",
            "create table log (id int)",
            "insert into stock values (1), (2)",
            "create procedure reload() as $$ begin insert into log values (1); truncate stock; insert into stock values (1 / 0); end; $$ language plpgsql",
            "create procedure outer_reload() as $$ begin call reload(); end; $$ language plpgsql",
        ],
    )
    .await;
    assert_eq!(made.status, StatementStatus::Finished, "{made:?}");

    let failed = run(
        &warehouse,
        &[
            "insert into log values (1)",
            "truncate table stock",
            "insert into log values (2)",
            "insert into stock values (1 / 0)",
        ],
    )
    .await;
    assert_eq!(failed.status, StatementStatus::Failed);
    assert!(rows_of(&warehouse, "stock").await.contains("\"0\""));
    assert!(rows_of(&warehouse, "log").await.contains("\"1\""));

    for call in ["call reload()", "call outer_reload()"] {
        run(&warehouse, &["delete from log"]).await;
        run(&warehouse, &["insert into stock values (3)"]).await;
        let failed = run(&warehouse, &[call]).await;
        assert_eq!(failed.status, StatementStatus::Failed, "{call}");
        assert!(
            rows_of(&warehouse, "stock").await.contains("\"0\""),
            "{call}"
        );
        assert!(rows_of(&warehouse, "log").await.contains("\"1\""), "{call}");
    }

    // In a transaction of one's own a procedure may not commit, and TRUNCATE begins the next one.
    run(&warehouse, &["insert into stock values (4)"]).await;
    let refused: &[&str] = &["begin", "call reload()"];
    let truncated: &[&str] = &[
        "begin",
        "truncate stock",
        "insert into stock values (5)",
        "rollback",
    ];
    for (token, statements, error, stock) in [
        ("refused", refused, "atomic context", "\"1\""),
        ("truncated", truncated, "", "\"0\""),
    ] {
        let execution = execution(token, statements, Batch::AutoCommit);
        let ended = warehouse.execute(&execution, LONG).await.unwrap();
        assert!(ended.error.unwrap_or_default().contains(error), "{token}");
        assert!(
            rows_of(&warehouse, "stock").await.contains(stock),
            "{token}"
        );
    }
}

#[tokio::test]
async fn a_row_is_not_larger_than_the_data_api_hands_out() {
    let warehouse = open();
    let wide = "select repeat('y', 65000) as t, repeat('z', 65000) as u";
    let failed = run(&warehouse, &[wide]).await;
    assert_eq!(failed.status, StatementStatus::Failed);
    let error = failed.error.unwrap();
    assert!(
        error.contains("64 KB") && error.contains("UNLOAD"),
        "{error}"
    );
    // It is a matter of results: tables hold such rows.
    let kept = run(&warehouse, &[&format!("create table wide as {wide}")]).await;
    assert_eq!(kept.status, StatementStatus::Finished);
    let one = run(&warehouse, &["select t from wide"]).await;
    assert_eq!(one.status, StatementStatus::Finished);
}

#[tokio::test]
async fn results_beyond_the_memory_lie_in_a_file_and_are_read_back() {
    let options = Options {
        result_memory: 100_000,
        ..Options::default()
    };
    let warehouse = EmbeddedWarehouse::in_memory(options).unwrap();
    let mut ids = Vec::new();
    for number in 0..10 {
        let query = format!("select {number} as n, repeat('x', 30000) as t");
        let description = run(&warehouse, &[&query]).await;
        ids.push(description.result_id.unwrap());
    }
    warehouse.forget(&ids[4]);
    for (number, id) in (0_i64..).zip(&ids) {
        let page = warehouse.result(id, None).await;
        if number == 4 {
            assert!(page.is_err());
        } else {
            assert_eq!(page.unwrap().records[0][0], Field::LongValue(number));
        }
    }
}
