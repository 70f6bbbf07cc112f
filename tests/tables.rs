//! Looks into the warehouse that a local run left behind.

use std::path::Path;
use std::time::Duration;

use local::warehouse::{EmbeddedWarehouse, Options};
use runtime_lambda::plan::{self, Batch};
use runtime_lambda::ports::{Field, StatementStatus, Submission, Warehouse as _};

/// The rows of the last of these statements, values as text; nothing of it is kept. `buckets` are
/// names and folders inside of `folder`.
pub fn rows_with(folder: &Path, buckets: &[(&str, &str)], statements: &[&str]) -> Vec<Vec<String>> {
    let mut options = Options::default();
    for (bucket, place) in buckets {
        options = options.bucket(*bucket, folder.join(place));
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let place = plan::Warehouse {
            database: "dev".to_owned(),
            connection: plan::Connection::Workgroup("w".to_owned()),
        };
        let warehouse =
            EmbeddedWarehouse::open(folder.join(".sfc/warehouse.duckdb"), options).unwrap();
        let execution = Submission {
            warehouse: place,
            statement_name: "look".to_owned(),
            // A token of its own each time: what was done under one is not done again.
            client_token: format!("{:?}", std::time::SystemTime::now())
                .chars()
                .filter(char::is_ascii_digit)
                .collect(),
            statements: statements.iter().map(|sql| (*sql).to_owned()).collect(),
            batch: Batch::Transaction,
            parameters: Vec::new(),
            with_event: false,
            continues: Vec::new(),
        };
        let ended = warehouse
            .execute(&execution, Duration::from_secs(60))
            .await
            .unwrap();
        assert_eq!(ended.status, StatementStatus::Finished, "{ended:?}");
        let mut rows = Vec::new();
        let id = ended.result_id.unwrap();
        let mut token = None;
        loop {
            let page = warehouse.result(&id, token.as_deref()).await.unwrap();
            rows.extend(
                page.records
                    .iter()
                    .map(|row| row.iter().map(text).collect()),
            );
            token = page.next_token;
            if token.is_none() {
                return rows;
            }
        }
    })
}

/// The rows of a query.
pub fn rows(folder: &Path, sql: &str) -> Vec<Vec<String>> {
    rows_with(folder, &[], &[sql])
}

fn text(field: &Field) -> String {
    match field {
        Field::IsNull(_) => "NULL".to_owned(),
        Field::BooleanValue(value) => value.to_string(),
        Field::LongValue(value) => value.to_string(),
        Field::DoubleValue(value) => value.to_string(),
        Field::StringValue(value) => value.trim_end().to_owned(),
    }
}

/// The records of a CSV file, its header left out. The files of the examples quote nothing but commas
/// and quotes.
pub fn csv(path: &Path) -> Vec<Vec<String>> {
    let text = std::fs::read_to_string(path).unwrap();
    text.lines().skip(1).map(record).collect()
}

fn record(line: &str) -> Vec<String> {
    let mut fields = vec![String::new()];
    let mut quoted = false;
    let mut characters = line.chars().peekable();
    while let Some(character) = characters.next() {
        let field = fields.last_mut().unwrap();
        match character {
            '"' if quoted && characters.peek() == Some(&'"') => {
                characters.next();
                field.push('"');
            }
            '"' => quoted = !quoted,
            ',' if !quoted => fields.push(String::new()),
            other => field.push(other),
        }
    }
    fields
}
