//! Procedures in the catalog. Several may share a name, if they take other types (AWS page: `CREATE
//! PROCEDURE`, "Overloading procedure names").

use redshift_sql::tree::{CreateProcedure, StatementKind};

use super::super::columns::parts;
use super::super::failure::StatementFailure;
use super::super::scope::StatementScope;
use crate::warehouse::dialect::{
    EngineSql, KeptProcedure, NamedProcedure, VariableType, goes_in, output_signature,
};

/// A procedure that may be called.
#[derive(Debug, Clone)]
pub(super) struct CallableProcedure {
    pub(super) name: String,
    signature: String,
    /// CREATE PROCEDURE, as it was written: the places of its tree are in it.
    pub(super) text: String,
}

impl CallableProcedure {
    /// Reads the tree of the procedure from its text.
    pub(super) fn read(&self) -> Result<Box<CreateProcedure>, StatementFailure> {
        let script = redshift_sql::parse(&self.text);
        let mut statements = script.statements.into_iter();
        match (statements.next().map(|one| one.kind), statements.next()) {
            (Some(StatementKind::CreateProcedure(create)), None) if script.mistakes.is_empty() => {
                Ok(create)
            }
            _ => Err(StatementFailure::Refused(format!(
                "procedure \"{}\" is not kept as this release reads it: create it again",
                self.name
            ))),
        }
    }
}

/// Keeps a procedure, or replaces one of the same name and types.
pub(crate) fn create(
    scope: &StatementScope<'_>,
    procedure: &KeptProcedure,
) -> Result<(), StatementFailure> {
    let (schema, name) = parts(&procedure.name);
    let schema = match schema {
        Some(schema) => schema,
        None => first_schema(scope)?,
    };
    let key = [schema.as_str(), &name, &procedure.signature];
    if let Some(text) = text_of(scope, key)? {
        if !procedure.replace {
            return Err(exists(&name));
        }
        if given_back(&text)
            .zip(given_back(&procedure.text))
            .is_some_and(|(before, now)| before != now)
        {
            return Err(StatementFailure::Engine(format!(
                "cannot change what procedure \"{name}\" gives back: drop it first with DROP PROCEDURE"
            )));
        }
    }
    forget(scope, key)?;
    scope.keep(
        "insert into redshift.procedures values ($1, $2, $3, $4)",
        &[&schema, &name, &procedure.signature, &procedure.text],
    )
}

/// The types of what a procedure gives back: "You can only replace a procedure with a new procedure that
/// defines an identical set of data types" (AWS page: `CREATE PROCEDURE`, OR REPLACE). None: its text
/// is not read by this release.
fn given_back(text: &str) -> Option<String> {
    let script = redshift_sql::parse(text);
    let StatementKind::CreateProcedure(create) = &script.statements.first()?.kind else {
        return None;
    };
    output_signature(&create.arguments).ok()
}

fn is_kept(scope: &StatementScope<'_>, key: [&str; 3]) -> Result<bool, StatementFailure> {
    Ok(text_of(scope, key)?.is_some())
}

/// The text of a procedure that is there.
fn text_of(scope: &StatementScope<'_>, key: [&str; 3]) -> Result<Option<String>, StatementFailure> {
    let found = scope.texts::<1>(
        "select body from redshift.procedures
         where schema_name = $1 and procedure_name = $2 and arguments = $3",
        &key,
    )?;
    let found = found.into_iter().next();
    Ok(found.map(|[text]| text.unwrap_or_default()))
}

fn exists(name: &str) -> StatementFailure {
    StatementFailure::Engine(format!(
        "procedure \"{name}\" already exists with same argument types"
    ))
}

/// The schema in which something is made that names none.
pub(crate) fn first_schema(scope: &StatementScope<'_>) -> Result<String, StatementFailure> {
    let found = scope.texts::<1>("select current_schema()", &[])?;
    let schema = found.into_iter().next().and_then(|[schema]| schema);
    Ok(schema.unwrap_or_else(|| "public".to_owned()))
}

fn forget(scope: &StatementScope<'_>, key: [&str; 3]) -> Result<(), StatementFailure> {
    scope.keep(
        "delete from redshift.procedures
         where schema_name = $1 and procedure_name = $2 and arguments = $3",
        &key,
    )
}

/// Removes a procedure from the catalog.
pub(crate) fn remove(
    scope: &StatementScope<'_>,
    procedure: &NamedProcedure,
    if_exists: bool,
) -> Result<(), StatementFailure> {
    match only(scope, procedure)? {
        Some((schema, kept)) => forget(scope, [&schema, &kept.name, &kept.signature]),
        None if if_exists => Ok(()),
        None => Err(missing(
            &parts(&procedure.name).1,
            procedure.signature.as_deref(),
        )),
    }
}

/// ALTER PROCEDURE … RENAME TO.
pub(crate) fn rename(
    scope: &StatementScope<'_>,
    procedure: &NamedProcedure,
    to: &str,
) -> Result<(), StatementFailure> {
    let Some((schema, kept)) = only(scope, procedure)? else {
        return Err(missing(
            &parts(&procedure.name).1,
            procedure.signature.as_deref(),
        ));
    };
    if is_kept(scope, [&schema, to, &kept.signature])? {
        return Err(exists(to));
    }
    scope.keep(
        "update redshift.procedures set procedure_name = $4
         where schema_name = $1 and procedure_name = $2 and arguments = $3",
        &[&schema, &kept.name, &kept.signature, to],
    )
}

/// The procedure that a name and its types mean.
fn only(
    scope: &StatementScope<'_>,
    procedure: &NamedProcedure,
) -> Result<Option<(String, CallableProcedure)>, StatementFailure> {
    let mut found = named(scope, &procedure.name)?;
    if let Some(signature) = &procedure.signature {
        found.retain(|(_, kept)| kept.signature == *signature);
    }
    if found.len() > 1 {
        return Err(StatementFailure::Engine(format!(
            "procedure name \"{}\" is not unique: write the types of its arguments behind it",
            parts(&procedure.name).1
        )));
    }
    Ok(found.pop())
}

fn missing(name: &str, signature: Option<&str>) -> StatementFailure {
    let types = signature.map_or_else(String::new, |types| format!("({types})"));
    StatementFailure::Engine(format!("procedure {name}{types} does not exist"))
}

/// The procedures that have a name, with their schemas: those of the first schema of the path that has
/// one.
fn named(
    scope: &StatementScope<'_>,
    name: &str,
) -> Result<Vec<(String, CallableProcedure)>, StatementFailure> {
    let (schema, name) = parts(name);
    let found = scope.texts::<3>(
        "select schema_name, arguments, body from redshift.procedures
         where procedure_name = $1 and ($2 = '' or schema_name = $2)
           and ($2 <> '' or list_contains(current_schemas(false), schema_name))
         order by list_position(current_schemas(false), schema_name), arguments",
        &[&name, schema.as_deref().unwrap_or_default()],
    )?;
    let mut all: Vec<(String, CallableProcedure)> = Vec::new();
    for [schema, signature, text] in found {
        let schema = schema.unwrap_or_default();
        if all.first().is_some_and(|(first, _)| *first != schema) {
            break;
        }
        let kept = CallableProcedure {
            name: name.clone(),
            signature: signature.unwrap_or_default(),
            text: text.unwrap_or_default(),
        };
        all.push((schema, kept));
    }
    Ok(all)
}

/// The procedure that a call means.
pub(super) fn find(
    scope: &StatementScope<'_>,
    name: &str,
    values: &[EngineSql],
) -> Result<(CallableProcedure, Box<CreateProcedure>), StatementFailure> {
    let (_, short) = parts(name);
    let all = named(scope, name)?;
    let mut candidates = Vec::new();
    let mut counts = Vec::new();
    for (_, kept) in all {
        let tree = kept.read()?;
        let count = tree.arguments.iter().filter(|one| goes_in(one)).count();
        counts.push(count);
        if count == values.len() {
            candidates.push((kept, tree));
        }
    }
    if candidates.is_empty() {
        return Err(match counts.as_slice() {
            [] => missing(&short, None),
            [count] => StatementFailure::Engine(format!(
                "procedure \"{short}\" takes {count} arguments, not {}",
                values.len()
            )),
            _ => StatementFailure::Engine(format!(
                "no procedure \"{short}\" takes {} arguments",
                values.len()
            )),
        });
    }
    if candidates.len() > 1 {
        let given = types(scope, values)?;
        let score = |kept: &CallableProcedure| {
            let taken = kept.signature.split(',');
            taken
                .zip(&given)
                .map(|(taken, given)| likeness(taken, given))
                .sum::<u32>()
        };
        candidates.sort_by_key(|(kept, _)| std::cmp::Reverse(score(kept)));
        if let [(first, _), (second, _), ..] = candidates.as_slice()
            && score(first) == score(second)
        {
            return Err(StatementFailure::Engine(format!(
                "procedure {short}({}) is not unique: cast its arguments",
                given.join(", ")
            )));
        }
    }
    let found = candidates.into_iter().next();
    found.ok_or_else(|| missing(&short, None))
}

/// The engine's types of the values of a call.
fn types(
    scope: &StatementScope<'_>,
    values: &[EngineSql],
) -> Result<Vec<String>, StatementFailure> {
    let mut all = Vec::with_capacity(values.len());
    for value in values {
        // A NULL without a type is as a literal in quotes: a text where one is taken (PostgreSQL 8.0:
        // `Function Type Resolution`).
        if value.text.trim().eq_ignore_ascii_case("null") {
            all.push("varchar".to_owned());
            continue;
        }
        let described = scope.describe(&EngineSql {
            text: format!("select {}", value.text),
            parameters: value.parameters.clone(),
        })?;
        let kind = described.into_iter().next().map(|(_, kind)| kind);
        all.push(VariableType::of_engine(&kind.unwrap_or_default()).engine);
    }
    Ok(all)
}

/// How well a value of the engine's type `given` suits an argument of Redshift's type `taken`.
fn likeness(taken: &str, given: &str) -> u32 {
    let given = given.split('(').next().unwrap_or(given);
    let whole = ["int2", "int4", "int8"].contains(&taken);
    match (taken, given) {
        ("int4", "integer") | ("int8", "bigint") | ("int2", "smallint") => 4,
        ("numeric", "decimal") | ("float8", "double") | ("float4", "real") => 4,
        ("bool", "boolean") | ("super", "json") | ("varbyte", "blob") => 4,
        ("varchar", "varchar") => 4,
        ("bpchar" | "refcursor", "varchar") => 3,
        (taken, given) if taken == given => 4,
        (_, "smallint" | "integer" | "bigint") if whole => 3,
        ("numeric" | "float4" | "float8", "smallint" | "integer" | "bigint" | "decimal") => 2,
        // A literal in quotes may be anything.
        (_, "varchar") => 1,
        _ => 0,
    }
}
