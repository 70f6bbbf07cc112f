//! What a binder finds at a place that it watches.

use std::collections::HashMap;

use redshift_sql::names::{Binder, DeclaredTables, Means, NameAt};
use redshift_sql::parse;

const TABLES: &str = "create table orders (id int, customer int, amount decimal(8, 2), data super);
create table customers (id int, name varchar(40));";

/// What stands at the first `▮`, which is no part of the text.
fn at(text: &str) -> Option<NameAt> {
    let offset = text.find('▮').unwrap();
    let text = text.replacen('▮', "", 1);
    let none = HashMap::new();
    let mut tables = DeclaredTables::new();
    for statement in &parse(TABLES).statements {
        tables.learn(statement, &none);
    }
    let script = parse(&text);
    assert!(script.mistakes.is_empty(), "{text}: {:?}", script.mistakes);
    Binder::new(&tables, &none)
        .watching(u32::try_from(offset).unwrap())
        .statement(&script.statements[0])
        .at
}

fn column(text: &str) -> (String, String, Vec<String>) {
    let Some(Means::Column {
        kind,
        sources,
        visible,
        ..
    }) = at(text).map(|at| at.means)
    else {
        unreachable!("{text} is no column")
    };
    let sources: Vec<String> = sources
        .iter()
        .map(|source| format!("{}.{}", source.table, source.column))
        .collect();
    let visible = visible.relations.iter().map(|one| one.name.to_string());
    (kind.to_string(), sources.join(" "), visible.collect())
}

#[test]
fn a_column_knows_its_type_its_sources_and_its_neighbours() {
    let (kind, sources, visible) = column("select ▮amount from orders");
    assert_eq!(kind, "numeric(8,2)");
    assert_eq!(sources, "orders.amount");
    assert_eq!(visible, ["orders"]);
    let (_, sources, visible) =
        column("select 1 from orders o join customers c on o.customer = c.▮id");
    assert_eq!(sources, "customers.id");
    assert_eq!(visible, ["o", "c"]);
    let (kind, sources, _) = column(
        "with big as (select amount * 2 as twice from orders) select 1 from big where ▮twice > 1",
    );
    assert_eq!(
        (kind.as_str(), sources.as_str()),
        ("numeric(19,2)", "orders.amount")
    );
    let (_, _, visible) =
        column("select (select max(▮name) from customers c where c.id = o.id) from orders o");
    assert_eq!(visible, ["c", "o"]);
}

#[test]
fn names_behind_the_select_list_are_found() {
    let (kind, _, _) = column("select amount as a from orders order by ▮a");
    assert_eq!(kind, "numeric(8,2)");
    let (_, sources, _) = column("select 1 from orders join customers using (▮id)");
    assert_eq!(sources, "orders.id");
    let (kind, sources, _) = column("select data.▮part from orders");
    assert_eq!((kind.as_str(), sources.as_str()), ("super", "orders.data"));
}

#[test]
fn relations_tables_targets_and_functions_are_told_apart() {
    let means = |text: &str| at(text).map(|at| at.means);
    assert!(matches!(
        means("select ▮o.id from orders o"),
        Some(Means::Relation(Some(relation))) if relation.table.as_deref() == Some("orders")
    ));
    assert!(matches!(
        means("with a as (select 1 as x) select * from a, ▮orders"),
        Some(Means::Table { table, common })
            if table.table.as_deref() == Some("orders") && common == ["a"]
    ));
    assert!(matches!(
        means("insert into ▮orders values (1, 2, 3)"),
        Some(Means::Table { table, .. }) if table.columns.len() == 4
    ));
    assert!(matches!(
        means("update orders set ▮amount = 1"),
        Some(Means::Written { table, column }) if table == "orders" && column == "amount"
    ));
    assert!(matches!(
        means("insert into orders (id, ▮customer) values (1, 2)"),
        Some(Means::Written { column, .. }) if column == "customer"
    ));
    assert!(matches!(
        means("select ▮sum(amount) from orders"),
        Some(Means::Function { name }) if name == "sum"
    ));
    assert!(means("select▮ 1").is_none());
    assert!(means("select ▮public.orders.id from public.orders").is_none());
}

#[test]
fn tokens_tell_the_tables_of_a_statement_that_nobody_has_finished() {
    use redshift_sql::names::sketch;
    let text =
        "select 1; select o. frm x from public.orders as o, stage.lines l join b on o.; select 2";
    let script = parse(text);
    let place = u32::try_from(text.find(" frm").unwrap()).unwrap();
    let tokens = sketch::around(&script.tokens, place);
    let found = sketch::mentions(text, tokens);
    let found: Vec<(&str, &str)> = found
        .iter()
        .map(|mention| (mention.table.as_str(), mention.name.as_str()))
        .collect();
    assert_eq!(found, [("orders", "o"), ("stage.lines", "l"), ("b", "b")]);
    let place = u32::try_from(text.find("lines").unwrap()).unwrap();
    let token = sketch::token_at(&script.tokens, place).unwrap();
    assert_eq!(
        sketch::chain(text, &script.tokens, token),
        ["stage", "lines"]
    );
    let place = u32::try_from(text.find("b on").unwrap()).unwrap();
    let token = sketch::token_at(&script.tokens, place).unwrap();
    let word = sketch::word_before(text, &script.tokens, token).unwrap();
    assert!(sketch::precedes_table(&word));
}
