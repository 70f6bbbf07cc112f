//! What the stack is like: defaults, and what AWS allows.

use indexmap::IndexMap;
use strum::IntoStaticStr;

use super::guardrails::{self, DataBucket, Vpc, is_account};
use super::limits::within;
use super::resolver::Resolver;
use crate::diagnostic::{Code, Diagnostic};
use crate::pipeline_yaml;

/// Memory of the Lambda if nothing is said, in MiB. A result never sits in memory as a whole. With
/// memory comes CPU, and this much answers well within the time of the calls it makes.
pub const DEFAULT_MEMORY_MIB: u32 = 256;

/// Least and most memory of a Lambda, in MiB (AWS page: "Lambda quotas").
const MEMORY_MIB: (u32, u32) = (128, 10_240);

/// How long logs are kept if nothing is said.
pub const DEFAULT_LOG_RETENTION_DAYS: u32 = 30;

/// What CloudWatch Logs knows as a retention (AWS page: `PutRetentionPolicy`).
const RETENTIONS: [u32; 22] = [
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1_096, 1_827, 2_192, 2_557,
    2_922, 3_288, 3_653,
];

/// Most tags of a stack; what `sfc` itself adds is left out (AWS page: `CreateStack`).
const MOST_TAGS: usize = 45;

/// Longest key and value of a tag (AWS page: "Tag").
const TAG_LENGTHS: (usize, usize) = (128, 256);

/// What the stack is like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stack {
    /// Number of the only account that sfc acts in; none: any.
    pub account: Option<String>,
    /// ARN of the policy that bounds every role.
    pub permissions_boundary: Option<String>,
    /// Path of roles and policies.
    pub role_path: Option<String>,
    /// What the names of roles and policies start with; none: CloudFormation names them.
    pub role_prefix: Option<String>,
    /// The network of the Lambda.
    pub vpc: Option<Vpc>,
    /// ARN of the key that encrypts; none: AWS's own.
    pub kms_key: Option<String>,
    /// Tags of the stack.
    pub tags: IndexMap<String, String>,
    /// Processor of the Lambda.
    pub architecture: Architecture,
    /// Memory of the Lambda, in MiB.
    pub memory_mib: u32,
    /// How long logs are kept, in days.
    pub log_retention_days: u32,
    /// Whether runs are traced.
    pub tracing: bool,
    /// Whether there is a dashboard.
    pub dashboard: bool,
    /// Whether there are alarms.
    pub alarms: bool,
    /// The bucket that runs write to.
    pub data: DataBucket,
}

impl Default for Stack {
    fn default() -> Self {
        Self {
            account: None,
            permissions_boundary: None,
            role_path: None,
            role_prefix: None,
            vpc: None,
            kms_key: None,
            tags: IndexMap::new(),
            architecture: Architecture::X86_64,
            memory_mib: DEFAULT_MEMORY_MIB,
            log_retention_days: DEFAULT_LOG_RETENTION_DAYS,
            tracing: true,
            dashboard: true,
            alarms: true,
            data: DataBucket::Made {
                expire_days: None,
                retain: true,
            },
        }
    }
}

/// Processor of the Lambda (AWS page: "Selecting and configuring an instruction set architecture for
/// your Lambda function").
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, IntoStaticStr)]
#[strum(serialize_all = "lowercase")]
pub enum Architecture {
    /// AWS Graviton, with the instructions of Arm.
    Arm64,
    /// Processors of Intel and AMD.
    X86_64,
}

impl Architecture {
    /// Its name in AWS.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// Target that Rust builds for, such as `aarch64-unknown-linux-gnu`.
    #[must_use]
    pub fn target(self) -> &'static str {
        match self {
            Self::X86_64 => "x86_64-unknown-linux-gnu",
            Self::Arm64 => "aarch64-unknown-linux-gnu",
        }
    }
}

/// The stack, with defaults for what is absent or wrong.
pub(super) fn resolve(resolver: &mut Resolver<'_>) -> Stack {
    let given = &resolver.document.spec.stack;
    let default = Stack::default();
    tags(resolver, &given.tags);
    account(resolver, given.account.as_deref());
    guardrails::roles(resolver, given);
    Stack {
        account: given.account.clone(),
        permissions_boundary: given.permissions_boundary.clone(),
        role_path: given.role_path.clone(),
        role_prefix: given.role_prefix.clone(),
        vpc: guardrails::vpc(resolver, given.vpc.as_ref()),
        kms_key: guardrails::kms_key(resolver, given.kms_key.as_deref()),
        tags: given.tags.clone(),
        architecture: match given.architecture {
            Some(pipeline_yaml::Architecture::X86_64) => Architecture::X86_64,
            Some(pipeline_yaml::Architecture::Arm64) => Architecture::Arm64,
            None => default.architecture,
        },
        memory_mib: within(resolver, given.memory, &["stack", "memory"], MEMORY_MIB)
            .unwrap_or(default.memory_mib),
        log_retention_days: retention(resolver, given.log_retention_days)
            .unwrap_or(default.log_retention_days),
        tracing: given.tracing.unwrap_or(default.tracing),
        dashboard: given.dashboard.unwrap_or(default.dashboard),
        alarms: given.alarms.unwrap_or(default.alarms),
        data: guardrails::data(resolver, &given.data),
    }
}

fn account(resolver: &mut Resolver<'_>, given: Option<&str>) {
    let Some(given) = given else { return };
    if is_account(given) {
        return;
    }
    let document = resolver.document;
    resolver.push(
        Diagnostic::error(
            Code::StackAccount,
            format!("`{given}` is not the number of an AWS account"),
        )
        .at(&document.file, document.at(&["stack", "account"]), "")
        .help("write its twelve digits in quotes, such as `account: \"111122223333\"`"),
    );
}

fn retention(resolver: &mut Resolver<'_>, given: Option<i64>) -> Option<u32> {
    let given = given?;
    if let Some(known) = RETENTIONS
        .into_iter()
        .find(|known| i64::from(*known) == given)
    {
        return Some(known);
    }
    let nearest = RETENTIONS
        .into_iter()
        .min_by_key(|known| given.saturating_sub(i64::from(*known)).saturating_abs())
        .unwrap_or(DEFAULT_LOG_RETENTION_DAYS);
    let document = resolver.document;
    let span = document.at(&["stack", "log_retention_days"]);
    resolver.push(
        Diagnostic::error(
            Code::LogRetention,
            format!("CloudWatch Logs cannot keep logs for `{given}` days"),
        )
        .at(&document.file, span, "")
        .help(format!("the nearest number that it knows is {nearest}"))
        .note("it knows 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365 and some numbers of years"),
    );
    None
}

fn tags(resolver: &mut Resolver<'_>, tags: &IndexMap<String, String>) {
    let document = resolver.document;
    if tags.len() > MOST_TAGS {
        resolver.push(
            Diagnostic::error(
                Code::StackTag,
                format!("{} tags are given; {MOST_TAGS} are the most", tags.len()),
            )
            .at(&document.file, document.key_at(&["stack", "tags"]), "")
            .help("leave some out"),
        );
    }
    for (key, value) in tags {
        if let Some((message, help)) = wrong_tag(key, value) {
            let span = document.key_at(&["stack", "tags", key]);
            resolver.push(
                Diagnostic::error(Code::StackTag, message)
                    .at(&document.file, span, "")
                    .help(help),
            );
        }
    }
}

fn wrong_tag(key: &str, value: &str) -> Option<(String, String)> {
    let (longest_key, longest_value) = TAG_LENGTHS;
    let reserved = |prefix: &str| {
        key.get(..prefix.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(prefix))
    };
    let allowed = |character: char| character.is_alphanumeric() || " _.:/=+-@".contains(character);
    if key.is_empty() {
        return Some(("a tag's key is empty".into(), "give it a name".into()));
    }
    if reserved("aws:") || reserved("sfc:") {
        let message = format!("the tag `{key}` starts with what is reserved");
        return Some((message, "use another start than `aws:` and `sfc:`".into()));
    }
    if key.chars().count() > longest_key || value.chars().count() > longest_value {
        let message = format!("the tag `{key}` is too long");
        let help =
            format!("a key has at most {longest_key} characters, a value at most {longest_value}");
        return Some((message, help));
    }
    if !key.chars().chain(value.chars()).all(allowed) {
        let message = format!("the tag `{key}` has characters that AWS refuses");
        let help = "use letters, digits, blanks and `_ . : / = + - @`".into();
        return Some((message, help));
    }
    None
}
