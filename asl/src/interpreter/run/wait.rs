//! `Wait` states.

use std::time::Duration;

use serde_json::Value;

use super::recovery::duration;
use super::{RunningExecution, StateVisit, Strand};
use crate::interpreter::failure::StateFailure;
use crate::interpreter::program::Wait;
use crate::moment::moment;

impl RunningExecution {
    /// Lets the state's time pass.
    pub async fn wait(
        &self,
        visit: &StateVisit<'_>,
        strand: &mut Strand,
        wait: &Wait,
    ) -> Result<(), StateFailure> {
        let left = match wait {
            Wait::Seconds(amount) => duration(self.amount(visit, strand, amount, "Seconds")?),
            Wait::Timestamp(template) => {
                let location = ("", "Timestamp", "");
                let value = self.evaluate(visit, strand, (None, None), template, location)?;
                let Value::String(text) = value.as_ref() else {
                    let field = ("Timestamp", "string");
                    return Err(self.unexpected_type(visit, strand, template, field, &value));
                };
                let until = moment(text).ok_or_else(|| {
                    let what = format!(
                        "The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string: {text}"
                    );
                    self.evaluation_failure(visit, strand, "Timestamp", &what)
                })?;
                let left = until.duration_since(self.registry.clock.now());
                Duration::try_from(left).unwrap_or_default()
            }
        };
        self.registry.clock.sleep(left).await;
        Ok(())
    }
}
