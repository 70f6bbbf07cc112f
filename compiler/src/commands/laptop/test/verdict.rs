//! How a test ended.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use local::warehouse::OpenFailure;
use local::warehouse::branches::StatementBranch;
use runtime_lambda::ports::WarehouseError;

use super::reached::StepReach;
use crate::diagnostic::{Code, Diagnostic};
use crate::source::{SourceFile, Span};
use crate::testing::{Case, Edit, Expected, FoundRows, Mismatch, compare, edits};

/// How a test ended, and how long it took.
#[derive(Debug)]
pub(super) struct TestVerdict {
    pub end: TestEnd,
    pub took: Duration,
    /// What it has reached of steps.
    pub reached: Vec<StepReach>,
    /// The branches that its warehouse has taken, where somebody asks for coverage.
    pub taken: BTreeSet<StatementBranch>,
}

/// How a test ended.
#[derive(Debug)]
pub(super) enum TestEnd {
    Passed,
    /// What is not as expected; never nothing.
    Failed(Vec<TestFailure>),
    /// It could not run.
    Broken(BrokenTest),
}

impl TestEnd {
    /// The word for it in reports.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed(_) => "failed",
            Self::Broken(_) => "broken",
        }
    }
}

/// Why a test could not run.
#[derive(Debug)]
pub(super) enum BrokenTest {
    /// What is given cannot be put into the warehouse.
    Given {
        table: String,
        span: Span,
        error: String,
        statement: String,
    },
    /// A parameter has no value.
    Parameter(String),
    /// Something is wrong with the test itself.
    Wrong,
    /// The machine or the warehouse does not play along.
    Trouble(String),
}

impl From<WarehouseError> for BrokenTest {
    fn from(error: WarehouseError) -> Self {
        Self::Trouble(error.to_string())
    }
}

impl From<OpenFailure> for BrokenTest {
    fn from(error: OpenFailure) -> Self {
        Self::Trouble(error.to_string())
    }
}

impl From<std::io::Error> for BrokenTest {
    fn from(error: std::io::Error) -> Self {
        Self::Trouble(error.to_string())
    }
}

impl BrokenTest {
    pub fn diagnostics(&self, case: &Case) -> Vec<Diagnostic> {
        match self {
            Self::Wrong => case.wrong.iter().cloned().collect(),
            _ => vec![self.diagnostic(case)],
        }
    }

    fn diagnostic(&self, case: &Case) -> Diagnostic {
        let (code, message) = match self {
            Self::Given { table, .. } if table.is_empty() => (
                Code::TestGiven,
                format!("what the test `{}` needs cannot be made", case.name),
            ),
            Self::Given { table, .. } => (
                Code::TestGiven,
                format!(
                    "the test `{}` cannot put `{table}` into the warehouse",
                    case.name
                ),
            ),
            Self::Parameter(sentence) => (Code::RunParameter, sentence.clone()),
            Self::Wrong | Self::Trouble(_) => (
                Code::LocalTrouble,
                format!("the test `{}` cannot run", case.name),
            ),
        };
        let diagnostic = Diagnostic::error(code, message);
        match self {
            Self::Given {
                span,
                error,
                statement,
                ..
            } => {
                let diagnostic = diagnostic.at(&case.file, *span, "").note(error.clone());
                let diagnostic = if *span == case.span {
                    diagnostic.note(format!("the statement is: {}", short(statement)))
                } else {
                    diagnostic
                };
                diagnostic.help("give values that the columns take")
            }
            Self::Parameter(_) => diagnostic
                .at(&case.file, case.span, "")
                .help("give it a value under `parameters:` of the test"),
            Self::Wrong => diagnostic.at(&case.file, case.span, ""),
            Self::Trouble(why) => diagnostic
                .at(&case.file, case.span, "")
                .note(why.clone())
                .help("check the memory and the folder for temporary files"),
        }
    }
}

fn short(statement: &str) -> String {
    let line = statement.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= 200 {
        return line;
    }
    format!("{}…", line.chars().take(200).collect::<String>())
}

/// One thing that is not as expected.
#[derive(Debug, Clone)]
pub(super) struct TestFailure {
    pub sentence: String,
    pub span: Span,
    pub label: String,
    /// The cells that differ, or what the warehouse says.
    pub note: Option<String>,
    /// The statement that it is about, and what that has to do with it.
    pub sql: Option<(Arc<SourceFile>, Span, &'static str)>,
    /// What would make the file say what was found; none where it cannot say it.
    pub edits: Option<Vec<Edit>>,
}

impl TestFailure {
    /// What differs between rows; none if nothing does.
    pub fn of_rows(
        case: &Case,
        expected: &Expected,
        found: &FoundRows,
        what: &str,
    ) -> Option<Self> {
        let mismatch = compare(expected, found, what)?;
        Some(Self {
            edits: edits(&case.file, expected, found),
            ..Self::from(mismatch)
        })
    }

    pub fn new(sentence: String, span: Span, label: &str) -> Self {
        Self {
            sentence,
            span,
            label: label.to_owned(),
            note: None,
            sql: None,
            edits: None,
        }
    }

    /// Adds a note; an empty one says nothing and is left out.
    pub fn note(mut self, note: String) -> Self {
        self.note = Some(note).filter(|note| !note.is_empty());
        self
    }

    /// Names the statement that failed.
    pub fn of_sql(self, place: Option<(Arc<SourceFile>, Span)>) -> Self {
        self.beside(place, "this statement failed")
    }

    /// Names a statement; `label` says what it has to do with this.
    pub fn beside(mut self, place: Option<(Arc<SourceFile>, Span)>, label: &'static str) -> Self {
        self.sql = place.map(|(file, span)| (file, span, label));
        self
    }

    pub fn diagnostic(&self, case: &Case) -> Diagnostic {
        let message = format!("test `{}`: {}", case.name, self.sentence);
        let mut diagnostic = Diagnostic::error(Code::TestFailed, message).at(
            &case.file,
            self.span,
            self.label.clone(),
        );
        if let Some((file, span, label)) = &self.sql {
            diagnostic = diagnostic.also(file, *span, *label);
        }
        match &self.note {
            Some(note) => diagnostic.note(note.clone()),
            None => diagnostic,
        }
    }
}

impl From<Mismatch> for TestFailure {
    fn from(mismatch: Mismatch) -> Self {
        Self {
            sentence: mismatch.sentence,
            span: mismatch.span,
            label: mismatch.label,
            note: mismatch.table,
            sql: None,
            edits: None,
        }
    }
}
