//! Variables, and the places in SQL and commands where they are put in.

use std::collections::BTreeMap;

use super::scan::in_one_piece;

/// The variables of a script.
#[derive(Debug, Clone, Default)]
pub(super) struct Variables(BTreeMap<String, String>);

impl Variables {
    pub(super) fn set(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.0.insert(name.into(), value.into());
    }

    pub(super) fn unset(&mut self, name: &str) {
        self.0.remove(name);
    }

    /// A variable's value. Names that RSQL sets itself, in upper case, are found in any case.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0
            .get(name)
            .or_else(|| self.0.get(&name.to_ascii_uppercase()))
            .map(String::as_str)
    }

    pub(super) fn all(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The text with `:name`, `:'name'` (as a string literal), `:"name"` (as an identifier) and
    /// `:{?name}` (whether it is set) put in. What is quoted or commented out is left alone, and so is
    /// what is not set.
    pub(super) fn put_in(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            let taken = match first {
                ':' if rest.starts_with("::") || rest.starts_with(":=") => 2,
                ':' => match self.value(rest) {
                    Some((value, taken)) => {
                        out.push_str(&value);
                        rest = rest.get(taken..).unwrap_or_default();
                        continue;
                    }
                    None => 1,
                },
                other => in_one_piece(rest).unwrap_or(other.len_utf8()),
            };
            let (head, tail) = rest.split_at(taken.min(rest.len()));
            out.push_str(head);
            rest = tail;
        }
        out
    }

    /// What stands for the variable that is named here, behind a colon, and how much of the text
    /// names it.
    pub(super) fn value(&self, text: &str) -> Option<(String, usize)> {
        let behind = text.get(1..)?;
        if let Some(asked) = behind.strip_prefix("{?") {
            let name = asked.get(..asked.find('}')?)?;
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
        let length = named
            .find(|character: char| !character.is_ascii_alphanumeric() && character != '_')
            .unwrap_or(named.len());
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
        variables.set("who", "O'Hara");
        variables.set("n", "7");
        variables.set("ACTIVITYCOUNT", "3");
        assert_eq!(
            variables.put_in(
                "select :n::int, :'who', ':who', :\"who\", :unset, :activitycount, a[1:n] -- :n"
            ),
            "select 7::int, 'O''Hara', ':who', \"O'Hara\", :unset, 3, a[17] -- :n"
        );
        assert_eq!(
            variables.put_in(":{?n} :{?m} $$ :n $$"),
            "TRUE FALSE $$ :n $$"
        );
        assert_eq!(
            variables.put_in("/* it's :n */ :n, 'it\\'s :n', :n"),
            "/* it's :n */ 7, 'it\\'s :n', 7"
        );
    }
}
