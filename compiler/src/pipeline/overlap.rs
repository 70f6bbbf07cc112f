//! What becomes of runs that meet.

use runtime_lambda::plan::Overlap;

use super::resolver::Resolver;
use crate::pipeline_yaml;

/// What becomes of runs that meet.
pub(super) fn overlap(resolver: &Resolver<'_>) -> Overlap {
    match resolver.document.spec.overlap {
        None | Some(pipeline_yaml::Overlap::Allow) => Overlap::Allow,
        Some(pipeline_yaml::Overlap::Skip) => Overlap::Skip,
        Some(pipeline_yaml::Overlap::Queue) => Overlap::Queue,
    }
}
