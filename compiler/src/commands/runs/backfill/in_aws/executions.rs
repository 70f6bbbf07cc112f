//! What executions in AWS say about a backfill: their names tell which one they are of, and of which value.
//! Pure.

use std::collections::HashMap;

use jiff::Timestamp;
use runtime_lambda::keys::sha256;
use serde_json::json;

use super::super::grid::ValueStanding;
use super::super::values::Series;
use crate::execution::{AwsExecution, AwsExecutionStatus};

/// Digits that tell one backfill from another.
const DIGITS: usize = 12;

/// Longest value that stands in a name as it is.
const LONGEST: usize = 20;

/// The start of the names of all executions of one backfill, however often it is started.
#[derive(Debug)]
pub struct ExecutionNames {
    start: String,
}

impl ExecutionNames {
    /// Those of a backfill of this series with these steps. Its values do not count, so a longer range adds to
    /// a shorter one.
    pub fn of(series: &Series, steps: Option<&[String]>) -> Self {
        let about = json!({
            "parameter": series.parameter,
            "others": series.others(),
            "steps": steps,
        });
        Self {
            start: format!("backfill-{}-", digits(&about.to_string(), DIGITS)),
        }
    }

    /// The name of a backfill that starts now.
    pub fn starting(&self, now: Timestamp) -> String {
        format!("{}{:x}", self.start, now.as_millisecond())
    }

    /// The name of an execution, if it is of this backfill.
    pub fn own<'a>(&self, arn: &'a str) -> Option<&'a str> {
        let (_, name) = arn.rsplit_once(':')?;
        name.starts_with(&self.start).then_some(name)
    }

    /// Name of the backfill that has started a run, and the key of the run's value.
    fn taken_apart<'a>(&self, arn: &'a str) -> Option<(&'a str, &'a str)> {
        let name = self.own(arn)?;
        let moment = name.strip_prefix(&self.start)?;
        let (moment, key) = moment.split_once('-')?;
        Some((name.get(..self.start.len() + moment.len())?, key))
    }
}

/// What stands for a value in the name of its run's execution (AWS page: `StartExecution`).
pub fn key(value: &str) -> String {
    let is_plain = |character: char| character.is_ascii_alphanumeric() || "-.".contains(character);
    if !value.is_empty() && value.len() <= LONGEST && value.chars().all(is_plain) {
        return value.to_owned();
    }
    // Longer than any value that stands as it is.
    digits(value, LONGEST + 4)
}

fn digits(text: &str, count: usize) -> String {
    sha256(text.as_bytes()).chars().take(count).collect()
}

/// The last run of a value.
#[derive(Debug, Clone)]
pub struct LastRun {
    /// Name of the backfill that has started it.
    pub backfill: String,
    /// The execution that is the value's last run.
    pub execution: AwsExecution,
    /// Whether it was skipped for another run.
    pub is_skipped: bool,
}

impl LastRun {
    /// Whether it is FINISHED.
    pub fn is_finished(&self) -> bool {
        self.execution.status == AwsExecutionStatus::Succeeded && !self.is_skipped
    }

    /// How its value stands, where the backfill `current` is looked at.
    pub fn standing(&self, current: &str) -> ValueStanding {
        let is_current = self.backfill == current;
        match self.execution.status {
            _ if self.execution.is_running() => ValueStanding::Running,
            _ if self.is_finished() && is_current => ValueStanding::Finished,
            _ if self.is_finished() => ValueStanding::Earlier,
            // It is run again.
            _ if !is_current => ValueStanding::Waiting,
            AwsExecutionStatus::Aborted | AwsExecutionStatus::Succeeded => ValueStanding::Stopped,
            _ => ValueStanding::Failed,
        }
    }
}

/// The last run of each value, by its key; `executions` are those of the run's machine, the latest first.
pub fn last_runs(
    names: &ExecutionNames,
    executions: Vec<AwsExecution>,
) -> HashMap<String, LastRun> {
    let mut runs = HashMap::new();
    for execution in executions {
        let Some((backfill, key)) = names.taken_apart(&execution.arn) else {
            continue;
        };
        let (backfill, key) = (backfill.to_owned(), key.to_owned());
        runs.entry(key).or_insert(LastRun {
            backfill,
            execution,
            is_skipped: false,
        });
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names() -> ExecutionNames {
        ExecutionNames {
            start: "backfill-0123456789ab-".to_owned(),
        }
    }

    fn execution(name: &str, status: &str) -> AwsExecution {
        AwsExecution {
            arn: format!("arn:aws:states:eu-central-1:1:execution:demo-retry:{name}"),
            status: AwsExecutionStatus::named(status),
            started: Timestamp::UNIX_EPOCH,
            ended: None,
            error: None,
            cause: None,
            output: None,
        }
    }

    #[test]
    fn names_tell_backfill_and_value() {
        let own = |name: &str| {
            let arn = execution(name, "RUNNING").arn;
            let names = names();
            let found = names.taken_apart(&arn);
            found.map(|(backfill, key)| (backfill.to_owned(), key.to_owned()))
        };
        let pair = |backfill: &str, key: &str| Some((backfill.to_owned(), key.to_owned()));
        assert_eq!(
            own("backfill-0123456789ab-18c-2026-01-01"),
            pair("backfill-0123456789ab-18c", "2026-01-01")
        );
        assert_eq!(
            own("backfill-0123456789ab-18c--1"),
            pair("backfill-0123456789ab-18c", "-1")
        );
        assert_eq!(own("backfill-0123456789ab-18c"), None);
        assert_eq!(own("backfill-000000000000-18c-1"), None);
        assert_eq!(own("sfc-18c-1"), None);
    }

    #[test]
    fn a_key_fits_into_a_name() {
        assert_eq!(key("2026-01-01"), "2026-01-01");
        assert_eq!(key("1.5"), "1.5");
        for value in ["", "a b", "München", "a/b", &"a".repeat(21)] {
            assert_eq!(key(value).len(), 24, "{value}");
            assert_ne!(key(value), key("other value"));
        }
        let name = names().starting(Timestamp::MAX);
        assert!(name.len() + "-".len() + 24 <= 80, "{name}");
    }

    #[test]
    fn the_last_run_decides() {
        let executions = vec![
            execution("backfill-0123456789ab-2-a", "RUNNING"),
            execution("backfill-0123456789ab-2-b", "ABORTED"),
            execution("sfc-1-1", "FAILED"),
            execution("backfill-0123456789ab-1-a", "FAILED"),
            execution("backfill-0123456789ab-1-c", "SUCCEEDED"),
            execution("backfill-0123456789ab-1-d", "TIMED_OUT"),
        ];
        let runs = last_runs(&names(), executions);
        let standing = |key: &str, current: &str| {
            let current = format!("backfill-0123456789ab-{current}");
            runs.get(key).map(|run| run.standing(&current))
        };
        assert_eq!(standing("a", "2"), Some(ValueStanding::Running));
        assert_eq!(standing("b", "2"), Some(ValueStanding::Stopped));
        assert_eq!(standing("c", "2"), Some(ValueStanding::Earlier));
        assert_eq!(standing("c", "1"), Some(ValueStanding::Finished));
        assert_eq!(standing("d", "2"), Some(ValueStanding::Waiting));
        assert_eq!(standing("d", "1"), Some(ValueStanding::Failed));
        assert_eq!(standing("e", "2"), None);
        let skipped = LastRun {
            is_skipped: true,
            ..runs["c"].clone()
        };
        assert!(!skipped.is_finished());
    }
}
