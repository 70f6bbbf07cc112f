//! What a simulation found, in words.

use std::fmt::Write as _;
use std::sync::Arc;

use runtime_lambda::state::RunStatus;
use simulate::{Conditions, SeedOutcome, Subject, Summary, diagram, shrink, simulate};

use crate::commands::thousands;
use crate::exit::Exit;
use crate::printer::Printer;

/// Tells what many runs found.
pub fn summary(summary: &Summary, first: u64, printer: &Printer) -> Exit {
    let mut text = String::new();
    // Writing to a String cannot fail.
    let _ = writeln!(
        text,
        "{} runs with the seeds from {first}, in {:.1} s: {:.0} runs a second, {} events a run",
        thousands(summary.runs),
        summary.took.as_secs_f64(),
        summary.rate(),
        summary.events / summary.runs.max(1),
    );
    let ends: Vec<String> = summary
        .ends
        .iter()
        .map(|(name, times)| format!("{name} {}", thousands(*times)))
        .collect();
    let _ = writeln!(text, "ends      {}", ends.join(", "));
    let faults: u64 = summary.fired.values().sum();
    let _ = writeln!(
        text,
        "faults    {} of {} kinds",
        thousands(faults),
        summary.fired.len()
    );
    for (kind, times) in &summary.fired {
        let _ = writeln!(
            text,
            "  {:>9}  {:<32} {}",
            thousands(*times),
            kind.name(),
            kind.what()
        );
    }
    let _ = writeln!(
        text,
        "promises  {} of {} runs break one",
        thousands(summary.broken),
        thousands(summary.runs)
    );
    for finding in &summary.findings {
        let _ = writeln!(
            text,
            "  {:>9}  promise {}: {} (seed {}: {})",
            thousands(finding.seeds),
            finding.promise.number(),
            finding.how,
            finding.first,
            finding.example
        );
    }
    printer.data(&text);
    if summary.broken == 0 {
        Exit::Success
    } else {
        Exit::RunFailed
    }
}

/// Tells the story of one seed.
pub fn story(subject: &Arc<Subject>, seed: u64, conditions: Conditions, printer: &Printer) -> Exit {
    let shrunk = shrink(subject, seed, &conditions);
    let report = match shrunk {
        None => {
            let telling = Conditions {
                telling: true,
                ..conditions
            };
            simulate(subject, seed, &telling)
        }
        Some(shrunk) => {
            printer.note(&format!(
                "seed {seed} breaks a promise; {} of its {} faults are enough for that:",
                shrunk.faults.len(),
                shrunk.of
            ));
            for fault in &shrunk.faults {
                printer.note(&format!("  {fault}"));
            }
            shrunk.report
        }
    };
    tell(&report, printer);
    printer.data(&format!("\n```mermaid\n{}```\n", diagram(&report.story)));
    for broken in &report.broken {
        printer.data(&format!("{broken}\n"));
    }
    if report.broken.is_empty() {
        Exit::Success
    } else {
        Exit::RunFailed
    }
}

/// Tells what the pipeline does when steps fail: how steps and rounds end, and what people are told.
pub fn failing(report: &SeedOutcome, printer: &Printer) -> Exit {
    const TOLD: [&str; 5] = [
        " Failed in ",
        " Finished in ",
        " Skipped in ",
        "run ",
        "sends the message",
    ];
    let mut text = String::new();
    for line in &report.story {
        if line.to.is_none() || !TOLD.iter().any(|words| line.text.contains(words)) {
            continue;
        }
        let seconds = line.at.as_secs_f64();
        let words = line.text.trim_start_matches("state: ");
        let _ = writeln!(text, "{seconds:9.1} s  {words}");
    }
    let is_finished = report
        .ends
        .iter()
        .all(|end| *end == Some(RunStatus::Finished));
    for end in report.ends.iter().flatten() {
        let seconds = report.took.as_secs_f64();
        let _ = writeln!(text, "\nthe run ends {end:?} after {seconds:.0} s");
    }
    for broken in &report.broken {
        let _ = writeln!(text, "{broken}");
    }
    printer.data(&text);
    if report.broken.is_empty() && is_finished {
        Exit::Success
    } else {
        Exit::RunFailed
    }
}

fn tell(report: &SeedOutcome, printer: &Printer) {
    let mut text = String::new();
    for line in &report.story {
        let _ = writeln!(text, "{line}");
    }
    printer.data(&text);
}
