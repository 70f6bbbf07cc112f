//! `sfc lineage`: where the data of a table or column comes from, or where it goes to.

use std::path::PathBuf;

use jiff::Timestamp;

use crate::commands::compiled;
use crate::compile::Overrides;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::exit::Exit;
use crate::lineage::{self, Direction, Labels, LineageGraph};
use crate::printer::Printer;
use crate::source::SourceFile;

/// How lineage is shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Syntax {
    /// A tree for the terminal.
    #[default]
    Tree,
    /// A flowchart for Markdown, GitHub among others.
    Mermaid,
    /// A JSON array of OpenLineage's events, one a step.
    Openlineage,
}

/// What is asked for.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// A table, a column of one, or files: `daily`, `sales.daily.revenue`, `s3://bucket/daily/`. Without
    /// one, all that is written.
    #[arg(value_name = "TABLE[.COLUMN]")]
    name: Option<String>,
    /// What is made of it, instead of what it comes from.
    #[arg(long, requires = "name")]
    downstream: bool,
    /// How it is shown.
    #[arg(long = "as", value_enum, default_value_t, value_name = "SYNTAX")]
    syntax: Syntax,
    /// Folder of the pipeline, or its spec.
    #[arg(
        short = 'C',
        long = "pipeline",
        default_value = ".",
        value_name = "PIPELINE"
    )]
    path: PathBuf,
    /// Environment: what `pipeline.<ENV>.yaml` says lies over the spec.
    #[arg(long = "env", value_name = "ENV")]
    environment: Option<String>,
    /// Namespace of the tables in OpenLineage's events, such as redshift://main.eu-west-1:5439.
    #[arg(long, value_name = "URI")]
    namespace: Option<String>,
    /// Time of OpenLineage's events: RFC 3339, or seconds since 1970.
    #[arg(
        long,
        value_name = "TIME",
        env = "SOURCE_DATE_EPOCH",
        default_value = "1970-01-01T00:00:00Z"
    )]
    event_time: String,
}

/// Prints the lineage that was asked for.
#[must_use]
pub fn lineage(arguments: &Arguments, printer: &Printer) -> Exit {
    let environment = arguments.environment.as_deref();
    let (_, compiled) = match compiled(&arguments.path, environment, Overrides::default(), printer)
    {
        Ok(found) => found,
        Err(exit) => return exit,
    };
    let graph = LineageGraph::of(&compiled.pipeline);
    let name = arguments.name.as_deref();
    let asked = match name.map(|name| lineage::find(&graph, name)).transpose() {
        Ok(asked) => asked,
        Err(diagnostic) => return wrong(*diagnostic, printer),
    };
    let direction = if arguments.downstream {
        Direction::Downstream
    } else {
        Direction::Upstream
    };
    let asked = asked.as_ref();
    printer.data(&match arguments.syntax {
        Syntax::Tree => lineage::tree(&graph, asked, direction),
        Syntax::Mermaid => lineage::mermaid(&graph, asked, direction),
        Syntax::Openlineage => {
            let event_time = match time(&arguments.event_time) {
                Ok(time) => time,
                Err(diagnostic) => return wrong(*diagnostic, printer),
            };
            let labels = Labels {
                namespace: arguments.namespace.clone(),
                event_time,
            };
            let events = lineage::open_lineage(&graph, asked, direction, &labels);
            format!("{events:#}\n")
        }
    });
    Exit::Success
}

fn wrong(diagnostic: Diagnostic, printer: &Printer) -> Exit {
    let mut diagnostics = Diagnostics::new();
    diagnostics.push(diagnostic);
    printer.diagnostics(&diagnostics);
    Exit::BadInput
}

/// The time in one form: RFC 3339 in UTC.
fn time(written: &str) -> Result<String, Box<Diagnostic>> {
    let seconds = written.parse::<i64>().ok();
    let time = match seconds {
        Some(seconds) => Timestamp::from_second(seconds).ok(),
        None => written.parse::<Timestamp>().ok(),
    };
    time.map(|time| time.to_string()).ok_or_else(|| {
        let command_line = SourceFile::unread("command line");
        let sentence = format!("`{written}` is no time");
        Box::new(
            Diagnostic::error(Code::LineageTime, sentence)
                .in_file(&command_line)
                .help("write `2026-01-31T00:00:00Z`, or seconds since 1970 as SOURCE_DATE_EPOCH has them"),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::time;

    #[test]
    fn times() {
        let good = |written: &str| time(written).unwrap();
        assert_eq!(good("0"), "1970-01-01T00:00:00Z");
        assert_eq!(good("1767225600"), "2026-01-01T00:00:00Z");
        assert_eq!(good("2026-01-01T01:00:00+01:00"), "2026-01-01T00:00:00Z");
        assert!(time("yesterday").is_err());
    }
}
