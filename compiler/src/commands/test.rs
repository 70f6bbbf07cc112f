//! `sfc test`: the tests of a pipeline's folder `tests`, side by side, each in a warehouse of its own.

mod buckets;
mod coverage;
mod pipeline;
mod record;
mod reports;
mod step;
mod update;
mod verdict;
mod warehouse;
mod workers;

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::compile::{Compiled, Overrides};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::exit::Exit;
use crate::printer::Printer;
use crate::project::Project;
use crate::source::{self, Files as _, SourceFile};
use crate::spec;
use crate::testing::{self, Case, Subject};
use verdict::{End, Verdict};

use super::choosing::Choosing;
use super::compiled;
use super::folders::{Folders, folders};
use super::runs::Runs;
use super::target::Target;

/// What was typed behind `sfc test`.
#[derive(Debug, Clone, clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    target: Target,
    #[command(flatten)]
    choosing: Choosing,
    /// Only tests whose name, step or file contains this text; may be given several times.
    #[arg(short, long, value_name = "TEXT", num_args = 1..)]
    named: Vec<String>,
    /// Writes what was found into the files of the tests, where it is not as expected.
    #[arg(long)]
    update: bool,
    /// Prints one JSON document instead.
    #[arg(long)]
    json: bool,
    /// Writes a test of this step from the last local run, in place of running tests.
    #[arg(long, value_name = "STEP", conflicts_with_all = ["update", "json", "junit", "coverage"])]
    record: Option<String>,
    /// Also says what the tests reach: steps, statements, branches of CASE and of procedures, what
    /// steps expect, signals.
    #[arg(long)]
    coverage: bool,
    /// Also writes the results as JUnit's XML.
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
}

/// Runs the tests and says which failed.
#[must_use]
pub fn test(arguments: &Arguments, printer: &Printer) -> Exit {
    let started = Instant::now();
    let environment = arguments.target.environment.as_deref();
    let (project, compiled) = match compiled(
        &arguments.target.path,
        environment,
        Overrides::default(),
        printer,
    ) {
        Ok(compiled) => compiled,
        Err(exit) => return exit,
    };
    let folders = match folders(&project, &compiled, &[], printer) {
        Ok(folders) => folders,
        Err(diagnostics) => {
            printer.diagnostics(&diagnostics);
            return Exit::BadInput;
        }
    };
    let path = &arguments.target.path;
    if let Some(step) = &arguments.record {
        return recorded(arguments, (&project, &compiled, &folders), step, printer);
    }
    let plan = &compiled.plan;
    let chosen = match arguments.choosing.here(path, environment, plan, printer) {
        Ok(chosen) => chosen.map(|chosen| chosen.names.into_iter().collect::<HashSet<_>>()),
        Err(exit) => return exit,
    };
    let wanted = Wanted {
        steps: chosen,
        whole: arguments.choosing.select.is_empty(),
        named: &arguments.named,
    };
    let once = || {
        let cases = selected(&project, &compiled, &wanted)?;
        let file = Mutex::new(String::new());
        let told = |case: &Case, verdict: &Verdict| {
            if !arguments.json && printer.is_for_people() {
                line(&compiled, case, verdict, &file, printer);
            }
        };
        let verdicts = workers::run(&compiled, &folders, &cases, arguments.coverage, &told);
        Ok((cases, verdicts))
    };
    let ended = once().and_then(|(cases, verdicts)| {
        if arguments.update && update::files(&cases, &verdicts, printer)? {
            // Whether the tests pass now, only another run says.
            return once();
        }
        Ok((cases, verdicts))
    });
    let (cases, verdicts) = match ended {
        Ok(ended) => ended,
        Err(diagnostics) => {
            printer.diagnostics(&diagnostics);
            return Exit::BadInput;
        }
    };
    let took = started.elapsed();
    if let Some(path) = &arguments.junit
        && let Err(error) = std::fs::write(path, reports::junit(&compiled, &cases, &verdicts, took))
    {
        let problem = unwritable(&path.display().to_string(), &error);
        printer.diagnostics(&std::iter::once(problem).collect());
        return Exit::Trouble;
    }
    if arguments.json {
        let with_coverage = arguments.coverage;
        let report = reports::json(&compiled, &cases, &verdicts, took, with_coverage);
        printer.data(&report);
    } else {
        report(&cases, &verdicts, took, printer);
        if arguments.coverage {
            printer.data(&coverage::table(&compiled, &verdicts));
        }
    }
    let is = |word: &str| verdicts.iter().any(|verdict| verdict.end.word() == word);
    match (is("failed"), is("broken")) {
        (_, true) => Exit::BadInput,
        (true, false) => Exit::RunFailed,
        (false, false) => Exit::Success,
    }
}

/// Records a test.
fn recorded(
    arguments: &Arguments,
    (project, compiled, folders): (&Project, &Compiled, &Folders),
    step: &str,
    printer: &Printer,
) -> Exit {
    let target = &arguments.target;
    let path =
        Runs::on_this_machine(&target.path, target.environment.as_deref()).and_then(|runs| {
            let from = record::From {
                project,
                compiled,
                folders,
                runs: &runs,
            };
            record::record(&from, step)
        });
    match path {
        Ok(path) => {
            printer.data(&format!("wrote {path}\n"));
            Exit::Success
        }
        Err(stop) => {
            printer.diagnostics(&stop.diagnostics);
            stop.exit
        }
    }
}

/// The files that declare tables which no step makes.
fn sources_of(project: &Project) -> Vec<String> {
    let document = spec::load(&project.spec).value;
    let sources = document.and_then(|document| document.spec.sources);
    let paths = sources.as_ref().map(spec::Sources::paths);
    paths.unwrap_or_default().to_vec()
}

fn unwritable(path: &str, error: &std::io::Error) -> Diagnostic {
    let message = format!("`{path}` cannot be written");
    Diagnostic::error(Code::BundleUnwritable, message)
        .in_file(&SourceFile::unread(path))
        .note(error.to_string())
        .help("check the folder's permissions and the space on its disk")
}

/// Which tests are asked for.
struct Wanted<'a> {
    /// Those of these steps; none: of all.
    steps: Option<HashSet<String>>,
    /// Whether those of the whole pipeline are, too.
    whole: bool,
    /// Parts of names, steps or files; empty: all.
    named: &'a [String],
}

impl Wanted<'_> {
    fn has(&self, compiled: &Compiled, case: &Case) -> bool {
        let subject = subject(compiled, case);
        let of_steps = match case.subject {
            Subject::Pipeline => self.whole,
            Subject::Step(_) => {
                let steps = self.steps.as_ref();
                steps.is_none_or(|steps| steps.contains(subject))
            }
        };
        let texts = [case.name.as_str(), subject, case.file.path()];
        let is_named = |part: &String| texts.iter().any(|text| text.contains(part));
        of_steps && (self.named.is_empty() || self.named.iter().any(is_named))
    }
}

/// The tests that were asked for.
fn selected(
    project: &Project,
    compiled: &Compiled,
    wanted: &Wanted<'_>,
) -> Result<Vec<Case>, Diagnostics> {
    let (files, mut found) = read(project);
    let mut loaded = Vec::new();
    for file in &files {
        let outcome = testing::load(file);
        found.append(outcome.diagnostics);
        loaded.extend(outcome.value);
    }
    let sources = sources_of(project);
    let (mut cases, problems) = testing::cases(compiled, &sources, project, &loaded);
    found.append(problems);
    if found.has_errors() {
        return Err(found);
    }
    let all = cases.len();
    cases.retain(|case| wanted.has(compiled, case));
    if cases.is_empty() {
        let folder = project.folder.join(testing::FOLDER);
        let unread = SourceFile::unread(folder.display().to_string());
        let problem = if all == 0 {
            Diagnostic::error(Code::NoTests, "the pipeline has no tests")
                .help("write `tests/NAME.yaml`; `sfc schema --tests` prints what it may say")
        } else {
            Diagnostic::error(Code::NoTests, format!("none of {all} tests is selected"))
                .help("`--select` chooses tests of steps, `--named` by a part of a test's name, step or file")
        };
        return Err(std::iter::once(problem.in_file(&unread)).collect());
    }
    Ok(cases)
}

/// The files of tests, in the order of their names.
fn read(project: &Project) -> (Vec<Arc<SourceFile>>, Diagnostics) {
    let mut found = Diagnostics::new();
    let folder = project.folder.join(testing::FOLDER);
    let is_yaml = |path: &Path| {
        path.extension()
            .is_some_and(|end| end == "yaml" || end == "yml")
    };
    let mut names: Vec<String> = std::fs::read_dir(&folder)
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| is_yaml(path))
        .filter_map(|path| Some(path.file_name()?.to_str()?.to_owned()))
        .collect();
    names.sort();
    let mut files = Vec::new();
    for name in names {
        let path = format!("{}/{name}", testing::FOLDER);
        let shown = source::beside(project.spec.path(), &path);
        match project.read(&path, spec::MAX_BYTES) {
            Ok(bytes) => files.push(SourceFile::new(shown, bytes)),
            Err(problem) => found.push(
                Diagnostic::error(Code::TestFile, format!("`{path}` cannot be read"))
                    .in_file(&SourceFile::unread(shown))
                    .note(problem.to_string())
                    .help("check that it is a file in the pipeline's folder"),
            ),
        }
    }
    (files, found)
}

/// What a test runs, in a word.
fn subject<'a>(compiled: &'a Compiled, case: &Case) -> &'a str {
    match case.subject {
        Subject::Step(index) => compiled
            .pipeline
            .steps
            .get(index)
            .map_or("", |step| step.name.as_str()),
        Subject::Pipeline => "pipeline",
    }
}

/// Prints how a test ended, behind the name of its file where that is another one.
fn line(
    compiled: &Compiled,
    case: &Case,
    verdict: &Verdict,
    file: &Mutex<String>,
    printer: &Printer,
) {
    let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
    if case.file.path() != file.as_str() {
        case.file.path().clone_into(&mut file);
        printer.data(&format!("{file}\n"));
    }
    let word = match verdict.end {
        End::Passed => "ok    ",
        End::Failed(_) => "FAILED",
        End::Broken(_) => "BROKEN",
    };
    printer.data(&format!(
        "  {word}  {}: {}\n",
        subject(compiled, case),
        case.name
    ));
}

/// Prints what is not as expected, and how many tests passed.
fn report(cases: &[Case], verdicts: &[Verdict], took: Duration, printer: &Printer) {
    let mut diagnostics = Diagnostics::new();
    for (case, verdict) in cases.iter().zip(verdicts) {
        for problem in reports::problems(case, verdict) {
            diagnostics.push(problem);
        }
    }
    printer.diagnostics(&diagnostics);
    if !printer.is_for_people() {
        return;
    }
    let count = |word: &str| {
        let those = verdicts.iter().filter(|verdict| verdict.end.word() == word);
        those.count()
    };
    let passed = count("passed");
    let mut summary = format!("{passed} test{} passed", super::plural(passed as u64));
    for (word, said) in [("failed", "failed"), ("broken", "could not run")] {
        if count(word) > 0 {
            summary.push_str(&format!(", {} {said}", count(word)));
        }
    }
    printer.data(&format!("{summary}, {:.2} s\n", took.as_secs_f64()));
}
