//! Many seeds, on every core, and what they found.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use runtime_lambda::state::RunStatus;

use crate::conditions::Conditions;
use crate::drive::{SeedOutcome, simulate};
use crate::faults::FaultKind;
use crate::promise::Promise;
use crate::subject::Subject;

/// Seeds to run, one after the other, on several threads.
#[derive(Debug, Clone)]
pub struct Campaign {
    /// The seed that the others are counted from.
    pub first: u64,
    /// How many, from there on.
    pub runs: u64,
    /// How many threads run them.
    pub threads: usize,
    /// What is the same for all of them.
    pub conditions: Conditions,
}

/// A way in which promises are broken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PromiseFinding {
    /// The promise that is broken.
    pub promise: Promise,
    /// In which way, in words that are the same for all seeds of the finding.
    pub how: &'static str,
    /// What it was about in the first of the seeds.
    pub example: String,
    /// How many seeds break it.
    pub seeds: u64,
    /// The first of them.
    pub first: u64,
}

/// What many seeds found.
#[derive(Debug, Default)]
pub struct Summary {
    /// Seeds that were run.
    pub runs: u64,
    /// Real time that the campaign took.
    pub took: Duration,
    /// Faults that happened, by kind.
    pub fired: BTreeMap<FaultKind, u64>,
    /// How runs ended, by the name of the status.
    pub ends: BTreeMap<&'static str, u64>,
    /// Seeds that break a promise.
    pub broken: u64,
    /// In which ways, by promise.
    pub findings: Vec<PromiseFinding>,
    /// Events of all executions.
    pub events: u64,
}

impl Campaign {
    /// Runs the seeds. `heard` is called after each.
    #[must_use]
    pub fn run(&self, subject: &Arc<Subject>, heard: impl Fn(&SeedOutcome) + Sync) -> Summary {
        let begun = Instant::now();
        let next = AtomicU64::new(self.first);
        let end = self.first.saturating_add(self.runs);
        let summary = Mutex::new(Summary::default());
        std::thread::scope(|scope| {
            for _ in 0..self.threads.max(1) {
                scope.spawn(|| {
                    loop {
                        let seed = next.fetch_add(1, Ordering::Relaxed);
                        if seed >= end {
                            return;
                        }
                        let report = simulate(subject, seed, &self.conditions);
                        heard(&report);
                        summary.lock().add(&report);
                    }
                });
            }
        });
        let mut summary = std::mem::take(&mut *summary.lock());
        summary.took = begun.elapsed();
        summary
            .findings
            .sort_by_key(|finding| (finding.promise, finding.first));
        summary
    }
}

impl Summary {
    fn add(&mut self, report: &SeedOutcome) {
        self.runs += 1;
        self.events += report.events;
        for fired in &report.fired {
            *self.fired.entry(fired.kind).or_default() += 1;
        }
        for end in &report.ends {
            *self.ends.entry(name(*end)).or_default() += 1;
        }
        self.broken += u64::from(!report.broken.is_empty());
        let mut seen: Vec<(Promise, &str)> = Vec::new();
        for broken in &report.broken {
            if seen.contains(&(broken.promise, broken.how)) {
                continue;
            }
            seen.push((broken.promise, broken.how));
            let known = self
                .findings
                .iter_mut()
                .find(|known| (known.promise, known.how) == (broken.promise, broken.how));
            match known {
                Some(known) => {
                    known.seeds += 1;
                    if report.seed < known.first {
                        known.first = report.seed;
                        known.example.clone_from(&broken.of);
                    }
                }
                None => self.findings.push(PromiseFinding {
                    promise: broken.promise,
                    how: broken.how,
                    example: broken.of.clone(),
                    seeds: 1,
                    first: report.seed,
                }),
            }
        }
    }

    /// How many seeds a second were run, in real time.
    #[must_use]
    pub fn rate(&self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
        let runs = self.runs as f64;
        runs / self.took.as_secs_f64().max(1e-9)
    }
}

fn name(end: Option<RunStatus>) -> &'static str {
    end.map_or("none", RunStatus::name)
}
