//! Types (AWS page: `Data types`; the catalog's types from `System catalog tables`).

use super::{Parsed, Parser};
use crate::mistake::{Mistake, MistakeKind};
use crate::token::TokenKind;
use crate::tree::{DataType, IntervalField, IntervalFields, Length, Name, TypeName};
use crate::{Span, keyword::Keyword as K};

/// Types of other databases, and what stands for them in Redshift.
const ELSEWHERE: &[(&str, &str)] = &[
    ("string", "varchar(max)"),
    ("clob", "varchar(max)"),
    ("longtext", "varchar(max)"),
    ("mediumtext", "varchar(max)"),
    ("tinytext", "varchar(256)"),
    ("varchar2", "varchar"),
    ("nvarchar2", "varchar"),
    ("citext", "varchar(n) collate case_insensitive"),
    ("tinyint", "smallint"),
    ("mediumint", "integer"),
    ("byteint", "smallint"),
    ("int64", "bigint"),
    ("int32", "integer"),
    ("int16", "smallint"),
    ("uint64", "decimal(20, 0)"),
    ("ubigint", "decimal(20, 0)"),
    ("uinteger", "bigint"),
    ("usmallint", "integer"),
    ("utinyint", "smallint"),
    ("hugeint", "decimal(38, 0)"),
    ("uhugeint", "decimal(38, 0)"),
    ("bignum", "decimal(38, 0)"),
    ("float64", "float8"),
    ("float32", "float4"),
    ("number", "decimal(p, s)"),
    ("bignumeric", "decimal(38, s)"),
    ("money", "decimal(19, 2)"),
    ("serial", "bigint identity(1, 1)"),
    ("bigserial", "bigint identity(1, 1)"),
    ("smallserial", "bigint identity(1, 1)"),
    ("datetime2", "timestamp"),
    ("smalldatetime", "timestamp"),
    ("timestamp_ntz", "timestamp"),
    ("timestamp_ltz", "timestamptz"),
    ("timestamp_tz", "timestamptz"),
    ("timestamp_s", "timestamp"),
    ("timestamp_ms", "timestamp"),
    ("timestamp_ns", "timestamp"),
    ("json", "super"),
    ("jsonb", "super"),
    ("variant", "super"),
    ("object", "super"),
    ("hstore", "super"),
    ("xml", "varchar(max)"),
    ("map", "super"),
    ("struct", "super"),
    ("array", "super"),
    ("uuid", "char(36)"),
    ("uniqueidentifier", "char(36)"),
    ("bytea", "varbyte(n)"),
    ("blob", "varbyte(n)"),
    ("bytes", "varbyte(n)"),
    ("raw", "varbyte(n)"),
    ("bit", "boolean"),
    ("enum", "varchar(n)"),
    ("inet", "varchar(45)"),
    ("cidr", "varchar(45)"),
    ("macaddr", "varchar(17)"),
    ("tsvector", "varchar(max)"),
    ("point", "geometry"),
    ("polygon", "geometry"),
    ("year", "smallint"),
];

/// Types that only the catalog has.
const CATALOG: &[&str] = &[
    "oid",
    "name",
    "xid",
    "cid",
    "tid",
    "aclitem",
    "regclass",
    "regproc",
    "regtype",
    "regoper",
    "regprocedure",
    "regoperator",
    "abstime",
    "reltime",
    "int2vector",
    "oidvector",
    "smgr",
    "unknown",
    "cstring",
    "_text",
    "_int4",
    "_int2",
    "_oid",
    "_aclitem",
    "_char",
    "_varchar",
    "_bool",
    "_float4",
];

/// Names of the types, for "did you mean".
const KNOWN: &[&str] = &[
    "smallint",
    "integer",
    "bigint",
    "decimal",
    "numeric",
    "real",
    "double",
    "boolean",
    "char",
    "character",
    "varchar",
    "text",
    "date",
    "time",
    "timetz",
    "timestamp",
    "timestamptz",
    "interval",
    "super",
    "varbyte",
    "geometry",
    "geography",
    "hllsketch",
    "float",
    "nvarchar",
    "bpchar",
    "int",
    "int2",
    "int4",
    "int8",
    "float4",
    "float8",
    "bool",
];

impl Parser<'_> {
    /// Reads the type of a cast. The catalog has arrays, which only a cast may name:
    /// `'{}'::aclitem[]` is `_aclitem`, as PostgreSQL's catalog calls it.
    pub(super) fn cast_type(&mut self) -> Parsed<TypeName> {
        let start = self.span();
        let mut kind = self.type_kind()?;
        if let DataType::Catalog(name) = &mut kind
            && self.at(TokenKind::LeftBracket)
        {
            while self.eat(TokenKind::LeftBracket) {
                self.expect(TokenKind::RightBracket, "]")?;
            }
            if !name.text.starts_with('_') {
                name.text = smol_str::format_smolstr!("_{}", name.text);
            }
        }
        self.no_array()?;
        Ok(TypeName {
            span: start.to(self.previous_span()),
            kind,
        })
    }

    /// Reads a type with its length and the words behind it.
    pub(crate) fn type_name(&mut self) -> Parsed<TypeName> {
        let start = self.span();
        let kind = self.type_kind()?;
        let found = TypeName {
            span: start.to(self.previous_span()),
            kind,
        };
        self.no_array()?;
        Ok(found)
    }

    /// Refuses `[` behind a type.
    fn no_array(&self) -> Parsed<()> {
        if self.at(TokenKind::LeftBracket) {
            let sentence = "Redshift has no arrays as types of columns";
            return Err(self.refused(self.span(), sentence, "use `super`, which holds arrays"));
        }
        Ok(())
    }

    fn type_kind(&mut self) -> Parsed<DataType> {
        let token = self.token();
        if token.kind == TokenKind::Insertion {
            self.bump();
            return Ok(DataType::Inserted);
        }
        if !matches!(token.kind, TokenKind::Word(_) | TokenKind::Quoted) {
            return Err(self.unexpected(&["a type"]));
        }
        let name = self.word_of(token);
        // `table.column%type`, `table%rowtype`, `schema.table%rowtype`.
        if matches!(self.ahead(1).kind, TokenKind::Dot | TokenKind::Percent) && self.refers() {
            return self.reference();
        }
        let quoted_char = token.kind == TokenKind::Quoted && name.is("char");
        let kind = match name.text.as_str() {
            "smallint" | "int2" => self.simple(DataType::SmallInt),
            "integer" | "int" | "int4" => self.simple(DataType::Integer),
            "bigint" | "int8" => self.simple(DataType::BigInt),
            "real" | "float4" => self.simple(DataType::Real),
            "float8" => self.simple(DataType::Double),
            "boolean" | "bool" => self.simple(DataType::Boolean),
            "date" => self.simple(DataType::Date),
            "timetz" => self.simple(DataType::TimeTz),
            "timestamptz" => self.simple(DataType::TimestampTz),
            "super" => self.simple(DataType::Super),
            "geometry" => self.simple(DataType::Geometry),
            "geography" => self.simple(DataType::Geography),
            "hllsketch" => self.simple(DataType::HllSketch),
            "refcursor" => self.simple(DataType::RefCursor),
            "record" => self.simple(DataType::Record),
            "anyelement" => self.simple(DataType::AnyElement),
            "text" => self.simple(DataType::Text),
            "decimal" | "numeric" | "dec" => {
                self.bump();
                self.decimal(name.span)?
            }
            "float" => {
                self.bump();
                self.float()?
            }
            "double" => {
                self.bump();
                self.expect_word("precision")?;
                DataType::Double
            }
            "time" => {
                self.bump();
                self.precision_is_refused("time")?;
                if self.zone()? {
                    DataType::TimeTz
                } else {
                    DataType::Time
                }
            }
            // DATETIME is an alias that CONVERT's page and public scripts use.
            "timestamp" | "datetime" => {
                self.bump();
                self.precision_is_refused("timestamp")?;
                if self.zone()? {
                    DataType::TimestampTz
                } else {
                    DataType::Timestamp
                }
            }
            "interval" => {
                self.bump();
                DataType::Interval(self.interval_fields()?)
            }
            "bpchar" => {
                self.bump();
                match self.length()? {
                    Length::Bytes(bytes) => DataType::Char(bytes),
                    Length::Default | Length::Max => DataType::BpChar,
                }
            }
            "char" if quoted_char && self.ahead(1).kind != TokenKind::LeftParenthesis => {
                self.bump();
                DataType::Catalog(name)
            }
            "char" | "character" | "nchar" => {
                self.bump();
                if self.eat_word("varying") {
                    DataType::VarChar(self.length()?)
                } else {
                    match self.length()? {
                        Length::Bytes(bytes) => DataType::Char(bytes),
                        Length::Default => DataType::Char(1),
                        Length::Max => DataType::Char(4096),
                    }
                }
            }
            "varchar" | "nvarchar" => {
                self.bump();
                DataType::VarChar(self.length()?)
            }
            "varbyte" | "varbinary" => {
                self.bump();
                DataType::VarByte(self.length()?)
            }
            "binary" if self.is_word(1, "varying") => {
                self.bump();
                self.bump();
                DataType::VarByte(self.length()?)
            }
            "array" | "struct" | "map" if self.ahead(1).kind == TokenKind::Less => self.nested()?,
            word if CATALOG.contains(&word) => self.simple(DataType::Catalog(name)),
            "pg_catalog" if self.ahead(1).kind == TokenKind::Dot => {
                self.bump();
                self.bump();
                return self.type_kind();
            }
            _ => return Err(self.unknown_type(&name)),
        };
        Ok(kind)
    }

    fn simple(&mut self, kind: DataType) -> DataType {
        self.bump();
        kind
    }

    fn unknown_type(&self, name: &Name) -> Box<Mistake> {
        let written = name.span.of(self.text);
        let sentence = format!("Redshift has no type `{written}`");
        let mistake = Mistake::new(MistakeKind::UnknownType, name.span, sentence);
        let elsewhere = ELSEWHERE.iter().find(|(other, _)| name.is(other));
        Box::new(match elsewhere {
            Some((_, ours)) => mistake.help(format!("use `{ours}`")),
            None => match super::expected::nearest(&name.text, KNOWN) {
                Some(nearest) => mistake.help(format!("did you mean `{nearest}`?")),
                None => {
                    mistake.help("a type such as `integer`, `varchar(20)` or `date` stands here")
                }
            },
        })
    }

    /// Whether a chain of names that begins here ends with `%type` or `%rowtype`.
    fn refers(&self) -> bool {
        let mut ahead = 0;
        while ahead < 8 && matches!(self.ahead(ahead + 1).kind, TokenKind::Dot) {
            ahead += 2;
        }
        self.ahead(ahead + 1).kind == TokenKind::Percent
            && (self.is_word(ahead + 2, "type") || self.is_word(ahead + 2, "rowtype"))
    }

    fn reference(&mut self) -> Parsed<DataType> {
        let first = self.any_name("a name")?;
        let name = self.rest_of_name(first)?;
        self.expect(TokenKind::Percent, "%")?;
        if self.eat_word("rowtype") {
            Ok(DataType::RowOf(name))
        } else {
            self.expect_word("type")?;
            Ok(DataType::OfColumn(name))
        }
    }

    /// A number in the brackets of a type.
    fn digits(&mut self, what: &str, most: u32) -> Parsed<u32> {
        let token = self.token();
        let value = self.text_of(token).parse::<u32>();
        match (token.kind, value) {
            (TokenKind::Number, Ok(value)) if value <= most => {
                self.bump();
                Ok(value)
            }
            (TokenKind::Number, _) => {
                let sentence = format!("{what} is at most {most}");
                Err(Box::new(Mistake::new(
                    MistakeKind::Types,
                    token.span,
                    sentence,
                )))
            }
            (TokenKind::Insertion | TokenKind::Parameter, _) => {
                self.bump();
                Ok(most)
            }
            _ => Err(self.unexpected(&["a number"])),
        }
    }

    /// `(precision, scale)` (AWS page: `Numeric types`).
    fn decimal(&mut self, start: Span) -> Parsed<DataType> {
        if !self.eat(TokenKind::LeftParenthesis) {
            return Ok(DataType::Decimal {
                precision: 18,
                scale: 0,
            });
        }
        let precision = self.digits("the precision of a decimal", 38)?;
        let scale = if self.eat(TokenKind::Comma) {
            self.digits("the scale of a decimal", 38)?
        } else {
            0
        };
        self.close_parenthesis()?;
        if scale > precision {
            let sentence =
                format!("a decimal of {precision} digits has no {scale} behind the point");
            let span = start.to(self.previous_span());
            return Err(Box::new(Mistake::new(MistakeKind::Types, span, sentence)));
        }
        let digits = |value: u32| u8::try_from(value).unwrap_or(38);
        Ok(DataType::Decimal {
            precision: digits(precision),
            scale: digits(scale),
        })
    }

    /// `float(n)`: up to 24 binary digits are REAL.
    fn float(&mut self) -> Parsed<DataType> {
        if !self.eat(TokenKind::LeftParenthesis) {
            return Ok(DataType::Double);
        }
        let digits = self.digits("the precision of a float", 53)?;
        self.close_parenthesis()?;
        Ok(if digits <= 24 {
            DataType::Real
        } else {
            DataType::Double
        })
    }

    /// Reads `(n)` or `(max)`; nothing is the default.
    fn length(&mut self) -> Parsed<Length> {
        if !self.eat(TokenKind::LeftParenthesis) {
            return Ok(Length::Default);
        }
        let length = if self.eat_word("max") {
            Length::Max
        } else {
            Length::Bytes(self.digits("a length", 16_777_216)?)
        };
        self.close_parenthesis()?;
        Ok(length)
    }

    /// PostgreSQL's `timestamp(3)`; Redshift always keeps six digits of a second.
    fn precision_is_refused(&mut self, name: &str) -> Parsed<()> {
        if self.at(TokenKind::LeftParenthesis) {
            let sentence = format!("`{name}` has no precision in Redshift");
            let help = format!("write `{name}`: it keeps six digits of a second");
            return Err(self.refused(self.span(), sentence, help));
        }
        Ok(())
    }

    /// `with time zone` is true; `without time zone` and nothing are false.
    fn zone(&mut self) -> Parsed<bool> {
        if self.eat_keywords(&[K::With, K::Time, K::Zone]) {
            Ok(true)
        } else {
            self.eat_keywords(&[K::Without, K::Time, K::Zone]);
            Ok(false)
        }
    }

    /// `year to month`, `day to second(3)`, `hour`; nothing if there is no field.
    pub(super) fn interval_fields(&mut self) -> Parsed<Option<IntervalFields>> {
        let Some(from) = self.interval_field() else {
            return Ok(None);
        };
        let mut precision = self.second_precision()?;
        let to = if self.at_keyword(K::To) {
            self.bump();
            let Some(to) = self.interval_field() else {
                return Err(self.unexpected(&["month", "second", "minute", "hour"]));
            };
            precision = self.second_precision()?;
            Some(to)
        } else {
            None
        };
        Ok(Some(IntervalFields {
            from,
            to,
            precision,
        }))
    }

    fn interval_field(&mut self) -> Option<IntervalField> {
        let field = match self.keyword()? {
            K::Year => IntervalField::Year,
            K::Month => IntervalField::Month,
            K::Day => IntervalField::Day,
            K::Hour => IntervalField::Hour,
            K::Minute => IntervalField::Minute,
            K::Second => IntervalField::Second,
            _ => return None,
        };
        self.bump();
        Some(field)
    }

    fn second_precision(&mut self) -> Parsed<Option<u8>> {
        if !self.eat(TokenKind::LeftParenthesis) {
            return Ok(None);
        }
        let digits = self.digits("the precision of a second", 6)?;
        self.close_parenthesis()?;
        Ok(u8::try_from(digits).ok())
    }

    /// `array<struct<a:int>>` of an external table: read to its closing bracket, kept as written.
    fn nested(&mut self) -> Parsed<DataType> {
        let start = self.span();
        self.bump();
        let mut open = 0_i32;
        loop {
            match self.kind() {
                TokenKind::Less => open += 1,
                TokenKind::Greater => open -= 1,
                TokenKind::ShiftRight => open -= 2,
                TokenKind::Semicolon | TokenKind::End => return Err(self.unexpected(&[">"])),
                _ => {}
            }
            self.bump();
            if open <= 0 {
                let text = start.to(self.previous_span()).of(self.text);
                return Ok(DataType::Nested(text.into()));
            }
        }
    }
}
