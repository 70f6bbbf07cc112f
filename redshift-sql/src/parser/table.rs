//! CREATE TABLE and CREATE TABLE AS.
//!
//! Source: AWS pages `CREATE TABLE`, `CREATE TABLE AS`; `SQL commands` of `Writing to Apache Iceberg
//! tables`.
//!
//! `create table t (id int identity(1, 1), name varchar(20) encode zstd) sortkey (id)` is a table of
//! two columns; `create table t (id, name) as select …` one that a query fills.

use super::{Parsed, Parser};
use crate::Span;
use crate::keyword::Keyword as K;
use crate::mistake::{Mistake, MistakeKind};
use crate::token::TokenKind;
use crate::tree::{
    CreateTable, CreateTableAs, Iceberg, KeyColumn, Name, ObjectName, SortKey, StatementKind,
    TableAttributes, TableElement,
};

/// What other databases write behind the columns: words, a sentence, what to do.
const BEHIND: &[(&[&str], &str, &str)] = &[
    (
        &["partition", "by"],
        "Redshift has no PARTITION BY for tables",
        "use `distkey (…)` and `sortkey (…)`, or an external table with PARTITIONED BY",
    ),
    (
        &["partitioned", "by"],
        "only external tables and Iceberg tables are partitioned",
        "use `distkey (…)` and `sortkey (…)`, or write `create external table`",
    ),
    (
        &["tablespace"],
        "Redshift has no tablespaces",
        "leave TABLESPACE out",
    ),
    (
        &["cluster", "by"],
        "Redshift has no CLUSTER BY",
        "use `sortkey (…)`",
    ),
    (
        &["clustered", "by"],
        "Redshift has no CLUSTERED BY",
        "use `distkey (…)` and `sortkey (…)`",
    ),
    (
        &["order", "by"],
        "a table is sorted by its sort key in Redshift",
        "use `sortkey (…)`",
    ),
    (
        &["distributed", "by"],
        "Redshift has no DISTRIBUTED BY",
        "use `distkey (…)`",
    ),
    (
        &["inherits"],
        "Redshift has no INHERITS",
        "write `create table t (like other)` or name the columns",
    ),
    (
        &["on", "commit"],
        "Redshift has no ON COMMIT",
        "a temporary table lives until its session ends; drop it where it should go earlier",
    ),
    (
        &["without", "oids"],
        "Redshift has no WITHOUT OIDS",
        "leave it out",
    ),
    (&["engine"], "Redshift has no ENGINE", "leave it out"),
    (
        &["comment"],
        "Redshift has no COMMENT in CREATE TABLE",
        "write `comment on table … is '…'` behind it",
    ),
    (
        &["row", "format"],
        "ROW FORMAT belongs to an external table",
        "write `create external table`",
    ),
    (
        &["stored", "as"],
        "STORED AS belongs to an external table",
        "write `create external table`",
    ),
    (
        &["location"],
        "LOCATION belongs to an external table",
        "write `create external table`, or `using iceberg location …`",
    ),
];

impl Parser<'_> {
    /// Reads from TABLE to the end of CREATE TABLE.
    pub(super) fn create_table(&mut self, temporary: bool) -> Parsed<StatementKind> {
        self.bump();
        let if_span = self.span();
        let if_not_exists = self.if_not_exists()?;
        let name = self.object_name("the name of a table")?;
        let mut columns = Vec::new();
        if self.at(TokenKind::LeftParenthesis) {
            if !self.at_column_names() {
                let elements = self.table_elements()?;
                return self.rest_of_table(temporary, if_not_exists, name, elements);
            }
            columns = self.names_before_as()?;
        }
        let attributes = self.table_attributes()?;
        let iceberg = self.iceberg()?;
        self.refuse_behind_table()?;
        if !self.at_keyword(K::As) {
            if let (Some(first), true) = (columns.first(), self.at_statement_end()) {
                return Err(self.no_type(first));
            }
            if columns.is_empty() && self.at_keyword(K::Like) {
                let sentence = "LIKE stands in brackets in Redshift";
                let help = "write `create table t (like other)`";
                return Err(self.refused(self.span(), sentence, help));
            }
            return Err(self.unexpected(&["(", "as", "diststyle", "distkey", "sortkey"]));
        }
        if if_not_exists {
            let sentence = "Redshift has no IF NOT EXISTS for a table that a query fills";
            let help = "drop the table first with `drop table if exists`, or create it with its columns and insert";
            return Err(self.refused(if_span, sentence, help));
        }
        self.bump();
        let query = Box::new(self.query_behind_as()?);
        self.refuse_behind_query_of_table()?;
        Ok(StatementKind::CreateTableAs(Box::new(CreateTableAs {
            temporary,
            name,
            columns,
            attributes,
            iceberg,
            query,
        })))
    }

    /// Reads a query behind AS.
    pub(super) fn query_behind_as(&mut self) -> Parsed<crate::tree::Query> {
        if self.at_query() || self.at(TokenKind::LeftParenthesis) {
            return self.query();
        }
        if self.at_keyword(K::Values) {
            return Err(self.values_refused());
        }
        Err(self.unexpected(&["select", "with", "("]))
    }

    fn refuse_behind_query_of_table(&self) -> Parsed<()> {
        if self.at_words(&["with", "no", "data"]) || self.at_words(&["with", "data"]) {
            let help = "leave it out; for a table without rows, write `limit 0` or `where false`";
            return Err(self.refused(self.span(), "Redshift has no WITH [NO] DATA", help));
        }
        Ok(())
    }

    /// Whether names without types stand in the brackets: the columns of CREATE TABLE AS.
    fn at_column_names(&self) -> bool {
        matches!(
            self.ahead(2).kind,
            TokenKind::Comma | TokenKind::RightParenthesis
        ) && matches!(
            self.ahead(1).kind,
            TokenKind::Word(_) | TokenKind::Quoted | TokenKind::Insertion
        )
    }

    fn names_before_as(&mut self) -> Parsed<Vec<Name>> {
        self.expect(TokenKind::LeftParenthesis, "(")?;
        let names = self.comma_separated(|parser| parser.name("the name of a column"))?;
        if let (Some(first), TokenKind::Word(_)) = (names.first(), self.kind()) {
            return Err(self.no_type(first));
        }
        self.close_parenthesis()?;
        Ok(names)
    }

    fn no_type(&self, column: &Name) -> Box<Mistake> {
        let written = column.span.of(self.text);
        let sentence = format!("the column `{written}` has no type");
        let help = format!("write its type behind it, such as `{written} integer`");
        Box::new(Mistake::new(MistakeKind::Syntax, column.span, sentence).help(help))
    }

    fn rest_of_table(
        &mut self,
        temporary: bool,
        if_not_exists: bool,
        name: ObjectName,
        elements: Vec<TableElement>,
    ) -> Parsed<StatementKind> {
        let attributes = self.table_attributes()?;
        let iceberg = self.iceberg()?;
        self.refuse_behind_table()?;
        if self.at_keyword(K::As) && self.ahead(1).keyword().is_some() {
            let sentence = "a table that a query fills takes the types of the query";
            let help = "leave the types out: `create table t (a, b) as select …`";
            return Err(self.refused(self.span(), sentence, help));
        }
        if !self.at_statement_end() {
            return Err(self.unexpected(&[
                ";",
                "diststyle",
                "distkey",
                "sortkey",
                "compound",
                "interleaved",
                "encode",
                "backup",
            ]));
        }
        let table = CreateTable {
            temporary,
            if_not_exists,
            name,
            elements,
            attributes,
            iceberg,
        };
        self.note_unknown_keys(&table.attributes, &table);
        Ok(StatementKind::CreateTable(Box::new(table)))
    }

    /// Notes keys that are no columns of the table, where all of its columns are known.
    fn note_unknown_keys(&mut self, attributes: &TableAttributes, table: &CreateTable) {
        let open = table.elements.iter().any(|element| match element {
            TableElement::Like { .. } => true,
            TableElement::Column(column) => column.name.inserted,
            TableElement::Constraint(_) => false,
        });
        let mut keys: Vec<&KeyColumn> = attributes.distribution_key.iter().collect();
        if let Some(SortKey::Compound(columns) | SortKey::Interleaved(columns)) =
            &attributes.sort_key
        {
            keys.extend(columns);
        }
        let columns: Vec<&str> = table.columns().map(|c| c.name.text.as_str()).collect();
        for key in keys {
            let KeyColumn::Name(name) = key else {
                let sentence = "a key names a column, not its number, where columns are defined";
                let mistake = Mistake::new(MistakeKind::Syntax, key.span(), sentence);
                self.note(mistake.help("write the name of the column"));
                continue;
            };
            if open || name.inserted || columns.contains(&name.text.as_str()) {
                continue;
            }
            let written = name.span.of(self.text);
            let sentence = format!("the table has no column `{written}`");
            let mut mistake = Mistake::new(MistakeKind::UnknownColumn, name.span, sentence);
            if let Some(nearest) = super::expected::nearest(&name.text, &columns) {
                mistake = mistake.help(format!("did you mean `{nearest}`?"));
            }
            self.note(mistake);
        }
    }

    fn refuse_behind_table(&self) -> Parsed<()> {
        if self.at_keyword(K::With) && self.ahead(1).kind == TokenKind::LeftParenthesis {
            let sentence = "Redshift has no WITH behind the columns";
            return Err(self.refused(self.span(), sentence, "leave it out"));
        }
        self.refuse_elsewhere(BEHIND)
    }

    /// Reads `using iceberg …`, or nothing if there is none.
    fn iceberg(&mut self) -> Parsed<Option<Iceberg>> {
        if !self.at_keyword(K::Using) {
            return Ok(None);
        }
        let start: Span = self.bump().span;
        self.expect_word("iceberg")?;
        let mut iceberg = Iceberg {
            span: start,
            location: None,
            partitioned_by: Vec::new(),
            properties: Vec::new(),
        };
        loop {
            if self.at_word("location") && iceberg.location.is_none() {
                self.bump();
                iceberg.location = Some(self.text_value("a place in S3, `'s3://…'`")?);
            } else if self.at_word("partitioned") && iceberg.partitioned_by.is_empty() {
                self.bump();
                self.expect_keyword(K::By)?;
                iceberg.partitioned_by = self.in_parentheses(Self::expression)?;
            } else if self.at_keyword(K::Table) && iceberg.properties.is_empty() {
                self.bump();
                self.expect_word("properties")?;
                iceberg.properties = self.properties()?;
            } else {
                break;
            }
        }
        iceberg.span = start.to(self.previous_span());
        Ok(Some(iceberg))
    }
}
