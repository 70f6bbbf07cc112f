//! The steps of a run by name. A run of many steps is copied, compared and written at each change
//! of one of them. Copies share the names, and each step until it changes.

use std::fmt;
use std::ops::{Index, IndexMut};
use std::sync::Arc;

use indexmap::IndexSet;
use serde::de::{MapAccess, Visitor};
use serde::ser::SerializeMap as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::ids::StepName;
use crate::shared::Shared;
use crate::state::StepState;

/// Nobody but the pipeline's owner names steps: they are looked up often, and need no hash against strangers.
type Names = IndexSet<StepName, foldhash::fast::FixedState>;

/// Steps by name, in the plan's order.
#[derive(Clone, Default)]
pub struct Steps {
    names: Arc<Names>,
    /// One for each name.
    states: Vec<Shared<StepState>>,
}

impl Steps {
    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.states.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.states.is_empty()
    }

    /// The step with this name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Shared<StepState>> {
        self.states.get(self.names.get_index_of(name)?)
    }

    /// The step with this name, to be changed.
    pub fn get_mut(&mut self, name: &str) -> Option<&mut Shared<StepState>> {
        self.states.get_mut(self.names.get_index_of(name)?)
    }

    /// Whether there is a step with this name.
    #[must_use]
    pub fn contains_key(&self, name: &str) -> bool {
        self.names.contains(name)
    }

    /// Puts a step behind the others, or in the place of the one with its name.
    pub fn insert(&mut self, name: StepName, state: Shared<StepState>) {
        match self.names.get_index_of(&name) {
            Some(index) => {
                if let Some(known) = self.states.get_mut(index) {
                    *known = state;
                }
            }
            None => {
                Arc::make_mut(&mut self.names).insert(name);
                self.states.push(state);
            }
        }
    }

    /// Names in the plan's order.
    pub fn keys(&self) -> indexmap::set::Iter<'_, StepName> {
        self.names.iter()
    }

    /// States in the plan's order.
    pub fn values(&self) -> std::slice::Iter<'_, Shared<StepState>> {
        self.states.iter()
    }

    /// Their states, to be changed.
    pub fn values_mut(&mut self) -> std::slice::IterMut<'_, Shared<StepState>> {
        self.states.iter_mut()
    }

    /// Each name with its step.
    pub fn iter(&self) -> Iter<'_> {
        self.names.iter().zip(&self.states)
    }
}

/// Names with their steps.
pub type Iter<'a> =
    std::iter::Zip<indexmap::set::Iter<'a, StepName>, std::slice::Iter<'a, Shared<StepState>>>;

impl<'a> IntoIterator for &'a Steps {
    type Item = (&'a StepName, &'a Shared<StepState>);
    type IntoIter = Iter<'a>;

    fn into_iter(self) -> Iter<'a> {
        self.iter()
    }
}

impl FromIterator<(StepName, Shared<StepState>)> for Steps {
    fn from_iter<I: IntoIterator<Item = (StepName, Shared<StepState>)>>(all: I) -> Self {
        let mut steps = Self::default();
        for (name, state) in all {
            steps.insert(name, state);
        }
        steps
    }
}

impl PartialEq for Steps {
    fn eq(&self, other: &Self) -> bool {
        let same_names =
            Arc::ptr_eq(&self.names, &other.names) || self.names.iter().eq(&*other.names);
        same_names && self.states == other.states
    }
}

impl Index<&str> for Steps {
    type Output = StepState;

    /// # Panics
    /// There is no step with this name: for tests.
    #[expect(clippy::panic, reason = "as with any map")]
    fn index(&self, name: &str) -> &StepState {
        match self.get(name) {
            Some(step) => step,
            None => panic!("there is no step `{name}`"),
        }
    }
}

impl IndexMut<&str> for Steps {
    #[expect(clippy::panic, reason = "as with any map")]
    fn index_mut(&mut self, name: &str) -> &mut StepState {
        match self.get_mut(name) {
            Some(step) => step,
            None => panic!("there is no step `{name}`"),
        }
    }
}

impl fmt::Debug for Steps {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_map().entries(self).finish()
    }
}

impl Serialize for Steps {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.len()))?;
        for (name, state) in self {
            map.serialize_entry(name, state)?;
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for Steps {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Entries)
    }
}

struct Entries;

impl<'de> Visitor<'de> for Entries {
    type Value = Steps;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("steps by name")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut entries: M) -> Result<Steps, M::Error> {
        let mut steps = Steps::default();
        while let Some((name, state)) = entries.next_entry()? {
            steps.insert(name, state);
        }
        Ok(steps)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_is_equal_until_a_step_changes_and_keeps_the_order() {
        let text = r#"{"b":{"status":"INITIAL"},"a":{"status":"FINISHED"}}"#;
        let before: Steps = serde_json::from_str(text).unwrap();
        let mut after = before.clone();
        assert_eq!(after, before);
        after.get_mut("b").unwrap().round = 2;
        assert_ne!(after, before);
        assert_eq!(before["b"].round, 0);
        assert!(after.keys().eq(["b", "a"]));
        // The same steps in another order are others: `state.json` says the order.
        let other: Steps = before
            .iter()
            .rev()
            .map(|(name, step)| (name.clone(), step.clone()))
            .collect();
        assert_ne!(other, before);
        after.insert("c".into(), after.get("a").unwrap().clone());
        assert_eq!((before.len(), after.len()), (2, 3));
        let written = serde_json::to_string(&before).unwrap();
        assert_eq!(serde_json::from_str::<Steps>(&written).unwrap(), before);
    }
}
