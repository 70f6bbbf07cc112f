//! A test, resolved: the statements that put there what is given, and the rows that are expected.

use std::sync::Arc;

use indexmap::IndexMap;
use jiff::Timestamp;

use super::cells::PlacedRow;
use super::file::{StepFault, WantedEnd};
use super::given::Setup;
use crate::diagnostic::Diagnostics;
use crate::source::{SourceFile, Span};

/// A test, ready to run if nothing is wrong with it.
#[derive(Debug, Clone)]
pub struct Case {
    /// Text of the test's file, which places point into.
    pub file: Arc<SourceFile>,
    /// Name of the test, unique in its file.
    pub name: String,
    /// The place of the name.
    pub span: Span,
    /// A step, or the whole pipeline.
    pub subject: TestSubject,
    /// What puts there what is given, in order.
    pub setup: Vec<Setup>,
    /// Objects: bucket, key, content.
    pub objects: Vec<(String, String, Vec<u8>)>,
    /// Values of the parameters.
    pub parameters: IndexMap<String, String>,
    /// Values of the parameters that are secret.
    pub secrets: Vec<(String, String)>,
    /// The moment at which the clock stands still.
    pub now: Option<Timestamp>,
    /// What RANDOM begins with.
    pub seed: Option<f64>,
    /// What is expected of tables.
    pub tables: Vec<Expected>,
    /// What is expected of the result.
    pub result: Option<Expected>,
    /// What is expected of objects.
    pub expected_objects: Vec<ExpectedObject>,
    /// What the step's error must contain.
    pub error: Option<(String, Span)>,
    /// How many of the step's statements are reached, and where that is written.
    pub statements: Option<(u64, Span)>,
    /// Whether the step must meet its own expectations.
    pub own_expect: bool,
    /// Whether the step runs twice and must change nothing the second time.
    pub twice: bool,
    /// How the run must end, and where that is written.
    pub status: (WantedEnd, Span),
    /// Steps that must finish in this order.
    pub order: Vec<(String, Span)>,
    /// Rounds of the run.
    pub rounds: Option<(u32, Span)>,
    /// Texts that the mail about the run contains, none if nobody is told, and where the list is written.
    pub mail: Option<(Vec<String>, Span)>,
    /// How many tries of a step go wrong, and how.
    pub faults: IndexMap<String, StepFault>,
    /// What is wrong with the test itself; with an error it cannot run.
    pub wrong: Diagnostics,
}

impl Case {
    /// A test that cannot run.
    pub(super) fn wrong(
        file: &Arc<SourceFile>,
        (name, span): (&str, Span),
        subject: TestSubject,
        wrong: Diagnostics,
    ) -> Self {
        Self {
            file: Arc::clone(file),
            name: name.to_owned(),
            span,
            subject,
            setup: Vec::new(),
            objects: Vec::new(),
            parameters: IndexMap::new(),
            secrets: Vec::new(),
            now: None,
            seed: None,
            tables: Vec::new(),
            result: None,
            expected_objects: Vec::new(),
            error: None,
            statements: None,
            own_expect: true,
            twice: false,
            status: (WantedEnd::Finished, span),
            order: Vec::new(),
            rounds: None,
            mail: None,
            faults: IndexMap::new(),
            wrong,
        }
    }

    /// What stands for the tests of a file that cannot be read.
    #[must_use]
    pub fn unread(file: &Arc<SourceFile>, wrong: Diagnostics) -> Self {
        let subject = TestSubject::Unknown(String::new());
        Self::wrong(file, ("the file", Span::default()), subject, wrong)
    }
}

/// What a test runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TestSubject {
    /// The step with this index.
    Step(usize),
    /// Every step, as `sfc run` runs them.
    Pipeline,
    /// Nothing: the pipeline has no such step, or no name was read.
    Unknown(String),
}

/// Objects that are expected behind what ran.
#[derive(Debug, Clone)]
pub struct ExpectedObject {
    /// Name of the bucket.
    pub bucket: String,
    /// The key, or how the keys of several begin.
    pub prefix: String,
    /// The place of the address.
    pub span: Span,
    /// What they hold.
    pub content: ExpectedContent,
}

/// What objects are expected to hold.
#[derive(Debug, Clone)]
pub enum ExpectedContent {
    /// There is none.
    Absent,
    /// This text, one object behind the other.
    Text(String),
    /// Rows.
    Rows {
        /// The rows; their name is the address.
        expected: Box<Expected>,
        /// The columns of the objects, as CREATE TABLE has them.
        columns: String,
        /// The options of COPY that read them; without them, the keys tell.
        copy: Option<String>,
    },
}

/// Rows that are expected of a table or of the result.
#[derive(Debug, Clone)]
pub struct Expected {
    /// The table as catalogs keep it; empty for the result.
    pub name: String,
    /// The place of the expectation.
    pub span: Span,
    /// The rows; none if nothing is said of them.
    pub rows: Option<Vec<PlacedRow>>,
    /// Which rows there may be beside them.
    pub matching: Matching,
    /// Columns by which rows are told apart.
    pub key: Vec<String>,
    /// How far a number may be from what is expected.
    pub tolerance: Option<f64>,
    /// How many rows there are, and where that is written.
    pub count: Option<(u64, Span)>,
    /// Where the list of the rows is written; none of those in a file.
    pub list: Option<List>,
}

/// A list of rows in the file, and its key.
#[derive(Debug, Clone, Copy)]
pub struct List {
    /// Where the key of the list stands.
    pub key: Span,
    /// All of the list.
    pub span: Span,
}

/// Which rows there may be, and in which order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Matching {
    /// All of them, in any order.
    All,
    /// These among others, in any order.
    Subset,
    /// All of them, in this order.
    InOrder,
}
