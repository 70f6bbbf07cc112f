//! `Parallel` states.

use std::sync::Arc;

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use serde_json::Value;

use super::{RunningExecution, StateVisit, Strand};
use crate::expression::JsonTemplate;
use crate::interpreter::failure::StateFailure;
use crate::interpreter::history::EventKind;
use crate::interpreter::program::StateGraph;

impl RunningExecution {
    /// Runs all branches side by side; the first failure ends the others.
    pub async fn parallel(
        &self,
        visit: &StateVisit<'_>,
        strand: &mut Strand,
        arguments: Option<&JsonTemplate>,
        branches: &[Arc<StateGraph>],
    ) -> Result<Arc<Value>, StateFailure> {
        let input = match arguments {
            Some(template) => {
                let location = ("", "Arguments", "");
                self.evaluate(visit, strand, (None, None), template, location)?
            }
            None => Arc::clone(visit.input),
        };
        let started = self.emit(strand, EventKind::ParallelStarted)?;
        let outer = Arc::new(strand.variables.clone());
        let mut outputs = vec![Value::Null; branches.len()];
        let mut running: FuturesUnordered<_> = branches
            .iter()
            .zip(&mut outputs)
            .map(|(branch, output)| {
                let mut inner = Strand {
                    previous: started,
                    variables: outer.nested(),
                    item: strand.item.clone(),
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
            strand.previous = previous;
            if let Err(failure) = result {
                drop(running);
                if !failure.fatal {
                    self.emit(strand, EventKind::ParallelFailed)?;
                }
                return Err(failure);
            }
        }
        drop(running);
        let output = Arc::new(Value::Array(outputs));
        self.check_size(visit, &output)?;
        self.emit(strand, EventKind::ParallelSucceeded)?;
        Ok(output)
    }
}
