//! Stand-ins for AWS on a laptop: an embedded warehouse for Redshift, a folder for the bucket, a
//! folder for the mail, and the interpreter for Step Functions. Above the ports nothing is stood in
//! for: the actions are the Lambda's own.

pub mod arn;
pub mod branches;
pub mod bucket;
pub mod clock;
pub mod completion;
mod dialect;
pub mod faults;
pub mod folder;
pub mod jobs;
pub mod outbox;
mod part_name;
mod refusals;
pub mod rsql;
pub mod run;
pub mod secrets;
pub mod serve;
pub mod sweep;
mod template;
pub mod translation;
pub mod warehouse;
pub mod watched;
