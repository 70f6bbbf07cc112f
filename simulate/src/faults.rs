//! What goes wrong where. Every decision is a function of the seed, of the kind, of the place and of
//! how often that place has asked.

mod draw;
mod kind;

use std::collections::{BTreeSet, HashMap, HashSet};
use std::hash::BuildHasherDefault;
use std::time::Duration;

use parking_lot::Mutex;
use tokio::time::Instant;

pub use draw::{mix, number};
pub use kind::{Chance, FaultKind};

/// A fault that happened.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fired {
    /// Which fault it was.
    pub kind: FaultKind,
    /// Where: the action, the object, or the statement.
    pub place: String,
    /// The how-manieth time that this place asked for this kind, from 1.
    pub nth: u32,
}

impl std::fmt::Display for Fired {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { kind, place, nth } = self;
        write!(formatter, "{} at {place}, time {nth}", kind.name())
    }
}

/// How many decisions each place has asked for.
type Counts = HashMap<(u64, u64), u32, BuildHasherDefault<draw::Mixed>>;

/// The faults of one seed.
pub struct SeedFaults {
    seed: u64,
    /// By kind: a draw below this is a fault.
    thresholds: Vec<u64>,
    /// If set, these happen and no others.
    only: Option<HashSet<Fired>>,
    /// If set, these happen whatever is drawn, and no others.
    forced: Option<HashSet<Fired>>,
    /// When the last of them may happen.
    until: Duration,
    start: Instant,
    counts: Mutex<Counts>,
    fired: Mutex<Vec<Fired>>,
    /// Every fault that could have happened, where some are forced.
    asked: Mutex<Vec<Fired>>,
}

/// What decides about the faults of a seed.
#[derive(Debug, Clone, Default)]
pub struct FaultChoice {
    /// Kinds that may happen; empty: all of them.
    pub kinds: BTreeSet<FaultKind>,
    /// If set, those of these happen that are drawn, and no others.
    pub only: Option<Vec<Fired>>,
    /// If set, these happen whatever is drawn, and no others.
    pub forced: Option<Vec<Fired>>,
}

/// Chances are parts of this.
const WHOLE: u64 = 1_000_000;

impl SeedFaults {
    /// Those of `seed`. It switches most kinds off, so that what is left can do more.
    pub fn new(seed: u64, chosen: &FaultChoice) -> Self {
        let thresholds = FaultKind::ALL.iter().map(|kind| {
            let named = !chosen.kinds.is_empty();
            if named && !chosen.kinds.contains(kind) {
                return 0;
            }
            let decision = mix(seed ^ mix(number(kind.name())));
            // Whoever names a few kinds wants to see them.
            let is_on = decision % 100 < if named { 70 } else { 35 };
            let level = (decision >> 8) % 3;
            let chance = match (kind.chance(), level) {
                (Chance::Call, 0) => 4_000,
                (Chance::Call, 1) => 20_000,
                (Chance::Call, _) => 80_000,
                (Chance::Event, 0) => 20_000,
                (Chance::Event, 1) => 100_000,
                (Chance::Event, _) => 400_000,
                (Chance::Run, _) => 600_000,
            };
            if is_on { chance } else { 0 }
        });
        // In two seeds of five the weather clears up at some time.
        let decision = mix(seed ^ mix(number("clears up")));
        let until = match decision % 5 {
            0 | 1 => Duration::from_secs((decision >> 8) % 900),
            _ => Duration::MAX,
        };
        Self {
            seed,
            thresholds: thresholds.collect(),
            only: chosen.only.clone().map(|only| only.into_iter().collect()),
            forced: chosen
                .forced
                .clone()
                .map(|forced| forced.into_iter().collect()),
            until,
            start: Instant::now(),
            counts: Mutex::default(),
            fired: Mutex::default(),
            asked: Mutex::default(),
        }
    }

    fn draw(&self, what: u64, place: u64) -> (u64, u32) {
        let mut counts = self.counts.lock();
        let count = counts.entry((what, place)).or_insert(0);
        *count += 1;
        let drawn = mix(self.seed ^ mix(what ^ mix(place ^ u64::from(*count))));
        (drawn, *count)
    }

    /// Whether a fault of this kind happens at this place now. The answer is a number that shapes it.
    #[expect(
        clippy::indexing_slicing,
        reason = "there is a threshold for each kind"
    )]
    pub fn strikes(&self, kind: FaultKind, place: &str) -> Option<u64> {
        if let Some(forced) = &self.forced {
            return self.is_forced(forced, kind, place);
        }
        let threshold = self.thresholds[kind as usize];
        if threshold == 0 {
            return None;
        }
        let (drawn, nth) = self.draw(kind as u64 + 1, number(place));
        if drawn % WHOLE >= threshold {
            return None;
        }
        if !kind.is_of_the_work() && self.start.elapsed() > self.until {
            return None;
        }
        let fired = Fired {
            kind,
            place: place.to_owned(),
            nth,
        };
        if self
            .only
            .as_ref()
            .is_some_and(|only| !only.contains(&fired))
        {
            return None;
        }
        self.fired.lock().push(fired);
        Some(mix(drawn))
    }

    fn is_forced(&self, forced: &HashSet<Fired>, kind: FaultKind, place: &str) -> Option<u64> {
        let (drawn, nth) = self.draw(kind as u64 + 1, number(place));
        let fault = Fired {
            kind,
            place: place.to_owned(),
            nth,
        };
        let strikes = forced.contains(&fault);
        if strikes {
            self.fired.lock().push(fault.clone());
        }
        self.asked.lock().push(fault);
        strikes.then(|| mix(drawn))
    }

    /// A number below `bound` that is no fault.
    pub fn pick(&self, what: &str, place: &str, bound: u64) -> u64 {
        let (drawn, _) = self.draw(number(what), number(place));
        drawn % bound.max(1)
    }

    /// When the weather clears up: faults of the machinery happen before that only.
    pub fn clears_up(&self) -> Duration {
        self.until
    }

    /// Every fault that could have happened so far, where some are forced.
    pub fn asked(&self) -> Vec<Fired> {
        self.asked.lock().clone()
    }

    /// The faults that happened so far.
    pub fn fired(&self) -> Vec<Fired> {
        self.fired.lock().clone()
    }
}
