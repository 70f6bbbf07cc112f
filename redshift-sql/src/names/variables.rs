//! Variables that can be seen in the body of a procedure.

use std::collections::BTreeSet;

use smol_str::SmolStr;

use crate::tree::{Block, CreateProcedure, DeclarationKind, LoopKind, Name, StepKind};

/// Names that stand for no column: variables, arguments, cursors, and the labels and the procedure
/// that may stand in front of them.
#[derive(Debug, Clone, Default)]
pub(crate) struct VariableNames {
    names: BTreeSet<SmolStr>,
    /// Names that PL/pgSQL itself brings, and those that only stand in front of others.
    others: BTreeSet<SmolStr>,
    /// Whether something is inserted into a name, so that every name may be it.
    open: bool,
}

impl VariableNames {
    /// Those of every body: `found`.
    pub(super) fn of_every_body() -> Self {
        let mut variables = Self::default();
        variables.others.insert(SmolStr::new_static("found"));
        variables
    }

    /// All of a procedure, wherever in its body they can be seen.
    pub(crate) fn of(procedure: &CreateProcedure) -> Self {
        let mut variables = Self::of_every_body();
        variables.add_error();
        procedure
            .name
            .name()
            .iter()
            .for_each(|name| variables.add_in_front(name));
        let arguments = procedure.arguments.iter();
        let names = arguments.filter_map(|argument| argument.name.as_ref());
        names.for_each(|name| variables.add(name));
        variables.add_block(&procedure.body);
        procedure.body.each_step(&mut |step| match &step.kind {
            StepKind::Block(block) => variables.add_block(block),
            StepKind::Loop(inner) => {
                inner
                    .label
                    .iter()
                    .for_each(|label| variables.add_in_front(label));
                if let LoopKind::Range { variable, .. } = &inner.kind {
                    variables.add(variable);
                }
            }
            _ => {}
        });
        variables
    }

    fn add_block(&mut self, block: &Block) {
        block
            .label
            .iter()
            .for_each(|label| self.add_in_front(label));
        for declaration in &block.declarations {
            self.add(&declaration.name);
            if let DeclarationKind::Cursor { arguments, .. } = &declaration.kind {
                let names = arguments.iter().filter_map(|one| one.name.as_ref());
                names.for_each(|name| self.add(name));
            }
        }
    }

    /// Adds a variable that statements of the block can see.
    pub(super) fn add(&mut self, name: &Name) {
        self.open |= name.inserted;
        self.names.insert(name.text.clone());
    }

    /// Adds a name that may stand in front of a variable and a dot.
    pub(super) fn add_in_front(&mut self, name: &Name) {
        self.open |= name.inserted;
        self.others.insert(name.text.clone());
    }

    /// Adds what a handler knows of the error.
    pub(super) fn add_error(&mut self) {
        for name in ["sqlerrm", "sqlstate"] {
            self.others.insert(SmolStr::new_static(name));
        }
    }

    /// Whether a name may be one of them.
    pub(super) fn may_have(&self, name: &SmolStr) -> bool {
        self.open || self.names.contains(name) || self.others.contains(name)
    }

    /// The names that somebody declared.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(SmolStr::as_str)
    }
}
