//! Where in a body an error happened, in the words of Redshift's CONTEXT.

use redshift_sql::tree::{BodyStep, CreateProcedure, LoopKind, StepKind};

use super::super::failure::StatementFailure;
use super::kept::CallableProcedure;
use crate::warehouse::dialect::line_of;

/// Most letters of a statement that an error shows.
const SHOWN: usize = 200;

/// Says where an error happened, unless an inner statement has said so.
pub(super) fn within(
    failure: StatementFailure,
    step: &BodyStep,
    procedure: &CreateProcedure,
    kept: &CallableProcedure,
    calls: usize,
) -> StatementFailure {
    let (failure, mut context) = match failure {
        // The session looks at these: it tries again, or ends.
        StatementFailure::Conflict(_) | StatementFailure::Cancelled => return failure,
        StatementFailure::InProcedure {
            failure,
            context,
            calls: inner,
        } => {
            if inner <= calls {
                return StatementFailure::InProcedure {
                    failure,
                    context,
                    calls: inner,
                };
            }
            (failure, context)
        }
        other => (Box::new(other), Vec::new()),
    };
    if let StepKind::Sql(statement) = &step.kind {
        context.push(format!(
            "SQL statement \"{}\"",
            shortened(statement.span.of(&kept.text))
        ));
    }
    context.push(format!(
        "PL/pgSQL function \"{}\" line {} at {}",
        kept.name,
        line_of(procedure, &kept.text, step.span.start),
        kind_of(step)
    ));
    StatementFailure::InProcedure {
        failure,
        context,
        calls,
    }
}

/// A statement in one line, cut where it is long.
pub(super) fn shortened(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or_default()),
        None => line,
    }
}

fn kind_of(step: &BodyStep) -> &'static str {
    match &step.kind {
        StepKind::Broken | StepKind::Sql(_) => "SQL statement",
        StepKind::Block(_) => "statement block",
        StepKind::Assign { .. } => "assignment",
        StepKind::Perform(_) => "perform",
        StepKind::If { .. } => "if",
        StepKind::Case { .. } => "case",
        StepKind::Loop(inner) => match &inner.kind {
            LoopKind::Endless => "loop",
            LoopKind::While(_) => "while",
            LoopKind::Range { .. } => "for with integer loopvar",
            LoopKind::Query { .. } => "for over select rows",
            LoopKind::Execute { .. } => "for over execute statement",
        },
        StepKind::Exit { .. } => "exit",
        StepKind::Continue { .. } => "continue",
        StepKind::Return => "return",
        StepKind::Raise(_) => "raise",
        StepKind::Execute { .. } => "execute statement",
        StepKind::GetDiagnostics(_) => "get diagnostics",
        StepKind::Open { .. } => "open",
        StepKind::Fetch { .. } => "fetch",
        StepKind::Close(_) => "close",
        StepKind::Nothing => "null",
        StepKind::Commit => "commit",
        StepKind::Rollback => "rollback",
        StepKind::StartTransaction => "start transaction",
    }
}
