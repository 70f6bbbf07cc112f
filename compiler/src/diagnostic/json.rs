//! Diagnostics as JSON, for programs.
//!
//! The shape is stable: fields are added, never changed.
//!
//! ```json
//! {
//!   "errors": 1,
//!   "warnings": 0,
//!   "omitted": 0,
//!   "diagnostics": [
//!     {
//!       "code": "SFC0304",
//!       "severity": "error",
//!       "message": "there is no step `lod`",
//!       "labels": [
//!         { "file": "pipeline.yaml", "primary": true, "text": "",
//!           "start": { "offset": 120, "line": 9, "column": 12 },
//!           "end": { "offset": 123, "line": 9, "column": 15 } }
//!       ],
//!       "help": "did you mean `load`?",
//!       "notes": []
//!     }
//!   ]
//! }
//! ```
//!
//! Offsets are bytes from 0; lines and columns (characters) start at 1; `end` is excluded. A label
//! of a whole file has neither `start` nor `end`; `help` is `null` where there is none.
//!
//! At most 10,000 errors and as many warnings are written, the first ones; `omitted` says how many are not. `errors`
//! and `warnings` count all.

use serde_json::{Value, json};

use super::{Diagnostic, Diagnostics, Label};
use crate::source::SourceFile;

/// The document described above, pretty-printed, with a newline at its end.
pub fn render(diagnostics: &Diagnostics) -> String {
    let document = json!({
        "errors": diagnostics.errors(),
        "warnings": diagnostics.warnings(),
        "omitted": diagnostics.omitted(),
        "diagnostics": diagnostics.iter().map(one).collect::<Vec<_>>(),
    });
    format!("{document:#}\n")
}

fn one(diagnostic: &Diagnostic) -> Value {
    json!({
        "code": diagnostic.code.as_str(),
        "severity": diagnostic.severity.word(),
        "message": diagnostic.message,
        "labels": diagnostic.labels.iter().map(label).collect::<Vec<_>>(),
        "help": diagnostic.help,
        "notes": diagnostic.notes,
    })
}

fn label(label: &Label) -> Value {
    let mut value = json!({
        "file": label.file.path(),
        "primary": label.primary,
        "text": label.text,
    });
    if let (Some(span), Some(fields)) = (label.span, value.as_object_mut()) {
        fields.insert("start".to_owned(), place(&label.file, span.start));
        fields.insert("end".to_owned(), place(&label.file, span.end));
    }
    value
}

fn place(file: &SourceFile, offset: usize) -> Value {
    let position = file.position(offset);
    json!({ "offset": offset, "line": position.line, "column": position.column })
}
