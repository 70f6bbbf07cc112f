//! `docs/reference/verbs.md`, which people write: it names every verb, and nothing that the program does not take.
//!
//! The help of a verb says in a sentence what it is, and `commands.md` is made of that. This page is for whoever looks
//! for the verb: it tells verbs side by side, with the options that matter, and leads to the guide.

use std::collections::{BTreeMap, BTreeSet};

use clap::Command;
use sfc::cli::Cli;

use super::docs;

/// The verbs with all options that each of them takes, as they are typed.
fn verbs() -> BTreeMap<String, BTreeSet<String>> {
    fn of(above: &str, verb: &Command, found: &mut BTreeMap<String, BTreeSet<String>>) {
        if verb.get_name() == "help" || verb.is_hide_set() {
            return;
        }
        let name = format!("{above} {}", verb.get_name());
        if verb.has_subcommands() {
            for below in verb.get_subcommands() {
                of(&name, below, found);
            }
            return;
        }
        let mut options = BTreeSet::new();
        for argument in verb.get_arguments() {
            options.extend(argument.get_long().map(|long| format!("--{long}")));
            options.extend(argument.get_short().map(|short| format!("-{short}")));
        }
        found.insert(name, options);
    }
    let mut program = Cli::whole();
    program.build();
    let mut found = BTreeMap::new();
    for verb in program.get_subcommands() {
        of("sfc", verb, &mut found);
    }
    found
}

/// What stands between backticks in a line.
fn code(line: &str) -> impl Iterator<Item = &str> {
    line.split('`').skip(1).step_by(2)
}

/// The rows of the page's first table: of the verbs.
fn rows() -> Vec<String> {
    let page = std::fs::read_to_string(docs().join("reference/verbs.md")).unwrap();
    page.lines()
        .skip_while(|line| !line.starts_with("|---"))
        .skip(1)
        .take_while(|line| line.starts_with("| "))
        .map(str::to_owned)
        .collect()
}

/// The verbs that a row is about, in its first cell: `sfc ci github`, and `gitlab` behind it.
fn told(row: &str, verbs: &BTreeMap<String, BTreeSet<String>>) -> Vec<String> {
    let cell = row.split(" | ").next().unwrap_or_default();
    let mut above = String::new();
    let mut told = Vec::new();
    for typed in code(cell) {
        let words: Vec<&str> = typed.split(' ').collect();
        let verb = match words.as_slice() {
            ["sfc", verb, below, ..] if verbs.contains_key(&format!("sfc {verb} {below}")) => {
                above = format!("sfc {verb}");
                format!("sfc {verb} {below}")
            }
            ["sfc", verb, ..] => format!("sfc {verb}"),
            words => format!("{above} {}", words.join(" ")),
        };
        told.push(verb);
    }
    told
}

#[test]
fn the_page_of_verbs_tells_every_verb() {
    let verbs = verbs();
    let told: BTreeSet<String> = rows().iter().flat_map(|row| told(row, &verbs)).collect();
    let all: BTreeSet<String> = verbs.keys().cloned().collect();
    assert_eq!(told, all);
}

#[test]
fn an_option_that_the_page_of_verbs_names_is_one_of_its_verb() {
    let verbs = verbs();
    let mut wrong = Vec::new();
    for row in rows() {
        let of_row = told(&row, &verbs);
        for typed in code(&row) {
            let mut words = typed.split([' ', '[', ']']).peekable();
            let of: Vec<String> = match words.peek() {
                Some(&"sfc") => verbs
                    .iter()
                    .filter(|(verb, _)| {
                        typed == verb.as_str() || typed.starts_with(&format!("{verb} "))
                    })
                    .map(|(verb, _)| verb.clone())
                    .collect(),
                _ => of_row.clone(),
            };
            for option in words.filter(|word| word.starts_with('-')) {
                let is_one = of
                    .iter()
                    .filter_map(|verb| verbs.get(verb))
                    .any(|options| options.contains(option));
                if !is_one {
                    wrong.push(format!("{typed}: {option}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:?}");
}
