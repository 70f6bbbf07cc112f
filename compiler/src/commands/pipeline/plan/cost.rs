//! What `sfc plan` says of money.

use crate::commands::{duration, thousands};
use crate::compile::Compiled;
use crate::cost::{Prices, Usage, runs_a_month, usage};
use runtime_lambda::plan::Completion;
use runtime_lambda::report::money;

/// Of a run in which each statement takes so many seconds.
pub fn describe(compiled: &Compiled, prices: &Prices, statement_seconds: u64) -> String {
    let stack = &compiled.pipeline.stack;
    let usage = usage(
        &compiled.plan,
        &compiled.machines.bounds,
        stack.memory_mib,
        statement_seconds,
    );
    let parts = usage.dollars(prices, stack.architecture);
    let sum: f64 = parts.iter().map(|(_, dollars)| dollars).sum();
    let kinds: Vec<String> = parts
        .iter()
        .map(|(kind, dollars)| format!("{kind} {}", money(*dollars)))
        .collect();
    let mut lines = vec![
        format!(
            "cost: {} a run in which each statement takes {} and nothing fails: it lasts {}",
            money(sum),
            duration(statement_seconds),
            duration(usage.seconds)
        ),
        format!("  {}", kinds.join(", ")),
        format!(
            "  {} transitions; {} requests to the Lambda, {:.1} GB-seconds; {} objects written, {} read",
            thousands(usage.transitions),
            thousands(usage.requests),
            usage.gb_seconds,
            thousands(usage.writes),
            thousands(usage.reads)
        ),
    ];
    if let Some(runs) = runs_a_month(&compiled.pipeline) {
        lines.push(format!(
            "  {} a month, for the {runs:.1} runs of its schedules",
            money(sum * runs)
        ));
    }
    lines.extend(dear(compiled, &usage));
    lines.push(format!(
        "  prices of {} on {}, without the warehouse, logs and mails",
        prices.region, prices.date
    ));
    lines.iter().map(|line| format!("{line}\n")).collect()
}

/// What makes a run dear, and what to do about it: a part that is a fourth of all transitions or more.
fn dear(compiled: &Compiled, usage: &Usage) -> Vec<String> {
    let much = |part: u64| part * 4 >= usage.transitions;
    let mut lines = Vec::new();
    if compiled.plan.completion == Completion::Poll && much(usage.asking) {
        lines.push(format!(
            "  dear: {} transitions ask about statements; with `completion: event` none would",
            thousands(usage.asking)
        ));
    }
    if much(usage.waiting) {
        lines.push(format!(
            "  dear: {} transitions are lanes that wait, as little may run at the same time; have fewer `lanes`",
            thousands(usage.waiting)
        ));
    }
    lines
}
