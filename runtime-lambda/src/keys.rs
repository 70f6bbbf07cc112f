//! Where things lie in the bucket: one function an object.

use jiff::Timestamp;
use sha2::{Digest, Sha256};

/// Id of the run that `execution_arn` is: its UTC start, then eight digits that keep two starts
/// within a second apart. The same execution always has the same run id.
#[must_use]
pub fn run_id(execution_arn: &str, started: Timestamp) -> String {
    let digest: String = sha256(execution_arn.as_bytes()).chars().take(8).collect();
    format!("{}-{digest}", started.strftime("%Y%m%dT%H%M%SZ"))
}

/// SHA-256 in hexadecimal, the name of every artifact.
#[must_use]
pub fn sha256(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    Sha256::digest(bytes)
        .iter()
        .fold(String::with_capacity(64), |mut text, byte| {
            // Writing to a String cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
}

/// The plan with this hash, in the artifacts.
#[must_use]
pub fn plan(hash: &str) -> String {
    format!("plans/{hash}.json")
}

/// The script with this hash, in the artifacts.
#[must_use]
pub fn script(hash: &str) -> String {
    format!("scripts/{hash}.json")
}

/// The template with this hash, in the artifacts.
#[must_use]
pub fn template(hash: &str) -> String {
    format!("templates/{hash}.hbs")
}

/// Folder of a run, without a slash at its end.
#[must_use]
pub fn run(pipeline: &str, run: &str) -> String {
    format!("{pipeline}/{run}")
}

/// The global state.
#[must_use]
pub fn state(pipeline: &str, run: &str) -> String {
    format!("{pipeline}/{run}/state.json")
}

/// A step's result as the Data API gave it.
#[must_use]
pub fn result_json(pipeline: &str, run: &str, step: &str) -> String {
    format!("{pipeline}/{run}/results/{step}.json")
}

/// A step's result as CSV.
#[must_use]
pub fn result_csv(pipeline: &str, run: &str, step: &str) -> String {
    format!("{pipeline}/{run}/results/{step}.csv")
}

/// What went wrong with a step in a round.
#[must_use]
pub fn error(pipeline: &str, run: &str, step: &str, round: u32) -> String {
    format!("{pipeline}/{run}/errors/{step}/round-{round}.json")
}

/// What a round ended with.
#[must_use]
pub fn manifest(pipeline: &str, run: &str, round: u32) -> String {
    format!("{pipeline}/{run}/manifests/round-{round}.json")
}

/// The report for people.
#[must_use]
pub fn report(pipeline: &str, run: &str) -> String {
    format!("{pipeline}/{run}/report/index.html")
}

/// Name of a step's statement in the warehouse (`StatementName`): the same for every try to submit it
/// in a round.
#[must_use]
pub fn statement_name(pipeline: &str, run: &str, step: &str, round: u32) -> String {
    format!("{pipeline}/{run}/{step}/{round}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_id_starts_with_its_utc_timestamp_and_depends_on_the_execution_alone() {
        let started: Timestamp = "2026-11-21T10:15:00.192Z".parse().unwrap();
        let id = run_id("arn:a", started);
        assert!(id.starts_with("20261121T101500Z-"));
        assert_eq!(id, run_id("arn:a", started));
        assert_ne!(id, run_id("arn:b", started));
    }

    #[test]
    fn sha256_is_the_published_one() {
        assert_eq!(
            sha256(b"abc"),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }
}
