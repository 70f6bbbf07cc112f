//! The text of a spec.

use std::fmt::Write as _;

use super::configuration::ReviewConfiguration;
use super::names::{plain, script, step};
use crate::commands::duration;
use crate::pipeline::MAX_LANES;

/// The review has no limit of a whole run; a day is more than any of its runs needs.
const RUN: &str = "1d";

/// The spec of one of the configurations.
pub(super) fn spec(
    folder: &str,
    number: usize,
    configuration: &ReviewConfiguration,
    all: &[ReviewConfiguration],
) -> String {
    let name = match number {
        0 => folder.to_owned(),
        _ => format!("{folder}-{}", plain(&configuration.name, '-')),
    };
    let connections = configuration.connections.len().max(1);
    let lanes = connections.min(usize::try_from(MAX_LANES).unwrap_or(1));
    // Writing to a String cannot fail.
    let mut text = String::new();
    let _ = write!(
        text,
        "# yaml-language-server: $schema=pipeline.schema.json\n\
         name: {name}\n\
         description: {}\n\n",
        quoted(&format!(
            "The review's configuration {}, imported.",
            configuration.name
        ))
    );
    text.push_str(
        "# Say here where your warehouse is: a cluster as it was given to the review, or a workgroup.\n\
         # The database user must be a superuser: others see only their own rows of most system tables.\n\
         warehouse:\n  \
           cluster: { identifier: redshift-cluster-1, db_user: data_user }\n  \
           database: dev\n\n",
    );
    let _ = writeln!(text, "{}", order(configuration, connections, lanes));
    let _ = write!(
        text,
        "limits:\n  run: {RUN}\n  rounds: 3\n  lanes: {lanes}\n\n\
         # Each run has a folder of its own in the bucket, named after its time: what was `result/A.json` is\n\
         # `results/A.json` in it (and `results/A.csv`), what was an error key is `errors/A/round-1.json`.\n\
         steps:\n"
    );
    let longest = configuration.connections.iter().map(Vec::len).max();
    for position in 0..longest.unwrap_or(0) {
        for query in configuration
            .connections
            .iter()
            .filter_map(|connection| connection.get(position))
        {
            let _ = writeln!(
                text,
                "  {}: {{ sql: {}, limit: {} }}",
                step(&query.name),
                script(&query.name),
                duration(query.seconds)
            );
        }
    }
    if all.len() > 1 && number == 0 {
        let others: Vec<String> = all
            .iter()
            .skip(1)
            .map(|other| format!("`{}.yaml`", plain(&other.name, '-')))
            .collect();
        let _ = write!(
            text,
            "\n# The other configurations: {}.\n",
            others.join(", ")
        );
    }
    text
}

/// What the configuration said about the order, as a comment.
fn order(configuration: &ReviewConfiguration, connections: usize, lanes: usize) -> String {
    let queries: usize = configuration.connections.iter().map(Vec::len).sum();
    if connections == 1 {
        return "# All serial: one lane, in this order. A query that fails does not hold the others back.".to_owned();
    }
    let mut text = if connections == queries {
        format!("# All parallel: a lane for each of the {queries} queries.")
    } else {
        format!(
            "# {queries} queries on {connections} connections: as many lanes, each of which takes the next query when it\n\
             # is free, so that none is idle while another has a queue. Use `after` where one query needs another."
        )
    };
    if lanes < connections {
        let _ = write!(
            text,
            "\n# {lanes} lanes are the most; the others wait for one."
        );
    }
    text
}

/// A YAML string in double quotes.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
