//! What a catalog learns of external tables.

use std::collections::HashMap;

use redshift_sql::names::{DeclaredTables, TableKind};
use redshift_sql::parse;
use redshift_sql::types::Type;

#[test]
fn columns_of_partitioned_by_stand_behind_those_of_the_query() {
    let mut tables = DeclaredTables::new();
    let script = parse(
        "create table sales (paid boolean, id int, month varchar(7));
         create external table spectrum.sales partitioned by (month, paid varchar(5)) stored as parquet
         location 's3://b/sales/' as select * from sales",
    );
    assert!(script.mistakes.is_empty(), "{:?}", script.mistakes);
    for statement in &script.statements {
        tables.learn(statement, &HashMap::new());
    }
    let made = tables.get("spectrum.sales").unwrap();
    assert_eq!(made.kind, TableKind::External);
    let columns: Vec<(&str, Type)> = made
        .columns
        .iter()
        .map(|column| (column.name.as_str(), column.kind))
        .collect();
    assert_eq!(
        columns,
        [
            ("id", Type::Integer),
            ("month", Type::VarChar(7)),
            ("paid", Type::VarChar(5)),
        ]
    );
}
