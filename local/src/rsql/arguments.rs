//! Arguments of a meta command.

use redshift_sql::rsql::{ArgumentPart, CommandArgument, MetaCommand};

use super::variables::{MOST_TEXT, ScriptVariables, TooLong};

/// What the arguments of a command say with the values of their variables, which are not split again.
///
/// # Errors
/// They are too long with them.
pub(super) fn arguments(
    script: &str,
    command: &MetaCommand,
    variables: &ScriptVariables,
) -> Result<Vec<String>, TooLong> {
    let mut put_in = 0;
    let mut text = |argument: &CommandArgument| {
        let mut text = String::new();
        for part in &argument.parts {
            match part {
                ArgumentPart::Text(part) => text.push_str(part),
                ArgumentPart::Variable(variable) => {
                    let value = variables.value(script, variable);
                    put_in += value.len();
                    if put_in > MOST_TEXT {
                        return Err(TooLong::Text);
                    }
                    text.push_str(&value);
                }
            }
        }
        Ok(text)
    };
    command.arguments.iter().map(&mut text).collect()
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
    use redshift_sql::rsql::read;

    use super::*;

    /// The arguments of a command.
    fn given(rest: &str, variables: &ScriptVariables) -> Vec<String> {
        let script = format!("\\echo {rest}");
        let read = read(&script);
        let command = read.commands().next().unwrap();
        arguments(&script, command, variables).unwrap()
    }

    #[test]
    fn quotes_hold_words_together() {
        let mut variables = ScriptVariables::default();
        variables.set("n", "7").unwrap();
        variables.set("said", "it's \"so so\"").unwrap();
        assert_eq!(
            given("x:said :'n' :unset", &variables),
            ["xit's \"so so\"", "'7'", ":unset"]
        );
        assert_eq!(
            given("a 'b  c' \"d\"e :n 'it''s :n' ''", &variables),
            ["a", "b  c", "de", "7", "it's :n", ""]
        );
        let given = given("file='a b.sql' SKIP=2", &variables);
        assert_eq!(named(&given, "file"), Some("a b.sql"));
        assert_eq!(named(&given, "skip"), Some("2"));
    }
}
