//! The laptop's stand-ins through their public faces: one program, so that it is linked once.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "tests may stop and print"
)]

mod attacks;
mod catalog;
mod data_api;
mod dialect;
mod external;
mod external_writes;
mod harness;
mod loads;
mod procedures;
mod receipts;
mod reference;
mod rsql;
mod rsql_merge;
mod sandbox;
mod sessions;
mod silent;
mod truth;
mod unloads;
mod values;
mod warehouse;
