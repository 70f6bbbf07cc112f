//! What an editor is told: the answers by themselves, the server as a process, and all examples.

mod answers;
mod client;
mod examples;
mod server;
