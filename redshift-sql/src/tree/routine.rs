//! Procedures and functions around their bodies (AWS pages: `CREATE PROCEDURE`, `CREATE FUNCTION`,
//! `CREATE EXTERNAL FUNCTION`, `CALL`, `ALTER PROCEDURE`, `DROP PROCEDURE`, `DROP FUNCTION`).

use super::{
    Argument, Authorization, Block, Expression, Name, ObjectName, OptionNumber, OptionText, Query,
    SizeUnit, TypeName,
};
use crate::Span;

/// `create [or replace] procedure …`
#[derive(Debug, Clone, PartialEq)]
pub struct CreateProcedure {
    pub or_replace: bool,
    pub name: ObjectName,
    /// What it takes and gives.
    pub arguments: Vec<Argument>,
    /// `nonatomic`: each statement is a transaction of its own.
    pub nonatomic: bool,
    /// `security definer` is true, `security invoker` false.
    pub security_definer: Option<bool>,
    /// `set name to value`: settings while it runs.
    pub settings: Vec<RoutineSetting>,
    /// Place of the literal that holds the body, quotes included.
    pub body_span: Span,
    /// The body; its places are those of the script.
    pub body: Block,
}

/// `set name to value`
#[derive(Debug, Clone, PartialEq)]
pub struct RoutineSetting {
    pub span: Span,
    pub name: ObjectName,
    /// What it is set to, as it is written.
    pub values: Vec<RoutineSettingValue>,
}

/// A value of a setting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoutineSettingValue {
    pub span: Span,
    /// The text, without quotes.
    pub text: Box<str>,
}

/// `create [or replace] function …` in SQL.
#[derive(Debug, Clone, PartialEq)]
pub struct CreateFunction {
    pub or_replace: bool,
    pub name: ObjectName,
    /// The types that it takes; its query calls them `$1`, `$2`.
    pub arguments: Vec<TypeName>,
    /// The type that it gives.
    pub returns: TypeName,
    /// How much its result depends on.
    pub volatility: Volatility,
    /// Place of the literal that holds the query, quotes included.
    pub body_span: Span,
    /// The query; its places are those of the script.
    pub body: Box<Query>,
}

/// How much the result of a function depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Volatility {
    /// Anything: two calls may differ.
    Volatile,
    /// Arguments and what is in the database.
    Stable,
    /// Nothing but its arguments.
    Immutable,
}

/// `create [or replace] external function …`
#[derive(Debug, Clone, PartialEq)]
pub struct CreateExternalFunction {
    pub or_replace: bool,
    pub name: ObjectName,
    /// What it takes; names are taken and not used.
    pub arguments: Vec<Argument>,
    /// The type that it gives.
    pub returns: TypeName,
    /// How much its result depends on.
    pub volatility: Option<Volatility>,
    pub service: ExternalService,
    /// In whose name Redshift asks.
    pub authorization: Authorization,
    /// Milliseconds of all waits between tries.
    pub retry_timeout: Option<OptionNumber>,
    /// Most rows of a request.
    pub max_batch_rows: Option<OptionNumber>,
    /// Most bytes of a request; kilobytes where there is no unit.
    pub max_batch_size: Option<(OptionNumber, Option<SizeUnit>)>,
}

/// Who computes an external function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExternalService {
    /// `lambda 'name'`
    Lambda(OptionText),
    /// `sagemaker 'endpoint'`
    SageMaker(OptionText),
}

#[derive(Debug, Clone, PartialEq)]
pub struct CallProcedure {
    pub name: ObjectName,
    /// What it gets; OUT arguments are left out.
    pub arguments: Vec<Expression>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RoutineKind {
    Procedure,
    Function,
}

/// `name(types)`: which of those that share a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoutineSignature {
    pub span: Span,
    pub name: ObjectName,
    /// Its arguments; none where there are no brackets.
    pub arguments: Option<Vec<Argument>>,
}

/// `drop procedure …`, `drop function …`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DropRoutine {
    pub kind: RoutineKind,
    pub if_exists: bool,
    pub signatures: Vec<RoutineSignature>,
    pub cascade: bool,
}

/// `alter procedure …`, `alter function …`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlterRoutine {
    pub kind: RoutineKind,
    pub signature: RoutineSignature,
    pub action: AlterRoutineAction,
}

/// What ALTER PROCEDURE changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AlterRoutineAction {
    RenameTo(Name),
    OwnerTo(Name),
}
