//! What a name in a script means: from the binder where the statement can be read, else from its tokens.

use redshift_sql::functions::{self, Function};
use redshift_sql::lexer;
use redshift_sql::names::{Means, VisibleRelation, sketch};
use redshift_sql::token::{Token, TokenKind};
use redshift_sql::types::Type;

use super::model::{Model, SqlFile, byte, span};
use crate::source::Span;

/// A name and what it means.
#[derive(Debug, Clone)]
pub(super) struct MeantName {
    /// Where the name stands, in bytes.
    pub span: Span,
    /// What the name means there.
    pub meaning: MeantThing,
}

/// What a name in a script means.
#[derive(Debug, Clone)]
pub(super) enum MeantThing {
    /// A parameter of the pipeline.
    Parameter(String),
    /// A column of a relation.
    Column {
        /// Name of the column, as the relation has it.
        name: String,
        /// Type of the column, as far as it is known.
        kind: Type,
        /// Columns of tables that it is computed from: table and column.
        sources: Vec<(String, String)>,
    },
    /// A relation of the query: a table under its alias, or a query with a name.
    Relation(VisibleRelation),
    /// A table by its key.
    Table(String),
    /// A procedure or a function that somebody made, by its key.
    Routine(String),
    /// One of Redshift's functions.
    Function(&'static Function),
}

/// What stands at a byte of a script.
pub(super) fn named(model: &Model, script: &SqlFile, offset: usize) -> Option<MeantName> {
    let text = script.file.text();
    if in_comment(script, offset) {
        return None;
    }
    if let Some((span, name)) = parameter(script, offset) {
        return Some(MeantName {
            span,
            meaning: MeantThing::Parameter(name),
        });
    }
    let tokens = tokens_at(script, offset);
    let token = sketch::token_at(&tokens, byte(offset))?;
    match token.kind {
        TokenKind::Word(_) | TokenKind::Quoted => bound(model, script, token.span.start)
            .or_else(|| by_tokens(model, text, &tokens, token)),
        // The query of UNLOAD stands in a literal, with places of the script.
        TokenKind::Text => bound(model, script, byte(offset)),
        _ => None,
    }
}

/// The tokens around a byte: those of the script, or those of the body in dollar signs that it lies in.
pub(super) fn tokens_at(script: &SqlFile, offset: usize) -> Vec<Token> {
    let tokens = &script.parsed.tokens;
    let at = tokens.partition_point(|token| (token.span.end as usize) <= offset);
    match tokens.get(at) {
        Some(body) if body.kind == TokenKind::Dollar && (body.span.start as usize) < offset => {
            let text = script.file.text();
            let quote = body.span.of(text);
            let mark = quote.get(1..).and_then(|rest| rest.find('$'));
            let mark = mark.map_or(0, |end| byte(end + 2));
            let inner = redshift_sql::Span::new(
                body.span.start + mark,
                body.span
                    .end
                    .saturating_sub(mark)
                    .max(body.span.start + mark),
            );
            lexer::lex_part(text, inner).tokens
        }
        _ => tokens.clone(),
    }
}

pub(super) fn in_comment(script: &SqlFile, offset: usize) -> bool {
    let comments = &script.parsed.comments;
    comments
        .iter()
        .any(|comment| (comment.start as usize) < offset && offset < comment.end as usize)
}

/// The parameter at a byte: `:name`, or `{{name}}` wherever it stands.
pub(super) fn parameter(script: &SqlFile, offset: usize) -> Option<(Span, String)> {
    let text = script.file.text();
    let tokens = tokens_at(script, offset);
    if let Some(token) = sketch::token_at(&tokens, byte(offset))
        && token.kind == TokenKind::Parameter
    {
        let name = token.span.of(text).trim_start_matches(':').to_owned();
        return Some((span(token.span), name));
    }
    let before = text.get(..text.len().min(offset + 2).max(offset))?;
    let before = if before.ends_with("{{") {
        before
    } else {
        text.get(..offset)?
    };
    let start = before.rfind("{{")?;
    let inner = text.get(start + 2..)?;
    let end = inner.find("}}")?;
    let name = inner.get(..end)?.trim();
    let span = Span::new(start, start + 2 + end + 2);
    let is_name = crate::script::is_parameter_name(name);
    (is_name && offset <= span.end).then(|| (span, name.to_owned()))
}

fn bound(model: &Model, script: &SqlFile, start: u32) -> Option<MeantName> {
    let (number, statement) = script.statement_at(start)?;
    let at = model.bind(script, number, statement, start).at?;
    let meaning = match at.means {
        Means::Column {
            name,
            kind,
            sources,
            ..
        } => MeantThing::Column {
            name: name.to_string(),
            kind,
            sources: sources
                .iter()
                .map(|source| (source.table.to_string(), source.column.to_string()))
                .collect(),
        },
        Means::Relation(relation) => MeantThing::Relation(relation?),
        Means::Table { table, .. } => match &table.table {
            Some(key) => MeantThing::Table(key.to_string()),
            None => MeantThing::Relation(table),
        },
        Means::Written { table, column } => {
            let catalog = model.catalog(script, number);
            let known = catalog.get(&table);
            let known = known.and_then(|table| {
                let mut columns = table.columns.iter();
                columns.find(|known| known.name == column)
            });
            MeantThing::Column {
                kind: known.map_or(Type::Unknown, |known| known.kind),
                name: column.to_string(),
                sources: vec![(table.to_string(), column.to_string())],
            }
        }
        Means::Function { name } => function(model, &name)?,
    };
    Some(MeantName {
        span: span(at.span),
        meaning,
    })
}

/// A function: Redshift's, or one that the pipeline makes.
fn function(model: &Model, name: &str) -> Option<MeantThing> {
    if !model.made(name).is_empty() {
        return Some(MeantThing::Routine(name.to_owned()));
    }
    functions::find(name).map(MeantThing::Function)
}

fn by_tokens(model: &Model, text: &str, tokens: &[Token], token: Token) -> Option<MeantName> {
    let parts = sketch::chain(text, tokens, token);
    let key = sketch::key(&parts);
    let before = sketch::word_before(text, tokens, token);
    let before = before.as_deref().unwrap_or_default();
    let behind = tokens.partition_point(|other| other.span.start <= token.span.start);
    let behind = tokens.get(behind).map(|token| token.kind);
    let whole = behind != Some(TokenKind::Dot);
    let made = model.made(&key).first().map(|made| made.what);
    let is_routine =
        made.is_some_and(|what| matches!(what, "procedure" | "function" | "external function"));
    let called = behind == Some(TokenKind::LeftParenthesis);
    let meaning = if !whole {
        return None;
    } else if is_routine && (called || matches!(before, "procedure" | "function")) {
        MeantThing::Routine(key.to_string())
    } else if sketch::precedes_table(before) && parts.last().is_some_and(|name| *name != before) {
        MeantThing::Table(key.to_string())
    } else {
        let [name] = parts.as_slice() else {
            return None;
        };
        let function = functions::find(name)?;
        let bare = function.kind == functions::FunctionKind::Grammar;
        if !called && !bare {
            return None;
        }
        MeantThing::Function(function)
    };
    Some(MeantName {
        span: span(token.span),
        meaning,
    })
}
