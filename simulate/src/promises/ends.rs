//! Promise 4: no run waits for ever. Every run that ends leaves only final statuses, a manifest for each round, and
//! exactly one notification of its end to everybody who wants it. A run that ended before it had a state leaves the
//! notification.
//!
//! A topic cannot say whether a message went out whose answer was lost. So one more may follow such a message, or one
//! whose sender died.

use std::collections::{BTreeMap, BTreeSet};

use asl::interpreter::EndStatus;
use jiff::SignedDuration;
use runtime_lambda::ids::RunId;
use runtime_lambda::keys;
use runtime_lambda::plan::{NotifyOn, Overlap};
use runtime_lambda::ports::{Mail, Recipient};
use runtime_lambda::state::{GlobalState, RunStatus, StepState, StepStatus};
use tokio::time::Instant;

use crate::promise::Promise;
use crate::world::{EndedRun, SKEW, Sent, World};

pub fn written(world: &World, before: Option<&GlobalState>, after: &GlobalState) {
    let was_over = before.filter(|before| before.status != RunStatus::Running);
    if let Some(before) = was_over
        && before.status != after.status
    {
        let of = format!("{:?}, then {:?}", before.status, after.status);
        world.breaks(
            Promise::Ends,
            "a run that was over changed how it ended",
            of,
        );
    }
    if after.status != RunStatus::Running && was_over.is_none() {
        for (name, step) in after.each_step() {
            if matches!(step.status, StepStatus::Running | StepStatus::Initial) {
                let of = format!("{name} is {:?}", step.status);
                world.breaks(Promise::Ends, "a run is over, but a step is not", of);
            }
        }
    }
}

/// When a run begins to go on, no other one may where runs must not overlap.
pub fn begins(world: &World, before: Option<&GlobalState>, state: &GlobalState) {
    if world.subject.plan.overlap == Overlap::Allow
        || before.is_some_and(|before| goes_on(world, before))
        || !goes_on(world, state)
    {
        return;
    }
    let others: Vec<RunId> = world.runs.lock().keys().cloned().collect();
    for other in others.iter().filter(|other| **other != state.run) {
        let other_goes_on = world
            .state(other)
            .is_some_and(|other| goes_on(world, &other));
        if other_goes_on {
            let how = "two runs go on that must not overlap";
            world.breaks(Promise::Ends, how, format!("{} and {other}", state.run));
        }
    }
}

/// How long after its limit a run has its turn whose execution is over, and that nobody sweeps.
const TURN_EXPIRES: SignedDuration = SignedDuration::from_hours(1);

/// Whether a run goes on. One whose execution is over does not when its turn expires, if none of its statements
/// runs but those that nobody can end. Nobody may start anything for it. One that was stopped before it had a state
/// and has started no step does not. A state that is written late says RUNNING until its writer, who looks for the
/// stop next, ends it.
fn goes_on(world: &World, state: &GlobalState) -> bool {
    let started = |step: &StepState| step.status != StepStatus::Initial;
    let was_stopped = || {
        let over = keys::over(&state.pipeline, &state.run);
        world.objects.lock().get(&over).is_some()
    };
    let is_dead = world.facts(&state.run).execution_over.is_some()
        && world.now() >= state.deadline + TURN_EXPIRES - SKEW
        && !still_runs(world, &state.run);
    state.status == RunStatus::Running
        && !is_dead
        && (state.each_step().any(|(_, step)| started(step)) || !was_stopped())
}

/// Whether a statement of a run runs that somebody could end.
fn still_runs(world: &World, run: &str) -> bool {
    let now = Instant::now();
    let statements = world.statements.lock();
    let mut own = statements.iter().filter(|(_, own)| own.run == run);
    own.any(|(_, statement)| !statement.stubborn && now < statement.end())
}

pub fn settled(world: &World, run: &EndedRun, state: Option<&GlobalState>, all: &[EndedRun]) {
    let Some(status) = run.execution else {
        world.breaks(Promise::Ends, "a run goes on for ever", run.id.as_str());
        return;
    };
    let Some(state) = state else {
        without_state(world, run, status, all);
        return;
    };
    if state.status == RunStatus::Running {
        world.breaks(Promise::Ends, "a run stays RUNNING for ever", status.name());
    }
    for (name, step) in state.each_step() {
        if matches!(step.status, StepStatus::Running | StepStatus::Initial) {
            let of = format!("{name} is {:?}", step.status);
            world.breaks(Promise::Ends, "a step never ends", of);
        }
    }
    for round in 1..=state.round {
        let key = keys::manifest(&state.pipeline, &state.run, round);
        if world.objects.lock().get(&key).is_none() {
            world.breaks(Promise::Ends, "a round has no manifest", round.to_string());
        }
    }
    messages(world, state);
}

/// A run that failed, or was stopped, before it had a state: people hear of it, too. One that was skipped has ended
/// well, and some other run stands for it.
fn without_state(world: &World, run: &EndedRun, status: EndStatus, all: &[EndedRun]) {
    let said = match status {
        EndStatus::Succeeded => {
            if !stands_for(world, run, all) {
                let how = "a run was skipped, and no other one is in its place";
                world.breaks(Promise::Ends, how, run.id.as_str());
            }
            return;
        }
        EndStatus::Failed => RunStatus::Failed,
        EndStatus::TimedOut => RunStatus::TimedOut,
        EndStatus::Aborted => RunStatus::Stopped,
    };
    told(world, &run.id, said, &BTreeSet::new());
}

/// Whether another run stands for one that was skipped: one that has a state, or that has failed before it had one.
/// Of twins that an event has started exactly one runs, so two of them never stand for each other.
fn stands_for(world: &World, skipped: &EndedRun, all: &[EndedRun]) -> bool {
    let mut skipped = skipped;
    for _ in 0..all.len() {
        let holder = skipped
            .output
            .as_ref()
            .and_then(|output| output.held_by.as_ref());
        let Some(holder) = holder.filter(|holder| **holder != skipped.id) else {
            return false;
        };
        if world.state(holder).is_some() {
            return true;
        }
        // One that never came to its end is told of by itself.
        let Some(next) = all.iter().find(|run| run.id == *holder) else {
            return false;
        };
        if next.execution != Some(EndStatus::Succeeded) {
            return true;
        }
        skipped = next;
    }
    false
}

fn messages(world: &World, state: &GlobalState) {
    let mut tags = BTreeSet::new();
    for (name, step) in state.each_step() {
        if step.status == StepStatus::Failed {
            let planned = world.subject.step(name);
            tags.extend(planned.iter().flat_map(|step| step.tags.iter().cloned()));
        }
    }
    told(world, &state.run, state.status, &tags);
}

/// Everybody who wants to has heard of this end once, and nobody else has.
fn told(world: &World, run: &RunId, status: RunStatus, tags: &BTreeSet<String>) {
    let key = keys::run(&world.subject.plan.pipeline, run);
    let mut sent: BTreeMap<String, Vec<Sent>> = BTreeMap::new();
    for message in world.sent.lock().iter().filter(|sent| sent.key == key) {
        let to = sent.entry(message.to.clone()).or_default();
        to.push(message.clone());
    }
    for name in recipients(world, status, tags) {
        if !sent.contains_key(&name) {
            let how = "nobody was told of a run's end";
            world.breaks(Promise::Ends, how, format!("{name}: {run}"));
        }
        sent.entry(name).or_default();
    }
    let wanting = recipients(world, status, tags);
    for (name, messages) in &sent {
        let excused = messages
            .iter()
            .filter(|sent| {
                !sent.answered || sent.sender.as_ref().is_some_and(|sender| sender.is_dead())
            })
            .count();
        if messages.len() > 1 + excused {
            let of = format!("{name}: {} messages, {excused} excused", messages.len());
            world.breaks(Promise::Ends, "people were told twice of a run's end", of);
        }
        if !wanting.contains(name) {
            let how = "somebody was told who did not want to hear";
            world.breaks(Promise::Ends, how, name);
        }
        for message in messages.iter().filter(|sent| sent.status != status.name()) {
            let of = format!("{} instead of {}", message.status, status.name());
            let how = "a message says something else than the state";
            world.breaks(Promise::Ends, how, of);
        }
    }
}

/// Names of those who want to hear of an end in which steps with these tags have failed.
fn recipients(world: &World, status: RunStatus, tags: &BTreeSet<String>) -> BTreeSet<String> {
    let plan = &world.subject.plan;
    let finished = status == RunStatus::Finished;
    let wants = |on: NotifyOn, own: &[String]| match on {
        NotifyOn::Success if !finished => false,
        NotifyOn::Failure if finished => false,
        _ => finished || own.is_empty() || own.iter().any(|tag| tags.contains(tag)),
    };
    let topics = plan.topics.iter();
    let topics = topics.filter(|topic| wants(topic.on, &topic.tags));
    let mails = plan.mails.iter();
    let mails = mails.filter(|mail| wants(mail.on, &mail.tags));
    let mails = mails.map(|mail| {
        let (to, from) = (mail.to.clone(), mail.from.clone());
        Recipient::Mail(Mail { from, to })
    });
    let topics = topics.map(|topic| Recipient::Topic(topic.arn.clone()));
    let all = topics.chain(mails).chain([Recipient::Own]);
    all.map(|recipient| recipient.name()).collect()
}
