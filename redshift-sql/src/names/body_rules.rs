//! Rules of a procedure that need neither a table nor a type (AWS pages: `CREATE PROCEDURE`, `Structure
//! of PL/pgSQL`, `Supported PL/pgSQL statements`, `Managing transactions`, `Stored procedure
//! limitations`).
//!
//! In: `begin exit; end`. Out: EXIT leaves a loop, and no loop is around it.

use std::collections::HashMap;

use smol_str::SmolStr;

use crate::Span;
use crate::mistake::{Mistake, MistakeKind};
use crate::tree::{
    self, AliasTarget, Block, Body, BodyStep, CreateProcedure, CursorSource, Declaration,
    DeclarationKind, Loop, LoopKind, Name, Query, Statement, StatementKind, StepKind, Variable,
};

/// Most variables of a procedure (AWS page: `Stored procedure limitations`).
const MOST_VARIABLES: usize = 1_024;

/// What a name was declared as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Declared {
    /// It gets no other value.
    Constant,
    /// A cursor with its query, which takes so many arguments.
    Cursor(usize),
    Other,
}

/// What stands around a statement.
#[derive(Debug, Clone, Copy)]
enum Around<'b> {
    Loop(Option<&'b Name>),
    Block(Option<&'b Name>),
    Handler,
}

struct Rules<'b> {
    procedure: &'b CreateProcedure,
    around: Vec<Around<'b>>,
    declared: Vec<HashMap<SmolStr, Declared>>,
    /// How many variables are declared.
    variables: usize,
    mistakes: Vec<Mistake>,
}

/// What Redshift refuses of a procedure, or could never run of it.
pub(super) fn check(procedure: &CreateProcedure) -> Vec<Mistake> {
    let names = procedure.arguments.iter();
    let names = names.filter_map(|argument| argument.name.as_ref());
    let arguments = names.map(|name| (name.text.clone(), Declared::Other));
    let mut rules = Rules {
        procedure,
        around: Vec::new(),
        declared: vec![arguments.collect()],
        variables: procedure.arguments.len(),
        mistakes: Vec::new(),
    };
    rules.mode();
    rules.block(&procedure.body);
    if rules.variables > MOST_VARIABLES {
        let sentence = format!("a procedure has at most {MOST_VARIABLES} variables");
        let help = "divide it into several procedures, or keep values in a temporary table";
        rules.note(procedure.name.span, sentence, help);
    }
    rules.mistakes
}

/// The variables that a SELECT fills.
pub(super) fn into(query: &Query) -> Option<&tree::Into> {
    match &query.body {
        Body::Select(select) => select.into.as_ref(),
        _ => None,
    }
}

impl<'b> Rules<'b> {
    fn note(&mut self, span: Span, sentence: impl Into<String>, help: &str) {
        let mistake = Mistake::new(MistakeKind::NotRedshift, span, sentence);
        self.mistakes.push(mistake.help(help));
    }

    /// NONATOMIC stands beside neither SECURITY DEFINER nor SET (AWS page: `CREATE PROCEDURE`).
    fn mode(&mut self) {
        if !self.procedure.nonatomic {
            return;
        }
        let help = "leave one of the two out";
        if self.procedure.security_definer == Some(true) {
            let sentence = "a procedure that is NONATOMIC takes no SECURITY DEFINER";
            self.note(self.procedure.name.span, sentence, help);
        }
        if let Some(setting) = self.procedure.settings.first() {
            let sentence = "a procedure that is NONATOMIC takes no SET";
            self.note(setting.span, sentence, help);
        }
    }

    fn block(&mut self, block: &'b Block) {
        self.declared.push(HashMap::new());
        for declaration in &block.declarations {
            self.declaration(declaration);
        }
        self.around.push(Around::Block(block.label.as_ref()));
        self.steps(&block.steps);
        for handler in &block.handlers {
            self.around.push(Around::Handler);
            self.steps(&handler.steps);
            self.around.pop();
        }
        self.around.pop();
        self.declared.pop();
    }

    fn declaration(&mut self, declaration: &Declaration) {
        self.variables += 1;
        let name = &declaration.name;
        let kind = match &declaration.kind {
            DeclarationKind::Variable { constant: true, .. } => Declared::Constant,
            DeclarationKind::Variable { .. } => Declared::Other,
            DeclarationKind::Cursor { arguments, .. } => Declared::Cursor(arguments.len()),
            DeclarationKind::Alias(target) => self.alias(declaration, target),
        };
        let before = self
            .declared
            .last_mut()
            .and_then(|names| names.insert(name.text.clone(), kind));
        if before.is_some() && !name.inserted {
            let sentence = format!("`{}` is declared twice in this block", name.text);
            self.note(name.span, sentence, "give one of them another name");
        }
    }

    fn alias(&mut self, declaration: &Declaration, target: &AliasTarget) -> Declared {
        let arguments = self.procedure.arguments.len();
        match target {
            AliasTarget::Position(number) => {
                let index = (*number as usize).checked_sub(1);
                if index.is_none_or(|index| index >= arguments) {
                    let sentence = format!("there is no argument `${number}`");
                    let help = format!("the procedure has {arguments}, the first is `$1`");
                    self.note(declaration.span, sentence, &help);
                }
                Declared::Other
            }
            AliasTarget::Name(name) => self.meant(name).unwrap_or(Declared::Other),
        }
    }

    /// What the innermost declaration of a name says of it.
    fn meant(&self, name: &Name) -> Option<Declared> {
        let mut inside_out = self.declared.iter().rev();
        inside_out.find_map(|names| names.get(&name.text)).copied()
    }

    fn steps(&mut self, steps: &'b [BodyStep]) {
        for step in steps {
            self.step(step);
        }
    }

    fn step(&mut self, step: &'b BodyStep) {
        match &step.kind {
            StepKind::Sql(statement) => self.statement(statement),
            StepKind::Block(block) => self.block(block),
            StepKind::Assign { target, .. } => self.target(target),
            StepKind::If {
                branches,
                otherwise,
            } => {
                for branch in branches {
                    self.steps(&branch.steps);
                }
                self.steps(otherwise.as_deref().unwrap_or_default());
            }
            StepKind::Case {
                branches,
                otherwise,
                ..
            } => {
                for branch in branches {
                    self.steps(&branch.steps);
                }
                self.steps(otherwise.as_deref().unwrap_or_default());
            }
            StepKind::Loop(inner) => self.repeated(inner),
            StepKind::Exit { label, .. } => self.exit(step.span, label.as_ref()),
            StepKind::Continue { label, .. } => self.next_round(step.span, label.as_ref()),
            StepKind::Raise(raise) if raise.level.is_none() => self.raised_again(step.span),
            StepKind::Execute { into, .. } | StepKind::Fetch { into, .. } => self.targets(into),
            StepKind::GetDiagnostics(targets) => self.targets(targets),
            StepKind::Open { cursor, source } => self.open(cursor, source),
            StepKind::Commit => self.ends_transaction(step.span, "COMMIT"),
            StepKind::Rollback => self.ends_transaction(step.span, "ROLLBACK"),
            StepKind::StartTransaction if !self.procedure.nonatomic => {
                let sentence = "START TRANSACTION stands in a procedure that is NONATOMIC";
                let help = "leave it out: a procedure that is not NONATOMIC is one transaction";
                self.note(step.span, sentence, help);
            }
            StepKind::Raise(_)
            | StepKind::StartTransaction
            | StepKind::Perform(_)
            | StepKind::Broken
            | StepKind::Return
            | StepKind::Close(_)
            | StepKind::Nothing => {}
        }
    }

    fn repeated(&mut self, inner: &'b Loop) {
        self.declared.push(HashMap::new());
        match &inner.kind {
            LoopKind::Range { variable, .. } => {
                if let Some(names) = self.declared.last_mut() {
                    names.insert(variable.text.clone(), Declared::Other);
                }
            }
            LoopKind::Query { targets, .. } | LoopKind::Execute { targets, .. } => {
                self.targets(targets);
            }
            LoopKind::Endless | LoopKind::While(_) => {}
        }
        self.around.push(Around::Loop(inner.label.as_ref()));
        self.steps(&inner.steps);
        self.around.pop();
        self.declared.pop();
    }

    /// Whether a label is around, of a loop or, where `blocks` says so, of a block.
    fn has_label(&self, label: &Name, blocks: bool) -> bool {
        self.around.iter().any(|around| {
            let own = match around {
                Around::Loop(own) => *own,
                Around::Block(own) if blocks => *own,
                Around::Block(_) | Around::Handler => None,
            };
            own.is_some_and(|own| own.inserted || own.text == label.text)
        })
    }

    fn in_loop(&self) -> bool {
        let mut around = self.around.iter();
        around.any(|around| matches!(around, Around::Loop(_)))
    }

    fn exit(&mut self, span: Span, label: Option<&Name>) {
        match label {
            None if !self.in_loop() => {
                let help = "write `return;` to leave the procedure, or the label of a block";
                self.note(span, "EXIT cannot be used outside a loop", help);
            }
            Some(label) if !label.inserted && !self.has_label(label, true) => {
                let sentence = format!(
                    "no loop and no block around EXIT has the label `{}`",
                    label.text
                );
                let help = "write `<<label>>` in front of the loop or block that EXIT leaves";
                self.note(label.span, sentence, help);
            }
            _ => {}
        }
    }

    fn next_round(&mut self, span: Span, label: Option<&Name>) {
        match label {
            None if !self.in_loop() => {
                let help = "CONTINUE begins the next round of the loop around it";
                self.note(span, "CONTINUE cannot be used outside a loop", help);
            }
            Some(label) if !label.inserted && !self.has_label(label, false) => {
                let sentence = format!("no loop around CONTINUE has the label `{}`", label.text);
                let help = "write `<<label>>` in front of the loop that goes on";
                self.note(label.span, sentence, help);
            }
            _ => {}
        }
    }

    /// RAISE alone is "only valid in exception handling blocks of NONATOMIC mode stored procedures" (AWS
    /// page: `Supported PL/pgSQL statements`).
    fn raised_again(&mut self, span: Span) {
        let mut around = self.around.iter();
        if !around.any(|around| matches!(around, Around::Handler)) {
            let sentence = "RAISE without a level stands in an exception handler";
            self.note(
                span,
                sentence,
                "write a level and a text: `raise exception '…'`",
            );
        } else if !self.procedure.nonatomic {
            let sentence = "RAISE without a level stands in a procedure that is NONATOMIC";
            let help = "leave it out: behind the handler of any other procedure the error goes on by itself";
            self.note(span, sentence, help);
        }
    }

    fn open(&mut self, cursor: &Name, source: &CursorSource) {
        let sentence = match (self.meant(cursor), source) {
            (Some(Declared::Cursor(takes)), CursorSource::Declared(given))
                if takes != given.len() =>
            {
                format!(
                    "cursor `{}` was declared with {takes} arguments, and gets {}",
                    cursor.text,
                    given.len()
                )
            }
            (Some(Declared::Cursor(_)), CursorSource::Query(_) | CursorSource::Execute(_)) => {
                format!(
                    "cursor `{}` was declared with a query: write OPEN without FOR",
                    cursor.text
                )
            }
            (Some(Declared::Other | Declared::Constant), CursorSource::Declared(_)) => {
                format!(
                    "cursor `{}` was declared without a query: write OPEN … FOR",
                    cursor.text
                )
            }
            _ => return,
        };
        if !cursor.inserted {
            let help = "OPEN fits how the cursor was declared";
            self.note(cursor.span, sentence, help);
        }
    }

    /// "If the stored procedure is created with SET config options, it can't issue a COMMIT, ROLLBACK, or
    /// TRUNCATE statement" (AWS page: `Managing transactions`).
    fn ends_transaction(&mut self, span: Span, what: &str) {
        if self.procedure.settings.is_empty() {
            return;
        }
        let sentence = format!("a procedure with SET runs in an atomic context, without {what}");
        self.note(span, sentence, "leave SET out, and set it in front of CALL");
    }

    fn statement(&mut self, statement: &'b Statement) {
        match &statement.kind {
            StatementKind::Query(query) => {
                let targets = into(query).filter(|into| !into.temporary);
                let targets = targets.map(|into| into.targets.as_slice());
                for name in targets.unwrap_or_default() {
                    self.gets_value(&name.parts);
                }
            }
            StatementKind::Truncate(_) => self.ends_transaction(statement.span, "TRUNCATE"),
            kind => {
                if let Some(what) = kind.refused_in_procedure(self.procedure.nonatomic) {
                    let sentence = format!("{what} cannot run in a procedure");
                    let help = "run it outside: what a procedure runs is part of a transaction";
                    self.note(statement.span, sentence, help);
                }
            }
        }
    }

    fn targets(&mut self, targets: &[Variable]) {
        for target in targets {
            self.target(target);
        }
    }

    fn target(&mut self, target: &Variable) {
        if let Variable::Name(name) = target {
            self.gets_value(&name.parts);
        }
    }

    fn gets_value(&mut self, parts: &[Name]) {
        if let [name] = parts
            && !name.inserted
            && self.meant(name) == Some(Declared::Constant)
        {
            let sentence = format!(
                "`{}` is declared CONSTANT and gets no other value",
                name.text
            );
            self.note(
                name.span,
                sentence,
                "leave CONSTANT out, or take another variable",
            );
        }
    }
}
