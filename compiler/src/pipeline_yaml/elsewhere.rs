//! Words of other tools for what a spec has under another name: a person who comes from there types them
//! without thinking.

/// The field of a spec that does what `word` does elsewhere, and how it is written; `None` where none of
/// `fields` does.
pub(super) fn find<'a>(word: &str, fields: &'a [String]) -> Option<(&'a str, &'static str)> {
    let (_, meant) = WORDS.iter().find(|(words, _)| words.contains(&word))?;
    meant.iter().find_map(|(field, help)| {
        let field = fields.iter().find(|known| known == field)?;
        Some((field.as_str(), *help))
    })
}

/// Words, and the fields that may be meant, each with what to do.
type Meant = (
    &'static [&'static str],
    &'static [(&'static str, &'static str)],
);

const WORDS: &[Meant] = &[
    (
        &[
            "depends_on",
            "dependsOn",
            "depends",
            "dependencies",
            "needs",
            "requires",
            "upstream",
        ],
        &[(
            "after",
            "write `after`, with the steps that must be FINISHED before this one",
        )],
    ),
    (
        &["timeout", "timeout_seconds", "max_duration"],
        &[
            ("limit", "write `limit`, such as `limit: 10m`"),
            (
                "step",
                "write `step` for the limit of each step, `run` for that of the run",
            ),
            ("limits", "write `limits: { step: 10m, run: 1h }`"),
        ],
    ),
    (
        &["retries", "max_retries", "attempts", "max_attempts"],
        &[
            (
                "rounds",
                "write `rounds`, which counts the first try: `rounds: 3` tries twice more",
            ),
            (
                "retry",
                "write `retry: { transient: 5 }` for errors that pass; `limits: { rounds: 3 }` gives each step that failed two more tries",
            ),
            (
                "limits",
                "write `limits: { rounds: 3 }`, which counts the first try: each step that failed has two more",
            ),
        ],
    ),
    (
        &["query", "script", "file", "sql_file", "statement"],
        &[("sql", "write `sql`, with the path of a file")],
    ),
    (
        &["concurrency", "threads", "parallel", "parallelism"],
        &[
            (
                "lanes",
                "write `lanes`: how many steps run at the same time",
            ),
            (
                "limits",
                "write `limits: { lanes: 4 }`: so many steps run at the same time",
            ),
        ],
    ),
    (
        &["vars", "variables", "params", "inputs"],
        &[("parameters", "write `parameters`")],
    ),
    (
        &["tests", "checks", "assert", "asserts"],
        &[(
            "expect",
            "write `expect`, with what holds of the step's result",
        )],
    ),
    (
        &["cron", "on", "trigger", "schedule", "schedules"],
        &[
            (
                "schedule",
                "write `schedule`, such as `schedule: cron(0 5 * * ? *)`",
            ),
            (
                "triggers",
                "write `triggers`, such as `triggers: [{ schedule: rate(1 day) }]`",
            ),
        ],
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_means_what_the_place_has() {
        let fields = |names: &[&str]| {
            names
                .iter()
                .map(|name| (*name).to_owned())
                .collect::<Vec<_>>()
        };
        let step = fields(&["sql", "after", "limit", "retry"]);
        let limits = fields(&["step", "run", "rounds", "lanes"]);
        let field =
            |word: &str, fields: &[String]| find(word, fields).map(|(field, _)| field.to_owned());
        assert_eq!(field("needs", &step).as_deref(), Some("after"));
        assert_eq!(field("needs", &limits), None);
        assert_eq!(field("timeout", &step).as_deref(), Some("limit"));
        assert_eq!(field("timeout", &limits).as_deref(), Some("step"));
        assert_eq!(field("retries", &step).as_deref(), Some("retry"));
        assert_eq!(field("retries", &limits).as_deref(), Some("rounds"));
        assert_eq!(field("lanes", &limits), None);
        let spec = fields(&["name", "limits", "triggers", "steps"]);
        for (word, meant) in [
            ("timeout", "limits"),
            ("retries", "limits"),
            ("threads", "limits"),
            ("schedule", "triggers"),
        ] {
            assert_eq!(field(word, &spec).as_deref(), Some(meant));
        }
    }
}
