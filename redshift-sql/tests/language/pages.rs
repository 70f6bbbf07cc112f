//! Forms of the AWS pages that are seldom written, and are read.
use redshift_sql::parse;

#[test]
fn brackets_around_queries_and_joins_are_told_apart() {
    for from in [
        "((select 1) a join u on true)",
        "(((select 1) a join u on true) join u on true)",
        "((((select 1)) a cross join u) join u on true)",
        "(((select 1) union select 2) a join u on true)",
        "((select 1) union select 2) a",
        "((((select 1)) union (select 2)) limit 1) a",
        "(((select 1))) a",
        "((with b as (select 1) select 1 from b) as a natural join u)",
        "((select 1 from ((select 1) b join u on true)) a left join ((select 1) c join u on true) on true)",
    ] {
        let text = format!("select 1 from {from}; select 1 from t join {from} on true");
        assert_eq!(parse(&text).mistakes, [], "{text}");
    }
    // No bracket of another statement closes this one.
    for text in [
        "select 1 from ((select 1; select 2) a)",
        "select 1 from ((select 1) a join u on true",
    ] {
        assert!(!parse(text).mistakes.is_empty(), "{text}");
    }
}

#[test]
fn forms_of_the_pages_are_read() {
    for text in [
        // ALTER DATABASE.
        "alter database d rename to e",
        "alter database d owner to u",
        "alter database d connection limit unlimited collate ci isolation level snapshot",
        "alter database d integration refresh all tables in schema s, t",
        "alter database d integration refresh inerror tables",
        "alter database d integration refresh remediable tables in schema s",
        "alter database d integration refresh table s.a, s.b",
        "alter database d integration set query_all_states = true acceptinvchars false",
        "alter database d integration set refresh_interval 60 truncatecolumns = true",
        "alter database d integration set history_mode = true for all tables in schema s",
        "alter database d integration set history_mode = true for table s.a, s.b",
    ] {
        assert_eq!(parse(text).mistakes, [], "{text}");
    }
}
