//! Text of a template that CloudFormation fills in (AWS page: "Intrinsic function reference").

use serde::Serialize;

/// Text, as it stands or filled in when the stack is made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Text {
    /// Text that CloudFormation takes as it stands.
    Literal(String),
    /// What CloudFormation makes of it.
    Intrinsic(Intrinsic),
}

/// An intrinsic function of CloudFormation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum Intrinsic {
    /// A parameter, a pseudo parameter, or what identifies a resource.
    #[serde(rename = "Ref")]
    Reference(String),
    /// An attribute of a resource.
    #[serde(rename = "Fn::GetAtt")]
    Attribute(String, String),
    /// Text with `${…}` in it.
    #[serde(rename = "Fn::Sub")]
    Substitution(String),
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self::Literal(text.to_owned())
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self::Literal(text)
    }
}

/// What identifies the resource or parameter of this logical id.
pub fn reference(logical_id: &str) -> Text {
    Text::Intrinsic(Intrinsic::Reference(logical_id.to_owned()))
}

/// An attribute of the resource of this logical id.
pub fn attribute(logical_id: &str, name: &str) -> Text {
    Text::Intrinsic(Intrinsic::Attribute(logical_id.to_owned(), name.to_owned()))
}

/// Text in which `${…}` is filled in. What is not meant so must be [`escaped`].
pub fn substitution(text: impl Into<String>) -> Text {
    Text::Intrinsic(Intrinsic::Substitution(text.into()))
}

/// `text` such that a substitution leaves it as it is.
pub fn escaped(text: &str) -> String {
    text.replace("${", "${!")
}

/// An ARN of this account and Region: the rest of it, `service` first, is a substitution's text.
pub fn arn(service: &str, resource: &str) -> Text {
    substitution(format!(
        "arn:${{AWS::Partition}}:{service}:${{AWS::Region}}:${{AWS::AccountId}}:{resource}"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_written_as_cloudformation_reads_it() {
        let json = |text: Text| serde_json::to_string(&text).unwrap();
        assert_eq!(json("a".into()), r#""a""#);
        assert_eq!(json(reference("Topic")), r#"{"Ref":"Topic"}"#);
        assert_eq!(
            json(attribute("Function", "Arn")),
            r#"{"Fn::GetAtt":["Function","Arn"]}"#
        );
        assert_eq!(
            json(arn("states", &escaped("stateMachine:${x}"))),
            r#"{"Fn::Sub":"arn:${AWS::Partition}:states:${AWS::Region}:${AWS::AccountId}:stateMachine:${!x}"}"#
        );
    }
}
