//! A pipeline's warehouse, and what cannot be served.

use aws_sdk_redshiftdata::types::Field;

use super::served::Served;
use crate::program::{Folder, SLOW, sfc, spec};

#[tokio::test(flavor = "multi_thread")]
async fn a_pipeline_is_served_with_its_warehouse_and_its_buckets() {
    let text = format!(
        "{}local: {{ buckets: {{ raw: data }} }}\n",
        spec("rounds: 1", "  make: { sql: make.sql }\n")
    );
    let folder = Folder::new(
        &text,
        &[
            (
                "make.sql",
                "create table made (id int); insert into made values (1);",
            ),
            ("data/rows.csv", "2\n3\n"),
        ],
    );
    assert_eq!(folder.sfc(&["run", "."]).code, Some(0));
    let mut served = Served::start(folder.path(), &["."]);
    let client = served.client();
    let run = async |sql: &str| {
        let started = client
            .execute_statement()
            .workgroup_name("w-w")
            .database("dev")
            .sql(sql)
            .wait_time_seconds(30)
            .send()
            .await
            .unwrap();
        assert_eq!(
            started.status().map(|status| status.as_str()),
            Some("FINISHED"),
            "{sql}"
        );
        started.id().unwrap().to_owned()
    };
    run("copy made from 's3://raw/rows' iam_role default csv").await;
    let id = run("select sum(id) from made").await;
    let result = client.get_statement_result().id(id).send().await.unwrap();
    assert_eq!(result.records(), [[Field::LongValue(6)]]);
    // One process at a time has the warehouse.
    let other = folder.sfc(&["serve", ".", "--port", "0"]);
    assert_eq!(other.code, Some(3), "{other:?}");
    assert!(
        other.stderr.contains("cannot be opened"),
        "{}",
        other.stderr
    );
    let slow = client
        .execute_statement()
        .workgroup_name("w-w")
        .database("dev")
        .sql(SLOW)
        .wait_time_seconds(1)
        .send()
        .await
        .unwrap();
    assert_eq!(slow.status().map(|status| status.as_str()), Some("STARTED"));
    served.signal("-INT");
    let (code, stderr) = served.ended();
    assert_eq!(code, Some(0), "{stderr}");
    assert!(
        stderr.contains("AWS_ENDPOINT_URL_REDSHIFT_DATA=http://127.0.0.1:"),
        "{stderr}"
    );
    // What was committed is in the file.
    assert_eq!(
        folder.sfc(&["run", "."]).code,
        Some(1),
        "`made` is there already"
    );
}

#[test]
fn what_cannot_be_served_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port().to_string();
    let taken = sfc(folder.path(), &["serve", "--port", &port])
        .output()
        .unwrap();
    assert_eq!(taken.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&taken.stderr).contains(&port));
    let wrong = sfc(folder.path(), &["serve", "--events", "https//nowhere"])
        .output()
        .unwrap();
    assert_eq!(wrong.status.code(), Some(2));
    let help = sfc(folder.path(), &["serve", "--help"]).output().unwrap();
    let help = String::from_utf8_lossy(&help.stdout).into_owned();
    for operation in ["ExecuteStatement", "ListSessions", "Operations it has not"] {
        assert!(help.contains(operation), "{help}");
    }
}
