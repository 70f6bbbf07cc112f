//! SQL that reaches for files outside: from a step, an RSQL script, a stored procedure and a client of
//! the served warehouse. Each way has to fail in each of them, and nothing outside may be read or
//! written.

#![cfg(unix)]
use std::collections::BTreeMap;
use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use crate::attacks::{Attack, attacks};
use local::data_api::{Access, DataApiServer, ServerSettings};
use local::folder::Within;
use local::rsql::{RunnableScript, WarehouseSession};
use local::warehouse::{EmbeddedWarehouse, Options};
use runtime_lambda::plan::{self, Batch};
use runtime_lambda::ports::{StatementStatus, Submission, Warehouse as _};
use serde_json::{Value, json};

/// Content of the files outside.
const SECRET: &str = "secret-19e2";

const LONG: Duration = Duration::from_secs(60);

/// A folder of a pipeline with a warehouse, and another folder that is nobody's business.
struct Place {
    _all: tempfile::TempDir,
    inside: PathBuf,
    outside: PathBuf,
}

impl Place {
    fn new() -> Self {
        let all = tempfile::tempdir().unwrap();
        let root = all.path().canonicalize().unwrap();
        let (inside, outside) = (root.join("inside"), root.join("outside"));
        fs::create_dir_all(inside.join("bucket/folder")).unwrap();
        fs::create_dir_all(inside.join(".sfc")).unwrap();
        fs::create_dir_all(&outside).unwrap();
        fs::write(outside.join("canary.csv"), format!("a\n{SECRET}\n")).unwrap();
        fs::write(
            outside.join("canary.json"),
            format!("{{\"a\": \"{SECRET}\"}}\n"),
        )
        .unwrap();
        let database = duckdb::Connection::open(outside.join("canary.duckdb")).unwrap();
        database
            .execute_batch(&format!(
                "create table canary as select '{SECRET}' as a;
                 copy canary to '{}/canary.parquet'",
                outside.display()
            ))
            .unwrap();
        drop(database);
        let link = |to: &str, name: &str| {
            std::os::unix::fs::symlink(to, inside.join("bucket").join(name)).unwrap();
        };
        link("../../outside", "link");
        link("../../outside/canary.csv", "linked.csv");
        link(outside.to_str().unwrap(), "absolute");
        let entry = |url: &str| json!({ "entries": [{ "url": url, "mandatory": true }] });
        fs::write(
            inside.join("bucket/manifest"),
            entry("s3://b/link/canary.csv").to_string(),
        )
        .unwrap();
        fs::write(
            inside.join("bucket/manifest-up"),
            entry("s3://b/../outside/canary.csv").to_string(),
        )
        .unwrap();
        Self {
            inside,
            outside,
            _all: all,
        }
    }

    fn warehouse(&self) -> EmbeddedWarehouse {
        let options = Options::default().bucket("b", Within::new(&self.inside, "bucket"));
        EmbeddedWarehouse::open(self.inside.join(".sfc/warehouse.duckdb"), options).unwrap()
    }

    /// What lies outside: paths and contents.
    fn outside(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        files(&self.outside)
    }

    fn attacks(&self) -> Vec<Attack> {
        attacks(
            self.outside.to_str().unwrap(),
            self.inside.to_str().unwrap(),
        )
    }
}

fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.insert(path.clone(), fs::read(path).unwrap());
        }
    }
    found
}

/// Runs statements; what they returned, or why they failed.
async fn step(warehouse: &EmbeddedWarehouse, statements: &[&str]) -> Result<String, String> {
    static NEXT: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
    let token = NEXT
        .fetch_add(1, std::sync::atomic::Ordering::SeqCst)
        .to_string();
    let execution = Submission {
        statement_name: token.clone(),
        client_token: token,
        statements: statements.iter().map(|&text| text.to_owned()).collect(),
        batch: Batch::Transaction,
        parameters: Vec::new(),
        warehouse: place(),
        with_event: false,
        continues: Vec::new(),
    };
    let ended = warehouse.execute(&execution, LONG).await.unwrap();
    if ended.status != StatementStatus::Finished {
        return Err(ended.error.unwrap_or_default());
    }
    match ended.result_id {
        None => Ok(String::new()),
        Some(id) => {
            let page = warehouse.result(&id, None).await.unwrap();
            Ok(format!("{:?}", page.records))
        }
    }
}

fn place() -> plan::Warehouse {
    plan::Warehouse {
        database: "dev".to_owned(),
        connection: plan::Connection::Workgroup("analytics".to_owned()),
    }
}

async fn rsql(warehouse: &Arc<EmbeddedWarehouse>, sql: &str) -> Result<String, String> {
    let mut session = WarehouseSession::open(Arc::clone(warehouse), place(), "test").unwrap();
    let text = format!("\\set ON_ERROR_STOP on\n{sql};\n");
    let script = RunnableScript {
        text: &text,
        variables: &[],
        files: &|_: &str| Err("it does not exist".to_owned()),
    };
    let ended = local::rsql::run(script, &mut session).await;
    if ended.code == 0 && ended.error.is_none() {
        Ok(ended.output)
    } else {
        Err(format!("{}{:?}", ended.output, ended.error))
    }
}

/// In a procedure a query's rows go into a table, which is read afterwards.
async fn procedure(warehouse: &EmbeddedWarehouse, attack: &Attack) -> Result<String, String> {
    let (body, loot) = if attack.is_query {
        (
            format!("create table loot as {}", attack.sql),
            "select * from loot",
        )
    } else {
        (attack.sql.clone(), "select 'ran' as a")
    };
    let create = format!(
        "create or replace procedure attack() as $attack$ begin {body}; end $attack$ language plpgsql"
    );
    let ended = step(warehouse, &[&create, "call attack()", loot]).await;
    let _ = step(warehouse, &["drop table if exists loot"]).await;
    ended
}

/// A client of a served warehouse.
struct Client {
    address: String,
}

impl Client {
    async fn of(warehouse: EmbeddedWarehouse) -> Self {
        let server = DataApiServer::bind(warehouse, ServerSettings::new(Access::Any))
            .await
            .unwrap();
        let address = server.url().trim_start_matches("http://").to_owned();
        tokio::spawn(server.run(std::future::pending(), |_| ()));
        Self { address }
    }

    fn call(&self, operation: &str, body: &Value) -> Value {
        let body = body.to_string();
        let request = format!(
            "POST / HTTP/1.1\r\nHost: {}\r\nX-Amz-Target: RedshiftData.{operation}\r\n\
             Content-Type: application/x-amz-json-1.1\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
            self.address,
            body.len()
        );
        let answer = tokio::task::block_in_place(|| {
            let mut peer = TcpStream::connect(&self.address).unwrap();
            peer.write_all(request.as_bytes()).unwrap();
            let mut answer = String::new();
            peer.read_to_string(&mut answer).unwrap();
            answer
        });
        let (_, body) = answer.split_once("\r\n\r\n").unwrap();
        serde_json::from_str(body).unwrap()
    }

    fn run(&self, sql: &str) -> Result<String, String> {
        let body = json!({
            "Sql": sql, "WorkgroupName": "analytics", "Database": "dev", "WaitTimeSeconds": 10,
        });
        let started = self.call("ExecuteStatement", &body);
        let id = json!({ "Id": started["Id"], "WaitTimeSeconds": 10 });
        let described = self.call("DescribeStatement", &id);
        if described["Status"] != "FINISHED" {
            return Err(described.to_string());
        }
        if described["HasResultSet"] != true {
            return Ok(String::new());
        }
        let result = self.call("GetStatementResult", &id);
        Ok(result.to_string())
    }
}

/// Counts attacks and says which ones were not refused.
#[derive(Default)]
struct Tally {
    attacks: usize,
    breaches: Vec<String>,
}

impl Tally {
    fn add(&mut self, source: &str, attack: &Attack, ended: &Result<String, String>) {
        self.attacks += 1;
        let (Ok(text) | Err(text)) = ended;
        if ended.is_ok() || text.contains(SECRET) {
            self.breaches
                .push(format!("{source}: {}\n    {ended:?}", attack.sql));
        }
    }

    fn end(self, at_least: usize) {
        println!("{} attacks, {} breaches", self.attacks, self.breaches.len());
        assert!(self.breaches.is_empty(), "{}", self.breaches.join("\n"));
        assert!(self.attacks >= at_least, "{}", self.attacks);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_way_leads_outside() {
    let place = Place::new();
    let before = place.outside();
    let mut tally = Tally::default();

    let warehouse = Arc::new(place.warehouse());
    let tables = [
        "create table t (a varchar(100))",
        "insert into t values ('1')",
    ];
    step(&warehouse, &tables).await.unwrap();
    // Each of the four ways to ask does run what is harmless.
    let alive = Attack::query("select 'alive' as a");
    assert!(
        step(&warehouse, &[&alive.sql])
            .await
            .unwrap()
            .contains("alive")
    );
    assert!(
        rsql(&warehouse, &alive.sql)
            .await
            .unwrap()
            .contains("alive")
    );
    assert!(
        procedure(&warehouse, &alive)
            .await
            .unwrap()
            .contains("alive")
    );
    for attack in place.attacks() {
        tally.add("step", &attack, &step(&warehouse, &[&attack.sql]).await);
        tally.add("RSQL", &attack, &rsql(&warehouse, &attack.sql).await);
        tally.add("procedure", &attack, &procedure(&warehouse, &attack).await);
    }
    drop(warehouse);

    let client = Client::of(place.warehouse()).await;
    assert!(client.run(&alive.sql).unwrap().contains("alive"));
    for attack in place.attacks() {
        tally.add("client", &attack, &client.run(&attack.sql));
    }

    assert_eq!(place.outside(), before);
    tally.end(400);
}

/// Whoever writes into the warehouse's own tables gets SQL past the dialect; the engine stops it.
#[tokio::test(flavor = "multi_thread")]
async fn what_gets_past_the_dialect_meets_the_engine() {
    let place = Place::new();
    let before = place.outside();
    let warehouse = place.warehouse();
    let out = place.outside.display();
    let kinds = [
        format!("varchar); copy (select 1) to ''{out}/pwned''; select (('1')::varchar"),
        format!("varchar) || (select content from read_text(''{out}/canary.csv'')"),
        format!("varchar); attach ''{out}/canary.duckdb'' as c; select (('1')::varchar"),
        "varchar); set enable_external_access = true; select (('1')::varchar".to_owned(),
        "varchar); set allowed_directories = [''/'']; select (('1')::varchar".to_owned(),
        format!("varchar); set temp_directory = ''{out}''; select (('1')::varchar"),
        format!("varchar); pragma profiling_output = ''{out}/pwned''; select (('1')::varchar"),
        "varchar); reset lock_configuration; select (('1')::varchar".to_owned(),
        "varchar); install httpfs; select (('1')::varchar".to_owned(),
        "varchar); load httpfs; select (('1')::varchar".to_owned(),
        format!("varchar); export database ''{out}/pwned''; select (('1')::varchar"),
    ];
    for kind in kinds {
        let arguments = format!(r#"[{{"name":"a","kind":"{kind}"}}]"#);
        let insert = format!(
            "insert into redshift.procedures values ('public', 'attack', '{arguments}', 'begin create table loot as select a; end')"
        );
        let _ = step(&warehouse, &["delete from redshift.procedures"]).await;
        let planted = step(&warehouse, &[&insert]).await;
        let called = step(&warehouse, &["call attack('x')"]).await;
        assert!(planted.is_err() || called.is_err(), "{kind}: {called:?}");
        let (Ok(text) | Err(text)) = called;
        assert!(!text.contains(SECRET), "{kind}");
    }
    // The settings hold: what the warehouse itself needs still works.
    step(
        &warehouse,
        &["set timezone to 'America/New_York'", "select getdate()"],
    )
    .await
    .unwrap();
    let unload = "unload ('select 1 as a') to 's3://b/folder/x' iam_role default csv";
    step(&warehouse, &[unload]).await.unwrap();
    assert_eq!(place.outside(), before);
}

#[tokio::test]
async fn a_query_that_spills_spills_into_the_scratch_folder() {
    let place = Place::new();
    let warehouse = place.warehouse();
    let scratch = place.inside.join(".sfc/warehouse.duckdb.scratch");
    assert!(scratch.is_dir());
    use std::os::unix::fs::PermissionsExt as _;
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&scratch), 0o700);
    assert_eq!(mode(&place.inside.join(".sfc/warehouse.duckdb")), 0o600);
    drop(warehouse);
    assert!(!scratch.exists());
}

#[tokio::test]
async fn a_link_in_place_of_the_scratch_folder_is_not_followed() {
    let place = Place::new();
    let before = place.outside();
    let scratch = place.inside.join(".sfc/warehouse.duckdb.scratch");
    std::os::unix::fs::symlink(&place.outside, &scratch).unwrap();
    let warehouse = place.warehouse();
    assert!(!scratch.is_symlink());
    let unload = "unload ('select 1 as a') to 's3://b/folder/x' iam_role default csv";
    step(&warehouse, &[unload]).await.unwrap();
    assert_eq!(place.outside(), before);
}

/// A bucket's folder that is exchanged for a link while the warehouse is open.
#[tokio::test]
async fn a_link_that_appears_later_is_refused() {
    let place = Place::new();
    let before = place.outside();
    let warehouse = place.warehouse();
    step(&warehouse, &["create table t (a varchar(100))"])
        .await
        .unwrap();
    fs::write(place.inside.join("bucket/folder/x.csv"), "fine\n").unwrap();
    let copy = "copy t from 's3://b/folder/' iam_role default csv";
    step(&warehouse, &[copy]).await.unwrap();
    fs::remove_dir_all(place.inside.join("bucket/folder")).unwrap();
    std::os::unix::fs::symlink(&place.outside, place.inside.join("bucket/folder")).unwrap();
    let refused = step(&warehouse, &[copy]).await.unwrap_err();
    assert!(
        refused.contains("a link leads out of the folder"),
        "{refused}"
    );
    let clean = "unload ('select 1 as a') to 's3://b/folder/' iam_role default csv cleanpath";
    step(&warehouse, &[clean]).await.unwrap_err();
    assert_eq!(place.outside(), before);
}

#[tokio::test]
async fn a_folder_whose_name_looks_like_a_pattern_works() {
    let all = tempfile::tempdir().unwrap();
    // A question mark in the path of its file is beyond the engine itself.
    let inside = all.path().join("a [b] *");
    fs::create_dir_all(inside.join("bucket")).unwrap();
    fs::write(inside.join("bucket/x[1].csv"), "1\n2\n").unwrap();
    let options = Options::default().bucket("b", Within::new(&inside, "bucket"));
    let warehouse = EmbeddedWarehouse::open(inside.join("w.duckdb"), options).unwrap();
    let statements = [
        "create table t (a int)",
        "copy t from 's3://b/x' iam_role default csv",
        "unload ('select a, a % 2 as p from t') to 's3://b/out/' iam_role default parquet partition by (p)",
        "select sum(a) from t",
    ];
    let sum = step(&warehouse, &statements).await.unwrap();
    assert_eq!(sum, "[[LongValue(3)]]");
    assert_eq!(files(&inside.join("bucket/out")).len(), 2);
}

#[tokio::test]
async fn explain_runs_nothing() {
    let place = Place::new();
    let warehouse = place.warehouse();
    step(
        &warehouse,
        &["create table t (a int)", "insert into t values (1)"],
    )
    .await
    .unwrap();
    for sql in [
        "explain select * from t",
        "explain verbose select count(*) from t",
        "explain (select a from t) union (select 2)",
        "explain with x as (select 1 as a) select * from x",
        "explain create table u as select * from t",
        "explain insert into t (a) values (2)",
        "explain update t set a = 3",
        "explain delete from t",
    ] {
        let plan = step(&warehouse, &[sql]).await.unwrap();
        assert!(plan.matches("StringValue").count() > 2, "{sql}: {plan}");
    }
    for sql in [
        "explain analyze select 1",
        "explain (analyze) select 1",
        "explain ((analyze)) select 1",
        "explain (analyze, format json) select 1",
        "explain explain select 1",
        "explain copy t from 's3://b/x' iam_role default",
        "explain truncate t",
        "explain create table u (a int)",
        "explain",
    ] {
        assert!(step(&warehouse, &[sql]).await.is_err(), "{sql}");
    }
    assert_eq!(
        step(&warehouse, &["select a from t"]).await.unwrap(),
        "[[LongValue(1)]]"
    );
    assert!(step(&warehouse, &["select * from u"]).await.is_err());
}

/// A version of the engine returned a row for each group that it did not have.
#[tokio::test]
async fn the_first_row_of_each_group_of_an_empty_table_is_none() {
    let place = Place::new();
    let warehouse = place.warehouse();
    let none = "[[LongValue(0)]]";
    let over_nothing = [
        "create table e (a int, b int)",
        "select count(*) from (select *, row_number() over (order by a) r from e) where r = 1",
    ];
    assert_eq!(step(&warehouse, &over_nothing).await.unwrap(), none);
    for query in [
        "select count(*) from (select *, row_number() over (partition by a order by b) r from e) where r = 1",
        "select count(*) from (select *, rank() over (order by a) r from e) where r = 1",
        "select count(*) from (select *, row_number() over (order by a desc) r from e where a > 0) where r <= 1",
        "select count(*) from (select *, row_number() over (partition by a order by b desc) r from e) x where x.r = 1 and x.a = 1",
    ] {
        assert_eq!(step(&warehouse, &[query]).await.unwrap(), none, "{query}");
    }
}
