//! Permissions (AWS pages: `GRANT`, `REVOKE`, `ALTER DEFAULT PRIVILEGES`, `Scoped permissions`).

use smol_str::SmolStr;

use super::{Behavior, Name, ObjectName, OptionValue, TypeName};
use crate::Span;

/// `grant … to …`
#[derive(Debug, Clone, PartialEq)]
pub struct Grant {
    /// What is granted; never empty.
    pub privileges: Vec<Privilege>,
    pub objects: GrantObjects,
    /// To whom; never empty.
    pub grantees: Vec<Grantee>,
    /// Whether they may pass it on: `with grant option`, `with admin option` behind one of them.
    pub with_option: bool,
    /// `for copy, unload`, of ASSUMEROLE: commands in lower case.
    pub commands: Vec<SmolStr>,
}

/// `revoke … from …`
#[derive(Debug, Clone, PartialEq)]
pub struct Revoke {
    /// `grant option for`, `admin option for`: only the right to pass it on.
    pub option_only: bool,
    /// What is revoked; never empty.
    pub privileges: Vec<Privilege>,
    pub objects: GrantObjects,
    /// From whom; never empty.
    pub grantees: Vec<Grantee>,
    /// `for copy, unload`, of ASSUMEROLE: commands in lower case.
    pub commands: Vec<SmolStr>,
    /// `cascade` or `restrict`: whether those who had it from the grantee lose it, too.
    pub behavior: Option<Behavior>,
}

/// `alter default privileges [for user a, b] [in schema s] { grant | revoke } …`
#[derive(Debug, Clone, PartialEq)]
pub struct AlterDefaultPrivileges {
    /// Whose new things they hold for; the current user where it does not say.
    pub users: Vec<Name>,
    /// In which schemas; in all where it does not say.
    pub schemas: Vec<ObjectName>,
    /// What is granted or revoked.
    pub change: DefaultPrivileges,
}

/// What becomes of the permissions on new things.
#[derive(Debug, Clone, PartialEq)]
pub enum DefaultPrivileges {
    Grant(Grant),
    Revoke(Revoke),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Privilege {
    pub span: Span,
    /// Its words in lower case with one blank between them: `select`, `create or replace view`;
    /// `all` for `all privileges`, `role` for a role that is granted.
    pub kind: SmolStr,
    /// Columns that it is limited to.
    pub columns: Vec<Name>,
    /// The role, where one is granted.
    pub role: Option<Name>,
}

/// What permissions are on.
#[derive(Debug, Clone, PartialEq)]
pub enum GrantObjects {
    /// On the database as a whole, or a role.
    None,
    /// `on [table] a, b`, `on schema s` and the like.
    Named {
        /// Of which kind they are.
        kind: GrantKind,
        /// Their names; never empty.
        names: Vec<ObjectName>,
    },
    /// `on function f(int), g(int)`
    Routines {
        /// Of which kind they are.
        kind: GrantKind,
        /// Their names and arguments; never empty.
        routines: Vec<RoutineName>,
    },
    /// `on all tables in schema s, t`
    AllInSchemas {
        /// Of which kind the things are.
        kind: GrantKind,
        /// The schemas; never empty.
        schemas: Vec<ObjectName>,
    },
    /// `for tables in schema s [database d]`, `for schemas in database d`: those to come as well.
    Scoped {
        /// Of which kind the things are.
        kind: GrantKind,
        schema: Option<ObjectName>,
        database: Option<ObjectName>,
    },
    /// `on tables`, of ALTER DEFAULT PRIVILEGES.
    New(GrantKind),
    /// `on 'role', default, all`, of ASSUMEROLE.
    IamRoles(Vec<OptionValue>),
}

/// Kinds of things that permissions are on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum GrantKind {
    /// A table or a view.
    Table,
    Database,
    Schema,
    Function,
    Procedure,
    Language,
    Model,
    Datashare,
    /// A table of an external schema.
    ExternalTable,
    ExternalSchema,
    /// A job of COPY.
    CopyJob,
    Template,
}

/// `add(int, int)`: a function or procedure, by its name and types.
#[derive(Debug, Clone, PartialEq)]
pub struct RoutineName {
    pub span: Span,
    pub name: ObjectName,
    /// Types of its arguments; none where there are no brackets.
    pub arguments: Option<Vec<TypeName>>,
}

/// Somebody who has a permission.
#[derive(Debug, Clone, PartialEq)]
pub struct Grantee {
    pub span: Span,
    pub kind: GranteeKind,
    /// Its name; none for `public`.
    pub name: Option<OptionValue>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum GranteeKind {
    User,
    Role,
    Group,
    Public,
    /// `iam_role 'arn:aws:iam::123456789012:role/load'`
    IamRole,
    /// `namespace 'id'`: the consumer of a datashare in the same account.
    Namespace,
    /// `account 'id' [via data catalog]`
    Account,
    RlsPolicy,
    MaskingPolicy,
}
