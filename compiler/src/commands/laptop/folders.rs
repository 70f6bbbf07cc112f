//! The folders that a local run works on: `.sfc`, and what the spec maps. None leads out of the
//! pipeline's folder, except to folders that whoever runs has allowed.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use local::folder::Within;
use local::warehouse::Isolation;

use crate::compile::Compiled;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::pipeline_yaml;
use crate::printer::Printer;
use crate::project::{Project, is_tracked};
use crate::source::SourceFile;

/// Folders of a local run.
#[derive(Debug)]
pub struct Folders {
    /// The folder `.sfc`, which belongs to this pipeline's local runs.
    pub home: PathBuf,
    /// Folders of the buckets that the spec maps.
    pub buckets: BTreeMap<String, Within>,
    /// The folder of the system tables that the spec gives.
    pub system_tables: Option<Within>,
}

/// Finds the folders; `allowed` are those outside that the command line names. Warns of what git
/// tracks.
///
/// # Errors
/// A folder leads out of the pipeline's, or an allowed one is not there.
pub fn folders(
    project: &Project,
    compiled: &Compiled,
    allowed: &[PathBuf],
    printer: &Printer,
) -> Result<Folders, Diagnostics> {
    let mut found = Diagnostics::new();
    let home = project.home().unwrap_or_else(|diagnostic| {
        found.push(*diagnostic);
        PathBuf::new()
    });
    let bounds = bounds(project, allowed, &mut found);
    let mut buckets = BTreeMap::new();
    for (bucket, folder) in &compiled.pipeline.local.buckets {
        match within(&bounds, folder) {
            Some(within) => {
                buckets.insert(bucket.clone(), within);
            }
            None => found.push(leads_out(project, folder, &["local", "buckets", bucket])),
        }
    }
    let mut system_tables = None;
    if let Some(folder) = &compiled.pipeline.local.system_tables {
        system_tables = within(&bounds, folder);
        if system_tables.is_none() {
            found.push(leads_out(project, folder, &["local", "system_tables"]));
        }
    }
    if !found.is_empty() {
        return Err(found);
    }
    if is_tracked(&project.folder, ".sfc") {
        printer.diagnostics(&std::iter::once(tracked(project)).collect::<Diagnostics>());
    }
    Ok(Folders {
        home,
        buckets,
        system_tables,
    })
}

/// What the warehouse does with transactions that meet.
pub fn isolation(compiled: &Compiled) -> Isolation {
    match compiled.pipeline.local.isolation {
        pipeline_yaml::LaptopIsolation::Retried => Isolation::Retried,
        pipeline_yaml::LaptopIsolation::Redshift => Isolation::Redshift,
    }
}

/// The pipeline's folder, then the allowed ones, as they really are.
fn bounds(project: &Project, allowed: &[PathBuf], found: &mut Diagnostics) -> Vec<PathBuf> {
    let root = fs::canonicalize(&project.folder).unwrap_or_else(|_| project.folder.clone());
    let mut bounds = vec![root];
    for folder in allowed {
        match fs::canonicalize(folder) {
            Ok(real) if real.is_dir() => bounds.push(real),
            _ => found.push(
                Diagnostic::error(
                    Code::OutsideMissing,
                    format!("`{}` is no folder that could be allowed", folder.display()),
                )
                .in_file(&SourceFile::unread("command line"))
                .help("write `--allow-outside FOLDER` with a folder that is there"),
            ),
        }
    }
    bounds
}

/// Where a folder really is, relative to the first of `bounds` that holds it. The first bound is the
/// pipeline's folder.
fn within(bounds: &[PathBuf], folder: &str) -> Option<Within> {
    let mut real = bounds.first()?.clone();
    for component in Path::new(folder).components() {
        let next = real.join(component);
        real = match fs::symlink_metadata(&next) {
            Ok(metadata) if metadata.is_symlink() => fs::canonicalize(&next).ok()?,
            _ => next,
        };
    }
    bounds.iter().find_map(|bound| {
        let inside = real.strip_prefix(bound).ok()?;
        Some(Within::new(bound.clone(), inside))
    })
}

fn leads_out(project: &Project, folder: &str, keys: &[&str]) -> Diagnostic {
    let diagnostic = Diagnostic::error(
        Code::FolderLeadsOut,
        format!("a link leads from `{folder}` out of the pipeline's folder"),
    );
    // The spec was compiled, so it can be read once more.
    let diagnostic = match pipeline_yaml::load(&project.spec).value {
        Some(document) => diagnostic.at(&document.file, document.at(keys), ""),
        None => diagnostic.in_file(&project.spec),
    };
    let shown = project.folder.join(folder);
    let help = match fs::canonicalize(&shown) {
        Ok(real) => format!(
            "if you mean it, run with `--allow-outside {}`",
            real.display()
        ),
        Err(_) => format!("remove the link `{}`: it leads nowhere", shown.display()),
    };
    diagnostic.help(help)
}

fn tracked(project: &Project) -> Diagnostic {
    Diagnostic::warning(
        Code::LocalTracked,
        "git tracks `.sfc`: a clone brings somebody else's warehouse, results and runs",
    )
    .in_file(&project.spec)
    .help("write `.sfc/` into `.gitignore`, and take it out with `git rm -r --cached .sfc`")
}
