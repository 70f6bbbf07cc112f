//! Which key or value of a spec stands at a byte of its text.

use std::sync::Arc;

use super::document::Document;
use super::yaml::{self, NodeContent, NodeId, Tree};
use crate::diagnostic::Diagnostics;
use crate::source::{SourceFile, Span};

/// What stands at a byte.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spot {
    /// Keys and indices that lead to it, its own key last: `["steps", "load", "after", "0"]`.
    pub keys: Vec<String>,
    /// Whether the byte lies in the last key and not in its value.
    pub is_key: bool,
    /// Place of the key, or of the value.
    pub span: Span,
    /// Keys of the mapping that the last key stands in; empty in a list.
    pub siblings: Vec<String>,
}

impl Spot {
    /// The keys as a pattern can match them.
    pub fn path(&self) -> Vec<&str> {
        self.keys.iter().map(String::as_str).collect()
    }
}

impl Document {
    /// The key or the scalar at a byte.
    pub fn spot(&self, offset: usize) -> Option<Spot> {
        spot(&self.tree, offset)
    }
}

/// The key or the scalar at a byte of a text that need not be a spec, but must be YAML.
pub fn spot_in(text: String, offset: usize) -> Option<Spot> {
    let file: Arc<SourceFile> = SourceFile::new("", text.into_bytes());
    let tree = yaml::parse(&file, &mut Diagnostics::new())?;
    spot(&tree, offset)
}

fn spot(tree: &Tree, offset: usize) -> Option<Spot> {
    let touches = |span: Span| span.start <= offset && offset <= span.end;
    let mut keys = Vec::new();
    let mut siblings = Vec::new();
    let mut at: NodeId = tree.root;
    // A value lies below another one, so the way down is no longer than there are values.
    for _ in 0..=tree.nodes.len() {
        let node = tree.node(at);
        match &node.content {
            NodeContent::Map(entries) => {
                siblings = entries.keys().cloned().collect();
                let own = entries.iter().find(|(_, entry)| touches(entry.key_span));
                if let Some((key, entry)) = own {
                    keys.push(key.clone());
                    return Some(Spot {
                        keys,
                        is_key: true,
                        span: entry.key_span,
                        siblings,
                    });
                }
                let mut entries = entries.iter();
                let (key, entry) =
                    entries.find(|(_, entry)| touches(tree.node(entry.value).span))?;
                keys.push(key.clone());
                at = entry.value;
            }
            NodeContent::List(items) => {
                siblings.clear();
                let mut items = items.iter().enumerate();
                let (index, item) = items.find(|(_, item)| touches(tree.node(**item).span))?;
                keys.push(index.to_string());
                at = *item;
            }
            _ if touches(node.span) => {
                return Some(Spot {
                    keys,
                    is_key: false,
                    span: node.span,
                    siblings,
                });
            }
            _ => return None,
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Option<(String, bool)> {
        let offset = text.find('▮')?;
        let spot = spot_in(text.replacen('▮', "", 1), offset)?;
        Some((spot.keys.join("."), spot.is_key))
    }

    #[test]
    fn keys_and_values_are_found() {
        let spec = "steps:\n  load:\n    sql: a.sql\n    after: [o▮ne, two]\n";
        assert_eq!(at(spec), Some(("steps.load.after.0".to_owned(), false)));
        let spec = "steps:\n  lo▮ad:\n    sql: a.sql\n";
        assert_eq!(at(spec), Some(("steps.load".to_owned(), true)));
        let spec = "steps:\n  load: { sql: a.sql▮, after: b }\n";
        assert_eq!(at(spec), Some(("steps.load.sql".to_owned(), false)));
        assert_eq!(at("a: 1\n# no▮te\nb: 2\n"), None);
        assert_eq!(at("a: [1\n▮"), None);
    }
}
