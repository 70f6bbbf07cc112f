//! `sfc graph`: the steps as a picture.

use crate::commands::choosing::{Choosing, nothing};
use crate::commands::compiled;
use crate::commands::pipeline_at::PipelineAt;
use crate::compile::Overrides;
use crate::exit::Exit;
use crate::graph::{dot, html, mermaid, svg};
use crate::printer::Printer;
use crate::select::narrowed;

/// Language of the picture.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Syntax {
    /// For Markdown, GitHub among others.
    #[default]
    Mermaid,
    /// For Graphviz.
    Dot,
    /// A picture, laid out as on the page of a run.
    Svg,
    /// The picture as a page.
    Html,
}

/// What is typed behind `sfc graph`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    at: PipelineAt,
    #[command(flatten)]
    choosing: Choosing,
    /// Language of the picture.
    #[arg(long = "as", value_enum, default_value_t, value_name = "LANGUAGE")]
    syntax: Syntax,
}

/// Prints the picture of a pipeline, or of some of its steps.
#[must_use]
pub fn graph(arguments: &Arguments, printer: &Printer) -> Exit {
    let PipelineAt { path, environment } = &arguments.at;
    let environment = environment.as_deref();
    let plan = match compiled(path, environment, Overrides::default(), printer) {
        Ok((_, compiled)) => compiled.plan,
        Err(exit) => return exit,
    };
    let plan = match arguments.choosing.here(path, environment, &plan, printer) {
        Ok(None) => plan,
        Ok(Some(chosen)) if chosen.names.is_empty() => return nothing(printer),
        Ok(Some(chosen)) => narrowed(&plan, &chosen),
        Err(exit) => return exit,
    };
    printer.data(&match arguments.syntax {
        Syntax::Mermaid => mermaid(&plan),
        Syntax::Dot => dot(&plan),
        Syntax::Svg => svg(&plan),
        Syntax::Html => html(&plan),
    });
    Exit::Success
}
