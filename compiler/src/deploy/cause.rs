//! Where in the spec a resource of the template comes from.
//!
//! The template says so itself, in `Metadata: { sfc: "/triggers/0" }` of a resource; for what does not,
//! its type says which field it is about.

use serde_json::Value;

use crate::source::Span;
use crate::spec::Document;

/// The place in the spec that the resource `logical_id` of `template` comes from, if it comes from one.
#[must_use]
pub fn place(document: &Document, template: &str, logical_id: &str) -> Option<Span> {
    let template: Value = serde_json::from_str(template).ok()?;
    let resource = template.get("Resources")?.get(logical_id)?;
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

fn by_kind(kind: &str) -> Option<&'static str> {
    match kind {
        "AWS::Events::Rule" | "AWS::Scheduler::Schedule" => Some("triggers"),
        "AWS::SNS::Subscription" | "AWS::SNS::Topic" => Some("notify"),
        "AWS::Lambda::Function" | "AWS::S3::Bucket" | "AWS::Logs::LogGroup" => Some("stack"),
        "AWS::StepFunctions::StateMachine" => Some("steps"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceFile;

    #[test]
    fn a_resource_leads_to_the_line_that_it_comes_from() {
        let text = "name: demo\nwarehouse: { workgroup: w, database: dev }\nsteps:\n  a: { rsql: a.rsql }\nrsql:\n  definition: d\n  queue:\n    subnets: [s]\n    security_groups: [g]\n";
        let file = SourceFile::new("pipeline.yaml", text.as_bytes().to_vec());
        let document = crate::spec::load(&file).value;
        let template = r#"{"Resources": {
            "One": {"Type": "AWS::IAM::Role", "Metadata": {"sfc": "/warehouse"}},
            "Two": {"Type": "AWS::StepFunctions::StateMachine"},
            "Three": {"Type": "AWS::Events::Rule"},
            "Five": {"Type": "AWS::Batch::JobQueue", "Metadata": {"sfc": "/rsql/queue"}}
        }}"#;
        let line = |id: &str| {
            let span = place(document.as_ref()?, template, id)?;
            Some(file.line(span.start))
        };
        assert_eq!(line("One"), Some(2));
        assert_eq!(line("Two"), Some(3));
        assert_eq!(line("Three"), None);
        assert_eq!(line("Four"), None);
        assert_eq!(line("Five"), Some(7));
    }
}
