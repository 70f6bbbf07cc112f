//! Parameters of a run.

use indexmap::IndexMap;
use runtime_lambda::plan::{Parameter, ParameterType};

use super::Declared;
use super::resolve::Resolver;
use crate::diagnostic::{Code, Diagnostic};
use crate::spec::{self, Document, Scalar};

/// All parameters in the order of the spec.
pub(super) fn resolve(resolver: &mut Resolver<'_>) -> IndexMap<String, Declared> {
    let document = resolver.document;
    document
        .spec
        .parameters
        .iter()
        .map(|(name, written)| {
            let kind = kind(written.kind);
            let known = !document.is_mended(&["parameters", name, "type"]);
            let default = written
                .default
                .as_ref()
                .map(|default| text(document, &["parameters", name, "default"], default));
            if let Some(default) = &default
                && known
                && !kind.accepts(default)
            {
                unfit(resolver, name, default, kind);
            }
            let parameter = Parameter { kind, default };
            let description = written.description.clone();
            (
                name.clone(),
                Declared {
                    parameter,
                    description,
                },
            )
        })
        .collect()
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

fn kind(written: spec::ParameterType) -> ParameterType {
    match written {
        spec::ParameterType::String => ParameterType::String,
        spec::ParameterType::Integer => ParameterType::Integer,
        spec::ParameterType::Number => ParameterType::Number,
        spec::ParameterType::Date => ParameterType::Date,
        spec::ParameterType::Identifier => ParameterType::Identifier,
        spec::ParameterType::Boolean => ParameterType::Boolean,
    }
}
