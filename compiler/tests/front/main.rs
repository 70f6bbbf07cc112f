//! The front half of the compiler: a spec and its SQL files to a plan, and all that can be wrong.

mod bad_scripts;
mod bad_specs;
mod checks;
mod cost;
mod documents;
mod exact_names;
mod fmt;
mod folder;
mod good;
mod grants;
mod lineage;
mod lint;
mod lsp;
mod pages;
mod properties;
mod renderers;
mod report;
mod rsql_scripts;
#[cfg(feature = "local")]
mod schema;
mod sources;
mod stress;
mod tests_of_steps;
