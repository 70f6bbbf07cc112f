//! What the members of a request may hold, in the words in which AWS's services say so.

use std::time::Duration;

use super::fault::ApiFault;
use super::limits::{KEEP_ALIVE_SECONDS, STATEMENT_BYTES, WAIT_SECONDS};
use super::request::{StatementMembers, StatementParameter, WarehousePlace};

fn constraint(value: Option<&str>, member: &str, constraint: &str) -> ApiFault {
    let value = value.map_or(String::new(), |value| format!(" '{value}'"));
    ApiFault::validation(format!(
        "1 validation error detected: Value{value} at '{member}' failed to satisfy constraint: \
         Member must {constraint}"
    ))
}

/// A member that must be there.
pub(super) fn required<T>(value: Option<T>, member: &str) -> Result<T, ApiFault> {
    value.ok_or_else(|| constraint(None, member, "not be null"))
}

/// A number within bounds.
pub(super) fn within(value: i64, member: &str, least: i64, most: i64) -> Result<i64, ApiFault> {
    let fault = |bound| Err(constraint(Some(&value.to_string()), member, bound));
    if value < least {
        fault(&format!("have value greater than or equal to {least}"))
    } else if value > most {
        fault(&format!("have value less than or equal to {most}"))
    } else {
        Ok(value)
    }
}

/// One of some words.
pub(super) fn one_of<'a>(
    value: &'a str,
    member: &str,
    words: &[&str],
) -> Result<&'a str, ApiFault> {
    if words.contains(&value) {
        return Ok(value);
    }
    let set = words.join(", ");
    Err(constraint(
        Some(value),
        member,
        &format!("satisfy enum value set: [{set}]"),
    ))
}

/// A text whose length in characters is within bounds.
pub(super) fn length(value: &str, member: &str, least: usize, most: usize) -> Result<(), ApiFault> {
    let characters = value.chars().count();
    let shown: String = value.chars().take(100).collect();
    if characters < least {
        let bound = format!("have length greater than or equal to {least}");
        Err(constraint(Some(&shown), member, &bound))
    } else if characters > most {
        let bound = format!("have length less than or equal to {most}");
        Err(constraint(Some(&shown), member, &bound))
    } else {
        Ok(())
    }
}

/// How long a request wants to wait.
pub(super) fn wait(seconds: Option<i64>) -> Result<Option<Duration>, ApiFault> {
    seconds
        .map(|seconds| {
            let seconds = within(seconds, "waitTimeSeconds", 1, WAIT_SECONDS)?;
            Ok(Duration::from_secs(seconds.unsigned_abs()))
        })
        .transpose()
}

/// Id of a statement, and the number of a sub-statement, counted from 1.
pub(super) fn id(id: Option<String>) -> Result<(String, Option<usize>), ApiFault> {
    let id = required(id, "id")?;
    let (uuid, number) = match id.split_once(':') {
        None => (id.as_str(), None),
        Some((uuid, number)) => (uuid, Some(number)),
    };
    let digits = |number: &str| number.len() <= 2 && number.bytes().all(|b| b.is_ascii_digit());
    if !is_uuid(uuid) || number.is_some_and(|number| !digits(number)) {
        return Err(ApiFault::validation(
            r"id must satisfy regex pattern: ^[a-z0-9]{8}(-[a-z0-9]{4}){3}-[a-z0-9]{12}(:\d+)?$",
        ));
    }
    let number = number
        .filter(|number| !number.is_empty())
        .map(|number| number.parse().unwrap_or(0));
    Ok((uuid.to_owned(), number))
}

/// Whether a text has the form of the Data API's ids.
pub(super) fn is_uuid(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let lengths: Vec<usize> = parts.iter().map(|part| part.len()).collect();
    lengths == [8, 4, 4, 4, 12]
        && parts.iter().all(|part| {
            part.bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
        })
}

/// Whether the text of a statement may be sent: it is not empty, nor too long.
pub(super) fn sql(text: &str, member: &str) -> Result<(), ApiFault> {
    if text.trim().is_empty() {
        return Err(constraint(
            Some(text),
            member,
            "have length greater than or equal to 1",
        ));
    }
    if text.len() > STATEMENT_BYTES {
        return Err(ApiFault::validation(format!(
            "Query statement size exceeds the limit of {STATEMENT_BYTES} bytes."
        )));
    }
    Ok(())
}

/// Where statements run. A secret may know its cluster by itself.
pub(super) fn place(place: &WarehousePlace) -> Result<(), ApiFault> {
    one_target(
        place.cluster_identifier.as_deref(),
        place.workgroup_name.as_deref(),
    )?;
    if place.cluster_identifier.is_none()
        && place.workgroup_name.is_none()
        && place.secret_arn.is_none()
    {
        return Err(ApiFault::validation(
            "Either ClusterIdentifier, WorkgroupName or SessionId must be provided.",
        ));
    }
    if place.workgroup_name.is_some() && place.db_user.is_some() {
        return Err(ApiFault::validation(
            "DbUser cannot be provided together with WorkgroupName.",
        ));
    }
    Ok(())
}

/// Not both a cluster and a workgroup, and each by a name that it can have.
pub(super) fn one_target(cluster: Option<&str>, workgroup: Option<&str>) -> Result<(), ApiFault> {
    if cluster.is_some() && workgroup.is_some() {
        return Err(ApiFault::validation(
            "ClusterIdentifier and WorkgroupName cannot be provided together.",
        ));
    }
    if let Some(cluster) = cluster {
        length(cluster, "clusterIdentifier", 1, 63)?;
        let first = cluster.starts_with(|c: char| c.is_ascii_lowercase());
        let plain = cluster
            .split('-')
            .all(|part| !part.is_empty() && part.bytes().all(lower_or_digit));
        if !first || !plain {
            let pattern = "satisfy regular expression pattern: [a-z][a-z0-9]*(-[a-z0-9]+)*";
            return Err(constraint(Some(cluster), "clusterIdentifier", pattern));
        }
    }
    if let Some(workgroup) = workgroup {
        length(workgroup, "workgroupName", 3, 128)?;
        let arn = workgroup.starts_with("arn:aws") && workgroup.contains(":workgroup/");
        let plain =
            workgroup.len() <= 63 && workgroup.bytes().all(|b| lower_or_digit(b) || b == b'-');
        if !arn && !plain {
            let pattern = "satisfy regular expression pattern: [a-z0-9-]{3,63}";
            return Err(constraint(Some(workgroup), "workgroupName", pattern));
        }
    }
    Ok(())
}

fn lower_or_digit(byte: u8) -> bool {
    byte.is_ascii_lowercase() || byte.is_ascii_digit()
}

/// Everything that both ways to execute have in common, except where.
pub(super) fn order(order: &StatementMembers, statements: &[String]) -> Result<(), ApiFault> {
    if let Some(token) = &order.client_token {
        length(token, "clientToken", 1, 64)?;
    }
    if let Some(name) = &order.statement_name {
        length(name, "statementName", 0, 500)?;
    }
    if let Some(format) = &order.result_format {
        one_of(format, "resultFormat", &["JSON", "CSV"])?;
    }
    if let Some(seconds) = order.session_keep_alive_seconds {
        within(seconds, "sessionKeepAliveSeconds", 0, KEEP_ALIVE_SECONDS)?;
    }
    if let Some(parameters) = &order.parameters {
        check_parameters(parameters, statements)?;
    }
    Ok(())
}

fn check_parameters(
    parameters: &[StatementParameter],
    statements: &[String],
) -> Result<(), ApiFault> {
    if parameters.is_empty() {
        let bound = "have length greater than or equal to 1";
        return Err(constraint(Some("[]"), "parameters", bound));
    }
    let mentioned: Vec<String> = statements
        .iter()
        .flat_map(|statement| crate::warehouse::dialect::mentioned(statement))
        .collect();
    let mut unused = Vec::new();
    for (number, parameter) in parameters.iter().enumerate() {
        let member = |name: &str| format!("parameters.{}.member.{name}", number + 1);
        let name = required(parameter.name.as_deref(), &member("name"))?;
        let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
        if name.is_empty() || !name.bytes().all(plain) {
            let pattern = "satisfy regular expression pattern: [0-9a-zA-Z_]+";
            return Err(constraint(Some(name), &member("name"), pattern));
        }
        let value = required(parameter.value.as_deref(), &member("value"))?;
        length(value, &member("value"), 1, usize::MAX)?;
        if !mentioned
            .iter()
            .any(|known| known.eq_ignore_ascii_case(name))
        {
            unused.push(name);
        }
    }
    if unused.is_empty() {
        return Ok(());
    }
    Err(ApiFault::validation(format!(
        "Parameters list contains unused parameters. Unused parameters: [{}]",
        unused.join(", ")
    )))
}
