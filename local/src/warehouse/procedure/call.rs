//! One call: arguments go in, the body runs, OUT and INOUT arguments come out as one row (AWS pages:
//! `CALL`, `CREATE PROCEDURE`).

use redshift_sql::tree::{Argument, ArgumentMode, CreateProcedure};

use super::super::failure::StatementFailure;
use super::super::outcome::StatementOutcome;
use super::super::query::query;
use super::super::scope::StatementScope;
use super::frame::{BodyFlow, CallFrame, first};
use super::kept::{self, CallableProcedure};
use super::settings;
use super::variables::{CallVariable, VariableContent};
use crate::warehouse::dialect::{EngineSql, VariableType, comes_out, goes_in, quote_name};

/// What comes out of an argument.
pub(super) struct OutArgument {
    pub(super) name: String,
    pub(super) kind: VariableType,
    pub(super) value: Option<String>,
    /// Which of the arguments that go in it is, from 0; none for OUT.
    pub(super) going_in: Option<usize>,
}

/// CALL as a statement: what comes out is a row.
pub(crate) fn call(
    scope: &StatementScope<'_>,
    name: &str,
    values: &[EngineSql],
) -> Result<StatementOutcome, StatementFailure> {
    let outputs = invoke(scope, name, values, scope.calls == 0, None)?;
    if outputs.is_empty() {
        return Ok(StatementOutcome::default());
    }
    let mut parameters = Vec::with_capacity(outputs.len());
    let mut list = Vec::with_capacity(outputs.len());
    for (number, output) in outputs.into_iter().enumerate() {
        list.push(format!(
            "${}::{} as {}",
            number + 1,
            output.kind.engine,
            quote_name(&output.name)
        ));
        parameters.push((format!("output {number}"), output.value));
    }
    let sql = EngineSql {
        text: format!("select {}", list.join(", ")),
        parameters: parameters.iter().map(|(name, _)| name.clone()).collect(),
    };
    let scope = StatementScope {
        parameters: &parameters,
        ..*scope
    };
    let rows = query(&scope, &sql)?;
    Ok(StatementOutcome {
        count: Some(rows.total),
        rows: Some(rows),
    })
}

/// Runs a procedure. `nonatomic`: whether whoever calls it leaves it to commit by itself; `caller`:
/// whether the procedure that calls it was created with NONATOMIC, where one does.
///
/// "When you nest stored procedure calls, all the procedures must be created in the same transaction
/// mode" (AWS page: `CREATE PROCEDURE`, NONATOMIC).
pub(super) fn invoke(
    scope: &StatementScope<'_>,
    name: &str,
    values: &[EngineSql],
    nonatomic: bool,
    caller: Option<bool>,
) -> Result<Vec<OutArgument>, StatementFailure> {
    let (kept, tree) = kept::find(scope, name, values)?;
    if caller.is_some_and(|caller| caller != tree.nonatomic) {
        let (which, other) = if tree.nonatomic {
            ("is NONATOMIC", "is not")
        } else {
            ("is not NONATOMIC", "is")
        };
        return Err(StatementFailure::Engine(format!(
            "procedure \"{}\" {which}, and the procedure that calls it {other}: create both in the same \
             mode",
            kept.name
        )));
    }
    let mut given = Vec::with_capacity(values.len());
    let going_in = tree.arguments.iter().filter(|one| goes_in(one));
    for (argument, value) in going_in.zip(values) {
        let kind = VariableType::of(&argument.data_type.kind)?;
        given.push(evaluated(scope, &kind, value)?);
    }
    let inner = scope.called(!tree.settings.is_empty())?;
    let nonatomic = nonatomic && tree.nonatomic;
    settings::with(&inner, &tree, || run(inner, &kept, &tree, given, nonatomic))
}

/// The value of an argument as text.
fn evaluated(
    scope: &StatementScope<'_>,
    kind: &VariableType,
    value: &EngineSql,
) -> Result<Option<String>, StatementFailure> {
    let sql = EngineSql {
        text: format!("select (({})::{})::varchar", value.text, kind.engine),
        parameters: value.parameters.clone(),
    };
    first(scope, &sql)
}

fn run(
    scope: StatementScope<'_>,
    kept: &CallableProcedure,
    tree: &CreateProcedure,
    given: Vec<Option<String>>,
    nonatomic: bool,
) -> Result<Vec<OutArgument>, StatementFailure> {
    let mut frame = CallFrame::new(scope, tree, kept, nonatomic);
    frame.variables.enter(tree.name.name());
    let mut given = given.into_iter();
    let mut slots = Vec::new();
    let mut position = 0;
    for (number, argument) in tree.arguments.iter().enumerate() {
        let kind = VariableType::of(&argument.data_type.kind)?.without_limit();
        let value = if goes_in(argument) {
            given.next().flatten()
        } else {
            None
        };
        let name = argument.name.as_ref().map(|name| name.text.as_str());
        let slot = frame
            .variables
            .add_argument(name, CallVariable::scalar(kind.clone(), value));
        if comes_out(argument) {
            let going_in = (argument.mode == ArgumentMode::InOut).then_some(position);
            slots.push((slot, output_name(argument, number), kind, going_in));
        }
        position += usize::from(goes_in(argument));
    }
    match frame.block(&tree.body)? {
        BodyFlow::Next | BodyFlow::Return => {}
        BodyFlow::Exit(_) => {
            return Err(StatementFailure::Engine(
                "EXIT cannot be used outside a loop".to_owned(),
            ));
        }
        BodyFlow::Continue(_) => {
            return Err(StatementFailure::Engine(
                "CONTINUE cannot be used outside a loop".to_owned(),
            ));
        }
    }
    let outputs = slots.into_iter();
    Ok(outputs
        .map(|(slot, name, kind, going_in)| OutArgument {
            value: match frame.variables.get(slot).map(|one| &one.content) {
                Some(VariableContent::Scalar { value, .. }) => value.clone(),
                _ => None,
            },
            name,
            kind,
            going_in,
        })
        .collect())
}

fn output_name(argument: &Argument, number: usize) -> String {
    match &argument.name {
        Some(name) => name.text.to_string(),
        None => format!("column{}", number + 1),
    }
}
