//! The interpreter under virtual time, through its public face.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

mod limits;
mod maps;
mod nesting;
mod recovery;
mod refusal;
mod scripted;
mod tokens;
mod values;
