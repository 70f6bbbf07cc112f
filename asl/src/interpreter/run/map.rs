//! Inline `Map` states.

use std::collections::BTreeSet;
use std::sync::Arc;

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use serde_json::Value;

use super::context::map_section;
use super::{RunningExecution, StateVisit, Strand};
use crate::interpreter::failure::{StateFailure, names};
use crate::interpreter::history::EventKind;
use crate::interpreter::limits::INLINE_CONCURRENCY;
use crate::interpreter::program::{Amount, Map, StateGraph};

/// How many iterations may fail.
pub(super) struct Tolerance {
    pub count: Option<f64>,
    pub percentage: Option<f64>,
}

impl Tolerance {
    #[expect(
        clippy::cast_precision_loss,
        reason = "no array has as many items as would matter"
    )]
    pub(super) fn allows(&self, failed: usize, total: usize) -> bool {
        let (failed, total) = (failed as f64, total as f64);
        (self.count.is_some() || self.percentage.is_some())
            && self.count.is_none_or(|count| failed <= count)
            && self
                .percentage
                .is_none_or(|percentage| failed / total * 100.0 <= percentage)
    }

    pub(super) fn any(&self) -> bool {
        self.count.is_some_and(|count| count > 0.0)
            || self.percentage.is_some_and(|percentage| percentage > 0.0)
    }
}

/// The end of one iteration.
struct Iterated {
    index: usize,
    previous: u64,
    result: Result<Arc<Value>, StateFailure>,
}

/// The failure of a map of which too much failed.
pub(super) fn threshold() -> StateFailure {
    StateFailure::new(
        names::THRESHOLD,
        "The specified tolerated failure threshold was exceeded",
    )
}

impl RunningExecution {
    /// Runs the processor for every item, as many at once as allowed.
    ///
    /// An iteration whose failure is tolerated leaves `null` in its place:
    /// what Step Functions leaves there in an inline map is not documented.
    pub async fn map(
        &self,
        visit: &mut StateVisit<'_>,
        strand: &mut Strand,
        map: &Map,
    ) -> Result<Arc<Value>, StateFailure> {
        let items = self.items(visit, strand, map)?;
        let items = items.as_array().map(Vec::as_slice);
        let items = items.ok_or_else(|| StateFailure::fatal("the items of a map are no array"))?;
        let concurrency = self.concurrency(visit, strand, map)?;
        let tolerance = self.tolerance(visit, strand, map)?;
        let started = self.emit(
            strand,
            EventKind::MapStarted {
                length: items.len(),
            },
        )?;
        let outer = Arc::new(strand.variables.clone());
        let mut outputs = vec![Value::Null; items.len()];
        let mut waiting = items.iter().enumerate();
        let mut active = BTreeSet::new();
        let mut running = FuturesUnordered::new();
        let mut failed = 0;
        loop {
            while active.len() < concurrency
                && let Some((index, value)) = waiting.next()
            {
                let item = map_section(index, value);
                let input = match self.select(visit, strand, map, (&item, value)) {
                    Ok(input) => input,
                    Err(failure) => {
                        drop(running);
                        return Err(self.map_failed(visit, strand, &active, failure));
                    }
                };
                active.insert(index);
                let name = Arc::clone(&visit.node.name);
                let mut inner = Strand {
                    previous: started,
                    variables: outer.nested(),
                    item: Some(item),
                };
                let event = EventKind::IterationStarted {
                    name: Arc::clone(&name),
                    index,
                };
                self.emit(&mut inner, event)?;
                running.push(self.iteration((name, index), &map.graph, input, inner));
            }
            let Some(iterated) = running.next().await else {
                break;
            };
            active.remove(&iterated.index);
            strand.previous = iterated.previous;
            let failure = match iterated.result {
                Ok(output) => {
                    let Some(place) = outputs.get_mut(iterated.index) else {
                        return Err(StateFailure::fatal(
                            "an iteration has ended that has no item",
                        ));
                    };
                    *place = Arc::unwrap_or_clone(output);
                    continue;
                }
                Err(failure) => failure,
            };
            failed += 1;
            if failure.fatal || !tolerance.allows(failed, items.len()) {
                drop(running);
                let failure = if tolerance.any() && !failure.fatal {
                    threshold()
                } else {
                    failure
                };
                return Err(self.map_failed(visit, strand, &active, failure));
            }
        }
        let output = Arc::new(Value::Array(outputs));
        self.check_size(visit, &output)?;
        self.emit(strand, EventKind::MapSucceeded)?;
        Ok(output)
    }

    pub(super) fn tolerance(
        &self,
        visit: &StateVisit<'_>,
        strand: &mut Strand,
        map: &Map,
    ) -> Result<Tolerance, StateFailure> {
        let mut evaluate = |amount: &Option<Amount>, field: &str| {
            amount
                .as_ref()
                .map(|amount| self.amount(visit, strand, amount, field))
                .transpose()
        };
        Ok(Tolerance {
            count: evaluate(&map.tolerated_count, "ToleratedFailureCount")?,
            percentage: evaluate(&map.tolerated_percentage, "ToleratedFailurePercentage")?,
        })
    }

    pub(super) fn items(
        &self,
        visit: &StateVisit<'_>,
        strand: &mut Strand,
        map: &Map,
    ) -> Result<Arc<Value>, StateFailure> {
        let Some(template) = &map.items else {
            if visit.input.is_array() {
                return Ok(Arc::clone(visit.input));
            }
            let what = format!("Map state input must be an array but was: {}", visit.input);
            return Err(self.evaluation_failure(visit, strand, "Items", &what));
        };
        let items = self.evaluate(visit, strand, (None, None), template, ("", "Items", ""))?;
        if items.is_array() {
            Ok(items)
        } else {
            Err(self.unexpected_type(visit, strand, template, ("Items", "array"), &items))
        }
    }

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "clamped to between zero and the largest concurrency"
    )]
    fn concurrency(
        &self,
        visit: &StateVisit<'_>,
        strand: &mut Strand,
        map: &Map,
    ) -> Result<usize, StateFailure> {
        let Some(amount) = &map.concurrency else {
            return Ok(INLINE_CONCURRENCY);
        };
        let asked = self.amount(visit, strand, amount, "MaxConcurrency")?;
        Ok(match asked.min(40.0) as usize {
            0 => INLINE_CONCURRENCY,
            some => some.min(INLINE_CONCURRENCY),
        })
    }

    pub(super) fn select(
        &self,
        visit: &mut StateVisit<'_>,
        strand: &mut Strand,
        map: &Map,
        (item, value): (&Arc<Value>, &Value),
    ) -> Result<Arc<Value>, StateFailure> {
        let Some(template) = &map.selector else {
            return Ok(Arc::new(value.clone()));
        };
        visit.item = Some(Arc::clone(item));
        let location = ("", "ItemSelector", "");
        let selected = self.evaluate(visit, strand, (None, None), template, location);
        visit.item = None;
        selected
    }

    async fn iteration(
        &self,
        (name, index): (Arc<str>, usize),
        graph: &StateGraph,
        input: Arc<Value>,
        mut strand: Strand,
    ) -> Iterated {
        let result = self.graph(graph, input, &mut strand).await;
        let event = match &result {
            Ok(_) => Some(EventKind::IterationSucceeded { name, index }),
            Err(failure) if failure.fatal => None,
            Err(_) => Some(EventKind::IterationFailed { name, index }),
        };
        let recorded = event.map_or(Ok(0), |event| self.emit(&mut strand, event));
        Iterated {
            index,
            previous: strand.previous,
            result: recorded.and(result),
        }
    }

    /// Records the end of a map that failed, with the iterations that it took
    /// with it.
    fn map_failed(
        &self,
        visit: &StateVisit<'_>,
        strand: &mut Strand,
        active: &BTreeSet<usize>,
        failure: StateFailure,
    ) -> StateFailure {
        if failure.fatal {
            return failure;
        }
        for index in active {
            let event = EventKind::IterationAborted {
                name: Arc::clone(&visit.node.name),
                index: *index,
            };
            if let Err(full) = self.emit(strand, event) {
                return full;
            }
        }
        match self.emit(strand, EventKind::MapFailed) {
            Ok(_) => failure,
            Err(full) => full,
        }
    }
}
