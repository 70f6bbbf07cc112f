//! The tree: what a script says, typed, with a place on every node.
//!
//! A tree keeps what was written, not what it means: names are not looked up, types are not
//! computed. One file a family of statements.

mod alter_table;
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
    AlterTable, AlterTableAction, AlterTableAppend, AlterTableKind, Partition, RowLevelSecurity,
};
pub(crate) use block::each_step;
pub use block::{
    AliasTarget, Block, Branch, CaseBranch, CursorSource, Declaration, DeclarationKind, Handler,
    Loop, LoopKind, Raise, RaiseLevel, Step, StepKind, Variable,
};
pub use copy::{
    CompUpdate, Copy, CopyCompression, CopyFormat, CopyJob, CopyJobAction, CopyOption,
    CopyOptionKind, CopySource, FieldMapping, Simplify, TextEncoding,
};
pub use data_type::{DataType, IntervalField, IntervalFields, Length, TypeName};
pub use definition::{
    AlterDatashare, AttachPolicy, CreateModel, CreateSchema, DatashareAction, Definition,
    ModelSource, Policy, SharedObjects,
};
pub use drop::{Behavior, Comment, CommentObject, Drop, ObjectKind};
pub use expression::{
    BareFunction, Bound, Call, CallForm, CastForm, Expression, ExpressionKind, Frame,
    IntervalLiteral, LikeKind, Link, NullTreatment, Operator, SuperTest, Test, TrimSide,
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
    AlterRoutine, AlterRoutineAction, Argument, ArgumentMode, CallProcedure,
    CreateExternalFunction, CreateFunction, CreateProcedure, DropRoutine, ExternalService,
    RoutineKind, RoutineSetting, RoutineSettingValue, RoutineSignature, Volatility,
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
pub use transaction::{Begin, Isolation, TransactionRule};
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

    // Definitions and administration.
    /// `create table`
    CreateTable(Box<CreateTable>),
    /// `create table … as`
    CreateTableAs(Box<CreateTableAs>),
    /// `create external table`
    CreateExternalTable(Box<CreateExternalTable>),
    /// `alter table`
    AlterTable(Box<AlterTable>),
    /// `alter table … append`
    AlterTableAppend(Box<AlterTableAppend>),
    /// `create view`
    CreateView(Box<CreateView>),
    /// `create external view`
    CreateExternalView(Box<CreateExternalView>),
    /// `alter external view`
    AlterExternalView(Box<AlterExternalView>),
    /// `create materialized view`
    CreateMaterializedView(Box<CreateMaterializedView>),
    /// `refresh materialized view`
    RefreshMaterializedView(RefreshMaterializedView),
    /// `alter materialized view`
    AlterMaterializedView(Box<AlterMaterializedView>),
    /// `drop`
    Drop(Box<Drop>),
    /// `comment on`
    Comment(Box<Comment>),
    /// `begin`, `start transaction`
    Begin(Begin),
    /// `commit`, `end`
    Commit,
    /// `rollback`, `abort`
    Rollback,
    /// `set`
    Set(Box<Set>),
    /// `reset`
    Reset(Reset),
    /// `use`
    Use(ObjectName),
    /// `copy table from …`
    Copy(Box<Copy>),
    /// `copy job …`
    CopyJob(Box<CopyJobAction>),
    /// `unload`
    Unload(Box<Unload>),
    /// `create schema`
    CreateSchema(Box<CreateSchema>),
    /// `create user`, `alter database` and the like.
    Definition(Box<Definition>),
    /// `alter datashare`
    AlterDatashare(Box<AlterDatashare>),
    /// `alter system set`
    AlterSystem(Box<Set>),
    /// `create rls policy`, `alter masking policy`
    Policy(Box<Policy>),
    /// `attach`, `detach`
    AttachPolicy(Box<AttachPolicy>),
    /// `create model`
    CreateModel(Box<CreateModel>),
    /// `grant`
    Grant(Box<Grant>),
    /// `revoke`
    Revoke(Box<Revoke>),
    /// `alter default privileges`
    AlterDefaultPrivileges(Box<AlterDefaultPrivileges>),
    /// `show`
    Show(Box<Show>),
    /// `explain`
    Explain(Box<Explain>),
    /// `analyze`
    Analyze(Box<Analyze>),
    /// `vacuum`
    Vacuum(Box<Vacuum>),
    /// `lock`
    Lock(Lock),
    /// `cancel`
    Cancel(Box<Cancel>),
    /// `desc`
    Describe(Box<Describe>),
    /// `prepare`
    Prepare(Box<Prepare>),
    /// `execute` of a prepared statement.
    Execute(Box<Execute>),
    /// `deallocate`
    Deallocate(Name),
    /// `declare … cursor for`
    DeclareCursor(Box<DeclareCursor>),
    /// `fetch`
    Fetch(Box<Fetch>),
    /// `close`
    Close(Name),
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
