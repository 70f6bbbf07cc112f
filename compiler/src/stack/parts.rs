//! What a stack is made of: a table of every kind of resource, with its logical id, when it is there and what it is
//! for.
//!
//! A template takes a resource under an id of this table alone, so none is without a sentence. The reference is made
//! from the table; a test holds it against the templates of all examples.

/// Where a form takes what tells the resources of a kind apart.
const HOLE: (char, char) = ('<', '>');

/// The logical id of a resource, of a kind of this table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogicalId(String);

impl LogicalId {
    /// The id as the template has it.
    #[must_use]
    pub fn into_text(self) -> String {
        self.0
    }
}

impl From<StackPart> for LogicalId {
    fn from(part: StackPart) -> Self {
        Self(part.form().to_owned())
    }
}

macro_rules! parts {
    ($($(#[doc = $purpose:literal])+ $part:ident = $form:literal, $kind:literal, $exists:literal;)+) => {
        /// A kind of resource.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum StackPart {
            $(
                $(#[doc = $purpose])+
                $part,
            )+
        }

        impl StackPart {
            /// Every kind, in the order of the reference.
            pub const ALL: &'static [Self] = &[$(Self::$part,)+];

            /// Its logical id; where there may be several, with what tells them apart as `<n>` or `<machine>`.
            #[must_use]
            pub const fn form(self) -> &'static str {
                match self {
                    $(Self::$part => $form,)+
                }
            }

            /// Its type in CloudFormation.
            #[must_use]
            pub const fn kind(self) -> &'static str {
                match self {
                    $(Self::$part => $kind,)+
                }
            }

            /// When a stack has it, in Markdown.
            #[must_use]
            pub const fn exists(self) -> &'static str {
                match self {
                    $(Self::$part => $exists,)+
                }
            }

            /// What it is for, in Markdown.
            #[must_use]
            pub const fn purpose(self) -> &'static str {
                match self {
                    $(Self::$part => concat!($($purpose),+),)+
                }
            }
        }
    };
}

parts! {
    /// Keeps states, results, manifests and pages of runs: private, TLS only, encrypted. It is kept when the stack is
    /// deleted, unless `stack.data.retain` is false. Half-done uploads go after a day.
    DataBucket = "DataBucket", "AWS::S3::Bucket", "without `stack.data.bucket`";

    /// Refuses whoever does not use TLS.
    DataBucketPolicy = "DataBucketPolicy", "AWS::S3::BucketPolicy", "without `stack.data.bucket`";

    /// Tells people how runs end; alarms publish to it, too.
    Topic = "Topic", "AWS::SNS::Topic", "always";

    /// Refuses whoever does not use TLS, and lets the account's alarms publish.
    TopicPolicy = "TopicPolicy", "AWS::SNS::TopicPolicy", "always";

    /// Sends what the topic is told to an address.
    Subscription = "Subscription<n>", "AWS::SNS::Subscription", "for each `email` of `notify`, and, with `alarms`, \
        each `mail` that hears of failures";

    /// Keeps events that could not be delivered for 14 days, encrypted; `sfc undelivered` shows them.
    Undelivered = "Undelivered", "AWS::SQS::Queue", "always";

    /// Lets the account's rules send what they could not deliver to the queue.
    UndeliveredPolicy = "UndeliveredPolicy", "AWS::SQS::QueuePolicy", "always";

    /// What the Lambda may do: what its actions call, on what this pipeline has.
    FunctionRole = "FunctionRole", "AWS::IAM::Role", "always";

    /// The log of the Lambda.
    FunctionLogs = "FunctionLogs", "AWS::Logs::LogGroup", "always";

    /// The Lambda with every action of a run: `provided.al2023`, at most 15 minutes a call.
    Function = "Function", "AWS::Lambda::Function", "always";

    /// Runs the containers of RSQL scripts, on Fargate.
    RsqlComputeEnvironment = "RsqlComputeEnvironment", "AWS::Batch::ComputeEnvironment",
        "where `rsql.queue` says how to make it";

    /// The job queue of RSQL scripts.
    RsqlQueue = "RsqlQueue", "AWS::Batch::JobQueue", "where `rsql.queue` says how to make it";

    /// The log of RSQL scripts.
    RsqlLogs = "RsqlLogs", "AWS::Logs::LogGroup", "where `rsql.definition` says how to make it";

    /// With it Fargate pulls the image, starts the container and writes the log.
    RsqlExecutionRole = "RsqlExecutionRole", "AWS::IAM::Role", "where `rsql.definition` says how to make it";

    /// With it the container reads its script and connects to the warehouse.
    RsqlJobRole = "RsqlJobRole", "AWS::IAM::Role", "where `rsql.definition` says how to make it";

    /// The job definition of RSQL scripts.
    RsqlDefinition = "RsqlDefinition", "AWS::Batch::JobDefinition", "where `rsql.definition` says how to make it";

    /// The errors of all state machines.
    StateMachineLogs = "StateMachineLogs", "AWS::Logs::LogGroup", "always";

    /// What every state machine may do: write its log and send its traces.
    StateMachineObservability = "StateMachineObservability", "AWS::IAM::ManagedPolicy", "always";

    /// What a state machine may do: what its definition calls, and no more.
    StateMachineRole = "<machine>StateMachineRole", "AWS::IAM::Role", "always, one for each state machine";

    /// Runs a step.
    QueryStateMachine = "QueryStateMachine", "AWS::StepFunctions::StateMachine", "always";

    /// Stops a step.
    QueryTimeoutStateMachine = "QueryTimeoutStateMachine", "AWS::StepFunctions::StateMachine", "always";

    /// Runs a lane: one step after the other.
    QueryLoopStateMachine = "QueryLoopStateMachine", "AWS::StepFunctions::StateMachine", "always";

    /// Is a run: the machine to start.
    RetryStateMachine = "RetryStateMachine", "AWS::StepFunctions::StateMachine", "always";

    /// Writes the page of a run and tells people of its end; looks and the sweep start it, too.
    ReportStateMachine = "ReportStateMachine", "AWS::StepFunctions::StateMachine", "always";

    /// Runs a backfill: a run for each of several values.
    BackfillStateMachine = "BackfillStateMachine", "AWS::StepFunctions::StateMachine", "always";

    /// Lets the rule of the sweep start the report's state machine, and nothing else.
    SweepRuleRole = "SweepRuleRole", "AWS::IAM::Role", "always";

    /// The sweep: has every run looked after that did not end by itself, for hours if need be.
    SweepRule = "SweepRule", "AWS::Events::Rule", "always";

    /// Resumes steps when the Data API reports the end of their statements.
    CompletionRule = "CompletionRule", "AWS::Events::Rule", "without `completion: poll`";

    /// Lets the rule of statements call the Lambda.
    CompletionPermission = "CompletionPermission", "AWS::Lambda::Permission", "without `completion: poll`";

    /// The custom resource that has steps run when the stack is deployed or deleted, or a run of the trigger.
    StackRuns = "StackRuns", "Custom::SfcStackRuns", "with steps for a deploy (`when`) or a trigger `deploy`";

    /// Tells CloudFormation how the run has ended that it waits for.
    AnswerRule = "AnswerRule", "AWS::Events::Rule", "with steps for a deploy (`when`)";

    /// Lets the rule of runs for a deploy call the Lambda.
    AnswerPermission = "AnswerPermission", "AWS::Lambda::Permission", "with steps for a deploy (`when`)";

    /// Starts runs: in UTC, for an object, or for an event.
    TriggerRule = "Trigger<n>", "AWS::Events::Rule",
        "for each trigger `object` or `event`, and each `schedule` without `timezone`";

    /// Starts runs at the hours of a time zone.
    TriggerSchedule = "Trigger<n>", "AWS::Scheduler::Schedule", "for each trigger `schedule` with `timezone`";

    /// Lets the rules of triggers start a run, and nothing else.
    TriggerRulesRole = "TriggerRulesRole", "AWS::IAM::Role", "where a trigger is a rule";

    /// Lets the schedules of triggers start a run, and nothing else.
    TriggerSchedulesRole = "TriggerSchedulesRole", "AWS::IAM::Role", "where a trigger is a schedule of a time zone";

    /// Looks whether the run that was expected by a moment has finished.
    ExpectedBy = "ExpectedBy<n>", "AWS::Scheduler::Schedule", "with `expect_by`";

    /// Looks every hour whether steps are fresh; the alarm on looks counts it.
    HourlyLook = "HourlyLook", "AWS::Scheduler::Schedule", "with `expect_by` or `fresh`";

    /// Lets the schedules of looks start the report's state machine, and nothing else.
    LooksRole = "LooksRole", "AWS::IAM::Role", "with `expect_by` or `fresh`";

    /// Rings when a run failed.
    RunFailedAlarm = "RunFailedAlarm", "AWS::CloudWatch::Alarm", "with `alarms`";

    /// Rings when a run exceeded its limit.
    RunTimedOutAlarm = "RunTimedOutAlarm", "AWS::CloudWatch::Alarm", "with `alarms`";

    /// Rings when Step Functions slows runs down.
    RunThrottledAlarm = "RunThrottledAlarm", "AWS::CloudWatch::Alarm", "with `alarms`";

    /// Rings when a report, a message or a look failed.
    ReportFailedAlarm = "ReportFailedAlarm", "AWS::CloudWatch::Alarm", "with `alarms`";

    /// Rings when too many Lambda functions run in the account.
    FunctionThrottledAlarm = "FunctionThrottledAlarm", "AWS::CloudWatch::Alarm", "with `alarms`";

    /// Rings when an event could not be delivered.
    EventsUndeliveredAlarm = "EventsUndeliveredAlarm", "AWS::CloudWatch::Alarm", "with `alarms`";

    /// Rings when the Lambda fails for a quarter of an hour for another reason than a step's.
    FunctionErrorsAlarm = "FunctionErrorsAlarm", "AWS::CloudWatch::Alarm", "with `alarms`";

    /// Rings when nobody looked for three hours whether what is expected has happened. It rings once when it is made,
    /// until the first look, minutes later.
    LookMissingAlarm = "LookMissingAlarm", "AWS::CloudWatch::Alarm",
        "with `alarms`, and `expect_by` or `fresh`";

    /// Shows how runs and steps end, how long runs take, and how the Lambda is.
    Dashboard = "Dashboard", "AWS::CloudWatch::Dashboard", "with `dashboard`";
}

impl StackPart {
    /// The logical id of the resource of this kind that `which` tells from the others.
    #[must_use]
    pub fn of(self, which: &str) -> LogicalId {
        let (open, close) = HOLE;
        let form = self.form();
        match form.split_once(open) {
            None => self.into(),
            Some((before, rest)) => {
                let after = rest.split_once(close).map_or("", |(_, after)| after);
                LogicalId(format!("{before}{which}{after}"))
            }
        }
    }

    /// Whether a resource of this logical id and type is one of this kind.
    #[must_use]
    pub fn is(self, logical_id: &str, kind: &str) -> bool {
        let (open, close) = HOLE;
        let form = self.form();
        let is_named = match form.split_once(open) {
            None => logical_id == form,
            Some((before, rest)) => {
                let (hole, after) = rest.split_once(close).unwrap_or((rest, ""));
                let which = logical_id
                    .strip_prefix(before)
                    .and_then(|rest| rest.strip_suffix(after));
                which.is_some_and(|which| {
                    let is_number = which.bytes().all(|byte| byte.is_ascii_digit());
                    !which.is_empty() && is_number == (hole == "n")
                })
            }
        };
        is_named && kind == self.kind()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_logical_id_is_made_from_its_form_and_known_by_it() {
        assert_eq!(
            LogicalId::from(StackPart::Topic),
            LogicalId("Topic".to_owned())
        );
        assert_eq!(
            StackPart::TriggerRule.of("3"),
            LogicalId("Trigger3".to_owned())
        );
        assert_eq!(
            StackPart::StateMachineRole.of("Query").into_text(),
            "QueryStateMachineRole"
        );
        let rule = "AWS::Events::Rule";
        assert!(StackPart::TriggerRule.is("Trigger12", rule));
        assert!(!StackPart::TriggerSchedule.is("Trigger12", rule));
        assert!(!StackPart::TriggerRule.is("Trigger", rule));
        assert!(!StackPart::TriggerRule.is("TriggerRulesRole", rule));
        assert!(!StackPart::Topic.is("TopicPolicy", "AWS::SNS::Topic"));
    }
}
