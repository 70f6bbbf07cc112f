//! Functions in SQL of somebody's own, in the catalog: each is a macro of the engine, and a row that
//! says how it was made.

mod named;

use std::sync::atomic::Ordering;

use super::columns::parts;
use super::declared;
use super::failure::StatementFailure;
use super::procedure::first_schema;
use super::scope::StatementScope;
use crate::warehouse::dialect::{
    Drop, Dropped, EngineSql, KeptFunction, NamedProcedure, function_argument, quote_name,
    quote_text,
};

use named::NAMED;
pub(super) use named::named;

/// A function that is kept.
#[derive(Debug, Clone)]
struct Kept {
    schema: String,
    name: String,
    signature: String,
    returns: String,
    /// The name of its macro.
    key: String,
}

/// Keeps a function: makes the macro and the row of the catalog.
pub(super) fn create(
    scope: &StatementScope<'_>,
    function: &KeptFunction,
) -> Result<(), StatementFailure> {
    let (schema, name) = parts(&function.name);
    let schema = match schema {
        Some(schema) => schema,
        None => first_schema(scope)?,
    };
    let mut found = kept(scope, Some(&schema), &name)?;
    found.retain(|one| one.signature == function.signature);
    let before = found.pop();
    if let Some(before) = &before {
        if !function.replace {
            return Err(StatementFailure::Engine(format!(
                "function \"{name}\" already exists with same argument types"
            )));
        }
        if before.returns != function.returns {
            return Err(StatementFailure::Engine(
                "cannot change return type of existing function\n  Hint: Use DROP FUNCTION first."
                    .to_owned(),
            ));
        }
    }
    let key = before.map_or_else(
        || {
            let number = scope.shared.fresh.fetch_add(1, Ordering::Relaxed);
            format!("function {number}")
        },
        |before| before.key,
    );
    if function.body.contains(&quote_name(&key)) {
        return Err(StatementFailure::Refused(format!(
            "function \"{name}\" calls itself: it has no end"
        )));
    }
    let arguments: Vec<String> = (1..=function.kinds.len())
        .map(|number| quote_name(&function_argument(number)))
        .collect();
    scope.run(format!(
        "create or replace macro redshift.{}({}) as {}",
        quote_name(&key),
        arguments.join(", "),
        function.body
    ))?;
    let values: Vec<String> = function
        .kinds
        .iter()
        .map(|kind| format!("null::{kind}"))
        .collect();
    // The engine looks at the names of a macro when it is called.
    scope.describe(&EngineSql::plain(format!(
        "select redshift.{}({})",
        quote_name(&key),
        values.join(", ")
    )))?;
    forget(scope, &key)?;
    scope.keep(
        "insert into redshift.functions values ($1, $2, $3, $4, $5, $6, $7, $8)",
        &[
            &schema,
            &name,
            &function.signature,
            &function.shown.join(", "),
            &function.returns,
            &function.volatility.to_string(),
            &function.text,
            &key,
        ],
    )
}

fn forget(scope: &StatementScope<'_>, key: &str) -> Result<(), StatementFailure> {
    scope.keep(
        "delete from redshift.functions where macro_name = $1",
        &[key],
    )
}

/// The functions of a name: in a schema, or in the first of the path that has one.
fn kept(
    scope: &StatementScope<'_>,
    schema: Option<&str>,
    name: &str,
) -> Result<Vec<Kept>, StatementFailure> {
    let found = scope.texts::<4>(
        &format!("select schema_name, arguments, returns, macro_name {NAMED}"),
        &[name, schema.unwrap_or_default()],
    )?;
    let mut all: Vec<Kept> = Vec::new();
    for [schema, signature, returns, key] in found {
        let schema = schema.unwrap_or_default();
        if all.first().is_some_and(|first| first.schema != schema) {
            break;
        }
        all.push(Kept {
            schema,
            name: name.to_owned(),
            signature: signature.unwrap_or_default(),
            returns: returns.unwrap_or_default(),
            key: key.unwrap_or_default(),
        });
    }
    Ok(all)
}

/// The function that a name and its types mean.
fn only(
    scope: &StatementScope<'_>,
    function: &NamedProcedure,
) -> Result<Option<Kept>, StatementFailure> {
    let (schema, name) = parts(&function.name);
    let mut found = kept(scope, schema.as_deref(), &name)?;
    if let Some(signature) = &function.signature {
        found.retain(|one| one.signature == *signature);
    }
    if found.len() > 1 {
        return Err(StatementFailure::Engine(format!(
            "function name \"{name}\" is not unique: write the types of its arguments behind it"
        )));
    }
    Ok(found.pop())
}

fn missing(function: &NamedProcedure) -> StatementFailure {
    let name = parts(&function.name).1;
    let types = function.signature.as_deref().unwrap_or_default();
    StatementFailure::Engine(format!("function {name}({types}) does not exist"))
}

/// DROP FUNCTION: views and functions that call it keep it, or go with it.
pub(super) fn remove(
    scope: &StatementScope<'_>,
    function: &NamedProcedure,
    if_exists: bool,
    cascade: bool,
) -> Result<(), StatementFailure> {
    let Some(kept) = only(scope, function)? else {
        return if if_exists {
            Ok(())
        } else {
            Err(missing(function))
        };
    };
    drop(scope, &kept, cascade)
}

fn drop(scope: &StatementScope<'_>, kept: &Kept, cascade: bool) -> Result<(), StatementFailure> {
    let calls = format!("%{}%", quote_name(&kept.key));
    let views = scope.texts::<3>(
        "select schema_name, view_name, 'view' from duckdb_views()
         where not internal and database_name = 'sfc_database' and sql like $1
         union all
         select schema_name, view_name, 'materialized view' from redshift.materialized_views
         where query like $1",
        &[&calls],
    )?;
    let functions = callers(scope, &calls)?;
    let what = format!("function {}({})", kept.name, kept.signature);
    if !cascade {
        let mut details: Vec<String> = views
            .iter()
            .map(|[_, name, kind]| {
                let name = name.as_deref().unwrap_or_default();
                let kind = kind.as_deref().unwrap_or_default();
                format!("{kind} {name} depends on {what}")
            })
            .collect();
        details.extend(functions.iter().map(|caller| {
            format!(
                "function {}({}) depends on {what}",
                caller.name, caller.signature
            )
        }));
        if !details.is_empty() {
            return Err(declared::refused(&what, &details));
        }
    }
    for caller in functions {
        drop(scope, &caller, true)?;
    }
    for [schema, name, kind] in views {
        let [schema, name] = [schema, name].map(|part| quote_name(&part.unwrap_or_default()));
        let kind = match kind.as_deref() {
            Some("view") => Dropped::View,
            _ => Dropped::MaterializedView,
        };
        let view = Drop {
            kind,
            names: vec![format!("{schema}.{name}")],
            if_exists: true,
            cascade: true,
        };
        declared::drop(scope, &view)?;
    }
    scope.run(format!("drop macro redshift.{}", quote_name(&kept.key)))?;
    forget(scope, &kept.key)
}

/// The functions that call one.
fn callers(scope: &StatementScope<'_>, calls: &str) -> Result<Vec<Kept>, StatementFailure> {
    let found = scope.texts::<5>(
        &format!(
            "select f.schema_name, f.function_name, f.arguments, f.returns, f.macro_name
             from redshift.functions f join duckdb_functions() m on m.function_name = f.macro_name
             where m.schema_name = 'redshift' and m.macro_definition like {}",
            quote_text(calls)
        ),
        &[],
    )?;
    Ok(found
        .into_iter()
        .map(|row| {
            let [schema, name, signature, returns, key] = row.map(Option::unwrap_or_default);
            Kept {
                schema,
                name,
                signature,
                returns,
                key,
            }
        })
        .collect())
}

/// ALTER FUNCTION … RENAME TO.
pub(super) fn rename(
    scope: &StatementScope<'_>,
    function: &NamedProcedure,
    to: &str,
) -> Result<(), StatementFailure> {
    let Some(found) = only(scope, function)? else {
        return Err(missing(function));
    };
    let others = kept(scope, Some(&found.schema), to)?;
    if others.iter().any(|one| one.signature == found.signature) {
        return Err(StatementFailure::Engine(format!(
            "function \"{to}\" already exists with same argument types"
        )));
    }
    scope.keep(
        "update redshift.functions set function_name = $2 where macro_name = $1",
        &[&found.key, to],
    )
}

/// The functions of a schema, which go with it.
pub(super) fn of_schema(
    scope: &StatementScope<'_>,
    schema: &str,
) -> Result<Vec<String>, StatementFailure> {
    let found = scope.texts::<1>(
        "select function_name from redshift.functions where schema_name = $1",
        &[schema],
    )?;
    Ok(found.into_iter().filter_map(|[name]| name).collect())
}

/// Drops the functions of a schema, and what calls them.
pub(super) fn remove_schema(
    scope: &StatementScope<'_>,
    schema: &str,
) -> Result<(), StatementFailure> {
    for name in of_schema(scope, schema)? {
        for one in kept(scope, Some(schema), &name)? {
            drop(scope, &one, true)?;
        }
    }
    Ok(())
}
