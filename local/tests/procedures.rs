//! Stored procedures: PL/pgSQL as Redshift runs it, over the embedded warehouse.
//!
//! The cases are in `redshift/procedures.sql`, in the form that `dialect.rs` describes. What depends on
//! where a transaction ends is here, statement by statement.

mod harness;

#[tokio::test]
async fn procedures() {
    harness::run(include_str!("redshift/procedures.sql"), 60).await;
}
