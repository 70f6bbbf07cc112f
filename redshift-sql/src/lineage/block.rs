//! What a procedure does when it is called.
//!
//! Every statement of its body counts, whatever IF or loop it stands in. A text that EXECUTE runs is
//! read where it is a literal; otherwise nobody can tell.

use super::held::{BindingContext, DataVariables};
use super::session::SessionLineage;
use super::statement::{tables, whole};
use super::{Act, Dataset, Why};
use crate::Span;
use crate::names::{DeclaredTables, ResultColumns};
use crate::tree::{
    Block, BodyStep, CallProcedure, CursorSource, Declaration, DeclarationKind, Expression,
    ExpressionKind, LoopKind, Query, Statement, StepKind,
};

/// Most levels of calls within calls (AWS page: `Limits and differences for stored procedure support`).
const MAX_CALLS: usize = 16;

impl SessionLineage<'_> {
    /// Adds what a call does. Each procedure counts once, however often this call comes to it.
    pub(super) fn call(&mut self, call: &CallProcedure, span: Span, context: BindingContext<'_>) {
        let found = self.procedures.called(call);
        if found.is_empty() {
            self.unknown(Why::Procedure(call.name.key()), span);
            let act = Act::Call {
                procedure: call.name.key(),
                arguments: call.arguments.len(),
            };
            self.act(act, span);
        }
        for argument in &call.arguments {
            self.value(argument, context);
        }
        let outermost = self.call.is_none();
        if outermost {
            self.call = Some((span, call.name.key()));
        }
        if self.nested >= MAX_CALLS {
            self.unknown(Why::Procedure(call.name.key()), span);
            return;
        }
        self.nested += 1;
        for procedure in found {
            let address = std::ptr::from_ref(procedure);
            if !self.walked.contains(&address) {
                self.walked.push(address);
                let mut tables = context.catalog.clone();
                let held = DataVariables::of(procedure, context);
                let context = BindingContext {
                    variables: Some(&held),
                    ..context
                };
                self.block(&procedure.body, &mut tables, context);
            }
        }
        self.nested -= 1;
        if outermost {
            self.call = None;
        }
    }

    fn block(&mut self, block: &Block, catalog: &mut DeclaredTables, context: BindingContext<'_>) {
        for declaration in &block.declarations {
            self.declaration(declaration, within(catalog, context));
        }
        self.steps(&block.steps, catalog, context);
        for handler in &block.handlers {
            self.steps(&handler.steps, catalog, context);
        }
    }

    fn declaration(&mut self, declaration: &Declaration, context: BindingContext<'_>) {
        match &declaration.kind {
            DeclarationKind::Variable { default, .. } => {
                if let Some(value) = default {
                    self.value(value, context);
                }
            }
            DeclarationKind::Cursor { query, .. } => self.rows_of(query, context),
            DeclarationKind::Alias(_) => {}
        }
    }

    fn steps(
        &mut self,
        steps: &[BodyStep],
        catalog: &mut DeclaredTables,
        context: BindingContext<'_>,
    ) {
        for step in steps {
            self.step(step, catalog, context);
        }
    }

    fn step(&mut self, step: &BodyStep, catalog: &mut DeclaredTables, context: BindingContext<'_>) {
        let here = within(catalog, context);
        match &step.kind {
            StepKind::Sql(statement) => self.inner(statement, catalog, context),
            StepKind::Block(block) => self.block(block, catalog, context),
            StepKind::Assign { value, .. } => self.value(value, here),
            StepKind::Perform(query) => self.rows_of(query, here),
            StepKind::If {
                branches,
                otherwise,
            } => {
                for branch in branches {
                    self.value(&branch.condition, within(catalog, context));
                    self.steps(&branch.steps, catalog, context);
                }
                self.steps(otherwise.as_deref().unwrap_or_default(), catalog, context);
            }
            StepKind::Case {
                operand,
                branches,
                otherwise,
            } => {
                if let Some(value) = operand {
                    self.value(value, here);
                }
                for branch in branches {
                    for value in &branch.values {
                        self.value(value, within(catalog, context));
                    }
                    self.steps(&branch.steps, catalog, context);
                }
                self.steps(otherwise.as_deref().unwrap_or_default(), catalog, context);
            }
            StepKind::Loop(inner) => {
                match &inner.kind {
                    LoopKind::Endless => {}
                    LoopKind::While(condition) => self.value(condition, here),
                    LoopKind::Range { from, to, by, .. } => {
                        for value in [from, to].into_iter().chain(by) {
                            self.value(value, here);
                        }
                    }
                    LoopKind::Query { query, .. } => self.rows_of(query, here),
                    LoopKind::Execute { statement, .. } => {
                        self.dynamic(statement, catalog, context);
                    }
                }
                self.steps(&inner.steps, catalog, context);
            }
            StepKind::Exit { condition, .. } | StepKind::Continue { condition, .. } => {
                if let Some(condition) = condition {
                    self.value(condition, here);
                }
            }
            StepKind::Raise(raise) => {
                for value in &raise.values {
                    self.value(value, here);
                }
            }
            StepKind::Execute { statement, .. } => self.dynamic(statement, catalog, context),
            StepKind::Open { source, .. } => match source {
                CursorSource::Declared(values) => {
                    for value in values {
                        self.value(value, here);
                    }
                }
                CursorSource::Query(query) => self.rows_of(query, here),
                CursorSource::Execute(statement) => self.dynamic(statement, catalog, context),
            },
            _ => {}
        }
    }

    /// A statement of a body. What it makes is there for those behind it.
    fn inner(
        &mut self,
        statement: &Statement,
        catalog: &mut DeclaredTables,
        context: BindingContext<'_>,
    ) {
        self.bound(statement, within(catalog, context));
        catalog.learn(statement, context.parameters);
    }

    /// The statements of a text that EXECUTE runs.
    fn dynamic(
        &mut self,
        text: &Expression,
        catalog: &mut DeclaredTables,
        context: BindingContext<'_>,
    ) {
        self.value(text, within(catalog, context));
        let ExpressionKind::Text(sql) = &text.bare().kind else {
            self.unknown(Why::Dynamic, text.span);
            return;
        };
        let script = crate::parse(sql);
        if !script.mistakes.is_empty() {
            self.unknown(Why::Dynamic, text.span);
        }
        for statement in &script.statements {
            self.inner(statement, catalog, context);
        }
    }

    /// Tables that the queries within a value read.
    fn value(&mut self, value: &Expression, context: BindingContext<'_>) {
        // Most values are names and literals.
        if matches!(
            value.kind,
            ExpressionKind::Text(_) | ExpressionKind::Number(_) | ExpressionKind::Column(_)
        ) {
            return;
        }
        let found = context.binder().condition(value, &ResultColumns::default());
        self.equalities(&found);
        self.read_all(&tables(&found));
    }

    fn rows_of(&mut self, query: &Query, context: BindingContext<'_>) {
        let found = whole(query, context);
        self.equalities(&found);
        let reads: Vec<(Dataset, Span)> = tables(&found);
        self.read_all(&reads);
    }
}

fn within<'c>(catalog: &'c DeclaredTables, context: BindingContext<'c>) -> BindingContext<'c> {
    BindingContext { catalog, ..context }
}
