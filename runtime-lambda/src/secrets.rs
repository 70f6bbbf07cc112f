//! Secret parameters of a step: read from the port when its statements are submitted, and taken out of
//! every text that is kept of it.

use std::collections::HashSet;

use crate::error::ActionError;
use crate::ids::Hash;
use crate::parameters::literal;
use crate::plan::{ParameterType, Script};
use crate::ports::{Field, ResultPage};
use crate::run::Run;

/// What stands for a value.
const MASK: &str = "***";

/// So many characters of a value in a row are taken out wherever they stand: a service may cut what it
/// quotes. Of a shorter value, all of it.
const WINDOW: usize = 8;

/// Names and ARNs of the secrets that a script binds, in the plan's order.
fn of_script<'a>(run: &'a Run, script: &Script) -> Vec<(&'a str, &'a str)> {
    let bound: HashSet<&str> = script
        .sent()
        .flat_map(|statement| statement.parameters.iter().map(String::as_str))
        .collect();
    run.plan
        .parameters
        .iter()
        .filter(|(name, _)| bound.contains(name.as_str()))
        .filter_map(|(name, parameter)| Some((name.as_str(), parameter.secret.as_deref()?)))
        .collect()
}

/// The values of the secrets that a script binds, by parameter.
pub async fn values(run: &Run, script: &Script) -> Result<Vec<(String, String)>, ActionError> {
    let mut values = Vec::new();
    for (name, arn) in of_script(run, script) {
        let value = run.ports.secrets.value(name, arn).await?;
        if !ParameterType::String.accepts(&value) {
            return Err(ActionError::InvalidParameter(format!(
                "the secret of the parameter `{name}` is empty"
            )));
        }
        values.push((name.to_owned(), value));
    }
    Ok(values)
}

/// Takes the values of secrets out of texts.
#[derive(Debug, Default)]
pub struct Scrubber {
    secrets: Vec<Secret>,
}

/// A value as it is looked for: without case, because Redshift folds the case of names.
struct Secret {
    /// Length of the parts that are looked for, in characters.
    window: usize,
    parts: HashSet<Vec<char>>,
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Secret")
    }
}

fn folded(text: &str) -> Vec<char> {
    text.chars()
        .map(|character| character.to_lowercase().next().unwrap_or(character))
        .collect()
}

impl Scrubber {
    /// A scrubber of these values, and of how SQL and JSON write them.
    pub fn new<'a>(values: impl IntoIterator<Item = &'a str>) -> Self {
        let mut secrets = Vec::new();
        for value in values {
            let json = serde_json::Value::from(value).to_string();
            let json = json.trim_matches('"').to_owned();
            let mut forms = vec![
                value.to_owned(),
                literal(value),
                value.replace('\'', "''"),
                json,
            ];
            forms.sort();
            forms.dedup();
            for form in forms.iter().filter(|form| !form.is_empty()) {
                let characters = folded(form);
                let window = characters.len().min(WINDOW);
                let parts = characters.windows(window).map(<[char]>::to_vec).collect();
                secrets.push(Secret { window, parts });
            }
        }
        Self { secrets }
    }

    /// A scrubber of the secrets that a step's script binds, as they are and as they were before.
    ///
    /// # Errors
    /// They cannot be read.
    pub async fn of(run: &Run, script: &Hash) -> Result<Self, ActionError> {
        // Most pipelines have no secrets.
        let has_secrets = run
            .plan
            .parameters
            .values()
            .any(|known| known.secret.is_some());
        if script.is_empty() || !has_secrets {
            return Ok(Self::default());
        }
        let script = run.script(script).await?;
        let mut values = Vec::new();
        for (name, arn) in of_script(run, &script) {
            values.push(run.ports.secrets.value(name, arn).await?);
            values.extend(run.ports.secrets.earlier(name, arn).await?);
        }
        Ok(Self::new(values.iter().map(String::as_str)))
    }

    /// Whether there is nothing to take out.
    pub fn is_empty(&self) -> bool {
        self.secrets.is_empty()
    }

    /// The text without them.
    pub fn scrub(&self, text: &str) -> String {
        if self.is_empty() {
            return text.to_owned();
        }
        let original: Vec<char> = text.chars().collect();
        let characters = folded(text);
        let mut covered = vec![false; characters.len()];
        for secret in &self.secrets {
            for (start, part) in characters.windows(secret.window).enumerate() {
                if secret.parts.contains(part) {
                    covered
                        .iter_mut()
                        .skip(start)
                        .take(secret.window)
                        .for_each(|c| *c = true);
                }
            }
        }
        let mut scrubbed = String::with_capacity(text.len());
        let mut inside = false;
        for (character, covered) in original.iter().zip(&covered) {
            match (covered, inside) {
                (true, false) => scrubbed.push_str(MASK),
                (true, true) => {}
                (false, _) => scrubbed.push(*character),
            }
            inside = *covered;
        }
        scrubbed
    }

    /// Takes them out of the fields of a page. A field that has nothing of them stays what it is.
    pub fn scrub_page(&self, page: &mut ResultPage) {
        if self.is_empty() {
            return;
        }
        for field in page.records.iter_mut().flatten() {
            if matches!(field, Field::IsNull(_) | Field::BooleanValue(_)) {
                continue;
            }
            let Some(text) = crate::expectation::text(field) else {
                continue;
            };
            let scrubbed = self.scrub(&text);
            if scrubbed != text {
                *field = Field::StringValue(scrubbed);
            }
        }
    }
}

impl Run {
    /// A sentence about a step that a service has written, without the step's secrets. Where those
    /// cannot be read, all of it is withheld.
    pub async fn scrubbed(&self, step: &str, sentence: String) -> String {
        let scrubber = match self.planned(step) {
            Ok(planned) => Scrubber::of(self, &planned.script).await,
            Err(unknown) => Err(unknown),
        };
        match scrubber {
            Ok(scrubber) => scrubber.scrub(&sentence),
            Err(_) => {
                "the message is withheld: it may quote a secret that cannot be read now".to_owned()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_value_is_taken_out_in_every_form_that_it_is_quoted_in() {
        let scrubber = Scrubber::new(["it's \"Secret\" \\ 4711"]);
        for text in [
            "ERROR: invalid input syntax for integer: \"it's \"Secret\" \\ 4711\"",
            "near 'it''s \"Secret\" \\\\ 4711'",
            "{\"value\":\"it's \\\"Secret\\\" \\\\ 4711\"}",
            "relation IT'S \"SECRET\" \\ 4711",
            "cut: \"it's \"Secr",
        ] {
            let scrubbed = scrubber.scrub(text);
            assert!(!scrubbed.to_lowercase().contains("secr"), "{scrubbed}");
            assert!(scrubbed.contains(MASK), "{scrubbed}");
        }
    }

    #[test]
    fn texts_and_fields_without_a_value_stay_as_they_are() {
        let scrubber = Scrubber::new(["s3cr3t-token"]);
        assert_eq!(
            scrubber.scrub("ERROR: no such table"),
            "ERROR: no such table"
        );
        let mut page = ResultPage {
            columns: Vec::new(),
            records: vec![vec![
                Field::LongValue(7),
                Field::IsNull(true),
                Field::StringValue("Bearer s3cr3t-token".to_owned()),
            ]],
            total_rows: 1,
            next_token: None,
        };
        scrubber.scrub_page(&mut page);
        assert_eq!(
            page.records[0],
            [
                Field::LongValue(7),
                Field::IsNull(true),
                Field::StringValue("Bearer ***".to_owned()),
            ]
        );
        let mut number = ResultPage {
            records: vec![vec![Field::LongValue(471_100)]],
            ..page
        };
        Scrubber::new(["471100"]).scrub_page(&mut number);
        assert_eq!(number.records[0], [Field::StringValue(MASK.to_owned())]);
    }

    proptest! {
        #[test]
        fn no_value_is_left_in_any_text(
            value in "[a-zA-Z0-9'\\\\ ]{1,40}", before in "[^*]{0,20}", after in "[^*]{0,20}",
        ) {
            let scrubbed = Scrubber::new([value.as_str()]).scrub(&format!("{before}{value}{after}"));
            prop_assert!(!scrubbed.contains(&value));
        }
    }
}
