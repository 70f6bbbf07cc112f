//! Which errors pass by themselves, and which no second try heals.
//!
//! An error that passes is tried again within its step: it costs neither a round nor the steps behind it. One
//! that cannot heal is told at once, and uses up no rounds. All others are for the rounds. `retry` of a step
//! decides otherwise about both.

use crate::plan::Step;
use crate::protocol::errors::{EXPECTATION_FAILED, JOB_UNKNOWN, STATEMENT_FAILED};

/// Whether a statement that failed with this message may run well a moment later.
#[must_use]
pub fn passes(message: &str) -> bool {
    let message = message.to_lowercase();
    let has = |word: &str| match is_number(word) {
        true => numbers(&message).any(|number| number == word),
        false => message.contains(word),
    };
    PASSING
        .iter()
        .any(|words| words.iter().all(|word| has(word)))
}

fn is_number(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit())
}

/// The numbers that stand by themselves in a message: not in a longer number, a name, an id or a path.
fn numbers(message: &str) -> impl Iterator<Item = &str> {
    let is_between = |sign: char| !sign.is_alphanumeric() && !['_', '-', '/'].contains(&sign);
    let words = message.split(is_between);
    words.filter(|word| is_number(word))
}

/// Words that such messages have, all of one line. A number is one that stands by itself.
const PASSING: [&[&str]; 17] = [
    // AWS page: "Serializable isolation", errors 1023 and 1018.
    &["1023", "serializable isolation violation"],
    &["serializable isolation violation on table"],
    &["could not serialize access"],
    // DDL meets another transaction, such as the refresh of a materialized view. No page of AWS has this error; those
    // who met it are in aws/amazon-redshift-jdbc-driver#147 and dbt-labs/dbt-adapters#1873.
    &["conflict with concurrent transaction"],
    &["1018", "relation does not exist"],
    &["could not open relation with oid"],
    // Two transactions wait for each other: the warehouse ends one of them (AWS page: `LOCK`).
    &["deadlock detected"],
    // The connection between a client and the warehouse, or between its nodes.
    &["connection reset"],
    &["connection refused"],
    &["server closed the connection"],
    &["terminating connection due to"],
    &["the database system is", "starting up"],
    &["communication link failure"],
    // AWS page: "Query throttling" of Redshift Spectrum, and S3's `SlowDown`.
    &["s3", "slowdown"],
    &["please reduce your request rate"],
    &["s3", "503"],
    &["spectrum", "throttl"],
];

/// Whether another round is of use to a step that failed so: `error` is the error's name.
#[must_use]
pub fn may_heal(step: &Step, error: &str, message: &str) -> bool {
    match step.retry.rounds {
        Some(wanted) => wanted,
        // A job that may run is not started a second time beside itself.
        None => {
            !(matches!(error, EXPECTATION_FAILED | JOB_UNKNOWN)
                || error == STATEMENT_FAILED && is_mistake(message))
        }
    }
}

/// Whether the statement itself is wrong: its grammar, or a column or a function that is not there. A table that
/// is missing may come.
fn is_mistake(message: &str) -> bool {
    let message = message.to_lowercase();
    let missing = |kind: &str| {
        let behind = message.split_once(kind).map(|(_, behind)| behind);
        behind.is_some_and(|behind| behind.contains("does not exist"))
    };
    message.contains("syntax error at or near") || missing("column \"") || missing("function ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_passes_is_known_by_the_words_of_the_warehouse() {
        for message in [
            "ERROR: 1023 DETAIL: Serializable isolation violation on table in Redshift",
            "ERROR: deadlock detected",
            "ERROR: could not complete because of conflict with concurrent transaction",
            "ERROR: 1018 DETAIL: Relation does not exist.",
            "ERROR: S3ServiceException: Please reduce your request rate., Status 503, Error SlowDown",
            "ERROR: Spectrum Scan Error. DETAIL: error: throttled by the service, code: 15007",
            "FATAL: terminating connection due to administrator command",
            "ERROR: S3ServiceException: Service Unavailable,Status 503,Error ServiceUnavailable",
            "ERROR: S3 answers (HTTP status:503)",
        ] {
            assert!(passes(message), "{message}");
        }
        for message in [
            "ERROR: relation \"orders\" does not exist",
            "ERROR: division by zero",
            "ERROR: syntax error at or near \"selct\"",
            "ERROR: permission denied for relation orders",
            "ERROR: S3ServiceException: Access Denied, Status 403",
            // A number that holds another one, and a name that does.
            "ERROR: Load into table orders failed. Line 15034 of s3://sales/orders.csv is too long",
            "ERROR: S3ServiceException: Access Denied, Status 403, RequestId 8A503F, ExtRid x503",
            "ERROR: s3://sales/503/part-503.csv has no column \"id\"",
            "ERROR: 10180: relation does not exist",
        ] {
            assert!(!passes(message), "{message}");
        }
    }

    #[test]
    fn mistakes_of_a_statement_do_not_heal() {
        for message in [
            "ERROR: syntax error at or near \"selct\"",
            "ERROR: column \"amout\" does not exist in orders",
            "ERROR: function foo(integer) does not exist",
        ] {
            assert!(is_mistake(message), "{message}");
        }
        for message in [
            "ERROR: relation \"orders\" does not exist",
            "ERROR: division by zero",
            "ERROR: column \"id\" is of type integer",
        ] {
            assert!(!is_mistake(message), "{message}");
        }
    }
}
