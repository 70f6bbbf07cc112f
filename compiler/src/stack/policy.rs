//! IAM policy documents (AWS page: "Grammar of the IAM JSON policy language").

use std::collections::BTreeMap;

use serde::{Serialize, Serializer};

use super::intrinsic::{Text, reference};
use super::resource::ResourceProperties;

/// A policy of IAM or of a resource.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct PolicyDocument {
    version: &'static str,
    statement: Vec<PolicyStatement>,
}

impl PolicyDocument {
    /// A policy document of these statements, in the version of 2012.
    pub fn new(statements: Vec<PolicyStatement>) -> Self {
        Self {
            version: "2012-10-17",
            statement: statements,
        }
    }

    /// The Lambda service takes the role of a function that has it; it sends no source.
    pub fn lambda_trust() -> Self {
        Self::new(vec![
            PolicyStatement::allow(None, &["sts:AssumeRole"], Vec::new())
                .by(Principal::Service("lambda.amazonaws.com")),
        ])
    }

    /// Who may take a role: this service, for this account, and, where it says so, for these sources
    /// alone (AWS page: "The confused deputy problem").
    pub fn trust(service: &'static str, source: Option<Text>) -> Self {
        let statement = PolicyStatement::allow(None, &["sts:AssumeRole"], Vec::new())
            .by(Principal::Service(service))
            .when(
                "StringEquals",
                "aws:SourceAccount",
                reference("AWS::AccountId"),
            );
        Self::new(vec![match source {
            Some(source) => statement.when("ArnLike", "aws:SourceArn", source),
            None => statement,
        }])
    }
}

/// A statement of a policy: who may do what with what.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct PolicyStatement {
    sid: Option<String>,
    effect: Effect,
    principal: Option<Principal>,
    #[serde(serialize_with = "one_or_list")]
    action: Vec<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty", serialize_with = "one_or_list")]
    resource: Vec<Text>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    condition: BTreeMap<&'static str, BTreeMap<&'static str, Text>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
enum Effect {
    Allow,
    Deny,
}

/// Whom a statement of a resource's policy is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Principal {
    /// A service of AWS, by its domain name.
    Service(&'static str),
    /// Everybody, whom a condition has to narrow.
    #[serde(rename = "AWS")]
    Anybody(&'static str),
}

impl Principal {
    /// Everybody, as `Principal: "*"` says it.
    pub const ANYBODY: Self = Self::Anybody("*");
}

impl PolicyStatement {
    /// Allows these actions on these resources.
    pub fn allow(sid: Option<&str>, actions: &[&'static str], resources: Vec<Text>) -> Self {
        Self {
            sid: sid.map(str::to_owned),
            effect: Effect::Allow,
            principal: None,
            action: actions.to_vec(),
            resource: resources,
            condition: BTreeMap::new(),
        }
    }

    /// Allows actions that AWS can restrict to no resource; the `sid` says so.
    pub fn allow_without_resource(sid: &str, actions: &[&'static str]) -> Self {
        Self::allow(
            Some(&format!("{sid}HasNoResourceLevelPermission")),
            actions,
            vec!["*".into()],
        )
    }

    /// Denies these actions on these resources.
    pub fn deny(sid: &str, actions: &[&'static str], resources: Vec<Text>) -> Self {
        Self {
            effect: Effect::Deny,
            ..Self::allow(Some(sid), actions, resources)
        }
    }

    /// Denies all that is not sent over TLS.
    pub fn deny_without_tls(action: &'static str, resources: Vec<Text>) -> Self {
        Self::deny("TlsOnly", &[action], resources)
            .by(Principal::ANYBODY)
            .when("Bool", "aws:SecureTransport", "false".into())
    }

    /// The statement for this principal, in a resource's policy.
    pub fn by(mut self, principal: Principal) -> Self {
        self.principal = Some(principal);
        self
    }

    /// Under this condition, too.
    pub fn when(mut self, operator: &'static str, key: &'static str, value: Text) -> Self {
        self.condition
            .entry(operator)
            .or_default()
            .insert(key, value);
        self
    }
}

fn one_or_list<T: Serialize, S: Serializer>(
    values: &[T],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match values {
        [one] => one.serialize(serializer),
        several => several.serialize(serializer),
    }
}

/// Properties of `AWS::IAM::Role`. It has no name of its own, so that a stack needs no
/// `CAPABILITY_NAMED_IAM` and a role can be replaced.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct RoleProperties {
    role_name: Option<String>,
    path: Option<String>,
    permissions_boundary: Option<String>,
    description: String,
    assume_role_policy_document: PolicyDocument,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    managed_policy_arns: Vec<Text>,
    policies: Vec<Policy>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tags: Vec<Tag>,
}

impl ResourceProperties for RoleProperties {
    const TYPE: &'static str = "AWS::IAM::Role";
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Tag {
    key: &'static str,
    value: String,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Policy {
    policy_name: &'static str,
    policy_document: PolicyDocument,
}

impl RoleProperties {
    /// A role whom `trust` says, with these permissions.
    pub fn new(
        description: String,
        trust: PolicyDocument,
        permissions: Vec<PolicyStatement>,
    ) -> Self {
        Self {
            role_name: None,
            path: None,
            permissions_boundary: None,
            description,
            assume_role_policy_document: trust,
            managed_policy_arns: Vec::new(),
            policies: vec![Policy {
                policy_name: "permissions",
                policy_document: PolicyDocument::new(permissions),
            }],
            tags: Vec::new(),
        }
    }

    /// With a tag of its own, beside those of the stack.
    pub fn tagged(mut self, key: &'static str, value: String) -> Self {
        self.tags.push(Tag { key, value });
        self
    }

    /// Gives it a name, a path and a policy that bounds it.
    pub fn guard(
        &mut self,
        name: Option<String>,
        path: Option<String>,
        permissions_boundary: Option<String>,
    ) {
        self.role_name = name;
        self.path = path;
        self.permissions_boundary = permissions_boundary;
    }

    /// With what this policy allows as well.
    pub fn with(mut self, managed_policy: Text) -> Self {
        self.managed_policy_arns.push(managed_policy);
        self
    }
}

/// Properties of `AWS::IAM::ManagedPolicy`: permissions that several roles have. Its `Ref` is its ARN.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ManagedPolicy {
    managed_policy_name: Option<String>,
    path: Option<String>,
    description: String,
    policy_document: PolicyDocument,
}

impl ResourceProperties for ManagedPolicy {
    const TYPE: &'static str = "AWS::IAM::ManagedPolicy";
}

impl ManagedPolicy {
    /// A policy with these permissions.
    pub fn new(description: String, permissions: Vec<PolicyStatement>) -> Self {
        Self {
            managed_policy_name: None,
            path: None,
            description,
            policy_document: PolicyDocument::new(permissions),
        }
    }

    /// Gives it a name and a path.
    pub fn guard(&mut self, name: Option<String>, path: Option<String>) {
        self.managed_policy_name = name;
        self.path = path;
    }
}
