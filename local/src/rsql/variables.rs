//! Variables, and the places in SQL and commands where they are put in.

use std::borrow::Cow;
use std::collections::BTreeMap;

use redshift_sql::Span;
use redshift_sql::rsql::{VariableForm, VariableUse};

/// Most bytes of a variable's value. No script needs as much, and one whose variables double each other
/// would take all memory that there is.
const MOST_VALUE: usize = 1024 * 1024;
/// Most bytes of all variables, with their names.
const MOST_VARIABLES: usize = 16 * 1024 * 1024;
/// Most bytes of a statement, or of a line of a script, when its variables are put in. AWS page:
/// "Quotas and limits in Amazon Redshift", maximum size of a SQL statement.
pub(super) const MOST_TEXT: usize = 16 * 1024 * 1024;

/// Something of a script is longer than it may be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum TooLong {
    #[error("the variable `{0}` is longer than {MOST_VALUE} bytes")]
    Value(String),
    #[error("the variables are longer than {MOST_VARIABLES} bytes together")]
    Variables,
    #[error("with its variables put in, a statement or line is longer than {MOST_TEXT} bytes")]
    Text,
}

/// The variables of a script.
#[derive(Debug, Clone, Default)]
pub(super) struct ScriptVariables {
    values: BTreeMap<String, String>,
    /// Of all names and values.
    bytes: usize,
}

/// Appends to a text that has a limit.
pub(super) fn append(text: &mut String, more: &str) -> Result<(), TooLong> {
    if text.len() + more.len() > MOST_TEXT {
        return Err(TooLong::Text);
    }
    text.push_str(more);
    Ok(())
}

impl ScriptVariables {
    /// Sets a variable.
    ///
    /// # Errors
    /// Its value, or all values, are too long; then it keeps the value that it had.
    pub(super) fn set(
        &mut self,
        name: impl Into<String>,
        value: impl Into<String>,
    ) -> Result<(), TooLong> {
        let (name, value) = (name.into(), value.into());
        if value.len() > MOST_VALUE {
            return Err(TooLong::Value(name));
        }
        let before = self
            .values
            .get(&name)
            .map_or(0, |old| name.len() + old.len());
        let bytes = self.bytes - before + name.len() + value.len();
        if bytes > MOST_VARIABLES {
            return Err(TooLong::Variables);
        }
        self.bytes = bytes;
        self.values.insert(name, value);
        Ok(())
    }

    pub(super) fn unset(&mut self, name: &str) {
        if let Some(value) = self.values.remove(name) {
            self.bytes -= name.len() + value.len();
        }
    }

    /// A variable's value. Names that RSQL sets itself, in upper case, are found in any case.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.values
            .get(name)
            .or_else(|| self.values.get(&name.to_ascii_uppercase()))
            .map(String::as_str)
    }

    pub(super) fn all(&self) -> impl Iterator<Item = (&str, &str)> {
        self.values
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// A part of a script, its variables put in. One that is not set stays as it is written.
    ///
    /// # Errors
    /// It is too long with them.
    pub(super) fn put_in(
        &self,
        script: &str,
        part: Span,
        variables: &[VariableUse],
    ) -> Result<String, TooLong> {
        let mut out = String::with_capacity((part.end - part.start) as usize);
        let mut behind = part.start;
        for variable in variables {
            append(&mut out, Span::new(behind, variable.span.start).of(script))?;
            append(&mut out, &self.value(script, variable))?;
            behind = variable.span.end;
        }
        append(&mut out, Span::new(behind, part.end).of(script))?;
        Ok(out)
    }

    /// What stands for a variable where it is named: its value, quoted where that is asked for.
    pub(super) fn value<'v>(&'v self, script: &'v str, variable: &VariableUse) -> Cow<'v, str> {
        let value = self.get(&variable.name);
        let quoted = |value: &str, quote: &str| {
            let doubled = value.replace(quote, &quote.repeat(2));
            Cow::Owned(format!("{quote}{doubled}{quote}"))
        };
        match (variable.form, value) {
            (VariableForm::IsSet, Some(_)) => Cow::Borrowed("TRUE"),
            (VariableForm::IsSet, None) => Cow::Borrowed("FALSE"),
            (_, None) => Cow::Borrowed(variable.span.of(script)),
            (VariableForm::Plain, Some(value)) => Cow::Borrowed(value),
            (VariableForm::Literal, Some(value)) => quoted(value, "'"),
            (VariableForm::Name, Some(value)) => quoted(value, "\""),
        }
    }
}

#[cfg(test)]
mod tests {
    use redshift_sql::rsql::{PieceKind, read};

    use super::*;

    /// The only piece of a script, which is SQL, with its variables put in.
    fn put_in(variables: &ScriptVariables, script: &str) -> Result<String, TooLong> {
        let read = read(script);
        let [piece] = read.pieces.as_slice() else {
            panic!("{script}: {read:?}");
        };
        let PieceKind::Sql(sql) = &piece.kind else {
            panic!("{script}: {read:?}");
        };
        variables.put_in(script, piece.span, &sql.variables)
    }

    #[test]
    fn values_are_put_in_outside_of_quotes_and_quoted_where_asked() {
        let mut variables = ScriptVariables::default();
        for (name, value) in [("who", "O'Hara"), ("n", "7"), ("ACTIVITYCOUNT", "3")] {
            variables.set(name, value).unwrap();
        }
        assert_eq!(
            put_in(
                &variables,
                "select :n::int, :'who', ':who', :\"who\", :unset, :activitycount, a[1:n] -- :n"
            ),
            Ok("select 7::int, 'O''Hara', ':who', \"O'Hara\", :unset, 3, a[17] -- :n".to_owned())
        );
        assert_eq!(
            put_in(&variables, ":{?n} :{?m} $$ :n $$"),
            Ok("TRUE FALSE $$ :n $$".to_owned())
        );
        assert_eq!(
            put_in(&variables, "/* it's :n */ :n, 'it\\'s :n', :n"),
            Ok("/* it's :n */ 7, 'it\\'s :n', 7".to_owned())
        );
    }

    #[test]
    fn what_is_too_long_is_not_made() {
        let mut variables = ScriptVariables::default();
        let value = "x".repeat(MOST_VALUE);
        variables.set("x", value.clone()).unwrap();
        assert_eq!(
            variables.set("x", format!("{value}y")),
            Err(TooLong::Value("x".to_owned()))
        );
        for number in 0..14 {
            variables.set(format!("x{number}"), value.clone()).unwrap();
        }
        assert_eq!(
            variables.set("last", value.clone()),
            Err(TooLong::Variables)
        );
        variables.unset("x0");
        assert_eq!(variables.set("last", value), Ok(()));
        assert_eq!(put_in(&variables, &":x".repeat(17)), Err(TooLong::Text));
    }
}
