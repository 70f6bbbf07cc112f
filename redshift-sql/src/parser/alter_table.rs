//! ALTER TABLE.
//!
//! Source: AWS pages `ALTER TABLE`, `ALTER TABLE APPEND`.
//!
//! `alter table t add column a int encode raw` is one action. Only changes of encodings, of the
//! distribution and of the sort key may stand together.

use super::{Parsed, Parser};
use crate::keyword::Keyword as K;
use crate::token::TokenKind;
use crate::tree::{
    AlterTable, AlterTableAction, AlterTableAppend, AlterTableKind, Behavior, DistStyle,
    ObjectName, PartitionClause, RowLevelSecurity, StatementKind,
};

/// What other databases let ALTER COLUMN do: words behind the column, a sentence, what to do.
const COLUMN_ELSEWHERE: &[(&[&str], &str, &str)] = &[
    (
        &["set", "not"],
        "Redshift has no ALTER COLUMN … SET NOT NULL",
        "add another column, copy the values, drop the old column and rename",
    ),
    (
        &["drop", "not"],
        "Redshift has no ALTER COLUMN … DROP NOT NULL",
        "add another column, copy the values, drop the old column and rename",
    ),
    (
        &["set", "default"],
        "Redshift has no ALTER COLUMN … SET DEFAULT",
        "add another column with the default, copy the values, drop the old column and rename",
    ),
    (
        &["drop", "default"],
        "Redshift has no ALTER COLUMN … DROP DEFAULT",
        "add another column, copy the values, drop the old column and rename",
    ),
    (
        &["set", "data"],
        "Redshift has no SET DATA TYPE",
        "write `alter column … type varchar(…)`",
    ),
];

/// What other databases let ALTER TABLE do.
const TABLE_ELSEWHERE: &[(&[&str], &str, &str)] = &[
    (
        &["set", "schema"],
        "Redshift moves no table to another schema",
        "create it there with `create table … (like …)` and move the rows with `alter table … append from …`",
    ),
    (
        &["modify"],
        "Redshift has no MODIFY",
        "write `alter column … type varchar(…)`",
    ),
    (
        &["change"],
        "Redshift has no CHANGE",
        "write `rename column … to …` or `alter column … type varchar(…)`",
    ),
    (
        &["cluster"],
        "Redshift has no CLUSTER",
        "write `alter sortkey (…)`",
    ),
    (
        &["attach"],
        "Redshift attaches no partitions",
        "use a sort key, or an external table",
    ),
    (
        &["detach"],
        "Redshift detaches no partitions",
        "use a sort key, or an external table",
    ),
    (
        &["swap"],
        "Redshift swaps no tables",
        "rename both in one transaction",
    ),
    (&["inherit"], "Redshift has no INHERIT", "leave it out"),
    (
        &["enable"],
        "Redshift has no ENABLE in ALTER TABLE",
        "for policies of rows, write `row level security on`",
    ),
    (
        &["disable"],
        "Redshift has no DISABLE in ALTER TABLE",
        "for policies of rows, write `row level security off`",
    ),
];

const ACTIONS: &[&str] = &[
    "add",
    "drop",
    "alter",
    "rename",
    "owner",
    "append",
    "set",
    "row",
    "partition",
    "masking",
];

impl Parser<'_> {
    /// Reads from TABLE to the end of ALTER TABLE.
    pub(super) fn alter_table(&mut self) -> Parsed<StatementKind> {
        self.bump();
        self.refuse_only_and_if()?;
        let table = self.object_name("the name of a table")?;
        if self.at_keyword(K::Append) {
            return self.append(table);
        }
        let mut actions = vec![self.alter_table_action()?];
        while self.at(TokenKind::Comma) {
            let comma = self.bump().span;
            let together = actions
                .iter()
                .all(|action| may_stand_together(&action.kind));
            if !together || !self.at_keyword(K::Alter) {
                let sentence = "ALTER TABLE changes one thing at a time in Redshift";
                let help = "write an ALTER TABLE for each change";
                return Err(self.refused(comma, sentence, help));
            }
            let action = self.alter_table_action()?;
            if !may_stand_together(&action.kind) {
                let sentence = "ALTER TABLE changes one thing at a time in Redshift";
                let help = "write an ALTER TABLE for each change";
                return Err(self.refused(action.span, sentence, help));
            }
            actions.push(action);
        }
        Ok(StatementKind::AlterTable(Box::new(AlterTable {
            table,
            actions,
        })))
    }

    fn refuse_only_and_if(&mut self) -> Parsed<()> {
        if self.at_keyword(K::If) && self.ahead(1).keyword() == Some(K::Exists) {
            let sentence = "Redshift has no ALTER TABLE IF EXISTS";
            return Err(self.refused(self.span(), sentence, "leave IF EXISTS out"));
        }
        if self.at_keyword(K::Only) {
            return Err(self.refused(
                self.span(),
                "Redshift has no ALTER TABLE ONLY",
                "leave ONLY out",
            ));
        }
        Ok(())
    }

    fn append(&mut self, target: ObjectName) -> Parsed<StatementKind> {
        self.bump();
        self.expect_keyword(K::From)?;
        let source = self.object_name("the name of a table")?;
        let ignore_extra = self.eat_word("ignoreextra");
        let fill_target = !ignore_extra && self.eat_word("filltarget");
        // "You can't use both FILLTARGET and IGNOREEXTRA."
        if (ignore_extra || fill_target)
            && (self.at_word("ignoreextra") || self.at_word("filltarget"))
        {
            let sentence = "ALTER TABLE APPEND takes IGNOREEXTRA or FILLTARGET, not both";
            let help = "move the rows with `insert into … select …`, and empty the other table with TRUNCATE";
            return Err(self.refused(self.span(), sentence, help));
        }
        if !self.at_statement_end() {
            return Err(self.unexpected(&["ignoreextra", "filltarget"]));
        }
        Ok(StatementKind::AlterTableAppend(Box::new(
            AlterTableAppend {
                target,
                source,
                ignore_extra,
                fill_target,
            },
        )))
    }

    /// Reads one action of ALTER TABLE.
    pub(super) fn alter_table_action(&mut self) -> Parsed<AlterTableAction> {
        let start = self.span();
        self.refuse_elsewhere(TABLE_ELSEWHERE)?;
        let kind = match self.keyword() {
            Some(K::Add) => self.alter_add()?,
            Some(K::Drop) => self.alter_drop()?,
            Some(K::Alter) => self.alter_alter()?,
            Some(K::Rename) => self.alter_rename()?,
            Some(K::Set) => self.alter_set()?,
            Some(K::Row) => AlterTableKind::RowLevelSecurity(self.row_level_security()?),
            Some(K::Partition) => {
                self.bump();
                let partition = self.partition()?;
                self.expect_keyword(K::Set)?;
                self.expect_word("location")?;
                let location = self.text_value("a place in S3, `'s3://…'`")?;
                AlterTableKind::PartitionLocation {
                    partition,
                    location,
                }
            }
            _ if self.at_word("owner") => {
                self.bump();
                self.expect_keyword(K::To)?;
                AlterTableKind::Owner(self.name("the name of a user")?)
            }
            _ if self.at_word("masking") => {
                self.bump();
                let on = self.on_or_off()?;
                self.expect_keyword(K::For)?;
                self.expect_word("datashares")?;
                AlterTableKind::MaskingForDatashares(on)
            }
            _ => return Err(self.unexpected(ACTIONS)),
        };
        Ok(AlterTableAction {
            span: start.to(self.previous_span()),
            kind,
        })
    }

    fn alter_add(&mut self) -> Parsed<AlterTableKind> {
        self.bump();
        if let Some(K::Constraint | K::Primary | K::Foreign | K::Unique | K::Check) = self.keyword()
        {
            return Ok(AlterTableKind::AddConstraint(self.table_constraint()?));
        }
        let column = self.eat_keyword(K::Column);
        let if_span = self.span();
        let if_not_exists = self.if_not_exists()?;
        if !column && self.at_keyword(K::Partition) {
            let mut partitions = Vec::new();
            while self.eat_keyword(K::Partition) {
                let partition = self.partition()?;
                self.expect_word("location")?;
                let location = self.text_value("a place in S3, `'s3://…'`")?;
                partitions.push((partition, location));
                if self.at(TokenKind::Comma) && self.ahead(1).keyword() == Some(K::Partition) {
                    self.bump();
                }
            }
            return Ok(AlterTableKind::AddPartitions {
                if_not_exists,
                partitions,
            });
        }
        if if_not_exists {
            let sentence = "Redshift has no ADD COLUMN IF NOT EXISTS";
            let help = "look for the column in `svv_columns` first, or create the table with it";
            return Err(self.refused(if_span, sentence, help));
        }
        if self.at(TokenKind::LeftParenthesis) {
            let sentence = "ALTER TABLE adds one column at a time in Redshift";
            let help = "write an ALTER TABLE for each column, without brackets";
            return Err(self.refused(self.span(), sentence, help));
        }
        Ok(AlterTableKind::AddColumn(Box::new(
            self.column_definition()?,
        )))
    }

    fn alter_drop(&mut self) -> Parsed<AlterTableKind> {
        self.bump();
        if self.eat_keyword(K::Constraint) {
            let constraint = self.name("the name of a constraint")?;
            let behavior = self.behavior()?;
            return Ok(AlterTableKind::DropConstraint {
                constraint,
                behavior,
            });
        }
        if self.at_keyword(K::Partition) && self.ahead(1).kind == TokenKind::LeftParenthesis {
            self.bump();
            return Ok(AlterTableKind::DropPartition(self.partition()?));
        }
        self.eat_keyword(K::Column);
        if self.at_keyword(K::If) && self.ahead(1).keyword() == Some(K::Exists) {
            let sentence = "Redshift has no DROP COLUMN IF EXISTS";
            let help = "look for the column in `svv_columns` first";
            return Err(self.refused(self.span(), sentence, help));
        }
        let column = self.name("the name of a column")?;
        let behavior = self.behavior()?;
        Ok(AlterTableKind::DropColumn { column, behavior })
    }

    /// `cascade`, `restrict` or nothing.
    pub(super) fn behavior(&mut self) -> Parsed<Option<Behavior>> {
        if self.eat_word("cascade") {
            Ok(Some(Behavior::Cascade))
        } else if self.eat_word("restrict") {
            Ok(Some(Behavior::Restrict))
        } else {
            Ok(None)
        }
    }

    fn alter_alter(&mut self) -> Parsed<AlterTableKind> {
        self.bump();
        match self.keyword() {
            Some(K::Distkey) => {
                self.bump();
                let key = self.name("the name of a column")?;
                Ok(AlterTableKind::Distribution {
                    style: DistStyle::Key,
                    key: Some(key),
                })
            }
            Some(K::Diststyle) => {
                self.bump();
                let style = self.distribution_style()?;
                let key = if style == DistStyle::Key {
                    self.expect_keyword(K::Distkey)?;
                    Some(self.name("the name of a column")?)
                } else {
                    None
                };
                Ok(AlterTableKind::Distribution { style, key })
            }
            Some(K::Sortkey) => Ok(AlterTableKind::SortKey(self.sort_key()?)),
            Some(K::Encode) => {
                self.bump();
                self.expect_word("auto")?;
                Ok(AlterTableKind::EncodeAuto)
            }
            _ if self.at_word("compound") => Ok(AlterTableKind::SortKey(self.sort_key()?)),
            _ if self.at_word("interleaved") && self.ahead(1).keyword() == Some(K::Sortkey) => {
                let sentence = "ALTER TABLE makes no sort key interleaved";
                let help = "create the table anew with `interleaved sortkey (…)`";
                Err(self.refused(self.span(), sentence, help))
            }
            _ if self.at_word("autorefresh") && self.ahead(1).kind == TokenKind::Equal => {
                self.bump();
                self.bump();
                let on = self.expect_one_of(&["true", "false"])? == 0;
                Ok(AlterTableKind::AutoRefresh(on))
            }
            _ => self.alter_column(),
        }
    }

    fn alter_column(&mut self) -> Parsed<AlterTableKind> {
        if !self.eat_keyword(K::Column) && !self.at_name() {
            return Err(self.unexpected(&["column", "distkey", "diststyle", "sortkey", "encode"]));
        }
        let column = self.name("the name of a column")?;
        self.refuse_elsewhere(COLUMN_ELSEWHERE)?;
        if self.eat_keyword(K::Encode) {
            let encoding = self.encoding()?;
            return Ok(AlterTableKind::ColumnEncoding { column, encoding });
        }
        if !self.eat_word("type") {
            return Err(self.unexpected(&["type", "encode"]));
        }
        let data_type = Box::new(self.type_name()?);
        if self.at_keyword(K::Using) {
            let sentence = "Redshift has no USING in ALTER COLUMN";
            let help = "only a varchar gets another length; for everything else add another column, copy the values, drop the old one and rename";
            return Err(self.refused(self.span(), sentence, help));
        }
        Ok(AlterTableKind::ColumnType { column, data_type })
    }

    fn alter_rename(&mut self) -> Parsed<AlterTableKind> {
        self.bump();
        if self.eat_keyword(K::To) {
            let to = self.object_name("the new name")?;
            if to.parts.len() > 1 {
                let sentence = "the new name of a table has no schema in front of it";
                let help = "a table stays in its schema; leave the schema out";
                return Err(self.refused(to.span, sentence, help));
            }
            let mut parts = to.parts.into_iter();
            return match parts.next() {
                Some(name) => Ok(AlterTableKind::Rename(name)),
                None => Err(self.unexpected(&["the new name"])),
            };
        }
        self.eat_keyword(K::Column);
        let column = self.name("the name of a column")?;
        self.expect_keyword(K::To)?;
        let to = self.name("the new name of the column")?;
        Ok(AlterTableKind::RenameColumn { column, to })
    }

    fn alter_set(&mut self) -> Parsed<AlterTableKind> {
        self.bump();
        if self.eat_word("location") {
            let location = self.text_value("a place in S3, `'s3://…'`")?;
            return Ok(AlterTableKind::Location(location));
        }
        if self.eat_word("file") {
            self.expect_word("format")?;
            return Ok(AlterTableKind::FileFormat(self.file_format()?));
        }
        if self.eat_keyword(K::Table) {
            self.expect_word("properties")?;
            return Ok(AlterTableKind::Properties(self.properties()?));
        }
        Err(self.unexpected(&["location", "file format", "table properties"]))
    }

    /// `on` is true, `off` false.
    pub(super) fn on_or_off(&mut self) -> Parsed<bool> {
        Ok(self.expect_one_of(&["on", "off"])? == 0)
    }

    /// `row level security { on | off } …`
    pub(super) fn row_level_security(&mut self) -> Parsed<RowLevelSecurity> {
        self.bump();
        self.expect_word("level")?;
        self.expect_keyword(K::Security)?;
        let on = self.on_or_off()?;
        let mut security = RowLevelSecurity {
            on,
            any_policy: None,
            for_datashares: false,
        };
        if self.eat_word("conjunction") {
            self.expect_word("type")?;
            security.any_policy = Some(self.expect_one_of(&["and", "or"])? == 1);
        }
        if self.eat_keyword(K::For) {
            self.expect_word("datashares")?;
            security.for_datashares = true;
        }
        Ok(security)
    }

    /// `(column = value, …)`
    fn partition(&mut self) -> Parsed<PartitionClause> {
        let start = self.span();
        let values = self.in_parentheses(|parser| {
            let column = parser.any_name("the name of a column")?;
            parser.expect(TokenKind::Equal, "=")?;
            let value = parser.expression()?;
            Ok((column, value))
        })?;
        Ok(PartitionClause {
            span: start.to(self.previous_span()),
            values,
        })
    }
}

/// Whether Redshift takes the action together with others (AWS page: `ALTER TABLE`).
fn may_stand_together(kind: &AlterTableKind) -> bool {
    matches!(
        kind,
        AlterTableKind::ColumnEncoding { .. }
            | AlterTableKind::Distribution { .. }
            | AlterTableKind::SortKey(_)
            | AlterTableKind::EncodeAuto
    )
}
