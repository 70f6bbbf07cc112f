//! Text to tokens. Nothing is lost: what lies between two tokens is blanks and comments.
//!
//! Sources: AWS pages `Names and identifiers`, `Literals`, `Comments`; PostgreSQL 8.0's manual,
//! section 4.1, where the pages are silent (a backslash escapes in every literal, comments nest).

use crate::Span;
use crate::keyword::Keyword;
use crate::mistake::{Mistake, MistakeKind};
use crate::parameter_name::parameter_name;
use crate::rsql::{backslash, variable};
use crate::token::{Token, TokenKind};

/// A text, cut into tokens.
#[derive(Debug, Clone, Default)]
pub struct Lexed {
    /// All tokens in their order; the last is [`TokenKind::End`].
    pub tokens: Vec<Token>,
    /// Places of the comments, `--` and `/*` included.
    pub comments: Vec<Span>,
    /// What is opened and never closed: at most one, because nothing behind it can be read.
    pub mistake: Option<Mistake>,
}

/// Cuts a text into tokens.
///
/// `lex("select 1 -- one")` gives a word, a number and the end, and one comment.
pub fn lex(text: &str) -> Lexed {
    lex_part(
        text,
        Span::new(0, u32::try_from(text.len()).unwrap_or(u32::MAX)),
    )
}

/// Cuts a part of a text into tokens whose places count in the whole text.
///
/// Of `a; b`, the part from byte 3 to 4 gives the word `b` at 3 and the end.
pub fn lex_part(text: &str, part: Span) -> Lexed {
    let length = part.end.saturating_sub(part.start) as usize;
    let mut lexer = Lexer::new(text, part, length.min(text.len()) / 5 + 2);
    lexer.run();
    lexer.lexed
}

/// Cuts a part of an RSQL script into tokens, up to the first meta command in it. A variable, in
/// whatever form, is one [`TokenKind::Parameter`].
///
/// Gives the place where it stopped as well: that of a command's backslash, or the end of the part.
pub(crate) fn lex_rsql(text: &str, part: Span) -> (Lexed, u32) {
    // How far it is to the next command nobody knows.
    let mut lexer = Lexer::new(text, part, 0);
    lexer.rsql = true;
    lexer.run();
    let end = place(lexer.position, lexer.position).end;
    (lexer.lexed, end)
}

struct Lexer<'a> {
    text: &'a str,
    bytes: &'a [u8],
    position: usize,
    lexed: Lexed,
    /// Whether it is SQL of an RSQL script.
    rsql: bool,
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "a text is shorter than 4 GB"
)]
const fn place(start: usize, end: usize) -> Span {
    Span::new(start as u32, end as u32)
}

/// Whether a byte may stand in a word. Bytes of characters outside of ASCII may.
#[expect(
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    reason = "a byte is below 256"
)]
static IN_WORD: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        let character = byte as u8;
        table[byte] =
            character.is_ascii_alphanumeric() || matches!(character, b'_' | b'$') || byte >= 0x80;
        byte += 1;
    }
    table
};

/// Whether a byte of ASCII may stand in a word.
#[expect(clippy::indexing_slicing, reason = "a byte is below 256")]
static IN_PLAIN_WORD: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 0x80 {
        table[byte] = IN_WORD[byte];
        byte += 1;
    }
    table
};

#[inline]
fn in_plain_word(byte: u8) -> bool {
    IN_PLAIN_WORD
        .get(usize::from(byte))
        .copied()
        .unwrap_or(false)
}

#[inline]
const fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c)
}

#[inline]
fn in_word(byte: u8) -> bool {
    IN_WORD.get(usize::from(byte)).copied().unwrap_or(false)
}

/// Whether a character outside of ASCII is a blank, as a byte order mark is.
fn is_blank_elsewhere(character: char) -> bool {
    character.is_whitespace() || character == '\u{feff}'
}

const fn begins_word(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_' || byte >= 0x80
}

/// Whether a character is a quote, a dash or a sign that an editor put in the place of one of SQL's. To
/// Redshift each begins a name, as any character outside of ASCII does (AWS page: `Names and
/// identifiers`); nobody means that.
const fn is_typography(character: char) -> bool {
    matches!(
        character,
        '«' | '»'
            | '¬'
            | '´'
            | '×'
            | '÷'
            | '\u{2010}'..='\u{201f}'
            | '\u{2026}'
            | '\u{2032}'..='\u{203a}'
            | '\u{2190}'..='\u{22ff}'
            | '\u{ff01}'..='\u{ff0f}'
            | '\u{ff1a}'..='\u{ff20}'
    )
}

impl<'a> Lexer<'a> {
    fn new(text: &'a str, part: Span, expected_tokens: usize) -> Self {
        let (start, end) = (part.start as usize, (part.end as usize).min(text.len()));
        Self {
            text,
            bytes: text.as_bytes().get(..end).unwrap_or_default(),
            position: start,
            lexed: Lexed {
                tokens: Vec::with_capacity(expected_tokens),
                ..Lexed::default()
            },
            rsql: false,
        }
    }
}

impl Lexer<'_> {
    #[inline]
    fn at(&self, ahead: usize) -> u8 {
        self.bytes.get(self.position + ahead).copied().unwrap_or(0)
    }

    /// The bytes from the position on.
    #[inline]
    fn rest(&self) -> &[u8] {
        self.bytes.get(self.position..).unwrap_or_default()
    }

    /// The part of the text from so many bytes behind the position on.
    fn behind(&self, ahead: usize) -> &str {
        let part = self.text.get(..self.bytes.len()).unwrap_or_default();
        part.get(self.position + ahead..).unwrap_or_default()
    }

    /// Goes on to the first byte that is none of these.
    #[inline]
    fn skip(&mut self, these: impl Fn(u8) -> bool) {
        let rest = self.rest();
        let length = rest.iter().position(|byte| !these(*byte));
        self.position += length.unwrap_or(rest.len());
    }

    /// Goes on to the first byte that is one of these, in long strides.
    fn skip_far(&mut self, to: impl Fn(u8) -> bool) {
        let mut rest = self.rest();
        while let Some((stride, behind)) = rest.split_first_chunk::<16>() {
            if stride.iter().fold(false, |found, byte| found | to(*byte)) {
                break;
            }
            rest = behind;
        }
        self.position = self.bytes.len() - rest.len();
        self.skip(|byte| !to(byte));
    }

    #[inline]
    fn push(&mut self, kind: TokenKind, start: usize) {
        let span = place(start, self.position);
        self.lexed.tokens.push(Token { kind, span });
    }

    fn run(&mut self) {
        if self.position == 0 && self.bytes.starts_with(b"\xef\xbb\xbf") {
            self.position = 3;
        }
        while self.next() {}
        if self.lexed.mistake.is_some() {
            self.position = self.bytes.len();
        }
        self.push(TokenKind::End, self.position);
    }

    /// Reads one token, blank or comment; whether there may be more.
    fn next(&mut self) -> bool {
        let Some(&first) = self.bytes.get(self.position) else {
            return false;
        };
        let start = self.position;
        if self.rsql {
            match first {
                b'\\' if backslash::begins(self.rest()) => return false,
                b':' => {
                    let length = variable::length(self.behind(0));
                    if length > 0 {
                        self.position += length;
                        self.push(TokenKind::Parameter, start);
                        return true;
                    }
                }
                _ => {}
            }
        }
        match first {
            b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c => {
                self.position += 1;
                // Most blanks are alone; of indentations and columns, eight are skipped at once.
                while self.rest().first_chunk() == Some(&[b' '; 8]) {
                    self.position += 8;
                }
                while is_blank(self.at(0)) {
                    self.position += 1;
                }
            }
            b'-' if self.at(1) == b'-' => {
                self.skip_far(|byte| matches!(byte, b'\n' | b'\r'));
                self.lexed.comments.push(place(start, self.position));
            }
            b'/' if self.at(1) == b'*' => return self.block_comment(),
            b'\'' => return self.text_literal(start),
            b'"' => return self.quoted(start),
            b'$' => return self.dollar(start),
            b'0'..=b'9' => self.number(start),
            b'.' if self.at(1).is_ascii_digit() => self.number(start),
            b'{' if self.at(1) == b'{' => self.word(start),
            b'#' if self.begins_word_behind() => {
                self.position += 1;
                self.word(start);
            }
            byte if byte >= 0x80 => self.other_character(start),
            byte if begins_word(byte) => return self.word_or_prefix(start),
            _ => self.symbol(start, first),
        }
        true
    }

    /// Whether a word begins behind the byte at the position.
    fn begins_word_behind(&self) -> bool {
        let next = self.at(1);
        if next < 0x80 {
            return begins_word(next);
        }
        let rest = self.text.get(self.position + 1..).unwrap_or_default();
        rest.chars()
            .next()
            .is_some_and(|next| !is_blank_elsewhere(next) && !is_typography(next))
    }

    fn other_character(&mut self, start: usize) {
        let rest = self.text.get(start..).unwrap_or_default();
        let character = rest.chars().next().unwrap_or('\u{fffd}');
        if is_blank_elsewhere(character) {
            self.position += character.len_utf8();
        } else if !is_typography(character) {
            self.word(start);
        } else {
            self.position += character.len_utf8();
            self.push(TokenKind::Unknown, start);
        }
    }

    fn unclosed(&mut self, start: usize, sentence: &str) -> bool {
        let rest = self.bytes.get(start..).unwrap_or_default();
        let line = rest.iter().position(|byte| *byte == b'\n');
        let span = place(start, start + line.unwrap_or(rest.len()));
        self.lexed.mistake = Some(
            Mistake::new(MistakeKind::Unclosed, span, sentence)
                .help("close it; nothing behind it could be read"),
        );
        false
    }

    /// Reads a block comment, which may hold others.
    fn block_comment(&mut self) -> bool {
        let start = self.position;
        let mut depth = 0_usize;
        while self.position < self.bytes.len() {
            match (self.at(0), self.at(1)) {
                (b'/', b'*') => {
                    depth += 1;
                    self.position += 2;
                }
                (b'*', b'/') => {
                    depth -= 1;
                    self.position += 2;
                    if depth == 0 {
                        self.lexed.comments.push(place(start, self.position));
                        return true;
                    }
                }
                _ => {
                    self.position += 1;
                    self.skip_far(|byte| matches!(byte, b'*' | b'/'));
                }
            }
        }
        self.unclosed(start, "this comment has no end (`*/`)")
    }

    /// Reads a literal whose opening quote stands at the position. A backslash escapes.
    fn text_literal(&mut self, start: usize) -> bool {
        self.position += 1;
        loop {
            self.skip(|byte| !matches!(byte, b'\'' | b'\\'));
            match self.bytes.get(self.position) {
                None => return self.unclosed(start, "this string literal has no end (`'`)"),
                Some(b'\\') => self.position += 2,
                Some(b'\'') if self.at(1) == b'\'' => self.position += 2,
                Some(b'\'') => {
                    self.position += 1;
                    self.push(TokenKind::Text, start);
                    return true;
                }
                Some(_) => self.position += 1,
            }
        }
    }

    fn quoted(&mut self, start: usize) -> bool {
        self.position += 1;
        loop {
            match self.bytes.get(self.position) {
                None => return self.unclosed(start, "this quoted name has no end (`\"`)"),
                Some(b'"') if self.at(1) == b'"' => self.position += 2,
                Some(b'"') => {
                    self.position += 1;
                    self.push(TokenKind::Quoted, start);
                    return true;
                }
                Some(_) => self.position += 1,
            }
        }
    }

    /// `$1`, `$$ body $$` or `$tag$ body $tag$`.
    fn dollar(&mut self, start: usize) -> bool {
        let mut ahead = 1;
        if self.at(1).is_ascii_digit() {
            while self.at(ahead).is_ascii_digit() {
                ahead += 1;
            }
            self.position += ahead;
            self.push(TokenKind::Position, start);
            return true;
        }
        ahead += parameter_name(self.behind(ahead), false);
        if self.at(ahead) != b'$' {
            self.position += 1;
            self.push(TokenKind::Unknown, start);
            return true;
        }
        let tag = self.bytes.get(start..=start + ahead).unwrap_or_default();
        let mut end = start + ahead + 1;
        loop {
            let rest = self.bytes.get(end..).unwrap_or_default();
            let Some(dollar) = rest.iter().position(|byte| *byte == b'$') else {
                return self.unclosed(start, "this `$$` body has no end");
            };
            if rest.get(dollar..).unwrap_or_default().starts_with(tag) {
                self.position = end + dollar + tag.len();
                self.push(TokenKind::Dollar, start);
                return true;
            }
            end += dollar + 1;
        }
    }

    fn number(&mut self, start: usize) {
        while self.at(0).is_ascii_digit() {
            self.position += 1;
        }
        // `1..9` is a range of a loop.
        if self.at(0) == b'.' && self.at(1) != b'.' {
            self.position += 1;
            while self.at(0).is_ascii_digit() {
                self.position += 1;
            }
        }
        if matches!(self.at(0), b'e' | b'E') {
            let sign = usize::from(matches!(self.at(1), b'+' | b'-'));
            if self.at(1 + sign).is_ascii_digit() {
                self.position += 1 + sign;
                while self.at(0).is_ascii_digit() {
                    self.position += 1;
                }
            }
        }
        self.push(TokenKind::Number, start);
    }

    fn word_or_prefix(&mut self, start: usize) -> bool {
        // A prefix changes nothing but the look of a literal.
        if self.at(1) == b'\'' && matches!(self.at(0), b'e' | b'E' | b'n' | b'N') {
            self.position += 1;
            return self.text_literal(start);
        }
        self.word(start);
        true
    }

    /// A word, and the insertions that stand in it or touch it.
    fn word(&mut self, start: usize) {
        while let Some([a, b, c, d]) = self.rest().first_chunk()
            && in_plain_word(*a) & in_plain_word(*b) & in_plain_word(*c) & in_plain_word(*d)
        {
            self.position += 4;
        }
        self.skip(in_plain_word);
        let next = self.at(0);
        if next < 0x80 && next != b'{' {
            self.push_word(start);
        } else {
            self.other_word(start);
        }
    }

    #[inline]
    fn push_word(&mut self, start: usize) {
        let text = self.bytes.get(start..).unwrap_or_default();
        let keyword = Keyword::at_start(text, self.position - start);
        self.push(TokenKind::Word(keyword), start);
    }

    /// The rest of a word that has an insertion or characters outside of ASCII.
    #[inline(never)]
    fn other_word(&mut self, start: usize) {
        let mut inserted = false;
        loop {
            loop {
                self.skip(|byte| byte != 0xef && in_word(byte));
                if self.at(0) != 0xef || self.at_mark() {
                    break;
                }
                self.position += 1;
            }
            match self.insertion() {
                Some(end) => {
                    inserted = true;
                    self.position = end;
                }
                None => break,
            }
        }
        if self.position == start {
            // Two braces that hold no name.
            self.position += 1;
            self.push(TokenKind::LeftBrace, start);
        } else if inserted {
            self.push(TokenKind::Insertion, start);
        } else {
            self.push_word(start);
        }
    }

    /// Whether a byte order mark stands here, which is a blank wherever it stands.
    fn at_mark(&self) -> bool {
        self.at(0) == 0xef && self.at(1) == 0xbb && self.at(2) == 0xbf
    }

    /// The end of a `{{ name }}` that begins at the position.
    fn insertion(&self) -> Option<usize> {
        if self.at(0) != b'{' || self.at(1) != b'{' {
            return None;
        }
        let is_blank = |byte: u8| matches!(byte, b' ' | b'\t' | b'\n' | b'\r');
        let mut ahead = 2;
        while is_blank(self.at(ahead)) {
            ahead += 1;
        }
        let name = ahead;
        while self.at(ahead).is_ascii_alphanumeric() || self.at(ahead) == b'_' {
            ahead += 1;
        }
        if ahead == name {
            return None;
        }
        while is_blank(self.at(ahead)) {
            ahead += 1;
        }
        (self.at(ahead) == b'}' && self.at(ahead + 1) == b'}').then_some(self.position + ahead + 2)
    }

    fn symbol(&mut self, start: usize, first: u8) {
        let (second, third) = (self.at(1), self.at(2));
        let (kind, length) = match (first, second) {
            (b'(', _) => (TokenKind::LeftParenthesis, 1),
            (b')', _) => (TokenKind::RightParenthesis, 1),
            (b'[', _) => (TokenKind::LeftBracket, 1),
            (b']', _) => (TokenKind::RightBracket, 1),
            (b'{', _) => (TokenKind::LeftBrace, 1),
            (b'}', _) => (TokenKind::RightBrace, 1),
            (b',', _) => (TokenKind::Comma, 1),
            (b';', _) => (TokenKind::Semicolon, 1),
            (b'.', b'.') => (TokenKind::DotDot, 2),
            (b'.', _) => (TokenKind::Dot, 1),
            (b':', b':') => (TokenKind::DoubleColon, 2),
            (b':', b'=') => (TokenKind::Assign, 2),
            (b':', next) if begins_word(next) && !self.glued() => {
                match parameter_name(self.behind(1), true) {
                    0 => (TokenKind::Colon, 1),
                    length => (TokenKind::Parameter, 1 + length),
                }
            }
            (b':', _) => (TokenKind::Colon, 1),
            (b'=', b'>') => (TokenKind::Arrow, 2),
            (b'=', _) => (TokenKind::Equal, 1),
            (b'<', b'>') | (b'!', b'=') => (TokenKind::NotEqual, 2),
            (b'<', b'=') => (TokenKind::LessEqual, 2),
            (b'<', b'<') => (TokenKind::ShiftLeft, 2),
            (b'<', _) => (TokenKind::Less, 1),
            (b'>', b'=') => (TokenKind::GreaterEqual, 2),
            (b'>', b'>') => (TokenKind::ShiftRight, 2),
            (b'>', _) => (TokenKind::Greater, 1),
            (b'+', _) => (TokenKind::Plus, 1),
            (b'-', b'>') => (TokenKind::JsonArrow, 2 + usize::from(third == b'>')),
            (b'-', _) => (TokenKind::Minus, 1),
            (b'*', _) => (TokenKind::Star, 1),
            (b'/', _) => (TokenKind::Slash, 1),
            (b'%', _) => (TokenKind::Percent, 1),
            (b'^', _) => (TokenKind::Caret, 1),
            // A comment begins behind `||` rather than a cube root in front of a star.
            (b'|', b'|') if third == b'/' && self.at(3) != b'*' => (TokenKind::CubeRoot, 3),
            (b'|', b'|') => (TokenKind::Concatenate, 2),
            (b'|', b'/') if third != b'*' => (TokenKind::SquareRoot, 2),
            (b'|', _) => (TokenKind::Pipe, 1),
            (b'&', _) => (TokenKind::Ampersand, 1),
            (b'#', _) => (TokenKind::Hash, 1),
            (b'@', _) => (TokenKind::At, 1),
            (b'~' | b'!', _) => {
                let mut length = usize::from(first == b'!');
                let mut tildes = 0;
                while tildes < 2 && self.at(length) == b'~' {
                    length += 1;
                    tildes += 1;
                }
                if tildes == 0 {
                    (TokenKind::Bang, 1)
                } else {
                    (
                        TokenKind::Match,
                        length + usize::from(self.at(length) == b'*'),
                    )
                }
            }
            _ => (TokenKind::Unknown, 1),
        };
        self.position += length;
        self.push(kind, start);
    }

    /// Whether a word, number or closing bracket ends right in front of the position: a colon there
    /// begins no parameter.
    fn glued(&self) -> bool {
        self.lexed.tokens.last().is_some_and(|last| {
            last.span.end as usize == self.position
                && match last.kind {
                    // `when:name`: nothing can be cut out of a reserved word.
                    TokenKind::Word(keyword) => !keyword.is_some_and(Keyword::is_reserved),
                    kind => matches!(
                        kind,
                        TokenKind::Number
                            | TokenKind::Quoted
                            | TokenKind::RightParenthesis
                            | TokenKind::RightBracket
                    ),
                }
        })
    }
}
