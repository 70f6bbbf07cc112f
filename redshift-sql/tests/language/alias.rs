//! Aliases that are words of the grammar.
use redshift_sql::parse;

#[test]
fn at_names_a_relation_or_an_index() {
    for text in [
        "select am.c from (select 1 c) am, (select 2 d) at, (select 3 e) ev",
        "select c from (select 1 c) at where c = 1",
        "select c from (select 1 c) at join u on u.c = at.c",
        "select position from t, t.items as item at position",
    ] {
        let mistakes = parse(text).mistakes;
        assert!(mistakes.is_empty(), "{text}: {}", mistakes[0].sentence);
    }
}
