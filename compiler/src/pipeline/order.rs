//! `after`: which step comes after which.

use std::collections::HashMap;

use super::resolver::Resolver;
use crate::diagnostic::{Code, Diagnostic};

/// For each step the indices of those that it comes after, unknown ones, itself and repetitions
/// left out.
pub(super) fn resolve(resolver: &mut Resolver<'_>) -> Vec<Vec<usize>> {
    let document = resolver.document;
    let steps = &document.spec.steps;
    let mut all = Vec::with_capacity(steps.len());
    for (index, (name, step)) in steps.iter().enumerate() {
        let mut after = Vec::new();
        let mut seen: HashMap<&str, usize> = HashMap::new();
        let names = step.after.as_ref().map_or(&[][..], |after| after.names());
        for (item, wanted) in names.iter().enumerate() {
            let place = |item: usize| document.at(&["steps", name, "after", &item.to_string()]);
            if let Some(first) = seen.insert(wanted, item) {
                let sentence = format!("`{wanted}` is named twice in `after` of step `{name}`");
                resolver.push(
                    Diagnostic::warning(Code::RepeatedAfter, sentence)
                        .at(&document.file, place(item), "again here")
                        .also(&document.file, place(first), "first here")
                        .help("remove one of them"),
                );
                continue;
            }
            match steps.get_index_of(wanted) {
                Some(before) if before == index => {
                    let sentence = format!("step `{name}` comes after itself");
                    resolver.push(
                        Diagnostic::error(Code::AfterItself, sentence)
                            .at(&document.file, place(item), "")
                            .help("remove it, or name the step that is meant"),
                    );
                }
                Some(before) => after.push(before),
                None if document.is_mended(&["steps"]) => {}
                None => {
                    let others = steps
                        .keys()
                        .map(String::as_str)
                        .filter(|other| other != name);
                    let help = resolver
                        .nearest
                        .suggest(wanted, others)
                        .unwrap_or_else(|| "name one of the steps of this pipeline".to_owned());
                    resolver.push(
                        Diagnostic::error(
                            Code::UnknownStep,
                            format!("there is no step `{wanted}`"),
                        )
                        .at(&document.file, place(item), "")
                        .help(help),
                    );
                }
            }
        }
        all.push(after);
    }
    all
}
