//! Steps that are not SQL in the warehouse.

use std::collections::HashSet;
use std::sync::Arc;

use indexmap::IndexMap;
use runtime_lambda::keys::sha256;
use runtime_lambda::parameters::mentioned;
use runtime_lambda::plan::Job;
use serde_json::Value;

use super::resolver::Resolver;
use super::scripts::check::no_text;
use super::{DeclaredParameter, StepSql, Work, parameters, rsql_script};
use crate::diagnostic::{Code, Diagnostic};
use crate::pipeline_yaml::{self, Step};
use crate::source::Files;

/// What a step does; none where it cannot be used.
pub(super) fn resolve(
    resolver: &mut Resolver<'_>,
    files: &dyn Files,
    name: &str,
    sql: Option<StepSql>,
    declared: &IndexMap<String, DeclaredParameter>,
) -> Option<Work> {
    let document = resolver.document;
    let step = document.spec.steps.get(name)?;
    if step.sql.is_some() {
        if step.local.is_some() {
            let sentence = "SQL needs nothing to stand in for it on a laptop";
            field(resolver, name, "local", sentence, "remove `local`");
        }
        return sql.map(Work::Sql);
    }
    if step.batch.is_some() {
        let sentence = "only SQL has `batch`";
        field(resolver, name, "batch", sentence, "remove it");
    }
    if step
        .retry
        .as_ref()
        .is_some_and(|retry| retry.transient.is_some())
    {
        let sentence = "only SQL is submitted again within a round";
        field(
            resolver,
            name,
            "retry",
            sentence,
            "remove `transient`; the service that runs the job has retries of its own",
        );
    }
    if step.expect.is_some() {
        let sentence = "only the rows of SQL can be expected to be something";
        field(
            resolver,
            name,
            "expect",
            sentence,
            "remove `expect`, or check in a step of SQL behind it",
        );
    }
    if !step.signals.is_empty() {
        let sentence = "only the rows of SQL can be signals";
        field(resolver, name, "signals", sentence, "remove them");
    }
    if step.local.is_some() && sql.is_none() {
        return None;
    }
    let mut rsql = None;
    let job = if let Some(written) = &step.rsql {
        let text = rsql_script::read(resolver, files, name, written, declared)?;
        let script = sha256(text.as_bytes()).into();
        rsql = Some(Arc::new(text));
        Job::Rsql { script }
    } else {
        of_aws(resolver, name, step)?
    };
    Some(Work::Job {
        job,
        rsql,
        stand_in: sql,
    })
}

fn of_aws(resolver: &mut Resolver<'_>, name: &str, step: &Step) -> Option<Job> {
    let document = resolver.document;
    if let Some(job) = &step.glue_job {
        let (job, arguments) = match job {
            pipeline_yaml::GlueJob::Name(job) => (job.clone(), IndexMap::new()),
            pipeline_yaml::GlueJob::With(with) => {
                let texts = with.arguments.iter().map(|(argument, scalar)| {
                    let keys = ["steps", name, "glue_job", "arguments", argument.as_str()];
                    (argument.clone(), parameters::text(document, &keys, scalar))
                });
                (with.name.clone(), texts.collect())
            }
        };
        named(resolver, name, "glue_job", &job);
        return Some(Job::GlueJob {
            name: job,
            arguments,
        });
    }
    if let Some(crawler) = &step.glue_crawler {
        named(resolver, name, "glue_crawler", crawler);
        return Some(Job::GlueCrawler {
            name: crawler.clone(),
        });
    }
    if let Some(lambda) = &step.lambda {
        let (function, payload) = match lambda {
            pipeline_yaml::LambdaWork::Function(function) => {
                (function.clone(), Value::Object(Default::default()))
            }
            pipeline_yaml::LambdaWork::With(with) => (with.function.clone(), object(&with.payload)),
        };
        named(resolver, name, "lambda", &function);
        return Some(Job::Lambda { function, payload });
    }
    if let Some(machine) = &step.state_machine {
        let (arn, input) = match machine {
            pipeline_yaml::StateMachineWork::Arn(arn) => {
                (arn.clone(), Value::Object(Default::default()))
            }
            pipeline_yaml::StateMachineWork::With(with) => (with.arn.clone(), object(&with.input)),
        };
        machine_arn(resolver, name, &arn);
        return Some(Job::StateMachine { arn, input });
    }
    None
}

fn object(fields: &IndexMap<String, Value>) -> Value {
    Value::Object(
        fields
            .iter()
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect(),
    )
}

fn named(resolver: &mut Resolver<'_>, step: &str, kind: &str, text: &str) {
    if !text.trim().is_empty() {
        return;
    }
    let document = resolver.document;
    resolver.push(
        Diagnostic::error(Code::EmptyText, format!("`{kind}` is empty"))
            .at(&document.file, document.at(&["steps", step, kind]), "")
            .help("give it a value"),
    );
}

/// `{{` may begin any part of it: what it stands for is known when a run begins.
fn machine_arn(resolver: &mut Resolver<'_>, step: &str, arn: &str) {
    named(resolver, step, "state_machine", arn);
    if arn.trim().is_empty() || arn.contains("{{") {
        return;
    }
    let parts: Vec<&str> = arn.split(':').collect();
    if let ["arn", _, "states", _, _, "stateMachine", _, ..] = parts.as_slice() {
        return;
    }
    let document = resolver.document;
    let sentence = format!("`{arn}` is not the ARN of a state machine");
    resolver.push(
        Diagnostic::error(Code::MachineArn, sentence)
            .at(
                &document.file,
                document.at(&["steps", step, "state_machine"]),
                "",
            )
            .help("write `arn:aws:states:<region>:<account>:stateMachine:<name>`"),
    );
}

fn field(resolver: &mut Resolver<'_>, step: &str, name: &str, sentence: &str, help: &str) {
    let document = resolver.document;
    resolver.push(
        Diagnostic::error(Code::StepField, sentence)
            .at(&document.file, document.key_at(&["steps", step, name]), "")
            .help(help),
    );
}

/// The parameters that jobs use; reports those that nobody declared. An RSQL script is given
/// all of them.
pub(super) fn used_parameters(
    resolver: &mut Resolver<'_>,
    declared: &IndexMap<String, DeclaredParameter>,
) -> HashSet<String> {
    let document = resolver.document;
    let mut used = HashSet::new();
    for (name, step) in &document.spec.steps {
        if step.rsql.is_some() {
            used.extend(declared.keys().cloned());
        }
        let mut texts: Vec<(&'static str, String)> = Vec::new();
        if let Some(pipeline_yaml::GlueJob::With(with)) = &step.glue_job {
            let arguments = with.arguments.values().filter_map(|scalar| match scalar {
                pipeline_yaml::Scalar::Text(text) => Some(("glue_job", text.clone())),
                _ => None,
            });
            texts.extend(arguments);
        }
        if let Some(pipeline_yaml::LambdaWork::With(with)) = &step.lambda {
            texts.push(("lambda", object(&with.payload).to_string()));
        }
        if let Some(pipeline_yaml::StateMachineWork::With(with)) = &step.state_machine {
            texts.push(("state_machine", object(&with.input).to_string()));
        }
        for (kind, text) in texts {
            for parameter in mentioned(&text) {
                if let Some(known) = declared.get(parameter) {
                    used.insert(parameter.to_owned());
                    if let Some(diagnostic) = no_text(
                        parameter,
                        known,
                        "a job is given texts that everybody can read",
                    ) {
                        resolver.push(
                            diagnostic
                                .at(&document.file, document.key_at(&["steps", name, kind]), "")
                                .help("let the job read what it needs by itself"),
                        );
                    }
                    continue;
                }
                if document.is_mended(&["parameters"]) {
                    continue;
                }
                let help = resolver
                    .nearest
                    .suggest(parameter, declared.keys().map(String::as_str))
                    .unwrap_or_else(|| {
                        format!("declare it under `parameters`, such as `{parameter}: {{ type: string }}`")
                    });
                resolver.push(
                    Diagnostic::error(
                        Code::UnknownParameter,
                        format!("there is no parameter `{parameter}`"),
                    )
                    .at(&document.file, document.key_at(&["steps", name, kind]), "")
                    .help(help),
                );
            }
        }
    }
    used
}
