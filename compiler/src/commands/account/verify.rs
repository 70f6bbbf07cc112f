//! `sfc verify`: asks AWS's `TestState` what each state of the definitions does, and holds it against our
//! interpreter.

use std::panic::resume_unwind;

use comfy_table::{Table, presets};
use futures_util::{StreamExt as _, stream};
use serde_json::{Value, json};

use super::Account;
use crate::aws::{Aws, AwsFailure};
use crate::commands::pipeline::simulate;
use crate::commands::pipeline_at::PipelineAt;
use crate::commands::session::{self, EarlyEnd, KnownPipeline};
use crate::commands::{plural, rows};
use crate::exit::Exit;
use crate::printer::Printer;
use crate::verify::{AskedState, Difference, VerifyLimits, differences, questions};

/// Tests that are under way at the same time.
const AT_ONCE: usize = 4;

/// Letters of a value that the table shows.
const SHOWN: usize = 120;

/// Who needs which permission, below the help.
pub const PERMISSIONS: &str = "Permissions: `states:TestState`; with `--role`, also `iam:PassRole` for it. \
Nothing is created, and no service is called: every task is mocked.";

/// What is typed behind `sfc verify`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    at: PipelineAt,
    #[command(flatten)]
    account: Account,
    /// Role that AWS tests with, where a policy demands one: its ARN. Mocks need none.
    #[arg(long, value_name = "ARN")]
    role: Option<String>,
    /// Runs that are simulated with faults to see what states are given.
    #[arg(long, default_value_t = 200, value_name = "N")]
    runs: u64,
    /// Questions about a state whose answers are alike.
    #[arg(long, default_value_t = 2, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    alike: u16,
    /// Prints the result as JSON.
    #[arg(long)]
    json: bool,
}

/// A state, and what came of the questions about it.
struct Verified<'a> {
    asked: &'a AskedState,
    /// What differs, by the question.
    differences: Vec<(&'a str, Difference)>,
}

/// Verifies the definitions of a pipeline.
#[must_use]
pub fn run(arguments: &Arguments, printer: &Printer) -> Exit {
    let (project, compiled, subject) = match simulate::opened(&arguments.at, printer) {
        Ok(opened) => opened,
        Err(exit) => return exit,
    };
    let limits = VerifyLimits {
        runs: arguments.runs,
        alike: usize::from(arguments.alike),
        role: arguments.role.clone(),
    };
    session::block_on(printer, async {
        let known = KnownPipeline::of(&project)?;
        let aws = arguments.account.connect(&known).await?;
        // The simulation has a runtime of its own, and none may be started within another.
        let asked = std::thread::scope(|scope| {
            let asking = scope.spawn(|| questions(&compiled, &subject, &limits));
            asking.join().unwrap_or_else(|panic| resume_unwind(panic))
        });
        let count: usize = asked.iter().map(|asked| asked.questions.len()).sum();
        printer.note(&format!(
            "{} about {} in account {}, {}",
            counted(count, "question"),
            counted(asked.len(), "state"),
            aws.account,
            aws.region
        ));
        let verified = verify(&aws, &asked, |verified| {
            if !arguments.json {
                printer.data(&line(verified, &compiled.plan.pipeline));
            }
        })
        .await?;
        let text = if arguments.json {
            as_json(&verified, &compiled.plan.pipeline)
        } else {
            summary(&verified, &compiled.plan.pipeline)
        };
        printer.data(&text);
        let differs = verified.iter().any(|state| !state.differences.is_empty());
        Ok(if differs {
            Exit::RunFailed
        } else {
            Exit::Success
        })
    })
}

/// Asks everything; `told` hears of each state, in order.
async fn verify<'a>(
    aws: &Aws,
    asked: &'a [AskedState],
    told: impl Fn(&Verified<'a>),
) -> Result<Vec<Verified<'a>>, EarlyEnd> {
    let all = asked.iter().flat_map(|asked| &asked.questions);
    let answers = stream::iter(all).map(|question| async move {
        let answered = aws.test_state(&question.request).await?;
        Ok::<_, AwsFailure>(differences(&question.own, &answered))
    });
    let mut answers = answers.buffered(AT_ONCE);
    let mut verified = Vec::new();
    for asked in asked {
        let mut state = Verified {
            asked,
            differences: Vec::new(),
        };
        for question in &asked.questions {
            let found = answers.next().await.transpose()?.unwrap_or_default();
            let found = found
                .into_iter()
                .map(|found| (question.what.as_str(), found));
            state.differences.extend(found);
        }
        told(&state);
        verified.push(state);
    }
    Ok(verified)
}

impl Verified<'_> {
    /// `same`, `differs: …` or `not asked: …`.
    fn verdict(&self) -> String {
        if let Some(reason) = &self.asked.not_asked {
            return format!("not asked: {reason}");
        }
        if self.differences.is_empty() {
            return "same".to_owned();
        }
        let mut fields: Vec<&str> = Vec::new();
        for (_, difference) in &self.differences {
            if !fields.contains(&difference.field) {
                fields.push(difference.field);
            }
        }
        format!("differs: {}", fields.join(", "))
    }
}

/// A line about a state: how many questions, and how many answers differ.
fn line(state: &Verified<'_>, pipeline: &str) -> String {
    let asked = state.asked;
    let machine = asked.machine.name(pipeline);
    let count = match asked.questions.len() {
        0 => String::new(),
        count => format!(" ({})", counted(count, "question")),
    };
    format!("{machine}  {}  {}{count}\n", asked.state, state.verdict())
}

/// The differences as a table, and the sum of it all.
fn summary(verified: &[Verified<'_>], pipeline: &str) -> String {
    let mut table = Table::new();
    table
        .load_preset(presets::NOTHING)
        .set_header(["machine", "state", "question", "part", "AWS", "sfc"]);
    let mut count = 0_usize;
    for state in verified {
        for (question, difference) in &state.differences {
            count += 1;
            table.add_row([
                state.asked.machine.name(pipeline),
                state.asked.state.clone(),
                (*question).to_owned(),
                difference.field.to_owned(),
                shortened(&difference.aws),
                shortened(&difference.sfc),
            ]);
        }
    }
    let of = |test: fn(&Verified<'_>) -> bool| verified.iter().filter(|state| test(state)).count();
    let not_asked = of(|state| state.asked.not_asked.is_some());
    let differing = of(|state| !state.differences.is_empty());
    let same = verified.len() - not_asked - differing;
    let sum = format!(
        "\n{}: {same} same, {differing} different, {not_asked} not asked\n",
        counted(verified.len(), "state"),
    );
    if count == 0 {
        return sum;
    }
    let rows = table.to_string();
    let rows = rows.lines().map(str::trim_end).collect::<Vec<_>>();
    format!("\n{}\n{sum}", rows.join("\n"))
}

/// `1 state`, `2 states`.
fn counted(number: usize, noun: &str) -> String {
    let ending = plural(u64::try_from(number).unwrap_or(u64::MAX));
    format!("{number} {noun}{ending}")
}

/// A value in few letters.
fn shortened(value: &Value) -> String {
    let text = match value {
        Value::Null => "none".to_owned(),
        Value::String(text) => text.clone(),
        value => value.to_string(),
    };
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text,
    }
}

/// All of it for programs; values are whole.
fn as_json(verified: &[Verified<'_>], pipeline: &str) -> String {
    let states: Vec<Value> = verified
        .iter()
        .map(|state| {
            let verdict = match (&state.asked.not_asked, state.differences.is_empty()) {
                (Some(_), _) => "not asked",
                (None, true) => "same",
                (None, false) => "differs",
            };
            let differences: Vec<Value> = state
                .differences
                .iter()
                .map(|(question, found)| {
                    json!({
                        "question": question,
                        "part": found.field,
                        "aws": found.aws,
                        "sfc": found.sfc,
                    })
                })
                .collect();
            let questions = state.asked.questions.iter();
            json!({
                "machine": state.asked.machine.name(pipeline),
                "state": state.asked.state,
                "type": state.asked.kind,
                "verdict": verdict,
                "reason": state.asked.not_asked,
                "questions": questions.map(|question| &question.what).collect::<Vec<_>>(),
                "differences": differences,
            })
        })
        .collect();
    rows::json_text(&rows::document(
        json!({ "pipeline": pipeline, "states": states }),
    ))
}
