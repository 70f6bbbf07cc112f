//! The RSQL script of a step: what is wrong with it before it runs, and what it does with parameters.

use std::collections::HashMap;
use std::sync::Arc;

use indexmap::IndexMap;
use redshift_sql::names::{Binder, DeclaredTables as Tables};
use redshift_sql::rsql::{self, CommandKind, PieceKind, ScriptPiece};
use redshift_sql::{Mistake, MistakeKind, Span};
use runtime_lambda::plan::ParameterType;

use super::resolver::Resolver;
use super::scripts::check::no_text;
use super::scripts::{MAX_SCRIPT_BYTES, read as files_read};
use super::{DeclaredParameter, mistake};
use crate::diagnostic::{Code, Diagnostic};
use crate::script;
use crate::source::{self, Files, SourceFile};

/// The script that a step names.
pub(super) fn read(
    resolver: &mut Resolver<'_>,
    files: &dyn Files,
    step: &str,
    written: &str,
    declared: &IndexMap<String, DeclaredParameter>,
) -> Option<String> {
    let (path, text) = text(resolver, files, step, written)?;
    parameters(resolver, step, &text, declared);
    let path = source::beside(resolver.document.file.path(), &path);
    let file = SourceFile::new(path, text.as_bytes().to_vec());
    let script = rsql::read(&text);
    quoted(resolver, &file, &script, declared);
    for mistake in rsql::mistakes(&script, &text) {
        let diagnostic = mistake::diagnostic(&file, &mistake);
        resolver.push(match mistake.kind {
            MistakeKind::Unclosed => diagnostic,
            _ => Diagnostic {
                code: Code::RsqlCommand,
                ..diagnostic
            },
        });
    }
    for mistake in in_statements(&script, &text) {
        resolver.push(mistake::diagnostic(&file, &mistake));
    }
    Some(text)
}

fn text(
    resolver: &mut Resolver<'_>,
    files: &dyn Files,
    step: &str,
    written: &str,
) -> Option<(String, String)> {
    let document = resolver.document;
    let span = document.at(&["steps", step, "rsql"]);
    let problem = match source::relative(written) {
        Err(problem) => files_read::outside(problem, written),
        Ok(path) => match files.read(&path, MAX_SCRIPT_BYTES) {
            Ok(bytes) => match String::from_utf8(source::without_mark(bytes)) {
                Ok(text) if text.trim().is_empty() => {
                    Diagnostic::error(Code::ScriptEmpty, format!("`{path}` is empty"))
                        .help("write a script, or remove the step")
                }
                Ok(text) => return Some((path, text)),
                Err(_) => Diagnostic::error(Code::ScriptNotUtf8, format!("`{path}` is not UTF-8"))
                    .help("save the file as UTF-8"),
            },
            Err(problem) => files_read::absent(&problem, &path),
        },
    };
    resolver.push(problem.at(&document.file, span, ""));
    None
}

/// Reports parameters that an RSQL script mentions and that cannot be written out as text, which is
/// what RSQL does with them.
fn parameters(
    resolver: &mut Resolver<'_>,
    step: &str,
    text: &str,
    declared: &IndexMap<String, DeclaredParameter>,
) {
    let document = resolver.document;
    for (name, known) in declared {
        if !mentions_variable(text, name) {
            continue;
        }
        let place = "RSQL writes its parameters out as text";
        if let Some(diagnostic) = no_text(name, known, place) {
            resolver.push(
                diagnostic
                    .at(&document.file, document.at(&["steps", step, "rsql"]), "")
                    .help(format!("use `:{name}` in a step with `sql:`")),
            );
        }
    }
}

/// Whether a script has `:name`, `:'name'`, `:"name"` or `:{?name}`, in comments too: too much is
/// reported rather than too little.
fn mentions_variable(text: &str, name: &str) -> bool {
    text.match_indices(name).any(|(at, _)| {
        let before = text.get(..at).unwrap_or_default();
        let behind = text.get(at + name.len()..).unwrap_or_default();
        let begins = [":", ":'", ":\"", ":{?"]
            .iter()
            .any(|opening| before.ends_with(opening));
        let of_name = |c: char| c.is_alphanumeric() || c == '_';
        begins && !behind.starts_with(of_name)
    })
}

/// Reports texts that an RSQL script puts into its SQL without quotes. Dates are texts to SQL.
fn quoted(
    resolver: &mut Resolver<'_>,
    file: &Arc<SourceFile>,
    script: &rsql::RsqlScript,
    declared: &IndexMap<String, DeclaredParameter>,
) {
    let texts = declared.iter().filter(|(_, declared)| {
        matches!(
            declared.parameter.kind,
            ParameterType::String | ParameterType::Date
        )
    });
    for place in script::pasted(script, texts.map(|(name, _)| name.as_str())) {
        let name = place.name;
        resolver.push(
            Diagnostic::error(
                Code::PastedText,
                format!("`:{name}` puts a text into the script without quotes"),
            )
            .at(file, place.span, "")
            .help(format!(
                "write `:'{name}'`, or `:\"{name}\"` for a name of SQL"
            )),
        );
    }
}

/// What is wrong with the statements that are sent as they are written: no variable stands in them, and
/// no command. What their tables have, only the branches that run decide.
fn in_statements(script: &rsql::RsqlScript, text: &str) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    let tables = Tables::default();
    let parameters = HashMap::new();
    for place in whole_statements(&script.pieces) {
        let parsed = redshift_sql::parse(place.of(text));
        let mut found = parsed.mistakes;
        for statement in &parsed.statements {
            found.extend(
                Binder::new(&tables, &parameters)
                    .statement(statement)
                    .mistakes,
            );
        }
        mistakes.extend(found.into_iter().map(|mistake| Mistake {
            span: Span::new(
                place.start + mistake.span.start,
                place.start + mistake.span.end,
            ),
            ..mistake
        }));
    }
    mistakes
}

/// The places of the statements that stand in one piece without variables, and are sent.
fn whole_statements(pieces: &[ScriptPiece]) -> Vec<Span> {
    let mut whole = Vec::new();
    let mut current = Statement::Nothing;
    for piece in pieces {
        match &piece.kind {
            PieceKind::Sql(sql) => {
                let (Some(first), Some(last)) = (sql.tokens.first(), sql.tokens.last()) else {
                    continue;
                };
                current = match current {
                    Statement::Nothing if sql.variables.is_empty() => {
                        Statement::Whole(first.span.to(last.span))
                    }
                    _ => Statement::Unknown,
                };
            }
            PieceKind::Command(command) => match command.kind {
                CommandKind::Send | CommandKind::SendAndKeep => current.sent(&mut whole),
                CommandKind::Reset => current = Statement::Nothing,
                // The other script may leave a statement open.
                CommandKind::Include => current = Statement::Unknown,
                CommandKind::If
                | CommandKind::ElseIf
                | CommandKind::Else
                | CommandKind::EndIf
                | CommandKind::Goto
                | CommandKind::Label
                    if !matches!(current, Statement::Nothing) =>
                {
                    // From here on, what a statement begins with depends on where the script came from.
                    break;
                }
                _ => {}
            },
            PieceKind::End => current.sent(&mut whole),
        }
    }
    whole
}

/// The statement so far.
enum Statement {
    Nothing,
    /// It stands at one place.
    Whole(Span),
    /// It depends on what runs.
    Unknown,
}

impl Statement {
    fn sent(&mut self, whole: &mut Vec<Span>) {
        if let Self::Whole(place) = std::mem::replace(self, Self::Nothing) {
            whole.push(place);
        }
    }
}
