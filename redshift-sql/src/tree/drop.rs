//! What is dropped (AWS pages: `DROP TABLE`, `DROP VIEW`, `DROP SCHEMA` and the others).

use super::ObjectName;
use crate::Span;

/// `drop kind [if exists] name, … [cascade | restrict]`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drop {
    pub kind: ObjectKind,
    pub if_exists: bool,
    /// At least one name, all of this kind.
    pub names: Vec<ObjectName>,
    /// What becomes of what depends on it.
    pub behavior: Option<Behavior>,
    /// `drop external database` behind the name of an external schema.
    pub external_database: bool,
}

/// What becomes of things that depend on another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Behavior {
    /// `cascade`: they go as well.
    Cascade,
    /// `restrict`: nothing goes if there are any.
    Restrict,
    /// `force`, of a role: it is taken away from everybody first.
    Force,
}

/// Kinds of things in a database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ObjectKind {
    Table,
    View,
    ExternalView,
    MaterializedView,
    Schema,
    /// `external schema`: only of CREATE and ALTER.
    ExternalSchema,
    Database,
    User,
    Group,
    Role,
    Datashare,
    Library,
    Model,
    IdentityProvider,
    MaskingPolicy,
    RlsPolicy,
    Template,
}

/// `comment on … is …` (AWS page: `COMMENT`)
#[derive(Debug, Clone, PartialEq)]
pub struct Comment {
    /// What is commented on.
    pub object: CommentObject,
    /// The comment; none where it is removed.
    pub text: Option<super::Expression>,
    /// Place of the comment.
    pub text_span: Span,
}

/// What is commented on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CommentObject {
    Table(ObjectName),
    View(ObjectName),
    /// `column table.column`: the last part is the column.
    Column(ObjectName),
    /// `constraint name on table`
    Constraint {
        name: super::Name,
        table: ObjectName,
    },
    Database(ObjectName),
}
