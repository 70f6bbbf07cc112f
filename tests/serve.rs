//! `sfc serve` against clients that nobody here wrote: boto3 and the AWS CLI, the Rust SDK, Step
//! Functions and EventBridge. The first two are installed once from PyPI into a cache outside the
//! checkout.

mod access;
mod aws_clients;
mod events;
mod pipeline;
mod rust_sdk;
mod served;
mod stand_in;
