//! End-to-end tests: the `sfc` program as a process, on real folders, with the embedded warehouse.

#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "what a test cannot do, it fails with"
)]

mod backfill;
mod bounds;
mod checks;
mod ci;
mod completion;
mod console;
mod failures;
mod flights;
mod golden;
mod guardrails;
mod guide;
mod import_review;
mod import_schema;
mod interruption;
mod jobs;
mod kills;
mod lanes;
mod looks;
mod mortal;
mod package;
mod pages;
mod peers;
mod program;
mod recorded;
mod redelivery;
mod redshift_review;
mod rows;
mod rsql_merge;
mod sales_etl;
mod sandbox;
mod screen;
mod secrets;
mod select;
mod serve;
mod sfc_test;
mod shells;
mod simulate;
mod sql;
mod tables;
mod taxi_unload;
mod templates;
mod toll_events;
mod turns;
mod ui;
mod unloaded;
mod verbs;
mod wheel;
