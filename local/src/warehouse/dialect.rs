//! Redshift's dialect, turned into what the embedded engine runs: one statement at a time, without a
//! look at any database.
//!
//! What the engine understands the same way goes through as it is. What it understands differently is
//! rewritten. What has no meaning on a laptop (distribution, compression, permissions) is left out.
//! What cannot be had is refused with a reason: nothing is silently wrong.
//!
//! `redshift-sql` reads a statement into a tree, and [`writer`] writes the tree anew. It has one
//! file for each family, one arm for each kind. What the tree cannot say does not reach the engine.

mod account;
mod alike;
mod alter;
mod arithmetic;
mod as_text;
mod aws_only;
mod blanks;
mod body;
mod body_check;
mod call;
mod calls;
mod case;
mod cast;
mod catalog_calls;
mod classify;
mod clock;
mod column_name;
mod comparison;
pub(crate) mod configuration;
mod copy;
mod cursor;
mod database;
mod date_style;
mod dates;
mod days;
mod declaration;
mod declare;
mod decode;
mod engine_type;
mod explain;
mod expression;
mod external;
mod format;
mod fragment;
mod from;
mod function;
mod functions;
mod grouping;
mod growth;
mod hierarchy;
mod interval;
mod interval_arithmetic;
mod keys;
mod load;
mod merge_check;
mod moment;
mod number;
mod object_transform;
mod operator;
mod outer_join;
mod pattern;
mod pivot;
mod prepared;
mod procedure;
mod query;
mod recursion;
mod rows;
mod semistructured;
mod semistructured_call;
mod semistructured_condition;
mod session;
mod settings;
mod shared;
mod show;
mod sign;
mod signature;
mod sketch;
mod statement;
mod stored;
mod strangers;
mod system_views;
mod table;
mod table_check;
mod time_zone;
mod token;
mod typed;
mod types;
mod united;
mod united_literals;
mod unload;
mod unnest;
mod varbyte;
mod variable_type;
mod variables;
mod walk;
mod writer;

use std::collections::{BTreeSet, HashMap};

pub(crate) use body::{BodyWriter, dynamic, take_into};
pub(crate) use body_check::line_of;
pub(crate) use classify::translate;
pub(crate) use date_style::{DateOrder, DateStyle};
pub(crate) use declaration::{
    DeclaredColumn, DeclaredKey, DeclaredRead, DeclaredRelation, DeclaredView, KeyKind, ViewKind,
};
pub(crate) use engine_type::type_of_engine;
pub(crate) use external::{
    External, ExternalFormat, ExternalPartition, ExternalWritten, PSEUDOCOLUMNS,
    column as external_column, pseudocolumns,
};
pub(crate) use fragment::{quote_name, quote_text};
pub(crate) use function::argument as function_argument;
pub(crate) use interval::{IntervalOf, form as interval_form};
pub(crate) use load::{BucketLocation, Packing};
pub(crate) use moment::clock::{
    local as local_clock, normal as normal_clock, written as written_clock,
};
pub(crate) use moment::{Reading, normal as normal_moment, refused as refused_moment};
pub(crate) use pattern::similar;
pub(crate) use prepared::literal as text_literal;
pub(crate) use procedure::setting;
use redshift_sql::lexer::lex;
use redshift_sql::names::Catalog;
use redshift_sql::token::TokenKind;
use redshift_sql::types::Type;
use redshift_sql::{Mistake, SmolStr};

use crate::warehouse::Witness;
pub(crate) use settings::SEED;
pub(crate) use signature::{comes_out, goes_in, output_signature};
pub(crate) use statement::{
    Copy, Declare, DeclaredChange, DefinedColumn, Drop, Dropped, EngineSql, ExecuteValue,
    ExternalAs, ExternalChange, Inserted, KeptFunction, KeptProcedure, MomentPattern, NameChange,
    NamedProcedure, ObjectFormat, PartitionValues, PreparedStatement, SetConfig, Statement, Unload,
    UnloadFormat,
};
pub(crate) use system_views::{SYSTEM_TABLES, USER, query_of};
pub(crate) use table::definitions;
pub(crate) use table_check::encoding_fits;
pub(crate) use time_zone::engine as engine_zone;
pub(crate) use variable_type::VariableType;
pub(crate) use variables::{BodyNames, Placeholder};

/// The seed of FNV_HASH where none is given: the basis of FNV-1a in 64 bits.
const FNV_SEED: i64 = 0xcbf2_9ce4_8422_2325_u64.cast_signed();

/// What a translation may know beside the statement.
#[derive(Clone, Copy)]
pub(crate) struct TranslationContext<'a> {
    /// The tables that there are, for the types of their columns.
    pub(crate) catalog: &'a dyn Catalog,
    /// Values of the parameters, by name.
    pub(crate) parameters: &'a [(String, String)],
    /// Name of the database, which statements may put in front of a schema.
    pub(crate) database: &'a str,
    /// Names of the system tables that somebody gave.
    pub(crate) system_tables: &'a BTreeSet<String>,
    /// A number that no other statement has, for names that must not exist yet.
    pub(crate) fresh: u64,
    /// How the session reads dates and shows them.
    pub(crate) dates: DateStyle,
    /// Whether attributes of SUPER values have the letters that they are written with (AWS page:
    /// `enable_case_sensitive_super_attribute`).
    pub(crate) attributes_as_written: bool,
    /// Who is to hear of the branches that are taken.
    pub(crate) witness: Option<&'a Witness>,
}

impl TranslationContext<'_> {
    /// The types of the parameters that read as numbers.
    fn parameter_types(&self) -> HashMap<SmolStr, Type> {
        let typed = self.parameters.iter().filter_map(|(name, _)| {
            let kind = match self.number_type(name)? {
                "bigint" => Type::BigInt,
                "double" => Type::Double,
                _ => Type::Decimal(38, 10),
            };
            Some((SmolStr::new(name), kind))
        });
        typed.collect()
    }

    /// The type of the number that a parameter's value reads as.
    fn number_type(&self, parameter: &str) -> Option<&'static str> {
        let (_, value) = self
            .parameters
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case(parameter))?;
        let value = value.trim();
        if value.parse::<i64>().is_ok() {
            Some("bigint")
        } else if value.parse::<f64>().is_ok_and(f64::is_finite) {
            Some(if value.contains(['e', 'E']) {
                "double"
            } else {
                "decimal(38,10)"
            })
        } else {
            None
        }
    }
}

/// What a translation knows in a test of it: nothing but the database's name.
#[cfg(test)]
const ALONE: TranslationContext<'static> = {
    static NONE: BTreeSet<String> = BTreeSet::new();
    TranslationContext {
        catalog: &redshift_sql::names::NoCatalog,
        parameters: &[],
        database: "dev",
        system_tables: &NONE,
        fresh: 0,
        dates: DateStyle::ISO,
        attributes_as_written: false,
        witness: None,
    }
};

/// Names of the parameters that a statement mentions.
///
/// `select :a, :b, :a` mentions `a`, `b` and `a`.
pub(crate) fn mentioned(sql: &str) -> Vec<String> {
    let tokens = lex(sql).tokens.into_iter();
    tokens
        .filter(|token| token.kind == TokenKind::Parameter)
        .map(|token| token.span.of(sql).trim_start_matches(':').to_owned())
        .collect()
}

/// Why a statement is not run.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refusal {
    /// It is no SQL of Redshift.
    #[error("{}", said(.0))]
    Mistake(Box<Mistake>),
    /// More than one statement where one is expected.
    #[error("only one statement can be executed at a time")]
    SeveralStatements,
    /// The statement does not have the shape that Redshift asks for.
    #[error("syntax error: {0}")]
    Syntax(String),
    /// A value that does not fit its type.
    #[error("{0}")]
    Value(String),
    /// The engine has it, Redshift does not.
    #[error("Redshift has no function or table `{0}` that a query may read")]
    Stranger(String),
    /// Redshift has it, the embedded warehouse does not.
    #[error("the embedded warehouse does not support {0}")]
    Unsupported(String),
}

impl Refusal {
    fn syntax(message: impl Into<String>) -> Self {
        Self::Syntax(message.into())
    }

    fn unsupported(what: impl Into<String>) -> Self {
        Self::Unsupported(what.into())
    }
}

/// A mistake as a sentence, with what to do about it.
fn said(mistake: &Mistake) -> String {
    match &mistake.help {
        Some(help) => format!("{}: {help}", mistake.sentence),
        None => mistake.sentence.clone(),
    }
}
