//! Where the data of a pipeline comes from and goes to, column by column.
//!
//! A [`LineageGraph`] is made of a pipeline alone: what its steps write, in their order. One file a format.

mod asked;
mod graph;
mod mermaid;
mod open_lineage;
mod phrase;
mod tree;

pub use asked::find;
pub use graph::{
    Direction, Edge, LineageGraph, LineageLink, LineageNode, WritePlace, unknown_words,
};
pub use mermaid::mermaid;
pub use open_lineage::{Labels, open_lineage};
pub use tree::tree;
