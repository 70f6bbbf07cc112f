//! How much is asked.

/// How much is asked.
#[derive(Debug, Clone)]
pub struct VerifyLimits {
    /// Runs that are played.
    pub runs: u64,
    /// Questions with the same outcome about one state, and names of errors that one retrier is asked for.
    pub alike: usize,
    /// The role that AWS tests with.
    pub role: Option<String>,
}
