//! Statements that return rows, and those whose effect ends with the session.

use redshift_sql::tree::{Body, StatementKind};

use super::words::{Keywords, Words};

/// The word for which a statement returns rows.
pub(super) fn returns(kind: &StatementKind, words: Words<'_>) -> Option<Keywords> {
    let returns = match kind {
        StatementKind::Query(query) => !makes_table(&query.body),
        StatementKind::Show(_)
        | StatementKind::Explain(_)
        | StatementKind::Fetch(_)
        | StatementKind::Describe(_) => true,
        _ => false,
    };
    returns.then(|| words.first()).flatten()
}

/// Whether a statement returns rows, or may: those of a procedure nobody can tell from its call.
pub fn may_return_rows(kind: &StatementKind) -> bool {
    match kind {
        StatementKind::Query(query) => !makes_table(&query.body),
        StatementKind::Analyze(analyze) => analyze.compression,
        StatementKind::Broken
        | StatementKind::Call(_)
        | StatementKind::CopyJob(_)
        | StatementKind::Describe(_)
        | StatementKind::Execute(_)
        | StatementKind::Explain(_)
        | StatementKind::Fetch(_)
        | StatementKind::Show(_) => true,
        _ => false,
    }
}

/// Whether the rows of a query go into a table.
fn makes_table(body: &Body) -> bool {
    match body {
        Body::Select(select) => select.into.is_some(),
        Body::Parenthesized(query) => makes_table(&query.body),
        Body::Operation { first, rest } => {
            makes_table(first) || rest.iter().any(|link| makes_table(&link.body))
        }
    }
}

/// The word of a statement that only changes its session (AWS pages: `SET`, `RESET`, `PREPARE`,
/// `DEALLOCATE`, `DECLARE`, `USE`).
pub(super) fn of_session(kind: &StatementKind, words: Words<'_>) -> Option<Keywords> {
    match kind {
        StatementKind::Set(_)
        | StatementKind::Reset(_)
        | StatementKind::Prepare(_)
        | StatementKind::Deallocate(_)
        | StatementKind::DeclareCursor(_)
        | StatementKind::Use(_) => words.first(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::script::Keywords;
    use crate::script::statement::tests::kind;

    fn words(keywords: Option<Keywords>) -> Option<String> {
        keywords.map(|keywords| keywords.words)
    }

    #[test]
    fn queries_return_rows() {
        for (sql, word) in [
            ("select 1", "SELECT"),
            ("with a as (select 1) select * from a", "WITH"),
            ("((select 1) union (select 2))", "SELECT"),
            ("(select 1) union select 2", "SELECT"),
            ("show tables from schema d.s", "SHOW"),
            ("explain select 1", "EXPLAIN"),
            ("fetch all from c", "FETCH"),
            ("desc datashare d", "DESC"),
            ("select x.into as delete from t x", "SELECT"),
        ] {
            assert_eq!(words(kind(sql).returns).as_deref(), Some(word), "{sql}");
        }
        for sql in [
            "select 1 as a into t",
            "with a as (select 1 as b) select * into t from a",
            "select 1 as a into t union all select 2",
            "insert into t with a as (select 1) select * from a",
            "insert into t select 1",
            "create table t as select 1",
            "call p()",
        ] {
            assert_eq!(words(kind(sql).returns), None, "{sql}");
        }
    }

    #[test]
    fn settings_end_with_their_session() {
        for (sql, word) in [
            ("set query_group to 'a'", "SET"),
            ("reset all", "RESET"),
            ("use d", "USE"),
            ("prepare p as select 1", "PREPARE"),
            ("deallocate p", "DEALLOCATE"),
            ("declare c cursor for select 1", "DECLARE"),
        ] {
            assert_eq!(words(kind(sql).of_session).as_deref(), Some(word), "{sql}");
        }
        assert_eq!(words(kind("update a set b = 1").of_session), None);
    }
}
