//! The Redshift Data API: how a warehouse is named in a request, and how the rows of an answer are read.

use aws_sdk_redshiftdata::operation::get_statement_result::GetStatementResultOutput;
use aws_sdk_redshiftdata::types::Field as AwsField;

use crate::plan::Connection;
use crate::ports::{Field, ResultColumn, ResultPage};

/// What is wrong with an answer that has a value which [`page`] cannot read.
pub const UNKNOWN_TYPE: &str = "a value of a type that is not known";

/// How a connection is spelt in a request.
#[derive(Debug, Clone, Default)]
pub struct Reach {
    /// `ClusterIdentifier`, of a provisioned cluster.
    pub cluster: Option<String>,
    /// `WorkgroupName`, of Redshift Serverless.
    pub workgroup: Option<String>,
    /// `DbUser`, whom a cluster runs statements as.
    pub db_user: Option<String>,
    /// `SecretArn`, of a secret in Secrets Manager.
    pub secret: Option<String>,
}

impl Reach {
    /// How this connection is spelt.
    #[must_use]
    pub fn to(connection: &Connection) -> Self {
        match connection {
            Connection::Cluster {
                identifier,
                db_user,
            } => Self {
                cluster: Some(identifier.clone()),
                db_user: db_user.clone(),
                ..Self::default()
            },
            Connection::Workgroup(name) => Self {
                workgroup: Some(name.clone()),
                ..Self::default()
            },
            Connection::Secret {
                arn,
                cluster,
                workgroup,
            } => Self {
                secret: Some(arn.clone()),
                cluster: cluster.clone(),
                workgroup: workgroup.clone(),
                ..Self::default()
            },
        }
    }
}

/// A page of a result; none if it has [a value of a type that is not known](UNKNOWN_TYPE).
#[must_use]
pub fn page(output: GetStatementResultOutput) -> Option<ResultPage> {
    let columns = output
        .column_metadata
        .unwrap_or_default()
        .into_iter()
        .map(|column| ResultColumn {
            name: column.name.unwrap_or_default(),
            type_name: column.type_name.unwrap_or_default(),
        })
        .collect();
    let records = output
        .records
        .into_iter()
        .map(|record| record.into_iter().map(field).collect())
        .collect::<Option<_>>()?;
    Some(ResultPage {
        columns,
        records,
        total_rows: u64::try_from(output.total_num_rows).unwrap_or(0),
        // An empty one says that there is no further page (AWS page: `GetStatementResult`).
        next_token: output.next_token.filter(|token| !token.is_empty()),
    })
}

fn field(field: AwsField) -> Option<Field> {
    Some(match field {
        AwsField::IsNull(_) => Field::IsNull(true),
        AwsField::BooleanValue(value) => Field::BooleanValue(value),
        AwsField::LongValue(value) => Field::LongValue(value),
        AwsField::DoubleValue(value) => Field::DoubleValue(value),
        AwsField::StringValue(value) => Field::StringValue(value),
        AwsField::BlobValue(value) => Field::StringValue(hexadecimal(value.as_ref())),
        _ => return None,
    })
}

/// As Redshift writes a `VARBYTE`.
fn hexadecimal(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
