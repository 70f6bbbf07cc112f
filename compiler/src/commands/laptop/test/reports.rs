//! How the tests ended, for machines: one JSON document, and JUnit's XML.

use std::fmt::Write as _;
use std::time::Duration;

use serde_json::{Value, json};

use super::coverage;
use super::verdict::{TestEnd, TestVerdict};
use crate::commands::rows;
use crate::compile::Compiled;
use crate::diagnostic::{Diagnostic, Label};
use crate::testing::Case;

/// What is said of a test that did not pass.
pub(super) fn problems(case: &Case, verdict: &TestVerdict) -> Vec<Diagnostic> {
    match &verdict.end {
        TestEnd::Passed => Vec::new(),
        TestEnd::Failed(failures) => failures
            .iter()
            .map(|failure| failure.diagnostic(case))
            .collect(),
        TestEnd::Broken(why) => why.diagnostics(case),
    }
}

/// A problem as JSON: at its place, and those that explain it under `places`.
fn problem(problem: &Diagnostic) -> Value {
    let mut value = json!({
        "code": problem.code.as_str(),
        "message": problem.message,
        "places": problem.others().map(|label| place(Some(label))).collect::<Vec<Value>>(),
        "notes": problem.notes,
        "help": problem.help,
    });
    if let (Some(value), Value::Object(place)) = (value.as_object_mut(), place(problem.primary())) {
        value.extend(place);
    }
    value
}

/// File, line and column, the words beside them, and the line itself.
fn place(label: Option<&Label>) -> Value {
    let position = label.and_then(Label::position);
    json!({
        "file": label.map(|label| label.file.path()).unwrap_or_default(),
        "line": position.map(|position| position.line),
        "column": position.map(|position| position.column),
        "text": label.map(|label| label.text.as_str()).unwrap_or_default(),
        "source": label.and_then(Label::source),
    })
}

/// The verdicts as one JSON document, as `docs/json.md` describes it.
pub(super) fn json(
    compiled: &Compiled,
    cases: &[Case],
    verdicts: &[TestVerdict],
    took: Duration,
    with_coverage: bool,
) -> String {
    let tests = cases.iter().zip(verdicts).map(|(case, verdict)| {
        let problems = problems(case, verdict);
        json!({
            "file": case.file.path(),
            "line": case.file.line(case.span.start),
            "step": super::subject(compiled, case),
            "name": case.name,
            "status": verdict.end.word(),
            "seconds": seconds(verdict.took),
            "problems": problems.iter().map(problem).collect::<Vec<Value>>(),
        })
    });
    let tests: Vec<Value> = tests.collect();
    let count = |word: &str| {
        verdicts
            .iter()
            .filter(|verdict| verdict.end.word() == word)
            .count()
    };
    let mut report = json!({
        "pipeline": compiled.plan.pipeline,
        "passed": count("passed"),
        "failed": count("failed"),
        "broken": count("broken"),
        "seconds": seconds(took),
        "tests": tests,
    });
    if with_coverage && let Some(report) = report.as_object_mut() {
        let coverage = coverage::json(compiled, verdicts);
        report.insert("coverage".to_owned(), coverage);
    }
    rows::json_text(&rows::document(report))
}

/// Seconds, rounded to milliseconds.
fn seconds(took: Duration) -> f64 {
    (took.as_secs_f64() * 1000.0).round() / 1000.0
}

/// JUnit's XML: a suite for each file.
pub(super) fn junit(
    compiled: &Compiled,
    cases: &[Case],
    verdicts: &[TestVerdict],
    took: Duration,
) -> String {
    let mut xml = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".to_owned();
    let count = |some: &[(&Case, &TestVerdict)], word: &str| {
        some.iter()
            .filter(|(_, verdict)| verdict.end.word() == word)
            .count()
    };
    let all: Vec<(&Case, &TestVerdict)> = cases.iter().zip(verdicts).collect();
    let counts = |some: &[(&Case, &TestVerdict)], took: f64| {
        format!(
            "tests=\"{}\" failures=\"{}\" errors=\"{}\" time=\"{took:.3}\"",
            some.len(),
            count(some, "failed"),
            count(some, "broken"),
        )
    };
    let pipeline = escaped(&compiled.plan.pipeline);
    let _ = writeln!(
        xml,
        "<testsuites name=\"{pipeline}\" {}>",
        counts(&all, took.as_secs_f64())
    );
    for suite in all.chunk_by(|one, other| one.0.file.path() == other.0.file.path()) {
        let Some((first, _)) = suite.first() else {
            continue;
        };
        let took: f64 = suite
            .iter()
            .map(|(_, verdict)| verdict.took.as_secs_f64())
            .sum();
        let file = escaped(first.file.path());
        let _ = writeln!(xml, "  <testsuite name=\"{file}\" {}>", counts(suite, took));
        for (case, verdict) in suite {
            let _ = write!(
                xml,
                "    <testcase classname=\"{}\" name=\"{}\" file=\"{file}\" line=\"{}\" time=\"{:.3}\"",
                class(&pipeline, super::subject(compiled, case)),
                escaped(&case.name),
                case.file.line(case.span.start),
                verdict.took.as_secs_f64(),
            );
            let problems = problems(case, verdict);
            if problems.is_empty() {
                xml.push_str("/>\n");
                continue;
            }
            xml.push_str(">\n");
            let element = if verdict.end.word() == "broken" {
                "error"
            } else {
                "failure"
            };
            for problem in problems {
                let places = problem.primary().into_iter().chain(problem.others());
                let places = places.map(Label::in_words);
                let help = problem.help.iter().map(|help| format!("help: {help}"));
                let said = places.chain(problem.notes.iter().cloned()).chain(help);
                let text = said.collect::<Vec<String>>().join("\n");
                let _ = writeln!(
                    xml,
                    "      <{element} type=\"{}\" message=\"{}\">{}</{element}>",
                    problem.code,
                    escaped(&problem.message),
                    escaped(&text)
                );
            }
            xml.push_str("    </testcase>\n");
        }
        xml.push_str("  </testsuite>\n");
    }
    xml.push_str("</testsuites>\n");
    xml
}

/// What JUnit calls the class of a test; a file that cannot be read has no subject.
fn class(pipeline: &str, subject: &str) -> String {
    match subject {
        "" => pipeline.to_owned(),
        subject => format!("{pipeline}.{}", escaped(subject)),
    }
}

/// Text for XML: its marks as entities, without the characters that XML does not know.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\n' | '\t' | '\r' => escaped.push(character),
            character if character.is_control() || matches!(character, '\u{fffe}' | '\u{ffff}') => {
                escaped.push('\u{fffd}');
            }
            character => escaped.push(character),
        }
    }
    escaped
}
