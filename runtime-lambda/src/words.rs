//! What a service says of a failure: the words in its description.

use serde_json::Value;

/// Most characters of a service's words that are kept.
const LONGEST: usize = 2_000;

/// Where descriptions of jobs and of failed functions have a sentence.
const SENTENCES: [&str; 3] = ["ErrorMessage", "StatusReason", "errorMessage"];

/// The words of a `Cause`: a sentence, or JSON that has one in it. That of an execution has the cause of its
/// own failure in it, which may be such JSON again.
pub fn of_cause(cause: &str) -> String {
    let described: Option<Value> = serde_json::from_str(cause).ok();
    let Some(Value::Object(description)) = described else {
        return cause.to_owned();
    };
    let text = |field: &str| {
        let text = description.get(field).and_then(Value::as_str);
        text.filter(|text| !text.is_empty())
    };
    if let Some(sentence) = SENTENCES.iter().find_map(|field| text(field)) {
        return sentence.to_owned();
    }
    match (text("Error"), text("Cause"), text("Status")) {
        (Some(error), Some(cause), _) => format!("{error}: {}", of_cause(cause)),
        (None, Some(cause), _) => of_cause(cause),
        (Some(error), None, _) => error.to_owned(),
        (None, None, Some(status)) => format!("its execution is {status}"),
        (None, None, None) => cause.to_owned(),
    }
}

/// As many of them as are kept.
pub fn cut(words: &str) -> String {
    words.chars().take(LONGEST).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_sentence_in_a_description_is_found() {
        let glue = r#"{"JobRunState":"FAILED","ErrorMessage":"no such table"}"#;
        assert_eq!(of_cause(glue), "no such table");
        assert_eq!(of_cause("plain \"quoted\""), "plain \"quoted\"");
        assert_eq!(of_cause(""), "");
        assert_eq!(of_cause("{}"), "{}");
        assert_eq!(of_cause("[1]"), "[1]");
    }

    #[test]
    fn an_execution_says_why_it_failed_however_deep_the_words_are() {
        let function = json!({ "errorType": "Sfc.Refused", "errorMessage": "no \"permission\"" });
        let execution = json!({
            "Cause": function.to_string(),
            "Error": "Sfc.Refused",
            "ExecutionArn": "arn:aws:states:us-east-1:1:execution:p-query:x",
            "Input": "{\"run\":\"r\"}",
            "Status": "FAILED",
        });
        assert_eq!(
            of_cause(&execution.to_string()),
            "Sfc.Refused: no \"permission\""
        );
        let silent = json!({ "Input": "{}", "Status": "TIMED_OUT" });
        assert_eq!(of_cause(&silent.to_string()), "its execution is TIMED_OUT");
        let named = json!({ "Error": "States.Runtime", "Status": "FAILED" });
        assert_eq!(of_cause(&named.to_string()), "States.Runtime");
    }

    #[test]
    fn words_are_cut_between_two_characters() {
        assert_eq!(cut(&"ö".repeat(3_000)).chars().count(), LONGEST);
    }
}
