//! Expressions (AWS pages: `Expressions`, `Conditions`, `Literals`, `PartiQL`).

use smol_str::SmolStr;

use super::{DataType, Name, ObjectName, OrderItem, Query, TypeName};
use crate::Span;

/// An expression and its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Expression {
    /// Its place, without the brackets around it.
    pub span: Span,
    /// What it is.
    pub kind: ExpressionKind,
}

/// What an expression is.
#[derive(Debug, Clone, PartialEq)]
pub enum ExpressionKind {
    /// `null`
    Null,
    /// `true`, `false`
    Boolean(bool),
    /// A number as written.
    Number(SmolStr),
    /// A string literal, decoded. Insertions stay in it as they are written.
    Text(Box<str>),
    /// `date '2026-01-01'`: a literal of a type.
    Typed {
        /// The type in front of it.
        data_type: Box<TypeName>,
        /// The text, decoded.
        text: Box<str>,
    },
    /// `interval '1 day'`, `interval '1' year to month`.
    Interval(Box<IntervalLiteral>),
    /// `:name`, without the colon.
    Parameter(SmolStr),
    /// `$1`
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
        /// The field.
        field: Name,
    },
    /// `value[index]`
    Element {
        /// The array.
        of: Box<Expression>,
        /// The index, from 0.
        index: Box<Expression>,
    },
    /// `- a`, `not a`, `@ a` and the like.
    Unary {
        /// The operator.
        operator: UnaryOperator,
        /// Place of the operator.
        operator_span: Span,
        /// Its operand.
        operand: Box<Expression>,
    },
    /// Operands with operators of one precedence between them, from left to right: `a + b - c`.
    /// A flat list, so that a thousand operands are no deeper than two.
    Chain {
        /// The first operand.
        first: Box<Expression>,
        /// An operator, its place, and the operand behind it; never empty.
        rest: Vec<Link>,
    },
    /// `a like b escape 'c'`, `a not ilike b`, `a similar to b`.
    Like {
        /// What is matched.
        value: Box<Expression>,
        /// How.
        kind: LikeKind,
        /// Whether `not` stands in front of it.
        negated: bool,
        /// The pattern.
        pattern: Box<Expression>,
        /// What comes behind `escape`.
        escape: Option<Box<Expression>>,
    },
    /// `a between b and c`
    Between {
        /// The value.
        value: Box<Expression>,
        /// Whether `not` stands in front of it.
        negated: bool,
        /// From.
        low: Box<Expression>,
        /// To, inclusive.
        high: Box<Expression>,
    },
    /// `a in (1, 2)`
    InList {
        /// The value.
        value: Box<Expression>,
        /// Whether `not` stands in front of it.
        negated: bool,
        /// The list; never empty.
        list: Vec<Expression>,
    },
    /// `a in (select …)`
    InQuery {
        /// The value.
        value: Box<Expression>,
        /// Whether `not` stands in front of it.
        negated: bool,
        /// The query.
        query: Box<Query>,
    },
    /// `a = any (select …)`
    Quantified {
        /// The value.
        value: Box<Expression>,
        /// The comparison.
        operator: Operator,
        /// `all`, otherwise `any` or `some`.
        all: bool,
        /// The query.
        query: Box<Query>,
    },
    /// `a = any (array)`: an array that a column of the catalog holds.
    QuantifiedArray {
        /// The value.
        value: Box<Expression>,
        /// The comparison.
        operator: Operator,
        /// `all`, otherwise `any` or `some`.
        all: bool,
        /// The array.
        array: Box<Expression>,
    },
    /// `a is null`, `a is not true`, `a isnull`.
    Is {
        /// The value.
        value: Box<Expression>,
        /// Whether it says `not`.
        negated: bool,
        /// What it is tested for.
        test: Test,
    },
    /// `a at time zone 'UTC'`
    AtTimeZone {
        /// The timestamp.
        value: Box<Expression>,
        /// The zone.
        zone: Box<Expression>,
    },
    /// `a collate "case_insensitive"`
    Collate {
        /// The text.
        value: Box<Expression>,
        /// The collation's name.
        collation: Name,
    },
    /// `a::int`, `cast(a as int)`, `convert(int, a)`.
    Cast {
        /// The value.
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
    /// `exists (select …)`
    Exists(Box<Query>),
    /// `(select …)` as a value.
    Subquery(Box<Query>),
    /// `(a, b)`: a row, two values or more.
    Row(Vec<Expression>),
    /// `array(1, 2)`, `[…]`.
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
pub struct Link {
    /// The operator.
    pub operator: Operator,
    /// Its place.
    pub operator_span: Span,
    /// The operand.
    pub operand: Expression,
}

/// An operator between two operands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Operator {
    /// `or`
    Or,
    /// `and`
    And,
    /// `=`
    Equal,
    /// `<>`, `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterEqual,
    /// `||`
    Concatenate,
    /// `~`, `!~`, `~*`, `!~*`: POSIX patterns.
    Posix {
        /// `!`
        negated: bool,
        /// `*`
        ignores_case: bool,
    },
    /// `~~`, `!~~`, `~~*`, `!~~*`: LIKE and ILIKE as operators.
    LikeOperator {
        /// `!`
        negated: bool,
        /// `*`
        ignores_case: bool,
    },
    /// `&`
    BitAnd,
    /// `|`
    BitOr,
    /// `#`
    BitXor,
    /// `<<`
    ShiftLeft,
    /// `>>`
    ShiftRight,
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
    /// `%`
    Modulo,
    /// `^`
    Power,
    /// `overlaps`
    Overlaps,
}

/// An operator in front of its operand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum UnaryOperator {
    /// `not`
    Not,
    /// `-`
    Minus,
    /// `+`
    Plus,
    /// `~`
    BitNot,
    /// `@`: absolute value
    Absolute,
    /// `|/`
    SquareRoot,
    /// `||/`
    CubeRoot,
}

/// How LIKE matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LikeKind {
    /// `like`
    Like,
    /// `ilike`
    ILike,
    /// `similar to`
    SimilarTo,
}

/// What IS tests for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Test {
    /// `is null`
    Null,
    /// `is true`
    True,
    /// `is false`
    False,
    /// `is unknown`
    Unknown,
    /// `is object`, `is array` … of SUPER values.
    Super(SuperTest),
}

/// What IS tests of a SUPER value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SuperTest {
    /// `is array`
    Array,
    /// `is object`
    Object,
    /// `is scalar`
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
    /// `current_date`
    CurrentDate,
    /// `current_time`
    CurrentTime,
    /// `current_timestamp`
    CurrentTimestamp,
    /// `localtime`
    LocalTime,
    /// `localtimestamp`
    LocalTimestamp,
    /// `sysdate`
    SysDate,
    /// `user`
    User,
    /// `current_user`
    CurrentUser,
    /// `session_user`
    SessionUser,
    /// `current_user_id`
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

/// A call.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    /// The function.
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
    /// `over (…)`
    pub over: Option<Box<Window>>,
}

/// How the arguments of a call are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CallForm {
    /// `f(a, b)`
    Plain,
    /// `extract(part from a)`
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
    /// Both sides.
    Both,
    /// `leading`
    Leading,
    /// `trailing`
    Trailing,
}

/// What a window function does with nulls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NullTreatment {
    /// `ignore nulls`
    Ignore,
    /// `respect nulls`
    Respect,
}

/// What stands behind OVER.
#[derive(Debug, Clone, PartialEq)]
pub struct Window {
    /// All of it.
    pub span: Span,
    /// `partition by`
    pub partition_by: Vec<Expression>,
    /// `order by`
    pub order_by: Vec<OrderItem>,
    /// `rows between … and …`
    pub frame: Option<Frame>,
}

/// The frame of a window.
#[derive(Debug, Clone, PartialEq)]
pub struct Frame {
    /// Its place.
    pub span: Span,
    /// Whether it says `range`, which Redshift takes with `unbounded` and `current row` only.
    pub range: bool,
    /// Where it begins.
    pub start: Bound,
    /// Where it ends; `current row` where it does not say.
    pub end: Option<Bound>,
}

/// An end of a frame.
#[derive(Debug, Clone, PartialEq)]
pub enum Bound {
    /// `unbounded preceding`
    UnboundedPreceding,
    /// `n preceding`
    Preceding(Box<Expression>),
    /// `current row`
    CurrentRow,
    /// `n following`
    Following(Box<Expression>),
    /// `unbounded following`
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
