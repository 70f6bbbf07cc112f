//! A CloudFormation template (AWS page: "Template anatomy"). Everything stands in the order in which
//! it was added, so the same pipeline gives the same bytes. It knows no type of resource.

use std::any::Any;
use std::fmt::Debug;

use indexmap::IndexMap;
use serde::ser::Error as _;
use serde::{Serialize, Serializer};
use serde_json::Value;

use super::intrinsic::Text;
use super::parts::LogicalId;
use super::resource::ResourceProperties;

/// A CloudFormation template; it is written in the order of its fields.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct StackTemplate {
    #[serde(rename = "AWSTemplateFormatVersion")]
    format: &'static str,
    description: String,
    /// Values that the deployment gives.
    pub parameters: IndexMap<&'static str, TemplateParameter>,
    /// What the stack is made of, by logical id.
    pub resources: IndexMap<String, TemplateEntry>,
    /// What the stack tells.
    pub outputs: IndexMap<String, TemplateOutput>,
}

/// Longest description of a template, in bytes (AWS page: "CloudFormation quotas").
const LONGEST_DESCRIPTION: usize = 1_024;

impl StackTemplate {
    /// A template without resources; a description that is too long is cut.
    pub fn new(mut description: String) -> Self {
        let mut end = LONGEST_DESCRIPTION.min(description.len());
        while !description.is_char_boundary(end) {
            end -= 1;
        }
        description.truncate(end);
        Self {
            format: "2010-09-09",
            description,
            parameters: IndexMap::new(),
            resources: IndexMap::new(),
            outputs: IndexMap::new(),
        }
    }

    /// Adds a resource of a part of the stack, unless there is one of that logical id.
    pub fn add<R: ResourceProperties>(
        &mut self,
        logical_id: impl Into<LogicalId>,
        resource: R,
    ) -> &mut TemplateEntry {
        self.resources
            .entry(logical_id.into().into_text())
            .or_insert_with(|| TemplateEntry {
                kind: R::TYPE,
                properties: Box::new(resource),
                depends_on: Vec::new(),
                deletion_policy: None,
                update_replace_policy: None,
                metadata: None,
            })
    }

    /// Adds a value that the deployment gives.
    pub fn parameter(&mut self, name: &'static str, description: &'static str) {
        let parameter = TemplateParameter {
            kind: "String",
            description,
            min_length: 1,
        };
        self.parameters.insert(name, parameter);
    }

    /// Adds something that the stack tells.
    pub fn output(&mut self, name: &str, description: impl Into<String>, value: Text) {
        let output = TemplateOutput {
            description: description.into(),
            value,
        };
        self.outputs.insert(name.to_owned(), output);
    }
}

/// A parameter of a template.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct TemplateParameter {
    #[serde(rename = "Type")]
    kind: &'static str,
    description: &'static str,
    min_length: u32,
}

/// An output of a template.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct TemplateOutput {
    description: String,
    value: Text,
}

/// A resource as it stands in the template, and what goes for it beside its properties.
#[serde_with::skip_serializing_none]
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct TemplateEntry {
    #[serde(rename = "Type")]
    kind: &'static str,
    properties: Box<dyn Held>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    depends_on: Vec<String>,
    deletion_policy: Option<Keep>,
    update_replace_policy: Option<Keep>,
    metadata: Option<Metadata>,
}

#[derive(Debug, Clone, Serialize)]
struct Metadata {
    sfc: &'static str,
}

/// Properties of a type that the template does not know.
trait Held: Any + Debug {
    /// As they are written.
    fn value(&self) -> serde_json::Result<Value>;
}

impl<R: ResourceProperties> Held for R {
    fn value(&self) -> serde_json::Result<Value> {
        serde_json::to_value(self)
    }
}

impl Serialize for dyn Held {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let value = self.value().map_err(S::Error::custom)?;
        value.serialize(serializer)
    }
}

impl TemplateEntry {
    /// The resource if it is of this type, for what is decided about all of a type.
    pub fn of_type<R: ResourceProperties>(&mut self) -> Option<&mut R> {
        let properties: &mut dyn Any = &mut *self.properties;
        properties.downcast_mut()
    }

    /// Where in the spec it comes from, as a JSON pointer, where its type does not say so.
    pub fn comes_from(&mut self, pointer: &'static str) {
        self.metadata = Some(Metadata { sfc: pointer });
    }

    /// Is made after these, and deleted before them.
    pub fn after(&mut self, logical_ids: impl IntoIterator<Item = String>) {
        self.depends_on.extend(logical_ids);
    }

    /// Whether it outlives the stack.
    pub fn retained(&mut self, retain: bool) {
        let keep = if retain { Keep::Retain } else { Keep::Delete };
        self.deletion_policy = Some(keep);
        self.update_replace_policy = Some(keep);
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
enum Keep {
    Retain,
    Delete,
}
