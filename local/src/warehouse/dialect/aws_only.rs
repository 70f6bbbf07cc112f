//! Statements and places that only a cluster in AWS has: each is refused by name, with what to do instead.

use super::Refusal;

/// What to do instead of a statement, by the words that it begins with.
const STATEMENTS: [(&str, &str); 9] = [
    (
        "CANCEL",
        "the laptop lists no sessions of others: cancel the statement where it was sent, or set \
         `statement_timeout`",
    ),
    (
        "ALTER IDENTITY",
        "one user owns the laptop's warehouse: run the statement in AWS only",
    ),
    (
        "CREATE IDENTITY",
        "one user owns the laptop's warehouse: run the statement in AWS only",
    ),
    (
        "DROP IDENTITY",
        "one user owns the laptop's warehouse: run the statement in AWS only",
    ),
    (
        "CREATE LIBRARY",
        "libraries belong to functions in Python, which Redshift has ended: write the function in SQL",
    ),
    (
        "DROP LIBRARY",
        "libraries belong to functions in Python, which Redshift has ended: write the function in SQL",
    ),
    (
        "CREATE MODEL",
        "the laptop trains no models: train it in AWS, and give the laptop a table of its answers",
    ),
    (
        "CREATE EXTERNAL",
        "the laptop trains no models: train it in AWS, and give the laptop a table of its answers",
    ),
    (
        "DROP MODEL",
        "the laptop trains no models: run the statement in AWS only",
    ),
];

/// Why SHOW MODEL is refused, and what to do instead.
pub(super) const SHOW_MODEL: &str =
    "SHOW MODEL: the laptop trains no models: ask the warehouse in AWS for it";

/// Formats of COPY (AWS pages: `COPY from columnar data formats`, `Data format parameters`).
const FORMATS: [(&str, &str); 2] = [
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

/// A statement that no other rule knows, from the words that it begins with: `CREATE LIBRARY`.
pub(super) fn statement(verb: &str) -> Refusal {
    let known = STATEMENTS
        .iter()
        .find(|(begins, _)| verb.starts_with(begins));
    Refusal::Unsupported(match known {
        Some((_, instead)) => format!("{verb}: {instead}"),
        None => format!("{verb}: run the statement in AWS only"),
    })
}

/// `DESC DATASHARE`: nobody shares anything with the laptop.
pub(super) fn describe_datashare() -> Refusal {
    Refusal::Unsupported(
        "DESC DATASHARE: the laptop has one warehouse and nobody to share with: ask the warehouse in \
         AWS for it"
            .to_owned(),
    )
}

/// `ATTACH RLS POLICY`, from the words that it begins with. A query would show what a policy hides.
pub(super) fn attach_policy(verb: &str) -> Refusal {
    Refusal::Unsupported(format!(
        "{verb} POLICY: a laptop hides no rows and no columns: attach it in AWS only"
    ))
}

/// A call of an external function, which a Lambda function or a model answers (AWS page: `CREATE EXTERNAL
/// FUNCTION`).
pub(super) fn call_of_external(name: &str) -> Refusal {
    Refusal::Unsupported(format!(
        "calls of external functions, which run in AWS only: `{name}`: for the laptop, write the \
         function in SQL (`language sql`)"
    ))
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
