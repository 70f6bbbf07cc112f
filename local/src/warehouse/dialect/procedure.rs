//! CREATE PROCEDURE, CALL and DROP PROCEDURE. The body is kept as it is written; `body.rs` translates
//! each of its statements when it runs.

use redshift_sql::tree::{
    AlterRoutine, AlterRoutineAction, CallProcedure, CreateProcedure, DropRoutine, RoutineSetting,
};

use super::classify::translate;
use super::fragment::quote_text;
use super::signature::{comes_out, goes_in, named, signature};
use super::statement::{EngineSql, KeptProcedure, Statement};
use super::writer::Writer;
use super::{Refusal, TranslationContext, body_check};

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
    Ok(Statement::CreateProcedure(Box::new(KeptProcedure {
        name: writer.relation(&create.name)?,
        signature,
        text: source.to_owned(),
        replace: create.or_replace,
    })))
}

/// What a setting of a procedure does to the session while it runs.
pub(crate) fn setting(
    setting: &RoutineSetting,
    context: &TranslationContext<'_>,
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

/// Translates CALL into a name and an expression for each argument.
pub(super) fn call(call: &CallProcedure, writer: Writer<'_>) -> Result<Statement, Refusal> {
    let mut arguments: Vec<EngineSql> = Vec::new();
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
