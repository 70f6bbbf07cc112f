//! Statements and expressions of a procedure's body, in the engine's dialect. They are written as
//! those outside of procedures are, with parameters in the place of variables.
//!
//! A name that is a variable's and a column's means the variable. Redshift, as PostgreSQL 8, puts
//! `$1` in its place before it looks at any table.

use std::collections::HashMap;

use redshift_sql::names::{Binder, Findings, ResultColumns, TypedNames};
use redshift_sql::parse;
use redshift_sql::tree::{
    self, Body, CastForm, Expression, ExpressionKind, Name, ObjectName, Operator, OperatorLink,
    Query, StatementKind, TypeName,
};
use redshift_sql::types::Type;

use super::classify::statement;
use super::engine_type::type_of_engine;
use super::fragment::TokenTree;
use super::statement::{EngineSql, Statement};
use super::variable_type::VariableType;
use super::variables::BodyNames;
use super::writer::Writer;
use super::{Refusal, TranslationContext, as_text};

/// The types of variables, for the binder.
struct Typed<'a>(&'a dyn BodyNames);

impl TypedNames for Typed<'_> {
    fn named(&self, name: &ObjectName) -> Option<Type> {
        let (placeholder, taken) = self.0.named(&name.parts).ok()??;
        (taken == name.parts.len()).then(|| type_of_engine(&placeholder.kind.to_uppercase()))
    }

    fn at(&self, number: u32) -> Option<Type> {
        let placeholder = self.0.at(number)?;
        Some(type_of_engine(&placeholder.kind.to_uppercase()))
    }
}

/// Translates what stands in a body.
#[derive(Clone, Copy)]
pub(crate) struct BodyWriter<'a> {
    writer: Writer<'a>,
    variables: &'a dyn BodyNames,
}

impl<'a> BodyWriter<'a> {
    /// For the body that stands in `text`.
    pub(crate) fn new(
        context: &'a TranslationContext<'a>,
        variables: &'a dyn BodyNames,
        text: &'a str,
    ) -> Self {
        Self {
            writer: Writer::new(context).of_text(text).within(variables),
            variables,
        }
    }

    /// Does something with a writer that knows the types of what is bound.
    fn bound<T>(
        self,
        bind: impl FnOnce(Binder<'_>) -> Findings,
        write: impl FnOnce(Writer<'_>) -> Result<T, Refusal>,
    ) -> Result<T, Refusal> {
        let names = Typed(self.variables);
        let parameters = HashMap::new();
        let binder = Binder::new(self.writer.context.catalog, &parameters).with_names(&names);
        let types = bind(binder);
        write(self.writer.typed(Some(&types)))
    }

    /// The nodes of an expression.
    fn expression(self, value: &Expression) -> Result<Vec<TokenTree>, Refusal> {
        self.bound(
            |binder| binder.condition(value, &ResultColumns::default()),
            |writer| writer.expression(value),
        )
    }

    /// `select` and the text of a value of a type; of its own type where none is given.
    ///
    /// The SQL is `select (…)::varchar`, with `$1` for each variable.
    pub(crate) fn value(
        self,
        value: &Expression,
        kind: Option<&VariableType>,
    ) -> Result<EngineSql, Refusal> {
        let nodes = match kind {
            None => self.bound(
                |binder| binder.condition(value, &ResultColumns::default()),
                |writer| {
                    let nodes = writer.expression(value)?;
                    Ok(as_text::exact(writer.type_of(value), &nodes).unwrap_or(nodes))
                },
            )?,
            Some(kind) => {
                let cast = ExpressionKind::Cast {
                    value: Box::new(value.clone()),
                    data_type: Box::new(TypeName {
                        span: value.span,
                        kind: kind.cast.clone(),
                    }),
                    written: CastForm::Cast,
                };
                self.expression(&Expression::new(value.span, cast))?
            }
        };
        self.writer.sql(&[
            TokenTree::word("select"),
            TokenTree::Round(nodes),
            TokenTree::symbol("::"),
            TokenTree::word("varchar"),
        ])
    }

    /// `select` and a value, whose type the engine tells.
    ///
    /// The SQL is `select (…)`, with `$1` for each variable.
    pub(crate) fn typed(self, value: &Expression) -> Result<EngineSql, Refusal> {
        let nodes = self.expression(value)?;
        self.writer
            .sql(&[TokenTree::word("select"), TokenTree::Round(nodes)])
    }

    /// A value as an argument of a call.
    pub(crate) fn argument(self, value: &Expression) -> Result<EngineSql, Refusal> {
        self.writer.sql(&self.expression(value)?)
    }

    /// The text of whether a variable equals a value.
    pub(crate) fn equals(self, variable: &Name, value: &Expression) -> Result<EngineSql, Refusal> {
        let name = ObjectName {
            parts: variable.clone().into(),
            span: variable.span,
        };
        let comparison = ExpressionKind::Chain {
            first: Box::new(Expression::new(value.span, ExpressionKind::Column(name))),
            rest: vec![OperatorLink {
                operator: Operator::Equal,
                operator_span: value.span,
                operand: value.clone(),
            }],
        };
        let comparison = Expression::new(value.span, comparison);
        self.value(&comparison, Some(&VariableType::boolean()))
    }

    /// A query without INTO.
    pub(crate) fn query(self, query: &Query) -> Result<EngineSql, Refusal> {
        self.bound(
            |binder| binder.whole_query(query),
            |writer| writer.sql(&writer.query(query, true)?),
        )
    }

    /// A statement of SQL.
    pub(crate) fn statement(
        self,
        inner: &tree::Statement,
        text: &str,
    ) -> Result<Statement, Refusal> {
        self.bound(
            |binder| binder.statement(inner),
            |writer| statement(inner, text, writer),
        )
    }

    /// The name of a table or procedure, quoted.
    pub(crate) fn relation(self, name: &ObjectName) -> Result<String, Refusal> {
        self.writer.relation(name)
    }
}

/// Takes INTO out of a query of a body: the variables that it names. `into temp` makes a table.
///
/// `select a into x from t` gives `x`, and `select a from t` is left.
pub(crate) fn take_into(query: &mut Query) -> Option<Vec<ObjectName>> {
    let mut body = &mut query.body;
    loop {
        body = match body {
            Body::Select(select) => {
                return select
                    .into
                    .take_if(|into| !into.temporary)
                    .map(|into| into.targets);
            }
            Body::Parenthesized(inner) => &mut inner.body,
            Body::Operation { first, .. } => first,
        };
    }
}

/// The statements of a text that EXECUTE runs; it names no variables. What no procedure runs is refused.
///
/// `insert into t values (1); commit` gives a [`Statement::Insert`] and a [`Statement::Commit`].
pub(crate) fn dynamic(
    text: &str,
    nonatomic: bool,
    context: &TranslationContext<'_>,
) -> Result<Vec<Statement>, Refusal> {
    let script = parse(text);
    if let Some(mistake) = script.mistakes.into_iter().next() {
        return Err(Refusal::Mistake(Box::new(mistake)));
    }
    let statements = script.statements.iter();
    statements
        .map(|one| {
            if let Some(what) = one.kind.refused_in_procedure(nonatomic)
                && !matches!(one.kind, StatementKind::Begin(_))
            {
                return Err(Refusal::Value(format!(
                    "{what} cannot run in a procedure, which is part of a transaction: run it outside of \
                     the procedure"
                )));
            }
            let parameters = HashMap::new();
            let types = Binder::new(context.catalog, &parameters).statement(one);
            statement(one, text, Writer::new(context).typed(Some(&types)))
        })
        .collect()
}
