//! `sfc graph`: the steps as a picture.

use std::path::Path;

use super::compiled;
use crate::compile::Overrides;
use crate::exit::Exit;
use crate::graph::{dot, mermaid};
use crate::printer::Printer;

/// Language of the picture.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Syntax {
    /// For Markdown, GitHub among others.
    #[default]
    Mermaid,
    /// For Graphviz.
    Dot,
}

/// Prints the picture of the pipeline at `path`.
#[must_use]
pub fn graph(path: &Path, environment: Option<&str>, syntax: Syntax, printer: &Printer) -> Exit {
    match compiled(path, environment, Overrides::default(), printer) {
        Ok((_, compiled)) => {
            printer.data(&match syntax {
                Syntax::Mermaid => mermaid(&compiled.plan),
                Syntax::Dot => dot(&compiled.plan),
            });
            Exit::Success
        }
        Err(exit) => exit,
    }
}
