//! Names at the top of an expression. JSONata looks a name up in the value that surrounds it.
//! Around an expression of the States Language there is none. Step Functions refuses such a
//! definition: "Reference to … at the top level is not supported"
//! (`UNSUPPORTED_JSONATA_EXPRESSION`).

use jsonata_core::ast::AstNode;

/// The first name that nothing surrounds, if there is one. The body of a
/// function is not searched: what surrounds it is known when it is called.
pub fn name(node: &AstNode) -> Option<&str> {
    match node {
        AstNode::Name(name) => Some(name),
        // All steps but the first look into the one before.
        AstNode::Path { steps } => steps.first().and_then(|step| name(&step.node)),
        AstNode::Binary { lhs, rhs, .. } => name(lhs).or_else(|| name(rhs)),
        AstNode::Unary { operand, .. } => name(operand),
        AstNode::Function { args, .. } => args.iter().find_map(name),
        AstNode::Call { procedure, args } => name(procedure).or_else(|| args.iter().find_map(name)),
        AstNode::Array(nodes) | AstNode::Block(nodes) | AstNode::ArrayGroup(nodes) => {
            nodes.iter().find_map(name)
        }
        AstNode::Object(pairs) => pairs
            .iter()
            .find_map(|(key, value)| name(key).or_else(|| name(value))),
        AstNode::Conditional {
            condition,
            then_branch,
            else_branch,
        } => name(condition)
            .or_else(|| name(then_branch))
            .or_else(|| else_branch.as_deref().and_then(name)),
        AstNode::FunctionApplication(inner) => name(inner),
        AstNode::ObjectTransform { input, .. } | AstNode::Sort { input, .. } => name(input),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use jsonata_core::parser;

    use super::name;

    fn found(text: &str) -> Option<String> {
        name(&parser::parse(text).unwrap()).map(str::to_owned)
    }

    #[test]
    fn bare_names_are_found_wherever_nothing_surrounds_them() {
        for text in [
            "n",
            "n.a",
            "n[0]",
            "n[a = 1]",
            "-n",
            "1 + n",
            "n + 1",
            "[1, n]",
            "{'a': n}",
            "(1; n)",
            "($x := n; $x)",
            "true ? n",
            "false ? 1 : n",
            "$sum(n)",
            "n ~> $sum",
            "n^(a)",
            "n{a: 1}",
            "n.(a)",
            "(n).a",
        ] {
            assert_eq!(found(text).as_deref(), Some("n"), "{text}");
        }
    }

    #[test]
    fn names_within_something_are_good() {
        for text in [
            "'n'",
            "$n",
            "$states.input.n",
            "$states.input.(n)",
            "$states.input.{'a': n}",
            "$states.input[n = 1]",
            "$states.input.a[n > $m].b",
            "$states.input^(n)",
            "$states.input{n: m}",
            "$states.input.$sum(n)",
            "$states.input.[n, m]",
            "$map($states.input, function($v) { $v.n })",
            "[1, 2].n",
            "($x := 1; $x.n)",
            "$states.input ~> |n|{'a': 1}|",
            "{'n': 1}.n",
            "true and false or null in []",
            "$keys($x)[a = 1]",
            "($x)[a = 1]",
            "[1, 2][a = 1]",
            "$x[a = 1][b = 2].c^(d)",
            "($x.a)[b]",
            "{'a': 1}[a = 1]",
            "$x.a ~> $map(function($v) { $v.b })",
            "$x.a#$i[b = $i]",
            "$x.a@$y.b[c = $y.d]",
            "$x.**.a",
            "$lookup($x, 'a').b[c = 1]",
            "$x[0].b[c > 1].{'d': e}",
            "$exists($x.a) ? $x.a[b] : []",
            "$sort($x, function($l, $r) { $l.a > $r.a })",
            "($f := function($n) { $n.a }; $f($x))",
            "$x.a.$uppercase(b)",
            "$x ~> |a.b|{'c': d}, ['e']|",
            "$reduce($x, function($i, $j) { $i + $j.n }, 0)",
        ] {
            assert_eq!(found(text), None, "{text}");
        }
    }
}
