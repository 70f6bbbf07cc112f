//! The Lambda's package for the verbs that need one.

use std::path::Path;

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::exit::Exit;
use crate::package::{self, Architecture, Package, PackageProblem};
use crate::printer::Printer;
use crate::source::SourceFile;

/// Finds or builds the package; prints what is in the way. An error is the exit status to end with.
pub fn package(
    architecture: Architecture,
    named: Option<&Path>,
    printer: &Printer,
) -> Result<Package, Exit> {
    package::find(architecture, named, &|line| printer.note(line)).map_err(|problem| {
        let (exit, diagnostic) = diagnostic(&problem);
        printer.diagnostics(&std::iter::once(diagnostic).collect::<Diagnostics>());
        exit
    })
}

fn diagnostic(problem: &PackageProblem) -> (Exit, Diagnostic) {
    let message = problem.to_string();
    match problem {
        PackageProblem::NotFound { looked, .. } => {
            let looked: Vec<String> = looked
                .iter()
                .map(|path| format!("`{}`", path.display()))
                .collect();
            (
                Exit::Trouble,
                Diagnostic::error(Code::NoPackage, message)
                    .in_file(&SourceFile::unread("the Lambda's package"))
                    .note(format!("looked for {}", looked.join(" and ")))
                    .help("put it there, or name one with `--lambda-package`"),
            )
        }
        PackageProblem::Disk { path, .. } => (
            Exit::Trouble,
            Diagnostic::error(Code::NoPackage, message)
                .in_file(&SourceFile::unread(path))
                .help("check that it is there and that you may read it"),
        ),
        PackageProblem::NoPackage { path, .. } => (
            Exit::BadInput,
            Diagnostic::error(Code::PackageUnfit, message)
                .in_file(&SourceFile::unread(path))
                .help("name a zip with a `bootstrap` in it that was built for the Lambda"),
        ),
        PackageProblem::NotBuilt { help, .. } => (
            Exit::Trouble,
            Diagnostic::error(Code::PackageNotBuilt, message)
                .in_file(&SourceFile::unread("the Lambda's package"))
                .help(help.clone()),
        ),
    }
}
