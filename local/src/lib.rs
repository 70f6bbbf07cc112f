//! Stand-ins for AWS on a laptop. Above the ports nothing is stood in for: the actions are the Lambda's own.
//!
//! - [`warehouse`] is Redshift: an engine in this process, and Redshift's dialect and Data API over it.
//! - [`data_api`] serves that warehouse over HTTP, as AWS serves the Redshift Data API.
//! - [`rsql`] runs scripts of Amazon Redshift RSQL in a session of that warehouse.
//! - [`run`] is a run of a pipeline: the interpreter for Step Functions, and a stand-in for whatever else a run
//!   calls.
//! - [`bucket`] is a folder for the bucket.
//!
//! What several of them use is beside them: [`folder`], which no path leaves, and [`arn`], names in AWS's form.

pub mod arn;
pub mod bucket;
pub mod data_api;
pub mod folder;
pub mod rsql;
pub mod run;
pub mod warehouse;
