//! `Wait` states.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;

use super::recovery::duration;
use super::{Lane, Run, Visit};
use crate::interpreter::failure::Failure;
use crate::interpreter::program::Wait;

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

/// A moment with date, `T`, time and offset; the parser alone would allow more.
fn moment(text: &str) -> Option<Timestamp> {
    let (_, time) = text.split_once('T')?;
    let offset = time.ends_with('Z') || time.contains('+') || time.contains('-');
    (offset && !text.contains('['))
        .then(|| text.parse().ok())
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::moment;

    #[test]
    fn only_full_moments() {
        for good in [
            "2016-03-14T01:59:00Z",
            "2016-03-14T01:59:00.123Z",
            "2016-03-14T01:59:00+02:00",
        ] {
            assert!(moment(good).is_some(), "{good}");
        }
        for bad in [
            "2016-13-05T21:29:29Z",
            "2016-12-05 21:29:29Z",
            "2016-12-05T21:29:29",
            "2016-12-05",
            "soon",
        ] {
            assert!(moment(bad).is_none(), "{bad}");
        }
    }
}
