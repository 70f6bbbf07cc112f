//! Steps as nodes, and groups of steps where they are too many to be read.
//!
//! The first of these that gives few enough nodes:
//!
//! - each step by itself
//! - the steps of a stage whose names begin alike
//! - the steps of a stage
//! - the steps of several stages in a row

use std::collections::{BTreeMap, BTreeSet};

use runtime_lambda::plan::{Plan, Step, When};

use crate::stages::stages;

/// Most nodes that a picture can be read with.
const MOST_NODES: usize = 60;

/// Nodes, and which come before which.
pub struct Groups {
    /// The nodes in a topological order.
    pub nodes: Vec<Group>,
    /// For each node those that come right before it.
    pub before: Vec<Vec<usize>>,
}

/// A node of the picture: a step, or steps that are alike.
#[derive(Debug, PartialEq, Eq)]
pub struct Group {
    /// What it is called.
    pub label: String,
    /// Indices of its steps in the plan.
    pub steps: Vec<usize>,
}

/// A step of ordinary runs.
struct Member<'a> {
    /// Its index in the plan.
    index: usize,
    stage: usize,
    step: &'a Step,
}

/// The nodes of the steps of ordinary runs.
pub fn groups(plan: &Plan) -> Groups {
    let ordinary: Vec<Member<'_>> = plan
        .steps
        .iter()
        .zip(stages(plan))
        .enumerate()
        .filter(|(_, (step, _))| step.when == When::Run)
        .map(|(index, (step, stage))| Member { index, stage, step })
        .collect();
    let last = ordinary.iter().map(|member| member.stage);
    let last = last.max().unwrap_or(1);
    let alone = |member: &Member<'_>| (0, member.index, String::new());
    let alike = |member: &Member<'_>| (member.stage, 0, beginning(&member.step.name).to_owned());
    let stage = |member: &Member<'_>| (member.stage, 0, String::new());
    let band = |member: &Member<'_>| ((member.stage - 1) * MOST_NODES / last, 0, String::new());
    let keys: [&dyn Fn(&Member<'_>) -> Key; 4] = [&alone, &alike, &stage, &band];
    let mut grouped: BTreeMap<Key, Vec<&Member<'_>>> = BTreeMap::new();
    for key in keys {
        grouped = BTreeMap::new();
        for member in &ordinary {
            grouped.entry(key(member)).or_default().push(member);
        }
        if grouped.len() <= MOST_NODES {
            break;
        }
    }
    let mut node_of: BTreeMap<&str, usize> = BTreeMap::new();
    for (node, members) in grouped.values().enumerate() {
        node_of.extend(members.iter().map(|member| (&*member.step.name, node)));
    }
    let before = grouped.values().enumerate().map(|(node, members)| {
        let before: BTreeSet<usize> = members
            .iter()
            .flat_map(|member| &member.step.after)
            .filter_map(|name| node_of.get(name.as_str()).copied())
            .filter(|before| *before != node)
            .collect();
        before.into_iter().collect()
    });
    Groups {
        before: before.collect(),
        nodes: grouped.values().map(|members| group(members)).collect(),
    }
}

fn group(members: &[&Member<'_>]) -> Group {
    let names = members.iter().map(|member| member.step.name.as_str());
    Group {
        label: label(&names.collect::<Vec<_>>()),
        steps: members.iter().map(|member| member.index).collect(),
    }
}

/// By what steps are told apart; in an order in which what comes before stands first.
type Key = (usize, usize, String);

/// `load` of `load_orders`: the first word of a name.
fn beginning(name: &str) -> &str {
    let end = name.find(['_', '-']).unwrap_or(name.len());
    name.get(..end).unwrap_or(name)
}

/// The name of a step; of several, what their names begin with.
fn label(names: &[&str]) -> String {
    let first = names.first().copied().unwrap_or_default();
    if names.len() == 1 {
        return first.to_owned();
    }
    let begins = beginning(first);
    let others = names
        .iter()
        .filter(|name| beginning(name) != begins)
        .count();
    if others == 0 {
        begins.to_owned()
    } else {
        format!("{begins}, …")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use runtime_lambda::plan::{Completion, Connection, FORMAT, Limits, Overlap, Warehouse};

    fn plan(steps: Vec<(String, Vec<String>)>) -> Plan {
        let steps = steps.into_iter().map(|(name, after)| Step {
            name: name.into(),
            after: after.into_iter().map(Into::into).collect(),
            script: "".into(),
            job: None,
            tags: Vec::new(),
            when: When::Run,
            limit_seconds: 60,
            fresh_seconds: None,
            retry: runtime_lambda::plan::Retry::default(),
            expect: None,
            signals: Vec::new(),
            checks: Vec::new(),
        });
        Plan {
            format: FORMAT,
            pipeline: "p".to_owned(),
            description: None,
            warehouse: Warehouse {
                database: "dev".to_owned(),
                connection: Connection::Workgroup("w".to_owned()),
            },
            completion: Completion::Poll,
            limits: Limits {
                run_seconds: 60,
                rounds: 1,
                lanes: 1,
            },
            parameters: indexmap::IndexMap::new(),
            overlap: Overlap::Allow,
            expect_by: None,
            topics: Vec::new(),
            mails: Vec::new(),
            rsql: None,
            report_template: "".into(),
            report: runtime_lambda::plan::ReportStyle::default(),
            picture: None,
            prices: None,
            steps: steps.collect(),
        }
    }

    fn check(groups: &Groups, steps: usize) {
        assert!(groups.nodes.len() <= MOST_NODES);
        let all: BTreeSet<usize> = groups
            .nodes
            .iter()
            .flat_map(|node| node.steps.clone())
            .collect();
        assert_eq!(all.len(), steps);
        for (node, before) in groups.before.iter().enumerate() {
            assert!(
                before.iter().all(|before| *before < node),
                "{before:?} before {node}"
            );
        }
    }

    #[test]
    fn few_steps_stand_for_themselves() {
        let groups = groups(&plan(vec![
            ("b".to_owned(), vec![]),
            ("a".to_owned(), vec!["b".to_owned()]),
        ]));
        let labels: Vec<&str> = groups
            .nodes
            .iter()
            .map(|node| node.label.as_str())
            .collect();
        assert_eq!(labels, ["b", "a"]);
        assert_eq!(groups.before, [vec![], vec![0]]);
    }

    #[test]
    fn many_steps_are_grouped_by_stage_and_name() {
        let steps = (0..200).map(|n| {
            let kind = if n % 2 == 0 { "load" } else { "clean" };
            let after = if n < 20 {
                vec![]
            } else {
                vec![format!("{kind}_{}", n - 20)]
            };
            (format!("{kind}_{n}"), after)
        });
        let groups = groups(&plan(steps.collect()));
        assert_eq!(groups.nodes.len(), 20);
        assert_eq!(groups.nodes[0].label, "clean");
        check(&groups, 200);
    }

    #[test]
    fn a_long_chain_is_cut_into_pieces() {
        let steps = (0..1000).map(|n: u32| {
            let after = n.checked_sub(1).map(|before| format!("s{before}"));
            (format!("s{n}"), after.into_iter().collect())
        });
        let groups = groups(&plan(steps.collect()));
        assert_eq!(groups.nodes.len(), 60);
        check(&groups, 1000);
    }
}
