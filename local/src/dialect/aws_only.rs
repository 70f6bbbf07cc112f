//! Statements and places that only a cluster in AWS has: each is refused by name, with what to do instead.

use super::Refusal;

/// What to do instead of sharing.
const DATASHARE: &str = "the laptop has one warehouse and nobody to share with: keep \
     the statement for AWS, and create the table or the schema for the laptop";

/// SHOW MODEL.
pub(super) const SHOW_MODEL: &str =
    "SHOW MODEL: the laptop trains no models: ask the warehouse in AWS for it";

/// Formats of COPY (AWS pages: `COPY from columnar data formats`, `Data format parameters`).
const FORMATS: [(&str, &str); 3] = [
    (
        "ORC",
        "write the objects as Parquet, and COPY with `format as parquet`",
    ),
    (
        "SHAPEFILE",
        "the laptop has no geometry: load the other columns from a CSV",
    ),
    (
        "SSH",
        "write the command's output to a bucket, and COPY from there",
    ),
];

/// Places of COPY beside S3 (AWS pages: `COPY from Amazon EMR`, `COPY from Amazon DynamoDB`).
const PLACES: [(&str, &str); 2] = [
    (
        "emr://",
        "COPY from Amazon EMR: let the cluster write to a bucket, and COPY from there",
    ),
    (
        "dynamodb://",
        "COPY from Amazon DynamoDB: export the table to a bucket, and COPY from there",
    ),
];

/// `DROP DATASHARE` and its like.
pub(super) fn datashare(verb: &str) -> Refusal {
    Refusal::Unsupported(format!("{verb} DATASHARE: {DATASHARE}"))
}

/// A view of the Data Catalog, from the word that the statement begins with.
pub(super) fn external_view(statement: &str) -> Refusal {
    let verb = statement.split_whitespace().next().unwrap_or_default();
    Refusal::Unsupported(format!(
        "{} EXTERNAL VIEW: the laptop has no Data Catalog: write a view WITH NO SCHEMA BINDING",
        verb.to_uppercase()
    ))
}

/// A format or an option of COPY.
pub(super) fn of_copy(option: &str) -> Refusal {
    let instead = FORMATS.iter().find(|(name, _)| *name == option);
    Refusal::Unsupported(match instead {
        Some((_, instead)) => format!("{option} of COPY: {instead}"),
        None => format!("{option} of COPY"),
    })
}

/// A place that is none in a bucket.
pub(super) fn place(url: &str) -> Refusal {
    let scheme = |(scheme, _): &&(&str, &str)| {
        url.get(..scheme.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    };
    Refusal::Unsupported(match PLACES.iter().find(scheme) {
        Some((_, instead)) => format!("{instead} (`{url}`)"),
        None => format!("other places than s3://…: `{url}`"),
    })
}
