//! Expressions: one arm for each kind, brackets where the engine would bind otherwise.

use redshift_sql::tree::{
    BareFunction, CallForm, CastForm, DataType, Expression, ExpressionKind, IsTest, Name,
    ObjectName, Query, UnaryOperator,
};
use redshift_sql::types::Type;

use super::comparison::{self, Beside};
use super::fragment::TokenTree;
use super::moment::Reading;
use super::operator::{Precedence, level};
use super::sign::sign;
use super::typed::is_written;
use super::writer::{Writer, dotted, separated};
use super::{
    Refusal, TranslationContext, arithmetic, as_text, calls, cast, clock, external, interval,
    moment, number, pattern, recursion, semistructured, strangers, system_views, time_zone,
    varbyte,
};

/// A cast that looks its operand up in the catalog.
type LookedUp = fn(Vec<TokenTree>, &TranslationContext<'_>) -> Vec<TokenTree>;

impl Writer<'_> {
    /// Translates an expression: `a || 1` becomes tokens of the engine's dialect, in brackets where it would
    /// bind otherwise.
    pub(super) fn expression(self, expression: &Expression) -> Result<Vec<TokenTree>, Refusal> {
        if let Some(shown) = self.of_group(expression)? {
            return Ok(shown);
        }
        Ok(match &expression.kind {
            ExpressionKind::Null => vec![TokenTree::word("null")],
            ExpressionKind::Boolean(true) => vec![TokenTree::word("true")],
            ExpressionKind::Boolean(false) => vec![TokenTree::word("false")],
            ExpressionKind::Number(digits) => number::literal(digits)?,
            ExpressionKind::Text(text) => vec![TokenTree::text(&**text)],
            ExpressionKind::Typed { data_type, text } => {
                if let Some(time) = clock::literal(text, &data_type.kind) {
                    return Ok(time);
                }
                if let Some(reason) = number::wrong(text, &data_type.kind) {
                    return Err(Refusal::Value(reason));
                }
                let kind = super::types::of(&data_type.kind)?;
                match (
                    comparison::of_type(text, &data_type.kind, self.context.dates.order),
                    &data_type.kind,
                ) {
                    (Some(moment), _) => arithmetic::cast(moment, &kind.name),
                    // The engine would read a time behind a date as a mistake.
                    (None, DataType::Date) => arithmetic::cast(
                        arithmetic::cast(vec![TokenTree::text(&**text)], "timestamp"),
                        "date",
                    ),
                    _ => vec![TokenTree::Ready(kind.name), TokenTree::text(&**text)],
                }
            }
            ExpressionKind::Interval(interval) => interval::written(interval)?,
            ExpressionKind::Parameter(name) => vec![TokenTree::parameter(name)],
            ExpressionKind::Position(number) => self.position(*number)?,
            ExpressionKind::Insertion(name) => {
                return Err(Refusal::syntax(format!(
                    "nothing is inserted for `{{{{{name}}}}}`"
                )));
            }
            ExpressionKind::Column(name) => self.column(name)?,
            ExpressionKind::Star(None) => vec![TokenTree::symbol("*")],
            ExpressionKind::Star(Some(of)) => {
                let mut nodes = self.column_path(&of.parts, 2);
                nodes.extend([TokenTree::symbol("."), TokenTree::symbol("*")]);
                nodes
            }
            ExpressionKind::Field { .. } | ExpressionKind::Element { .. } => {
                self.stepped_expression(expression)?
            }
            ExpressionKind::Unary {
                operator, operand, ..
            } => self.unary(*operator, operand)?,
            ExpressionKind::Chain { first, rest } => self.chain(first, rest)?,
            ExpressionKind::Like {
                value,
                kind,
                negated,
                pattern,
                escape,
            } => {
                let mut nodes = self.operand(value, Precedence::Other)?;
                if is_written(self.type_of(value)) {
                    nodes = as_text::of(self.type_of(value), nodes);
                }
                if self.is_super(value) {
                    nodes = semistructured::scalar(nodes, semistructured::SuperReading::Text);
                }
                not(&mut nodes, *negated);
                let pattern = self.operand(pattern, Precedence::Other)?;
                let escape = escape
                    .as_ref()
                    .map(|escape| self.operand(escape, Precedence::Other))
                    .transpose()?;
                nodes.extend(pattern::like(*kind, pattern, escape)?);
                nodes
            }
            ExpressionKind::Between {
                value,
                negated,
                low,
                high,
            } => {
                if [value, low, high].into_iter().any(|one| self.is_super(one)) {
                    return self.between_super(value, *negated, low, high);
                }
                let beside = Beside::of(&[value, low, high].map(|one| self.type_of(one)));
                let operand = |one: &Expression| -> Result<Vec<TokenTree>, Refusal> {
                    let nodes = self.operand(one, Precedence::Other)?;
                    Ok(self.compared(one, nodes, beside))
                };
                let mut nodes = operand(value)?;
                not(&mut nodes, *negated);
                nodes.push(TokenTree::word("between"));
                nodes.extend(operand(low)?);
                nodes.push(TokenTree::word("and"));
                nodes.extend(operand(high)?);
                nodes
            }
            ExpressionKind::InList {
                value,
                negated,
                list,
            } => {
                if std::iter::once(&**value)
                    .chain(list)
                    .any(|one| self.is_super(one))
                {
                    return self.in_list_super(value, *negated, list);
                }
                let kinds: Vec<Type> = std::iter::once(&**value)
                    .chain(list)
                    .map(|one| self.type_of(one))
                    .collect();
                let beside = Beside::of(&kinds);
                let written = self.operand(value, Precedence::Other)?;
                let mut nodes = self.compared(value, written, beside);
                not(&mut nodes, *negated);
                let mut items = Vec::with_capacity(list.len());
                for item in list {
                    let written = self.expression(item)?;
                    items.push(self.compared(item, written, beside));
                }
                nodes.extend([TokenTree::word("in"), TokenTree::Round(separated(items))]);
                nodes
            }
            ExpressionKind::InQuery {
                value,
                negated,
                query,
            } => {
                if self.is_super(value) {
                    return self.in_query_super(value, *negated, query);
                }
                let written = self.operand(value, Precedence::Other)?;
                let (mut nodes, query) = self.looked_for(value, written, query)?;
                not(&mut nodes, *negated);
                nodes.extend([TokenTree::word("in"), query]);
                nodes
            }
            ExpressionKind::Quantified {
                value,
                operator,
                all,
                query,
            } => {
                let written = self.operand(value, Precedence::Other)?;
                let (mut nodes, query) = self.looked_for(value, written, query)?;
                nodes.push(sign(*operator)?);
                nodes.push(TokenTree::word(if *all { "all" } else { "any" }));
                nodes.push(query);
                nodes
            }
            ExpressionKind::QuantifiedArray {
                value,
                operator,
                all,
                array,
            } => {
                let mut nodes = self.operand(value, Precedence::Other)?;
                nodes.push(sign(*operator)?);
                nodes.push(TokenTree::word(if *all { "all" } else { "any" }));
                nodes.push(TokenTree::Round(self.expression(array)?));
                nodes
            }
            ExpressionKind::Is {
                value,
                negated,
                test,
            } => {
                if let Some(nodes) = self.tested_super(value, *negated, *test)? {
                    return Ok(nodes);
                }
                let mut nodes = self.operand(value, Precedence::Comparison)?;
                nodes.push(TokenTree::word("is"));
                not(&mut nodes, *negated);
                nodes.push(TokenTree::word(tested(*test)?));
                nodes
            }
            ExpressionKind::AtTimeZone { value, zone } => {
                if self.type_of(value).is_time() {
                    return Err(Refusal::unsupported(
                        "AT TIME ZONE of a time of day: it takes a timestamp",
                    ));
                }
                let mut nodes = self.operand(value, Precedence::Collate)?;
                nodes.extend(["at", "time", "zone"].map(TokenTree::word));
                nodes.extend(match &zone.bare().kind {
                    ExpressionKind::Text(name) => vec![TokenTree::text(&time_zone::engine(name)?)],
                    _ => calls::call("redshift_zone", vec![self.expression(zone)?]),
                });
                nodes
            }
            ExpressionKind::Collate { value, collation } => self.collate(value, collation)?,
            ExpressionKind::Cast {
                value,
                data_type,
                written,
            } => {
                if let Some(nodes) = self.cast_super(value, &data_type.kind, *written)? {
                    return Ok(nodes);
                }
                if let Some(nodes) = self.cast_bytes(value, &data_type.kind, *written)? {
                    return Ok(nodes);
                }
                if let DataType::Interval(fields) = &data_type.kind
                    && *written != CastForm::TryCast
                    && (self.type_of(value).is_text()
                        || matches!(value.bare().kind, ExpressionKind::Text(_)))
                {
                    let of = fields.map_or(interval::IntervalOf::Any, interval::IntervalOf::Fields);
                    return Ok(interval::of_text(self.expression(value)?, of));
                }
                // AWS page `Limitations` of SUPER: of plain numbers, whole ones alone are true or false.
                if data_type.kind == DataType::Boolean
                    && matches!(self.type_of(value), Type::Decimal(..))
                {
                    return Err(Refusal::Value(
                        "cannot cast type numeric to boolean: compare it, such as `… <> 0`"
                            .to_owned(),
                    ));
                }
                let kind = super::types::of(&data_type.kind)?;
                let looked_up: Option<LookedUp> = match kind.short.as_str() {
                    "regclass" => Some(super::session::regclass),
                    "regproc" => Some(super::catalog_calls::regproc),
                    "regprocedure" => Some(super::catalog_calls::regprocedure),
                    _ => None,
                };
                if let Some(looked_up) = looked_up {
                    return Ok(looked_up(self.expression(value)?, self.context));
                }
                if let ExpressionKind::Text(text) = &value.bare().kind {
                    if *written == CastForm::TryCast && is_no_value(text, &data_type.kind) {
                        return Ok(arithmetic::cast(vec![TokenTree::word("null")], &kind.name));
                    }
                    if let Some(time) = clock::literal(text, &data_type.kind) {
                        return Ok(time);
                    }
                    if let Some(reason) = number::wrong(text, &data_type.kind) {
                        return Err(Refusal::Value(reason));
                    }
                } else if let Some(nodes) = self.converted(value, &data_type.kind, *written)? {
                    return cast::written(nodes, kind, *written);
                }
                let literal = match &value.bare().kind {
                    ExpressionKind::Text(text) => {
                        comparison::of_type(text, &data_type.kind, self.context.dates.order)
                    }
                    _ => None,
                };
                let of_text = self.type_of(value).is_text() || is_trim(value);
                let operand = match (literal, written) {
                    (Some(literal), _) => literal,
                    (None, _) if of_text && let Some(reading) = Reading::of(&kind.name) => {
                        let mut text = self.expression(value)?;
                        if *written == CastForm::TryCast {
                            // What is no moment in Redshift becomes a text that is none here.
                            let read = vec![arithmetic::cast(text, "varchar")];
                            text = calls::own("loaded_moment", read);
                        }
                        comparison::moment_of(text, reading, self.context.dates.order)
                    }
                    (None, CastForm::Colons) => self.operand(value, Precedence::Cast)?,
                    (None, _) => self.expression(value)?,
                };
                let operand = match kind.name.as_str() {
                    "varchar" => self.shown(value, operand)?,
                    _ => operand,
                };
                cast::written(operand, kind, *written)?
            }
            ExpressionKind::Case {
                operand,
                branches,
                otherwise,
            } => self.case(
                expression.span,
                operand.as_deref(),
                branches,
                otherwise.as_deref(),
            )?,
            ExpressionKind::Call(call) => self.call(call)?,
            ExpressionKind::Exists(query) => vec![TokenTree::word("exists"), self.subquery(query)?],
            ExpressionKind::Subquery(query) => vec![self.subquery(query)?],
            ExpressionKind::Row(values) => vec![self.list(values)?],
            ExpressionKind::Array(values) => semistructured::array(self.all_as_super(values)?),
            ExpressionKind::Parenthesized(within) => {
                vec![TokenTree::Round(self.expression(within)?)]
            }
            ExpressionKind::Bare(function) => bare(*function),
            // Whoever takes it knows the words that it may be; no other text is one.
            ExpressionKind::DatePart(part) => vec![TokenTree::text(part.text.as_str())],
            ExpressionKind::Default => vec![TokenTree::word("default")],
            ExpressionKind::Prior(of) => self.prior(of)?,
            ExpressionKind::OuterMark(of) if self.marks => self.expression(of)?,
            ExpressionKind::OuterMark(_) => {
                return Err(Refusal::syntax(
                    "the mark (+) of outer joins stands in a condition of WHERE: write LEFT JOIN",
                ));
            }
            ExpressionKind::CurrentOf(_) => {
                return Err(Refusal::unsupported("CURRENT OF a cursor"));
            }
        })
    }

    /// Each of several expressions.
    pub(super) fn expressions(self, all: &[Expression]) -> Result<Vec<Vec<TokenTree>>, Refusal> {
        all.iter().map(|one| self.expression(one)).collect()
    }

    /// Several expressions in brackets.
    pub(super) fn list(self, values: &[Expression]) -> Result<TokenTree, Refusal> {
        Ok(TokenTree::Round(separated(self.expressions(values)?)))
    }

    /// An operand beside an operator of `beside`: in brackets, unless it binds more tightly.
    pub(super) fn operand(
        self,
        operand: &Expression,
        beside: Precedence,
    ) -> Result<Vec<TokenTree>, Refusal> {
        let nodes = self.expression(operand)?;
        let level = level(operand);
        let binds = level > beside || level == Precedence::Atom;
        Ok(if binds {
            nodes
        } else {
            vec![TokenTree::Round(nodes)]
        })
    }

    /// A query as a value: it may name columns of the query around it.
    pub(super) fn subquery(self, query: &Query) -> Result<TokenTree, Refusal> {
        recursion::outside(query)?;
        Ok(TokenTree::Round(self.in_subquery().query(query, false)?))
    }

    fn position(self, number: u32) -> Result<Vec<TokenTree>, Refusal> {
        self.variables
            .and_then(|variables| variables.at(number))
            .map(|placeholder| vec![placeholder.node()])
            .ok_or_else(|| Refusal::syntax(format!("there is no parameter ${number}")))
    }

    /// A column, or a variable of the procedure around it.
    fn column(self, name: &ObjectName) -> Result<Vec<TokenTree>, Refusal> {
        external::refuse_pseudocolumn(name)?;
        if let Some(keys) = self.around {
            keys.note(name);
        }
        let Some(variables) = self.variables else {
            if let Some(shared) = self.shared(name) {
                return Ok(shared);
            }
            strangers::bare(name)?;
            return self.stepped_column(name);
        };
        let found = variables.named(&name.parts).map_err(Refusal::Value)?;
        let Some((placeholder, taken)) = found else {
            return match self.shared(name) {
                Some(shared) => Ok(shared),
                None => self.stepped_column(name),
            };
        };
        let mut nodes = vec![placeholder.node()];
        for field in name.parts.iter().skip(taken) {
            nodes.extend([TokenTree::symbol("."), TokenTree::quoted(&field.text)]);
        }
        Ok(nodes)
    }

    /// The parts of a column's name, without the database where there are at least `whole`.
    pub(super) fn column_path(self, parts: &[Name], whole: usize) -> Vec<TokenTree> {
        let parts = match parts {
            [database, rest @ ..]
                if parts.len() > whole - 1
                    && rest.len() > 1
                    && database.text.eq_ignore_ascii_case(self.context.database) =>
            {
                rest
            }
            parts => parts,
        };
        // A table of the system stands under its name alone, see `from.rs`.
        let parts = match parts {
            [schema, rest @ ..] if rest.len() > 1 && system_views::is_schema(&schema.text) => rest,
            parts => parts,
        };
        dotted(parts)
    }

    fn unary(
        self,
        operator: UnaryOperator,
        operand: &Expression,
    ) -> Result<Vec<TokenTree>, Refusal> {
        let signed = |sign: TokenTree| -> Result<Vec<TokenTree>, Refusal> {
            let mut nodes = vec![sign];
            nodes.extend(self.numeric(operand, Precedence::Sign)?);
            Ok(nodes)
        };
        if self.is_super(operand)
            && let Some(nodes) = self.unary_super(operator, operand)?
        {
            return Ok(nodes);
        }
        match operator {
            UnaryOperator::Not => {
                let mut nodes = vec![TokenTree::word("not")];
                nodes.extend(self.operand(operand, Precedence::Not)?);
                Ok(nodes)
            }
            UnaryOperator::Minus => signed(TokenTree::symbol("-")),
            UnaryOperator::Plus => signed(TokenTree::symbol("+")),
            UnaryOperator::BitNot if matches!(self.type_of(operand), Type::VarByte(_)) => {
                Ok(varbyte::not(self.expression(operand)?))
            }
            UnaryOperator::BitNot => signed(TokenTree::symbol("~")),
            UnaryOperator::Absolute => Ok(calls::call("abs", vec![self.expression(operand)?])),
            UnaryOperator::SquareRoot => Ok(calls::call("sqrt", vec![self.expression(operand)?])),
            UnaryOperator::CubeRoot => Ok(calls::own("cbrt", vec![self.expression(operand)?])),
        }
    }

    /// A value that is no literal, in the form in which the engine casts it as Redshift does; nothing where it does so
    /// with the value as it is.
    fn converted(
        self,
        value: &Expression,
        kind: &DataType,
        form: CastForm,
    ) -> Result<Option<Vec<TokenTree>>, Refusal> {
        let from = self.type_of(value);
        let as_time = |nodes: &[TokenTree]| match form {
            CastForm::TryCast => None,
            _ => clock::of(nodes, from, kind),
        };
        let as_number = |nodes: &[TokenTree]| match &value.bare().kind {
            // What a parameter is, only its value tells.
            ExpressionKind::Parameter(_) => None,
            _ if from.is_text() => number::of_text(nodes, kind, form),
            _ => None,
        };
        // An operand that is written for nothing would double the work with each cast in a cast.
        if as_time(&[]).is_none() && as_number(&[]).is_none() {
            return Ok(None);
        }
        let nodes = self.expression(value)?;
        Ok(as_time(&nodes).or_else(|| as_number(&nodes)))
    }

    /// A date as the session shows it, where it becomes a text, and a number of floating point with its digits.
    pub(super) fn shown(
        self,
        value: &Expression,
        nodes: Vec<TokenTree>,
    ) -> Result<Vec<TokenTree>, Refusal> {
        let kind = self.type_of(value);
        if let Some(text) = as_text::exact(kind, &nodes) {
            return Ok(text);
        }
        Ok(self.context.dates.text(kind, &nodes)?.unwrap_or(nodes))
    }

    fn collate(self, value: &Expression, collation: &Name) -> Result<Vec<TokenTree>, Refusal> {
        let mut nodes = self.operand(value, Precedence::Collate)?;
        match collation.text.as_str() {
            "case_insensitive" | "ci" => nodes.extend(["collate", "nocase"].map(TokenTree::word)),
            "case_sensitive" | "cs" => {}
            other => return Err(Refusal::unsupported(format!("the collation {other}"))),
        }
        Ok(nodes)
    }
}

/// `trim(…)`, which the grammar knows and the table of functions gives no type.
fn is_trim(value: &Expression) -> bool {
    matches!(&value.bare().kind, ExpressionKind::Call(call) if matches!(call.form, CallForm::Trim(_)))
}

/// Whether a literal is none of a type, though the engine may take it for one.
fn is_no_value(text: &str, kind: &DataType) -> bool {
    match kind {
        DataType::Date | DataType::Timestamp | DataType::TimestampTz => {
            moment::refused(text).is_some()
        }
        DataType::Time => moment::clock::local(text).is_none(),
        DataType::TimeTz => moment::clock::normal(text).is_none(),
        kind => number::wrong(text, kind).is_some(),
    }
}

fn not(nodes: &mut Vec<TokenTree>, negated: bool) {
    if negated {
        nodes.push(TokenTree::word("not"));
    }
}

fn tested(test: IsTest) -> Result<&'static str, Refusal> {
    Ok(match test {
        IsTest::Null | IsTest::Unknown => "null",
        IsTest::True => "true",
        IsTest::False => "false",
        IsTest::Super(_) => {
            return Err(Refusal::unsupported(
                "that test of a value that is no SUPER value",
            ));
        }
    })
}

/// The moment of the clock as another type of the engine's.
fn now_as(kind: &str) -> Vec<TokenTree> {
    vec![TokenTree::Ready(format!("cast(redshift.now() as {kind})"))]
}

fn bare(function: BareFunction) -> Vec<TokenTree> {
    if let Some(user) = super::session::user(function) {
        return user;
    }
    vec![TokenTree::word(match function {
        BareFunction::SysDate => return calls::own("sysdate", Vec::new()),
        BareFunction::CurrentDate => return calls::own("today", Vec::new()),
        BareFunction::CurrentTime => {
            return calls::own("clock_tz", vec![calls::own("now", Vec::new())]);
        }
        BareFunction::CurrentTimestamp => return calls::own("now", Vec::new()),
        BareFunction::LocalTime => {
            return vec![TokenTree::Ready(
                "cast(cast(redshift.now() as timestamp) as time)".to_owned(),
            )];
        }
        BareFunction::LocalTimestamp => return now_as("timestamp"),
        BareFunction::User => "user",
        BareFunction::CurrentUser => "current_user",
        BareFunction::SessionUser => "session_user",
        BareFunction::CurrentUserId => "current_user_id",
    })]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use redshift_sql::parse;
    use redshift_sql::tree::{Body, StatementKind};

    use super::*;
    use crate::warehouse::dialect::ALONE;

    const OPERANDS: &[&str] = &["0", "1", "2", "7", "true", "null", "(3)", "'5'"];

    const BEFORE: &[&str] = &["", "", "", "- ", "not ", "+ "];

    const BEHIND: &[&str] = &["", "", "", "::int", " is null", " is not true", " is false"];

    const BETWEEN: &[&str] = &[
        "+",
        "-",
        "*",
        "/",
        "%",
        "^",
        "||",
        "=",
        "<>",
        "<",
        ">=",
        "and",
        "or",
        "&",
        "|",
        "<<",
        "like",
        "not like",
        "between 1 and",
        "in (1, 2) =",
    ];

    /// The same expression with brackets around each part of it.
    fn bracketed(expression: &mut Expression) {
        match &mut expression.kind {
            ExpressionKind::Chain { first, rest } => {
                bracketed(first);
                for link in rest.iter_mut() {
                    bracketed(&mut link.operand);
                }
                // `a - b + c` is `(a - b) + c`.
                let mut rest = std::mem::take(rest).into_iter();
                let mut left = (**first).clone();
                let span = expression.span;
                for link in &mut rest {
                    let kind = ExpressionKind::Chain {
                        first: Box::new(left),
                        rest: vec![link],
                    };
                    let chain = Box::new(Expression::new(span, kind));
                    left = Expression::new(span, ExpressionKind::Parenthesized(chain));
                }
                *expression = left;
                return;
            }
            ExpressionKind::Unary { operand, .. } => bracketed(operand),
            ExpressionKind::Is { value, .. } | ExpressionKind::Cast { value, .. } => {
                bracketed(value);
            }
            ExpressionKind::Parenthesized(within) => bracketed(within),
            ExpressionKind::Like { value, pattern, .. } => {
                bracketed(value);
                bracketed(pattern);
            }
            ExpressionKind::Between {
                value, low, high, ..
            } => {
                bracketed(value);
                bracketed(low);
                bracketed(high);
            }
            ExpressionKind::InList { value, .. } => bracketed(value),
            _ => {}
        }
        let inner = Box::new(expression.clone());
        expression.kind = ExpressionKind::Parenthesized(inner);
    }

    /// What the engine makes of an expression; its own words for a failure are not compared.
    fn evaluated(engine: &duckdb::Connection, nodes: &[TokenTree]) -> Option<String> {
        let sql = Writer::new(&ALONE).sql(nodes).ok()?;
        let text = format!("select ({})::varchar", sql.text);
        let value = engine.query_row(&text, [], |row| row.get::<_, Option<String>>(0));
        value.ok().map(|value| format!("{value:?}"))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1500))]

        /// The engine binds what is written as Redshift's grammar does.
        #[test]
        fn brackets_stand_where_the_engine_would_bind_otherwise(
            parts in proptest::collection::vec(
                (
                    proptest::sample::select(BETWEEN),
                    proptest::sample::select(BEFORE),
                    proptest::sample::select(OPERANDS),
                    proptest::sample::select(BEHIND),
                ),
                1..6,
            )
        ) {
            let mut text = "select ".to_owned();
            for (number, (between, before, operand, behind)) in parts.iter().enumerate() {
                if number > 0 {
                    text.push_str(&format!(" {between} "));
                }
                text.push_str(&format!("{before}{operand}{behind}"));
            }
            let script = parse(&text);
            prop_assume!(script.mistakes.is_empty());
            let StatementKind::Query(query) = &script.statements[0].kind else {
                panic!("{text} is no query");
            };
            let Body::Select(select) = &query.body else {
                panic!("{text} has no select list");
            };
            let plain = &select.items[0].expression;
            let mut full = plain.clone();
            bracketed(&mut full);
            let written = Writer::new(&ALONE).expression(plain);
            // What the writer refuses is not silently wrong.
            prop_assume!(written.is_ok());
            let plain = written.unwrap();
            let full = Writer::new(&ALONE).expression(&full).unwrap();
            let engine = duckdb::Connection::open_in_memory().unwrap();
            prop_assert_eq!(evaluated(&engine, &plain), evaluated(&engine, &full), "{}", text);
        }
    }
}
