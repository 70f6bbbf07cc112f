//! Which options the definitions of [`definition`](super::definition) have.
//!
//! Source: the AWS pages that are named there.

use super::option::{Rule, Takes};

const WITH: Rule = Rule::new("with", Takes::Nothing);
const RENAME_TO: Rule = Rule::new("rename to", Takes::Name);
const OWNER_TO: Rule = Rule::new("owner to", Takes::NameOrText);
const CONNECTION_LIMIT: Rule = Rule::new("connection limit", Takes::NumberOr(&["unlimited"]));
const COLLATE: Rule = Rule::new(
    "collate",
    Takes::OneOf(&["case_sensitive", "case_insensitive", "cs", "ci"]),
);
const ISOLATION: Rule = Rule::new(
    "isolation level",
    Takes::OneOf(&["snapshot", "serializable"]),
);
/// An IAM role; `'session'` is a string.
const IAM_ROLE: Rule = Rule::new("iam_role", Takes::TextOr(&["default"]));

/// Values that are switched.
const SWITCH: Takes = Takes::OneOf(&["true", "false"]);

pub(super) const RENAME: &[Rule] = &[RENAME_TO, OWNER_TO];

pub(super) const QUOTA: &[Rule] = &[Rule::new("quota", Takes::Quota)];

pub(super) const ALTER_SCHEMA: &[Rule] = &[RENAME_TO, OWNER_TO, Rule::new("quota", Takes::Quota)];

macro_rules! user_rules {
    ($($more:expr),* $(,)?) => {
        &[
            WITH,
            Rule::new("password", Takes::TextOr(&["disable"])),
            Rule::new("createdb", Takes::Nothing),
            Rule::new("nocreatedb", Takes::Nothing),
            Rule::new("createuser", Takes::Nothing),
            Rule::new("nocreateuser", Takes::Nothing),
            Rule::new(
                "syslog access",
                Takes::OneOf(&["restricted", "unrestricted"]),
            ),
            Rule::new("valid until", Takes::TextOr(&["infinity"])),
            CONNECTION_LIMIT,
            Rule::new("session timeout", Takes::Number),
            Rule::new("externalid", Takes::NameOrText),
            $($more,)*
        ]
    };
}

pub(super) const CREATE_USER: &[Rule] = user_rules![
    Rule::new("in group", Takes::Names),
    // AWS keeps PostgreSQL's GROUP alone as well.
    Rule::new("group", Takes::Names),
];

pub(super) const ALTER_USER: &[Rule] = user_rules![
    RENAME_TO,
    Rule::new("reset session timeout", Takes::Nothing),
    Rule::new("externalid to", Takes::NameOrText),
];

pub(super) const CREATE_GROUP: &[Rule] = &[WITH, Rule::new("user", Takes::Names)];

pub(super) const ALTER_GROUP: &[Rule] = &[
    Rule::new("add user", Takes::Names),
    Rule::new("drop user", Takes::Names),
    RENAME_TO,
];

pub(super) const CREATE_ROLE: &[Rule] = &[WITH, Rule::new("externalid", Takes::NameOrText)];

pub(super) const ALTER_ROLE: &[Rule] = &[
    WITH,
    RENAME_TO,
    OWNER_TO,
    Rule::new("externalid to", Takes::NameOrText),
    Rule::new("externalid", Takes::NameOrText),
];

const INTEGRATION_SETTINGS: [Rule; 5] = [
    Rule::new("acceptinvchars", SWITCH),
    Rule::new("query_all_states", SWITCH),
    Rule::new("refresh_interval", Takes::Number),
    Rule::new("truncatecolumns", SWITCH),
    Rule::new("history_mode", SWITCH),
];

pub(super) const CREATE_DATABASE: &[Rule] = {
    let [accept, states, interval, truncate, history] = INTEGRATION_SETTINGS;
    &[
        WITH,
        Rule::new("owner", Takes::NameOrText),
        CONNECTION_LIMIT,
        COLLATE,
        ISOLATION,
        IAM_ROLE,
        Rule::new("from integration", Takes::NameOrText),
        Rule::new("from datashare", Takes::Name),
        Rule::new("with permissions", Takes::Nothing),
        Rule::new("of account", Takes::NameOrText),
        Rule::new("of namespace", Takes::NameOrText),
        Rule::new("namespace", Takes::NameOrText),
        Rule::new("from arn", Takes::Text),
        Rule::new("with data catalog schema", Takes::NameOrText),
        Rule::new("with no data catalog schema", Takes::Nothing),
        Rule::new("data catalog schema", Takes::NameOrText),
        Rule::new("no data catalog schema", Takes::Nothing),
        Rule::new("database", Takes::NameOrText),
        Rule::new("set", Takes::Nothing),
        accept,
        states,
        interval,
        truncate,
        history,
    ]
};

pub(super) const ALTER_DATABASE: &[Rule] = {
    let [accept, states, interval, truncate, history] = INTEGRATION_SETTINGS;
    &[
        WITH,
        RENAME_TO,
        OWNER_TO,
        CONNECTION_LIMIT,
        COLLATE,
        ISOLATION,
        Rule::new("integration refresh all tables", Takes::Nothing),
        Rule::new("integration refresh inerror tables", Takes::Nothing),
        Rule::new("integration refresh remediable tables", Takes::Nothing),
        Rule::new("integration refresh table", Takes::Names),
        Rule::new("in schema", Takes::Names),
        Rule::new("integration set", Takes::Nothing),
        accept,
        states,
        interval,
        truncate,
        history,
        Rule::new("for all tables", Takes::Nothing),
        Rule::new("for table", Takes::Names),
        Rule::new("for schema", Takes::Names),
    ]
};

pub(super) const CREATE_EXTERNAL_SCHEMA: &[Rule] = &[
    Rule::new("from data catalog", Takes::Nothing),
    Rule::new("from hive metastore", Takes::Nothing),
    Rule::new("from postgres", Takes::Nothing),
    Rule::new("from mysql", Takes::Nothing),
    Rule::new("from redshift", Takes::Nothing),
    Rule::new("from kinesis", Takes::Nothing),
    Rule::new("from kafka", Takes::Nothing),
    Rule::new("from msk", Takes::Nothing),
    Rule::new("database", Takes::NameOrText),
    Rule::new("schema", Takes::NameOrText),
    Rule::new("region", Takes::Text),
    Rule::new("uri", Takes::Text),
    Rule::new("port", Takes::Number),
    IAM_ROLE,
    Rule::new("secret_arn", Takes::Text),
    Rule::new("catalog_role", Takes::TextOr(&["default"])),
    Rule::new("catalog_id", Takes::Text),
    Rule::new("authentication", Takes::OneOf(&["none", "iam", "mtls"])),
    Rule::new("authentication_arn", Takes::Text),
    Rule::new("cluster_arn", Takes::Text),
    Rule::new("create external database if not exists", Takes::Nothing),
    Rule::new("owner to", Takes::NameOrText),
    RENAME_TO,
];

pub(super) const CREATE_DATASHARE: &[Rule] = &[
    Rule::new("set publicaccessible", SWITCH),
    Rule::new("publicaccessible", SWITCH),
    Rule::new("set", Takes::Nothing),
    Rule::new("managedby", Takes::OneOf(&["adx"])),
];

pub(super) const DATASHARE_SET: &[Rule] = &[
    Rule::new("publicaccessible", SWITCH),
    Rule::new("includenew", SWITCH),
    Rule::new("for schema", Takes::Names),
];

pub(super) const CREATE_LIBRARY: &[Rule] = &[
    Rule::new("language", Takes::OneOf(&["plpythonu"])),
    Rule::new("from", Takes::Text),
    Rule::new("authorization", Takes::Nothing),
    IAM_ROLE,
    Rule::new("credentials as", Takes::Text),
    Rule::new("credentials", Takes::Text),
    Rule::new("with credentials as", Takes::Text),
    Rule::new("with credentials", Takes::Text),
    Rule::new("access_key_id", Takes::Text),
    Rule::new("secret_access_key", Takes::Text),
    Rule::new("session_token", Takes::Text),
    Rule::new("region as", Takes::Text),
    Rule::new("region", Takes::Text),
];

macro_rules! identity_rules {
    ($($more:expr),* $(,)?) => {
        &[
            Rule::new("namespace", Takes::NameOrText),
            Rule::new("parameters", Takes::Text),
            Rule::new("application_arn", Takes::Text),
            IAM_ROLE,
            Rule::new("auto_create_roles", Takes::Maybe(&["true", "false"])),
            Rule::new("include groups like", Takes::Text),
            Rule::new("exclude groups like", Takes::Text),
            $($more,)*
        ]
    };
}

pub(super) const CREATE_IDENTITY_PROVIDER: &[Rule] =
    identity_rules![Rule::new("type", Takes::NameOrText)];

pub(super) const ALTER_IDENTITY_PROVIDER: &[Rule] = identity_rules![
    Rule::new("disable", Takes::Nothing),
    Rule::new("enable", Takes::Nothing),
];
