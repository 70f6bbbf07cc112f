//! Which variables of a procedure hold data of tables.
//!
//! In: `select max(id) into last from orders; next := last + 1`, out: `last` and `next`. Which of a
//! table's columns a variable holds when a statement names it depends on the way that the procedure
//! took. So the lineage does not follow the column but says so.

use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

use smol_str::SmolStr;

use crate::names::{Binder, DeclaredTables, Findings, ResultColumns, VariableNames};
use crate::tree::{
    Block, Body, BodyStep, CreateProcedure, DeclarationKind, Expression, ExpressionKind, LoopKind,
    Query, StatementKind, StepKind, Variable,
};
use crate::types::Type;

/// What binding a statement needs to know.
#[derive(Clone, Copy)]
pub(super) struct BindingContext<'c> {
    /// The tables that there are.
    pub catalog: &'c DeclaredTables,
    /// Types of the step's parameters.
    pub parameters: &'c HashMap<SmolStr, Type>,
    /// Those of the procedure around it.
    pub variables: Option<&'c DataVariables>,
}

impl<'c> BindingContext<'c> {
    pub fn binder(self) -> Binder<'c> {
        let binder = Binder::new(self.catalog, self.parameters);
        match self.variables {
            Some(held) => binder.in_body(&held.variables),
            None => binder,
        }
    }
}

/// The variables of a procedure.
#[derive(Debug, Clone, Default)]
pub(super) struct DataVariables {
    pub variables: Rc<VariableNames>,
    of_data: BTreeSet<SmolStr>,
}

impl DataVariables {
    /// Those of a procedure, which may be called with these tables.
    pub(super) fn of(procedure: &CreateProcedure, context: BindingContext<'_>) -> Self {
        let mut held = Self {
            variables: Rc::new(VariableNames::of(procedure)),
            of_data: BTreeSet::new(),
        };
        let mut given = Given {
            context: BindingContext {
                variables: Some(&held),
                ..context
            },
            assignments: Vec::new(),
        };
        given.declarations(&procedure.body);
        procedure.body.each_step(&mut |step| given.step(step));
        held.of_data = spread(&given.assignments);
        held
    }

    /// Those that a statement names and that hold data of tables.
    pub(super) fn of_data<'f>(&'f self, found: &'f Findings) -> impl Iterator<Item = &'f SmolStr> {
        let named = found.variables.iter();
        named.filter(|name| self.of_data.contains(*name))
    }
}

/// What gives a variable its value.
struct Assignment {
    to: SmolStr,
    /// Whether the value is read from a table, or nobody knows.
    from_table: bool,
    /// Variables that the value is made of.
    from: Rc<[SmolStr]>,
}

/// The names of those that hold data, whatever the order of the assignments.
fn spread(assignments: &[Assignment]) -> BTreeSet<SmolStr> {
    let mut made_of: HashMap<&SmolStr, Vec<&SmolStr>> = HashMap::new();
    let mut open = Vec::new();
    for assignment in assignments {
        if assignment.from_table {
            open.push(&assignment.to);
        }
        for name in &*assignment.from {
            made_of.entry(name).or_default().push(&assignment.to);
        }
    }
    let mut of_data = BTreeSet::new();
    while let Some(name) = open.pop() {
        if of_data.insert(name.clone()) {
            open.extend(made_of.remove(name).unwrap_or_default());
        }
    }
    of_data
}

/// Gathers what is assigned to variables.
struct Given<'c> {
    context: BindingContext<'c>,
    assignments: Vec<Assignment>,
}

impl Given<'_> {
    fn declarations(&mut self, block: &Block) {
        for declaration in &block.declarations {
            match &declaration.kind {
                DeclarationKind::Variable { default, .. } => {
                    if let Some(value) = default {
                        self.value([&declaration.name.text], value);
                    }
                }
                // FETCH gives what the query reads.
                DeclarationKind::Cursor { .. } | DeclarationKind::Alias(_) => {}
            }
        }
    }

    fn step(&mut self, step: &BodyStep) {
        match &step.kind {
            StepKind::Sql(statement) => match &statement.kind {
                StatementKind::Query(query) => {
                    if let Body::Select(select) = &query.body
                        && let Some(into) = &select.into
                    {
                        let names = into.targets.iter().filter_map(|name| name.parts.first());
                        self.rows(names.map(|name| &name.text), query);
                    }
                }
                // A procedure that is called may give its arguments values.
                StatementKind::Call(call) => {
                    let names = call.arguments.iter().filter_map(|value| match &value.kind {
                        ExpressionKind::Column(name) => name.parts.first(),
                        _ => None,
                    });
                    self.give(names.map(|name| &name.text), true, &[]);
                }
                _ => {}
            },
            StepKind::Block(block) => self.declarations(block),
            StepKind::Assign { target, value } => {
                self.value(names(std::slice::from_ref(target)), value);
            }
            StepKind::Execute { into, .. } | StepKind::Fetch { into, .. } => {
                self.give(names(into), true, &[]);
            }
            StepKind::Loop(inner) => match &inner.kind {
                LoopKind::Query { targets, query } => self.rows(names(targets), query),
                LoopKind::Execute { targets, .. } => self.give(names(targets), true, &[]),
                LoopKind::Range {
                    variable, from, to, ..
                } => {
                    self.value([&variable.text], from);
                    self.value([&variable.text], to);
                }
                LoopKind::Endless | LoopKind::While(_) => {}
            },
            _ => {}
        }
    }

    fn value<'n>(&mut self, names: impl IntoIterator<Item = &'n SmolStr>, value: &Expression) {
        let binder = self.context.binder();
        let found = binder.condition(value, &ResultColumns::default());
        self.found(names, &found);
    }

    fn rows<'n>(&mut self, names: impl IntoIterator<Item = &'n SmolStr>, query: &Query) {
        let found = self.context.binder().whole_query(query);
        self.found(names, &found);
    }

    fn found<'n>(&mut self, names: impl IntoIterator<Item = &'n SmolStr>, found: &Findings) {
        let reads = !found.reads.is_empty() || !found.inserted.is_empty();
        self.give(names, reads, &found.variables);
    }

    fn give<'n>(
        &mut self,
        names: impl IntoIterator<Item = &'n SmolStr>,
        from_table: bool,
        from: &[SmolStr],
    ) {
        let from: Rc<[SmolStr]> = Rc::from(from);
        let assignments = names.into_iter().map(|name| Assignment {
            to: name.clone(),
            from_table,
            from: Rc::clone(&from),
        });
        self.assignments.extend(assignments);
    }
}

/// The names that variables begin with: `record` of `record.field`.
fn names(targets: &[Variable]) -> impl Iterator<Item = &SmolStr> {
    targets.iter().filter_map(|target| match target {
        Variable::Name(name) => name.parts.first().map(|first| &first.text),
        Variable::Position(..) => None,
    })
}
