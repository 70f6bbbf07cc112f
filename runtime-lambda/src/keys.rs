//! Where things lie in the buckets: one function an object, and a table of all of them for the reference.

use jiff::Timestamp;
use sha2::{Digest, Sha256};

use crate::ids::{Arn, Hash, RunId, StepName};

/// Id of the run that `execution_arn` is: its UTC start, then eight digits that keep two starts
/// within a second apart. The same execution always has the same run id.
#[must_use]
pub fn run_id(execution_arn: &str, started: Timestamp) -> RunId {
    let digest: String = sha256(execution_arn.as_bytes()).chars().take(8).collect();
    format!("{}-{digest}", started.strftime("%Y%m%dT%H%M%SZ")).into()
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

/// A kind of object: how its key is formed, and what it holds. The reference lists them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyForm {
    /// The key with its parts in braces, such as `{pipeline}/{run}/state.json`.
    pub form: &'static str,
    /// What the object holds, in Markdown.
    pub holds: &'static str,
}

/// A table of kinds of objects, and for each a function that forms its keys. A kind without a sentence does not
/// compile.
macro_rules! keys {
    (
        $(#[doc = $about:literal])+
        $table:ident:
        $(
            $(#[doc = $sentence:literal])+
            $visible:vis fn $name:ident($($part:ident: $kind:ty),+) = $form:literal;
        )+
    ) => {
        $(#[doc = $about])+
        pub const $table: &[KeyForm] = &[
            $(KeyForm { form: $form, holds: concat!($($sentence),+) },)+
        ];

        $(
            $(#[doc = $sentence])+
            #[must_use]
            $visible fn $name($($part: $kind),+) -> String {
                format!($form)
            }
        )+
    };
}

keys! {
    /// What a run reads: objects of the artifacts' bucket, each named by its content.
    ARTIFACTS:

    /// The plan of runs: steps, order, limits, parameters, checks.
    pub fn plan(hash: &Hash) = "plans/{hash}.json";

    /// The script of a step: its statements as they are sent, and the queries of its checks.
    pub fn script(hash: &Hash) = "scripts/{hash}.json";

    /// The script of an RSQL step, as it was typed.
    pub fn rsql(hash: &Hash) = "rsql/{hash}.rsql";

    /// The template of the page of runs: sfc's own, or the one that `report.template` names.
    pub fn template(hash: &Hash) = "templates/{hash}.hbs";

    /// The definition of a state machine, where the stack's template has no room for it.
    pub fn definition(hash: &Hash) = "definitions/{hash}.json";
}

keys! {
    /// What one run leaves in the data bucket.
    OF_A_RUN:

    /// Every step's status, lane, times, rows, error; true at every moment.
    pub fn state(pipeline: &str, run: &RunId) = "{pipeline}/{run}/state.json";

    /// The rows of a step as the Redshift Data API gives them.
    pub fn result_json(pipeline: &str, run: &RunId, step: &StepName) =
        "{pipeline}/{run}/results/{step}.json";

    /// The rows of a step as CSV.
    pub fn result_csv(pipeline: &str, run: &RunId, step: &StepName) =
        "{pipeline}/{run}/results/{step}.csv";

    /// The checks of a step that are broken, with rows that break them.
    pub fn checks(pipeline: &str, run: &RunId, step: &StepName) =
        "{pipeline}/{run}/checks/{step}.json";

    /// What went wrong with a step in a round.
    pub fn error(pipeline: &str, run: &RunId, step: &StepName, round: u32) =
        "{pipeline}/{run}/errors/{step}/round-{round}.json";

    /// What an RSQL script wrote in a round (in AWS: in CloudWatch Logs).
    pub fn log(pipeline: &str, run: &RunId, step: &StepName, round: u32) =
        "{pipeline}/{run}/logs/{step}/round-{round}.txt";

    /// What a round ended with.
    pub fn manifest(pipeline: &str, run: &RunId, round: u32) =
        "{pipeline}/{run}/manifests/round-{round}.json";

    /// That the execution was over before the run had a state, and who has heard of it.
    pub fn over(pipeline: &str, run: &RunId) = "{pipeline}/{run}/over.json";

    /// Why the run could not be created.
    pub fn reason(pipeline: &str, run: &RunId) = "{pipeline}/{run}/reason.json";

    /// For which other run this one was skipped, with `overlap: skip`.
    pub fn skipped(pipeline: &str, run: &RunId) = "{pipeline}/{run}/skipped.json";

    /// The page of the run in one file: what failed and what to do next, signals, a timeline, the order, every step
    /// and its result.
    pub fn report(pipeline: &str, run: &RunId) = "{pipeline}/{run}/report/index.html";
}

keys! {
    /// What the runs of a pipeline share in the data bucket.
    OF_A_PIPELINE:

    /// How long each step took in the last 30 runs; the page of a run compares with it.
    pub fn history(pipeline: &str) = "{pipeline}/history.json";

    /// The numbers of rows that the checks of a step counted in the last run, where a check compares with them.
    pub fn counts(pipeline: &str, step: &StepName) = "{pipeline}/counts/{step}.json";

    /// Which run has the turn and which ones wait for it, where runs must not overlap.
    pub fn turn(pipeline: &str) = "{pipeline}/turn.json";

    /// Which run began and which one finished last, and what people were told, with `expect_by` or `fresh`.
    pub fn watch(pipeline: &str) = "{pipeline}/watch.json";

    /// Which run an event has started, named by the SHA-256 of the event's id.
    fn trigger_by_hash(pipeline: &str, hash: &Hash) = "{pipeline}/triggers/{hash}.json";

    /// A request of CloudFormation that a run for a deploy is to answer, named by the run's execution.
    pub fn custom_resource_request(pipeline: &str, execution: &str) =
        "{pipeline}/stack/{execution}.json";

    /// What the last deploy that failed was to bring.
    pub fn custom_resource_failed(pipeline: &str) = "{pipeline}/stack/failed.json";
}

/// Folder of a run, without a slash at its end.
#[must_use]
pub fn run(pipeline: &str, run: &RunId) -> String {
    format!("{pipeline}/{run}")
}

/// The run that an event has started, by the event's id.
#[must_use]
pub fn trigger(pipeline: &str, event: &str) -> String {
    trigger_by_hash(pipeline, &sha256(event.as_bytes()).into())
}

/// Where it is noted which run an event has started.
#[must_use]
pub fn triggers(pipeline: &str) -> String {
    format!("{pipeline}/triggers/")
}

/// Name of a step's statement in the warehouse (`StatementName`): the same for every try to submit it.
/// `again` counts the statements of this round before it, whose errors were ones that pass.
#[must_use]
pub fn statement_name(
    pipeline: &str,
    run: &RunId,
    step: &StepName,
    round: u32,
    again: u32,
) -> String {
    match again {
        0 => format!("{pipeline}/{run}/{step}/{round}"),
        again => format!("{pipeline}/{run}/{step}/{round}.{again}"),
    }
}

/// ARN of the machine that stops a step, beside the one that `execution` is of: they differ in the end
/// of their names.
#[must_use]
pub fn query_timeout(execution: &Arn, pipeline: &str) -> Arn {
    let before = execution
        .split_once(":execution:")
        .map_or("", |(before, _)| before);
    format!("{before}:stateMachine:{pipeline}-query-timeout").into()
}

/// ARN of the execution that runs a try of a step, beside the run's own `execution`.
#[must_use]
pub fn step_execution(
    execution: &Arn,
    pipeline: &str,
    run: &RunId,
    step: &StepName,
    round: u32,
) -> Arn {
    let before = execution
        .split_once(":execution:")
        .map_or("", |(before, _)| before);
    let name = step_execution_name(run, step, round);
    format!("{before}:execution:{pipeline}-query:{name}").into()
}

/// Name of the execution that runs a try of a step, and of its job. An execution's name has at most 80 characters, a
/// Batch job's 128 (AWS pages: `StartExecution`, `SubmitJob`).
#[must_use]
pub fn step_execution_name(run: &RunId, step: &StepName, round: u32) -> String {
    format!("{run}-{round}-{step}")
}

/// What a statement's name says, if it is one of [`statement_name`]. Anybody may run statements
/// under any name, and what is read here becomes a part of keys.
#[must_use]
pub fn parse_statement_name(name: &str) -> Option<StatementName<'_>> {
    let mut parts = name.split('/');
    let (pipeline, run) = (parts.next()?, parts.next().filter(|run| is_run_id(run))?);
    let step = parts.next().filter(|step| is_name(step))?;
    let last = parts.next()?;
    let (round, again) = last.split_once('.').unwrap_or((last, "0"));
    let parsed = StatementName {
        pipeline,
        run: run.into(),
        step: step.into(),
        round: round.parse().ok()?,
        again: again.parse().ok()?,
    };
    let (run, step) = (&parsed.run, &parsed.step);
    let (round, again) = (parsed.round, parsed.again);
    // Written back it must be the same: no signs, no leading zeros, nothing behind it.
    (is_name(pipeline) && statement_name(pipeline, run, step, round, again) == name)
        .then_some(parsed)
}

/// The parts of a statement's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatementName<'a> {
    /// Name of the pipeline.
    pub pipeline: &'a str,
    /// Id of the run.
    pub run: RunId,
    /// Name of the step.
    pub step: StepName,
    /// Number of the round.
    pub round: u32,
    /// Statements of the round before this one.
    pub again: u32,
}

fn is_name(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}

/// Whether this is the form of [`run_id`].
fn is_run_id(text: &str) -> bool {
    const FORM: &[u8] = b"00000000T000000Z-xxxxxxxx";
    text.len() == FORM.len()
        && text.bytes().zip(FORM).all(|(byte, form)| match form {
            b'0' => byte.is_ascii_digit(),
            b'x' => matches!(byte, b'0'..=b'9' | b'a'..=b'f'),
            form => byte == *form,
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_has_the_form_that_the_table_tells() {
        let (run, step) = (&RunId::from("r"), &StepName::from("s"));
        assert_eq!(error("p", run, step, 2), "p/r/errors/s/round-2.json");
        assert!(
            OF_A_RUN
                .iter()
                .any(|kind| kind.form == "{pipeline}/{run}/errors/{step}/round-{round}.json")
        );
        assert_eq!(
            trigger("p", "e"),
            format!("{}{}.json", triggers("p"), sha256(b"e"))
        );
        let all = [ARTIFACTS, OF_A_RUN, OF_A_PIPELINE].concat();
        for kind in &all {
            assert!(kind.holds.trim().ends_with('.'), "{kind:?}");
            let same = all.iter().filter(|other| other.form == kind.form);
            assert_eq!(same.count(), 1, "{kind:?}");
        }
    }

    #[test]
    fn a_run_id_starts_with_its_utc_timestamp_and_depends_on_the_execution_alone() {
        let started: Timestamp = "2026-11-21T10:15:00.192Z".parse().unwrap();
        let id = run_id("arn:a", started);
        assert!(id.starts_with("20261121T101500Z-"));
        assert_eq!(id, run_id("arn:a", started));
        assert_ne!(id, run_id("arn:b", started));
    }

    #[test]
    fn the_execution_of_a_step_is_beside_the_run() {
        assert_eq!(
            step_execution(
                &"arn:aws:states:r:1:execution:p-retry:x".into(),
                "p",
                &"run".into(),
                &"load".into(),
                2
            ),
            "arn:aws:states:r:1:execution:p-query:run-2-load"
        );
    }

    #[test]
    fn the_machine_that_stops_a_step_is_beside_the_run() {
        assert_eq!(
            query_timeout(
                &"arn:aws-cn:states:cn-north-1:1:execution:p-1-retry:x".into(),
                "p-1"
            ),
            "arn:aws-cn:states:cn-north-1:1:stateMachine:p-1-query-timeout"
        );
    }

    #[test]
    fn a_statement_name_is_read_back_and_nothing_else_is() {
        let run = &RunId::from("20261121T101500Z-0123abcd");
        let step = &StepName::from("load_x");
        let name = statement_name("p-1", run, step, 2, 0);
        let parsed = parse_statement_name(&name).unwrap();
        assert_eq!(
            (parsed.pipeline, &parsed.run, &parsed.step, parsed.round),
            ("p-1", run, step, 2)
        );
        assert_eq!(parsed.again, 0);
        let name = statement_name("p-1", run, step, 2, 3);
        assert_eq!(name, format!("p-1/{run}/load_x/2.3"));
        assert_eq!(parse_statement_name(&name).unwrap().again, 3);
        for bad in [
            String::new(),
            "p".to_owned(),
            format!("p/{run}/s"),
            format!("p/{run}/s/1/2"),
            format!("p/{run}/s/1.0"),
            format!("p/{run}/s/1.01"),
            format!("p/{run}/s/1.2.3"),
            format!("p/{run}/s/1."),
            format!("p/{run}/s/01"),
            format!("p/{run}/s/+1"),
            format!("p/{run}/s/-1"),
            format!("p/{run}/s/4294967296"),
            format!("p/{run}/../1"),
            format!("../{run}/s/1"),
            format!("p/{run}x/s/1"),
            "p/20261121T101500Z-0123ABCD/s/1".to_owned(),
            format!("p/{run}/s/1 "),
        ] {
            assert_eq!(parse_statement_name(&bad), None, "{bad}");
        }
    }

    #[test]
    fn sha256_is_the_published_one() {
        assert_eq!(
            sha256(b"abc"),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }
}
