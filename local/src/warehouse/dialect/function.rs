//! Functions in SQL of somebody's own (AWS pages: `CREATE FUNCTION`, `Creating a scalar SQL UDF`, `DROP
//! FUNCTION`). One is a macro of the engine, whose arguments are cast to its types where they stand:
//! `select $1 + 1` of an `int` is `cast("argument 1" as integer) + 1`.

use redshift_sql::functions::find;
use redshift_sql::lexer::lex;
use redshift_sql::names::{Binder, FunctionChoice, choose};
use redshift_sql::token::TokenKind;
use redshift_sql::tree::{
    AlterRoutine, AlterRoutineAction, Body, Call, CallForm, CreateExternalFunction, CreateFunction,
    DataType, DropRoutine, ExpressionKind, StatementKind, TypeName, Volatility,
};
use redshift_sql::types::Type;
use redshift_sql::{parse, parser};

use super::fragment::TokenTree;
use super::signature::{named, signature_of};
use super::statement::{KeptFunction, NamedProcedure, Statement};
use super::writer::{Writer, separated};
use super::{Refusal, aws_only, types};

/// The schema that holds the macros.
const SCHEMA: &str = "redshift";

/// The name of an argument in the macro, from 1.
pub(crate) fn argument(number: usize) -> String {
    format!("argument {number}")
}

/// Translates CREATE FUNCTION in SQL into a macro of the engine; its body is a SELECT of one expression.
pub(super) fn create(
    create: &CreateFunction,
    source: &str,
    text: &str,
    writer: Writer<'_>,
) -> Result<Statement, Refusal> {
    let given = parser::decode(create.body_span.of(text)).into_owned();
    let body = with_arguments(&given, &create.arguments, text)?;
    let script = parse(&body);
    if let Some(mistake) = script.mistakes.into_iter().next() {
        return Err(Refusal::Mistake(Box::new(mistake)));
    }
    let [statement] = script.statements.as_slice() else {
        return Err(Refusal::SeveralStatements);
    };
    let StatementKind::Query(query) = &statement.kind else {
        return Err(shape());
    };
    let Body::Select(select) = &query.body else {
        return Err(shape());
    };
    let [item] = select.items.as_slice() else {
        return Err(shape());
    };
    let plain = matches!(item.expression.kind, ExpressionKind::Star(_))
        || select.distinct
        || select.top.is_some()
        || query.with.is_some();
    if plain {
        return Err(shape());
    }
    let parameters = writer.context.parameter_types();
    let found = Binder::new(writer.context.catalog, &parameters).statement(statement);
    let writer = writer.typed(Some(&found)).without_lambda();
    let returns = types::of(&create.returns.kind)?;
    let mut inner = writer.expression(&item.expression)?;
    inner.extend([TokenTree::word("as"), TokenTree::Ready(returns.name)]);
    let sql = writer.sql(&[TokenTree::word("cast"), TokenTree::Round(inner)])?;
    if let Some(parameter) = sql.parameters.first() {
        return Err(Refusal::syntax(format!(
            "a function has no parameter :{parameter}: write `$1`"
        )));
    }
    let mut kinds = Vec::with_capacity(create.arguments.len());
    for one in &create.arguments {
        kinds.push(types::of(&one.kind)?.name);
    }
    Ok(Statement::CreateFunction(Box::new(KeptFunction {
        name: writer.relation(&create.name)?,
        signature: signature_of(&create.arguments)?,
        shown: create.arguments.iter().map(shown).collect(),
        returns: shown(&create.returns),
        volatility: match create.volatility {
            Volatility::Volatile => 'v',
            Volatility::Stable => 's',
            Volatility::Immutable => 'i',
        },
        text: source.to_owned(),
        replace: create.or_replace,
        kinds,
        body: sql.text,
    })))
}

/// Translates CREATE EXTERNAL FUNCTION. AWS computes it, so a call of it is refused: what stands in its macro
/// is never asked for.
pub(super) fn create_external(
    create: &CreateExternalFunction,
    source: &str,
    writer: Writer<'_>,
) -> Result<Statement, Refusal> {
    let given: Vec<TypeName> = create
        .arguments
        .iter()
        .map(|argument| argument.data_type.clone())
        .collect();
    let returns = types::of(&create.returns.kind)?;
    let mut kinds = Vec::with_capacity(given.len());
    for one in &given {
        kinds.push(types::of(&one.kind)?.name);
    }
    Ok(Statement::CreateFunction(Box::new(KeptFunction {
        name: writer.relation(&create.name)?,
        signature: signature_of(&given)?,
        shown: given.iter().map(shown).collect(),
        returns: shown(&create.returns),
        volatility: match create.volatility {
            Some(Volatility::Stable) => 's',
            Some(Volatility::Immutable) => 'i',
            Some(Volatility::Volatile) | None => 'v',
        },
        text: source.to_owned(),
        replace: create.or_replace,
        kinds,
        body: format!("cast(null as {})", returns.name),
    })))
}

fn shape() -> Refusal {
    Refusal::syntax("the body of a function is SELECT and one expression of `$1`, `$2`")
}

/// A type as the catalog shows that of an argument: without its length.
fn shown(kind: &TypeName) -> String {
    let kind = Type::of(&kind.kind).to_string();
    kind.split('(').next().unwrap_or_default().to_owned()
}

/// The query with the arguments of the macro in the place of `$1`, `$2`.
fn with_arguments(body: &str, types: &[TypeName], text: &str) -> Result<String, Refusal> {
    let mut written = String::with_capacity(body.len());
    let mut done = 0;
    let mut selects = 0;
    for token in lex(body).tokens {
        let word = token.span.of(body);
        selects += usize::from(word.eq_ignore_ascii_case("select"));
        if token.kind != TokenKind::Position {
            continue;
        }
        let number: usize = word.trim_start_matches('$').parse().unwrap_or(0);
        let Some(kind) = number.checked_sub(1).and_then(|index| types.get(index)) else {
            return Err(Refusal::syntax(format!(
                "there is no parameter {word}: the function takes {}",
                types.len()
            )));
        };
        // A length of an argument's type does not count.
        let kind = match &kind.kind {
            DataType::VarChar(_) | DataType::Char(_) | DataType::Text | DataType::BpChar => "text",
            _ => kind.span.of(text),
        };
        let start = token.span.start as usize;
        written.push_str(body.get(done..start).unwrap_or_default());
        written.push_str(&format!("(\"{}\"::{kind})", argument(number)));
        done = start + word.len();
    }
    if selects > 1 {
        return Err(Refusal::syntax(
            "the SELECT of a function has no subquery: compute from `$1`, `$2` only",
        ));
    }
    written.push_str(body.get(done..).unwrap_or_default());
    Ok(written)
}

/// Translates DROP FUNCTION, which may name several.
pub(super) fn drop(drop: &DropRoutine, writer: Writer<'_>) -> Result<Statement, Refusal> {
    let functions: Result<Vec<NamedProcedure>, Refusal> = drop
        .signatures
        .iter()
        .map(|one| named(one, writer))
        .collect();
    Ok(Statement::DropFunctions {
        functions: functions?,
        if_exists: drop.if_exists,
        cascade: drop.cascade,
    })
}

/// Translates ALTER FUNCTION. Who owns it does not matter on a laptop.
pub(super) fn alter(alter: &AlterRoutine, writer: Writer<'_>) -> Result<Statement, Refusal> {
    match &alter.action {
        AlterRoutineAction::OwnerTo(_) => Ok(Statement::Nothing),
        AlterRoutineAction::RenameTo(to) => Ok(Statement::RenameFunction {
            function: named(&alter.signature, writer)?,
            to: to.text.to_string(),
        }),
    }
}

/// A call of somebody's own function; nothing where no such function is kept.
pub(super) fn call(writer: Writer<'_>, call: &Call) -> Result<Option<Vec<TokenTree>>, Refusal> {
    let name = call.name.name().map(|name| name.text.as_str());
    let name = name.unwrap_or_default();
    let schema = call.name.schema();
    let built_in = match schema {
        None => find(name).is_some(),
        Some(schema) => schema.is("pg_catalog"),
    };
    if built_in {
        return Ok(None);
    }
    let all = writer.context.catalog.functions(&call.name);
    if all.is_empty() {
        return Ok(None);
    }
    let plain = call.form == CallForm::Plain
        && !call.distinct
        && call.over.is_none()
        && call.order_by.is_empty()
        && call.within_group.is_empty();
    if !plain {
        return Err(Refusal::syntax(format!(
            "the function {name} is of one row: it takes neither DISTINCT nor OVER"
        )));
    }
    let kinds: Vec<Type> = call
        .arguments
        .iter()
        .map(|argument| writer.type_of(argument))
        .collect();
    let function = match choose(&all, &kinds) {
        FunctionChoice::Only(function) => function,
        FunctionChoice::Several => {
            return Err(Refusal::Value(format!(
                "function {name}({}) is not unique: cast its arguments",
                listed(&kinds)
            )));
        }
        FunctionChoice::None => {
            return Err(Refusal::Value(format!(
                "function {name}({}) does not exist",
                listed(&kinds)
            )));
        }
    };
    if function.is_external {
        return Err(aws_only::call_of_external(name));
    }
    let arguments = separated(writer.expressions(&call.arguments)?);
    Ok(Some(vec![
        TokenTree::word(SCHEMA),
        TokenTree::symbol("."),
        TokenTree::quoted(&function.key),
        TokenTree::Round(arguments),
    ]))
}

fn listed(kinds: &[Type]) -> String {
    let all: Vec<String> = kinds
        .iter()
        .map(|kind| {
            let kind = match kind {
                Type::Literal | Type::Null => "unknown".to_owned(),
                kind => kind.to_string(),
            };
            kind.split('(').next().unwrap_or_default().to_owned()
        })
        .collect();
    all.join(", ")
}
