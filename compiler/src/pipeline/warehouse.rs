//! Where statements run.

use runtime_lambda::plan::{Connection, Warehouse};

use super::resolver::Resolver;
use crate::diagnostic::{Code, Diagnostic};
use crate::pipeline_yaml::{Cluster, Secret};

/// The warehouse; none if the spec does not say enough.
pub(super) fn resolve(resolver: &mut Resolver<'_>) -> Option<Warehouse> {
    let document = resolver.document;
    if document.is_mended(&["warehouse"]) {
        return None;
    }
    let warehouse = &document.spec.warehouse;
    if !document.is_mended(&["warehouse", "database"]) {
        not_empty(resolver, &warehouse.database, &["database"]);
    }
    let connection = if let Some(workgroup) = &warehouse.workgroup {
        not_empty(resolver, workgroup, &["workgroup"]);
        Connection::Workgroup(workgroup.clone())
    } else if let Some(cluster) = &warehouse.cluster {
        of_cluster(resolver, cluster)
    } else if let Some(secret) = &warehouse.secret {
        of_secret(resolver, secret)
    } else {
        // The schema sees the name of a way that has no value behind it.
        let sentence = "`warehouse` does not say how it is reached";
        resolver.push(
            Diagnostic::error(Code::WarehouseConnection, sentence)
                .at(&document.file, document.key_at(&["warehouse"]), "")
                .help("give exactly one of `workgroup`, `cluster` and `secret`")
                .note("a secret names its warehouse: `secret: { arn: …, workgroup: … }`"),
        );
        return None;
    };
    Some(Warehouse {
        database: warehouse.database.clone(),
        connection,
    })
}

fn of_cluster(resolver: &mut Resolver<'_>, cluster: &Cluster) -> Connection {
    match cluster {
        Cluster::Identifier(identifier) => {
            not_empty(resolver, identifier, &["cluster"]);
            Connection::Cluster {
                identifier: identifier.clone(),
                db_user: None,
            }
        }
        Cluster::WithUser(cluster) => {
            not_empty(resolver, &cluster.identifier, &["cluster", "identifier"]);
            if let Some(user) = &cluster.db_user {
                not_empty(resolver, user, &["cluster", "db_user"]);
            }
            Connection::Cluster {
                identifier: cluster.identifier.clone(),
                db_user: cluster.db_user.clone(),
            }
        }
    }
}

fn of_secret(resolver: &mut Resolver<'_>, secret: &Secret) -> Connection {
    match secret {
        Secret::Arn(arn) => {
            not_empty(resolver, arn, &["secret"]);
            Connection::Secret {
                arn: arn.clone(),
                cluster: None,
                workgroup: None,
            }
        }
        Secret::For(secret) => {
            not_empty(resolver, &secret.arn, &["secret", "arn"]);
            for (name, text) in [
                ("cluster", &secret.cluster),
                ("workgroup", &secret.workgroup),
            ] {
                if let Some(text) = text {
                    not_empty(resolver, text, &["secret", name]);
                }
            }
            if secret.cluster.is_some() && secret.workgroup.is_some() {
                let document = resolver.document;
                let sentence = "a secret is for a cluster or for a workgroup, not for both";
                let cluster = document.key_at(&["warehouse", "secret", "cluster"]);
                let workgroup = document.key_at(&["warehouse", "secret", "workgroup"]);
                resolver.push(
                    Diagnostic::error(Code::WarehouseConnection, sentence)
                        .at(&document.file, cluster, "")
                        .also(&document.file, workgroup, "and here")
                        .help("keep one of them"),
                );
            }
            Connection::Secret {
                arn: secret.arn.clone(),
                cluster: secret.cluster.clone(),
                workgroup: secret.workgroup.clone(),
            }
        }
    }
}

fn not_empty(resolver: &mut Resolver<'_>, text: &str, keys: &[&str]) {
    if !text.trim().is_empty() {
        return;
    }
    let document = resolver.document;
    let path: Vec<&str> = std::iter::once("warehouse")
        .chain(keys.iter().copied())
        .collect();
    let name = keys.last().copied().unwrap_or_default();
    resolver.push(
        Diagnostic::error(Code::EmptyText, format!("`{name}` is empty"))
            .at(&document.file, document.at(&path), "")
            .help("give it a value"),
    );
}
