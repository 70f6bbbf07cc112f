//! A query on a connection, and its rows as results keep them.

use duckdb::arrow::record_batch::RecordBatch;
use duckdb::arrow::util::display::FormatOptions;
use duckdb::params_from_iter;

use super::detail::ColumnDetail;
use super::failure::StatementFailure;
use super::results::{Collector, PagedRows};
use super::rows::{ColumnReader, Logical, type_name};
use super::scope::StatementScope;
use crate::warehouse::dialect::EngineSql;

/// Runs a query and keeps its rows.
pub(super) fn query(
    scope: &StatementScope<'_>,
    sql: &EngineSql,
) -> Result<PagedRows, StatementFailure> {
    let mut prepared = scope.connection.prepare(&sql.text)?;
    // The stream is fetched below with `step`, which hands errors out; the iterator panics.
    let schema = prepared
        .stream_arrow(params_from_iter(scope.values(sql)?))?
        .get_schema();
    let logical: Vec<Logical> = (0..schema.fields().len())
        .map(|column| Logical::of(&prepared.column_logical_type(column)))
        .collect();
    let columns = schema
        .fields()
        .iter()
        .zip(&logical)
        .map(|(field, logical)| ColumnDetail::of_result(field, type_name(field, *logical)))
        .collect();
    let mut columns: Vec<ColumnDetail> = columns;
    if scope.session.configuration.upper_case() {
        for column in &mut columns {
            column.name = column.name.to_uppercase();
        }
    }
    let options = FormatOptions::default();
    let mut collector = Collector::new(columns, &scope.shared.pages, scope.limits);
    let mut record = Vec::with_capacity(schema.fields().len());
    while let Some(array) = prepared.step()? {
        let batch = RecordBatch::from(&array);
        let readers = batch
            .columns()
            .iter()
            .zip(&logical)
            .map(|(column, logical)| ColumnReader::new(column, *logical, &options))
            .collect::<Result<Vec<_>, _>>()?;
        for row in 0..batch.num_rows() {
            record.clear();
            record.extend(readers.iter().map(|reader| reader.field(row)));
            collector.push(&record)?;
        }
    }
    collector.finish()
}
