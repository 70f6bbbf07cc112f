//! Statements whose parts do not belong together.

use super::{Rule, rule};

pub(super) const RULES: &[Rule] = &[
    rule(
        r#"column "?([^" ]+)"? must appear in the GROUP BY clause"#,
        "column \"{1}\" must appear in the GROUP BY clause or be used in an aggregate function",
    ),
    rule(
        r"aggregate function calls cannot be nested",
        "aggregate function calls may not be nested",
    ),
    rule(
        r"(WHERE|GROUP BY|JOIN) (?:clause|condition) cannot contain aggregates",
        "aggregates not allowed in {1} clause",
    ),
    rule(
        r"(WHERE|GROUP BY|HAVING|JOIN) (?:clause|condition) cannot contain window functions",
        "window functions not allowed in {1} clause",
    ),
    rule(
        r"Set operations can only apply to expressions with the same number of result columns",
        "each UNION, INTERSECT or EXCEPT query must have the same number of columns",
    ),
    rule(
        r"table (\S+) has (\d+) columns but (\d+) values were supplied",
        "INSERT has more expressions than target columns: relation \"{1}\" has {2}, and {3} are given",
    ),
    rule(
        r"Column name/value mismatch for insert on (\S+): expected (\d+) columns but (\d+) values",
        "INSERT names {2} columns of relation \"{1}\" and gives {3} values",
    ),
    rule(
        r"ORDER term out of range - should be between 1 and (\d+)",
        "ORDER BY position is not in select list, which has {1} columns",
    ),
    rule(
        r"GROUP BY term out of range - should be between 1 and (\d+)",
        "GROUP BY position is not in select list, which has {1} columns",
    ),
    rule(
        r"STAR expression is not supported here",
        "`*` stands for columns in a select list only: name each column or field",
    ),
    rule(
        r"\* expression without FROM clause",
        "`*` stands for nothing without FROM: name each column or field",
    ),
    rule(
        r"Subquery returns \d+ columns",
        "subquery must return only one column",
    ),
    rule(
        r"More than one row returned by a subquery",
        "single-row subquery returns more than one row",
    ),
    rule(
        r"LIMIT/OFFSET cannot be negative",
        "LIMIT and OFFSET must not be negative",
    ),
    rule(
        r"PERCENTILEs can only take parameters in the range \[0, 1\]",
        "the percentile is a number from 0 to 1",
    ),
    rule(
        r"QUANTILE can only take constant parameters|QUANTILE argument must not be NULL",
        "the percentile is a constant number from 0 to 1",
    ),
    rule(
        r"Separator argument to StringAgg must be a constant",
        "the delimiter of LISTAGG is a constant text",
    ),
    // PostgreSQL's words for the next four.
    rule(
        r"Could not ORDER BY column",
        "ORDER BY on a UNION/INTERSECT/EXCEPT result must be on one of the result columns: name the column, or put \
         the queries into FROM",
    ),
    rule(
        r#"Column "(.*?)" does not exist on (left|right) side of join"#,
        "column \"{1}\" specified in USING clause does not exist in {2} table",
    ),
    rule(
        r"GROUPING child .* must be a grouping column",
        "arguments to GROUPING must be grouping expressions of the associated query level",
    ),
    rule(
        r#"Circular reference to CTE "(.*?)""#,
        "relation \"{1}\" does not exist: write WITH RECURSIVE where a query of WITH reads itself",
    ),
    rule(
        r"Argument for ntile must be greater than zero",
        "the argument of NTILE must be greater than zero",
    ),
    // As `run/refusals.rs` looks for them: trying again is of no use.
    rule(
        r"(No space left on device|File too large|Disk quota exceeded|Read-only file system)",
        "the disk takes nothing more: {1}",
    ),
    rule(
        r"database has been invalidated",
        "the database has been invalidated, and takes nothing more until it is opened again",
    ),
    rule(
        r"Out of Memory Error",
        "the embedded warehouse has no memory left for this statement",
    ),
    rule(
        r"syntax error at or near (.*)$",
        "syntax error at or near {1}",
    ),
];
