//! OpenLineage: one JobEvent a step, as static metadata (spec 2-0-2; facet `columnLineage` 1-2-0).
//!
//! A JobEvent tells of a job, not of a run, so its time is none that anything happened at: the caller
//! gives it. The same pipeline gives the same bytes.

use std::collections::{BTreeMap, BTreeSet};

use redshift_sql::lineage::{Dataset, How, InputColumn, Lineage};
use redshift_sql::names::{ANY_COLUMN, Derivation};
use runtime_lambda::plan::Connection;
use serde_json::{Map, Value, json};

use super::graph::{Direction, LineageGraph, LineageNode};
use crate::pipeline::Pipeline;

/// Who makes the events.
const PRODUCER: &str = concat!("urn:sfc:", env!("CARGO_PKG_VERSION"));

const EVENT: &str = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/JobEvent";
const COLUMN_LINEAGE: &str = "https://openlineage.io/spec/facets/1-2-0/ColumnLineageDatasetFacet.json#/$defs/ColumnLineageDatasetFacet";
const JOB_TYPE: &str =
    "https://openlineage.io/spec/facets/2-0-3/JobTypeJobFacet.json#/$defs/JobTypeJobFacet";

/// What a pipeline does not say.
#[derive(Debug, Clone)]
pub struct Labels {
    /// Namespace of the warehouse's tables: `redshift://CLUSTER.REGION:5439`. Without it, the spec's
    /// cluster or workgroup without a Region, which a spec does not have.
    pub namespace: Option<String>,
    /// Time of the events, as RFC 3339 has it.
    pub event_time: String,
}

/// The events of the steps that have to do with a node, in the order of the steps. Without a node,
/// they are of all that read or write something.
#[must_use]
pub fn open_lineage(
    graph: &LineageGraph<'_>,
    asked: Option<&LineageNode>,
    direction: Direction,
    labels: &Labels,
) -> Value {
    let wanted: Option<BTreeSet<&str>> = asked.map(|node| {
        let edges = graph.all_edges(node, direction);
        let steps = edges.iter().map(|edge| edge.written.step.name.as_str());
        let writes = graph.writes(&node.dataset).into_iter();
        let own = writes.filter(|_| direction == Direction::Upstream);
        steps
            .chain(own.map(|written| written.step.name.as_str()))
            .collect()
    });
    let names = Names::of(graph.pipeline, labels);
    let mut events = Vec::new();
    for step in &graph.steps {
        let wanted = wanted.as_ref();
        if wanted.is_some_and(|wanted| !wanted.contains(step.name.as_str())) {
            continue;
        }
        let Some(sql) = step.sql() else { continue };
        let lineage = &sql.lineage.columns;
        if lineage.reads.is_empty() && lineage.writes.is_empty() {
            continue;
        }
        let inputs: BTreeSet<&Dataset> = lineage.reads.iter().map(|read| &read.dataset).collect();
        let inputs: Vec<Value> = inputs
            .into_iter()
            .map(|input| names.dataset(input))
            .collect();
        events.push(json!({
            "eventTime": labels.event_time,
            "producer": PRODUCER,
            "schemaURL": EVENT,
            "job": {
                "namespace": "sfc",
                "name": format!("{}.{}", graph.pipeline.name, step.name),
                "facets": {
                    "jobType": {
                        "_producer": PRODUCER,
                        "_schemaURL": JOB_TYPE,
                        "processingType": "BATCH",
                        "integration": "SFC",
                        "jobType": "STEP",
                    },
                },
            },
            "inputs": inputs,
            "outputs": outputs(lineage, &names),
        }));
    }
    Value::Array(events)
}

/// Dataset names (OpenLineage page: `Naming conventions`).
struct Names {
    namespace: String,
    database: String,
}

impl Names {
    fn of(pipeline: &Pipeline, labels: &Labels) -> Self {
        let warehouse = &pipeline.warehouse;
        let host = match &warehouse.connection {
            Connection::Cluster { identifier, .. } => identifier.as_str(),
            Connection::Workgroup(name) => name,
            Connection::Secret {
                arn,
                cluster,
                workgroup,
            } => {
                let known = cluster.as_deref().or(workgroup.as_deref());
                known.unwrap_or_else(|| arn.rsplit(':').next().unwrap_or(arn))
            }
        };
        let default = || format!("redshift://{host}:5439");
        Self {
            namespace: labels.namespace.clone().unwrap_or_else(default),
            database: warehouse.database.clone(),
        }
    }

    /// Namespace and name: `redshift://main.eu-west-1:5439` and `dev.public.orders`, `s3://bucket` and
    /// `orders`.
    fn parts(&self, dataset: &Dataset) -> (String, String) {
        match dataset {
            Dataset::Table(name) => {
                let schema = if name.contains('.') { "" } else { "public." };
                let name = format!("{}.{schema}{name}", self.database);
                (self.namespace.clone(), name)
            }
            Dataset::Files(place) => {
                let (scheme, rest) = place.split_once("://").unwrap_or(("file", place));
                let (bucket, key) = rest.split_once('/').unwrap_or((rest, ""));
                let key = key.trim_end_matches('/');
                let key = if key.is_empty() { "/" } else { key };
                if scheme == "file" {
                    ("file".to_owned(), (*place).to_string())
                } else {
                    (format!("{scheme}://{bucket}"), key.to_owned())
                }
            }
        }
    }

    fn dataset(&self, dataset: &Dataset) -> Value {
        let (namespace, name) = self.parts(dataset);
        json!({ "namespace": namespace, "name": name })
    }

    /// A column that something depends on; none where nobody knows which.
    fn field(&self, (dataset, column): &(Dataset, String), by: &BTreeSet<Derivation>) -> Value {
        let (namespace, name) = self.parts(dataset);
        let transformations: Vec<Value> = by
            .iter()
            .map(|derivation| {
                let kind = if derivation.is_direct() {
                    "DIRECT"
                } else {
                    "INDIRECT"
                };
                json!({ "type": kind, "subtype": subtype(*derivation) })
            })
            .collect();
        json!({
            "namespace": namespace,
            "name": name,
            "field": column,
            "transformations": transformations,
        })
    }
}

/// Words of the facet.
fn subtype(derivation: Derivation) -> &'static str {
    match derivation {
        Derivation::Identity => "IDENTITY",
        Derivation::Transformation => "TRANSFORMATION",
        Derivation::Aggregation => "AGGREGATION",
        Derivation::Conditional => "CONDITIONAL",
        Derivation::Window => "WINDOW",
        Derivation::Filter => "FILTER",
        Derivation::Join => "JOIN",
        Derivation::GroupBy => "GROUP_BY",
        Derivation::Sort => "SORT",
    }
}

/// Columns and how something depends on them.
type Fields = BTreeMap<(Dataset, String), BTreeSet<Derivation>>;

fn add(fields: &mut Fields, inputs: &[InputColumn]) {
    // A column that nobody can name has no place in the facet; its dataset is among the inputs.
    for input in inputs.iter().filter(|input| input.column != ANY_COLUMN) {
        let key = (input.dataset.clone(), input.column.to_string());
        fields.entry(key).or_default().insert(input.derivation);
    }
}

/// What a step writes. What it only drops or empties is no output.
fn outputs(lineage: &Lineage, names: &Names) -> Vec<Value> {
    let mut all: BTreeMap<&Dataset, (BTreeMap<&str, Fields>, Fields)> = BTreeMap::new();
    let removes = |how| {
        matches!(
            how,
            How::Drop | How::RenameAway | How::Empty | How::Truncate
        )
    };
    for write in lineage.writes.iter().filter(|write| !removes(write.how)) {
        let (columns, rows) = all.entry(&write.dataset).or_default();
        for column in write.columns.iter().filter(|one| one.name != ANY_COLUMN) {
            add(columns.entry(&column.name).or_default(), &column.inputs);
        }
        add(rows, &write.influences);
    }
    let all = all.into_iter();
    all.map(|(dataset, (columns, rows))| {
        let mut output = names.dataset(dataset);
        let list = |fields: &Fields| -> Vec<Value> {
            fields
                .iter()
                .map(|(key, by)| names.field(key, by))
                .collect()
        };
        let mut fields = Map::new();
        for (column, inputs) in columns.iter().filter(|(_, inputs)| !inputs.is_empty()) {
            let inputs = json!({ "inputFields": list(inputs) });
            fields.insert((*column).to_owned(), inputs);
        }
        if (!fields.is_empty() || !rows.is_empty())
            && let Some(output) = output.as_object_mut()
        {
            let mut facet = json!({
                "_producer": PRODUCER,
                "_schemaURL": COLUMN_LINEAGE,
                "fields": fields,
            });
            if !rows.is_empty()
                && let Some(facet) = facet.as_object_mut()
            {
                facet.insert("dataset".to_owned(), Value::Array(list(&rows)));
            }
            output.insert("facets".to_owned(), json!({ "columnLineage": facet }));
        }
        output
    })
    .collect()
}
