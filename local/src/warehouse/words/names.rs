//! Names that are not there, are there already, or mean several things.

use super::{Rule, rule};

pub(super) const RULES: &[Rule] = &[
    rule(
        r"Table with name ((?:stl|stv|svl|svv|svcs|sys)_\w+) does not exist",
        "the embedded warehouse has no system table \"{1}\": give it one as `{1}.csv` in the folder of \
         `local.system_tables`",
    ),
    rule(
        r#"(?:Table|View) with name "?([^" ]+)"? does not exist"#,
        "relation \"{1}\" does not exist",
    ),
    rule(
        r#"(?:Table|View) with name "?([^" ]+)"? already exists"#,
        "Relation \"{1}\" already exists",
    ),
    rule(
        r#"Referenced update column (\S+) not found"#,
        "column \"{1}\" does not exist",
    ),
    rule(
        r#"Column "([^"]+)" (?:in EXCLUDE list not found|referenced in UNPIVOT)"#,
        "column \"{1}\" does not exist",
    ),
    rule(
        r"SELECT list is empty after resolving",
        "EXCLUDE leaves no column to select: name one at least",
    ),
    rule(
        r#"Referenced column "([^"]+)" "#,
        "column \"{1}\" does not exist",
    ),
    rule(
        r#"Referenced table "([^"]+)" not found"#,
        "missing FROM-clause entry for table \"{1}\"",
    ),
    rule(
        r#""([^"]+)" does not have a column named "([^"]+)""#,
        "column \"{2}\" does not exist in {1}",
    ),
    rule(
        r#""([^"]+)" does not have a column with name "([^"]+)""#,
        "column \"{2}\" of relation \"{1}\" does not exist",
    ),
    rule(
        r#"Ambiguous reference to column name "([^"]+)""#,
        "column reference \"{1}\" is ambiguous",
    ),
    rule(
        r#"Ambiguous reference to table "(?:[^"]*\.)?([^".]+)""#,
        "table name \"{1}\" specified more than once",
    ),
    rule(
        r#"Duplicate alias "([^"]+)" in query"#,
        "table name \"{1}\" specified more than once",
    ),
    rule(
        r#"Duplicate CTE name "([^"]+)""#,
        "WITH query name \"{1}\" specified more than once",
    ),
    rule(
        r"Column with name (\S+) already exists",
        "column \"{1}\" specified more than once",
    ),
    rule(
        r"Target table has more colum\w* names than query result",
        "CREATE TABLE AS specifies too many column names",
    ),
    rule(
        r"More VIEW aliases than columns in query result",
        "CREATE VIEW specifies more column names than columns",
    ),
    rule(
        r"Cannot create entry in system catalog",
        "permission denied: nothing is created in a schema of the system, so name one of your own",
    ),
    rule(
        r#"Schema with name "?([^" ]+)"? does not exist"#,
        "schema \"{1}\" does not exist",
    ),
    rule(
        r#"Schema with name "?([^" ]+)"? already exists"#,
        "Schema \"{1}\" already exists",
    ),
    rule(
        r"Type with name (\S+) does not exist",
        "type \"{1}\" does not exist",
    ),
    rule(
        r#"Function with name "?(?:redshift_)?([^"\s]+)"? is not in the catalog"#,
        "function {1} does not exist",
    ),
    rule(
        r"Function with name (?:redshift_)?(\S+) does not exist",
        "function {1} does not exist",
    ),
    rule(
        r#"Existing object "?([^" ]+)"? is of type (?:Table|View)"#,
        "Relation \"{1}\" already exists",
    ),
];
