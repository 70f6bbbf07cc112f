//! What one state is asked.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use asl::definition::{JitterStrategy, Retrier, State};
use asl::interpreter::errors;
use asl::test_state::{
    FieldValidation, InspectionLevel, Mock, StateConfiguration, TestAnswer, TestRefusal,
    TestRequest, Visit,
};
use serde_json::{Value, json};

use super::choices::variants;
use super::limits::VerifyLimits;
use super::states::{mentions, recovery};
use super::{OwnAnswer, Question, own};

/// Longest test of a state ("TestState", Step Functions API reference).
const LONGEST: Duration = Duration::from_secs(300);

/// A task token that nobody waits for.
const TOKEN: &str = "the-token-of-a-test";

/// An error that no definition names.
const UNNAMED: &str = "Sfc.Verify.Unnamed";

/// A state, and what its questions are made of.
pub struct StateToAsk<'a> {
    pub definition: &'a str,
    pub name: &'a str,
    pub state: &'a State,
    pub limits: &'a VerifyLimits,
}

/// What is asked about a state.
#[derive(Default)]
pub struct QuestionsTaken {
    questions: Vec<Question>,
    known: HashSet<String>,
    alike: HashMap<String, usize>,
    /// Why a question was not taken.
    passed_over: Option<String>,
}

impl QuestionsTaken {
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
pub type NextVisits = HashMap<String, Visit>;

impl StateToAsk<'_> {
    /// What runs show about the state, and what its definition names.
    ///
    /// # Errors
    /// Why nothing can be asked.
    pub fn of_runs(
        &self,
        visits: &[Visit],
        reached: &mut NextVisits,
    ) -> Result<QuestionsTaken, String> {
        self.can_be_asked()?;
        let mut taken = QuestionsTaken::default();
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
    pub fn of_others(
        &self,
        visit: &Visit,
        reached: &mut NextVisits,
    ) -> Result<QuestionsTaken, String> {
        self.can_be_asked()?;
        let mut taken = QuestionsTaken::default();
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
    pub fn without_a_run(&self) -> Result<QuestionsTaken, String> {
        let is_fixed = matches!(
            self.state,
            State::Fail(_) | State::Succeed(_) | State::Pass(_)
        ) && !mentions(self.state, "{%");
        if !is_fixed {
            let runs = self.limits.runs;
            return Err(format!("none of {runs} simulated runs enters it"));
        }
        let mut taken = QuestionsTaken::default();
        let request = TestRequest {
            definition: self.definition.to_owned(),
            state_name: Some(self.name.to_owned()),
            inspection_level: InspectionLevel::Debug,
            role_arn: self.limits.role.clone(),
            ..TestRequest::default()
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

    /// Each way that the definition names. Of a choice that is what it compares. Of a task it is each retrier before
    /// its first retry and after its last, each catcher, and an error that none of them names.
    fn ask_for_ways(&self, taken: &mut QuestionsTaken, reached: &mut NextVisits, visit: &Visit) {
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
        taken: &mut QuestionsTaken,
        reached: &mut NextVisits,
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

    fn request(&self, visit: &Visit, mock: Option<Mock>) -> TestRequest {
        let mock = mock.map(|mock| Mock {
            field_validation_mode: self.validation(),
            ..mock
        });
        let is_error = mock
            .as_ref()
            .is_some_and(|mock| mock.error_output.is_some());
        TestRequest {
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

    /// The model of a service answers with the fields that the definitions read and with no others. So
    /// only the Lambda's answers are held against their API.
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
    fn is_spread(&self, own: &OwnAnswer) -> bool {
        let inside = own.answer.as_ref().ok();
        let inside = inside.and_then(|answer| answer.inspection.as_ref());
        let details = inside.and_then(|inside| inside.error_details.as_ref());
        let retrier = details.and_then(|details| recovery(self.state).0.get(details.retry_index?));
        retrier.is_some_and(|retrier| retrier.jitter_strategy == Some(JitterStrategy::Full))
    }

    /// Takes a question, unless enough like it are taken. Our answer, where it can be asked.
    fn take(
        &self,
        taken: &mut QuestionsTaken,
        what: String,
        request: TestRequest,
        is_retried: bool,
    ) -> Option<TestAnswer> {
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
            Err(TestRefusal::Unsupported { reason }) => {
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
mod tests;
