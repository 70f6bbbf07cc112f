//! ALTER TABLE of an external table: its parts and its place (AWS page: `ALTER TABLE`).

use super::super::declared;
use super::super::failure::StatementFailure;
use super::super::scope::StatementScope;
use super::outside_of_transactions;
use crate::warehouse::dialect::{
    External, ExternalChange, ExternalFormat, ExternalPartition, ExternalWritten, PartitionValues,
};

/// Changes what an external table reads.
pub(in super::super) fn change(
    scope: &StatementScope<'_>,
    table: &str,
    change: &ExternalChange,
) -> Result<(), StatementFailure> {
    let mut relation = declared::existing(scope, table)?;
    let name = format!("\"{}\".\"{}\"", relation.schema, relation.name);
    let Some(external) = &mut relation.declaration.external else {
        return Err(StatementFailure::Engine(format!(
            "{name} is no external table"
        )));
    };
    outside_of_transactions(scope, "ALTER EXTERNAL TABLE")?;
    match change {
        ExternalChange::Location(location) => external.location.clone_from(location),
        ExternalChange::Add {
            if_not_exists,
            partitions,
        } => {
            for (values, location) in partitions {
                let values = ordered(external, values)?;
                let known = external
                    .partitions
                    .iter()
                    .any(|known| known.values == values);
                if known && !if_not_exists {
                    return Err(StatementFailure::Engine(format!(
                        "partition ({}) of {name} already exists",
                        values.join(", ")
                    )));
                }
                if !known {
                    external.partitions.push(ExternalPartition {
                        values,
                        location: location.clone(),
                    });
                }
            }
        }
        ExternalChange::Format(written) => write_as(external, written)?,
        ExternalChange::Properties(given) => external.set_properties(given)?,
        ExternalChange::Drop(values) => {
            let values = ordered(external, values)?;
            let before = external.partitions.len();
            external.partitions.retain(|known| known.values != values);
            if external.partitions.len() == before {
                return Err(missing(&name, &values));
            }
        }
        ExternalChange::Place {
            partition,
            location,
        } => {
            let values = ordered(external, partition)?;
            let mut partitions = external.partitions.iter_mut();
            let known = partitions.find(|known| known.values == values);
            known.ok_or_else(|| missing(&name, &values))?.location = location.clone();
        }
    }
    relation.keep(scope)
}

/// The objects are written otherwise. Text has the delimiter that it had before, as in Hive.
fn write_as(external: &mut External, written: &ExternalWritten) -> Result<(), StatementFailure> {
    if let ExternalFormat::Text { delimiter } = &external.format {
        external.delimiter = Some(delimiter.clone());
    }
    external.format.clone_from(&written.format);
    if let (ExternalFormat::Text { delimiter }, Some(before)) =
        (&mut external.format, &external.delimiter)
    {
        delimiter.clone_from(before);
    }
    written.input.clone_into(&mut external.input_format);
    written.output.clone_into(&mut external.output_format);
    written.serde.clone_into(&mut external.serde);
    // What was said of the objects may not fit the format.
    Ok(external.set_properties(&[])?)
}

fn missing(name: &str, values: &[String]) -> StatementFailure {
    StatementFailure::Engine(format!(
        "partition ({}) of {name} does not exist",
        values.join(", ")
    ))
}

/// The values in the order of the columns, one for each.
fn ordered(external: &External, values: &PartitionValues) -> Result<Vec<String>, StatementFailure> {
    let ordered = external.partitioned_by.iter().map(|column| {
        let value = values.iter().find(|(name, _)| name == column);
        let value = value.map(|(_, value)| value.clone());
        value.ok_or_else(|| {
            StatementFailure::Engine(format!("the partition has no value for \"{column}\""))
        })
    });
    let ordered: Vec<String> = ordered.collect::<Result<_, _>>()?;
    match values
        .iter()
        .find(|(name, _)| !external.partitioned_by.contains(name))
    {
        Some((name, _)) => Err(StatementFailure::Engine(format!(
            "\"{name}\" is no column of PARTITIONED BY"
        ))),
        None => Ok(ordered),
    }
}
