//! What an expression asks for before it is evaluated.

use jsonata_core::parser;

use super::mentions::{Mentions, plain_path};
use super::{JsonataExpression, SyntaxProblem};

fn mentions(text: &str) -> Mentions {
    Mentions::of(&parser::parse(text).unwrap())
}

#[test]
fn only_what_is_mentioned_is_wanted() {
    let found = mentions("$total + $sum($states.input.orders.price) & $states.context.State.Name");
    assert_eq!(found.variables.keys().collect::<Vec<_>>(), ["total", "sum"]);
    let states = found.states.unwrap();
    assert!(!states.whole);
    assert!(states.fields["input"].fields["orders"].fields["price"].whole);
    assert!(states.fields["context"].fields["State"].fields["Name"].whole);
}

#[test]
fn all_of_it_is_wanted_where_names_do_not_tell() {
    assert!(mentions("$states").states.unwrap().whole);
    assert!(mentions("$states.*").states.unwrap().whole);
    assert!(mentions("$keys($states.input)").states.unwrap().fields["input"].whole);
    assert!(mentions("$states.input.a.(%.b)").states.unwrap().whole);
    let filtered = mentions("$states.input.a[b = $n].c");
    assert!(filtered.variables.contains_key("n"));
    assert!(filtered.states.unwrap().fields["input"].whole);
}

#[test]
fn mentions_are_found_everywhere() {
    for text in [
        "function($x) { $n }",
        "[1, $n]",
        "{'a': $n}",
        "{$n: 1}",
        "1 ~> $n",
        "$f($n)",
        "($n; 1)",
        "$n ? 1",
        "true ? $n : 2",
        "-$n",
        "a^(<$n)",
        "a{$n: 1}",
        "|a|{'b': $n}|",
        "a.$n",
        "a[$n]",
        "$n[0]",
        "$n.a",
        "a.(b + $n)",
        "$map([1], $n)",
        "$n(1)",
        "function($x){$x}($n)",
        "a#$i.$n",
        "a@$j.$n",
    ] {
        assert!(mentions(text).variables.contains_key("n"), "{text}");
    }
}

#[test]
fn plain_paths() {
    let path = |text: &str| plain_path(&parser::parse(text).unwrap());
    assert_eq!(path("$a.b.`c d`").unwrap(), ["a", "b", "c d"]);
    assert_eq!(path("$a").unwrap(), ["a"]);
    for text in [
        "$a[0]", "$a.b[0]", "$a.*", "$a.b#$i", "a.b", "$", "$$", "$a.(b)", "$a.b[]",
    ] {
        assert_eq!(path(text), None, "{text}");
    }
}

#[test]
fn what_surrounds_the_expression_is_nothing() {
    let name = |text: &str| {
        let expression = JsonataExpression::parse(text).unwrap();
        expression.top_level_name().map(str::to_owned)
    };
    for text in [
        "$$",
        "$$.a",
        "$states.input[a = $$.b]",
        "function($x) { $$ }",
    ] {
        assert_eq!(name(text).as_deref(), Some("$$"), "{text}");
    }
    assert_eq!(name("a.$$").as_deref(), Some("a"));
    assert_eq!(name("$states.input.a.($ + 1)"), None);
}

#[test]
fn eval_is_found_however_it_is_called() {
    for text in ["$eval('1')", "'1' ~> $eval", "$map(['1'], $eval)"] {
        let problem = JsonataExpression::parse(text).unwrap_err();
        assert!(matches!(problem, SyntaxProblem::Eval { .. }), "{text}");
    }
}
