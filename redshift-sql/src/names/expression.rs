//! Expressions to their types.

use smol_str::SmolStr;

use super::found::{Typed, merged};
use super::scope::{NameMeaning, NameScope, RelationInScope};
use super::{Binder, Derivation};
use crate::Span;
use crate::mistake::MistakeKind;
use crate::tree::{
    BareFunction, Expression, ExpressionKind, IntervalField, IntervalLiteral, Name, ObjectName,
    Operator, OperatorLink, UnaryOperator,
};
use crate::types::{Type, arithmetic, common_type, comparable};

/// Columns that every table has and no catalog lists (AWS page: `Reserved words`, PostgreSQL 8.0's
/// system columns).
const HIDDEN: &[&str] = &[
    "oid",
    "ctid",
    "xmin",
    "xmax",
    "cmin",
    "cmax",
    "tableoid",
    "insertxid",
    "deletexid",
];

/// Pseudo columns of an external table (AWS page: `External tables: pseudocolumns`).
const PSEUDO: &[&str] = &["$path", "$size", "$spectrum_oid"];

/// Functions without brackets that the grammar takes for columns (AWS page: `System information
/// functions`).
const BARE: &[&str] = &[
    "current_aws_account",
    "current_namespace",
    "current_database",
    "current_schema",
];

/// How many columns of a table a help lists.
const LISTED: usize = 8;

impl Binder<'_> {
    /// A condition: its type is boolean, or nobody knows.
    pub(super) fn condition_in(&mut self, condition: &Expression, scope: &NameScope<'_>) -> Typed {
        let typed = self.expression(condition, scope);
        let wrong = typed.kind.is_date() || typed.kind.is_time() || typed.kind.is_interval();
        if wrong || matches!(typed.kind, Type::Decimal(..) | Type::Real | Type::Double) {
            let sentence = format!(
                "a condition is true or false, and this is {}",
                typed.kind.name()
            );
            let help = "compare it with something".to_owned();
            self.mistake(MistakeKind::Types, condition.span, sentence, Some(help));
        }
        typed
    }

    pub(super) fn expressions(&mut self, list: &[Expression], scope: &NameScope<'_>) -> Vec<Typed> {
        list.iter().map(|one| self.expression(one, scope)).collect()
    }

    /// Binds an expression; its type.
    pub(super) fn expression(&mut self, expression: &Expression, scope: &NameScope<'_>) -> Typed {
        let typed = self.typed(expression, scope);
        self.known(expression, typed)
    }

    fn typed(&mut self, expression: &Expression, scope: &NameScope<'_>) -> Typed {
        match &expression.kind {
            ExpressionKind::Null => Typed::of(Type::Null),
            ExpressionKind::Boolean(_) => Typed::of(Type::Boolean),
            ExpressionKind::Number(number) => Typed::of(number_type(number)),
            ExpressionKind::Text(_) => Typed::of(Type::Literal),
            ExpressionKind::Typed { data_type, .. } => Typed::of(Type::of(&data_type.kind)),
            ExpressionKind::Interval(literal) => Typed::of(interval_type(literal)),
            ExpressionKind::Parameter(name) => {
                let kind = self.parameters.get(name).copied();
                Typed::of(kind.unwrap_or(Type::Unknown))
            }
            ExpressionKind::Column(name) => {
                if let [only] = name.parts.as_slice()
                    && let Some(at) = scope.lateral(&only.text)
                {
                    self.selected.insert(std::ptr::from_ref(expression), at);
                }
                self.column(name, scope)
            }
            ExpressionKind::Field { of, .. } => {
                let of = self.expression(of, scope);
                Typed::from(Type::Super, &[of])
            }
            ExpressionKind::Element { of, index } => {
                let of = self.expression(of, scope);
                self.expression(index, scope);
                Typed::from(Type::Super, &[of])
            }
            ExpressionKind::Unary {
                operator, operand, ..
            } => {
                let operand = self.expression(operand, scope);
                let kind = match operator {
                    UnaryOperator::Not => Type::Boolean,
                    UnaryOperator::SquareRoot | UnaryOperator::CubeRoot => Type::Double,
                    _ => operand.kind,
                };
                Typed::from(kind, &[operand])
            }
            ExpressionKind::Chain { first, rest } => self.chain(first, rest, scope),
            ExpressionKind::Like {
                value,
                pattern,
                escape,
                ..
            } => {
                let mut parts = vec![self.expression(value, scope)];
                parts.push(self.expression(pattern, scope));
                if let Some(escape) = escape {
                    self.expression(escape, scope);
                }
                Typed::from(Type::Boolean, &parts)
            }
            ExpressionKind::Between {
                value, low, high, ..
            } => {
                let value_type = self.expression(value, scope);
                let low_type = self.expression(low, scope);
                let high_type = self.expression(high, scope);
                self.compared(&value_type, &low_type, low.span);
                self.compared(&value_type, &high_type, high.span);
                Typed::from(Type::Boolean, &[value_type, low_type, high_type])
            }
            ExpressionKind::InList { value, list, .. } => {
                let value_type = self.expression(value, scope);
                let mut parts = self.expressions(list, scope);
                for (part, item) in parts.iter().zip(list) {
                    self.compared(&value_type, part, item.span);
                    self.equal(&value_type, part);
                }
                parts.push(value_type);
                Typed::from(Type::Boolean, &parts)
            }
            ExpressionKind::InQuery { value, query, .. }
            | ExpressionKind::Quantified { value, query, .. } => {
                let value_type = self.expression(value, scope);
                let taken = scope.taken.get();
                let bound = self.query(query, scope);
                if matches!(expression.kind, ExpressionKind::InQuery { .. }) {
                    self.correlated_in(query, scope, taken);
                }
                let wanted = match &value.bare().kind {
                    ExpressionKind::Row(values) => values.len(),
                    _ => 1,
                };
                if !bound.open && bound.columns.len() != wanted {
                    let sentence = format!(
                        "this query has {}, and is compared with {wanted}",
                        super::relation::count(bound.columns.len())
                    );
                    self.mistake(MistakeKind::ColumnCount, query.span, sentence, None);
                } else if let ([column], 1) = (bound.columns.as_slice(), wanted) {
                    let queried = Typed {
                        kind: column.kind,
                        sources: std::rc::Rc::clone(&column.sources),
                    };
                    self.compared(&value_type, &queried, query.span);
                    if matches!(expression.kind, ExpressionKind::InQuery { .. }) {
                        self.equal(&value_type, &queried);
                    }
                }
                let queried = Typed {
                    kind: Type::Unknown,
                    sources: merged(bound.columns.iter().map(|column| &column.sources)),
                };
                Typed::from(Type::Boolean, &[value_type, queried])
            }
            ExpressionKind::QuantifiedArray { value, array, .. } => {
                let parts = [value, array].map(|part| self.expression(part, scope));
                Typed::from(Type::Boolean, &parts)
            }
            ExpressionKind::Is { value, .. } => {
                let value = self.expression(value, scope);
                Typed::from(Type::Boolean, &[value])
            }
            ExpressionKind::AtTimeZone { value, zone } => {
                let value = self.expression(value, scope);
                self.expression(zone, scope);
                let kind = match value.kind {
                    Type::TimestampTz => Type::Timestamp,
                    Type::Timestamp => Type::TimestampTz,
                    Type::Time | Type::TimeTz => Type::TimeTz,
                    _ => Type::Unknown,
                };
                Typed::from(kind, &[value])
            }
            ExpressionKind::Collate { value, .. }
            | ExpressionKind::Prior(value)
            | ExpressionKind::OuterMark(value)
            | ExpressionKind::Parenthesized(value) => self.expression(value, scope),
            ExpressionKind::Cast {
                value, data_type, ..
            } => {
                let value_type = self.expression(value, scope);
                let kind = Type::of(&data_type.kind);
                self.castable(&value_type, kind, expression.span);
                Typed::from(kind, &[value_type])
            }
            ExpressionKind::Case {
                operand,
                branches,
                otherwise,
            } => self.case(operand.as_deref(), branches, otherwise.as_deref(), scope),
            ExpressionKind::Call(call) => self.call(call, scope),
            ExpressionKind::Exists(query) => {
                self.query(query, scope);
                Typed::of(Type::Boolean)
            }
            ExpressionKind::Subquery(query) => {
                let bound = self.query(query, scope);
                match bound.columns.as_slice() {
                    [only] if bound.open => Typed {
                        kind: Type::Unknown,
                        sources: std::rc::Rc::clone(&only.sources),
                    },
                    _ if bound.open => Typed::of(Type::Unknown),
                    [only] => Typed {
                        kind: only.kind,
                        sources: std::rc::Rc::clone(&only.sources),
                    },
                    columns => {
                        let sentence = format!(
                            "a query that stands for a value has one column, and this has {}",
                            columns.len()
                        );
                        self.mistake(MistakeKind::ColumnCount, query.span, sentence, None);
                        Typed::of(Type::Unknown)
                    }
                }
            }
            ExpressionKind::Row(values) => {
                let parts = self.expressions(values, scope);
                Typed::from(Type::Unknown, &parts)
            }
            ExpressionKind::Array(values) => {
                let parts = self.expressions(values, scope);
                Typed::from(Type::Super, &parts)
            }
            ExpressionKind::Bare(function) => Typed::of(bare_type(*function)),
            ExpressionKind::Position(number) => {
                let kind = self.typed_names.and_then(|names| names.at(*number));
                Typed::of(kind.unwrap_or(Type::Unknown))
            }
            ExpressionKind::Star(_)
            | ExpressionKind::Insertion(_)
            | ExpressionKind::DatePart(_)
            | ExpressionKind::Default
            | ExpressionKind::CurrentOf(_) => Typed::of(Type::Unknown),
        }
    }

    fn chain(&mut self, first: &Expression, rest: &[OperatorLink], scope: &NameScope<'_>) -> Typed {
        let mut parts = vec![self.expression(first, scope)];
        let mut kind = parts.first().map_or(Type::Unknown, |part| part.kind);
        for link in rest {
            let operand = self.expression(&link.operand, scope);
            let span = first.span.to(link.operand.span);
            kind = self.operation(link, kind, operand.kind, span);
            if link.operator == Operator::Equal
                && let [left] = parts.as_slice()
            {
                self.equal(left, &operand);
            }
            parts.push(operand);
        }
        Typed::from(kind, &parts)
    }

    fn operation(&mut self, link: &OperatorLink, left: Type, right: Type, span: Span) -> Type {
        match link.operator {
            Operator::Or
            | Operator::And
            | Operator::Posix { .. }
            | Operator::LikeOperator { .. }
            | Operator::Overlaps => Type::Boolean,
            Operator::Equal
            | Operator::NotEqual
            | Operator::Less
            | Operator::LessEqual
            | Operator::Greater
            | Operator::GreaterEqual => {
                self.compared(&Typed::of(left), &Typed::of(right), span);
                Type::Boolean
            }
            // Redshift has no cast of a truth value to a text (PostgreSQL 8.0: `pg_cast`).
            Operator::Concatenate
                if [left, right].contains(&Type::Boolean)
                    && ![left, right].contains(&Type::Super) =>
            {
                let sentence = format!("Redshift has no {} || {}", left.name(), right.name());
                let help =
                    "write out what it is, `case when … then 'true' when not … then 'false' end`";
                self.mistake(MistakeKind::Types, span, sentence, Some(help.to_owned()));
                Type::VarChar(crate::types::MAX_VARCHAR)
            }
            Operator::Concatenate => concatenated(left, right),
            Operator::BitAnd
            | Operator::BitOr
            | Operator::BitXor
            | Operator::ShiftLeft
            | Operator::ShiftRight => common_type(left, right).unwrap_or(Type::Unknown),
            _ => arithmetic(link.operator, left, right).unwrap_or_else(|| {
                let word = match link.operator {
                    Operator::Add => "+",
                    Operator::Subtract => "-",
                    Operator::Multiply => "*",
                    Operator::Divide => "/",
                    Operator::Modulo => "%",
                    _ => "^",
                };
                let sentence = format!("Redshift has no {} {word} {}", left.name(), right.name());
                let help = "cast one side".to_owned();
                self.mistake(MistakeKind::Types, span, sentence, Some(help));
                Type::Unknown
            }),
        }
    }

    /// Two values that are compared.
    pub(super) fn compared(&mut self, one: &Typed, other: &Typed, span: Span) {
        if !comparable(one.kind, other.kind) {
            let (one, other) = (one.kind.name(), other.kind.name());
            let sentence = format!("{one} cannot be compared with {other}");
            let help = format!("cast one side, such as `…::{one}`");
            self.mistake(MistakeKind::Types, span, sentence, Some(help));
        }
    }

    /// A cast that Redshift certainly refuses. It has none of a truth value to a text, nor one of a number with a fraction
    /// to a truth value or back (AWS page: `Type compatibility and conversion`; PostgreSQL 8.0: `pg_cast`).
    fn castable(&mut self, value: &Typed, kind: Type, span: Span) {
        let value = value.kind;
        let has_fraction = |kind: Type| kind.is_numeric() && !kind.is_integer();
        let wrong = value.is_date() && (kind.is_integer() || kind == Type::Boolean)
            || value.is_numeric() && kind.is_date()
            || has_fraction(value) && kind == Type::Boolean
            || value == Type::Boolean && (kind.is_date() || kind.is_text() || has_fraction(kind))
            || value == Type::Date && kind.is_time();
        if wrong {
            let sentence = format!("cannot cast type {} to {}", value.name(), kind.name());
            let help = if kind.is_text() {
                "write out what it is, `case when … then 'true' when not … then 'false' end`"
            } else if has_fraction(kind) {
                "cast it to integer first"
            } else if kind == Type::Boolean && !value.is_date() {
                "compare it, such as `… <> 0`"
            } else if value.is_date() {
                "count the days since a date, `datediff(day, '1970-01-01', …)`"
            } else {
                "add it to a date, such as `dateadd(day, …, '1970-01-01')`"
            };
            self.mistake(MistakeKind::Types, span, sentence, Some(help.to_owned()));
        }
    }

    fn case(
        &mut self,
        operand: Option<&Expression>,
        branches: &[(Expression, Expression)],
        otherwise: Option<&Expression>,
        scope: &NameScope<'_>,
    ) -> Typed {
        let operand = operand.map(|operand| self.expression(operand, scope));
        let mut kind = Some(Type::Null);
        let mut parts = Vec::new();
        if let Some(operand) = &operand {
            parts.push(operand.clone().derived(Derivation::Conditional));
        }
        for (when, then) in branches {
            let when_type = self.expression(when, scope);
            if let Some(operand) = &operand {
                self.compared(operand, &when_type, when.span);
            }
            parts.push(when_type.derived(Derivation::Conditional));
            let then_type = self.expression(then, scope);
            kind = self.branch(kind, then_type.kind, then.span);
            parts.push(then_type);
        }
        if let Some(otherwise) = otherwise {
            let other = self.expression(otherwise, scope);
            kind = self.branch(kind, other.kind, otherwise.span);
            parts.push(other);
        }
        Typed::from(kind.unwrap_or(Type::Unknown), &parts)
    }

    /// The type of CASE so far, and that of another branch.
    fn branch(&mut self, so_far: Option<Type>, next: Type, span: Span) -> Option<Type> {
        let so_far = so_far?;
        let kind = common_type(so_far, next);
        // A text beside something else is converted where it can be.
        if kind.is_none() && !so_far.is_text() && !next.is_text() {
            let sentence = format!(
                "this branch of CASE is {}, and one in front is {}",
                next.name(),
                so_far.name()
            );
            let help = "cast one of them".to_owned();
            self.mistake(MistakeKind::Types, span, sentence, Some(help));
        }
        kind
    }

    /// A chain of names: a column, or a step into one.
    fn column(&mut self, name: &ObjectName, scope: &NameScope<'_>) -> Typed {
        let typed = self.column_type(name, scope);
        if self.watches(name.span) {
            self.note_column(name, &typed, scope);
        }
        typed
    }

    fn column_type(&mut self, name: &ObjectName, scope: &NameScope<'_>) -> Typed {
        let Some(first) = name.parts.first() else {
            return Typed::of(Type::Unknown);
        };
        if let Some(kind) = self.typed_names.and_then(|names| names.named(name)) {
            return Typed::of(kind);
        }
        // In a procedure a name means its variable, whatever columns there are.
        if self.is_variable(&first.text) {
            self.used.insert(first.text.clone());
            return Typed::of(Type::Unknown);
        }
        if name.is_inserted() {
            return Typed::of(Type::Unknown);
        }
        if name.parts.len() > 1
            && let Some((meaning, used)) = scope.qualified(&name.parts)
        {
            self.steps(name, used, scope.is_element(&name.parts));
            if matches!(meaning, NameMeaning::Value(_)) {
                self.correlation(name, scope);
            }
            return match meaning {
                NameMeaning::Value(typed) if used < name.parts.len() => {
                    Typed::from(Type::Super, &[typed])
                }
                NameMeaning::Value(typed) => typed,
                NameMeaning::NoColumn(relation) => {
                    if let Some(part) = name.parts.get(used - 1) {
                        self.relation_has_no(&relation, part);
                    }
                    Typed::of(Type::Unknown)
                }
                NameMeaning::Ambiguous(_) | NameMeaning::Nothing => Typed::of(Type::Unknown),
            };
        }
        if name.parts.len() == 1
            && let Some(of) = scope.shared(&first.text)
        {
            self.shared.names.insert(std::ptr::from_ref(name), of);
        }
        let meaning = scope.column(&first.text);
        if name.parts.len() == 1 && matches!(meaning, NameMeaning::Value(_)) {
            self.correlation(name, scope);
        }
        match meaning {
            NameMeaning::Value(typed) if name.parts.len() > 1 => {
                self.steps(name, 1, false);
                Typed::from(Type::Super, &[typed])
            }
            NameMeaning::Value(typed) => typed,
            NameMeaning::Ambiguous(relations) => {
                self.ambiguous(first, &relations);
                Typed::of(Type::Unknown)
            }
            NameMeaning::NoColumn(_) | NameMeaning::Nothing => {
                if !self.beside(name, scope) {
                    self.nothing_is_called(name, first, scope);
                }
                Typed::of(Type::Unknown)
            }
        }
    }

    fn ambiguous(&mut self, name: &Name, relations: &[SmolStr]) {
        let sentence = format!("`{}` is a column of several tables", name.text);
        let shown: Vec<String> = relations
            .iter()
            .filter(|relation| !relation.is_empty())
            .map(|relation| format!("`{relation}.{}`", name.text))
            .collect();
        let help = (!shown.is_empty()).then(|| format!("write {}", shown.join(" or ")));
        self.mistake(MistakeKind::Ambiguous, name.span, sentence, help);
    }

    pub(super) fn relation_has_no(&mut self, relation: &RelationInScope, name: &Name) {
        if HIDDEN.contains(&name.text.as_str()) || PSEUDO.contains(&name.text.as_str()) {
            return;
        }
        let columns: Vec<&str> = relation
            .columns
            .iter()
            .filter_map(|column| column.name.as_deref())
            .collect();
        let sentence = format!("`{}` has no column `{}`", relation.name, name.text);
        let help = did_you_mean(&name.text, &columns).or_else(|| listed(&columns));
        self.mistake(MistakeKind::UnknownColumn, name.span, sentence, help);
    }

    fn nothing_is_called(&mut self, name: &ObjectName, first: &Name, scope: &NameScope<'_>) {
        let text = first.text.as_str();
        let hidden = HIDDEN.contains(&text) || PSEUDO.contains(&text);
        if hidden
            || scope.is_open()
            || BARE.contains(&text)
            || text == "level" && scope.in_hierarchy()
        {
            return;
        }
        if name.parts.len() > 1 {
            let mut names = scope.relation_names();
            let sentence = match &self.variables {
                Some(variables) => {
                    names.extend(variables.names());
                    format!("no table of this query and no record is called `{text}`")
                }
                None => format!("no table of this query is called `{text}`"),
            };
            let help = did_you_mean(text, &names);
            self.mistake(MistakeKind::UnknownTable, first.span, sentence, help);
            return;
        }
        let mut columns = scope.column_names();
        let mut near = columns.clone();
        let sentence = match &self.variables {
            Some(variables) if columns.is_empty() => {
                near.extend(variables.names());
                columns = near.clone();
                format!("there is no variable `{text}`")
            }
            Some(variables) => {
                near.extend(variables.names());
                format!("there is no column and no variable `{text}`")
            }
            None => format!("there is no column `{text}`"),
        };
        let help = did_you_mean(text, &near).or_else(|| {
            if first.quoted {
                Some("a text stands in single quotes, a name in double quotes".to_owned())
            } else {
                listed(&columns)
            }
        });
        self.mistake(MistakeKind::UnknownColumn, first.span, sentence, help);
    }
}

/// "did you mean …?" where a name is near.
pub(super) fn did_you_mean(written: &str, names: &[&str]) -> Option<String> {
    let near = names
        .iter()
        .map(|name| (strsim::damerau_levenshtein(written, name), *name))
        .filter(|(distance, name)| *distance <= name.len().max(written.len()) / 3)
        .min();
    near.map(|(_, name)| format!("did you mean `{name}`?"))
}

/// The columns that there are, if they are few.
fn listed(columns: &[&str]) -> Option<String> {
    if columns.is_empty() || columns.len() > LISTED {
        return None;
    }
    let shown: Vec<String> = columns.iter().map(|name| format!("`{name}`")).collect();
    Some(format!("there are {}", shown.join(", ")))
}

/// The type of a number as it is written (AWS page: `Integer and floating-point literals`).
fn number_type(number: &str) -> Type {
    if number.contains(['e', 'E']) {
        return Type::Double;
    }
    match number.split_once('.') {
        Some((whole, behind)) => {
            let scale = behind.len().min(38);
            let digits = whole.trim_start_matches('0').len() + scale;
            let small = |value: usize| u8::try_from(value.min(38)).unwrap_or(38);
            Type::Decimal(small(digits.max(1)), small(scale))
        }
        None if number.parse::<i32>().is_ok() => Type::Integer,
        None if number.parse::<i64>().is_ok() => Type::BigInt,
        None => {
            let digits = number.trim_start_matches('0').len().min(38);
            Type::Decimal(u8::try_from(digits).unwrap_or(38), 0)
        }
    }
}

/// Months or seconds: by the fields that are named, else by the words in the text.
fn interval_type(literal: &IntervalLiteral) -> Type {
    let months = match literal.fields {
        Some(fields) => fields.from <= IntervalField::Month,
        // Without fields it is a literal of the older kind, which holds both.
        None => return Type::IntervalSeconds,
    };
    if months {
        Type::IntervalMonths
    } else {
        Type::IntervalSeconds
    }
}

fn bare_type(function: BareFunction) -> Type {
    match function {
        BareFunction::CurrentDate => Type::Date,
        BareFunction::CurrentTime => Type::TimeTz,
        BareFunction::CurrentTimestamp => Type::TimestampTz,
        BareFunction::LocalTime => Type::Time,
        BareFunction::LocalTimestamp | BareFunction::SysDate => Type::Timestamp,
        BareFunction::User | BareFunction::CurrentUser | BareFunction::SessionUser => {
            Type::VarChar(128)
        }
        BareFunction::CurrentUserId => Type::Integer,
    }
}

fn concatenated(left: Type, right: Type) -> Type {
    let length = |kind: Type| match kind {
        Type::Char(length) | Type::VarChar(length) => Some(length),
        _ => None,
    };
    match (left, right) {
        (Type::Super, _) | (_, Type::Super) => Type::Super,
        (Type::VarByte(one), Type::VarByte(other)) => Type::VarByte(one.saturating_add(other)),
        _ => match (length(left), length(right)) {
            (Some(one), Some(other)) => {
                Type::VarChar(one.saturating_add(other).min(crate::types::MAX_VARCHAR))
            }
            _ => Type::VarChar(crate::types::MAX_VARCHAR),
        },
    }
}
