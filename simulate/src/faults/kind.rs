//! The kinds of faults: what may go wrong at each port, and how often.

use std::collections::BTreeSet;

/// How often a kind happens in a seed that has switched it on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Chance {
    /// At some of the calls: 4, 20 or 80 in 1,000.
    Call,
    /// At some of the events, which are fewer: 2, 10 or 40 in 100.
    Event,
    /// At most once a run: 60 in 100.
    Run,
}

macro_rules! kinds {
    ($($kind:ident $name:literal $chance:ident $what:literal;)*) => {
        /// Something that may go wrong. A new kind comes last: what a seed draws for a kind hangs on its number.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum FaultKind {
            $(#[doc = $what] $kind,)*
        }

        impl FaultKind {
            /// Every kind in the order of its number.
            pub const ALL: &'static [Self] = &[$(Self::$kind,)*];

            /// Its name: the port, a dot, and what happens there.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$kind => $name,)*
                }
            }

            /// What happens, in a sentence.
            #[must_use]
            pub fn what(self) -> &'static str {
                match self {
                    $(Self::$kind => $what,)*
                }
            }

            /// How often it happens.
            pub(crate) fn chance(self) -> Chance {
                match self {
                    $(Self::$kind => Chance::$chance,)*
                }
            }
        }
    };
}

kinds! {
    LambdaThrottled "lambda.throttled" Call "Lambda refuses an invocation: too many at present, or the function has been idle for weeks and is made ready.";
    LambdaLostRequest "lambda.lost_request" Call "An invocation never reaches the Lambda.";
    LambdaLostAnswer "lambda.lost_answer" Call "The Lambda's answer is lost after its work is done.";
    LambdaGivesUp "lambda.gives_up" Call "Whoever invoked the Lambda stops waiting; the Lambda goes on.";
    LambdaKilled "lambda.killed" Call "The Lambda's process dies at a random moment, or while it waits for any answer.";
    LambdaTwice "lambda.twice" Call "An invocation is delivered twice, the second time perhaps minutes later.";
    LambdaSlowStart "lambda.slow_start" Call "The Lambda begins late, by up to two minutes.";
    LambdaCold "lambda.cold" Call "The Lambda is a new process, which has read no artifacts.";
    LambdaInFlight "lambda.in_flight" Call "A request that a Lambda sent before it died still takes effect.";
    ClockSkew "clock.skew" Call "The Lambda's clock is off by up to five seconds.";
    StoreGetUnavailable "store.get.unavailable" Call "The bucket does not answer a read.";
    StorePutBefore "store.put.before" Call "The bucket does not take a write.";
    StorePutAfter "store.put.after" Call "The answer to a write is lost.";
    StoreConflictBefore "store.put.conflict_before" Call "Another write was in flight: a conflict without a change.";
    StoreConflictAfter "store.put.conflict_after" Call "A write took effect and is answered with a conflict.";
    StoreSlow "store.slow" Call "The bucket takes up to a minute.";
    StoreFinishBefore "store.finish.before" Call "A large object cannot be finished.";
    StoreFinishAfter "store.finish.after" Call "The answer to the end of a large object is lost.";
    ExecuteThrottled "warehouse.execute.throttled" Call "The warehouse takes no more statements at present.";
    ExecuteBefore "warehouse.execute.before" Call "A submission never reaches the warehouse.";
    ExecuteAfter "warehouse.execute.after" Call "The answer to a submission is lost.";
    DescribeUnavailable "warehouse.describe.unavailable" Call "A question about a statement is not answered.";
    CancelBefore "warehouse.cancel.before" Call "A cancellation never reaches the warehouse.";
    CancelAfter "warehouse.cancel.after" Call "The answer to a cancellation is lost.";
    CancelSlow "warehouse.cancel.slow" Event "A statement takes minutes to be cancelled.";
    CancelNever "warehouse.cancel.never" Event "A statement that is cancelled goes on to its own end.";
    FindUnavailable "warehouse.find.unavailable" Call "The list of statements is not answered.";
    FindStale "warehouse.find.stale" Call "The list of statements lacks the newest ones.";
    ResultUnavailable "warehouse.result.unavailable" Call "A page of a result is not answered.";
    WarehouseSlow "warehouse.slow" Call "The warehouse takes up to a minute to answer.";
    StatementFails "statement.fails" Event "A statement fails by its own mistake.";
    StatementTransient "statement.transient" Event "A statement fails with an error that passes: a conflict of transactions.";
    StatementEndless "statement.endless" Call "A statement runs past its step's limit.";
    ResultWrong "statement.wrong_result" Call "A result is not what its step expects.";
    NotifierBefore "topic.before" Event "A message never reaches the topic.";
    NotifierAfter "topic.after" Event "The answer to a message is lost.";
    ExecutionsBefore "executions.before" Call "A task token never reaches Step Functions.";
    ExecutionsAfter "executions.after" Call "The answer to a task token is lost.";
    StartThrottled "executions.start.throttled" Call "Step Functions starts no child at present.";
    StartAfter "executions.start.after" Call "A child starts, and the answer to its start is lost.";
    ChildTimesOut "executions.child.times_out" Call "The time of an execution runs out that another one awaits.";
    BusLost "bus.lost" Event "The event of a statement's end is lost.";
    BusLate "bus.late" Event "The event of a statement's end is late.";
    BusTwice "bus.twice" Event "The event of a statement's end comes twice.";
    BusEarly "bus.early" Event "The event of a statement's end comes before the warehouse says so.";
    RunAbort "run.abort" Run "Somebody stops the run's execution.";
    RunTimesOut "run.times_out" Run "The time of the run's execution runs out.";
    ChildrenLate "children.late" Event "Children of a stopped execution are stopped late.";
    ChildrenNever "children.never" Event "Children of a stopped execution are never stopped.";
    SweepTwice "sweep.twice" Run "The event of the execution's end comes twice.";
    SweepLate "sweep.late" Run "The event of the execution's end comes minutes late.";
    SweepFails "sweep.fails" Run "All deliveries of a sweep fail, and hours later somebody stops the run.";
    JobFails "job.fails" Event "A job of another service fails.";
    JobStartThrottled "job.start.throttled" Call "A service starts no job at present.";
    JobStartAfter "job.start.after" Call "A job starts, and the answer to its start is lost.";
    SecondRun "run.second" Run "A second run starts while the first goes on.";
    TriggerTwice "trigger.twice" Run "The event that starts the run comes twice.";
    Deploy "stack.deploy" Run "The stack is deployed anew in the middle of the run: what starts from then on has other definitions.";
    Resume "run.resume" Run "Somebody resumes the run after it has ended.";
    SweepLost "sweep.lost" Run "The event of the execution's end is lost, and an hour later somebody stops the run.";
    StackCreate "stack.create" Run "CloudFormation makes the stack first, and waits for the steps of a deploy.";
    StackUpdate "stack.update" Run "CloudFormation changes the stack in the middle of the run, and waits for the steps of a deploy.";
    StackDelete "stack.delete" Run "CloudFormation deletes the stack at last, and waits for the steps of that.";
    StackTwice "stack.request.twice" Event "A request of CloudFormation comes twice.";
    StackLate "stack.request.late" Event "A request of CloudFormation comes minutes late.";
    StackAnswerBefore "stack.answer.before" Call "An answer never reaches CloudFormation.";
    StackAnswerAfter "stack.answer.after" Call "CloudFormation has heard an answer and does not say so.";
    CrawlerLook "crawler.look" Call "A question about a crawler is not answered.";
    CrawlerStop "crawler.stop" Call "A crawler's stop never reaches Glue.";
    JobEndless "job.endless" Event "A job runs past its step's limit.";
    JobStopSlow "job.stop.slow" Event "A service takes up to two minutes to stop a job.";
    SecretsUnavailable "secrets.unavailable" Call "A secret cannot be read at present.";
}

impl FaultKind {
    /// The kinds that a name stands for: one of them, or all of a port (`lambda`, `store.put`).
    #[must_use]
    pub fn named(name: &str) -> Vec<Self> {
        let behind = format!("{name}.");
        Self::ALL
            .iter()
            .copied()
            .filter(|kind| kind.name() == name || kind.name().starts_with(&behind))
            .collect()
    }

    /// The names that stand for several kinds: ports and their parts, which is what names have before a dot.
    #[must_use]
    pub fn ports() -> BTreeSet<&'static str> {
        let names = Self::ALL.iter().map(|kind| kind.name());
        let before_dots = |name: &'static str| {
            let dots = name.match_indices('.');
            dots.filter_map(move |(dot, _)| name.get(..dot))
        };
        names.flat_map(before_dots).collect()
    }

    /// Whether it is no fault of the machinery: the run may end without success because of it.
    pub(crate) fn is_of_the_work(self) -> bool {
        matches!(
            self,
            Self::StatementFails
                | Self::StatementTransient
                | Self::StatementEndless
                | Self::ResultWrong
                | Self::JobFails
                | Self::JobEndless
                | Self::RunAbort
                | Self::RunTimesOut
                | Self::SecondRun
                | Self::Resume
                | Self::StackCreate
                | Self::StackUpdate
                | Self::StackDelete
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_stands_for_one_kind_or_for_a_port() {
        assert_eq!(FaultKind::named("lambda.twice"), [FaultKind::LambdaTwice]);
        assert_eq!(
            FaultKind::named("topic"),
            [FaultKind::NotifierBefore, FaultKind::NotifierAfter]
        );
        assert!(FaultKind::named("top").is_empty());
    }

    #[test]
    fn every_port_stands_for_kinds() {
        let ports = FaultKind::ports();
        for port in ["lambda", "store", "store.put", "stack.request"] {
            assert!(ports.contains(port), "{port}: {ports:?}");
        }
        assert!(!ports.contains("lambda.twice"), "{ports:?}");
        for port in ports {
            assert!(!FaultKind::named(port).is_empty(), "{port}");
        }
    }
}
