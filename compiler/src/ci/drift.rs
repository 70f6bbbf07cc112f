//! What is different between the files that are there and those that would be written now.

use std::collections::BTreeSet;

use serde::Serialize;

/// How a file differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "is")]
pub enum Drift {
    /// It is not there.
    Missing,
    /// It has other lines.
    Different {
        /// Number of the first line that differs, from 1 on.
        line: usize,
        /// That line, as it is; empty where the file ends before it.
        found: String,
        /// The same, as it would be written.
        wanted: String,
        /// Actions that a role lacks, as `Role: service:Action`.
        lacks: Vec<String>,
        /// Actions that a role needs no more.
        needless: Vec<String>,
    },
}

/// Compares a file with what it would be; `None` if they are the same.
#[must_use]
pub fn between(found: Option<&str>, wanted: &str) -> Option<Drift> {
    let Some(found) = found else {
        return Some(Drift::Missing);
    };
    // A checkout may have other ends of lines.
    let (mut ours, mut theirs) = (wanted.lines(), found.lines());
    let mut line = 0;
    loop {
        line += 1;
        let (wanted_line, found_line) = (ours.next(), theirs.next());
        if wanted_line.is_none() && found_line.is_none() {
            return None;
        }
        if wanted_line != found_line {
            let (needed, allowed) = (actions(wanted), actions(found));
            let less = |one: &BTreeSet<String>, other: &BTreeSet<String>| {
                one.difference(other).cloned().collect()
            };
            return Some(Drift::Different {
                line,
                found: found_line.unwrap_or_default().to_owned(),
                wanted: wanted_line.unwrap_or_default().to_owned(),
                lacks: less(&needed, &allowed),
                needless: less(&allowed, &needed),
            });
        }
    }
}

/// The actions that the roles of a file allow, as `Role: service:Action`.
fn actions(text: &str) -> BTreeSet<String> {
    let mut role = "";
    let mut found = BTreeSet::new();
    for line in text.lines() {
        let indent = line.len() - line.trim_start().len();
        if indent == 2 && line.ends_with(':') {
            role = line.trim().trim_end_matches(':');
        }
        let Some(item) = line.trim().strip_prefix("- ") else {
            continue;
        };
        let is_word = |text: &str| {
            !text.is_empty()
                && text
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        };
        let parts = item.split_once(':');
        if parts.is_some_and(|(service, name)| is_word(service) && is_word(name)) {
            found.insert(format!("{role}: {item}"));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_that_differs_is_told_and_ends_of_lines_are_not() {
        assert_eq!(between(Some("a\r\nb\r\n"), "a\nb\n"), None);
        assert_eq!(between(None, "a\n"), Some(Drift::Missing));
        let Some(Drift::Different {
            line,
            found,
            wanted,
            ..
        }) = between(Some("a\n"), "a\nb\n")
        else {
            unreachable!("they differ");
        };
        assert_eq!((line, found.as_str(), wanted.as_str()), (2, "", "b"));
    }

    #[test]
    fn actions_are_told_with_their_role() {
        let roles = |action: &str| {
            format!(
                "Resources:\n  DeployRole:\n    Action:\n      - {action}\n      - sts:AssumeRole\n"
            )
        };
        let drift = between(Some(&roles("sqs:CreateQueue")), &roles("sns:CreateTopic"));
        let Some(Drift::Different {
            lacks, needless, ..
        }) = drift
        else {
            unreachable!("they differ");
        };
        assert_eq!(lacks, ["DeployRole: sns:CreateTopic"]);
        assert_eq!(needless, ["DeployRole: sqs:CreateQueue"]);
    }
}
