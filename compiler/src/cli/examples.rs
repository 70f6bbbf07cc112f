//! Examples behind the help of each verb.

use clap::Command;

/// A command line, and what it is for.
type Example = (&'static str, &'static str);

/// The examples of sfc itself: the way from nothing to a run, and to an account.
const FIRST: &[Example] = &[
    (
        "sfc init shop",
        "a folder with a pipeline that runs at once",
    ),
    ("sfc run shop", "runs it on this machine"),
    ("sfc test shop", "runs its tests"),
    ("sfc deploy shop", "brings it into an account"),
];

/// The examples by verb; of a verb below another one, by both words.
const EXAMPLES: &[(&str, &[Example])] = &[
    (
        "init",
        &[
            (
                "sfc init shop",
                "a folder with a pipeline that runs at once",
            ),
            (
                "sfc init etl --name sales",
                "of another name than its folder",
            ),
        ],
    ),
    (
        "import",
        &[
            (
                "sfc import review config/config.json",
                "the review's configuration as a pipeline",
            ),
            (
                "sfc import schema sales",
                "what the warehouse of the pipeline has, as declarations",
            ),
        ],
    ),
    (
        "import review",
        &[(
            "sfc import review config/config.json",
            "the review's configuration as a pipeline",
        )],
    ),
    (
        "import schema",
        &[(
            "sfc import schema sales",
            "what the warehouse of the pipeline has, as declarations",
        )],
    ),
    (
        "validate",
        &[
            ("sfc validate", "the pipeline in this folder"),
            (
                "sfc validate sales --env prod",
                "as it is in an environment",
            ),
            (
                "sfc validate --format github",
                "as annotations of a workflow",
            ),
        ],
    ),
    (
        "plan",
        &[
            ("sfc plan", "the order, the limits, and what a run costs"),
            (
                "sfc plan --select +revenue",
                "of one step and everything before it",
            ),
            ("sfc plan --json", "for a program"),
        ],
    ),
    (
        "build",
        &[
            ("sfc build", "the bundle in .sfc/bundle"),
            ("sfc build sales --out bundle", "in a folder of its own"),
        ],
    ),
    (
        "run",
        &[
            ("sfc run", "every step"),
            ("sfc run -p day=2026-01-01", "with the value of a parameter"),
            (
                "sfc run --select revenue+",
                "one step and everything behind it",
            ),
            (
                "sfc run --select state:modified+",
                "what changed since the last run, and everything behind it",
            ),
            ("sfc run --watch", "the same again at each save"),
            ("sfc run --exclude tag:slow", "all but the steps with a tag"),
            ("sfc run --json", "an event a line, for a program"),
        ],
    ),
    (
        "backfill",
        &[
            ("sfc backfill -p day=2026-01-01..2026-03-31", "a run a day"),
            (
                "sfc backfill -p day=2026-01-01..2026-03-31 --parallel 2",
                "two at the same time",
            ),
            (
                "sfc backfill -p country=DE,FR -p day=2026-01-01",
                "a run a country",
            ),
            (
                "sfc backfill --aws -p day=2026-01-01..2026-03-31 --parallel 4",
                "in AWS, where it goes on without this machine",
            ),
        ],
    ),
    (
        "test",
        &[
            ("sfc test", "every test"),
            (
                "sfc test --select +revenue",
                "those of a step and of all before it",
            ),
            ("sfc test --named empty", "those with a word in their name"),
            ("sfc test --update", "writes what was found into the files"),
        ],
    ),
    (
        "simulate",
        &[
            ("sfc simulate", "many seeds"),
            ("sfc simulate --story 7", "one of them, told"),
        ],
    ),
    (
        "deploy",
        &[
            ("sfc deploy", "the pipeline in this folder"),
            (
                "sfc deploy sales --env prod --yes",
                "an environment, without a question",
            ),
        ],
    ),
    (
        "diff",
        &[
            ("sfc diff", "what a deploy would change"),
            ("sfc diff --json", "for a program"),
            ("sfc diff --markdown", "as the comment of a pull request"),
        ],
    ),
    (
        "destroy",
        &[("sfc destroy --env test", "the stack of an environment")],
    ),
    (
        "start",
        &[
            ("sfc start", "every step, in AWS"),
            (
                "sfc start -p day=2026-01-01 --watch",
                "and shows it to its end",
            ),
            (
                "sfc start --select revenue+",
                "one step and everything behind it",
            ),
        ],
    ),
    ("undelivered", &[("sfc undelivered", "lists the events")]),
    (
        "verify",
        &[("sfc verify", "every state of the pipeline's definitions")],
    ),
    (
        "status",
        &[
            ("sfc status", "the latest runs in AWS"),
            ("sfc status --local", "the latest runs on this machine"),
            (
                "sfc status last --json",
                "the steps of the last one, for a program",
            ),
        ],
    ),
    (
        "watch",
        &[
            ("sfc watch", "the last run"),
            (
                "sfc watch 20261126 --json",
                "an event a line, for a program",
            ),
            ("sfc watch --web --open", "its page in the browser, live"),
        ],
    ),
    ("stop", &[("sfc stop last", "the last run")]),
    (
        "logs",
        &[
            ("sfc logs", "the last hour"),
            ("sfc logs last --follow", "those of a run, as they come"),
        ],
    ),
    (
        "resume",
        &[
            ("sfc resume last", "goes on with the last run in AWS"),
            (
                "sfc resume last --local",
                "with the last one on this machine",
            ),
        ],
    ),
    (
        "serve",
        &[
            ("sfc serve", "a warehouse that ends with the program"),
            (
                "sfc serve sales --port 0",
                "that of a pipeline, on a free port",
            ),
        ],
    ),
    (
        "ci",
        &[
            (
                "sfc ci github",
                "a workflow, and roles for the repository that git calls origin",
            ),
            ("sfc ci check", "exit code 4 if a file differs by now"),
        ],
    ),
    (
        "ci github",
        &[
            ("sfc ci github", "for the repository that git calls origin"),
            (
                "sfc ci github sales --env prod --repository acme/etl",
                "of an environment, for a repository",
            ),
        ],
    ),
    (
        "ci gitlab",
        &[
            ("sfc ci gitlab", "for the project that git calls origin"),
            (
                "sfc ci gitlab --server https://gitlab.example.com",
                "of an instance of one's own",
            ),
        ],
    ),
    (
        "ci codebuild",
        &[("sfc ci codebuild", "two buildspecs, and their roles")],
    ),
    (
        "ci check",
        &[
            ("sfc ci check", "what differs by now"),
            ("sfc ci check --json", "for a program"),
        ],
    ),
    (
        "fmt",
        &[
            ("sfc fmt", "every SQL file of the pipeline"),
            ("sfc fmt --check", "exit code 4 if a file would change"),
            ("sfc fmt --diff sql/revenue.sql", "how one would change"),
        ],
    ),
    (
        "graph",
        &[
            ("sfc graph", "for Markdown"),
            ("sfc graph --as svg > graph.svg", "as a picture"),
            (
                "sfc graph --select @revenue",
                "what one step has to do with",
            ),
        ],
    ),
    ("lsp", &[("sfc lsp", "what an editor starts")]),
    (
        "lineage",
        &[
            ("sfc lineage", "every table"),
            ("sfc lineage sales.revenue", "where a table comes from"),
        ],
    ),
    (
        "grants",
        &[("sfc grants", "for the pipeline in this folder")],
    ),
    (
        "schema",
        &[("sfc schema > pipeline.schema.json", "for an editor")],
    ),
    (
        "explain",
        &[
            ("sfc explain SFC0306", "one code"),
            ("sfc explain", "all of them"),
        ],
    ),
    (
        "completions",
        &[
            (
                "source <(sfc completions bash)",
                "for this shell; into ~/.bashrc for every one",
            ),
            (
                "sfc completions fish > ~/.config/fish/completions/sfc.fish",
                "for every fish",
            ),
        ],
    ),
    (
        "man",
        &[(
            "sfc man ~/.local/share/man/man1",
            "a page for each verb: `man sfc-run`",
        )],
    ),
];

/// The command with the examples of its verbs.
pub fn with_examples(command: Command) -> Command {
    let behind = command.get_after_help().map(ToString::to_string);
    let first = format!("{}\n\n{}", text(FIRST), behind.unwrap_or_default());
    below(command, "").after_help(first)
}

fn below(command: Command, above: &str) -> Command {
    command.mut_subcommands(|verb| {
        let name = format!("{above}{}", verb.get_name());
        let mut verb = below(verb, &format!("{name} "));
        let mut known = EXAMPLES.iter();
        if let Some((_, examples)) = known.find(|(own, _)| *own == name) {
            let text = text(examples);
            let before = verb.get_after_help().map(ToString::to_string);
            let long = verb.get_after_long_help().map(ToString::to_string);
            let joined = |before: Option<String>| match before {
                Some(before) => format!("{text}\n\n{before}"),
                None => text.clone(),
            };
            verb = verb.after_help(joined(before));
            if long.is_some() {
                verb = verb.after_long_help(joined(long));
            }
        }
        verb
    })
}

fn text(examples: &[Example]) -> String {
    let width = examples.iter().map(|(line, _)| line.len()).max();
    let width = width.unwrap_or(0);
    let lines: Vec<String> = examples
        .iter()
        .map(|(line, what)| format!("  {line:<width$}  {what}"))
        .collect();
    format!("Examples:\n{}", lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;
    use crate::cli::Cli;

    fn verbs(command: &Command, above: &str, found: &mut Vec<(String, String)>) {
        for verb in command.get_subcommands() {
            let name = format!("{above}{}", verb.get_name());
            if verb.has_subcommands() {
                verbs(verb, &format!("{name} "), found);
            } else {
                let help = verb.clone().render_help().to_string();
                found.push((name, help));
            }
        }
    }

    #[test]
    fn every_verb_has_examples_that_it_takes() {
        let mut command = with_examples(Cli::command());
        command.build();
        let mut found = Vec::new();
        verbs(&command, "", &mut found);
        found.retain(|(name, _)| {
            name != "help" && !name.contains(" help") && !name.starts_with("help ")
        });
        for (name, help) in &found {
            assert_eq!(help.matches("Examples:").count(), 1, "{name}: {help}");
            assert!(help.contains("Global options:"), "{name}: {help}");
        }
        let mut refused = Vec::new();
        for (name, examples) in EXAMPLES {
            assert!(
                cfg!(not(all(feature = "aws", feature = "local")))
                    || found.iter().any(|(known, _)| {
                        known == name || known.starts_with(&format!("{name} "))
                    }),
                "{name} is no verb"
            );
            for (line, _) in *examples {
                let line = line.trim_start_matches("source <(").trim_end_matches(')');
                let end = line.find(['|', '>']).unwrap_or(line.len());
                let words = line[..end].split_whitespace();
                if found.iter().any(|(known, _)| known == name) {
                    let read = command.clone().try_get_matches_from(words);
                    if let Err(error) = read {
                        refused.push(format!("{line}: {error}"));
                    }
                }
            }
        }
        assert!(refused.is_empty(), "{}", refused.join("\n"));
    }
}
