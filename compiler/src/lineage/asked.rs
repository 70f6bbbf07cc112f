//! `TABLE[.COLUMN]`: what is meant by it.

use redshift_sql::lineage::Dataset;

use super::graph::{LineageGraph, LineageNode};
use crate::diagnostic::{Code, Diagnostic, Nearest};
use crate::source::SourceFile;

/// The node that a name means: a table, a column of one, or files.
///
/// # Errors
/// The pipeline has no such table or column; the nearest names are in the help.
pub fn find(graph: &LineageGraph<'_>, name: &str) -> Result<LineageNode, Box<Diagnostic>> {
    let wanted = name.trim().trim_matches('"').to_lowercase();
    let public = wanted.strip_prefix("public.").unwrap_or(&wanted);
    let by_name = |wanted: &str| {
        let mut datasets = graph.datasets();
        datasets.find(|dataset| dataset.name().eq_ignore_ascii_case(wanted))
    };
    if let Some(dataset) = by_name(public) {
        return Ok(LineageNode {
            dataset: dataset.clone(),
            column: None,
        });
    }
    let near = Nearest::default();
    let split = public.rsplit_once('.');
    if let Some((table, column)) = split
        && let Some(dataset) = by_name(table)
    {
        if graph.columns(dataset).any(|known| known == column) || is_open(graph, dataset) {
            return Ok(LineageNode {
                dataset: dataset.clone(),
                column: Some(column.to_owned()),
            });
        }
        let help = near
            .suggest(column, graph.columns(dataset))
            .unwrap_or_else(|| {
                let all: Vec<String> = graph
                    .columns(dataset)
                    .take(LISTED)
                    .map(|known| format!("`{known}`"))
                    .collect();
                format!("the SQL names {}", all.join(", "))
            });
        let sentence = format!(
            "no step reads or writes a column `{column}` of `{}`",
            dataset.name()
        );
        return Err(wrong(sentence, help));
    }
    let names = || graph.datasets().map(Dataset::name);
    let of_table = || {
        let (table, column) = split?;
        let table = near.find(table, names())?;
        Some(format!("did you mean `{table}.{column}`?"))
    };
    let help = near
        .suggest(public, names())
        .or_else(of_table)
        .unwrap_or_else(|| "`sfc lineage` without a name shows all that is written".to_owned());
    let sentence = format!("no step reads or writes a table `{name}`");
    Err(wrong(sentence, help))
}

/// Most columns that a help names.
const LISTED: usize = 12;

/// Whether something may have columns that no SQL names: nobody here makes it, or all of its columns
/// come from somewhere at once.
fn is_open(graph: &LineageGraph<'_>, dataset: &Dataset) -> bool {
    let writes = graph.writes(dataset);
    writes
        .iter()
        .flat_map(|written| &written.write.columns)
        .any(|column| column.name == redshift_sql::names::ANY_COLUMN)
        || graph.columns(dataset).next().is_none()
}

fn wrong(sentence: String, help: String) -> Box<Diagnostic> {
    let command_line = SourceFile::unread("command line");
    let diagnostic = Diagnostic::error(Code::LineageUnknown, sentence).in_file(&command_line);
    Box::new(diagnostic.help(help))
}
