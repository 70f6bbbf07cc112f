//! Verbs that ask a warehouse: the embedded one of a pipeline, or the one in AWS that the pipeline names.

#[cfg(feature = "aws")]
pub mod import_schema;
pub mod sql;
