//! Tests side by side: each worker has an engine of its own and takes the next test.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use local::warehouse::branches::StatementBranch;
use local::warehouse::{Engine, Options};
use parking_lot::Mutex;

use super::buckets;
use super::pipeline;
use super::reached::StepReach;
use super::step;
use super::verdict::{BrokenTest, TestEnd, TestFailure, TestVerdict};
use super::warehouse::OwnWarehouse;
use crate::commands::laptop::folders::{Folders, isolation};
use crate::compile::Compiled;
use crate::testing::{Case, TestSubject};

/// Runs all tests; the verdicts stand in the order of the tests. `told` hears of each in that order, as
/// soon as all before it have ended.
pub(super) fn run(
    compiled: &Compiled,
    folders: &Folders,
    cases: &[Case],
    with_coverage: bool,
    told: &(dyn Fn(&Case, &TestVerdict) + Sync),
) -> Vec<TestVerdict> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let next = AtomicUsize::new(0);
    let ended = Mutex::new(Ended {
        verdicts: cases.iter().map(|_| None).collect(),
        told: 0,
    });
    std::thread::scope(|scope| {
        for _ in 0..cores.min(cases.len()) {
            scope.spawn(|| {
                let mut worker = Worker {
                    compiled,
                    folders,
                    with_coverage,
                    engine: None,
                };
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let Some(case) = cases.get(index) else { return };
                    let verdict = worker.verdict(case);
                    let mut ended = ended.lock();
                    ended.put(index, verdict, cases, told);
                }
            });
        }
    });
    let ended = ended.into_inner();
    let lost = || TestVerdict {
        end: TestEnd::Broken(BrokenTest::Trouble("its thread ended early".to_owned())),
        took: Duration::ZERO,
        reached: Vec::new(),
        taken: BTreeSet::new(),
    };
    let verdicts = ended.verdicts.into_iter();
    verdicts
        .map(|verdict| verdict.unwrap_or_else(lost))
        .collect()
}

/// Verdicts so far, in the order of the tests.
struct Ended {
    verdicts: Vec<Option<TestVerdict>>,
    /// How many of them, from the first on, were told.
    told: usize,
}

impl Ended {
    fn put(
        &mut self,
        index: usize,
        verdict: TestVerdict,
        cases: &[Case],
        told: &dyn Fn(&Case, &TestVerdict),
    ) {
        if let Some(slot) = self.verdicts.get_mut(index) {
            *slot = Some(verdict);
        }
        while let (Some(Some(verdict)), Some(case)) =
            (self.verdicts.get(self.told), cases.get(self.told))
        {
            told(case, verdict);
            self.told += 1;
        }
    }
}

struct Worker<'a> {
    compiled: &'a Compiled,
    folders: &'a Folders,
    /// Whether branches that are taken are noted.
    with_coverage: bool,
    /// The engine of the tests before; none after one that it did not survive.
    engine: Option<Engine>,
}

impl Worker<'_> {
    fn verdict(&mut self, case: &Case) -> TestVerdict {
        let started = Instant::now();
        let mut reached = Vec::new();
        let mut taken = BTreeSet::new();
        let end = match self.failures(case, &mut reached, &mut taken) {
            Ok(failures) if failures.is_empty() => TestEnd::Passed,
            Ok(failures) => TestEnd::Failed(failures),
            Err(broken) => TestEnd::Broken(broken),
        };
        TestVerdict {
            end,
            took: started.elapsed(),
            reached,
            taken,
        }
    }

    fn failures(
        &mut self,
        case: &Case,
        reached: &mut Vec<StepReach>,
        taken: &mut BTreeSet<StatementBranch>,
    ) -> Result<Vec<TestFailure>, BrokenTest> {
        if case.wrong.has_errors() {
            return Err(BrokenTest::Wrong);
        }
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()?;
        let buckets = buckets::of(self.compiled, self.folders, case)?;
        let options = Options {
            buckets: buckets.folders.clone(),
            system_tables: self.folders.system_tables.clone(),
            isolation: isolation(self.compiled),
            now: case.now,
            seed: case.seed,
            witness: self.with_coverage,
            absent_keys: true,
            ..Options::default()
        };
        let engine = match self.engine.take() {
            Some(engine) => engine,
            None => Engine::start(&self.compiled.plan.warehouse.database, Some(1))?,
        };
        let warehouse = Arc::new(engine.fresh(options)?);
        let own = OwnWarehouse::new(warehouse, &self.compiled.plan.warehouse)?
            .with(buckets.folders.clone());
        let failures = match &case.subject {
            TestSubject::Step(index) => match self.compiled.pipeline.steps.get(*index) {
                Some(step) => {
                    let subject = (*index, step);
                    runtime.block_on(step::run(&own, self.compiled, case, subject, reached))
                }
                None => Ok(Vec::new()),
            },
            TestSubject::Unknown(_) => Err(BrokenTest::Wrong),
            TestSubject::Pipeline => {
                runtime.block_on(pipeline::run(&own, self.compiled, case, reached))
            }
        };
        *taken = own.warehouse.taken();
        drop(own);
        // The last of the statements' threads ends with it, and with that the warehouse.
        drop(runtime);
        self.engine = Some(engine);
        failures
    }
}
