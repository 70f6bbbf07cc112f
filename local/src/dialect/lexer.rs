//! Redshift's text, cut into tokens.
//!
//! Identifiers come out in lower case, as Redshift folds them (quoted ones too, unless a cluster is
//! told otherwise); string literals come out as the value they stand for.

use super::Refusal;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Keyword or identifier, in lower case.
    Word,
    /// Identifier in double quotes, without them, in lower case.
    Quoted,
    /// String literal: its value.
    Text,
    /// Number as written.
    Number,
    /// Named parameter, without its colon.
    Parameter,
    /// `$1` and the like, without the dollar sign.
    Position,
    /// Operator or punctuation.
    Symbol,
}

/// One token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) kind: Kind,
    pub(crate) text: String,
}

impl Token {
    pub(crate) fn new(kind: Kind, text: impl Into<String>) -> Self {
        Self {
            kind,
            text: text.into(),
        }
    }

    pub(crate) fn is_word(&self, word: &str) -> bool {
        self.kind == Kind::Word && self.text == word
    }

    pub(crate) fn is_symbol(&self, symbol: &str) -> bool {
        self.kind == Kind::Symbol && self.text == symbol
    }
}

/// Operators of more than one character, longest first.
const OPERATORS: &[&str] = &[
    "!~~*", "!~*", "!~~", "~~*", "->>", "||/", "::", ":=", "<=", ">=", "<>", "!=", "||", "~*",
    "!~", "~~", "->", "=>", "..", "|/", "<<", ">>",
];

/// Cuts a statement into tokens; comments and white space are gone.
pub(crate) fn tokens(sql: &str) -> Result<Vec<Token>, Refusal> {
    let mut lexer = Lexer {
        rest: sql,
        glued: false,
    };
    let mut tokens = Vec::new();
    while let Some(token) = lexer.next()? {
        tokens.push(token);
    }
    Ok(tokens)
}

/// The tokens of a text, each as its kind and its text.
pub(crate) fn words(sql: &str) -> Result<Vec<String>, Refusal> {
    let tokens = tokens(sql)?.into_iter();
    Ok(tokens
        .map(|token| format!("{:?} {}", token.kind, token.text))
        .collect())
}

struct Lexer<'a> {
    rest: &'a str,
    /// Whether a word, number or closing bracket ended right in front of `rest`: a colon there is
    /// a slice's, not a parameter's.
    glued: bool,
}

impl<'a> Lexer<'a> {
    fn next(&mut self) -> Result<Option<Token>, Refusal> {
        let before = self.rest.len();
        self.skip_blank()?;
        let glued = self.glued && before == self.rest.len();
        let Some(first) = self.rest.chars().next() else {
            return Ok(None);
        };
        let token = match first {
            '\'' => {
                self.advance(1);
                Token::new(Kind::Text, self.literal()?)
            }
            '"' => {
                self.advance(1);
                Token::new(Kind::Quoted, self.quoted()?.to_lowercase())
            }
            '$' => self.dollar()?,
            ':' if !glued && self.second().is_some_and(is_word_start) => {
                self.advance(1);
                Token::new(Kind::Parameter, self.take_while(is_word_part))
            }
            '0'..='9' => Token::new(Kind::Number, self.number()),
            '.' if self.second().is_some_and(|c| c.is_ascii_digit()) => {
                Token::new(Kind::Number, self.number())
            }
            '#' if self.second().is_some_and(is_word_start) => {
                self.advance(1);
                let name = self.take_while(is_word_part).to_lowercase();
                Token::new(Kind::Quoted, format!("#{name}"))
            }
            c if is_word_start(c) => self.word()?,
            _ => Token::new(Kind::Symbol, self.symbol()),
        };
        self.glued = match token.kind {
            Kind::Word | Kind::Number => true,
            Kind::Symbol => matches!(token.text.as_str(), ")" | "]"),
            _ => false,
        };
        Ok(Some(token))
    }

    fn word(&mut self) -> Result<Token, Refusal> {
        let word = self.take_while(is_word_part).to_lowercase();
        // `E'..'` differs from a plain literal in nothing, see `literal`; `N'..'` is one.
        if matches!(word.as_str(), "e" | "n") && self.rest.starts_with('\'') {
            self.advance(1);
            return Ok(Token::new(Kind::Text, self.literal()?));
        }
        Ok(Token::new(Kind::Word, word))
    }

    fn symbol(&mut self) -> &'a str {
        for operator in OPERATORS {
            // A comment may touch an operator: `'a'||/* b */'c'`.
            let behind = self.rest.strip_prefix(operator);
            if behind.is_some_and(|rest| !(operator.ends_with('/') && rest.starts_with('*'))) {
                return self.advance(operator.len());
            }
        }
        let length = self.rest.chars().next().map_or(0, char::len_utf8);
        self.advance(length)
    }

    /// The value of a literal whose opening quote was read. Redshift kept what PostgreSQL 8 did:
    /// a backslash escapes in every literal.
    fn literal(&mut self) -> Result<String, Refusal> {
        let mut value = String::new();
        loop {
            let Some(c) = self.rest.chars().next() else {
                return Err(Refusal::Unterminated("a string literal"));
            };
            self.advance(c.len_utf8());
            match c {
                '\'' if self.rest.starts_with('\'') => {
                    self.advance(1);
                    value.push('\'');
                }
                '\'' => return Ok(value),
                '\\' => {
                    let Some(escaped) = self.rest.chars().next() else {
                        return Err(Refusal::Unterminated("a string literal"));
                    };
                    self.advance(escaped.len_utf8());
                    value.push(match escaped {
                        'n' => '\n',
                        't' => '\t',
                        'r' => '\r',
                        'b' => '\u{8}',
                        'f' => '\u{c}',
                        other => other,
                    });
                }
                other => value.push(other),
            }
        }
    }

    fn quoted(&mut self) -> Result<String, Refusal> {
        let mut name = String::new();
        loop {
            let Some((before, after)) = self.rest.split_once('"') else {
                return Err(Refusal::Unterminated("a quoted identifier"));
            };
            name.push_str(before);
            self.rest = after;
            if !after.starts_with('"') {
                return Ok(name);
            }
            name.push('"');
            self.advance(1);
        }
    }

    /// `$1`, `$$ body $$` or `$tag$ body $tag$`.
    fn dollar(&mut self) -> Result<Token, Refusal> {
        self.advance(1);
        if self.rest.starts_with(|c: char| c.is_ascii_digit()) {
            let number = self.take_while(|c| c.is_ascii_digit());
            return Ok(Token::new(Kind::Position, number));
        }
        let tag_end = self
            .rest
            .find(|c: char| c == '$' || !is_word_part(c))
            .unwrap_or(self.rest.len());
        if !self.rest.get(tag_end..).is_some_and(|r| r.starts_with('$')) {
            return Ok(Token::new(Kind::Symbol, "$"));
        }
        let tag = format!("${}$", self.rest.get(..tag_end).unwrap_or_default());
        self.advance(tag_end + 1);
        let Some((body, after)) = self.rest.split_once(tag.as_str()) else {
            return Err(Refusal::Unterminated("a dollar-quoted body"));
        };
        self.rest = after;
        Ok(Token::new(Kind::Text, body))
    }

    fn number(&mut self) -> &'a str {
        let mut end = 0;
        let mut seen_point = false;
        let mut seen_exponent = false;
        let bytes = self.rest.as_bytes();
        while let Some(&byte) = bytes.get(end) {
            match byte {
                b'0'..=b'9' => end += 1,
                // `1..` would be a range of a procedure's loop.
                b'.' if !seen_point && !seen_exponent && bytes.get(end + 1) != Some(&b'.') => {
                    seen_point = true;
                    end += 1;
                }
                b'e' | b'E' if !seen_exponent => {
                    let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
                    if !bytes.get(end + 1 + sign).is_some_and(u8::is_ascii_digit) {
                        break;
                    }
                    seen_exponent = true;
                    end += 1 + sign;
                }
                _ => break,
            }
        }
        self.advance(end)
    }

    fn skip_blank(&mut self) -> Result<(), Refusal> {
        loop {
            self.rest = self.rest.trim_start_matches(is_blank);
            if self.rest.starts_with("--") {
                let end = self.rest.find(['\n', '\r']).unwrap_or(self.rest.len());
                self.advance(end);
            } else if self.rest.starts_with("/*") {
                self.skip_block_comment()?;
            } else {
                return Ok(());
            }
        }
    }

    /// Block comments nest.
    fn skip_block_comment(&mut self) -> Result<(), Refusal> {
        let mut depth = 0_usize;
        loop {
            if self.rest.starts_with("/*") {
                depth += 1;
                self.advance(2);
            } else if self.rest.starts_with("*/") {
                depth = depth.saturating_sub(1);
                self.advance(2);
                if depth == 0 {
                    return Ok(());
                }
            } else {
                let Some(c) = self.rest.chars().next() else {
                    return Err(Refusal::Unterminated("a comment"));
                };
                self.advance(c.len_utf8());
            }
        }
    }

    fn take_while(&mut self, accept: impl Fn(char) -> bool) -> &'a str {
        let end = self.rest.find(|c| !accept(c)).unwrap_or(self.rest.len());
        self.advance(end)
    }

    /// Reads over `length` bytes.
    fn advance(&mut self, length: usize) -> &'a str {
        let (read, rest) = self
            .rest
            .split_at_checked(length)
            .unwrap_or((self.rest, ""));
        self.rest = rest;
        read
    }

    fn second(&self) -> Option<char> {
        self.rest.chars().nth(1)
    }
}

/// White space, and the mark that some editors put in front of a text.
fn is_blank(c: char) -> bool {
    c.is_whitespace() || c == '\u{feff}'
}

/// Characters outside of ASCII may stand in names (AWS page: `Names and identifiers`).
fn is_word_start(c: char) -> bool {
    c.is_ascii_alphabetic() || c == '_' || !(c.is_ascii() || is_blank(c))
}

fn is_word_part(c: char) -> bool {
    is_word_start(c) || c.is_ascii_digit() || c == '$'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(sql: &str) -> Vec<(Kind, String)> {
        tokens(sql)
            .unwrap()
            .into_iter()
            .map(|t| (t.kind, t.text))
            .collect()
    }

    #[test]
    fn identifiers_fold_and_literals_are_decoded() {
        assert_eq!(
            texts(r#"Select "Ab" , 'it''s \'x\' \\d' -- c"#),
            [
                (Kind::Word, "select".to_owned()),
                (Kind::Quoted, "ab".to_owned()),
                (Kind::Symbol, ",".to_owned()),
                (Kind::Text, r"it's 'x' \d".to_owned()),
            ]
        );
    }

    #[test]
    fn parameters_are_not_casts_slices_or_literals() {
        let found: Vec<_> = texts("a::date = :d and b[1:x] = ':x' and c := 1 /* :no */")
            .into_iter()
            .filter(|(kind, _)| *kind == Kind::Parameter)
            .collect();
        assert_eq!(found, [(Kind::Parameter, "d".to_owned())]);
    }

    #[test]
    fn dollar_quotes_keep_their_body_whole() {
        assert_eq!(
            texts("$$a;'b$$ $t$ $$ $t$ $1"),
            [
                (Kind::Text, "a;'b".to_owned()),
                (Kind::Text, " $$ ".to_owned()),
                (Kind::Position, "1".to_owned()),
            ]
        );
    }

    #[test]
    fn comments_nest_and_touch_operators() {
        let plain = |sql| -> Vec<String> { texts(sql).into_iter().map(|(_, text)| text).collect() };
        assert_eq!(plain("'x'||/* ; /* */ */'y'"), ["x", "||", "y"]);
        assert_eq!(plain("||/ 8 -- ;\r|/ 4"), ["||/", "8", "|/", "4"]);
    }
}
