//! The page about a run: what is known of it, as the data that a template is given.
//!
//! Everything here is a pure function of [`Facts`]. Those are the plan, the global state, the
//! manifests of the rounds, the first rows of the results, and how the last runs went. The action
//! `report` reads those and renders the page. [`Page`] is documented in `docs/report.md` and stays
//! as it is there: house templates are written against it.

mod checks;
mod commands;
mod comparison;
mod condition;
mod cost;
mod counts;
mod critical;
mod details;
mod facts;
mod failures;
pub mod history;
mod numbers;
mod order;
mod page;
mod preview;
mod remembered;
mod render;
mod run;
mod samples;
mod seen_signal;
mod signals;
mod steps;
mod style;
mod table;
mod template;
mod template_helpers;
mod timeline;
mod trend;
mod tries;

pub use facts::{Facts, Manifest, ManifestStep};
pub use numbers::money;
pub use page::{FORMAT, Page, page};
pub use preview::{NumberedRow, PREVIEW_BYTES, Preview};
pub use render::Renderer;
pub use style::{ReportStyle, Section};
pub use table::ResultTable;
pub use template::{TEMPLATE, pieces};
pub use template_helpers::register as register_helpers;
