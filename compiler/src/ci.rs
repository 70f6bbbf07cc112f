//! What a team's CI needs, as files: jobs that check, plan and deploy, and the roles of the two that talk to
//! AWS. Pure: the same settings and the same pipeline give the same files; `commands::pipeline::ci` writes them and
//! compares them.

mod actions;
pub mod drift;
mod permissions;
mod places;
mod policy;
mod render;
mod settings;

use handlebars::RenderError;

pub use permissions::Deployed;
pub use render::homes;
pub use settings::{CiSettings, System, is_plain};

/// What the files are about, beside the settings: the pipeline as it is now.
#[derive(Debug, Clone, Copy)]
pub struct CiSubject<'a> {
    /// What a deploy of it makes.
    pub deployed: Deployed<'a>,
    /// Whether its folder has tests.
    pub has_tests: bool,
}

/// A file, as it is to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Where, from the repository's first folder on.
    pub path: String,
    /// What is in it.
    pub text: String,
    /// Whether a file that is there is somebody else's: it is neither overwritten nor compared.
    pub is_beginning: bool,
}

/// Every file that belongs to these settings: the system's own first, the roles last.
///
/// # Errors
/// A template cannot be filled in, which no pipeline causes.
pub fn files(
    settings: &CiSettings,
    subject: &CiSubject<'_>,
) -> Result<Vec<File>, Box<RenderError>> {
    render::files(settings, subject)
}
