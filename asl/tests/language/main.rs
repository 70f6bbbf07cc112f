//! States Language through the public face of this crate: one program, so that it is linked once.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "tests may stop and print"
)]

mod corpus;
mod interpreter;
mod properties;
mod test_state;
mod visits;
