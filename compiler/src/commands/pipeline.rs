//! Verbs that need nothing but the pipeline's folder, or not even that. Every build of the program has them.
//!
//! `sfc grants` asks an account for a name, where the build has accounts.

pub mod build;
pub mod ci;
pub mod completions;
pub mod explain;
pub mod fmt;
pub mod grants;
pub mod graph;
pub mod import_review;
pub mod init;
pub mod lineage;
pub mod lsp;
pub mod man;
pub mod package;
pub mod plan;
pub mod schema;
pub mod simulate;
pub mod validate;
