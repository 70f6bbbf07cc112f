//! The front end through its public face: one program, so that it is linked once.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "tests may stop and print"
)]

mod alias;
mod at;
mod body;
mod catalog_types;
mod cutting;
mod depth;
mod external_tables;
mod format;
mod functions;
mod laws;
mod letters;
mod lineage;
mod mistakes;
mod pages;
mod rsql;
mod steps;
mod templates;
