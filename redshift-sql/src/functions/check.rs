//! What is wrong with a call, as far as no names and types are needed to see it.

use super::{Clause, Function, FunctionKind, FunctionStanding, Over, find, suggest};
use crate::Span;
use crate::keyword::Keyword;
use crate::mistake::{Mistake, MistakeKind};
use crate::tree::{Bound, Call, Expression, ExpressionKind, Name, UnaryOperator, Window};

/// The schema of the functions that are built in.
const BUILT_IN: &str = "pg_catalog";

/// The help for a name that is neither another database's function nor near one of Redshift's.
pub const PERHAPS_OWN: &str = "if the function is your own, create it in a step before this one";

/// Says what is wrong with a call: an unknown function, arguments that no signature takes, a window
/// where none may stand.
///
/// `string_agg(a, ',')` is a mistake, and so is `rank()` without OVER. A function with a schema in
/// front is somebody's own and is not looked at, nor one whose name a step inserts.
///
/// # Errors
///
/// The first mistake.
pub fn check(call: &Call) -> Result<(), Mistake> {
    let Some(name) = call.name.name() else {
        return Ok(());
    };
    let own = call.name.parts.len() > 1 && call.name.schema().is_none_or(|it| !it.is(BUILT_IN));
    if own || call.name.is_inserted() {
        return Ok(());
    }
    let Some(function) = find(&name.text) else {
        return Err(unknown(&name.text, name.span));
    };
    if function.standing == FunctionStanding::Ended {
        let sentence = format!("Redshift no longer supports `{}`", function.name);
        return Err(Mistake::new(MistakeKind::Ended, name.span, sentence).help(function.note));
    }
    let called = Called {
        function,
        call,
        span: name.span,
    };
    called.arguments()?;
    called.literals()?;
    called.words()?;
    called.window()
}

/// The mistake of a function that another database has and Redshift has not, whatever stands in its
/// brackets: `safe_cast(a as int)` cannot even be read.
pub(crate) fn of_elsewhere(name: &Name) -> Option<Mistake> {
    let foreign =
        !name.quoted && find(&name.text).is_none() && suggest(&name.text).instead.is_some();
    foreign.then(|| unknown(&name.text, name.span))
}

fn unknown(name: &str, span: Span) -> Mistake {
    let suggestion = suggest(name);
    let help = match (suggestion.instead, suggestion.nearest.as_slice()) {
        (Some(instead), _) => instead.to_owned(),
        (None, []) => "if the function is your own, create it in a step before this one".to_owned(),
        (None, nearest) => {
            let names: Vec<String> = nearest.iter().map(|name| format!("`{name}`")).collect();
            format!("did you mean {}?", names.join(" or "))
        }
    };
    let sentence = format!("Redshift has no function `{name}`");
    Mistake::new(MistakeKind::UnknownFunction, span, sentence).help(help)
}

/// A call of a function that is there.
struct Called<'a> {
    function: &'static Function,
    call: &'a Call,
    span: Span,
}

impl Called<'_> {
    fn mistake(&self, kind: MistakeKind, sentence: String, help: impl Into<String>) -> Mistake {
        Mistake::new(kind, self.span, sentence).help(help)
    }

    /// Whether the number of arguments is one that a signature takes.
    fn arguments(&self) -> Result<(), Mistake> {
        let name = self.function.name;
        let arguments = self.call.arguments.as_slice();
        if self.function.kind == FunctionKind::Grammar {
            // What has words of its own was read by the grammar. A reserved word takes no brackets;
            // in quotes it does, as Redshift writes it in a view's definition: `"sysdate"()`.
            let reserved = Keyword::of(name.as_bytes()).is_some_and(Keyword::is_reserved);
            let quoted = self.call.name.name().is_some_and(|name| name.quoted);
            let bare = self.function.usage().iter().any(|usage| usage == name);
            if bare && reserved && !quoted {
                let sentence = format!("`{name}` is written without brackets");
                let help = format!("write `{name}`");
                return Err(self.mistake(MistakeKind::Arguments, sentence, help));
            }
            return Ok(());
        }
        if let Some(star) = arguments.iter().find(|argument| is_star(argument)) {
            if name != "count" || arguments.len() > 1 || self.call.distinct {
                let sentence = if name == "count" {
                    "`*` stands alone in the brackets of `count`".to_owned()
                } else {
                    format!("`{name}` does not take `*`")
                };
                let help = "name a column; only `count(*)` takes all of them";
                return Err(Mistake::new(MistakeKind::Arguments, star.span, sentence).help(help));
            }
            return Ok(());
        }
        // An insertion may be several arguments, or none.
        if arguments.iter().any(is_inserted) {
            return Ok(());
        }
        let signatures = self.function.signatures();
        let fits = |count| signatures.iter().any(|one| one.takes_number(count));
        if signatures.is_empty() || fits(arguments.len()) {
            return Ok(());
        }
        let sentence = match arguments.len() {
            0 => format!("`{name}` needs arguments"),
            1 => format!("`{name}` does not take 1 argument"),
            count => format!("`{name}` does not take {count} arguments"),
        };
        let usage: Vec<String> = self
            .function
            .usage()
            .iter()
            .map(|usage| format!("`{usage}`"))
            .collect();
        let help = if matches!(name, "lag" | "lead") && arguments.len() == 3 {
            format!("Redshift takes no default: write `nvl({name}(…) over (…), …)`")
        } else {
            format!("it is called as {}", usage.join(" or "))
        };
        Err(self.mistake(MistakeKind::Arguments, sentence, help))
    }

    /// Literals that the function takes by their type and refuses by their value (AWS pages: `SPLIT_PART
    /// function`, `NTH_VALUE window function`).
    fn literals(&self) -> Result<(), Mistake> {
        let (at, sentence, help) = match self.function.name {
            "split_part" => (
                2,
                "`split_part` counts its parts from 1",
                "give a number above 0; the last part of `a` is \
                 `reverse(split_part(reverse(a), ',', 1))`",
            ),
            "nth_value" => (
                1,
                "`nth_value` counts the rows of its frame from 1",
                "give a number above 0",
            ),
            _ => return Ok(()),
        };
        match self.call.arguments.get(at) {
            Some(number) if is_below_one(number) => {
                Err(Mistake::new(MistakeKind::Arguments, number.span, sentence).help(help))
            }
            _ => Ok(()),
        }
    }

    /// DISTINCT, APPROXIMATE, ORDER BY in the brackets, WITHIN GROUP, IGNORE NULLS.
    fn words(&self) -> Result<(), Mistake> {
        let name = self.function.name;
        if self.call.distinct && self.function.kind != FunctionKind::Aggregate {
            let sentence = format!("`{name}` does not take DISTINCT");
            let help = "DISTINCT stands in the brackets of an aggregate function, such as `count`";
            return Err(self.mistake(MistakeKind::Arguments, sentence, help));
        }
        if self.call.approximate && !self.may_approximate() {
            let sentence = format!("`{name}` cannot be approximate here");
            let help =
                "APPROXIMATE stands in front of `count(distinct …)` and `percentile_disc(…)`";
            return Err(self.mistake(MistakeKind::Arguments, sentence, help));
        }
        if let Some(item) = self.call.order_by.first() {
            let sentence = format!("Redshift takes no ORDER BY in the brackets of `{name}`");
            let help = if self.function.within_group == Clause::Never {
                "order the rows of the query".to_owned()
            } else {
                format!("write `{name}(…) within group (order by …)`")
            };
            return Err(Mistake::new(MistakeKind::NotRedshift, item.span, sentence).help(help));
        }
        self.within_group()?;
        if self.call.nulls.is_some() && !self.function.ignores_nulls {
            let sentence = format!("`{name}` takes neither IGNORE NULLS nor RESPECT NULLS");
            let help = "`first_value`, `last_value`, `nth_value`, `lag` and `lead` take them";
            return Err(self.mistake(MistakeKind::NotRedshift, sentence, help));
        }
        Ok(())
    }

    /// AWS pages: `COUNT function`, `APPROXIMATE PERCENTILE_DISC function`.
    fn may_approximate(&self) -> bool {
        match self.function.name {
            "count" => self.call.distinct && self.call.over.is_none(),
            "percentile_disc" => self.call.over.is_none(),
            _ => false,
        }
    }

    fn within_group(&self) -> Result<(), Mistake> {
        let name = self.function.name;
        let items = self.call.within_group.as_slice();
        match (self.function.within_group, items) {
            (Clause::Never, [first, ..]) => {
                let sentence = format!("`{name}` does not take WITHIN GROUP");
                let help =
                    "`listagg`, `percentile_cont`, `percentile_disc` and `st_collect` take it";
                Err(Mistake::new(MistakeKind::Arguments, first.span, sentence).help(help))
            }
            (Clause::Required, []) => {
                let sentence = format!("`{name}` needs WITHIN GROUP");
                let help = format!("write `{name}(…) within group (order by …)`");
                Err(self.mistake(MistakeKind::Arguments, sentence, help))
            }
            (Clause::Required, [_, second, ..]) => {
                let sentence = format!("`{name}` orders by one expression");
                let help = format!("write `{name}(…) within group (order by …)`");
                Err(Mistake::new(MistakeKind::Arguments, second.span, sentence).help(help))
            }
            _ => Ok(()),
        }
    }

    /// What stands behind OVER (AWS page: `Window functions`).
    fn window(&self) -> Result<(), Mistake> {
        let name = self.function.name;
        let Some(window) = &self.call.over else {
            if self.function.kind != FunctionKind::Window {
                return Ok(());
            }
            let sentence = format!("`{name}` needs OVER");
            let help = match self.function.over {
                Over::Partitioned => format!("write `{name}(…) over (partition by …)`"),
                _ => format!("write `{name}(…) over (partition by … order by …)`"),
            };
            return Err(self.mistake(MistakeKind::Arguments, sentence, help));
        };
        let wrong = |span: Span, sentence: String, help: String| {
            Err(Mistake::new(MistakeKind::NotRedshift, span, sentence).help(help))
        };
        if let Some(rows) = signed_rows(window) {
            let sentence = "a frame counts rows by a whole number without a sign".to_owned();
            let help = "write `n preceding` or `n following`".to_owned();
            return wrong(rows.span, sentence, help);
        }
        let ordered = window.order_by.first();
        let frame = window.frame.as_ref();
        match self.function.over {
            Over::Never => {
                let sentence = format!("`{name}` does not take OVER");
                let help = if self.function.kind == FunctionKind::Aggregate {
                    "Redshift has no window function of that name: compute it in a query with \
                     GROUP BY, and join it"
                } else {
                    "leave OVER out: the function looks at one row"
                };
                wrong(window.span, sentence, help.to_owned())
            }
            Over::Framed if self.call.distinct => {
                let sentence = format!("Redshift does not take DISTINCT in `{name}` with OVER");
                let help = "take the distinct rows in a query first, or count with `dense_rank()`";
                wrong(self.span, sentence, help.to_owned())
            }
            Over::Framed if ordered.is_some() && frame.is_none() => {
                let sentence = format!("`{name}` with ORDER BY in OVER needs a frame");
                let frame = if self.function.kind == FunctionKind::Window {
                    "rows between unbounded preceding and unbounded following"
                } else {
                    "rows unbounded preceding"
                };
                wrong(
                    window.span,
                    sentence,
                    format!("write `over (… order by … {frame})`"),
                )
            }
            Over::Partitioned if ordered.is_some() || frame.is_some() => {
                let sentence = format!("`{name}` takes PARTITION BY alone in OVER");
                let help = if self.function.within_group == Clause::Never {
                    format!("write `{name}(…) over (partition by …)`")
                } else {
                    format!("write `{name}(…) within group (order by …) over (partition by …)`")
                };
                wrong(window.span, sentence, help)
            }
            Over::Ordered if ordered.is_none() => {
                let sentence = format!("`{name}` needs ORDER BY in OVER");
                let help = format!("write `{name}(…) over (partition by … order by …)`");
                wrong(window.span, sentence, help)
            }
            Over::Ordered if frame.is_some() => {
                let sentence = format!("`{name}` takes no frame in OVER");
                let help = format!("write `{name}(…) over (partition by … order by …)`");
                wrong(window.span, sentence, help)
            }
            _ => Ok(()),
        }
    }
}

/// A number of a frame that is negative or has a fraction (AWS page: `Window functions`, "Window function syntax
/// summary").
fn signed_rows(window: &Window) -> Option<&Expression> {
    let frame = window.frame.as_ref().filter(|frame| !frame.range)?;
    let bounds = std::iter::once(&frame.start).chain(&frame.end);
    let mut numbers = bounds.filter_map(|bound| match bound {
        Bound::Preceding(rows) | Bound::Following(rows) => Some(rows.as_ref()),
        Bound::UnboundedPreceding | Bound::CurrentRow | Bound::UnboundedFollowing => None,
    });
    numbers.find(|rows| match &rows.bare().kind {
        ExpressionKind::Number(digits) => !digits.bytes().all(|digit| digit.is_ascii_digit()),
        ExpressionKind::Unary { operator, .. } => *operator == UnaryOperator::Minus,
        _ => false,
    })
}

/// Whether an argument is `*`, and not `t.*`.
fn is_star(argument: &Expression) -> bool {
    matches!(argument.kind, ExpressionKind::Star(None))
}

fn is_inserted(argument: &Expression) -> bool {
    matches!(argument.bare().kind, ExpressionKind::Insertion(_))
}

/// Whether it is a whole number as a literal that is zero or less.
fn is_below_one(expression: &Expression) -> bool {
    match &expression.bare().kind {
        ExpressionKind::Number(digits) => digits.bytes().all(|digit| digit == b'0'),
        ExpressionKind::Unary {
            operator: UnaryOperator::Minus,
            operand,
            ..
        } => match &operand.bare().kind {
            ExpressionKind::Number(digits) => digits.bytes().all(|digit| digit.is_ascii_digit()),
            _ => false,
        },
        _ => false,
    }
}
