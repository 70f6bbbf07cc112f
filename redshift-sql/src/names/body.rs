//! The body of a procedure (AWS pages: `Structure of PL/pgSQL`, `Supported PL/pgSQL statements`).
//!
//! In: `begin select amout into total from orders; end`, where `orders` has a column `amount` and
//! `total` is declared. Out: there is no column and no variable `amout`.
//!
//! A statement sees what those in front of it made, as far as all ways to it agree. Behind IF, a loop
//! or a handler, a table that only some of the ways changed may be anything.

use std::collections::HashMap;
use std::rc::Rc;

use smol_str::SmolStr;

use super::body_rules::{self, into};
use super::variables::VariableNames;
use super::{Binder, DeclaredTables, ResultColumns};
use crate::mistake::{Mistake, MistakeKind};
use crate::tree::{
    Block, BodyStep, CreateProcedure, CursorSource, DeclarationKind, Expression, ExpressionKind,
    Loop, LoopKind, Name, ObjectName, Operator, Query, Statement, StatementKind, StepKind,
    Variable, each_step,
};
use crate::types::Type;

/// Beginnings of statements that leave all tables as they are, but for their rows.
const ROWS_ONLY: &[&str] = &[
    "select", "with", "insert", "update", "delete", "merge", "truncate", "copy", "unload", "grant",
    "revoke", "analyze", "vacuum", "refresh", "comment", "set", "lock",
];

/// Binds the body of a procedure against the tables that there are when it runs, and holds it against
/// the rules of PL/pgSQL.
pub fn procedure(
    procedure: &CreateProcedure,
    tables: &DeclaredTables,
    parameters: &HashMap<SmolStr, Type>,
) -> Vec<Mistake> {
    let mut variables = VariableNames::of_every_body();
    if let Some(name) = procedure.name.name() {
        variables.add_in_front(name);
    }
    for argument in &procedure.arguments {
        argument.name.iter().for_each(|name| variables.add(name));
    }
    let mut walk = Walk {
        tables: tables.clone(),
        parameters,
        variables: Rc::new(variables),
        mistakes: Vec::new(),
    };
    walk.block(&procedure.body);
    walk.mistakes.extend(body_rules::check(procedure));
    walk.mistakes.sort_by_key(|mistake| mistake.span);
    walk.mistakes.dedup();
    walk.mistakes
}

struct Walk<'w> {
    tables: DeclaredTables,
    parameters: &'w HashMap<SmolStr, Type>,
    variables: Rc<VariableNames>,
    mistakes: Vec<Mistake>,
}

impl Walk<'_> {
    fn binder(&self) -> Binder<'_> {
        Binder::new(&self.tables, self.parameters).in_body(&self.variables)
    }

    fn add(&mut self, name: &Name) {
        Rc::make_mut(&mut self.variables).add(name);
    }

    fn block(&mut self, block: &Block) {
        let outside = Rc::clone(&self.variables);
        if let Some(label) = &block.label {
            Rc::make_mut(&mut self.variables).add_in_front(label);
        }
        for declaration in &block.declarations {
            match &declaration.kind {
                DeclarationKind::Variable { default, .. } => {
                    default.iter().for_each(|value| self.value(value));
                }
                DeclarationKind::Cursor { arguments, query } => {
                    let outside = Rc::clone(&self.variables);
                    let names = arguments.iter().filter_map(|one| one.name.as_ref());
                    names.for_each(|name| self.add(name));
                    self.query(query);
                    self.variables = outside;
                }
                DeclarationKind::Alias(_) => {}
            }
            self.add(&declaration.name);
        }
        let before = self.tables.clone();
        self.steps(&block.steps);
        if !block.handlers.is_empty() {
            let end = self.tables.clone();
            // Any statement of the block may have failed.
            let mut failed = before;
            failed.agree_with(&end);
            Rc::make_mut(&mut self.variables).add_error();
            let mut ends = end;
            for handler in &block.handlers {
                self.tables = failed.clone();
                self.steps(&handler.steps);
                ends.agree_with(&self.tables);
            }
            self.tables = ends;
        }
        self.variables = outside;
    }

    fn steps(&mut self, steps: &[BodyStep]) {
        for step in steps {
            self.step(step);
            learn(&mut self.tables, step, self.parameters);
        }
    }

    fn step(&mut self, step: &BodyStep) {
        match &step.kind {
            StepKind::Sql(statement) => self.statement(statement),
            StepKind::Block(block) => self.block(block),
            StepKind::Assign { target, value } => {
                self.target(target);
                self.value(value);
            }
            StepKind::Perform(query) => self.query(query),
            StepKind::If {
                branches,
                otherwise,
            } => {
                let ways = branches
                    .iter()
                    .map(|one| (std::slice::from_ref(&one.condition), one.steps.as_slice()));
                self.ways(ways, otherwise.as_deref());
            }
            StepKind::Case {
                operand,
                branches,
                otherwise,
            } => {
                operand.iter().for_each(|value| self.value(value));
                let ways = branches
                    .iter()
                    .map(|one| (one.values.as_slice(), one.steps.as_slice()));
                self.ways(ways, otherwise.as_deref());
            }
            StepKind::Loop(inner) => self.repeated(inner),
            StepKind::Exit { condition, .. } | StepKind::Continue { condition, .. } => {
                condition.iter().for_each(|value| self.value(value));
            }
            StepKind::Raise(raise) => raise.values.iter().for_each(|value| self.value(value)),
            StepKind::Execute { statement, into } => {
                self.value(statement);
                self.targets(into);
            }
            StepKind::GetDiagnostics(targets) => self.targets(targets),
            StepKind::Open { cursor, source } => {
                self.variable(cursor);
                match source {
                    CursorSource::Declared(values) => {
                        values.iter().for_each(|value| self.value(value));
                    }
                    CursorSource::Query(query) => self.query(query),
                    CursorSource::Execute(text) => self.value(text),
                }
            }
            StepKind::Fetch { cursor, into } => {
                self.variable(cursor);
                self.targets(into);
            }
            StepKind::Close(cursor) => self.variable(cursor),
            StepKind::Broken
            | StepKind::Return
            | StepKind::Nothing
            | StepKind::Commit
            | StepKind::Rollback
            | StepKind::StartTransaction => {}
        }
    }

    /// IF and CASE: each way begins with the same tables.
    fn ways<'s>(
        &mut self,
        ways: impl Iterator<Item = (&'s [Expression], &'s [BodyStep])>,
        otherwise: Option<&'s [BodyStep]>,
    ) {
        let before = self.tables.clone();
        let mut ends: Option<DeclaredTables> = None;
        for (conditions, steps) in ways.chain([(&[][..], otherwise.unwrap_or_default())]) {
            self.tables.clone_from(&before);
            conditions.iter().for_each(|value| self.value(value));
            self.steps(steps);
            match &mut ends {
                Some(ends) => ends.agree_with(&self.tables),
                None => ends = Some(self.tables.clone()),
            }
        }
        self.tables = ends.unwrap_or(before);
    }

    fn repeated(&mut self, inner: &Loop) {
        let outside = Rc::clone(&self.variables);
        if let Some(label) = &inner.label {
            Rc::make_mut(&mut self.variables).add_in_front(label);
        }
        match &inner.kind {
            LoopKind::Endless => {}
            LoopKind::While(condition) => self.value(condition),
            LoopKind::Range {
                variable,
                from,
                to,
                by,
                ..
            } => {
                let values = [from, to].into_iter().chain(by);
                values.for_each(|value| self.value(value));
                self.add(variable);
            }
            LoopKind::Query { targets, query } => {
                self.targets(targets);
                self.query(query);
            }
            LoopKind::Execute { targets, statement } => {
                self.targets(targets);
                self.value(statement);
            }
        }
        // The second round begins with the tables that the first one left.
        let mut round = self.tables.clone();
        each_step(&inner.steps, &mut |step| {
            learn(&mut round, step, self.parameters)
        });
        self.tables.agree_with(&round);
        let before = self.tables.clone();
        self.steps(&inner.steps);
        self.tables.agree_with(&before);
        self.variables = outside;
    }

    fn statement(&mut self, statement: &Statement) {
        if let StatementKind::Query(query) = &statement.kind {
            return self.query(query);
        }
        let found = self.binder().statement(statement);
        self.mistakes.extend(found.mistakes);
        if let StatementKind::Call(call) = &statement.kind {
            call.arguments.iter().for_each(|value| self.value(value));
        }
    }

    fn query(&mut self, query: &Query) {
        let found = self.binder().whole_query(query);
        self.mistakes.extend(found.mistakes);
        if let Some(into) = into(query)
            && !into.temporary
        {
            into.targets.iter().for_each(|name| self.named(name));
        }
    }

    fn value(&mut self, value: &Expression) {
        let found = self.binder().condition(value, &ResultColumns::default());
        self.mistakes.extend(found.mistakes);
    }

    fn targets(&mut self, targets: &[Variable]) {
        targets.iter().for_each(|target| self.target(target));
    }

    fn target(&mut self, target: &Variable) {
        if let Variable::Name(name) = target {
            self.named(name);
        }
    }

    fn named(&mut self, name: &ObjectName) {
        if let Some(first) = name.parts.first() {
            self.variable(first);
        }
    }

    /// A name that can mean nothing but a variable.
    fn variable(&mut self, name: &Name) {
        if name.inserted || self.variables.may_have(&name.text) {
            return;
        }
        let names: Vec<&str> = self.variables.names().collect();
        let mut mistake = Mistake::new(
            MistakeKind::UnknownColumn,
            name.span,
            format!("there is no variable `{}`", name.text),
        );
        mistake.help = super::expression::did_you_mean(&name.text, &names)
            .or_else(|| Some("declare it behind DECLARE".to_owned()));
        self.mistakes.push(mistake);
    }
}

/// Learns what a statement of a body makes, changes and drops.
fn learn(tables: &mut DeclaredTables, step: &BodyStep, parameters: &HashMap<SmolStr, Type>) {
    match &step.kind {
        StepKind::Sql(statement) => match &statement.kind {
            // INTO names variables.
            StatementKind::Query(_) => {}
            // What is called may change any table.
            StatementKind::Call(_) => tables.forget(),
            // It may be there, as something else.
            StatementKind::CreateTable(create)
                if create.if_not_exists && tables.may_be_anything(&create.name.key()) =>
            {
                tables.not_known(&create.name.key());
            }
            _ => tables.learn(statement, parameters),
        },
        StepKind::Execute { statement, .. } if !keeps_tables(statement) => tables.forget(),
        _ => {}
    }
}

/// Whether a text that EXECUTE runs begins with a statement that changes no table but its rows.
fn keeps_tables(text: &Expression) -> bool {
    let mut first = text.bare();
    while let ExpressionKind::Chain { first: inner, rest } = &first.kind {
        if !rest
            .iter()
            .all(|link| link.operator == Operator::Concatenate)
        {
            return false;
        }
        first = inner.bare();
    }
    let ExpressionKind::Text(text) = &first.kind else {
        return false;
    };
    let word = text.split_whitespace().next().unwrap_or_default();
    // Another statement may stand behind a semicolon.
    !text.contains(';')
        && ROWS_ONLY
            .iter()
            .any(|known| word.eq_ignore_ascii_case(known))
}
