//! The variables that `Assign` sets ("Passing data between states with
//! variables").

use std::sync::Arc;

use serde_json::Value;

/// Variables in reach of a state: those of its own scope, and to read only,
/// those of the scopes around it.
#[derive(Debug, Clone, Default)]
pub struct VariablesInReach {
    outer: Option<Arc<VariablesInReach>>,
    own: Vec<(Arc<str>, Arc<Value>)>,
}

impl VariablesInReach {
    /// A new scope inside this one, as an iteration or a branch gets it.
    #[must_use]
    pub fn nested(self: &Arc<Self>) -> Self {
        Self {
            outer: Some(Arc::clone(self)),
            own: Vec::new(),
        }
    }

    /// The value of a variable, the innermost scope first.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Arc<Value>> {
        self.own
            .iter()
            .find(|(known, _)| known.as_ref() == name)
            .map(|(_, value)| value)
            .or_else(|| self.outer.as_ref()?.get(name))
    }

    /// Sets a variable of the own scope.
    pub fn set(&mut self, name: Arc<str>, value: Arc<Value>) {
        match self.own.iter_mut().find(|(known, _)| *known == name) {
            Some((_, held)) => *held = value,
            None => self.own.push((name, value)),
        }
    }
}
