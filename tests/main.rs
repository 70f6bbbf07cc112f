//! End-to-end tests: the `sfc` program as a process, on real folders, with the embedded warehouse.

mod failures;
mod flights;
mod golden;
mod interruption;
mod lanes;
mod program;
mod verbs;
