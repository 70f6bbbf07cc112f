//! The adapters on the wire, and the real process over a local Lambda Runtime API. The local peer
//! speaks Redshift Data, S3, SNS and Step Functions, and fails in every way that it is told.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "tests may stop and print"
)]

mod artifacts;
mod custom_resource;
mod faults;
mod http;
mod killed;
mod lambda;
mod peer;
mod pipeline;
mod process;
mod secret;
mod stand_in;
mod wire;
