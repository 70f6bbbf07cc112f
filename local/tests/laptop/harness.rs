//! Runs case files through an embedded warehouse whose bucket `bkt` is a folder.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use local::warehouse::{EmbeddedWarehouse, Options};
use runtime_lambda::plan::{self, Batch};
use runtime_lambda::ports::{Field, StatementStatus, Submission, Warehouse as _};

/// A warehouse with a bucket.
pub struct Warehouse {
    pub embedded: EmbeddedWarehouse,
    pub folder: tempfile::TempDir,
    next: AtomicU32,
}

/// A case of a file.
struct Case {
    name: String,
    sql: String,
    expected: Option<String>,
    error: Option<String>,
}

impl Warehouse {
    pub fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let options = Options::default().bucket("bkt", folder.path());
        Self {
            embedded: EmbeddedWarehouse::in_memory(options).unwrap(),
            folder,
            next: AtomicU32::new(0),
        }
    }

    /// A warehouse that somebody opened, which has no bucket. Its executions are numbered from `next`:
    /// the number of an earlier one would be that one.
    pub fn over(embedded: EmbeddedWarehouse, next: u32) -> Self {
        Self {
            embedded,
            folder: tempfile::tempdir().unwrap(),
            next: AtomicU32::new(next),
        }
    }

    pub fn path(&self, key: &str) -> PathBuf {
        self.folder.path().join(key)
    }

    /// Runs a script as one batch: the rows of its last query, or its error.
    pub async fn script(&self, sql: &str) -> Result<Option<String>, String> {
        let statements = split(sql);
        let token = self.next.fetch_add(1, Ordering::SeqCst).to_string();
        let execution = Submission {
            statement_name: token.clone(),
            client_token: token,
            statements,
            batch: Batch::Transaction,
            parameters: Vec::new(),
            warehouse: plan::Warehouse {
                database: "dev".to_owned(),
                connection: plan::Connection::Workgroup("analytics".to_owned()),
            },
            with_event: false,
            continues: Vec::new(),
        };
        let ended = self
            .embedded
            .execute(&execution, Duration::from_secs(60))
            .await
            .map_err(|error| error.to_string())?;
        if ended.status != StatementStatus::Finished {
            return Err(ended.error.unwrap_or_else(|| format!("{:?}", ended.status)));
        }
        let Some(id) = ended.result_id else {
            return Ok(None);
        };
        let page = self
            .embedded
            .result(&id, None)
            .await
            .map_err(|error| error.to_string())?;
        let rows: Vec<String> = page
            .records
            .iter()
            .map(|record| record.iter().map(cell).collect::<Vec<_>>().join("|"))
            .collect();
        Ok(Some(rows.join(";")))
    }

    /// Runs a script and compares its rows.
    pub async fn case(&self, sql: &str, expected: Option<&str>) -> Result<(), String> {
        let found = self.script(sql).await?;
        match expected {
            Some(expected) if !same(expected, found.as_deref().unwrap_or_default()) => {
                Err(format!(
                    "expected {expected:?}, found {:?}",
                    found.unwrap_or_default()
                ))
            }
            _ => Ok(()),
        }
    }

    /// Objects that cases load.
    pub async fn seed(&self) {
        std::fs::write(
            self.path("emp.csv"),
            "name,dept,sal,hired\nann,eng,100,2020-01-15\n\"bob, jr\",ops,2.5,\n",
        )
        .unwrap();
        std::fs::write(
            self.path("gaps.csv"),
            "id,name,day,amount\n1,ann,2026-01-02,1.25\n2,NA,NA,NA\n3,,,\n",
        )
        .unwrap();
        std::fs::write(
            self.path("nested.json"),
            "{\"a\":{\"id\":1},\"n\":\"x\",\"d\":\"2026-01-01\",\"l\":[1,{\"k\":2}]}\n{\"a\":{\"id\":2},\"n\":null}\n",
        )
        .unwrap();
        std::fs::write(
            self.path("paths.json"),
            r#"{"jsonpaths": ["$.a.id", "$.n", "$.d", "$.l[1]"]}"#,
        )
        .unwrap();
        std::fs::write(self.path("no_paths.json"), r#"{"paths": []}"#).unwrap();
        std::fs::write(
            self.path("fixed.txt"),
            "1  ann 2026-01-02\n20 bobb          \n",
        )
        .unwrap();
        let parquet = "unload ('select ''ann'' as name, ''eng'' as dept, 100::numeric(10,2) as sal, ''2020-01-15''::date as hired union all select ''bob'', ''eng'', 300, ''2021-02-28'' union all select ''cat'', ''ops'', 200, null') to 's3://bkt/seed_' iam_role default format parquet parallel off";
        self.script(parquet).await.unwrap();
        std::fs::rename(self.path("seed_000.parquet"), self.path("emp.parquet")).unwrap();
        let gzip = "unload ('select ''ann'', ''eng'', 100::numeric(10,2), ''2020-01-15''::date union all select ''bob'', ''ops'', 7, null') to 's3://bkt/seed_' iam_role default delimiter '|' gzip parallel off";
        self.script(gzip).await.unwrap();
        std::fs::rename(self.path("seed_000.gz"), self.path("emp.tbl.gz")).unwrap();
    }
}

/// Runs all cases of a file; fails with every case that does not give what it should.
pub async fn run(text: &str, count: usize) {
    let warehouse = Warehouse::open();
    warehouse.seed().await;
    let cases = cases(text);
    let mut failed = Vec::new();
    for case in &cases {
        let outcome = match &case.error {
            None => warehouse.case(&case.sql, case.expected.as_deref()).await,
            Some(error) => match warehouse.script(&case.sql).await {
                Err(found) if found.contains(error.as_str()) => Ok(()),
                Err(found) => Err(format!("expected the error {error:?}, found {found:?}")),
                Ok(rows) => Err(format!("expected the error {error:?}, found {rows:?}")),
            },
        };
        if let Err(why) = outcome {
            failed.push(format!("{}: {why}", case.name));
        }
    }
    println!("{} of {} cases", cases.len() - failed.len(), cases.len());
    assert!(cases.len() >= count.max(1), "{} cases", cases.len());
    assert!(
        failed.is_empty(),
        "{} failed:\n{}",
        failed.len(),
        failed.join("\n")
    );
}

fn cases(text: &str) -> Vec<Case> {
    text.split("### ")
        .skip(1)
        .map(|case| {
            let (name, rest) = case.split_once('\n').unwrap_or((case, ""));
            let mut sql = String::new();
            let (mut expected, mut error) = (None, None);
            for line in rest.lines() {
                if let Some(rows) = line.strip_prefix("=> ") {
                    expected = Some(rows.to_owned());
                } else if let Some(message) = line.strip_prefix("=! ") {
                    error = Some(message.to_owned());
                } else {
                    sql.push_str(line);
                    sql.push('\n');
                }
            }
            Case {
                name: name.to_owned(),
                sql,
                expected,
                error,
            }
        })
        .collect()
}

/// What a warehouse is asked to execute, by its client token.
pub fn execution(token: &str, statements: &[&str], batch: Batch) -> Submission {
    Submission {
        statement_name: format!("name-{token}"),
        client_token: token.to_owned(),
        statements: statements.iter().map(|&s| s.to_owned()).collect(),
        batch,
        parameters: Vec::new(),
        warehouse: plan::Warehouse {
            database: "dev".to_owned(),
            connection: plan::Connection::Workgroup("analytics".to_owned()),
        },
        with_event: false,
        continues: Vec::new(),
    }
}

/// The statements of a script.
pub fn split(sql: &str) -> Vec<String> {
    let parsed = redshift_sql::parse(sql);
    assert_eq!(parsed.unread, None, "{sql}");
    let statements = parsed.statements.iter();
    statements
        .map(|statement| statement.span.of(sql).to_owned())
        .collect()
}

fn cell(field: &Field) -> String {
    match field {
        Field::IsNull(_) => "NULL".to_owned(),
        Field::BooleanValue(value) => value.to_string(),
        Field::LongValue(value) => value.to_string(),
        Field::DoubleValue(value) => value.to_string(),
        Field::StringValue(value) => value.replace('\n', "\\n"),
    }
}

/// Rows are the same if their cells are; numbers by value.
fn same(expected: &str, found: &str) -> bool {
    let cells = |text: &str| -> Vec<Vec<String>> {
        text.split(';')
            .map(|row| row.split('|').map(str::to_owned).collect())
            .collect()
    };
    let (expected, found) = (cells(expected), cells(found));
    expected.len() == found.len()
        && expected.iter().zip(&found).all(|(expected, found)| {
            expected.len() == found.len()
                && expected.iter().zip(found).all(|(expected, found)| {
                    expected == found
                        || matches!((expected.parse::<f64>(), found.parse::<f64>()), (Ok(a), Ok(b)) if (a - b).abs() < 1e-12)
                })
        })
}
