//! End-to-end tests: the `sfc` program as a process, on real folders, with the embedded warehouse.

#![expect(clippy::unwrap_used, reason = "what a test cannot do, it fails with")]

mod completion;
mod failures;
mod flights;
mod golden;
mod interruption;
mod jobs;
mod lanes;
mod program;
mod redelivery;
mod verbs;
