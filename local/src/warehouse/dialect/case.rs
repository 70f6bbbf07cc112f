//! CASE. The engine copies the operand into each comparison, as is done here where a witness is to hear of
//! the branches:
//!
//! | CASE | becomes | with a witness |
//! |---|---|---|
//! | `case when a then 1 else 2 end` | the same | `case when redshift_taken(0, a) then 1 when redshift_taken(1, true) then 2 end` |
//! | `case a when 1 then 2 end` | the same | `case when redshift_taken(0, (a) = (1)) then 2 when redshift_taken(1, true) then null end` |

use redshift_sql::Span;
use redshift_sql::tree::Expression;
use redshift_sql::types::Type;

use super::Refusal;
use super::calls::call;
use super::comparison::Beside;
use super::fragment::TokenTree;
use super::writer::Writer;
use crate::warehouse::branches::{StatementBranch, text_of_case};

impl Writer<'_> {
    /// A SUPER value is compared with SUPER values, and one among the results makes all of them one.
    pub(super) fn case(
        self,
        span: Span,
        operand: Option<&Expression>,
        branches: &[(Expression, Expression)],
        otherwise: Option<&Expression>,
    ) -> Result<Vec<TokenTree>, Refusal> {
        let whens = branches.iter().map(|(when, _)| when);
        let all: Vec<&Expression> = operand.into_iter().chain(whens).collect();
        let by_key = operand.is_some() && all.iter().any(|one| self.is_super(one));
        let beside = if operand.is_some() {
            let kinds: Vec<Type> = all.iter().map(|one| self.type_of(one)).collect();
            Beside::of(&kinds)
        } else {
            Beside::Any
        };
        let results = branches.iter().map(|(_, result)| result);
        let to_super = results.chain(otherwise).any(|one| self.is_super(one));
        let compared = |one: &Expression| match (by_key, operand) {
            (true, _) => self.key_of(one),
            (false, Some(_)) => {
                let written = self.expression(one)?;
                Ok(self.compared(one, written, beside))
            }
            (false, None) => self.condition(one),
        };
        let result = |one: &Expression| {
            if to_super {
                self.as_super(one)
            } else {
                self.expression(one)
            }
        };
        let taken = self.witnessed(span);
        let operand = operand.map(compared).transpose()?;
        let mut nodes = vec![TokenTree::word("case")];
        if taken.is_none() {
            nodes.extend(operand.clone().unwrap_or_default());
        }
        for (index, (condition, found)) in branches.iter().enumerate() {
            let mut condition = compared(condition)?;
            if let Some(taken) = &taken {
                if let Some(operand) = &operand {
                    condition = vec![
                        TokenTree::Round(operand.clone()),
                        TokenTree::symbol("="),
                        TokenTree::Round(condition),
                    ];
                }
                condition = taken(index, condition);
            }
            nodes.push(TokenTree::word("when"));
            nodes.extend(condition);
            nodes.push(TokenTree::word("then"));
            nodes.extend(result(found)?);
        }
        let otherwise = otherwise.map(result).transpose()?;
        match (taken, otherwise) {
            (Some(taken), otherwise) => {
                nodes.push(TokenTree::word("when"));
                nodes.extend(taken(branches.len(), vec![TokenTree::word("true")]));
                nodes.push(TokenTree::word("then"));
                nodes.extend(otherwise.unwrap_or_else(|| vec![TokenTree::word("null")]));
            }
            (None, Some(otherwise)) => {
                nodes.push(TokenTree::word("else"));
                nodes.extend(otherwise);
            }
            (None, None) => {}
        }
        nodes.push(TokenTree::word("end"));
        Ok(nodes)
    }

    /// Writes a condition so that the witness hears of its branch, by the branch's index; `None` if there is
    /// no witness.
    fn witnessed(self, span: Span) -> Option<impl Fn(usize, Vec<TokenTree>) -> Vec<TokenTree>> {
        let witness = self.context.witness?;
        let text = text_of_case(self.text()?, span);
        Some(move |index, condition| {
            let number = witness.number(StatementBranch::new(text.as_str(), index));
            let number = vec![TokenTree::Ready(number.to_string())];
            call("redshift_taken", vec![number, condition])
        })
    }
}
