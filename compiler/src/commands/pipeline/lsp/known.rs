//! What is known of an editor's work.

use super::documents::Documents;
use super::workspace::Workspace;
use crate::lsp::{PositionEncoding, Schemas};

/// The documents of an editor, and the pipelines that they belong to.
pub(super) struct EditorWork {
    pub encoding: PositionEncoding,
    pub documents: Documents,
    pub workspace: Workspace,
    pub schemas: Schemas,
}
