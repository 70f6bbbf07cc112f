//! `next_step`: a lane claims the first step that is ready, by compare-and-swap.

use std::time::Duration;

use futures_util::future::join_all;
use jiff::{SignedDuration, Timestamp};

use crate::error::ActionError;
use crate::heartbeats::heartbeats;
use crate::plan::{Job, Plan, Step};
use crate::ports::Ports;
use crate::protocol::{self, JobKind, LaneMove, NextAnswer};
use crate::run::{Memory, Run};
use crate::state::{GlobalState, LaneState, StepState, StepStatus, TurnAnswer};
use crate::tried::Try;

/// How long a statement that a lane left behind may take to end once it is cancelled.
const STOP_WINDOW: Duration = Duration::from_secs(60);

/// The same of what another lane left behind. It is longer than a submission may take. So a step of which no
/// statement is known is ended at once, and not by a look an hour later.
const OTHERS_WINDOW: Duration = Duration::from_secs(180);

/// How long after a step's limit its lane may take to end it. Then the lane is dead, and another one does: without
/// that, all would wait for the step until the run's limit.
const LANE_IS_DEAD: SignedDuration = SignedDuration::from_mins(5);

/// The same of a job, whose lane may have been given it so much later than its limit says.
const LANE_OF_JOB_IS_DEAD: SignedDuration = SignedDuration::from_mins(20);

fn planned<'a>(plan: &'a Plan, step: &str) -> Option<&'a Step> {
    plan.steps.iter().find(|planned| planned.name == step)
}

/// Answers a turn of a lane: it runs a step, waits, hands over or ends. The same turn gets the same answer.
pub async fn next_step(
    ports: &Ports,
    memory: &Memory,
    event: &protocol::NextStep,
) -> Result<NextAnswer, ActionError> {
    let (run, state) = Run::open(ports, memory, &event.pipeline, &event.run).await?;
    in_order(&state, event)?;
    if !answered(&state, event) {
        settle_left_behind(&run, &state, event).await?;
    }
    let (_, answer) = run
        .update(|state| {
            let now = ports.clock.now();
            in_order(state, event)?;
            if let Some(lane) = state.lanes.get(&event.lane)
                && answered(state, event)
            {
                let answer = lane.answer.clone();
                begins_now(&run.plan, state, event, &answer, now);
                return Ok(answer);
            }
            let answer = choose(&run.plan, state, event, now);
            if let TurnAnswer::Run { step, .. } = &answer
                && let Some(step) = state.step_mut(step)
            {
                step.status = StepStatus::Running;
                step.round = event.round;
                step.lane = Some(event.lane);
                step.again = 0;
                step.statement_id = None;
                step.waiting = None;
                step.unfence();
                step.crawling = false;
                step.crawl_begun_by = None;
                step.crawled = false;
                step.started = Some(now);
                step.ended = None;
                step.rows = None;
            }
            state.lanes.insert(
                event.lane,
                LaneState {
                    round: event.round,
                    turn: event.turn,
                    answer: answer.clone(),
                    parked: None,
                },
            );
            Ok(answer)
        })
        .await?;
    Ok(described(&run.plan, answer))
}

/// A lane that asks again has not begun with its step: the step's limit counts from this answer on.
/// Of a job nobody knows that it has begun, so a late delivery would give it a limit of its own. It
/// keeps the first one.
fn begins_now(
    plan: &Plan,
    state: &mut GlobalState,
    event: &protocol::NextStep,
    answer: &TurnAnswer,
    now: Timestamp,
) {
    if let TurnAnswer::Run { step, .. } = answer
        && planned(plan, step).is_some_and(|planned| planned.job.is_none())
        && let Some(step) = state.step_mut(step)
        && step.status == StepStatus::Running
        && (step.round, step.lane) == (event.round, Some(event.lane))
        && step.statement_id.is_none()
    {
        step.started = Some(now);
    }
}

/// What level 1 must know beside the step's name.
fn described(plan: &Plan, answer: TurnAnswer) -> NextAnswer {
    let next = match &answer {
        TurnAnswer::Run { .. } => LaneMove::Run,
        TurnAnswer::Wait => LaneMove::Wait,
        TurnAnswer::HandOver => LaneMove::HandOver,
        TurnAnswer::End => LaneMove::End,
    };
    let mut described = NextAnswer {
        next,
        step: None,
        limit_seconds: None,
        heartbeats: None,
        kind: None,
    };
    if let TurnAnswer::Run {
        step,
        limit_seconds,
    } = answer
    {
        if let Some(step) = plan.steps.iter().find(|known| known.name == step) {
            described.heartbeats = Some(heartbeats(step.limit_seconds, plan.most_asks()));
            described.kind = Some(step.job.as_ref().map_or(JobKind::Sql, Job::kind));
        }
        described.step = Some(step);
        described.limit_seconds = Some(limit_seconds);
    }
    described
}

/// Refuses an older turn, which is a delivery that comes late. Nobody hears its answer any more,
/// and it must not touch what the lane does now.
fn in_order(state: &GlobalState, event: &protocol::NextStep) -> Result<(), ActionError> {
    let asked = (event.round, event.turn);
    let is_newer = |lane: &LaneState| (lane.round, lane.turn) > asked;
    if event.round < state.round || state.lanes.get(&event.lane).is_some_and(is_newer) {
        return Err(ActionError::Superseded(format!(
            "turn {} of lane {} in round {} is over",
            event.turn, event.lane, event.round
        )));
    }
    Ok(())
}

/// Whether this turn was answered before.
fn answered(state: &GlobalState, event: &protocol::NextStep) -> bool {
    state
        .lanes
        .get(&event.lane)
        .is_some_and(|lane| (lane.round, lane.turn) == (event.round, event.turn))
}

fn choose(
    plan: &Plan,
    state: &GlobalState,
    event: &protocol::NextStep,
    now: Timestamp,
) -> TurnAnswer {
    if !state.is_open() || state.round != event.round || now >= state.deadline {
        return TurnAnswer::End;
    }
    let ready = state.ready(plan).next();
    match ready {
        None if state.running().next().is_none() => TurnAnswer::End,
        _ if event.turns_left == 0 => TurnAnswer::HandOver,
        None => TurnAnswer::Wait,
        Some(step) => TurnAnswer::Run {
            step: step.name.clone(),
            limit_seconds: step.limit_seconds,
        },
    }
}

/// A lane runs one step at a time. If one that it took is still RUNNING when it asks for the next,
/// that step's execution died and nobody else will end it. So it is with a step that another lane
/// took and does not end, long after its limit. A lane with nothing else to do ends it.
async fn settle_left_behind(
    run: &Run,
    state: &GlobalState,
    event: &protocol::NextStep,
) -> Result<(), ActionError> {
    let now = run.ports.clock.now();
    let is_idle = state.ready(&run.plan).next().is_none();
    let mut left_behind = Vec::new();
    for (name, step) in state.running() {
        let tried = Try {
            step: name,
            round: step.round,
        };
        if step.lane == Some(event.lane) {
            let reason = ActionError::Stopped("the execution of the step died".to_owned());
            if run.stop(tried, reason, STOP_WINDOW).await? == StepStatus::Running {
                return Err(ActionError::Unavailable(format!(
                    "the statement of `{name}` does not end"
                )));
            }
        } else if is_idle && is_left_behind(run.planned(name)?, step, now) {
            left_behind.push(run.stop(tried, run.past_its_limit(name), OTHERS_WINDOW));
        }
    }
    // What cannot be ended now is looked at again with a later turn.
    let _ = join_all(left_behind).await;
    Ok(())
}

/// Whether a step is RUNNING so long after its limit that its lane must be dead.
fn is_left_behind(planned: &Step, step: &StepState, now: Timestamp) -> bool {
    let limit = i64::try_from(planned.limit_seconds).unwrap_or(i64::MAX);
    let limit = SignedDuration::from_secs(limit);
    let allowed = limit.saturating_add(if planned.job.is_some() {
        LANE_OF_JOB_IS_DEAD
    } else {
        LANE_IS_DEAD
    });
    step.started
        .is_some_and(|started| now.duration_since(started) > allowed)
}
