//! The page of a run: what it says, that texts stay texts, how large it gets.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "tests may stop and print"
)]

mod documented;
mod fixture;
mod golden;
mod hostile;
mod mail;
mod runs;
mod sizes;
mod told;
