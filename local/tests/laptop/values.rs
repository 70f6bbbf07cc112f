//! Values, formats and small rules with types give what Redshift gives. The case files are those of
//! `dialect.rs`.

use crate::harness;

#[tokio::test]
async fn blanks_at_the_end() {
    harness::run(include_str!("redshift/blanks.sql"), 0).await;
}

#[tokio::test]
async fn templates() {
    harness::run(include_str!("redshift/templates.sql"), 0).await;
}

#[tokio::test]
async fn rows() {
    harness::run(include_str!("redshift/rows.sql"), 0).await;
}

#[tokio::test]
async fn moments() {
    harness::run(include_str!("redshift/moments.sql"), 0).await;
}

#[tokio::test]
async fn outer_joins_by_marks() {
    harness::run(include_str!("redshift/outer_joins.sql"), 0).await;
}

#[tokio::test]
async fn literals_and_casts() {
    harness::run(include_str!("redshift/literals.sql"), 0).await;
}

#[tokio::test]
async fn small_rules() {
    harness::run(include_str!("redshift/small_rules.sql"), 0).await;
}
