//! `sfc explain CODE`: the page about a mistake.

use crate::diagnostic::{Code, Nearest};
use crate::exit::Exit;
use crate::printer::Printer;

/// Prints the page of `code`, or the list of all codes.
#[must_use]
pub fn explain(code: Option<&str>, printer: &Printer) -> Exit {
    let Some(text) = code else {
        for code in Code::ALL {
            printer.data(&format!("{code}  {}\n", code.title()));
        }
        return Exit::Success;
    };
    match text.parse::<Code>() {
        Ok(code) => {
            printer.data(code.page());
            Exit::Success
        }
        Err(_) => {
            let known = Code::ALL.iter().map(|code| code.as_str());
            let help = Nearest::default()
                .suggest(text, known)
                .unwrap_or_else(|| "`sfc explain` lists them all".to_owned());
            printer.note(&format!("error: there is no code `{text}`"));
            printer.note(&format!("  help: {help}"));
            Exit::BadInput
        }
    }
}
