//! What starts a run.

use indexmap::IndexMap;

use super::resolver::Resolver;
use super::{DeclaredParameter, Trigger, TriggerKind, event, parameters, schedule};
use crate::diagnostic::{Code, Diagnostic};
use crate::pipeline_yaml;

/// Resolves `triggers`; one with a mistake is left out.
pub(super) fn triggers(
    resolver: &mut Resolver<'_>,
    declared: &IndexMap<String, DeclaredParameter>,
) -> Vec<Trigger> {
    let document = resolver.document;
    let mut all = Vec::new();
    for (index, written) in document.spec.triggers.iter().enumerate() {
        let index = index.to_string();
        if document.is_mended(&["triggers", &index]) {
            continue;
        }
        let start = if let Some(expression) = &written.schedule {
            schedule::check(resolver, &index, expression, written.timezone.as_deref());
            TriggerKind::Schedule {
                expression: expression.clone(),
                timezone: written.timezone.clone(),
            }
        } else if let Some(object) = &written.s3 {
            TriggerKind::Object {
                bucket: object.bucket.clone(),
                prefix: object.prefix.clone().unwrap_or_default(),
                suffix: object.suffix.clone().unwrap_or_default(),
            }
        } else if let Some(pattern) = &written.event {
            event::check(resolver, &index, pattern);
            TriggerKind::Event {
                pattern: pattern.clone(),
            }
        } else if written.deploy == Some(true) {
            TriggerKind::Deploy
        } else {
            // `deploy: false`, or a mistake that is known.
            continue;
        };
        if written.timezone.is_some() && written.schedule.is_none() {
            let sentence = "only a schedule has a time zone";
            let span = document.at(&["triggers", &index, "timezone"]);
            resolver.push(
                Diagnostic::error(Code::TriggerSchedule, sentence)
                    .at(&document.file, span, "")
                    .help("remove `timezone`"),
            );
        }
        let parameters = values(resolver, &index, written, &start, declared);
        all.push(Trigger { start, parameters });
    }
    all
}

/// Values for the runs of a trigger. Each that a run needs must be there, and what is known must fit.
fn values(
    resolver: &mut Resolver<'_>,
    index: &str,
    written: &pipeline_yaml::Trigger,
    start: &TriggerKind,
    declared: &IndexMap<String, DeclaredParameter>,
) -> IndexMap<String, String> {
    let document = resolver.document;
    let has_event = matches!(
        start,
        TriggerKind::Object { .. } | TriggerKind::Event { .. }
    );
    let mut all = IndexMap::new();
    for (name, scalar) in &written.parameters {
        let keys = ["triggers", index, "parameters", name.as_str()];
        let text = parameters::text(document, &keys, scalar);
        let problem = match declared.get(name) {
            None if document.is_mended(&["parameters"]) => None,
            None => {
                let help = resolver
                    .nearest
                    .suggest(name, declared.keys().map(String::as_str))
                    .unwrap_or_else(|| "declare it under `parameters`".to_owned());
                Some((format!("there is no parameter `{name}`"), help))
            }
            Some(declared) if declared.parameter.secret.is_some() => Some((
                format!("the parameter `{name}` is a secret, and takes no value here"),
                "remove it: its value is in Secrets Manager".to_owned(),
            )),
            Some(_) if text.starts_with("$.") && has_event => None,
            Some(_) if text.starts_with("$.") => Some((
                "this trigger has no event to take a value from".to_owned(),
                "give a value".to_owned(),
            )),
            Some(declared) if !declared.parameter.kind.accepts(&text) => Some((
                format!("`{text}` is no value of the parameter `{name}`"),
                format!("it must be {}", declared.parameter.kind.description()),
            )),
            Some(_) => None,
        };
        if let Some((sentence, help)) = problem {
            resolver.push(
                Diagnostic::error(Code::TriggerParameter, sentence)
                    .at(&document.file, document.at(&keys), "")
                    .help(help),
            );
        }
        all.insert(name.clone(), text);
    }
    for (name, declared) in declared {
        if declared.parameter.needs_value() && !all.contains_key(name) {
            let sentence = format!("runs of this trigger have no value for the parameter `{name}`");
            resolver.push(
                Diagnostic::error(Code::TriggerParameter, sentence)
                    .at(&document.file, document.at(&["triggers", index]), "")
                    .also(
                        &document.file,
                        document.key_at(&["parameters", name]),
                        "it has no default",
                    )
                    .help(format!(
                        "give `{name}` under `parameters` of the trigger, or give it a default"
                    )),
            );
        }
    }
    all
}
