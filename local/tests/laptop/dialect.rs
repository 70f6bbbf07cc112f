//! Statements in Redshift's dialect give what Redshift gives.
//!
//! Each case of a case file begins with `### NAME` and holds statements. Where the rows of the last
//! query are compared, the case ends with `=> ` and the rows: columns by `|`, rows by `;`. A case that
//! must fail ends with `=! ` and a part of the error. Cases of a file run in their order on one
//! warehouse.

use crate::harness;
use crate::harness::Warehouse;

#[tokio::test]
async fn queries() {
    harness::run(include_str!("redshift/queries.sql"), 0).await;
}

#[tokio::test]
async fn types() {
    harness::run(include_str!("redshift/types.sql"), 0).await;
}

#[tokio::test]
async fn shared_columns() {
    harness::run(include_str!("redshift/shared_columns.sql"), 0).await;
}

#[tokio::test]
async fn semistructured() {
    harness::run(include_str!("redshift/semistructured.sql"), 0).await;
}

#[tokio::test]
async fn pivot() {
    harness::run(include_str!("redshift/pivot.sql"), 0).await;
}

#[tokio::test]
async fn sketches() {
    harness::run(include_str!("redshift/sketches.sql"), 0).await;
}

#[tokio::test]
async fn varbyte() {
    harness::run(include_str!("redshift/varbyte.sql"), 0).await;
}

#[tokio::test]
async fn functions() {
    harness::run(include_str!("redshift/functions.sql"), 0).await;
}

#[tokio::test]
async fn tables() {
    harness::run(include_str!("redshift/tables.sql"), 0).await;
}

#[tokio::test]
async fn loads() {
    harness::run(include_str!("redshift/loads.sql"), 0).await;
}

#[tokio::test]
async fn what_redshift_refuses_is_said_without_a_word_of_the_engine() {
    harness::run(include_str!("redshift/mistakes.sql"), 0).await;
}

#[tokio::test]
async fn a_failing_case_is_noticed() {
    let warehouse = Warehouse::open();
    assert!(warehouse.case("select 1", Some("2")).await.is_err());
    assert!(warehouse.case("select missing", None).await.is_err());
    assert!(warehouse.case("select 1", Some("1")).await.is_ok());
}
