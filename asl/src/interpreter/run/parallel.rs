//! `Parallel` states.

use std::sync::Arc;

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use serde_json::Value;

use super::{Lane, Run, Visit};
use crate::expression::Template;
use crate::interpreter::failure::Failure;
use crate::interpreter::history::EventKind;
use crate::interpreter::program::Graph;

impl Run {
    /// Runs all branches side by side; the first failure ends the others.
    pub async fn parallel(
        &self,
        visit: &Visit<'_>,
        lane: &mut Lane,
        arguments: Option<&Template>,
        branches: &[Arc<Graph>],
    ) -> Result<Arc<Value>, Failure> {
        let input = match arguments {
            Some(template) => {
                let location = ("", "Arguments", "");
                self.evaluate(visit, lane, (None, None), template, location)?
            }
            None => Arc::clone(visit.input),
        };
        let started = self.emit(lane, EventKind::ParallelStarted)?;
        let outer = Arc::new(lane.variables.clone());
        let mut outputs = vec![Value::Null; branches.len()];
        let mut running: FuturesUnordered<_> = branches
            .iter()
            .zip(&mut outputs)
            .map(|(branch, output)| {
                let mut inner = Lane {
                    previous: started,
                    variables: outer.nested(),
                    item: lane.item.clone(),
                };
                let input = Arc::clone(&input);
                async move {
                    let result = self.graph(branch, input, &mut inner).await;
                    let result = result.map(|value| *output = Arc::unwrap_or_clone(value));
                    (inner.previous, result)
                }
            })
            .collect();
        while let Some((previous, result)) = running.next().await {
            lane.previous = previous;
            if let Err(failure) = result {
                drop(running);
                if !failure.fatal {
                    self.emit(lane, EventKind::ParallelFailed)?;
                }
                return Err(failure);
            }
        }
        drop(running);
        let output = Arc::new(Value::Array(outputs));
        self.check_size(visit, &output)?;
        self.emit(lane, EventKind::ParallelSucceeded)?;
        Ok(output)
    }
}
