//! Expressions (AWS pages: `Expressions`, `Conditions`, `Literals`, `PartiQL`).

use smol_str::SmolStr;

use super::{DataType, Name, ObjectName, OrderItem, Query, TypeName};
use crate::Span;

/// An expression and its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Expression {
    /// Its place, without the brackets around it.
    pub span: Span,
    pub kind: ExpressionKind,
}

/// What an expression is.
#[derive(Debug, Clone, PartialEq)]
pub enum ExpressionKind {
    Null,
    /// `true`, `false`: the literals, not what IS tests.
    Boolean(bool),
    /// A number as written.
    Number(SmolStr),
    /// A string literal, decoded. Insertions stay in it as they are written.
    Text(Box<str>),
    /// `date '2026-01-01'`: a literal of a type.
    Typed {
        /// The type in front of it.
        data_type: Box<TypeName>,
        text: Box<str>,
    },
    /// `interval '1 day'`, `interval '1' year to month`.
    Interval(Box<IntervalLiteral>),
    /// `:name`, without the colon.
    Parameter(SmolStr),
    /// `$1`: an argument of a procedure, or a value of a prepared statement.
    Position(u32),
    /// `{{name}}` in the place of a value or a name.
    Insertion(SmolStr),
    /// A column, or a step into it: `a`, `t.a`, `s.t.a`. Which part is what only names can tell.
    Column(ObjectName),
    /// `*`, `t.*`: in a select list and in `count(*)` alone.
    Star(Option<ObjectName>),
    /// `value.field`, where `value` is no plain chain of names.
    Field {
        /// What is stepped into.
        of: Box<Expression>,
        field: Name,
    },
    /// `value[0]`: an element of an array in a SUPER value.
    Element {
        of: Box<Expression>,
        /// The index, from 0.
        index: Box<Expression>,
    },
    /// `- a`, `not a`, `@ a` and the like.
    Unary {
        operator: UnaryOperator,
        /// Place of the operator.
        operator_span: Span,
        operand: Box<Expression>,
    },
    /// Operands with operators of one precedence between them, from left to right: `a + b - c`.
    /// A flat list, so that a thousand operands are no deeper than two.
    Chain {
        first: Box<Expression>,
        /// An operator, its place, and the operand behind it; never empty.
        rest: Vec<OperatorLink>,
    },
    /// `a like b escape 'c'`, `a not ilike b`, `a similar to b`.
    Like {
        value: Box<Expression>,
        kind: LikeKind,
        /// Whether `not` stands in front of it.
        negated: bool,
        pattern: Box<Expression>,
        /// What comes behind `escape`.
        escape: Option<Box<Expression>>,
    },
    /// `a between b and c`
    Between {
        value: Box<Expression>,
        /// Whether `not` stands in front of it.
        negated: bool,
        low: Box<Expression>,
        /// The upper bound, itself included.
        high: Box<Expression>,
    },
    /// `a in (1, 2)`
    InList {
        value: Box<Expression>,
        /// Whether `not` stands in front of it.
        negated: bool,
        /// The list; never empty.
        list: Vec<Expression>,
    },
    /// `a in (select …)`
    InQuery {
        value: Box<Expression>,
        /// Whether `not` stands in front of it.
        negated: bool,
        query: Box<Query>,
    },
    /// `a = any (select …)`
    Quantified {
        value: Box<Expression>,
        operator: Operator,
        /// `all`, otherwise `any` or `some`.
        all: bool,
        query: Box<Query>,
    },
    /// `a = any (array)`: an array that a column of the catalog holds.
    QuantifiedArray {
        value: Box<Expression>,
        operator: Operator,
        /// `all`, otherwise `any` or `some`.
        all: bool,
        array: Box<Expression>,
    },
    /// `a is null`, `a is not true`, `a isnull`.
    Is {
        value: Box<Expression>,
        /// Whether it says `not`.
        negated: bool,
        /// What it is tested for.
        test: IsTest,
    },
    /// `a at time zone 'UTC'`
    AtTimeZone {
        value: Box<Expression>,
        zone: Box<Expression>,
    },
    /// `a collate "case_insensitive"`
    Collate {
        value: Box<Expression>,
        collation: Name,
    },
    /// `a::int`, `cast(a as int)`, `convert(int, a)`.
    Cast {
        value: Box<Expression>,
        /// The type that it gets.
        data_type: Box<TypeName>,
        /// How it is written.
        written: CastForm,
    },
    /// `case a when 1 then 2 else 3 end`
    Case {
        /// What is compared, in the form that compares.
        operand: Option<Box<Expression>>,
        /// Each `when` and its `then`; never empty.
        branches: Vec<(Expression, Expression)>,
        /// What stands behind `else`.
        otherwise: Option<Box<Expression>>,
    },
    /// A call of a function, with all that may stand around it.
    Call(Box<Call>),
    /// `exists (select 1 from t where t.id = s.id)`
    Exists(Box<Query>),
    /// `(select …)` as a value.
    Subquery(Box<Query>),
    /// `(a, b)`: a row, two values or more.
    Row(Vec<Expression>),
    /// `array(1, 2)`: a SUPER value.
    Array(Vec<Expression>),
    /// `prior a`, in CONNECT BY alone.
    Prior(Box<Expression>),
    /// `a (+)`, the outer join's mark of Oracle.
    OuterMark(Box<Expression>),
    /// `(a)`: brackets that somebody wrote.
    Parenthesized(Box<Expression>),
    /// `current_date`, `sysdate`, `user` and the others that are called without brackets.
    Bare(BareFunction),
    /// A part of a date as the first argument of DATEADD, DATEDIFF and the like: `day`.
    DatePart(Name),
    /// `default`, as a value of INSERT or UPDATE.
    Default,
    /// `current of cursor`, in the WHERE of UPDATE and DELETE. Redshift has no such thing.
    CurrentOf(Name),
}

/// An operator and the operand behind it.
#[derive(Debug, Clone, PartialEq)]
pub struct OperatorLink {
    pub operator: Operator,
    pub operator_span: Span,
    pub operand: Expression,
}

/// An operator between two operands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Operator {
    Or,
    And,
    /// `a = b`
    Equal,
    /// `a <> b`, `a != b`
    NotEqual,
    /// `a < b`
    Less,
    /// `a <= b`
    LessEqual,
    /// `a > b`
    Greater,
    /// `a >= b`
    GreaterEqual,
    /// `a || b`: one text behind the other.
    Concatenate,
    /// `~`, `!~`, `~*`, `!~*`: POSIX patterns.
    Posix {
        /// Whether `!` stands in front: `a !~ b` holds where the pattern does not match.
        negated: bool,
        /// Whether `*` stands behind: `a ~* b` takes capitals and small letters as the same.
        ignores_case: bool,
    },
    /// `~~`, `!~~`, `~~*`, `!~~*`: LIKE and ILIKE as operators.
    LikeOperator {
        /// Whether `!` stands in front: `a !~~ b` is `a not like b`.
        negated: bool,
        /// Whether `*` stands behind: `a ~~* b` is `a ilike b`.
        ignores_case: bool,
    },
    /// `a & b`: the bits that both have.
    BitAnd,
    /// `a | b`: the bits that either has.
    BitOr,
    /// `a # b`: the bits that exactly one has.
    BitXor,
    /// `a << 2`: bits to the left.
    ShiftLeft,
    /// `a >> 2`: bits to the right.
    ShiftRight,
    /// `a + b`
    Add,
    /// `a - b`
    Subtract,
    /// `a * b`
    Multiply,
    /// `a / b`; of two integers an integer.
    Divide,
    /// `a % b`: what is left of a division.
    Modulo,
    /// `a ^ b`: a power.
    Power,
    Overlaps,
}

/// An operator in front of its operand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum UnaryOperator {
    Not,
    /// `- a`
    Minus,
    /// `+ a`
    Plus,
    /// `~ a`: every bit turned over.
    BitNot,
    /// `@ a`: the absolute value.
    Absolute,
    /// `|/ a`: the square root.
    SquareRoot,
    /// `||/ a`: the cube root.
    CubeRoot,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LikeKind {
    Like,
    ILike,
    SimilarTo,
}

/// What IS tests for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum IsTest {
    Null,
    True,
    False,
    Unknown,
    /// `is object`, `is array` … of SUPER values.
    Super(SuperTest),
}

/// What IS tests of a SUPER value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SuperTest {
    Array,
    Object,
    Scalar,
}

/// How a cast is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CastForm {
    /// `a::int`
    Colons,
    /// `cast(a as int)`
    Cast,
    /// `try_cast(a as int)`
    TryCast,
    /// `convert(int, a)`
    Convert,
}

/// A function that is called without brackets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BareFunction {
    CurrentDate,
    CurrentTime,
    CurrentTimestamp,
    LocalTime,
    LocalTimestamp,
    SysDate,
    User,
    CurrentUser,
    SessionUser,
    CurrentUserId,
}

/// `interval '1' day to second`
#[derive(Debug, Clone, PartialEq)]
pub struct IntervalLiteral {
    /// The text in quotes; none for a number without quotes.
    pub text: Box<str>,
    /// Place of the text.
    pub text_span: Span,
    /// The type behind it, as far as it is written.
    pub fields: Option<super::IntervalFields>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    pub name: ObjectName,
    /// Its arguments in their order, whatever words stand between them: `position(a in b)` has two,
    /// `extract(year from a)` has a date part and one.
    pub arguments: Vec<Expression>,
    /// How the arguments are written.
    pub form: CallForm,
    /// `distinct` in front of the arguments.
    pub distinct: bool,
    /// `approximate` in front of the call.
    pub approximate: bool,
    /// `order by` within the brackets, which Redshift does not take.
    pub order_by: Vec<OrderItem>,
    /// `within group (order by …)`
    pub within_group: Vec<OrderItem>,
    /// `ignore nulls`, `respect nulls`.
    pub nulls: Option<NullTreatment>,
    pub over: Option<Box<Window>>,
}

/// How the arguments of a call are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CallForm {
    /// `f(a, b)`: commas between the arguments.
    Plain,
    /// `extract(year from a)`
    Extract,
    /// `position(a in b)`
    Position,
    /// `substring(a from b for c)`
    Substring,
    /// `trim(both b from a)`, `trim(a)`: the text first, then what is cut off.
    Trim(TrimSide),
    /// `object_transform(object keep path set path, value)`: the object, the paths that are kept,
    /// then paths and values in turn.
    ObjectTransform {
        /// How many paths stand behind `keep`.
        kept: usize,
    },
}

/// The side that TRIM cuts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TrimSide {
    Both,
    Leading,
    Trailing,
}

/// What a window function does with nulls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NullTreatment {
    Ignore,
    Respect,
}

/// What stands behind OVER.
#[derive(Debug, Clone, PartialEq)]
pub struct Window {
    pub span: Span,
    pub partition_by: Vec<Expression>,
    pub order_by: Vec<OrderItem>,
    /// `rows between … and …`
    pub frame: Option<Frame>,
}

/// The frame of a window.
#[derive(Debug, Clone, PartialEq)]
pub struct Frame {
    pub span: Span,
    /// Whether it says `range`, which Redshift takes with `unbounded` and `current row` only.
    pub range: bool,
    pub start: Bound,
    /// Where it ends; `current row` where it does not say.
    pub end: Option<Bound>,
}

/// An end of a frame.
#[derive(Debug, Clone, PartialEq)]
pub enum Bound {
    UnboundedPreceding,
    /// `3 preceding`: as many rows in front of this one.
    Preceding(Box<Expression>),
    CurrentRow,
    /// `3 following`: as many rows behind this one.
    Following(Box<Expression>),
    UnboundedFollowing,
}

impl Expression {
    /// An expression at a place.
    pub fn new(span: Span, kind: ExpressionKind) -> Self {
        Self { span, kind }
    }

    /// The expression within the brackets that somebody wrote around it.
    pub fn bare(&self) -> &Self {
        let mut inner = self;
        while let ExpressionKind::Parenthesized(within) = &inner.kind {
            inner = within;
        }
        inner
    }

    /// The type that a cast or a typed literal gives it.
    pub fn given_type(&self) -> Option<&DataType> {
        match &self.bare().kind {
            ExpressionKind::Cast { data_type, .. } | ExpressionKind::Typed { data_type, .. } => {
                Some(&data_type.kind)
            }
            _ => None,
        }
    }
}
