//! What a step needs of the stack beside its plan. A run ends as its own plan says. But the
//! executions that it starts after a deploy are of the new definitions, and all of them have the
//! new permissions. So a deploy may take something away that a run under way still needs.

use std::collections::BTreeSet;
use std::fmt;

use runtime_lambda::plan::{Connection, Job, Plan, Step, Warehouse, When};
use runtime_lambda::protocol::JobKind;
use runtime_lambda::state::{GlobalState, RunStatus, StepStatus};

use crate::stack::wildcards;

/// Something of the stack that a step cannot do without; its text is what follows the name of the step.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Need {
    /// States that run this kind of step.
    Kind(JobKind),
    /// The permission to use something of another service. It holds the kind of the step and the
    /// name of what it uses, with a `*` for the value of each parameter.
    Resource(JobKind, String),
    /// The job queue that RSQL scripts are sent to.
    Queue(String),
    /// A way to the warehouse.
    Warehouse(String),
    /// The permission to read a secret of a parameter, by its ARN.
    Secret(String),
}

impl fmt::Display for Need {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Kind(JobKind::Sql) => formatter.write_str("is SQL"),
            Self::Kind(JobKind::Rsql) => formatter.write_str("is RSQL"),
            Self::Kind(kind) => write!(formatter, "is a `{}`", kind.name()),
            Self::Resource(kind, name) => write!(formatter, "is the `{}` `{name}`", kind.name()),
            Self::Queue(name) => write!(formatter, "runs in the job queue `{name}`"),
            Self::Warehouse(way) => write!(formatter, "uses {way}"),
            Self::Secret(arn) => write!(formatter, "may read the secret `{arn}`"),
        }
    }
}

/// A step that cannot do without something that is not there any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stranded {
    /// Name of the step.
    pub step: String,
    /// The first of its needs that the stack does not meet.
    pub need: Need,
}

impl fmt::Display for Stranded {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "`{}` {}", self.step, self.need)
    }
}

/// What the stack of a plan has for the steps of any run.
#[derive(Debug, Clone)]
pub struct MetNeeds(BTreeSet<Need>);

impl MetNeeds {
    /// What a stack has that is deployed with this plan.
    #[must_use]
    pub fn by(plan: &Plan) -> Self {
        let of_steps = plan.steps.iter().flat_map(|step| needs(plan, step));
        // The Lambda has these whatever the steps are.
        let always = std::iter::once(Need::Warehouse(way(&plan.warehouse))).chain(secrets(plan));
        Self(of_steps.chain(always).collect())
    }

    /// The steps of a run that are not FINISHED and need what is not there, in the plan's order. A run without a
    /// state has not begun: it may come to every step of an ordinary run.
    #[must_use]
    pub fn stranded(&self, plan: &Plan, state: Option<&GlobalState>) -> Vec<Stranded> {
        let is_left = |step: &&Step| match state {
            None => step.when == When::Run,
            Some(state) => {
                let status = state.status_of(&step.name);
                state.status == RunStatus::Running
                    && status.is_some_and(|status| status != StepStatus::Finished)
            }
        };
        let left = plan.steps.iter().filter(is_left);
        left.filter_map(|step| {
            let mut needs = needs(plan, step).into_iter();
            Some(Stranded {
                step: step.name.to_string(),
                need: needs.find(|need| !self.0.contains(need))?,
            })
        })
        .collect()
    }
}

/// What a step of this plan needs; what matters most comes first.
fn needs(plan: &Plan, step: &Step) -> Vec<Need> {
    let Some(job) = &step.job else {
        let mut needs = vec![
            Need::Kind(JobKind::Sql),
            Need::Warehouse(way(&plan.warehouse)),
        ];
        needs.extend(secrets(plan));
        return needs;
    };
    let kind = job.kind();
    let mut needs = vec![Need::Kind(kind)];
    match job {
        // The definition has where scripts run, and how their container reaches the warehouse.
        Job::Rsql { .. } => {
            let queue = plan.rsql.iter().map(|place| place.queue.clone());
            needs.extend(queue.map(Need::Queue));
            needs.push(Need::Warehouse(named(&plan.warehouse)));
        }
        Job::GlueJob { name, .. }
        | Job::GlueCrawler { name }
        | Job::Lambda { function: name, .. }
        | Job::StateMachine { arn: name, .. } => {
            needs.push(Need::Resource(kind, wildcards(name)));
        }
    }
    needs
}

/// Secrets that any statement may bind.
fn secrets(plan: &Plan) -> impl Iterator<Item = Need> {
    let parameters = plan.parameters.values();
    parameters.filter_map(|parameter| parameter.secret.clone().map(Need::Secret))
}

/// How the Lambda reaches the warehouse, as far as its permissions tell. Without a secret they are
/// for every workgroup or for one database of a cluster.
fn way(warehouse: &Warehouse) -> String {
    match &warehouse.connection {
        Connection::Workgroup(_) => "a workgroup".to_owned(),
        Connection::Cluster { .. } | Connection::Secret { .. } => named(warehouse),
    }
}

fn named(warehouse: &Warehouse) -> String {
    let database = &warehouse.database;
    match &warehouse.connection {
        Connection::Workgroup(name) => format!("the workgroup `{name}`"),
        Connection::Cluster {
            identifier,
            db_user: None,
        } => format!("the database `{database}` of the cluster `{identifier}`"),
        Connection::Cluster {
            identifier,
            db_user: Some(user),
        } => format!("the database `{database}` of the cluster `{identifier}` as `{user}`"),
        Connection::Secret { arn, .. } => format!("the warehouse of the secret `{arn}`"),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    const GLUE: &str = r#"{ "glue_job": { "name": "load-{{day}}" } }"#;

    fn step(name: &str, job: &str) -> Value {
        let mut step = json!({ "name": name, "limit_seconds": 60 });
        match job {
            "" => step["script"] = json!("s"),
            job => step["job"] = serde_json::from_str(job).unwrap(),
        }
        step
    }

    fn plan(steps: &[Value], more: &Value) -> Plan {
        let mut plan = json!({
            "format": 1,
            "pipeline": "p",
            "warehouse": { "database": "dev", "workgroup": "w" },
            "limits": { "run_seconds": 60, "rounds": 1, "lanes": 1 },
            "report_template": "t",
            "steps": steps,
        });
        for (name, value) in more.as_object().unwrap() {
            plan[name] = value.clone();
        }
        serde_json::from_value(plan).unwrap()
    }

    fn state(steps: &Value) -> GlobalState {
        serde_json::from_value(json!({
            "format": 1,
            "pipeline": "p",
            "run": "r",
            "plan": "h",
            "execution": "e",
            "status": "RUNNING",
            "round": 1,
            "started": "2026-01-01T00:00:00Z",
            "deadline": "2026-01-01T01:00:00Z",
            "steps": steps,
        }))
        .unwrap()
    }

    /// What a run of `before` that has not begun needs in vain behind a deploy of `now`.
    fn stranded(before: &Plan, now: &Plan) -> Vec<String> {
        let stranded = MetNeeds::by(now).stranded(before, None);
        stranded.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_kind_that_is_gone_strands_steps_of_it() {
        let nothing = json!({});
        let both = plan(&[step("sum", ""), step("load", GLUE)], &nothing);
        let sql = plan(&[step("sum", "")], &nothing);
        let jobs = plan(&[step("load", GLUE)], &nothing);
        assert_eq!(stranded(&both, &sql), ["`load` is a `glue_job`"]);
        assert_eq!(stranded(&both, &jobs), ["`sum` is SQL"]);
        assert!(stranded(&sql, &both).is_empty());
        assert!(stranded(&both, &both).is_empty());
    }

    #[test]
    fn steps_that_are_finished_or_not_of_the_run_need_nothing() {
        let nothing = json!({});
        let before = plan(
            &[step("a", GLUE), step("b", GLUE), step("c", GLUE)],
            &nothing,
        );
        let given = MetNeeds::by(&plan(&[step("a", "")], &nothing));
        let steps = |state: &GlobalState| -> Vec<String> {
            let stranded = given.stranded(&before, Some(state));
            stranded.into_iter().map(|one| one.step).collect()
        };
        let mut state = state(&json!({
            "a": { "status": "FINISHED" },
            "b": { "status": "FAILED" },
        }));
        assert_eq!(steps(&state), ["b"]);
        state.status = RunStatus::Failed;
        assert!(steps(&state).is_empty());
    }

    #[test]
    fn steps_of_a_deploy_are_of_no_ordinary_run() {
        let mut made = step("made", GLUE);
        made["when"] = json!("deploy");
        let nothing = json!({});
        let before = plan(&[step("sum", ""), made], &nothing);
        assert!(stranded(&before, &plan(&[step("sum", "")], &nothing)).is_empty());
    }

    #[test]
    fn names_count_with_parameters_as_wildcards() {
        let nothing = json!({});
        let before = plan(&[step("load", GLUE)], &nothing);
        let of = |name: &str| {
            let job = json!({ "glue_job": { "name": name } }).to_string();
            stranded(&before, &plan(&[step("load", &job)], &nothing))
        };
        assert!(of("load-{{month}}").is_empty());
        assert_eq!(of("other"), ["`load` is the `glue_job` `load-*`"]);
    }

    #[test]
    fn warehouses_queues_and_secrets_are_needed() {
        let sql = [step("sum", "")];
        let workgroup = plan(&sql, &json!({}));
        let of = |warehouse: Value| plan(&sql, &json!({ "warehouse": warehouse }));
        let other = of(json!({ "database": "dev", "workgroup": "other" }));
        assert!(stranded(&workgroup, &other).is_empty());
        let cluster = of(json!({ "database": "dev", "cluster": { "identifier": "c" } }));
        assert_eq!(stranded(&workgroup, &cluster), ["`sum` uses a workgroup"]);
        assert_eq!(
            stranded(&cluster, &workgroup),
            ["`sum` uses the database `dev` of the cluster `c`"]
        );

        let secret = json!({ "parameters": { "key": { "type": "string", "secret": "arn:s" } } });
        let secret = plan(&sql, &secret);
        assert_eq!(
            stranded(&secret, &workgroup),
            ["`sum` may read the secret `arn:s`"]
        );
        assert!(stranded(&workgroup, &secret).is_empty());

        let rsql = |queue: &str, workgroup: &str| {
            plan(
                &[step("merge", r#"{ "rsql": { "script": "s" } }"#)],
                &json!({
                    "rsql": { "queue": queue, "definition": "d" },
                    "warehouse": { "database": "dev", "workgroup": workgroup },
                }),
            )
        };
        let before = rsql("one", "w");
        assert_eq!(
            stranded(&before, &rsql("two", "w")),
            ["`merge` runs in the job queue `one`"]
        );
        assert_eq!(
            stranded(&before, &rsql("one", "other")),
            ["`merge` uses the workgroup `w`"]
        );
    }
}
