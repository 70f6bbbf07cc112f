//! What the database user of a pipeline needs: GRANTs, as far as the SQL of its steps tells.
//!
//! | file | does |
//! |---|---|
//! | `needs` | gathers what the steps do to tables and schemas that are not their own |
//! | `acts` | what they do beside reading and writing |
//! | `names` | names as SQL takes them |
//! | `write` | the script |
//!
//! Pure: [`script`] is a function of the pipeline and of whom is granted to. What the SQL does not tell is a
//! comment of the script, never a wider GRANT.

mod acts;
mod names;
mod needs;
mod write;

use runtime_lambda::plan::Connection;

use crate::pipeline::Pipeline;
use crate::stack::USER_OF_ROLE;

/// Who takes the GRANTs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GrantRecipient {
    /// A user of the database, such as `IAMR:flights-FunctionRole-1A2B3C`.
    User(String),
    /// A role of the database, which the pipeline's user has.
    Role(String),
    /// Nobody knows the user yet; a name that stands for it.
    Placeholder(String),
}

impl GrantRecipient {
    /// Who takes the GRANTs of a pipeline, as far as its spec tells: the first of `warehouse.roles`, else the
    /// user of a cluster. Of an IAM role only the deployed stack knows the name, of a secret only the secret.
    #[must_use]
    pub fn of(pipeline: &Pipeline) -> Self {
        if let Some(role) = pipeline.database_roles.first() {
            return Self::Role(role.clone());
        }
        match &pipeline.warehouse.connection {
            Connection::Cluster {
                db_user: Some(user),
                ..
            } => Self::User(user.clone()),
            Connection::Workgroup(_) | Connection::Cluster { db_user: None, .. } => {
                Self::Placeholder(format!("{USER_OF_ROLE}NAME_OF_THE_ROLE"))
            }
            Connection::Secret { .. } => Self::Placeholder("USER_OF_THE_SECRET".to_owned()),
        }
    }
}

/// The script of GRANTs: SQL for whoever owns the tables, or a superuser. Each statement ends with `;` and
/// stands on a line of its own; the same pipeline and grantee give the same bytes.
#[must_use]
pub fn script(pipeline: &Pipeline, grantee: &GrantRecipient) -> String {
    write::write(pipeline, &needs::Needs::of(pipeline), grantee)
}
