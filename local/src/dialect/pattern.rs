//! Patterns: LIKE, SIMILAR TO and regular expressions.

use redshift_sql::tree::LikeKind;

use super::Refusal;
use super::fragment::Node;

/// LIKE and its kin behind a value.
pub(super) fn like(
    kind: LikeKind,
    pattern: Vec<Node>,
    escape: Option<Vec<Node>>,
) -> Result<Vec<Node>, Refusal> {
    let word = match kind {
        LikeKind::Like => "like",
        LikeKind::ILike => "ilike",
        LikeKind::SimilarTo => return similar_to(&pattern, escape.is_some()),
    };
    let plain = matches!(pattern.as_slice(), [one] if one.as_text().is_some_and(|text| !text.contains('\\')));
    let mut nodes = vec![Node::word(word)];
    nodes.extend(pattern);
    if let Some(escape) = escape {
        nodes.push(Node::word("escape"));
        nodes.extend(escape);
    } else if !plain {
        // Redshift escapes with a backslash unless told otherwise, the engine with nothing.
        nodes.extend([Node::word("escape"), Node::text("\\")]);
    }
    Ok(nodes)
}

fn similar_to(pattern: &[Node], escaped: bool) -> Result<Vec<Node>, Refusal> {
    let text = match pattern {
        [one] => one.as_text(),
        _ => None,
    };
    let text = text.ok_or_else(|| {
        Refusal::Unsupported("SIMILAR TO with a pattern that is not a literal".to_owned())
    })?;
    if escaped {
        return Err(Refusal::Unsupported("SIMILAR TO with ESCAPE".to_owned()));
    }
    let mut nodes = ["similar", "to"].map(Node::word).to_vec();
    nodes.push(Node::text(similar(text)));
    Ok(nodes)
}

/// `~` and its kin behind a value. The engine matches the whole text, Redshift any part of it.
pub(super) fn posix(negated: bool, ignores_case: bool, pattern: &[Node]) -> Vec<Node> {
    let case = if ignores_case { "i" } else { "" };
    let start = format!("(?{case}s).*(?:");
    let sign = Node::symbol(if negated { "!~" } else { "~" });
    if let [one] = pattern
        && let Some(text) = one.as_text()
    {
        return vec![sign, Node::text(format!("{start}{text}).*"))];
    }
    let inner = vec![
        Node::text(start),
        Node::symbol("||"),
        Node::Round(pattern.to_vec()),
        Node::symbol("||"),
        Node::text(").*"),
    ];
    vec![sign, Node::Round(inner)]
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
