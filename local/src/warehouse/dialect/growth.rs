//! How large a statement becomes in the engine. The engine copies an argument of a macro to each place
//! where the macro names it, and the operand of CASE into each comparison. Nested in each other, a line
//! of such calls takes all memory that there is; so it is measured first.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::Refusal;
use super::fragment::TokenTree;

/// Most nodes that the engine may make of a statement. A person's statements stay below a thousandth
/// of it; the engine takes about a second for as many.
const MOST_NODES: u64 = 300_000;

/// How often a macro of `redshift.sql` names the argument that it names most often.
static COPIES: LazyLock<HashMap<&'static str, u64>> =
    LazyLock::new(|| copies(include_str!("../redshift.sql")));

/// Refuses what becomes too large.
pub(super) fn check(nodes: &[TokenTree]) -> Result<(), Refusal> {
    if size(nodes) > MOST_NODES {
        return Err(Refusal::Unsupported(
            "calls or CASE expressions nested this deep in each other: compute the inner ones in a subquery"
                .to_owned(),
        ));
    }
    Ok(())
}

/// Nodes that the engine makes of these.
fn size(nodes: &[TokenTree]) -> u64 {
    let mut sum = 0_u64;
    let mut position = 0;
    while let Some(node) = nodes.get(position) {
        let before = nodes.get(..position).unwrap_or_default();
        let behind = nodes.get(position + 1..).unwrap_or_default();
        position += 1;
        sum = sum.saturating_add(match node {
            TokenTree::Round(inner) => size(inner).saturating_mul(factor(before)),
            TokenTree::Square(inner) => size(inner),
            _ if node.is_word("case") => match operand(behind) {
                Some((operand, comparisons)) => {
                    position += operand.len();
                    size(operand).saturating_mul(comparisons)
                }
                None => 1,
            },
            _ => 1,
        });
    }
    sum
}

/// How often what stands in brackets behind these nodes is copied.
fn factor(before: &[TokenTree]) -> u64 {
    let (name, rest) = match before {
        [rest @ .., schema, dot, name] if schema.is_word("redshift") && dot.is_symbol(".") => {
            (name.as_word(), rest)
        }
        [rest @ .., name] if name.as_word().is_some() => (None, rest),
        rest => (None, rest),
    };
    let macro_factor = name.and_then(|name| COPIES.get(name)).copied();
    // A divisor is looked at before it divides.
    let divisor = rest
        .last()
        .is_some_and(|sign| ["/", "//", "%"].iter().any(|symbol| sign.is_symbol(symbol)));
    macro_factor
        .unwrap_or(1)
        .saturating_mul(if divisor { 2 } else { 1 })
}

/// The operand of a CASE that has one, and the number of its comparisons.
fn operand(behind: &[TokenTree]) -> Option<(&[TokenTree], u64)> {
    let mut depth = 0_usize;
    let mut end = None;
    let mut comparisons = 0;
    for (position, node) in behind.iter().enumerate() {
        match node.as_word() {
            Some("case") => depth += 1,
            Some("end") if depth == 0 => break,
            Some("end") => depth -= 1,
            Some("when") if depth == 0 => {
                end = end.or(Some(position));
                comparisons += 1;
            }
            _ => {}
        }
    }
    let operand = behind.get(..end?).filter(|operand| !operand.is_empty())?;
    Some((operand, comparisons))
}

/// Copies by the name of the macro, read off their definitions.
fn copies(definitions: &'static str) -> HashMap<&'static str, u64> {
    let mut copies: HashMap<&str, u64> = HashMap::new();
    for definition in definitions
        .split("create or replace macro redshift.")
        .skip(1)
    {
        let definition = definition.split(";\n").next().unwrap_or_default();
        let name_end = definition
            .find(|c: char| !c.is_ascii_alphanumeric() && c != '_')
            .unwrap_or(definition.len());
        let (name, mut rest) = definition.split_at(name_end);
        let mut most = 1;
        // A macro has a body for each number of its parameters: `(s, n) as …, (s, n, f) as …`.
        while let Some((parameters, body)) = rest.split_once(") as") {
            let parameters = parameters.rsplit('(').next().unwrap_or_default();
            let end = body.find(",\n    (").unwrap_or(body.len());
            let (body, behind) = body.split_at(end);
            let parameters = parameters.split(',').map(str::trim);
            for parameter in parameters.filter(|parameter| !parameter.is_empty()) {
                most = most.max(occurrences(body, parameter));
            }
            rest = behind;
        }
        let called = definition
            .split("redshift.")
            .skip(1)
            .filter_map(|call| copies.get(call.split('(').next().unwrap_or_default()))
            .max();
        copies.insert(name, most * called.copied().unwrap_or(1));
    }
    copies
}

fn occurrences(body: &str, word: &str) -> u64 {
    body.split(|c: char| !c.is_ascii_alphanumeric() && c != '_')
        .map(|found| u64::from(found == word))
        .sum()
}

#[cfg(test)]
mod tests {
    use redshift_sql::parse;
    use redshift_sql::tree::{Body, StatementKind};

    use super::*;
    use crate::warehouse::dialect::ALONE;
    use crate::warehouse::dialect::writer::Writer;

    /// The size of an expression.
    fn measured(sql: &str) -> u64 {
        let script = parse(&format!("select {sql}"));
        let StatementKind::Query(query) = &script.statements[0].kind else {
            panic!("{sql} is no query");
        };
        let Body::Select(select) = &query.body else {
            panic!("{sql} is no select list");
        };
        let item = &select.items[0].expression;
        size(&Writer::new(&ALONE).expression(item).unwrap())
    }

    #[test]
    fn copies_are_read_off_the_macros() {
        for (name, expected) in [
            ("cut", 3),
            ("cut_blank_padded", 3),
            ("charindex", 1),
            ("regexp_instr", 1),
            ("getdate", 1),
        ] {
            assert_eq!(COPIES.get(name), Some(&expected), "{name}");
        }
        assert!(COPIES["add_months"] >= 6);
    }

    #[test]
    fn what_the_engine_copies_counts_as_often() {
        // `redshift.charindex(a, 3)`
        assert_eq!(measured("charindex('3', a)"), 3 + 3);
        // `redshift.cut((a)::varchar, 2)`
        let cut = |operand: u64| 3 + 3 * (operand + 4);
        assert_eq!(measured("a::char(2)"), cut(1));
        assert_eq!(measured("a::char(2)::char(2)"), cut(cut(1)));
        assert_eq!(measured("1 / (b / (c))"), 2 + 2 * (2 + 2));
        assert_eq!(measured("case a when 1 then 2 when 3 then 4 end"), 2 + 9);
        assert_eq!(measured("case when a then b end"), 6);
    }
}
