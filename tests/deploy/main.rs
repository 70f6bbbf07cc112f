//! Deploying and operating: the `sfc` program as a process against a peer that speaks AWS's
//! protocols. Where there is a stand-in for AWS, it runs against that, too.

#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "what a test cannot do, it fails with"
)]

mod accounts;
#[cfg(feature = "local")]
mod aws;
#[cfg(feature = "local")]
mod backfilled;
mod backfilling;
mod bad_days;
#[cfg(feature = "local")]
mod beginnings;
#[cfg(feature = "local")]
mod costs;
mod deploying;
mod environments;
#[cfg(feature = "local")]
mod import_schema;
#[cfg(feature = "local")]
mod local_runs;
mod operating;
mod peer;
mod pipeline;
mod recordings;
mod reviewing;
#[cfg(feature = "local")]
mod specs;
#[cfg(feature = "local")]
mod sql;
#[cfg(feature = "local")]
mod stand_in;
mod stranded;
#[cfg(feature = "local")]
#[path = "../tables.rs"]
#[expect(dead_code, reason = "the tests of local runs read CSV files with it")]
mod tables;
mod ui;
mod undelivered;
mod verifying;
