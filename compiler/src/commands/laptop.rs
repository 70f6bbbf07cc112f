//! Verbs that need the embedded warehouse: they run a pipeline on this machine, or parts of it.
//!
//! What opens a pipeline for runs here lies beside them: its folders, what stands in for AWS, and what asks a run to
//! stop. Verbs of the other groups that do the same by other means take it from here.

pub(super) mod folders;
pub(super) mod interruption;
pub(super) mod opened;
pub mod run;
pub mod serve;
pub(super) mod stand_ins;
pub mod test;
