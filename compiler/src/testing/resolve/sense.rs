//! Tests that make no sense: that expect nothing, or what belongs to another kind of test.

use super::super::file::{StepFault, WantedEnd};
use super::Resolver;
use crate::diagnostic::Code;

impl Resolver<'_, '_> {
    /// What belongs to the other kind of test, and a test that expects nothing.
    pub(super) fn sense(&mut self, is_step: bool) {
        let expect = &self.test.expect;
        let wrong: Vec<&[&str]> = if is_step {
            vec![
                (!self.test.faults.is_empty()).then_some(&["faults"][..]),
                expect.status.map(|_| &["expect", "status"][..]),
                (!expect.order.is_empty()).then_some(&["expect", "order"][..]),
                expect.rounds.map(|_| &["expect", "rounds"][..]),
                expect.mail.as_ref().map(|_| &["expect", "mail"][..]),
            ]
        } else {
            vec![
                expect.result.as_ref().map(|_| &["expect", "result"][..]),
                expect.error.as_ref().map(|_| &["expect", "error"][..]),
                expect.statements.map(|_| &["expect", "statements"][..]),
                self.test.step_expect.map(|_| &["step_expect"][..]),
            ]
        }
        .into_iter()
        .flatten()
        .collect();
        for keys in wrong {
            let field = keys.last().copied().unwrap_or_default();
            let span = self.at(keys).key().unwrap_or_default();
            let (message, help) = if is_step {
                (
                    format!("a test of one step has no `{field}`"),
                    "leave `step` out to test the whole pipeline",
                )
            } else {
                (
                    format!("a test of the whole pipeline has no `{field}`"),
                    "name the step: `step: NAME`",
                )
            };
            self.error(Code::TestValue, message, span, help);
        }
        if is_step
            && expect.tables.is_empty()
            && expect.result.is_none()
            && expect.objects.is_empty()
            && expect.error.is_none()
            && expect.statements.is_none()
            && self.test.twice.is_none()
        {
            let span = self.at(&["expect"]).key().unwrap_or_default();
            self.error(
                Code::TestEmpty,
                "this test expects nothing, so it can never fail".to_owned(),
                span,
                "say what is expected: `tables`, `result`, `objects`, `error` or `statements`; \
                 of a whole pipeline, without `step`, also `status`, `order`, `rounds` or `mail`",
            );
        }
        if expect
            .error
            .as_ref()
            .is_some_and(|text| text.trim().is_empty())
        {
            let span = self.span(&["expect", "error"]);
            self.error(
                Code::TestEmpty,
                "every error contains an empty text".to_owned(),
                span,
                "write a part of the message that is expected",
            );
        }
        for (name, fault) in &self.test.faults {
            if *fault == StepFault::default() {
                let span = self.at(&["faults", name]).key().unwrap_or_default();
                self.error(
                    Code::TestEmpty,
                    format!("no try of `{name}` goes wrong"),
                    span,
                    "say how many do: `fails: 1`, `cancelled: 1` or `slow: 1`",
                );
            }
        }
        if self.test.twice.is_some() && expect.tables.is_empty() && expect.objects.is_empty() {
            let span = self.at(&["twice"]).key().unwrap_or_default();
            self.error(
                Code::TestEmpty,
                "`twice` compares the tables and objects that are expected, and there are none"
                    .to_owned(),
                span,
                "name them under `expect: { tables: … }` or `expect: { objects: … }`",
            );
        }
        let fails = match is_step {
            true => expect.error.is_some().then_some(("a step", "error")),
            false => (expect.status == Some(WantedEnd::Failed)).then_some(("a run", "status")),
        };
        if self.test.twice.is_some()
            && let Some((what, field)) = fails
        {
            let span = self.at(&["twice"]).key().unwrap_or_default();
            self.error(
                Code::TestValue,
                format!("{what} that fails is not repeated"),
                span,
                format!("remove `twice` or `{field}`"),
            );
        }
    }
}
