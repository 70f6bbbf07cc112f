//! Arguments of a meta command.

use super::variables::{MOST_TEXT, TooLong, Variables};

/// Splits what stands behind a command: words, and what single or double quotes hold together.
/// Variables are put in except into quotes, and their values are not split again.
///
/// # Errors
/// They are too long with them.
pub(super) fn arguments(text: &str, variables: &Variables) -> Result<Vec<String>, TooLong> {
    let mut arguments = Vec::new();
    let mut put_in = 0;
    let mut current: Option<String> = None;
    let mut quote = None;
    let mut rest = text;
    while let Some(character) = rest.chars().next() {
        let mut taken = character.len_utf8();
        match quote {
            Some(open) if character == open => {
                if rest
                    .get(taken..)
                    .is_some_and(|behind| behind.starts_with(open))
                {
                    taken *= 2;
                    current.get_or_insert_default().push(open);
                } else {
                    quote = None;
                }
            }
            Some(_) => current.get_or_insert_default().push(character),
            None if matches!(character, '\'' | '"') => {
                quote = Some(character);
                current.get_or_insert_default();
            }
            None if character.is_whitespace() => arguments.extend(current.take()),
            // Only behind a colon: a name is looked for to its end.
            None => match (character == ':').then(|| variables.value(rest)).flatten() {
                Some((value, length)) => {
                    taken = length;
                    put_in += value.len();
                    if put_in > MOST_TEXT {
                        return Err(TooLong::Text);
                    }
                    current.get_or_insert_default().push_str(&value);
                }
                None => current.get_or_insert_default().push(character),
            },
        }
        rest = rest.get(taken..).unwrap_or_default();
    }
    arguments.extend(current);
    Ok(arguments)
}

/// The value of `key=value` among the arguments, the key in any case.
pub(super) fn named<'a>(arguments: &'a [String], key: &str) -> Option<&'a str> {
    arguments.iter().find_map(|argument| {
        let (name, value) = argument.split_once('=')?;
        name.eq_ignore_ascii_case(key).then_some(value)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_hold_words_together() {
        let mut variables = Variables::default();
        variables.set("n", "7").unwrap();
        variables.set("said", "it's \"so so\"").unwrap();
        assert_eq!(
            arguments("x:said :'n'", &variables).unwrap(),
            ["xit's \"so so\"", "'7'"]
        );
        assert_eq!(
            arguments("a 'b  c' \"d\"e :n 'it''s :n' ''", &variables).unwrap(),
            ["a", "b  c", "de", "7", "it's :n", ""]
        );
        let given = arguments("file='a b.sql' SKIP=2", &variables).unwrap();
        assert_eq!(named(&given, "file"), Some("a b.sql"));
        assert_eq!(named(&given, "skip"), Some("2"));
    }
}
