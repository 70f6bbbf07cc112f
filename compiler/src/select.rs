//! Which steps somebody chooses, in dbt's grammar: `+a`, `a+2`, `@a`, `tag:x`, `state:modified+`, globs,
//! union by a blank, intersection by a comma. Pure: what changed since the last run is passed in.

mod grammar;
mod narrow;
mod walk;

use std::collections::{BTreeSet, HashSet};

use runtime_lambda::plan::Plan;

pub use self::narrow::narrowed;

use self::grammar::{Atom, Method, Term};
use self::walk::StepGraph;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Nearest};
use crate::source::SourceFile;

/// What `--select` and `--exclude` say, read but not yet looked up in a plan.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StepChoice {
    select: Vec<Term>,
    exclude: Vec<Term>,
}

/// The steps of a plan that were chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChosenSteps {
    /// Their names, in the plan's order.
    pub names: Vec<String>,
    /// How many steps of the plan are not among them.
    pub left_out: usize,
}

impl StepChoice {
    /// Reads the values of `--select` and `--exclude`.
    ///
    /// # Errors
    /// One of them is not in the grammar.
    pub fn read(select: &[String], exclude: &[String]) -> Result<Self, Diagnostics> {
        let mut diagnostics = Diagnostics::new();
        let mut terms = |texts: &[String]| {
            let words = texts.iter().flat_map(|text| text.split_whitespace());
            let mut terms = Vec::new();
            for word in words {
                match grammar::term(word) {
                    Ok(term) => terms.push(term),
                    Err(wrong) => diagnostics
                        .push(command_line(Code::SelectSyntax, wrong.message).help(wrong.help)),
                }
            }
            terms
        };
        let choice = Self {
            select: terms(select),
            exclude: terms(exclude),
        };
        let is_empty = |texts: &[String], terms: &[Term]| !texts.is_empty() && terms.is_empty();
        if diagnostics.is_empty()
            && (is_empty(select, &choice.select) || is_empty(exclude, &choice.exclude))
        {
            diagnostics.push(
                command_line(Code::SelectSyntax, "the choice of steps is empty")
                    .help("name a step, such as `--select revenue+`"),
            );
        }
        if diagnostics.is_empty() {
            Ok(choice)
        } else {
            Err(diagnostics)
        }
    }

    /// Whether nothing was said, so that every step is meant.
    #[must_use]
    pub fn is_everything(&self) -> bool {
        self.select.is_empty() && self.exclude.is_empty()
    }

    /// Whether it asks what changed since the last run: `state:modified`.
    #[must_use]
    pub fn asks_for_changes(&self) -> bool {
        let terms = self.select.iter().chain(&self.exclude);
        terms
            .flat_map(|term| &term.atoms)
            .any(|atom| atom.method == Method::Modified)
    }

    /// The steps of `plan` that are chosen; `modified` are the names of those that changed since the last
    /// run.
    ///
    /// # Errors
    /// A name, a glob or a tag is that of no step.
    pub fn steps(
        &self,
        plan: &Plan,
        modified: &HashSet<String>,
    ) -> Result<ChosenSteps, Diagnostics> {
        let graph = StepGraph::of(plan);
        let mut diagnostics = Diagnostics::new();
        let mut union = |terms: &[Term]| {
            let mut found = BTreeSet::new();
            for term in terms {
                let mut both: Option<BTreeSet<usize>> = None;
                for atom in &term.atoms {
                    let own = of_atom(atom, plan, &graph, modified);
                    if own.is_empty() && atom.method != Method::Modified {
                        diagnostics.push(unknown(atom, plan));
                    }
                    both = Some(match both {
                        None => own,
                        Some(both) => both.intersection(&own).copied().collect(),
                    });
                }
                found.extend(both.unwrap_or_default());
            }
            found
        };
        let mut chosen = if self.select.is_empty() {
            (0..plan.steps.len()).collect()
        } else {
            union(&self.select)
        };
        for index in union(&self.exclude) {
            chosen.remove(&index);
        }
        if !diagnostics.is_empty() {
            return Err(diagnostics);
        }
        let steps = plan.steps.iter().enumerate();
        let names: Vec<String> = steps
            .filter(|(index, _)| chosen.contains(index))
            .map(|(_, step)| step.name.to_string())
            .collect();
        Ok(ChosenSteps {
            left_out: plan.steps.len() - names.len(),
            names,
        })
    }
}

impl ChosenSteps {
    /// Whether no step is left out.
    #[must_use]
    pub fn is_everything(&self) -> bool {
        self.left_out == 0
    }
}

/// The steps that one part of a choice means, with those before and after them.
fn of_atom(
    atom: &Atom,
    plan: &Plan,
    graph: &StepGraph,
    modified: &HashSet<String>,
) -> BTreeSet<usize> {
    let steps = plan.steps.iter().enumerate();
    let named: BTreeSet<usize> = steps
        .filter(|(_, step)| match atom.method {
            Method::Name => grammar::matches(&atom.value, &step.name),
            Method::Tag => {
                let mut tags = step.tags.iter();
                tags.any(|tag| grammar::matches(&atom.value, tag))
            }
            Method::Modified => modified.contains(step.name.as_str()),
        })
        .map(|(index, _)| index)
        .collect();
    let mut found = named.clone();
    if atom.with_all_before {
        let after = graph.after(&named, None);
        found.extend(graph.before(&after, None));
        found.extend(after);
    }
    if let Some(depth) = atom.before {
        found.extend(graph.before(&named, depth.steps()));
    }
    if let Some(depth) = atom.after {
        found.extend(graph.after(&named, depth.steps()));
    }
    found
}

fn unknown(atom: &Atom, plan: &Plan) -> Diagnostic {
    let value = &atom.value;
    let nearest = Nearest::default();
    let (message, help, usual) = match atom.method {
        Method::Tag => {
            let tags = plan.steps.iter().flat_map(|step| &step.tags);
            (
                format!("no step has the tag `{value}`"),
                nearest.suggest(value, tags.map(String::as_str)),
                "a step says `tags: [nightly]` in the spec",
            )
        }
        Method::Name | Method::Modified => {
            let names = plan.steps.iter().map(|step| step.name.as_str());
            let message = match value.contains('*') {
                true => format!("no step's name is like `{value}`"),
                false => format!("the pipeline has no step `{value}`"),
            };
            (
                message,
                nearest.suggest(value, names),
                "`sfc plan` lists the steps",
            )
        }
    };
    command_line(Code::SelectUnknown, message).help(help.unwrap_or_else(|| usual.to_owned()))
}

fn command_line(code: Code, message: impl Into<String>) -> Diagnostic {
    Diagnostic::error(code, message).in_file(&SourceFile::unread("command line"))
}

#[cfg(test)]
mod tests;
