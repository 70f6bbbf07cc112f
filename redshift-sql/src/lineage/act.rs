//! What a statement does beside reading and writing tables, as far as its user needs a permission
//! for it. AWS pages: `GRANT`, "System permissions for RBAC".

use smol_str::SmolStr;

use super::session::SessionLineage;
use super::{Act, AssumedRole};
use crate::Span;
use crate::tree::{
    Authorization, CopyOptionKind, Drop, Matched, Merge, MergeActions, ObjectDefinition,
    ObjectKind, ObjectName, OptionTextKind, Set, Statement, StatementKind, UnloadOptionKind,
};

impl SessionLineage<'_> {
    /// Adds what a statement does beside its reads and writes.
    pub(super) fn acts(&mut self, statement: &Statement) {
        let act = match &statement.kind {
            StatementKind::Merge(merge) => merged(merge),
            StatementKind::Copy(copy) => {
                let role = copy.option(|option| match option {
                    CopyOptionKind::Authorization(authorization) => assumed(authorization),
                    _ => None,
                });
                return self.assume(role, "copy", statement.span);
            }
            StatementKind::Unload(unload) => {
                let role = unload.option(|option| match option {
                    UnloadOptionKind::Authorization(authorization) => assumed(authorization),
                    _ => None,
                });
                return self.assume(role, "unload", statement.span);
            }
            StatementKind::CreateExternalFunction(create) => {
                let role = assumed(&create.authorization);
                self.assume(role, "external function", statement.span);
                Act::Other("create external function")
            }
            StatementKind::CreateSchema(create) => {
                Act::CreateSchema(create.name.as_ref().and_then(own_name))
            }
            StatementKind::CreateExternalTable(create) => {
                Act::CreateExternalTable(create.name.key())
            }
            StatementKind::CreateProcedure(create) => Act::CreateRoutine(create.name.key()),
            StatementKind::CreateFunction(create) => Act::CreateRoutine(create.name.key()),
            StatementKind::Vacuum(vacuum) => Act::Maintain {
                command: "vacuum",
                table: vacuum.table.as_ref().map(ObjectName::key),
            },
            StatementKind::Analyze(analyze) => Act::Maintain {
                command: "analyze",
                table: analyze.table.as_ref().map(ObjectName::key),
            },
            StatementKind::Set(set) => match set.as_ref() {
                Set::Setting { name, .. } if name == "search_path" => Act::SearchPath,
                Set::Authorization { .. } => Act::Other("set session authorization"),
                _ => return,
            },
            StatementKind::Definition(definition) => defined(definition),
            StatementKind::Drop(drop) => match dropped(drop) {
                Some(act) => act,
                None => return,
            },
            kind => match rare(kind) {
                Some(words) => Act::Other(words),
                None => return,
            },
        };
        self.act(act, statement.span);
    }

    fn assume(&mut self, role: Option<AssumedRole>, command: &'static str, span: Span) {
        if let Some(role) = role {
            self.act(Act::AssumeRole { role, command }, span);
        }
    }
}

fn merged(merge: &Merge) -> Act {
    let (inserts, updates, deletes) = match &merge.actions {
        MergeActions::RemoveDuplicates => (true, false, true),
        MergeActions::When {
            matched,
            not_matched,
        } => (
            not_matched.is_some(),
            matches!(matched, Some(Matched::Update(_))),
            matches!(matched, Some(Matched::Delete)),
        ),
    };
    Act::Merge {
        table: merge.target.key(),
        inserts,
        updates,
        deletes,
    }
}

/// The role; none where access keys stand there.
fn assumed(authorization: &Authorization) -> Option<AssumedRole> {
    match authorization {
        Authorization::DefaultRole => Some(AssumedRole::Default),
        Authorization::Role(text) => Some(match &text.kind {
            OptionTextKind::Literal(role) if role.contains("{{") => AssumedRole::Unknown,
            // The caller's own session: no role is taken (AWS page: "Authorization parameters").
            OptionTextKind::Literal(role) if role.eq_ignore_ascii_case("session") => return None,
            OptionTextKind::Literal(role) => AssumedRole::Named(SmolStr::new(role)),
            OptionTextKind::Parameter(_) | OptionTextKind::Insertion(_) => AssumedRole::Unknown,
        }),
        Authorization::Credentials(text) => match &text.kind {
            OptionTextKind::Literal(credentials) => {
                let role = credentials.strip_prefix("aws_iam_role=")?;
                let inserted = role.contains("{{");
                Some(if inserted {
                    AssumedRole::Unknown
                } else {
                    AssumedRole::Named(SmolStr::new(role))
                })
            }
            OptionTextKind::Parameter(_) | OptionTextKind::Insertion(_) => {
                Some(AssumedRole::Unknown)
            }
        },
        Authorization::AccessKeyId(_)
        | Authorization::SecretAccessKey(_)
        | Authorization::SessionToken(_) => None,
    }
}

fn defined(definition: &ObjectDefinition) -> Act {
    match (definition.kind, own_name(&definition.name)) {
        (ObjectKind::ExternalSchema, Some(schema)) if !definition.alter => {
            Act::CreateExternalSchema(schema)
        }
        (kind, _) => Act::Other(match (kind, definition.alter) {
            (ObjectKind::Schema | ObjectKind::ExternalSchema, _) => "alter schema",
            (ObjectKind::User, false) => "create user",
            (ObjectKind::User, true) => "alter user",
            (ObjectKind::Group, _) => "create or alter group",
            (ObjectKind::Role, _) => "create or alter role",
            (ObjectKind::Database, _) => "create or alter database",
            (ObjectKind::Library, _) => "create library",
            (ObjectKind::Datashare, _) => "create datashare",
            _ => "create or alter something",
        }),
    }
}

/// Dropping what is no table; a schema is its owner's.
fn dropped(drop: &Drop) -> Option<Act> {
    Some(Act::Other(match drop.kind {
        ObjectKind::Table
        | ObjectKind::View
        | ObjectKind::ExternalView
        | ObjectKind::MaterializedView => return None,
        ObjectKind::Schema | ObjectKind::ExternalSchema => "drop schema",
        ObjectKind::Database => "drop database",
        ObjectKind::User => "drop user",
        ObjectKind::Group => "drop group",
        ObjectKind::Role => "drop role",
        ObjectKind::Datashare => "drop datashare",
        ObjectKind::Library => "drop library",
        ObjectKind::Model => "drop model",
        _ => "drop something",
    }))
}

/// What few scripts do, and not every user may.
fn rare(kind: &StatementKind) -> Option<&'static str> {
    Some(match kind {
        StatementKind::Grant(_) => "grant",
        StatementKind::Revoke(_) => "revoke",
        StatementKind::AlterDefaultPrivileges(_) => "alter default privileges",
        StatementKind::AlterMaterializedView(_) => "alter materialized view",
        StatementKind::AlterSystem(_) => "alter system",
        StatementKind::AlterDatashare(_) => "alter datashare",
        StatementKind::AlterRoutine(_) => "alter procedure or function",
        StatementKind::DropRoutine(_) => "drop procedure or function",
        StatementKind::Policy(_) | StatementKind::AttachPolicy(_) => "policies",
        StatementKind::CreateModel(_) => "create model",
        StatementKind::CopyJob(_) => "copy job",
        StatementKind::Comment(_) => "comment",
        StatementKind::Cancel(_) => "cancel",
        StatementKind::Lock(_) => "lock",
        StatementKind::Use(_) => "use of another database",
        _ => return None,
    })
}

/// The name itself, without what it is in.
fn own_name(name: &ObjectName) -> Option<SmolStr> {
    name.name().map(|part| part.text.clone())
}
