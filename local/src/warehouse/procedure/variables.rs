//! The variables of a call, and which of them a name means: the innermost block's first (AWS page:
//! `Structure of PL/pgSQL`).

use std::collections::HashMap;
use std::rc::Rc;

use redshift_sql::SmolStr;
use redshift_sql::tree::{self, Argument, Name, Query};

use crate::warehouse::dialect::{self, Placeholder, VariableType};

/// A field of a record.
#[derive(Debug, Clone)]
pub(super) struct RecordField {
    pub(super) name: String,
    pub(super) kind: VariableType,
    pub(super) value: Option<String>,
}

/// What a variable holds.
#[derive(Debug, Clone)]
pub(super) enum VariableContent {
    Scalar {
        kind: VariableType,
        value: Option<String>,
    },
    /// `record`, which has the fields of whatever it got last; none: it got nothing yet.
    Record(Option<Vec<RecordField>>),
    /// `table%rowtype`, whose fields stay.
    Row(Vec<RecordField>),
}

/// The query that a cursor was declared with.
#[derive(Debug)]
pub(super) struct BoundQuery {
    pub(super) arguments: Vec<Argument>,
    pub(super) query: Query,
}

/// A variable of a call, with its value and what may be assigned to it.
#[derive(Debug, Clone)]
pub(super) struct CallVariable {
    pub(super) content: VariableContent,
    pub(super) constant: bool,
    pub(super) not_null: bool,
    pub(super) cursor: Option<Rc<BoundQuery>>,
}

impl CallVariable {
    pub(super) fn of(content: VariableContent) -> Self {
        Self {
            content,
            constant: false,
            not_null: false,
            cursor: None,
        }
    }

    pub(super) fn scalar(kind: VariableType, value: Option<String>) -> Self {
        Self::of(VariableContent::Scalar { kind, value })
    }
}

/// A variable, or a field of one that is a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Slot {
    pub(super) variable: usize,
    pub(super) field: Option<usize>,
}

/// Names of a block, a loop or the procedure.
#[derive(Debug, Default)]
struct Names {
    label: Option<SmolStr>,
    names: HashMap<SmolStr, usize>,
    /// How many variables there were in front of it.
    before: usize,
}

/// All variables that can be seen.
#[derive(Debug, Default)]
pub(super) struct CallVariables {
    all: Vec<CallVariable>,
    visible: Vec<Names>,
    /// The arguments, by position.
    positions: Vec<usize>,
}

impl CallVariables {
    /// A block, a loop or the like begins.
    pub(super) fn enter(&mut self, label: Option<&Name>) {
        self.visible.push(Names {
            label: label.map(|label| label.text.clone()),
            names: HashMap::new(),
            before: self.all.len(),
        });
    }

    /// It ends, and its variables with it.
    pub(super) fn leave(&mut self) {
        if let Some(names) = self.visible.pop() {
            self.all.truncate(names.before);
        }
    }

    /// Adds a variable to the innermost block.
    pub(super) fn add(&mut self, name: &str, variable: CallVariable) -> usize {
        let slot = self.all.len();
        self.all.push(variable);
        self.alias(name, slot);
        slot
    }

    /// Gives a variable a name in the innermost block.
    pub(super) fn alias(&mut self, name: &str, slot: usize) {
        if let Some(names) = self.visible.last_mut() {
            names.names.insert(SmolStr::new(name), slot);
        }
    }

    /// Adds an argument, which may have no name.
    pub(super) fn add_argument(&mut self, name: Option<&str>, variable: CallVariable) -> usize {
        let slot = self.all.len();
        self.all.push(variable);
        self.positions.push(slot);
        if let Some(name) = name {
            self.alias(name, slot);
        }
        slot
    }

    pub(super) fn get(&self, slot: usize) -> Option<&CallVariable> {
        self.all.get(slot)
    }

    pub(super) fn get_mut(&mut self, slot: usize) -> Option<&mut CallVariable> {
        self.all.get_mut(slot)
    }

    /// The argument at a position, from 1.
    pub(super) fn position(&self, number: u32) -> Option<usize> {
        let index = (number as usize).checked_sub(1)?;
        self.positions.get(index).copied()
    }

    /// The value of a variable that is no record.
    pub(super) fn value(&self, slot: usize) -> Option<&str> {
        match self.all.get(slot).map(|variable| &variable.content) {
            Some(VariableContent::Scalar { value, .. }) => value.as_deref(),
            _ => None,
        }
    }

    /// The variable that the first of some names mean, and how many of them.
    pub(super) fn find(&self, parts: &[Name]) -> Option<(usize, usize)> {
        let [first, rest @ ..] = parts else {
            return None;
        };
        let mut scopes = self.visible.iter().rev();
        if let Some(slot) = scopes.find_map(|names| names.names.get(&first.text)) {
            return Some((*slot, 1));
        }
        let second = rest.first()?;
        let mut scopes = self.visible.iter().rev();
        let labelled = scopes.find(|names| names.label.as_ref() == Some(&first.text))?;
        labelled.names.get(&second.text).map(|slot| (*slot, 2))
    }

    /// The variable or field that a target names.
    pub(super) fn target(&self, target: &tree::Variable) -> Result<Slot, String> {
        let (found, parts) = match target {
            tree::Variable::Position(number, _) => {
                let slot = self.position(*number);
                let slot = slot.ok_or_else(|| format!("there is no parameter ${number}"))?;
                ((slot, 0), &[][..])
            }
            tree::Variable::Name(name) => match self.find(&name.parts) {
                Some(found) => (found, name.parts.as_slice()),
                None => return Err(format!("\"{}\" is not a known variable", name.text())),
            },
        };
        let (variable, taken) = found;
        let field = match parts.get(taken) {
            None => None,
            Some(field) => Some(self.field(variable, field)?),
        };
        Ok(Slot { variable, field })
    }

    fn field(&self, variable: usize, field: &Name) -> Result<usize, String> {
        let fields = match self.all.get(variable).map(|variable| &variable.content) {
            Some(VariableContent::Record(Some(fields)) | VariableContent::Row(fields)) => fields,
            Some(VariableContent::Record(None)) => {
                return Err(format!(
                    "a record is not assigned yet: it has no field \"{}\"",
                    field.text
                ));
            }
            _ => return Err(format!("a variable has no field \"{}\"", field.text)),
        };
        fields
            .iter()
            .position(|known| known.name.eq_ignore_ascii_case(&field.text))
            .ok_or_else(|| format!("record has no field \"{}\"", field.text))
    }

    /// The values of all, as statements ask for them.
    pub(super) fn parameters(&self) -> Vec<(String, Option<String>)> {
        let mut all = Vec::with_capacity(self.all.len());
        for (slot, variable) in self.all.iter().enumerate() {
            match &variable.content {
                VariableContent::Scalar { value, .. } => {
                    all.push((parameter(slot, None), value.clone()))
                }
                VariableContent::Record(None) => all.push((parameter(slot, None), None)),
                VariableContent::Record(Some(fields)) | VariableContent::Row(fields) => {
                    all.push((parameter(slot, None), whole(fields)));
                    for (index, field) in fields.iter().enumerate() {
                        all.push((parameter(slot, Some(index)), field.value.clone()));
                    }
                }
            }
        }
        all
    }
}

/// A record as a value, as PostgreSQL writes it; NULL where all of its fields are.
fn whole(fields: &[RecordField]) -> Option<String> {
    if fields.iter().all(|field| field.value.is_none()) {
        return None;
    }
    let values: Vec<String> = fields
        .iter()
        .map(|field| match field.value.as_deref() {
            None => String::new(),
            Some("true") if field.kind.is_boolean() => "t".to_owned(),
            Some("false") if field.kind.is_boolean() => "f".to_owned(),
            Some(text) => quoted_where_needed(text),
        })
        .collect();
    Some(format!("({})", values.join(",")))
}

/// A field of a record's text (PostgreSQL 8.0: `Composite Types`, "Composite Type Input and Output
/// Syntax").
///
/// `a` stays, `a b` becomes `"a b"`, and a text without letters `""`.
fn quoted_where_needed(text: &str) -> String {
    let special = |letter: char| {
        letter.is_ascii_whitespace() || matches!(letter, '"' | '\\' | '(' | ')' | ',')
    };
    if !text.is_empty() && !text.contains(special) {
        return text.to_owned();
    }
    let doubled = text.replace('\\', "\\\\").replace('"', "\"\"");
    format!("\"{doubled}\"")
}

/// A name that no parameter of a script has.
fn parameter(variable: usize, field: Option<usize>) -> String {
    match field {
        None => format!("variable {variable}"),
        Some(field) => format!("variable {variable} field {field}"),
    }
}

impl dialect::BodyNames for CallVariables {
    fn named(&self, parts: &[Name]) -> Result<Option<(Placeholder, usize)>, String> {
        let Some((variable, taken)) = self.find(parts) else {
            return Ok(None);
        };
        let Some(known) = self.all.get(variable) else {
            return Ok(None);
        };
        match &known.content {
            // `name.column` where `name` is a number is a column of a table.
            VariableContent::Scalar { kind, .. } if parts.len() > taken && !kind.has_fields() => {
                Ok(None)
            }
            VariableContent::Scalar { kind, .. } => {
                let placeholder = Placeholder {
                    parameter: parameter(variable, None),
                    kind: kind.engine.clone(),
                };
                Ok(Some((placeholder, taken)))
            }
            VariableContent::Record(_) | VariableContent::Row(_) => match parts.get(taken) {
                None => {
                    let placeholder = Placeholder {
                        parameter: parameter(variable, None),
                        kind: "varchar".to_owned(),
                    };
                    Ok(Some((placeholder, taken)))
                }
                Some(name) => {
                    let field = self.field(variable, name)?;
                    let kind = match &known.content {
                        VariableContent::Record(Some(fields)) | VariableContent::Row(fields) => {
                            fields.get(field)
                        }
                        _ => None,
                    };
                    let kind = kind
                        .map_or_else(|| "varchar".to_owned(), |field| field.kind.engine.clone());
                    let placeholder = Placeholder {
                        parameter: parameter(variable, Some(field)),
                        kind,
                    };
                    Ok(Some((placeholder, taken + 1)))
                }
            },
        }
    }

    fn at(&self, number: u32) -> Option<Placeholder> {
        let slot = self.position(number)?;
        match self.all.get(slot).map(|variable| &variable.content) {
            Some(VariableContent::Scalar { kind, .. }) => Some(Placeholder {
                parameter: parameter(slot, None),
                kind: kind.engine.clone(),
            }),
            _ => None,
        }
    }
}
