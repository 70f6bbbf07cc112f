//! What the warehouse says of itself is what statements declared.

use crate::harness;
use crate::harness::Warehouse;
use local::warehouse::{EmbeddedWarehouse, Options};

#[tokio::test]
async fn the_catalog_as_declared() {
    harness::run(include_str!("redshift/catalog.sql"), 0).await;
}

/// Bug case `catalog-types`: data_type was the engine's, and the length of a varchar was missing.
#[tokio::test]
async fn columns_have_the_types_of_create_table() {
    let warehouse = Warehouse::open();
    let create =
        "create table bills (id integer, state varchar(256), amount numeric(18,2), at timestamp)";
    warehouse.script(create).await.unwrap();
    let look =
        "select column_name, data_type, character_maximum_length, numeric_precision, numeric_scale
                from information_schema.\"columns\"
                where table_schema = 'public' and table_name = 'bills' order by ordinal_position";
    let rows = "id|integer|NULL|32|0;state|character varying|256|NULL|NULL;amount|numeric|NULL|18|2;\
                at|timestamp without time zone|NULL|NULL|NULL";
    assert_eq!(warehouse.script(look).await.unwrap().as_deref(), Some(rows));
}

/// Every system table without a row can be read, and says how its columns are known.
#[tokio::test]
async fn system_tables_without_rows() {
    let text = include_str!("../../src/warehouse/dialect/system_tables.txt");
    let (read, unread) = text.split_once("# ## Not read yet\n").unwrap();
    let tables = |part: &'static str| {
        let lines = part.lines().filter(|line| !line.starts_with('#'));
        let names = lines.map(|line| line.split_once(": ").unwrap().0);
        names.collect::<Vec<&str>>()
    };
    let (read, unread) = (tables(read), tables(unread));
    // As ARCHITECTURE.md counts them.
    assert_eq!(unread.len(), 14);
    let warehouse = Warehouse::open();
    for name in read.iter().chain(&unread) {
        let found = warehouse.script(&format!("select * from {name}")).await;
        assert_eq!(found, Ok(Some(String::new())), "{name}");
    }
}

#[tokio::test]
async fn a_transaction_that_fails_leaves_the_catalog_as_it_was() {
    let warehouse = Warehouse::open();
    let create =
        "create table kept (a varchar(5)) diststyle even; comment on table kept is 'first'";
    warehouse.script(create).await.unwrap();
    let failed = "alter table kept alter diststyle all; comment on table kept is 'second';
                  alter table kept add column b int; create table gone (a int); select 1 / 0";
    warehouse.script(failed).await.unwrap_err();
    let look = "select name, b, c from (
                  select t.table_name as name, t.remarks as b, count(c.column_name) as c
                  from svv_tables t join svv_columns c on c.table_name = t.table_name
                  where t.table_name in ('kept', 'gone') group by 1, 2)";
    let found = warehouse.script(look).await.unwrap();
    assert_eq!(found.as_deref(), Some("kept|first|1"));
}

#[tokio::test]
async fn declarations_outlive_a_process() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("w.duckdb");
    let create = "create table t (a char(3) encode zstd, b varchar(7)) distkey (b) sortkey (a);
                  create view v as select b from t";
    let open = || EmbeddedWarehouse::open(&path, Options::default()).unwrap();
    let first = Warehouse::over(open(), 0);
    first.script(create).await.unwrap();
    drop(first);
    let warehouse = Warehouse::over(open(), 100);
    let look = "select \"column\", type, encoding, distkey, sortkey from pg_table_def";
    let rows = "a|character(3)|zstd|false|1;b|character varying(7)|lzo|true|0";
    assert_eq!(warehouse.script(look).await.unwrap().as_deref(), Some(rows));
    let refused = warehouse.script("drop table t").await.unwrap_err();
    assert!(refused.contains("other objects depend on it"), "{refused}");
}

/// Steps of a run make tables at the same time.
#[tokio::test]
async fn tables_are_made_side_by_side() {
    let warehouse = Warehouse::open();
    let make =
        |name: &str| format!("create table {name} (a varchar(9)); comment on table {name} is 'x'");
    let (one, two, three) = (make("one"), make("two"), make("three"));
    let made = tokio::join!(
        warehouse.script(&one),
        warehouse.script(&two),
        warehouse.script(&three)
    );
    assert!(
        made.0.is_ok() && made.1.is_ok() && made.2.is_ok(),
        "{made:?}"
    );
    let look = "select count(*) from svv_tables where remarks = 'x'";
    assert_eq!(warehouse.script(look).await.unwrap().as_deref(), Some("3"));
}
