//! RAISE: EXCEPTION is an error, and what the other levels say is found in SVL_STORED_PROC_MESSAGES
//! (AWS pages: `Supported PL/pgSQL statements`, "RAISE"; `SVL_STORED_PROC_MESSAGES`).

use redshift_sql::tree::{Raise, RaiseLevel};

use super::super::failure::StatementFailure;
use super::super::messages::Message;
use super::frame::CallFrame;
use crate::warehouse::dialect::line_of;

/// The code of an error that a procedure raises.
const RAISED: &str = "P0001";

impl CallFrame<'_> {
    pub(super) fn raise(&mut self, raise: &Raise, start: u32) -> Result<(), StatementFailure> {
        let Some(level) = raise.level else {
            return Err(self.raised_again());
        };
        let mut values = Vec::with_capacity(raise.values.len());
        for value in &raise.values {
            values.push(self.shown(value)?);
        }
        let message = filled(&raise.format, values);
        self.scope.messages.borrow_mut().push(Message {
            level,
            text: message.clone(),
            line: line_of(self.procedure, &self.kept.text, start),
        });
        match level {
            RaiseLevel::Exception => Err(StatementFailure::Raised {
                message,
                code: RAISED.to_owned(),
            }),
            RaiseLevel::Log | RaiseLevel::Info | RaiseLevel::Notice | RaiseLevel::Warning => Ok(()),
        }
    }

    /// A value as a message shows it.
    fn shown(&self, value: &redshift_sql::tree::Expression) -> Result<String, StatementFailure> {
        let text = self.value(value, None)?;
        Ok(match text.as_deref() {
            None => "<NULL>".to_owned(),
            Some(text @ ("true" | "false")) if self.kind_of(value)?.is_boolean() => {
                text.chars().take(1).collect()
            }
            Some(text) => text.to_owned(),
        })
    }
}

/// The text with a value for each `%`; `%%` is a percent sign.
fn filled(format: &str, values: Vec<String>) -> String {
    let mut message = String::with_capacity(format.len());
    let mut values = values.into_iter();
    let mut letters = format.chars().peekable();
    while let Some(letter) = letters.next() {
        if letter != '%' {
            message.push(letter);
        } else if letters.next_if_eq(&'%').is_some() {
            message.push('%');
        } else {
            message.push_str(&values.next().unwrap_or_default());
        }
    }
    message
}

#[cfg(test)]
mod tests {
    use super::filled;

    #[test]
    fn each_percent_sign_takes_a_value() {
        let values = vec!["a%".to_owned(), "b".to_owned()];
        assert_eq!(filled("100%% of % and %.", values), "100% of a% and b.");
    }
}
