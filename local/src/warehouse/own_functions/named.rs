//! The functions of a name, as the front end's binder asks for them.

use duckdb::Connection;
use redshift_sql::SmolStr;
use redshift_sql::names::OwnFunction;
use redshift_sql::tree::{ObjectName, StatementKind, TypeName};
use redshift_sql::types::Type;

/// Rows of the functions of the name `$1`: of the schema `$2`, or of those that the session looks in.
pub(super) const NAMED: &str = "from redshift.functions
     where function_name = $1 and ($2 = '' or schema_name = $2)
       and ($2 <> '' or list_contains(current_schemas(false), schema_name))
     order by list_position(current_schemas(false), schema_name), arguments";

/// The functions of a name, as the binder asks for them. The types are those of the statement that made
/// them.
pub(in crate::warehouse) fn named(connection: &Connection, name: &ObjectName) -> Vec<OwnFunction> {
    let text = name.name().map_or("", |name| name.text.as_str());
    let schema = name.schema().map_or("", |schema| schema.text.as_str());
    let found = connection
        .prepare_cached(&format!("select schema_name, body, macro_name {NAMED}"))
        .and_then(|mut prepared| {
            prepared
                .query_map([text, schema], |row| {
                    Ok((
                        row.get::<_, String>(0)?,
                        row.get::<_, String>(1)?,
                        row.get::<_, String>(2)?,
                    ))
                })?
                .collect::<duckdb::Result<Vec<_>>>()
        })
        .unwrap_or_default();
    let first = found.first().map(|(schema, _, _)| schema.clone());
    found
        .into_iter()
        .filter(|(schema, _, _)| Some(schema) == first.as_ref())
        .filter_map(|(_, text, key)| {
            let script = redshift_sql::parse(&text);
            let created = script.statements.first().map(|one| &one.kind);
            let key = SmolStr::from(key);
            match created? {
                StatementKind::CreateFunction(create) => Some(OwnFunction {
                    key,
                    arguments: types(&create.arguments),
                    returns: Type::of(&create.returns.kind),
                    is_external: false,
                }),
                StatementKind::CreateExternalFunction(create) => Some(OwnFunction {
                    key,
                    arguments: create
                        .arguments
                        .iter()
                        .map(|one| Type::of(&one.data_type.kind))
                        .collect(),
                    returns: Type::of(&create.returns.kind),
                    is_external: true,
                }),
                _ => None,
            }
        })
        .collect()
}

fn types(all: &[TypeName]) -> Vec<Type> {
    all.iter().map(|one| Type::of(&one.kind)).collect()
}
