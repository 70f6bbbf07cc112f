//! `docs/reference/commands.md`: every verb with its options, as the program has them.

use std::fmt::Write as _;

use clap::{Arg, Command};
use sfc::cli::Cli;

use super::{cell, is_fresh};

#[test]
fn the_page_of_options_is_what_the_program_takes() {
    let mut program = Cli::whole();
    program.build();
    let mut page = "# Every option\n\nMade from the program; `sfc help VERB` says the same. \
                    [Verbs](verbs.md) tells what they are for.\n"
        .to_owned();
    table(&mut page, "Options of every verb", program.get_arguments());
    for verb in program.get_subcommands() {
        section(&mut page, "sfc", verb);
    }
    is_fresh("reference/commands.md", &page);
}

fn section(page: &mut String, above: &str, verb: &Command) {
    let name = format!("{above} {}", verb.get_name());
    if verb.get_name() == "help" || verb.is_hide_set() {
        return;
    }
    if verb.has_subcommands() {
        for below in verb.get_subcommands() {
            section(page, &name, below);
        }
        return;
    }
    let about = verb.get_long_about().or_else(|| verb.get_about());
    let about = about.map(ToString::to_string).unwrap_or_default();
    let mut own = verb.clone();
    let usage = own.render_usage().to_string();
    let usage = usage.trim_start_matches("Usage: ").trim();
    writeln!(page, "\n## `{name}`\n\n{}\n", cell(&about)).unwrap();
    writeln!(page, "```text\n{usage}\n```").unwrap();
    let global = |argument: &&Arg| !argument.is_global_set();
    table(page, "", verb.get_arguments().filter(global));
    let after = verb.get_after_long_help().or_else(|| verb.get_after_help());
    if let Some(after) = after {
        let after = after.to_string();
        writeln!(page, "\n```text\n{}\n```", after.trim()).unwrap();
    }
}

fn table<'a>(page: &mut String, title: &str, arguments: impl Iterator<Item = &'a Arg>) {
    let mut rows = String::new();
    for argument in arguments.filter(|argument| !argument.is_hide_set()) {
        let help = argument.get_long_help().or_else(|| argument.get_help());
        let help = help.map(ToString::to_string).unwrap_or_default();
        let mut notes = Vec::new();
        let values = argument.get_possible_values();
        let values: Vec<&str> = values
            .iter()
            .filter(|value| !value.is_hide_set())
            .map(clap::builder::PossibleValue::get_name)
            .collect();
        let takes_value = argument.get_action().takes_values();
        if takes_value && !values.is_empty() {
            notes.push(format!("one of `{}`", values.join("`, `")));
        }
        let defaults = argument.get_default_values();
        if takes_value && !defaults.is_empty() {
            let defaults = defaults.iter().map(|value| value.to_string_lossy());
            notes.push(format!(
                "default: `{}`",
                defaults.collect::<Vec<_>>().join(" ")
            ));
        }
        if let Some(variable) = argument.get_env() {
            notes.push(format!("variable: `{}`", variable.to_string_lossy()));
        }
        let notes = match notes.as_slice() {
            [] => String::new(),
            notes => format!(" ({})", notes.join("; ")),
        };
        writeln!(
            rows,
            "| `{}` | {}{} |",
            cell(&form(argument)),
            cell(&help),
            notes.replace('|', "\\|")
        )
        .unwrap();
    }
    if rows.is_empty() {
        return;
    }
    if !title.is_empty() {
        writeln!(page, "\n## {title}").unwrap();
    }
    write!(page, "\n| option | does |\n|---|---|\n{rows}").unwrap();
}

/// An argument as it is typed.
fn form(argument: &Arg) -> String {
    let names = argument.get_value_names().unwrap_or_default();
    let value = match names {
        [] => String::new(),
        names => names.join(" "),
    };
    let takes_value = argument.get_action().takes_values();
    let option = match (argument.get_short(), argument.get_long()) {
        (Some(short), Some(long)) => format!("-{short}, --{long}"),
        (Some(short), None) => format!("-{short}"),
        (None, Some(long)) => format!("--{long}"),
        (None, None) if argument.is_required_set() => return value,
        (None, None) => return format!("[{value}]"),
    };
    if takes_value && !value.is_empty() {
        format!("{option} {value}")
    } else {
        option
    }
}
