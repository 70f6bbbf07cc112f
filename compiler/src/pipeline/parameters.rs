//! Parameters of a run.

use std::collections::HashMap;

use indexmap::IndexMap;
use redshift_sql::types::{DEFAULT_VARCHAR, Type};
use runtime_lambda::plan::{Parameter, ParameterType};

use super::DeclaredParameter;
use super::resolver::Resolver;
use crate::diagnostic::{Code, Diagnostic};
use crate::pipeline_yaml::{self, Document, Scalar};

/// All parameters in the order of the spec.
pub(super) fn resolve(resolver: &mut Resolver<'_>) -> IndexMap<String, DeclaredParameter> {
    let document = resolver.document;
    same_variable(resolver);
    document
        .spec
        .parameters
        .iter()
        .map(|(name, written)| {
            let kind = kind(written.kind);
            let known = !document.is_mended(&["parameters", name, "type"]);
            let keys = ["parameters", name, "default"];
            let nullable = matches!(written.default, Some(None));
            if nullable && !is_null(document.file.slice(document.at(&keys))) {
                empty(resolver, name);
            }
            let default = written
                .default
                .as_ref()
                .and_then(Option::as_ref)
                .map(|default| text(document, &keys, default));
            let secret = secret(resolver, name, written);
            if let Some(default) = &default
                && known
                && !kind.accepts(default)
            {
                unfit(resolver, name, default, kind);
            }
            let parameter = Parameter {
                kind,
                default,
                nullable,
                secret,
            };
            let description = written.description.clone();
            (
                name.clone(),
                DeclaredParameter {
                    parameter,
                    description,
                },
            )
        })
        .collect()
}

/// Reports secrets that only the case of their names tells apart: on a laptop both would be read from
/// the same environment variable.
fn same_variable(resolver: &mut Resolver<'_>) {
    let document = resolver.document;
    let mut known: HashMap<String, &str> = HashMap::new();
    let secrets = document.spec.parameters.iter();
    for (name, _) in secrets.filter(|(_, written)| written.secret == Some(true)) {
        let Some(other) = known.insert(name.to_ascii_uppercase(), name) else {
            continue;
        };
        let sentence = format!("the secrets `{other}` and `{name}` differ in case only");
        resolver.push(
            Diagnostic::error(Code::SecretParameter, sentence)
                .at(&document.file, document.key_at(&["parameters", name]), "")
                .help("rename one: a laptop reads both from one environment variable"),
        );
    }
}

/// A null that somebody wrote, and not a value that was forgotten.
fn is_null(written: &str) -> bool {
    matches!(written.trim(), "null" | "Null" | "NULL" | "~")
}

fn empty(resolver: &mut Resolver<'_>, name: &str) {
    let document = resolver.document;
    resolver.push(
        Diagnostic::error(
            Code::ParameterDefault,
            format!("the default of `{name}` is empty"),
        )
        .at(&document.file, document.key_at(&["parameters", name, "default"]), "")
        .help("write `default: null` for a null, or remove the line so that each run must give a value"),
    );
}

/// The ARN of the secret that holds a parameter's value, if it is one.
fn secret(
    resolver: &mut Resolver<'_>,
    name: &str,
    written: &pipeline_yaml::Parameter,
) -> Option<String> {
    let document = resolver.document;
    let is_secret = written.secret == Some(true);
    let (field, sentence, help) = match (&written.arn, is_secret) {
        (None, false) => return None,
        (Some(_), false) => (
            "arn",
            format!("`{name}` has an `arn`, but is no secret"),
            "add `secret: true`, or remove the `arn`".to_owned(),
        ),
        (None, true) => (
            "secret",
            format!("the secret `{name}` has no `arn`"),
            format!("give it `arn: {EXAMPLE_SECRET}`"),
        ),
        (Some(arn), true) if !is_secret_arn(arn) => (
            "arn",
            format!("`{arn}` is not the full ARN of a secret"),
            format!("write it as Secrets Manager shows it: `{EXAMPLE_SECRET}`"),
        ),
        (Some(_), true) if written.default.is_some() => (
            "default",
            format!("the secret `{name}` has a default, which anybody can read"),
            "remove it: its value is in Secrets Manager".to_owned(),
        ),
        (Some(_), true) if written.kind != pipeline_yaml::ParameterType::String => (
            "type",
            format!("the secret `{name}` is not of `type: string`"),
            "write `type: string`, and cast the value in SQL".to_owned(),
        ),
        (Some(arn), true) => return Some(arn.clone()),
    };
    resolver.push(
        Diagnostic::error(Code::SecretParameter, sentence)
            .at(
                &document.file,
                document.key_at(&["parameters", name, field]),
                "",
            )
            .help(help),
    );
    None
}

const EXAMPLE_SECRET: &str =
    "arn:aws:secretsmanager:eu-central-1:123456789012:secret:partner-token-AbCdEf";

/// Characters that Secrets Manager adds behind the name (AWS page: "What's in a Secrets Manager
/// secret?").
const SECRET_SUFFIX: usize = 6;

/// Whether this is one secret's whole ARN: the role is for that secret alone.
fn is_secret_arn(arn: &str) -> bool {
    let parts: Vec<&str> = arn.split(':').collect();
    let [
        "arn",
        partition,
        "secretsmanager",
        region,
        account,
        "secret",
        secret,
    ] = parts.as_slice()
    else {
        return false;
    };
    let of_name = |c: char| c.is_ascii_alphanumeric() || "/_+=.@-".contains(c);
    let suffix = secret.rsplit_once('-').map(|(_, suffix)| suffix);
    partition.starts_with("aws")
        && !region.is_empty()
        && region
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || c == '-')
        && account.len() == 12
        && account.chars().all(|c| c.is_ascii_digit())
        && secret.chars().all(of_name)
        && suffix.is_some_and(|suffix| {
            suffix.len() == SECRET_SUFFIX && suffix.chars().all(|c| c.is_ascii_alphanumeric())
        })
}

/// A value as its author wrote it: `1.10` stays `1.10`.
pub(super) fn text(document: &Document, keys: &[&str], scalar: &Scalar) -> String {
    match scalar {
        Scalar::Text(text) => text.clone(),
        Scalar::Boolean(boolean) => boolean.to_string(),
        Scalar::Number(number) => {
            let written = document.file.slice(document.at(keys));
            if written.parse::<f64>().is_ok() {
                written.to_owned()
            } else {
                number.to_string()
            }
        }
    }
}

fn unfit(resolver: &mut Resolver<'_>, name: &str, default: &str, kind: ParameterType) {
    let document = resolver.document;
    let wanted = kind.description();
    let sentence = if default.is_empty() {
        format!("the default of `{name}` must be {wanted}, and this is empty")
    } else {
        format!("the default of `{name}` must be {wanted}, and `{default}` is not")
    };
    resolver.push(
        Diagnostic::error(Code::ParameterDefault, sentence)
            .at(&document.file, document.at(&["parameters", name, "default"]), "")
            .also(&document.file, document.at(&["parameters", name, "type"]), "its type")
            .help("change the default or the type, or remove the default so that each run must give one"),
    );
}

/// The type that a parameter of the spec has in SQL.
pub fn sql_type(written: pipeline_yaml::ParameterType) -> Type {
    type_of(kind(written))
}

/// The type that a parameter has in SQL.
pub(super) fn type_of(kind: ParameterType) -> Type {
    match kind {
        ParameterType::Integer => Type::BigInt,
        ParameterType::Number => Type::Decimal(38, 10),
        ParameterType::Date => Type::Date,
        ParameterType::Boolean => Type::Boolean,
        ParameterType::String => Type::VarChar(DEFAULT_VARCHAR),
        ParameterType::Identifier => Type::Unknown,
    }
}

fn kind(written: pipeline_yaml::ParameterType) -> ParameterType {
    match written {
        pipeline_yaml::ParameterType::String => ParameterType::String,
        pipeline_yaml::ParameterType::Integer => ParameterType::Integer,
        pipeline_yaml::ParameterType::Number => ParameterType::Number,
        pipeline_yaml::ParameterType::Date => ParameterType::Date,
        pipeline_yaml::ParameterType::Identifier => ParameterType::Identifier,
        pipeline_yaml::ParameterType::Boolean => ParameterType::Boolean,
    }
}
