//! What an environment lays over a spec: mappings are merged key by key, anything else takes the place of
//! what was there. Every value keeps its place in the file it is written in.

use std::sync::Arc;

use super::yaml::{self, MappingEntry, NodeContent, NodeId, Tree};
use crate::diagnostic::Diagnostics;
use crate::source::SourceFile;

/// The tree of `base` with that of `overlay` over it. Places in `overlay` are shifted by `shift`, as the
/// layered file has them.
pub(super) fn merged(
    base: &Arc<SourceFile>,
    overlay: &Arc<SourceFile>,
    shift: usize,
    diagnostics: &mut Diagnostics,
) -> Option<Tree> {
    let mut tree = yaml::parse(base, diagnostics);
    let before = diagnostics.errors();
    let Some(over) = yaml::parse(overlay, diagnostics) else {
        // An overlay that says nothing changes nothing.
        return tree.filter(|_| diagnostics.errors() == before);
    };
    let tree = tree.as_mut()?;
    let offset = tree.nodes.len();
    let root = over.root + offset;
    tree.nodes
        .extend(over.nodes.into_iter().map(|node| node.moved(offset, shift)));
    tree.root = lay(tree, tree.root, root);
    Some(std::mem::take(tree))
}

/// Lays the node `over` on `base`; returns the node that has both.
fn lay(tree: &mut Tree, base: NodeId, over: NodeId) -> NodeId {
    let entries = |tree: &Tree, node: NodeId| match &tree.node(node).content {
        NodeContent::Map(entries) => Some(entries.clone()),
        _ => None,
    };
    let (Some(mut both), Some(additions)) = (entries(tree, base), entries(tree, over)) else {
        return over;
    };
    for (key, addition) in additions {
        let value = match both.get(&key) {
            Some(present) => lay(tree, present.value, addition.value),
            None => addition.value,
        };
        // The key of a merged mapping stays where it was first written.
        let key_span = match both.get(&key) {
            Some(present) if value != addition.value => present.key_span,
            _ => addition.key_span,
        };
        both.insert(key, MappingEntry { key_span, value });
    }
    // A node of its own: an anchor may share the mapping with other places.
    let node = tree.node(base).with(NodeContent::Map(both));
    tree.nodes.push(node);
    tree.nodes.len() - 1
}
