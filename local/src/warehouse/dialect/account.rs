//! What Redshift refuses of a user, though a laptop has none (AWS page: `CREATE USER`).

use redshift_sql::tree::{ExpressionKind, ObjectDefinition, ObjectKind, OptionValue, option_of};

use super::Refusal;

/// Checks CREATE USER and ALTER USER.
pub(super) fn check(definition: &ObjectDefinition) -> Result<(), Refusal> {
    if !matches!(definition.kind, ObjectKind::User) {
        return Ok(());
    }
    let name = definition.name.name().map_or("", |name| name.text.as_str());
    if name.eq_ignore_ascii_case("public") {
        return Err(Refusal::Value(
            "no user is called \"public\", which stands for all users: take another name"
                .to_owned(),
        ));
    }
    let option = option_of(&definition.options, "password");
    let Some(OptionValue::Literal(literal)) = option.and_then(|option| option.values.first())
    else {
        return Ok(());
    };
    let ExpressionKind::Text(password) = &literal.kind else {
        return Ok(());
    };
    let password: &str = password;
    // The rules are those of a password in clear text.
    if password.starts_with("md5") || password.starts_with("sha256|") {
        return Ok(());
    }
    let has = |wanted: fn(char) -> bool| password.chars().any(wanted);
    if (8..=64).contains(&password.chars().count())
        && has(|letter| letter.is_ascii_uppercase())
        && has(|letter| letter.is_ascii_lowercase())
        && has(|letter| letter.is_ascii_digit())
    {
        return Ok(());
    }
    Err(Refusal::Value(
        "a password has 8 to 64 characters, among them an upper case letter, a lower case letter and a number"
            .to_owned(),
    ))
}
