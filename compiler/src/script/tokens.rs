//! SQL to tokens with their places, as Redshift's own scanner cuts it: block comments nest, a
//! backslash escapes in every literal, and a comment that touches an operator is a comment.

use crate::source::Span;

/// A token and its bytes in the script. Every byte of a script belongs to one.
#[derive(Debug)]
pub(super) struct Token {
    pub kind: Kind,
    pub span: Span,
}

/// What a token is, as far as the compiler looks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    /// White space, or a comment.
    Blank {
        /// `--` or `/*`.
        comment: bool,
        /// Whether a line ends in it or with it.
        ends_line: bool,
    },
    /// A keyword or a name, as written.
    Word(String),
    /// A name in double quotes, without them.
    Quoted(String),
    /// A string literal in single quotes, its prefix included.
    Literal,
    /// `$$ … $$`, with or without a tag.
    Body,
    SemiColon,
    Colon,
    Comma,
    Period,
    LParen,
    RParen,
    LBrace,
    RBrace,
    /// Numbers, `$1`, and all other operators.
    Other,
}

impl Token {
    /// White space or a comment.
    pub fn is_blank(&self) -> bool {
        matches!(self.kind, Kind::Blank { .. })
    }

    /// A comment.
    pub fn is_comment(&self) -> bool {
        matches!(self.kind, Kind::Blank { comment: true, .. })
    }

    /// A word without quotes, as written.
    pub fn word(&self) -> Option<&str> {
        match &self.kind {
            Kind::Word(word) => Some(word),
            _ => None,
        }
    }

    /// Whether it is this word, in whatever case.
    pub fn is(&self, word: &str) -> bool {
        self.word()
            .is_some_and(|own| own.eq_ignore_ascii_case(word))
    }

    /// A string literal in single quotes, with or without a prefix.
    pub fn is_literal(&self) -> bool {
        self.kind == Kind::Literal
    }
}

/// A script in which something has no end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable {
    /// What is wrong, as a sentence in lower case.
    pub message: String,
    /// Where it starts.
    pub span: Span,
}

/// All tokens of a script, without a gap between them.
pub(super) fn read(text: &str) -> Result<Vec<Token>, Unreadable> {
    let mut tokens = Vec::with_capacity(text.len() / 4);
    let mut start = 0;
    while let Some(rest) = text.get(start..).filter(|rest| !rest.is_empty()) {
        let (kind, length) = token(rest).map_err(|what| {
            let line = rest.find('\n').unwrap_or(rest.len());
            Unreadable {
                message: format!("this {what}"),
                span: Span::new(start, start + line),
            }
        })?;
        let end = start + length;
        tokens.push(Token {
            kind,
            span: Span::new(start, end),
        });
        start = end;
    }
    Ok(tokens)
}

/// The token that a text begins with, and its length in bytes; else what has no end.
fn token(rest: &str) -> Result<(Kind, usize), &'static str> {
    let Some(first) = rest.chars().next() else {
        return Ok((Kind::Other, 0));
    };
    let single = |kind| Ok((kind, first.len_utf8()));
    match first {
        '-' if rest.starts_with("--") => Ok((
            Kind::Blank {
                comment: true,
                ends_line: true,
            },
            rest.find(['\n', '\r']).unwrap_or(rest.len()),
        )),
        '/' if rest.starts_with("/*") => block_comment(rest),
        '\'' => literal(rest, 0),
        'e' | 'E' | 'n' | 'N' | 'x' | 'X' if rest.get(1..2) == Some("'") => literal(rest, 1),
        '"' => quoted(rest),
        '$' => dollar(rest),
        '#' if rest.chars().nth(1).is_some_and(begins_word) => {
            let length = 1 + word_length(rest.get(1..).unwrap_or_default());
            Ok((Kind::Word(slice(rest, 0, length)), length))
        }
        _ if is_blank(first) => single(Kind::Blank {
            comment: false,
            ends_line: first == '\n',
        }),
        _ if begins_word(first) => {
            let length = word_length(rest);
            Ok((Kind::Word(slice(rest, 0, length)), length))
        }
        _ if first.is_ascii_digit() => Ok((Kind::Other, number_length(rest))),
        ':' if rest.starts_with("::") || rest.starts_with(":=") => Ok((Kind::Other, 2)),
        ';' => single(Kind::SemiColon),
        ':' => single(Kind::Colon),
        ',' => single(Kind::Comma),
        '.' => single(Kind::Period),
        '(' => single(Kind::LParen),
        ')' => single(Kind::RParen),
        '{' => single(Kind::LBrace),
        '}' => single(Kind::RBrace),
        _ => single(Kind::Other),
    }
}

/// White space, and the mark that some editors put in front of a text.
fn is_blank(c: char) -> bool {
    c.is_whitespace() || c == '\u{feff}'
}

/// Characters outside of ASCII may stand in names (AWS page: `Names and identifiers`).
fn begins_word(first: char) -> bool {
    first.is_ascii_alphabetic() || first == '_' || !(first.is_ascii() || is_blank(first))
}

fn word_length(rest: &str) -> usize {
    rest.find(|next: char| !(begins_word(next) || next.is_ascii_digit() || next == '$'))
        .unwrap_or(rest.len())
}

/// `12`, `1.5`, `1.` and `1e-5`. Two points are a token of their own: `1..9` is a range of a loop.
fn number_length(rest: &str) -> usize {
    let digits = |from: usize| {
        let tail = rest.get(from..).unwrap_or_default();
        tail.find(|next: char| !next.is_ascii_digit())
            .unwrap_or(tail.len())
    };
    let starts = |at: usize, wanted: &[char]| {
        let tail = rest.get(at..).unwrap_or_default();
        usize::from(tail.starts_with(wanted))
    };
    let mut length = digits(0);
    if starts(length, &['.']) == 1 && starts(length + 1, &['.']) == 0 {
        length += 1 + digits(length + 1);
    }
    if starts(length, &['e', 'E']) == 1 {
        let sign = starts(length + 1, &['+', '-']);
        let exponent = digits(length + 1 + sign);
        if exponent > 0 {
            length += 1 + sign + exponent;
        }
    }
    length
}

/// Block comments nest.
fn block_comment(rest: &str) -> Result<(Kind, usize), &'static str> {
    let mut depth = 0_usize;
    let mut at = 0;
    // Both signs are ASCII, so they are found byte by byte.
    while let Some(pair) = rest.as_bytes().get(at..at + 2) {
        match pair {
            b"/*" => depth += 1,
            b"*/" => depth = depth.saturating_sub(1),
            _ => {
                at += 1;
                continue;
            }
        }
        at += 2;
        if depth == 0 {
            let ends_line = slice(rest, 0, at).contains('\n');
            return Ok((
                Kind::Blank {
                    comment: true,
                    ends_line,
                },
                at,
            ));
        }
    }
    Err("comment has no end (`*/`)")
}

/// A literal behind a prefix of that many bytes. Redshift kept what PostgreSQL 8 did: a backslash
/// escapes in every literal.
fn literal(rest: &str, prefix: usize) -> Result<(Kind, usize), &'static str> {
    let mut characters = rest
        .get(prefix + 1..)
        .unwrap_or_default()
        .char_indices()
        .peekable();
    while let Some((offset, character)) = characters.next() {
        match character {
            '\\' => {
                characters.next();
            }
            '\'' if characters.next_if(|(_, next)| *next == '\'').is_none() => {
                return Ok((Kind::Literal, prefix + 1 + offset + 1));
            }
            _ => {}
        }
    }
    Err("string literal has no end (`'`)")
}

fn quoted(rest: &str) -> Result<(Kind, usize), &'static str> {
    let mut from = 1;
    while let Some(offset) = rest.get(from..).and_then(|tail| tail.find('"')) {
        let behind = from + offset + 1;
        if !rest.get(behind..).is_some_and(|tail| tail.starts_with('"')) {
            return Ok((Kind::Quoted(slice(rest, 1, behind - 1)), behind));
        }
        from = behind + 1;
    }
    Err("quoted name has no end (`\"`)")
}

/// `$1`, `$$ … $$`, `$tag$ … $tag$`, or a dollar sign alone.
fn dollar(rest: &str) -> Result<(Kind, usize), &'static str> {
    let behind = rest.get(1..).unwrap_or_default();
    let digits = behind
        .find(|next: char| !next.is_ascii_digit())
        .unwrap_or(behind.len());
    if digits > 0 {
        return Ok((Kind::Other, 1 + digits));
    }
    let name = behind
        .find(|next: char| !(begins_word(next) || next.is_ascii_digit()))
        .unwrap_or(behind.len());
    if !behind.get(name..).is_some_and(|tail| tail.starts_with('$')) {
        return Ok((Kind::Other, 1));
    }
    let tag = name + 2;
    let end = rest
        .get(tag..)
        .and_then(|body| body.find(rest.get(..tag)?))
        .ok_or("`$$` body has no end")?;
    Ok((Kind::Body, tag + end + tag))
}

fn slice(text: &str, start: usize, end: usize) -> String {
    text.get(start..end).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Vec<&str> {
        let tokens = read(text).unwrap();
        let solid = tokens.iter().filter(|token| !token.is_blank());
        solid
            .map(|token| &text[token.span.start..token.span.end])
            .collect()
    }

    #[test]
    fn comments_nest_and_touch_operators() {
        assert_eq!(shown("a/* 1 /* 2 */ ; */b"), ["a", "b"]);
        assert_eq!(shown("'x'||/* ; */'y'"), ["'x'", "|", "|", "'y'"]);
        assert_eq!(shown("1 #-- ;\n2"), ["1", "#", "2"]);
        assert_eq!(shown("1 -- ;\r2"), ["1", "2"]);
        assert!(read("/* /* */").is_err());
    }

    #[test]
    fn what_is_quoted_is_one_token() {
        assert_eq!(
            shown(r#"e'\'' n'a''b' "c""d" $$;$$ $t$ $$ $t$ $1 a$b$ #t `x`"#),
            [
                r"e'\''",
                "n'a''b'",
                r#""c""d""#,
                "$$;$$",
                "$t$ $$ $t$",
                "$1",
                "a$b$",
                "#t",
                "`",
                "x",
                "`"
            ]
        );
        assert_eq!(
            shown("a.b::c 1.5e-3 1..2 1e"),
            [
                "a", ".", "b", "::", "c", "1.5e-3", "1", ".", ".", "2", "1", "e"
            ]
        );
    }

    proptest::proptest! {
        #[test]
        fn every_byte_belongs_to_one_token(text in "[ -~\n\r$'\"\\\\;ä]{0,80}") {
            if let Ok(tokens) = read(&text) {
                let mut end = 0;
                for token in &tokens {
                    assert_eq!(token.span.start, end);
                    assert!(token.span.end > end);
                    end = token.span.end;
                }
                assert_eq!(end, text.len());
            }
        }
    }
}
