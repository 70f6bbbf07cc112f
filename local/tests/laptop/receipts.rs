//! What was committed before a process died is not done again.

use std::path::Path;
use std::time::Duration;

use local::warehouse::{EmbeddedWarehouse, Options};
use runtime_lambda::plan::Batch;
use runtime_lambda::ports::{
    Field, StatementDescription, StatementStatus, Submission, Warehouse, WarehouseError,
};

use crate::harness::execution;

const LONG: Duration = Duration::from_secs(60);

fn open(path: &Path) -> EmbeddedWarehouse {
    EmbeddedWarehouse::open(path, Options::default()).unwrap()
}

async fn run(warehouse: &EmbeddedWarehouse, execution: &Submission) -> StatementDescription {
    warehouse.execute(execution, LONG).await.unwrap()
}

async fn number(warehouse: &EmbeddedWarehouse, query: &str) -> i64 {
    let ended = run(warehouse, &execution("", &[query], Batch::Transaction)).await;
    let id = ended
        .result_id
        .unwrap_or_else(|| panic!("{:?}", ended.error));
    let page = warehouse.result(&id, None).await.unwrap();
    match page.records[0][0] {
        Field::LongValue(number) => number,
        ref other => panic!("{other:?}"),
    }
}

/// A warehouse's file with an empty table.
async fn file() -> (tempfile::TempDir, std::path::PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("w.duckdb");
    let made = run(
        &open(&path),
        &execution("made", &["create table t (a int)"], Batch::Transaction),
    )
    .await;
    assert_eq!(made.status, StatementStatus::Finished, "{made:?}");
    (folder, path)
}

#[tokio::test]
async fn the_next_process_knows_what_was_committed() {
    let (_folder, path) = file().await;
    let insert = execution("i", &["insert into t values (1), (2)"], Batch::Transaction);
    let first = run(&open(&path), &insert).await;
    let warehouse = open(&path);
    assert_eq!(
        warehouse.find("name-i").await.unwrap(),
        std::slice::from_ref(&first.id)
    );
    let known = warehouse.describe(&first.id, Duration::ZERO).await.unwrap();
    assert_eq!(known.status, StatementStatus::Finished);
    assert_eq!((known.rows, known.result_id), (Some(2), None));
    assert_eq!(run(&warehouse, &insert).await.id, first.id);
    assert_eq!(number(&warehouse, "select count(*) from t").await, 2);
}

#[tokio::test]
async fn the_same_token_runs_nothing_twice_even_where_nobody_asked_before() {
    let (_folder, path) = file().await;
    let insert = execution("i", &["insert into t values (1)"], Batch::Transaction);
    run(&open(&path), &insert).await;
    let warehouse = open(&path);
    let again = run(&warehouse, &insert).await;
    assert_eq!(again.status, StatementStatus::Finished, "{again:?}");
    assert_eq!(again.rows, Some(1));
    assert_eq!(number(&warehouse, "select count(*) from t").await, 1);
}

#[tokio::test]
async fn what_failed_or_only_reads_is_not_known() {
    let (_folder, path) = file().await;
    let failed = execution(
        "f",
        &["insert into t values (1)", "select 1/0"],
        Batch::Transaction,
    );
    let read = execution("r", &["select 1 as a"], Batch::Transaction);
    {
        let warehouse = open(&path);
        let ended = run(&warehouse, &failed).await;
        assert_eq!(ended.status, StatementStatus::Failed, "{ended:?}");
        run(&warehouse, &read).await;
    }
    let warehouse = open(&path);
    assert!(warehouse.find("name-f").await.unwrap().is_empty());
    assert!(warehouse.find("name-r").await.unwrap().is_empty());
    assert!(matches!(
        warehouse.describe("nothing", Duration::ZERO).await,
        Err(WarehouseError::NoSuchStatement(_))
    ));
    let read = run(&warehouse, &read).await;
    assert!(read.result_id.is_some());
}

#[tokio::test]
async fn rows_that_were_lost_with_the_process_are_read_again_without_the_insert() {
    let (_folder, path) = file().await;
    let both = &["insert into t values (1)", "select count(*) as n from t"];
    run(&open(&path), &execution("b", both, Batch::Transaction)).await;
    let warehouse = open(&path);
    // Nobody may take it for a statement without a result.
    assert!(warehouse.find("name-b").await.unwrap().is_empty());
    let mut next = execution("c", both, Batch::Transaction);
    next.continues = vec!["none".to_owned(), "b".to_owned()];
    let ended = run(&warehouse, &next).await;
    assert_eq!(ended.status, StatementStatus::Finished, "{ended:?}");
    let page = warehouse
        .result(&ended.result_id.unwrap(), None)
        .await
        .unwrap();
    assert_eq!(page.records[0][0], Field::LongValue(1));
}

#[tokio::test]
async fn queries_of_checks_that_were_lost_are_asked_again_with_the_result_in_front_of_them() {
    let (_folder, path) = file().await;
    let all = &[
        "insert into t values (1)",
        "select count(*) as n from t",
        "select a from t where a is null",
        "select count(*) as rows from t",
    ];
    run(&open(&path), &execution("b", all, Batch::Transaction)).await;
    let warehouse = open(&path);
    let mut next = execution("c", all, Batch::Transaction);
    next.continues = vec!["b".to_owned()];
    let ended = run(&warehouse, &next).await;
    assert_eq!(ended.status, StatementStatus::Finished, "{ended:?}");
    let parts: Vec<_> = ended.parts.iter().map(|part| part.has_result).collect();
    assert_eq!(parts, [false, true, true, true]);
    for (part, rows) in [(1, 1), (3, 1)] {
        let page = warehouse.result(&ended.parts[part].id, None).await.unwrap();
        assert_eq!(page.records[0][0], Field::LongValue(rows));
    }
    assert_eq!(ended.parts[2].rows, Some(0));
}

/// Statements that commit one by one, as far as the first `ran` of them came before the process died.
async fn cut_off(path: &Path, token: &str, statements: &[&str], ran: usize) {
    let warehouse = open(path);
    let mut cut: Vec<&str> = statements.to_vec();
    // What stands for the death of the process: nothing behind it is committed.
    cut.truncate(ran);
    cut.push("select 1/0");
    let ended = run(&warehouse, &execution(token, &cut, Batch::AutoCommit)).await;
    assert_eq!(ended.status, StatementStatus::Failed);
}

#[tokio::test]
async fn a_batch_that_commits_one_by_one_goes_on_where_it_was() {
    let (_folder, path) = file().await;
    let statements = [
        "insert into t values (1)",
        "insert into t values (2)",
        "insert into t values (3)",
    ];
    cut_off(&path, "a", &statements, 2).await;
    let mut next = execution("b", &statements, Batch::AutoCommit);
    next.continues = vec!["a".to_owned()];
    {
        let warehouse = open(&path);
        let ended = run(&warehouse, &next).await;
        assert_eq!(ended.status, StatementStatus::Finished, "{ended:?}");
        assert_eq!(number(&warehouse, "select sum(a) from t").await, 6);
    }
    // The receipts of the second try cover what it took from the first.
    let warehouse = open(&path);
    let mut third = execution("c", &statements, Batch::AutoCommit);
    third.continues = vec!["b".to_owned(), "a".to_owned()];
    run(&warehouse, &third).await;
    assert_eq!(number(&warehouse, "select count(*) from t").await, 3);
}

#[tokio::test]
async fn a_temporary_table_that_is_gone_is_an_error_and_not_a_loss() {
    let (_folder, path) = file().await;
    let statements = [
        "create temp table s as select 1 as a",
        "insert into t select a from s",
        "insert into t select a + 1 from s",
    ];
    cut_off(&path, "a", &statements, 2).await;
    let warehouse = open(&path);
    let mut next = execution("b", &statements, Batch::AutoCommit);
    next.continues = vec!["a".to_owned()];
    let ended = run(&warehouse, &next).await;
    assert_eq!(ended.status, StatementStatus::Failed);
    assert!(
        ended.error.as_ref().unwrap().contains("temporary table"),
        "{ended:?}"
    );
    assert_eq!(number(&warehouse, "select count(*) from t").await, 1);
}
