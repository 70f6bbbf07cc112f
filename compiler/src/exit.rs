//! How the program ends.

/// Exit status of `sfc`; the numbers are documented in its help and do not change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// All is well: what was asked for is done.
    Success,
    /// A run ended without every step FINISHED.
    RunFailed,
    /// Something that was given is wrong; nothing was written and nothing run.
    BadInput,
    /// The machine or AWS did not play along: a disk, a library, another process, a stack.
    Trouble,
    /// `sfc diff`, `sfc ci check`, `sfc fmt --check` or `sfc fmt --diff` has found something to change.
    Changes,
    /// Somebody pressed Ctrl-C, stopped the run, or said no; what was running was stopped.
    Interrupted,
}

impl Exit {
    /// The status as a number.
    #[must_use]
    pub fn code(self) -> u8 {
        match self {
            Self::Success => 0,
            Self::RunFailed => 1,
            Self::BadInput => 2,
            Self::Trouble => 3,
            Self::Changes => 4,
            Self::Interrupted => 130,
        }
    }
}

impl From<Exit> for std::process::ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}
