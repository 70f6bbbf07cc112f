//! What the warehouse cannot run of a procedure's body, found when the procedure is created.
//!
//! In: a body with `create external table …` in its third line. Out: the refusal of that statement,
//! with the line. What only a run can tell, as that a table is missing, is not looked for.

use std::collections::HashMap;

use redshift_sql::names::{self, DeclaredTables};
use redshift_sql::tree::{
    Block, Body, BodyStep, CreateProcedure, CursorSource, DataType, DeclarationKind, Expression,
    LoopKind, Name, Query, StepKind,
};
use redshift_sql::{Mistake, MistakeKind};

use super::body::{BodyWriter, take_into};
use super::variable_type::VariableType;
use super::variables::{BodyNames, Placeholder};
use super::{Refusal, TranslationContext};
use redshift_sql::SmolStr;

/// Names of a body, wherever they can be seen.
#[derive(Debug, Default)]
struct Sketch {
    /// The engine's types; none for a record.
    names: HashMap<SmolStr, Option<String>>,
    /// The engine's types of the arguments, by position.
    positions: Vec<String>,
}

impl BodyNames for Sketch {
    fn named(&self, parts: &[Name]) -> Result<Option<(Placeholder, usize)>, String> {
        let known = |at: usize| parts.get(at).and_then(|part| self.names.get(&part.text));
        let found = match known(0) {
            Some(None) => Some((placeholder(UNKNOWN), parts.len().min(2))),
            Some(Some(kind)) if parts.len() == 1 => Some((placeholder(kind), 1)),
            _ => None,
        };
        Ok(found)
    }

    fn at(&self, number: u32) -> Option<Placeholder> {
        let index = (number as usize).checked_sub(1)?;
        self.positions.get(index).map(|kind| placeholder(kind))
    }
}

/// The type of what only a run can tell: a field of a record, `table.column%type`.
const UNKNOWN: &str = "unknown";

fn placeholder(kind: &str) -> Placeholder {
    Placeholder {
        parameter: "any".to_owned(),
        kind: kind.to_owned(),
    }
}

/// Refuses what cannot run.
pub(super) fn check(
    create: &CreateProcedure,
    text: &str,
    context: &TranslationContext<'_>,
) -> Result<(), Refusal> {
    let place = Place { create, text };
    mistakes(place)?;
    let mut sketch = Sketch::default();
    for name in ["found", "sqlerrm", "sqlstate"] {
        sketch.add_text(name);
    }
    for argument in &create.arguments {
        let kind = VariableType::of(&argument.data_type.kind)?;
        sketch.positions.push(kind.engine.clone());
        if let Some(name) = &argument.name {
            sketch.names.insert(name.text.clone(), Some(kind.engine));
        }
    }
    sketch.block(&create.body, place)?;
    let mut failed = Ok(());
    create.body.each_step(&mut |step| {
        if failed.is_ok() {
            failed = sketch.declared(step, place);
        }
    });
    failed?;
    let mut failed = Ok(());
    let writer = BodyWriter::new(context, &sketch, text);
    declarations(&create.body, writer, place)?;
    create.body.each_step(&mut |step| {
        if failed.is_ok() {
            failed = place.only_unsupported(step.span.start, self::step(step, writer, place));
        }
    });
    failed
}

/// Refuses what the front end finds wrong whatever tables there are when the procedure runs: a variable
/// that nobody declared, and what breaks a rule of PL/pgSQL.
fn mistakes(place: Place<'_>) -> Result<(), Refusal> {
    for mistake in names::procedure(place.create, &DeclaredTables::new(), &HashMap::new()) {
        // Functions of somebody's own are unknown here.
        if matches!(
            mistake.kind,
            MistakeKind::UnknownColumn
                | MistakeKind::UnknownTable
                | MistakeKind::NotRedshift
                | MistakeKind::Syntax
        ) {
            return Err(place.mistaken(&mistake));
        }
    }
    Ok(())
}

/// The body that is checked, and the text that lines are counted in.
#[derive(Clone, Copy)]
struct Place<'a> {
    create: &'a CreateProcedure,
    text: &'a str,
}

impl Place<'_> {
    /// A mistake with its line, if it stands in the body.
    fn mistaken(&self, mistake: &Mistake) -> Refusal {
        let mut said = mistake.sentence.clone();
        let start = mistake.span.start;
        if self.create.body_span.contains(start) {
            let line = line_of(self.create, self.text, start);
            let name = self.create.name.text();
            said.push_str(&format!(" (line {line} of procedure \"{name}\")"));
        }
        if let Some(help) = &mistake.help {
            said.push_str(": ");
            said.push_str(help);
        }
        Refusal::Value(said)
    }

    /// Passes over everything but what the warehouse does not do and arguments that are not there, of
    /// which it says the line.
    fn only_unsupported(&self, start: u32, outcome: Result<(), Refusal>) -> Result<(), Refusal> {
        match outcome {
            Err(Refusal::Unsupported(what)) if !what.contains("(line ") => {
                let name = self.create.name.text();
                let line = line_of(self.create, self.text, start);
                Err(Refusal::Unsupported(format!(
                    "{what} (line {line} of procedure \"{name}\")"
                )))
            }
            Err(refusal @ Refusal::Unsupported(_)) => Err(refusal),
            Err(Refusal::Syntax(what)) if what.starts_with("there is no parameter $") => {
                let name = self.create.name.text();
                let line = line_of(self.create, self.text, start);
                Err(Refusal::Value(format!(
                    "{what} (line {line} of procedure \"{name}\")"
                )))
            }
            _ => Ok(()),
        }
    }
}

/// The line of a body, as PL/pgSQL counts: a line break right behind the opening quotes does not.
pub(crate) fn line_of(create: &CreateProcedure, text: &str, start: u32) -> usize {
    let body = redshift_sql::Span::new(create.body_span.start, start).of(text);
    let lines = body.matches('\n').count();
    let first = body.split('\n').next().unwrap_or_default().trim_end();
    let opens = first.starts_with('\'') && first.len() == 1
        || first.starts_with('$') && first.ends_with('$') && first.matches('$').count() == 2;
    if opens && lines > 0 { lines } else { lines + 1 }
}

impl Sketch {
    fn add_text(&mut self, name: &str) {
        self.names
            .insert(SmolStr::new(name), Some("varchar".to_owned()));
    }

    fn block(&mut self, block: &Block, place: Place<'_>) -> Result<(), Refusal> {
        for declaration in &block.declarations {
            let kind = match &declaration.kind {
                DeclarationKind::Variable { data_type, .. } => match &data_type.kind {
                    DataType::Record | DataType::RowOf(_) => None,
                    // Its type is another's, which a run will know.
                    DataType::OfColumn(_) => Some(UNKNOWN.to_owned()),
                    kind => {
                        let kind = VariableType::of(kind);
                        let start = declaration.span.start;
                        let outcome = kind.as_ref().map(|_| ()).map_err(Clone::clone);
                        place.only_unsupported(start, outcome)?;
                        Some(kind?.engine)
                    }
                },
                DeclarationKind::Alias(_) => Some(UNKNOWN.to_owned()),
                DeclarationKind::Cursor { arguments, .. } => {
                    for argument in arguments {
                        let kind = VariableType::of(&argument.data_type.kind)?;
                        if let Some(name) = &argument.name {
                            self.names.insert(name.text.clone(), Some(kind.engine));
                        }
                    }
                    Some("varchar".to_owned())
                }
            };
            self.names.insert(declaration.name.text.clone(), kind);
        }
        Ok(())
    }

    fn declared(&mut self, step: &BodyStep, place: Place<'_>) -> Result<(), Refusal> {
        match &step.kind {
            StepKind::Block(block) => self.block(block, place),
            StepKind::Loop(inner) => {
                if let LoopKind::Range { variable, .. } = &inner.kind {
                    let kind = Some("integer".to_owned());
                    self.names.insert(variable.text.clone(), kind);
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }
}

fn declarations(block: &Block, writer: BodyWriter<'_>, place: Place<'_>) -> Result<(), Refusal> {
    for declaration in &block.declarations {
        let outcome = match &declaration.kind {
            DeclarationKind::Variable { default, .. } => values(default.iter(), writer),
            DeclarationKind::Cursor { query, .. } => self::query(query, writer),
            DeclarationKind::Alias(_) => Ok(()),
        };
        place.only_unsupported(declaration.span.start, outcome)?;
    }
    Ok(())
}

fn values<'e>(
    all: impl IntoIterator<Item = &'e Expression>,
    writer: BodyWriter<'_>,
) -> Result<(), Refusal> {
    all.into_iter()
        .try_for_each(|one| writer.typed(one).map(|_| ()))
}

fn query(query: &Query, writer: BodyWriter<'_>) -> Result<(), Refusal> {
    let mut query = query.clone();
    let _variables = take_into(&mut query);
    writer.query(&query).map(|_| ())
}

/// Whether a query of a body makes a temporary table, and fills no variables.
fn makes_table(query: &Query) -> bool {
    match &query.body {
        Body::Select(select) => select.into.as_ref().is_some_and(|into| into.temporary),
        _ => false,
    }
}

/// Translates what a statement says itself; those within it have their own turn.
fn step(step: &BodyStep, writer: BodyWriter<'_>, place: Place<'_>) -> Result<(), Refusal> {
    use redshift_sql::tree::StatementKind;
    match &step.kind {
        StepKind::Sql(statement) => match &statement.kind {
            StatementKind::Query(inner) if !makes_table(inner) => query(inner, writer),
            StatementKind::Call(call) => values(&call.arguments, writer),
            _ => writer.statement(statement, place.text).map(|_| ()),
        },
        StepKind::Block(block) => declarations(block, writer, place),
        StepKind::Assign { value, .. } => values([value], writer),
        StepKind::Perform(inner) => query(inner, writer),
        StepKind::If { branches, .. } => {
            values(branches.iter().map(|branch| &branch.condition), writer)
        }
        StepKind::Case {
            operand, branches, ..
        } => {
            let compared = branches.iter().flat_map(|branch| &branch.values);
            values(operand.iter().chain(compared), writer)
        }
        StepKind::Loop(inner) => match &inner.kind {
            LoopKind::Endless => Ok(()),
            LoopKind::While(condition) => values([condition], writer),
            LoopKind::Range { from, to, by, .. } => {
                values([from, to].into_iter().chain(by), writer)
            }
            LoopKind::Query { query: inner, .. } => query(inner, writer),
            LoopKind::Execute { statement, .. } => values([statement], writer),
        },
        StepKind::Exit { condition, .. } | StepKind::Continue { condition, .. } => {
            values(condition, writer)
        }
        StepKind::Raise(raise) => values(&raise.values, writer),
        StepKind::Execute { statement, .. } => values([statement], writer),
        StepKind::Open { source, .. } => match source {
            CursorSource::Declared(given) => values(given, writer),
            CursorSource::Query(inner) => query(inner, writer),
            CursorSource::Execute(text) => values([text], writer),
        },
        StepKind::Broken => Err(Refusal::syntax("a statement of the body")),
        StepKind::Return
        | StepKind::GetDiagnostics(_)
        | StepKind::Fetch { .. }
        | StepKind::Close(_)
        | StepKind::Nothing
        | StepKind::Commit
        | StepKind::Rollback
        | StepKind::StartTransaction => Ok(()),
    }
}
