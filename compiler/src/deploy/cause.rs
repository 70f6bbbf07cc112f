//! Where in the spec a resource of the template comes from.
//!
//! The template says so itself, in `Metadata: { sfc: "/triggers/0" }` of a resource; for what does not,
//! its type says which field it is about. Where steps that were run for the stack have failed, the reason
//! names them.

use serde_json::Value;

use super::event::StackEvent;
use crate::pipeline_yaml::Document;
use crate::source::Span;

/// Type of the resource that has steps run when the stack is deployed or destroyed.
pub const STACK_RUNS: &str = "Custom::SfcStackRuns";

/// The place in the spec that an event about a resource of `template` comes from, if it comes from one.
#[must_use]
pub fn place(document: &Document, template: &str, event: &StackEvent) -> Option<Span> {
    let template: Value = serde_json::from_str(template).ok()?;
    let resource = template.get("Resources")?.get(&event.logical_id)?;
    if resource.get("Type").and_then(Value::as_str) == Some(STACK_RUNS)
        && let Some(step) = failed_step(event.reason.as_deref().unwrap_or_default())
        && let Some(place) = document
            .root()
            .get("steps")
            .and_then(|steps| steps.get(step))
    {
        return Some(place.shown());
    }
    let pointer = resource
        .get("Metadata")
        .and_then(|metadata| metadata.get("sfc"))
        .and_then(Value::as_str)
        .map(str::to_owned)
        .or_else(|| by_kind(resource.get("Type")?.as_str()?).map(str::to_owned))?;
    let keys: Vec<&str> = pointer.split('/').filter(|key| !key.is_empty()).collect();
    let mut place = document.root();
    // A field that is not written has no line; neither has what stands below it.
    for key in &keys {
        place = place.get(key)?;
    }
    Some(place.shown())
}

/// The first step that a reason of `runtime_lambda::actions` names as failed.
fn failed_step(reason: &str) -> Option<&str> {
    let (_, behind) = reason.split_once("step `")?;
    let (step, rest) = behind.split_once('`')?;
    rest.starts_with(" failed").then_some(step)
}

fn by_kind(kind: &str) -> Option<&'static str> {
    match kind {
        "AWS::Events::Rule" | "AWS::Scheduler::Schedule" => Some("triggers"),
        "AWS::SNS::Subscription" | "AWS::SNS::Topic" => Some("notify"),
        "AWS::Lambda::Function" | "AWS::S3::Bucket" | "AWS::Logs::LogGroup" => Some("stack"),
        "AWS::StepFunctions::StateMachine" | STACK_RUNS => Some("steps"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceFile;

    #[test]
    fn a_resource_leads_to_the_line_that_it_comes_from() {
        let text = "name: demo\nwarehouse: { workgroup: w, database: dev }\nsteps:\n  a: { rsql: a.rsql }\n  b: { sql: b.sql, when: deploy }\nrsql:\n  definition: d\n  queue:\n    subnets: [s]\n    security_groups: [g]\n";
        let file = SourceFile::new("pipeline.yaml", text.as_bytes().to_vec());
        let document = crate::pipeline_yaml::load(&file).value;
        let template = r#"{"Resources": {
            "One": {"Type": "AWS::IAM::Role", "Metadata": {"sfc": "/warehouse"}},
            "Two": {"Type": "AWS::StepFunctions::StateMachine"},
            "Three": {"Type": "AWS::Events::Rule"},
            "Five": {"Type": "AWS::Batch::JobQueue", "Metadata": {"sfc": "/rsql/queue"}},
            "Runs": {"Type": "Custom::SfcStackRuns"}
        }}"#;
        let because = |id: &str, reason: &str| {
            let event = StackEvent {
                id: String::new(),
                time: jiff::Timestamp::UNIX_EPOCH,
                logical_id: id.to_owned(),
                kind: String::new(),
                status: "CREATE_FAILED".to_owned(),
                reason: Some(reason.to_owned()),
                token: None,
                of_stack: false,
            };
            let span = place(document.as_ref()?, template, &event)?;
            Some(file.line(span.start))
        };
        let line = |id: &str| because(id, "");
        assert_eq!(line("One"), Some(2));
        assert_eq!(line("Two"), Some(3));
        assert_eq!(line("Three"), None);
        assert_eq!(line("Four"), None);
        assert_eq!(line("Five"), Some(8));
        assert_eq!(line("Runs"), Some(3));
        let failed = "Message returned: step `b` failed: ERROR; step `a` failed: x (run r)";
        assert_eq!(because("Runs", failed), Some(5));
        assert_eq!(because("Runs", "step `gone` failed: ERROR"), Some(3));
        assert_eq!(because("One", failed), Some(2));
    }
}
