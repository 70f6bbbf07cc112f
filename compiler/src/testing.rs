//! Tests of a pipeline's SQL: what their files say, what that comes to, and whether what was found is
//! what was expected. Pure: nothing here runs a statement or reads a file but through
//! [`crate::source::Files`].
//!
//! | file | knows |
//! |---|---|
//! | `file` | what is written: the types of `tests/*.yaml`, their schema |
//! | `cells` | values in rows, with their places, and how they compare with what the warehouse gives |
//! | `declared` | which statements make a table, a view or a procedure before a step runs |
//! | `given` | what is given, as statements |
//! | `resolve` | what is wrong with a test, and all that is to be looked up |
//! | `case` | a test, resolved |
//! | `compare` | which rows are not as expected |
//! | `difference` | the cells that differ, as a table |
//! | `keys` | which rows of several tables belong together |
//! | `record` | a test that is made from a run |
//! | `text` | which lines of a text are not as expected |
//! | `update` | what was found, written into the file |
//! | `yaml` | values as such a file has them |

mod case;
mod cells;
mod compare;
mod declared;
mod difference;
mod file;
mod given;
mod keys;
mod record;
mod resolve;
mod text;
mod update;
mod yaml;

pub use case::{Case, Expected, ExpectedContent, ExpectedObject, List, Matching, TestSubject};
pub use cells::{PlacedRow, PlacedValue, TestValue};
pub use compare::{FoundRows, Mismatch, compare};
pub use file::{StepFault, Tests, WantedEnd, load, render_schema, schema};
pub use given::{GIVEN_BUCKET, Setup};
pub use keys::{KeptKeys, quoted};
pub use record::{Needed, Recorded, changed, file as recorded};
pub use resolve::{Loaded, cases, needed};
pub use text::compare_text;
pub use update::{Edit, apply, edits};

/// The folder of a pipeline's files of tests.
pub const FOLDER: &str = "tests";
