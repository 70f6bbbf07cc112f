//! Stored procedures: kept as they were written, translated when they are called.

use super::failure::Failure;
use super::known::KnownTables;
use super::materialized::{keep, key};
use super::scope::Scope;
use super::statement;
use crate::dialect::{self, Argument, Procedure, Sql, Statement, parameter_name};

pub(super) fn create(scope: &Scope<'_>, procedure: &Procedure) -> Result<(), Failure> {
    let (schema, name) = key(&procedure.name);
    let known = find(scope, &procedure.name)?.is_some();
    if known && !procedure.replace {
        return Err(Failure::Engine(format!(
            "procedure \"{name}\" already exists"
        )));
    }
    if known {
        remove(scope, &procedure.name, false)?;
    }
    let arguments = serde_json::to_string(&procedure.arguments)
        .map_err(|error| Failure::Refused(error.to_string()))?;
    keep(
        scope,
        "insert into redshift.procedures values ($1, $2, $3, $4)",
        &[&schema, &name, &arguments, &procedure.body],
    )
}

pub(super) fn remove(scope: &Scope<'_>, name: &str, if_exists: bool) -> Result<(), Failure> {
    if find(scope, name)?.is_none() {
        return if if_exists {
            Ok(())
        } else {
            Err(missing(name))
        };
    }
    let (schema, name) = key(name);
    keep(
        scope,
        "delete from redshift.procedures where schema_name = $1 and procedure_name = $2",
        &[&schema, &name],
    )
}

/// Runs the statements of a procedure's body.
pub(super) fn call(scope: &Scope<'_>, name: &str, values: &[Sql]) -> Result<(), Failure> {
    let procedure = find(scope, name)?.ok_or_else(|| missing(name))?;
    if values.len() != procedure.arguments.len() {
        return Err(Failure::Engine(format!(
            "procedure \"{}\" takes {} arguments, not {}",
            key(name).1,
            procedure.arguments.len(),
            values.len()
        )));
    }
    let mut arguments = Vec::new();
    for (number, (argument, value)) in procedure.arguments.iter().zip(values).enumerate() {
        arguments.push((parameter_name(number), evaluate(scope, argument, value)?));
    }
    let tables = KnownTables::of(scope.connection);
    let context = scope.shared.context(&tables, &[]);
    let statements = dialect::body_statements(&procedure, &context)?;
    let inner = scope.called(&arguments)?;
    for statement in &statements {
        let commits = matches!(statement, Statement::Truncate { .. });
        if commits && scope.commits.refused {
            return Err(Failure::Engine(
                "TRUNCATE cannot be invoked from a procedure that is executing in an atomic context."
                    .to_owned(),
            ));
        }
        statement::run(&inner, statement)?;
        if commits {
            inner.commit()?;
        }
    }
    Ok(())
}

/// The value of an argument as text.
fn evaluate(
    scope: &Scope<'_>,
    argument: &Argument,
    value: &Sql,
) -> Result<Option<String>, Failure> {
    let text = format!("select (({})::{})::varchar", value.text, argument.kind);
    let mut prepared = scope.connection.prepare(&text)?;
    Ok(
        prepared.query_row(duckdb::params_from_iter(scope.values(value)?), |row| {
            row.get(0)
        })?,
    )
}

fn find(scope: &Scope<'_>, name: &str) -> Result<Option<Procedure>, Failure> {
    let (schema, procedure) = key(name);
    let found = scope.texts::<2>(
        "select arguments, body from redshift.procedures
         where schema_name = $1 and procedure_name = $2",
        &[&schema, &procedure],
    )?;
    let Some([Some(arguments), Some(body)]) = found.into_iter().next() else {
        return Ok(None);
    };
    Ok(Some(Procedure {
        name: name.to_owned(),
        arguments: serde_json::from_str(&arguments)
            .map_err(|error| Failure::Refused(error.to_string()))?,
        body,
        replace: false,
    }))
}

fn missing(name: &str) -> Failure {
    Failure::Engine(format!("procedure {} does not exist", key(name).1))
}
