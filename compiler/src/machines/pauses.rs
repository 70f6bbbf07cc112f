//! Pauses between two questions about what somebody else does: short at first, then longer.

use runtime_lambda::pauses::{LONGEST_SECONDS, STEP_SECONDS};

/// The pause behind so many questions, as an expression over the variable that counts them from zero.
pub fn expression(asked: &str) -> String {
    format!("{{% $min([{LONGEST_SECONDS}, {STEP_SECONDS} * (${asked} + 1)]) %}}")
}

/// Questions that are asked within a limit, and the one that it cuts off.
pub const fn questions(limit_seconds: u64) -> u64 {
    let growing = LONGEST_SECONDS / STEP_SECONDS;
    limit_seconds.div_ceil(LONGEST_SECONDS) + growing + 1
}

/// A lane that waits looks by itself after this time, in case nobody woke it; then after twice the time, and so
/// on.
const FIRST_PARK_SECONDS: u64 = 300;

/// A lane looks by itself after this time at the latest.
const LONGEST_PARK_SECONDS: u64 = 3_600;

/// How long a lane waits, as an expression over the variable that counts from zero how often it has looked in
/// vain.
pub fn of_lane(looked: &str) -> String {
    format!("{{% $min([{LONGEST_PARK_SECONDS}, {FIRST_PARK_SECONDS} * $power(2, ${looked})]) %}}")
}

/// How often a lane looks by itself that waits for so many seconds.
#[must_use]
pub fn pauses_of_a_lane(seconds: u64) -> u64 {
    let (mut passed, mut pause, mut looks) = (0, FIRST_PARK_SECONDS, 0);
    while passed + pause < seconds {
        passed += pause;
        pause = (pause * 2).min(LONGEST_PARK_SECONDS);
        looks += 1;
    }
    looks
}

#[cfg(test)]
mod tests {
    use runtime_lambda::pauses::questions_within;

    use super::*;

    #[test]
    fn so_many_questions_are_asked_at_the_most() {
        for limit in [1, 5, 60, 600, 3_600, 86_400] {
            let (mut passed, mut asked) = (0, 0);
            while passed <= limit {
                passed += (STEP_SECONDS * (asked + 1)).min(LONGEST_SECONDS);
                asked += 1;
            }
            assert!(asked <= questions(limit), "{limit}: {asked}");
        }
        // A statement of ten minutes is asked about so often.
        assert_eq!(questions_within(600), 15);
        assert!(questions_within(600) <= questions(600));
    }

    #[test]
    fn a_lane_looks_less_and_less() {
        assert_eq!(pauses_of_a_lane(300), 0);
        assert_eq!(pauses_of_a_lane(600), 1);
        assert_eq!(pauses_of_a_lane(24 * 3_600), 26);
    }
}
