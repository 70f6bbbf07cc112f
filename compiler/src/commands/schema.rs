//! `sfc schema`: the JSON Schema of `pipeline.yaml`.

use crate::exit::Exit;
use crate::printer::Printer;
use crate::spec;

/// Prints the schema.
#[must_use]
pub fn schema(printer: &Printer) -> Exit {
    printer.data(&spec::render_schema());
    Exit::Success
}
