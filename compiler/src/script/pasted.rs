//! Where an RSQL script puts a text into SQL or into a condition as it stands: `:name`, without the quotes
//! of `:'name'` and `:"name"`.
//!
//! Amazon Redshift RSQL replaces variables before it looks at the SQL, so such a value may end a literal,
//! or be read as something else: `2026-01-31` is a subtraction.

use std::collections::HashSet;

use super::ParameterUse;

/// The variables of `texts`, and those that are set from them, where they are put in without quotes.
pub fn pasted<'a>(script: &str, texts: impl IntoIterator<Item = &'a str>) -> Vec<ParameterUse> {
    let mut scanner = Scanner {
        script,
        at: 0,
        texts: texts.into_iter().map(str::to_owned).collect(),
        depth: 0,
        found: Vec::new(),
    };
    scanner.scan(script.len(), true);
    scanner.found
}

struct Scanner<'a> {
    script: &'a str,
    at: usize,
    /// Variables whose value is a text that somebody gives.
    texts: HashSet<String>,
    /// How many `\if` are open.
    depth: usize,
    found: Vec<ParameterUse>,
}

impl<'a> Scanner<'a> {
    fn rest(&self) -> &'a str {
        self.script.get(self.at..).unwrap_or_default()
    }

    /// Looks at SQL up to `end`; commands only where they may stand.
    fn scan(&mut self, end: usize, commands: bool) {
        while self.at < end {
            let rest = self.rest();
            let Some(first) = rest.chars().next() else {
                return;
            };
            self.at += match first {
                '\'' | '"' => quoted(rest, first),
                '$' => dollar_quoted(rest).unwrap_or(1),
                '-' if rest.starts_with("--") => line(rest),
                '/' if rest.starts_with("/*") => block_comment(rest),
                ':' if rest.starts_with("::") || rest.starts_with(":=") => 2,
                ':' => self.variable(rest),
                '\\' if commands && !word(rest.get(1..).unwrap_or_default()).is_empty() => {
                    self.command(rest);
                    0
                }
                other => other.len_utf8(),
            };
        }
    }

    /// Length of what begins here with a colon.
    fn variable(&mut self, rest: &str) -> usize {
        let name = word(rest.get(1..).unwrap_or_default());
        if name.is_empty() {
            return 1;
        }
        let length = name.len() + 1;
        if self.is_text(name) {
            let span = crate::source::Span::new(self.at, self.at + length);
            self.found.push(ParameterUse {
                name: name.to_owned(),
                span,
            });
        }
        length
    }

    /// RSQL finds its own names, which are in upper case, in any case.
    fn is_text(&self, name: &str) -> bool {
        self.texts.contains(name) || self.texts.contains(&name.to_ascii_uppercase())
    }

    /// A command ends with its line, or with two backslashes.
    fn command(&mut self, rest: &str) {
        let whole = rest.get(..line(rest)).unwrap_or_default();
        let length = whole
            .get(1..)
            .and_then(|inner| inner.find("\\\\"))
            .map_or(whole.len(), |end| end + 3);
        let end = self.at + length;
        let name = word(rest.get(1..).unwrap_or_default());
        self.at += 1 + name.len();
        match name.to_ascii_lowercase().as_str() {
            "if" => {
                self.depth += 1;
                self.scan(end, false);
            }
            "elseif" | "elif" => self.scan(end, false),
            "endif" => self.depth = self.depth.saturating_sub(1),
            "set" => self.set(whole.get(1 + name.len()..length).unwrap_or_default()),
            "unset" if self.depth == 0 => {
                for name in whole
                    .get(1 + name.len()..)
                    .unwrap_or_default()
                    .split_whitespace()
                {
                    self.texts.remove(name);
                }
            }
            // Each argument of any other command stays one.
            _ => {}
        }
        self.at = end;
    }

    /// `\set name value…`: a value that has a text in it is one; another takes a text's place.
    fn set(&mut self, arguments: &str) {
        let arguments = arguments.trim_start();
        let name = word(arguments);
        if name.is_empty() {
            return;
        }
        let value = arguments.get(name.len()..).unwrap_or_default();
        let mut inner = Scanner {
            script: value,
            at: 0,
            texts: self.texts.clone(),
            depth: 0,
            found: Vec::new(),
        };
        inner.scan(value.len(), false);
        if !inner.found.is_empty() {
            self.texts.insert(name.to_owned());
        } else if self.depth == 0 {
            self.texts.remove(name);
        }
    }
}

/// The name that begins a text; empty if none does.
fn word(text: &str) -> &str {
    let end = text
        .find(|character: char| !character.is_ascii_alphanumeric() && character != '_')
        .unwrap_or(text.len());
    text.get(..end).unwrap_or_default()
}

/// Length with the closing quote; doubled quotes close and open.
fn quoted(text: &str, quote: char) -> usize {
    let inner = text.get(1..).unwrap_or_default();
    inner.find(quote).map_or(text.len(), |end| end + 2)
}

/// Length of `$tag$ … $tag$`, if that begins here.
fn dollar_quoted(text: &str) -> Option<usize> {
    let name = word(text.get(1..)?);
    let tag_end = name.len() + 2;
    let tag = text.get(..tag_end).filter(|tag| tag.ends_with('$'))?;
    if name.starts_with(|first: char| first.is_ascii_digit()) {
        return None;
    }
    let body = text.get(tag_end..)?;
    Some(
        body.find(tag)
            .map_or(text.len(), |end| tag_end + end + tag.len()),
    )
}

fn line(text: &str) -> usize {
    text.find('\n').unwrap_or(text.len())
}

/// Length of a comment; they nest.
fn block_comment(text: &str) -> usize {
    let mut depth = 0_usize;
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        if rest.starts_with("/*") {
            depth += 1;
            at += 2;
        } else if rest.starts_with("*/") {
            depth = depth.saturating_sub(1);
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += rest.chars().next().map_or(1, char::len_utf8);
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(script: &str) -> Vec<String> {
        pasted(script, ["who", "day"])
            .into_iter()
            .map(|found| script[found.span.start..found.span.end].to_owned())
            .collect()
    }

    #[test]
    fn quotes_casts_comments_and_other_variables_are_no_pasting() {
        assert_eq!(
            names(
                "select :'who', :\"who\", ':who', x::who, :n, $$ :who $$ -- :who\n/* /* */ :who */ ;\n\
                 \\echo :who\n\\i :who\n\\exit :who\n"
            ),
            Vec::<String>::new()
        );
    }

    #[test]
    fn pasting_is_found_in_sql_and_in_conditions() {
        assert_eq!(names("select :who, 'a' || :who;"), [":who", ":who"]);
        assert_eq!(names("select 1 where d = :day \\g\n"), [":day"]);
        assert_eq!(
            names("\\if :who = 'a'\n\\elseif :'who' = 'b' \\\\ select :day;\n\\endif\n"),
            [":who", ":day"]
        );
    }

    #[test]
    fn a_variable_that_is_set_from_a_text_is_one() {
        assert_eq!(names("\\set copy x :who\nselect :copy;"), [":copy"]);
        assert_eq!(
            names("\\set copy :'who'\nselect :copy;"),
            Vec::<String>::new()
        );
        assert_eq!(names("\\set who 5\nselect :who;"), Vec::<String>::new());
        assert_eq!(
            names("\\if :n = 1\n\\set who 5\n\\endif\nselect :who;"),
            [":who"]
        );
    }

    proptest::proptest! {
        #[test]
        fn any_script_is_scanned_to_its_end(script in "(\\\\|\\\\set|\\\\if|[ -~\n$'\":;ä]){0,80}") {
            for found in pasted(&script, ["a", "who"]) {
                proptest::prop_assert!(script.get(found.span.start..found.span.end).is_some());
            }
        }
    }
}
