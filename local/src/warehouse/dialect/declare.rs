//! What a definition says of a relation, from the tree.

use redshift_sql::tree::{
    AlterMaterializedView, AlterMaterializedViewAction, AlterTable, AlterTableKind, Collation,
    ColumnAttributeKind, ColumnDefinition, Comment, CommentObject, CreateMaterializedView,
    CreateTable, CreateTableAs, CreateView, DistStyle, Encoding, ExpressionKind, KeyColumn, Name,
    Query, SortKey, TableAttributes, TableConstraint, TableConstraintKind, TableElement,
};
use redshift_sql::types::Type;

use super::declaration::{
    DeclaredColumn, DeclaredKey, DeclaredRelation, DeclaredView, KeyKind, ViewKind,
};
use super::statement::{Declare, DeclaredChange, Statement};
use super::writer::Writer;
use super::{Refusal, alter, table, table_check};

/// A statement, and what it says of a relation.
fn with(statement: Statement, declare: Declare) -> Statement {
    Statement::Declare {
        statement: Box::new(statement),
        declare: Box::new(declare),
    }
}

fn is_temporary(temporary: bool, name: &redshift_sql::tree::ObjectName) -> bool {
    temporary || name.name().is_some_and(|name| name.text.starts_with('#'))
}

fn texts(names: &[Name]) -> Vec<String> {
    names.iter().map(|name| name.text.to_string()).collect()
}

/// Adds to a translated CREATE TABLE what the engine does not keep: keys, sort keys, encodings.
pub(super) fn table(
    statement: Statement,
    create: &CreateTable,
    text: &str,
    writer: Writer<'_>,
) -> Result<Statement, Refusal> {
    table_check::table(create)?;
    let mut declaration = DeclaredRelation::default();
    let mut like = None;
    for element in &create.elements {
        match element {
            TableElement::Column(definition) => {
                column_attributes(definition, &mut declaration, writer)?;
                declaration.columns.push(column(definition, text)?);
            }
            TableElement::Constraint(constraint) => {
                declaration.keys.push(key(constraint, writer)?);
            }
            TableElement::Like { table, .. } => like = Some(writer.relation(table)?),
        }
    }
    declaration.encoded = !create.attributes.encode_auto
        && declaration
            .columns
            .iter()
            .any(|column| column.encoding.is_some());
    let declare = Declare::Table {
        name: writer.relation(&create.name)?,
        temporary: is_temporary(create.temporary, &create.name),
        if_not_exists: create.if_not_exists,
        like,
        declaration,
        attributes: Box::new(create.attributes.clone()),
    };
    Ok(with(statement, declare))
}

/// `create table … as`
pub(super) fn table_as(
    statement: Statement,
    create: &CreateTableAs,
    writer: Writer<'_>,
) -> Result<Statement, Refusal> {
    writer.check_names(&create.columns, &create.query)?;
    table_check::layout(&create.attributes, 0)?;
    let declare = Declare::Query {
        name: writer.relation(&create.name)?,
        temporary: is_temporary(create.temporary, &create.name),
        columns: texts(&create.columns),
        query: create.query.clone(),
        view: None,
        attributes: Box::new(create.attributes.clone()),
    };
    Ok(with(statement, declare))
}

/// `select … into table …`
pub(super) fn select_into(
    statement: Statement,
    query: &Query,
    writer: Writer<'_>,
) -> Result<Statement, Refusal> {
    let redshift_sql::tree::Body::Select(select) = &query.body else {
        return Ok(statement);
    };
    let Some(into) = &select.into else {
        return Ok(statement);
    };
    let [name] = into.targets.as_slice() else {
        return Ok(statement);
    };
    let declare = Declare::Query {
        name: writer.relation(name)?,
        temporary: is_temporary(into.temporary, name),
        columns: Vec::new(),
        query: Box::new(query.clone()),
        view: None,
        attributes: Box::default(),
    };
    Ok(with(statement, declare))
}

/// Adds to a translated CREATE VIEW what the view shows and how it was written.
pub(super) fn view(
    statement: Statement,
    create: &CreateView,
    text: &str,
    writer: Writer<'_>,
) -> Result<Statement, Refusal> {
    writer.check_names(&create.columns, &create.query)?;
    let declare = Declare::Query {
        name: writer.relation(&create.name)?,
        temporary: false,
        columns: texts(&create.columns),
        query: create.query.clone(),
        view: Some(DeclaredView {
            kind: if create.no_schema_binding {
                ViewKind::Late
            } else {
                ViewKind::Plain
            },
            query: create.query.span.of(text).to_owned(),
            names: texts(&create.columns),
            auto_refresh: false,
            reads: Vec::new(),
        }),
        attributes: Box::default(),
    };
    Ok(with(statement, declare))
}

/// `create materialized view …`
pub(super) fn materialized(
    statement: Statement,
    create: &CreateMaterializedView,
    text: &str,
    writer: Writer<'_>,
) -> Result<Statement, Refusal> {
    writer.check_names(&[], &create.query)?;
    table_check::materialized(&create.query)?;
    table_check::layout(&create.attributes, 0)?;
    let declare = Declare::Query {
        name: writer.relation(&create.name)?,
        temporary: false,
        columns: Vec::new(),
        query: create.query.clone(),
        view: Some(DeclaredView {
            kind: ViewKind::Materialized,
            query: create.query.span.of(text).to_owned(),
            names: Vec::new(),
            auto_refresh: create.auto_refresh == Some(true),
            reads: Vec::new(),
        }),
        attributes: Box::new(create.attributes.clone()),
    };
    Ok(with(statement, declare))
}

/// Adds to a translated ALTER TABLE what changes in the declaration.
pub(super) fn alter(
    statement: Statement,
    alter: &AlterTable,
    text: &str,
    writer: Writer<'_>,
) -> Result<Statement, Refusal> {
    let mut changes = Vec::new();
    for action in &alter.actions {
        match &action.kind {
            AlterTableKind::AddColumn(definition) => {
                changes.push(DeclaredChange::AddColumn(Box::new(column(
                    definition, text,
                )?)));
                for attribute in &definition.attributes {
                    if let Some(key) = column_key(definition, &attribute.kind, writer)? {
                        changes.push(DeclaredChange::AddKey(key));
                    }
                }
            }
            AlterTableKind::DropColumn { column, behavior } => {
                changes.push(DeclaredChange::DropColumn {
                    name: column.text.to_string(),
                    cascade: *behavior == Some(redshift_sql::tree::Behavior::Cascade),
                })
            }
            AlterTableKind::RenameColumn { column, to } => {
                changes.push(DeclaredChange::RenameColumn {
                    from: column.text.to_string(),
                    to: to.text.to_string(),
                })
            }
            AlterTableKind::Rename(to) => changes.push(DeclaredChange::Rename(to.text.to_string())),
            AlterTableKind::ColumnType { column, data_type } => {
                changes.push(DeclaredChange::Type {
                    column: column.text.to_string(),
                    kind: Type::of(&data_type.kind).to_string(),
                })
            }
            AlterTableKind::ColumnEncoding { column, encoding } => {
                changes.push(DeclaredChange::Encoding {
                    column: column.text.to_string(),
                    encoding: encoding_name(*encoding).unwrap_or("none").to_owned(),
                });
            }
            AlterTableKind::EncodeAuto => changes.push(DeclaredChange::ChosenEncoding),
            AlterTableKind::Distribution { style, key } => {
                changes.push(DeclaredChange::Distribution {
                    style: *style,
                    key: key.as_ref().map(|key| key.text.to_string()),
                })
            }
            AlterTableKind::SortKey(sort) => changes.push(DeclaredChange::SortKey(sort.clone())),
            AlterTableKind::AddConstraint(constraint) => {
                changes.push(DeclaredChange::AddKey(key(constraint, writer)?));
            }
            AlterTableKind::DropConstraint {
                constraint,
                behavior,
            } => changes.push(DeclaredChange::DropKey {
                name: constraint.text.to_string(),
                cascade: *behavior == Some(redshift_sql::tree::Behavior::Cascade),
            }),
            AlterTableKind::Owner(owner) => {
                changes.push(DeclaredChange::Owner(owner.text.to_string()))
            }
            AlterTableKind::AutoRefresh(on) => changes.push(DeclaredChange::AutoRefresh(*on)),
            _ => {}
        }
    }
    let declare = Declare::Change {
        name: writer.relation(&alter.table)?,
        changes,
    };
    Ok(with(statement, declare))
}

/// Translates ALTER MATERIALIZED VIEW: AUTO REFRESH, and what ALTER TABLE does as well.
pub(super) fn alter_materialized(
    changed: &AlterMaterializedView,
    text: &str,
    writer: Writer<'_>,
) -> Result<Statement, Refusal> {
    let actions = match &changed.action {
        AlterMaterializedViewAction::AutoRefresh(on) => {
            let declare = Declare::Change {
                name: writer.relation(&changed.name)?,
                changes: vec![DeclaredChange::AutoRefresh(*on)],
            };
            return Ok(with(Statement::Nothing, declare));
        }
        AlterMaterializedViewAction::Table(actions) => actions.clone(),
    };
    let table = AlterTable {
        table: changed.name.clone(),
        actions,
    };
    self::alter(alter::alter(&table, writer)?, &table, text, writer)
}

/// Translates COMMENT: it changes a declaration, or nothing that anybody shows.
pub(super) fn comment(comment: &Comment, writer: Writer<'_>) -> Result<Statement, Refusal> {
    let text = match comment.text.as_ref().map(|text| &text.bare().kind) {
        Some(ExpressionKind::Text(text)) if !text.is_empty() => Some(text.to_string()),
        _ => None,
    };
    let declare = match &comment.object {
        CommentObject::Table(name) | CommentObject::View(name) => Declare::Change {
            name: writer.relation(name)?,
            changes: vec![DeclaredChange::Comment {
                text,
                on_view: matches!(comment.object, CommentObject::View(_)),
            }],
        },
        CommentObject::Column(name) => {
            let [table @ .., column] = name.parts.as_slice() else {
                return Err(Refusal::syntax("COMMENT ON COLUMN takes a column"));
            };
            let table = redshift_sql::tree::ObjectName {
                parts: table.to_vec().into(),
                span: name.span,
            };
            Declare::Change {
                name: writer.relation(&table)?,
                changes: vec![DeclaredChange::ColumnComment {
                    column: column.text.to_string(),
                    text,
                }],
            }
        }
        CommentObject::Constraint { .. } | CommentObject::Database(_) => Declare::Nothing,
    };
    Ok(with(Statement::Nothing, declare))
}

/// What is said of a column by itself.
fn column(definition: &ColumnDefinition, text: &str) -> Result<DeclaredColumn, Refusal> {
    let mut column = DeclaredColumn {
        name: definition.name.text.to_string(),
        kind: Type::of(&definition.data_type.kind).to_string(),
        ..DeclaredColumn::default()
    };
    for attribute in &definition.attributes {
        match &attribute.kind {
            ColumnAttributeKind::Default(value) => {
                let is_null = matches!(value.bare().kind, ExpressionKind::Null);
                column.default = (!is_null).then(|| value.span.of(text).to_owned());
            }
            ColumnAttributeKind::Identity {
                seed,
                step,
                by_default,
            } => {
                let (seed, step) = (
                    table::whole(seed.as_deref())?,
                    table::whole(step.as_deref())?,
                );
                column.identity = Some((seed, step));
                column.by_default = *by_default;
            }
            ColumnAttributeKind::Encode(encoding) => {
                column.encoding = encoding_name(*encoding).map(str::to_owned);
            }
            ColumnAttributeKind::Collate(collation) => {
                column.case_insensitive = *collation == Collation::CaseInsensitive;
            }
            ColumnAttributeKind::DistKey
            | ColumnAttributeKind::SortKey
            | ColumnAttributeKind::NotNull
            | ColumnAttributeKind::Null
            | ColumnAttributeKind::Unique
            | ColumnAttributeKind::PrimaryKey
            | ColumnAttributeKind::References { .. } => {}
        }
    }
    Ok(column)
}

/// What the attributes of a column say of its table.
fn column_attributes(
    definition: &ColumnDefinition,
    declaration: &mut DeclaredRelation,
    writer: Writer<'_>,
) -> Result<(), Refusal> {
    let name = definition.name.text.to_string();
    for attribute in &definition.attributes {
        match &attribute.kind {
            ColumnAttributeKind::DistKey => {
                declaration.distribution = Some("key".to_owned());
                declaration.distkey = Some(name.clone());
            }
            ColumnAttributeKind::SortKey => declaration.sortkey.push(name.clone()),
            other => declaration
                .keys
                .extend(column_key(definition, other, writer)?),
        }
    }
    Ok(())
}

/// The key that an attribute of a column is.
fn column_key(
    definition: &ColumnDefinition,
    attribute: &ColumnAttributeKind,
    writer: Writer<'_>,
) -> Result<Option<DeclaredKey>, Refusal> {
    let of = |kind| DeclaredKey {
        kind,
        columns: vec![definition.name.text.to_string()],
        ..DeclaredKey::default()
    };
    Ok(match attribute {
        ColumnAttributeKind::PrimaryKey => Some(of(KeyKind::Primary)),
        ColumnAttributeKind::Unique => Some(of(KeyKind::Unique)),
        ColumnAttributeKind::References { table, column } => Some(DeclaredKey {
            table: Some((String::new(), writer.relation(table)?)),
            references: texts(column.as_slice()),
            ..of(KeyKind::Foreign)
        }),
        _ => None,
    })
}

/// The key that a constraint is. The other table is named as the statement names it.
fn key(constraint: &TableConstraint, writer: Writer<'_>) -> Result<DeclaredKey, Refusal> {
    let name = constraint.name.as_ref().map(|name| name.text.to_string());
    let of = |kind, columns: &[Name]| DeclaredKey {
        name: name.clone().unwrap_or_default(),
        kind,
        columns: texts(columns),
        ..DeclaredKey::default()
    };
    Ok(match &constraint.kind {
        TableConstraintKind::PrimaryKey(columns) => of(KeyKind::Primary, columns),
        TableConstraintKind::Unique(columns) => of(KeyKind::Unique, columns),
        TableConstraintKind::ForeignKey {
            columns,
            table,
            referenced,
        } => DeclaredKey {
            table: Some((String::new(), writer.relation(table)?)),
            references: texts(referenced),
            ..of(KeyKind::Foreign, columns)
        },
    })
}

/// The name of an encoding as the catalog shows it; none where Redshift chooses.
fn encoding_name(encoding: Encoding) -> Option<&'static str> {
    Some(match encoding {
        Encoding::Auto => return None,
        Encoding::Raw => "none",
        Encoding::Az64 => "az64",
        Encoding::ByteDict => "bytedict",
        Encoding::Delta => "delta",
        Encoding::Delta32k => "delta32k",
        Encoding::Lzo => "lzo",
        Encoding::Mostly8 => "mostly8",
        Encoding::Mostly16 => "mostly16",
        Encoding::Mostly32 => "mostly32",
        Encoding::RunLength => "runlength",
        Encoding::Text255 => "text255",
        Encoding::Text32k => "text32k",
        Encoding::Zstd => "zstd",
    })
}

impl DeclaredRelation {
    /// Takes what stands behind the columns of a table. The columns must be known.
    pub(crate) fn lay_out(&mut self, attributes: &TableAttributes) {
        if let Some(style) = attributes.distribution {
            self.distribute(style, None);
        }
        if let Some(key) = &attributes.distribution_key {
            let key = self.key_column(key);
            self.distribute(DistStyle::Key, key);
        }
        if let Some(sort) = &attributes.sort_key {
            self.sort(sort);
        }
    }

    /// How rows are spread; without a key, the one that is known stays.
    pub(crate) fn distribute(&mut self, style: DistStyle, key: Option<String>) {
        self.distribution = match style {
            DistStyle::Auto => None,
            DistStyle::Even => Some("even".to_owned()),
            DistStyle::All => Some("all".to_owned()),
            DistStyle::Key => Some("key".to_owned()),
        };
        if style != DistStyle::Key {
            self.distkey = None;
        } else if key.is_some() {
            self.distkey = key;
        }
    }

    /// How rows are sorted.
    pub(crate) fn sort(&mut self, sort: &SortKey) {
        let (columns, interleaved, unsorted): (&[KeyColumn], _, _) = match sort {
            SortKey::Auto => (&[], false, false),
            SortKey::None => (&[], false, true),
            SortKey::Compound(columns) => (columns, false, false),
            SortKey::Interleaved(columns) => (columns, true, false),
        };
        self.sortkey = columns
            .iter()
            .filter_map(|column| self.key_column(column))
            .collect();
        self.interleaved = interleaved;
        self.unsorted = unsorted;
    }

    /// The name of a column that a key names or counts.
    fn key_column(&self, key: &KeyColumn) -> Option<String> {
        match key {
            KeyColumn::Name(name) => Some(name.text.to_string()),
            KeyColumn::Position(number, _) => {
                let at = usize::try_from(*number).ok()?.checked_sub(1)?;
                self.columns.get(at).map(|column| column.name.clone())
            }
        }
    }
}
