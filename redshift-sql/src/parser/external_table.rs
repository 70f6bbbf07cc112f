//! CREATE EXTERNAL TABLE.
//!
//! Source: AWS page `CREATE EXTERNAL TABLE`.
//!
//! `create external table s.t (a int) partitioned by (d date) stored as parquet location 's3://b/p/'`
//! has a column and one of the partitions.

use super::option::{OptionRule, Takes};
use super::{Parsed, Parser};
use crate::keyword::Keyword as K;
use crate::mistake::{Mistake, MistakeKind};
use crate::token::TokenKind;
use crate::tree::{
    ColumnDefinition, CreateExternalTable, Name, PartitionColumn, RowFormat, StatementKind,
    StoredAs,
};

/// Formats of files (AWS page: `CREATE EXTERNAL TABLE`).
const FORMATS: &[&str] = &[
    "parquet",
    "textfile",
    "orc",
    "sequencefile",
    "rcfile",
    "avro",
    "ion",
];

/// What stands behind DELIMITED.
const DELIMITED: &[OptionRule] = &[
    OptionRule::new("fields terminated by", Takes::Text),
    OptionRule::new("lines terminated by", Takes::Text),
    OptionRule::new("escaped by", Takes::Text),
    OptionRule::new("collection items terminated by", Takes::Text),
    OptionRule::new("map keys terminated by", Takes::Text),
    OptionRule::new("null defined as", Takes::Text),
];

const CLAUSES: &[&str] = &["location", "stored", "row", "partitioned", "table", "as"];

impl Parser<'_> {
    /// Reads from TABLE to the end of CREATE EXTERNAL TABLE.
    pub(super) fn create_external_table(&mut self) -> Parsed<StatementKind> {
        self.bump();
        let if_not_exists = self.if_not_exists()?;
        let name = self.object_name("the name of a table")?;
        if name.parts.len() == 1 && !name.is_inserted() {
            let written = name.span.of(self.text);
            let sentence = format!("the external schema of `{written}` is missing");
            let help = format!("write `schema.{written}`");
            self.note(Mistake::new(MistakeKind::Syntax, name.span, sentence).help(help));
        }
        let columns = if self.at(TokenKind::LeftParenthesis) {
            self.external_columns()?
        } else {
            Vec::new()
        };
        let mut table = CreateExternalTable {
            if_not_exists,
            name,
            columns,
            partitioned_by: Vec::new(),
            row_format: None,
            stored_as: None,
            location: None,
            properties: Vec::new(),
            query: None,
        };
        self.external_clauses(&mut table)?;
        if table.columns.is_empty() && table.query.is_none() {
            return Err(self.unexpected(CLAUSES));
        }
        Ok(StatementKind::CreateExternalTable(Box::new(table)))
    }

    fn external_columns(&mut self) -> Parsed<Vec<ColumnDefinition>> {
        self.in_parentheses(Self::external_column)
    }

    /// A column of an external table. Its name may be a reserved word, as the page's examples show,
    /// and nothing but a comment stands behind its type.
    fn external_column(&mut self) -> Parsed<ColumnDefinition> {
        let name = self.any_name("the name of a column")?;
        let data_type = self.type_name()?;
        if self.at_word("comment") {
            let help = "leave it out";
            return Err(self.refused(
                self.span(),
                "a column of an external table has no COMMENT in Redshift",
                help,
            ));
        }
        if !matches!(self.kind(), TokenKind::Comma | TokenKind::RightParenthesis) {
            if matches!(
                self.keyword(),
                Some(
                    K::Not
                        | K::Null
                        | K::Default
                        | K::Primary
                        | K::Unique
                        | K::Encode
                        | K::Distkey
                        | K::Sortkey
                        | K::Identity
                        | K::References
                )
            ) {
                let sentence = "a column of an external table has a name and a type only";
                return Err(self.refused(self.span(), sentence, "leave this out"));
            }
            return Err(self.unexpected(&[",", ")"]));
        }
        Ok(ColumnDefinition {
            span: name.span.to(self.previous_span()),
            name,
            data_type,
            attributes: Vec::new(),
        })
    }

    fn external_clauses(&mut self, table: &mut CreateExternalTable) -> Parsed<()> {
        while !self.at_statement_end() {
            let start = self.span();
            let twice = if self.eat_word("partitioned") {
                self.expect_keyword(K::By)?;
                let columns = self.in_parentheses(Self::partition_column)?;
                !std::mem::replace(&mut table.partitioned_by, columns).is_empty()
            } else if self.eat_keyword(K::Row) {
                self.expect_word("format")?;
                let format = self.row_format()?;
                table.row_format.replace(format).is_some()
            } else if self.eat_word("stored") {
                self.expect_keyword(K::As)?;
                let stored = self.stored_as()?;
                table.stored_as.replace(stored).is_some()
            } else if self.eat_word("location") {
                let location = self.text_value("a place in S3, `'s3://…'`")?;
                table.location.replace(location).is_some()
            } else if self.eat_keyword(K::Table) {
                self.expect_word("properties")?;
                let properties = self.properties()?;
                !std::mem::replace(&mut table.properties, properties).is_empty()
            } else if self.at_word("tblproperties") {
                let help = "write `table properties (…)`";
                return Err(self.refused(start, "Redshift has no TBLPROPERTIES", help));
            } else if self.eat_keyword(K::As) {
                table.query = Some(Box::new(self.query_behind_as()?));
                return Ok(());
            } else {
                return Err(self.unexpected(CLAUSES));
            };
            if twice {
                let span = start.to(self.previous_span());
                let sentence = "this stands here twice";
                let mistake = Mistake::new(MistakeKind::Syntax, span, sentence);
                return Err(Box::new(mistake.help("leave one of them out")));
            }
        }
        Ok(())
    }

    fn partition_column(&mut self) -> Parsed<PartitionColumn> {
        if matches!(
            self.ahead(1).kind,
            TokenKind::Comma | TokenKind::RightParenthesis
        ) {
            return Ok(PartitionColumn::Name(
                self.any_name("the name of a column")?,
            ));
        }
        Ok(PartitionColumn::Column(self.external_column()?))
    }

    fn row_format(&mut self) -> Parsed<RowFormat> {
        if self.eat_word("delimited") {
            return Ok(RowFormat::Delimited(self.options_while(DELIMITED)?));
        }
        if !self.eat_word("serde") {
            return Err(self.unexpected(&["delimited", "serde"]));
        }
        let class = self.text_value("the class of a SerDe in single quotes")?;
        let mut properties = Vec::new();
        if self.eat_keyword(K::With) {
            self.expect_word("serdeproperties")?;
            properties = self.properties()?;
        }
        Ok(RowFormat::Serde { class, properties })
    }

    fn stored_as(&mut self) -> Parsed<StoredAs> {
        if !self.eat_word("inputformat") {
            return Ok(StoredAs::Format(self.file_format()?));
        }
        let input = self.text_value("the class of a format in single quotes")?;
        self.expect_word("outputformat")?;
        let output = self.text_value("the class of a format in single quotes")?;
        Ok(StoredAs::Classes { input, output })
    }

    /// The name of a format of files.
    pub(super) fn file_format(&mut self) -> Parsed<Name> {
        if self.at(TokenKind::Insertion) || FORMATS.iter().any(|format| self.at_word(format)) {
            return self.any_name("a format");
        }
        Err(self.unexpected(FORMATS))
    }
}
