//! Limits: defaults, and what AWS allows.

use super::duration::{self, WrongDuration};
use super::resolver::Resolver;
use super::{Limits, duration_words};
use crate::diagnostic::{Code, Diagnostic};
use crate::pipeline_yaml::{self, Duration};

/// How long a step may take if nothing is said: one hour.
pub const DEFAULT_STEP_SECONDS: u64 = 3_600;

/// How long a run may take if nothing is said: twelve hours.
pub const DEFAULT_RUN_SECONDS: u64 = 12 * 3_600;

/// Rounds if nothing is said.
pub const DEFAULT_ROUNDS: u32 = 3;

/// Lanes if nothing is said.
pub const DEFAULT_LANES: u32 = 4;

/// A statement runs at most 24 hours (AWS page: `Considerations when calling the Amazon Redshift
/// Data API`).
pub const MAX_STEP_SECONDS: u64 = 24 * 3_600;

/// Freshness is looked at once an hour.
pub const MIN_FRESH_SECONDS: u64 = 3_600;

/// What is not to be there within a year is nobody's to watch.
pub const MAX_FRESH_SECONDS: u64 = 365 * 86_400;

/// A Standard execution takes at most one year (AWS page: `Step Functions service quotas`).
pub const MAX_RUN_SECONDS: u64 = 365 * 86_400;

/// More rounds than this only cost money: what fails ten times does not mend itself.
pub const MAX_ROUNDS: u32 = 10;

/// An inline Map runs at most 40 iterations at once (AWS page: `Map workflow state`).
pub const MAX_LANES: u32 = 40;

/// Limits of a run, with defaults for what is absent or wrong.
pub(super) fn resolve(resolver: &mut Resolver<'_>) -> Limits {
    let limits = &resolver.document.spec.limits;
    let run = limits.run.as_ref().and_then(|run| {
        let note = "a Standard execution of Step Functions takes at most one year";
        seconds(resolver, run, &["limits", "run"], MAX_RUN_SECONDS, note)
    });
    let step = limits
        .step
        .as_ref()
        .and_then(|step| step_seconds(resolver, step, &["limits", "step"]));
    let run_seconds = run.unwrap_or(DEFAULT_RUN_SECONDS);
    if let Some(step) = step {
        within_run(resolver, step, run_seconds, &["limits", "step"]);
    }
    Limits {
        step_seconds: step.unwrap_or_else(|| DEFAULT_STEP_SECONDS.min(run_seconds)),
        run_seconds,
        rounds: count(resolver, limits.rounds, "rounds", MAX_ROUNDS).unwrap_or(DEFAULT_ROUNDS),
        lanes: count(resolver, limits.lanes, "lanes", MAX_LANES).unwrap_or(DEFAULT_LANES),
    }
}

/// Longest age that is checked: ten years, which a 32-bit number of seconds holds.
const MAX_AGE_SECONDS: u64 = 3650 * 86_400;

/// The limit of one step.
pub(super) fn of_step(resolver: &mut Resolver<'_>, name: &str, limits: &Limits) -> u64 {
    let own = resolver.document.spec.steps.get(name);
    let Some(limit) = own.and_then(|step| step.limit.as_ref()) else {
        return limits.step_seconds;
    };
    let keys = ["steps", name, "limit"];
    let Some(seconds) = step_seconds(resolver, limit, &keys) else {
        return limits.step_seconds;
    };
    within_run(resolver, seconds, limits.run_seconds, &keys);
    seconds
}

/// How long after it was finished a step is to be so again, in seconds.
pub(super) fn fresh(
    resolver: &mut Resolver<'_>,
    name: &str,
    step: &pipeline_yaml::Step,
) -> Option<u64> {
    let limit = step.fresh.as_ref()?;
    let keys = ["steps", name, "fresh"];
    let note = "that is a year";
    let seconds = seconds(resolver, limit, &keys, MAX_FRESH_SECONDS, note)?;
    let document = resolver.document;
    if seconds < MIN_FRESH_SECONDS {
        resolver.push(
            Diagnostic::error(
                Code::LimitTooLow,
                format!("`{}` is too short to be looked at", limit.0),
            )
            .at(&document.file, document.at(&keys), "")
            .note("freshness is looked at once an hour")
            .help("write at least `1h`"),
        );
        return None;
    }
    if step
        .when
        .is_some_and(|when| when != pipeline_yaml::When::Run)
    {
        resolver.push(
            Diagnostic::error(
                Code::WhenApart,
                format!("step `{name}` is not part of ordinary runs, so it cannot be fresh"),
            )
            .at(&document.file, document.at(&keys), "")
            .help("remove `fresh`, or `when`"),
        );
        return None;
    }
    Some(seconds)
}

/// How old something may be, in seconds.
pub(super) fn age(resolver: &mut Resolver<'_>, within: &Duration, keys: &[&str]) -> Option<u64> {
    seconds(resolver, within, keys, MAX_AGE_SECONDS, "that is ten years")
}

fn step_seconds(resolver: &mut Resolver<'_>, limit: &Duration, keys: &[&str]) -> Option<u64> {
    let note = "a statement of the Redshift Data API runs at most 24 hours";
    seconds(resolver, limit, keys, MAX_STEP_SECONDS, note)
}

fn seconds(
    resolver: &mut Resolver<'_>,
    limit: &Duration,
    keys: &[&str],
    most: u64,
    note: &str,
) -> Option<u64> {
    let text = &limit.0;
    let high = || {
        let sentence = format!("`{text}` is too long");
        Diagnostic::error(Code::LimitTooHigh, sentence)
            .help(format!("give at most `{}`", duration_words(most)))
            .note(note)
    };
    let low = || {
        let sentence = "a limit must be more than zero";
        Diagnostic::error(Code::LimitTooLow, sentence)
            .help("write a number with a unit, such as `90s`, `5m`, `2h` or `1h30m`")
    };
    let problem = match duration::seconds(text) {
        Ok(0) | Err(WrongDuration::Negative) => low(),
        Ok(seconds) if seconds <= most => return Some(seconds),
        Ok(_) | Err(WrongDuration::Endless) => high(),
        Err(WrongDuration::Syntax) => {
            let sentence = format!("`{text}` is no length of time");
            Diagnostic::error(Code::DurationSyntax, sentence)
                .help("write a number with a unit, such as `90s`, `5m`, `2h` or `1h30m`")
        }
    };
    let span = resolver.document.at(keys);
    resolver.push(problem.at(&resolver.document.file, span, ""));
    None
}

/// A step that may take longer than the run is cut off by the run.
fn within_run(resolver: &mut Resolver<'_>, step: u64, run: u64, keys: &[&str]) {
    if step <= run {
        return;
    }
    let document = resolver.document;
    let sentence = format!(
        "this limit of `{}` is longer than that of the whole run, `{}`",
        duration_words(step),
        duration_words(run),
    );
    let mut warning = Diagnostic::warning(Code::StepLimitPastRun, sentence)
        .at(&document.file, document.at(keys), "")
        .help("raise `limits.run`, or lower this limit");
    if document.spec.limits.run.is_some() {
        warning = warning.also(
            &document.file,
            document.at(&["limits", "run"]),
            "the run's limit",
        );
    } else {
        warning = warning.note("`limits.run` is not given, so it is the default");
    }
    resolver.push(warning);
}

fn count(resolver: &mut Resolver<'_>, given: Option<i64>, name: &str, most: u32) -> Option<u32> {
    let given = given?;
    let keys = ["limits", name];
    let problem = if given < 1 {
        Diagnostic::error(Code::LimitTooLow, format!("`{name}` must be at least 1"))
            .help(format!("give a number from 1 to {most}"))
    } else {
        match u32::try_from(given) {
            Ok(count) if count <= most => return Some(count),
            _ => Diagnostic::error(Code::LimitTooHigh, format!("`{name}` is at most {most}"))
                .help(format!("give a number from 1 to {most}")),
        }
    };
    let span = resolver.document.at(&keys);
    resolver.push(problem.at(&resolver.document.file, span, ""));
    None
}

/// A number between these; none, and a mistake, if it is not.
pub(super) fn within(
    resolver: &mut Resolver<'_>,
    given: Option<i64>,
    keys: &[&str],
    (least, most): (u32, u32),
) -> Option<u32> {
    let given = given?;
    let name = keys.last().copied().unwrap_or_default();
    let problem = if given < i64::from(least) {
        Diagnostic::error(
            Code::LimitTooLow,
            format!("`{name}` must be at least {least}"),
        )
    } else {
        match u32::try_from(given) {
            Ok(number) if number <= most => return Some(number),
            _ => Diagnostic::error(Code::LimitTooHigh, format!("`{name}` is at most {most}")),
        }
    };
    let document = resolver.document;
    resolver.push(
        problem
            .at(&document.file, document.at(keys), "")
            .help(format!("give a number from {least} to {most}")),
    );
    None
}
