//! What is shown in the browser.

use std::path::PathBuf;

use crate::printer::Printer;

/// Opens an address or a file with what the platform has for it; what nothing opens is only said.
pub fn show(address: &str, printer: &Printer) {
    // What opens it may look from another folder.
    let file = std::fs::canonicalize(address).ok();
    let address = file.map_or_else(|| address.into(), PathBuf::into_os_string);
    if let Err(error) = open::that_detached(address) {
        printer.note(&format!("nothing here opens a browser: {error}"));
    }
}
