//! The tree: what a script says, typed, with a place on every node.
//!
//! A tree keeps what was written, not what it means: names are not looked up, types are not
//! computed. One file a family of statements.

mod block;
mod copy;
mod data_type;
mod expression;
mod name;
mod option;
mod query;
mod routine;
mod rows;
mod unload;

pub use block::{
    AliasTarget, Block, Branch, CaseBranch, CursorSource, Declaration, DeclarationKind, Handler,
    Loop, LoopKind, Raise, RaiseLevel, Step, StepKind, Variable,
};
pub use copy::{
    CompUpdate, Copy, CopyCompression, CopyFormat, CopyJob, CopyJobAction, CopyOption,
    CopyOptionKind, CopySource, Encoding, FieldMapping, Simplify,
};
pub use data_type::{DataType, IntervalField, IntervalFields, Length, TypeName};
pub use expression::{
    BareFunction, Bound, Call, CallForm, CastForm, Expression, ExpressionKind, Frame,
    IntervalLiteral, LikeKind, Link, NullTreatment, Operator, SuperTest, Test, TrimSide,
    UnaryOperator, Window,
};
pub use name::{Name, ObjectName};
pub use option::{Authorization, OptionNumber, OptionText, OptionTextKind, SizeUnit};
pub use query::{
    Alias, Body, CommonTable, ConnectBy, FromItem, GroupItem, Into, Join, JoinConstraint, JoinKind,
    Limit, OrderItem, Pivot, Query, Relation, RelationKind, Select, SelectItem, SetLink,
    SetOperator, Unpivot, With,
};
pub use routine::{
    AlterRoutine, AlterRoutineAction, Argument, ArgumentMode, CallProcedure,
    CreateExternalFunction, CreateFunction, CreateProcedure, DropRoutine, ExternalService,
    RoutineKind, RoutineSetting, RoutineSignature, SettingValue, Volatility,
};
pub use rows::{
    Assignment, Delete, Insert, InsertSource, Matched, Merge, MergeActions, NotMatched, Truncate,
    Update, ValuesRow,
};
pub use unload::{
    Size, Unload, UnloadCompression, UnloadFormat, UnloadOption, UnloadOptionKind, UnloadQuery,
};

use crate::Span;

/// One statement of a script.
#[derive(Debug, Clone, PartialEq)]
pub struct Statement {
    /// Its place: from its first token to its last, the semicolon not included.
    pub span: Span,
    /// What it says.
    pub kind: StatementKind,
}

/// What a statement says.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum StatementKind {
    /// It could not be read; what is wrong is in the script's mistakes.
    Broken,
    /// A query.
    Query(Box<Query>),
    /// `insert`
    Insert(Box<Insert>),
    /// `update`
    Update(Box<Update>),
    /// `delete`
    Delete(Box<Delete>),
    /// `merge`
    Merge(Box<Merge>),
    /// `truncate`
    Truncate(Truncate),
    /// `copy table from …`
    Copy(Box<Copy>),
    /// `copy job …`
    CopyJob(Box<CopyJobAction>),
    /// `unload`
    Unload(Box<Unload>),
    /// `create procedure`
    CreateProcedure(Box<CreateProcedure>),
    /// `create function`
    CreateFunction(Box<CreateFunction>),
    /// `create external function`
    CreateExternalFunction(Box<CreateExternalFunction>),
    /// `call`
    Call(Box<CallProcedure>),
    /// `alter procedure`, `alter function`
    AlterRoutine(Box<AlterRoutine>),
    /// `drop procedure`, `drop function`
    DropRoutine(Box<DropRoutine>),
}
