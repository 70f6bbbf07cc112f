//! Redshift's SQL, read as Redshift reads it.
//!
//! | layer | takes | gives |
//! |---|---|---|
//! | [`lexer`] | a text | tokens with places; blanks and comments lie between them |
//! | [`parser`] | tokens | a [`tree`] with a place on every node, and all mistakes of a script |
//! | [`printer`] | a script and its text | the same text: nothing is lost |
//! | [`mod@format`] | a text | the text in one layout, with the same tokens and comments |
//! | [`functions`] | – | the table of functions, and what is wrong with a call |
//! | [`names`], [`types`] | a tree, a catalog | what each name means, the type of each expression |
//! | [`rsql`] | a script of RSQL | its meta commands, and the SQL between them as tokens |
//! | [`lineage`] | bound statements | what is read and written, column by column |
//!
//! Knows nothing of pipelines, of AWS, or of the engine that stands in for Redshift. Pure: text in,
//! values out.

pub mod format;
pub mod functions;
pub mod keyword;
pub mod lexer;
pub mod lineage;
pub mod mistake;
pub mod names;
mod parameter_name;
pub mod parser;
pub mod printer;
pub mod rsql;
mod span;
pub mod token;
pub mod tree;
pub mod types;

pub use mistake::{Mistake, MistakeKind};
pub use parser::template::at as placeholder;
pub use parser::{MAX_DEPTH, Script, parse};
pub use smol_str::SmolStr;
pub use span::Span;
