//! `sfc import review`: the configuration of the sample "Automated Redshift Review", with its scripts,
//! as a pipeline's folder.
//!
//! A configuration file may hold several configurations (all serial, all parallel, both mixed); each
//! becomes a spec, the first one `pipeline.yaml`. Nothing is written before all of them compile.

mod configuration;
mod names;
mod reading;
mod scripts;
mod write;

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

use crate::compile::{Overrides, compile};
use reading::Unread;

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::exit::Exit;
use crate::pipeline_yaml;
use crate::printer::Printer;
use crate::source::{FileProblem, Files, SourceFile};

/// Files of the new folder by their path in it.
type NewFiles = BTreeMap<String, Vec<u8>>;

/// Makes a pipeline in `folder`, which must be new or empty, from the configuration `config`. The
/// scripts are looked for in `scripts`, or else beside the configuration.
#[must_use]
pub fn review(config: &Path, folder: &Path, scripts: Option<&Path>, printer: &Printer) -> Exit {
    let made = make(config, folder, scripts);
    let (files, specs) = match made {
        Ok(made) => made,
        Err(diagnostics) => {
            printer.diagnostics(&diagnostics);
            return Exit::BadInput;
        }
    };
    let mut found = Diagnostics::new();
    for spec in &specs {
        let text = files.get(spec).cloned().unwrap_or_default();
        let shown = folder.join(spec).display().to_string();
        let outcome = compile(
            &SourceFile::new(shown, text),
            &InMemory(&files),
            Overrides::default(),
        );
        found.append(outcome.diagnostics);
    }
    printer.diagnostics(&found);
    if found.has_errors() {
        printer.note("nothing was written; mend the scripts where they are, and import again");
        return Exit::BadInput;
    }
    if let Err(error) = write_all(folder, &files) {
        let shown = folder.display().to_string();
        let diagnostic = Diagnostic::error(
            Code::BundleUnwritable,
            format!("the pipeline cannot be written to `{shown}`"),
        )
        .in_file(&SourceFile::unread(shown))
        .note(error.to_string())
        .help("check the folder's permissions and the space on its disk");
        printer.diagnostics(&one(diagnostic));
        return Exit::Trouble;
    }
    let shown = folder.display();
    printer.note("made these pipelines; say in each where your warehouse is, and check it with:");
    for spec in &specs {
        printer.data(&match spec.as_str() {
            "pipeline.yaml" => format!("sfc validate {shown}\n"),
            other => format!("sfc validate {}\n", folder.join(other).display()),
        });
    }
    Exit::Success
}

/// The new folder's files, and the names of the specs among them.
fn make(
    config: &Path,
    folder: &Path,
    scripts: Option<&Path>,
) -> Result<(NewFiles, Vec<String>), Diagnostics> {
    let shown = config.display().to_string();
    let bytes = reading::plain(config).map_err(|unread| {
        let diagnostic = match unread {
            Unread::Io(error) => {
                Diagnostic::error(Code::ImportUnreadable, format!("`{shown}` cannot be read"))
                    .note(error.to_string())
            }
            Unread::NoFile | Unread::Outside => Diagnostic::error(
                Code::ImportTooLarge,
                format!(
                    "`{shown}` is no plain file of at most {} bytes",
                    reading::MOST
                ),
            ),
        };
        one(diagnostic
            .in_file(&SourceFile::unread(&shown))
            .help("name the review's `config.json`"))
    })?;
    // That it is not there, or cannot be read, is for the writing to find out.
    if let Ok(true) = fs::read_dir(folder).map(|mut entries| entries.next().is_some()) {
        let shown = folder.display().to_string();
        let diagnostic = Diagnostic::error(Code::FolderNotEmpty, format!("`{shown}` is not empty"))
            .in_file(&SourceFile::unread(shown))
            .help("name a folder that is new or empty");
        return Err(one(diagnostic));
    }
    let file = SourceFile::new(shown, bytes);
    let configurations = configuration::read(&file)?;
    let found = scripts::find(&file, config, scripts, &configurations)?;
    let mut files = NewFiles::new();
    let mut specs = Vec::new();
    let name = crate::commands::pipeline::init::name_of(folder);
    for (number, configuration) in configurations.iter().enumerate() {
        let spec = match number {
            0 => "pipeline.yaml".to_owned(),
            _ => format!("{}.yaml", names::plain(&configuration.name, '-')),
        };
        let text = write::spec(&name, number, configuration, &configurations);
        files.insert(spec.clone(), text.into_bytes());
        specs.push(spec);
    }
    for (path, bytes) in found {
        files.insert(path, bytes);
    }
    files.insert(".gitignore".to_owned(), b".sfc/\n".to_vec());
    files.insert(
        "pipeline.schema.json".to_owned(),
        pipeline_yaml::render_schema().into_bytes(),
    );
    Ok((files, specs))
}

fn write_all(folder: &Path, files: &NewFiles) -> io::Result<()> {
    for (path, bytes) in files {
        let path = folder.join(path);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::write(path, bytes)?;
    }
    Ok(())
}

fn one(diagnostic: Diagnostic) -> Diagnostics {
    std::iter::once(diagnostic).collect()
}

/// The new files as the compiler reads them, before they are on a disk.
struct InMemory<'a>(&'a NewFiles);

impl Files for InMemory<'_> {
    fn read(&self, path: &str, max_bytes: u64) -> Result<Vec<u8>, FileProblem> {
        let bytes = self.0.get(path).ok_or(FileProblem::Missing)?;
        if bytes.len() as u64 > max_bytes {
            return Err(FileProblem::TooLarge {
                size: bytes.len() as u64,
            });
        }
        Ok(bytes.clone())
    }
}
