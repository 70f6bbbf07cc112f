//! Events that could not be delivered, as they lie in the pipeline's queue, and what delivers them after
//! all.
//!
//! Whoever failed to deliver put them there. EventBridge's rules do so (AWS page: "Using
//! dead-letter queues to process undelivered events"), and so does its Scheduler. Lambda itself
//! does so, too: it gives up invocations by events after three tries. What lies there is the event,
//! or what a rule had made of it.

use jiff::Timestamp;
use runtime_lambda::keys::parse_statement_name;
use serde_json::{Value, json};

/// A message of the queue of undelivered events.
#[derive(Debug, Clone)]
pub struct Undelivered {
    /// Receipt handle by which SQS deletes the message.
    pub receipt: String,
    /// When it came into the queue.
    pub sent: Option<Timestamp>,
    /// Why it was not delivered, in the words of whoever gave it up.
    pub why: Option<String>,
    /// ARN of the target, if the message says it.
    pub target: Option<String>,
    /// The event, as JSON text.
    pub body: String,
}

/// Who is to have the event.
#[derive(Debug, Clone, PartialEq)]
pub enum UndeliveredKind {
    /// The Lambda, with this payload.
    Function(Value),
    /// An execution of the report's machine, with this input.
    Report(Value),
    /// An execution that is a run. Nobody starts it late without being asked.
    Run(Value),
    /// Nothing here knows what to do with it.
    Nobody,
}

impl Undelivered {
    /// Tells from the event what would deliver it again.
    #[must_use]
    pub fn delivery(&self, pipeline: &str) -> UndeliveredKind {
        let Ok(body) = serde_json::from_str::<Value>(&self.body) else {
            return UndeliveredKind::Nobody;
        };
        if body.get("action").is_some() || body.get("RequestType").is_some() {
            return UndeliveredKind::Function(body);
        }
        if body.get("look").is_some() {
            return UndeliveredKind::Report(body);
        }
        let detail = |field: &str| body.pointer(&format!("/detail/{field}")).cloned();
        let to_function = self
            .target
            .as_deref()
            .is_some_and(|target| target.contains(":function:"));
        match body.get("detail-type").and_then(Value::as_str) {
            Some("Step Functions Execution Status Change") => {
                let mut ended = json!({
                    "execution": detail("executionArn"),
                    "started": detail("startDate"),
                    "status": detail("status"),
                });
                if !to_function {
                    return UndeliveredKind::Report(ended);
                }
                if let Some(ended) = ended.as_object_mut() {
                    ended.insert("action".to_owned(), "answer_stack".into());
                    ended.insert("pipeline".to_owned(), pipeline.into());
                }
                UndeliveredKind::Function(ended)
            }
            Some("Redshift Data Statement Status Change") => UndeliveredKind::Function(json!({
                "action": "resume",
                "pipeline": pipeline,
                "statement_name": detail("statementName"),
                "statement_id": detail("statementId"),
                "state": detail("state"),
            })),
            Some(_) => UndeliveredKind::Nobody,
            None if body.get("execution").is_some() && body.get("status").is_some() => {
                UndeliveredKind::Report(body)
            }
            None if body.get("trigger").is_some() || body.get("parameters").is_some() => {
                UndeliveredKind::Run(body)
            }
            None => UndeliveredKind::Nobody,
        }
    }
}

impl UndeliveredKind {
    /// What the event is about, for people.
    #[must_use]
    pub fn words(&self) -> String {
        let text = |value: &Value, field: &str| {
            let text = value.get(field).and_then(Value::as_str);
            text.unwrap_or("?").to_owned()
        };
        match self {
            Self::Function(payload) => match text(payload, "action").as_str() {
                "resume" => {
                    let name = text(payload, "statement_name");
                    match parse_statement_name(&name) {
                        Some(named) => format!(
                            "the end of the statement of `{}` in the run {}",
                            named.step, named.run
                        ),
                        None => format!("the end of the statement {name}"),
                    }
                }
                "answer_stack" => {
                    format!(
                        "the answer to CloudFormation for {}",
                        text(payload, "execution")
                    )
                }
                "?" => "a request of CloudFormation".to_owned(),
                action => format!("the action `{action}`"),
            },
            Self::Report(input) if input.get("look").is_some() => {
                "a look for what did not happen".to_owned()
            }
            Self::Report(input) => format!(
                "the sweep of {}, which ended {}",
                text(input, "execution"),
                text(input, "status")
            ),
            Self::Run(_) => "a run that a trigger could not start".to_owned(),
            Self::Nobody => "something that sfc does not know".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(body: &Value, target: &str) -> UndeliveredKind {
        let message = Undelivered {
            receipt: "r".to_owned(),
            sent: None,
            why: None,
            target: Some(target.to_owned()),
            body: body.to_string(),
        };
        message.delivery("demo")
    }

    const FUNCTION: &str = "arn:aws:lambda:r:1:function:demo-actions";
    const MACHINE: &str = "arn:aws:states:r:1:stateMachine:demo-report";

    #[test]
    fn an_event_and_what_a_rule_made_of_it_come_to_the_same() {
        let made = json!({ "execution": "arn:e", "started": "t", "status": "ABORTED" });
        let event = json!({
            "detail-type": "Step Functions Execution Status Change",
            "detail": { "executionArn": "arn:e", "startDate": "t", "status": "ABORTED" },
        });
        let sweep = UndeliveredKind::Report(made.clone());
        assert_eq!(of(&made, MACHINE), sweep);
        assert_eq!(of(&event, MACHINE), sweep);
        assert_eq!(sweep.words(), "the sweep of arn:e, which ended ABORTED");
        let UndeliveredKind::Function(answer) = of(&event, FUNCTION) else {
            panic!("it is for the Lambda");
        };
        assert_eq!(answer["action"], "answer_stack");
    }

    #[test]
    fn the_end_of_a_statement_names_its_step() {
        let name = "demo/20261121T101500Z-01234567/load/1";
        let event = json!({
            "detail-type": "Redshift Data Statement Status Change",
            "detail": { "statementName": name, "statementId": "i", "state": "FINISHED" },
        });
        let resumed = of(&event, FUNCTION);
        assert_eq!(
            resumed.words(),
            "the end of the statement of `load` in the run 20261121T101500Z-01234567"
        );
        let made = json!({ "action": "resume", "pipeline": "demo", "statement_name": name, "statement_id": "i", "state": "FINISHED" });
        assert_eq!(of(&made, FUNCTION), resumed);
    }

    #[test]
    fn runs_and_strangers_are_told_apart() {
        let run = json!({ "trigger": "t", "parameters": {} });
        assert_eq!(of(&run, MACHINE), UndeliveredKind::Run(run.clone()));
        assert_eq!(of(&json!("x"), MACHINE), UndeliveredKind::Nobody);
    }
}
