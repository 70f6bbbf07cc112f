//! Verbs that ask a warehouse: the embedded one of a pipeline, or the one in AWS that the pipeline names.

#[cfg(feature = "aws")]
pub mod import_schema;
pub mod sql;

use runtime_lambda::plan::Warehouse;

use super::session::{EarlyEnd, KnownPipeline};
use crate::exit::Exit;
use crate::pipeline;

/// The warehouse that the pipeline names.
///
/// # Errors
/// The spec names none, or has mistakes about it.
fn warehouse_of(known: &KnownPipeline) -> Result<Warehouse, EarlyEnd> {
    let resolved = pipeline::warehouse_of(&known.document);
    let sound = resolved
        .value
        .filter(|_| !resolved.diagnostics.has_errors());
    sound.ok_or(EarlyEnd {
        exit: Exit::BadInput,
        diagnostics: resolved.diagnostics,
    })
}
