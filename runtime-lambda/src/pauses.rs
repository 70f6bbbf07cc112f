//! Pauses between two questions about a statement, where nobody tells of its end: short at first, then longer.
//! State machines make them; here is how many there are.

/// The pauses grow to this many seconds.
pub const LONGEST_SECONDS: u64 = 120;

/// The first pause, and by how much each is longer than the one before it, in seconds.
pub const STEP_SECONDS: u64 = 5;

/// Questions until a statement that takes so long beyond its submission is known to have ended.
#[must_use]
pub fn questions_within(seconds: u64) -> u64 {
    let (mut passed, mut asked) = (0, 0);
    while passed < seconds {
        asked += 1;
        passed += (STEP_SECONDS * asked).min(LONGEST_SECONDS);
    }
    asked
}
