//! What stands around the runs of a pipeline: what starts them by itself, and who hears of their end.

use indexmap::IndexMap;

use super::triggers::Start;
use crate::pipeline::Pipeline;

/// What stands around runs.
#[derive(Debug, Clone, Default)]
pub struct Around<'a> {
    /// What starts runs, in the order of the spec.
    pub triggers: Vec<Trigger<'a>>,
    /// E-mail addresses that hear of the end of runs.
    pub emails: Vec<Email<'a>>,
    /// ARNs of topics, made by others, that hear of it.
    pub topics: Vec<&'a str>,
}

impl<'a> Around<'a> {
    /// Of a pipeline.
    pub fn of(_pipeline: &'a Pipeline) -> Self {
        Self::default()
    }
}

/// What starts a run, and with which parameters.
#[derive(Debug, Clone)]
pub struct Trigger<'a> {
    /// What starts it.
    pub start: Start<'a>,
    /// The run's parameters: a text that starts with `$.` is a path into the event, where there is one.
    pub parameters: IndexMap<String, String>,
}

/// An e-mail address that hears of the end of runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Email<'a> {
    /// The address.
    pub address: &'a str,
    /// Which ends it hears of.
    pub ends: Ends,
}

/// Ends of runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ends {
    /// Every step is FINISHED.
    Success,
    /// Any other.
    Failure,
    /// All of them.
    Both,
}
