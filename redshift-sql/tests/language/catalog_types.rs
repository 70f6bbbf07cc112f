//! Arrays of the catalog's types, which casts name and columns cannot have.
use redshift_sql::tree::{Body, DataType, ExpressionKind, StatementKind};
use redshift_sql::{MistakeKind, parse};

#[test]
fn casts_take_arrays_of_catalog_types() {
    for (cast, name) in [
        ("'{}'::aclitem[]", "_aclitem"),
        ("cast('{}' as oid[])", "_oid"),
        ("convert(pg_catalog.name[], '{}')", "_name"),
        ("'{}'::aclitem [ ] [ ]", "_aclitem"),
        ("'{}'::\"char\"[]", "_char"),
        ("'{}'::_text", "_text"),
    ] {
        let script = parse(&format!("select {cast} as a from pg_class"));
        assert_eq!(script.mistakes, [], "{cast}");
        let StatementKind::Query(query) = &script.statements[0].kind else {
            panic!("{cast}: no query");
        };
        let Body::Select(select) = &query.body else {
            panic!("{cast}: no select");
        };
        let ExpressionKind::Cast { data_type, .. } = &select.items[0].expression.kind else {
            panic!("{cast}: no cast");
        };
        let DataType::Catalog(found) = &data_type.kind else {
            panic!("{cast}: {data_type:?}");
        };
        assert_eq!(found.text, name, "{cast}");
    }
}

#[test]
fn no_column_and_no_other_cast_takes_an_array() {
    for text in [
        "create table t (a int[])",
        "create table t (a aclitem[])",
        "alter table t add column a oid[]",
        "create external table s.t (a varchar(10)[]) stored as parquet location 's3://b/k'",
        "select a::int[] from t",
        "select cast(a as varchar(10)[]) from t",
    ] {
        let mistakes = parse(text).mistakes;
        assert_eq!(mistakes.len(), 1, "{text}: {mistakes:?}");
        assert_eq!(mistakes[0].kind, MistakeKind::NotRedshift, "{text}");
        assert_eq!(mistakes[0].span.of(text), "[", "{text}");
        assert!(mistakes[0].sentence.contains("arrays"), "{text}");
    }
}
