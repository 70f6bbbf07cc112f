//! Stored procedures whose body is plain statements.

use redshift_sql::parse;
use redshift_sql::tree::{
    ArgumentMode, CallProcedure, CreateProcedure, RaiseLevel, StatementKind, Step, StepKind,
};
use serde::{Deserialize, Serialize};

use super::classify::statement;
use super::statement::{Sql, Statement};
use super::writer::Writer;
use super::{Context, Refusal, types};

/// An argument of a procedure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Argument {
    /// Empty where it is known by its position only.
    pub(crate) name: String,
    /// The engine's type.
    pub(crate) kind: String,
}

/// A procedure as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Procedure {
    pub(crate) name: String,
    pub(crate) arguments: Vec<Argument>,
    pub(crate) body: String,
    /// CREATE OR REPLACE.
    pub(crate) replace: bool,
}

/// Translates CREATE PROCEDURE. Its body is kept as it is written, and translated when it is called.
pub(super) fn create(
    create: &CreateProcedure,
    text: &str,
    writer: Writer<'_>,
) -> Result<Statement, Refusal> {
    let mut arguments = Vec::new();
    for argument in &create.arguments {
        if argument.mode != ArgumentMode::In {
            return Err(Refusal::Unsupported(
                "procedures with OUT arguments".to_owned(),
            ));
        }
        let name = argument.name.as_ref().map(|name| name.text.to_string());
        arguments.push(Argument {
            name: name.unwrap_or_default(),
            kind: types::of(&argument.data_type.kind)?.name,
        });
    }
    let body = redshift_sql::parser::decode(create.body_span.of(text)).into_owned();
    Ok(Statement::CreateProcedure(Box::new(Procedure {
        name: writer.relation(&create.name)?,
        arguments,
        body,
        replace: create.or_replace,
    })))
}

/// Translates CALL.
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

/// The statements of a procedure's body, its arguments being the parameters that their names (or
/// `$1` …) stand for.
pub(crate) fn body_statements(
    procedure: &Procedure,
    context: &Context<'_>,
) -> Result<Vec<Statement>, Refusal> {
    let tag = unused_tag(&procedure.body);
    let text = format!(
        "create procedure p() language plpgsql as {tag}{}{tag}",
        procedure.body
    );
    let script = parse(&text);
    if let Some(mistake) = script.mistakes.into_iter().next() {
        return Err(Refusal::Mistake(Box::new(mistake)));
    }
    let [one] = script.statements.as_slice() else {
        return Err(Refusal::SeveralStatements);
    };
    let StatementKind::CreateProcedure(create) = &one.kind else {
        return Err(Refusal::syntax("the body of a procedure is BEGIN … END"));
    };
    if !create.body.declarations.is_empty() {
        return Err(refused("variables"));
    }
    if !create.body.handlers.is_empty() {
        return Err(refused("EXCEPTION"));
    }
    let writer = Writer::new(context).within(&procedure.arguments);
    let mut statements = Vec::new();
    for step in &create.body.steps {
        if matches!(step.kind, StepKind::Return) {
            break;
        }
        statements.extend(translated(step, &text, writer)?);
    }
    Ok(statements)
}

/// A dollar sign's tag that a body does not have.
fn unused_tag(body: &str) -> String {
    let mut tag = "$body$".to_owned();
    while body.contains(&tag) {
        tag.insert(1, 'b');
    }
    tag
}

fn translated(step: &Step, text: &str, writer: Writer<'_>) -> Result<Option<Statement>, Refusal> {
    let what = match &step.kind {
        StepKind::Sql(inner) => {
            if let StatementKind::Query(query) = &inner.kind
                && super::has_into(query)
            {
                return Err(refused("SELECT INTO variables"));
            }
            return statement(inner, text, writer).map(Some);
        }
        StepKind::Nothing => return Ok(None),
        StepKind::Raise(raise) => match raise.level {
            None | Some(RaiseLevel::Exception) => "RAISE EXCEPTION",
            _ => return Ok(None),
        },
        StepKind::Broken => return Err(Refusal::syntax("a statement of the body")),
        StepKind::Block(_) => "a block",
        StepKind::Assign { .. } => "assignments",
        StepKind::Perform(_) => "PERFORM",
        StepKind::If { .. } => "IF",
        StepKind::Case { .. } => "CASE",
        StepKind::Loop(_) => "a loop",
        StepKind::Exit { .. } => "EXIT",
        StepKind::Continue { .. } => "CONTINUE",
        StepKind::Return => "RETURN",
        StepKind::Execute { .. } => "EXECUTE",
        StepKind::GetDiagnostics(_) => "GET DIAGNOSTICS",
        StepKind::Open { .. } => "OPEN",
        StepKind::Fetch { .. } => "FETCH",
        StepKind::Close(_) => "CLOSE",
        StepKind::Commit | StepKind::Rollback | StepKind::StartTransaction => "transaction control",
    };
    Err(refused(what))
}

fn refused(what: &str) -> Refusal {
    Refusal::Unsupported(format!(
        "{what} in a procedure: only bodies of plain statements run"
    ))
}

/// The parameter that stands for an argument: no parameter of a script has such a name.
pub(crate) fn parameter_name(index: usize) -> String {
    format!("argument {index}")
}
