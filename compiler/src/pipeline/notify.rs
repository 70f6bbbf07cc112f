//! Who hears of the end of runs.

use std::collections::HashSet;

use runtime_lambda::plan::NotifyOn;

use super::resolver::Resolver;
use super::{Notify, Recipient};
use crate::diagnostic::{Code, Diagnostic};
use crate::pipeline_yaml;

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
                Some(pipeline_yaml::NotifyOn::Success) => NotifyOn::Success,
                Some(pipeline_yaml::NotifyOn::Failure) => NotifyOn::Failure,
                None | Some(pipeline_yaml::NotifyOn::Both) => NotifyOn::Both,
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
