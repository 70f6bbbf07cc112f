//! Stored procedures whose body is plain statements.

use serde::{Deserialize, Serialize};

use super::classify::{relation, sql, statement};
use super::lexer::{Kind, Token, tokens};
use super::statement::{Sql, Statement};
use super::tree::{Node, split_commas, tree};
use super::{Context, Refusal, types};

/// An argument of a procedure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Argument {
    /// Empty where it is known by its position only.
    pub(crate) name: String,
    /// The engine's type.
    pub(crate) kind: String,
}

/// A procedure as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Procedure {
    pub(crate) name: String,
    pub(crate) arguments: Vec<Argument>,
    pub(crate) body: String,
    /// CREATE OR REPLACE.
    pub(crate) replace: bool,
}

/// Reads CREATE PROCEDURE; `at` is the place of its name.
pub(super) fn create(
    nodes: &[Node],
    at: usize,
    replace: bool,
    context: &Context<'_>,
) -> Result<Statement, Refusal> {
    let (name, taken) = relation(nodes.get(at..).unwrap_or_default(), context)?;
    let listed = nodes
        .get(at + taken)
        .and_then(Node::as_round)
        .ok_or_else(|| Refusal::syntax("CREATE PROCEDURE takes arguments in brackets"))?;
    let mut arguments = Vec::new();
    for part in split_commas(listed) {
        arguments.push(argument(part)?);
    }
    let body = nodes
        .get(at + taken + 1..)
        .unwrap_or_default()
        .iter()
        .find_map(Node::as_text)
        .ok_or_else(|| Refusal::syntax("CREATE PROCEDURE takes a body AS $$ … $$"))?;
    Ok(Statement::CreateProcedure(Box::new(Procedure {
        name,
        arguments,
        body: body.to_owned(),
        replace,
    })))
}

/// `[name] [mode] type`, in either order of name and mode.
fn argument(part: &[Node]) -> Result<Argument, Refusal> {
    let mut name = String::new();
    let mut rest = part;
    loop {
        match rest.first().and_then(Node::as_name) {
            Some("in") => {}
            Some("out" | "inout") => {
                return Err(Refusal::Unsupported(
                    "procedures with OUT arguments".to_owned(),
                ));
            }
            Some(word) => {
                if let Some(kind) = types::read(rest)?
                    && kind.nodes == rest.len()
                {
                    return Ok(Argument {
                        name,
                        kind: kind.name,
                    });
                }
                if !name.is_empty() {
                    return Err(Refusal::Unsupported(format!(
                        "the argument {name} of that type"
                    )));
                }
                name = word.to_owned();
            }
            None => return Err(Refusal::syntax("an argument has a type")),
        }
        rest = rest.get(1..).unwrap_or_default();
    }
}

/// Reads CALL.
pub(super) fn call(nodes: Vec<Node>, context: &Context<'_>) -> Result<Statement, Refusal> {
    let (name, taken) = relation(nodes.get(1..).unwrap_or_default(), context)?;
    let listed = nodes
        .get(1 + taken)
        .and_then(Node::as_round)
        .ok_or_else(|| Refusal::syntax("CALL a procedure with brackets"))?;
    let arguments = split_commas(listed)
        .into_iter()
        .map(|part| sql(part.to_vec(), context))
        .collect::<Result<Vec<Sql>, _>>()?;
    Ok(Statement::Call { name, arguments })
}

/// The statements of a procedure's body, its arguments being the parameters that their names (or
/// `$1` …) stand for.
pub(crate) fn body_statements(
    procedure: &Procedure,
    context: &Context<'_>,
) -> Result<Vec<Statement>, Refusal> {
    let nodes = tree(tokens(&procedure.body)?)?;
    let mut parts: Vec<&[Node]> = nodes.split(|node| node.is_symbol(";")).collect();
    while parts.last().is_some_and(|part| part.is_empty()) {
        parts.pop();
    }
    let mut statements = Vec::new();
    let mut begun = false;
    let count = parts.len();
    for (number, mut part) in parts.into_iter().enumerate() {
        if !begun {
            if part.first().is_some_and(|node| node.is_word("declare")) {
                part = part.get(1..).unwrap_or_default();
            }
            if !part.first().is_some_and(|node| node.is_word("begin")) {
                return Err(refused("variables"));
            }
            begun = true;
            part = part.get(1..).unwrap_or_default();
        }
        let Some(first) = part.first() else {
            continue;
        };
        match first.as_word().unwrap_or_default() {
            "end" if number + 1 == count => break,
            "null" if part.len() == 1 => continue,
            "return" if part.len() == 1 => break,
            "raise" => {
                if part.get(1).is_some_and(|node| node.is_word("exception")) {
                    return Err(refused("RAISE EXCEPTION"));
                }
                continue;
            }
            "commit" | "rollback" | "begin" => return Err(refused("transaction control")),
            "select" if part.iter().any(|node| node.is_word("into")) => {
                return Err(refused("SELECT INTO variables"));
            }
            "call" => {}
            word @ ("if" | "loop" | "while" | "for" | "exit" | "continue" | "execute" | "open"
            | "fetch" | "close" | "exception" | "case" | "perform" | "get" | "declare"
            | "end" | "elsif" | "else" | "elseif" | "return" | "foreach") => {
                return Err(refused(&word.to_uppercase()));
            }
            _ => {}
        }
        if part.iter().any(|node| node.is_symbol(":=")) {
            return Err(refused("assignments"));
        }
        statements.push(statement(bind(part, &procedure.arguments), context)?);
    }
    if begun {
        Ok(statements)
    } else {
        Err(Refusal::syntax("the body of a procedure is BEGIN … END"))
    }
}

fn refused(what: &str) -> Refusal {
    Refusal::Unsupported(format!(
        "{what} in a procedure: only bodies of plain statements run"
    ))
}

/// Puts parameters where arguments are mentioned.
fn bind(nodes: &[Node], arguments: &[Argument]) -> Vec<Node> {
    let mut out: Vec<Node> = Vec::with_capacity(nodes.len());
    for (position, node) in nodes.iter().enumerate() {
        let dot = |node: Option<&Node>| node.is_some_and(|node| node.is_symbol("."));
        let mentioned = match node {
            Node::Round(inner) => {
                out.push(Node::Round(bind(inner, arguments)));
                continue;
            }
            Node::Square(inner) => {
                out.push(Node::Square(bind(inner, arguments)));
                continue;
            }
            Node::Token(token) if token.kind == Kind::Position => token
                .text
                .parse::<usize>()
                .ok()
                .and_then(|number| number.checked_sub(1)),
            Node::Token(_) => node.as_name().and_then(|name| {
                let called = nodes
                    .get(position + 1)
                    .is_some_and(|next| next.as_round().is_some());
                let part = dot(nodes.get(position + 1)) || dot(out.last());
                arguments
                    .iter()
                    .position(|argument| !part && !called && argument.name == name)
            }),
            Node::Ready(_) => None,
        };
        match mentioned.and_then(|index| arguments.get(index).map(|argument| (index, argument))) {
            Some((index, argument)) => {
                let name = parameter_name(index);
                out.push(Node::Round(vec![
                    Node::Token(Token::new(Kind::Parameter, name)),
                    Node::symbol("::"),
                    Node::Ready(argument.kind.clone()),
                ]));
            }
            None => out.push(node.clone()),
        }
    }
    out
}

/// The parameter that stands for an argument: no parameter of a script has such a name.
pub(crate) fn parameter_name(index: usize) -> String {
    format!("argument {index}")
}
