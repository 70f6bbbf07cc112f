//! What the Lambda and the program say to AWS in the same way, and what they read from it. It makes no client and
//! sends nothing.

pub mod data_api;

/// Codes by which any service says that calls come too fast (AWS page: "Common Errors").
///
/// The SDK has a longer list, by which it tries a call again. `LimitExceededException` is on it, by which
/// CloudFormation says that a quota is used up: to wait does not help there.
pub const THROTTLES: [&str; 7] = [
    "Throttling",
    "ThrottlingException",
    "ThrottledException",
    "TooManyRequestsException",
    "RequestLimitExceeded",
    "SlowDown",
    "RequestThrottled",
];
