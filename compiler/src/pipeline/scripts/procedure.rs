//! Procedures, as far as they commit: what is made, and what is called.

use redshift_sql::tree::{
    BodyStep, CreateProcedure, Expression, ExpressionKind, Statement, StatementKind, StepKind,
};

use crate::source::Span;

/// A procedure that a statement makes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct MadeProcedure {
    /// Its name in lower case, with its schema unless that is `public`.
    pub name: String,
    /// Place of its first TRUNCATE.
    pub truncate: Option<Span>,
    /// Whether its body has more than one statement.
    pub several: bool,
    /// Names of the procedures that it calls.
    pub calls: Vec<String>,
}

/// A procedure that a statement calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ProcedureCall {
    /// Its name, as [`MadeProcedure::name`] has it.
    pub name: String,
    /// Place of CALL and the name.
    pub span: Span,
}

/// The procedure that this statement makes.
pub(super) fn made(statement: &Statement) -> Option<MadeProcedure> {
    let StatementKind::CreateProcedure(create) = &statement.kind else {
        return None;
    };
    Some(of(create))
}

/// The procedure that this statement calls.
pub(super) fn called(statement: &Statement) -> Option<ProcedureCall> {
    let StatementKind::Call(call) = &statement.kind else {
        return None;
    };
    Some(ProcedureCall {
        name: call.name.key().to_string(),
        span: span(redshift_sql::Span {
            end: call.name.span.end,
            ..statement.span
        }),
    })
}

fn of(create: &CreateProcedure) -> MadeProcedure {
    let mut procedure = MadeProcedure {
        name: create.name.key().to_string(),
        truncate: None,
        several: false,
        calls: Vec::new(),
    };
    let mut statements = 0;
    create.body.each_step(&mut |step: &BodyStep| {
        let holds_others = matches!(
            step.kind,
            StepKind::Block(_) | StepKind::If { .. } | StepKind::Case { .. } | StepKind::Loop(_)
        );
        statements += usize::from(!holds_others);
        match &step.kind {
            StepKind::Sql(statement) => match &statement.kind {
                StatementKind::Truncate(_) => {
                    let start = span(statement.span).start;
                    let word = Span::new(start, start + TRUNCATE.len());
                    procedure.truncate.get_or_insert(word);
                }
                StatementKind::Call(call) => procedure.calls.push(call.name.key().to_string()),
                _ => {}
            },
            // TRUNCATE may be dynamic, COMMIT may not (AWS page: `Managing transactions`).
            StepKind::Execute { statement, .. } => {
                if let Some(text) = truncating(statement) {
                    procedure.truncate.get_or_insert(span(text));
                }
            }
            _ => {}
        }
    });
    procedure.several = statements > 1;
    procedure
}

const TRUNCATE: &str = "truncate";

/// The place of a literal that says TRUNCATE, in what EXECUTE runs.
fn truncating(text: &Expression) -> Option<redshift_sql::Span> {
    match &text.kind {
        ExpressionKind::Text(literal) => literal
            .to_lowercase()
            .contains(TRUNCATE)
            .then_some(text.span),
        ExpressionKind::Parenthesized(inner) => truncating(inner),
        ExpressionKind::Chain { first, rest } => {
            let operands = rest.iter().map(|link| &link.operand);
            std::iter::once(first.as_ref())
                .chain(operands)
                .find_map(truncating)
        }
        ExpressionKind::Call(call) => call.arguments.iter().find_map(truncating),
        _ => None,
    }
}

fn span(span: redshift_sql::Span) -> Span {
    span.into()
}

#[cfg(test)]
mod tests {
    #[test]
    fn procedures_that_truncate() {
        let made = |body: &str| {
            let sql = format!(
                "create or replace procedure Public.P(a int) as $x$ {body} $x$ language plpgsql"
            );
            let script = redshift_sql::parse(&sql);
            assert_eq!(script.mistakes, [], "{sql}");
            let procedure = super::made(&script.statements[0]).unwrap();
            assert_eq!(procedure.name, "p");
            let place = procedure
                .truncate
                .map(|span| sql[span.start..span.end].to_owned());
            (place, procedure.several, procedure.calls)
        };
        assert_eq!(
            made("begin truncate t; end;"),
            (Some("truncate".into()), false, vec![])
        );
        assert_eq!(
            made("begin -- truncate\n insert into t select 1; if a then TRUNCATE t; end if; end"),
            (Some("TRUNCATE".into()), true, vec![])
        );
        assert_eq!(
            made("begin execute 'truncate ' || t; end;"),
            (Some("'truncate '".into()), false, vec![])
        );
        assert_eq!(
            made("begin call s.q(1); end;"),
            (None, false, vec!["s.q".into()])
        );
    }
}
