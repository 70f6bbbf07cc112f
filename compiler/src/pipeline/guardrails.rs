//! What a company demands of a stack: how its roles are named and bounded, and the network of its
//! Lambda. It also demands the key that encrypts, and a bucket that is there already.

use super::limits::within;
use super::network;
use super::resolver::Resolver;
use crate::diagnostic::{Code, Diagnostic};
use crate::pipeline_yaml;

/// Longest name of a role (AWS page: `CreateRole`).
const LONGEST_ROLE_NAME: usize = 64;

/// What the longest name of a role has behind the pipeline's name.
const LONGEST_ROLE: &str = "-trigger-schedules";

/// Longest path of a role (AWS page: `CreateRole`).
const LONGEST_PATH: usize = 512;

/// Shortest and longest name of a bucket (AWS page: "General purpose bucket naming rules").
const BUCKET_NAME: (usize, usize) = (3, 63);

/// Most days after which objects expire: a century.
const MOST_EXPIRE_DAYS: u32 = 36_500;

/// Digits of an account's number (AWS page: "View AWS account identifiers").
const ACCOUNT_DIGITS: usize = 12;

/// The bucket that runs write to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DataBucket {
    /// One of the account that is there already, by its name.
    Existing(String),
    /// One that the stack makes.
    Made {
        /// How many days what a run wrote is kept; none: for ever.
        expire_days: Option<u32>,
        /// Whether it outlives the stack.
        retain: bool,
    },
}

/// The network of a Lambda.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vpc {
    /// Ids of the subnets that the Lambda runs in.
    pub subnets: Vec<String>,
    /// Ids of security groups.
    pub security_groups: Vec<String>,
}

/// Reports what cannot be demanded of the roles.
pub(super) fn roles(resolver: &mut Resolver<'_>, given: &pipeline_yaml::Stack) {
    if let Some(boundary) = &given.permissions_boundary
        && !is_policy(boundary)
    {
        wrong(
            resolver,
            Code::RoleGuardrail,
            &["stack", "permissions_boundary"],
            format!("`{boundary}` is not the ARN of a policy of IAM"),
            "write `arn:aws:iam::<account>:policy/<name>`".to_owned(),
        );
    }
    if let Some(path) = &given.role_path
        && !is_path(path)
    {
        wrong(
            resolver,
            Code::RoleGuardrail,
            &["stack", "role_path"],
            format!("`{path}` is not a path of IAM"),
            "begin and end it with `/`, such as `/data/`".to_owned(),
        );
    }
    if let Some(prefix) = &given.role_prefix {
        role_prefix(resolver, prefix);
    }
}

fn role_prefix(resolver: &mut Resolver<'_>, prefix: &str) {
    let keys = ["stack", "role_prefix"];
    let good = |character: char| character.is_ascii_alphanumeric() || "_+=,.@-".contains(character);
    if prefix.is_empty() || !prefix.chars().all(good) {
        return wrong(
            resolver,
            Code::RoleGuardrail,
            &keys,
            format!("the name of a role cannot start with `{prefix}`"),
            "use letters, digits and `_ + = , . @ -`, such as `data-`".to_owned(),
        );
    }
    let pipeline = resolver.document.spec.name.chars().count();
    let most = LONGEST_ROLE_NAME.saturating_sub(pipeline + LONGEST_ROLE.len());
    if prefix.len() > most {
        wrong(
            resolver,
            Code::RoleGuardrail,
            &keys,
            format!(
                "`role_prefix` has {} characters, and with this pipeline's name {most} are the most",
                prefix.len()
            ),
            format!(
                "shorten one of them: `<role_prefix><name>{LONGEST_ROLE}` must fit into the {LONGEST_ROLE_NAME} characters of a role's name"
            ),
        );
    }
}

/// `arn:<partition>:iam::<account or aws>:policy/<path and name>`.
fn is_policy(arn: &str) -> bool {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    match parts.as_slice() {
        ["arn", partition, "iam", "", account, resource] => {
            partition.starts_with("aws")
                && (*account == "aws" || is_account(account))
                && resource
                    .strip_prefix("policy/")
                    .is_some_and(|name| !name.is_empty() && name.chars().all(of_arn))
        }
        _ => false,
    }
}

fn is_path(path: &str) -> bool {
    path.starts_with('/')
        && path.ends_with('/')
        && path.len() <= LONGEST_PATH
        && !path.contains("//")
        && path.chars().all(of_arn)
}

/// Characters that stand in ARNs and mean themselves.
fn of_arn(character: char) -> bool {
    character.is_ascii_alphanumeric() || "_+=,.@-/".contains(character)
}

/// Whether it is the number of an account.
pub(super) fn is_account(text: &str) -> bool {
    text.len() == ACCOUNT_DIGITS && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The network of the Lambda.
pub(super) fn vpc(resolver: &mut Resolver<'_>, given: Option<&pipeline_yaml::Vpc>) -> Option<Vpc> {
    let given = given?;
    network::check(
        resolver,
        &["stack", "vpc"],
        (&given.subnets, &given.security_groups),
        Code::LambdaNetwork,
    );
    Some(Vpc {
        subnets: given.subnets.clone(),
        security_groups: given.security_groups.clone(),
    })
}

/// The key, as the ARN of the key itself. An alias means whatever it points to, and policies take
/// no alias (AWS page: "Specifying KMS keys in IAM policy statements").
pub(super) fn kms_key(resolver: &mut Resolver<'_>, given: Option<&str>) -> Option<String> {
    let given = given?;
    let parts: Vec<&str> = given.splitn(6, ':').collect();
    let good = match parts.as_slice() {
        ["arn", partition, "kms", region, account, resource] => {
            partition.starts_with("aws")
                && !region.is_empty()
                && region.chars().all(of_arn)
                && is_account(account)
                && resource.strip_prefix("key/").is_some_and(|id| {
                    !id.is_empty()
                        && id
                            .chars()
                            .all(|next| next.is_ascii_alphanumeric() || next == '-')
                })
        }
        _ => false,
    };
    if !good {
        wrong(
            resolver,
            Code::KmsKey,
            &["stack", "kms_key"],
            format!("`{given}` is not the ARN of a key of AWS KMS"),
            "write `arn:aws:kms:<region>:<account>:key/<id>`; an alias does not do".to_owned(),
        );
    }
    Some(given.to_owned())
}

/// The bucket that runs write to.
pub(super) fn data(resolver: &mut Resolver<'_>, given: &pipeline_yaml::Data) -> DataBucket {
    let expire_days = within(
        resolver,
        given.expire_days,
        &["stack", "data", "expire_days"],
        (1, MOST_EXPIRE_DAYS),
    );
    let Some(bucket) = &given.bucket else {
        return DataBucket::Made {
            expire_days,
            retain: given.retain.unwrap_or(true),
        };
    };
    let keys = ["stack", "data", "bucket"];
    if !is_bucket(bucket) {
        wrong(
            resolver,
            Code::DataBucket,
            &keys,
            format!("`{bucket}` is not the name of a bucket"),
            "write its name alone, without `s3://` and without a key".to_owned(),
        );
    }
    let settings = [
        ("expire_days", given.expire_days.is_some()),
        ("retain", given.retain.is_some()),
    ];
    for (field, _) in settings.into_iter().filter(|(_, given)| *given) {
        let document = resolver.document;
        resolver.push(
            Diagnostic::error(
                Code::DataBucket,
                format!(
                    "`{field}` is of a bucket that the stack makes, and `bucket` names another one"
                ),
            )
            .at(
                &document.file,
                document.key_at(&["stack", "data", field]),
                "",
            )
            .also(&document.file, document.key_at(&keys), "this bucket")
            .help("remove one of them; the bucket's own settings say what is kept"),
        );
    }
    DataBucket::Existing(bucket.clone())
}

fn is_bucket(name: &str) -> bool {
    let (least, most) = BUCKET_NAME;
    let edge = |byte: Option<u8>| {
        byte.is_some_and(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    };
    (least..=most).contains(&name.len())
        && name.bytes().all(|byte| {
            byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'.')
        })
        && edge(name.bytes().next())
        && edge(name.bytes().last())
}

fn wrong(resolver: &mut Resolver<'_>, code: Code, keys: &[&str], sentence: String, help: String) {
    let document = resolver.document;
    resolver.push(
        Diagnostic::error(code, sentence)
            .at(&document.file, document.at(keys), "")
            .help(help),
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arns_and_paths_are_told_from_what_is_none() {
        for good in [
            "arn:aws:iam::111122223333:policy/boundary",
            "arn:aws-cn:iam::111122223333:policy/team/boundary",
            "arn:aws:iam::aws:policy/PowerUserAccess",
        ] {
            assert!(is_policy(good), "{good}");
        }
        for bad in [
            "boundary",
            "arn:aws:iam::111122223333:role/boundary",
            "arn:aws:iam::111122223333:policy/*",
            "arn:aws:iam::*:policy/boundary",
            "arn:aws:iam:eu-central-1:111122223333:policy/boundary",
        ] {
            assert!(!is_policy(bad), "{bad}");
        }
        for (path, good) in [
            ("/", true),
            ("/data/team/", true),
            ("data", false),
            ("/data", false),
            ("//", false),
            ("/a b/", false),
        ] {
            assert_eq!(is_path(path), good, "{path}");
        }
        for (bucket, good) in [
            ("team-data", true),
            ("my.bucket1", true),
            ("s3://team", false),
            ("Team", false),
            ("a", false),
            ("-ab", false),
        ] {
            assert_eq!(is_bucket(bucket), good, "{bucket}");
        }
    }
}
