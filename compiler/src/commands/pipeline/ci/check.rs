//! `sfc ci check`: the files that are there, held against those that would be written now by the commands in
//! their first lines.

use std::collections::BTreeMap;

use clap::Parser;
use serde_json::{Value, json};

use super::chosen;
use super::{Opened, Verb, found};
use crate::ci::drift::{self, Drift};
use crate::ci::{CiSettings, File, System, homes};
use crate::commands::pipeline_at::PipelineAt;
use crate::commands::session::EarlyEnd;
use crate::diagnostic::{Code, Diagnostic};
use crate::exit::Exit;
use crate::printer::Printer;

/// The command of a file's first line.
#[derive(Debug, Parser)]
struct Line {
    #[command(subcommand)]
    verb: Verb,
}

/// Compares the files of the pipeline at `at`.
pub fn check(at: &PipelineAt, json: bool, printer: &Printer) -> Result<Exit, EarlyEnd> {
    let opened = Opened::of(at, printer)?;
    let pipeline = &opened.compiled.pipeline.name;
    let (jobs, roles) = homes(pipeline, &opened.folder, at.environment());
    let there = job_files(&opened, jobs, at.environment())?;
    let settings = match there.as_slice() {
        [] => chosen_at(&opened, &roles, at.environment())?.ok_or_else(|| nothing(pipeline))?,
        [one] => one.settings.clone(),
        several => return Err(several_systems(several, &roles)),
    };
    let mut compared = 0;
    let mut drifts = Vec::new();
    let files = opened.files(&settings)?;
    for file in &files {
        let there = found(&opened.root.join(&file.path))?;
        let drift = match (&there, file.is_beginning) {
            (Some(there), true) => not_included(file, there, &files, printer),
            _ => drift::between(there.as_deref(), &file.text),
        };
        compared += usize::from(!file.is_beginning);
        if let Some(drift) = drift {
            drifts.push((file.path.clone(), drift, settings.to_string()));
        }
    }
    match json {
        true => printer.data(&format!("{:#}\n", document(pipeline, &drifts))),
        false => {
            for (path, drift, _) in &drifts {
                printer.data(&told(path, drift));
            }
            show(compared, &drifts, printer);
        }
    }
    Ok(match drifts.is_empty() {
        true => Exit::Success,
        false => Exit::Changes,
    })
}

/// The files of one system's jobs that are there.
pub struct JobFiles {
    /// What was chosen when the first of them was written.
    pub settings: CiSettings,
    /// Where they are, from the repository's first folder on.
    pub paths: Vec<String>,
}

/// The files of jobs that are there, by their system. `homes` are the paths that they may have.
///
/// # Errors
/// A file that is there cannot be read.
pub fn job_files(
    opened: &Opened,
    homes: Vec<String>,
    overlay: Option<&str>,
) -> Result<Vec<JobFiles>, EarlyEnd> {
    let mut found: BTreeMap<System, JobFiles> = BTreeMap::new();
    for path in homes {
        if let Some(settings) = chosen_at(opened, &path, overlay)? {
            let of_system = found.entry(settings.system).or_insert_with(|| JobFiles {
                settings,
                paths: Vec::new(),
            });
            of_system.paths.push(path);
        }
    }
    Ok(found.into_values().collect())
}

/// What was chosen when the file at `path` was written for this environment of the spec. `None` if
/// there is none, or one that is not ours.
fn chosen_at(
    opened: &Opened,
    path: &str,
    overlay: Option<&str>,
) -> Result<Option<CiSettings>, EarlyEnd> {
    let text = found(&opened.root.join(path))?;
    let first = text.as_deref().and_then(|text| text.lines().next());
    let settings = first.and_then(|line| chosen_in(line, opened));
    Ok(settings.filter(|settings| settings.overlay.as_deref() == overlay))
}

/// What was chosen when the file with this first line was written; `None` for a file that is not ours.
fn chosen_in(line: &str, opened: &Opened) -> Option<CiSettings> {
    let command = line.strip_prefix("# sfc ")?;
    let (system, hosted, anywhere) = match Line::try_parse_from(command.split(' ')).ok()?.verb {
        Verb::Github {
            hosted, anywhere, ..
        } => {
            let hosted = Some((hosted, chosen::GITLAB.to_owned()));
            (System::Github, hosted, anywhere)
        }
        Verb::Gitlab {
            hosted,
            server,
            anywhere,
            ..
        } => (System::Gitlab, Some((hosted, server)), anywhere),
        Verb::Codebuild { anywhere, .. } => (System::Codebuild, None, anywhere),
        Verb::Check { .. } => return None,
    };
    chosen::settings(system, hosted, anywhere, opened).ok()
}

/// How a file of somebody's own differs: it does not name the file of the jobs, which then never run.
fn not_included(file: &File, there: &str, files: &[File], printer: &Printer) -> Option<Drift> {
    let include = super::lacks_include(file, there, files)?;
    printer.note(&super::is_yours(file, &include));
    Some(Drift::Different {
        line: there.lines().count() + 1,
        found: String::new(),
        wanted: include,
        lacks: Vec::new(),
        needless: Vec::new(),
    })
}

/// Jobs of several systems, of which at most one gets the roles: the files of the others differ whatever is written.
fn several_systems(there: &[JobFiles], roles: &str) -> EarlyEnd {
    let commands: Vec<String> = there
        .iter()
        .map(|jobs| format!("`{} --force`", jobs.settings))
        .collect();
    EarlyEnd::with(
        Exit::BadInput,
        Diagnostic::error(
            Code::CiFileDiffers,
            format!(
                "there are jobs of more than one CI, and `{roles}` has the roles of one: {}",
                super::named(there)
            ),
        )
        .help(format!(
            "delete the jobs that are not used; in the repository's first folder, {} then writes the files of the CI that is left",
            commands.join(" or ")
        )),
    )
}

fn nothing(pipeline: &str) -> EarlyEnd {
    EarlyEnd::with(
        Exit::BadInput,
        Diagnostic::error(
            Code::CiNotWritten,
            format!("there are no files of a CI for the pipeline `{pipeline}`"),
        )
        .help("write them: `sfc ci github`, `sfc ci gitlab` or `sfc ci codebuild`"),
    )
}

/// A file's drift for people.
fn told(path: &str, drift: &Drift) -> String {
    let Drift::Different {
        line,
        found,
        wanted,
        lacks,
        needless,
    } = drift
    else {
        return format!("{path} is missing\n");
    };
    let mut text = format!("{path} differs from line {line} on\n");
    for (sign, line) in [("-", found), ("+", wanted)] {
        // A file may hold anything, and a terminal obeys some of it.
        let shown: String = line.chars().filter(|sign| !sign.is_control()).collect();
        text.push_str(&format!("  {sign} {shown}\n"));
    }
    for action in lacks {
        text.push_str(&format!("  lacks {action}\n"));
    }
    for action in needless {
        text.push_str(&format!("  needs no more {action}\n"));
    }
    text
}

fn show(compared: usize, drifts: &[(String, Drift, String)], printer: &Printer) {
    if drifts.is_empty() {
        let (files, are) = match compared {
            1 => ("file", "is"),
            _ => ("files", "are"),
        };
        printer.note(&format!("{compared} {files} {are} as `sfc ci` writes them"));
    }
    let mut commands: Vec<&str> = drifts
        .iter()
        .map(|(_, _, command)| command.as_str())
        .collect();
    commands.dedup();
    for command in commands {
        printer.note(&format!(
            "another version of sfc may have written them; in the repository's first folder, this writes them anew: {command} --force"
        ));
    }
}

fn document(pipeline: &str, drifts: &[(String, Drift, String)]) -> Value {
    let files = drifts.iter().map(|(path, drift, command)| {
        let mut file = json!({ "path": path, "command": command });
        let drift = serde_json::to_value(drift).unwrap_or_default();
        if let (Value::Object(file), Value::Object(drift)) = (&mut file, drift) {
            file.extend(drift);
        }
        file
    });
    json!({
        "version": 1,
        "pipeline": pipeline,
        "files": files.collect::<Vec<_>>(),
    })
}
