//! What one state is asked.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use asl::definition::{JitterStrategy, Retrier, State};
use asl::interpreter::errors;
use asl::test_state::{
    Answer, FieldValidation, InspectionLevel, Mock, Refusal, Request, StateConfiguration, Visit,
};
use serde_json::{Value, json};

use super::choices::variants;
use super::questions::Limits;
use super::states::{mentions, recovery};
use super::{Own, Question, own};

/// Longest test of a state ("TestState", Step Functions API reference).
const LONGEST: Duration = Duration::from_secs(300);

/// A task token that nobody waits for.
const TOKEN: &str = "the-token-of-a-test";

/// An error that no definition names.
const UNNAMED: &str = "Sfc.Verify.Unnamed";

/// One state.
pub struct About<'a> {
    pub definition: &'a str,
    pub name: &'a str,
    pub state: &'a State,
    pub limits: &'a Limits,
}

/// What is asked about a state.
#[derive(Default)]
pub struct Taken {
    questions: Vec<Question>,
    known: HashSet<String>,
    alike: HashMap<String, usize>,
    /// Why a question was not taken.
    passed_over: Option<String>,
}

impl Taken {
    /// The questions.
    ///
    /// # Errors
    /// Why there are none.
    pub fn questions(self) -> Result<Vec<Question>, String> {
        if self.questions.is_empty() {
            let reason = self.passed_over;
            return Err(reason.unwrap_or_else(|| "nothing can be asked".to_owned()));
        }
        Ok(self.questions)
    }
}

/// Where answers lead to: what the next state would be given.
pub type Reached = HashMap<String, Visit>;

impl About<'_> {
    /// What runs show about the state, and what its definition names.
    ///
    /// # Errors
    /// Why nothing can be asked.
    pub fn of_runs(&self, visits: &[Visit], reached: &mut Reached) -> Result<Taken, String> {
        self.can_be_asked()?;
        let mut taken = Taken::default();
        let mut visits: Vec<&Visit> = visits.iter().collect();
        if matches!(self.state, State::Wait(_)) {
            visits.sort_by_cached_key(|visit| own(&self.request(visit, None)).waits);
        }
        for visit in &visits {
            let what = match &visit.outcome {
                None => "as in a run".to_owned(),
                Some(Ok(_)) => "is answered".to_owned(),
                Some(Err(error)) => {
                    format!("fails with {}", error.error.as_deref().unwrap_or("no name"))
                }
            };
            self.ask(&mut taken, reached, what, visit, visit.mock());
        }
        if let Some(visit) = visits.first() {
            self.ask_for_ways(&mut taken, reached, visit);
        }
        Ok(taken)
    }

    /// What the state does with what another state's answer would give it.
    ///
    /// # Errors
    /// Why nothing can be asked.
    pub fn of_others(&self, visit: &Visit, reached: &mut Reached) -> Result<Taken, String> {
        self.can_be_asked()?;
        let mut taken = Taken::default();
        let (what, mock) = match self.state {
            State::Task(task) if task.resource.contains(":lambda:invoke") => (
                "is answered with nothing",
                Some(Mock::result(r#"{"Payload": {}}"#)),
            ),
            State::Task(_) => ("is answered with nothing", Some(Mock::result("{}"))),
            State::Map(_) => ("is answered with nothing", Some(Mock::result("[]"))),
            _ => ("as another state would enter it", None),
        };
        self.ask(&mut taken, reached, what.to_owned(), visit, mock);
        self.ask_for_ways(&mut taken, reached, visit);
        Ok(taken)
    }

    /// A state that needs nothing of a run can be asked without one.
    ///
    /// # Errors
    /// It needs something.
    pub fn without_a_run(&self) -> Result<Taken, String> {
        let is_fixed = matches!(
            self.state,
            State::Fail(_) | State::Succeed(_) | State::Pass(_)
        ) && !mentions(self.state, "{%");
        if !is_fixed {
            let runs = self.limits.runs;
            return Err(format!("none of {runs} simulated runs enters it"));
        }
        let mut taken = Taken::default();
        let request = Request {
            definition: self.definition.to_owned(),
            state_name: Some(self.name.to_owned()),
            inspection_level: InspectionLevel::Debug,
            role_arn: self.limits.role.clone(),
            ..Request::default()
        };
        self.take(&mut taken, "without a run".to_owned(), request, false);
        Ok(taken)
    }

    /// # Errors
    /// What TestState cannot do, or what nobody can compare.
    fn can_be_asked(&self) -> Result<(), String> {
        let is_mocked = matches!(self.state, State::Task(_) | State::Map(_));
        let reason = if matches!(self.state, State::Parallel(_)) {
            "a run does not show what each branch of a Parallel gave"
        } else if !is_mocked && mentions(self.state, "$states.context") {
            "it reads the context object, which TestState takes only beside a mock"
        } else if is_mocked && mentions(self.state, "$states.context.Map") {
            "it reads the context of an iteration, which TestState does not take"
        } else {
            return Ok(());
        };
        Err(reason.to_owned())
    }

    /// Each way that the definition names: of a choice what it compares; of a task each retrier before its
    /// first retry and after its last, each catcher, and an error that none of them names.
    fn ask_for_ways(&self, taken: &mut Taken, reached: &mut Reached, visit: &Visit) {
        if let State::Choice(choice) = self.state {
            for (what, visit) in variants(choice, visit) {
                self.ask(taken, reached, what, &visit, None);
            }
        }
        if !matches!(self.state, State::Task(_) | State::Map(_)) {
            return;
        }
        let (retriers, catchers) = recovery(self.state);
        let mut cases: Vec<(String, u64)> = Vec::new();
        for retrier in retriers {
            let names = named(&retrier.error_equals).take(self.limits.alike);
            cases.extend(names.map(|error| (error, 0)));
            let attempts = Retrier::attempts(retrier);
            cases.extend(
                named(&retrier.error_equals)
                    .take(1)
                    .map(|error| (error, attempts)),
            );
        }
        for catcher in catchers {
            let names = named(&catcher.error_equals).take(self.limits.alike);
            cases.extend(names.map(|error| (error, 0)));
        }
        cases.push((UNNAMED.to_owned(), 0));
        for (error, retries) in cases {
            let mock = Mock::error(&error, "asked by sfc verify");
            let visit = Visit {
                retries,
                ..visit.clone()
            };
            let what = match retries {
                0 => format!("fails with {error}"),
                _ => format!("fails with {error} after {retries} retries"),
            };
            self.ask(taken, reached, what, &visit, Some(mock));
        }
    }

    /// Asks about a visit, and notes where the answer leads to.
    fn ask(
        &self,
        taken: &mut Taken,
        reached: &mut Reached,
        what: String,
        visit: &Visit,
        mock: Option<Mock>,
    ) {
        let request = self.request(visit, mock);
        let Some(answer) = self.take(taken, what, request, visit.retries > 0) else {
            return;
        };
        if let (Some(next), Some(output)) = (answer.next_state, answer.output) {
            let variables = answer.inspection.and_then(|inside| inside.variables);
            reached.entry(next.clone()).or_insert_with(|| Visit {
                state: next.into(),
                input: Arc::new(output),
                variables: Arc::new(variables.unwrap_or_default()),
                retries: 0,
                outcome: None,
                ..visit.clone()
            });
        }
    }

    fn request(&self, visit: &Visit, mock: Option<Mock>) -> Request {
        let mock = mock.map(|mock| Mock {
            field_validation_mode: self.validation(),
            ..mock
        });
        let is_error = mock
            .as_ref()
            .is_some_and(|mock| mock.error_output.is_some());
        Request {
            definition: self.definition.to_owned(),
            state_name: Some(self.name.to_owned()),
            input: Some(visit.input.to_string()),
            role_arn: self.limits.role.clone(),
            inspection_level: InspectionLevel::Debug,
            context: mock.is_some().then(|| self.context(visit).to_string()),
            variables: (!visit.variables.is_empty())
                .then(|| Value::Object(visit.variables.as_ref().clone()).to_string()),
            state_configuration: (is_error && visit.retries > 0).then(|| StateConfiguration {
                retrier_retry_count: Some(visit.retries),
                ..StateConfiguration::default()
            }),
            mock,
        }
    }

    /// What the model of a service answers has the fields that the definitions read and no others, so only
    /// the Lambda's answers are held against their API.
    fn validation(&self) -> FieldValidation {
        match self.state {
            State::Task(task) if task.resource.contains(":lambda:invoke") => {
                FieldValidation::Strict
            }
            _ => FieldValidation::None,
        }
    }

    fn context(&self, visit: &Visit) -> Value {
        let execution = &visit.execution;
        let time = |moment: jiff::Timestamp| format!("{moment:.3}");
        let role = self.limits.role.as_deref();
        let mut context = json!({
            "Execution": {
                "Id": execution.arn.as_ref(),
                "Input": execution.input.as_ref(),
                "Name": execution.name.as_ref(),
                "RoleArn": role.unwrap_or(&execution.role_arn),
                "StartTime": time(execution.start),
            },
            "State": {
                "EnteredTime": time(visit.entered),
                "Name": self.name,
                "RetryCount": visit.retries,
            },
            "StateMachine": {
                "Id": execution.machine_arn.as_ref(),
                "Name": execution.machine_name.as_ref(),
            },
        });
        let waits =
            matches!(self.state, State::Task(task) if task.resource.ends_with(".waitForTaskToken"));
        if let (true, Some(sections)) = (waits, context.as_object_mut()) {
            sections.insert("Task".to_owned(), json!({ "Token": TOKEN }));
        }
        context
    }

    /// Whether the retrier that covers the error has jitter.
    fn is_spread(&self, own: &Own) -> bool {
        let inside = own.answer.as_ref().ok();
        let inside = inside.and_then(|answer| answer.inspection.as_ref());
        let details = inside.and_then(|inside| inside.error_details.as_ref());
        let retrier = details.and_then(|details| recovery(self.state).0.get(details.retry_index?));
        retrier.is_some_and(|retrier| retrier.jitter_strategy == Some(JitterStrategy::Full))
    }

    /// Takes a question, unless enough like it are taken. Our answer, where it can be asked.
    fn take(
        &self,
        taken: &mut Taken,
        what: String,
        request: Request,
        is_retried: bool,
    ) -> Option<Answer> {
        if !taken.known.insert(format!("{request:?}")) {
            return None;
        }
        let mut own = own(&request);
        own.is_spread = self.is_spread(&own);
        if own.waits > LONGEST {
            let (waits, longest) = (own.waits.as_secs(), LONGEST.as_secs());
            let reason = format!("it waits {waits} s, and TestState ends after {longest} s");
            taken.passed_over.get_or_insert(reason);
            return None;
        }
        let outcome = match &own.answer {
            Err(Refusal::Unsupported { reason }) => {
                taken.passed_over.get_or_insert_with(|| reason.clone());
                return None;
            }
            Err(refusal) => refusal.to_string(),
            // Errors that the same retrier and catcher take are alike.
            Ok(answer) => {
                let inside = answer.inspection.as_ref();
                let details = inside.and_then(|inside| inside.error_details.as_ref());
                let (status, next) = (answer.status.name(), &answer.next_state);
                format!("{status} {next:?} {details:?} {is_retried}")
            }
        };
        let answer = own.answer.as_ref().ok().cloned();
        let alike = taken.alike.entry(outcome).or_default();
        if *alike < self.limits.alike {
            *alike += 1;
            taken.questions.push(Question { what, request, own });
        }
        answer
    }
}

/// Errors that these names match.
fn named(error_equals: &[String]) -> impl Iterator<Item = String> + '_ {
    error_equals.iter().map(|error| match error.as_str() {
        errors::ALL | errors::TASK_FAILED => UNNAMED.to_owned(),
        error => error.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    #![allow(
        clippy::unwrap_used,
        clippy::indexing_slicing,
        reason = "tests may stop"
    )]

    use asl::definition::StateMachine;
    use asl::interpreter::ExecutionInfo;
    use asl::test_state::Status;

    use super::*;

    const LIMITS: Limits = Limits {
        runs: 5,
        alike: 2,
        role: None,
    };

    fn visit(input: Value) -> Visit {
        let start = jiff::Timestamp::UNIX_EPOCH;
        Visit {
            execution: Arc::new(ExecutionInfo {
                arn: "arn:aws:states:us-east-1:000000000000:execution:m:e".into(),
                name: "e".into(),
                machine_arn: "arn:aws:states:us-east-1:000000000000:stateMachine:m".into(),
                machine_name: "m".into(),
                role_arn: "arn:aws:iam::000000000000:role/r".into(),
                start,
                input: Arc::default(),
                parent: None,
            }),
            state: "It".into(),
            entered: start,
            input: Arc::new(input),
            variables: Arc::default(),
            retries: 0,
            outcome: None,
        }
    }

    /// What the state is asked after this visit, and where its answers lead to.
    fn of(state: &Value, visit: Option<Visit>) -> (Result<Vec<Question>, String>, Reached) {
        let mut machine =
            json!({"QueryLanguage": "JSONata", "StartAt": "It", "States": {"It": state}});
        for other in ["Then", "Else"] {
            if state.to_string().contains(other) {
                machine["States"][other] = json!({"Type": "Succeed"});
            }
        }
        let definition = machine.to_string();
        let machine = StateMachine::from_json(&definition).unwrap();
        let about = About {
            definition: &definition,
            name: "It",
            state: machine.states.get("It").unwrap(),
            limits: &LIMITS,
        };
        let mut reached = Reached::new();
        let taken = match visit {
            Some(visit) => about.of_runs(&[visit], &mut reached),
            None => about.without_a_run(),
        };
        (taken.and_then(Taken::questions), reached)
    }

    fn refused(state: &Value, visit: Option<Visit>) -> String {
        of(state, visit).0.unwrap_err()
    }

    #[test]
    fn what_cannot_be_asked_is_named() {
        let given = || Some(visit(json!({})));
        let wait = json!({"Type": "Wait", "Seconds": 900, "Next": "Then"});
        assert_eq!(
            refused(&wait, given()),
            "it waits 900 s, and TestState ends after 300 s"
        );
        let choice = json!({"Type": "Choice", "Default": "Then", "Choices": [
            {"Condition": "{% $states.context.State.Name = 'x' %}", "Next": "Else"}]});
        assert!(refused(&choice, given()).starts_with("it reads the context object"));
        let task = json!({"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "End": true,
            "Arguments": {"Payload": "{% $states.context.Map.Item.Index %}"}});
        assert!(refused(&task, given()).starts_with("it reads the context of an iteration"));
        let parallel = json!({"Type": "Parallel", "Branches": [], "End": true});
        assert!(refused(&parallel, given()).contains("Parallel"));
        let pass = json!({"Type": "Pass", "Output": "{% $states.input %}", "End": true});
        assert_eq!(refused(&pass, None), "none of 5 simulated runs enters it");
    }

    #[test]
    fn a_fixed_state_needs_no_run() {
        let fail = json!({"Type": "Fail", "Error": "E", "Cause": "always the same"});
        let questions = of(&fail, None).0.unwrap();
        let answer = questions.first().unwrap().own.answer.as_ref().unwrap();
        assert_eq!(answer.cause.as_deref(), Some("always the same"));
    }

    #[test]
    fn a_choice_is_asked_for_each_of_its_ways() {
        let choice = json!({"Type": "Choice", "Default": "Else", "Choices": [
            {"Condition": "{% $states.input.next = 'go' %}", "Next": "Then", "Output": {"went": true}}]});
        let (questions, reached) = of(&choice, Some(visit(json!({"next": "stay"}))));
        assert!(questions.unwrap().len() >= 2);
        let then = reached.get("Then").unwrap();
        assert_eq!(*then.input, json!({"went": true}));
        assert!(reached.contains_key("Else"));
    }

    #[test]
    fn a_task_is_asked_for_its_retriers_and_catchers() {
        let task = json!({"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Next": "Then",
            "Retry": [{"ErrorEquals": ["Busy", "Slow", "Late"], "MaxAttempts": 2}],
            "Catch": [{"ErrorEquals": ["Busy", "Odd"], "Assign": {"why": "{% $states.errorOutput.Cause %}"},
                "Output": {}, "Next": "Else"}]});
        let mut answered = visit(json!({}));
        answered.outcome = Some(Ok(Arc::new(json!({"Payload": 1}))));
        let (questions, reached) = of(&task, Some(answered));
        let ends: Vec<(String, Status)> = questions
            .unwrap()
            .into_iter()
            .map(|question| (question.what, question.own.answer.unwrap().status))
            .collect();
        let expected = [
            ("is answered", Status::Succeeded),
            ("fails with Busy", Status::Retriable),
            ("fails with Slow", Status::Retriable),
            ("fails with Busy after 2 retries", Status::CaughtError),
            ("fails with Odd", Status::CaughtError),
            ("fails with Sfc.Verify.Unnamed", Status::Failed),
        ];
        assert_eq!(
            ends,
            expected.map(|(what, status)| (what.to_owned(), status))
        );
        let variables = &reached.get("Else").unwrap().variables;
        assert_eq!(variables.get("why"), Some(&json!("asked by sfc verify")));
    }
}
