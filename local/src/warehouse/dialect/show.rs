//! SHOW of the catalog (AWS pages: `SHOW TABLE`, `SHOW EXTERNAL TABLE`, `SHOW VIEW`, `SHOW PROCEDURE`, `SHOW
//! COLUMNS`, `SHOW TABLES`, `SHOW SCHEMAS`, `SHOW DATABASES`, `SHOW CONSTRAINTS`).

use redshift_sql::tree::{ExpressionKind, Name, ObjectName, Show, ShowKind};

use super::statement::{Dropped, EngineSql, Statement};
use super::writer::Writer;
use super::{Refusal, aws_only, quote_name, quote_text, settings, signature, system_views};

/// Most rows of a list (AWS page: `SHOW TABLES`).
const MOST_ROWS: u32 = 10_000;

/// Translates SHOW: of one relation or procedure into its definition, of a list into a query.
pub(super) fn show(show: &Show, writer: Writer<'_>) -> Result<Statement, Refusal> {
    let definition = |kind, name: &ObjectName| {
        Ok(Statement::ShowDefinition {
            kind,
            name: writer.relation(name)?,
            signature: None,
        })
    };
    let mut conditions = Vec::new();
    let (view, filtered) = match &show.kind {
        ShowKind::Table(name) => return definition(Dropped::Table, name),
        ShowKind::ExternalTable { table, partition } => {
            let partitions = *partition;
            return definition(Dropped::ExternalTable { partitions }, table);
        }
        ShowKind::View(name) => return definition(Dropped::View, name),
        ShowKind::Procedure(routine) => {
            return Ok(Statement::ShowDefinition {
                kind: Dropped::Procedure,
                name: writer.relation(&routine.name)?,
                signature: routine
                    .arguments
                    .as_deref()
                    .map(signature::signature_of)
                    .transpose()?,
            });
        }
        ShowKind::Databases(_) => ("show_databases", "database_name"),
        ShowKind::Schemas(database) => {
            own_database(database.name(), writer)?;
            ("show_schemas", "schema_name")
        }
        ShowKind::Tables(schema) => {
            own_database(schema.schema(), writer)?;
            conditions.push(equals("schema_name", last(schema)));
            ("show_tables", "table_name")
        }
        ShowKind::Procedures(schema) => {
            own_database(schema.schema(), writer)?;
            conditions.push(equals("schema_name", last(schema)));
            ("show_procedures", "procedure_name")
        }
        ShowKind::Functions(schema) => {
            own_database(schema.schema(), writer)?;
            conditions.push(equals("schema_name", last(schema)));
            ("show_functions", "function_name")
        }
        ShowKind::Columns(table) => {
            if let [database, _, _] = table.parts.as_slice() {
                own_database(Some(database), writer)?;
            }
            conditions.extend(of_table("schema_name", "table_name", table));
            ("show_columns", "column_name")
        }
        ShowKind::Constraints {
            foreign: false,
            table,
            ..
        } => {
            conditions.extend(of_table("schema_name", "table_name", table));
            ("show_primary_keys", "pk_name")
        }
        ShowKind::Constraints {
            exported: false,
            table,
            ..
        } => {
            conditions.extend(of_table("fk_schema_name", "fk_table_name", table));
            ("show_foreign_keys", "fk_name")
        }
        ShowKind::Constraints { table, .. } => {
            conditions.extend(of_table("pk_schema_name", "pk_table_name", table));
            ("show_foreign_keys", "fk_name")
        }
        ShowKind::Datashares => ("show_datashares", "share_name"),
        other => {
            return match refused(other) {
                Some(what) => Err(Refusal::Unsupported(what.to_owned())),
                None => settings::show(show),
            };
        }
    };
    if let Some(pattern) = &show.like {
        let ExpressionKind::Text(pattern) = &pattern.bare().kind else {
            return Err(Refusal::syntax("SHOW … LIKE takes a text"));
        };
        conditions.push(format!(
            "{filtered} like {} escape '\\'",
            quote_text(pattern)
        ));
    }
    let limit = match show.limit.as_ref().map(|limit| &limit.bare().kind) {
        None => MOST_ROWS,
        Some(ExpressionKind::Number(number)) => number
            .parse()
            .ok()
            .filter(|limit| *limit <= MOST_ROWS)
            .ok_or_else(|| Refusal::syntax(format!("LIMIT of SHOW is 0 to {MOST_ROWS}")))?,
        Some(_) => return Err(Refusal::syntax("LIMIT of SHOW takes a number")),
    };
    let rows = system_views::definition(view, writer.context)
        .ok_or_else(|| Refusal::Unsupported(format!("SHOW: {view}")))?;
    let condition = match conditions.as_slice() {
        [] => String::new(),
        all => format!(" where {}", all.join(" and ")),
    };
    Ok(Statement::Query(EngineSql::plain(format!(
        "select * from ({rows}) as {}{condition} limit {limit}",
        quote_name(view)
    ))))
}

/// What SHOW shows that a laptop has not.
fn refused(kind: &ShowKind) -> Option<&'static str> {
    Some(match kind {
        ShowKind::Model(_) => aws_only::SHOW_MODEL,
        ShowKind::Function(_) => "SHOW FUNCTION",
        ShowKind::Parameters(_) => "SHOW PARAMETERS: write SHOW PROCEDURE",
        ShowKind::Template(_) | ShowKind::Templates(_) => "SHOW TEMPLATE",
        ShowKind::GrantsOn { .. } | ShowKind::GrantsFor { .. } => {
            "SHOW GRANTS: the laptop has no permissions"
        }
        ShowKind::Policies { .. } => "SHOW POLICIES: the laptop has no policies",
        _ => return None,
    })
}

/// A laptop has one database, and lists nothing of others.
fn own_database(name: Option<&Name>, writer: Writer<'_>) -> Result<(), Refusal> {
    let own = writer.context.database;
    match name {
        Some(name) if !name.text.eq_ignore_ascii_case(own) => Err(Refusal::Unsupported(format!(
            "other databases than {own}: `{}`",
            name.text
        ))),
        _ => Ok(()),
    }
}

fn last(name: &ObjectName) -> &str {
    name.name().map_or("", |name| name.text.as_str())
}

fn equals(column: &str, value: &str) -> String {
    format!("{column} = {}", quote_text(value))
}

/// A table by its name; without a schema, where the session looks for it.
fn of_table(schema: &str, table: &str, name: &ObjectName) -> Vec<String> {
    let schema = match name.schema() {
        Some(given) => equals(schema, &given.text),
        None => format!("{schema} = current_schema()"),
    };
    vec![schema, equals(table, last(name))]
}
