//! Patterns: LIKE, SIMILAR TO and regular expressions.

use redshift_sql::tree::LikeKind;

use super::Refusal;
use super::arithmetic::cast;
use super::calls::call;
use super::fragment::TokenTree;

/// LIKE and its kin behind a value.
pub(super) fn like(
    kind: LikeKind,
    pattern: Vec<TokenTree>,
    escape: Option<Vec<TokenTree>>,
) -> Result<Vec<TokenTree>, Refusal> {
    let word = match kind {
        LikeKind::Like => "like",
        LikeKind::ILike => "ilike",
        LikeKind::SimilarTo => return Ok(similar_to(pattern, escape)),
    };
    let plain = matches!(pattern.as_slice(), [one] if one.as_text().is_some_and(|text| !text.contains('\\')));
    let mut nodes = vec![TokenTree::word(word)];
    nodes.extend(pattern);
    if let Some(escape) = escape {
        nodes.push(TokenTree::word("escape"));
        nodes.extend(escape);
    } else if !plain {
        // Redshift escapes with a backslash unless told otherwise, the engine with nothing.
        nodes.extend([TokenTree::word("escape"), TokenTree::text("\\")]);
    }
    Ok(nodes)
}

/// SIMILAR TO behind a value. What is no literal becomes a regular expression row by row.
fn similar_to(pattern: Vec<TokenTree>, escape: Option<Vec<TokenTree>>) -> Vec<TokenTree> {
    let literal = |nodes: &[TokenTree]| match nodes {
        [one] => one.as_text().map(str::to_owned),
        _ => None,
    };
    let escape = escape.unwrap_or_else(|| vec![TokenTree::text("\\")]);
    let mut nodes = ["similar", "to"].map(TokenTree::word).to_vec();
    match (literal(&pattern), literal(&escape)) {
        (Some(pattern), Some(escape)) => nodes.push(TokenTree::text(similar(&pattern, &escape))),
        _ => nodes.extend(call(
            "redshift_similar",
            vec![cast(pattern, "varchar"), cast(escape, "varchar")],
        )),
    }
    nodes
}

/// `~` and its kin behind a value. The engine matches the whole text, Redshift any part of it.
pub(super) fn posix(negated: bool, ignores_case: bool, pattern: &[TokenTree]) -> Vec<TokenTree> {
    let case = if ignores_case { "i" } else { "" };
    let start = format!("(?{case}s).*(?:");
    let sign = TokenTree::symbol(if negated { "!~" } else { "~" });
    if let [one] = pattern
        && let Some(text) = one.as_text()
    {
        return vec![sign, TokenTree::text(format!("{start}{text}).*"))];
    }
    let inner = vec![
        TokenTree::text(start),
        TokenTree::symbol("||"),
        TokenTree::Round(pattern.to_vec()),
        TokenTree::symbol("||"),
        TokenTree::text(").*"),
    ];
    vec![sign, TokenTree::Round(inner)]
}

/// SQL's pattern as a regular expression. An empty `escape` escapes nothing (AWS page: `SIMILAR TO`).
///
/// `%(Ring|Die)%` becomes `(?s).*(Ring|Die).*`.
pub(crate) fn similar(pattern: &str, escape: &str) -> String {
    let escape = escape.chars().next();
    let mut regex = String::from("(?s)");
    let mut chars = pattern.chars();
    let mut in_class = false;
    while let Some(c) = chars.next() {
        match c {
            _ if Some(c) == escape => {
                if let Some(next) = chars.next() {
                    if !next.is_alphanumeric() && next != '_' {
                        regex.push('\\');
                    }
                    regex.push(next);
                }
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
            '.' | '^' | '$' | '\\' => {
                regex.push('\\');
                regex.push(c);
            }
            _ => regex.push(c),
        }
    }
    regex
}

#[cfg(test)]
mod tests {
    use super::similar;

    #[test]
    fn patterns_as_regular_expressions() {
        for (pattern, escape, regex) in [
            ("%(Ring|Die)%", "\\", "(?s).*(Ring|Die).*"),
            ("%start^_%", "^", "(?s).*start_.*"),
            ("%start\\_%", "\\", "(?s).*start_.*"),
            ("a#%b", "#", "(?s)a\\%b"),
            ("a.b[%_]", "\\", "(?s)a\\.b[%_]"),
            ("a\\b", "", "(?s)a\\\\b"),
        ] {
            assert_eq!(similar(pattern, escape), regex, "{pattern}");
        }
    }
}
