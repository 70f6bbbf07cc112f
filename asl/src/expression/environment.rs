//! What an expression of a state can see.

use std::sync::Arc;

use indexmap::IndexMap;
use jsonata_core::value::JValue;
use serde_json::{Map, Value};

use super::convert;
use super::variables::VariablesInReach;
use super::wanted::WantedParts;

/// What the functions that are not pure draw from.
pub trait Host: Send + Sync {
    /// Now, in milliseconds since 1970 UTC.
    fn milliseconds(&self) -> i64;
    /// 64 random bits, from which `$random` and `$uuid` are made.
    fn random(&self) -> u64;
}

/// The parts of `$states.context`.
pub const SECTIONS: [&str; 5] = ["Execution", "StateMachine", "State", "Map", "Task"];

/// `$states` and the variables of one state at one moment.
pub struct ExpressionEnvironment<'a> {
    /// Value of `$states.input`: what the state was given.
    pub input: &'a Arc<Value>,
    /// `$states.result`, once there is one.
    pub result: Option<&'a Arc<Value>>,
    /// `$states.errorOutput`, in a catcher.
    pub error_output: Option<&'a Arc<Value>>,
    /// One of the [`SECTIONS`] of `$states.context`, if the state has it.
    /// Asked only for those that an expression mentions.
    pub context: &'a dyn Fn(&str) -> Option<Arc<Value>>,
    /// The variables in reach.
    pub variables: &'a VariablesInReach,
    /// Where the clock and random numbers come from.
    pub host: &'a Arc<dyn Host>,
}

impl ExpressionEnvironment<'_> {
    fn part(&self, name: &str) -> Option<&Arc<Value>> {
        match name {
            "input" => Some(self.input),
            "result" => self.result,
            "errorOutput" => self.error_output,
            _ => None,
        }
    }

    fn whole_context(&self) -> Value {
        let mut context = Map::new();
        for name in SECTIONS {
            if let Some(section) = (self.context)(name) {
                context.insert(name.to_owned(), section.as_ref().clone());
            }
        }
        Value::Object(context)
    }

    fn wanted_context(&self, wanted: &WantedParts) -> JValue {
        if wanted.whole {
            return convert::whole(&self.whole_context());
        }
        let mut context = IndexMap::with_capacity(wanted.fields.len());
        for (name, inner) in &wanted.fields {
            if let Some(section) = (self.context)(name) {
                context.insert(name.clone(), convert::to_jsonata(&section, inner));
            }
        }
        JValue::object(context)
    }

    /// The value of a variable.
    pub fn variable(&self, name: &str) -> Option<Arc<Value>> {
        self.variables.get(name).cloned()
    }

    /// The wanted parts of `$states` for the engine.
    pub(super) fn states(&self, wanted: &WantedParts) -> JValue {
        let mut states = IndexMap::new();
        for name in ["input", "result", "errorOutput"] {
            let inner = wanted.fields.get(name);
            if (wanted.whole || inner.is_some())
                && let Some(value) = self.part(name)
            {
                let copied = match inner {
                    Some(inner) if !wanted.whole => convert::to_jsonata(value, inner),
                    _ => convert::whole(value),
                };
                states.insert(name.to_owned(), copied);
            }
        }
        let whole = WantedParts {
            whole: true,
            ..WantedParts::default()
        };
        let context = if wanted.whole {
            Some(&whole)
        } else {
            wanted.fields.get("context")
        };
        if let Some(context) = context {
            states.insert("context".to_owned(), self.wanted_context(context));
        }
        JValue::object(states)
    }

    /// Follows names from a variable. The outer `None` says that names alone
    /// do not tell (an array or all of `$states` is on the way). The inner
    /// `None` says that there is nothing there.
    pub(super) fn follow(&self, path: &[String]) -> Option<Option<Arc<Value>>> {
        let (variable, names) = path.split_first()?;
        if variable == "states" {
            let (part, names) = names.split_first()?;
            if part != "context" {
                return follow_names(self.part(part), names);
            }
            return match names.split_first() {
                Some((section, names)) => follow_names((self.context)(section).as_ref(), names),
                None => Some(Some(Arc::new(self.whole_context()))),
            };
        }
        let value = self.variables.get(variable);
        if value.is_none() && names.is_empty() {
            // A function's name is a value too: leave that to the engine.
            return None;
        }
        follow_names(value, names)
    }
}

fn follow_names(start: Option<&Arc<Value>>, names: &[String]) -> Option<Option<Arc<Value>>> {
    let Some(start) = start else {
        return Some(None);
    };
    if names.is_empty() {
        return Some(Some(Arc::clone(start)));
    }
    let mut value: &Value = start;
    for name in names {
        match value {
            Value::Object(fields) => match fields.get(name) {
                Some(field) => value = field,
                None => return Some(None),
            },
            Value::Array(_) => return None,
            _ => return Some(None),
        }
    }
    Some(Some(Arc::new(value.clone())))
}
