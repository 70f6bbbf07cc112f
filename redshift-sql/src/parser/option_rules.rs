//! Which options the definitions of [`definition`](super::definition) have.
//!
//! Source: the AWS pages that are named there.

use super::option::{OptionRule, Takes};

const WITH: OptionRule = OptionRule::new("with", Takes::Nothing);
const RENAME_TO: OptionRule = OptionRule::new("rename to", Takes::Name);
const OWNER_TO: OptionRule = OptionRule::new("owner to", Takes::NameOrText);
const CONNECTION_LIMIT: OptionRule =
    OptionRule::new("connection limit", Takes::NumberOr(&["unlimited"]));
const COLLATE: OptionRule = OptionRule::new(
    "collate",
    Takes::OneOf(&["case_sensitive", "case_insensitive", "cs", "ci"]),
);
const ISOLATION: OptionRule = OptionRule::new(
    "isolation level",
    Takes::OneOf(&["snapshot", "serializable"]),
);
/// An IAM role; `'session'` is a string.
const IAM_ROLE: OptionRule = OptionRule::new("iam_role", Takes::TextOr(&["default"]));

/// Values that are switched.
const SWITCH: Takes = Takes::OneOf(&["true", "false"]);

pub(super) const RENAME: &[OptionRule] = &[RENAME_TO, OWNER_TO];

pub(super) const QUOTA: &[OptionRule] = &[OptionRule::new("quota", Takes::Quota)];

pub(super) const ALTER_SCHEMA: &[OptionRule] =
    &[RENAME_TO, OWNER_TO, OptionRule::new("quota", Takes::Quota)];

macro_rules! user_rules {
    ($($more:expr),* $(,)?) => {
        &[
            WITH,
            OptionRule::new("password", Takes::TextOr(&["disable"])),
            OptionRule::new("createdb", Takes::Nothing),
            OptionRule::new("nocreatedb", Takes::Nothing),
            OptionRule::new("createuser", Takes::Nothing),
            OptionRule::new("nocreateuser", Takes::Nothing),
            OptionRule::new(
                "syslog access",
                Takes::OneOf(&["restricted", "unrestricted"]),
            ),
            OptionRule::new("valid until", Takes::TextOr(&["infinity"])),
            CONNECTION_LIMIT,
            OptionRule::new("session timeout", Takes::Number),
            OptionRule::new("externalid", Takes::NameOrText),
            $($more,)*
        ]
    };
}

pub(super) const CREATE_USER: &[OptionRule] = user_rules![
    OptionRule::new("in group", Takes::Names),
    // AWS keeps PostgreSQL's GROUP alone as well.
    OptionRule::new("group", Takes::Names),
];

pub(super) const ALTER_USER: &[OptionRule] = user_rules![
    RENAME_TO,
    OptionRule::new("reset session timeout", Takes::Nothing),
    OptionRule::new("externalid to", Takes::NameOrText),
];

pub(super) const CREATE_GROUP: &[OptionRule] = &[WITH, OptionRule::new("user", Takes::Names)];

pub(super) const ALTER_GROUP: &[OptionRule] = &[
    OptionRule::new("add user", Takes::Names),
    OptionRule::new("drop user", Takes::Names),
    RENAME_TO,
];

pub(super) const CREATE_ROLE: &[OptionRule] =
    &[WITH, OptionRule::new("externalid", Takes::NameOrText)];

pub(super) const ALTER_ROLE: &[OptionRule] = &[
    WITH,
    RENAME_TO,
    OWNER_TO,
    OptionRule::new("externalid to", Takes::NameOrText),
    OptionRule::new("externalid", Takes::NameOrText),
];

const INTEGRATION_SETTINGS: [OptionRule; 5] = [
    OptionRule::new("acceptinvchars", SWITCH),
    OptionRule::new("query_all_states", SWITCH),
    OptionRule::new("refresh_interval", Takes::Number),
    OptionRule::new("truncatecolumns", SWITCH),
    OptionRule::new("history_mode", SWITCH),
];

pub(super) const CREATE_DATABASE: &[OptionRule] = {
    let [accept, states, interval, truncate, history] = INTEGRATION_SETTINGS;
    &[
        WITH,
        OptionRule::new("owner", Takes::NameOrText),
        CONNECTION_LIMIT,
        COLLATE,
        ISOLATION,
        IAM_ROLE,
        OptionRule::new("from integration", Takes::NameOrText),
        OptionRule::new("from datashare", Takes::Name),
        OptionRule::new("with permissions", Takes::Nothing),
        OptionRule::new("of account", Takes::NameOrText),
        OptionRule::new("of namespace", Takes::NameOrText),
        OptionRule::new("namespace", Takes::NameOrText),
        OptionRule::new("from arn", Takes::Text),
        OptionRule::new("with data catalog schema", Takes::NameOrText),
        OptionRule::new("with no data catalog schema", Takes::Nothing),
        OptionRule::new("data catalog schema", Takes::NameOrText),
        OptionRule::new("no data catalog schema", Takes::Nothing),
        OptionRule::new("database", Takes::NameOrText),
        OptionRule::new("set", Takes::Nothing),
        accept,
        states,
        interval,
        truncate,
        history,
    ]
};

pub(super) const ALTER_DATABASE: &[OptionRule] = {
    let [accept, states, interval, truncate, history] = INTEGRATION_SETTINGS;
    &[
        WITH,
        RENAME_TO,
        OWNER_TO,
        CONNECTION_LIMIT,
        COLLATE,
        ISOLATION,
        OptionRule::new("integration refresh all tables", Takes::Nothing),
        OptionRule::new("integration refresh inerror tables", Takes::Nothing),
        OptionRule::new("integration refresh remediable tables", Takes::Nothing),
        OptionRule::new("integration refresh table", Takes::Names),
        OptionRule::new("in schema", Takes::Names),
        OptionRule::new("integration set", Takes::Nothing),
        accept,
        states,
        interval,
        truncate,
        history,
        OptionRule::new("for all tables", Takes::Nothing),
        OptionRule::new("for table", Takes::Names),
        OptionRule::new("for schema", Takes::Names),
    ]
};

pub(super) const CREATE_EXTERNAL_SCHEMA: &[OptionRule] = &[
    OptionRule::new("from data catalog", Takes::Nothing),
    OptionRule::new("from hive metastore", Takes::Nothing),
    OptionRule::new("from postgres", Takes::Nothing),
    OptionRule::new("from mysql", Takes::Nothing),
    OptionRule::new("from redshift", Takes::Nothing),
    OptionRule::new("from kinesis", Takes::Nothing),
    OptionRule::new("from kafka", Takes::Nothing),
    OptionRule::new("from msk", Takes::Nothing),
    OptionRule::new("database", Takes::NameOrText),
    OptionRule::new("schema", Takes::NameOrText),
    OptionRule::new("region", Takes::Text),
    OptionRule::new("uri", Takes::Text),
    OptionRule::new("port", Takes::Number),
    IAM_ROLE,
    OptionRule::new("secret_arn", Takes::Text),
    OptionRule::new("catalog_role", Takes::TextOr(&["default"])),
    OptionRule::new("catalog_id", Takes::Text),
    OptionRule::new("authentication", Takes::OneOf(&["none", "iam", "mtls"])),
    OptionRule::new("authentication_arn", Takes::Text),
    OptionRule::new("cluster_arn", Takes::Text),
    OptionRule::new("create external database if not exists", Takes::Nothing),
    OptionRule::new("owner to", Takes::NameOrText),
    RENAME_TO,
];

pub(super) const CREATE_DATASHARE: &[OptionRule] = &[
    OptionRule::new("set publicaccessible", SWITCH),
    OptionRule::new("publicaccessible", SWITCH),
    OptionRule::new("set", Takes::Nothing),
    OptionRule::new("managedby", Takes::OneOf(&["adx"])),
];

pub(super) const DATASHARE_SET: &[OptionRule] = &[
    OptionRule::new("publicaccessible", SWITCH),
    OptionRule::new("includenew", SWITCH),
    OptionRule::new("for schema", Takes::Names),
];

pub(super) const CREATE_LIBRARY: &[OptionRule] = &[
    OptionRule::new("language", Takes::OneOf(&["plpythonu"])),
    OptionRule::new("from", Takes::Text),
    OptionRule::new("authorization", Takes::Nothing),
    IAM_ROLE,
    OptionRule::new("credentials as", Takes::Text),
    OptionRule::new("credentials", Takes::Text),
    OptionRule::new("with credentials as", Takes::Text),
    OptionRule::new("with credentials", Takes::Text),
    OptionRule::new("access_key_id", Takes::Text),
    OptionRule::new("secret_access_key", Takes::Text),
    OptionRule::new("session_token", Takes::Text),
    OptionRule::new("region as", Takes::Text),
    OptionRule::new("region", Takes::Text),
];

macro_rules! identity_rules {
    ($($more:expr),* $(,)?) => {
        &[
            OptionRule::new("namespace", Takes::NameOrText),
            OptionRule::new("parameters", Takes::Text),
            OptionRule::new("application_arn", Takes::Text),
            IAM_ROLE,
            OptionRule::new("auto_create_roles", Takes::Maybe(&["true", "false"])),
            OptionRule::new("include groups like", Takes::Text),
            OptionRule::new("exclude groups like", Takes::Text),
            $($more,)*
        ]
    };
}

pub(super) const CREATE_IDENTITY_PROVIDER: &[OptionRule] =
    identity_rules![OptionRule::new("type", Takes::NameOrText)];

pub(super) const ALTER_IDENTITY_PROVIDER: &[OptionRule] = identity_rules![
    OptionRule::new("disable", Takes::Nothing),
    OptionRule::new("enable", Takes::Nothing),
];
