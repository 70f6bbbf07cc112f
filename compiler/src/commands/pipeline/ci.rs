//! `sfc ci`: files for a team's CI, and whether they still are what would be written.

mod check;
mod chosen;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use clap::Subcommand;

use crate::ci::{self, CiSettings, CiSubject, Deployed, File, System, drift};
use crate::commands::pipeline_at::PipelineAt;
use crate::commands::session::EarlyEnd;
use crate::compile::{Compiled, Overrides};
use crate::diagnostic::{Code, Diagnostic};
use crate::exit::Exit;
use crate::printer::Printer;
use crate::project::{Checkout, Project};
use crate::source::SourceFile;
use crate::stack;
use chosen::{Anywhere, Hosted};

/// What is asked for.
#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Writes a workflow of GitHub Actions and the roles of its jobs.
    Github {
        #[command(flatten)]
        hosted: Hosted,
        #[command(flatten)]
        anywhere: Anywhere,
        #[command(flatten)]
        writing: Writing,
    },
    /// Writes jobs of GitLab CI/CD and their roles.
    Gitlab {
        #[command(flatten)]
        hosted: Hosted,
        /// Address of the GitLab instance.
        #[arg(long, value_name = "URL", default_value = chosen::GITLAB)]
        server: String,
        #[command(flatten)]
        anywhere: Anywhere,
        #[command(flatten)]
        writing: Writing,
    },
    /// Writes two buildspecs of AWS CodeBuild, with an approval of CodePipeline between them, and the roles.
    Codebuild {
        #[command(flatten)]
        anywhere: Anywhere,
        #[command(flatten)]
        writing: Writing,
    },
    /// Says how the files differ from those that would be written now; exit code 4 if they do.
    Check {
        #[command(flatten)]
        at: PipelineAt,
        /// Prints one JSON document.
        #[arg(long)]
        json: bool,
    },
}

/// How the files are written.
#[derive(Debug, Clone, Copy, clap::Args)]
pub(crate) struct Writing {
    /// Overwrites files that differ.
    #[arg(long)]
    force: bool,
}

/// Does what was asked for.
#[must_use]
pub(crate) fn ci(verb: Verb, printer: &Printer) -> Exit {
    let done = match verb {
        Verb::Check { at, json } => check::check(&at, json, printer),
        Verb::Github {
            hosted,
            anywhere,
            writing,
        } => {
            let hosted = Some((hosted, chosen::GITLAB.to_owned()));
            write(System::Github, hosted, anywhere, writing, printer)
        }
        Verb::Gitlab {
            hosted,
            server,
            anywhere,
            writing,
        } => write(
            System::Gitlab,
            Some((hosted, server)),
            anywhere,
            writing,
            printer,
        ),
        Verb::Codebuild { anywhere, writing } => {
            write(System::Codebuild, None, anywhere, writing, printer)
        }
    };
    done.unwrap_or_else(|early| early.told(printer))
}

/// A pipeline in its repository.
struct Opened {
    compiled: Compiled,
    checkout: Option<Checkout>,
    /// The repository's first folder.
    root: PathBuf,
    /// The pipeline's folder from there on.
    folder: String,
    /// The spec's name, if it was named.
    spec: Option<String>,
    has_tests: bool,
}

impl Opened {
    fn of(at: &PipelineAt, printer: &Printer) -> Result<Self, EarlyEnd> {
        let (project, compiled) =
            crate::commands::compiled(&at.path, at.environment(), Overrides::default(), printer)
                .map_err(EarlyEnd::said)?;
        let folder = fs::canonicalize(&project.folder)
            .map_err(|error| unusable(&project.folder, "read", &error))?;
        let checkout = Checkout::of(&folder);
        let root = match &checkout {
            Some(checkout) => checkout.root.clone(),
            None => without_git(&folder),
        };
        let below = folder.strip_prefix(&root).unwrap_or(Path::new(""));
        let parts: Vec<_> = below.iter().map(|part| part.to_string_lossy()).collect();
        let spec = at.path.is_file().then(|| at.path.file_name());
        Ok(Self {
            has_tests: has_tests(&project),
            compiled,
            checkout,
            root,
            folder: parts.join("/"),
            spec: spec
                .flatten()
                .map(|name| name.to_string_lossy().into_owned()),
        })
    }

    /// The files that belong to these settings.
    fn files(&self, settings: &CiSettings) -> Result<Vec<File>, EarlyEnd> {
        let pipeline = &self.compiled.pipeline;
        let stack = stack::name(&pipeline.name);
        let subject = CiSubject {
            deployed: Deployed {
                pipeline: &pipeline.name,
                stack: &stack,
                template: &self.compiled.stack.json,
                warehouse: &self.compiled.plan.warehouse,
                kms_key: pipeline.stack.kms_key.as_deref(),
                has_network: pipeline.stack.vpc.is_some(),
            },
            has_tests: self.has_tests,
        };
        ci::files(settings, &subject).map_err(|error| {
            let diagnostic =
                Diagnostic::error(Code::Internal, "a template of sfc cannot be filled in");
            EarlyEnd::with(Exit::Trouble, diagnostic.note(error.to_string()))
        })
    }
}

/// The repository's first folder where there is nothing of git, as in what CodePipeline hands on.
/// It is the current folder if the pipeline is in it, otherwise the pipeline's own.
fn without_git(folder: &Path) -> PathBuf {
    let here = std::env::current_dir().and_then(fs::canonicalize).ok();
    here.filter(|here| folder.starts_with(here))
        .unwrap_or_else(|| folder.to_owned())
}

/// Whether `sfc test` finds a file of tests.
fn has_tests(project: &Project) -> bool {
    let entries = fs::read_dir(project.folder.join("tests"));
    entries.into_iter().flatten().flatten().any(|entry| {
        let path = entry.path();
        path.extension()
            .is_some_and(|extension| extension == "yaml" || extension == "yml")
    })
}

fn unusable(path: &Path, verb: &str, error: &io::Error) -> EarlyEnd {
    let shown = path.display().to_string();
    let diagnostic = Diagnostic::error(
        Code::BundleUnwritable,
        format!("`{shown}` cannot be {verb}"),
    )
    .note(error.to_string())
    .help("check the folder's permissions and the space on its disk");
    EarlyEnd::with(
        Exit::Trouble,
        diagnostic.in_file(&SourceFile::unread(shown)),
    )
}

/// What is there; `None` if nothing is.
fn found(path: &Path) -> Result<Option<String>, EarlyEnd> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(String::from_utf8_lossy(&bytes).into_owned())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(unusable(path, "read", &error)),
    }
}

/// Writes the files of one system, all or none.
fn write(
    system: System,
    hosted: Option<(Hosted, String)>,
    anywhere: Anywhere,
    writing: Writing,
    printer: &Printer,
) -> Result<Exit, EarlyEnd> {
    let opened = Opened::of(&anywhere.at, printer)?;
    let settings = chosen::settings(system, hosted, anywhere, &opened)?;
    alone(&settings, &opened)?;
    let files = opened.files(&settings)?;
    let mut writes = Vec::new();
    let mut different = Vec::new();
    for file in &files {
        let path = opened.root.join(&file.path);
        let there = found(&path)?;
        let is_same = drift::between(there.as_deref(), &file.text).is_none();
        if there.is_some() && !is_same && !file.is_beginning && !writing.force {
            different.push(file);
        }
        writes.push((file, path, there, is_same));
    }
    if !different.is_empty() {
        return Err(differ(&different));
    }
    for (file, path, there, is_same) in &writes {
        let word = match there {
            Some(_) if file.is_beginning => "left",
            Some(_) if *is_same => "unchanged",
            _ => {
                put(path, &file.text).map_err(|error| unusable(path, "written", &error))?;
                "wrote"
            }
        };
        printer.note(&format!("{word} {}", file.path));
    }
    with_ids(&settings, printer);
    with_reviewers(&settings, printer);
    if opened
        .compiled
        .pipeline
        .stack
        .permissions_boundary
        .is_none()
    {
        printer.note(
            "the role that deploys makes roles without a bound: `stack.permissions_boundary` in the spec gives them one",
        );
    }
    for (file, _, there, _) in &writes {
        let lacking = there
            .as_deref()
            .and_then(|there| lacks_include(file, there, &files));
        if let Some(include) = lacking {
            printer.note(&is_yours(file, &include));
        }
    }
    Ok(Exit::Success)
}

/// Refuses to write where jobs of another system are: the roles are for one, so that the other's files would
/// differ for ever.
fn alone(settings: &CiSettings, opened: &Opened) -> Result<(), EarlyEnd> {
    let overlay = settings.overlay.as_deref();
    let (jobs, roles) = ci::homes(&opened.compiled.pipeline.name, &opened.folder, overlay);
    let mut others = check::job_files(opened, jobs, overlay)?;
    others.retain(|other| other.settings.system != settings.system);
    if others.is_empty() {
        return Ok(());
    }
    Err(EarlyEnd::with(
        Exit::BadInput,
        Diagnostic::error(
            Code::CiFileDiffers,
            format!(
                "there are jobs of another CI, and `{roles}` has the roles of one: {}",
                named(&others)
            ),
        )
        .note("nothing was written")
        .help("delete them if they are not used any more; `--force` then overwrites the roles"),
    ))
}

/// Files of jobs and their systems: `` `buildspec.yml` of codebuild ``.
fn named(jobs: &[check::JobFiles]) -> String {
    let all: Vec<String> = jobs
        .iter()
        .map(|jobs| {
            let paths: Vec<String> = jobs.paths.iter().map(|path| format!("`{path}`")).collect();
            format!("{} of {}", paths.join(" and "), jobs.settings.system.name())
        })
        .collect();
    all.join(", ")
}

/// Says how to learn the ids that GitHub's tokens may have in a repository's name.
fn with_ids(settings: &CiSettings, printer: &Printer) {
    let Some(repository) = settings.repository.as_deref() else {
        return;
    };
    if settings.system != System::Github || repository.contains('@') {
        return;
    }
    printer.note(&format!(
        "GitHub's tokens name a repository that was made or renamed since July 2026 with ids; this prints what `--repository` then takes:\n  gh api repos/{repository} --jq '\"\\(.owner.login)@\\(.owner.id)/\\(.name)@\\(.id)\"'"
    ));
}

/// Says that GitHub asks nobody about an environment that it makes itself.
fn with_reviewers(settings: &CiSettings, printer: &Printer) {
    if settings.system == System::Github {
        printer.note(&format!(
            "GitHub makes an environment that does not exist, without reviewers: set required reviewers of the environment `{}` first",
            settings.environment
        ));
    }
}

/// What somebody's own file has to have, unless it names the file of the jobs.
fn lacks_include(file: &File, there: &str, files: &[File]) -> Option<String> {
    let jobs = files.first()?;
    let lacks = file.is_beginning && !there.contains(&jobs.path);
    lacks.then(|| format!("include: [{{ local: {} }}]", jobs.path))
}

fn is_yours(file: &File, include: &str) -> String {
    format!("`{}` is yours: let it have `{include}`", file.path)
}

fn put(path: &Path, text: &str) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(path, text)
}

fn differ(files: &[&File]) -> EarlyEnd {
    let names: Vec<String> = files
        .iter()
        .map(|file| format!("`{}`", file.path))
        .collect();
    let (are, differ) = match files {
        [_] => ("is", "differs"),
        _ => ("are", "differ"),
    };
    EarlyEnd::with(
        Exit::BadInput,
        Diagnostic::error(
            Code::CiFileDiffers,
            format!(
                "{} {are} there and {differ} from what would be written",
                names.join(" and ")
            ),
        )
        .note("nothing was written")
        .help("`sfc ci check` says how; `--force` overwrites"),
    )
}
