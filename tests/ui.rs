//! `sfc ui` over real processes: who is answered, what the pages show, and what they do.

mod asking;
mod client;
mod opening;
mod runs;
mod texts;
