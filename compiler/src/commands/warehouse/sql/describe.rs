//! The commands of a conversation that begin with a backslash, and what they ask the warehouse.

use redshift_sql::SmolStr;
use redshift_sql::lexer;
use redshift_sql::token::TokenKind;

/// A command that begins with a backslash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BackslashCommand {
    /// `\q` ends the conversation.
    Quit,
    /// `\?` shows the commands.
    Help,
    /// `\x` shows a line for each value, or tables again.
    Expanded,
    /// `\timing` shows how long statements took, or no longer.
    Timing,
    /// `\dt`: tables; `\d`: views as well.
    Relations {
        /// Whether tables alone are wanted.
        tables_only: bool,
    },
    /// `\d NAME` shows the columns of a table or view.
    Columns {
        /// The schema, if one was given.
        schema: Option<String>,
        /// The table or view.
        name: String,
    },
    /// The command that nobody knows, as it was typed.
    Unknown(String),
}

/// The commands, as `\?` shows them.
pub const HELP: &str = "\
\\d          tables and views
\\d NAME     columns of one
\\dt         tables
\\x          a line for each value, or tables again
\\timing     how long each statement took, or no longer
\\?          this
\\q          the end; Ctrl-D as well

A statement ends with a semicolon, on any line. Tab completes a word.
Ctrl-C cancels a statement that runs, or what is typed.
";

impl BackslashCommand {
    /// The command that a line is; `None` if it is SQL.
    #[must_use]
    pub fn of(line: &str) -> Option<Self> {
        let line = line.trim();
        let rest = line.strip_prefix('\\')?;
        // A semicolon behind it comes from habit.
        let rest = rest.trim_end_matches(';').trim();
        let (word, argument) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
        let argument = argument.trim();
        Some(match (word, argument) {
            ("q" | "quit", "") => Self::Quit,
            ("?" | "h" | "help", "") => Self::Help,
            ("x", "") => Self::Expanded,
            ("timing", "") => Self::Timing,
            ("d", "") => Self::Relations { tables_only: false },
            ("dt", "") => Self::Relations { tables_only: true },
            ("d" | "dt", name) => match name_parts(name).as_slice() {
                [name] => Self::Columns {
                    schema: None,
                    name: name.to_string(),
                },
                [.., schema, name] => Self::Columns {
                    schema: Some(schema.to_string()),
                    name: name.to_string(),
                },
                [] => Self::Unknown(word.to_owned()),
            },
            _ => Self::Unknown(word.to_owned()),
        })
    }
}

/// The parts of a name as the warehouse keeps them: `Sales."Order Lines"` is `sales`, `Order Lines`.
fn name_parts(text: &str) -> Vec<SmolStr> {
    let tokens = lexer::lex(text).tokens;
    let names = tokens.iter().filter_map(|token| {
        let written = token.span.of(text);
        match token.kind {
            TokenKind::Word(_) => Some(SmolStr::from(written.to_lowercase())),
            TokenKind::Quoted => Some(SmolStr::from(
                written.trim_matches('"').replace("\"\"", "\""),
            )),
            _ => None,
        }
    });
    names.collect()
}

/// The query for tables and views, without Redshift's own (AWS page: `SVV_TABLES`).
#[must_use]
pub fn relations(tables_only: bool) -> String {
    let kind = if tables_only {
        " and table_type <> 'VIEW'"
    } else {
        ""
    };
    format!(
        "select table_schema as \"schema\", table_name as name, lower(table_type) as kind from svv_tables \
         where table_schema not in ('information_schema', 'pg_catalog', 'pg_internal') \
         and table_schema not like 'pg_temp%'{kind} order by 1, 2"
    )
}

/// The query for the columns of a table or view, with its parameters (AWS page: `SVV_COLUMNS`).
#[must_use]
pub fn columns(schema: Option<&str>, name: &str) -> (String, Vec<(String, String)>) {
    let mut parameters = vec![("name".to_owned(), name.to_owned())];
    let in_schema = match schema {
        Some(schema) => {
            parameters.push(("schema_name".to_owned(), schema.to_owned()));
            " and table_schema = :schema_name"
        }
        None => "",
    };
    let text = format!(
        "select table_schema as \"schema\", column_name as \"column\", \
         case when data_type = 'numeric' then \
         data_type || '(' || numeric_precision::varchar || ',' || numeric_scale::varchar || ')' \
         when character_maximum_length is not null then \
         data_type || '(' || character_maximum_length::varchar || ')' \
         else data_type end as type, \
         is_nullable as nullable \
         from svv_columns where table_name = :name{in_schema} order by table_schema, ordinal_position"
    );
    (text, parameters)
}

/// The query for what completion knows.
pub const CATALOG: &str = "select table_schema, table_name, column_name from svv_columns \
     where table_schema not in ('information_schema', 'pg_catalog', 'pg_internal') order by 1, 2, ordinal_position";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_told_from_sql() {
        assert_eq!(BackslashCommand::of("select 1;"), None);
        assert_eq!(BackslashCommand::of("  \\q "), Some(BackslashCommand::Quit));
        assert_eq!(
            BackslashCommand::of("\\dt;"),
            Some(BackslashCommand::Relations { tables_only: true })
        );
        assert_eq!(
            BackslashCommand::of("\\d Sales.\"Order \"\"Lines\";"),
            Some(BackslashCommand::Columns {
                schema: Some("sales".to_owned()),
                name: "Order \"Lines".to_owned()
            })
        );
        assert_eq!(
            BackslashCommand::of("\\dx"),
            Some(BackslashCommand::Unknown("dx".to_owned()))
        );
    }
}
