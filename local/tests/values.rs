//! Values, formats and small rules with types give what Redshift gives. The case files are those of
//! `dialect.rs`.

mod harness;

#[tokio::test]
async fn blanks_at_the_end() {
    harness::run(include_str!("redshift/blanks.sql"), 0).await;
}
