//! What stands in the brackets of CREATE TABLE and behind them: columns, constraints, attributes.
//!
//! Source: AWS pages `CREATE TABLE`, `CREATE TABLE AS`, `Compression encodings`.

use super::{Parsed, Parser};
use crate::keyword::Keyword as K;
use crate::mistake::{Mistake, MistakeKind};
use crate::token::TokenKind;
use crate::tree::{
    Collation, ColumnAttribute, ColumnAttributeKind, ColumnDefinition, DistStyle, Encoding,
    KeyColumn, SortKey, TableAttributes, TableConstraint, TableConstraintKind, TableElement,
};

/// Encodings of columns, by name.
const ENCODINGS: &[(&str, Encoding)] = &[
    ("auto", Encoding::Auto),
    ("raw", Encoding::Raw),
    ("az64", Encoding::Az64),
    ("bytedict", Encoding::ByteDict),
    ("delta", Encoding::Delta),
    ("delta32k", Encoding::Delta32k),
    ("lzo", Encoding::Lzo),
    ("mostly8", Encoding::Mostly8),
    ("mostly16", Encoding::Mostly16),
    ("mostly32", Encoding::Mostly32),
    ("runlength", Encoding::RunLength),
    ("text255", Encoding::Text255),
    ("text32k", Encoding::Text32k),
    ("zstd", Encoding::Zstd),
];

/// What may stand behind the type of a column.
const ATTRIBUTES: &[&str] = &[
    ",",
    ")",
    "not",
    "default",
    "encode",
    "null",
    "distkey",
    "sortkey",
    "primary",
    "unique",
    "references",
    "identity",
    "generated",
    "collate",
];

/// What other databases write behind the type of a column.
const ELSEWHERE: &[(&[&str], &str, &str)] = &[
    (
        &["check"],
        "Redshift has no CHECK",
        "test the rows with `expect` or with a query of their own",
    ),
    (
        &["auto_increment"],
        "Redshift has no AUTO_INCREMENT",
        "write `identity(1, 1)`",
    ),
    (
        &["autoincrement"],
        "Redshift has no AUTOINCREMENT",
        "write `identity(1, 1)`",
    ),
    (
        &["comment"],
        "Redshift has no COMMENT in CREATE TABLE",
        "write `comment on column … is '…'` behind it",
    ),
    (
        &["on", "delete"],
        "Redshift enforces no foreign keys and has no ON DELETE",
        "leave it out",
    ),
    (
        &["on", "update"],
        "Redshift enforces no foreign keys and has no ON UPDATE",
        "leave it out",
    ),
    (
        &["match"],
        "Redshift has no MATCH for foreign keys",
        "leave it out",
    ),
    (
        &["deferrable"],
        "Redshift has no DEFERRABLE",
        "leave it out: Redshift enforces no foreign keys",
    ),
    (
        &["initially"],
        "Redshift has no INITIALLY",
        "leave it out: Redshift enforces no foreign keys",
    ),
    (
        &["unsigned"],
        "Redshift has no UNSIGNED",
        "take the next larger type",
    ),
    (
        &["as"],
        "Redshift has no computed columns",
        "compute the value in a view or where the rows are inserted",
    ),
    (&["storage"], "Redshift has no STORAGE", "leave it out"),
    (
        &["compression"],
        "Redshift has no COMPRESSION",
        "write `encode …`",
    ),
];

impl Parser<'_> {
    /// `(column, constraint, like …)`
    pub(super) fn table_elements(&mut self) -> Parsed<Vec<TableElement>> {
        self.expect(TokenKind::LeftParenthesis, "(")?;
        let mut elements = Vec::new();
        loop {
            if self.at(TokenKind::RightParenthesis) {
                if elements.is_empty() {
                    let sentence = "a table without columns";
                    let help = "name at least one column and its type";
                    return Err(self.refused(self.span(), sentence, help));
                }
                let sentence = "a comma stands in front of `)`";
                let help = "remove the comma, or write another column behind it";
                let span = self.previous_span();
                let mistake = Mistake::new(MistakeKind::Syntax, span, sentence).help(help);
                return Err(Box::new(mistake));
            }
            elements.push(self.table_element()?);
            if !self.eat(TokenKind::Comma) {
                break;
            }
        }
        if !self.at(TokenKind::RightParenthesis) {
            return Err(self.unexpected(ATTRIBUTES));
        }
        self.bump();
        Ok(elements)
    }

    fn table_element(&mut self) -> Parsed<TableElement> {
        let start = self.span();
        match self.keyword() {
            Some(K::Like) => {
                self.bump();
                let table = self.object_name("the name of a table")?;
                let including = self.eat_word("including");
                if including || self.eat_word("excluding") {
                    if self.at_keyword(K::All) {
                        let help = "write `including defaults`";
                        let sentence = "LIKE brings defaults along and nothing else";
                        return Err(self.refused(self.span(), sentence, help));
                    }
                    self.expect_word("defaults")?;
                }
                Ok(TableElement::Like {
                    table,
                    including_defaults: including,
                    span: start.to(self.previous_span()),
                })
            }
            Some(K::Constraint | K::Primary | K::Foreign | K::Unique | K::Check) => {
                Ok(TableElement::Constraint(self.table_constraint()?))
            }
            Some(K::Exclude)
                if self.ahead(1).kind == TokenKind::LeftParenthesis
                    || self.ahead(1).keyword() == Some(K::Using) =>
            {
                let help = "test the rows with a query of their own";
                Err(self.refused(start, "Redshift has no EXCLUDE constraints", help))
            }
            _ if self.at_words(&["index"])
                && Self::may_be_name(self.ahead(1))
                && self.ahead(2).kind == TokenKind::LeftParenthesis =>
            {
                let help = "use `sortkey (…)` behind the columns";
                Err(self.refused(start, "Redshift has no indexes", help))
            }
            _ => Ok(TableElement::Column(self.column_definition()?)),
        }
    }

    /// `[constraint name] { unique | primary key | foreign key } (…) …`
    pub(super) fn table_constraint(&mut self) -> Parsed<TableConstraint> {
        let start = self.span();
        let name = if self.eat_keyword(K::Constraint) {
            Some(self.name("the name of a constraint")?)
        } else {
            None
        };
        let kind = match self.keyword() {
            Some(K::Unique) => {
                self.bump();
                TableConstraintKind::Unique(self.names_in_parentheses("the name of a column")?)
            }
            Some(K::Primary) => {
                self.bump();
                self.expect_word("key")?;
                TableConstraintKind::PrimaryKey(self.names_in_parentheses("the name of a column")?)
            }
            Some(K::Foreign) => {
                self.bump();
                self.expect_word("key")?;
                let columns = self.names_in_parentheses("the name of a column")?;
                self.expect_keyword(K::References)?;
                let table = self.object_name("the name of a table")?;
                let referenced = if self.at(TokenKind::LeftParenthesis) {
                    self.names_in_parentheses("the name of a column")?
                } else {
                    Vec::new()
                };
                TableConstraintKind::ForeignKey {
                    columns,
                    table,
                    referenced,
                }
            }
            _ => {
                self.refuse_elsewhere(ELSEWHERE)?;
                return Err(self.unexpected(&["primary", "unique", "foreign"]));
            }
        };
        self.refuse_elsewhere(ELSEWHERE)?;
        Ok(TableConstraint {
            span: start.to(self.previous_span()),
            name,
            kind,
        })
    }

    /// Reads `name type attributes`; a column without a type is a mistake.
    pub(super) fn column_definition(&mut self) -> Parsed<ColumnDefinition> {
        let name = self.name("the name of a column")?;
        if matches!(self.kind(), TokenKind::Comma | TokenKind::RightParenthesis)
            || self.at_statement_end()
        {
            let written = name.span.of(self.text);
            let sentence = format!("the column `{written}` has no type");
            let help = format!("write its type behind it, such as `{written} integer`");
            let mistake = Mistake::new(MistakeKind::Syntax, name.span, sentence);
            return Err(Box::new(mistake.help(help)));
        }
        let data_type = self.type_name()?;
        let mut attributes: Vec<ColumnAttribute> = Vec::new();
        while let Some(attribute) = self.column_attribute()? {
            let twice = attributes.iter().any(|other| {
                std::mem::discriminant(&other.kind) == std::mem::discriminant(&attribute.kind)
            });
            if twice {
                let sentence = "this stands here twice";
                let mistake = Mistake::new(MistakeKind::Syntax, attribute.span, sentence);
                return Err(Box::new(mistake.help("leave one of them out")));
            }
            attributes.push(attribute);
        }
        if matches!(self.kind(), TokenKind::Word(_)) {
            self.refuse_elsewhere(ELSEWHERE)?;
            return Err(self.unexpected(ATTRIBUTES));
        }
        Ok(ColumnDefinition {
            span: name.span.to(self.previous_span()),
            name,
            data_type,
            attributes,
        })
    }

    fn column_attribute(&mut self) -> Parsed<Option<ColumnAttribute>> {
        let start = self.span();
        if self.at_keyword(K::Constraint) {
            self.bump();
            self.name("the name of a constraint")?;
        }
        let kind = match self.keyword() {
            Some(K::Default) => {
                self.bump();
                ColumnAttributeKind::Default(Box::new(self.expression()?))
            }
            Some(K::Identity) => {
                self.bump();
                self.identity(false)?
            }
            Some(K::Encode) => {
                self.bump();
                ColumnAttributeKind::Encode(self.encoding()?)
            }
            Some(K::Distkey) => {
                self.bump();
                ColumnAttributeKind::DistKey
            }
            Some(K::Sortkey) => {
                self.bump();
                ColumnAttributeKind::SortKey
            }
            Some(K::Collate) => {
                self.bump();
                ColumnAttributeKind::Collate(self.collation()?)
            }
            Some(K::Not) => {
                self.bump();
                self.expect_keyword(K::Null)?;
                ColumnAttributeKind::NotNull
            }
            Some(K::Null) => {
                self.bump();
                ColumnAttributeKind::Null
            }
            Some(K::Unique) => {
                self.bump();
                ColumnAttributeKind::Unique
            }
            Some(K::Primary) => {
                self.bump();
                self.expect_word("key")?;
                ColumnAttributeKind::PrimaryKey
            }
            Some(K::References) => {
                self.bump();
                let table = self.object_name("the name of a table")?;
                let column = if self.eat(TokenKind::LeftParenthesis) {
                    let column = self.name("the name of a column")?;
                    self.close_parenthesis()?;
                    Some(column)
                } else {
                    None
                };
                ColumnAttributeKind::References { table, column }
            }
            _ if self.at_word("generated") => self.generated()?,
            _ if start != self.span() => {
                self.refuse_elsewhere(ELSEWHERE)?;
                return Err(self.unexpected(&["not", "unique", "primary", "references"]));
            }
            _ => return Ok(None),
        };
        Ok(Some(ColumnAttribute {
            span: start.to(self.previous_span()),
            kind,
        }))
    }

    /// `generated by default as identity(seed, step)`
    fn generated(&mut self) -> Parsed<ColumnAttributeKind> {
        let start = self.bump().span;
        if self.at_word("always") {
            self.bump();
            let span = start.to(self.previous_span());
            let identity = self.is_word(1, "identity");
            let (sentence, help) = if identity {
                (
                    "Redshift has no GENERATED ALWAYS AS IDENTITY",
                    "write `identity(1, 1)`, which does the same",
                )
            } else {
                (
                    "Redshift has no computed columns",
                    "compute the value in a view or where the rows are inserted",
                )
            };
            return Err(self.refused(span, sentence, help));
        }
        self.expect_keyword(K::By)?;
        self.expect_keyword(K::Default)?;
        self.expect_keyword(K::As)?;
        self.expect_keyword(K::Identity)?;
        self.identity(true)
    }

    /// Reads `(seed, step)` of an identity, if it is there.
    fn identity(&mut self, by_default: bool) -> Parsed<ColumnAttributeKind> {
        // The page `INSERT examples` leaves the brackets out.
        if !self.eat(TokenKind::LeftParenthesis) {
            return Ok(ColumnAttributeKind::Identity {
                seed: None,
                step: None,
                by_default,
            });
        }
        let seed = Some(Box::new(self.number_value()?));
        self.expect(TokenKind::Comma, ",")?;
        let step = Some(Box::new(self.number_value()?));
        self.close_parenthesis()?;
        Ok(ColumnAttributeKind::Identity {
            seed,
            step,
            by_default,
        })
    }

    /// Reads the name of an encoding.
    pub(super) fn encoding(&mut self) -> Parsed<Encoding> {
        let found = ENCODINGS.iter().find(|(name, _)| self.at_word(name));
        if let Some((_, encoding)) = found {
            self.bump();
            return Ok(*encoding);
        }
        if self.at(TokenKind::Insertion) {
            self.bump();
            return Ok(Encoding::Auto);
        }
        if !matches!(self.kind(), TokenKind::Word(_)) {
            return Err(self.unexpected(&["an encoding"]));
        }
        let token = self.token();
        let sentence = format!("Redshift has no encoding `{}`", self.shown_token(token));
        let names: Vec<&str> = ENCODINGS.iter().map(|(name, _)| *name).collect();
        let written = self.text_of(token).to_ascii_lowercase();
        let help = super::expected::nearest(&written, &names).map_or_else(
            || "take `az64`, `lzo`, `zstd` or `raw`, or leave ENCODE out".to_owned(),
            |nearest| format!("did you mean `{nearest}`?"),
        );
        let mistake = Mistake::new(MistakeKind::Syntax, token.span, sentence);
        Err(Box::new(mistake.help(help)))
    }

    /// Reads the name of a collation.
    pub(super) fn collation(&mut self) -> Parsed<Collation> {
        let names = ["case_sensitive", "case_insensitive", "cs", "ci"];
        let found = names.iter().position(|name| self.at_word(name));
        let Some(index) = found else {
            if matches!(
                self.kind(),
                TokenKind::Word(_) | TokenKind::Quoted | TokenKind::Text
            ) {
                let token = self.token();
                let mistake = self.unexpected(&names);
                if mistake
                    .help
                    .as_ref()
                    .is_some_and(|help| help.starts_with("did"))
                {
                    return Err(mistake);
                }
                let sentence = format!("Redshift has no collation `{}`", self.shown_token(token));
                let help = "write `collate case_insensitive` or `collate case_sensitive`";
                return Err(self.refused(token.span, sentence, help));
            }
            return Err(self.unexpected(&names));
        };
        self.bump();
        Ok(if index % 2 == 0 {
            Collation::CaseSensitive
        } else {
            Collation::CaseInsensitive
        })
    }

    /// Reads BACKUP, DISTSTYLE, DISTKEY, SORTKEY and ENCODE AUTO in any order.
    pub(super) fn table_attributes(&mut self) -> Parsed<TableAttributes> {
        let mut attributes = TableAttributes::default();
        loop {
            let start = self.span();
            let twice = match self.keyword() {
                Some(K::Backup) => {
                    self.bump();
                    let backup = self.yes_or_no()?;
                    attributes.backup.replace(backup).is_some()
                }
                Some(K::Diststyle) => {
                    self.bump();
                    let style = self.distribution_style()?;
                    attributes.distribution.replace(style).is_some()
                }
                Some(K::Distkey) => {
                    self.bump();
                    let key = self.distribution_key()?;
                    attributes.distribution_key.replace(key).is_some()
                }
                Some(K::Sortkey) => {
                    let key = self.sort_key()?;
                    attributes.sort_key.replace(key).is_some()
                }
                Some(K::Encode) => {
                    self.bump();
                    self.expect_word("auto")?;
                    std::mem::replace(&mut attributes.encode_auto, true)
                }
                _ if self.at_word("compound") || self.at_word("interleaved") => {
                    let key = self.sort_key()?;
                    attributes.sort_key.replace(key).is_some()
                }
                _ => break,
            };
            if twice {
                let span = start.to(self.previous_span());
                let sentence = "this stands here twice";
                let mistake = Mistake::new(MistakeKind::Syntax, span, sentence);
                return Err(Box::new(mistake.help("leave one of them out")));
            }
        }
        Ok(attributes)
    }

    /// `yes` is true, `no` false.
    pub(super) fn yes_or_no(&mut self) -> Parsed<bool> {
        Ok(self.expect_one_of(&["yes", "no"])? == 0)
    }

    pub(super) fn distribution_style(&mut self) -> Parsed<DistStyle> {
        let styles = [
            DistStyle::Auto,
            DistStyle::Even,
            DistStyle::Key,
            DistStyle::All,
        ];
        let index = self.expect_one_of(&["auto", "even", "key", "all"])?;
        Ok(styles.get(index).copied().unwrap_or(DistStyle::Auto))
    }

    /// Reads `(column)` of DISTKEY, which has one.
    fn distribution_key(&mut self) -> Parsed<KeyColumn> {
        self.expect(TokenKind::LeftParenthesis, "(")?;
        let key = self.key_column()?;
        if self.at(TokenKind::Comma) {
            let help = "name the column by which most joins are made";
            return Err(self.refused(self.span(), "a distribution key is one column", help));
        }
        self.close_parenthesis()?;
        Ok(key)
    }

    /// A column by its name, or by its number (AWS page: `CTAS examples`).
    fn key_column(&mut self) -> Parsed<KeyColumn> {
        let token = self.token();
        if let (TokenKind::Number, Ok(position)) = (token.kind, self.text_of(token).parse()) {
            self.bump();
            return Ok(KeyColumn::Position(position, token.span));
        }
        Ok(KeyColumn::Name(self.name("the name of a column")?))
    }

    /// `[compound | interleaved] sortkey (…)`, `sortkey auto`
    pub(super) fn sort_key(&mut self) -> Parsed<SortKey> {
        let interleaved = self.eat_word("interleaved");
        let compound = !interleaved && self.eat_word("compound");
        self.expect_keyword(K::Sortkey)?;
        if !interleaved && !compound {
            if self.eat_word("auto") {
                return Ok(SortKey::Auto);
            }
            if self.eat_word("none") {
                return Ok(SortKey::None);
            }
        }
        let columns = self.in_parentheses(Self::key_column)?;
        Ok(if interleaved {
            SortKey::Interleaved(columns)
        } else {
            SortKey::Compound(columns)
        })
    }
}
