//! The context object of a request.

use serde_json::{Map, Value};

use super::TestRefusal;

/// The sections that a request may bring, and which of their fields are texts.
const SECTIONS: [(&str, &[&str]); 4] = [
    ("Execution", &["Id", "Name", "RoleArn", "StartTime"]),
    ("State", &["EnteredTime", "Name"]),
    ("StateMachine", &["Id", "Name"]),
    ("Task", &["Token"]),
];

/// Reads a context object; any part of it may be left out.
pub fn read(text: Option<&str>) -> Result<Option<Map<String, Value>>, TestRefusal> {
    let Some(text) = text else {
        return Ok(None);
    };
    let Ok(Value::Object(context)) = serde_json::from_str(text) else {
        return Err(invalid("it is no JSON object"));
    };
    for (name, section) in &context {
        let Some((_, texts)) = SECTIONS.iter().find(|(known, _)| known == name) else {
            return Err(invalid(&format!(
                "'{name}' field is not supported when mocking a Context object"
            )));
        };
        let Value::Object(fields) = section else {
            return Err(invalid(&format!("'{name}' field must be an object")));
        };
        for field in *texts {
            if fields.get(*field).is_some_and(|value| !value.is_string()) {
                return Err(invalid(&format!("'{field}' field must be a string")));
            }
        }
    }
    Ok(Some(context))
}

fn invalid(what: &str) -> TestRefusal {
    TestRefusal::validation(format!("Invalid Context object provided: {what}"))
}
