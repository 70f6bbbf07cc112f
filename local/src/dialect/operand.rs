//! Where an operand begins and ends among the nodes of one level.

use super::tree::Node;

/// Words that stand in front of an expression in brackets without being a function's name.
const NOT_FUNCTIONS: &[&str] = &[
    "all",
    "and",
    "any",
    "as",
    "between",
    "by",
    "case",
    "distinct",
    "else",
    "except",
    "exists",
    "from",
    "having",
    "ilike",
    "in",
    "intersect",
    "interval",
    "into",
    "is",
    "join",
    "like",
    "limit",
    "not",
    "offset",
    "on",
    "or",
    "over",
    "filter",
    "group",
    "qualify",
    "select",
    "set",
    "similar",
    "some",
    "then",
    "to",
    "union",
    "using",
    "values",
    "when",
    "where",
    "with",
    "minus",
    "returning",
    "top",
    "escape",
];

/// Whether a word in front of brackets makes a call of it.
pub(super) fn is_function_name(word: &str) -> bool {
    !NOT_FUNCTIONS.contains(&word)
}

/// Words that a typed literal begins with.
fn is_literal_type(node: &Node) -> bool {
    matches!(
        node.as_word(),
        Some("date" | "timestamp" | "timestamptz" | "time" | "interval")
    )
}

/// Position of the first node of the operand that ends with the last of these nodes.
pub(super) fn start(nodes: &[Node]) -> usize {
    let mut position = nodes.len();
    loop {
        let Some(node) = before(nodes, position) else {
            return position;
        };
        position -= 1;
        if matches!(node, Node::Square(_)) {
            continue;
        }
        if node.is_word("end") {
            position = case_start(nodes, position);
            return position;
        }
        let mut named = node.as_name().is_some();
        if node.as_round().is_some()
            && let Some(name) = before(nodes, position).and_then(Node::as_name)
        {
            if matches!(name, "over" | "filter") {
                position -= 1;
                continue;
            }
            if name == "group" && before(nodes, position - 1).is_some_and(|n| n.is_word("within")) {
                position -= 2;
                continue;
            }
            if is_function_name(name) {
                position -= 1;
                named = true;
            }
        }
        if node.as_text().is_some() && before(nodes, position).is_some_and(is_literal_type) {
            position -= 1;
        }
        while named && before(nodes, position).is_some_and(|n| n.is_symbol(".")) && position >= 2 {
            position -= 2;
        }
        if before(nodes, position).is_some_and(|n| n.is_symbol("::")) {
            position -= 1;
            continue;
        }
        return position;
    }
}

/// Position behind the expression that begins at `position`: operands with arithmetic and
/// concatenation between them.
pub(super) fn expression_end(nodes: &[Node], position: usize) -> usize {
    let mut end = operand_end(nodes, position);
    while let Some(node) = nodes.get(end) {
        let joined = ["||", "+", "-", "*", "/", "%"]
            .iter()
            .any(|symbol| node.is_symbol(symbol));
        if !joined {
            break;
        }
        end = operand_end(nodes, end + 1);
    }
    end
}

/// Position behind the operand that begins at `position`.
fn operand_end(nodes: &[Node], mut position: usize) -> usize {
    while nodes
        .get(position)
        .is_some_and(|n| n.is_symbol("-") || n.is_symbol("+"))
    {
        position += 1;
    }
    let Some(first) = nodes.get(position) else {
        return position;
    };
    if first.is_word("case") {
        position = case_end(nodes, position);
    } else if is_literal_type(first)
        && nodes
            .get(position + 1)
            .is_some_and(|n| n.as_text().is_some())
    {
        position += 2;
    } else {
        position += 1;
    }
    loop {
        let Some(node) = nodes.get(position) else {
            return position;
        };
        if node.is_symbol(".") || node.is_symbol("::") {
            position += 2;
        } else if matches!(node, Node::Square(_))
            || node.as_round().is_some()
                && before(nodes, position)
                    .and_then(Node::as_name)
                    .is_some_and(is_function_name)
        {
            position += 1;
        } else if matches!(node.as_word(), Some("over" | "filter")) {
            position += 2;
        } else if node.is_word("within") {
            position += 3;
        } else {
            return position;
        }
    }
}

fn before(nodes: &[Node], position: usize) -> Option<&Node> {
    nodes.get(position.checked_sub(1)?)
}

/// Position of the CASE that belongs to the END at `end`.
fn case_start(nodes: &[Node], end: usize) -> usize {
    let mut depth = 1_usize;
    let mut position = end;
    while depth > 0 && position > 0 {
        position -= 1;
        match nodes.get(position).and_then(Node::as_word) {
            Some("end") => depth += 1,
            Some("case") => depth -= 1,
            _ => {}
        }
    }
    position
}

/// Position behind the END that belongs to the CASE at `start`.
pub(super) fn case_end(nodes: &[Node], start: usize) -> usize {
    let mut depth = 0_usize;
    let mut position = start;
    while let Some(node) = nodes.get(position) {
        position += 1;
        match node.as_word() {
            Some("case") => depth += 1,
            Some("end") => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    break;
                }
            }
            _ => {}
        }
    }
    position
}
