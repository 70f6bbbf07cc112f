//! The review's scripts: where they are, and what they are called in the new folder.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::NewFiles;
use super::configuration::Configuration;
use super::write::plain;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::source::{SourceFile, Span};

/// Path of a query's script in the new folder.
pub(super) fn path(query: &str) -> String {
    format!("queries/{}.sql", plain(query, '_'))
}

/// Reads the script of every query. A key such as `scripts/A.sql` is looked for in the folder that was
/// named, beside the configuration, and beside the configuration's folder, as the review's repository
/// has them.
pub(super) fn find(
    file: &Arc<SourceFile>,
    config: &Path,
    named: Option<&Path>,
    configurations: &[Configuration],
) -> Result<NewFiles, Diagnostics> {
    let beside = config.parent().unwrap_or(Path::new(""));
    let mut found = NewFiles::new();
    let mut wrong = Diagnostics::new();
    let mut known = BTreeSet::new();
    for query in configurations
        .iter()
        .flat_map(|one| &one.connections)
        .flatten()
    {
        if !known.insert((&query.name, &query.script)) {
            continue;
        }
        let name = Path::new(&query.script).file_name().unwrap_or_default();
        let places: Vec<PathBuf> = match named {
            Some(folder) => vec![folder.join(name)],
            None => vec![
                beside.join(&query.script),
                beside.join("..").join(&query.script),
                beside.join(name),
            ],
        };
        let read = places.iter().find_map(|place| fs::read(place).ok());
        let start = file.text().find(&query.name).unwrap_or(0);
        let span = Span::new(start, start + query.name.len());
        let Some(bytes) = read else {
            let mut diagnostic = Diagnostic::error(
                Code::ImportScript,
                format!("the script of `{}` is not there", query.name),
            )
            .at(file, span, "")
            .help("name the folder of the scripts with `--scripts`");
            for place in &places {
                diagnostic = diagnostic.note(format!("looked for `{}`", place.display()));
            }
            wrong.push(diagnostic);
            continue;
        };
        let path = path(&query.name);
        if found.get(&path).is_some_and(|other| *other != bytes) {
            let sentence = format!("the script of `{}` would overwrite another one", query.name);
            wrong.push(
                Diagnostic::error(Code::ImportScript, sentence)
                    .at(file, span, "")
                    .help("give the two queries names that differ in letters or digits"),
            );
        }
        found.insert(path, bytes);
    }
    if wrong.is_empty() {
        Ok(found)
    } else {
        Err(wrong)
    }
}
