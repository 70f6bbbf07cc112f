//! Variables, and the places in SQL and commands where they are put in.

use std::collections::BTreeMap;

use super::scan::in_one_piece;

/// Most bytes of a variable's value. No script needs as much, and one whose variables double each other
/// would take all memory that there is.
const MOST_VALUE: usize = 1024 * 1024;
/// Most bytes of all variables, with their names.
const MOST_VARIABLES: usize = 16 * 1024 * 1024;
/// Most bytes of a statement, or of a line of a script, when its variables are put in (AWS page: "Quotas
/// and limits in Amazon Redshift", maximum size of a SQL statement).
pub(super) const MOST_TEXT: usize = 16 * 1024 * 1024;

/// Most bytes of a variable's name that are looked at.
const LONGEST_NAME: usize = 127;

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
pub(super) struct Variables {
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

impl Variables {
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

    /// The text with `:name`, `:'name'` (as a string literal), `:"name"` (as an identifier) and
    /// `:{?name}` (whether it is set) put in. What is quoted or commented out is left alone, and so is
    /// what is not set.
    ///
    /// # Errors
    /// It is too long with them.
    pub(super) fn put_in(&self, text: &str) -> Result<String, TooLong> {
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            let taken = match first {
                ':' if rest.starts_with("::") || rest.starts_with(":=") => 2,
                ':' => match self.value(rest) {
                    Some((value, taken)) => {
                        append(&mut out, &value)?;
                        rest = rest.get(taken..).unwrap_or_default();
                        continue;
                    }
                    None => 1,
                },
                other => in_one_piece(rest).unwrap_or(other.len_utf8()),
            };
            let (head, tail) = rest.split_at(taken.min(rest.len()));
            append(&mut out, head)?;
            rest = tail;
        }
        Ok(out)
    }

    /// What stands for the variable that is named here, behind a colon, and how much of the text
    /// names it.
    pub(super) fn value(&self, text: &str) -> Option<(String, usize)> {
        let behind = text.get(1..)?;
        if let Some(asked) = behind.strip_prefix("{?") {
            let end = asked
                .bytes()
                .take(LONGEST_NAME + 1)
                .position(|byte| byte == b'}')?;
            let name = asked.get(..end)?;
            let set = if self.get(name).is_some() {
                "TRUE"
            } else {
                "FALSE"
            };
            return Some((set.to_owned(), name.len() + 4));
        }
        let quote = behind
            .chars()
            .next()
            .filter(|first| matches!(first, '\'' | '"'));
        let named = behind.get(quote.map_or(0, char::len_utf8)..)?;
        // Bounded, because a text may have a colon in front of each of its bytes.
        let length = named
            .bytes()
            .take(LONGEST_NAME + 1)
            .take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
            .count();
        let value = self.get(named.get(..length).filter(|name| !name.is_empty())?)?;
        match quote {
            None => Some((value.to_owned(), length + 1)),
            Some(quote) if named.get(length..)?.starts_with(quote) => {
                let doubled = value.replace(quote, &format!("{quote}{quote}"));
                Some((format!("{quote}{doubled}{quote}"), length + 3))
            }
            Some(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_put_in_outside_of_quotes_and_quoted_where_asked() {
        let mut variables = Variables::default();
        for (name, value) in [("who", "O'Hara"), ("n", "7"), ("ACTIVITYCOUNT", "3")] {
            variables.set(name, value).unwrap();
        }
        assert_eq!(
            variables.put_in(
                "select :n::int, :'who', ':who', :\"who\", :unset, :activitycount, a[1:n] -- :n"
            ),
            Ok("select 7::int, 'O''Hara', ':who', \"O'Hara\", :unset, 3, a[17] -- :n".to_owned())
        );
        assert_eq!(
            variables.put_in(":{?n} :{?m} $$ :n $$"),
            Ok("TRUE FALSE $$ :n $$".to_owned())
        );
        assert_eq!(
            variables.put_in("/* it's :n */ :n, 'it\\'s :n', :n"),
            Ok("/* it's :n */ 7, 'it\\'s :n', 7".to_owned())
        );
    }

    #[test]
    fn what_is_too_long_is_not_made() {
        let mut variables = Variables::default();
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
        assert_eq!(variables.put_in(&":x".repeat(17)), Err(TooLong::Text));
    }
}
