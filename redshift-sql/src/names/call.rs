//! Calls of functions.

use smol_str::SmolStr;

use super::at::Means;
use super::found::Typed;
use super::own_function::{FunctionChoice, choose};
use super::scope::NameScope;
use super::{Binder, Derivation};
use crate::functions;
use crate::mistake::MistakeKind;
use crate::tree::{Bound, Call, Expression, ExpressionKind};
use crate::types::Type;

impl Binder<'_> {
    /// A frame counts the same number of rows everywhere (AWS page: `Window functions`, "Window function syntax
    /// summary").
    fn frame_rows(&mut self, offset: &Expression) {
        if let ExpressionKind::Column(name) = &offset.bare().kind
            && let Some(first) = name.parts.first()
            && !name.is_inserted()
            && !self.is_variable(&first.text)
        {
            let sentence = "a frame counts rows by a number, not by a column".to_owned();
            let help = Some("write `n preceding` or `n following`".to_owned());
            self.mistake(MistakeKind::NotRedshift, offset.span, sentence, help);
        }
    }

    /// The aggregate functions of a query that sort their rows sort them by the same columns (AWS pages: `LISTAGG
    /// function`, `MEDIAN function`, `PERCENTILE_CONT function`).
    fn sorted_alike(&mut self, call: &Call, scope: &NameScope<'_>) {
        let Some(by) = sorted_by(call) else {
            return;
        };
        let first = scope.sorted_by.borrow().clone();
        match first {
            None => *scope.sorted_by.borrow_mut() = Some(by),
            Some(first) if first != by => {
                let sentence =
                    "within group ORDER BY clauses for aggregate functions must be the same";
                let help = "compute them in two queries, and join those".to_owned();
                let kind = MistakeKind::NotRedshift;
                self.mistake(kind, call.name.span, sentence.to_owned(), Some(help));
            }
            Some(_) => {}
        }
    }

    /// Binds a call; the type of its result.
    pub(super) fn call(&mut self, call: &Call, scope: &NameScope<'_>) -> Typed {
        let mut arguments = Vec::with_capacity(call.arguments.len());
        let mut kinds = Vec::with_capacity(call.arguments.len());
        for argument in &call.arguments {
            if matches!(argument.kind, ExpressionKind::DatePart(_)) {
                kinds.push(Type::Unknown);
            } else {
                let typed = self.expression(argument, scope);
                kinds.push(typed.kind);
                arguments.push(typed);
            }
        }
        for item in call.order_by.iter().chain(&call.within_group) {
            arguments.push(self.expression(&item.expression, scope));
        }
        if aggregates(call) {
            for argument in &mut arguments {
                *argument = argument.clone().derived(Derivation::Aggregation);
            }
        }
        self.sorted_alike(call, scope);
        if let Some(window) = &call.over {
            scope.windowed.set(true);
            let mut by = self.expressions(&window.partition_by, scope);
            for item in &window.order_by {
                by.push(self.expression(&item.expression, scope));
            }
            let by = by.into_iter();
            arguments.extend(by.map(|value| value.derived(Derivation::Window)));
            if let Some(frame) = &window.frame {
                for bound in std::iter::once(&frame.start).chain(&frame.end) {
                    if let Bound::Preceding(offset) | Bound::Following(offset) = bound {
                        self.expression(offset, scope);
                        self.frame_rows(offset);
                    }
                }
            }
        }
        if self.watches(call.name.span)
            && let Some(name) = call.name.name()
        {
            let means = Means::Function {
                name: name.text.clone(),
            };
            self.note(name.span, means);
        }
        let own = self.catalog.has_function(&call.name);
        if !own {
            self.check_call(call, &kinds);
        }
        let kind = if own {
            match choose(&self.catalog.functions(&call.name), &kinds) {
                FunctionChoice::Only(function) => function.returns,
                FunctionChoice::Several | FunctionChoice::None => Type::Unknown,
            }
        } else {
            result_type(call, &kinds)
        };
        Typed::from(kind, &arguments)
    }

    /// Says what is wrong with a call. A name that nobody knows may be a function that was made
    /// elsewhere. It is a mistake where it looks like one of Redshift's or is known from another
    /// database.
    fn check_call(&mut self, call: &Call, kinds: &[Type]) {
        let checked = functions::check(call).and_then(|()| functions::check_types(call, kinds));
        let Err(mistake) = checked else {
            return;
        };
        let perhaps_own = mistake.help.as_deref() == Some(functions::PERHAPS_OWN);
        if mistake.kind != MistakeKind::UnknownFunction || !perhaps_own {
            self.mistakes.push(mistake);
        }
    }
}

/// Whether a call makes one value of many rows.
fn aggregates(call: &Call) -> bool {
    let [name] = call.name.parts.as_slice() else {
        return false;
    };
    functions::find(&name.text)
        .is_some_and(|function| function.kind == functions::FunctionKind::Aggregate)
}

/// The type of a function's result, where the table of functions tells.
fn result_type(call: &Call, arguments: &[Type]) -> Type {
    let [name] = call.name.parts.as_slice() else {
        return Type::Unknown;
    };
    functions::find(&name.text)
        .and_then(|function| functions::result_type(function, arguments))
        .unwrap_or(Type::Unknown)
}

/// The columns by which an aggregate function sorts its rows, where it sorts them by columns alone.
fn sorted_by(call: &Call) -> Option<Vec<SmolStr>> {
    let name = call.name.name().map(|name| name.text.as_str());
    let by: Vec<&Expression> = match name {
        Some("median") => call.arguments.iter().collect(),
        Some("listagg" | "percentile_cont") => {
            let items = call.within_group.iter();
            items.map(|item| &item.expression).collect()
        }
        _ => return None,
    };
    if by.is_empty() || call.over.is_some() {
        return None;
    }
    by.into_iter()
        .map(|one| match &one.bare().kind {
            ExpressionKind::Column(name) => name.parts.last().map(|part| part.text.clone()),
            _ => None,
        })
        .collect()
}
