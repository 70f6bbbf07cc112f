//! SET, RESET and SHOW of settings (AWS pages: `SET`, `RESET`, `SHOW`, `SET_CONFIG`).

use redshift_sql::tree::{
    Body, Call, Expression, ExpressionKind, IntervalField, Query, Reset, Set, SettingValue, Show,
    ShowKind, UnaryOperator,
};

use super::fragment::TokenTree;
use super::statement::{EngineSql, SetConfig, Statement};
use super::writer::Writer;
use super::{Refusal, configuration};

/// `set name to value`
pub(super) fn set(set: &Set) -> Result<Statement, Refusal> {
    let (name, local, values) = match set {
        Set::Setting {
            name,
            local,
            values,
            ..
        } => (name.as_str(), *local, values.as_slice()),
        // The user of a laptop is one; how transactions are isolated is the warehouse's.
        Set::Characteristics { transaction, .. } if transaction.read_only == Some(true) => {
            return Err(Refusal::Unsupported(
                "SET … READ ONLY: write BEGIN READ ONLY".to_owned(),
            ));
        }
        Set::Authorization { .. } | Set::Characteristics { .. } => return Ok(Statement::Nothing),
    };
    let given: Result<Vec<String>, Refusal> = values.iter().map(|one| text(name, one)).collect();
    let given = given?;
    if name == "seed" {
        return seed(&given);
    }
    // `default` in quotes means it too.
    let default = matches!(given.as_slice(), [] | [_])
        && given.iter().all(|one| one.eq_ignore_ascii_case("default"));
    let value = if default {
        configuration::known(name)?;
        None
    } else {
        Some(configuration::value(name, &given)?)
    };
    Ok(Statement::Set {
        name: name.to_owned(),
        value,
        local,
    })
}

/// `set seed to 0.5`: RANDOM repeats itself from here on (AWS page: `RANDOM`).
fn seed(given: &[String]) -> Result<Statement, Refusal> {
    let seed = match given {
        [one] => one.trim().parse::<f64>().ok(),
        _ => None,
    };
    match seed.filter(|seed| (-1.0..=1.0).contains(seed)) {
        Some(seed) => Ok(Statement::Define(vec![EngineSql::plain(format!(
            "{SEED}({seed})"
        ))])),
        None => Err(Refusal::Value(
            "parameter \"seed\" takes a number between -1 and 1".to_owned(),
        )),
    }
}

/// The beginning of the engine's statement that sets the seed.
pub(crate) const SEED: &str = "select redshift.set_seed";

/// Translates `reset name` and `reset all`.
pub(super) fn reset(reset: &Reset) -> Result<Statement, Refusal> {
    Ok(match reset {
        Reset::Setting(name) => {
            configuration::known(name)?;
            Statement::Reset(Some(name.to_string()))
        }
        Reset::All => Statement::Reset(None),
        Reset::Authorization => Statement::Nothing,
    })
}

/// What a value says.
fn text(name: &str, value: &SettingValue) -> Result<String, Refusal> {
    let literal = match value {
        SettingValue::Word(word) => return Ok(word.text.to_string()),
        SettingValue::Literal(literal) => literal,
    };
    of_literal(literal).ok_or_else(|| {
        Refusal::syntax(format!(
            "SET {name} takes a literal: in a procedure, make a text of the statement and run it with \
             EXECUTE"
        ))
    })
}

fn of_literal(literal: &Expression) -> Option<String> {
    Some(match &literal.bare().kind {
        ExpressionKind::Text(text) => text.to_string(),
        ExpressionKind::Number(number) => number.to_string(),
        ExpressionKind::Boolean(true) => "true".to_owned(),
        ExpressionKind::Boolean(false) => "false".to_owned(),
        ExpressionKind::Unary {
            operator: UnaryOperator::Minus,
            operand,
            ..
        } => format!("-{}", of_literal(operand)?),
        ExpressionKind::Unary {
            operator: UnaryOperator::Plus,
            operand,
            ..
        } => of_literal(operand)?,
        ExpressionKind::Interval(interval) => match &interval.fields {
            Some(fields) if fields.from == IntervalField::Hour => interval.text.to_string(),
            None => interval.text.to_string(),
            Some(_) => return None,
        },
        _ => return None,
    })
}

/// `show name`, `show all`
pub(super) fn show(show: &Show) -> Result<Statement, Refusal> {
    match &show.kind {
        ShowKind::Setting(name) => {
            configuration::known(name)?;
            Ok(Statement::ShowSettings(Some(name.to_string())))
        }
        ShowKind::All => Ok(Statement::ShowSettings(None)),
        _ => Err(Refusal::Unsupported(
            "SHOW of the catalog: use SVV_TABLES or SVV_COLUMNS".to_owned(),
        )),
    }
}

/// `select set_config('name', 'value', is_local)`: the settings that it changes, and what it returns.
/// Nothing where the query is another one.
pub(super) fn set_config(query: &Query, writer: Writer<'_>) -> Result<Option<Statement>, Refusal> {
    let Body::Select(select) = &query.body else {
        return Ok(None);
    };
    let alone = select.from.is_empty() && select.filter.is_none() && query.limit.is_none();
    let calls: Option<Vec<(&Call, Option<&str>)>> = select
        .items
        .iter()
        .map(|item| match &item.expression.bare().kind {
            ExpressionKind::Call(call) if is_set_config(call) => {
                Some((&**call, item.alias.as_ref().map(|name| name.text.as_str())))
            }
            _ => None,
        })
        .collect();
    let Some(calls) = calls.filter(|calls| alone && !calls.is_empty()) else {
        return Ok(None);
    };
    let mut all = Vec::with_capacity(calls.len());
    for (call, alias) in calls {
        let [name, value, local] = call.arguments.as_slice() else {
            return Err(Refusal::syntax("SET_CONFIG takes three arguments"));
        };
        let written = |argument: &Expression| -> Result<Vec<TokenTree>, Refusal> {
            Ok(vec![TokenTree::Round(writer.expression(argument)?)])
        };
        let mut nodes = vec![TokenTree::word("select")];
        nodes.extend(written(name)?);
        nodes.extend([TokenTree::Ready("::varchar,".to_owned())]);
        nodes.extend(written(value)?);
        nodes.extend([TokenTree::Ready("::varchar,".to_owned())]);
        nodes.extend(written(local)?);
        nodes.extend([TokenTree::Ready("::boolean::varchar".to_owned())]);
        all.push(SetConfig {
            arguments: writer.sql(&nodes)?,
            column: alias.unwrap_or("set_config").to_owned(),
        });
    }
    Ok(Some(Statement::SetConfig(all)))
}

fn is_set_config(call: &Call) -> bool {
    matches!(call.name.parts.as_slice(), [.., name] if name.is("set_config"))
}
