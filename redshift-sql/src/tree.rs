//! The tree: what a script says, typed, with a place on every node.
//!
//! A tree keeps what was written, not what it means: names are not looked up, types are not
//! computed. One file a family of statements.
//!
//! `span` is the place of the whole node. Fields and variants are called as in the grammar of the AWS page of the
//! statement; a comment says what the name does not.

#![allow(
    missing_docs,
    reason = "fields and variants are called as in the grammar"
)]

mod alter_table;
mod argument;
mod block;
mod copy;
mod data_type;
mod definition;
mod drop;
mod expression;
mod external_table;
mod load_option;
mod name;
mod option;
mod privilege;
mod query;
mod routine;
mod rows;
mod session;
mod setting;
mod table;
mod transaction;
mod transaction_rule;
mod unload;
mod view;

pub use alter_table::{
    AlterTable, AlterTableAction, AlterTableAppend, AlterTableKind, PartitionClause,
    RowLevelSecurity,
};
pub use argument::{Argument, ArgumentMode};
pub(crate) use block::each_step;
pub use block::{
    AliasTarget, Block, BodyStep, CaseBranch, CursorSource, Declaration, DeclarationKind,
    ExceptionHandler, IfBranch, Loop, LoopKind, Raise, RaiseLevel, StepKind, Variable,
};
pub use copy::{
    CompUpdate, Copy, CopyCompression, CopyFormat, CopyJob, CopyJobAction, CopyOption,
    CopyOptionKind, CopySource, FieldMapping, Simplify, TextEncoding,
};
pub use data_type::{DataType, IntervalField, IntervalFields, Length, TypeName};
pub use definition::{
    AlterDatashare, AttachPolicy, CreateModel, CreateSchema, DatashareAction, ModelSource,
    ObjectDefinition, Policy, SharedObjects,
};
pub use drop::{Behavior, Comment, CommentObject, Drop, ObjectKind};
pub use expression::{
    BareFunction, Bound, Call, CallForm, CastForm, Expression, ExpressionKind, Frame,
    IntervalLiteral, IsTest, LikeKind, NullTreatment, Operator, OperatorLink, SuperTest, TrimSide,
    UnaryOperator, Window,
};
pub use external_table::{CreateExternalTable, PartitionColumn, RowFormat, StoredAs};
pub use load_option::{Authorization, OptionNumber, OptionText, OptionTextKind, SizeUnit};
pub use name::{Name, ObjectName, Parts};
pub use option::{OptionValue, StatementOption, option_of};
pub use privilege::{
    AlterDefaultPrivileges, DefaultPrivileges, Grant, GrantKind, GrantObjects, Grantee,
    GranteeKind, Privilege, Revoke, RoutineName,
};
pub use query::{
    Alias, Body, CommonTable, ConnectBy, FromItem, GroupItem, Into, Join, JoinConstraint, JoinKind,
    Limit, OrderItem, Pivot, Query, Relation, RelationKind, Select, SelectItem, SetLink,
    SetOperator, Unpivot, With,
};
pub use routine::{
    AlterRoutine, AlterRoutineAction, CallProcedure, CreateExternalFunction, CreateFunction,
    CreateProcedure, DropRoutine, ExternalService, RoutineKind, RoutineSetting,
    RoutineSettingValue, RoutineSignature, Volatility,
};
pub use rows::{
    Assignment, Delete, Insert, InsertSource, Matched, Merge, MergeActions, NotMatched, Truncate,
    Update, ValuesRow,
};
pub use session::{
    Analyze, Cancel, DeclareCursor, Describe, Execute, Explain, Fetch, FetchCount, Lock, Prepare,
    Show, ShowKind, Vacuum, VacuumMode,
};
pub use setting::{Reset, Set, SettingValue};
pub use table::{
    Collation, ColumnAttribute, ColumnAttributeKind, ColumnDefinition, CreateTable, CreateTableAs,
    DistStyle, Encoding, Iceberg, KeyColumn, SortKey, TableAttributes, TableConstraint,
    TableConstraintKind, TableElement,
};
pub use transaction::{Begin, IsolationLevel, TransactionRule};
pub use unload::{
    Size, Unload, UnloadCompression, UnloadFormat, UnloadOption, UnloadOptionKind, UnloadQuery,
};
pub use view::{
    AlterExternalView, AlterMaterializedView, AlterMaterializedViewAction, CreateExternalView,
    CreateMaterializedView, CreateView, RefreshMaterializedView,
};

use crate::Span;

/// One statement of a script.
#[derive(Debug, Clone, PartialEq)]
pub struct Statement {
    /// Its place: from its first token to its last, the semicolon not included.
    pub span: Span,
    pub kind: StatementKind,
}

/// What a statement says.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum StatementKind {
    /// It could not be read; what is wrong is in the script's mistakes.
    Broken,
    Query(Box<Query>),
    Insert(Box<Insert>),
    Update(Box<Update>),
    Delete(Box<Delete>),
    Merge(Box<Merge>),
    Truncate(Truncate),

    // Definitions and administration.
    CreateTable(Box<CreateTable>),
    /// `create table … as`
    CreateTableAs(Box<CreateTableAs>),
    CreateExternalTable(Box<CreateExternalTable>),
    AlterTable(Box<AlterTable>),
    /// `alter table … append`
    AlterTableAppend(Box<AlterTableAppend>),
    CreateView(Box<CreateView>),
    CreateExternalView(Box<CreateExternalView>),
    AlterExternalView(Box<AlterExternalView>),
    CreateMaterializedView(Box<CreateMaterializedView>),
    RefreshMaterializedView(RefreshMaterializedView),
    AlterMaterializedView(Box<AlterMaterializedView>),
    Drop(Box<Drop>),
    Comment(Box<Comment>),
    /// `begin`, `start transaction read only`
    Begin(Begin),
    /// `commit`, `end`, `commit work`
    Commit,
    /// `rollback`, `abort`, `rollback work`
    Rollback,
    Set(Box<Set>),
    Reset(Reset),
    Use(ObjectName),
    /// `copy table from …`
    Copy(Box<Copy>),
    CopyJob(Box<CopyJobAction>),
    Unload(Box<Unload>),
    CreateSchema(Box<CreateSchema>),
    /// `create user`, `alter database` and the like.
    Definition(Box<ObjectDefinition>),
    AlterDatashare(Box<AlterDatashare>),
    /// `alter system set data_catalog_auto_mount = on`
    AlterSystem(Box<Set>),
    /// `create rls policy`, `alter masking policy`
    Policy(Box<Policy>),
    /// `attach rls policy p on t to role r`, `detach masking policy …`
    AttachPolicy(Box<AttachPolicy>),
    CreateModel(Box<CreateModel>),
    Grant(Box<Grant>),
    Revoke(Box<Revoke>),
    AlterDefaultPrivileges(Box<AlterDefaultPrivileges>),
    Show(Box<Show>),
    Explain(Box<Explain>),
    Analyze(Box<Analyze>),
    Vacuum(Box<Vacuum>),
    Lock(Lock),
    Cancel(Box<Cancel>),
    /// `desc datashare d`, `desc identity provider p`
    Describe(Box<Describe>),
    Prepare(Box<Prepare>),
    /// `execute` of a prepared statement.
    Execute(Box<Execute>),
    Deallocate(Name),
    /// `declare … cursor for`
    DeclareCursor(Box<DeclareCursor>),
    Fetch(Box<Fetch>),
    Close(Name),
    CreateProcedure(Box<CreateProcedure>),
    CreateFunction(Box<CreateFunction>),
    CreateExternalFunction(Box<CreateExternalFunction>),
    Call(Box<CallProcedure>),
    /// `alter procedure`, `alter function`
    AlterRoutine(Box<AlterRoutine>),
    /// `drop procedure`, `drop function`
    DropRoutine(Box<DropRoutine>),
}
