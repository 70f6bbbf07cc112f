//! The parameters of a run as fields of a form, and what somebody has put into them.

use runtime_lambda::plan::{Parameter, ParameterType, Plan};
use serde_json::{Value, json};

use super::site::PlaceName;

/// The fields of the form. In a run that goes on with an earlier one, what is left out is as it was there.
pub fn fields(plan: &Plan, place: PlaceName, resumed: bool) -> Vec<Value> {
    plan.parameters
        .iter()
        .map(|(name, parameter)| field(name, parameter, place, resumed))
        .collect()
}

fn field(name: &str, parameter: &Parameter, place: PlaceName, resumed: bool) -> Value {
    if parameter.secret.is_some() {
        let secret = match place {
            PlaceName::Local => format!(
                "the environment of `sfc ui`, SFC_SECRET_{}",
                name.to_ascii_uppercase()
            ),
            PlaceName::Aws => "Secrets Manager".to_owned(),
        };
        return json!({ "name": name, "secret": secret });
    }
    let (input, step) = match parameter.kind {
        ParameterType::Integer => ("number", Some("1")),
        ParameterType::Number => ("number", Some("any")),
        ParameterType::Date => ("date", None),
        _ => ("text", None),
    };
    let is_needed = parameter.needs_value() && !resumed;
    let note = match (&parameter.default, resumed) {
        (_, true) => Some("Without it: as in the earlier run.".to_owned()),
        (Some(default), _) => Some(format!("Without it: {default}.")),
        (None, _) if parameter.nullable => Some("Without it: NULL.".to_owned()),
        _ => None,
    };
    let choices = (parameter.kind == ParameterType::Boolean).then(|| {
        let mut choices = vec![
            json!({ "value": "true", "text": "true" }),
            json!({ "value": "false", "text": "false" }),
        ];
        if !is_needed {
            choices.insert(0, json!({ "value": "", "text": "not given" }));
        }
        choices
    });
    json!({
        "name": name,
        "kind": parameter.kind.description(),
        "input": input,
        "step": step,
        "choices": choices,
        "is_needed": is_needed,
        "note": note,
    })
}

/// What a form has sent, as a command line gives it; a field that is empty was not given.
pub fn given(form: &[u8]) -> Vec<String> {
    form_urlencoded::parse(form)
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| format!("{name}={value}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_field_is_not_given() {
        assert_eq!(
            given(b"day=2026-01-01&note=&n=a%3Db"),
            ["day=2026-01-01", "n=a=b"]
        );
    }
}
