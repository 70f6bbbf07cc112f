//! The reference: pages that are made from the program, and links that lead somewhere.
#![expect(clippy::unwrap_used, reason = "tests may stop")]

#[cfg(all(feature = "aws", feature = "local"))]
mod commands;
mod errors;
mod faults;
mod files;
mod links;
mod spec;
mod stack;
#[cfg(all(feature = "aws", feature = "local"))]
mod verbs;

use std::path::{Path, PathBuf};

/// The folder of the documents.
fn docs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs")
}

/// Holds a page against what it is made from; `UPDATE_DOCS=1` writes it.
fn is_fresh(name: &str, fresh: &str) {
    let path = docs().join(name);
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, fresh).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        kept == fresh,
        "docs/{name} is stale: run the tests with UPDATE_DOCS=1"
    );
}

/// A text as a cell of a table: on one line, with nothing that ends the cell.
fn cell(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").replace('|', "\\|")
}
