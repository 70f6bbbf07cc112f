//! The review's scripts: where they are, and what is in them.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::NewFiles;
use super::configuration::{ReviewConfiguration, ReviewQuery};
use super::names;
use super::reading::{self, Unread};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::source::{SourceFile, Span};

/// Folder of the scripts in the review's repository, beside the folder of the configuration.
const SCRIPTS: &str = "scripts";

/// Reads the script of every query. A key such as `scripts/A.sql` is looked for in the folder that
/// was named. Otherwise it is looked for beside the configuration, and in `scripts` beside the
/// configuration's folder, as the review's repository has it. It never leads out of these folders.
pub(super) fn find(
    file: &Arc<SourceFile>,
    config: &Path,
    named: Option<&Path>,
    configurations: &[ReviewConfiguration],
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
        let start = file.text().find(&query.name).unwrap_or(0);
        let span = Span::new(start, start + query.name.len());
        let bytes = match read(query, beside, named) {
            Ok(bytes) => bytes,
            Err(diagnostic) => {
                wrong.push(diagnostic.at(file, span, ""));
                continue;
            }
        };
        let path = names::script(&query.name);
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

/// The script of a query; the mistake still has no place.
fn read(query: &ReviewQuery, beside: &Path, named: Option<&Path>) -> Result<Vec<u8>, Diagnostic> {
    let key = Path::new(&query.script);
    let help = "name the folder of the scripts with `--scripts`";
    let outside = || {
        Diagnostic::error(
            Code::ImportOutside,
            format!(
                "the script `{}` of `{}` lies outside of the configuration's folder",
                query.script, query.name
            ),
        )
        .help(
            "copy it beside the configuration, or name the folder of the scripts with `--scripts`",
        )
    };
    let name = PathBuf::from(key.file_name().unwrap_or_default());
    let places: Vec<(PathBuf, PathBuf)> = match named {
        Some(folder) => vec![(folder.to_owned(), name)],
        None if !reading::stays(key) => return Err(outside()),
        None => {
            let mut places = vec![(beside.to_owned(), key.to_owned())];
            let sibling = beside.join("..").join(SCRIPTS);
            // A link would lead anywhere.
            if let Ok(rest) = key.strip_prefix(SCRIPTS)
                && fs::symlink_metadata(&sibling).is_ok_and(|found| found.is_dir())
            {
                places.push((sibling, rest.to_owned()));
            }
            places.push((beside.to_owned(), name));
            places
        }
    };
    let mut missing = Diagnostic::error(
        Code::ImportScript,
        format!("the script of `{}` is not there", query.name),
    )
    .help(help);
    for (folder, name) in &places {
        match reading::within(folder, name) {
            Ok(bytes) => return Ok(bytes),
            Err(Unread::Outside) => return Err(outside()),
            Err(Unread::NoFile) => {
                return Err(Diagnostic::error(
                    Code::ImportTooLarge,
                    format!(
                        "the script of `{}` is no plain file of at most {} bytes",
                        query.name,
                        reading::MOST
                    ),
                )
                .note(format!("it is `{}`", folder.join(name).display()))
                .help(help));
            }
            Err(Unread::Io(_)) => {
                missing = missing.note(format!("looked for `{}`", folder.join(name).display()));
            }
        }
    }
    Err(missing)
}
