//! What to do about a statement that its database user may not run.

/// Words of Redshift's messages about a permission that is missing, in lower case.
const DENIED: [&str; 3] = [
    "permission denied for ",
    "must be owner of ",
    "permission denied to ",
];

/// Adds to a message of the warehouse who lacks the permission and how to get at the GRANTs; leaves every other
/// message as it is.
///
/// The addition quotes nothing: [`crate::place`] takes what a message quotes for a name in the script.
#[must_use]
pub fn explained(message: String, database_user: Option<&str>) -> String {
    let lower = message.to_lowercase();
    if !DENIED.iter().any(|words| lower.contains(words)) {
        return message;
    }
    let who = match database_user {
        Some(user) => format!("the database user {user}"),
        None => "the database user of the pipeline".to_owned(),
    };
    let message = message.trim_end();
    format!(
        "{message} (sfc: {who} lacks this permission; sfc grants prints the GRANTs that the pipeline needs)"
    )
}

#[cfg(test)]
mod tests {
    use super::explained;

    #[test]
    fn a_missing_permission_is_told_with_the_user_and_the_way_out() {
        let told = explained(
            "ERROR: permission denied for relation orders".to_owned(),
            Some("IAMR:flights-FunctionRole-1A2B3C"),
        );
        assert_eq!(
            told,
            "ERROR: permission denied for relation orders (sfc: the database user IAMR:flights-FunctionRole-1A2B3C \
             lacks this permission; sfc grants prints the GRANTs that the pipeline needs)"
        );
        let told = explained("ERROR: must be owner of relation orders".to_owned(), None);
        assert!(
            told.contains("the database user of the pipeline lacks"),
            "{told}"
        );
    }

    #[test]
    fn other_messages_stay_as_they_are() {
        for message in [
            "ERROR: relation \"orders\" does not exist",
            "ERROR: S3ServiceException: Access Denied, Status 403",
        ] {
            assert_eq!(explained(message.to_owned(), Some("IAMR:x")), message);
        }
    }
}
