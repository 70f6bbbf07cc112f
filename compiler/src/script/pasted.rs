//! Where an RSQL script puts a text into SQL or into a condition as it stands: `:name`, without the quotes
//! of `:'name'` and `:"name"`.
//!
//! Amazon Redshift RSQL replaces variables before it looks at the SQL. So such a value may end a
//! literal, or be read as something else: `2026-01-31` is a subtraction.

use std::collections::HashSet;

use redshift_sql::rsql::{
    self, ArgumentPart, CommandArgument, CommandKind, MetaCommand, PieceKind, VariableForm,
    VariableUse,
};

use super::ParameterUse;

/// The variables of `texts`, and those that are set from them, where they are put in without quotes.
pub fn pasted<'a>(
    script: &rsql::RsqlScript,
    texts: impl IntoIterator<Item = &'a str>,
) -> Vec<ParameterUse> {
    let mut walk = Walk {
        texts: texts.into_iter().map(str::to_owned).collect(),
        depth: 0,
        found: Vec::new(),
    };
    for piece in &script.pieces {
        match &piece.kind {
            PieceKind::Sql(sql) => walk.look(&sql.variables),
            PieceKind::End => {}
            PieceKind::Command(command) => walk.command(command),
        }
    }
    walk.found
}

struct Walk {
    /// Variables whose value is a text that somebody gives.
    texts: HashSet<String>,
    /// How many `\if` are open.
    depth: usize,
    found: Vec<ParameterUse>,
}

impl Walk {
    fn look(&mut self, variables: &[VariableUse]) {
        for variable in variables {
            if self.is_pasted_text(variable) {
                self.found.push(ParameterUse {
                    name: variable.name.to_string(),
                    span: variable.span.into(),
                });
            }
        }
    }

    /// RSQL finds its own names, which are in upper case, in any case.
    fn is_pasted_text(&self, variable: &VariableUse) -> bool {
        let name = variable.name.as_str();
        variable.form == VariableForm::Plain
            && (self.texts.contains(name) || self.texts.contains(&name.to_ascii_uppercase()))
    }

    fn command(&mut self, command: &MetaCommand) {
        match command.kind {
            CommandKind::If => {
                self.depth += 1;
                self.look(&command.variables);
            }
            CommandKind::ElseIf => self.look(&command.variables),
            CommandKind::EndIf => self.depth = self.depth.saturating_sub(1),
            CommandKind::Set => self.set(&command.arguments),
            CommandKind::Unset if self.depth == 0 => {
                for name in command
                    .arguments
                    .iter()
                    .filter_map(CommandArgument::literal)
                {
                    self.texts.remove(name);
                }
            }
            // Each argument of any other command stays one.
            _ => {}
        }
    }

    /// `\set name value…`: a value that has a text in it is one; another takes a text's place.
    fn set(&mut self, arguments: &[CommandArgument]) {
        let Some((name, value)) = arguments.split_first() else {
            return;
        };
        // A name that a variable gives may be any.
        let Some(name) = name.literal() else { return };
        let mut parts = value.iter().flat_map(|argument| &argument.parts);
        let holds_text = parts.any(|part| match part {
            ArgumentPart::Variable(variable) => self.is_pasted_text(variable),
            ArgumentPart::Text(_) => false,
        });
        if holds_text {
            self.texts.insert(name.to_owned());
        } else if self.depth == 0 {
            self.texts.remove(name);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(script: &str) -> Vec<String> {
        pasted(&rsql::read(script), ["who", "day"])
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
            for found in pasted(&rsql::read(&script), ["a", "who"]) {
                proptest::prop_assert!(script.get(found.span.start..found.span.end).is_some());
            }
        }
    }
}
