//! What a terminal may be shown of a text from anywhere, and how much room it takes there.
//!
//! A value of the warehouse, a message or a log line may hold commands for a terminal, or signs that
//! turn the direction of writing. None of it reaches the terminal: a visible sign stands for it.

use unicode_width::UnicodeWidthChar as _;

/// The sign at the end of a text that was cut.
pub const CUT: char = '…';

/// Columns of the terminal that stdout is; `None` where it is none, or does not say.
#[must_use]
pub fn columns() -> Option<usize> {
    let (width, _) = terminal_size::terminal_size_of(std::io::stdout())?;
    Some(usize::from(width.0)).filter(|width| *width > 0)
}

/// Lines of the terminal that stdout is.
#[must_use]
pub fn lines() -> Option<usize> {
    let (_, height) = terminal_size::terminal_size_of(std::io::stdout())?;
    Some(usize::from(height.0)).filter(|height| *height > 0)
}

/// The text with a sign for each character that a terminal would obey: `␊` for the end of a line, `␛`
/// for ESC.
#[must_use]
pub fn visible(text: &str) -> String {
    text.chars().map(sign).collect()
}

/// As [`visible`], but the ends of lines stay.
#[must_use]
pub fn visible_lines(text: &str) -> String {
    let keep = |character| match character {
        '\n' => '\n',
        other => sign(other),
    };
    text.chars().map(keep).collect()
}

/// The text with a blank for each character that a terminal would obey.
#[must_use]
pub fn plain(text: &str) -> String {
    let blank = |character: char| if obeyed(character) { ' ' } else { character };
    text.chars().map(blank).collect()
}

/// A text in one line: the warehouse's messages may have several, and anything in them.
#[must_use]
pub fn one_line(text: &str) -> String {
    let plain = plain(text);
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Columns that a visible text takes; a wide character takes two.
#[must_use]
pub fn width(text: &str) -> usize {
    text.chars().map(wide).sum()
}

/// The beginning of a visible text that takes at most `room` columns, with [`CUT`] at its end if it is
/// not all.
#[must_use]
pub fn cut(text: &str, room: usize) -> String {
    if width(text) <= room {
        return text.to_owned();
    }
    let mut cut = String::new();
    let mut taken = 0;
    for character in text.chars() {
        taken += wide(character);
        if taken + 1 > room {
            break;
        }
        cut.push(character);
    }
    if room > 0 {
        cut.push(CUT);
    }
    cut
}

fn wide(character: char) -> usize {
    character.width().unwrap_or(0)
}

fn sign(character: char) -> char {
    match character {
        '\u{0}'..='\u{1f}' => char::from_u32(0x2400 + u32::from(character)),
        '\u{7f}' => Some('\u{2421}'),
        character if obeyed(character) => Some(char::REPLACEMENT_CHARACTER),
        character => Some(character),
    }
    .unwrap_or(char::REPLACEMENT_CHARACTER)
}

/// Control characters, and those that end lines or turn the direction of writing (Unicode Standard
/// Annex #9, "Directional Formatting Characters").
fn obeyed(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{61c}'
                | '\u{200e}'
                | '\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2066}'..='\u{2069}'
                | '\u{feff}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_character_that_a_terminal_obeys_is_left() {
        let hostile = "a\u{1b}[2Jb\tc\n\u{7f}\u{9b}31m\u{202e}d\r\u{feff}";
        let shown = visible(hostile);
        assert_eq!(shown, "a␛[2Jb␉c␊␡\u{fffd}31m\u{fffd}d␍\u{fffd}");
        let all: String = (0..=0x2fff).filter_map(char::from_u32).collect();
        for shown in [visible(&all), plain(&all), one_line(&all)] {
            assert!(!shown.chars().any(obeyed));
        }
        assert_eq!(one_line(" a\u{1b}[2J\n  b "), "a [2J b");
        assert_eq!(visible_lines("a\nb\r"), "a\nb␍");
    }

    #[test]
    fn a_wide_character_takes_two_columns_and_is_never_halved() {
        assert_eq!(width("日本 ok"), 7);
        assert_eq!(width("e\u{301}"), 1);
        assert_eq!(cut("日本国", 6), "日本国");
        assert_eq!(cut("日本国", 5), "日本…");
        assert_eq!(cut("日本国", 4), "日…");
        assert_eq!(cut("abc", 1), "…");
        assert_eq!(cut("abc", 0), "");
    }
}
