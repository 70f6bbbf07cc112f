//! A backfill in AWS: one execution starts the runs and goes on without this machine. What is shown comes from
//! the names of executions, which Step Functions keeps for 90 days, and from the states of the runs.

mod executions;

use std::collections::HashMap;
use std::time::Duration;

use jiff::Timestamp;
use runtime_lambda::plan::{Overlap, Plan};
use runtime_lambda::protocol::{BackfillInput, BackfillValue, RunInput};
use runtime_lambda::{field, keys};
use serde_json::{Value, json};

use self::executions::{ExecutionNames, LastRun};
use super::Arguments;
use super::board::Board;
use super::grid::ValueStanding;
use super::values::Series;
use crate::aws::Aws;
use crate::commands::account::{Account, output};
use crate::commands::choosing::{self, nothing};
use crate::commands::runs::in_aws::InAws;
use crate::commands::runs::{Brief, Runs, RunsOf};
use crate::commands::runs::{start, watch};
use crate::commands::session::{self, EarlyEnd, command_line};
use crate::commands::{compiled, plural};
use crate::compile::Overrides;
use crate::deploy::definitions;
use crate::deploy::stack::DeployedStack;
use crate::diagnostic::Code;
use crate::execution::{AwsExecution, AwsExecutionStatus};
use crate::exit::Exit;
use crate::machines::{MOST_VALUES, Machine};
use crate::printer::Printer;

/// Pause between two looks at the executions.
const PAUSE: Duration = Duration::from_secs(3);

/// Executions among which earlier backfills are searched for.
const SEARCHED: usize = 1_000;

/// Most bytes of what an execution is started with (AWS page: "Step Functions service quotas").
const MOST_BYTES: usize = 262_144;

/// What a backfill in AWS can be told.
#[derive(Debug, clap::Args)]
pub struct There {
    /// In AWS, by one execution that goes on without this machine; a build without local runs knows no other.
    #[arg(long)]
    #[cfg_attr(feature = "local", arg(conflicts_with_all = ["fail_fast", "allow_outside"]))]
    pub(super) aws: bool,
    /// In AWS: shows the backfill until it has ended.
    #[arg(long)]
    #[cfg_attr(feature = "local", arg(requires = "aws"))]
    watch: bool,
    /// In AWS: stops the backfill that goes on, and its runs.
    #[arg(long, conflicts_with_all = ["watch", "again"])]
    #[cfg_attr(feature = "local", arg(requires = "aws"))]
    stop: bool,
    /// Where in AWS.
    #[command(flatten)]
    account: Account,
}

/// Starts the backfill, or shows or stops the one that goes on.
pub fn in_aws(arguments: &Arguments, printer: &Printer) -> Exit {
    let path = &arguments.at.path;
    let environment = arguments.at.environment.clone();
    let compiled = compiled(path, environment.as_deref(), Overrides::default(), printer);
    let plan = match compiled {
        Ok((_, compiled)) => compiled.plan,
        Err(exit) => return exit,
    };
    let choice = match arguments.choosing.choice(printer) {
        Ok(choice) => choice,
        Err(exit) => return exit,
    };
    session::block_on(printer, async {
        let series = Series::of(&plan, &arguments.parameters).map_err(|diagnostics| EarlyEnd {
            exit: Exit::BadInput,
            diagnostics,
        })?;
        let count = series.values.len();
        if count as u64 > MOST_VALUES {
            return Err(too_much(&format!("the backfill has {count} values")));
        }
        let of = RunsOf {
            path: path.clone(),
            environment,
            local: false,
            account: arguments.there.account.clone(),
        };
        let runs = Runs::open_to_change(&of, printer).await?;
        let Some(InAws { aws, stack, .. }) = runs.in_aws() else {
            return Ok(Exit::Trouble);
        };
        let machine = |machine| machine_of(stack, machine);
        let steps = start::part(&runs, &choice, &plan).await?;
        if let Some(names) = &steps {
            if names.is_empty() {
                return Ok(nothing(printer));
            }
            start::knows_steps(stack)?;
            printer.note(&choosing::in_words(&plan, names));
        }
        let backfill = Backfill {
            arguments,
            plan: &plan,
            names: ExecutionNames::of(&series, steps.as_deref()),
            board: board(&series, arguments, printer),
            series,
            steps,
            runs: &runs,
            aws,
            machine: machine(Machine::Backfill)?,
            run_machine: machine(Machine::Run)?,
            printer,
        };
        backfill.operate().await
    })
}

fn board(series: &Series, arguments: &Arguments, printer: &Printer) -> Board {
    let shows = arguments.there.watch && !arguments.json;
    let values = series.values.iter().map(|value| (value.clone(), None));
    Board::new(*printer, shows, values.collect())
}

fn machine_of(stack: &DeployedStack, machine: Machine) -> Result<&str, EarlyEnd> {
    // Nothing at all is there of a deploy that did not come about.
    output(stack, definitions::output(Machine::Run))?;
    let arn = stack.outputs.get(definitions::output(machine));
    arn.map(String::as_str)
        .ok_or_else(|| start::too_old(stack, "backfills"))
}

fn too_much(sentence: &str) -> EarlyEnd {
    EarlyEnd::with(
        Exit::BadInput,
        command_line(Code::BackfillTooLong, sentence)
            .note(format!(
                "one execution runs at most {MOST_VALUES} values, and takes at most {MOST_BYTES} bytes"
            ))
            .help("start several backfills, one after the other"),
    )
}

struct Backfill<'a> {
    arguments: &'a Arguments,
    plan: &'a Plan,
    series: Series,
    steps: Option<Vec<String>>,
    names: ExecutionNames,
    board: Board,
    runs: &'a Runs,
    aws: &'a Aws,
    /// ARN of the machine whose executions are backfills.
    machine: &'a str,
    /// ARN of the machine whose executions are runs.
    run_machine: &'a str,
    printer: &'a Printer,
}

impl Backfill<'_> {
    async fn operate(self) -> Result<Exit, EarlyEnd> {
        let mut own = self.aws.executions(self.machine, SEARCHED).await?;
        own.retain(|execution| self.names.own(&execution.arn).is_some());
        let since = own.iter().map(|execution| execution.started).min();
        let going_on = own.iter().find(|execution| execution.is_running());
        let runs = match since {
            Some(since) => self.last_runs(since).await?,
            None => HashMap::new(),
        };
        if self.arguments.there.stop {
            return self.stop(going_on, &runs).await;
        }
        let execution = match going_on {
            Some(execution) => {
                self.printer
                    .note("this backfill goes on: no other one was started");
                execution.clone()
            }
            None => match self.begin(&runs).await? {
                Some(execution) => execution,
                None => return self.nothing_to_do(own.first(), &runs).await,
            },
        };
        let since = since.unwrap_or(execution.started);
        let name = self.names.own(&execution.arn).unwrap_or_default();
        if !self.arguments.there.watch {
            let runs = self.last_runs(since).await?;
            self.show(name, &runs).await?;
            self.tell(&execution.arn);
            self.printer.note(
                "the same command shows how it stands; `--watch` follows it, `--stop` ends it",
            );
            return Ok(Exit::Success);
        }
        let ended = tokio::select! {
            ended = self.follow(&execution, name, since) => ended,
            _ = tokio::signal::ctrl_c() => {
                self.board.say("no longer watching; the backfill goes on");
                return Ok(Exit::Interrupted);
            }
        };
        ended?;
        self.tell(&execution.arn);
        if self.board.is_finished() {
            self.finished();
            return Ok(Exit::Success);
        }
        self.printer
            .note("next: the same command again, which runs what is not finished");
        Ok(Exit::RunFailed)
    }

    /// Starts it for what is not finished; `None` where everything is.
    async fn begin(
        &self,
        runs: &HashMap<String, LastRun>,
    ) -> Result<Option<AwsExecution>, EarlyEnd> {
        let is_to_do = |value: &&String| {
            let run = runs.get(&executions::key(value));
            run.is_none_or(|run| {
                !run.execution.is_running() && (self.arguments.again || !run.is_finished())
            })
        };
        let values: Vec<Value> = self
            .series
            .values
            .iter()
            .filter(is_to_do)
            .map(|value| json!({ (field!(BackfillValue, key)): executions::key(value), (field!(BackfillValue, parameters)): self.own(value) }))
            .collect();
        if values.is_empty() {
            return Ok(None);
        }
        let count = values.len();
        let mut run = start::input(&self.series.others(), &self.aws.identity);
        if let (Some(run), Some(steps)) = (run.as_object_mut(), &self.steps) {
            run.insert(field!(RunInput, steps).to_owned(), json!(steps));
        }
        if self.plan.overlap != Overlap::Allow && self.arguments.parallel > 1 {
            self.printer.note(
                "one run at a time: `overlap` in the spec lets no two go on beside each other",
            );
        }
        let input = json!({
            (field!(BackfillInput, parallel)): self.arguments.parallel,
            (field!(BackfillInput, run)): run,
            (field!(BackfillInput, values)): values,
        });
        let input = input.to_string();
        if input.len() > MOST_BYTES {
            let bytes = input.len();
            return Err(too_much(&format!("its values take {bytes} bytes")));
        }
        let name = self.names.starting(Timestamp::now());
        let started = self.aws.start_execution(self.machine, &name, &input);
        let (arn, started) = started.await?;
        let s = plural(count as u64);
        self.printer
            .note(&format!("started {name} for {count} value{s}"));
        Ok(Some(AwsExecution {
            arn,
            status: AwsExecutionStatus::Running,
            started,
            ended: None,
            error: None,
            cause: None,
            output: None,
        }))
    }

    /// The parameter that the run for one value alone has.
    fn own(&self, value: &str) -> Value {
        let own = (self.series.parameter.clone(), Value::from(value));
        Value::Object(std::iter::once(own).collect())
    }

    /// The last run of each value among the executions since then.
    async fn last_runs(&self, since: Timestamp) -> Result<HashMap<String, LastRun>, EarlyEnd> {
        let executions = self.aws.executions_since(self.run_machine, since).await?;
        let mut runs = executions::last_runs(&self.names, executions);
        if self.plan.overlap == Overlap::Skip {
            for run in runs.values_mut() {
                run.is_skipped = run.execution.status == AwsExecutionStatus::Succeeded
                    && watch::is_skipped(self.runs, &brief(&run.execution)).await?;
            }
        }
        Ok(runs)
    }

    /// Puts onto the board how each value stands in the backfill `current`.
    async fn show(&self, current: &str, runs: &HashMap<String, LastRun>) -> Result<(), EarlyEnd> {
        for (place, value) in self.series.values.iter().enumerate() {
            let run = runs.get(&executions::key(value));
            let run = run.filter(|run| !self.arguments.again || run.backfill == current);
            let Some(run) = run else { continue };
            let standing = run.standing(current);
            if standing == ValueStanding::Waiting || self.board.is(place, standing) {
                continue;
            }
            let id = brief(&run.execution).run;
            // What is FINISHED has nothing to add; of thousands of bytes of a failure, its first step has.
            let state = match standing {
                ValueStanding::Failed | ValueStanding::Stopped => self.runs.state(&id).await?,
                ValueStanding::Finished if self.arguments.there.watch => {
                    self.runs.state(&id).await?
                }
                _ => None,
            };
            self.board.has_run(place, &id);
            self.board.stands(place, standing, state.as_ref());
        }
        Ok(())
    }

    /// Shows it until its execution has ended.
    async fn follow(
        &self,
        execution: &AwsExecution,
        name: &str,
        since: Timestamp,
    ) -> Result<(), EarlyEnd> {
        loop {
            let now = self.aws.execution(&execution.arn).await?;
            let is_over = now.is_none_or(|now| !now.is_running());
            let runs = self.last_runs(since).await?;
            self.show(name, &runs).await?;
            if is_over {
                return Ok(());
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Shows what there is, where no value is left.
    async fn nothing_to_do(
        &self,
        last: Option<&AwsExecution>,
        runs: &HashMap<String, LastRun>,
    ) -> Result<Exit, EarlyEnd> {
        let arn = last.map(|execution| execution.arn.as_str());
        self.show("", runs).await?;
        self.tell(arn.unwrap_or_default());
        if self.board.is_finished() {
            self.finished();
        } else {
            self.printer.note(
                "runs of a backfill that was stopped still end; then the same command goes on",
            );
        }
        Ok(Exit::Success)
    }

    fn finished(&self) {
        let count = self.series.values.len();
        let s = plural(count as u64);
        self.printer.note(&format!(
            "{count} value{s} finished; `--again` runs them anew"
        ));
    }

    /// Prints how every value stands.
    fn tell(&self, execution: &str) {
        match self.arguments.json {
            true => super::print(
                &self.plan.pipeline,
                &self.series,
                &self.board,
                Some(execution),
                self.printer,
            ),
            false => self.board.finish(),
        }
    }

    /// Stops the execution and its runs: Step Functions stops children at best effort.
    async fn stop(
        &self,
        going_on: Option<&AwsExecution>,
        runs: &HashMap<String, LastRun>,
    ) -> Result<Exit, EarlyEnd> {
        let Some(execution) = going_on else {
            self.printer.note("no such backfill goes on");
            return Ok(Exit::Success);
        };
        let cause = format!("stopped by {}", self.aws.identity);
        self.aws.stop_execution(&execution.arn, &cause).await?;
        let mut count = 0;
        for run in runs.values().filter(|run| run.execution.is_running()) {
            self.aws.stop_execution(&run.execution.arn, &cause).await?;
            count += 1;
        }
        let s = plural(count);
        self.printer.note(&format!(
            "stopped, with {count} run{s}; the same command without `--stop` goes on"
        ));
        Ok(Exit::Success)
    }
}

fn brief(execution: &AwsExecution) -> Brief {
    Brief {
        run: keys::run_id(&execution.arn, execution.started),
        started: Some(execution.started),
        execution: Some(execution.clone()),
    }
}
