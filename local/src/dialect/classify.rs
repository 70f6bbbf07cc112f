//! Which kind of statement it is, and who translates it.

use super::expression::Standing;
use super::lexer::tokens;
use super::statement::{Sql, Statement};
use super::tree::{Node, tree, write};
use super::{
    Context, Refusal, alter, copy, explain, expression, growth, procedure, settings, table, unload,
};

/// Translates one statement of Redshift's dialect.
pub(crate) fn translate(sql: &str, context: &Context<'_>) -> Result<Statement, Refusal> {
    let mut nodes = tree(tokens(sql)?)?;
    while nodes.last().is_some_and(|node| node.is_symbol(";")) {
        nodes.pop();
    }
    if nodes.iter().any(|node| node.is_symbol(";")) {
        return Err(Refusal::SeveralStatements);
    }
    statement(nodes, context)
}

/// Translates the nodes of one statement.
pub(super) fn statement(nodes: Vec<Node>, context: &Context<'_>) -> Result<Statement, Refusal> {
    let words = Words(&nodes);
    let Some(first) = words.get(0) else {
        return match nodes.first() {
            None => Ok(Statement::Nothing),
            Some(Node::Round(_)) => query(nodes, context),
            Some(_) => Err(Refusal::syntax("a statement begins with a keyword")),
        };
    };
    match first {
        "begin" | "start" => Ok(Statement::Begin),
        "commit" | "end" => Ok(Statement::Commit),
        "rollback" | "abort" => Ok(Statement::Rollback),
        "select" => match table::select_into(&nodes) {
            Some((create, query)) => table::create_as(create, query, context),
            None => query(nodes, context),
        },
        "with" => with(nodes, context),
        "values" => query(nodes, context),
        "explain" => explain::explain(nodes, context),
        "show" => settings::show(&nodes),
        "insert" => insert(nodes, context),
        "update" => change(nodes, context),
        "delete" => {
            let mut nodes = nodes;
            if !nodes.get(1).is_some_and(|node| node.is_word("from")) {
                nodes.insert(1, Node::word("from"));
            }
            change(nodes, context)
        }
        "merge" => merge(nodes, context),
        "truncate" => truncate(&nodes, context),
        "create" => table::create(nodes, context),
        "alter" => alter::alter(nodes, context),
        "drop" => drop_object(&nodes, context),
        "refresh" => {
            let (name, _) = relation(nodes.get(3..).unwrap_or_default(), context)?;
            Ok(Statement::RefreshMaterialized { name })
        }
        "copy" => copy::copy(&nodes, context),
        "unload" => unload::unload(&nodes, context),
        "call" => procedure::call(nodes, context),
        "set" | "reset" => settings::set(&nodes),
        // Storage, statistics, permissions and locks: Redshift's own housekeeping.
        "vacuum" | "grant" | "revoke" | "lock" | "comment" => Ok(Statement::Nothing),
        "analyze" | "analyse" => {
            if words.get(1) == Some("compression") {
                return Err(Refusal::Unsupported("ANALYZE COMPRESSION".to_owned()));
            }
            Ok(Statement::Nothing)
        }
        other => Err(Refusal::Unsupported(other.to_uppercase())),
    }
}

/// The keywords of a statement by position.
pub(super) struct Words<'a>(pub(super) &'a [Node]);

impl<'a> Words<'a> {
    pub(super) fn get(&self, position: usize) -> Option<&'a str> {
        self.0.get(position).and_then(Node::as_word)
    }
}

/// Writes nodes that hold expressions in the engine's dialect.
pub(super) fn sql(nodes: Vec<Node>, context: &Context<'_>) -> Result<Sql, Refusal> {
    part(nodes, context, Standing::Inside)
}

/// Writes the expression of a DEFAULT in the engine's dialect.
pub(super) fn default(nodes: Vec<Node>, context: &Context<'_>) -> Result<Sql, Refusal> {
    part(nodes, context, Standing::WithoutLambda)
}

fn part(nodes: Vec<Node>, context: &Context<'_>, standing: Standing) -> Result<Sql, Refusal> {
    let nodes = expression::rewrite(nodes, context, standing)?;
    growth::check(&nodes)?;
    let mut parameters = Vec::new();
    let text = write(&nodes, &mut parameters);
    Ok(Sql { text, parameters })
}

fn query(nodes: Vec<Node>, context: &Context<'_>) -> Result<Statement, Refusal> {
    part(nodes, context, Standing::Outermost).map(Statement::Query)
}

fn change(nodes: Vec<Node>, context: &Context<'_>) -> Result<Statement, Refusal> {
    sql(nodes, context).map(Statement::Change)
}

/// `with … select`, or in front of a statement that changes rows.
fn with(nodes: Vec<Node>, context: &Context<'_>) -> Result<Statement, Refusal> {
    let verb = nodes.iter().find_map(|node| {
        node.as_word()
            .filter(|word| matches!(*word, "select" | "insert" | "update" | "delete"))
    });
    match verb {
        Some("insert" | "update" | "delete") => change(nodes, context),
        _ => match table::select_into(&nodes) {
            Some((create, query)) => table::create_as(create, query, context),
            None => query(nodes, context),
        },
    }
}

fn insert(nodes: Vec<Node>, context: &Context<'_>) -> Result<Statement, Refusal> {
    if !nodes.get(1).is_some_and(|node| node.is_word("into")) {
        return Err(Refusal::syntax("INSERT INTO a table"));
    }
    let (table, taken) = relation(nodes.get(2..).unwrap_or_default(), context)?;
    let mut rest = nodes.get(2 + taken..).unwrap_or_default();
    let mut columns = Vec::new();
    if let [Node::Round(listed), _, ..] = rest
        && !listed
            .first()
            .is_some_and(|node| matches!(node.as_word(), Some("select" | "with")))
    {
        columns = listed
            .iter()
            .filter_map(Node::as_name)
            .map(str::to_owned)
            .collect();
        rest = rest.get(1..).unwrap_or_default();
    }
    Ok(Statement::Insert {
        table,
        columns,
        readable: !mentions_default(rest),
        source: sql(rest.to_vec(), context)?,
    })
}

fn mentions_default(nodes: &[Node]) -> bool {
    nodes.iter().any(|node| match node {
        Node::Round(inner) => mentions_default(inner),
        other => other.is_word("default"),
    })
}

/// The relation that nodes begin with in the engine's dialect, and how many nodes its name has.
pub(super) fn relation(nodes: &[Node], context: &Context<'_>) -> Result<(String, usize), Refusal> {
    let mut parts = Vec::new();
    let mut taken = 0;
    loop {
        let name = nodes
            .get(taken)
            .and_then(Node::as_name)
            .ok_or_else(|| Refusal::syntax("a name is expected"))?;
        parts.push(name);
        taken += 1;
        if !nodes.get(taken).is_some_and(|node| node.is_symbol(".")) {
            break;
        }
        taken += 1;
    }
    if parts.len() == 3 {
        let database = parts.remove(0);
        if !database.eq_ignore_ascii_case(context.database) {
            return Err(Refusal::Unsupported(format!(
                "other databases than {}: `{database}`",
                context.database
            )));
        }
    }
    if parts.len() > 2 {
        return Err(Refusal::syntax("a name has at most three parts"));
    }
    let quoted: Vec<String> = parts.into_iter().map(super::quote_name).collect();
    Ok((quoted.join("."), taken))
}

fn truncate(nodes: &[Node], context: &Context<'_>) -> Result<Statement, Refusal> {
    let from = if nodes.get(1).is_some_and(|node| node.is_word("table")) {
        2
    } else {
        1
    };
    let (table, _) = relation(nodes.get(from..).unwrap_or_default(), context)?;
    Ok(Statement::Truncate { table })
}

fn merge(mut nodes: Vec<Node>, context: &Context<'_>) -> Result<Statement, Refusal> {
    let Some([.., remove, duplicates]) = nodes.get(..) else {
        return Err(Refusal::syntax("MERGE INTO a table"));
    };
    if !(remove.is_word("remove") && duplicates.is_word("duplicates")) {
        return change(nodes, context);
    }
    nodes.truncate(nodes.len() - 2);
    let (target, taken) = relation(nodes.get(2..).unwrap_or_default(), context)?;
    let using = 2 + taken;
    if !nodes.get(using).is_some_and(|node| node.is_word("using")) {
        return Err(Refusal::syntax("MERGE INTO a table USING another"));
    }
    let (source, taken) = relation(nodes.get(using + 1..).unwrap_or_default(), context)?;
    let on = using + 1 + taken;
    if !nodes.get(on).is_some_and(|node| node.is_word("on")) {
        return Err(Refusal::syntax(
            "MERGE … REMOVE DUPLICATES takes two tables without aliases, ON a condition",
        ));
    }
    let condition = sql(nodes.split_off(on + 1), context)?;
    Ok(Statement::MergeRemoveDuplicates {
        target,
        source,
        condition,
    })
}

fn drop_object(nodes: &[Node], context: &Context<'_>) -> Result<Statement, Refusal> {
    let words = Words(nodes);
    let kind = words.get(1).unwrap_or_default();
    let mut at = 2;
    if kind == "materialized" {
        at = 3;
    }
    let if_exists = words.get(at) == Some("if") && words.get(at + 1) == Some("exists");
    if if_exists {
        at += 2;
    }
    let mut rest: Vec<Node> = nodes.get(at..).unwrap_or_default().to_vec();
    let cascade = rest.last().is_some_and(|node| node.is_word("cascade"));
    if rest
        .last()
        .is_some_and(|node| matches!(node.as_word(), Some("cascade" | "restrict")))
    {
        rest.pop();
    }
    match kind {
        "table" | "view" | "schema" => {
            let existing = if if_exists { " if exists" } else { "" };
            let behind = if cascade { " cascade" } else { "" };
            let mut statements = Vec::new();
            for name in rest.split(|node| node.is_symbol(",")) {
                let (name, _) = relation(name, context)?;
                statements.push(Sql::plain(format!("drop {kind}{existing} {name}{behind}")));
            }
            Ok(Statement::Define(statements))
        }
        "materialized" => {
            let (name, _) = relation(&rest, context)?;
            Ok(Statement::DropMaterialized { name, if_exists })
        }
        "procedure" => {
            let (name, _) = relation(&rest, context)?;
            Ok(Statement::DropProcedure { name, if_exists })
        }
        "user" | "group" | "role" | "datashare" => Ok(Statement::Nothing),
        other => Err(Refusal::Unsupported(format!(
            "DROP {}",
            other.to_uppercase()
        ))),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::dialect::{Argument, Procedure, body_statements};

    static NONE: std::collections::BTreeSet<String> = std::collections::BTreeSet::new();

    fn context() -> Context<'static> {
        Context {
            parameters: &[],
            database: "dev",
            system_tables: &NONE,
            fresh: 1,
        }
    }

    /// Words and signs that mean something to some pass.
    const PIECES: &[&str] = &[
        "select",
        "top",
        "2",
        "from",
        "t",
        "(",
        ")",
        "[",
        "]",
        ",",
        ".",
        "::",
        "varchar",
        "max",
        "cast",
        "as",
        "int",
        "create",
        "table",
        "like",
        "'a'",
        "'a",
        "\"b\"",
        ":p",
        "$1",
        "$$",
        "case",
        "when",
        "end",
        "over",
        "within",
        "group",
        "order",
        "by",
        "listagg",
        "decode",
        "dateadd",
        "day",
        "copy",
        "unload",
        "'s3://b/k'",
        "to",
        "iam_role",
        "default",
        "csv",
        "partition",
        "alter",
        "add",
        "column",
        "drop",
        "if",
        "exists",
        "merge",
        "into",
        "using",
        "on",
        "remove",
        "duplicates",
        "insert",
        "values",
        "avg",
        "trunc",
        "sysdate",
        "~",
        "/",
        "-",
        "similar",
        "escape",
        "to_char",
        "'YYYY\"'",
        "'999.9'",
        "call",
        "procedure",
        "language",
        "identity",
        "references",
        "encode",
        "with",
        "set",
        "search_path",
        "=",
        ";",
        "ignore",
        "nulls",
        "json_extract_path_text",
        "regexp_replace",
        "interval",
        "not",
        "null",
        "like",
        "union",
        "materialized",
        "view",
        "refresh",
        "begin",
        "numeric",
        "e'\\",
        "--x\n",
        "/*",
        "extract",
        "convert",
        "substring",
        "percentile_cont",
        "desc",
        "ratio_to_report",
        "#t",
        "dev",
    ];

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn no_text_makes_the_translation_panic(text in ".{0,80}") {
            let _ = translate(&text, &context());
        }

        #[test]
        fn no_order_of_words_makes_the_translation_panic(
            words in proptest::collection::vec(proptest::sample::select(PIECES), 0..24)
        ) {
            let text = words.join(" ");
            let _ = translate(&text, &context());
            let procedure = Procedure {
                name: "p".to_owned(),
                arguments: vec![Argument { name: "t".to_owned(), kind: "integer".to_owned() }],
                body: format!("begin {text}; end"),
                replace: false,
            };
            let _ = body_statements(&procedure, &context());
        }
    }

    #[test]
    fn brackets_without_end_do_not_overflow_the_stack() {
        assert_eq!(
            translate(&"(".repeat(100_000), &context()),
            Err(Refusal::TooDeep)
        );
    }
}
