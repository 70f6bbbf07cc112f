//! HyperLogLog sketches (AWS page: `HyperLogLog functions`).
//!
//! Which bits a value sets in Redshift's sketches is not published. A sketch is kept here as the hashes of
//! the values themselves, each once: what HLL_CARDINALITY counts is exact, where Redshift's is within 0.6 %.
//! What such a sketch looks like is not Redshift's, so nobody gets to see one.

use redshift_sql::tree::{Call, Expression, Query};
use redshift_sql::types::Type;

use super::Refusal;
use super::arithmetic::cast;
use super::calls::call;
use super::fragment::TokenTree;
use super::types::SKETCH;
use super::writer::Writer;

impl Writer<'_> {
    /// A call of a function of sketches; none of any other.
    pub(super) fn call_of_sketch(
        self,
        name: &str,
        written: &Call,
    ) -> Result<Option<Vec<TokenTree>>, Refusal> {
        let argument = |at: usize| -> Result<Vec<TokenTree>, Refusal> {
            let found = written.arguments.get(at);
            let found = found.ok_or_else(|| Refusal::syntax(format!("{name} takes a value")))?;
            self.expression(found)
        };
        Ok(Some(match name {
            "hll" => {
                let mut inner = vec![TokenTree::word("distinct")];
                inner.extend(self.hashed(written.arguments.first())?);
                call("count", vec![inner])
            }
            "hll_create_sketch" => {
                let mut inner = vec![TokenTree::word("distinct")];
                inner.extend(self.hashed(written.arguments.first())?);
                let mut list = call("list", vec![inner]);
                list.extend(set(argument(0)?));
                call(
                    "coalesce",
                    vec![list, cast(vec![TokenTree::Ready("[]".to_owned())], SKETCH)],
                )
            }
            "hll_cardinality" => cast(call("len", vec![argument(0)?]), "bigint"),
            "hll_combine" => {
                let mut list = call("list", vec![argument(0)?]);
                list.extend(set(argument(0)?));
                call("list_distinct", vec![call("flatten", vec![list])])
            }
            "hll_combine_sketches" => {
                let both = call("list_concat", vec![argument(0)?, argument(1)?]);
                let mut nodes = vec![TokenTree::word("when")];
                for (number, at) in [0, 1].into_iter().enumerate() {
                    if number > 0 {
                        nodes.push(TokenTree::word("and"));
                    }
                    nodes.push(TokenTree::Round(argument(at)?));
                    nodes.extend(["is", "not", "null"].map(TokenTree::word));
                }
                nodes.push(TokenTree::word("then"));
                super::calls::case([nodes, call("list_distinct", vec![both])])
            }
            _ => return Ok(None),
        }))
    }

    /// The hash of a value, which is the same for a value of another width.
    fn hashed(self, value: Option<&Expression>) -> Result<Vec<TokenTree>, Refusal> {
        let value = value.ok_or_else(|| Refusal::syntax("a sketch is made of values"))?;
        let nodes = self.expression(value)?;
        let text = match self.type_of(value) {
            Type::Super => super::semistructured::key(nodes),
            kind if super::blanks::may_end_blank(kind) => super::blanks::without_blanks(nodes),
            _ => cast(nodes, "varchar"),
        };
        Ok(call("md5_number_lower", vec![text]))
    }

    /// Refuses a query that would show a sketch.
    pub(super) fn shows_no_sketch(self, query: &Query) -> Result<(), Refusal> {
        let columns = self.columns_of(&query.body).unwrap_or_default();
        if columns.iter().any(|column| column.kind == Type::HllSketch) {
            return Err(Refusal::Unsupported(
                "the text of an HLLSKETCH, whose bits Redshift does not publish: select \
                 `hll_cardinality(…)` of it"
                    .to_owned(),
            ));
        }
        Ok(())
    }
}

/// `filter (where value is not null)`
fn set(value: Vec<TokenTree>) -> Vec<TokenTree> {
    let mut inner = vec![TokenTree::word("where"), TokenTree::Round(value)];
    inner.extend(["is", "not", "null"].map(TokenTree::word));
    vec![TokenTree::word("filter"), TokenTree::Round(inner)]
}
