//! Names of what a pipeline may use, where a policy of IAM says which: each stands for one thing.

use super::resolver::Resolver;
use crate::diagnostic::{Code, Diagnostic};
use crate::pipeline_yaml::{self, Cluster, Secret};

/// What IAM does not take as it stands in the name of a resource. It is any text, any character,
/// and the start of a variable (AWS pages: "IAM JSON policy elements: Resource", "IAM policy
/// elements: Variables and tags").
const NOT_LITERAL: [&str; 3] = ["*", "?", "${"];

/// Refuses names that a policy would take for more than one thing.
pub(super) fn check(resolver: &mut Resolver<'_>) {
    warehouse(resolver);
    let document = resolver.document;
    for (name, step) in &document.spec.steps {
        if let Some(job) = &step.glue_job {
            let text = match job {
                pipeline_yaml::GlueJob::Name(text) => text,
                pipeline_yaml::GlueJob::With(with) => &with.name,
            };
            exact(resolver, &["steps", name, "glue_job", "name"], text);
        }
        if let Some(crawler) = &step.glue_crawler {
            exact(resolver, &["steps", name, "glue_crawler"], crawler);
        }
        if let Some(lambda) = &step.lambda {
            let text = match lambda {
                pipeline_yaml::LambdaWork::Function(text) => text,
                pipeline_yaml::LambdaWork::With(with) => &with.function,
            };
            exact(resolver, &["steps", name, "lambda", "function"], text);
        }
        if let Some(machine) = &step.state_machine {
            let text = match machine {
                pipeline_yaml::StateMachineWork::Arn(text) => text,
                pipeline_yaml::StateMachineWork::With(with) => &with.arn,
            };
            exact(resolver, &["steps", name, "state_machine", "arn"], text);
        }
    }
    for (index, notify) in document.spec.notify.iter().enumerate() {
        if let Some(topic) = &notify.topic {
            exact(resolver, &["notify", &index.to_string(), "topic"], topic);
        }
    }
    for (index, trigger) in document.spec.triggers.iter().enumerate() {
        if let Some(object) = &trigger.s3 {
            let keys = ["triggers", &index.to_string(), "s3", "bucket"];
            exact(resolver, &keys, &object.bucket);
        }
    }
    rsql(resolver);
}

fn warehouse(resolver: &mut Resolver<'_>) {
    let document = resolver.document;
    let warehouse = &document.spec.warehouse;
    exact(resolver, &["warehouse", "database"], &warehouse.database);
    if let Some(workgroup) = &warehouse.workgroup {
        exact(resolver, &["warehouse", "workgroup"], workgroup);
    }
    match &warehouse.cluster {
        None => {}
        Some(Cluster::Identifier(identifier)) => {
            exact(resolver, &["warehouse", "cluster"], identifier);
        }
        Some(Cluster::WithUser(with)) => {
            let keys = ["warehouse", "cluster", "identifier"];
            exact(resolver, &keys, &with.identifier);
            if let Some(user) = &with.db_user {
                exact(resolver, &["warehouse", "cluster", "db_user"], user);
            }
        }
    }
    match &warehouse.secret {
        None => {}
        Some(Secret::Arn(arn)) => exact(resolver, &["warehouse", "secret"], arn),
        Some(Secret::For(secret)) => {
            let names = [
                ("arn", Some(&secret.arn)),
                ("cluster", secret.cluster.as_ref()),
                ("workgroup", secret.workgroup.as_ref()),
            ];
            for (field, text) in names {
                if let Some(text) = text {
                    exact(resolver, &["warehouse", "secret", field], text);
                }
            }
        }
    }
}

fn rsql(resolver: &mut Resolver<'_>) {
    let Some(rsql) = &resolver.document.spec.rsql else {
        return;
    };
    if let Some(pipeline_yaml::JobQueue::Existing(queue)) = &rsql.queue {
        exact(resolver, &["rsql", "queue"], queue);
    }
    match &rsql.definition {
        None => {}
        Some(pipeline_yaml::JobDefinition::Existing(definition)) => {
            exact(resolver, &["rsql", "definition"], definition);
        }
        Some(pipeline_yaml::JobDefinition::Made(job)) => {
            exact(resolver, &["rsql", "definition", "image"], &job.image);
        }
    }
}

/// Reports the name under these keys if it stands for more than one thing.
fn exact(resolver: &mut Resolver<'_>, keys: &[&str], text: &str) {
    let Some(found) = NOT_LITERAL.into_iter().find(|part| text.contains(part)) else {
        return;
    };
    let document = resolver.document;
    let what = match keys {
        // The short form has no field of its own.
        [.., kind, "name" | "function" | "arn" | "identifier"] => kind,
        [.., field] => field,
        [] => "",
    };
    resolver.push(
        Diagnostic::error(
            Code::InexactName,
            format!("`{found}` in `{what}` would let the pipeline use more than one thing"),
        )
        .at(&document.file, document.at(keys), "")
        .help("write the whole name of the one thing that is meant"),
    );
}
