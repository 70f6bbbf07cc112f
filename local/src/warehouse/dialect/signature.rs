//! How procedures and functions that share a name are told apart: by the types of what goes in.

use redshift_sql::tree::{Argument, ArgumentMode, DataType, RoutineSignature, TypeName};

use super::statement::NamedProcedure;
use super::writer::Writer;
use super::{Refusal, types};

/// Whether the caller gives it.
pub(crate) fn goes_in(argument: &Argument) -> bool {
    argument.mode != ArgumentMode::Out
}

/// Whether the caller gets it.
pub(crate) fn comes_out(argument: &Argument) -> bool {
    argument.mode != ArgumentMode::In
}

/// The types of what goes in, by Redshift's short names: `int4,varchar`. Procedures that share a
/// name differ in it. Lengths and digits do not count, and neither does what comes out (AWS page:
/// `CREATE PROCEDURE`, "Overloading procedure names").
pub(super) fn signature(arguments: &[Argument]) -> Result<String, Refusal> {
    let mut all = Vec::new();
    for argument in arguments {
        let short = short_name(&argument.data_type.kind)?;
        if goes_in(argument) {
            all.push(short);
        }
    }
    Ok(all.join(","))
}

/// The same of what comes out.
pub(crate) fn output_signature(arguments: &[Argument]) -> Result<String, Refusal> {
    let outputs = arguments.iter().filter(|one| comes_out(one));
    let all: Result<Vec<String>, Refusal> =
        outputs.map(|one| short_name(&one.data_type.kind)).collect();
    Ok(all?.join(","))
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

/// Which of those that share a name.
pub(super) fn named(one: &RoutineSignature, writer: Writer<'_>) -> Result<NamedProcedure, Refusal> {
    Ok(NamedProcedure {
        name: writer.relation(&one.name)?,
        signature: one.arguments.as_deref().map(signature).transpose()?,
    })
}
