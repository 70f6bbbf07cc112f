//! The queries of checks, in SQL that Redshift and the embedded warehouse both run.
//!
//! The first column of each is [`COUNT_COLUMN`]: how many rows break the check, or how many there are.
//! The others show rows that break it, at most [`KEPT_ROWS`]. Names are quoted; values are literals.

use runtime_lambda::checks::{COUNT_COLUMN, KEPT_ROWS};
use runtime_lambda::parameters::literal;

use crate::pipeline_yaml::Scalar;

/// Name of the column that says how often a value stands in the table.
const TIMES: &str = "times";

/// A name in double quotes.
pub(super) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn listed(columns: &[String]) -> String {
    let columns: Vec<String> = columns.iter().map(|column| quoted(column)).collect();
    columns.join(", ")
}

/// Names the query `groups`, which groups what breaks a check by these columns and counts it.
fn counted(groups: &str, columns: &[String]) -> String {
    let times = quoted(&times(columns));
    format!(
        "select cast(sum({times}) over () as bigint) as {}, \"broken\".* from ({groups}) as \"broken\" order by {times} desc, {} limit {KEPT_ROWS}",
        quoted(COUNT_COLUMN),
        listed(columns)
    )
}

/// A name for the number of times, which none of these columns has.
fn times(columns: &[String]) -> String {
    let is_taken = |name: &str| {
        let mut columns = columns.iter();
        columns.any(|column| column.eq_ignore_ascii_case(name))
    };
    let mut name = TIMES.to_owned();
    while is_taken(&name) {
        name.push('_');
    }
    name
}

/// Values of these columns that stand in `table` more than once.
pub(super) fn unique(table: &str, columns: &[String]) -> String {
    let present: Vec<String> = columns
        .iter()
        .map(|column| format!("{} is not null", quoted(column)))
        .collect();
    let groups = format!(
        "select {0}, count(*) as {1} from {table} where {2} group by {0} having count(*) > 1",
        listed(columns),
        quoted(&times(columns)),
        present.join(" and ")
    );
    counted(&groups, columns)
}

/// Rows of `table` in which a column is NULL.
pub(super) fn not_null(table: &str, column: &str) -> String {
    format!(
        "select count(*) over () as {}, \"broken\".* from {table} as \"broken\" where {} is null limit {KEPT_ROWS}",
        quoted(COUNT_COLUMN),
        quoted(column)
    )
}

/// Values of a column that are none of `values`.
pub(super) fn accepted_values(table: &str, column: &str, values: &[Scalar]) -> String {
    let values: Vec<String> = values.iter().map(value).collect();
    let column = [column.to_owned()];
    let groups = format!(
        "select {0}, count(*) as {1} from {table} where {0} is not null and {0} not in ({2}) group by {0}",
        listed(&column),
        quoted(&times(&column)),
        values.join(", ")
    );
    counted(&groups, &column)
}

/// Values of a column that the column `key` of `other` does not have.
pub(super) fn relationships(table: &str, column: &str, other: &str, key: &str) -> String {
    let columns = [column.to_owned()];
    let column = quoted(column);
    let key = quoted(key);
    let groups = format!(
        "select \"child\".{column}, count(*) as {0} from {table} as \"child\" left join {other} as \"parent\" on \"child\".{column} = \"parent\".{key} where \"child\".{column} is not null and \"parent\".{key} is null group by \"child\".{column}",
        quoted(&times(&columns)),
    );
    counted(&groups, &columns)
}

/// The newest value of a column, if it is older than so many seconds, or if there is none.
pub(super) fn freshness(table: &str, column: &str, seconds: u64) -> String {
    let newest = format!("max({})", quoted(column));
    format!(
        "select 1 as {}, {newest} as \"newest\", getdate() as \"now\" from {table} having {newest} is null or {newest} < dateadd(second, -{seconds}, getdate())",
        quoted(COUNT_COLUMN),
    )
}

/// The number of rows of `table`.
pub(super) fn row_count(table: &str) -> String {
    format!("select count(*) as {} from {table}", quoted(COUNT_COLUMN))
}

/// What stands in front of a query that must return no row, and behind it.
pub(super) fn no_rows() -> (String, String) {
    (
        format!(
            "select count(*) over () as {}, \"broken\".* from (\n",
            quoted(COUNT_COLUMN)
        ),
        format!("\n) as \"broken\" limit {KEPT_ROWS}"),
    )
}

/// A value as a literal.
pub(super) fn value(scalar: &Scalar) -> String {
    match scalar {
        Scalar::Boolean(boolean) => boolean.to_string(),
        Scalar::Number(number) => number.to_string(),
        Scalar::Text(text) => format!("'{}'", literal(text)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_values_end_nothing() {
        let odd = "a\"b".to_owned();
        let sql = unique("\"t\"", std::slice::from_ref(&odd));
        assert!(sql.contains("\"a\"\"b\" is not null"), "{sql}");
        let value = Scalar::Text("it's \\ odd".to_owned());
        let sql = accepted_values("\"t\"", &odd, &[value, Scalar::Number(7.into())]);
        assert!(sql.contains("not in ('it''s \\\\ odd', 7)"), "{sql}");
    }

    #[test]
    fn a_column_may_be_called_as_the_number_of_times_is() {
        let sql = unique("\"t\"", &["Times".to_owned()]);
        assert!(sql.contains("count(*) as \"times_\""), "{sql}");
    }

    #[test]
    fn every_query_is_one_that_redshift_reads() {
        let column = "c".to_owned();
        let columns = [column.clone(), "d".to_owned()];
        let (before, behind) = no_rows();
        for sql in [
            unique("\"s\".\"t\"", &columns),
            not_null("\"t\"", &column),
            accepted_values("\"t\"", &column, &[Scalar::Boolean(true)]),
            relationships("\"t\"", &column, "\"u\"", "k"),
            freshness("\"t\"", &column, 90),
            row_count("\"t\""),
            format!("{before}with a as (select 1 as x) select x from a -- end{behind}"),
        ] {
            let parsed = redshift_sql::parse(&sql);
            assert!(parsed.mistakes.is_empty(), "{sql}: {:?}", parsed.mistakes);
            assert_eq!(parsed.statements.len(), 1, "{sql}");
        }
    }
}
