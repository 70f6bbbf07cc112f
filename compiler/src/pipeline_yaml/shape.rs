//! Checks the shape of a spec against the schema and says in our own words what is wrong.
//!
//! Only the shape: lengths, ranges and patterns are in the schema for editors, but it is
//! [`crate::pipeline`] that judges them, with better sentences.

use std::collections::HashSet;
use std::sync::{Arc, OnceLock};

use jsonschema::error::{TypeKind, ValidationErrorKind};
use jsonschema::{ValidationError, Validator};
use serde_json::Value;

use super::document::unescape;
use super::elsewhere;
use super::schema;
use super::yaml::Tree;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Nearest};
use crate::source::SourceFile;

/// What cannot be used as it is.
#[derive(Debug)]
pub(super) enum ShapeFault {
    /// The value at this JSON pointer has a wrong shape.
    Unusable(String),
    /// The mapping at this JSON pointer has a field that nobody knows.
    Unknown(String, String),
    /// The mapping at this JSON pointer lacks a field.
    Missing(String, String),
}

/// The shape of a kind of file.
#[derive(Debug)]
pub struct FileShape {
    schema: Value,
    validator: Option<Validator>,
    /// What messages call the whole file.
    called: &'static str,
}

impl FileShape {
    /// The shape that a JSON Schema says.
    pub fn new(schema: Value, called: &'static str) -> Self {
        let validator = jsonschema::validator_for(&schema).ok();
        Self {
            schema,
            validator,
            called,
        }
    }

    /// What messages call the whole file.
    pub fn called(&self) -> &'static str {
        self.called
    }
}

/// Reports everything that the schema refuses.
pub(super) fn check(
    shape: &FileShape,
    file: &Arc<SourceFile>,
    tree: &Tree,
    value: &Value,
    diagnostics: &mut Diagnostics,
) -> Vec<ShapeFault> {
    let Some(validator) = &shape.validator else {
        let sentence = format!("the schema of {} is no JSON Schema", shape.called);
        diagnostics.push(Diagnostic::error(Code::Internal, sentence));
        return Vec::new();
    };
    let mut checker = Checker {
        file,
        tree,
        shape,
        nearest: Nearest::default(),
        suggested: HashSet::new(),
        faults: Vec::new(),
        found: Vec::new(),
    };
    for error in validator.iter_errors(value) {
        checker.translate(&error);
    }
    let suggested = checker.suggested;
    let kept = checker.found.into_iter().filter(|found| {
        // `sq: a.sql` is one mistake, not an unknown field and a missing one.
        !found
            .instead_of
            .as_ref()
            .is_some_and(|missing| suggested.contains(missing))
    });
    for found in kept {
        diagnostics.push(found.diagnostic);
    }
    checker.faults
}

/// Gets the schema ready, so that a check that follows need not.
pub(super) fn prepare() {
    of_spec();
}

/// The shape of a spec, made once.
pub(super) fn of_spec() -> &'static FileShape {
    static COMPILED: OnceLock<FileShape> = OnceLock::new();
    COMPILED.get_or_init(|| FileShape::new(schema(), "the spec"))
}

struct Found {
    diagnostic: Diagnostic,
    /// The field whose absence this is about.
    instead_of: Option<(String, String)>,
}

struct Checker<'a> {
    file: &'a Arc<SourceFile>,
    tree: &'a Tree,
    shape: &'a FileShape,
    nearest: Nearest,
    /// Fields that a misspelt one was taken for.
    suggested: HashSet<(String, String)>,
    faults: Vec<ShapeFault>,
    found: Vec<Found>,
}

impl Checker<'_> {
    /// What a JSON pointer leads to, in words.
    fn subject(&self, pointer: &str) -> String {
        if pointer.is_empty() {
            return self.shape.called.to_owned();
        }
        subject(pointer)
    }

    fn push(&mut self, diagnostic: Diagnostic) {
        self.found.push(Found {
            diagnostic,
            instead_of: None,
        });
    }

    fn translate(&mut self, error: &ValidationError<'_>) {
        use ValidationErrorKind as Kind;
        let pointer = error.instance_path().to_string();
        match error.kind() {
            Kind::Pattern { .. }
            | Kind::Minimum { .. }
            | Kind::Maximum { .. }
            | Kind::MinLength { .. }
            | Kind::MaxLength { .. }
            | Kind::MinItems { .. }
            | Kind::MaxItems { .. } => {}
            // The rules of `lint`, whose sentences are of the phase `pipeline`.
            Kind::PropertyNames { .. } => {}
            Kind::AdditionalProperties { unexpected } => {
                self.unknown(&pointer, unexpected, &error.schema_path().to_string());
            }
            Kind::Required { property } => {
                self.missing(pointer, property.as_str().unwrap_or_default());
            }
            Kind::OneOfNotValid { .. } | Kind::OneOfMultipleValid { .. }
                if pointer == "/warehouse" =>
            {
                self.connection(pointer, error.instance());
            }
            Kind::OneOfNotValid { .. } | Kind::OneOfMultipleValid { .. }
                if one_of(&pointer).is_some() =>
            {
                self.one_of(pointer, error.instance());
            }
            Kind::AnyOf { context } | Kind::OneOfNotValid { context } => {
                let fitting = context.iter().find(|branch| fits(branch, &pointer));
                match fitting {
                    Some(branch) => {
                        for error in branch {
                            self.translate(error);
                        }
                    }
                    None => self.mismatch(pointer, error),
                }
            }
            _ => self.mismatch(pointer, error),
        }
    }

    fn unknown(&mut self, pointer: &str, unexpected: &[String], schema_path: &str) {
        let fields = self.fields(schema_path);
        for name in unexpected {
            let place = self.tree.follow(pointer).get(name);
            let span = place.and_then(super::ValuePlace::key).unwrap_or_default();
            let sentence = format!("{} has no field `{name}`", self.subject(pointer));
            let mut diagnostic =
                Diagnostic::error(Code::UnknownField, sentence).at(self.file, span, "");
            if let Some((meant, help)) = elsewhere::find(name, &fields) {
                let field = (pointer.to_owned(), meant.to_owned());
                self.suggested.insert(field);
                self.push(diagnostic.help(help));
                let fault = ShapeFault::Unknown(pointer.to_owned(), name.clone());
                self.faults.push(fault);
                continue;
            }
            let near = self.nearest.find(name, fields.iter().map(String::as_str));
            diagnostic = match near {
                Some(near) => {
                    let field = (pointer.to_owned(), near.to_owned());
                    self.suggested.insert(field);
                    diagnostic.help(format!("did you mean `{near}`?"))
                }
                None => diagnostic.help(format!("its fields are {}", list(&fields))),
            };
            self.push(diagnostic);
            let fault = ShapeFault::Unknown(pointer.to_owned(), name.clone());
            self.faults.push(fault);
        }
    }

    /// The fields of the object that an `additionalProperties` of the schema belongs to.
    fn fields(&self, schema_path: &str) -> Vec<String> {
        schema_path
            .rsplit_once('/')
            .and_then(|(object, _)| {
                self.shape
                    .schema
                    .pointer(object)?
                    .get("properties")?
                    .as_object()
            })
            .map(|properties| properties.keys().cloned().collect())
            .unwrap_or_default()
    }

    fn missing(&mut self, pointer: String, property: &str) {
        let sentence = format!("{} has no `{property}`", self.subject(&pointer));
        let span = self.tree.follow(&pointer).shown();
        let help = match property {
            "type" => "say what values it takes, such as `type: date`".to_owned(),
            "database" => "name the database, such as `database: dev`".to_owned(),
            _ => format!("add `{property}:`"),
        };
        self.found.push(Found {
            diagnostic: Diagnostic::error(Code::MissingField, sentence)
                .at(self.file, span, "")
                .help(help),
            instead_of: Some((pointer.clone(), property.to_owned())),
        });
        self.faults
            .push(ShapeFault::Missing(pointer, property.to_owned()));
    }

    fn connection(&mut self, pointer: String, warehouse: &Value) {
        let span = self.tree.follow(&pointer).shown();
        let ways = ["workgroup", "cluster", "secret"];
        let given: Vec<String> = ways
            .iter()
            .filter(|way| warehouse.get(way).is_some())
            .map(|way| (*way).to_owned())
            .collect();
        let (sentence, missing) = if given.is_empty() {
            let sentence = "`warehouse` does not say how it is reached".to_owned();
            // Any of them may be what a misspelt field was taken for.
            let meant = ways
                .iter()
                .map(|way| (pointer.clone(), (*way).to_owned()))
                .find(|way| self.suggested.contains(way));
            (sentence, meant)
        } else {
            let sentence = format!(
                "`warehouse` is reached in one way only, not by {}",
                list(&given)
            );
            (sentence, None)
        };
        self.found.push(Found {
            diagnostic: Diagnostic::error(Code::WarehouseConnection, sentence)
                .at(self.file, span, "")
                .help(way_in(warehouse)),
            instead_of: missing,
        });
        self.faults.push(ShapeFault::Unusable(pointer));
    }

    /// A mapping that must have exactly one of some fields and has none of them, or several.
    fn one_of(&mut self, pointer: String, value: &Value) {
        let Some((fields, code)) = one_of(&pointer) else {
            return;
        };
        let Some(object) = value.as_object() else {
            return;
        };
        let what = self.subject(&pointer);
        let span = self.tree.follow(&pointer).shown();
        let given: Vec<String> = fields
            .iter()
            .filter(|field| object.contains_key(**field))
            .map(|field| (*field).to_owned())
            .collect();
        let all: Vec<String> = fields.iter().map(|field| (*field).to_owned()).collect();
        let mut meant = None;
        let diagnostic = if given.is_empty() {
            meant = fields
                .iter()
                .map(|field| (pointer.clone(), (*field).to_owned()))
                .find(|field| self.suggested.contains(field));
            let sentence = format!("{what} has none of {}", list(&all));
            let help = match code {
                Code::StepWork => "name what it runs, such as `sql: sql/load.sql`",
                Code::TriggerKind => "say what starts it, such as `schedule: rate(1 day)`",
                _ => "say who it goes to, such as `email: team@example.com`",
            };
            Diagnostic::error(code, sentence).help(help)
        } else {
            let sentence = format!("{what} has {}, but must have one of them", list(&given));
            Diagnostic::error(code, sentence).help("keep one of them")
        };
        self.found.push(Found {
            diagnostic: diagnostic.at(self.file, span, ""),
            instead_of: meant,
        });
        self.faults.push(ShapeFault::Unusable(pointer));
    }

    /// A value of a kind, or a choice, that does not belong there.
    fn mismatch(&mut self, pointer: String, error: &ValidationError<'_>) {
        let mut wanted = Wanted::default();
        wanted.gather(error, &pointer);
        let value = error.instance();
        let what = self.subject(&pointer);
        let span = self.tree.follow(&pointer).shown();
        let diagnostic = match value.as_str() {
            _ if is_duration(&pointer) => {
                let sentence = format!("{what} must be a length of time, not {}", found(value));
                let help = "write a number with a unit, such as `90s`, `5m`, `2h` or `1h30m`";
                Diagnostic::error(Code::DurationSyntax, sentence).help(help)
            }
            Some(text) if !wanted.choices.is_empty() => {
                let sentence = format!("{what} cannot be `{text}`");
                let choices = wanted.choices.iter().map(String::as_str);
                let help = self.nearest.suggest(text, choices);
                Diagnostic::error(Code::UnknownChoice, sentence)
                    .help(help.unwrap_or_else(|| format!("it is one of {}", list(&wanted.choices))))
            }
            _ => {
                let sentence = if value.is_null() {
                    format!("{what} is empty, but must be {}", wanted.words())
                } else {
                    format!("{what} must be {}, not {}", wanted.words(), found(value))
                };
                let diagnostic = Diagnostic::error(Code::WrongType, sentence);
                if value.is_null() {
                    diagnostic.help("give it a value, or remove the line")
                } else if value.is_number() && wanted.types == ["string"] {
                    diagnostic.help("put it in quotes if it is a name")
                } else {
                    diagnostic
                }
            }
        };
        self.push(diagnostic.at(self.file, span, ""));
        self.faults.push(ShapeFault::Unusable(pointer));
    }
}

/// Whether a branch of `anyOf` takes this kind of value, so that its complaints are to the point.
fn fits(branch: &[ValidationError<'_>], pointer: &str) -> bool {
    branch.iter().all(|error| {
        if error.instance_path().as_str() != pointer {
            return true;
        }
        match error.kind() {
            ValidationErrorKind::Type { .. }
            | ValidationErrorKind::Constant { .. }
            | ValidationErrorKind::Enum { .. } => false,
            ValidationErrorKind::AnyOf { context }
            | ValidationErrorKind::OneOfNotValid { context } => {
                context.iter().any(|branch| fits(branch, pointer))
            }
            _ => true,
        }
    })
}

/// What the schema takes at a place.
#[derive(Default)]
struct Wanted {
    types: Vec<String>,
    choices: Vec<String>,
}

impl Wanted {
    fn gather(&mut self, error: &ValidationError<'_>, pointer: &str) {
        if error.instance_path().as_str() != pointer {
            return;
        }
        match error.kind() {
            ValidationErrorKind::Type { kind } => match kind {
                TypeKind::Single(kind) => self.kind(kind.to_string()),
                TypeKind::Multiple(kinds) => {
                    for kind in kinds.iter() {
                        self.kind(kind.to_string());
                    }
                }
            },
            ValidationErrorKind::Constant { expected_value } => self.choice(expected_value),
            ValidationErrorKind::Enum { options } => {
                for option in options.as_array().into_iter().flatten() {
                    self.choice(option);
                }
            }
            ValidationErrorKind::AnyOf { context }
            | ValidationErrorKind::OneOfNotValid { context } => {
                for error in context.iter().flatten() {
                    self.gather(error, pointer);
                }
            }
            _ => {}
        }
    }

    fn kind(&mut self, kind: String) {
        if kind != "null" && !self.types.contains(&kind) {
            self.types.push(kind);
        }
    }

    fn choice(&mut self, choice: &Value) {
        if let Some(choice) = choice.as_str() {
            self.choices.push(choice.to_owned());
        }
    }

    /// "text or a list".
    fn words(&self) -> String {
        if !self.choices.is_empty() {
            return format!("one of {}", list(&self.choices));
        }
        let order = [
            ("string", "text"),
            ("integer", "a whole number"),
            ("number", "a number"),
            ("array", "a list"),
            ("object", "a mapping"),
            ("boolean", "`true`"),
            ("boolean", "`false`"),
        ];
        let words: Vec<&str> = order
            .iter()
            .filter(|(kind, _)| self.types.iter().any(|wanted| wanted == kind))
            .map(|(_, words)| *words)
            .collect();
        match words.split_last() {
            None => "something else".to_owned(),
            Some((last, [])) => (*last).to_owned(),
            Some((last, others)) => format!("{} or {last}", others.join(", ")),
        }
    }
}

/// The value that is there, in few words.
fn found(value: &Value) -> String {
    match value {
        Value::Null => "empty".to_owned(),
        Value::Bool(_) | Value::Number(_) => format!("`{value}`"),
        Value::String(_) => "text".to_owned(),
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "a mapping".to_owned(),
    }
}

/// The fields of which the mapping at this pointer must have exactly one.
fn one_of(pointer: &str) -> Option<(&'static [&'static str], Code)> {
    let parts: Vec<&str> = pointer.split('/').skip(1).collect();
    match parts.as_slice() {
        ["steps", _] => Some((&schema::WORKS, Code::StepWork)),
        ["triggers", _] => Some((&schema::TRIGGERS, Code::TriggerKind)),
        ["notify", _] => Some((&schema::RECIPIENTS, Code::NotifyRecipient)),
        _ => None,
    }
}

fn is_duration(pointer: &str) -> bool {
    let parts: Vec<&str> = pointer.split('/').skip(1).collect();
    matches!(
        parts.as_slice(),
        ["limits", "step" | "run"] | ["steps", _, "limit"]
    )
}

/// What a JSON pointer leads to, in words.
fn subject(pointer: &str) -> String {
    let parts: Vec<String> = pointer.split('/').skip(1).map(unescape).collect();
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    match parts.as_slice() {
        [] => "the file".to_owned(),
        ["steps", name] => format!("step `{name}`"),
        ["tests", name] => format!("test `{name}`"),
        ["parameters", name] => format!("parameter `{name}`"),
        ["triggers", _] => "a trigger".to_owned(),
        ["notify", _] => "an item of `notify`".to_owned(),
        ["steps", _, "after", _] => "an item of `after`".to_owned(),
        [.., last] => format!("`{last}`"),
    }
}

/// "`a`, `b` and `c`".
fn list(names: &[String]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    match quoted.split_last() {
        None => String::new(),
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} and {last}", others.join(", ")),
    }
}

/// How a warehouse is reached that was given in several ways. A secret beside its warehouse is written
/// as other tools take it.
fn way_in(warehouse: &Value) -> String {
    let arn = match warehouse.get("secret") {
        Some(Value::String(arn)) => Some(arn.as_str()),
        Some(secret) => secret.get("arn").and_then(Value::as_str),
        None => None,
    };
    let named = |kind: &'static str| {
        let given = warehouse.get(kind)?;
        let identifier = given.get("identifier").unwrap_or(given);
        Some((kind, identifier.as_str()?))
    };
    match (arn, named("workgroup"), named("cluster")) {
        (Some(arn), Some((kind, name)), None) | (Some(arn), None, Some((kind, name))) => {
            format!("name the warehouse in the secret: `secret: {{ arn: {arn}, {kind}: {name} }}`")
        }
        _ => "give exactly one of `workgroup`, `cluster` and `secret`".to_owned(),
    }
}
