//! The body of a procedure: PL/pgSQL (AWS pages: `Structure of PL/pgSQL`, `Supported PL/pgSQL
//! statements`, `Trapping errors`, `Managing transactions`).

use super::{Argument, Expression, Name, ObjectName, Query, Statement, TypeName};
use crate::Span;

/// `[<<label>>] [declare …] begin … [exception …] end`
#[derive(Debug, Clone, PartialEq)]
pub struct Block {
    /// All of it, from the label to `end`.
    pub span: Span,
    /// `<<label>>` in front of it, by which EXIT and names of its variables mean it.
    pub label: Option<Name>,
    /// What stands behind DECLARE.
    pub declarations: Vec<Declaration>,
    /// What stands behind BEGIN.
    pub steps: Vec<BodyStep>,
    /// What stands behind EXCEPTION; empty where there is none.
    pub handlers: Vec<ExceptionHandler>,
}

impl Block {
    /// Every statement of the body, those within others too, in the order of the text.
    pub fn each_step<'b>(&'b self, see: &mut dyn FnMut(&'b BodyStep)) {
        each_step(&self.steps, see);
        for handler in &self.handlers {
            each_step(&handler.steps, see);
        }
    }
}

/// Every one of these statements, those within others too, in the order of the text.
pub(crate) fn each_step<'b>(steps: &'b [BodyStep], see: &mut dyn FnMut(&'b BodyStep)) {
    for step in steps {
        see(step);
        match &step.kind {
            StepKind::Block(block) => block.each_step(see),
            StepKind::If {
                branches,
                otherwise,
            } => {
                for branch in branches {
                    each_step(&branch.steps, see);
                }
                each_step(otherwise.as_deref().unwrap_or_default(), see);
            }
            StepKind::Case {
                branches,
                otherwise,
                ..
            } => {
                for branch in branches {
                    each_step(&branch.steps, see);
                }
                each_step(otherwise.as_deref().unwrap_or_default(), see);
            }
            StepKind::Loop(inner) => each_step(&inner.steps, see),
            _ => {}
        }
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct Declaration {
    /// All of it, without the semicolon.
    pub span: Span,
    pub name: Name,
    pub kind: DeclarationKind,
}

#[derive(Debug, Clone, PartialEq)]
pub enum DeclarationKind {
    /// `name [constant] type [not null] [default value]`
    Variable {
        constant: bool,
        data_type: TypeName,
        not_null: bool,
        /// What it begins with; null where it does not say.
        default: Option<Expression>,
    },
    /// `name alias for $1`
    Alias(AliasTarget),
    /// `name cursor [(arguments)] for query`
    Cursor {
        /// What OPEN gives it.
        arguments: Vec<Argument>,
        query: Box<Query>,
    },
}

/// What an alias stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AliasTarget {
    /// `$1`: the argument at that position.
    Position(u32),
    Name(Name),
}

/// `when others then …`
#[derive(Debug, Clone, PartialEq)]
pub struct ExceptionHandler {
    pub span: Span,
    /// `others`, the only one that Redshift has.
    pub conditions: Vec<Name>,
    pub steps: Vec<BodyStep>,
}

/// A statement of a body and its place, without the semicolon.
#[derive(Debug, Clone, PartialEq)]
pub struct BodyStep {
    pub span: Span,
    pub kind: StepKind,
}

/// What a statement of a body says.
#[derive(Debug, Clone, PartialEq)]
pub enum StepKind {
    /// It could not be read; what is wrong is in the script's mistakes.
    Broken,
    /// A statement of SQL. The variables of INTO are the targets of its SELECT.
    Sql(Box<Statement>),
    /// A block in the block.
    Block(Box<Block>),
    /// `total := total + 1`
    Assign {
        /// What gets the value.
        target: Variable,
        value: Expression,
    },
    /// `perform …`: a query whose result nobody reads. SELECT stands for PERFORM in its tree.
    Perform(Box<Query>),
    /// `if … elsif … else … end if`
    If {
        /// Conditions and what is done; never empty.
        branches: Vec<IfBranch>,
        /// What stands behind `else`; none where there is no `else`.
        otherwise: Option<Vec<BodyStep>>,
    },
    /// `case … end case`
    Case {
        /// What is compared, in the form that compares.
        operand: Option<Expression>,
        /// Each `when`; never empty.
        branches: Vec<CaseBranch>,
        /// What stands behind `else`; none where there is no `else`.
        otherwise: Option<Vec<BodyStep>>,
    },
    /// `loop … end loop`, with `while` or `for` in front of it or not.
    Loop(Box<Loop>),
    /// `exit [label] [when condition]`
    Exit {
        /// Which loop or block.
        label: Option<Name>,
        condition: Option<Expression>,
    },
    /// `continue [label] [when condition]`
    Continue {
        label: Option<Name>,
        condition: Option<Expression>,
    },
    Return,
    /// `raise level 'format', values`
    Raise(Raise),
    /// `execute text [into targets]`
    Execute {
        /// The statement, a text.
        statement: Expression,
        /// What gets the row.
        into: Vec<Variable>,
    },
    /// `get diagnostics target := row_count`
    GetDiagnostics(Vec<Variable>),
    Open {
        cursor: Name,
        source: CursorSource,
    },
    /// `fetch cursor into targets`
    Fetch {
        cursor: Name,
        /// What gets the row.
        into: Vec<Variable>,
    },
    Close(Name),
    /// `null;`: a statement that does nothing.
    Nothing,
    Commit,
    Rollback,
    /// `start transaction`, in a nonatomic procedure.
    StartTransaction,
}

/// A variable that gets a value: `name`, `record.field`, `$1`.
#[derive(Debug, Clone, PartialEq)]
pub enum Variable {
    Name(ObjectName),
    /// An argument by its position, and its place.
    Position(u32, Span),
}

/// A condition and what is done where it holds.
#[derive(Debug, Clone, PartialEq)]
pub struct IfBranch {
    /// All of it, from IF or ELSIF.
    pub span: Span,
    pub condition: Expression,
    pub steps: Vec<BodyStep>,
}

/// `when 1, 2 then …`
#[derive(Debug, Clone, PartialEq)]
pub struct CaseBranch {
    pub span: Span,
    /// Values or one condition; never empty.
    pub values: Vec<Expression>,
    pub steps: Vec<BodyStep>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Loop {
    /// `<<label>>` in front of it, by which EXIT and CONTINUE mean it.
    pub label: Option<Name>,
    pub kind: LoopKind,
    pub steps: Vec<BodyStep>,
}

/// How often a loop goes round.
#[derive(Debug, Clone, PartialEq)]
pub enum LoopKind {
    /// `loop`: until EXIT or RETURN.
    Endless,
    /// `while i < 10 loop`
    While(Expression),
    /// `for i in [reverse] 1..10 [by 2] loop`
    Range {
        /// The variable, which the loop declares.
        variable: Name,
        /// Whether it counts downwards (`reverse`).
        reverse: bool,
        from: Expression,
        to: Expression,
        by: Option<Expression>,
    },
    /// `for r in select … loop`
    Query {
        /// What gets each row.
        targets: Vec<Variable>,
        query: Box<Query>,
    },
    /// `for r in execute text loop`
    Execute {
        /// What gets each row.
        targets: Vec<Variable>,
        /// The query, a text.
        statement: Expression,
    },
}

/// What a cursor reads.
#[derive(Debug, Clone, PartialEq)]
pub enum CursorSource {
    /// What it was declared with, and its arguments.
    Declared(Vec<Expression>),
    /// `open c for select 1`
    Query(Box<Query>),
    /// `open c for execute 'select 1'`
    Execute(Expression),
}

/// `raise info 'a %', a`
#[derive(Debug, Clone, PartialEq)]
pub struct Raise {
    /// How bad it is; none for `raise` alone, which raises again what a handler caught.
    pub level: Option<RaiseLevel>,
    /// The text, decoded; empty for `raise` alone.
    pub format: Box<str>,
    /// Place of the text.
    pub format_span: Span,
    /// What stands for each `%`.
    pub values: Vec<Expression>,
}

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RaiseLevel {
    Log,
    Info,
    Notice,
    Warning,
    /// `exception`: the only one that ends the procedure.
    Exception,
}
