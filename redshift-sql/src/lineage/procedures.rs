//! Procedures, for those who call them.

use std::collections::HashMap;

use smol_str::SmolStr;

use crate::tree::{
    AlterRoutineAction, ArgumentMode, CallProcedure, CreateProcedure, RoutineKind, Statement,
    StatementKind,
};

/// The procedures that statements have made, by name.
#[derive(Debug, Clone, Default)]
pub struct Procedures<'a> {
    made: HashMap<SmolStr, Vec<&'a CreateProcedure>>,
}

impl<'a> Procedures<'a> {
    /// Learns what a statement makes, renames and drops.
    pub fn learn(&mut self, statement: &'a Statement) {
        match &statement.kind {
            StatementKind::CreateProcedure(create) => {
                let named = self.made.entry(create.name.key()).or_default();
                named.retain(|other| !same_arguments(other, create));
                named.push(create);
            }
            StatementKind::DropRoutine(drop) if drop.kind == RoutineKind::Procedure => {
                for signature in &drop.signatures {
                    self.made.remove(&signature.name.key());
                }
            }
            StatementKind::AlterRoutine(alter) if alter.kind == RoutineKind::Procedure => {
                let old = alter.signature.name.key();
                if let AlterRoutineAction::RenameTo(name) = &alter.action
                    && let Some(renamed) = self.made.remove(&old)
                {
                    let new = match old.rsplit_once('.') {
                        Some((schema, _)) => SmolStr::from(format!("{schema}.{}", name.text)),
                        None => name.text.clone(),
                    };
                    self.made.insert(new, renamed);
                }
            }
            _ => {}
        }
    }

    /// The procedures that a call may mean: those with its number of arguments, else all of its name.
    ///
    /// `call load(1)` means `load(int)` where there is `load(int, int)` as well.
    pub fn called(&self, call: &CallProcedure) -> Vec<&'a CreateProcedure> {
        let named = self.made.get(&call.name.key());
        let named = named.map_or(&[][..], Vec::as_slice);
        let fitting: Vec<_> = named
            .iter()
            .copied()
            .filter(|procedure| given(procedure) == call.arguments.len())
            .collect();
        if fitting.is_empty() {
            named.to_vec()
        } else {
            fitting
        }
    }
}

/// How many arguments a caller gives.
fn given(procedure: &CreateProcedure) -> usize {
    let arguments = procedure.arguments.iter();
    arguments
        .filter(|argument| argument.mode != ArgumentMode::Out)
        .count()
}

fn same_arguments(one: &CreateProcedure, other: &CreateProcedure) -> bool {
    fn types(procedure: &CreateProcedure) -> impl Iterator<Item = &crate::tree::DataType> {
        let arguments = procedure.arguments.iter();
        arguments
            .filter(|argument| argument.mode != ArgumentMode::Out)
            .map(|argument| &argument.data_type.kind)
    }
    types(one).eq(types(other))
}
