//! `sfc man FOLDER`: a page of the manual for each verb.

use std::fs;
use std::path::Path;

use clap::Command;

use crate::diagnostic::{Code, Diagnostic};
use crate::exit::Exit;
use crate::printer::Printer;
use crate::source::SourceFile;

/// Writes the pages to `folder`, which is made if it is not there.
#[must_use]
pub fn man(command: Command, folder: &Path, printer: &Printer) -> Exit {
    let written =
        fs::create_dir_all(folder).and_then(|()| clap_mangen::generate_to(command, folder));
    match written {
        Ok(()) => {
            printer.data(&format!("{}\n", folder.display()));
            Exit::Success
        }
        Err(error) => {
            let shown = folder.display().to_string();
            let diagnostic = Diagnostic::error(
                Code::BundleUnwritable,
                format!("`{shown}` cannot be written"),
            )
            .in_file(&SourceFile::unread(&shown))
            .note(error.to_string())
            .help("check the folder's permissions and the space on its disk");
            printer.diagnostics(&std::iter::once(diagnostic).collect());
            Exit::Trouble
        }
    }
}
