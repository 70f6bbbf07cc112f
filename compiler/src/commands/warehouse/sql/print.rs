//! What statements returned, as it was asked for.

use serde_json::{Value, json};

use super::answer::StatementAnswer;
use super::statements::StatementOfText;
use crate::commands::rows::{self, RowShape};
use crate::commands::thousands;
use crate::printer::Printer;

/// Rows of a table without `--limit`.
const USUAL: u64 = 1_000;

/// Prints the answers of statements, one after the other.
pub struct AnswerPrinter {
    /// A table, lines, CSV or JSON.
    pub shape: RowShape,
    printer: Printer,
    /// Answers for the JSON document.
    collected: Vec<Value>,
    /// Whether something was printed.
    has_printed: bool,
    /// Whether it is said how long each statement took.
    pub timing: bool,
}

impl AnswerPrinter {
    /// Prints in this shape.
    #[must_use]
    pub fn new(shape: RowShape, printer: Printer) -> Self {
        Self {
            shape,
            printer,
            collected: Vec::new(),
            has_printed: false,
            timing: false,
        }
    }

    /// Most rows that are fetched of a result.
    #[must_use]
    pub fn most(&self) -> Option<u64> {
        self.shape.most(USUAL)
    }

    /// Prints what a statement returned, or says what it did.
    pub fn print(&mut self, statement: &StatementOfText, answer: StatementAnswer) {
        let verb = statement.verb.clone();
        match answer {
            StatementAnswer::Rows { rows, took } => {
                if self.shape.json {
                    self.collect(&verb, rows.json());
                    return;
                }
                if self.has_printed {
                    self.printer.data("\n");
                }
                self.has_printed = true;
                if self.shape.csv {
                    rows::print_csv(&rows.csv(), &self.printer);
                } else {
                    let look = self.printer.look();
                    self.printer.data(&rows.table(self.shape.expanded, look));
                }
                if self.timing {
                    self.printer.note(&format!("{:.2} s", took.as_secs_f64()));
                }
            }
            StatementAnswer::Done { rows, took } => {
                if self.shape.json {
                    self.collect(&verb, json!({ "changed_rows": rows }));
                    return;
                }
                let what = match rows {
                    Some(rows) if counts(&verb) => format!("{verb} {}", thousands(rows)),
                    _ => verb,
                };
                if self.timing {
                    self.printer
                        .note(&format!("{what}  {:.2} s", took.as_secs_f64()));
                } else {
                    self.printer.note(&what);
                }
            }
            StatementAnswer::Failed(_) | StatementAnswer::Cancelled => {}
        }
    }

    fn collect(&mut self, verb: &str, fields: Value) {
        let mut answer = json!({ "statement": self.collected.len() + 1, "verb": verb });
        if let (Some(answer), Value::Object(fields)) = (answer.as_object_mut(), fields) {
            answer.extend(fields);
        }
        self.collected.push(answer);
    }

    /// Prints the JSON document, if one was asked for: of the statements that ended well.
    pub fn finish(&mut self) {
        if self.shape.json {
            let document = rows::document(json!({ "statements": self.collected }));
            self.printer.data(&rows::json_text(&document));
        }
    }
}

/// Whether a statement that begins so changes rows that somebody may want counted.
fn counts(verb: &str) -> bool {
    matches!(
        verb,
        "INSERT" | "UPDATE" | "DELETE" | "MERGE" | "COPY" | "UNLOAD"
    )
}
