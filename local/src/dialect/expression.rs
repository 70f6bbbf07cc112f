//! Expressions and queries: the walk over all levels of a statement.

use super::lexer::{Kind, Token};
use super::tree::{Node, split_commas};
use super::{Context, Refusal, functions, operand, pattern, select, strangers, types};

/// Views that stand in for Redshift's system tables.
const SYSTEM_VIEWS: &[&str] = &[
    "svv_table_info",
    "svv_tables",
    "svv_columns",
    "svv_external_columns",
    "svv_all_tables",
    "svv_all_columns",
    "pg_table_def",
    "stl_load_errors",
    "sys_load_error_detail",
    "svl_user_info",
];

/// Schema of the system tables that somebody gave.
pub(crate) const SYSTEM_TABLES: &str = "redshift_system";

/// Words that the engine reserves and Redshift does not.
const RESERVED_BY_ENGINE: &[&str] = &[
    "lambda",
    "pivot_longer",
    "pivot_wider",
    "summarize",
    "asof",
    "anti",
    "semi",
    "positional",
    "glob",
    "describe",
    "macro",
];

/// Where nodes with expressions stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// A query whose columns somebody reads.
    Outermost,
    /// A part of a statement.
    Inside,
    /// A DEFAULT, or a subquery that may name columns of the query around it: there the engine takes
    /// no lambda.
    WithoutLambda,
}

/// Rewrites a query or a part of a statement that holds expressions.
pub(super) fn rewrite(
    nodes: Vec<Node>,
    context: &Context<'_>,
    standing: Standing,
) -> Result<Vec<Node>, Refusal> {
    strangers::refuse(&nodes)?;
    let nodes = select::rewrite(nodes, standing == Standing::Outermost)?;
    let mut inner = Vec::with_capacity(nodes.len());
    for node in nodes {
        let below = match &node {
            _ if standing == Standing::WithoutLambda => standing,
            Node::Round(nodes) if may_be_correlated(&inner, nodes, standing) => {
                Standing::WithoutLambda
            }
            _ => Standing::Inside,
        };
        inner.push(match node {
            Node::Round(nodes) => Node::Round(rewrite(nodes, context, below)?),
            Node::Square(nodes) => Node::Square(rewrite(nodes, context, below)?),
            other => other,
        });
    }
    let lambda = standing != Standing::WithoutLambda;
    pattern::rewrite(level(&inner, context, lambda)?)
}

/// Whether brackets hold a subquery that may name columns of the query around it: not one that a
/// FROM, a WITH or a UNION is made of.
fn may_be_correlated(before: &[Node], inner: &[Node], standing: Standing) -> bool {
    if !inner
        .first()
        .is_some_and(|first| first.is_word("select") || first.is_word("with"))
    {
        return false;
    }
    let word = |back: usize| {
        let at = before.len().checked_sub(back)?;
        before.get(at)?.as_word()
    };
    match word(1) {
        Some(
            "from" | "join" | "as" | "materialized" | "union" | "except" | "intersect" | "minus",
        ) => false,
        Some("all") => !matches!(word(2), Some("union" | "except" | "intersect")),
        // `coalesce((select …), 0)`: brackets in brackets are an argument as well as a query.
        None => !(before.is_empty() && standing == Standing::Outermost),
        Some(_) => true,
    }
}

/// Rewrites calls, casts, names and parameters of one level whose brackets are done.
fn level(nodes: &[Node], context: &Context<'_>, lambda: bool) -> Result<Vec<Node>, Refusal> {
    let mut out: Vec<Node> = Vec::with_capacity(nodes.len() + 8);
    let mut position = 0;
    while let Some(node) = nodes.get(position) {
        let rest = nodes.get(position + 1..).unwrap_or_default();
        position += 1;
        let qualified = out.last().is_some_and(|n| n.is_symbol("."));
        if node.is_symbol("::") {
            position += cast_suffix(&mut out, rest)?;
            continue;
        }
        if is_kind(node, Kind::Number) && follows_now(&out) {
            // A number beside a moment is days.
            out.extend(functions::call("to_days", vec![vec![node.clone()]]));
            continue;
        }
        if is_kind(node, Kind::Parameter) {
            parameter(&mut out, node, rest, context);
            continue;
        }
        let Some(word) = node.as_word() else {
            if !qualified && context.is_database(node) && is_three_part(rest) {
                position += 1;
                continue;
            }
            out.push(node.clone());
            continue;
        };
        if !qualified && context.is_database(node) && is_three_part(rest) {
            position += 1;
            continue;
        }
        if qualified {
            out.push(node.clone());
            continue;
        }
        if let Some(arguments) = rest.first().and_then(Node::as_round)
            && operand::is_function_name(word)
        {
            if word == "cast" {
                out.extend(cast_call(arguments)?);
                position += 1;
            } else if let Some(call) =
                functions::rewrite(word, arguments, rest.get(1..).unwrap_or_default(), lambda)?
            {
                position += 1 + call.taken;
                out.extend(call.nodes);
            } else {
                out.push(node.clone());
            }
            continue;
        }
        match word {
            "sysdate" => out.extend(functions::own("getdate", Vec::new())),
            "approximate"
                if rest
                    .first()
                    .is_some_and(|n| matches!(n.as_word(), Some("count" | "percentile_disc"))) => {}
            "minus"
                if rest
                    .first()
                    .is_some_and(|n| n.is_word("select") || n.as_round().is_some()) =>
            {
                out.push(Node::word("except"))
            }
            "pg_catalog"
                if rest.first().is_some_and(|n| n.is_symbol("."))
                    && names_system_view(rest.get(1), context) =>
            {
                position += 1;
            }
            _ if is_system_view(word, context) => {
                let schema = if context.system_tables.contains(word) {
                    SYSTEM_TABLES
                } else {
                    "redshift"
                };
                out.extend([Node::word(schema), Node::symbol("."), node.clone()]);
            }
            _ if RESERVED_BY_ENGINE.contains(&word) => {
                out.push(Node::Token(Token::new(Kind::Quoted, word)));
            }
            _ => out.push(node.clone()),
        }
    }
    Ok(out)
}

/// Whether the nodes end with `getdate() +` or `getdate() -`.
fn follows_now(nodes: &[Node]) -> bool {
    matches!(nodes, [.., name, Node::Round(inner), sign]
        if name.is_word("getdate") && inner.is_empty() && (sign.is_symbol("+") || sign.is_symbol("-")))
        || matches!(nodes, [.., name, sign]
        if name.is_word("current_timestamp") && (sign.is_symbol("+") || sign.is_symbol("-")))
}

fn names_system_view(node: Option<&Node>, context: &Context<'_>) -> bool {
    node.and_then(Node::as_word)
        .is_some_and(|word| is_system_view(word, context))
}

/// Whether it is a system table or view that is there, given by somebody or built in.
fn is_system_view(word: &str, context: &Context<'_>) -> bool {
    context.system_tables.contains(word) || SYSTEM_VIEWS.contains(&word)
}

fn is_kind(node: &Node, kind: Kind) -> bool {
    matches!(node, Node::Token(token) if token.kind == kind)
}

/// Whether a name is followed by two more: `database.schema.table`.
fn is_three_part(rest: &[Node]) -> bool {
    matches!(rest, [first, schema, second, table, ..]
        if first.is_symbol(".") && schema.as_name().is_some()
            && second.is_symbol(".") && (table.as_name().is_some() || table.is_symbol("*")))
}

/// `::type` behind the operand that `out` ends with; the number of nodes read from `rest`.
fn cast_suffix(out: &mut Vec<Node>, rest: &[Node]) -> Result<usize, Refusal> {
    let Some(kind) = types::read(rest)? else {
        out.push(Node::symbol("::"));
        return Ok(0);
    };
    check_integer_literal(out.last(), &kind)?;
    match kind.length.filter(|length| length.explicit) {
        None => out.extend([Node::symbol("::"), Node::Ready(kind.name)]),
        Some(length) => {
            let operand = out.split_off(operand::start(out));
            out.extend(cut(operand, length));
        }
    }
    Ok(kind.nodes)
}

/// `cast(operand as type)`.
fn cast_call(arguments: &[Node]) -> Result<Vec<Node>, Refusal> {
    let position = arguments.iter().rposition(|node| node.is_word("as"));
    let Some((operand, kind)) = position.map(|at| arguments.split_at(at)) else {
        return Err(Refusal::Syntax(
            "CAST takes an expression AS a type".to_owned(),
        ));
    };
    let kind = types::read(kind.get(1..).unwrap_or_default())?
        .filter(|kind_read| kind_read.nodes + 1 == kind.len())
        .ok_or_else(|| Refusal::Syntax("CAST to a type that does not exist".to_owned()))?;
    check_integer_literal(operand.last().filter(|_| operand.len() == 1), &kind)?;
    Ok(match kind.length.filter(|length| length.explicit) {
        Some(length) => cut(operand.to_vec(), length),
        None => {
            let mut inner = operand.to_vec();
            inner.extend([Node::word("as"), Node::Ready(kind.name)]);
            vec![Node::word("cast"), Node::Round(inner)]
        }
    })
}

/// A text literal that is no whole number is none in Redshift; the engine would round it.
fn check_integer_literal(operand: Option<&Node>, kind: &types::Type) -> Result<(), Refusal> {
    if !matches!(kind.short, "int2" | "int4" | "int8") {
        return Ok(());
    }
    match operand.and_then(Node::as_text) {
        Some(text) if text.contains(['.', 'e', 'E']) => Err(Refusal::Value(format!(
            "invalid input syntax for integer: \"{text}\""
        ))),
        _ => Ok(()),
    }
}

/// A cast to a limited text cuts what is too long.
fn cut(operand: Vec<Node>, length: types::Length) -> Vec<Node> {
    let function = if length.blank_padded {
        "cut_blank_padded"
    } else {
        "cut"
    };
    let as_text = vec![
        Node::Round(operand),
        Node::symbol("::"),
        Node::Ready("varchar".to_owned()),
    ];
    let bytes = vec![Node::Ready(length.bytes.to_string())];
    functions::own(function, vec![as_text, bytes])
}

/// A parameter is a text whose type is found by what it stands beside; beside an arithmetic operator
/// the engine does not find one.
fn parameter(out: &mut Vec<Node>, node: &Node, rest: &[Node], context: &Context<'_>) {
    let arithmetic = |node: Option<&Node>| {
        node.is_some_and(|node| {
            ["+", "-", "*", "/", "%"]
                .iter()
                .any(|symbol| node.is_symbol(symbol))
        })
    };
    let beside = arithmetic(out.last()) || arithmetic(rest.first());
    out.push(node.clone());
    if beside
        && let Node::Token(token) = node
        && let Some(kind) = context.number_type(&token.text)
    {
        out.extend([Node::symbol("::"), Node::Ready(kind.to_owned())]);
    }
}

/// The arguments of a call.
pub(super) fn arguments(nodes: &[Node]) -> Vec<Vec<Node>> {
    split_commas(nodes)
        .into_iter()
        .map(<[Node]>::to_vec)
        .collect()
}
