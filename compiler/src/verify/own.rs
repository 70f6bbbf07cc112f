//! What our interpreter answers, at once, whatever a state waits for.

use std::sync::Arc;
use std::time::Duration;

use asl::interpreter::Clock;
use asl::test_state::{TestHost, TestRefusal, TestRequest, test_state};
use futures_util::future::{BoxFuture, FutureExt as _};
use jiff::Timestamp;
use parking_lot::Mutex;

use super::AnswerOrRefusal;

/// Our answer to a request, given twice.
#[derive(Debug, Clone, PartialEq)]
pub struct OwnAnswer {
    /// What it answers at one time, with one seed.
    pub answer: AnswerOrRefusal,
    /// The same with other random numbers, at another time, in another machine: where the two differ, nobody can be
    /// held to one.
    pub twin: AnswerOrRefusal,
    /// How long the state waits.
    pub waits: Duration,
    /// Whether the pause before a retry is drawn at random, up to ours.
    pub is_spread: bool,
}

/// Answers a request twice, with different seeds, times and machines.
#[must_use]
pub fn own(request: &TestRequest) -> OwnAnswer {
    let (answer, waits) = once(request, 1, FIRST, "one");
    let (twin, _) = once(request, 2, SECOND, "other");
    OwnAnswer {
        answer,
        twin,
        waits,
        is_spread: false,
    }
}

/// 2026-01-01T00:00:00Z, and a day in another month with other digits.
const FIRST: Timestamp = Timestamp::constant(1_767_225_600, 0);
const SECOND: Timestamp = Timestamp::constant(1_796_789_123, 456_000_000);

fn once(
    request: &TestRequest,
    seed: u64,
    base: Timestamp,
    machine: &str,
) -> (AnswerOrRefusal, Duration) {
    let passed = Arc::new(Mutex::new(Duration::ZERO));
    let host = TestHost {
        clock: Arc::new(Hourglass {
            base,
            passed: Arc::clone(&passed),
        }),
        seed,
        // TestState makes a machine up, as well.
        machine_arn: format!("arn:aws:states:us-east-1:000000000000:stateMachine:{machine}"),
        ..TestHost::default()
    };
    // Nothing in a mocked state waits for anything but this clock.
    let answer = test_state(request, &host).now_or_never();
    let answer = answer.unwrap_or_else(|| {
        Err(TestRefusal::Unsupported {
            reason: "the state waits for something that is not mocked".to_owned(),
        })
    });
    let passed = *passed.lock();
    (answer, passed)
}

/// A clock on which time passes as soon as somebody waits for it.
struct Hourglass {
    base: Timestamp,
    passed: Arc<Mutex<Duration>>,
}

impl Clock for Hourglass {
    fn now(&self) -> Timestamp {
        let passed = *self.passed.lock();
        self.base.checked_add(passed).unwrap_or(Timestamp::MAX)
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        let passed = Arc::clone(&self.passed);
        async move {
            *passed.lock() += duration;
        }
        .boxed()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests may stop")]

    use serde_json::json;

    use super::*;

    fn of(state: &serde_json::Value) -> OwnAnswer {
        own(&TestRequest {
            definition: state.to_string(),
            ..TestRequest::default()
        })
    }

    #[test]
    fn a_wait_of_hours_is_over_at_once_and_says_how_long_it_was() {
        let own = of(
            &json!({"Type": "Wait", "QueryLanguage": "JSONata", "Seconds": 7200, "Next": "Then"}),
        );
        assert_eq!(own.waits, Duration::from_secs(7200));
        assert_eq!(own.answer.unwrap().next_state.as_deref(), Some("Then"));
    }

    #[test]
    fn random_numbers_and_the_time_differ_from_their_twins() {
        let own = of(
            &json!({"Type": "Pass", "QueryLanguage": "JSONata", "End": true,
                "Output": {"same": 1, "random": "{% $random() %}", "time": "{% $millis() %}"}}),
        );
        let (one, other) = (own.answer.unwrap(), own.twin.unwrap());
        let (one, other) = (one.output.unwrap(), other.output.unwrap());
        assert_eq!(one["same"], other["same"]);
        assert_ne!(one["random"], other["random"]);
        assert_ne!(one["time"], other["time"]);
    }
}
