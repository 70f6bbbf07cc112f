//! Values of parameters: from a run's input, checked against their types, and into statements.

use indexmap::IndexMap;
use serde_json::Value;

use crate::error::ActionError;
use crate::plan::{Parameter, ParameterType, Plan, Quoting, Script, Statement, When};

/// Every parameter of the plan with its value: the given one, else its default. A run of the stack's
/// steps, which nobody gives values to, goes without those that have neither.
pub fn resolve(
    plan: &Plan,
    given: Option<&Value>,
    when: When,
) -> Result<IndexMap<String, String>, ActionError> {
    let empty = serde_json::Map::new();
    let given = match given {
        None | Some(Value::Null) => &empty,
        Some(Value::Object(values)) => values,
        Some(_) => {
            return Err(ActionError::InvalidParameter(
                "`parameters` must be an object of names and values".to_owned(),
            ));
        }
    };
    if let Some(name) = given
        .keys()
        .find(|name| !plan.parameters.contains_key(*name))
    {
        return Err(ActionError::InvalidParameter(format!(
            "`{name}` is no parameter of the pipeline `{}`",
            plan.pipeline
        )));
    }
    plan.parameters
        .iter()
        .filter(|(name, parameter)| {
            when == When::Run || !parameter.needs_value() || given.contains_key(*name)
        })
        .filter_map(|(name, parameter)| {
            let value = value(name, parameter, given.get(name)).transpose()?;
            Some(value.map(|value| (name.clone(), value)))
        })
        .collect()
}

/// The value that a run has for a parameter; none for a null, and for a secret, which is no part of a
/// run.
fn value(
    name: &str,
    parameter: &Parameter,
    given: Option<&Value>,
) -> Result<Option<String>, ActionError> {
    if parameter.secret.is_some() {
        return match given {
            None => Ok(None),
            // Whatever was given is not repeated: it may be the secret.
            Some(_) => Err(ActionError::InvalidParameter(format!(
                "the parameter `{name}` is a secret, so no run can give it a value"
            ))),
        };
    }
    let text = match given {
        None | Some(Value::Null) if parameter.nullable => return Ok(None),
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        Some(Value::Bool(boolean)) => boolean.to_string(),
        None => parameter.default.clone().ok_or_else(|| {
            ActionError::InvalidParameter(format!(
                "the parameter `{name}` has no default and was not given"
            ))
        })?,
        Some(_) => return Err(mistyped(name, parameter.kind, "what was given")),
    };
    if parameter.kind.accepts(&text) {
        Ok(Some(text))
    } else {
        Err(mistyped(name, parameter.kind, &format!("`{text}`")))
    }
}

fn mistyped(name: &str, kind: ParameterType, given: &str) -> ActionError {
    ActionError::InvalidParameter(format!(
        "the parameter `{name}` must be {}, {given} is not",
        kind.description()
    ))
}

impl ParameterType {
    /// Whether `text` is a value of this type.
    #[must_use]
    pub fn accepts(self, text: &str) -> bool {
        match self {
            // The Data API takes no empty value (AWS page: `SqlParameter`).
            Self::String => !text.is_empty(),
            Self::Integer => text.parse::<i64>().is_ok(),
            Self::Number => text.parse::<f64>().is_ok_and(f64::is_finite),
            Self::Date => text.len() == 10 && text.parse::<jiff::civil::Date>().is_ok(),
            Self::Identifier => is_identifier(text),
            Self::Boolean => matches!(text, "true" | "false"),
        }
    }

    /// The type with its article, for a sentence.
    #[must_use]
    pub fn description(self) -> &'static str {
        match self {
            Self::String => "a text that is not empty",
            Self::Integer => "a whole number of 64 bits",
            Self::Number => "a number",
            Self::Date => "a day written YYYY-MM-DD",
            Self::Identifier => "a name, alone or as schema.name",
            Self::Boolean => "true or false",
        }
    }
}

/// Redshift's names, at most 127 bytes each (AWS page: `Names and identifiers`), joined by dots.
fn is_identifier(text: &str) -> bool {
    !text.is_empty()
        && text.split('.').count() <= 3
        && text.split('.').all(|part| {
            let mut characters = part.chars();
            part.len() <= 127
                && characters
                    .next()
                    .is_some_and(|first| first.is_alphabetic() || first == '_')
                && characters.all(|next| next.is_alphanumeric() || matches!(next, '_' | '$'))
        })
}

/// Names of the parameters that a text of a job mentions as `{{name}}`, in order.
pub fn mentioned(text: &str) -> Vec<&str> {
    pieces(text)
        .into_iter()
        .filter_map(|piece| match piece {
            Piece::Parameter(name) => Some(name),
            Piece::Text(_) => None,
        })
        .collect()
}

/// A text of a job with the values of the parameters that it mentions. Jobs take texts as they are, so
/// nothing is quoted.
pub fn fill(text: &str, values: &IndexMap<String, String>) -> Result<String, ActionError> {
    pieces(text)
        .into_iter()
        .map(|piece| match piece {
            Piece::Text(text) => Ok(text),
            Piece::Parameter(name) => values.get(name).map(String::as_str).ok_or_else(|| {
                ActionError::InvalidParameter(format!("the parameter `{name}` has no value"))
            }),
        })
        .collect()
}

enum Piece<'a> {
    Text(&'a str),
    Parameter(&'a str),
}

/// Braces around anything but a name are text.
fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once("{{") {
        let named = behind.split_once("}}").filter(|(name, _)| {
            !name.is_empty()
                && name
                    .chars()
                    .all(|character| character.is_ascii_alphanumeric() || character == '_')
        });
        if let Some((name, behind)) = named {
            pieces.push(Piece::Text(before));
            pieces.push(Piece::Parameter(name));
            rest = behind;
        } else {
            let (braces, behind) = rest.split_at(before.len() + 2);
            pieces.push(Piece::Text(braces));
            rest = behind;
        }
    }
    pieces.push(Piece::Text(rest));
    pieces
}

/// The statements of a script and the queries of its checks, with their insertions made. Beside
/// them are the values of the parameters that the warehouse binds: those of `secrets` come first.
pub fn filled(
    script: &Script,
    plan: &Plan,
    values: &IndexMap<String, String>,
    secrets: &[(String, String)],
) -> Result<Filled, ActionError> {
    let mut bound: Vec<(String, String)> = Vec::new();
    let mut statements = Vec::with_capacity(script.statements.len() + script.checks.len());
    for statement in script.sent() {
        statements.push(insert(statement, values)?);
        for name in &statement.parameters {
            if bound.iter().any(|(known, _)| known == name) {
                continue;
            }
            let secret = secrets.iter().find(|(known, _)| known == name);
            let value = secret.map(|(_, value)| value).or_else(|| values.get(name));
            let planned = plan.parameters.get(name);
            match value {
                Some(value) => bound.push((name.clone(), value.clone())),
                // It stands as a null in the statement.
                None if planned.is_some_and(|planned| planned.nullable) => {}
                None => {
                    return Err(ActionError::InvalidParameter(format!(
                        "the parameter `{name}` has no value"
                    )));
                }
            }
        }
    }
    Ok((statements, bound))
}

/// Statements as they are sent, and the values of their named parameters.
pub type Filled = (Vec<String>, Vec<(String, String)>);

/// The statement with its insertions made; bound parameters stay as they are.
pub fn insert(
    statement: &Statement,
    values: &IndexMap<String, String>,
) -> Result<String, ActionError> {
    let mut sql = String::with_capacity(statement.sql.len());
    let mut position = 0;
    let broken = || ActionError::Corrupt("an insertion lies outside of its statement".to_owned());
    for insertion in &statement.insertions {
        let place = |from: usize, to: usize| statement.sql.get(from..to).ok_or_else(broken);
        sql.push_str(place(position, insertion.start)?);
        position = insertion.end;
        let value = values.get(&insertion.parameter);
        if insertion.quoting == Quoting::Bound {
            sql.push_str(match value {
                Some(_) => place(insertion.start, insertion.end)?,
                // Whatever stands beside it is no part of the word.
                None => " null ",
            });
            continue;
        }
        let value = value.ok_or_else(|| {
            ActionError::InvalidParameter(format!("`{}` has no value", insertion.parameter))
        })?;
        match insertion.quoting {
            Quoting::Bound => {}
            Quoting::Identifier => {
                let quoted: Vec<String> = value
                    .split('.')
                    .map(|part| format!("\"{}\"", part.replace('"', "\"\"")))
                    .collect();
                sql.push_str(&quoted.join("."));
            }
            Quoting::Number if ParameterType::Number.accepts(value) => sql.push_str(value),
            Quoting::Number => {
                return Err(mistyped(
                    &insertion.parameter,
                    ParameterType::Number,
                    &format!("`{value}`"),
                ));
            }
            Quoting::Literal => sql.push_str(&literal(value)),
            Quoting::NestedLiteral => sql.push_str(&literal(&literal(value))),
        }
    }
    sql.push_str(statement.sql.get(position..).ok_or_else(broken)?);
    Ok(sql)
}

/// Quotes text for the inside of a string literal. Redshift reads a backslash as an escape
/// character there (AWS page: `Literals`), so it is doubled too.
#[must_use]
pub fn literal(text: &str) -> String {
    text.replace('\\', "\\\\").replace('\'', "''")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::Insertion;
    use proptest::prelude::*;

    #[test]
    fn identifiers_are_quoted_part_by_part_and_literals_doubled() {
        let sql = "copy {{table}} from 's3://b/{{key}}'";
        let at = |text: &str| sql.find(text).unwrap();
        let statement = Statement {
            sql: sql.to_owned(),
            parameters: vec![],
            insertions: vec![
                Insertion {
                    parameter: "table".into(),
                    start: at("{{table}}"),
                    end: at("{{table}}") + 9,
                    quoting: Quoting::Identifier,
                },
                Insertion {
                    parameter: "key".into(),
                    start: at("{{key}}"),
                    end: at("{{key}}") + 7,
                    quoting: Quoting::Literal,
                },
            ],
            ..Statement::default()
        };
        let values = IndexMap::from([
            ("table".to_owned(), "raw.o\"dd".to_owned()),
            ("key".to_owned(), "it's".to_owned()),
        ]);
        assert_eq!(
            insert(&statement, &values).unwrap(),
            "copy \"raw\".\"o\"\"dd\" from 's3://b/it''s'"
        );
    }

    #[test]
    fn a_bound_parameter_without_a_value_is_a_null() {
        let sql = "select case when:name is null then 1 end";
        let start = sql.find(":name").unwrap();
        let statement = Statement {
            sql: sql.to_owned(),
            parameters: vec!["name".to_owned()],
            insertions: vec![Insertion {
                parameter: "name".to_owned(),
                start,
                end: start + 5,
                quoting: Quoting::Bound,
            }],
            ..Statement::default()
        };
        assert_eq!(
            insert(&statement, &IndexMap::new()).unwrap(),
            "select case when null  is null then 1 end"
        );
        let values = IndexMap::from([("name".to_owned(), "x".to_owned())]);
        assert_eq!(insert(&statement, &values).unwrap(), sql);
    }

    #[test]
    fn types_accept_their_values_alone() {
        for (kind, good, bad) in [
            (ParameterType::Integer, "-7", "7.5"),
            (ParameterType::Number, "1e3", "nan"),
            (ParameterType::Date, "2026-02-28", "2026-02-30"),
            (ParameterType::Identifier, "raw.t_1", "t; drop"),
            (ParameterType::Boolean, "true", "yes"),
            (ParameterType::String, "x", ""),
        ] {
            assert!(kind.accepts(good), "{kind:?} {good}");
            assert!(!kind.accepts(bad), "{kind:?} {bad}");
        }
    }

    #[test]
    fn a_job_is_given_texts_with_the_values_of_parameters() {
        let values = IndexMap::from([("object".to_owned(), "a 'b' {{object}}".to_owned())]);
        assert_eq!(mentioned("x {{object}} {{ no }} {{}} {{o"), ["object"]);
        assert_eq!(
            fill("s3://b/{{object}}{{ no }}{{", &values).unwrap(),
            "s3://b/a 'b' {{object}}{{ no }}{{"
        );
        assert!(fill("{{other}}", &values).is_err());
    }

    proptest! {
        #[test]
        fn an_inserted_literal_never_ends_its_string(value in ".*") {
            let quoted = literal(&value);
            let without_pairs = quoted.replace("\\\\", "").replace("''", "");
            prop_assert!(!without_pairs.contains('\''));
        }
    }
}
