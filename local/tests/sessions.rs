//! What holds for a session: settings and their transactions, numbers, prepared statements.

#![allow(clippy::unwrap_used, reason = "tests may stop")]

mod harness;

use std::sync::Arc;
use std::time::Duration;

use local::warehouse::{EmbeddedWarehouse, HeldSession, Options};
use runtime_lambda::plan::{self, Batch};
use runtime_lambda::ports::{Execution, Field, StatementStatus, Warehouse as _};

#[tokio::test]
async fn statements() {
    harness::run(include_str!("redshift/sessions.sql"), 0).await;
}

/// A session that lives on between its statements.
struct Client {
    warehouse: Arc<EmbeddedWarehouse>,
    session: Arc<HeldSession>,
}

impl Client {
    fn of(warehouse: &Arc<EmbeddedWarehouse>) -> Self {
        Self {
            warehouse: Arc::clone(warehouse),
            session: Arc::new(warehouse.hold_session().unwrap()),
        }
    }

    fn alone() -> Self {
        Self::of(&warehouse())
    }

    /// Each statement of a script by itself: the rows of the last, or the first error.
    async fn run(&self, sql: &str) -> Result<String, String> {
        let mut rows = String::new();
        for statement in harness::split(sql) {
            rows = self.one(&statement).await?;
        }
        Ok(rows)
    }

    async fn one(&self, sql: &str) -> Result<String, String> {
        let execution = Execution {
            statement_name: String::new(),
            client_token: String::new(),
            statements: vec![sql.to_owned()],
            batch: Batch::AutoCommit,
            parameters: Vec::new(),
            warehouse: plan::Warehouse {
                database: "dev".to_owned(),
                connection: plan::Connection::Workgroup("analytics".to_owned()),
            },
            with_event: false,
            continues: Vec::new(),
        };
        let session = Some(Arc::clone(&self.session));
        let handle = self.warehouse.submit(&execution, session).unwrap();
        handle.ended_within(Duration::from_secs(60)).await;
        let ended = self
            .warehouse
            .describe(handle.id(), Duration::ZERO)
            .await
            .unwrap();
        if ended.status != StatementStatus::Finished {
            return Err(ended.error.unwrap_or_else(|| format!("{:?}", ended.status)));
        }
        let Some(id) = ended.result_id else {
            return Ok(String::new());
        };
        let page = self.warehouse.result(&id, None).await.unwrap();
        let rows = page.records.iter().map(|record| {
            let cells: Vec<String> = record.iter().map(cell).collect();
            cells.join("|")
        });
        Ok(rows.collect::<Vec<_>>().join(";"))
    }
}

fn warehouse() -> Arc<EmbeddedWarehouse> {
    Arc::new(EmbeddedWarehouse::in_memory(Options::default()).unwrap())
}

fn cell(field: &Field) -> String {
    match field {
        Field::IsNull(_) => "NULL".to_owned(),
        Field::BooleanValue(value) => value.to_string(),
        Field::LongValue(value) => value.to_string(),
        Field::DoubleValue(value) => value.to_string(),
        Field::StringValue(value) => value.clone(),
    }
}

#[tokio::test]
async fn settings_live_as_long_as_their_session() {
    let warehouse = warehouse();
    let one = Client::of(&warehouse);
    let other = Client::of(&warehouse);
    one.run("set query_group to 'one'").await.unwrap();
    assert_eq!(one.run("show query_group").await.unwrap(), "one");
    assert_eq!(other.run("show query_group").await.unwrap(), "unset");
    let pid = one.run("select pg_backend_pid()").await.unwrap();
    assert_eq!(one.run("select pg_backend_pid()").await.unwrap(), pid);
    assert_ne!(other.run("select pg_backend_pid()").await.unwrap(), pid);
}

#[tokio::test]
async fn a_setting_is_undone_with_its_transaction() {
    let client = Client::alone();
    let shown = "select current_setting('query_group'), current_setting('search_path')";
    client
        .run("create schema s; set query_group to 'a'")
        .await
        .unwrap();
    client
        .run("begin; set query_group to 'b'; set search_path to s; rollback")
        .await
        .unwrap();
    assert_eq!(client.run(shown).await.unwrap(), "a|$user,public");
    client
        .run("begin; set query_group to 'b'; commit")
        .await
        .unwrap();
    assert_eq!(client.run(shown).await.unwrap(), "b|$user,public");
    // An error undoes it too.
    let failed = client
        .run("begin; set query_group to 'c'; select * from missing")
        .await;
    assert!(failed.is_err());
    client.run("rollback").await.unwrap();
    assert_eq!(client.run(shown).await.unwrap(), "b|$user,public");
}

#[tokio::test]
async fn a_local_setting_ends_with_its_transaction() {
    let client = Client::alone();
    let inside = client
        .run("begin; set local query_group to 'b'; show query_group")
        .await;
    assert_eq!(inside.unwrap(), "b");
    client.run("commit").await.unwrap();
    assert_eq!(client.run("show query_group").await.unwrap(), "unset");
    // Outside of a transaction it has none to hold for.
    client.run("set local query_group to 'b'").await.unwrap();
    assert_eq!(client.run("show query_group").await.unwrap(), "unset");
}

#[tokio::test]
async fn show_all_has_a_row_for_each_setting() {
    let client = Client::alone();
    client.run("set query_group to 'all'").await.unwrap();
    let all = client.run("show all").await.unwrap();
    for row in [
        "datestyle|ISO, MDY",
        "extra_float_digits|0",
        "query_group|all",
        "search_path|$user,public",
        "statement_timeout|0",
    ] {
        assert!(all.split(';').any(|one| one == row), "{row}: {all}");
    }
}

#[tokio::test]
async fn a_statement_that_takes_too_long_is_cancelled() {
    let client = Client::alone();
    let slow = "select count(*) from generate_series(1, 200000) a, generate_series(1, 200000) b \
                where a.generate_series * b.generate_series % 7 = 3";
    client.run("set statement_timeout to 50").await.unwrap();
    let failed = client.run(slow).await.unwrap_err();
    assert!(failed.starts_with("ERROR: Query ("), "{failed}");
    assert!(
        failed.ends_with(") cancelled on user's request"),
        "{failed}"
    );
    // The session goes on.
    assert_eq!(client.run("select 1").await.unwrap(), "1");
    client.run("reset statement_timeout").await.unwrap();
    assert_eq!(client.run("show statement_timeout").await.unwrap(), "0");
}

#[tokio::test]
async fn messages_below_the_level_of_the_session_are_not_kept() {
    let client = Client::alone();
    client
        .run(
            "create procedure talks() language plpgsql as $$ begin raise info 'quiet'; \
             raise warning 'loud'; end $$; \
             set stored_proc_log_min_messages to warning; call talks()",
        )
        .await
        .unwrap();
    let kept = client
        .run("select trim(message) from svl_stored_proc_messages")
        .await;
    assert_eq!(kept.unwrap(), "loud");
}
