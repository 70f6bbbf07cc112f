//! What the Data API would refuse, and parameters that nobody declared.

use std::collections::HashSet;

use indexmap::IndexMap;
use runtime_lambda::plan::{ParameterType, Quoting};

use super::read::Analysed;
use super::{MAX_BATCH_STATEMENTS, MAX_STATEMENT_BYTES, statements_of, transaction};
use crate::diagnostic::{Code, Diagnostic};
use crate::pipeline::DeclaredParameter;
use crate::pipeline::mistake;
use crate::pipeline::resolver::Resolver;
use crate::pipeline_yaml::Batch;
use crate::script::{self, Insertion, Misplaced};
use crate::source::Span;

/// Checks the statements of a file as they are sent.
pub(super) fn statements(resolver: &mut Resolver<'_>, analysed: &Analysed, batch: Batch) {
    let file = &analysed.file;
    let statements = statements_of(&analysed.script, batch);
    if let Some(first) = statements.get(MAX_BATCH_STATEMENTS) {
        let sentence = format!(
            "this file has {} statements; a step has at most {MAX_BATCH_STATEMENTS}",
            statements.len()
        );
        resolver.push(
            Diagnostic::error(Code::TooManyStatements, sentence)
                .at(
                    file,
                    first_line(analysed, first.span),
                    "the first that is too many",
                )
                .help("split it into several steps"),
        );
    }
    for statement in statements {
        let length = statement.span.end - statement.span.start;
        if length > MAX_STATEMENT_BYTES {
            let sentence = format!(
                "this statement has {length} bytes; the Data API takes at most {MAX_STATEMENT_BYTES}"
            );
            resolver.push(
                Diagnostic::error(Code::StatementTooLong, sentence)
                    .at(file, first_line(analysed, statement.span), "it starts here")
                    .help("load data with COPY, or split the statement"),
            );
        }
    }
    if batch == Batch::Transaction {
        transaction::check(resolver, analysed);
    }
}

/// The first line of a place, so that a long one is not underlined to its end.
fn first_line(analysed: &Analysed, span: Span) -> Span {
    let text = analysed.file.slice(span);
    let line = text.lines().next().unwrap_or_default();
    let shown = line
        .char_indices()
        .nth(60)
        .map_or(line.len(), |(end, _)| end);
    Span::new(span.start, span.start + shown)
}

/// Checks the parameters of a file against those that the spec declares, and notes what is used.
pub(super) fn parameters(
    resolver: &mut Resolver<'_>,
    analysed: &Analysed,
    declared: &IndexMap<String, DeclaredParameter>,
    used: &mut HashSet<String>,
) {
    for misplaced in &analysed.script.misplaced {
        resolver.push(not_inserted(analysed, misplaced));
    }
    let mut unknown: HashSet<&str> = HashSet::new();
    for statement in &analysed.script.statements {
        let bound = statement
            .parameters
            .iter()
            .map(|parameter| (&parameter.name, parameter.span));
        let inserted = statement
            .insertions
            .iter()
            .map(|insertion| (&insertion.parameter, insertion.span));
        for (name, span) in bound.chain(inserted) {
            if declared.contains_key(name) {
                if !used.contains(name) {
                    used.insert(name.clone());
                }
            } else if unknown.insert(name) {
                undeclared(resolver, analysed, declared, name, span);
            }
        }
        for insertion in &statement.insertions {
            if let Some(declared) = declared.get(&insertion.parameter) {
                let name = &insertion.parameter;
                let place = "`{{…}}` inserts text into the statement";
                if let Some(diagnostic) = no_text(name, declared, place) {
                    resolver.push(
                        diagnostic
                            .at(&analysed.file, insertion.span, "")
                            .help(format!("write `:{name}`, where SQL allows a value")),
                    );
                    continue;
                }
                name_wanted(resolver, analysed, insertion, declared.parameter.kind);
            }
        }
    }
}

/// What is wrong with writing a parameter's value out as text, if anything; `place` says what would.
pub(in crate::pipeline) fn no_text(
    name: &str,
    declared: &DeclaredParameter,
    place: &str,
) -> Option<Diagnostic> {
    let parameter = &declared.parameter;
    if parameter.secret.is_some() {
        let sentence = format!("the parameter `{name}` is a secret, and {place}");
        Some(Diagnostic::error(Code::SecretPlace, sentence))
    } else if parameter.nullable {
        let sentence = format!("the parameter `{name}` may have no value, and {place}");
        Some(Diagnostic::error(Code::NullPlace, sentence))
    } else {
        None
    }
}

fn undeclared(
    resolver: &mut Resolver<'_>,
    analysed: &Analysed,
    declared: &IndexMap<String, DeclaredParameter>,
    name: &str,
    span: Span,
) {
    if resolver.document.is_mended(&["parameters"]) {
        return;
    }
    let suggestion = resolver
        .nearest
        .suggest(name, declared.keys().map(String::as_str));
    let help = match suggestion {
        Some(suggestion) => suggestion,
        None if script::is_parameter_name(name) => {
            format!("declare it under `parameters`, such as `{name}: {{ type: string }}`")
        }
        None => "a parameter's name has letters from a to z, digits and `_`".to_owned(),
    };
    resolver.push(
        Diagnostic::error(
            Code::UnknownParameter,
            format!("there is no parameter `{name}`"),
        )
        .at(&analysed.file, span, "")
        .help(help),
    );
}

/// Outside of a literal, only a name or a number can be inserted.
fn name_wanted(
    resolver: &mut Resolver<'_>,
    analysed: &Analysed,
    insertion: &Insertion,
    kind: ParameterType,
) {
    let name = &insertion.parameter;
    let known = !resolver.document.is_mended(&["parameters", name, "type"]);
    let fits = matches!(
        kind,
        ParameterType::Identifier | ParameterType::Integer | ParameterType::Number
    );
    if insertion.quoting != Quoting::Identifier || fits || !known {
        return;
    }
    let sentence = format!(
        "outside of a literal `{{{{{name}}}}}` inserts a name or a number, and `{name}` is neither"
    );
    resolver.push(
        Diagnostic::error(Code::InsertionType, sentence)
            .at(&analysed.file, insertion.span, "")
            .help(format!(
                "write `:{name}` for a value, or declare it with `type: identifier`"
            )),
    );
}

fn not_inserted(analysed: &Analysed, misplaced: &Misplaced) -> Diagnostic {
    let file = &analysed.file;
    match misplaced {
        Misplaced::NoName(span) => match redshift_sql::placeholder(file.text(), span.start) {
            // What another tool would fill in, such as `{{ ref('orders') }}`.
            Some(placeholder) if file.slice(mistake::span(placeholder.span)).contains('(') => {
                let help = placeholder.help.unwrap_or_default();
                Diagnostic::error(Code::InsertionSyntax, placeholder.sentence)
                    .at(file, mistake::span(placeholder.span), "")
                    .help(help)
            }
            _ => Diagnostic::error(
                Code::InsertionSyntax,
                "between `{{` and `}}` stands the name of a parameter",
            )
            .at(file, *span, "")
            .help("write `{{name}}`, with a letter or `_` first, then letters, digits and `_`"),
        },
        Misplaced::InQuotedName(span) => Diagnostic::error(
            Code::InsertionPlace,
            "nothing can be inserted into a name in double quotes",
        )
        .at(file, *span, "")
        .help("remove the double quotes: what is inserted as a name is quoted anyway"),
        Misplaced::InBody(span) => Diagnostic::error(
            Code::InsertionPlace,
            "nothing can be inserted into a `$$` body",
        )
        .at(file, *span, "")
        .help("put the text into a string literal, or make it an argument of the procedure"),
    }
}
