//! CloudFormation and STS: the query protocol.

use std::collections::BTreeMap;

use axum::response::Response;
use serde_json::Value;

use super::json::code_of;
use super::world::{ChangeSet, End, Event, Stack, World};
use super::{ACCOUNT, REGION, xml, xml_answer};

type Form = BTreeMap<String, String>;

fn form(body: &[u8]) -> Form {
    let decode = |text: &str| {
        let bytes = text.replace('+', " ").into_bytes();
        let mut out = Vec::new();
        let mut index = 0;
        while index < bytes.len() {
            if bytes[index] == b'%' {
                let digits = std::str::from_utf8(&bytes[index + 1..index + 3]).unwrap();
                out.push(u8::from_str_radix(digits, 16).unwrap());
                index += 3;
            } else {
                out.push(bytes[index]);
                index += 1;
            }
        }
        String::from_utf8(out).unwrap()
    };
    std::str::from_utf8(body)
        .unwrap()
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .map(|(key, value)| (decode(key), decode(value)))
        .collect()
}

/// `Parameters.member.1.ParameterKey` and so on.
fn pairs(form: &Form, list: &str, key: &str, value: &str) -> BTreeMap<String, String> {
    (1..)
        .map_while(|index| {
            let name = form.get(&format!("{list}.member.{index}.{key}"))?;
            let value = form.get(&format!("{list}.member.{index}.{value}"))?;
            Some((name.clone(), value.clone()))
        })
        .collect()
}

fn refuse(status: u16, code: &str, message: &str) -> Response {
    xml_answer(
        status,
        format!(
            "<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>{}</Message></Error><RequestId>r</RequestId></ErrorResponse>",
            xml::text(message)
        ),
    )
}

fn give(operation: &str, result: &str) -> Response {
    xml_answer(
        200,
        format!(
            "<{operation}Response xmlns=\"http://cloudformation.amazonaws.com/doc/2010-05-15/\"><{operation}Result>{result}</{operation}Result><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></{operation}Response>"
        ),
    )
}

pub fn answer(world: &mut World, body: &[u8]) -> Response {
    let form = form(body);
    let operation = form["Action"].clone();
    if let Some((status, code, message)) = world.refuses(&operation) {
        return refuse(status, code, &message);
    }
    let get = |name: &str| form.get(name).cloned().unwrap_or_default();
    match operation.as_str() {
        "GetCallerIdentity" => give(
            &operation,
            &format!(
                "<Arn>arn:aws:iam::{ACCOUNT}:user/tester</Arn><UserId>u</UserId><Account>{ACCOUNT}</Account>"
            ),
        ),
        "DescribeStacks" if get("StackName").is_empty() => describe_all(world),
        "DescribeStacks" => describe(world, &get("StackName")),
        "CreateChangeSet" => create_change_set(world, &form),
        "DescribeChangeSet" => describe_change_set(world, &get("ChangeSetName")),
        "ExecuteChangeSet" => execute(world, &get("ChangeSetName"), &get("ClientRequestToken")),
        "DeleteChangeSet" => {
            world.change_sets.remove(&get("ChangeSetName"));
            give(&operation, "")
        }
        "ListChangeSets" => {
            let stack = get("StackName");
            let summaries = world
                .change_sets
                .values()
                .filter(|set| stack.contains(&set.stack))
                .map(|set| xml::element("ChangeSetId", &set.id));
            let list = xml::list("Summaries", summaries);
            give(&operation, &list)
        }
        "DescribeStackEvents" => events(world, &get("StackName")),
        "ListStackResources" => resources(world, &get("StackName")),
        "GetTemplate" => match find(world, &get("StackName")) {
            Some(stack) => give(&operation, &xml::element("TemplateBody", &stack.template)),
            None => refuse(400, "ValidationError", "Stack does not exist"),
        },
        "DeleteStack" => delete(world, &get("StackName")),
        other => refuse(400, "InvalidAction", other),
    }
}

fn name_of(name_or_id: &str) -> String {
    name_or_id
        .split('/')
        .nth(1)
        .unwrap_or(name_or_id)
        .to_owned()
}

fn find<'a>(world: &'a mut World, name_or_id: &str) -> Option<&'a mut Stack> {
    let by_id = name_or_id.starts_with("arn:");
    let stack = world.stacks.get_mut(&name_of(name_or_id))?;
    // By its name a deleted stack is not found any more.
    (by_id || stack.status != "DELETE_COMPLETE").then_some(stack)
}

fn describe(world: &mut World, name: &str) -> Response {
    let endless = world.broken.endless;
    let Some(stack) = find(world, name) else {
        return refuse(
            400,
            "ValidationError",
            &format!("Stack with id {name} does not exist"),
        );
    };
    let mut over = None;
    if let Some((left, end)) = stack.going.take() {
        if endless {
            stack.going = Some((left, end));
        } else if left == 0 {
            over = Some(end);
        } else {
            stack.going = Some((left - 1, end));
        }
    }
    if let Some(end) = over {
        finish(world, &name_of(name), end);
    }
    let Some(stack) = find(world, name) else {
        return refuse(
            400,
            "ValidationError",
            &format!("Stack with id {name} does not exist"),
        );
    };
    give(
        "DescribeStacks",
        &xml::list("Stacks", [described(&name_of(name), stack)]),
    )
}

fn describe_all(world: &mut World) -> Response {
    let there = world.stacks.iter();
    let there = there.filter(|(_, stack)| stack.status != "DELETE_COMPLETE");
    let all: Vec<String> = there.map(|(name, stack)| described(name, stack)).collect();
    give("DescribeStacks", &xml::list("Stacks", all))
}

fn described(name: &str, stack: &Stack) -> String {
    let pair = |(key, value): (&String, &String), names: (&str, &str)| {
        xml::element(names.0, key) + &xml::element(names.1, value)
    };
    let outputs = stack
        .outputs
        .iter()
        .map(|one| pair(one, ("OutputKey", "OutputValue")));
    let tags = stack.tags.iter().map(|one| pair(one, ("Key", "Value")));
    [
        xml::element("StackId", &stack.id),
        xml::element("StackName", name),
        xml::element("CreationTime", "2026-11-21T10:00:00Z"),
        xml::element("StackStatus", &stack.status),
        xml::element("StackStatusReason", &stack.reason),
        xml::list("Outputs", outputs),
        xml::list("Tags", tags),
    ]
    .concat()
}

fn finish(world: &mut World, name: &str, end: End) {
    if let Some(applied) = &end.applied {
        apply(world, name, applied);
    }
    let stack = world.stacks.get_mut(name).unwrap();
    stack.status = end.status;
    stack.events.extend(end.events);
}

/// Makes what a template says true, as far as `sfc` looks at it.
fn apply(world: &mut World, name: &str, set: &ChangeSet) {
    let template: Value = serde_json::from_str(&set.template).unwrap();
    let mut references: BTreeMap<String, String> = BTreeMap::new();
    let resources = template["Resources"].as_object().unwrap();
    for (id, resource) in resources {
        let property = |key: &str| resource["Properties"][key].as_str();
        let reference = match resource["Type"].as_str().unwrap() {
            "AWS::StepFunctions::StateMachine" => {
                let machine = property("StateMachineName").unwrap();
                let arn = format!("arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:{machine}");
                let text = match property("DefinitionString") {
                    Some(text) => text.to_owned(),
                    None => {
                        let place = &resource["Properties"]["DefinitionS3Location"];
                        let bucket = place["Bucket"]["Ref"].as_str().unwrap();
                        let bucket = &world.buckets[&set.parameters[bucket]];
                        let key = place["Key"].as_str().unwrap();
                        String::from_utf8(bucket.objects[key].clone()).unwrap()
                    }
                };
                world.definitions.insert(arn.clone(), text);
                arn
            }
            "AWS::Lambda::Function" => property("FunctionName").map_or(id.clone(), str::to_owned),
            "AWS::S3::Bucket" => format!("{name}-data-bucket"),
            _ => format!("{name}-{id}"),
        };
        references.insert(id.clone(), reference);
    }
    let outputs = template["Outputs"].as_object().unwrap();
    let outputs = outputs
        .iter()
        .map(|(key, output)| (key.clone(), filled_in(&output["Value"], &references)))
        .collect();
    let key = set.parameters["LambdaPackage"].clone();
    world.code = code_of(world, &set.parameters["ArtifactsBucket"], &key);
    world.code_key = key;
    world
        .buckets
        .entry(format!("{name}-data-bucket"))
        .or_default();
    let stack = world.stacks.get_mut(name).unwrap();
    stack.template = set.template.clone();
    stack.parameters = set.parameters.clone();
    stack.tags = set.tags.clone();
    stack.outputs = outputs;
}

/// A text, what identifies a resource, or a substitution of such.
fn filled_in(value: &Value, references: &BTreeMap<String, String>) -> String {
    if let Some(text) = value.as_str() {
        return text.to_owned();
    }
    if let Some(reference) = value["Ref"].as_str() {
        return references[reference].clone();
    }
    let mut text = value["Fn::Sub"].as_str().unwrap().to_owned();
    for (id, reference) in references {
        text = text.replace(&format!("${{{id}}}"), reference);
    }
    assert!(!text.contains("${"), "{text}");
    text
}

/// Whether a resource of IAM has a name.
fn names_roles(template: &str) -> bool {
    let template: serde_json::Value = serde_json::from_str(template).unwrap();
    let resources = template["Resources"].as_object().unwrap();
    resources.values().any(|resource| {
        let named = |name: &str| resource["Properties"].get(name).is_some();
        resource["Type"].as_str().unwrap().starts_with("AWS::IAM::")
            && (named("RoleName") || named("ManagedPolicyName"))
    })
}

fn create_change_set(world: &mut World, form: &Form) -> Response {
    let name = form["StackName"].clone();
    let create = form["ChangeSetType"] == "CREATE";
    let template = match (form.get("TemplateBody"), form.get("TemplateURL")) {
        (Some(body), None) => {
            assert!(body.len() <= 51_200, "too long for a call");
            body.clone()
        }
        (None, Some(url)) => {
            let rest = url.strip_prefix("https://").unwrap();
            let (host, key) = rest.split_once('/').unwrap();
            let bucket = host.split(".s3.").next().unwrap();
            String::from_utf8(world.buckets[bucket].objects[key].clone()).unwrap()
        }
        _ => panic!("one of TemplateBody and TemplateURL"),
    };
    let given = form
        .values()
        .filter(|value| value.starts_with("CAPABILITY_"));
    world.capabilities = given.cloned().collect();
    let needed = if names_roles(&template) {
        "CAPABILITY_NAMED_IAM"
    } else {
        "CAPABILITY_IAM"
    };
    if !world
        .capabilities
        .iter()
        .any(|given| given.ends_with("_IAM") && given.len() >= needed.len())
    {
        let message = format!("Requires capabilities : [{needed}]");
        return refuse(400, "InsufficientCapabilitiesException", &message);
    }
    let number = world.number();
    match (
        world.stacks.get(&name).map(|stack| stack.status.as_str()),
        create,
    ) {
        (None | Some("DELETE_COMPLETE"), true) => {
            let stack = Stack {
                id: format!("arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/{name}/{number}"),
                status: "REVIEW_IN_PROGRESS".to_owned(),
                ..Stack::default()
            };
            world.stacks.insert(name.clone(), stack);
        }
        (Some("REVIEW_IN_PROGRESS"), true) => {}
        (Some(status), false) if !status.ends_with("_IN_PROGRESS") => {}
        (status, _) => {
            let message = format!("Stack:{name} is in {status:?} state and can not be updated.");
            return refuse(400, "ValidationError", &message);
        }
    }
    let stack = world.stacks[&name].clone();
    let mut set = ChangeSet {
        id: format!(
            "arn:aws:cloudformation:{REGION}:{ACCOUNT}:changeSet/{}/{number}",
            form["ChangeSetName"]
        ),
        stack: name.clone(),
        template,
        parameters: pairs(form, "Parameters", "ParameterKey", "ParameterValue"),
        tags: pairs(form, "Tags", "Key", "Value"),
        failed: world.broken.change_set.clone(),
        changes: Vec::new(),
        looks: 1,
    };
    set.changes = differences(&stack, &set);
    if set.changes.is_empty() && set.failed.is_none() {
        set.failed = Some("The submitted information didn't contain changes. Submit different information to create a change set.".to_owned());
    }
    if world.broken.overtaken {
        world.stacks.get_mut(&name).unwrap().status = "UPDATE_IN_PROGRESS".to_owned();
    }
    let ids = xml::element("Id", &set.id) + &xml::element("StackId", &stack.id);
    world.change_sets.insert(set.id.clone(), set);
    give("CreateChangeSet", &ids)
}

fn differences(stack: &Stack, set: &ChangeSet) -> Vec<(String, String, String)> {
    let new: Value = serde_json::from_str(&set.template).unwrap();
    let old: Value = serde_json::from_str(&stack.template).unwrap_or_default();
    let kind = |resource: &Value| resource["Type"].as_str().unwrap().to_owned();
    let mut changes = Vec::new();
    for (id, resource) in new["Resources"].as_object().unwrap() {
        let before = &old["Resources"][id];
        let other_code = kind(resource) == "AWS::Lambda::Function"
            && stack.parameters.get("LambdaPackage") != set.parameters.get("LambdaPackage");
        if before.is_null() {
            changes.push(("Add".to_owned(), id.clone(), kind(resource)));
        } else if before != resource || other_code || stack.tags != set.tags {
            changes.push(("Modify".to_owned(), id.clone(), kind(resource)));
        }
    }
    for (id, resource) in old["Resources"].as_object().into_iter().flatten() {
        if new["Resources"][id].is_null() {
            changes.push(("Remove".to_owned(), id.clone(), kind(resource)));
        }
    }
    changes
}

fn describe_change_set(world: &mut World, id: &str) -> Response {
    let Some(set) = world.change_sets.get_mut(id) else {
        return refuse(404, "ChangeSetNotFound", "ChangeSet does not exist");
    };
    let status = match (&set.failed, set.looks) {
        (_, 1..) => {
            set.looks -= 1;
            "CREATE_IN_PROGRESS"
        }
        (Some(_), _) => "FAILED",
        (None, _) => "CREATE_COMPLETE",
    };
    let changes = set.changes.iter().map(|(action, id, kind)| {
        let replacement = if action == "Modify" {
            xml::element("Replacement", "False")
        } else {
            String::new()
        };
        let change = [
            xml::element("Action", action),
            xml::element("LogicalResourceId", id),
            xml::element("ResourceType", kind),
            replacement,
        ]
        .concat();
        format!("<Type>Resource</Type><ResourceChange>{change}</ResourceChange>")
    });
    let result = [
        xml::element("ChangeSetId", id),
        xml::element("Status", status),
        xml::element("StatusReason", set.failed.as_deref().unwrap_or_default()),
        xml::list("Changes", changes),
    ]
    .concat();
    give("DescribeChangeSet", &result)
}

fn execute(world: &mut World, id: &str, token: &str) -> Response {
    let Some(set) = world.change_sets.get(id).cloned() else {
        return refuse(404, "ChangeSetNotFound", "ChangeSet does not exist");
    };
    let stack = world.stacks[&set.stack].clone();
    let create = stack.status == "REVIEW_IN_PROGRESS";
    if stack.status.ends_with("_IN_PROGRESS") && !create {
        let message = format!(
            "ChangeSet cannot be executed in its current status: stack is {}",
            stack.status
        );
        return refuse(400, "InvalidChangeSetStatus", &message);
    }
    world
        .change_sets
        .retain(|_, other| other.stack != set.stack);
    let verb = if create { "CREATE" } else { "UPDATE" };
    let mut event = |logical: &str, kind: &str, status: &str, reason: &str| {
        world.next += 1;
        Event {
            id: format!("event-{}", world.next),
            logical: logical.to_owned(),
            kind: kind.to_owned(),
            status: status.to_owned(),
            reason: reason.to_owned(),
            token: token.to_owned(),
            of_stack: kind == "AWS::CloudFormation::Stack",
        }
    };
    const STACK: &str = "AWS::CloudFormation::Stack";
    let begin = event(
        &set.stack,
        STACK,
        &format!("{verb}_IN_PROGRESS"),
        "User Initiated",
    );
    let mut events = Vec::new();
    let failing = world.broken.failing.clone();
    let mut event = |logical: &str, kind: &str, status: &str, reason: &str| {
        world.next += 1;
        Event {
            id: format!("event-{}", world.next),
            logical: logical.to_owned(),
            kind: kind.to_owned(),
            status: status.to_owned(),
            reason: reason.to_owned(),
            token: token.to_owned(),
            of_stack: kind == STACK,
        }
    };
    let end = if failing.is_empty() {
        for (_, id, kind) in &set.changes {
            events.push(event(id, kind, &format!("{verb}_COMPLETE"), ""));
        }
        let status = format!("{verb}_COMPLETE");
        events.push(event(&set.stack, STACK, &status, ""));
        End {
            status,
            events,
            applied: Some(set.clone()),
        }
    } else {
        for (id, reason) in &failing {
            let change = set.changes.iter().find(|(_, changed, _)| changed == id);
            events.push(event(
                id,
                change.map_or("AWS::Test::Thing", |(_, _, kind)| kind.as_str()),
                &format!("{verb}_FAILED"),
                reason,
            ));
        }
        let prefix = if create { "" } else { "UPDATE_" };
        events.push(event(
            &set.stack,
            STACK,
            &format!("{prefix}ROLLBACK_IN_PROGRESS"),
            "The following resource(s) failed.",
        ));
        let status = format!("{prefix}ROLLBACK_COMPLETE");
        events.push(event(&set.stack, STACK, &status, ""));
        End {
            status,
            events,
            applied: None,
        }
    };
    let looks = world.broken.looks;
    let stack = world.stacks.get_mut(&set.stack).unwrap();
    stack.status = format!("{verb}_IN_PROGRESS");
    stack.tags = set.tags.clone();
    stack.events.push(begin);
    stack.going = Some((looks, end));
    give("ExecuteChangeSet", "")
}

fn events(world: &mut World, name: &str) -> Response {
    let Some(stack) = find(world, name) else {
        return refuse(400, "ValidationError", "Stack does not exist");
    };
    let id = stack.id.clone();
    let members: Vec<String> = stack
        .events
        .iter()
        .rev()
        .map(|event| {
            let physical = if event.of_stack { &id } else { &event.logical };
            [
                xml::element("StackId", &id),
                xml::element("EventId", &event.id),
                xml::element("StackName", &name_of(name)),
                xml::element("LogicalResourceId", &event.logical),
                xml::element("PhysicalResourceId", physical),
                xml::element("ResourceType", &event.kind),
                xml::element("Timestamp", "2026-11-21T10:00:00Z"),
                xml::element("ResourceStatus", &event.status),
                xml::element("ResourceStatusReason", &event.reason),
                xml::element("ClientRequestToken", &event.token),
            ]
            .concat()
        })
        .collect();
    give("DescribeStackEvents", &xml::list("StackEvents", members))
}

fn resources(world: &mut World, name: &str) -> Response {
    let Some(stack) = find(world, name) else {
        return refuse(400, "ValidationError", "Stack does not exist");
    };
    let template: Value = serde_json::from_str(&stack.template).unwrap_or_default();
    let members: Vec<String> = template["Resources"]
        .as_object()
        .into_iter()
        .flatten()
        .map(|(id, resource)| {
            [
                xml::element("LogicalResourceId", id),
                xml::element("PhysicalResourceId", &format!("physical-{id}")),
                xml::element("ResourceType", resource["Type"].as_str().unwrap()),
                xml::element("LastUpdatedTimestamp", "2026-11-21T10:00:00Z"),
                xml::element("ResourceStatus", "CREATE_COMPLETE"),
            ]
            .concat()
        })
        .collect();
    give(
        "ListStackResources",
        &xml::list("StackResourceSummaries", members),
    )
}

fn delete(world: &mut World, name: &str) -> Response {
    let looks = world.broken.looks;
    let undeletable = world.broken.undeletable.clone();
    let numbers = [world.number(), world.number()];
    let Some(stack) = find(world, name) else {
        return give("DeleteStack", "");
    };
    let template: serde_json::Value = serde_json::from_str(&stack.template).unwrap_or_default();
    let event = |number: u64, logical: &str, kind: &str, status: &str, reason: &str| Event {
        id: format!("event-{number}"),
        logical: logical.to_owned(),
        kind: kind.to_owned(),
        status: status.to_owned(),
        reason: reason.to_owned(),
        token: String::new(),
        of_stack: kind == "AWS::CloudFormation::Stack",
    };
    let own = name_of(name);
    stack.events.push(event(
        numbers[0],
        &own,
        "AWS::CloudFormation::Stack",
        "DELETE_IN_PROGRESS",
        "User Initiated",
    ));
    stack.status = "DELETE_IN_PROGRESS".to_owned();
    let (status, events) = match &undeletable {
        None => ("DELETE_COMPLETE", Vec::new()),
        Some((id, reason)) => (
            "DELETE_FAILED",
            vec![event(
                numbers[1],
                id,
                template["Resources"][id]["Type"].as_str().unwrap(),
                "DELETE_FAILED",
                reason,
            )],
        ),
    };
    stack.going = Some((
        looks,
        End {
            status: status.to_owned(),
            events,
            applied: None,
        },
    ));
    give("DeleteStack", "")
}
