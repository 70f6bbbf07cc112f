//! How long a step that waits for the event of its statement's end waits before it asks by itself.
//!
//! Each time costs one state transition, and a step may cost eight of them in all. Three of its lane,
//! its submission and its collection leave three. So the waits grow geometrically, from the first to
//! one that ends just before the step's limit. Of all series of three, this one learns of a statement
//! whose event was lost with the least delay for the time that it ran. An event that comes ends the
//! wait at once, whichever it is.

/// Times that a step asks by itself at the most.
pub const MOST_ASKS: u64 = 3;

/// The first wait, in seconds.
pub const FIRST_WAIT_SECONDS: u64 = 300;

/// How long before the limit the last question is asked, in seconds. It waits that long for its
/// answer, so that no statement that ends within the limit is left to the limit to find.
pub const LAST_ASK_SECONDS: u64 = 60;

/// `HeartbeatSeconds` of the submission, and of each question that follows it, `most_asks` of them at
/// the most (2 or 3). The last of them never
/// passes: the limit does before.
#[must_use]
pub fn heartbeats(limit_seconds: u64, most_asks: u64) -> Vec<u64> {
    let margin = LAST_ASK_SECONDS.min(limit_seconds / 4);
    let last = limit_seconds.saturating_sub(margin).max(1);
    if last < 2 * FIRST_WAIT_SECONDS {
        return vec![last, limit_seconds];
    }
    if most_asks < MOST_ASKS {
        return vec![FIRST_WAIT_SECONDS, last - FIRST_WAIT_SECONDS, limit_seconds];
    }
    let middle = FIRST_WAIT_SECONDS.saturating_mul(last).isqrt();
    vec![
        FIRST_WAIT_SECONDS,
        middle - FIRST_WAIT_SECONDS,
        last - middle,
        limit_seconds,
    ]
}

/// Heartbeats that pass before the event of a statement that takes so many seconds.
#[must_use]
pub fn passed(limit_seconds: u64, most_asks: u64, seconds: u64) -> u64 {
    let mut gone = 0;
    let waits = heartbeats(limit_seconds, most_asks);
    let before = waits.iter().take_while(|wait| {
        gone += **wait;
        gone < seconds
    });
    before.count() as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_hour_and_a_day() {
        assert_eq!(heartbeats(3_600, 3), [300, 730, 2_510, 3_600]);
        assert_eq!(heartbeats(86_400, 3), [300, 4_789, 81_251, 86_400]);
        assert_eq!(heartbeats(120, 3), [90, 120]);
        assert_eq!(heartbeats(1, 2), [1, 1]);
    }

    proptest! {
        #[test]
        fn the_last_question_is_asked_just_before_the_limit(limit in 1_u64..=86_400, asks in 2_u64..=3) {
            let waits = heartbeats(limit, asks);
            prop_assert!(waits.iter().all(|wait| *wait > 0));
            prop_assert!(waits.len() as u64 <= asks + 1);
            let asked: u64 = waits.iter().rev().skip(1).sum();
            prop_assert!(asked <= limit);
            prop_assert!(limit - asked <= LAST_ASK_SECONDS);
            // While it waits for its answer, no question's own heartbeat passes.
            prop_assert!(waits.iter().skip(1).all(|wait| *wait >= LAST_ASK_SECONDS.min(limit)));
        }
    }
}
