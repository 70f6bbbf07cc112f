//! What holds for a session: settings and their transactions, numbers, prepared statements.

use crate::harness;
use std::sync::Arc;
use std::time::Duration;

use local::warehouse::{EmbeddedWarehouse, HeldSession, Isolation, Options};
use runtime_lambda::plan::{self, Batch};
use runtime_lambda::ports::{Field, StatementStatus, Submission, Warehouse as _};

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
        let execution = Submission {
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
    client.run("set statement_timeout to 1000").await.unwrap();
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

#[tokio::test]
async fn prepared_statements_live_as_long_as_their_session() {
    let warehouse = warehouse();
    let one = Client::of(&warehouse);
    one.run("prepare three as select 3").await.unwrap();
    assert_eq!(one.run("execute three").await.unwrap(), "3");
    one.run("begin; rollback").await.unwrap();
    assert_eq!(one.run("execute three").await.unwrap(), "3");
    let other = Client::of(&warehouse).run("execute three").await;
    assert!(other.is_err());
}

#[tokio::test]
async fn a_transaction_that_reads_only_stays_so_until_its_end() {
    let client = Client::alone();
    client
        .run("create table kept (n int); begin read only")
        .await
        .unwrap();
    let refused = client.run("insert into kept values (1)").await;
    assert_eq!(refused.unwrap_err(), "ERROR: transaction is read-only");
    client
        .run("rollback; insert into kept values (1)")
        .await
        .unwrap();
    assert_eq!(client.run("select n from kept").await.unwrap(), "1");
}

#[tokio::test]
async fn a_cursor_needs_a_transaction() {
    let client = Client::alone();
    let refused = client.run("declare c cursor for select 1").await;
    assert!(
        refused
            .unwrap_err()
            .contains("may only be used in transaction blocks")
    );
    let rows = client
        .run("begin; declare c cursor for select 1; fetch next from c")
        .await;
    assert_eq!(rows.unwrap(), "1");
}

/// Two sessions of a warehouse whose transactions meet as in Redshift, and two tables.
async fn as_in_redshift() -> (Client, Client) {
    let options = Options {
        isolation: Isolation::Redshift,
        ..Options::default()
    };
    let warehouse = Arc::new(EmbeddedWarehouse::in_memory(options).unwrap());
    let (one, other) = (Client::of(&warehouse), Client::of(&warehouse));
    one.run("create table tab1 (n int); create table tab2 (n int); insert into tab1 values (1)")
        .await
        .unwrap();
    (one, other)
}

/// AWS page: `Troubleshooting serializable isolation errors`.
#[tokio::test]
async fn transactions_that_read_what_the_other_writes_meet_error_1023() {
    let (one, other) = as_in_redshift().await;
    one.run("begin; select * from tab1").await.unwrap();
    other
        .run("begin; insert into tab1 values (1)")
        .await
        .unwrap();
    one.run("insert into tab2 values (1)").await.unwrap();
    let failed = other.run("select * from tab2").await.unwrap_err();
    assert!(failed.starts_with("ERROR: 1023\n"), "{failed}");
    assert!(
        failed.contains("Serializable isolation violation on table - ")
            && failed.contains("transactions forming the cycle are: "),
        "{failed}"
    );
    // The other one goes on.
    one.run("commit").await.unwrap();
    other.run("rollback").await.unwrap();
    assert_eq!(other.run("select count(*) from tab2").await.unwrap(), "1");
}

#[tokio::test]
async fn an_update_that_has_seen_less_meets_error_1023_behind_the_commit_too() {
    let (one, other) = as_in_redshift().await;
    other.run("begin; select count(*) from tab1").await.unwrap();
    one.run("update tab1 set n = 2").await.unwrap();
    let failed = other.run("update tab1 set n = 3").await.unwrap_err();
    assert!(
        failed.contains("Serializable isolation violation"),
        "{failed}"
    );
}

#[tokio::test]
async fn views_and_procedures_read_and_write_tables() {
    let (one, other) = as_in_redshift().await;
    one.run(
        "create view sees as select * from tab1; create procedure fills() language plpgsql as $$ \
         begin insert into tab2 values (1); end $$",
    )
    .await
    .unwrap();
    one.run("begin; select * from sees; call fills()")
        .await
        .unwrap();
    other
        .run("begin; insert into tab1 values (1)")
        .await
        .unwrap();
    let failed = other.run("select * from tab2").await.unwrap_err();
    assert!(
        failed.contains("Serializable isolation violation"),
        "{failed}"
    );
}

#[tokio::test]
async fn inserts_beside_each_other_do_not_meet() {
    let (one, other) = as_in_redshift().await;
    one.run("begin; insert into tab1 values (2)").await.unwrap();
    other
        .run("begin; insert into tab1 values (3); commit")
        .await
        .unwrap();
    one.run("commit").await.unwrap();
    assert_eq!(one.run("select count(*) from tab1").await.unwrap(), "3");
}

#[tokio::test]
async fn by_default_no_transaction_meets_error_1023() {
    let warehouse = warehouse();
    let (one, other) = (Client::of(&warehouse), Client::of(&warehouse));
    one.run("create table tab1 (n int); create table tab2 (n int)")
        .await
        .unwrap();
    one.run("begin; select * from tab1").await.unwrap();
    other
        .run("begin; insert into tab1 values (1)")
        .await
        .unwrap();
    one.run("insert into tab2 values (1)").await.unwrap();
    other.run("select * from tab2; commit").await.unwrap();
    one.run("commit").await.unwrap();
}
