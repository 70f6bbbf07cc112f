//! SUPER values: steps into them, what becomes one, what one becomes (AWS page: `Querying semistructured
//! data`).
//!
//! To the engine a SUPER value is JSON. `redshift_super_…` are functions in Rust
//! (`warehouse/functions/semistructured.rs`).

use redshift_sql::names::SuperSteps;
use redshift_sql::tree::{DataType, Expression, ExpressionKind, Name, ObjectName, Operator};
use redshift_sql::types::Type;
use strum::IntoStaticStr;

use super::Refusal;
use super::arithmetic::cast;
use super::calls::{call, own};
use super::fragment::TokenTree;
use super::writer::Writer;

/// What a SUPER value is read as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr)]
#[strum(serialize_all = "lowercase")]
pub(super) enum SuperReading {
    Text,
    Integer,
    Number,
    Boolean,
    Moment,
}

impl Writer<'_> {
    /// How a name leads into a SUPER value, where it does.
    pub(super) fn steps_of(self, name: &ObjectName) -> Option<SuperSteps> {
        self.types().and_then(|types| types.steps_of(name))
    }

    /// Whether the last part of a name is a step into a SUPER value.
    pub(super) fn is_step(self, name: &ObjectName) -> bool {
        let steps = self.steps_of(name);
        steps.is_some_and(|steps| steps.column < name.parts.len())
    }

    /// A column, and the steps into its value.
    pub(super) fn stepped_column(self, name: &ObjectName) -> Result<Vec<TokenTree>, Refusal> {
        let (nodes, steps) = self.column_and_steps(name)?;
        Ok(stepped(nodes, steps))
    }

    fn column_and_steps(
        self,
        name: &ObjectName,
    ) -> Result<(Vec<TokenTree>, Vec<Vec<TokenTree>>), Refusal> {
        let Some(steps) = self.steps_of(name) else {
            return Ok((self.column_path(&name.parts, 3), Vec::new()));
        };
        let column: Vec<Name> = name.parts.iter().take(steps.column).cloned().collect();
        let behind = name.parts.iter().skip(steps.column);
        let nodes = match column.as_slice() {
            // The only column of these rows has their name.
            [only] if steps.element => {
                vec![
                    TokenTree::quoted(&only.text),
                    TokenTree::symbol("."),
                    TokenTree::quoted(&only.text),
                ]
            }
            column => self.column_path(column, 3),
        };
        let steps: Result<Vec<_>, _> = behind.map(|part| self.named_step(part)).collect();
        Ok((nodes, steps?))
    }

    /// A step to an attribute, as a text of JSON.
    fn named_step(self, name: &Name) -> Result<Vec<TokenTree>, Refusal> {
        let text = serde_json::Value::from(self.attribute(name)?).to_string();
        Ok(vec![TokenTree::text(text)])
    }

    /// Translates steps into a SUPER value, such as `a.b[0].c`.
    pub(super) fn stepped_expression(
        self,
        expression: &Expression,
    ) -> Result<Vec<TokenTree>, Refusal> {
        let mut steps = Vec::new();
        let mut at = expression;
        let mut numbered = false;
        loop {
            match &at.kind {
                ExpressionKind::Field { of, field } => {
                    numbered = false;
                    steps.push(self.named_step(field)?);
                    at = of;
                }
                ExpressionKind::Element { of, index } => {
                    numbered = true;
                    steps.push(match &index.bare().kind {
                        ExpressionKind::Number(number) => vec![TokenTree::text(number.as_str())],
                        _ => cast(cast(self.expression(index)?, "bigint"), "varchar"),
                    });
                    at = of;
                }
                _ => break,
            }
        }
        let (mut start, mut all) = match &at.kind {
            ExpressionKind::Column(name) if self.variables.is_none() => {
                self.column_and_steps(name)?
            }
            _ => (self.expression(at)?, Vec::new()),
        };
        let kind = self.type_of(at);
        if numbered && all.is_empty() && (kind.is_numeric() || kind.is_text() || kind.is_date()) {
            return Err(Refusal::Value(format!(
                "cannot subscript type {kind} because it is not an array"
            )));
        }
        // The arrays of the catalog, which no type of the front end tells, begin with 1.
        if numbered && all.is_empty() && self.type_of(at) == Type::Unknown {
            start = own("numbered_from_one", vec![start]);
        }
        all.extend(steps.into_iter().rev());
        Ok(stepped(start, all))
    }

    /// An expression as a SUPER value.
    pub(super) fn as_super(self, expression: &Expression) -> Result<Vec<TokenTree>, Refusal> {
        to_super(self.expression(expression)?, self.type_of(expression))
    }

    /// Expressions as SUPER values.
    pub(super) fn all_as_super(self, all: &[Expression]) -> Result<Vec<Vec<TokenTree>>, Refusal> {
        all.iter().map(|one| self.as_super(one)).collect()
    }

    /// An expression as the text that sorts SUPER values.
    pub(super) fn sorted(self, expression: &Expression) -> Result<Vec<TokenTree>, Refusal> {
        if let ExpressionKind::Number(number) = &expression.kind {
            return Err(Refusal::Unsupported(format!(
                "{number} in ORDER BY for a SUPER value of a star or a UNION: name the column"
            )));
        }
        self.expression(expression).map(sorted)
    }

    /// An expression as the text that equal SUPER values have in common.
    pub(super) fn key_of(self, expression: &Expression) -> Result<Vec<TokenTree>, Refusal> {
        Ok(key(self.as_super(expression)?))
    }

    /// A condition, which may be a SUPER value.
    pub(super) fn condition(self, condition: &Expression) -> Result<Vec<TokenTree>, Refusal> {
        let nodes = self.expression(condition)?;
        Ok(match self.type_of(condition) {
            Type::Super => as_type(nodes, &DataType::Boolean)?,
            _ => nodes,
        })
    }

    /// Whether one of two operands is a SUPER value.
    pub(super) fn is_super(self, expression: &Expression) -> bool {
        self.type_of(expression) == Type::Super
    }

    /// A comparison with a SUPER value. Values of two types are not equal, and neither is smaller.
    pub(super) fn compared_as_super(
        self,
        left: &Expression,
        operator: Operator,
        right: &Expression,
    ) -> Result<Vec<TokenTree>, Refusal> {
        for side in [left, right] {
            let kind = self.type_of(side);
            if kind.is_date() || kind.is_time() {
                return Err(Refusal::Value(format!(
                    "operator does not exist: super and {kind}: cast the SUPER value, such as `…::{kind}`"
                )));
            }
        }
        let sign = super::sign::sign(operator)?;
        if matches!(operator, Operator::Equal | Operator::NotEqual) {
            let mut nodes = self.key_of(left)?;
            nodes.push(sign);
            nodes.extend(self.key_of(right)?);
            return Ok(vec![TokenTree::Round(nodes)]);
        }
        let (left, right) = (self.as_super(left)?, self.as_super(right)?);
        Ok(vec![TokenTree::Round(ordered(left, sign, right))])
    }
}

/// `redshift_super_compare(left, right) < 0`, or another sign.
pub(super) fn ordered(
    left: Vec<TokenTree>,
    sign: TokenTree,
    right: Vec<TokenTree>,
) -> Vec<TokenTree> {
    let text = |nodes| cast(nodes, "varchar");
    let mut nodes = call("redshift_super_compare", vec![text(left), text(right)]);
    nodes.extend([sign, TokenTree::number("0")]);
    nodes
}

/// The value behind steps; NULL where there is none (AWS page: "Lax semantics").
fn stepped(start: Vec<TokenTree>, steps: Vec<Vec<TokenTree>>) -> Vec<TokenTree> {
    if steps.is_empty() {
        return start;
    }
    // Steps that are known are one literal.
    let mut literal = "[".to_owned();
    let mut path: Vec<TokenTree> = Vec::new();
    for (number, step) in steps.into_iter().enumerate() {
        if number > 0 {
            literal.push(',');
        }
        match step.as_slice() {
            [one] if one.as_text().is_some() => {
                literal.push_str(one.as_text().unwrap_or_default());
            }
            _ => {
                path.extend([
                    TokenTree::text(std::mem::take(&mut literal)),
                    TokenTree::symbol("||"),
                    TokenTree::Round(step),
                    TokenTree::symbol("||"),
                ]);
            }
        }
    }
    literal.push(']');
    path.push(TokenTree::text(literal));
    let start = cast(start, "varchar");
    cast(call("redshift_super_path", vec![start, path]), "json")
}

/// A value of a type as a SUPER value. Dates and times cannot become one (AWS page: `Limitations` of the
/// SUPER data type).
pub(super) fn to_super(nodes: Vec<TokenTree>, kind: Type) -> Result<Vec<TokenTree>, Refusal> {
    Ok(match kind {
        Type::Super | Type::Null => cast(nodes, "json"),
        kind if kind.is_text() => call("to_json", vec![cast(nodes, "varchar")]),
        kind if kind.is_integer() => cast(cast(nodes, "varchar"), "json"),
        Type::Decimal(..) => cast(cast(nodes, "varchar"), "json"),
        Type::Real | Type::Double => own("super_of_double", vec![nodes]),
        Type::Boolean | Type::Unknown => call("to_json", vec![nodes]),
        other => {
            return Err(Refusal::Value(format!("cannot cast type {other} to super")));
        }
    })
}

/// The text that equal SUPER values have in common.
pub(super) fn key(nodes: Vec<TokenTree>) -> Vec<TokenTree> {
    call("redshift_super_key", vec![cast(nodes, "varchar")])
}

/// The text that sorts SUPER values (AWS page: "Order by").
pub(super) fn sorted(nodes: Vec<TokenTree>) -> Vec<TokenTree> {
    call("redshift_super_sorted", vec![cast(nodes, "varchar")])
}

/// What a SUPER value is as a scalar, as a text; NULL where it is none.
pub(super) fn scalar(nodes: Vec<TokenTree>, kind: SuperReading) -> Vec<TokenTree> {
    let text = cast(nodes, "varchar");
    call(
        "redshift_super_scalar",
        vec![text, vec![TokenTree::text(<&str>::from(kind))]],
    )
}

/// A SUPER value as another type: NULL where it is not one of it (AWS page: "Lax semantics").
pub(super) fn as_type(nodes: Vec<TokenTree>, kind: &DataType) -> Result<Vec<TokenTree>, Refusal> {
    let tried = |read: SuperReading, name: &str| {
        let mut inner = scalar(nodes.clone(), read);
        inner.extend([TokenTree::word("as"), TokenTree::Ready(name.to_owned())]);
        call("try_cast", vec![inner])
    };
    let name = super::types::of(kind)?.name;
    Ok(match kind {
        DataType::SmallInt | DataType::Integer | DataType::BigInt => {
            tried(SuperReading::Integer, &name)
        }
        DataType::Decimal { .. } | DataType::Real | DataType::Double => {
            tried(SuperReading::Number, &name)
        }
        DataType::Boolean => tried(SuperReading::Boolean, &name),
        DataType::Date => cast(tried(SuperReading::Moment, "timestamp"), "date"),
        DataType::Time | DataType::TimeTz | DataType::Timestamp | DataType::TimestampTz => {
            tried(SuperReading::Moment, &name)
        }
        DataType::Super => nodes,
        DataType::Char(_) | DataType::BpChar | DataType::VarChar(_) | DataType::Text => {
            scalar(nodes, SuperReading::Text)
        }
        _ => {
            return Err(Refusal::Unsupported(format!(
                "a cast of a SUPER value to {}",
                super::types::of(kind)?.short
            )));
        }
    })
}

/// An operator of arithmetic between SUPER values.
pub(super) fn operated(
    left: (Vec<TokenTree>, Type),
    operator: Operator,
    right: (Vec<TokenTree>, Type),
) -> Result<Vec<TokenTree>, Refusal> {
    let sign = match operator {
        Operator::Add => "+",
        Operator::Subtract => "-",
        Operator::Multiply => "*",
        Operator::Divide => "/",
        Operator::Modulo => "%",
        // The guide joins SUPER values with `+` (AWS page: `Operators and functions` of semistructured data).
        Operator::Concatenate => {
            return Err(Refusal::Unsupported(
                "|| of a SUPER value: cast it, such as `…::varchar`".to_owned(),
            ));
        }
        _ => {
            return Err(Refusal::Unsupported(
                "that operator of a SUPER value: cast the value, such as `…::varchar`".to_owned(),
            ));
        }
    };
    let operand = |(nodes, kind)| Ok(cast(to_super(nodes, kind)?, "varchar"));
    let result = call(
        "redshift_super_operator",
        vec![operand(left)?, vec![TokenTree::text(sign)], operand(right)?],
    );
    Ok(cast(result, "json"))
}

/// ABS, CEIL, FLOOR, ROUND or TRUNC of a SUPER value, which stays one.
pub(super) fn whole(
    value: Vec<TokenTree>,
    function: &str,
    digits: Vec<TokenTree>,
) -> Vec<TokenTree> {
    let result = call(
        "redshift_super_whole",
        vec![
            cast(value, "varchar"),
            vec![TokenTree::text(function)],
            digits,
        ],
    );
    cast(result, "json")
}

/// `array(a, b)`: the values of JSON with commas between them.
pub(super) fn array(items: Vec<Vec<TokenTree>>) -> Vec<TokenTree> {
    let items = items.into_iter().map(element).collect();
    json("[", items, "]")
}

/// `object('a', 1, 'b', 2)`: names and values in turn.
pub(super) fn object(all: Vec<Vec<TokenTree>>) -> Vec<TokenTree> {
    let mut fields = Vec::new();
    let mut all = all.into_iter();
    while let (Some(name), Some(value)) = (all.next(), all.next()) {
        let mut field = cast(call("to_json", vec![cast(name, "varchar")]), "varchar");
        field.extend([
            TokenTree::symbol("||"),
            TokenTree::text(":"),
            TokenTree::symbol("||"),
        ]);
        field.extend(element(value));
        fields.push(field);
    }
    json("{", fields, "}")
}

/// A value within another; NULL is `null` there.
fn element(value: Vec<TokenTree>) -> Vec<TokenTree> {
    call(
        "coalesce",
        vec![cast(value, "varchar"), vec![TokenTree::text("null")]],
    )
}

fn json(open: &str, items: Vec<Vec<TokenTree>>, close: &str) -> Vec<TokenTree> {
    let mut text = vec![TokenTree::text(open)];
    let mut first = true;
    for item in items {
        text.push(TokenTree::symbol("||"));
        if !std::mem::take(&mut first) {
            text.extend([TokenTree::text(","), TokenTree::symbol("||")]);
        }
        text.extend(item);
    }
    text.extend([TokenTree::symbol("||"), TokenTree::text(close)]);
    cast(text, "json")
}
