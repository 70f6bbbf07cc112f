//! The interpreter under virtual time, through its public face.

mod limits;
mod maps;
mod nesting;
mod recovery;
mod refusal;
mod scripted;
mod tokens;
mod values;
