//! What a step's result may show that readers should know of.

use runtime_lambda::plan::{Severity, Signal};

use super::expectations;
use super::resolver::Resolver;
use crate::diagnostic::{Code, Diagnostic};
use crate::pipeline_yaml;

/// The signals of one step.
pub(super) fn resolve(resolver: &mut Resolver<'_>, step: &str) -> Vec<Signal> {
    let document = resolver.document;
    let Some(written) = document.spec.steps.get(step) else {
        return Vec::new();
    };
    let mut signals = Vec::with_capacity(written.signals.len());
    for (index, signal) in written.signals.iter().enumerate() {
        let index = index.to_string();
        let keys = ["steps", step, "signals", &index, "signal"];
        if signal.signal.trim().is_empty() && !document.is_mended(&keys) {
            resolver.push(
                Diagnostic::error(Code::EmptyText, "`signal` is empty")
                    .at(&document.file, document.at(&keys), "")
                    .help("say in a few words what such a row means"),
            );
        }
        let conditions = signal.when.iter().map(|(column, value)| {
            let keys = ["steps", step, "signals", &index, "when", column];
            (column.clone(), expectations::value(resolver, &keys, value))
        });
        signals.push(Signal {
            when: conditions.collect(),
            signal: signal.signal.clone(),
            recommendation: signal.recommendation.clone(),
            severity: match signal.severity {
                Some(pipeline_yaml::Severity::Info) => Severity::Info,
                None | Some(pipeline_yaml::Severity::Warning) => Severity::Warning,
                Some(pipeline_yaml::Severity::Critical) => Severity::Critical,
            },
        });
    }
    signals
}
