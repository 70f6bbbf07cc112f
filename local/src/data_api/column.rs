//! `ColumnMetadata`.

use serde_json::{Value, json};

use crate::warehouse::ColumnDetail;

/// A column as the Data API describes it.
pub(super) fn metadata(column: &ColumnDetail) -> Value {
    let mut metadata = json!({
        "isCaseSensitive": column.is_case_sensitive(),
        "isCurrency": false,
        "isSigned": column.is_signed(),
        "label": column.name,
        "length": column.length,
        "name": column.name,
        "nullable": i32::from(column.nullable),
        "precision": column.precision,
        "scale": column.scale,
        "schemaName": column.schema,
        "tableName": column.table,
        "typeName": column.type_name,
    });
    if let (Some(default), Some(members)) = (&column.default, metadata.as_object_mut()) {
        members.insert("columnDefault".to_owned(), default.as_str().into());
    }
    metadata
}
