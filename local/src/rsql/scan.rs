//! Takes a script apart: text of statements, their ends, and meta commands.

/// A part of a script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece {
    /// A part of a statement.
    Text(String),
    /// `;`
    End,
    /// `\name rest of the line`
    Meta {
        /// In lower case, without the backslash.
        name: String,
        /// What stands behind it.
        rest: String,
    },
}

/// Takes a script apart. A backslash begins a meta command anywhere outside of quotes and comments, to
/// the end of its line or to `\\`.
pub(super) fn pieces(script: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut text = String::new();
    // A byte order mark, which some editors write, belongs to no statement.
    let mut rest = script.trim_start_matches('\u{feff}');
    while let Some(first) = rest.chars().next() {
        let taken = match first {
            ';' => {
                push_text(&mut pieces, &mut text);
                pieces.push(Piece::End);
                rest = rest.get(1..).unwrap_or_default();
                continue;
            }
            '\\' if begins_command(rest) => {
                push_text(&mut pieces, &mut text);
                let (piece, taken) = meta(rest);
                pieces.push(piece);
                rest = rest.get(taken..).unwrap_or_default();
                continue;
            }
            other => in_one_piece(rest).unwrap_or(other.len_utf8()),
        };
        let (head, tail) = rest.split_at(taken.min(rest.len()));
        text.push_str(head);
        rest = tail;
    }
    push_text(&mut pieces, &mut text);
    pieces
}

/// The statements of a script that has no meta command.
pub(crate) fn statements(script: &str) -> Option<Vec<String>> {
    let mut statements = vec![String::new()];
    for piece in pieces(script) {
        match piece {
            Piece::Text(text) => statements.last_mut()?.push_str(&text),
            Piece::End => statements.push(String::new()),
            Piece::Meta { .. } => return None,
        }
    }
    Some(statements)
}

fn push_text(pieces: &mut Vec<Piece>, text: &mut String) {
    if !text.is_empty() {
        pieces.push(Piece::Text(std::mem::take(text)));
    }
}

fn begins_command(rest: &str) -> bool {
    rest.chars()
        .nth(1)
        .is_some_and(|next| next.is_ascii_alphabetic() || matches!(next, '!' | '?'))
}

/// Length of what begins here and hides all signs in it: something quoted, a comment, or a word,
/// which may hold a dollar sign. The rules are those of the warehouse's own scanner.
pub(super) fn in_one_piece(text: &str) -> Option<usize> {
    let first = text.chars().next()?;
    match first {
        '\'' => Some(literal(text)),
        // Doubled quotes need no care, they close and open.
        '"' => {
            let end = text.get(1..)?.find('"');
            Some(end.map_or(text.len(), |end| end + 2))
        }
        '$' => dollar_quoted(text),
        '-' if text.starts_with("--") => Some(text.find(['\n', '\r']).unwrap_or(text.len())),
        '/' if text.starts_with("/*") => Some(block_comment(text)),
        _ if begins_word(first) => Some(word(text)),
        _ => None,
    }
}

fn begins_word(first: char) -> bool {
    first.is_ascii_alphabetic()
        || first == '_'
        || !(first.is_ascii() || first.is_whitespace() || first == '\u{feff}')
}

fn word(text: &str) -> usize {
    text.find(|next: char| !(begins_word(next) || next.is_ascii_digit() || next == '$'))
        .unwrap_or(text.len())
}

/// Length up to and with the closing quote. A backslash escapes; doubled quotes close and open.
fn literal(text: &str) -> usize {
    let mut characters = text.char_indices().skip(1);
    while let Some((offset, character)) = characters.next() {
        match character {
            '\\' => {
                characters.next();
            }
            '\'' => return offset + 1,
            _ => {}
        }
    }
    text.len()
}

/// Length of `$tag$ … $tag$`, or of `$1`, if that is what begins here.
fn dollar_quoted(text: &str) -> Option<usize> {
    let behind = text.get(1..)?;
    let digits = behind
        .find(|next: char| !next.is_ascii_digit())
        .unwrap_or(behind.len());
    if digits > 0 {
        return Some(1 + digits);
    }
    let name = behind.find(|next: char| !(begins_word(next) || next.is_ascii_digit()))?;
    if !behind.get(name..)?.starts_with('$') {
        return None;
    }
    let tag_end = name + 2;
    let tag = text.get(..tag_end)?;
    let body = text.get(tag_end..)?;
    Some(
        body.find(tag)
            .map_or(text.len(), |end| tag_end + end + tag.len()),
    )
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

/// The meta command that begins here, and its length.
fn meta(text: &str) -> (Piece, usize) {
    let end = text.find('\n').unwrap_or(text.len());
    let whole = text.get(1..end).unwrap_or_default();
    // `\\` ends a command on its line; what follows is SQL again.
    let (whole, taken) = match whole.find("\\\\") {
        Some(separator) => (whole.get(..separator).unwrap_or_default(), separator + 3),
        None => (whole, end),
    };
    let name_end = whole
        .find(|character: char| {
            !character.is_ascii_alphanumeric() && !matches!(character, '!' | '?')
        })
        .unwrap_or(whole.len());
    let (name, rest) = whole.split_at(name_end);
    let piece = Piece::Meta {
        name: name.to_ascii_lowercase(),
        rest: rest.trim().to_owned(),
    };
    (piece, taken)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Piece {
        Piece::Text(text.to_owned())
    }

    fn meta(name: &str, rest: &str) -> Piece {
        Piece::Meta {
            name: name.to_owned(),
            rest: rest.to_owned(),
        }
    }

    #[test]
    fn quotes_comments_and_bodies_hide_semicolons_and_backslashes() {
        let sql =
            "select ';\\exit', \"a;b\" -- it's; \\exit\n/* ; /* \\exit */ ; */ , $$ ; \\exit $$";
        assert_eq!(pieces(&format!("{sql};")), [text(sql), Piece::End]);
    }

    #[test]
    fn escaped_quotes_and_dollar_signs_in_names_open_nothing() {
        assert_eq!(
            pieces("select 'it\\'s ; \\exit', a$b$ ; select 1 -- c\r;"),
            [
                text("select 'it\\'s ; \\exit', a$b$ "),
                Piece::End,
                text(" select 1 -- c\r"),
                Piece::End
            ]
        );
    }

    #[test]
    fn commands_end_with_their_line_or_with_two_backslashes() {
        assert_eq!(
            pieces("select 1 \\gset n_\n\\IF :n_a = 1\n\\echo a \\\\ select 2;"),
            [
                text("select 1 "),
                meta("gset", "n_"),
                text("\n"),
                meta("if", ":n_a = 1"),
                text("\n"),
                meta("echo", "a"),
                text(" select 2"),
                Piece::End,
            ]
        );
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_taken_apart(script in "[ -~\n$'\"\\\\;ä]{0,120}") {
            let _ = pieces(&script);
        }
    }
}
