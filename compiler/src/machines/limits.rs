//! Limits in seconds that machines share. It knows none of them.

/// What a machine's own limit allows beyond the limit that a catch watches.
pub const LAST_RESORT_SECONDS: u64 = 3_600;

/// How long it may take to stop a step.
pub const STOP_SECONDS: u64 = 1_800;
