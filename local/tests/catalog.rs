//! What the warehouse says of itself is what statements declared.

mod harness;

use harness::Warehouse;

#[tokio::test]
async fn the_catalog_as_declared() {
    harness::run(include_str!("redshift/catalog.sql"), 0).await;
}

/// Bug case `catalog-types`: data_type was the engine's, and the length of a varchar was missing.
#[tokio::test]
async fn columns_have_the_types_of_create_table() {
    let warehouse = Warehouse::open();
    let create = "create table bills (id integer, state varchar(256), amount numeric(18,2), at timestamp)";
    warehouse.script(create).await.unwrap();
    let look = "select column_name, data_type, character_maximum_length, numeric_precision, numeric_scale
                from information_schema.\"columns\"
                where table_schema = 'public' and table_name = 'bills' order by ordinal_position";
    let rows = "id|integer|NULL|32|0;state|character varying|256|NULL|NULL;amount|numeric|NULL|18|2;\
                at|timestamp without time zone|NULL|NULL|NULL";
    assert_eq!(warehouse.script(look).await.unwrap().as_deref(), Some(rows));
}
