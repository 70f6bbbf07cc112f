//! Standard and Express machines.

/// The type of a state machine ("Choosing workflow type in Step Functions").
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum MachineType {
    /// At most 25,000 events, with a history.
    #[default]
    Standard,
    /// Any number of events, without a history; observers hear them.
    Express,
}
