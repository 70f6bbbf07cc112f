//! Which names lead into SUPER values (AWS page: `Querying semistructured data`).
use std::collections::HashMap;

use redshift_sql::names::{Binder, Findings, NoCatalog, SuperSteps};
use redshift_sql::parse;
use redshift_sql::tree::{Body, ExpressionKind, RelationKind, Select, StatementKind};
use redshift_sql::types::Type;

fn with_select(sql: &str, check: impl Fn(&Select, &Findings)) {
    let script = parse(sql);
    assert_eq!(script.mistakes, [], "{sql}");
    let statement = &script.statements[0];
    let parameters = HashMap::new();
    let findings = Binder::new(&NoCatalog, &parameters).statement(statement);
    let StatementKind::Query(query) = &statement.kind else {
        panic!("{sql} is no query");
    };
    let Body::Select(select) = &query.body else {
        panic!("{sql} has no select list");
    };
    check(select, &findings);
}

/// How the first selected name leads into a value.
fn selected(sql: &str) -> Option<SuperSteps> {
    let found = std::cell::Cell::new(None);
    with_select(sql, |select, findings| {
        if let ExpressionKind::Column(name) = &select.items[0].expression.kind {
            found.set(findings.steps_of(name));
        }
    });
    found.get()
}

#[test]
fn parts_behind_the_column_are_steps() {
    let steps = |column, element| Some(SuperSteps { column, element });
    for (sql, expected) in [
        ("select a from c", None),
        ("select c.a from c", steps(2, false)),
        ("select c.a.b.d from c", steps(2, false)),
        ("select s.c.a.b from s.c", steps(3, false)),
        ("select o.k from c, c.orders o", steps(1, true)),
        ("select o.o from c, c.orders o", steps(1, true)),
        ("select l.k from c, c.orders o, o.lines l", steps(1, true)),
    ] {
        assert_eq!(selected(sql), expected, "{sql}");
    }
}

#[test]
fn arrays_in_from_are_known_by_the_relation_in_front() {
    for (sql, expected) in [
        ("select 1 from c, d.orders o", false),
        ("select 1 from c, c.orders o", true),
        ("select 1 from c as b, b.data.list as o at i", true),
        ("select 1 from s.c, s.c.orders o", true),
    ] {
        with_select(sql, |select, findings| {
            let RelationKind::Table { name, .. } = &select.from[1].relation.kind else {
                panic!("{sql}");
            };
            assert_eq!(findings.steps_of(name).is_some(), expected, "{sql}");
        });
    }
    // The element of an array may be one itself, under its name alone.
    with_select(
        "select element, i from f, f.multi as arr, arr as element at i",
        |select, findings| {
            let RelationKind::Table { name, .. } = &select.from[2].relation.kind else {
                panic!("no array");
            };
            assert_eq!(
                findings.steps_of(name).map(|steps| steps.element),
                Some(true)
            );
            let kinds: Vec<Type> = select
                .items
                .iter()
                .map(|item| findings.type_of(&item.expression))
                .collect();
            assert_eq!(kinds, [Type::Super, Type::BigInt]);
        },
    );
}
