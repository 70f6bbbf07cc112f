//! `sfc import`: pipelines that were somebody else's.

pub mod review;
#[cfg(feature = "aws")]
pub mod schema;
