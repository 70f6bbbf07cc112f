//! A spec together with the places of all that it says.

use std::collections::HashSet;
use std::sync::Arc;

use serde_json::Value;

use super::Spec;
use super::yaml::{MappingEntry, NodeContent, NodeId, Tree};
use crate::source::{SourceFile, Span};

/// A spec that could be read, perhaps with mistakes that were reported and mended.
#[derive(Debug)]
pub struct Document {
    /// What is written. Where the document is not complete, some of it is a stand-in.
    pub spec: Spec,
    /// Text of the spec, which places point into.
    pub file: Arc<SourceFile>,
    /// Whether no mistake was found so far.
    pub complete: bool,
    pub(super) tree: Tree,
    /// JSON pointers to stand-ins for what is missing or cannot be used.
    pub(super) mended: HashSet<String>,
}

impl Document {
    /// The place of the whole spec.
    pub fn root(&self) -> ValuePlace<'_> {
        self.tree.place()
    }

    /// Whether the value under these keys, or one around it, is a stand-in: its mistake is known.
    pub fn is_mended(&self, keys: &[&str]) -> bool {
        let mut pointer = String::new();
        !self.mended.is_empty()
            && keys.iter().any(|key| {
                pointer.push('/');
                pointer.push_str(&escape(key));
                self.mended.contains(&pointer)
            })
    }

    /// The place of the value under these keys; as near to it as the file has one.
    pub fn at(&self, keys: &[&str]) -> Span {
        let mut place = self.root();
        for key in keys {
            match place.get(key) {
                Some(inner) => place = inner,
                None => break,
            }
        }
        place.shown()
    }

    /// The place of the key itself, where the value under these keys stands in a mapping.
    pub fn key_at(&self, keys: &[&str]) -> Span {
        let Some((last, outer)) = keys.split_last() else {
            return self.root().shown();
        };
        let mut place = self.root();
        for key in outer {
            match place.get(key) {
                Some(inner) => place = inner,
                None => return place.shown(),
            }
        }
        place
            .get(last)
            .and_then(|inner| inner.key)
            .unwrap_or_else(|| place.shown())
    }
}

/// A key as a part of a JSON pointer.
pub(super) fn escape(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

/// A part of a JSON pointer as a key.
pub(super) fn unescape(part: &str) -> String {
    part.replace("~1", "/").replace("~0", "~")
}

impl Tree {
    pub(super) fn place(&self) -> ValuePlace<'_> {
        ValuePlace {
            tree: self,
            node: self.root,
            key: None,
        }
    }

    /// The place that a JSON pointer leads to, or as far as it leads.
    pub(super) fn follow(&self, pointer: &str) -> ValuePlace<'_> {
        let mut place = self.place();
        for part in pointer.split('/').skip(1) {
            match place.get(&unescape(part)) {
                Some(inner) => place = inner,
                None => break,
            }
        }
        place
    }

    /// The tree as JSON, aliases expanded.
    pub(super) fn to_value(&self) -> Value {
        self.value(self.root)
    }

    fn value(&self, node: NodeId) -> Value {
        match &self.node(node).content {
            NodeContent::Null => Value::Null,
            NodeContent::Boolean(boolean) => Value::Bool(*boolean),
            NodeContent::Number(number) => Value::Number(number.clone()),
            NodeContent::Text(text) => Value::String(text.clone()),
            NodeContent::List(items) => items.iter().map(|item| self.value(*item)).collect(),
            NodeContent::Map(entries) => Value::Object(
                entries
                    .iter()
                    .map(|(key, entry)| (key.clone(), self.value(entry.value)))
                    .collect(),
            ),
        }
    }
}

/// A value in the file.
#[derive(Debug, Clone, Copy)]
pub struct ValuePlace<'a> {
    tree: &'a Tree,
    node: NodeId,
    key: Option<Span>,
}

impl<'a> ValuePlace<'a> {
    /// The value under a key of this mapping, or at an index of this list. A value that is no list
    /// counts as its own first item, as in `after: load`.
    pub fn get(self, key: &str) -> Option<ValuePlace<'a>> {
        match self.content() {
            NodeContent::Map(entries) => entries.get(key).map(|entry| ValuePlace {
                tree: self.tree,
                node: entry.value,
                key: Some(entry.key_span),
            }),
            NodeContent::List(items) => {
                let node = *items.get(key.parse::<usize>().ok()?)?;
                Some(ValuePlace {
                    tree: self.tree,
                    node,
                    key: None,
                })
            }
            _ => (key == "0").then_some(self),
        }
    }

    /// The keys of this mapping, in the order of the file, with what stands under them.
    pub fn entries(self) -> Vec<(&'a str, ValuePlace<'a>)> {
        match self.content() {
            NodeContent::Map(entries) => {
                let place = |entry: &MappingEntry| ValuePlace {
                    tree: self.tree,
                    node: entry.value,
                    key: Some(entry.key_span),
                };
                let entries = entries.iter();
                entries
                    .map(|(key, entry)| (key.as_str(), place(entry)))
                    .collect()
            }
            _ => Vec::new(),
        }
    }

    /// The items of this list; none of anything else.
    pub fn items(self) -> Vec<ValuePlace<'a>> {
        match self.content() {
            NodeContent::List(items) => {
                let item = |node: &NodeId| ValuePlace {
                    tree: self.tree,
                    node: *node,
                    key: None,
                };
                items.iter().map(item).collect()
            }
            _ => Vec::new(),
        }
    }

    fn content(self) -> &'a NodeContent {
        &self.tree.node(self.node).content
    }

    /// The value as JSON.
    pub fn value(self) -> Value {
        self.tree.value(self.node)
    }

    /// Where the value stands, in bytes.
    pub fn span(self) -> Span {
        self.tree.node(self.node).span
    }

    /// The place of its key, if it has one.
    pub fn key(self) -> Option<Span> {
        self.key
    }

    /// What to underline to show it: a scalar itself, the key of anything longer.
    pub fn shown(self) -> Span {
        let long = matches!(self.content(), NodeContent::List(_) | NodeContent::Map(_))
            || self.span().start == self.span().end;
        match self.key {
            Some(key) if long => key,
            _ if long => Span::new(self.span().start, self.span().start),
            _ => self.span(),
        }
    }
}
