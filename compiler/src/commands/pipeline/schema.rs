//! `sfc schema`: the JSON Schema of `pipeline.yaml`, or of files of tests.

use crate::exit::Exit;
use crate::printer::Printer;
use crate::{pipeline_yaml, testing};

/// Prints the schema of the spec, or of `tests/*.yaml`.
#[must_use]
pub fn schema(of_tests: bool, printer: &Printer) -> Exit {
    printer.data(&if of_tests {
        testing::render_schema()
    } else {
        pipeline_yaml::render_schema()
    });
    Exit::Success
}
