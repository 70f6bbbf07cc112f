//! What an editor asks about a pipeline, and the answers: pure functions over a [`Model`].
//!
//! The verb `sfc lsp` does the talking (`commands/pipeline/lsp`): it knows which documents are open, reads the
//! disk, and hands both in through [`Overlay`]. Nothing here reads a file but through
//! [`crate::source::Files`].
//!
//! | file | answers |
//! |---|---|
//! | `model` | – : a pipeline and its scripts as far as they can be read, mistakes included |
//! | `overlay` | – : open documents over the files of a folder |
//! | `position` | – : bytes to an editor's lines and columns, and back |
//! | `sql_place` | – : what a name in a script means |
//! | `keys` | – : what the schema says of a key of the spec, or of a file of tests |
//! | `diagnostics` | mistakes as an editor shows them |
//! | `hover` | what a name means |
//! | `definition` | where it is made |
//! | `complete` | what could stand here |
//! | `symbols` | the outline of a file |
//! | `fixes` | "did you mean" as a change of the text |
//! | `layout` | the change that lays a script out |

mod complete;
mod definition;
mod diagnostics;
mod fixes;
mod hover;
mod keys;
mod layout;
mod model;
mod overlay;
mod position;
mod sql_place;
mod symbols;

pub use complete::{complete, completion_of_text};
pub use definition::{FilePlace, definition};
pub use diagnostics::{loose, shown};
pub use fixes::fixes;
pub use hover::hover;
pub use keys::Schemas;
pub use layout::layout;
pub use model::{AskedPlace, Model, SqlFile};
pub use overlay::Overlay;
pub use position::PositionEncoding;
pub use symbols::{script_symbols, spec_symbols};
