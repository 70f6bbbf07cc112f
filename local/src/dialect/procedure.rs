//! CREATE PROCEDURE, CALL and DROP PROCEDURE. The body is kept as it is written; `body.rs` translates
//! each of its statements when it runs.

use redshift_sql::tree::{
    AlterRoutine, AlterRoutineAction, Argument, ArgumentMode, CallProcedure, CreateProcedure,
    DataType, DropRoutine, RoutineSetting, RoutineSignature, TypeName,
};

use super::classify::translate;
use super::fragment::quote_text;
use super::statement::{NamedProcedure, Procedure, Sql, Statement};
use super::writer::Writer;
use super::{Context, Refusal, body_check, types};

/// Most arguments that go in, and most that come out (AWS page: `Stored procedure limitations`).
const MOST_ARGUMENTS: usize = 32;

/// Translates CREATE PROCEDURE. What the warehouse cannot run is refused here, with its place.
pub(super) fn create(
    create: &CreateProcedure,
    source: &str,
    text: &str,
    writer: Writer<'_>,
) -> Result<Statement, Refusal> {
    let going_in = create.arguments.iter().filter(|one| goes_in(one)).count();
    let coming_out = create.arguments.iter().filter(|one| comes_out(one)).count();
    if going_in > MOST_ARGUMENTS || coming_out > MOST_ARGUMENTS {
        return Err(Refusal::Value(format!(
            "a procedure takes at most {MOST_ARGUMENTS} arguments, and gives at most {MOST_ARGUMENTS}"
        )));
    }
    let signature = signature(&create.arguments)?;
    for one in &create.settings {
        setting(one, writer.context)?;
    }
    body_check::check(create, text, writer.context)?;
    Ok(Statement::CreateProcedure(Box::new(Procedure {
        name: writer.relation(&create.name)?,
        signature,
        text: source.to_owned(),
        replace: create.or_replace,
    })))
}

/// What a setting of a procedure does to the session while it runs.
pub(crate) fn setting(
    setting: &RoutineSetting,
    context: &Context<'_>,
) -> Result<Statement, Refusal> {
    let values: Vec<String> = setting
        .values
        .iter()
        .map(|value| quote_text(&value.text))
        .collect();
    let text = format!("set {} to {}", setting.name.text(), values.join(", "));
    match translate(&text, context)? {
        found @ (Statement::Nothing | Statement::Set { .. }) => Ok(found),
        _ => Err(Refusal::Unsupported(format!(
            "the setting {} of a procedure",
            setting.name.text()
        ))),
    }
}

/// Whether the caller gives it.
pub(crate) fn goes_in(argument: &Argument) -> bool {
    argument.mode != ArgumentMode::Out
}

/// Whether the caller gets it.
pub(crate) fn comes_out(argument: &Argument) -> bool {
    argument.mode != ArgumentMode::In
}

/// The types of what goes in, by Redshift's short names: `int4,varchar`. Procedures that share a name
/// differ in it; lengths and digits do not count, and neither does what comes out (AWS page:
/// `CREATE PROCEDURE`, "Overloading procedure names").
fn signature(arguments: &[Argument]) -> Result<String, Refusal> {
    let mut all = Vec::new();
    for argument in arguments {
        let short = short_name(&argument.data_type.kind)?;
        if goes_in(argument) {
            all.push(short);
        }
    }
    Ok(all.join(","))
}

/// The same of types alone, of arguments that go in.
pub(super) fn signature_of(types: &[TypeName]) -> Result<String, Refusal> {
    let all: Result<Vec<String>, Refusal> = types.iter().map(|one| short_name(&one.kind)).collect();
    Ok(all?.join(","))
}

fn short_name(kind: &DataType) -> Result<String, Refusal> {
    match kind {
        DataType::RefCursor => Ok("refcursor".to_owned()),
        kind => types::of(kind).map(|kind| kind.short),
    }
}

/// Translates CALL into a name and an expression for each argument.
pub(super) fn call(call: &CallProcedure, writer: Writer<'_>) -> Result<Statement, Refusal> {
    let mut arguments: Vec<Sql> = Vec::new();
    for argument in &call.arguments {
        arguments.push(writer.sql(&writer.expression(argument)?)?);
    }
    Ok(Statement::Call {
        name: writer.relation(&call.name)?,
        arguments,
    })
}

/// Translates DROP PROCEDURE, which may name several.
pub(super) fn drop(drop: &DropRoutine, writer: Writer<'_>) -> Result<Statement, Refusal> {
    let mut procedures = Vec::new();
    for one in &drop.signatures {
        procedures.push(named(one, writer)?);
    }
    Ok(Statement::DropProcedures {
        procedures,
        if_exists: drop.if_exists,
    })
}

/// Translates ALTER PROCEDURE. Who owns it does not matter on a laptop.
pub(super) fn alter(alter: &AlterRoutine, writer: Writer<'_>) -> Result<Statement, Refusal> {
    match &alter.action {
        AlterRoutineAction::OwnerTo(_) => Ok(Statement::Nothing),
        AlterRoutineAction::RenameTo(to) => Ok(Statement::RenameProcedure {
            procedure: named(&alter.signature, writer)?,
            to: to.text.to_string(),
        }),
    }
}

/// Which of those that share a name.
pub(super) fn named(one: &RoutineSignature, writer: Writer<'_>) -> Result<NamedProcedure, Refusal> {
    Ok(NamedProcedure {
        name: writer.relation(&one.name)?,
        signature: one.arguments.as_deref().map(signature).transpose()?,
    })
}
