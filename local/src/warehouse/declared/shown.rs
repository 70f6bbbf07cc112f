//! SHOW TABLE, SHOW VIEW, SHOW PROCEDURE: the statement that makes it (AWS pages of these names).

mod external;

use std::fmt::Write as _;

use redshift_sql::tree::{Argument, ArgumentMode, DataType, StatementKind};
use redshift_sql::types::Type;

use super::{ExistingRelation, existing};
use crate::warehouse::columns::{self, parts};
use crate::warehouse::dialect::{
    DeclaredColumn, DeclaredView, Dropped, EngineSql, KeyKind, ViewKind, quote_text,
};
use crate::warehouse::failure::StatementFailure;
use crate::warehouse::scope::StatementScope;

/// The query that gives a definition as one row.
pub(in crate::warehouse) fn show(
    scope: &StatementScope<'_>,
    kind: Dropped,
    name: &str,
    signature: Option<&str>,
) -> Result<EngineSql, StatementFailure> {
    let (column, text) = match kind {
        Dropped::Procedure => (
            "Show Procedure DDL statement",
            procedure(scope, name, signature)?,
        ),
        Dropped::View => ("Show View DDL statement", view(&existing(scope, name)?)?),
        Dropped::ExternalTable { partitions } => (
            "Show External Table DDL statement",
            external::table(&existing(scope, name)?, partitions)?,
        ),
        _ => (
            "Show Table DDL statement",
            table(scope, &existing(scope, name)?)?,
        ),
    };
    Ok(EngineSql::plain(format!(
        "select {} as \"{column}\"",
        quote_text(&text)
    )))
}

/// `schema.name` as it is shown.
fn full(relation: &ExistingRelation) -> String {
    let schema = match relation.schema.as_str() {
        "" => "pg_temp_1",
        schema => schema,
    };
    format!("{}.{}", shown(schema), shown(&relation.name))
}

/// A name, in quotes where it needs them.
fn shown(name: &str) -> String {
    let mut characters = name.chars();
    let plain = characters
        .next()
        .is_some_and(|first| first.is_ascii_lowercase() || first == '_')
        && characters.all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
        && !redshift_sql::keyword::Keyword::of(name.as_bytes())
            .is_some_and(|word| word.is_reserved());
    if plain {
        name.to_owned()
    } else {
        crate::warehouse::dialect::quote_name(name)
    }
}

fn list(names: &[String]) -> String {
    let names: Vec<String> = names.iter().map(|name| shown(name)).collect();
    names.join(", ")
}

fn table(
    scope: &StatementScope<'_>,
    relation: &ExistingRelation,
) -> Result<String, StatementFailure> {
    if relation.is_view || relation.is_materialized() {
        return Err(StatementFailure::Engine(format!(
            "\"{}\" is not a table",
            relation.name
        )));
    }
    let known = columns::of(scope, &relation_name(relation))?;
    let declaration = &relation.declaration;
    let mut lines: Vec<String> = Vec::new();
    for column in &declaration.columns {
        let nullable = known
            .iter()
            .find(|known| known.name == column.name)
            .is_none_or(|known| known.nullable);
        let is_distkey = declaration.distkey.as_ref() == Some(&column.name);
        lines.push(column_line(column, nullable, is_distkey));
    }
    for key in &declaration.keys {
        let columns = list(&key.columns);
        lines.push(match (key.kind, &key.table) {
            (KeyKind::Primary, _) => format!("    PRIMARY KEY ({columns})"),
            (KeyKind::Unique, _) => format!("    UNIQUE ({columns})"),
            (KeyKind::Foreign, None) => continue,
            (KeyKind::Foreign, Some((schema, table))) => format!(
                "    FOREIGN KEY ({columns}) REFERENCES {}.{}({})",
                shown(schema),
                shown(table),
                list(&key.references)
            ),
        });
    }
    let style = match declaration.distribution.as_deref() {
        Some("even") => "EVEN",
        Some("all") => "ALL",
        Some("key") => "KEY",
        _ => "AUTO",
    };
    let temporary = if relation.schema.is_empty() {
        "TEMPORARY "
    } else {
        ""
    };
    let mut text = format!(
        "CREATE {temporary}TABLE {} (\n{}\n)\nDISTSTYLE {style}",
        full(relation),
        lines.join(",\n")
    );
    if !declaration.sortkey.is_empty() {
        let interleaved = if declaration.interleaved {
            "INTERLEAVED "
        } else {
            ""
        };
        let _ = write!(
            text,
            "\n{interleaved}SORTKEY ( {} )",
            list(&declaration.sortkey)
        );
    }
    text.push(';');
    Ok(text)
}

fn relation_name(relation: &ExistingRelation) -> String {
    let name = crate::warehouse::dialect::quote_name(&relation.name);
    if relation.schema.is_empty() {
        name
    } else {
        format!(
            "{}.{name}",
            crate::warehouse::dialect::quote_name(&relation.schema)
        )
    }
}

fn column_line(column: &DeclaredColumn, nullable: bool, is_distkey: bool) -> String {
    let mut line = format!("    {} {}", shown(&column.name), column.kind);
    if !nullable {
        line.push_str(" NOT NULL");
    }
    if let Some(default) = &column.default {
        let _ = write!(line, " DEFAULT {default}");
    }
    if let Some((seed, step)) = column.identity {
        let words = if column.by_default {
            "GENERATED BY DEFAULT AS IDENTITY"
        } else {
            "identity"
        };
        let _ = write!(line, " {words}({seed}, {step})");
    }
    if column.case_insensitive {
        line.push_str(" COLLATE case_insensitive");
    }
    let encoding = column.encoding.as_deref().unwrap_or("none");
    let encoding = if encoding == "none" { "raw" } else { encoding };
    let _ = write!(line, " ENCODE {encoding}");
    if is_distkey {
        line.push_str(" distkey");
    }
    line
}

fn view(relation: &ExistingRelation) -> Result<String, StatementFailure> {
    let Some(view) = &relation.declaration.view else {
        return Err(StatementFailure::Engine(format!(
            "\"{}\" is not a view",
            relation.name
        )));
    };
    let (kind, behind) = match view.kind {
        ViewKind::Plain => ("VIEW", ""),
        ViewKind::Late => ("VIEW", " WITH NO SCHEMA BINDING"),
        ViewKind::Materialized => ("MATERIALIZED VIEW", ""),
    };
    let layout = if view.kind == ViewKind::Materialized {
        stored(relation, view)
    } else {
        String::new()
    };
    let names = if view.names.is_empty() {
        String::new()
    } else {
        format!(" ({})", list(&view.names))
    };
    Ok(format!(
        "CREATE {kind} {}{names}{layout} AS {}{behind};",
        full(relation),
        view.query
    ))
}

/// How a materialized view is stored and refreshed, as far as its statement said (AWS page: `CREATE
/// MATERIALIZED VIEW`).
fn stored(relation: &ExistingRelation, view: &DeclaredView) -> String {
    let declaration = &relation.declaration;
    let mut text = String::new();
    if let Some(style) = &declaration.distribution {
        let _ = write!(text, " DISTSTYLE {}", style.to_uppercase());
    }
    if let Some(key) = &declaration.distkey {
        let _ = write!(text, " DISTKEY ( {} )", shown(key));
    }
    if !declaration.sortkey.is_empty() {
        let interleaved = if declaration.interleaved {
            "INTERLEAVED "
        } else {
            ""
        };
        let keys = list(&declaration.sortkey);
        let _ = write!(text, " {interleaved}SORTKEY ( {keys} )");
    }
    if view.auto_refresh {
        text.push_str(" AUTO REFRESH YES");
    }
    text
}

/// The procedure of a name and, where they are given, types of arguments.
fn procedure(
    scope: &StatementScope<'_>,
    name: &str,
    signature: Option<&str>,
) -> Result<String, StatementFailure> {
    let (given, procedure) = parts(name);
    let found = scope.texts::<2>(
        "select schema_name, body from redshift.procedures
         where procedure_name = $1
           and case when $2 = '' then list_contains(current_schemas(false), schema_name)
                    else schema_name = $2 end
           and ($3 = '-' or arguments = $3)
         order by list_position(current_schemas(false), schema_name)",
        &[
            &procedure,
            given.as_deref().unwrap_or_default(),
            signature.unwrap_or("-"),
        ],
    )?;
    let mut found = found.into_iter();
    let (first, other) = (found.next(), found.next());
    let missing = || StatementFailure::Engine(format!("procedure {procedure} does not exist"));
    let [Some(schema), Some(text)] = first.ok_or_else(missing)? else {
        return Err(missing());
    };
    if other.is_some() && signature.is_none() {
        return Err(StatementFailure::Engine(format!(
            "procedure name \"{procedure}\" is not unique: write the types of its arguments behind it"
        )));
    }
    let script = redshift_sql::parse(&text);
    let created = script.statements.first().map(|one| &one.kind);
    let Some(StatementKind::CreateProcedure(create)) = created else {
        return Err(missing());
    };
    let arguments: Vec<String> = create.arguments.iter().map(argument).collect();
    let body = redshift_sql::parser::decode(create.body_span.of(&text)).into_owned();
    Ok(format!(
        "CREATE OR REPLACE PROCEDURE {}.{}({})\n LANGUAGE plpgsql\nAS $$\n{}\n$$\n;",
        shown(&schema),
        shown(&procedure),
        arguments.join(", "),
        body.trim()
    ))
}

/// `INOUT total numeric`: lengths and digits are not shown.
fn argument(argument: &Argument) -> String {
    let mut words: Vec<String> = Vec::new();
    match argument.mode {
        ArgumentMode::In => {}
        ArgumentMode::Out => words.push("OUT".to_owned()),
        ArgumentMode::InOut => words.push("INOUT".to_owned()),
    }
    words.extend(argument.name.as_ref().map(|name| shown(&name.text)));
    let kind = match &argument.data_type.kind {
        DataType::RefCursor => "refcursor".to_owned(),
        kind => Type::of(kind).to_string(),
    };
    words.push(kind.split('(').next().unwrap_or_default().to_owned());
    words.join(" ")
}
