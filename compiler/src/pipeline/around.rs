//! What is around a run: what starts it, what happens if runs meet, who hears of its end, and which
//! steps belong to it.

use std::collections::HashSet;

use indexmap::IndexMap;
use runtime_lambda::plan::{NotifyOn, Overlap, When};

use super::resolver::Resolver;
use super::{Declared, Notify, Recipient, Start, Trigger, event, parameters, schedule};
use crate::diagnostic::{Code, Diagnostic};
use crate::spec;

/// What becomes of runs that meet.
pub(super) fn overlap(resolver: &Resolver<'_>) -> Overlap {
    match resolver.document.spec.overlap {
        None | Some(spec::Overlap::Allow) => Overlap::Allow,
        Some(spec::Overlap::Skip) => Overlap::Skip,
        Some(spec::Overlap::Queue) => Overlap::Queue,
    }
}

/// In which kind of run a step runs.
pub(super) fn when(written: Option<spec::When>) -> When {
    match written {
        None | Some(spec::When::Run) => When::Run,
        Some(spec::When::Deploy) => When::Deploy,
        Some(spec::When::Destroy) => When::Destroy,
    }
}

/// Reports steps that come after one of another kind of run: it never runs in theirs.
pub(super) fn apart(resolver: &mut Resolver<'_>, after: &[Vec<usize>]) {
    let document = resolver.document;
    let steps = &document.spec.steps;
    for ((name, step), befores) in steps.iter().zip(after) {
        for before in befores {
            let Some((other, before)) = steps.get_index(*before) else {
                continue;
            };
            if when(step.when) == when(before.when) {
                continue;
            }
            let sentence = format!(
                "step `{name}` comes after `{other}`, which runs at another time ({})",
                words(when(before.when))
            );
            resolver.push(
                Diagnostic::error(Code::WhenApart, sentence)
                    .at(&document.file, document.at(&["steps", name, "after"]), "")
                    .also(
                        &document.file,
                        document.key_at(&["steps", other]),
                        "the other step",
                    )
                    .help("remove it from `after`, or give both steps the same `when`"),
            );
        }
    }
}

/// Reports parameters that have no value in the runs of the stack itself.
pub(super) fn given_by_nobody(resolver: &mut Resolver<'_>, declared: &IndexMap<String, Declared>) {
    let document = resolver.document;
    let own = document.spec.steps.iter();
    let Some((step, _)) = own
        .into_iter()
        .find(|(_, step)| when(step.when) != When::Run)
    else {
        return;
    };
    for (name, declared) in declared {
        if !declared.parameter.needs_value() {
            continue;
        }
        let sentence = format!("the run of step `{step}` has no value for the parameter `{name}`");
        resolver.push(
            Diagnostic::error(Code::StackParameter, sentence)
                .at(
                    &document.file,
                    document.key_at(&["parameters", name]),
                    "it has no default",
                )
                .also(
                    &document.file,
                    document.key_at(&["steps", step]),
                    "run by the stack itself",
                )
                .help(format!("give `{name}` a `default`")),
        );
    }
}

fn words(when: When) -> &'static str {
    match when {
        When::Run => "in every run",
        When::Deploy => "at each deploy",
        When::Destroy => "before it is destroyed",
    }
}

/// Who hears of the end of runs.
pub(super) fn notify(resolver: &mut Resolver<'_>) -> Vec<Notify> {
    let document = resolver.document;
    let known: HashSet<&str> = document
        .spec
        .steps
        .values()
        .flat_map(|step| step.tags.iter().map(String::as_str))
        .collect();
    let mut all = Vec::new();
    for (index, written) in document.spec.notify.iter().enumerate() {
        let index = index.to_string();
        let recipient = match (&written.email, &written.topic) {
            (Some(email), _) => {
                address(resolver, &index, "email", email);
                match &written.from {
                    Some(from) => {
                        address(resolver, &index, "from", from);
                        Recipient::Mail {
                            to: email.clone(),
                            from: from.clone(),
                        }
                    }
                    None => Recipient::Email(email.clone()),
                }
            }
            (None, Some(topic)) => {
                if written.from.is_some() {
                    let sentence = "a topic has no sender".to_owned();
                    recipient(resolver, &["notify", &index, "from"], sentence);
                }
                topic_arn(resolver, &index, topic);
                Recipient::Topic(topic.clone())
            }
            // Its mistake is known.
            (None, None) => continue,
        };
        for (item, tag) in written.tags.iter().enumerate() {
            if known.contains(tag.as_str()) {
                continue;
            }
            let help = resolver
                .nearest
                .suggest(tag, known.iter().copied())
                .unwrap_or_else(|| "give the tag to a step, or remove it here".to_owned());
            let span = document.at(&["notify", &index, "tags", &item.to_string()]);
            resolver.push(
                Diagnostic::error(Code::NotifyTag, format!("no step has the tag `{tag}`"))
                    .at(&document.file, span, "")
                    .help(help),
            );
        }
        all.push(Notify {
            recipient,
            on: match written.on {
                Some(spec::NotifyOn::Success) => NotifyOn::Success,
                Some(spec::NotifyOn::Failure) => NotifyOn::Failure,
                None | Some(spec::NotifyOn::Both) => NotifyOn::Both,
            },
            tags: written.tags.clone(),
        });
    }
    all
}

fn address(resolver: &mut Resolver<'_>, index: &str, field: &str, email: &str) {
    let fits = email.split_once('@').is_some_and(|(user, host)| {
        !user.is_empty() && !host.is_empty() && !email.contains(char::is_whitespace)
    });
    if !fits {
        let sentence = format!("`{email}` is no e-mail address");
        recipient(resolver, &["notify", index, field], sentence);
    }
}

fn topic_arn(resolver: &mut Resolver<'_>, index: &str, topic: &str) {
    let parts: Vec<&str> = topic.split(':').collect();
    let fits = matches!(parts.as_slice(), ["arn", _, "sns", _, _, name] if !name.is_empty());
    // A name that means several things is a mistake of its own.
    if !fits && !topic.contains("${") {
        let sentence = format!("`{topic}` is not the ARN of an SNS topic");
        recipient(resolver, &["notify", index, "topic"], sentence);
    }
}

fn recipient(resolver: &mut Resolver<'_>, keys: &[&str], sentence: String) {
    let document = resolver.document;
    resolver.push(
        Diagnostic::error(Code::NotifyRecipient, sentence)
            .at(&document.file, document.at(keys), "")
            .help(
                "write `email: name@example.com`, with `from` if it goes by SES, or `topic: arn:aws:sns:<region>:<account>:<name>`",
            ),
    );
}

/// Resolves `triggers`; one with a mistake is left out.
pub(super) fn triggers(
    resolver: &mut Resolver<'_>,
    declared: &IndexMap<String, Declared>,
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
            Start::Schedule {
                expression: expression.clone(),
                timezone: written.timezone.clone(),
            }
        } else if let Some(object) = &written.s3 {
            Start::Object {
                bucket: object.bucket.clone(),
                prefix: object.prefix.clone().unwrap_or_default(),
                suffix: object.suffix.clone().unwrap_or_default(),
            }
        } else if let Some(pattern) = &written.event {
            event::check(resolver, &index, pattern);
            Start::Event {
                pattern: pattern.clone(),
            }
        } else if written.deploy == Some(true) {
            Start::Deploy
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
    written: &spec::Trigger,
    start: &Start,
    declared: &IndexMap<String, Declared>,
) -> IndexMap<String, String> {
    let document = resolver.document;
    let has_event = matches!(start, Start::Object { .. } | Start::Event { .. });
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
