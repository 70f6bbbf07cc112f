//! Writes a tree of Redshift's SQL in the engine's dialect.

use redshift_sql::names::{Findings, OutputColumn};
use redshift_sql::tree::{Body, Expression, ExpressionKind, Name, ObjectName, Select};
use redshift_sql::types::Type;

use super::fragment::{TokenTree, write};
use super::keys::GroupingKeys;
use super::statement::EngineSql;
use super::variables::BodyNames;
use super::{Refusal, TranslationContext, growth};

/// What a piece of a statement is written with.
#[derive(Clone, Copy)]
pub(super) struct Writer<'a> {
    pub(super) context: &'a TranslationContext<'a>,
    /// The text that the tree was read from, where somebody may ask how a name is written.
    text: Option<&'a str>,
    /// The types of the statement's expressions, where a rule needs them.
    types: Option<&'a Findings>,
    /// Variables of the procedure whose body it is in.
    pub(super) variables: Option<&'a dyn BodyNames>,
    /// Texts that the query around it groups by.
    pub(super) keys: Option<&'a GroupingKeys<'a>>,
    /// The select list whose names mean its expressions, where it groups by texts.
    pub(super) aliases: Option<&'a Select>,
    /// Whether the mark `(+)` may stand here, which is written as nothing.
    pub(super) marks: bool,
    /// Whether PRIOR may stand here.
    pub(super) prior: bool,
    /// Those that a query groups by whose subquery this is.
    pub(super) around: Option<&'a GroupingKeys<'a>>,
    /// Whether the engine takes a lambda here: not in a DEFAULT, nor in a subquery that may name
    /// columns of the query around it.
    pub(super) lambda: bool,
}

impl<'a> Writer<'a> {
    pub(super) fn new(context: &'a TranslationContext<'a>) -> Self {
        Self {
            context,
            text: None,
            types: None,
            variables: None,
            keys: None,
            aliases: None,
            marks: false,
            prior: false,
            around: None,
            lambda: true,
        }
    }

    /// With what binding the statement found.
    pub(super) fn typed(self, types: Option<&'a Findings>) -> Self {
        Self { types, ..self }
    }

    /// With the text that the tree was read from.
    pub(super) fn of_text(self, text: &'a str) -> Self {
        Self {
            text: Some(text),
            ..self
        }
    }

    /// The text that the tree was read from, where it is known.
    pub(super) fn text(self) -> Option<&'a str> {
        self.text
    }

    /// An attribute of a SUPER value. It is in lower case, unless the session has set
    /// `enable_case_sensitive_super_attribute` (AWS page of that name).
    pub(super) fn attribute(self, name: &Name) -> Result<String, Refusal> {
        if !self.context.attributes_as_written {
            return Ok(name.text.to_string());
        }
        let text = self.text.ok_or_else(|| {
            Refusal::Unsupported(
                "attributes in upper case within a procedure: give the value with EXECUTE, or write the \
                 query outside of it"
                    .to_owned(),
            )
        })?;
        let written = name.span.of(text);
        let quoted = written
            .strip_prefix('"')
            .and_then(|rest| rest.strip_suffix('"'));
        Ok(match quoted {
            Some(quoted) => quoted.replace("\"\"", "\""),
            None => written.to_owned(),
        })
    }

    /// What binding the statement found, if it was bound.
    pub(super) fn types(self) -> Option<&'a Findings> {
        self.types
    }

    /// The type of an expression of the statement, if it is known. A parameter that is no number is a
    /// text without a type, as a literal is.
    pub(super) fn type_of(self, expression: &Expression) -> Type {
        let known = self
            .types
            .map_or(Type::Unknown, |types| types.type_of(expression));
        match (known, &expression.bare().kind) {
            (Type::Unknown, ExpressionKind::Parameter(_)) if self.types.is_some() => Type::Literal,
            (known, _) => known,
        }
    }

    /// The columns of a query, where all of them are known.
    pub(super) fn columns_of(self, body: &Body) -> Option<&'a [OutputColumn]> {
        self.types?.columns_of(body)
    }

    /// The column of the select list that an item of GROUP BY or ORDER BY, or an alias, means.
    pub(super) fn selected(self, item: &Expression) -> Option<usize> {
        self.types?.selected(item)
    }

    /// For the statements of a procedure with these variables.
    pub(super) fn within(self, variables: &'a dyn BodyNames) -> Self {
        Self {
            variables: Some(variables),
            ..self
        }
    }

    /// For a query that groups by these texts.
    pub(super) fn grouped<'k>(self, select: &'k Select, keys: &'k GroupingKeys<'k>) -> Writer<'k>
    where
        'a: 'k,
    {
        Writer {
            keys: Some(keys),
            aliases: Some(select),
            ..self
        }
    }

    /// For a condition whose marks `(+)` a join carries out.
    pub(super) fn with_marks(self) -> Self {
        Self {
            marks: true,
            ..self
        }
    }

    /// For the condition that joins children to their parents.
    pub(super) fn in_hierarchy(self) -> Self {
        Self {
            prior: true,
            ..self
        }
    }

    /// The writer for a query that sees none of this one's aliases.
    pub(super) fn apart(self) -> Self {
        Self {
            aliases: None,
            prior: false,
            ..self.ungrouped()
        }
    }

    /// Without the texts of the query around it: for an aggregate.
    pub(super) fn ungrouped(self) -> Self {
        Self { keys: None, ..self }
    }

    /// For a query that is a value: it may name columns of the query around it.
    pub(super) fn in_subquery(self) -> Self {
        Self {
            around: self.keys.or(self.around),
            ..self.without_lambda()
        }
    }

    pub(super) fn without_lambda(self) -> Self {
        Self {
            lambda: false,
            ..self
        }
    }

    /// Nodes as text, unless the engine would make too much of them.
    pub(super) fn sql(self, nodes: &[TokenTree]) -> Result<EngineSql, Refusal> {
        growth::check(nodes)?;
        let mut parameters = Vec::new();
        let text = write(nodes, &mut parameters);
        Ok(EngineSql { text, parameters })
    }

    /// The name of a relation, quoted.
    pub(super) fn relation(self, name: &ObjectName) -> Result<String, Refusal> {
        Ok(write(&self.relation_nodes(name)?, &mut Vec::new()))
    }

    pub(super) fn relation_nodes(self, name: &ObjectName) -> Result<Vec<TokenTree>, Refusal> {
        let parts = match name.parts.as_slice() {
            [database, rest @ ..] if rest.len() == 2 => {
                if !database.text.eq_ignore_ascii_case(self.context.database) {
                    return Err(Refusal::Unsupported(format!(
                        "other databases than {}: `{}`",
                        self.context.database, database.text
                    )));
                }
                rest
            }
            parts if parts.len() > 2 => {
                return Err(Refusal::syntax("a name has at most three parts"));
            }
            parts => parts,
        };
        Ok(dotted(parts))
    }
}

/// Names with dots between them.
pub(super) fn dotted(parts: &[Name]) -> Vec<TokenTree> {
    let mut nodes = Vec::with_capacity(parts.len() * 2);
    for part in parts {
        if !nodes.is_empty() {
            nodes.push(TokenTree::symbol("."));
        }
        nodes.push(TokenTree::quoted(&part.text));
    }
    nodes
}

/// Quoted names in brackets: `("a", "b")`.
pub(super) fn names(names: &[Name]) -> TokenTree {
    TokenTree::Round(separated(
        names.iter().map(|name| vec![TokenTree::quoted(&name.text)]),
    ))
}

/// Parts with commas between them.
pub(super) fn separated(parts: impl IntoIterator<Item = Vec<TokenTree>>) -> Vec<TokenTree> {
    let mut nodes = Vec::new();
    for (number, part) in parts.into_iter().enumerate() {
        if number > 0 {
            nodes.push(TokenTree::symbol(","));
        }
        nodes.extend(part);
    }
    nodes
}
