//! Select lists: TOP, and the names that Redshift gives to columns without an alias.

use super::Refusal;
use super::lexer::{Kind, Token};
use super::operand::{case_end, is_function_name};
use super::tree::Node;
use super::types;

/// Words that end a select list.
const AFTER_LIST: &[&str] = &[
    "from",
    "into",
    "where",
    "group",
    "order",
    "limit",
    "offset",
    "union",
    "except",
    "minus",
    "intersect",
    "having",
    "qualify",
];

/// Rewrites the select lists of one level. `outermost` is a query whose columns somebody reads: there
/// even an expression has a name.
pub(super) fn rewrite(nodes: Vec<Node>, outermost: bool) -> Result<Vec<Node>, Refusal> {
    if !nodes.iter().any(|node| node.is_word("select")) {
        return Ok(nodes);
    }
    let mut out = Vec::with_capacity(nodes.len() + 8);
    let mut limit = None;
    let mut position = 0;
    while let Some(node) = nodes.get(position) {
        out.push(node.clone());
        position += 1;
        if !node.is_word("select") {
            continue;
        }
        while let Some(modifier) = nodes.get(position) {
            if matches!(modifier.as_word(), Some("distinct" | "all")) {
                out.push(modifier.clone());
                position += 1;
            } else if modifier.is_word("top")
                && let Some(count) = nodes.get(position + 1)
                && (count.as_number().is_some()
                    || count.as_round().is_some()
                    || is_parameter(count))
            {
                if nodes.iter().any(is_set_operation) {
                    return Err(Refusal::Unsupported(
                        "TOP beside UNION or the like: use LIMIT".to_owned(),
                    ));
                }
                limit = Some(count.clone());
                position += 2;
            } else {
                break;
            }
        }
        let end = list_end(&nodes, position);
        let list = nodes.get(position..end).unwrap_or_default();
        for (number, item) in list.split(|node| node.is_symbol(",")).enumerate() {
            if number > 0 {
                out.push(Node::symbol(","));
            }
            out.extend(item.iter().cloned());
            if let Some(name) = name(item, outermost)? {
                out.push(Node::word("as"));
                out.push(Node::Token(Token::new(Kind::Quoted, name)));
            }
        }
        position = end;
    }
    if let Some(count) = limit {
        out.push(Node::word("limit"));
        out.push(count);
    }
    Ok(out)
}

fn is_parameter(node: &Node) -> bool {
    matches!(node, Node::Token(token) if token.kind == Kind::Parameter)
}

fn is_set_operation(node: &Node) -> bool {
    matches!(
        node.as_word(),
        Some("union" | "except" | "minus" | "intersect")
    )
}

/// Position behind the select list that begins at `position`.
fn list_end(nodes: &[Node], position: usize) -> usize {
    let mut end = position;
    while let Some(node) = nodes.get(end) {
        if node.is_word("case") {
            end = case_end(nodes, end);
            continue;
        }
        let qualified = end > position && nodes.get(end - 1).is_some_and(|n| n.is_symbol("."));
        if !qualified
            && node
                .as_word()
                .is_some_and(|word| AFTER_LIST.contains(&word))
        {
            break;
        }
        end += 1;
    }
    end
}

/// The name of a column that was given none, where the engine would choose another.
fn name(item: &[Node], outermost: bool) -> Result<Option<String>, Refusal> {
    let [first, .., last] = item else {
        let bare = match item {
            [Node::Token(token)] => {
                matches!(token.kind, Kind::Text | Kind::Number | Kind::Parameter)
            }
            [Node::Round(_)] => true,
            _ => false,
        } && outermost;
        return Ok(bare.then(|| "?column?".to_owned()));
    };
    if first.is_symbol("*") || last.is_symbol("*") {
        return Ok(None);
    }
    if first.is_word("case") && case_end(item, 0) == item.len() {
        return Ok(Some("case".to_owned()));
    }
    if let Some(name) = call_name(item) {
        return Ok(Some(name));
    }
    if let Some(cast) = item.iter().rposition(|node| node.is_symbol("::")) {
        let (operand, kind) = item.split_at(cast);
        if let Some(kind) = types::read(kind.get(1..).unwrap_or_default())?
            && kind.nodes + 1 == item.len() - cast
        {
            return Ok(cast_name(operand, kind.short, outermost));
        }
    }
    let operator = |node: &Node| {
        [
            "+", "-", "*", "/", "%", "||", "=", "<", ">", "<=", ">=", "<>", "!=",
        ]
        .iter()
        .any(|symbol| node.is_symbol(symbol))
    };
    let unnamed = match last {
        Node::Round(_) | Node::Square(_) => true,
        Node::Token(token) => match token.kind {
            Kind::Text | Kind::Number | Kind::Parameter => true,
            Kind::Word | Kind::Quoted => item.get(item.len() - 2).is_some_and(operator),
            _ => false,
        },
        Node::Ready(_) => false,
    };
    let expression = item.iter().any(operator);
    Ok((outermost && unnamed && expression).then(|| "?column?".to_owned()))
}

/// The name of `function(…)`, with or without a window behind it.
fn call_name(item: &[Node]) -> Option<String> {
    let mut position = 0;
    while item.get(position + 1).is_some_and(|n| n.is_symbol(".")) {
        item.get(position)?.as_name()?;
        position += 2;
    }
    let function = item.get(position)?.as_word()?;
    let arguments = item.get(position + 1)?.as_round()?;
    if !is_function_name(function) {
        return None;
    }
    position += 2;
    loop {
        match item.get(position).and_then(Node::as_word) {
            None if position == item.len() => break,
            Some("over") => position += 2,
            Some("within") => position += 3,
            Some("ignore" | "respect") => position += 2,
            _ => return None,
        }
    }
    if position != item.len() {
        return None;
    }
    Some(match function {
        "nvl" => "coalesce".to_owned(),
        "decode" | "nvl2" => "case".to_owned(),
        "extract" => "date_part".to_owned(),
        "cast" => {
            let at = arguments.iter().rposition(|node| node.is_word("as"))?;
            let (operand, kind) = arguments.split_at(at);
            let kind = types::read(kind.get(1..)?).ok()??;
            return cast_name(operand, kind.short, true);
        }
        other => other.to_owned(),
    })
}

/// A cast column keeps its name; anything else that is cast is called after the type.
fn cast_name(operand: &[Node], short: &str, outermost: bool) -> Option<String> {
    match operand {
        [column] if column.as_name().is_some() => column.as_name().map(str::to_owned),
        [.., dot, column] if dot.is_symbol(".") && column.as_name().is_some() => {
            column.as_name().map(str::to_owned)
        }
        _ if call_name(operand).is_some() => call_name(operand),
        [one] if outermost && (one.as_text().is_some() || one.as_number().is_some()) => {
            Some(short.to_owned())
        }
        _ => outermost.then(|| short.to_owned()),
    }
}
