//! `sfc ui` over real processes: who is answered, what the pages show, and what they do.

mod asking;
mod client;
#[cfg(target_os = "linux")]
mod large;
mod opening;
mod runs;
mod texts;

use self::client::Console;
use crate::program::{Folder, sfc};

/// `sfc ui` of the pipelines in a folder.
fn served(folder: &Folder) -> Console {
    Console::start(sfc(folder.path(), &["ui", "--port", "0"]))
}
