//! What an editor is told: the answers by themselves, the server as a process, and all examples.

mod answers;
pub mod client;
mod examples;
mod server;
