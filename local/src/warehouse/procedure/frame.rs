//! What a call of a procedure knows while it runs, and the values of its expressions.

use redshift_sql::Span;
use redshift_sql::tree::{CreateProcedure, Expression};

use super::super::failure::StatementFailure;
use super::super::known::KnownTables;
use super::super::scope::StatementScope;
use super::kept::CallableProcedure;
use super::variables::{CallVariable, CallVariables, RecordField};
use crate::warehouse::branches::StatementBranch;
use crate::warehouse::dialect::{BodyWriter, EngineSql, TranslationContext, VariableType};

/// How a statement of a body ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum BodyFlow {
    /// What stands behind it follows.
    Next,
    /// EXIT, of the innermost loop or of what has the label.
    Exit(Option<String>),
    /// CONTINUE, of the innermost loop or of the one with the label.
    Continue(Option<String>),
    /// RETURN: the procedure is over.
    Return,
}

/// What a call of a procedure knows while it runs.
pub(super) struct CallFrame<'c> {
    pub(super) scope: StatementScope<'c>,
    pub(super) procedure: &'c CreateProcedure,
    pub(super) kept: &'c CallableProcedure,
    pub(super) variables: CallVariables,
    /// Index of the variable `found`.
    found: usize,
    /// Rows of the last statement of SQL.
    pub(super) row_count: u64,
    /// Whether each statement is a transaction of its own.
    pub(super) nonatomic: bool,
    /// START TRANSACTION of a NONATOMIC procedure that goes on.
    pub(super) held_open: u32,
    /// The errors that the handlers around the statement that runs have caught.
    pub(super) caught: Vec<StatementFailure>,
}

/// Rows of a query as texts.
pub(super) struct Fetched {
    pub(super) columns: Vec<(String, VariableType)>,
    pub(super) rows: Vec<Vec<Option<String>>>,
}

impl<'c> CallFrame<'c> {
    pub(super) fn new(
        scope: StatementScope<'c>,
        procedure: &'c CreateProcedure,
        kept: &'c CallableProcedure,
        nonatomic: bool,
    ) -> Self {
        let mut variables = CallVariables::default();
        variables.enter(None);
        let found = CallVariable::scalar(VariableType::boolean(), Some("false".to_owned()));
        let found = variables.add("found", found);
        Self {
            scope,
            procedure,
            kept,
            variables,
            found,
            row_count: 0,
            nonatomic,
            held_open: 0,
            caught: Vec::new(),
        }
    }

    /// Tells the witness, if there is one, which way this call goes from a place.
    pub(super) fn takes(&self, span: Span, index: usize) {
        if let Some(witness) = &self.scope.shared.witness {
            witness.take(StatementBranch::new(span.of(&self.kept.text), index));
        }
    }

    pub(super) fn set_found(&mut self, found: bool) {
        let found = CallVariable::scalar(VariableType::boolean(), Some(found.to_string()));
        if let Some(variable) = self.variables.get_mut(self.found) {
            *variable = found;
        }
    }

    /// `found`, which tells whether the last statement that says so met a row.
    pub(super) fn found(&self) -> bool {
        self.variables.value(self.found) == Some("true")
    }

    /// Does something with the dialect's writer for this body.
    pub(super) fn write<T, E>(
        &self,
        write: impl FnOnce(BodyWriter<'_>) -> Result<T, E>,
    ) -> Result<T, StatementFailure>
    where
        StatementFailure: From<E>,
    {
        let tables = KnownTables::of(self.scope.connection);
        let context = self.context(&tables);
        Ok(write(BodyWriter::new(
            &context,
            &self.variables,
            &self.kept.text,
        ))?)
    }

    /// What the dialect knows, with the tables that there are at this moment.
    pub(super) fn context<'t>(&self, tables: &'t KnownTables<'_>) -> TranslationContext<'t>
    where
        'c: 't,
    {
        let dates = self.scope.session.configuration.date_style();
        TranslationContext {
            attributes_as_written: self.scope.session.configuration.attributes_as_written(),
            ..self.scope.shared.context(tables, &[], dates)
        }
    }

    /// Does something in the scope of the body, whose parameters are the variables.
    pub(super) fn within<T>(
        &self,
        run: impl FnOnce(&StatementScope<'_>) -> Result<T, StatementFailure>,
    ) -> Result<T, StatementFailure> {
        let parameters = self.variables.parameters();
        run(&StatementScope {
            parameters: &parameters,
            limits: None,
            ..self.scope
        })
    }

    /// The value of an expression as a text, of a type or of its own.
    pub(super) fn value(
        &self,
        expression: &Expression,
        kind: Option<&VariableType>,
    ) -> Result<Option<String>, StatementFailure> {
        let sql = self.write(|writer| writer.value(expression, kind))?;
        self.within(|scope| first(scope, &sql))
    }

    /// Whether a condition holds; NULL does not.
    pub(super) fn holds(&self, condition: &Expression) -> Result<bool, StatementFailure> {
        let value = self.value(condition, Some(&VariableType::boolean()))?;
        Ok(value.as_deref() == Some("true"))
    }

    /// Whether a condition of WHEN holds, where there is one.
    pub(super) fn holds_if_any(
        &self,
        condition: Option<&Expression>,
    ) -> Result<bool, StatementFailure> {
        condition.map_or(Ok(true), |condition| self.holds(condition))
    }

    /// The type of an expression.
    pub(super) fn kind_of(
        &self,
        expression: &Expression,
    ) -> Result<VariableType, StatementFailure> {
        let sql = self.write(|writer| writer.typed(expression))?;
        let described = self.within(|scope| scope.describe(&sql))?;
        let kind = described.into_iter().next();
        Ok(kind.map_or_else(VariableType::text, |(_, kind)| {
            VariableType::of_engine(&kind)
        }))
    }

    /// The rows of a query, at most so many, with each column cast to its target's type where there
    /// are targets for all.
    pub(super) fn fetch(
        &self,
        query: &EngineSql,
        targets: Option<&[VariableType]>,
        most: Option<u64>,
    ) -> Result<Fetched, StatementFailure> {
        self.within(|scope| fetch(scope, query, targets, most))
    }
}

fn fetch(
    scope: &StatementScope<'_>,
    query: &EngineSql,
    targets: Option<&[VariableType]>,
    most: Option<u64>,
) -> Result<Fetched, StatementFailure> {
    let described = scope.describe(query)?;
    let columns: Vec<(String, VariableType)> = described
        .into_iter()
        .map(|(name, kind)| (name, VariableType::of_engine(&kind)))
        .collect();
    if let Some(targets) = targets
        && targets.len() != columns.len()
    {
        return Err(StatementFailure::Engine(format!(
            "the query has {} columns, and {} variables stand behind INTO",
            columns.len(),
            targets.len()
        )));
    }
    let names: Vec<String> = (0..columns.len())
        .map(|number| format!("column {number}"))
        .collect();
    let mut list = Vec::with_capacity(columns.len());
    for (number, name) in names.iter().enumerate() {
        let own = columns.get(number).map(|(_, kind)| kind);
        let kind = targets.and_then(|targets| targets.get(number)).or(own);
        list.push(match kind {
            Some(kind) => kind.of_column_text(name)?,
            None => continue,
        });
    }
    let aliases: Vec<String> = names
        .iter()
        .map(|name| crate::warehouse::dialect::quote_name(name))
        .collect();
    let limit = most.map_or_else(String::new, |most| format!(" limit {most}"));
    let text = format!(
        "select {} from ({}) as query({}){limit}",
        list.join(", "),
        query.text,
        aliases.join(", ")
    );
    let mut prepared = scope.connection.prepare(&text)?;
    let mut found = prepared.query(duckdb::params_from_iter(scope.values(query)?))?;
    let mut rows = Vec::new();
    while let Some(row) = found.next()? {
        let mut values = Vec::with_capacity(columns.len());
        for position in 0..columns.len() {
            values.push(row.get(position)?);
        }
        rows.push(values);
    }
    Ok(Fetched { columns, rows })
}

impl Fetched {
    /// A row as the fields of a record; without a row, all NULL.
    pub(super) fn record(&self, row: Option<&[Option<String>]>) -> Vec<RecordField> {
        let columns = self.columns.iter().enumerate();
        columns
            .map(|(number, (name, kind))| RecordField {
                name: name.clone(),
                kind: kind.clone(),
                value: row.and_then(|row| row.get(number)).cloned().flatten(),
            })
            .collect()
    }
}

/// The text of the only value of a query.
pub(super) fn first(
    scope: &StatementScope<'_>,
    sql: &EngineSql,
) -> Result<Option<String>, StatementFailure> {
    // A loop asks for the same again and again. The numbers of the session are looked up when a
    // statement is prepared.
    let (mut kept, mut fresh);
    let prepared: &mut duckdb::Statement<'_> = if sql.text.contains("session_number") {
        fresh = scope.connection.prepare(&sql.text)?;
        &mut fresh
    } else {
        kept = scope.connection.prepare_cached(&sql.text)?;
        &mut kept
    };
    let mut rows = prepared.query(duckdb::params_from_iter(scope.values(sql)?))?;
    match rows.next()? {
        Some(row) => Ok(row.get(0)?),
        None => Ok(None),
    }
}
