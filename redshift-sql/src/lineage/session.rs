//! What the statements of one session do, one after the other.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use smol_str::SmolStr;

use super::held::BindingContext;
use super::{
    Act, Dataset, DatasetRead, FirstAct, How, InputColumn, Lineage, Procedures, ScriptPlace,
    Temporary, Why, Write, WrittenColumn,
};
use crate::Span;
use crate::names::{
    ANY_COLUMN, DeclaredTables, Derivation, Findings, MAX_EQUALITIES, SourceColumn,
};
use crate::tree::{CreateProcedure, Statement, StatementKind};
use crate::types::Type;

/// Gathers what the statements of a session read and write.
#[derive(Debug, Default)]
pub struct SessionLineage<'a> {
    lineage: Lineage,
    temporary: BTreeMap<SmolStr, Passed>,
    prepared: HashMap<SmolStr, &'a Statement>,
    pub(super) procedures: Procedures<'a>,
    /// Index of the statement.
    statement: usize,
    /// Where the procedure is called whose body is walked.
    pub(super) call: Option<(Span, SmolStr)>,
    /// How many calls within calls are walked.
    pub(super) nested: usize,
    /// Procedures that this call has come to.
    pub(super) walked: Vec<*const CreateProcedure>,
}

/// What has gone into a temporary table.
#[derive(Debug, Default)]
struct Passed {
    columns: BTreeMap<SmolStr, BTreeSet<InputColumn>>,
    influences: BTreeSet<InputColumn>,
    from: BTreeSet<Dataset>,
}

/// A write before it is known whether its table is temporary.
#[derive(Debug)]
pub(super) struct Effect<'e> {
    pub dataset: Dataset,
    pub how: How,
    pub span: Span,
    /// What the statement reads.
    pub from: &'e [(Dataset, Span)],
    pub columns: Vec<WrittenColumn>,
    pub influences: &'e [SourceColumn],
}

impl<'a> SessionLineage<'a> {
    /// A session that may call these procedures.
    pub fn new(procedures: Procedures<'a>) -> Self {
        Self {
            procedures,
            ..Self::default()
        }
    }

    /// Adds what a statement does. `found` is what binding it against `catalog` found; the catalog has
    /// not learned of the statement yet.
    ///
    /// ```text
    /// insert into daily select day, amount from orders
    ///
    /// reads   orders
    /// writes  daily   insert
    /// ```
    pub fn statement(
        &mut self,
        statement: &'a Statement,
        found: &Findings,
        catalog: &DeclaredTables,
        parameters: &HashMap<SmolStr, Type>,
    ) {
        let context = BindingContext {
            catalog,
            parameters,
            variables: None,
        };
        self.walked.clear();
        match &statement.kind {
            StatementKind::Prepare(prepare) => {
                let name = prepare.name.text.clone();
                self.prepared.insert(name, &prepare.statement);
            }
            StatementKind::Execute(execute) => {
                if let Some(prepared) = self.prepared.get(&execute.name.text).copied() {
                    self.call = Some((statement.span, execute.name.text.clone()));
                    self.bound(prepared, context);
                    self.call = None;
                }
            }
            _ => self.one(statement, found, context),
        }
        self.procedures.learn(statement);
        self.statement += 1;
    }

    /// What the session has done, and the procedures that there are behind it.
    pub fn finish(mut self) -> (Lineage, Procedures<'a>) {
        // A script that drops its temporary table before it makes it means no other.
        let temporary = &self.temporary;
        self.lineage.writes.retain(|write| {
            !(write.how == How::Drop && temporary.contains_key(write.dataset.name()))
        });
        (self.lineage, self.procedures)
    }

    pub(super) fn place(&self, span: Span) -> ScriptPlace {
        let (span, through) = match &self.call {
            Some((span, procedure)) => (*span, Some(procedure.clone())),
            None => (span, None),
        };
        ScriptPlace {
            span,
            statement: self.statement,
            through,
        }
    }

    pub(super) fn unknown(&mut self, why: Why, span: Span) {
        let place = self.place(span);
        let unknown = super::Unknown { why, place };
        if !self.lineage.unknown.contains(&unknown) {
            self.lineage.unknown.push(unknown);
        }
    }

    pub(super) fn act(&mut self, act: Act, span: Span) {
        if !self.lineage.acts.iter().any(|done| done.act == act) {
            let place = self.place(span);
            self.lineage.acts.push(FirstAct { act, place });
        }
    }

    /// The table lives from here on, for this session alone.
    pub(super) fn make_temporary(&mut self, name: &SmolStr, span: Span) {
        let made = self.temporary.insert(name.clone(), Passed::default());
        if made.is_none() {
            let place = self.place(span);
            self.lineage.temporary.push(Temporary {
                name: name.clone(),
                place,
            });
        }
    }

    fn passed(&self, dataset: &Dataset) -> Option<&Passed> {
        match dataset {
            Dataset::Table(name) => self.temporary.get(name),
            Dataset::Files(_) => None,
        }
    }

    pub(super) fn read(&mut self, dataset: &Dataset, span: Span) {
        if self.passed(dataset).is_none() {
            let place = self.place(span);
            self.lineage.reads.push(DatasetRead {
                dataset: dataset.clone(),
                place,
            });
        }
    }

    pub(super) fn write(&mut self, effect: Effect<'_>) {
        let mut from = BTreeSet::new();
        let mut influences: BTreeSet<InputColumn> = self.inputs(effect.influences);
        for (dataset, _) in effect.from {
            match self.passed(dataset) {
                Some(passed) => {
                    from.extend(passed.from.iter().cloned());
                    influences.extend(passed.influences.iter().cloned());
                }
                None => {
                    from.insert(dataset.clone());
                }
            }
        }
        if let Dataset::Table(name) = &effect.dataset
            && let Some(passed) = self.temporary.get_mut(name)
        {
            for column in effect.columns {
                passed
                    .columns
                    .entry(column.name)
                    .or_default()
                    .extend(column.inputs);
            }
            passed.influences.extend(influences);
            passed.from.extend(from);
            return;
        }
        let place = self.place(effect.span);
        self.lineage.writes.push(Write {
            dataset: effect.dataset,
            how: effect.how,
            place,
            from: from.into_iter().collect(),
            columns: united(effect.columns),
            influences: influences.into_iter().collect(),
        });
    }

    /// Adds the columns that are compared for equality, which may have come through temporary tables.
    pub(super) fn equalities(&mut self, found: &Findings) {
        let is_itself = |input: &&InputColumn| {
            input.derivation == Derivation::Identity
                && input.column != ANY_COLUMN
                && matches!(input.dataset, Dataset::Table(_))
        };
        for [one, other] in &found.equalities {
            let one = self.inputs(std::slice::from_ref(one));
            let other = self.inputs(std::slice::from_ref(other));
            if one.len().saturating_mul(other.len()) > MAX_EQUALITIES {
                continue;
            }
            for one in one.iter().filter(is_itself) {
                for other in other.iter().filter(is_itself) {
                    if one.dataset != other.dataset {
                        let mut pair = [one.clone(), other.clone()];
                        pair.sort_unstable();
                        self.lineage.equalities.insert(pair);
                    }
                }
            }
        }
    }

    /// A column that is written, and what its sources come to through temporary tables.
    pub(super) fn column(&self, name: SmolStr, sources: &[SourceColumn]) -> WrittenColumn {
        WrittenColumn {
            name,
            inputs: self.inputs(sources).into_iter().collect(),
        }
    }

    fn inputs(&self, sources: &[SourceColumn]) -> BTreeSet<InputColumn> {
        let mut inputs = BTreeSet::new();
        for source in sources {
            match self.temporary.get(&source.table) {
                Some(passed) => passed.inputs(source, &mut inputs),
                None => {
                    inputs.insert(InputColumn {
                        dataset: Dataset::Table(source.table.clone()),
                        column: source.column.clone(),
                        derivation: source.derivation,
                    });
                }
            }
        }
        inputs
    }
}

impl Passed {
    /// What a column of the temporary table comes from.
    fn inputs(&self, source: &SourceColumn, into: &mut BTreeSet<InputColumn>) {
        let behind = |input: &InputColumn, column: &SmolStr| InputColumn {
            dataset: input.dataset.clone(),
            column: column.clone(),
            derivation: source.derivation.after(input.derivation),
        };
        if source.column == ANY_COLUMN {
            let all = self.columns.values().flatten();
            into.extend(all.map(|input| behind(input, &input.column)));
            return;
        }
        if let Some(inputs) = self.columns.get(&source.column) {
            into.extend(inputs.iter().map(|input| behind(input, &input.column)));
        }
        for input in self.columns.get(ANY_COLUMN).into_iter().flatten() {
            let same = input.column == ANY_COLUMN && input.derivation == Derivation::Identity;
            let column = if same { &source.column } else { &input.column };
            into.insert(behind(input, column));
        }
    }
}

/// Columns of which each is named once.
fn united(columns: Vec<WrittenColumn>) -> Vec<WrittenColumn> {
    let mut at: HashMap<SmolStr, usize> = HashMap::new();
    let mut all: Vec<WrittenColumn> = Vec::with_capacity(columns.len());
    for column in columns {
        let known = at.get(&column.name).and_then(|index| all.get_mut(*index));
        match known {
            Some(known) => {
                known.inputs.extend(column.inputs);
                known.inputs.sort_unstable();
                known.inputs.dedup();
            }
            None => {
                at.insert(column.name.clone(), all.len());
                all.push(column);
            }
        }
    }
    all
}
