//! What the phase promises about a template, asserted from the template itself.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::StackError;

/// Most resources of a template (AWS page: "CloudFormation quotas").
pub const MOST_RESOURCES: usize = 500;

/// Most bytes of a template that is read from a bucket (AWS page: "CloudFormation quotas").
pub const MOST_BYTES: usize = 1_000_000;

/// Most bytes of a template that is sent with the call (AWS page: "CloudFormation quotas").
pub const MOST_BYTES_INLINE: usize = 51_200;

/// Asserts the limits, that every reference names something, and that none goes round in a circle.
pub fn check(template: &Value, bytes: usize) -> Result<(), StackError> {
    if bytes > MOST_BYTES {
        return Err(StackError::TooLarge {
            bytes,
            limit: MOST_BYTES,
        });
    }
    let none = serde_json::Map::new();
    let section = |name: &str| {
        template
            .get(name)
            .and_then(Value::as_object)
            .unwrap_or(&none)
    };
    let resources = section("Resources");
    if resources.len() > MOST_RESOURCES {
        return Err(StackError::TooManyResources {
            resources: resources.len(),
            limit: MOST_RESOURCES,
        });
    }
    let parameters = section("Parameters");
    let mut needs = BTreeMap::new();
    let outputs = section("Outputs").values();
    for (name, value) in resources
        .iter()
        .map(|(name, value)| (name.as_str(), value))
        .chain(outputs.map(|value| ("Outputs", value)))
    {
        let mut names = BTreeSet::new();
        references(value, &mut names);
        let after = value.get("DependsOn").and_then(Value::as_array);
        for name in after.into_iter().flatten().filter_map(Value::as_str) {
            names.insert(name.to_owned());
        }
        for needed in &names {
            if !resources.contains_key(needed) && !parameters.contains_key(needed) {
                return Err(StackError::UnknownReference {
                    resource: name.to_owned(),
                    reference: needed.clone(),
                });
            }
        }
        needs.insert(name.to_owned(), names);
    }
    // What needs nothing that is left can be made; if nothing can be made, what is left is a circle.
    while !needs.is_empty() {
        let made: Vec<String> = needs
            .iter()
            .filter(|(_, names)| names.iter().all(|name| !needs.contains_key(name)))
            .map(|(name, _)| name.clone())
            .collect();
        if made.is_empty() {
            return Err(StackError::Circular {
                resources: needs.into_keys().collect::<Vec<_>>().join("`, `"),
            });
        }
        for name in made {
            needs.remove(&name);
        }
    }
    Ok(())
}

/// What a value refers to, pseudo parameters left out.
fn references(value: &Value, names: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                match (key.as_str(), value) {
                    ("Ref", Value::String(name)) => add(name, names),
                    ("Fn::GetAtt", Value::Array(path)) => {
                        if let Some(name) = path.first().and_then(Value::as_str) {
                            add(name, names);
                        }
                    }
                    ("Fn::Sub", Value::String(text)) => {
                        for part in text.split("${").skip(1) {
                            let name = part.split(['.', '}']).next().unwrap_or_default();
                            if !name.starts_with('!') {
                                add(name, names);
                            }
                        }
                    }
                    _ => references(value, names),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, names)),
        _ => {}
    }
}

fn add(name: &str, names: &mut BTreeSet<String>) {
    if !name.starts_with("AWS::") {
        names.insert(name.to_owned());
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn problem(resources: Value) -> String {
        let template = json!({ "Parameters": { "P": {} }, "Resources": resources });
        check(&template, 1).unwrap_err().to_string()
    }

    #[test]
    fn a_reference_to_nothing_and_a_circle_are_found() {
        assert_eq!(
            problem(json!({ "A": { "x": [{ "Fn::Sub": "${P}${AWS::Region}${!z}${B.Arn}" }] } })),
            "`A` refers to `B`, which the template does not have"
        );
        assert_eq!(
            problem(json!({
                "A": { "Ref": "P" },
                "B": { "Fn::GetAtt": ["C", "Arn"] },
                "C": { "Fn::Sub": "${D}" },
                "D": { "Ref": "B" },
            })),
            "these resources refer to each other in a circle: `B`, `C`, `D`"
        );
        assert_eq!(
            problem(json!({ "A": { "DependsOn": ["B"] }, "B": { "Ref": "A" } })),
            "these resources refer to each other in a circle: `A`, `B`"
        );
        assert!(check(&json!({ "Resources": { "A": {} } }), MOST_BYTES + 1).is_err());
    }

    #[test]
    fn too_many_resources_are_refused() {
        let resources: serde_json::Map<_, _> = (0..=MOST_RESOURCES)
            .map(|number| (number.to_string(), json!({})))
            .collect();
        assert!(problem(Value::Object(resources)).contains("501 resources"));
    }
}
