//! CREATE: tables, views, schemas.

use super::classify::{Words, default, relation, sql};
use super::statement::{Column, Sql, Statement};
use super::tree::{Node, quote_name, split_commas, write};
use super::{Context, Refusal, procedure, types};

/// Translates CREATE.
pub(super) fn create(nodes: Vec<Node>, context: &Context<'_>) -> Result<Statement, Refusal> {
    let words = Words(&nodes);
    let mut at = 1;
    let replace = words.get(1) == Some("or") && words.get(2) == Some("replace");
    if replace {
        at = 3;
    }
    match words.get(at) {
        Some("temp" | "temporary") if words.get(at + 1) == Some("table") => {
            create_table(&nodes, at + 2, true, context)
        }
        Some("local" | "global") => create_table(&nodes, at + 3, true, context),
        Some("table") => create_table(&nodes, at + 1, false, context),
        Some("view") => create_view(nodes, at + 1, replace, context),
        Some("materialized") => create_materialized(&nodes, at + 2, context),
        Some("schema") => {
            let (existing, at) = if_not_exists(&nodes, at + 1);
            let (name, _) = relation(nodes.get(at..).unwrap_or_default(), context)?;
            Ok(Statement::Define(vec![Sql::plain(format!(
                "create schema{existing} {name}"
            ))]))
        }
        Some("external") => match words.get(at + 1) {
            // Its tables are whatever the laptop keeps in a schema of that name.
            Some("schema") => {
                let (_, at) = if_not_exists(&nodes, at + 2);
                let (name, _) = relation(nodes.get(at..).unwrap_or_default(), context)?;
                Ok(Statement::Define(vec![Sql::plain(format!(
                    "create schema if not exists {name}"
                ))]))
            }
            _ => Err(Refusal::Unsupported(
                "CREATE EXTERNAL TABLE: create a table in the schema instead".to_owned(),
            )),
        },
        Some("procedure") => procedure::create(&nodes, at + 1, replace, context),
        Some("user" | "group" | "role") => Ok(Statement::Nothing),
        Some(other) => Err(Refusal::Unsupported(format!(
            "CREATE {}",
            other.to_uppercase()
        ))),
        None => Err(Refusal::syntax("CREATE what?")),
    }
}

fn if_not_exists(nodes: &[Node], at: usize) -> (&'static str, usize) {
    let words = Words(nodes);
    if words.get(at) == Some("if")
        && words.get(at + 1) == Some("not")
        && words.get(at + 2) == Some("exists")
    {
        (" if not exists", at + 3)
    } else {
        ("", at)
    }
}

fn create_table(
    nodes: &[Node],
    at: usize,
    temporary: bool,
    context: &Context<'_>,
) -> Result<Statement, Refusal> {
    let (existing, at) = if_not_exists(nodes, at);
    let (name, taken) = relation(nodes.get(at..).unwrap_or_default(), context)?;
    let rest = nodes.get(at + taken..).unwrap_or_default();
    let create = create_text(&name, temporary, existing);
    let columns = rest.first().and_then(Node::as_round);
    if let Some(position) = rest.iter().position(|node| node.is_word("as"))
        && rest.get(position + 1).is_some()
    {
        let query = rest.get(position + 1..).unwrap_or_default().to_vec();
        let create = match columns {
            Some(names) if position > 0 => format!("{create} ({})", column_names(names)),
            _ => create,
        };
        return create_as(create, query, context);
    }
    let Some(columns) = columns else {
        return Err(Refusal::syntax("CREATE TABLE takes columns in brackets"));
    };
    create_columns(create, &name, columns, context)
}

fn create_text(name: &str, temporary: bool, existing: &str) -> String {
    let temporary = if temporary || name.starts_with("\"#") {
        " temp"
    } else {
        ""
    };
    format!("create{temporary} table{existing} {name}")
}

/// `create … as` a query.
pub(super) fn create_as(
    create: String,
    query: Vec<Node>,
    context: &Context<'_>,
) -> Result<Statement, Refusal> {
    let mut query = query;
    // A query in brackets, and nothing behind it.
    while let [Node::Round(inner)] = query.as_slice() {
        query = inner.clone();
    }
    Ok(Statement::CreateAs {
        create,
        query: sql(query, context)?,
    })
}

fn column_names(nodes: &[Node]) -> String {
    let names: Vec<String> = nodes
        .iter()
        .filter_map(Node::as_name)
        .map(quote_name)
        .collect();
    names.join(", ")
}

/// `select … into table …` as the creation of the table and the query without it.
pub(super) fn select_into(nodes: &[Node]) -> Option<(String, Vec<Node>)> {
    let from = nodes
        .iter()
        .position(|node| node.is_word("from"))
        .unwrap_or(nodes.len());
    let into = nodes
        .iter()
        .position(|node| node.is_word("into"))
        .filter(|at| *at < from)?;
    let mut at = into + 1;
    let mut temporary = false;
    while let Some(word @ ("temp" | "temporary" | "table" | "local")) = nodes.get(at)?.as_word() {
        temporary |= word != "table";
        at += 1;
    }
    let mut name = quote_name(nodes.get(at)?.as_name()?);
    at += 1;
    while nodes.get(at).is_some_and(|node| node.is_symbol(".")) {
        name = format!("{name}.{}", quote_name(nodes.get(at + 1)?.as_name()?));
        at += 2;
    }
    let mut query = nodes.get(..into)?.to_vec();
    query.extend(nodes.get(at..)?.iter().cloned());
    Some((create_text(&name, temporary, ""), query))
}

fn create_columns(
    create: String,
    name: &str,
    columns: &[Node],
    context: &Context<'_>,
) -> Result<Statement, Refusal> {
    let mut own = Vec::new();
    let mut sequences = Vec::new();
    let mut like = None;
    let mut keys: Vec<String> = Vec::new();
    for part in split_commas(columns) {
        match part.first().and_then(Node::as_word) {
            Some("like") => {
                let (source, taken) = relation(part.get(1..).unwrap_or_default(), context)?;
                let options = part.get(1 + taken..).unwrap_or_default();
                let defaults = matches!(options, [including, defaults]
                    if including.is_word("including") && defaults.is_word("defaults"));
                like = Some((source, defaults));
            }
            // Redshift knows keys and does not enforce them, except that a primary key is not NULL.
            Some("primary" | "unique" | "foreign" | "constraint") if constraint(part) => {
                if part.iter().any(|node| node.is_word("primary")) {
                    let named = part.iter().find_map(Node::as_round).unwrap_or_default();
                    keys.extend(named.iter().filter_map(Node::as_name).map(str::to_owned));
                }
            }
            _ => {
                let number = own.len();
                let defined = column(part, context, number)?;
                own.push(defined.column);
                sequences.extend(defined.sequence);
            }
        }
    }
    for column in &mut own {
        if keys.contains(&column.name) && !column.rest.contains("not null") {
            column.rest.push_str(" not null");
        }
    }
    if let Some((like, defaults)) = like {
        return Ok(Statement::CreateLike {
            create,
            like,
            defaults,
            columns: own,
        });
    }
    if own.is_empty() {
        return Err(Refusal::syntax(format!("the table {name} has no columns")));
    }
    let mut statements: Vec<Sql> = sequences;
    statements.push(Sql::plain(format!("{create} ({})", definitions(&own))));
    Ok(Statement::Define(statements))
}

/// Columns as a definition lists them.
pub(crate) fn definitions(columns: &[Column]) -> String {
    let all: Vec<String> = columns
        .iter()
        .map(|column| {
            format!(
                "{} {}{}",
                quote_name(&column.name),
                column.kind,
                column.rest
            )
        })
        .collect();
    all.join(", ")
}

fn constraint(part: &[Node]) -> bool {
    part.iter().any(|node| node.as_round().is_some())
        && part
            .iter()
            .any(|node| matches!(node.as_word(), Some("key" | "unique")))
        && types::read(part.get(1..).unwrap_or_default()).is_ok_and(|found| found.is_none())
}

/// A column and the sequence that numbers it.
pub(super) struct Defined {
    pub(super) column: Column,
    sequence: Option<Sql>,
}

/// Reads `name type attribute…`.
pub(super) fn column(
    part: &[Node],
    context: &Context<'_>,
    number: usize,
) -> Result<Defined, Refusal> {
    let name = part
        .first()
        .and_then(Node::as_name)
        .ok_or_else(|| Refusal::syntax("a column begins with its name"))?
        .to_owned();
    let kind = types::read(part.get(1..).unwrap_or_default())?
        .ok_or_else(|| Refusal::syntax(format!("the type of column {name}")))?;
    let mut attributes = part.get(1 + kind.nodes..).unwrap_or_default();
    let mut rest = String::new();
    let mut sequence = None;
    let mut identity = |nodes: Option<&Node>, rest: &mut String| {
        let numbers: Vec<String> = split_commas(nodes.and_then(Node::as_round).unwrap_or_default())
            .into_iter()
            .map(|nodes| write(nodes, &mut Vec::new()).replace(' ', ""))
            .filter(|number| number.parse::<i64>().is_ok())
            .collect();
        let [seed, step] = numbers.as_slice() else {
            return Err(Refusal::syntax("IDENTITY takes a seed and a step"));
        };
        let sequence_name = format!("redshift.identity_{}_{number}", context.fresh);
        let lowest = if step.starts_with('-') {
            " minvalue -9223372036854775808 maxvalue 9223372036854775807"
        } else {
            " minvalue -9223372036854775808"
        };
        sequence = Some(Sql::plain(format!(
            "create sequence {sequence_name} increment by {step}{lowest} start with {seed}"
        )));
        rest.push_str(&format!(" default nextval('{sequence_name}')"));
        Ok(())
    };
    while let Some(attribute) = attributes.first().and_then(Node::as_word) {
        let taken = match attribute {
            "not" => {
                rest.push_str(" not null");
                2
            }
            "null" | "distkey" | "sortkey" | "unique" => 1,
            "primary" => {
                rest.push_str(" not null");
                2
            }
            "encode" => 2,
            "default" => {
                let end = default_end(attributes);
                let value = default(attributes.get(1..end).unwrap_or_default().to_vec(), context)?;
                rest.push_str(&format!(" default ({})", value.text));
                end
            }
            "identity" => {
                identity(attributes.get(1), &mut rest)?;
                2
            }
            "generated" => {
                let at = attributes
                    .iter()
                    .position(|node| node.is_word("identity"))
                    .ok_or_else(|| Refusal::syntax("GENERATED BY DEFAULT AS IDENTITY"))?;
                identity(attributes.get(at + 1), &mut rest)?;
                at + 2
            }
            "references" => {
                let (_, taken) = relation(attributes.get(1..).unwrap_or_default(), context)?;
                let listed = attributes
                    .get(1 + taken)
                    .is_some_and(|node| node.as_round().is_some());
                1 + taken + usize::from(listed)
            }
            "collate" => {
                if attributes
                    .get(1)
                    .is_some_and(|node| matches!(node.as_word(), Some("case_insensitive" | "ci")))
                {
                    rest.push_str(" collate nocase");
                }
                2
            }
            other => return Err(Refusal::syntax(format!("`{other}` behind column {name}"))),
        };
        attributes = attributes.get(taken..).unwrap_or_default();
    }
    let check = kind
        .length
        .map(|length| length.check(&name))
        .unwrap_or_default();
    if !check.is_empty() {
        rest = format!("{rest} {check}");
    }
    Ok(Defined {
        column: Column {
            name,
            kind: kind.name,
            rest,
        },
        sequence,
    })
}

/// Position behind the expression of a DEFAULT.
fn default_end(attributes: &[Node]) -> usize {
    let stop = [
        "encode",
        "distkey",
        "sortkey",
        "unique",
        "primary",
        "references",
        "collate",
        "identity",
    ];
    let mut end = 2;
    while let Some(node) = attributes.get(end) {
        let word = node.as_word().unwrap_or_default();
        let not_null = word == "not" && attributes.get(end + 1).is_some_and(|n| n.is_word("null"));
        let null = word == "null";
        if stop.contains(&word) || not_null || null {
            break;
        }
        end += 1;
    }
    end
}

fn create_view(
    mut nodes: Vec<Node>,
    at: usize,
    replace: bool,
    context: &Context<'_>,
) -> Result<Statement, Refusal> {
    let binding = nodes.len().saturating_sub(4);
    if nodes.get(binding..).is_some_and(|last| {
        Words(last).get(0) == Some("with") && Words(last).get(2) == Some("schema")
    }) {
        nodes.truncate(binding);
    }
    let (name, taken) = relation(nodes.get(at..).unwrap_or_default(), context)?;
    let rest = nodes.split_off((at + taken).min(nodes.len()));
    let sql = sql(rest, context)?;
    let replace = if replace { " or replace" } else { "" };
    Ok(Statement::Define(vec![Sql {
        text: format!("create{replace} view {name} {}", sql.text),
        parameters: sql.parameters,
    }]))
}

fn create_materialized(
    nodes: &[Node],
    at: usize,
    context: &Context<'_>,
) -> Result<Statement, Refusal> {
    let (name, taken) = relation(nodes.get(at..).unwrap_or_default(), context)?;
    let rest = nodes.get(at + taken..).unwrap_or_default();
    let query = rest
        .iter()
        .position(|node| node.is_word("as"))
        .and_then(|position| rest.get(position + 1..))
        .ok_or_else(|| Refusal::syntax("CREATE MATERIALIZED VIEW … AS a query"))?;
    let query = sql(query.to_vec(), context)?;
    if !query.parameters.is_empty() {
        return Err(Refusal::syntax("a materialized view takes no parameters"));
    }
    Ok(Statement::CreateMaterialized {
        name,
        query: query.text,
    })
}
