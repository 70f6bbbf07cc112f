//! Finds table names in the tokens of a statement.

use std::collections::HashSet;

use super::Insertion;
use super::lineage::{Collector, Shape, Write};
use super::tokens::{Kind as TokenKind, Token};
use crate::source::Span;

/// What a token is to this search.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Word,
    /// A name in quotes, or an insertion: never a keyword.
    Name,
    Open,
    Close,
    Comma,
    Dot,
    Other,
}

/// A token without blanks, an insertion in one piece.
#[derive(Debug, Clone, Copy)]
pub(super) struct Item<'a> {
    kind: Kind,
    text: &'a str,
    span: Span,
}

impl<'a> Item<'a> {
    pub fn all(text: &'a str, tokens: &'a [Token], insertions: &[Insertion]) -> Vec<Self> {
        let mut insertions = insertions.iter().peekable();
        let mut items = Vec::with_capacity(tokens.len());
        let mut behind = 0;
        for token in tokens.iter().filter(|token| !token.is_blank()) {
            if token.span.start < behind {
                continue;
            }
            while insertions
                .next_if(|insertion| insertion.span.start < token.span.start)
                .is_some()
            {}
            if let Some(insertion) =
                insertions.next_if(|insertion| insertion.span.start == token.span.start)
            {
                behind = insertion.span.end;
                items.push(Item {
                    kind: Kind::Name,
                    text: text
                        .get(insertion.span.start..insertion.span.end)
                        .unwrap_or_default(),
                    span: insertion.span,
                });
                continue;
            }
            let (kind, text) = match &token.kind {
                TokenKind::Quoted(name) => (Kind::Name, name.as_str()),
                TokenKind::Word(word) => (Kind::Word, word.as_str()),
                TokenKind::LParen => (Kind::Open, ""),
                TokenKind::RParen => (Kind::Close, ""),
                TokenKind::Comma => (Kind::Comma, ""),
                TokenKind::Period => (Kind::Dot, ""),
                _ => (Kind::Other, ""),
            };
            items.push(Item {
                kind,
                text,
                span: token.span,
            });
        }
        items
    }

    fn is(&self, word: &str) -> bool {
        self.kind == Kind::Word && self.text.eq_ignore_ascii_case(word)
    }

    fn is_any(&self, words: &[&str]) -> bool {
        words.iter().any(|word| self.is(word))
    }

    fn is_name(&self) -> bool {
        matches!(self.kind, Kind::Word | Kind::Name)
    }
}

/// A table's name, and the index behind it.
struct Named {
    parts: Vec<String>,
    span: Span,
    next: usize,
}

impl Named {
    /// The name as [`super::TableUse::name`] has it.
    fn full(&self) -> String {
        match self.parts.as_slice() {
            [schema, table] if schema == "public" => table.clone(),
            parts => parts.join("."),
        }
    }
}

fn name(items: &[Item<'_>], at: usize) -> Option<Named> {
    let first = items.get(at).filter(|item| item.is_name())?;
    let mut named = Named {
        parts: vec![first.text.to_lowercase()],
        span: first.span,
        next: at + 1,
    };
    while items
        .get(named.next)
        .is_some_and(|item| item.kind == Kind::Dot)
        && let Some(part) = items.get(named.next + 1).filter(|item| item.is_name())
    {
        named.parts.push(part.text.to_lowercase());
        named.span.end = part.span.end;
        named.next += 2;
    }
    Some(named)
}

/// Finds what a statement reads and writes.
pub(super) fn walk(items: &[Item<'_>], tables: &mut Collector) {
    let mut walker = Walker {
        items,
        tables,
        ctes: HashSet::new(),
        frames: vec![Frame::default()],
    };
    let start = walker.head();
    walker.rest(start);
}

/// One pair of parentheses, or the statement itself.
#[derive(Default)]
struct Frame {
    /// FROM names tables here: this is a query, not a call such as `extract(year from day)`.
    query: bool,
    /// USING names tables here.
    using: bool,
    /// Inside of a FROM clause.
    from: bool,
    /// A table comes next.
    expected: bool,
    /// Inside of the list behind WITH.
    with: bool,
    /// The common table expression whose body this is.
    cte: Option<String>,
    /// Names that a path into nested data may start with.
    aliases: HashSet<String>,
}

struct Walker<'a, 't> {
    items: &'a [Item<'a>],
    tables: &'t mut Collector,
    /// Common table expressions that can be named by now.
    ctes: HashSet<String>,
    frames: Vec<Frame>,
}

/// Words that end a FROM clause.
const CLAUSES: &[&str] = &[
    "where",
    "group",
    "having",
    "order",
    "limit",
    "offset",
    "qualify",
    "union",
    "intersect",
    "except",
    "minus",
    "when",
    "set",
    "connect",
];

impl<'a> Walker<'a, '_> {
    fn is(&self, at: usize, word: &str) -> bool {
        self.items.get(at).is_some_and(|item| item.is(word))
    }

    fn is_any(&self, at: usize, words: &[&str]) -> bool {
        self.items.get(at).is_some_and(|item| item.is_any(words))
    }

    /// The first index from `at` on that holds none of these words.
    fn behind(&self, mut at: usize, words: &[&str]) -> usize {
        while self.is_any(at, words) {
            at += 1;
        }
        at
    }

    fn write(&mut self, at: usize, write: Write) -> usize {
        match name(self.items, at) {
            Some(named) => {
                self.tables.write(named.full(), named.span, write);
                named.next
            }
            None => at,
        }
    }

    /// Reads the words that say what kind of statement it is and what it writes; returns the index
    /// from which on there may be a query.
    fn head(&mut self) -> usize {
        let Some(first) = self.items.first() else {
            return 0;
        };
        match first.text.to_lowercase().as_str() {
            "insert" => {
                let at = self.behind(1, &["into"]);
                self.write(at, Write::Rows)
            }
            "update" => {
                self.top(|frame| frame.query = true);
                self.write(1, Write::Rows)
            }
            "delete" => {
                self.top(|frame| frame.using = true);
                let at = self.behind(1, &["from"]);
                self.write(at, Write::Rows)
            }
            "merge" => {
                self.top(|frame| frame.using = true);
                let at = self.behind(1, &["into"]);
                self.write(at, Write::Rows)
            }
            "copy" => self.write(1, Write::Rows),
            "truncate" => {
                let at = self.behind(1, &["table"]);
                self.write(at, Write::Shapes(Shape::Truncates))
            }
            "refresh" => {
                let at = self.behind(1, &["materialized", "view"]);
                self.write(at, Write::Rows)
            }
            "drop" => self.drop_statement(),
            "create" => self.create(),
            "alter" if self.is(1, "table") => self.alter(),
            _ => 0,
        }
    }

    fn top(&mut self, change: impl FnOnce(&mut Frame)) {
        if let Some(frame) = self.frames.last_mut() {
            change(frame);
        }
    }

    fn drop_statement(&mut self) -> usize {
        let mut at = self.behind(1, &["external", "materialized"]);
        if !self.is_any(at, &["table", "view"]) {
            return 1;
        }
        at = self.behind(at + 1, &["if", "exists"]);
        loop {
            at = self.write(at, Write::Shapes(Shape::Drops));
            let more = self
                .items
                .get(at)
                .is_some_and(|item| item.kind == Kind::Comma);
            if !more {
                return at;
            }
            at += 1;
        }
    }

    fn create(&mut self) -> usize {
        let mut at = self.behind(1, &["or", "replace", "local", "external", "materialized"]);
        let temporary = self.is_any(at, &["temp", "temporary"]);
        at = self.behind(at, &["temp", "temporary"]);
        if !self.is_any(at, &["table", "view"]) {
            return 1;
        }
        let ensures = self.is(at + 1, "if");
        at = self.behind(at + 1, &["if", "not", "exists"]);
        let Some(named) = name(self.items, at) else {
            return at;
        };
        if temporary || named.full().starts_with('#') {
            self.tables.temporary(named.full(), named.span);
        }
        let write = if ensures {
            Write::Ensures
        } else {
            Write::Shapes(Shape::Creates)
        };
        self.tables.write(named.full(), named.span, write);
        let parenthesis = self
            .items
            .get(named.next)
            .is_some_and(|item| item.kind == Kind::Open);
        if parenthesis
            && self.is(named.next + 1, "like")
            && let Some(like) = name(self.items, named.next + 2)
        {
            self.tables.read(like.full(), like.span);
        }
        named.next
    }

    fn alter(&mut self) -> usize {
        let at = self.write(2, Write::Rows);
        if self.is(at, "append") && self.is(at + 1, "from") {
            if let Some(source) = name(self.items, at + 2) {
                self.tables.read(source.full(), source.span);
                self.tables.write(source.full(), source.span, Write::Moves);
            }
        } else if self.is(at, "rename") && self.is(at + 1, "to") {
            // The old name is gone, the new one is there.
            self.write(2, Write::Shapes(Shape::Drops));
            self.write(at + 2, Write::Shapes(Shape::Creates));
        }
        self.items.len()
    }

    /// Reads the queries.
    fn rest(&mut self, start: usize) {
        let mut at = start;
        while let Some(item) = self.items.get(at) {
            at = self.step(*item, at);
        }
    }

    fn step(&mut self, item: Item<'a>, at: usize) -> usize {
        let next = at + 1;
        let Some(frame) = self.frames.last_mut() else {
            return self.items.len();
        };
        match item.kind {
            Kind::Open => {
                let expected = std::mem::take(&mut frame.expected);
                self.frames.push(Frame {
                    from: expected,
                    expected,
                    query: expected,
                    ..Frame::default()
                });
            }
            Kind::Close => {
                if self.frames.len() > 1 {
                    let closed = self.frames.pop();
                    self.ctes.extend(closed.and_then(|frame| frame.cte));
                }
            }
            Kind::Comma if frame.with => return self.common_table(next),
            Kind::Comma => frame.expected = frame.from,
            Kind::Word | Kind::Name => return self.word(item, at),
            Kind::Dot | Kind::Other => frame.expected = false,
        }
        next
    }

    fn word(&mut self, item: Item<'a>, at: usize) -> usize {
        let next = at + 1;
        let distinct_from =
            at > 1 && self.is(at - 1, "distinct") && self.is_any(at - 2, &["is", "not"]);
        let at_top = self.frames.len() == 1;
        let Some(frame) = self.frames.last_mut() else {
            return next;
        };
        if item.is("select") {
            frame.query = true;
            frame.from = false;
            frame.expected = false;
            frame.with = false;
        } else if item.is("with") && (!frame.query || frame.expected) {
            frame.with = true;
            frame.from = false;
            frame.expected = false;
            return self.common_table(next);
        } else if item.is("from") && frame.query && !distinct_from {
            frame.from = true;
            frame.expected = true;
        } else if item.is("using") && frame.using {
            frame.from = true;
            frame.expected = true;
            frame.query = true;
        } else if item.is("join") && frame.from {
            frame.expected = true;
        } else if item.is_any(CLAUSES) {
            frame.from = false;
            frame.expected = false;
        } else if item.is("into") && frame.query && !frame.from && at_top {
            return self.select_into(next);
        } else if frame.expected && !item.is_any(&["lateral", "only", "values"]) {
            return self.relation(at);
        }
        next
    }

    /// `select … into [temp] [table] name`.
    fn select_into(&mut self, at: usize) -> usize {
        let temporary = self.is_any(at, &["temp", "temporary"]);
        let at = self.behind(at, &["temp", "temporary", "table"]);
        if let Some(named) = name(self.items, at)
            && (temporary || named.full().starts_with('#'))
        {
            self.tables.temporary(named.full(), named.span);
        }
        self.write(at, Write::Shapes(Shape::Creates))
    }

    /// `name [(columns)] as (`: the body's parenthesis is the next that is read.
    fn common_table(&mut self, at: usize) -> usize {
        let recursive = self.is(at, "recursive");
        let start = self.behind(at, &["recursive"]);
        let Some(item) = self.items.get(start).filter(|item| item.is_name()) else {
            return at;
        };
        let cte = item.text.to_lowercase();
        let kind = |at: usize| self.items.get(at).map(|item| item.kind);
        let mut behind = start + 1;
        if kind(behind) == Some(Kind::Open) {
            while kind(behind).is_some_and(|kind| kind != Kind::Close) {
                behind += 1;
            }
            behind += 1;
        }
        if !self.is(behind, "as") || kind(behind + 1) != Some(Kind::Open) {
            self.top(|frame| frame.with = false);
            return at;
        }
        // Only a recursive one can name itself: in `with t as (select * from t)` the second is a
        // table.
        if recursive {
            self.ctes.insert(cte.clone());
        }
        self.frames.push(Frame {
            cte: Some(cte),
            ..Frame::default()
        });
        behind + 2
    }

    fn relation(&mut self, at: usize) -> usize {
        let Some(named) = name(self.items, at) else {
            return at + 1;
        };
        let call = self
            .items
            .get(named.next)
            .is_some_and(|item| item.kind == Kind::Open);
        let Some(frame) = self.frames.last_mut() else {
            return named.next;
        };
        frame.expected = false;
        if call {
            return named.next;
        }
        let nested = match named.parts.as_slice() {
            [first, _, ..] => frame.aliases.contains(first),
            [only] => self.ctes.contains(only),
            [] => true,
        };
        if !nested {
            self.tables.read(named.full(), named.span);
        }
        if let Some(table) = self.items.get(named.next - 1) {
            frame.aliases.insert(table.text.to_lowercase());
        }
        let alias =
            named.next + usize::from(self.items.get(named.next).is_some_and(|item| item.is("as")));
        if let Some(alias) = self.items.get(alias).filter(|item| item.is_name()) {
            frame.aliases.insert(alias.text.to_lowercase());
        }
        named.next
    }
}

#[cfg(test)]
mod tests {
    use crate::script::analyse;

    fn lineage(sql: &str) -> (Vec<String>, Vec<String>) {
        let lineage = analyse(sql).unwrap().lineage;
        let names = |uses: Vec<crate::script::TableUse>| uses.into_iter().map(|t| t.name).collect();
        (names(lineage.reads), names(lineage.writes))
    }

    #[test]
    fn queries() {
        for (sql, reads) in [
            ("select * from a, b x join c.d on x.i = d.i, e", "a b c.d e"),
            (
                "select * from (select 1 from a) s, (b join c using (i)), f(1) g",
                "a b c",
            ),
            (
                "with a as (select * from a), b(x) as (select * from r) select * from a, b, c",
                "a r c",
            ),
            (
                "with recursive n(i) as (select 1 union all select i + 1 from n) select * from n",
                "",
            ),
            (
                "select extract(year from d), trim(both 'x' from y) from Public.T",
                "t",
            ),
            (
                "select a is distinct from b, 1 from t where x in (select y from u)",
                "t u",
            ),
            (
                "select * from orders o, o.lines l, \"Sales\".\"X\"",
                "orders sales.x",
            ),
            ("select * from {{schema}}.t", "{{schema}}.t"),
            (
                "unload ('select * from a where x = ''from b''') to 's3://b/from c'",
                "a",
            ),
            ("unload ($$select * from a$$) to 's3://b/'", "a"),
            (
                "-- from x\nselect ' from y ' from t union select 1 from u order by 1, 2",
                "t u",
            ),
        ] {
            let expected: Vec<&str> = reads.split_whitespace().collect();
            assert_eq!(
                lineage(sql),
                (expected.iter().map(|s| (*s).to_owned()).collect(), vec![]),
                "{sql}"
            );
        }
    }

    #[test]
    fn writes() {
        for (sql, reads, writes) in [
            ("insert into a (x, y) select x, y from b", "b", "a"),
            (
                "create table if not exists s.a as with c as (select * from b) select * from c",
                "b",
                "s.a",
            ),
            (
                "create or replace view v as select * from t with no schema binding",
                "t",
                "v",
            ),
            (
                "create materialized view v auto refresh yes as select * from t",
                "t",
                "v",
            ),
            ("create table a (like b)", "b", "a"),
            ("update a set x = b.x from b where a.i = b.i", "b", "a"),
            ("delete from a using b, c where a.i = b.i", "b c", "a"),
            (
                "merge into a using (select * from b) s on a.i = s.i when matched then delete",
                "b",
                "a",
            ),
            ("copy a (x, y) from 's3://b/k' iam_role default", "", "a"),
            ("select 1 as x into a from b", "b", "a"),
            ("alter table a append from b", "b", "a b"),
            (
                "drop table if exists a, b; truncate c; refresh materialized view v",
                "",
                "a b c v",
            ),
            (
                "create temp table t as select * from a; insert into b select * from t",
                "a",
                "b",
            ),
            (
                "create table #t (x int); insert into b select * from #t",
                "",
                "b",
            ),
            ("select * into temp t from a; select * from t", "a", ""),
        ] {
            let list = |names: &str| {
                names
                    .split_whitespace()
                    .map(str::to_owned)
                    .collect::<Vec<_>>()
            };
            assert_eq!(lineage(sql), (list(reads), list(writes)), "{sql}");
        }
    }
}
