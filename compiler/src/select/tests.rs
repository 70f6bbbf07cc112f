use std::collections::HashSet;

use proptest::prelude::*;
use runtime_lambda::plan::{Plan, Step};
use serde_json::json;

use super::grammar::{Atom, Depth, Method, matches, term};
use super::{StepChoice, narrowed};

/// A plan of these steps: name, what it comes after, tags.
fn plan(steps: &[(&str, &[&str], &[&str])]) -> Plan {
    let steps: Vec<_> = steps
        .iter()
        .map(|(name, after, tags)| {
            json!({ "name": name, "after": after, "tags": tags, "script": "s", "limit_seconds": 60 })
        })
        .collect();
    serde_json::from_value(json!({
        "format": 1,
        "pipeline": "demo",
        "warehouse": { "database": "dev", "workgroup": "w" },
        "limits": { "run_seconds": 60, "rounds": 1, "lanes": 1 },
        "report_template": "t",
        "steps": steps,
    }))
    .unwrap()
}

/// `a → b → d → e`, `c → d`, and `lone`.
fn diamond() -> Plan {
    plan(&[
        ("a", &[], &["raw"]),
        ("b", &["a"], &[]),
        ("c", &[], &["raw", "nightly"]),
        ("d", &["b", "c"], &["nightly"]),
        ("e", &["d"], &[]),
        ("lone", &[], &[]),
    ])
}

fn chosen(select: &[&str], exclude: &[&str], modified: &[&str]) -> String {
    let owned = |texts: &[&str]| {
        texts
            .iter()
            .map(|text| (*text).to_owned())
            .collect::<Vec<_>>()
    };
    let choice = StepChoice::read(&owned(select), &owned(exclude)).unwrap();
    let modified: HashSet<String> = owned(modified).into_iter().collect();
    let chosen = choice.steps(&diamond(), &modified).unwrap();
    assert_eq!(chosen.left_out, 6 - chosen.names.len());
    chosen.names.join(" ")
}

#[test]
fn the_grammar_of_dbt_chooses() {
    for (select, expected) in [
        ("a", "a"),
        ("+d", "a b c d"),
        ("1+d", "b c d"),
        ("a+", "a b d e"),
        ("a+1", "a b"),
        ("+b+1", "a b d"),
        ("@b", "a b c d e"),
        ("*", "a b c d e lone"),
        ("l*e", "lone"),
        ("tag:nightly", "c d"),
        ("tag:night*+", "c d e"),
        ("a lone", "a lone"),
        ("tag:raw,tag:nightly", "c"),
        ("a+,+d e", "a b d e"),
        ("0+d", "d"),
        ("99999999999999999999+d", "a b c d"),
    ] {
        assert_eq!(chosen(&[select], &[], &[]), expected, "{select}");
    }
    assert_eq!(chosen(&["a", "b"], &[], &[]), "a b");
    assert_eq!(chosen(&[], &["d+"], &[]), "a b c lone");
    assert_eq!(chosen(&["+e"], &["tag:raw", "b"], &[]), "d e");
    assert_eq!(chosen(&["state:modified+"], &[], &["d"]), "d e");
    assert_eq!(chosen(&["state:modified"], &[], &[]), "");
    assert_eq!(chosen(&["1+state:modified"], &[], &["b"]), "a b");
}

#[test]
fn what_is_not_in_the_grammar_is_said() {
    for word in [
        "",
        "+",
        "a,",
        "@a+",
        "state:new",
        "path:x",
        "a b,",
        "a(b",
        "1+",
        "tag:",
    ] {
        let wrong = StepChoice::read(&[word.to_owned()], &[]);
        assert!(wrong.is_err(), "{word:?} is {wrong:?}");
    }
}

#[test]
fn unknown_names_and_tags_come_with_a_suggestion() {
    let said = |text: &str| {
        let choice = StepChoice::read(&[text.to_owned()], &[]).unwrap();
        let diagnostics = choice.steps(&diamond(), &HashSet::new()).unwrap_err();
        let found: Vec<String> = diagnostics
            .into_iter()
            .map(|one| {
                format!(
                    "{} {} / {}",
                    one.code,
                    one.message,
                    one.help.unwrap_or_default()
                )
            })
            .collect();
        found.join("\n")
    };
    assert_eq!(
        said("lon+"),
        "SFC0941 the pipeline has no step `lon` / did you mean `lone`?"
    );
    assert_eq!(
        said("tag:nightli"),
        "SFC0941 no step has the tag `nightli` / did you mean `nightly`?"
    );
    assert_eq!(
        said("x*"),
        "SFC0941 no step's name is like `x*` / `sfc plan` lists the steps"
    );
}

#[test]
fn a_part_of_a_plan_keeps_its_order() {
    let choice = StepChoice::read(&["a e lone".to_owned()], &[]).unwrap();
    let all = diamond();
    let part = narrowed(&all, &choice.steps(&all, &HashSet::new()).unwrap());
    let orders: Vec<(String, Vec<String>)> = part
        .steps
        .into_iter()
        .map(|step| {
            let after: Vec<String> = step.after.into_iter().map(String::from).collect();
            (String::from(step.name), after)
        })
        .collect();
    assert_eq!(
        orders,
        [
            ("a".to_owned(), vec![]),
            ("e".to_owned(), vec!["a".to_owned()]),
            ("lone".to_owned(), vec![]),
        ]
    );
}

/// A plan in which a step may come after any earlier one.
fn plans() -> impl Strategy<Value = Plan> {
    proptest::collection::vec(proptest::collection::vec(any::<bool>(), 12), 1..12).prop_map(
        |rows| {
            let names: Vec<String> = (0..rows.len()).map(|index| format!("s{index}")).collect();
            let mut all = diamond();
            let pattern = all.steps[0].clone();
            all.steps = rows
                .iter()
                .enumerate()
                .map(|(index, row)| Step {
                    name: names[index].as_str().into(),
                    after: (0..index)
                        .filter(|before| row[*before])
                        .map(|before| names[before].as_str().into())
                        .collect(),
                    ..pattern.clone()
                })
                .collect();
            all
        },
    )
}

/// Whether `later` comes after `earlier`, found the slow way.
fn comes_after(plan: &Plan, later: &str, earlier: &str) -> bool {
    let step = plan.steps.iter().find(|step| step.name == later).unwrap();
    let mut before = step.after.iter();
    before.any(|name| name == earlier || comes_after(plan, name, earlier))
}

proptest! {
    #[test]
    fn any_text_is_a_choice_or_a_mistake(text in "[@+0-9a-c:*, ]{0,12}") {
        let _ = StepChoice::read(&[text], &[]);
    }

    #[test]
    fn what_is_written_is_read(
        before in proptest::option::of(proptest::option::of(0_usize..20)),
        name in "[a-z][a-z0-9_*]{0,6}",
        after in proptest::option::of(proptest::option::of(0_usize..20)),
    ) {
        let number = |depth: Option<usize>| depth.map_or(String::new(), |depth| depth.to_string());
        let text = format!(
            "{}{name}{}",
            before.map_or(String::new(), |depth| format!("{}+", number(depth))),
            after.map_or(String::new(), |depth| format!("+{}", number(depth))),
        );
        let depth = |depth: Option<usize>| depth.map_or(Depth::All, Depth::Steps);
        prop_assert_eq!(term(&text).unwrap().atoms, vec![Atom {
            method: Method::Name,
            value: name,
            before: before.map(depth),
            after: after.map(depth),
            with_all_before: false,
        }]);
    }

    #[test]
    fn before_and_behind_are_what_the_order_says(plan in plans(), at in any::<prop::sample::Index>()) {
        let name = plan.steps[at.index(plan.steps.len())].name.to_string();
        let choose = |text: String| {
            let choice = StepChoice::read(&[text], &[]).unwrap();
            choice.steps(&plan, &HashSet::new()).unwrap().names
        };
        let by = |holds: &dyn Fn(&str) -> bool| -> Vec<String> {
            let steps = plan.steps.iter().map(|step| step.name.to_string());
            steps.filter(|other| *other == name || holds(other)).collect()
        };
        prop_assert_eq!(choose(format!("+{name}")), by(&|other| comes_after(&plan, &name, other)));
        prop_assert_eq!(choose(format!("{name}+")), by(&|other| comes_after(&plan, other, &name)));
    }

    #[test]
    fn a_part_has_the_order_of_the_whole(plan in plans(), wanted in proptest::collection::vec(any::<bool>(), 12)) {
        let names: Vec<String> = plan
            .steps
            .iter()
            .zip(&wanted)
            .filter(|(_, wanted)| **wanted)
            .map(|(step, _)| step.name.to_string())
            .collect();
        let left_out = plan.steps.len() - names.len();
        let part = narrowed(&plan, &super::ChosenSteps { names: names.clone(), left_out });
        for later in &names {
            for earlier in &names {
                let whole = comes_after(&plan, later, earlier);
                prop_assert_eq!(comes_after(&part, later, earlier), whole, "{} after {}", later, earlier);
            }
        }
    }

    #[test]
    fn a_star_stands_for_anything(parts in proptest::collection::vec("[ab]{0,3}", 1..4), fill in "[ab]{0,3}") {
        let text = parts.join(&fill);
        prop_assert!(matches(&parts.join("*"), &text));
        let longer = format!("{text}c*");
        prop_assert!(!matches(&longer, &text));
    }
}
