//! From what runs did to what is asked about each state.

use std::collections::HashMap;
use std::sync::Arc;

use asl::definition::State;
use asl::test_state::Visit;
use simulate::Subject;

use super::about::{QuestionsTaken, StateToAsk};
use super::limits::VerifyLimits;
use super::played::play;
use super::states::all;
use super::{AskedState, backfilled, type_name};
use crate::compile::Compiled;
use crate::machines::Machine;

/// Every state of the pipeline's definitions with what it is asked, in the order of the documents.
///
/// A state that no run enters is asked what it does with what another state's answer would give it.
#[must_use]
pub fn questions(
    compiled: &Compiled,
    subject: &Arc<Subject>,
    limits: &VerifyLimits,
) -> Vec<AskedState> {
    let mut played = play(subject, limits.runs);
    let mut asked = Vec::new();
    for (machine, definition) in &compiled.machines.definitions {
        let states = all(&definition.machine);
        let about = |name, state| StateToAsk {
            definition: &definition.json,
            name,
            state,
            limits,
        };
        let mut reached: HashMap<String, Visit> = match machine {
            Machine::Backfill => backfilled::visits(&definition.name, &definition.machine),
            _ => HashMap::new(),
        };
        let mut taken: HashMap<&str, Result<QuestionsTaken, String>> = HashMap::new();
        for (name, state) in &states {
            let place = (definition.name.clone(), (*name).to_owned());
            if let Some(visits) = played.remove(&place) {
                taken.insert(name, about(name, state).of_runs(&visits, &mut reached));
            }
        }
        while let Some((name, state, visit)) = next(&states, &taken, &reached) {
            taken.insert(name, about(name, state).of_others(&visit, &mut reached));
        }
        asked.extend(states.iter().map(|(name, state)| {
            let taken = taken.remove(name);
            let taken = taken.unwrap_or_else(|| about(name, state).without_a_run());
            let (questions, not_asked) = match taken.and_then(QuestionsTaken::questions) {
                Ok(questions) => (questions, None),
                Err(reason) => (Vec::new(), Some(reason)),
            };
            AskedState {
                machine: *machine,
                state: (*name).to_owned(),
                kind: type_name(state),
                questions,
                not_asked,
            }
        }));
    }
    asked
}

/// A state that was not asked yet and that an answer leads to.
fn next<'a>(
    states: &[(&'a str, &'a State)],
    taken: &HashMap<&str, Result<QuestionsTaken, String>>,
    reached: &HashMap<String, Visit>,
) -> Option<(&'a str, &'a State, Visit)> {
    states.iter().find_map(|(name, state)| {
        let visit = reached.get(*name).filter(|_| !taken.contains_key(name))?;
        Some((*name, *state, visit.clone()))
    })
}
