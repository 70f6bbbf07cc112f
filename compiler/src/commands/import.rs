//! `sfc import`: pipelines that were somebody else's.

pub mod review;
