//! Patterns: LIKE, SIMILAR TO and regular expressions.

use super::Refusal;
use super::operand::expression_end;
use super::tree::Node;

/// Rewrites the patterns of one level.
pub(super) fn rewrite(nodes: Vec<Node>) -> Result<Vec<Node>, Refusal> {
    if !nodes.iter().any(begins_pattern) {
        return Ok(nodes);
    }
    let mut out = Vec::with_capacity(nodes.len() + 4);
    let mut position = 0;
    while let Some(node) = nodes.get(position) {
        position += 1;
        let end = expression_end(&nodes, position);
        let pattern = nodes.get(position..end).unwrap_or_default();
        let case = match node {
            _ if node.is_symbol("~*") || node.is_symbol("!~*") => "i",
            _ => "",
        };
        if node.is_symbol("~") || node.is_symbol("~*") {
            out.push(Node::symbol("~"));
            out.push(anywhere(pattern, case));
            position = end;
        } else if node.is_symbol("!~") || node.is_symbol("!~*") {
            out.push(Node::symbol("!~"));
            out.push(anywhere(pattern, case));
            position = end;
        } else if matches!(node.as_word(), Some("like" | "ilike")) {
            out.push(node.clone());
            out.extend(pattern.iter().cloned());
            position = end;
            let plain =
                matches!(pattern, [one] if one.as_text().is_some_and(|t| !t.contains('\\')));
            let escaped = nodes.get(end).is_some_and(|n| n.is_word("escape"));
            if !plain && !escaped && !pattern.is_empty() {
                // Redshift escapes with a backslash unless told otherwise, the engine with nothing.
                out.push(Node::word("escape"));
                out.push(Node::text("\\"));
            }
        } else if node.is_word("similar") && nodes.get(position).is_some_and(|n| n.is_word("to")) {
            let end = expression_end(&nodes, position + 1);
            let pattern = nodes.get(position + 1..end).unwrap_or_default();
            let [Node::Token(_)] = pattern else {
                return Err(similar_refusal());
            };
            let text = pattern
                .first()
                .and_then(Node::as_text)
                .ok_or_else(similar_refusal)?;
            if nodes.get(end).is_some_and(|n| n.is_word("escape")) {
                return Err(Refusal::Unsupported("SIMILAR TO with ESCAPE".to_owned()));
            }
            out.push(node.clone());
            out.push(Node::word("to"));
            out.push(Node::text(similar(text)));
            position = end;
        } else {
            out.push(node.clone());
        }
    }
    Ok(out)
}

fn begins_pattern(node: &Node) -> bool {
    matches!(node.as_word(), Some("like" | "ilike" | "similar"))
        || ["~", "~*", "!~", "!~*"]
            .iter()
            .any(|symbol| node.is_symbol(symbol))
}

fn similar_refusal() -> Refusal {
    Refusal::Unsupported("SIMILAR TO with a pattern that is not a literal".to_owned())
}

/// The engine matches the whole text, Redshift any part of it.
fn anywhere(pattern: &[Node], case: &str) -> Node {
    let start = format!("(?{case}s).*(?:");
    if let [one] = pattern
        && let Some(text) = one.as_text()
    {
        return Node::text(format!("{start}{text}).*"));
    }
    let mut inner = vec![
        Node::text(start),
        Node::symbol("||"),
        Node::Round(pattern.to_vec()),
    ];
    inner.extend([Node::symbol("||"), Node::text(").*")]);
    Node::Round(inner)
}

/// SQL's pattern as a regular expression.
fn similar(pattern: &str) -> String {
    let mut regex = String::from("(?s)");
    let mut chars = pattern.chars();
    let mut in_class = false;
    while let Some(c) = chars.next() {
        match c {
            '\\' => {
                regex.push('\\');
                regex.extend(chars.next());
            }
            '[' => {
                in_class = true;
                regex.push(c);
            }
            ']' => {
                in_class = false;
                regex.push(c);
            }
            _ if in_class => regex.push(c),
            '%' => regex.push_str(".*"),
            '_' => regex.push('.'),
            '.' | '^' | '$' => {
                regex.push('\\');
                regex.push(c);
            }
            _ => regex.push(c),
        }
    }
    regex
}
