//! The letter case of words, and the blanks between tokens of a line.

use super::reader::TokenReader;
use crate::functions;
use crate::keyword::Keyword;
use crate::token::TokenKind;

/// Whether a word is written in lower case: one of the grammar, or the name of a function of Redshift.
/// Other names stay as their author wrote them.
pub(super) fn is_lower(reader: &TokenReader<'_>, at: usize) -> bool {
    let TokenKind::Word(keyword) = reader.kind(at) else {
        return false;
    };
    if reader.kind_before(at) == Some(TokenKind::Dot) {
        return false;
    }
    if !reader.is_name(at) || is_function(reader, at) {
        return true;
    }
    keyword.is_some_and(Keyword::is_reserved) && reader.before(at) != "as"
}

/// Whether a call of one of Redshift's functions begins with a token.
fn is_function(reader: &TokenReader<'_>, at: usize) -> bool {
    reader.kind(at + 1) == TokenKind::LeftParenthesis
        && reader.is_name(at)
        && reader.kind_before(at) != Some(TokenKind::Dot)
        && !matches!(
            reader.before(at),
            "table"
                | "exists"
                | "into"
                | "update"
                | "from"
                | "join"
                | "view"
                | "on"
                | "as"
                | "references"
                | "function"
                | "procedure"
        )
        && functions::find(reader.word(at)).is_some()
}

/// Whether a blank stands in front of a token where both it and the one before it are on one line.
pub(super) fn blank(reader: &TokenReader<'_>, at: usize) -> bool {
    let Some(before) = reader.kind_before(at) else {
        return false;
    };
    let is_operator = |at: usize| {
        matches!(
            reader.kind(at),
            TokenKind::Equal
                | TokenKind::NotEqual
                | TokenKind::Less
                | TokenKind::Greater
                | TokenKind::LessEqual
                | TokenKind::GreaterEqual
                | TokenKind::Concatenate
                | TokenKind::Assign
                | TokenKind::Arrow
        ) || reader.is_between_values(at)
    };
    let kind = reader.kind(at);
    if matches!(
        kind,
        TokenKind::Comma
            | TokenKind::Semicolon
            | TokenKind::RightParenthesis
            | TokenKind::RightBracket
    ) || matches!(
        before,
        TokenKind::LeftParenthesis | TokenKind::LeftBracket | TokenKind::DoubleColon
    ) || kind == TokenKind::DoubleColon
    {
        return false;
    }
    if kind == TokenKind::LeftParenthesis && at > 0 {
        if is_function(reader, at - 1) || is_type(reader, at - 1) {
            return false;
        }
        if is_apart(reader, at - 1) {
            return true;
        }
    }
    before == TokenKind::Comma
        || are_words(reader, at)
        || is_operator(at)
        || at > 0 && is_operator(at - 1)
        || !reader.gap(at).is_empty()
}

/// Whether a token and the one before it would be words, but for the blank that their author left out:
/// `select*`, `1from`, `in'a'`.
fn are_words(reader: &TokenReader<'_>, at: usize) -> bool {
    let before = reader.kind_before(at);
    match reader.kind(at) {
        TokenKind::Word(_) => matches!(
            before,
            Some(
                TokenKind::Number
                    | TokenKind::Text
                    | TokenKind::Quoted
                    | TokenKind::Parameter
                    | TokenKind::RightParenthesis
                    | TokenKind::RightBracket
                    | TokenKind::Star
            )
        ),
        TokenKind::Star
        | TokenKind::Text
        | TokenKind::Number
        | TokenKind::Quoted
        | TokenKind::Parameter => {
            matches!(before, Some(TokenKind::Word(_))) && at > 0 && !reader.is_name(at - 1)
        }
        _ => false,
    }
}

/// Whether a token is a word of the grammar with a bracket of its own behind it: `in (1, 2)`.
fn is_apart(reader: &TokenReader<'_>, at: usize) -> bool {
    let is_table = matches!(reader.kind(at), TokenKind::Word(_) | TokenKind::Quoted)
        && reader.is_name(at)
        && {
            let mut first = at;
            while first > 1 && reader.kind(first - 1) == TokenKind::Dot {
                first -= 2;
            }
            let (word, before) = (reader.before(first), first.saturating_sub(2));
            word == "table"
                || word == "into" && reader.word(before) == "insert"
                || word == "exists" && reader.word(before) == "not"
        };
    is_table
        || !reader.is_name(at)
            && matches!(
                reader.word(at),
                "in" | "values"
                    | "over"
                    | "using"
                    | "and"
                    | "or"
                    | "not"
                    | "on"
                    | "exists"
                    | "as"
                    | "when"
                    | "then"
                    | "else"
                    | "where"
                    | "from"
                    | "select"
                    | "union"
                    | "by"
                    | "having"
            )
}

/// Whether a token is the name of a type whose length stands behind it.
fn is_type(reader: &TokenReader<'_>, at: usize) -> bool {
    !reader.is_name(at)
        && matches!(
            reader.word(at),
            "varchar"
                | "char"
                | "character"
                | "varying"
                | "nchar"
                | "nvarchar"
                | "bpchar"
                | "decimal"
                | "numeric"
                | "dec"
                | "varbyte"
                | "varbinary"
        )
}
