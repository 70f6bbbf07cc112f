//! From what runs did to what is asked about each state.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use asl::definition::{JitterStrategy, Retrier, State};
use asl::interpreter::errors;
use asl::test_state::{
    FieldValidation, InspectionLevel, Mock, Refusal, Request, StateConfiguration, Status, Visit,
};
use serde_json::{Value, json};
use simulate::Subject;

use super::played::play;
use super::states::{all, mentions, recovery};
use super::{Asked, Own, Question, own, type_name};
use crate::compile::Compiled;
use crate::machines::Machine;

/// Longest test of a state ("TestState", Step Functions API reference).
const LONGEST: Duration = Duration::from_secs(300);

/// A task token that nobody waits for.
const TOKEN: &str = "the-token-of-a-test";

/// An error that no definition names.
const UNNAMED: &str = "Sfc.Verify.Unnamed";

/// How much is asked.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Runs that are played.
    pub runs: u64,
    /// Questions with the same outcome about one state.
    pub alike: usize,
    /// The role that AWS tests with.
    pub role: Option<String>,
}

/// Every state of the pipeline's definitions with what it is asked, in the order of the documents.
#[must_use]
pub fn questions(compiled: &Compiled, subject: &Arc<Subject>, limits: &Limits) -> Vec<Asked> {
    let mut played = play(subject, limits.runs);
    let mut asked = Vec::new();
    for (machine, definition) in &compiled.machines.definitions {
        for (name, state) in all(&definition.machine) {
            let place = (definition.name.clone(), name.to_owned());
            let visits = played.remove(&place).unwrap_or_default();
            let about = About {
                definition: &definition.json,
                name,
                state,
                limits,
            };
            asked.push(about.asked(*machine, &visits));
        }
    }
    asked
}

/// One state.
struct About<'a> {
    definition: &'a str,
    name: &'a str,
    state: &'a State,
    limits: &'a Limits,
}

impl About<'_> {
    fn asked(&self, machine: Machine, visits: &[Visit]) -> Asked {
        let (questions, not_asked) = match self.questions(visits) {
            Ok(questions) => (questions, None),
            Err(reason) => (Vec::new(), Some(reason)),
        };
        Asked {
            machine,
            state: self.name.to_owned(),
            kind: type_name(self.state),
            questions,
            not_asked,
        }
    }

    /// # Errors
    /// Why nothing can be asked.
    fn questions(&self, visits: &[Visit]) -> Result<Vec<Question>, String> {
        let is_mocked = matches!(self.state, State::Task(_) | State::Map(_));
        if matches!(self.state, State::Parallel(_)) {
            return Err("a run does not show what each branch of a Parallel gave".to_owned());
        }
        if !is_mocked && mentions(self.state, "$states.context") {
            return Err(
                "it reads the context object, which TestState takes only beside a mock".to_owned(),
            );
        }
        if is_mocked && mentions(self.state, "$states.context.Map") {
            return Err(
                "it reads the context of an iteration, which TestState does not take".to_owned(),
            );
        }
        let mut taken = Taken::default();
        for visit in visits {
            let what = match &visit.outcome {
                None => "as in a run".to_owned(),
                Some(Ok(_)) => "is answered".to_owned(),
                Some(Err(error)) => {
                    format!("fails with {}", error.error.as_deref().unwrap_or("no name"))
                }
            };
            self.ask(
                &mut taken,
                what,
                self.request(visit, visit.mock()),
                visit.retries,
            );
        }
        if let Some(visit) = visits.first().filter(|_| is_mocked) {
            self.ask_for_errors(&mut taken, visit);
        }
        if visits.is_empty() {
            self.ask_without_a_run(&mut taken)?;
        }
        match (taken.questions.is_empty(), taken.passed_over) {
            (true, Some(reason)) => Err(reason),
            (true, None) => Err("nothing that a run gave it can be asked".to_owned()),
            (false, _) => Ok(taken.questions),
        }
    }

    /// Each retrier before its first retry and after its last, each catcher, and an error of no name of
    /// theirs.
    fn ask_for_errors(&self, taken: &mut Taken, visit: &Visit) {
        let (retriers, catchers) = recovery(self.state);
        let mut cases: Vec<(String, u64)> = Vec::new();
        for retrier in retriers {
            for error in named(&retrier.error_equals) {
                cases.push((error, 0));
            }
            let last = retrier.error_equals.first().map(|error| concrete(error));
            cases.extend(last.map(|error| (error, Retrier::attempts(retrier))));
        }
        for catcher in catchers {
            cases.extend(named(&catcher.error_equals).map(|error| (error, 0)));
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
            self.ask(taken, what, self.request(&visit, Some(mock)), retries);
        }
    }

    /// A state that needs nothing of a run can be asked without one.
    ///
    /// # Errors
    /// It needs something.
    fn ask_without_a_run(&self, taken: &mut Taken) -> Result<(), String> {
        let never = || {
            let runs = self.limits.runs;
            format!("none of {runs} simulated runs enters it")
        };
        let is_fixed = matches!(
            self.state,
            State::Fail(_) | State::Succeed(_) | State::Pass(_)
        ) && !mentions(self.state, "{%");
        if !is_fixed {
            return Err(never());
        }
        let request = Request {
            definition: self.definition.to_owned(),
            state_name: Some(self.name.to_owned()),
            inspection_level: InspectionLevel::Debug,
            role_arn: self.limits.role.clone(),
            ..Request::default()
        };
        self.ask(taken, "without a run".to_owned(), request, 0);
        Ok(())
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
        let inside = own
            .answer
            .as_ref()
            .ok()
            .and_then(|answer| answer.inspection.as_ref());
        let details = inside.and_then(|inside| inside.error_details.as_ref());
        let retrier = details.and_then(|details| recovery(self.state).0.get(details.retry_index?));
        retrier.is_some_and(|retrier| retrier.jitter_strategy == Some(JitterStrategy::Full))
    }

    /// Takes a question, unless enough like it are taken.
    fn ask(&self, taken: &mut Taken, what: String, request: Request, retries: u64) {
        if !taken.known.insert(format!("{request:?}")) {
            return;
        }
        let mut own = own(&request);
        own.is_spread = self.is_spread(&own);
        if own.waits > LONGEST {
            let (waits, longest) = (own.waits.as_secs(), LONGEST.as_secs());
            let reason = format!("it waits {waits} s, and TestState ends after {longest} s");
            taken.passed_over.get_or_insert(reason);
            return;
        }
        let outcome = match &own.answer {
            Err(Refusal::Unsupported { reason }) => {
                taken.passed_over.get_or_insert(reason.clone());
                return;
            }
            Err(refusal) => refusal.to_string(),
            Ok(answer) => format!(
                "{} {:?} {:?} {}",
                answer.status.name(),
                answer.next_state,
                answer.error,
                retries > 0
            ),
        };
        let what = match &own.answer {
            Ok(answer) if answer.status == Status::Succeeded && request.mock.is_none() => {
                match &answer.next_state {
                    Some(next) => format!("{what}, on to {next}"),
                    None => what,
                }
            }
            _ => what,
        };
        let alike = taken.alike.entry(outcome).or_default();
        if *alike < self.limits.alike {
            *alike += 1;
            taken.questions.push(Question { what, request, own });
        }
    }
}

/// What is asked about a state.
#[derive(Default)]
struct Taken {
    questions: Vec<Question>,
    known: HashSet<String>,
    alike: HashMap<String, usize>,
    /// Why a question was not taken.
    passed_over: Option<String>,
}

/// Errors by the names that match them.
fn named(error_equals: &[String]) -> impl Iterator<Item = String> + '_ {
    error_equals.iter().map(|error| concrete(error))
}

/// An error that this name matches.
fn concrete(error: &str) -> String {
    match error {
        errors::ALL | errors::TASK_FAILED => UNNAMED.to_owned(),
        error => error.to_owned(),
    }
}
