//! A part of a value that its copies share until one of them changes it.

use std::ops::{Deref, DerefMut};
use std::sync::{Arc, OnceLock};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A value that is cheap to copy, and to compare with its copies: whoever changes it gets its own first.
///
/// ```
/// use runtime_lambda::shared::Shared;
///
/// let before = Shared::from(vec![1, 2]);
/// let mut after = before.clone();
/// after.push(3);
/// assert_eq!((before.len(), after.len()), (2, 3));
/// ```
///
/// It is written as JSON once: a run of many steps changes one of them at a time, and is written each time.
#[derive(Debug, Clone, Default)]
pub struct Shared<T>(Arc<Kept<T>>);

#[derive(Debug, Default)]
struct Kept<T> {
    value: T,
    /// The value as JSON, if it was asked for.
    json: OnceLock<Box<[u8]>>,
}

impl<T: Clone> Clone for Kept<T> {
    /// A copy that is about to change.
    fn clone(&self) -> Self {
        Self::from(self.value.clone())
    }
}

impl<T> From<T> for Kept<T> {
    fn from(value: T) -> Self {
        let json = OnceLock::new();
        Self { value, json }
    }
}

impl<T> From<T> for Shared<T> {
    fn from(value: T) -> Self {
        Self(Arc::new(value.into()))
    }
}

impl<T> Shared<T> {
    /// Whether both are copies of one value that nobody has changed since.
    #[must_use]
    pub fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl<T: Serialize> Shared<T> {
    /// The value as JSON on one line.
    ///
    /// # Errors
    /// It cannot be written as JSON.
    pub fn json(&self) -> serde_json::Result<&[u8]> {
        if let Some(json) = self.0.json.get() {
            return Ok(json);
        }
        let json = serde_json::to_vec(&self.0.value)?.into_boxed_slice();
        Ok(self.0.json.get_or_init(|| json))
    }
}

impl<T> Deref for Shared<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0.value
    }
}

impl<T: Clone> DerefMut for Shared<T> {
    fn deref_mut(&mut self) -> &mut T {
        let kept = Arc::make_mut(&mut self.0);
        kept.json.take();
        &mut kept.value
    }
}

impl<T: PartialEq> PartialEq for Shared<T> {
    fn eq(&self, other: &Self) -> bool {
        self.is(other) || self.0.value == other.0.value
    }
}

impl<T: Eq> Eq for Shared<T> {}

impl<T: Serialize> Serialize for Shared<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.value.serialize(serializer)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Shared<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::deserialize(deserializer).map(Self::from)
    }
}

#[cfg(test)]
mod tests {
    use super::Shared;

    #[test]
    fn json_follows_each_change() {
        let mut value = Shared::from(vec![1]);
        assert_eq!(value.json().unwrap(), b"[1]");
        // Nobody shares it.
        value.push(2);
        assert_eq!(value.json().unwrap(), b"[1,2]");
        let before = value.clone();
        value.push(3);
        assert_eq!(value.json().unwrap(), b"[1,2,3]");
        assert_eq!(before.json().unwrap(), b"[1,2]");
    }
}
