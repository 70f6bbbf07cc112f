//! `sfc explain CODE`: the page about a mistake, or about an error of a run.

use crate::diagnostic::{Code, Nearest, run_errors};
use crate::exit::Exit;
use crate::printer::Printer;

/// Prints the page of `code`, or the list of all codes.
#[must_use]
pub fn explain(code: Option<&str>, printer: &Printer) -> Exit {
    let Some(text) = code else {
        for code in Code::ALL {
            printer.data(&format!("{code}  {}\n", code.title()));
        }
        for (name, title) in run_errors::titles() {
            printer.data(&format!("{name}  {title}\n"));
        }
        return Exit::Success;
    };
    if let Some(page) = run_errors::page(text) {
        printer.data(page);
        return Exit::Success;
    }
    match text.parse::<Code>() {
        Ok(code) => {
            printer.data(code.page());
            Exit::Success
        }
        Err(_) => {
            let names = run_errors::titles().map(|(name, _)| name);
            let known = Code::ALL.iter().map(|code| code.as_str()).chain(names);
            let help = Nearest::default()
                .suggest(text, known)
                .unwrap_or_else(|| "`sfc explain` lists them all".to_owned());
            printer.note(&format!("error: there is no code `{text}`"));
            printer.note(&format!("  help: {help}"));
            Exit::BadInput
        }
    }
}
