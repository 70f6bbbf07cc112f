//! The Rust SDK.

use std::fs;

use aws_sdk_redshiftdata::operation::describe_statement::DescribeStatementError;
use aws_sdk_redshiftdata::operation::execute_statement::ExecuteStatementError;
use aws_sdk_redshiftdata::types::{Field, SqlParameter, StatusString};

use super::served::Served;
use crate::program::SLOW;

#[tokio::test(flavor = "multi_thread")]
async fn the_rust_sdk_has_typed_answers_and_errors() {
    let folder = tempfile::tempdir().unwrap();
    let served = Served::start(folder.path(), &[]);
    let client = served.client();
    let execute = |sql: &str| {
        client
            .execute_statement()
            .workgroup_name("analytics")
            .database("dev")
            .wait_time_seconds(30)
            .sql(sql)
    };
    let parameter = SqlParameter::builder()
        .name("n")
        .value("7")
        .build()
        .unwrap();
    let started = execute("select :n::int as n")
        .parameters(parameter)
        .send()
        .await
        .unwrap();
    let id = started.id().unwrap();
    let described = client.describe_statement().id(id).send().await.unwrap();
    assert_eq!(described.status(), Some(&StatusString::Finished));
    assert!(described.created_at().is_some() && described.duration() > 0);
    let result = client.get_statement_result().id(id).send().await.unwrap();
    assert_eq!(result.records(), [[Field::LongValue(7)]]);
    let failed = client
        .describe_statement()
        .id("00000000-0000-4000-8000-000000000000")
        .send()
        .await
        .unwrap_err()
        .into_service_error();
    assert!(
        matches!(&failed, DescribeStatementError::ResourceNotFoundException(inner)
            if inner.resource_id() == "00000000-0000-4000-8000-000000000000"),
        "{failed:?}"
    );
    let failed = execute("").send().await.unwrap_err().into_service_error();
    assert!(
        matches!(failed, ExecuteStatementError::ValidationException(_)),
        "{failed:?}"
    );
    let slow = execute(SLOW).wait_time_seconds(1).send().await.unwrap();
    client
        .cancel_statement()
        .id(slow.id().unwrap())
        .send()
        .await
        .unwrap();
    let described = client
        .describe_statement()
        .id(slow.id().unwrap())
        .send()
        .await
        .unwrap();
    assert_eq!(described.status(), Some(&StatusString::Aborted));
}

/// Resident memory of a process at its highest, in KiB.
fn peak(process: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_million_rows_are_paged_in_flat_memory() {
    let folder = tempfile::tempdir().unwrap();
    let served = Served::start(folder.path(), &[]);
    let client = served.client();
    let started = client
        .execute_statement()
        .workgroup_name("analytics")
        .database("dev")
        .sql("select n, 'a text of the row ' || n as t from generate_series(1, 1000000) as t(n)")
        .send()
        .await
        .unwrap();
    let id = started.id().unwrap();
    let status = loop {
        let described = client
            .describe_statement()
            .id(id)
            .wait_time_seconds(30)
            .send()
            .await
            .unwrap();
        let status = described.status().unwrap().clone();
        if !matches!(
            status,
            StatusString::Submitted | StatusString::Picked | StatusString::Started
        ) {
            break status;
        }
    };
    assert_eq!(status, StatusString::Finished);
    let before = peak(served.process.id());
    let (mut rows, mut sum, mut token) = (0, 0, None);
    loop {
        let page = client
            .get_statement_result()
            .id(id)
            .set_next_token(token)
            .send()
            .await
            .unwrap();
        assert_eq!(page.total_num_rows(), 1_000_000);
        for record in page.records() {
            if let Field::LongValue(n) = record[0] {
                sum += n;
            }
        }
        rows += page.records().len();
        token = page.next_token().map(str::to_owned);
        if token.is_none() {
            break;
        }
    }
    assert_eq!((rows, sum), (1_000_000, 500_000_500_000));
    match (before, peak(served.process.id())) {
        (Some(before), Some(after)) => {
            println!("peak memory {before} KiB before paging, {after} KiB after it");
            assert!(after < before + 32 * 1024, "{before} KiB, then {after} KiB");
        }
        _ => println!("skipped: this system does not say how much memory a process takes"),
    }
}
