//! What the lexer cuts a text into.

use crate::Span;
use crate::keyword::Keyword;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKind {
    /// A word without quotes: a keyword where the grammar knows it, else a name.
    Word(Option<Keyword>),
    /// A name in double quotes.
    Quoted,
    /// A string literal in single quotes, with its prefix if it has one (`e'…'`, `n'…'`).
    Text,
    /// A text between dollar signs: `$$ … $$` or `$tag$ … $tag$`.
    Dollar,
    /// A number as it is written: `12`, `.5`, `1e3`.
    Number,
    /// A parameter of a step: `:name`.
    Parameter,
    /// A parameter by its position: `$1`.
    Position,
    /// A word in which something is inserted: `{{name}}`, `stage_{{name}}`.
    Insertion,
    /// `(`
    LeftParenthesis,
    /// `)`
    RightParenthesis,
    /// `[`
    LeftBracket,
    /// `]`
    RightBracket,
    /// `{`
    LeftBrace,
    /// `}`
    RightBrace,
    /// `,`
    Comma,
    /// `;`
    Semicolon,
    /// `.`
    Dot,
    /// `..`
    DotDot,
    /// `:`
    Colon,
    /// `::`
    DoubleColon,
    /// `:=`
    Assign,
    /// `=>`
    Arrow,
    /// `=`
    Equal,
    /// `<>` or `!=`
    NotEqual,
    /// `<`
    Less,
    /// `>`
    Greater,
    /// `<=`
    LessEqual,
    /// `>=`
    GreaterEqual,
    /// `+`
    Plus,
    /// `-`
    Minus,
    /// `*`
    Star,
    /// `/`
    Slash,
    /// `%`
    Percent,
    /// `^`
    Caret,
    /// `||`
    Concatenate,
    /// `|`
    Pipe,
    /// `&`
    Ampersand,
    /// `#`
    Hash,
    /// `~`, `~*`, `!~`, `!~*`, `~~`, `~~*`, `!~~`, `!~~*`
    Match,
    /// `<<`
    ShiftLeft,
    /// `>>`
    ShiftRight,
    /// `|/`
    SquareRoot,
    /// `||/`
    CubeRoot,
    /// `@`
    At,
    /// `!`
    Bang,
    /// `->` or `->>`, which Redshift does not have.
    JsonArrow,
    /// A character that begins nothing.
    Unknown,
    /// Where the text ends.
    End,
}

/// A token and its place. Blanks and comments lie between tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    /// What kind of token it is.
    pub kind: TokenKind,
    /// Its first byte and the one behind its last.
    pub span: Span,
}

impl Token {
    /// The keyword that it is.
    pub fn keyword(self) -> Option<Keyword> {
        match self.kind {
            TokenKind::Word(keyword) => keyword,
            _ => None,
        }
    }
}
