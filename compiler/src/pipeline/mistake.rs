//! Mistakes in SQL and their places, as diagnostics have them.

use std::sync::Arc;

use redshift_sql::{Mistake, MistakeKind};

use crate::diagnostic::{Code, Diagnostic};
use crate::source::{SourceFile, Span};

/// A mistake in the SQL of a file.
pub fn diagnostic(file: &Arc<SourceFile>, mistake: &Mistake) -> Diagnostic {
    let code = match mistake.kind {
        MistakeKind::Unclosed => Code::ScriptSyntax,
        MistakeKind::Syntax | MistakeKind::TooDeep => Code::SqlSyntax,
        MistakeKind::NotRedshift => Code::NotRedshift,
        MistakeKind::Ended => Code::SqlEnded,
        MistakeKind::UnknownFunction => Code::SqlFunction,
        MistakeKind::Arguments => Code::SqlArguments,
        MistakeKind::UnknownType => Code::SqlTypeName,
        MistakeKind::UnknownTable => Code::SqlTable,
        MistakeKind::UnknownColumn => Code::SqlColumn,
        MistakeKind::Ambiguous => Code::SqlAmbiguous,
        MistakeKind::ColumnCount => Code::SqlColumnCount,
        MistakeKind::Types => Code::SqlTypes,
    };
    let diagnostic = Diagnostic::error(code, mistake.sentence.clone());
    let label = match mistake.kind {
        MistakeKind::Unclosed => "it starts here",
        _ => "",
    };
    let diagnostic = diagnostic.at(file, span(mistake.span), label);
    match &mistake.help {
        Some(help) => diagnostic.help(help.clone()),
        None => diagnostic,
    }
}

/// A place as diagnostics have it.
pub(super) fn span(span: redshift_sql::Span) -> Span {
    span.into()
}
