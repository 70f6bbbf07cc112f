//! `sfc test`: the tests of a pipeline's folder `tests`, side by side, each in a warehouse of its own.

mod buckets;
mod coverage;
mod files;
mod objects;
mod pipeline;
mod reached;
mod record;
mod reports;
mod step;
mod update;
mod verdict;
mod warehouse;
mod workers;

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use clap::builder::{PathBufValueParser, TypedValueParser as _};
use parking_lot::Mutex;

use crate::compile::{Compiled, Overrides};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::exit::Exit;
use crate::pipeline_yaml;
use crate::printer::Printer;
use crate::project::Project;
use crate::source::SourceFile;
use crate::testing::{self, Case, TestSubject};
use verdict::{TestEnd, TestVerdict};

use super::folders::{Folders, folders};
use crate::commands::choosing::Choosing;
use crate::commands::compiled;
use crate::commands::pipeline_at::PipelineAt;
use crate::commands::runs::Runs;

/// What a test without a step runs, in a word.
const PIPELINE: &str = "pipeline";

/// What was typed behind `sfc test`.
#[derive(Debug, Clone, clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    at: PipelineAt,
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
    #[arg(long, value_name = "FILE", value_parser = PathBufValueParser::new().try_map(file_of_junit))]
    junit: Option<PathBuf>,
}

/// The file for JUnit's XML, which needs a name: the results stand on standard output.
fn file_of_junit(path: PathBuf) -> Result<PathBuf, &'static str> {
    if path.as_os_str() == "-" {
        return Err("standard output has the results already, so name a file");
    }
    Ok(path)
}

/// Runs the tests and says which failed.
#[must_use]
pub fn test(arguments: &Arguments, printer: &Printer) -> Exit {
    let started = Instant::now();
    let environment = arguments.at.environment.as_deref();
    if let Some(problem) = of_tests(&arguments.at.path) {
        printer.diagnostics(&std::iter::once(problem).collect());
        return Exit::BadInput;
    }
    let (project, compiled) = match compiled(
        &arguments.at.path,
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
    let path = &arguments.at.path;
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
        let told = |case: &Case, verdict: &TestVerdict| {
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
    // Behind the results, which are not to be lost with the file.
    if let Some(path) = &arguments.junit
        && let Err(error) = std::fs::write(path, reports::junit(&compiled, &cases, &verdicts, took))
    {
        let problem = unwritable(&path.display().to_string(), &error);
        printer.diagnostics(&std::iter::once(problem).collect());
        return Exit::Trouble;
    }
    let is = |word: &str| verdicts.iter().any(|verdict| verdict.end.word() == word);
    match (is("failed"), is("broken")) {
        (_, true) => Exit::BadInput,
        (true, false) => Exit::RunFailed,
        (false, false) => Exit::Success,
    }
}

/// What is wrong where a file of tests is named, or their folder, in the place of the pipeline.
fn of_tests(path: &Path) -> Option<Diagnostic> {
    let project = Project::open(path).ok()?;
    let has = |key: &str| {
        let mut lines = project.spec.text().lines();
        lines.any(|line| line.starts_with(key))
    };
    if !has("tests:") || has("steps:") {
        return None;
    }
    let shown = project.spec.path();
    let message = format!("`{shown}` is a file of tests, not a pipeline");
    Some(
        Diagnostic::error(Code::SpecUnreadable, message)
            .in_file(&SourceFile::unread(shown))
            .help(
                "name the pipeline's folder, in which the folder `tests` is; \
                 `--named` chooses tests by their file",
            ),
    )
}

/// Records a test of a step from the local warehouse.
fn recorded(
    arguments: &Arguments,
    (project, compiled, folders): (&Project, &Compiled, &Folders),
    step: &str,
    printer: &Printer,
) -> Exit {
    let at = &arguments.at;
    let written = Runs::on_this_machine(&at.path, at.environment.as_deref()).and_then(|runs| {
        let from = record::From {
            project,
            compiled,
            folders,
            runs: &runs,
        };
        record::record(&from, step)
    });
    match written {
        Ok(written) => {
            printer.data(&format!("{written}\n"));
            Exit::Success
        }
        Err(early) => {
            printer.diagnostics(&early.diagnostics);
            early.exit
        }
    }
}

/// The files that declare tables which no step makes.
fn sources_of(project: &Project) -> Vec<String> {
    let document = pipeline_yaml::load(&project.spec).value;
    let sources = document.and_then(|document| document.spec.sources);
    let paths = sources.as_ref().map(pipeline_yaml::Sources::paths);
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
    /// Whether a test is asked for; one without a step is of the whole pipeline.
    fn has(&self, name: &str, step: Option<&str>, file: &SourceFile) -> bool {
        let of_steps = match step {
            None => self.whole,
            Some(step) => {
                let steps = self.steps.as_ref();
                steps.is_none_or(|steps| steps.contains(step))
            }
        };
        let texts = [name, step.unwrap_or(PIPELINE), file.path()];
        let is_named = |part: &String| texts.iter().any(|text| text.contains(part));
        of_steps && (self.named.is_empty() || self.named.iter().any(is_named))
    }

    /// Whether a file whose tests cannot be read may have one that is asked for, by its text.
    fn may_have(&self, file: &SourceFile) -> bool {
        let of_steps = match &self.steps {
            None => true,
            Some(steps) => steps.iter().any(|step| file.text().contains(step)),
        };
        let is_named =
            |part: &String| file.path().contains(part) || file.text().contains(part.as_str());
        of_steps && (self.named.is_empty() || self.named.iter().any(is_named))
    }
}

/// The tests that were asked for, in the order of their files.
fn selected(
    project: &Project,
    compiled: &Compiled,
    wanted: &Wanted<'_>,
) -> Result<Vec<Case>, Diagnostics> {
    let mut loaded = Vec::new();
    let mut unread = Vec::new();
    for read in files::read(project) {
        let (file, problems) = match read {
            Ok(file) => {
                let outcome = testing::load(&file);
                if let Some(tests) = outcome.value {
                    loaded.push(tests);
                    continue;
                }
                (file, outcome.diagnostics)
            }
            Err((file, problem)) => (file, std::iter::once(problem).collect()),
        };
        unread.push((file, problems));
    }
    let tests = loaded.iter().map(|file| file.value.tests.len());
    let all = tests.sum::<usize>() + unread.len();
    let sources = sources_of(project);
    let asked = |name: &str, step: Option<&str>, file: &SourceFile| wanted.has(name, step, file);
    let mut cases = testing::cases(compiled, &sources, project, &loaded, &asked);
    let unread = unread.into_iter().filter(|(file, _)| wanted.may_have(file));
    cases.extend(unread.map(|(file, problems)| Case::unread(&file, problems)));
    cases.sort_by(|one, other| one.file.path().cmp(other.file.path()));
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

/// What a test runs, in a word; nothing where no test of a file can be read.
fn subject<'a>(compiled: &'a Compiled, case: &'a Case) -> &'a str {
    match &case.subject {
        TestSubject::Step(index) => compiled
            .pipeline
            .steps
            .get(*index)
            .map_or("", |step| step.name.as_str()),
        TestSubject::Pipeline => PIPELINE,
        TestSubject::Unknown(name) => name,
    }
}

/// Prints how a test ended, behind the name of its file where that is another one.
fn line(
    compiled: &Compiled,
    case: &Case,
    verdict: &TestVerdict,
    file: &Mutex<String>,
    printer: &Printer,
) {
    let mut file = file.lock();
    if case.file.path() != file.as_str() {
        case.file.path().clone_into(&mut file);
        printer.data(&format!("{file}\n"));
    }
    let word = match verdict.end {
        TestEnd::Passed => "ok    ",
        TestEnd::Failed(_) => "FAILED",
        TestEnd::Broken(_) => "BROKEN",
    };
    let name = match subject(compiled, case) {
        "" => case.name.clone(),
        subject => format!("{subject}: {}", case.name),
    };
    printer.data(&format!("  {word}  {name}\n"));
}

/// Prints what is not as expected, and how many tests passed.
fn report(cases: &[Case], verdicts: &[TestVerdict], took: Duration, printer: &Printer) {
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
    let mut summary = format!(
        "{passed} test{} passed",
        crate::commands::plural(passed as u64)
    );
    for (word, said) in [("failed", "failed"), ("broken", "could not run")] {
        if count(word) > 0 {
            summary.push_str(&format!(", {} {said}", count(word)));
        }
    }
    printer.data(&format!("{summary}, {:.2} s\n", took.as_secs_f64()));
}
