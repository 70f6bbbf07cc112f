//! Which kind of statement it is, and who translates it.

use redshift_sql::names::{Binder, is_system};
use redshift_sql::tree::{
    self, Body, Drop, ObjectKind, ObjectName, Query, RoutineKind, StatementKind,
};

use redshift_sql::{Mistake, MistakeKind, Span, parse};

use super::statement::{self as made, Dropped, Statement};
use super::writer::Writer;
use super::{
    Refusal, TranslationContext, account, alter, aws_only, copy, cursor, database, declare,
    explain, external, function, prepared, procedure, rows, settings, show, table, unload,
};

/// Translates one statement of Redshift's dialect.
///
/// ```text
/// select customer, sum(amount) / count(*) from orders group by 1
/// Statement::Query   select "customer", sum ("amount") / count (*) as "?column?" from "orders" group by 1
///
/// begin              Statement::Begin
/// select 1; select 2 Refusal::SeveralStatements
/// ```
pub(crate) fn translate(sql: &str, context: &TranslationContext<'_>) -> Result<Statement, Refusal> {
    let script = parse(sql);
    if let Some(mistake) = script.mistakes.into_iter().next() {
        return Err(Refusal::Mistake(Box::new(mistake)));
    }
    match script.statements.as_slice() {
        [] => Ok(Statement::Nothing),
        [one] => {
            let parameters = context.parameter_types();
            let mut types = Binder::new(context.catalog, &parameters).statement(one);
            let wrong = |mistake: &Mistake| {
                matches!(mistake.kind, MistakeKind::Types | MistakeKind::NotRedshift)
            };
            if let Some(at) = types.mistakes.iter().position(wrong) {
                return Err(Refusal::Mistake(Box::new(types.mistakes.swap_remove(at))));
            }
            let writer = Writer::new(context).of_text(sql).typed(Some(&types));
            statement(one, sql, writer)
        }
        _ => Err(Refusal::SeveralStatements),
    }
}

/// The rows of a materialized view are those of its query (AWS page: `REFRESH MATERIALIZED VIEW`).
fn materialized_stays(kind: &StatementKind, writer: Writer<'_>) -> Result<(), Refusal> {
    let name = match kind {
        StatementKind::Insert(insert) => &insert.table,
        StatementKind::Update(update) => &update.table,
        StatementKind::Delete(delete) => &delete.table,
        StatementKind::Merge(merge) => &merge.target,
        StatementKind::Truncate(truncate) => &truncate.table,
        StatementKind::Copy(copy) => &copy.table,
        _ => return Ok(()),
    };
    if !writer.context.catalog.is_materialized(name) {
        return Ok(());
    }
    Err(Refusal::Value(format!(
        "cannot change materialized view \"{}\": change the tables that it reads, and then REFRESH \
         MATERIALIZED VIEW",
        name.name().map_or("", |name| name.text.as_str())
    )))
}

/// ANALYZE and VACUUM: storage and statistics are Redshift's own. But the table must be there.
fn tended(table: Option<&ObjectName>, writer: Writer<'_>) -> Result<Statement, Refusal> {
    Ok(match table {
        // "You don't need to analyze … STL and STV tables": it does nothing (AWS page: `ANALYZE`).
        Some(table) if !is_system(&table.key()) => Statement::Lock(vec![writer.relation(table)?]),
        _ => Statement::Nothing,
    })
}

/// "The threshold value must be an integer between 0 and 100", and none of REINDEX (AWS page: `VACUUM`).
fn threshold(vacuum: &tree::Vacuum) -> Result<(), Refusal> {
    let Some(given) = &vacuum.threshold else {
        return Ok(());
    };
    if vacuum.mode == tree::VacuumMode::Reindex {
        return Err(Refusal::Value(
            "VACUUM REINDEX takes no TO … PERCENT: leave it out".to_owned(),
        ));
    }
    match &given.bare().kind {
        tree::ExpressionKind::Number(number)
            if !number.parse::<u8>().is_ok_and(|number| number <= 100) =>
        {
            Err(Refusal::Value(format!(
                "the threshold of VACUUM is a whole number from 0 to 100, and {number} is none"
            )))
        }
        _ => Ok(()),
    }
}

/// Translates a statement of a text.
pub(super) fn statement(
    statement: &tree::Statement,
    text: &str,
    writer: Writer<'_>,
) -> Result<Statement, Refusal> {
    materialized_stays(&statement.kind, writer)?;
    match &statement.kind {
        StatementKind::Begin(begin) => Ok(Statement::Begin {
            read_only: begin.read_only == Some(true),
        }),
        StatementKind::Commit => Ok(Statement::Commit),
        StatementKind::Rollback => Ok(Statement::Rollback),
        StatementKind::Query(query) => self::query(query, writer),
        StatementKind::Explain(explain) => {
            explain::check(explain)?;
            explain::explained(self::statement(&explain.statement, text, writer)?)
        }
        StatementKind::Show(show) => show::show(show, writer),
        StatementKind::Set(set) => settings::set(set),
        StatementKind::Reset(reset) => settings::reset(reset),
        StatementKind::Insert(insert) => {
            external::check_insert(insert, writer)?;
            rows::insert(insert, writer)
        }
        StatementKind::Update(update) => rows::update(update, writer),
        StatementKind::Delete(delete) => rows::delete(delete, writer),
        StatementKind::Merge(merge) => rows::merge(merge, writer),
        StatementKind::Truncate(truncate) => Ok(Statement::Truncate {
            table: writer.relation(&truncate.table)?,
        }),
        StatementKind::CreateTable(create) => {
            declare::table(table::create(create, writer)?, create, text, writer)
        }
        StatementKind::CreateTableAs(create) => {
            declare::table_as(table::create_as(create, writer)?, create, writer)
        }
        StatementKind::CreateView(create) => {
            declare::view(table::create_view(create, writer)?, create, text, writer)
        }
        StatementKind::CreateMaterializedView(create) => {
            let statement = table::create_materialized(create, writer)?;
            declare::materialized(statement, create, text, writer)
        }
        StatementKind::CreateSchema(create) => table::create_schema(create, writer),
        StatementKind::CreateExternalTable(create) => external::create(create, text, writer),
        StatementKind::AlterTable(alter) => match external::change(alter, writer)? {
            Some(change) => Ok(change),
            None => declare::alter(alter::alter(alter, writer)?, alter, text, writer),
        },
        StatementKind::Comment(comment) => declare::comment(comment, writer),
        StatementKind::AlterTableAppend(append) => database::append(append, writer),
        StatementKind::Drop(drop) => drop_object(drop, writer),
        StatementKind::RefreshMaterializedView(refresh) => Ok(Statement::RefreshMaterialized {
            name: writer.relation(&refresh.name)?,
        }),
        StatementKind::Copy(copy) => copy::copy(copy, text, writer),
        StatementKind::Unload(unload) => unload::unload(unload, text, writer),
        StatementKind::CreateProcedure(create) => {
            procedure::create(create, statement.span.of(text), text, writer)
        }
        StatementKind::Call(call) => procedure::call(call, writer),
        StatementKind::DropRoutine(drop) if drop.kind == RoutineKind::Procedure => {
            procedure::drop(drop, writer)
        }
        StatementKind::AlterRoutine(alter) if alter.kind == RoutineKind::Procedure => {
            procedure::alter(alter, writer)
        }
        StatementKind::Prepare(prepare) => prepared::prepare(prepare, text),
        StatementKind::Execute(execute) => prepared::execute(execute, writer),
        StatementKind::Deallocate(name) => Ok(Statement::Deallocate(name.text.to_string())),
        StatementKind::Lock(lock) => {
            let tables: Result<Vec<String>, Refusal> =
                lock.tables.iter().map(|table| writer.relation(table)).collect();
            Ok(Statement::Lock(tables?))
        }
        StatementKind::CreateFunction(create) => {
            function::create(create, statement.span.of(text), text, writer)
        }
        StatementKind::CreateExternalFunction(create) => {
            function::create_external(create, statement.span.of(text), writer)
        }
        StatementKind::DropRoutine(drop) => function::drop(drop, writer),
        StatementKind::AlterRoutine(alter) => function::alter(alter, writer),
        StatementKind::DeclareCursor(declare) => cursor::declare(declare, writer),
        StatementKind::Fetch(fetch) => cursor::fetch(fetch),
        StatementKind::Close(name) => Ok(cursor::close(name)),
        StatementKind::Analyze(analyze) if analyze.compression => {
            Err(Refusal::Unsupported(
                "ANALYZE COMPRESSION: a laptop does not keep columns as a cluster does, so leave ENCODE \
                 out, and Redshift chooses"
                    .to_owned(),
            ))
        }
        StatementKind::Analyze(analyze) => tended(analyze.table.as_ref(), writer),
        StatementKind::Vacuum(vacuum) => {
            threshold(vacuum)?;
            tended(vacuum.table.as_ref(), writer)
        }
        // Permissions: Redshift's own housekeeping.
        StatementKind::Grant(_)
        | StatementKind::Revoke(_)
        | StatementKind::AlterDefaultPrivileges(_) => Ok(Statement::Nothing),
        StatementKind::AlterMaterializedView(alter) => {
            declare::alter_materialized(alter, text, writer)
        }
        // Its tables are whatever the laptop keeps in a schema of that name.
        StatementKind::Definition(definition)
            if definition.kind == ObjectKind::ExternalSchema && !definition.alter =>
        {
            external::schema(definition, writer)
        }
        StatementKind::Definition(definition) if definition.kind == ObjectKind::Database => {
            database::define(definition)
        }
        StatementKind::Definition(definition)
            if definition.kind == ObjectKind::Schema && definition.alter =>
        {
            database::alter_schema(definition)
        }
        StatementKind::CreateExternalView(_) | StatementKind::AlterExternalView(_) => {
            Err(aws_only::external_view(statement.span.of(text)))
        }
        // What a datashare gives to others changes nothing here, as a GRANT does not.
        StatementKind::AlterDatashare(_) => Ok(Statement::Nothing),
        StatementKind::Describe(describe) if !describe.identity_provider => {
            Err(aws_only::describe_datashare())
        }
        StatementKind::Use(name) => database::use_database(name, writer.context),
        // A policy hides nothing until it is attached, and none is.
        StatementKind::Policy(_) => Ok(Statement::Nothing),
        StatementKind::AttachPolicy(attach) if attach.detach => Ok(Statement::Nothing),
        StatementKind::AttachPolicy(_) => {
            Err(aws_only::attach_policy(&verb(statement.span, text)))
        }
        StatementKind::Definition(definition) if is_without_meaning(definition) => {
            account::check(definition)?;
            Ok(Statement::Nothing)
        }
        _ => Err(aws_only::statement(&verb(statement.span, text))),
    }
}

/// Whether a definition changes nothing that a laptop has: users and their groups; what is shared with
/// others; the owner of an external schema.
fn is_without_meaning(definition: &tree::ObjectDefinition) -> bool {
    match definition.kind {
        ObjectKind::User | ObjectKind::Group | ObjectKind::Role | ObjectKind::Datashare => true,
        ObjectKind::ExternalSchema => {
            let renames = definition
                .options
                .iter()
                .any(|option| option.name.starts_with("rename"));
            definition.alter && !renames
        }
        _ => false,
    }
}

/// The words that say what a statement does: `CREATE EXTERNAL FUNCTION`.
fn verb(span: Span, text: &str) -> String {
    let words: Vec<String> = span
        .of(text)
        .split_whitespace()
        .take_while(|word| word.bytes().all(|byte| byte.is_ascii_alphabetic()))
        .take(2)
        .map(str::to_uppercase)
        .collect();
    words.join(" ")
}

/// A query; one with INTO makes a table.
fn query(query: &Query, writer: Writer<'_>) -> Result<Statement, Refusal> {
    if let Body::Select(select) = &query.body
        && select.into.is_some()
    {
        return declare::select_into(table::select_into(query, writer)?, query, writer);
    }
    writer.shows_no_sketch(query)?;
    if let Some(set) = settings::set_config(query, writer)? {
        return Ok(set);
    }
    let nodes = writer.query(query, true)?;
    writer.sql(&nodes).map(Statement::Query)
}

fn drop_object(drop: &Drop, writer: Writer<'_>) -> Result<Statement, Refusal> {
    let kind = match drop.kind {
        ObjectKind::Table => Dropped::Table,
        ObjectKind::View => Dropped::View,
        ObjectKind::Schema | ObjectKind::ExternalSchema => Dropped::Schema,
        ObjectKind::MaterializedView => Dropped::MaterializedView,
        ObjectKind::User
        | ObjectKind::Group
        | ObjectKind::Role
        | ObjectKind::Datashare
        | ObjectKind::MaskingPolicy
        | ObjectKind::RlsPolicy => return Ok(Statement::Nothing),
        ObjectKind::Database => return database::drop(drop),
        ObjectKind::ExternalView => return Err(aws_only::external_view("drop")),
        // Nothing of the kind is here, so nothing is to be dropped.
        _ if drop.if_exists => return Ok(Statement::Nothing),
        ObjectKind::Library => return Err(aws_only::statement("DROP LIBRARY")),
        ObjectKind::Model => return Err(aws_only::statement("DROP MODEL")),
        ObjectKind::IdentityProvider => return Err(aws_only::statement("DROP IDENTITY PROVIDER")),
        ObjectKind::Template => return Err(aws_only::statement("DROP TEMPLATE")),
    };
    let names: Result<Vec<String>, Refusal> = drop
        .names
        .iter()
        .map(|name| writer.relation(name))
        .collect();
    Ok(Statement::Drop(made::Drop {
        kind,
        names: names?,
        if_exists: drop.if_exists,
        cascade: drop.behavior == Some(tree::Behavior::Cascade),
    }))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::warehouse::dialect::{ALONE, EngineSql};

    /// Words and signs that mean something to the grammar or to the writer.
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
            let _ = translate(&text, &ALONE);
        }

        #[test]
        fn no_order_of_words_makes_the_translation_panic(
            words in proptest::collection::vec(proptest::sample::select(PIECES), 0..24)
        ) {
            let text = words.join(" ");
            let _ = translate(&text, &ALONE);
            let procedure = format!(
                "create procedure p(t int) language plpgsql as $body$ begin {text}; end $body$"
            );
            let _ = translate(&procedure, &ALONE);
        }
    }

    #[test]
    fn brackets_without_end_do_not_overflow_the_stack() {
        let refused = translate(&"(".repeat(100_000), &ALONE).unwrap_err();
        assert!(matches!(refused, Refusal::Mistake(_)), "{refused}");
    }

    /// ARCHITECTURE.md carries this statement through.
    #[test]
    fn a_tree_is_written_in_the_engine_s_dialect() {
        let mut tables = redshift_sql::names::DeclaredTables::new();
        let made = parse("create table orders (id int, customer int, amount decimal(8, 2))");
        for statement in &made.statements {
            tables.learn(statement, &std::collections::HashMap::new());
        }
        let context = TranslationContext {
            catalog: &tables,
            ..ALONE
        };
        let text = "select customer, sum(amount) / count(*) from orders group by 1";
        let Ok(Statement::Query(written)) = translate(text, &context) else {
            panic!("this is a query");
        };
        let told = include_str!("../../../../ARCHITECTURE.md");
        assert!(told.contains(&written.text), "{}", written.text);
        // Without the types the engine divides in its own way.
        let written = r#"select "customer", sum ("amount") / count (*) as "?column?" from "orders" group by 1"#;
        let translated = translate(text, &ALONE).unwrap();
        assert_eq!(translated, Statement::Query(EngineSql::plain(written)));
    }
}
