//! `Wait` states.

use std::time::Duration;

use serde_json::Value;

use super::recovery::duration;
use super::{Lane, Run, Visit};
use crate::interpreter::failure::Failure;
use crate::interpreter::program::Wait;
use crate::moment::moment;

impl Run {
    /// Lets the state's time pass.
    pub async fn wait(
        &self,
        visit: &Visit<'_>,
        lane: &mut Lane,
        wait: &Wait,
    ) -> Result<(), Failure> {
        let left = match wait {
            Wait::Seconds(amount) => duration(self.amount(visit, lane, amount, "Seconds")?),
            Wait::Timestamp(template) => {
                let location = ("", "Timestamp", "");
                let value = self.evaluate(visit, lane, (None, None), template, location)?;
                let Value::String(text) = value.as_ref() else {
                    let field = ("Timestamp", "string");
                    return Err(self.unexpected_type(visit, lane, template, field, &value));
                };
                let until = moment(text).ok_or_else(|| {
                    let what = format!(
                        "The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string: {text}"
                    );
                    self.evaluation_failure(visit, lane, "Timestamp", &what)
                })?;
                let left = until.duration_since(self.registry.clock.now());
                Duration::try_from(left).unwrap_or_default()
            }
        };
        self.registry.clock.sleep(left).await;
        Ok(())
    }
}
