//! The questions to a warehouse, and whom they are asked of.

use std::collections::BTreeSet;

use runtime_lambda::plan::Warehouse;

use super::unread;
use crate::aws::{Aws, NoRows, TextRows};
use crate::commands::session::EarlyEnd;

/// Queries, and the values of their parameters.
#[derive(Debug)]
pub(super) struct Questions {
    columns: String,
    external: String,
    parameters: Vec<(String, String)>,
}

/// What the warehouse says.
#[derive(Debug)]
pub(super) struct SchemaAnswers {
    /// Columns of all tables and views: schema, table, column, position, `NO` where it takes no null,
    /// type, length, digits, digits behind the point.
    pub columns: TextRows,
    /// Columns of external tables: schema, table, column, position, type, position among those that
    /// the files are parted by.
    pub external: TextRows,
    /// Why there are none of external tables, if they could not be read.
    pub no_external: Option<String>,
}

impl Questions {
    /// About these schemas; about all if there are none (AWS pages: `SVV_COLUMNS`,
    /// `SVV_EXTERNAL_COLUMNS`).
    pub fn about(schemas: &BTreeSet<String>) -> Self {
        let names: Vec<String> = (0..schemas.len())
            .map(|at| format!("schema_{at}"))
            .collect();
        let within = |column: &str| {
            let list: Vec<String> = names.iter().map(|name| format!(":{name}")).collect();
            match list.as_slice() {
                [] => {
                    format!("{column} not in ('information_schema', 'pg_catalog', 'pg_internal')")
                }
                list => format!("lower({column}) in ({})", list.join(", ")),
            }
        };
        Self {
            columns: format!(
                "select table_schema, table_name, column_name, ordinal_position, is_nullable, data_type, \
                 character_maximum_length, numeric_precision, numeric_scale \
                 from svv_columns where {} order by 1, 2, 4",
                within("table_schema")
            ),
            external: format!(
                "select schemaname, tablename, columnname, columnnum, external_type, part_key \
                 from svv_external_columns where {} order by 1, 2, 4",
                within("schemaname")
            ),
            parameters: names.into_iter().zip(schemas.iter().cloned()).collect(),
        }
    }
}

/// Asks Redshift by the Data API.
pub(super) async fn in_aws(
    aws: &Aws,
    warehouse: &Warehouse,
    questions: &Questions,
) -> Result<SchemaAnswers, EarlyEnd> {
    let ask = |sql| aws.query(warehouse, sql, &questions.parameters);
    let columns = ask(&questions.columns).await.map_err(|no| match no {
        NoRows::Call(failure) => EarlyEnd::from(failure),
        NoRows::Statement(why) => unread(why),
    })?;
    // Whoever may not see the catalog of external tables may still see all others.
    let (external, no_external) = match ask(&questions.external).await {
        Ok(rows) => (rows, None),
        Err(NoRows::Statement(why)) => (TextRows::new(), Some(why)),
        Err(NoRows::Call(failure)) => return Err(failure.into()),
    };
    Ok(SchemaAnswers {
        columns,
        external,
        no_external,
    })
}

#[cfg(feature = "local")]
pub(super) use embedded::locally;

#[cfg(feature = "local")]
mod embedded {
    use std::time::Duration;

    use local::warehouse::{EmbeddedWarehouse, OpenFailure, Options};
    use runtime_lambda::plan::{Batch, Warehouse};
    use runtime_lambda::ports::{StatementStatus, Submission};
    use serde_json::Value;

    use super::super::unread;
    use super::{Questions, SchemaAnswers};
    use crate::aws::TextRows;
    use crate::commands::session::EarlyEnd;
    use crate::diagnostic::{Code, Diagnostic};
    use crate::exit::Exit;
    use crate::project::Project;

    /// How long one wait for a statement lasts.
    const WAIT: Duration = Duration::from_secs(20);

    /// Asks the local warehouse.
    pub(in super::super) async fn locally(
        project: &Project,
        warehouse: &Warehouse,
        questions: &Questions,
    ) -> Result<SchemaAnswers, EarlyEnd> {
        let home = project
            .home()
            .map_err(|diagnostic| EarlyEnd::with(Exit::BadInput, *diagnostic))?;
        let file = home.join("warehouse.duckdb");
        if !file.is_file() {
            return Err(EarlyEnd::with(
                Exit::BadInput,
                Diagnostic::error(Code::SchemaEmpty, "there is no local warehouse yet")
                    .in_file(&project.spec)
                    .help("`sfc run` and `sfc serve` make it; without `--local`, the one in AWS is read"),
            ));
        }
        let options = Options::default().database(&warehouse.database);
        let embedded = EmbeddedWarehouse::open(&file, options).map_err(|failure| {
            let help = match failure {
                OpenFailure::InUse { .. } => "end the run or the server that is using it",
                _ => "mend what it names, or remove `.sfc` if nothing in it is needed",
            };
            EarlyEnd::with(
                Exit::Trouble,
                Diagnostic::error(Code::LocalTrouble, failure.to_string())
                    .in_file(&project.spec)
                    .help(help),
            )
        })?;
        Ok(SchemaAnswers {
            columns: rows(&embedded, warehouse, &questions.columns, questions).await?,
            external: rows(&embedded, warehouse, &questions.external, questions).await?,
            no_external: None,
        })
    }

    async fn rows(
        embedded: &EmbeddedWarehouse,
        warehouse: &Warehouse,
        sql: &str,
        questions: &Questions,
    ) -> Result<TextRows, EarlyEnd> {
        let execution = Submission {
            warehouse: warehouse.clone(),
            statement_name: "sfc-import-schema".to_owned(),
            client_token: String::new(),
            statements: vec![sql.to_owned()],
            batch: Batch::Transaction,
            parameters: questions.parameters.clone(),
            with_event: false,
            continues: Vec::new(),
        };
        let statement = embedded
            .submit(&execution, None)
            .map_err(|error| unread(error.to_string()))?;
        while !statement.ended() {
            statement.ended_within(WAIT).await;
        }
        let view = statement.view();
        if view.status != StatementStatus::Finished {
            return Err(unread(view.error.unwrap_or_default()));
        }
        let mut rows = TextRows::new();
        for number in 0.. {
            let page = statement
                .page(1, number)
                .map_err(|error| unread(error.to_string()))?;
            let records: Vec<Vec<Value>> =
                serde_json::from_slice(&page.records).map_err(|error| unread(error.to_string()))?;
            rows.extend(
                records
                    .iter()
                    .map(|record| record.iter().map(text).collect()),
            );
            if !page.more {
                break;
            }
        }
        Ok(rows)
    }

    /// The value of a field as the Data API writes it: `{"stringValue": "x"}`.
    fn text(field: &Value) -> Option<String> {
        let (kind, value) = field.as_object()?.iter().next()?;
        match value {
            _ if kind == "isNull" => None,
            Value::String(text) => Some(text.clone()),
            other => Some(other.to_string()),
        }
    }
}
