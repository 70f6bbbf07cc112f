//! Names of errors that state machines match on and people see.

macro_rules! errors {
    ($($(#[$meta:meta])* $constant:ident = $name:literal,)+) => {
        $(
            $(#[$meta])*
            pub const $constant: &str = concat!("Sfc.", $name);
        )+

        /// Every name, each with `Sfc.` in front.
        pub const ALL: &[&str] = &[$($constant),+];
    };
}

errors! {
    /// The warehouse ended the statement with an error of its own.
    STATEMENT_FAILED = "StatementFailed",
    /// The statement failed with an error that passes: it is to be submitted again.
    TRY_AGAIN = "TryAgain",
    /// The job failed, or could not be started.
    JOB_FAILED = "JobFailed",
    /// Nobody knows whether the job was started, so no second one is.
    JOB_UNKNOWN = "JobUnknown",
    /// The statement was cancelled.
    STATEMENT_ABORTED = "StatementAborted",
    /// The result is not what the step expects.
    EXPECTATION_FAILED = "ExpectationFailed",
    /// The step ran past its limit.
    TIME_LIMIT = "TimeLimit",
    /// The step was stopped with its run, or its execution died.
    STOPPED = "Stopped",
    /// The process that was the warehouse and the run died. A run that resumes this one goes on with its
    /// statements.
    PROCESS_DIED = "ProcessDied",
    /// The step is not this execution's any more.
    SUPERSEDED = "Superseded",
    /// Another run was started by the same event.
    DUPLICATE = "Duplicate",
    /// Too many calls at present.
    THROTTLED = "Throttled",
    /// A peer did not answer.
    UNAVAILABLE = "Unavailable",
    /// A peer refused, and would refuse the same request again.
    REFUSED = "Refused",
    /// A value that a run was given for a parameter is wrong or missing.
    INVALID_PARAMETER = "InvalidParameter",
    /// The event is not one of this Lambda's.
    INVALID_EVENT = "InvalidEvent",
    /// An object in the bucket is not what it should be.
    CORRUPT = "Corrupt",
    /// The run ran past its limit.
    RUN_TIMED_OUT = "RunTimedOut",
    /// The run ended with steps that are not FINISHED.
    RUN_FAILED = "RunFailed",
    /// A backfill ended with values that are not finished.
    BACKFILL_FAILED = "BackfillFailed",
    /// The Lambda's environment lacks a variable.
    MISCONFIGURED = "Misconfigured",
    /// The Lambda could not begin.
    NOT_STARTED = "NotStarted",
}
