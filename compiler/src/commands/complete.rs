//! What a shell may complete: steps, runs, parameters, environments and codes. Runs are those on this
//! machine: a key press asks no account.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use clap_complete::engine::CompletionCandidate;

use crate::diagnostic::Code;
use crate::pipeline_yaml::{self, Document};
use crate::project::Project;

/// Most runs that are offered, the last ones.
const RUNS: usize = 20;

/// Codes of mistakes, with the titles of their pages.
pub fn codes(current: &OsStr) -> Vec<CompletionCandidate> {
    let begun = current.to_string_lossy().to_uppercase();
    Code::ALL
        .iter()
        .filter(|code| code.as_str().starts_with(&begun))
        .map(|code| CompletionCandidate::new(code.as_str()).help(Some(code.title().into())))
        .collect()
}

/// A choice of steps: the last part of what is typed is completed, with a step or a tag.
pub fn choices(current: &OsStr) -> Vec<CompletionCandidate> {
    let typed = current.to_string_lossy();
    let at = typed.rfind([' ', ',', '+', '@']).map_or(0, |at| at + 1);
    let (before, begun) = typed.split_at(at);
    let Some(document) = document() else {
        return Vec::new();
    };
    let steps = &document.spec.steps;
    let mut words: Vec<String> = steps.keys().cloned().collect();
    let mut tags: Vec<String> = steps
        .values()
        .flat_map(|step| step.tags.iter())
        .map(|tag| format!("tag:{tag}"))
        .collect();
    tags.sort();
    tags.dedup();
    words.extend(tags);
    words.push("state:modified".to_owned());
    words
        .into_iter()
        .filter(|word| word.starts_with(begun))
        .map(|word| CompletionCandidate::new(format!("{before}{word}")))
        .collect()
}

/// Steps by their names.
pub fn steps(current: &OsStr) -> Vec<CompletionCandidate> {
    let Some(document) = document() else {
        return Vec::new();
    };
    candidates(current, document.spec.steps.keys().cloned())
}

/// Parameters, each with the `=` that its value stands behind.
pub fn parameters(current: &OsStr) -> Vec<CompletionCandidate> {
    let Some(document) = document() else {
        return Vec::new();
    };
    let names = document.spec.parameters.keys();
    candidates(current, names.map(|name| format!("{name}=")))
}

/// Runs on this machine, the last one first.
pub fn runs(current: &OsStr) -> Vec<CompletionCandidate> {
    let mut words = vec!["last".to_owned()];
    if let Some((project, document)) = opened() {
        let folder = project
            .local_folder()
            .join("bucket")
            .join(&document.spec.name);
        let mut runs = names_in(&folder);
        runs.retain(|name| folder.join(name).join("state.json").is_file());
        runs.sort();
        runs.reverse();
        runs.truncate(RUNS);
        words.extend(runs);
    }
    candidates(current, words)
}

/// Runs, and the steps of the pipeline, for a verb that takes either.
pub fn runs_or_steps(current: &OsStr) -> Vec<CompletionCandidate> {
    let mut found = runs(current);
    found.extend(steps(current));
    found
}

/// Environments: those that a file beside the spec is for.
pub fn environments(current: &OsStr) -> Vec<CompletionCandidate> {
    let files = names_in(&pipeline());
    let names = files.iter().filter_map(|name| {
        name.strip_prefix("pipeline.")
            .and_then(|rest| rest.strip_suffix(".yaml"))
            .map(str::to_owned)
    });
    candidates(current, names)
}

fn candidates(
    current: &OsStr,
    words: impl IntoIterator<Item = String>,
) -> Vec<CompletionCandidate> {
    let begun = current.to_string_lossy();
    words
        .into_iter()
        .filter(|word| word.starts_with(begun.as_ref()))
        .map(CompletionCandidate::new)
        .collect()
}

fn names_in(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect()
}

/// The pipeline that the line so far names: behind `-C`, or the first word that is the folder of one.
fn pipeline() -> PathBuf {
    // The shell hands the line on behind `--`.
    let words: Vec<String> = std::env::args_os()
        .map(|word| word.to_string_lossy().into_owned())
        .skip_while(|word| word != "--")
        .skip(2)
        .collect();
    let mut pairs = words.windows(2);
    let named = pairs.find_map(|pair| match pair {
        [option, value] if option == "-C" || option == "--pipeline" => Some(value.clone()),
        _ => None,
    });
    let is_pipeline = |word: &&String| {
        !word.is_empty() && Path::new(word.as_str()).join("pipeline.yaml").is_file()
    };
    let first = || words.iter().find(is_pipeline).cloned();
    named
        .or_else(first)
        .map_or_else(|| PathBuf::from("."), PathBuf::from)
}

fn opened() -> Option<(Project, Document)> {
    let project = Project::open_for(&pipeline(), None).ok()?;
    let document = pipeline_yaml::load(&project.spec).value?;
    Some((project, document))
}

fn document() -> Option<Document> {
    opened().map(|(_, document)| document)
}
