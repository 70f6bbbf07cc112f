//! Calls of functions, with all that may stand around them.

use redshift_sql::functions::{FunctionKind, check};
use redshift_sql::tree::{
    Bound, Call, CallForm, Expression, NullTreatment, OrderItem, TrimSide, Window,
};
use redshift_sql::types::Type;

use super::fragment::TokenTree;
use super::writer::{Writer, separated};
use super::{
    Refusal, arithmetic, calls, catalog_calls, format, function, functions, session, strangers,
    typed,
};

/// Whether a call makes one value of the rows of a group.
pub(super) fn aggregates(call: &Call) -> bool {
    let name = call.name.name().map(|name| name.text.as_str());
    let function = name.and_then(redshift_sql::functions::find);
    call.over.is_none() && function.is_some_and(|function| function.kind == FunctionKind::Aggregate)
}

impl Writer<'_> {
    /// Translates a call: `nvl(a, b)` becomes `coalesce("a", "b")`; a function that Redshift has not is
    /// refused.
    pub(super) fn call(self, call: &Call) -> Result<Vec<TokenTree>, Refusal> {
        let name = call.name.name().map(|name| name.text.as_str());
        let name = name.unwrap_or_default();
        if let Some(nodes) = function::call(self, call)? {
            return Ok(nodes);
        }
        strangers::call(call)?;
        check(call).map_err(|mistake| Refusal::Mistake(Box::new(mistake)))?;
        // Within an aggregate stand the rows of a group.
        let rows = if aggregates(call) {
            self.ungrouped()
        } else {
            self
        };
        let rest = rows.behind(call)?;
        if let Some(nodes) = rows.call_with_super(name, call, &rest)? {
            return Ok(nodes);
        }
        if let Some(nodes) = rows.call_of_sketch(name, call)? {
            return Ok(nodes);
        }
        let inner = match name {
            "grouping" | "grouping_id" => {
                let all: Result<Vec<_>, _> = call
                    .arguments
                    .iter()
                    .map(|one| self.told_apart(one))
                    .collect();
                separated(all?)
            }
            _ => rows.call_arguments(call)?,
        };
        self.call_of(name, call, inner, rest)
    }

    /// A call with arguments that are written already.
    pub(super) fn call_of(
        self,
        name: &str,
        call: &Call,
        inner: Vec<TokenTree>,
        rest: Vec<TokenTree>,
    ) -> Result<Vec<TokenTree>, Refusal> {
        let middle = self.type_in_the_middle(name, call);
        if name == "median" && matches!(middle, Type::Char(_) | Type::VarChar(_)) {
            let kind = middle.name();
            return Err(Refusal::Value(format!(
                "function median does not take {kind}: cast the value to a number or a moment"
            )));
        }
        let nodes = self.rewritten(name, call, inner, rest)?;
        Ok(match middle {
            Type::Date => arithmetic::cast(nodes, "date"),
            _ => nodes,
        })
    }

    /// The type of what a percentile with a continuous distribution is taken of: the result of dates is a date
    /// (AWS pages: `MEDIAN function`, `PERCENTILE_CONT function`).
    fn type_in_the_middle(self, name: &str, call: &Call) -> Type {
        let of = match name {
            "median" => call.arguments.first(),
            "percentile_cont" => call.within_group.first().map(|item| &item.expression),
            _ => None,
        };
        of.map_or(Type::Unknown, |of| self.type_of(of))
    }

    fn rewritten(
        self,
        name: &str,
        call: &Call,
        inner: Vec<TokenTree>,
        rest: Vec<TokenTree>,
    ) -> Result<Vec<TokenTree>, Refusal> {
        let catalog = || catalog_calls::call(name, &inner, self.context);
        if let Some(mut nodes) = session::call(name, &inner, self.context).or_else(catalog) {
            nodes.extend(rest);
            return Ok(nodes);
        }
        if let Some(nodes) = format::written(self, name, call, &inner)? {
            return Ok(nodes);
        }
        if let Some(nodes) = typed::call(self, name, call, &inner, &rest)? {
            return Ok(nodes);
        }
        if let Some(rewritten) = functions::rewrite(name, &inner, &rest, self.lambda)? {
            let mut nodes = rewritten.nodes;
            nodes.extend(rest.into_iter().skip(rewritten.taken));
            // Its result is a VARCHAR (AWS page: `LISTAGG function`).
            return Ok(match name {
                "listagg" => calls::call("redshift_listagg", vec![nodes]),
                _ => nodes,
            });
        }
        let mut nodes = vec![TokenTree::word(name), TokenTree::Round(inner)];
        nodes.extend(rest);
        Ok(nodes)
    }

    fn call_arguments(self, call: &Call) -> Result<Vec<TokenTree>, Refusal> {
        let mut all = self.expressions(&call.arguments)?;
        self.scalars_of_super(call, &mut all)?;
        typed::arguments(self, call, &mut all);
        Ok(match (call.form, all.len()) {
            (CallForm::Extract, 2) => {
                let of = all.pop().unwrap_or_default();
                let mut nodes = all.pop().unwrap_or_default();
                nodes.push(TokenTree::word("from"));
                nodes.extend(of);
                nodes
            }
            (CallForm::Position, 2) => {
                let of = all.pop().unwrap_or_default();
                let mut nodes = all.pop().unwrap_or_default();
                nodes.push(TokenTree::word("in"));
                nodes.extend(of);
                nodes
            }
            (CallForm::Trim(side), 1 | 2) => {
                let cut = if all.len() == 2 { all.pop() } else { None };
                let of = all.pop().unwrap_or_default();
                trimmed(side, of, cut)
            }
            _ => {
                let mut nodes = Vec::new();
                if call.distinct {
                    nodes.push(TokenTree::word("distinct"));
                }
                nodes.extend(separated(all));
                nodes
            }
        })
    }

    /// What stands behind the arguments.
    fn behind(self, call: &Call) -> Result<Vec<TokenTree>, Refusal> {
        let mut nodes = Vec::new();
        if !call.within_group.is_empty() {
            nodes.extend(["within", "group"].map(TokenTree::word));
            // DISTINCT and the order are of the same texts.
            let order = ordered(&call.within_group, |one| match call.distinct {
                true => self.told_apart(one),
                false => self.expression(one),
            });
            nodes.push(TokenTree::Round(order?));
        }
        match call.nulls {
            Some(NullTreatment::Ignore) => nodes.extend(["ignore", "nulls"].map(TokenTree::word)),
            Some(NullTreatment::Respect) => nodes.extend(["respect", "nulls"].map(TokenTree::word)),
            None => {}
        }
        if let Some(window) = &call.over {
            nodes.extend([TokenTree::word("over"), self.window(window)?]);
        }
        Ok(nodes)
    }

    /// `order by …`; nothing where there is nothing to order by.
    pub(super) fn order_by(self, items: &[OrderItem]) -> Result<Vec<TokenTree>, Refusal> {
        ordered(items, |one| {
            if self.is_super(one) {
                self.sorted(one)
            } else {
                self.expression(one)
            }
        })
    }

    fn window(self, window: &Window) -> Result<TokenTree, Refusal> {
        let mut nodes = Vec::new();
        if !window.partition_by.is_empty() {
            nodes.extend(["partition", "by"].map(TokenTree::word));
            let parts = window.partition_by.iter();
            let parts: Result<Vec<_>, _> = parts.map(|one| self.told_apart(one)).collect();
            nodes.extend(separated(parts?));
        }
        // Rows of the same rank are in one frame.
        nodes.extend(ordered(&window.order_by, |one| {
            if self.is_super(one) {
                self.sorted(one)
            } else {
                self.told_apart(one)
            }
        })?);
        if let Some(frame) = &window.frame {
            let counts = |bound: &Bound| matches!(bound, Bound::Preceding(_) | Bound::Following(_));
            if frame.range && (counts(&frame.start) || frame.end.as_ref().is_some_and(counts)) {
                return Err(Refusal::Value(
                    "RANGE PRECEDING and RANGE FOLLOWING are only supported with UNBOUNDED: write \
                     ROWS"
                        .to_owned(),
                ));
            }
            nodes.push(TokenTree::word(if frame.range { "range" } else { "rows" }));
            if let Some(end) = &frame.end {
                nodes.push(TokenTree::word("between"));
                nodes.extend(self.bound(&frame.start)?);
                nodes.push(TokenTree::word("and"));
                nodes.extend(self.bound(end)?);
            } else {
                nodes.extend(self.bound(&frame.start)?);
            }
        }
        Ok(TokenTree::Round(nodes))
    }

    fn bound(self, bound: &Bound) -> Result<Vec<TokenTree>, Refusal> {
        let words = |words: [&str; 2]| Ok(words.map(TokenTree::word).to_vec());
        let (count, word) = match bound {
            Bound::UnboundedPreceding => return words(["unbounded", "preceding"]),
            Bound::UnboundedFollowing => return words(["unbounded", "following"]),
            Bound::CurrentRow => return words(["current", "row"]),
            Bound::Preceding(count) => (count, "preceding"),
            Bound::Following(count) => (count, "following"),
        };
        let mut nodes = self.expression(count)?;
        nodes.push(TokenTree::word(word));
        Ok(nodes)
    }
}

/// `order by …`; nothing where there is nothing to order by.
pub(super) fn ordered(
    items: &[OrderItem],
    mut write: impl FnMut(&Expression) -> Result<Vec<TokenTree>, Refusal>,
) -> Result<Vec<TokenTree>, Refusal> {
    if items.is_empty() {
        return Ok(Vec::new());
    }
    let mut parts = Vec::with_capacity(items.len());
    for item in items {
        let mut nodes = write(&item.expression)?;
        if item.descending {
            nodes.push(TokenTree::word("desc"));
        }
        match item.nulls_first {
            Some(true) => nodes.extend(["nulls", "first"].map(TokenTree::word)),
            Some(false) => nodes.extend(["nulls", "last"].map(TokenTree::word)),
            None => {}
        }
        parts.push(nodes);
    }
    let mut nodes = ["order", "by"].map(TokenTree::word).to_vec();
    nodes.extend(separated(parts));
    Ok(nodes)
}

fn trimmed(side: TrimSide, of: Vec<TokenTree>, cut: Option<Vec<TokenTree>>) -> Vec<TokenTree> {
    let mut nodes = Vec::new();
    match side {
        TrimSide::Leading => nodes.push(TokenTree::word("leading")),
        TrimSide::Trailing => nodes.push(TokenTree::word("trailing")),
        TrimSide::Both if cut.is_none() => return of,
        TrimSide::Both => nodes.push(TokenTree::word("both")),
    }
    nodes.extend(cut.unwrap_or_default());
    nodes.push(TokenTree::word("from"));
    nodes.extend(of);
    nodes
}
