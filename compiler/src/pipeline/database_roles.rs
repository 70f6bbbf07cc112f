//! Roles of the database that the pipeline's user gets. A tag of its IAM role names them (AWS page:
//! "Defining database roles to grant to federated users in Amazon Redshift Serverless").

use std::collections::HashSet;

use super::resolver::Resolver;
use crate::diagnostic::{Code, Diagnostic};

/// Longest name of a role, in bytes (AWS page: "Names and identifiers").
const LONGEST_NAME: usize = 127;

/// Longest value of a tag, in characters (AWS page: "Tag" of IAM).
const LONGEST_TAG: usize = 256;

/// What stands between the names in the tag.
pub const SEPARATOR: &str = ":";

/// The roles. Those that are wrong are reported.
pub(super) fn resolve(resolver: &mut Resolver<'_>) -> Vec<String> {
    let document = resolver.document;
    let roles = &document.spec.warehouse.roles;
    if roles.is_empty() || document.is_mended(&["warehouse"]) {
        return Vec::new();
    }
    let mut wrong = |place, message: String, help: &str| {
        resolver.push(
            Diagnostic::error(Code::DatabaseRole, message)
                .at(&document.file, place, "")
                .help(help),
        );
    };
    if document.spec.warehouse.workgroup.is_none() {
        wrong(
            document.key_at(&["warehouse", "roles"]),
            "only a workgroup gives its users `roles` of the database by a tag".to_owned(),
            "leave `roles` out, and grant the role to the database user once: `grant role … to …`",
        );
        return Vec::new();
    }
    let mut known = HashSet::new();
    for (index, role) in roles.iter().enumerate() {
        let place = document.at(&["warehouse", "roles", &index.to_string()]);
        if role.starts_with("sys:") {
            wrong(
                place,
                format!(
                    "the tag that gives roles cannot name `{role}`: it has colons between names"
                ),
                "make a role of your own that has it: `create role NAME; grant role … to role NAME;`",
            );
        } else if let Some(message) = unfit(role) {
            wrong(
                place,
                message,
                "use the name of a role in the database, such as `etl_role`",
            );
        } else if !known.insert(role.to_lowercase()) {
            wrong(
                place,
                format!("the role `{role}` is named twice"),
                "leave one of them out",
            );
        }
    }
    if roles.join(SEPARATOR).chars().count() > LONGEST_TAG {
        wrong(
            document.key_at(&["warehouse", "roles"]),
            format!("the names of the roles have more than {LONGEST_TAG} characters together"),
            "make one role that has the others: `grant role … to role …`",
        );
    }
    roles.clone()
}

/// Why a name is none that a tag can give.
fn unfit(role: &str) -> Option<String> {
    // What a tag's value may have (AWS page: "Tag" of IAM), but for what separates names.
    let allowed = |character: char| character.is_alphanumeric() || "_./=+-@".contains(character);
    if role.is_empty() {
        return Some("the name of a role is empty".to_owned());
    }
    if role.eq_ignore_ascii_case("public") {
        return Some("`public` is every user, and no role".to_owned());
    }
    if role.len() > LONGEST_NAME {
        return Some(format!(
            "the name of a role has at most {LONGEST_NAME} bytes"
        ));
    }
    (!role.chars().all(allowed)).then(|| {
        let role = role.escape_debug();
        format!("`{role}` cannot be the name of a role in a tag")
    })
}
