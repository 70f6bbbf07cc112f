//! What an expression refers to, read from its tree once so that an
//! evaluation prepares nothing else.

use indexmap::{IndexMap, IndexSet};
use jsonata_core::ast::{AstNode, PathStep, Stage};

use super::wanted::WantedParts;

/// Everything that an expression refers to outside itself.
#[derive(Debug, Default)]
pub struct Mentions {
    /// Variables by name, `$states` left out.
    pub variables: IndexMap<String, WantedParts>,
    /// Parts of `$states`; none where it is not mentioned.
    pub states: Option<WantedParts>,
    /// Functions that Step Functions adds or that read the clock.
    pub functions: IndexSet<&'static str>,
    /// Whether `$eval` is called.
    pub eval: bool,
    /// Whether `$$` is used, the value around the whole expression.
    pub root: bool,
    /// Whether `%` is used, which reaches above a path's last name.
    parent: bool,
}

impl Mentions {
    pub fn of(tree: &AstNode) -> Self {
        let mut mentions = Self::default();
        mentions.visit(tree);
        if mentions.parent {
            for wanted in mentions.variables.values_mut() {
                wanted.whole = true;
            }
            if let Some(states) = &mut mentions.states {
                states.whole = true;
            }
        }
        mentions
    }

    fn variable<'a>(&mut self, name: &str, fields: impl Iterator<Item = &'a str>) {
        self.function(name);
        match name {
            "" => {}
            "states" => self.states.get_or_insert_default().add(fields),
            _ => self
                .variables
                .entry(name.to_owned())
                .or_default()
                .add(fields),
        }
    }

    fn function(&mut self, name: &str) {
        if name == "eval" {
            self.eval = true;
        }
        if let Some(known) = super::functions::NAMES.iter().find(|known| **known == name) {
            self.functions.insert(known);
        }
    }

    fn path(&mut self, steps: &[PathStep]) {
        let mut rest = steps;
        if let [first, others @ ..] = steps
            && let AstNode::Variable(name) = &first.node
        {
            let names = if is_plain(first) {
                plain_names(others)
            } else {
                Vec::new()
            };
            self.variable(name, names.iter().copied());
            self.stages(&first.stages);
            rest = others;
        }
        for step in rest {
            self.visit(&step.node);
            self.stages(&step.stages);
        }
    }

    fn stages(&mut self, stages: &[Stage]) {
        for stage in stages {
            if let Stage::Filter(filter) = stage {
                self.visit(filter);
            }
        }
    }

    fn all<'a>(&mut self, nodes: impl IntoIterator<Item = &'a AstNode>) {
        for node in nodes {
            self.visit(node);
        }
    }

    fn visit(&mut self, node: &AstNode) {
        match node {
            AstNode::Variable(name) => self.variable(name, std::iter::empty()),
            AstNode::Path { steps } => self.path(steps),
            AstNode::Binary { lhs, rhs, .. } => self.all([lhs.as_ref(), rhs.as_ref()]),
            AstNode::Unary { operand, .. } => self.visit(operand),
            AstNode::Function { name, args, .. } => {
                self.variable(name, std::iter::empty());
                self.all(args);
            }
            AstNode::Call { procedure, args } => {
                self.visit(procedure);
                self.all(args);
            }
            AstNode::Lambda { body, .. } => self.visit(body),
            AstNode::Array(nodes) | AstNode::Block(nodes) | AstNode::ArrayGroup(nodes) => {
                self.all(nodes);
            }
            AstNode::Object(pairs) => {
                self.all(pairs.iter().flat_map(|(key, value)| [key, value]));
            }
            AstNode::ObjectTransform { input, pattern } => {
                self.visit(input);
                self.all(pattern.iter().flat_map(|(key, value)| [key, value]));
            }
            AstNode::Conditional {
                condition,
                then_branch,
                else_branch,
            } => {
                self.all([condition.as_ref(), then_branch.as_ref()]);
                self.all(else_branch.as_deref());
            }
            AstNode::FunctionApplication(inner) => self.visit(inner),
            AstNode::Sort { input, terms } => {
                self.visit(input);
                self.all(terms.iter().map(|(term, _)| term));
            }
            AstNode::Transform {
                location,
                update,
                delete,
            } => {
                self.all([location.as_ref(), update.as_ref()]);
                self.all(delete.as_deref());
            }
            AstNode::Parent(_) => self.parent = true,
            AstNode::ParentVariable(_) => self.root = true,
            AstNode::String(_)
            | AstNode::Name(_)
            | AstNode::Number(_)
            | AstNode::Boolean(_)
            | AstNode::Null
            | AstNode::Undefined
            | AstNode::Placeholder
            | AstNode::Regex { .. }
            | AstNode::Wildcard
            | AstNode::Descendant => {}
        }
    }
}

/// The names that an expression follows, if that is all it does: the
/// variable's first.
pub fn plain_path(tree: &AstNode) -> Option<Vec<String>> {
    match tree {
        AstNode::Variable(name) if !name.is_empty() => Some(vec![name.clone()]),
        AstNode::Path { steps } => {
            let (first, others) = steps.split_first()?;
            let AstNode::Variable(variable) = &first.node else {
                return None;
            };
            if variable.is_empty() || !is_plain(first) {
                return None;
            }
            let names = plain_names(others);
            (names.len() == others.len()).then(|| {
                std::iter::once(variable.as_str())
                    .chain(names)
                    .map(str::to_owned)
                    .collect()
            })
        }
        _ => None,
    }
}

/// Whether a step does nothing but go to its node.
fn is_plain(step: &PathStep) -> bool {
    step.stages.is_empty()
        && step.focus.is_none()
        && step.index_var.is_none()
        && step.ancestor_label.is_none()
        && !step.is_tuple
        && !step.inner_tuple
}

/// The names of the leading steps that are names only.
fn plain_names(steps: &[PathStep]) -> Vec<&str> {
    steps
        .iter()
        .take_while(|step| is_plain(step))
        .map_while(|step| match &step.node {
            AstNode::Name(name) => Some(name.as_str()),
            _ => None,
        })
        .collect()
}
