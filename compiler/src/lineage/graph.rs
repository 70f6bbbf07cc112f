//! Tables, files and columns, and what lies between them.

use std::collections::{BTreeMap, BTreeSet};

use redshift_sql::lineage::{Dataset, How, ScriptPlace, Why, Write};
use redshift_sql::names::{ANY_COLUMN, Derivation};

use crate::pipeline::{Pipeline, Step, StepSql, meets};

/// A table or files; or one column of it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct LineageNode {
    /// The table or files.
    pub dataset: Dataset,
    /// The column; none for all of it, or for some column that nobody knows.
    pub column: Option<String>,
}

impl LineageNode {
    /// The node as people read it: `orders.amount`, `orders`, `s3://bucket/orders/`.
    #[must_use]
    pub fn text(&self) -> String {
        match &self.column {
            Some(column) => format!("{}.{column}", self.dataset.name()),
            None => self.dataset.name().to_owned(),
        }
    }

    fn of(dataset: &Dataset, column: Option<&str>) -> Self {
        Self {
            dataset: dataset.clone(),
            column: column.map(str::to_owned),
        }
    }
}

/// Which way to go from a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// To what it comes from.
    Upstream,
    /// To what is made of it.
    Downstream,
}

/// A place where a step writes something.
#[derive(Debug, Clone, Copy)]
pub struct WritePlace<'a> {
    /// The step whose SQL writes.
    pub step: &'a Step,
    /// The file that the statement stands in.
    pub sql: &'a StepSql,
    /// Which dataset is written, and from what.
    pub write: &'a Write,
}

impl WritePlace<'_> {
    /// Where it is written, for people: `step load, sql/load.sql:3`.
    #[must_use]
    pub fn place(&self) -> String {
        place(self.step, self.sql, &self.write.place)
    }
}

/// `step load, sql/load.sql:3`, and the procedure if one does it.
pub(super) fn place(step: &Step, sql: &StepSql, place: &ScriptPlace) -> String {
    let line = sql.file.line(place.span.start as usize);
    let through = match &place.through {
        Some(procedure) => format!(" through {procedure}"),
        None => String::new(),
    };
    format!("step {}{through}, {}:{line}", step.name, sql.path)
}

/// What lies between two nodes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LineageLink {
    /// One column depends on another.
    Derived(Derivation),
    /// A statement reads one table and writes the other.
    Statement(How),
}

/// A step from one node to another.
#[derive(Debug, Clone)]
pub struct Edge<'a> {
    /// Where the data comes from.
    pub from: LineageNode,
    /// Where it goes to.
    pub to: LineageNode,
    /// How the one depends on the other.
    pub link: LineageLink,
    /// The statement that does it.
    pub written: WritePlace<'a>,
}

/// What the steps of a pipeline read and write.
pub struct LineageGraph<'a> {
    /// The pipeline whose steps these are.
    pub pipeline: &'a Pipeline,
    /// Its steps in an order in which they may run.
    pub steps: Vec<&'a Step>,
    writes: Vec<WritePlace<'a>>,
    /// Indices of writes, by what they write.
    targets: BTreeMap<&'a Dataset, Vec<usize>>,
    /// Indices of writes, by what they read or depend on.
    sources: BTreeMap<&'a Dataset, Vec<usize>>,
    /// Who reads what, beside those who write something of it.
    readers: BTreeMap<&'a Dataset, Vec<String>>,
    /// Columns that are named, whether they are written or only read.
    columns: BTreeMap<&'a Dataset, BTreeSet<&'a str>>,
}

impl<'a> LineageGraph<'a> {
    /// The graph of a pipeline.
    #[must_use]
    pub fn of(pipeline: &'a Pipeline) -> Self {
        let mut graph = Self {
            pipeline,
            steps: pipeline.in_order(),
            writes: Vec::new(),
            targets: BTreeMap::new(),
            sources: BTreeMap::new(),
            readers: BTreeMap::new(),
            columns: BTreeMap::new(),
        };
        for step in graph.steps.clone() {
            let Some(sql) = step.sql() else { continue };
            for write in &sql.lineage.columns.writes {
                graph.add(WritePlace { step, sql, write });
            }
            for read in &sql.lineage.columns.reads {
                let mut writes = sql.lineage.columns.writes.iter();
                graph.columns.entry(&read.dataset).or_default();
                if writes.any(|write| write.from.contains(&read.dataset)) {
                    continue;
                }
                let readers = graph.readers.entry(&read.dataset).or_default();
                // What only a check of the step reads has no place in its script.
                let mut uses = sql.lineage.reads.iter();
                let by_check =
                    uses.any(|table| table.checked.is_some() && table.name == read.dataset.name());
                let text = if by_check {
                    format!("a check of step {}", step.name)
                } else {
                    place(step, sql, &read.place)
                };
                if !readers.contains(&text) {
                    readers.push(text);
                }
            }
        }
        graph
    }

    fn add(&mut self, written: WritePlace<'a>) {
        let index = self.writes.len();
        self.writes.push(written);
        let write = written.write;
        self.targets.entry(&write.dataset).or_default().push(index);
        let named = self.columns.entry(&write.dataset).or_default();
        let names = write.columns.iter().map(|column| column.name.as_str());
        named.extend(names.filter(|name| *name != ANY_COLUMN));
        let inputs = write.columns.iter().flat_map(|column| &column.inputs);
        for input in inputs.chain(&write.influences) {
            let named = self.columns.entry(&input.dataset).or_default();
            if input.column != ANY_COLUMN {
                named.insert(&input.column);
            }
            push(self.sources.entry(&input.dataset).or_default(), index);
        }
        for dataset in &write.from {
            push(self.sources.entry(dataset).or_default(), index);
            self.columns.entry(dataset).or_default();
        }
    }

    /// Everything that is named.
    pub fn datasets(&self) -> impl Iterator<Item = &'a Dataset> {
        self.columns.keys().copied()
    }

    /// Everything that is written, in the order of names.
    pub fn targets(&self) -> impl Iterator<Item = &'a Dataset> {
        self.targets.keys().copied()
    }

    /// The columns of something, as far as the SQL names them.
    pub fn columns(&self, dataset: &Dataset) -> impl Iterator<Item = &'a str> {
        self.columns.get(dataset).into_iter().flatten().copied()
    }

    /// The writes of something, in the order of the steps.
    pub fn writes(&self, dataset: &Dataset) -> Vec<WritePlace<'a>> {
        self.at(&self.targets, dataset, |written| {
            meets(dataset.name(), written)
        })
    }

    /// The steps that read something and write nothing of it.
    #[must_use]
    pub fn readers(&self, dataset: &Dataset) -> &[String] {
        self.readers.get(dataset).map_or(&[], Vec::as_slice)
    }

    /// The writes of a map at something; files may meet others.
    #[expect(
        clippy::indexing_slicing,
        reason = "indices of writes are counted as they are added"
    )]
    fn at(
        &self,
        map: &BTreeMap<&'a Dataset, Vec<usize>>,
        dataset: &Dataset,
        meets: impl Fn(&str) -> bool,
    ) -> Vec<WritePlace<'a>> {
        let mut indices: Vec<usize> = match dataset {
            Dataset::Table(_) => map.get(dataset).cloned().unwrap_or_default(),
            Dataset::Files(_) => map
                .iter()
                .filter(|(other, _)| matches!(other, Dataset::Files(place) if meets(place)))
                .flat_map(|(_, indices)| indices.iter().copied())
                .collect(),
        };
        indices.sort_unstable();
        indices.dedup();
        let indices = indices.into_iter();
        indices.map(|index| self.writes[index]).collect()
    }

    /// The edges from a node, one step far.
    #[must_use]
    pub fn edges(&self, node: &LineageNode, direction: Direction) -> Vec<Edge<'a>> {
        let mut edges = match direction {
            Direction::Upstream => self.upstream(node),
            Direction::Downstream => self.downstream(node),
        };
        edges.retain(|edge| edge.from != edge.to);
        let mut seen = BTreeSet::new();
        edges.retain(|edge| {
            let place = &edge.written.write.place;
            let key = (edge.from.clone(), edge.to.clone(), edge.link);
            seen.insert((key, edge.written.step.name.clone(), place.statement))
        });
        edges
    }

    fn upstream(&self, node: &LineageNode) -> Vec<Edge<'a>> {
        let mut edges = Vec::new();
        for written in self.writes(&node.dataset) {
            let Some(wanted) = &node.column else {
                edges.extend(written.write.from.iter().map(|from| Edge {
                    from: LineageNode::of(from, None),
                    to: node.clone(),
                    link: LineageLink::Statement(written.write.how),
                    written,
                }));
                continue;
            };
            for column in &written.write.columns {
                if column.name != ANY_COLUMN && column.name != wanted.as_str() {
                    continue;
                }
                for input in &column.inputs {
                    let same = input.derivation == Derivation::Identity;
                    let name = match input.column.as_str() {
                        ANY_COLUMN if same => Some(wanted.as_str()),
                        ANY_COLUMN => None,
                        name => Some(name),
                    };
                    edges.push(Edge {
                        from: LineageNode::of(&input.dataset, name),
                        to: node.clone(),
                        link: LineageLink::Derived(input.derivation),
                        written,
                    });
                }
            }
        }
        edges
    }

    fn downstream(&self, node: &LineageNode) -> Vec<Edge<'a>> {
        let name = node.dataset.name();
        let is_node = |dataset: &Dataset| match (dataset, &node.dataset) {
            (Dataset::Files(read), Dataset::Files(_)) => meets(read, name),
            (one, other) => one == other,
        };
        let mut edges = Vec::new();
        for written in self.at(&self.sources, &node.dataset, |read| meets(read, name)) {
            let write = written.write;
            let edge = |to: Option<&str>, link| Edge {
                from: node.clone(),
                to: LineageNode::of(&write.dataset, to),
                link,
                written,
            };
            let Some(wanted) = &node.column else {
                if write.from.iter().any(is_node) {
                    edges.push(edge(None, LineageLink::Statement(write.how)));
                }
                continue;
            };
            let comes = |column: &str| column == ANY_COLUMN || column == wanted;
            for column in &write.columns {
                let inputs = column.inputs.iter();
                for input in inputs.filter(|input| is_node(&input.dataset) && comes(&input.column))
                {
                    let same =
                        input.column == ANY_COLUMN && input.derivation == Derivation::Identity;
                    let to = match column.name.as_str() {
                        ANY_COLUMN if same => Some(wanted.as_str()),
                        ANY_COLUMN => None,
                        name if same && name != wanted.as_str() => continue,
                        name => Some(name),
                    };
                    edges.push(edge(to, LineageLink::Derived(input.derivation)));
                }
            }
            let influences = write.influences.iter();
            edges.extend(
                influences
                    .filter(|input| is_node(&input.dataset) && comes(&input.column))
                    .map(|input| edge(None, LineageLink::Derived(input.derivation))),
            );
        }
        edges
    }

    /// All edges that a node leads to, in one direction.
    #[must_use]
    pub fn all_edges(&self, node: &LineageNode, direction: Direction) -> Vec<Edge<'a>> {
        let mut seen = BTreeSet::from([node.clone()]);
        let mut open = vec![node.clone()];
        let mut all = Vec::new();
        while let Some(node) = open.pop() {
            for edge in self.edges(&node, direction) {
                let next = match direction {
                    Direction::Upstream => &edge.from,
                    Direction::Downstream => &edge.to,
                };
                if leads_on(&edge) && seen.insert(next.clone()) {
                    open.push(next.clone());
                }
                all.push(edge);
            }
        }
        all
    }

    /// What nobody can tell from the SQL, in words.
    #[must_use]
    pub fn unknown(&self) -> Vec<String> {
        let mut all = Vec::new();
        for step in &self.steps {
            let Some(sql) = step.sql() else {
                if step.job().is_some() {
                    all.push(format!("step {} is no SQL", step.name));
                }
                continue;
            };
            for unknown in &sql.lineage.columns.unknown {
                let why = unknown_words(&unknown.why);
                all.push(format!("{} {why}", place(step, sql, &unknown.place)));
            }
        }
        all.dedup();
        all
    }
}

/// Why nobody can tell what a statement does, in words.
#[must_use]
pub fn unknown_words(why: &Why) -> String {
    match why {
        Why::Dynamic => "makes a statement while it runs".to_owned(),
        Why::Procedure(name) => format!("calls the procedure {name}, which no step makes"),
        Why::Query => "takes its query from a parameter".to_owned(),
        Why::Variable(name) => format!("uses the variable {name}, which holds data of a table"),
    }
}

/// Whether the lineage goes on behind an edge: what only decides which rows there are is an end.
pub(super) fn leads_on(edge: &Edge<'_>) -> bool {
    match edge.link {
        LineageLink::Derived(derivation) => derivation <= Derivation::Window,
        LineageLink::Statement(_) => true,
    }
}

fn push(list: &mut Vec<usize>, index: usize) {
    if list.last() != Some(&index) {
        list.push(index);
    }
}
