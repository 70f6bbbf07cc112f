//! ALTER TABLE of an external table, where nothing else can be meant (AWS page: `ALTER TABLE`, "external
//! tables"). Columns are changed as those of other tables are, until the warehouse sees the table.

use redshift_sql::tree::{AlterTable, AlterTableKind, Expression, ExpressionKind, PartitionClause};

use super::super::Refusal;
use super::super::load::BucketLocation;
use super::super::statement::{ExternalChange, PartitionValues, Statement};
use super::super::writer::Writer;
use super::format::of_name;
use super::{literal, properties};

/// What ALTER TABLE changes of an external table, where it is such a change.
pub(in super::super) fn change(
    alter: &AlterTable,
    writer: Writer<'_>,
) -> Result<Option<Statement>, Refusal> {
    let [action] = alter.actions.as_slice() else {
        return Ok(None);
    };
    let change = match &action.kind {
        AlterTableKind::AddPartitions {
            if_not_exists,
            partitions,
        } => ExternalChange::Add {
            if_not_exists: *if_not_exists,
            partitions: partitions
                .iter()
                .map(|(partition, location)| Ok((values(partition)?, place(location)?)))
                .collect::<Result<_, Refusal>>()?,
        },
        AlterTableKind::DropPartition(partition) => ExternalChange::Drop(values(partition)?),
        AlterTableKind::PartitionLocation {
            partition,
            location,
        } => ExternalChange::Place {
            partition: values(partition)?,
            location: place(location)?,
        },
        AlterTableKind::Location(location) => ExternalChange::Location(place(location)?),
        // The page lists the other formats only.
        AlterTableKind::FileFormat(format) if format.is("orc") => {
            return Err(Refusal::syntax(
                "SET FILE FORMAT takes no ORC: create the table anew with STORED AS ORC",
            ));
        }
        AlterTableKind::FileFormat(format) => ExternalChange::Format(of_name(&format.text)?),
        AlterTableKind::Properties(given) => ExternalChange::Properties(properties::given(given)),
        _ => return Ok(None),
    };
    Ok(Some(Statement::ChangeExternal {
        table: writer.relation(&alter.table)?,
        change,
    }))
}

fn values(partition: &PartitionClause) -> Result<PartitionValues, Refusal> {
    let values = partition.values.iter().map(|(name, value)| {
        let value = match &value.bare().kind {
            ExpressionKind::Text(text) => text.to_string(),
            ExpressionKind::Number(number) => number.to_string(),
            _ => return Err(Refusal::syntax("the value of a partition is a literal")),
        };
        Ok((name.text.to_string(), value))
    });
    values.collect()
}

/// Reads the text of a LOCATION, which must be an address in S3.
pub(super) fn place(location: &Expression) -> Result<String, Refusal> {
    let url = literal(location).ok_or_else(|| Refusal::syntax("a LOCATION is a text"))?;
    BucketLocation::parse(url)?;
    Ok(url.to_owned())
}
